//! The documents of a campaign in the layout of Decree 30/2020/NĐ-CP: score sheet, request for explanation, minutes, decision, report.
//! No input or output: they are made from what the pages show. Names of laws stand in them only where a person types them.

mod council;
mod explanation;
mod report;
mod score_sheet;

use composite_index::NodeValue;
use official_document::{Align, Block, Column, HeadCell, IssueDate, Kind, OfficialDocument, Row, Run, Table};
use ui::Lang;

pub use council::{decision, minutes};
pub use explanation::request_for_explanation;
pub use report::report;
pub use score_sheet::score_sheet;

use crate::indices;
use crate::result::BlockResult;
use crate::words;

/// Documents are Vietnamese, whatever language the page has.
const VI: Lang = Lang::Vi;

/// Where the document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The unit above the issuer.
    pub superior: Option<String>,
    /// The issuer.
    pub issuer: String,
    /// Place of issue.
    pub place: String,
    /// The year of the document.
    pub year: i32,
}

/// An issuer as symbols of documents have it: the usual letters of people's committees and councils, else the first letter of each word that
/// has a meaning of its own. Whoever drafts may have other letters for it.
fn letters_of(issuer: &str) -> String {
    const KNOWN: [(&str, &str); 2] = [("ủy ban nhân dân", "UBND"), ("hội đồng nhân dân", "HĐND")];
    let low = issuer.trim().to_lowercase();
    if let Some((_, letters)) = KNOWN.iter().find(|(words, _)| low.starts_with(words)) {
        return (*letters).to_owned();
    }
    let words = issuer.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let meant = words.filter(|word| !["và", "các", "của", "về"].contains(&word.to_lowercase().as_str()));
    // Tones are no part of such letters; Đ is a letter of its own.
    let first = |word: &str| {
        word.chars()
            .next()
            .map(|first| if matches!(first, 'đ' | 'Đ') { "Đ".to_owned() } else { viet_text::fold(&first.to_string()).to_uppercase() })
    };
    meant.filter_map(first).collect()
}

/// What stands behind the number: kind and issuer; of a letter, which has no letters for its kind, issuer and field.
fn symbol(kind: Kind, origin: &Origin, field: &str) -> String {
    let issuer = letters_of(&origin.issuer);
    let (first, second) = if kind.abbreviation().is_empty() { (issuer.as_str(), field) } else { (kind.abbreviation(), issuer.as_str()) };
    [first, second].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The line that ties an annex to its document. Number and day are filled in when it is issued.
fn tied_to(kind: Kind, origin: &Origin, field: &str) -> String {
    let name = if kind == Kind::OfficialLetter { "Công văn" } else { kind.name() };
    format!("(Kèm theo {name} số …/{} ngày … tháng … năm {} của {})", symbol(kind, origin, field), origin.year, origin.issuer)
}

/// The field of letters about this work.
const FIELD: &str = "CCHC";

fn begin(kind: Kind, origin: &Origin, subject: String, made_up: bool) -> OfficialDocument {
    OfficialDocument {
        superior: origin.superior.clone(),
        issuer: vec![origin.issuer.clone()],
        symbol: symbol(kind, origin, FIELD),
        place: origin.place.clone(),
        date: IssueDate::Year(origin.year),
        subject,
        made_up: made_up.then(|| "Số liệu minh họa, không có giá trị sử dụng".to_owned()),
        ..OfficialDocument::new(kind)
    }
}

fn cell(text: impl Into<String>) -> HeadCell {
    HeadCell::new(text)
}

fn columns<const N: usize>(widths: [(f32, Align); N]) -> Vec<Column> {
    widths.into_iter().map(|(width, align)| Column { width, align }).collect()
}

fn points(value: NodeValue, decimals: u32) -> String {
    match value {
        Ok(value) => VI.decimal(value, decimals),
        Err(_) => words::points(value, VI),
    }
}

/// That own totals hold what others give, so that both totals can be held beside each other.
fn own_note(block: &BlockResult) -> Option<Block> {
    let told = "Điểm tự chấm trong bảng gồm cả điểm điều tra xã hội học và điểm do cơ quan khác chấm, để so sánh với điểm đánh giá.";
    (!block.scorers.is_empty()).then(|| Block::Line { align: Align::Left, text: vec![Run::italic(told)] })
}

fn ranking_table(block: &BlockResult, year: i32) -> Table {
    let definition = &block.definition;
    let rows = block.by_rank().into_iter().map(|unit| {
        let scores = &block.scores.units[unit];
        Row::cells([
            indices::place(scores, VI).unwrap_or_else(|| "–".to_owned()),
            block.table.rows[unit].unit.clone(),
            points(block.own[unit], block.decimals),
            points(scores.values[definition.total], block.decimals),
            block.index(unit, definition.total).map(|index| VI.decimal(index, block.decimals)).unwrap_or_default(),
            block.band(unit, year, VI).unwrap_or("–").to_owned(),
        ])
    });
    Table {
        title: block.block.name.clone(),
        columns: columns([
            (1.0, Align::Centre),
            (5.0, Align::Left),
            (1.5, Align::Centre),
            (1.5, Align::Centre),
            (1.5, Align::Centre),
            (2.2, Align::Left),
        ]),
        head: vec![vec![cell("Hạng"), cell("Đơn vị"), cell("Điểm tự chấm"), cell("Điểm đánh giá"), cell("Chỉ số (%)"), cell("Xếp loại")]],
        rows: rows.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_have_kind_and_issuer() {
        let origin = |issuer: &str| Origin { superior: None, issuer: issuer.to_owned(), place: String::new(), year: 2026 };
        let committee = origin("Ủy ban nhân dân thành phố Hà Nội");
        let told = |kind| symbol(kind, &committee, FIELD);
        assert_eq!(
            [Kind::Decision, Kind::Report, Kind::Minutes, Kind::OfficialLetter].map(told),
            ["QĐ-UBND", "BC-UBND", "BB-UBND", "UBND-CCHC"]
        );
        let of = |issuer: &str| symbol(Kind::Report, &origin(issuer), FIELD);
        let names =
            ["Sở Y tế", "Sở Khoa học và Công nghệ", "Sở Giáo dục và Đào tạo", "Hội đồng nhân dân tỉnh", "Văn phòng Ủy ban nhân dân"];
        assert_eq!(names.map(of), ["BC-SYT", "BC-SKHCN", "BC-SGDĐT", "BC-HĐND", "BC-VPUBND"]);
        assert_eq!(
            tied_to(Kind::OfficialLetter, &committee, FIELD),
            "(Kèm theo Công văn số …/UBND-CCHC ngày … tháng … năm 2026 của Ủy ban nhân dân thành phố Hà Nội)"
        );
    }
}
