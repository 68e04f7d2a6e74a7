//! The score sheet of a unit.

use official_document::{Align, Annex, Block, Emphasis, Kind, OfficialDocument, Row, Run, Signature, Table};
use rust_decimal::Decimal;

use composite_index::NodeId;

use super::{FIELD, Origin, VI, begin, cell, columns, tied_to};
use crate::actions::Sheet;
use crate::model::AnswerKind;
use crate::tally::{Shown, Tally};
use crate::words;

/// The score sheet of a unit: every leaf with its maximum, own points, figures, evidence and explanation; beside them what was ruled and why,
/// where whoever asks may hear it. Sums are the engine's.
#[must_use]
pub fn score_sheet(found: &Sheet, origin: &Origin) -> OfficialDocument {
    let definition = &found.set.definition;
    let tally = Tally::of(found);
    let ruled = tally.decided.is_some();
    let mut rows = Vec::new();
    for (id, depth) in found.set.tree() {
        if depth == 0 || !found.set.is_for(id, &found.unit.block) {
            continue;
        }
        let leaf = definition.nodes[id].is_leaf();
        let cells = cells(found, &tally, id, &definition.nodes[id].code, found.set.name(id, VI));
        rows.push(Row::Cells { cells, emphasis: if leaf { Emphasis::None } else { Emphasis::Strong } });
    }
    rows.push(Row::strong(cells(found, &tally, definition.total, "", "Tổng cộng")));
    let decided = if found.campaign.phase.is_final() { "Điểm đánh giá" } else { "Điểm thẩm định" };
    let head = ["STT", "Lĩnh vực, tiêu chí", "Điểm tối đa", "Điểm tự chấm"].into_iter();
    let head = head.chain(ruled.then_some([decided, "Lý do"]).into_iter().flatten());
    let head = head.chain(["Số liệu, minh chứng, giải trình"]).map(cell).collect();
    let columns = if ruled {
        columns([
            (1.1, Align::Left),
            (3.6, Align::Left),
            (1.0, Align::Centre),
            (1.3, Align::Centre),
            (1.3, Align::Centre),
            (2.6, Align::Left),
            (3.8, Align::Left),
        ])
    } else {
        columns([(1.1, Align::Left), (4.0, Align::Left), (1.1, Align::Centre), (1.3, Align::Centre), (5.0, Align::Left)])
    };
    let mut annex = vec![Block::Table(Table { title: String::new(), columns, head: vec![head], rows })];
    annex.extend(tally.notes(VI).into_iter().map(|note| Block::Line { align: Align::Left, text: vec![Run::italic(note)] }));
    let merged = found.successor.as_ref().map(|next| Block::paragraph(format!("{} đã sáp nhập; đơn vị kế thừa: {next}.", found.unit.name)));
    let subject = format!("Kết quả tự chấm điểm cải cách hành chính năm {}", found.campaign.year);
    OfficialDocument {
        body: [
            Block::paragraph(format!(
                "{} báo cáo kết quả tự đánh giá, chấm điểm theo {}; chi tiết tại Phụ lục.",
                found.unit.name, definition.name.vi
            )),
            Block::paragraph(format!(
                "Đợt đánh giá: {}. Tình trạng: {}.",
                found.campaign.title,
                words::unit_state(found.unit.state, VI).0.to_lowercase()
            )),
        ]
        .into_iter()
        .chain(merged)
        .collect(),
        signature: Some(Signature { authority: Vec::new(), post: "Người đứng đầu đơn vị".to_owned(), name: String::new() }),
        recipients: vec!["Cơ quan thường trực cải cách hành chính".to_owned(), "Lưu: VT".to_owned()],
        annexes: vec![Annex {
            title: if ruled {
                format!("Bảng điểm tự chấm và {}", decided.to_lowercase())
            } else {
                "Bảng tự chấm điểm".to_owned()
            },
            note: tied_to(Kind::Report, origin, FIELD),
            landscape: true,
            body: annex,
        }],
        ..begin(Kind::Report, origin, subject, found.campaign.made_up)
    }
}

fn cells(found: &Sheet, tally: &Tally<'_>, id: NodeId, code: &str, name: &str) -> Vec<String> {
    let definition = &found.set.definition;
    let told = |shown: Shown| match shown {
        Shown::Points(points) => VI.decimal(points, definition.decimals),
        Shown::Words(words) => words,
    };
    let leaf = definition.nodes[id].is_leaf();
    let most = if leaf { found.set.most(id) } else { definition.maximum(id) };
    // What a group adds or takes away at most holds beside the sum of its parts.
    let name = words::bound(&found.set, id, VI).filter(|_| !leaf).map_or_else(|| name.to_owned(), |bound| format!("{name} ({bound})"));
    let mut cells = vec![code.to_owned(), name, most.map(|most| words::plain(most, VI)).unwrap_or_default()];
    cells.push(told(tally.own(id, VI)));
    if let Some(decided) = tally.decided(id, VI) {
        cells.push(told(decided));
        cells.push(tally.ruling(id).and_then(|ruling| ruling.reason.clone()).unwrap_or_default());
    }
    cells.push(if leaf { proof(found, id) } else { String::new() });
    cells
}

/// Figures, evidence and explanation of a leaf.
fn proof(found: &Sheet, leaf: NodeId) -> String {
    let definition = &found.set.definition;
    let code = &definition.nodes[leaf].code;
    let figures = found.set.figures_of(leaf).into_iter().map(|figure| {
        let answer = found.answer(AnswerKind::Figure, &definition.figures[figure].code).and_then(|answer| answer.value.as_deref());
        let value: Option<Decimal> = answer.and_then(|text| text.parse().ok());
        format!("{}: {}", index_words::figure(definition, figure, VI), index_words::figure_value(definition, figure, value, VI))
    });
    let evidence = found.uses_of(code).map(|one| match (&one.document_number, &one.cited) {
        (Some(number), Some(place)) => format!("{} ({number}), {place}", one.title),
        (Some(number), None) => format!("{} ({number})", one.title),
        (None, Some(place)) => format!("{}, {place}", one.title),
        (None, None) => one.title.clone(),
    });
    let explanation = found.answer(AnswerKind::Explanation, code).and_then(|answer| answer.value.clone());
    figures.chain(evidence).chain(explanation).collect::<Vec<_>>().join("; ")
}
