//! What a row is by itself: its mark, its name, its points, before anything is known of its place.

use rust_decimal::Decimal;
use viet_text::fold;

use super::columns::Layout;
use crate::annex::{Column, Scorer, Total, Why};
use crate::fault::{Doubt, Reason};
use crate::grid::{Cell, GridRow, Typed};
use crate::wording::{
    Clause, Mark, Points, Worth, clauses, in_front, mark, maximum_behind, named_clauses, plain, points, without_footnotes, worth_of,
};

/// What a row was read as.
pub(super) enum Read {
    Skip(Why),
    Total(Total),
    /// Text that belongs to the line above.
    Note {
        text: String,
        evidence: bool,
    },
    Entry(Box<Entry>),
}

/// A row that has a place in the tree, or should have one.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// Its row in the file.
    pub(super) row: usize,
    /// Its place among the rows of the table.
    pub(super) index: usize,
    pub(super) mark: Option<Mark>,
    pub(super) printed: String,
    /// A sheet holds the code as a number, which has lost its zeros at the end.
    pub(super) code_is_number: bool,
    pub(super) name: String,
    /// The whole text of the name, for rows that are options.
    pub(super) text: String,
    /// The same with its lines.
    pub(super) lines: String,
    pub(super) points: Option<Decimal>,
    /// Points that stand below each other in one cell, beside options that do as well.
    pub(super) point_lines: Vec<Decimal>,
    /// Clauses of the rule in the cell of the name and in that of the rule.
    pub(super) clauses: Vec<Clause>,
    /// Words about the points that are no clauses.
    pub(super) words: String,
    pub(super) scorer: Option<Scorer>,
    pub(super) evidence: String,
    pub(super) note: String,
    pub(super) faults: Vec<Reason>,
    pub(super) doubts: Vec<Doubt>,
}

/// Reads rows one after the other.
pub(super) struct Reader<'l> {
    layout: &'l Layout,
    /// The row of the total was met; what follows stands below the table.
    after_total: bool,
    /// An entry was met.
    begun: bool,
}

/// Marks of a survey, as they stand in cells by themselves.
const SURVEY_MARKS: [&str; 8] =
    ["xhh", "dtxhh", "dt xhh", "dieu tra xhh", "dieu tra", "dieu tra xa hoi hoc", "khao sat", "diem dieu tra xhh"];

impl<'l> Reader<'l> {
    pub(super) fn of(layout: &'l Layout) -> Reader<'l> {
        Reader { layout, after_total: false, begun: false }
    }

    pub(super) fn read(&mut self, index: usize, row: &GridRow) -> Read {
        let layout = self.layout;
        if index < layout.first {
            return Read::Skip(if layout.head.is_some_and(|head| index >= head) { Why::Heading } else { Why::Title });
        }
        if layout.is_heading(row) {
            return Read::Skip(Why::Heading);
        }
        if self.numbers_columns(row) {
            return Read::Skip(Why::ColumnNumbers);
        }
        let mut entry = Entry { row: row.number, index, ..Entry::default() };
        if row.hidden {
            entry.doubts.push(Doubt::HiddenRow);
        }
        self.read_points(row, &mut entry);
        self.read_name(row, &mut entry);
        if entry.mark.is_none()
            && let Some(read) = self.without_mark(&entry)
        {
            return read;
        }
        self.read_rest(row, &mut entry);
        self.begun = true;
        Read::Entry(Box::new(entry))
    }

    fn cell<'r>(&self, row: &'r GridRow, column: &Option<Column>) -> Option<&'r Cell> {
        column.as_ref().and_then(|column| row.cell(column.place)).filter(|cell| !cell.above && !cell.left)
    }

    fn own<'r>(&self, row: &'r GridRow, column: &Option<Column>) -> &'r str {
        self.cell(row, column).map_or("", |cell| cell.own())
    }

    /// Whether a row numbers the columns: (1), (2), (3).
    fn numbers_columns(&self, row: &GridRow) -> bool {
        let is_number = |text: &str| {
            let bare = text.trim_matches(['(', ')', '[', ']', ' ']);
            let digits = !bare.is_empty() && bare.len() <= 2 && bare.bytes().all(|byte| byte.is_ascii_digit());
            digits || bare.len() == 1 && bare.bytes().all(|byte| byte.is_ascii_uppercase()) || bare.contains('=') && bare.len() < 12
        };
        let own: Vec<&str> = row.cells.iter().map(Cell::own).filter(|text| !text.is_empty()).collect();
        let names = self.layout.names.iter().any(|place| row.cell(*place).is_some_and(|cell| is_number(cell.own())));
        names && own.len() >= 2 && own.iter().all(|text| is_number(text))
    }

    fn read_name(&self, row: &GridRow, entry: &mut Entry) {
        let layout = self.layout;
        let code_cell = self.cell(row, &layout.columns.code);
        let mut name =
            layout.names.iter().filter_map(|place| row.cell(*place)).map(Cell::own).find(|text| !text.is_empty()).unwrap_or_default();
        // A name may continue from above while the words of the rule change from row to row.
        if name.is_empty() && code_cell.is_none_or(|cell| cell.text.is_empty()) {
            name = self.own(row, &layout.columns.rule);
        }
        let mut code = code_cell.map_or("", |cell| cell.own());
        let spans = layout.names.iter().any(|place| row.cell(*place).is_some_and(|cell| cell.left));
        let is_name = |text: &str| mark(text).is_none() && (text.contains(' ') || text.chars().count() > 12);
        if !code.is_empty() && name.is_empty() && (spans || is_name(code)) {
            // The text of a merged cell, or of a pasted row without an empty cell in front.
            (name, code) = (code, "");
        }
        if let Some(cell) = row.cells.iter().find(|cell| cell.typed == Typed::Error && !cell.above && !cell.left)
            && self.is_read(row, cell)
        {
            entry.faults.push(Reason::CellError { text: cell.text.to_string() });
        }
        if code.is_empty() {
            match in_front(name) {
                Some((found, rest)) => {
                    entry.printed = name.get(..name.len() - rest.len()).unwrap_or_default().trim_end_matches([' ', ':', '\n']).to_owned();
                    entry.mark = Some(found);
                    name = rest;
                }
                // "Lĩnh vực 2" alone in its cell.
                None => {
                    if let Some(found @ Mark::Area(_)) = mark(name).filter(|_| name.contains(' ')) {
                        entry.mark = Some(found);
                        entry.printed = name.to_owned();
                    }
                }
            }
        } else {
            let typed = code_cell.map_or(Typed::Text, |cell| cell.typed);
            entry.printed = code.to_owned();
            entry.code_is_number = typed == Typed::Number;
            match mark(code) {
                _ if typed == Typed::Date => entry.faults.push(Reason::DateForCode { text: code.to_owned() }),
                _ if typed == Typed::Error => {}
                Some(found) => entry.mark = Some(found),
                None => entry.faults.push(Reason::UnknownCode { text: code.to_owned() }),
            }
            // Some repeat the code in front of the name.
            if let Some((found, rest)) = in_front(name)
                && Some(&found) == entry.mark.as_ref()
            {
                name = rest;
            }
        }
        entry.lines = name.to_owned();
        entry.text = name.replace('\n', " ");
        let (bare, found, words) = match beside(name, &entry.point_lines) {
            Some((bare, found)) => {
                let best = entry.point_lines.iter().copied().max();
                if entry.point_lines.len() == found.len() {
                    entry.doubts.push(Doubt::MaximumFromOptions);
                }
                entry.points = best;
                (bare, found, String::new())
            }
            None => {
                if !entry.point_lines.is_empty() {
                    let text = entry.point_lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
                    entry.faults.push(Reason::UnreadablePoints { text });
                }
                named_clauses(name)
            }
        };
        entry.name = without_footnotes(&bare).to_owned();
        let is_item = matches!(entry.mark, None | Some(Mark::Letter(_) | Mark::Bullet(_)));
        if let Some((bare, maximum)) = maximum_behind(&bare).filter(|_| !is_item && entry.points.is_none() && entry.faults.is_empty()) {
            entry.name = without_footnotes(bare).to_owned();
            entry.points = Some(maximum);
            entry.doubts.push(Doubt::MaximumFromName);
        }
        entry.clauses = found;
        entry.words = words;
        if entry.name.is_empty() && (entry.mark.is_some() || entry.points.is_some()) && entry.faults.is_empty() {
            entry.faults.push(Reason::MissingName);
        }
    }

    /// Whether a cell is in a column that is read.
    fn is_read(&self, row: &GridRow, cell: &Cell) -> bool {
        let columns = &self.layout.columns;
        let read = [&columns.code, &columns.name, &columns.maximum, &columns.rule, &columns.option_points];
        read.into_iter().flatten().any(|column| row.cell(column.place).is_some_and(|found| std::ptr::eq(found, cell)))
    }

    fn read_points(&self, row: &GridRow, entry: &mut Entry) {
        let columns = &self.layout.columns;
        // Some annexes have a column of maxima for each rank; points of options may stand in their own column.
        let maxima = self.layout.maxima.iter().copied().chain(columns.option_points.as_ref().map(|column| column.place));
        for cell in maxima.filter_map(|place| row.cell(place)).filter(|cell| !cell.above && !cell.left) {
            if entry.points.is_some() {
                break;
            }
            match (cell.typed, points(&cell.text)) {
                (Typed::Error, _) => {}
                (Typed::Date, _) => entry.faults.push(Reason::DateForPoints { text: cell.text.to_string() }),
                (Typed::EmptyFormula, _) => entry.faults.push(Reason::EmptyFormula),
                (_, Points::Nothing) => {}
                (_, Points::Of(points)) => entry.points = Some(points),
                (_, Points::UpTo(points)) => {
                    entry.points = Some(points);
                    entry.doubts.push(Doubt::MaximumFromRange);
                }
                (_, Points::Unreadable) if SURVEY_MARKS.contains(&fold(&cell.text).as_str()) => entry.scorer = Some(Scorer::Survey),
                (_, Points::Unreadable) => match point_lines(&cell.text) {
                    Some(lines) => entry.point_lines = lines,
                    None => entry.faults.push(Reason::UnreadablePoints { text: cell.text.to_string() }),
                },
            }
        }
        let survey = self.own(row, &columns.survey);
        let flat = fold(survey);
        match points(survey) {
            Points::Of(by_survey) if by_survey > Decimal::ZERO => {
                entry.scorer = Some(Scorer::Survey);
                if entry.points.is_none() && entry.faults.is_empty() {
                    entry.points = Some(by_survey);
                    entry.doubts.push(Doubt::MaximumFromSurvey);
                }
            }
            _ if flat == "x" || flat == "co" || SURVEY_MARKS.contains(&flat.as_str()) => entry.scorer = Some(Scorer::Survey),
            _ => {}
        }
    }

    /// What a row without a mark is, if it has no place in the tree.
    fn without_mark(&mut self, entry: &Entry) -> Option<Read> {
        let flat = fold(&entry.text);
        let is_total = ["tong cong", "tong diem", "tong so diem", "cong diem"].iter().any(|words| flat.starts_with(words));
        if is_total || flat == "tong" || flat == "cong" || flat == "tong so" {
            self.after_total = true;
            return Some(Read::Total(Total { row: entry.row, points: entry.points }));
        }
        if entry.points.is_some() || !entry.faults.is_empty() {
            return None;
        }
        if self.after_total {
            return Some(Read::Skip(Why::Footer));
        }
        if !self.begun && self.layout.head.is_none() {
            return Some(Read::Skip(Why::Title));
        }
        let evidence = flat.starts_with("tai lieu kiem chung") || flat.starts_with("minh chung") || flat.starts_with("ho so minh chung");
        let opens = entry.text.ends_with(':') && worth_of(&entry.text).is_none();
        if self.begun && (evidence || opens || flat.starts_with("ghi chu") || flat.starts_with("luu y") || flat == "trong do") {
            return Some(Read::Note { text: entry.text.clone(), evidence });
        }
        None
    }

    fn read_rest(&self, row: &GridRow, entry: &mut Entry) {
        let columns = &self.layout.columns;
        let rule = self.own(row, &columns.rule);
        let is_rule_row = entry.text == rule.replace('\n', " ");
        if !rule.is_empty() && !is_rule_row {
            let by_option = self.own(row, &columns.option_points);
            match (clauses(rule), points(by_option)) {
                (Some(found), _) => entry.clauses.extend(found),
                // The first option stands in the row of its criterion.
                (None, Points::Of(points)) => {
                    entry.clauses.push(Clause { condition: rule.replace('\n', " "), worth: Worth::Points(points) });
                }
                (None, _) => {
                    if !entry.words.is_empty() {
                        entry.words.push('\n');
                    }
                    entry.words.push_str(rule);
                }
            }
        }
        entry.evidence = self.own(row, &columns.evidence).to_owned();
        entry.note = self.own(row, &columns.note).to_owned();
        // A note that says what each case is worth is the rule, where no other place tells one.
        if entry.clauses.is_empty()
            && entry.words.is_empty()
            && let Some(found) = clauses(&entry.note).filter(|found| found.len() > 1)
        {
            entry.clauses = found;
        }
        if entry.scorer.is_none() {
            entry.scorer = self.scorer(row, entry);
        }
    }

    fn scorer(&self, row: &GridRow, entry: &Entry) -> Option<Scorer> {
        let columns = &self.layout.columns;
        // A mark in a column that is filled in says that nobody fills it in.
        let marked =
            columns.scores.iter().filter_map(|column| row.cell(column.place)).any(|cell| SURVEY_MARKS.contains(&fold(cell.own()).as_str()));
        let flat = fold(self.own(row, &columns.scorer));
        let survey = |flat: &str| ["xhh", "dieu tra", "khao sat"].iter().any(|word| flat.contains(word));
        if marked || survey(&flat) {
            return Some(Scorer::Survey);
        }
        if !flat.is_empty() {
            let agency =
                ["tham dinh", "hoi dong", "so noi vu", "van phong ubnd", "bo noi vu", "co quan"].iter().any(|word| flat.contains(word));
            let unit = ["tu cham", "tu danh gia", "don vi"].iter().any(|word| flat.contains(word));
            return match (unit, agency) {
                (true, _) => Some(Scorer::Unit),
                (false, true) => Some(Scorer::Agency),
                (false, false) => None,
            };
        }
        // In the name a survey is a mark only in brackets, at the end, or as the thing itself; elsewhere it is the subject.
        let flat = plain(&entry.text);
        let bracketed = flat.rsplit_once('(').is_some_and(|(_, inner)| survey(&fold(inner)) && inner.trim_end().ends_with(')'));
        let whole = fold(&entry.text);
        let ends =
            ["xhh", "dtxhh", "dieu tra xa hoi hoc"].iter().any(|word| whole.ends_with(word)) && (flat.contains('-') || flat.contains(':'));
        let begins = ["ket qua dieu tra xhh", "ket qua dieu tra xa hoi hoc", "dieu tra xhh", "dieu tra xa hoi hoc"]
            .iter()
            .any(|word| whole.starts_with(word));
        let noted = SURVEY_MARKS.contains(&fold(&entry.note).as_str()) || SURVEY_MARKS.contains(&fold(&entry.evidence).as_str());
        (bracketed || ends || begins || noted).then_some(Scorer::Survey)
    }
}

/// The points of a cell that has one number in each line.
fn point_lines(text: &str) -> Option<Vec<Decimal>> {
    let lines: Option<Vec<Decimal>> =
        text.lines().map(|line| if let Points::Of(points) = points(line) { Some(points) } else { None }).collect();
    lines.filter(|lines| lines.len() > 1)
}

/// A name with options below it in the same cell, and the points that stand beside them: for each option, or for the name
/// and each option.
fn beside(name: &str, points: &[Decimal]) -> Option<(String, Vec<Clause>)> {
    let first = name.lines().position(|line| matches!(in_front(line), Some((Mark::Letter(_) | Mark::Bullet(_), _))))?;
    let options: Vec<&str> = name.lines().skip(first).map(|line| in_front(line).map_or(line, |(_, rest)| rest)).collect();
    let of_options = match points.len().checked_sub(options.len())? {
        0 => points,
        1 if points.iter().max() == points.first() => points.get(1..)?,
        _ => return None,
    };
    let bare = name.lines().take(first).collect::<Vec<_>>().join(" ");
    let clause = |(option, points): (&&str, &Decimal)| Clause { condition: (*option).to_owned(), worth: Worth::Points(*points) };
    let found: Vec<Clause> = options.iter().zip(of_options).map(clause).collect();
    (!bare.is_empty() && found.len() > 1).then_some((bare, found))
}
