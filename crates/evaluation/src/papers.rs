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

fn begin(kind: Kind, origin: &Origin, symbol: &str, subject: String, made_up: bool) -> OfficialDocument {
    OfficialDocument {
        superior: origin.superior.clone(),
        issuer: vec![origin.issuer.clone()],
        symbol: symbol.to_owned(),
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
