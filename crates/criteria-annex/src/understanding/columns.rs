//! Which column is what: by headings of one row or more, or by what stands below.

use viet_text::fold;

use crate::annex::{Column, Columns, Sure};
use crate::grid::{Grid, GridRow};
use crate::wording::{Points, is_code, points};

/// Rows at the top among which headings are looked for.
const TITLE_ROWS: usize = 40;
/// Rows that are looked at where no heading says what a column is.
const SAMPLE_ROWS: usize = 400;

/// What was found out about the columns.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) columns: Columns,
    /// Columns with names; some annexes have one for each rank.
    pub(super) names: Vec<usize>,
    /// Columns with maximum points; some annexes have one for each rank.
    pub(super) maxima: Vec<usize>,
    /// Index of the first row below the headings.
    pub(super) first: usize,
    /// Index of the first row of the headings.
    pub(super) head: Option<usize>,
    /// The headings, row by row, as pages repeat them.
    headings: Vec<Vec<String>>,
}

impl Layout {
    /// Whether a row repeats headings.
    pub(super) fn is_heading(&self, row: &GridRow) -> bool {
        let seen = seen(row);
        !seen.is_empty() && self.headings.contains(&seen)
    }
}

/// What a heading says of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Code,
    Name,
    Maximum,
    /// Points, perhaps of options.
    Points,
    Rule,
    Scorer,
    Survey,
    Evidence,
    Note,
    Score,
}

/// The texts of a row by which it is known again.
fn seen(row: &GridRow) -> Vec<String> {
    row.cells.iter().filter(|cell| !cell.left && !cell.text.is_empty()).map(|cell| fold(&cell.text)).collect()
}

fn role(heading: &str) -> Option<Role> {
    let flat = fold(heading);
    let has = |words: &[&str]| words.iter().any(|word| flat.contains(word));
    let is = |words: &[&str]| words.contains(&flat.as_str());
    if flat.is_empty() || flat.chars().count() > 120 {
        return None;
    }
    Some(if is(&["stt", "tt", "so tt", "so thu tu", "ma", "ma so", "ma tieu chi", "ma tc", "muc", "ky hieu"]) {
        Role::Code
    } else if has(&["diem toi da", "diem chuan", "diem cao nhat", "thang diem toi da", "so diem toi da"]) {
        Role::Maximum
    } else if has(&["dieu tra", "xhh", "khao sat"]) {
        Role::Survey
    } else if has(&["kiem chung", "minh chung", "chung minh"]) {
        Role::Evidence
    } else if has(&["ghi chu", "giai trinh", "dien giai"]) {
        Role::Note
    } else if has(&["don vi cham", "co quan cham", "don vi danh gia", "co quan danh gia", "hinh thuc danh gia", "phuong thuc danh gia"])
        || has(&["chu the danh gia", "nguoi cham", "theo doi", "phu trach", "chu tri", "don vi tham dinh", "co quan tham dinh"])
            && !flat.contains("diem")
    {
        Role::Scorer
    } else if has(&["tu cham", "tu danh gia", "hoi dong", "tham dinh", "so noi vu", "bo noi vu", "diem dat", "dat duoc", "diem cham"])
        || is(&["chi so", "ket qua", "diem danh gia", "ty le"])
    {
        Role::Score
    } else if has(&["cach cham", "cach tinh", "cach danh gia", "phuong phap", "tieu chuan", "huong dan cham", "quy dinh cham", "cach thuc"])
    {
        Role::Rule
    } else if has(&["thang diem", "muc diem", "khung diem", "diem thanh phan", "diem chi tiet", "diem quy dinh"])
        || is(&["diem", "diem so", "so diem"])
    {
        Role::Points
    } else if has(&["linh vuc", "tieu chi", "noi dung", "nhiem vu", "chi tieu"]) || is(&["ten"]) {
        Role::Name
    } else if flat.contains("diem") {
        Role::Score
    } else {
        return None;
    })
}

/// Finds out which column is what.
pub(super) fn find(grid: &Grid) -> Layout {
    let mut layout = Layout::default();
    if let Some(head) = grid.rows.iter().take(TITLE_ROWS).position(is_head) {
        let rest = grid.rows.get(head + 1..).unwrap_or_default();
        let more = rest.iter().take(3).take_while(|row| continues_head(row)).count();
        layout.head = Some(head);
        layout.first = head + 1 + more;
        let rows = grid.rows.get(head..layout.first).unwrap_or_default();
        layout.headings = rows.iter().map(seen).collect();
        assign(grid, rows, &mut layout);
    }
    names_beside_names(grid, &mut layout);
    by_contents(grid, &mut layout);
    layout
}

/// Where a second column of names is filled in the rows of the first one, it says more about them and is no other rank.
fn names_beside_names(grid: &Grid, layout: &mut Layout) {
    let Some((first, rest)) = layout.names.clone().split_first().map(|(first, rest)| (*first, rest.to_vec())) else { return };
    let rows = || grid.rows.iter().skip(layout.first).take(SAMPLE_ROWS);
    let has = |row: &GridRow, place: usize| row.cell(place).is_some_and(|cell| !cell.own().is_empty());
    for place in rest {
        let filled = rows().filter(|row| has(row, place)).count();
        let both = rows().filter(|row| has(row, place) && has(row, first)).count();
        if both * 4 > filled {
            layout.names.retain(|name| *name != place);
            if layout.columns.rule.is_none()
                && let Some(at) = layout.columns.others.iter().position(|column| column.place == place)
            {
                layout.columns.rule = Some(layout.columns.others.remove(at));
            }
        }
    }
}

/// Whether a row holds headings: one for names and one for something else.
fn is_head(row: &GridRow) -> bool {
    let roles: Vec<Role> = row.cells.iter().filter(|cell| !cell.left).filter_map(|cell| role(&cell.text)).collect();
    let filled = row.cells.iter().filter(|cell| !cell.left && !cell.text.is_empty()).count();
    let other = roles.iter().any(|role| !matches!(role, Role::Name | Role::Rule));
    roles.contains(&Role::Name) && other && roles.len() * 2 >= filled
}

/// Whether a row below headings holds the second line of them.
fn continues_head(row: &GridRow) -> bool {
    let mut own = row.cells.iter().filter(|cell| !cell.own().is_empty()).peekable();
    let hangs = row.cells.iter().any(|cell| cell.above);
    own.peek().is_some()
        && own.all(|cell| match role(&cell.text) {
            Some(Role::Code) => false,
            Some(Role::Name) => hangs,
            Some(_) => !cell.text.contains(|sign: char| sign.is_ascii_digit()),
            None => hangs && points(&cell.text) == Points::Unreadable && !is_code(&cell.text),
        })
}

fn assign(grid: &Grid, rows: &[GridRow], layout: &mut Layout) {
    let columns = &mut layout.columns;
    let mut of_points: Vec<Column> = Vec::new();
    for place in 0..grid.width() {
        let mut parts: Vec<&str> = Vec::new();
        for row in rows {
            let text = row.cell(place).map_or("", |cell| &*cell.text);
            if !text.is_empty() && !parts.contains(&text) {
                parts.push(text);
            }
        }
        let heading = parts.join(" / ").replace('\n', " ");
        if heading.is_empty() {
            continue;
        }
        // What the lowest line says goes before what stands over several columns.
        let found = parts.iter().rev().find_map(|part| role(part)).filter(|found| {
            // A name that is merged over several columns has the name in the first of them.
            !(*found == Role::Name && rows.iter().any(|row| row.cell(place).is_some_and(|cell| cell.left)))
        });
        let over = parts.first().filter(|_| parts.len() > 1).and_then(|part| role(part));
        let column = Column { place, heading, sure: Sure::Heading };
        let slot = match found {
            Some(Role::Code) => &mut columns.code,
            Some(Role::Name) => {
                layout.names.push(place);
                &mut columns.name
            }
            Some(Role::Maximum) => {
                layout.maxima.push(place);
                &mut columns.maximum
            }
            Some(Role::Points) if over != Some(Role::Score) => {
                of_points.push(column);
                continue;
            }
            Some(Role::Points | Role::Score) => {
                columns.scores.push(column);
                continue;
            }
            Some(Role::Rule) => &mut columns.rule,
            Some(Role::Scorer) => &mut columns.scorer,
            Some(Role::Survey) => &mut columns.survey,
            Some(Role::Evidence) => &mut columns.evidence,
            Some(Role::Note) => &mut columns.note,
            None => {
                columns.others.push(column);
                continue;
            }
        };
        match slot {
            Some(_) => columns.others.push(column),
            None => *slot = Some(column),
        }
    }
    for column in of_points {
        let is_maximum = columns.maximum.is_none();
        if is_maximum {
            layout.maxima.push(column.place);
        }
        let slot = if is_maximum { &mut columns.maximum } else { &mut columns.option_points };
        match slot {
            Some(_) => columns.others.push(column),
            None => *slot = Some(column),
        }
    }
    // Words about points in a column of their own may be the only names there are.
    if layout.names.is_empty()
        && let Some(rule) = columns.rule.take()
    {
        layout.names.push(rule.place);
        columns.name = Some(rule);
    }
}

/// Fills in what no heading says.
fn by_contents(grid: &Grid, layout: &mut Layout) {
    let rows: Vec<&GridRow> = grid.rows.iter().skip(layout.first).filter(|row| !row.is_empty()).take(SAMPLE_ROWS).collect();
    let count = |place: usize, test: &dyn Fn(&str) -> bool| {
        rows.iter().filter(|row| row.cell(place).is_some_and(|cell| !cell.own().is_empty() && test(cell.own()))).count()
    };
    let filled = |place: usize| count(place, &|_| true);
    let width = grid.width();
    let column = |place: usize| Some(Column { place, heading: String::new(), sure: Sure::Contents });
    if layout.names.is_empty() {
        let letters = |place: usize| -> usize {
            rows.iter().filter_map(|row| row.cell(place)).map(|cell| cell.own().chars().filter(|sign| sign.is_alphabetic()).count()).sum()
        };
        // Names are the column with the most letters; a table without codes or points beside or in them is no annex.
        let Some(name) = (0..width).max_by_key(|place| (letters(*place), std::cmp::Reverse(*place))).filter(|place| letters(*place) > 0)
        else {
            return;
        };
        let coded = (0..width).any(|place| count(place, &|text| is_code(text) || crate::wording::in_front(text).is_some()) >= 2);
        if !coded {
            return;
        }
        layout.names.push(name);
        layout.columns.name = column(name);
    }
    let name = layout.names.first().copied().unwrap_or_default();
    let taken: Vec<usize> = {
        let c = &layout.columns;
        let singles = [&c.code, &c.name, &c.maximum, &c.rule, &c.option_points, &c.scorer, &c.survey, &c.evidence, &c.note];
        singles.into_iter().flatten().chain(&c.scores).map(|column| column.place).chain(layout.names.iter().copied()).collect()
    };
    if layout.columns.code.is_none() {
        let found = (0..name).filter(|place| !taken.contains(place)).find(|place| {
            let codes = count(*place, &is_code);
            codes >= 2 && codes * 2 >= filled(*place)
        });
        layout.columns.code = found.and_then(column);
    }
    if layout.columns.maximum.is_none() {
        let code = layout.columns.code.as_ref().map(|column| column.place);
        let numbers = |place: &usize| count(*place, &|text| matches!(points(text), Points::Of(_)));
        let found = (name + 1..width)
            .filter(|place| !taken.contains(place) && Some(*place) != code)
            .filter(|place| numbers(place) >= 2 && numbers(place) * 2 >= filled(*place))
            .max_by_key(|place| (numbers(place), std::cmp::Reverse(*place)));
        layout.maxima.extend(found);
        layout.columns.maximum = found.and_then(column);
    }
}
