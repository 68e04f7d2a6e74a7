//! What stands above the text: bodies, national name, number, date, title, addressees, grounds.

use super::{Element, FIRST_LINE, LINE_PART, Look, Piece, Rule, Sheet, Side, Text, centred, heading, size, text};
use crate::face::{Face, Faces};
use crate::lines::break_lines;
use crate::model::{Align, Annex, IssueDate, Kind, OfficialDocument, Run};
use crate::text::{capitals, lines, one_line};

const NATION: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
/// Width of the column of the issuing body; the national name fits into the rest on one line.
const LEFT_PART: f32 = 0.42;
/// A blank to be filled in by hand.
const BLANK: &str = "\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}";

/// The elements above the text of the document.
pub(super) fn elements(document: &OfficialDocument, faces: &Faces, sheet: &Sheet) -> Vec<Element> {
    let mut elements = Vec::new();
    if has_head(document) {
        elements.extend(bodies(document, faces, sheet));
    }
    elements.extend(titles(document, faces, sheet).into_iter().map(Element::Piece));
    elements.extend(addressees(&document.addressees).into_iter().map(Element::Piece));
    elements.extend(grounds(document, faces, sheet).into_iter().map(Element::Piece));
    elements
}

fn has_head(document: &OfficialDocument) -> bool {
    document.issuer.iter().any(|line| !one_line(line).is_empty())
}

/// The elements above the text of an annex; its number if there are several.
pub(super) fn annex(annex: &Annex, number: Option<usize>, faces: &Faces, sheet: &Sheet) -> Vec<Element> {
    let words = number.map_or_else(|| "Phụ lục".to_owned(), |number| format!("Phụ lục {}", roman(number)));
    let (title, note) = (capitals(&annex.title), one_line(&annex.note));
    let mut pieces = vec![heading(1, vec![Run::bold(words)], Look::centred(size::TITLE))];
    if !title.is_empty() {
        pieces.push(Piece::Text(centred(faces, vec![Run::bold(title)], size::TITLE, sheet.text_width())));
    }
    if !note.is_empty() {
        pieces.push(Piece::Text(centred(faces, vec![Run::italic(note)], size::TITLE, sheet.text_width())));
    }
    if let Some(Piece::Text(last)) = pieces.last_mut() {
        last.look = last.look.after(12.0);
    }
    pieces.into_iter().map(Element::Piece).collect()
}

/// Cells 1 to 4 of the decree, and 5b of an official letter.
fn bodies(document: &OfficialDocument, faces: &Faces, sheet: &Sheet) -> Vec<Element> {
    let left_width = (sheet.text_width() * LEFT_PART).floor();
    let right_width = sheet.text_width() - left_width;
    let side = |width, pieces| Side { width, pieces };

    let mut issuer = Vec::new();
    let superior = document.superior.as_deref().map(capitals).filter(|name| !name.is_empty());
    issuer.extend(superior.map(|name| Piece::Text(centred(faces, vec![Run::plain(name)], size::AGENCY, left_width))));
    let names = document.issuer.iter().map(|line| capitals(line)).filter(|line| !line.is_empty());
    let runs = vec![Run::bold(names.collect::<Vec<_>>().join("\n"))];
    let name = centred(faces, runs, size::AGENCY, left_width);
    let width = widest(faces, &name, left_width);
    issuer.push(Piece::Text(name));
    issuer.push(rule(width * LINE_PART));

    let motto_width = faces.width(Face::Bold, MOTTO, size::MOTTO);
    let nation = vec![
        text(vec![Run::bold(NATION)], Look::centred(size::NATION)),
        text(vec![Run::bold(MOTTO)], Look::centred(size::MOTTO)),
        rule(motto_width),
    ];

    let mut number = Vec::new();
    let symbol = one_line(&document.symbol);
    if document.number.is_some() || !symbol.is_empty() {
        let figures = document.number.map_or_else(|| BLANK.to_owned(), |number| format!("{number:02}"));
        number.push(text(vec![Run::plain(format!("Số: {figures}/{symbol}"))], Look::centred(size::NUMBER)));
    }
    let subject = lines(&document.subject);
    if document.kind == Kind::OfficialLetter && !subject.is_empty() {
        number.push(centred(faces, vec![Run::plain(format!("V/v {subject}"))], size::LETTER_SUBJECT, left_width).before(6.0));
    }

    let mut elements = vec![Element::Columns(vec![side(left_width, issuer), side(right_width, nation)])];
    let date: Vec<Piece> =
        place_and_date(document).map(|line| text(vec![Run::italic(line)], Look::centred(size::PLACE))).into_iter().collect();
    if !number.is_empty() || !date.is_empty() {
        let mut sides = [number, date];
        // Both lines stand on one height, some way under the names.
        for piece in sides.iter_mut().filter_map(|pieces| pieces.first_mut()) {
            if let Piece::Text(first) = piece {
                first.look.before = 6.0;
            }
        }
        let [number, date] = sides;
        elements.push(Element::Columns(vec![side(left_width, number), side(right_width, date)]));
    }
    elements
}

/// "Hà Nội, ngày 05 tháng 01 năm 2026"; days below 10 and the months 1 and 2 have a zero.
fn place_and_date(document: &OfficialDocument) -> Option<String> {
    let place = one_line(&document.place);
    if place.is_empty() {
        return None;
    }
    let dots = "…";
    Some(match document.date {
        IssueDate::Unknown => format!("{place}, ngày {dots} tháng {dots} năm {dots}"),
        IssueDate::Year(year) => format!("{place}, ngày {dots} tháng {dots} năm {year}"),
        IssueDate::On(day) => {
            use chrono::Datelike;
            let month = if day.month() < 3 { format!("{:02}", day.month()) } else { day.month().to_string() };
            format!("{place}, ngày {:02} tháng {month} năm {}", day.day(), day.year())
        }
    })
}

/// Kind and subject (cell 5a), or the title of a form.
fn titles(document: &OfficialDocument, faces: &Faces, sheet: &Sheet) -> Vec<Piece> {
    let look = Look::centred(size::TITLE);
    let width = sheet.text_width();
    let subject = lines(&document.subject);
    let mut pieces = Vec::new();
    match document.kind {
        Kind::OfficialLetter | Kind::PublicLetter => {}
        Kind::Sheet => {
            if !subject.is_empty() {
                let runs = vec![Run::bold(subject.to_uppercase())];
                let look = look.balanced(faces, &runs, width).after(12.0);
                // A form without a head begins with its title.
                let before = if has_head(document) { 12.0 } else { 0.0 };
                pieces.push(heading(1, runs, look.before(before)));
            }
        }
        kind => {
            pieces.push(heading(1, vec![Run::bold(capitals(kind.name()))], look.before(16.0)));
            if !subject.is_empty() {
                let subject = centred(faces, vec![Run::bold(subject)], size::TITLE, width);
                let length = widest(faces, &subject, width) * LINE_PART;
                pieces.push(Piece::Text(subject));
                pieces.push(rule(length));
            }
            if let Some(Piece::Rule(rule)) = pieces.last_mut() {
                rule.after = 12.0;
            }
        }
    }
    pieces
}

/// "Kính gửi": one on the same line, several under each other.
fn addressees(names: &[String]) -> Vec<Piece> {
    let names: Vec<String> = names.iter().map(|name| bare(name)).filter(|name| !name.is_empty()).collect();
    let look = Look { keep: true, ..Look::centred(size::BODY) };
    match names.as_slice() {
        [] => Vec::new(),
        [name] => vec![text(vec![Run::plain(format!("Kính gửi: {name}"))], look.before(12.0).after(12.0))],
        names => {
            let left = Look { left: 3.0 * FIRST_LINE, ..look }.align(Align::Left);
            let mut pieces = vec![text(vec![Run::plain("Kính gửi:")], left.before(12.0))];
            let items = listed(names).map(|name| text(vec![Run::plain(name)], Look { left: 4.0 * FIRST_LINE, ..left }));
            pieces.extend(items);
            if let Some(Piece::Text(last)) = pieces.last_mut() {
                last.look = last.look.after(12.0);
            }
            pieces
        }
    }
}

/// Who decides, on what grounds, and the word of decision.
fn grounds(document: &OfficialDocument, faces: &Faces, sheet: &Sheet) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let deciding = document.deciding.as_deref().map(capitals).filter(|name| !name.is_empty());
    pieces.extend(deciding.map(|name| centred(faces, vec![Run::bold(name)], size::TITLE, sheet.text_width()).after(12.0).before(12.0)));
    let grounds: Vec<String> = document.grounds.iter().map(|ground| bare(ground)).filter(|ground| !ground.is_empty()).collect();
    let last = grounds.len().saturating_sub(1);
    pieces.extend(grounds.iter().enumerate().map(|(index, ground)| {
        let end = if index == last { '.' } else { ';' };
        text(vec![Run::italic(format!("{ground}{end}"))], Look::body())
    }));
    let words = document.kind.deciding_words().map(capitals);
    pieces.extend(words.map(|words| text(vec![Run::bold(words)], Look::centred(size::TITLE).before(10.0).after(12.0))));
    pieces
}

/// Names as a list: each behind a dash, ended by ";" and the last by ".".
pub(super) fn listed(names: &[String]) -> impl Iterator<Item = String> {
    let last = names.len().saturating_sub(1);
    names.iter().enumerate().map(move |(index, name)| format!("- {name}{}", if index == last { '.' } else { ';' }))
}

/// A text without the marks that the layout puts before and behind it.
pub(super) fn bare(text: &str) -> String {
    one_line(text).trim_start_matches(['-', '–', ' ']).trim_end_matches([';', '.', ',', ' ']).to_owned()
}

/// Length of the longest line of a text in a column of this width.
fn widest(faces: &Faces, text: &Text, width: f32) -> f32 {
    let room = width - text.look.left - text.look.right;
    break_lines(faces, &text.runs, text.look.size, room, room).iter().map(|line| line.width).fold(0.0, f32::max)
}

fn rule(length: f32) -> Piece {
    Piece::Rule(Rule { length, before: 3.0, after: 0.0 })
}

fn roman(number: usize) -> String {
    let signs = [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut left = number;
    let mut text = String::new();
    for (value, sign) in signs {
        text.push_str(&sign.repeat(left / value));
        left %= value;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn small_days_and_the_first_two_months_have_a_zero() {
        let mut document = OfficialDocument { place: "Hà Nội".to_owned(), ..OfficialDocument::new(Kind::Report) };
        for (day, written) in [((2026, 1, 5), "ngày 05 tháng 01 năm 2026"), ((2026, 3, 15), "ngày 15 tháng 3 năm 2026")] {
            document.date = NaiveDate::from_ymd_opt(day.0, day.1, day.2).into();
            assert_eq!(place_and_date(&document).unwrap(), format!("Hà Nội, {written}"));
        }
        document.date = IssueDate::Year(2026);
        assert_eq!(place_and_date(&document).unwrap(), "Hà Nội, ngày … tháng … năm 2026");
    }

    #[test]
    fn annexes_are_counted_in_roman_figures() {
        let written: Vec<String> = [1, 4, 9, 14, 40, 99].map(roman).into();
        assert_eq!(written, ["I", "IV", "IX", "XIV", "XL", "XCIX"]);
    }

    #[test]
    fn marks_at_the_end_come_from_the_layout() {
        assert_eq!(bare("- Như trên;"), "Như trên");
        let names = ["a", "b"].map(String::from);
        assert_eq!(listed(&names).collect::<Vec<_>>(), ["- a;", "- b."]);
    }
}
