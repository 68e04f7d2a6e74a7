//! The letter that asks a unit to explain.

use std::collections::BTreeMap;

use composite_index::NodeId;
use official_document::{Align, Annex, Block, Kind, OfficialDocument, Row, Signature, Table};

use super::{FIELD, Origin, VI, begin, cell, columns, points, tied_to};
use crate::actions::Sheet;
use crate::model::{Opinion, Ruling, Side, Verdict};
use crate::set::Scorer;

/// Threads of a unit, by code of the leaf.
type Threads = BTreeMap<String, Vec<Opinion>>;

/// The letter that asks a unit to explain: where it was asked, and where points that it gave itself were lowered.
#[must_use]
pub fn request_for_explanation(found: &Sheet, threads: &Threads, origin: &Origin, due: Option<String>) -> OfficialDocument {
    let definition = &found.set.definition;
    let mut rows = Vec::new();
    for leaf in found.leaves() {
        let code = &definition.nodes[leaf].code;
        let Some(ruling) = found.rulings.get(code).filter(|ruling| is_to_be_explained(found, leaf, ruling)) else { continue };
        let thread = threads.get(code).map(Vec::as_slice).unwrap_or_default();
        rows.push(Row::cells([
            code.clone(),
            found.set.name(leaf, VI).to_owned(),
            points(found.own(leaf), definition.decimals),
            ruling.points.map(|points| VI.decimal(points, definition.decimals)).unwrap_or_default(),
            to_be_explained(ruling, thread),
        ]));
    }
    let (unit, year, count) = (&found.unit.name, found.campaign.year, rows.len());
    let table = Table {
        title: String::new(),
        columns: columns([(1.1, Align::Left), (4.0, Align::Left), (1.2, Align::Centre), (1.3, Align::Centre), (4.5, Align::Left)]),
        head: vec![vec![cell("STT"), cell("Tiêu chí"), cell("Tự chấm"), cell("Thẩm định"), cell("Nội dung cần giải trình")]],
        rows,
    };
    let until = due.map(|due| format!(" trước {due}")).unwrap_or_default();
    let after = format!("Qua thẩm định kết quả tự chấm điểm cải cách hành chính năm {year} của {unit}");
    let body = if count == 0 {
        vec![Block::paragraph(format!("{after}, không có tiêu chí nào cần giải trình."))]
    } else {
        vec![
            Block::paragraph(format!(
                "{after}, đề nghị {unit} giải trình, bổ sung minh chứng đối với {count} tiêu chí tại Phụ lục{until}."
            )),
            Block::paragraph(
                "Nội dung giải trình được nhập tại từng tiêu chí trên hệ thống. Quá thời hạn trên mà không giải trình, điểm thẩm định được giữ nguyên để trình Hội đồng.",
            ),
        ]
    };
    let annex = Annex {
        title: "Các tiêu chí cần giải trình".to_owned(),
        note: tied_to(Kind::OfficialLetter, origin, FIELD),
        landscape: false,
        body: vec![Block::Table(table)],
    };
    OfficialDocument {
        addressees: vec![unit.clone()],
        body,
        signature: Some(Signature { authority: Vec::new(), post: "Thủ trưởng cơ quan".to_owned(), name: String::new() }),
        recipients: vec!["Như trên".to_owned(), "Lưu: VT".to_owned()],
        annexes: if count == 0 { Vec::new() } else { vec![annex] },
        ..begin(
            Kind::OfficialLetter,
            origin,
            format!("Giải trình kết quả tự chấm điểm cải cách hành chính năm {year}"),
            found.campaign.made_up,
        )
    }
}

/// A unit explains what it was asked, and what it scored itself and did not keep: lowered points, whoever agreed to them last, points where it
/// had none. Points that others give are not its own to explain.
fn is_to_be_explained(found: &Sheet, leaf: NodeId, ruling: &Ruling) -> bool {
    match ruling.verdict {
        Verdict::Ask => true,
        Verdict::Agree | Verdict::Set => {
            let lowered = ruling.points.zip(found.own(leaf).ok()).is_some_and(|(given, own)| given < own);
            let without_own = ruling.verdict == Verdict::Set && found.own(leaf).is_err();
            found.set.scorer(leaf) == Scorer::Unit && (lowered || without_own)
        }
        Verdict::Answer | Verdict::NotApplicable | Verdict::Applicable => false,
    }
}

/// What is said of the points: the last reason for asking or for other points, and what whoever agreed to them added.
fn to_be_explained(ruling: &Ruling, thread: &[Opinion]) -> String {
    let own = ruling.reason.clone();
    let said = match ruling.verdict {
        Verdict::Agree => {
            let spoke = thread.iter().rev().filter(|one| one.side != Side::Unit && matches!(one.verdict, Verdict::Set | Verdict::Ask));
            let first = spoke.filter_map(|one| one.reason.clone()).next();
            first.into_iter().chain(own).collect::<Vec<_>>()
        }
        _ => own.into_iter().collect(),
    };
    if said.is_empty() { "Điểm thẩm định thấp hơn điểm tự chấm.".to_owned() } else { said.join("; ") }
}
