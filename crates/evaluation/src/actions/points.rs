//! Survey results and points of other agencies, brought in many at once: all of them, or none and every fault.

use std::collections::BTreeMap;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use platform::history::record;
use rust_decimal::Decimal;

use super::appraising::say;
use super::{EvaluationError, Ground, must, sets};
use crate::exchange::{HEADINGS, PointFault, PointRow};
use crate::model::{Campaign, Phase, Ruling, Side, Verdict};
use crate::scoring::within;
use crate::set::Scorer;
use crate::{store, words};

/// Longest source of points, in letters, as in the file.
const SOURCE: usize = 1_000;

fn fault(row: &PointRow, column: usize, value: &str, vi: impl Into<String>, en: impl Into<String>) -> PointFault {
    PointFault { row: row.row, column: HEADINGS[column].to_owned(), value: value.to_owned(), words: (vi.into(), en.into()) }
}

/// Puts points in for leaves that surveys or other agencies score. Points that stand already leave no trace. Answers how many changed. `unread` are the faults of
/// rows that could not be read: they are told with the others.
///
/// # Errors
/// Every row that is refused, with its place and why; nothing is saved then.
pub async fn import_points(
    ground: Ground<'_>,
    actor: &Actor,
    key: &str,
    rows: &[PointRow],
    unread: Vec<PointFault>,
) -> Result<usize, EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner)?;
    if campaign.phase == Phase::Draft || campaign.phase.is_final() {
        return Err(EvaluationError::WrongPhase(campaign.phase));
    }
    let units = store::units(write.conn(), key).await?;
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, unit) in units.iter().enumerate() {
        by_name.entry(unit.unit.clone()).or_default().push(at);
        by_name.entry(viet_text::fold(&unit.name)).or_default().push(at);
    }
    let mut set_of = BTreeMap::new();
    for block in store::blocks(write.conn(), key).await? {
        set_of.insert(block.block.clone(), sets::set_of(write.conn(), &block.set).await?.1);
    }
    let rulings: BTreeMap<(String, String), Ruling> = store::all_rulings(write.conn(), key)
        .await?
        .into_iter()
        .map(|ruling| ((ruling.unit.clone(), ruling.leaf.clone()), ruling))
        .collect();
    let (mut faults, mut changes, mut seen) = (unread, Vec::new(), BTreeMap::new());
    for row in rows {
        let found = by_name.get(&row.unit).or_else(|| by_name.get(&viet_text::fold(&row.unit)));
        let unit = match found.map(Vec::as_slice) {
            Some([one]) => &units[*one],
            Some([one, other, ..]) if one == other => &units[*one],
            Some(_) => {
                faults.push(fault(
                    row,
                    0,
                    &row.unit,
                    "có nhiều đơn vị cùng tên; ghi khóa của đơn vị",
                    "several units have this name; write the unit's key",
                ));
                continue;
            }
            None => {
                faults.push(fault(row, 0, &row.unit, "đơn vị không thuộc đợt đánh giá này", "this unit does not take part"));
                continue;
            }
        };
        let Some(set) = set_of.get(&unit.block) else { continue };
        let Some(leaf) = set.leaf(&row.leaf).filter(|leaf| set.is_for(*leaf, &unit.block)) else {
            faults.push(fault(
                row,
                1,
                &row.leaf,
                "bộ tiêu chí của đơn vị không có tiêu chí thành phần này",
                "the unit's set has no such criterion",
            ));
            continue;
        };
        if set.scorer(leaf) == Scorer::Unit {
            faults.push(fault(row, 1, &row.leaf, "tiêu chí này do đơn vị tự chấm, không nhập từ tệp", "the unit scores this itself"));
            continue;
        }
        if row.reason.chars().count() > SOURCE {
            faults.push(fault(row, 3, "…", format!("dài quá {SOURCE} ký tự"), format!("longer than {SOURCE} letters")));
            continue;
        }
        // Which of two rows counts is for whoever sends them to say.
        if let Some(first) = seen.insert((unit.unit.as_str(), row.leaf.as_str()), row.row) {
            let (vi, en) =
                (format!("đơn vị và tiêu chí này đã có ở dòng {first}"), format!("row {first} has this unit and criterion already"));
            faults.push(fault(row, 1, &row.leaf, vi, en));
            continue;
        }
        match within(set, leaf, row.points) {
            Ok(points) => changes.push((row, unit, points)),
            Err(why) => {
                let (vi, en) = (words::wrong_value(&why, ui::Lang::Vi), words::wrong_value(&why, ui::Lang::En));
                faults.push(fault(row, 2, &words::plain(row.points, ui::Lang::Vi), vi, en));
            }
        }
    }
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.row);
        return Err(EvaluationError::Points(faults));
    }
    let mut events = Vec::new();
    for (row, unit, points) in changes {
        let before = rulings.get(&(unit.unit.clone(), row.leaf.clone()));
        if before.is_some_and(|ruling| ruling.points == Some(points) && ruling.verdict == Verdict::Set) {
            continue;
        }
        let key = ground.world.new_id();
        let opinion = store::NewOpinion {
            key: &key,
            unit: &unit.unit,
            leaf: &row.leaf,
            phase: campaign.phase,
            side: Side::Office,
            verdict: Verdict::Set,
            points: Some(points),
            reason: Some(row.reason.as_str()).filter(|reason| !reason.is_empty()),
            account: actor.by(),
            at: actor.now,
        };
        events.push(say(write.conn(), &campaign, before, &opinion).await?);
    }
    record(write.conn(), &actor.source, actor.now, &events).await?;
    write.commit().await?;
    Ok(events.len())
}

/// Units and leaves whose points come from a file, with the points that stand now: unit name, leaf, points.
///
/// # Errors
/// "Not found" for those who do not look after the campaign.
pub async fn points_asked(
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &Campaign,
) -> Result<Vec<(String, String, Option<Decimal>)>, EvaluationError> {
    must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner)?;
    let mut read = ground.db.read().await?;
    let units = store::units(read.conn(), &campaign.key).await?;
    let rulings: BTreeMap<(String, String), Option<Decimal>> = store::all_rulings(read.conn(), &campaign.key)
        .await?
        .into_iter()
        .map(|ruling| ((ruling.unit, ruling.leaf), ruling.points))
        .collect();
    let mut rows = Vec::new();
    for block in store::blocks(read.conn(), &campaign.key).await? {
        let (_, set) = sets::set_of(read.conn(), &block.set).await?;
        let leaves: Vec<String> = set
            .leaves()
            .into_iter()
            .filter(|leaf| set.scorer(*leaf) != Scorer::Unit && set.is_for(*leaf, &block.block))
            .map(|leaf| set.definition.nodes[leaf].code.clone())
            .collect();
        for unit in units.iter().filter(|unit| unit.block == block.block) {
            for leaf in &leaves {
                rows.push((unit.name.clone(), leaf.clone(), rulings.get(&(unit.unit.clone(), leaf.clone())).copied().flatten()));
            }
        }
    }
    Ok(rows)
}
