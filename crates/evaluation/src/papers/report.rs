//! The report on the results of a campaign.

use official_document::{Align, Bar, Block, Kind, Level, OfficialDocument, Row, Signature, Table};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::{Origin, VI, begin, cell, columns, own_note, ranking_table};
use crate::actions::Results;
use crate::comparing::{Change, of_total};
use crate::exports::withdrawn;
use crate::pages::results::node_name;
use crate::reduced::{scaled_totals, taken_out};
use crate::result::BlockResult;
use crate::words;

fn bar(label: String, value: Option<Decimal>, decimals: u32) -> Option<Bar> {
    let value = value?;
    Some(Bar { label, value: value.to_f64()?, text: VI.decimal(value, decimals) })
}

/// Mean index of an area over the units of a block, in percent.
fn mean_index(block: &BlockResult, area: usize) -> Option<Decimal> {
    let found: Vec<Decimal> = (0..block.table.rows.len()).filter_map(|unit| block.index(unit, area)).collect();
    (!found.is_empty()).then(|| found.iter().sum::<Decimal>() / Decimal::from(found.len()))
}

/// The report on the results: each block with its ranking, its areas as a chart, what was reduced, and the change from last year.
#[must_use]
pub fn report(results: &Results, origin: &Origin) -> OfficialDocument {
    const ROMAN: [&str; 8] = ["I.", "II.", "III.", "IV.", "V.", "VI.", "VII.", "VIII."];
    let campaign = &results.campaign;
    let mut body: Vec<Block> =
        withdrawn(results, VI).into_iter().map(|told| Block::paragraph(format!("{}.", told.trim_end_matches('.')))).collect();
    for (at, block) in results.blocks.iter().enumerate() {
        body.push(Block::heading(Level::Section, *ROMAN.get(at).unwrap_or(&"–"), block.block.name.clone()));
        body.extend(spread(block).map(Block::paragraph));
        body.push(Block::Table(ranking_table(block, campaign.year)));
        body.extend(own_note(block));
        let bars: Vec<Bar> = block
            .areas()
            .iter()
            .filter_map(|area| {
                bar(format!("{}. {}", block.definition.nodes[*area].code, node_name(block, *area, VI)), mean_index(block, *area), 1)
            })
            .collect();
        if !bars.is_empty() {
            let said: Vec<String> = bars.iter().map(|bar| format!("{} {} %", bar.label, bar.text)).collect();
            body.push(Block::BarChart {
                title: format!("Chỉ số trung bình từng lĩnh vực, khối {} (%)", block.block.name.to_lowercase()),
                alt: said.join("; "),
                bars,
            });
        }
        body.extend(changes(block, results).into_iter().map(Block::paragraph));
        let lowered: Vec<Row> = block
            .table
            .rows
            .iter()
            .flat_map(|row| taken_out(&block.definition, row, VI).into_iter().map(move |one| (row, one)))
            .map(|(row, one)| {
                Row::cells([
                    row.unit.clone(),
                    format!("{} {}", block.definition.nodes[one.node].code, node_name(block, one.node, VI)),
                    one.reason,
                ])
            })
            .collect();
        if !lowered.is_empty() {
            body.push(Block::Table(Table {
                title: "Tiêu chí không áp dụng".to_owned(),
                columns: columns([(3.0, Align::Left), (4.0, Align::Left), (4.0, Align::Left)]),
                head: vec![vec![cell("Đơn vị"), cell("Tiêu chí"), cell("Lý do")]],
                rows: lowered,
            }));
            body.extend(scaled_totals(&block.definition, &block.table.rows, VI).map(Block::paragraph));
        }
        body.extend(results.mergers(block, |_| true, VI).map(Block::paragraph));
    }
    OfficialDocument {
        body,
        signature: Some(Signature { authority: Vec::new(), post: "Thủ trưởng cơ quan".to_owned(), name: String::new() }),
        recipients: vec!["Các đơn vị được đánh giá".to_owned(), "Lưu: VT".to_owned()],
        ..begin(Kind::Report, origin, format!("Kết quả đánh giá cải cách hành chính năm {}", campaign.year), campaign.made_up)
    }
}

/// How many units there are, and where their totals lie.
fn spread(block: &BlockResult) -> Option<String> {
    let totals: Vec<Decimal> = block.scores.units.iter().filter_map(|unit| unit.values[block.definition.total].ok()).collect();
    let (most, least) = (*totals.iter().max()?, *totals.iter().min()?);
    let (units, told) = (block.table.rows.len(), |value: Decimal| VI.decimal(value, block.decimals));
    let mean = totals.iter().sum::<Decimal>() / Decimal::from(totals.len());
    let without = units - totals.len();
    let open = if without > 0 { format!(" ({without} đơn vị chưa có tổng điểm)") } else { String::new() };
    Some(match totals.len() {
        1 => format!("{units} đơn vị được đánh giá{open}; tổng điểm {}.", told(most)),
        _ if told(most) == told(least) => format!("{units} đơn vị được đánh giá{open}; các đơn vị cùng đạt {} điểm.", told(most)),
        _ => format!(
            "{units} đơn vị được đánh giá{open}; điểm trung bình {}, cao nhất {}, thấp nhất {}.",
            told(mean),
            told(most),
            told(least)
        ),
    })
}

/// A unit and how far its total moved, as a reader sees it.
type Moved = (String, Decimal);

/// How totals moved since last year. A change smaller than what is shown is none.
fn changes(block: &BlockResult, results: &Results) -> Option<String> {
    let before = results.before.iter().find(|before| before.block.block == block.block.block)?;
    let found: Vec<(String, Change)> = block
        .table
        .rows
        .iter()
        .enumerate()
        .filter_map(|(unit, row)| {
            let then = before.position(row.code.as_deref()?)?;
            Some((row.unit.clone(), of_total((block, unit), (before, then))?))
        })
        .collect();
    let by_index = found.iter().any(|(_, change)| change.is_index());
    let moved: Vec<Moved> = found.into_iter().map(|(unit, change)| (unit, change.value().round_dp(block.decimals))).collect();
    let told = told_changes(&moved, block.decimals)?;
    let most =
        |result: &BlockResult| result.definition.maximum(result.definition.total).map(|most| words::plain(most, VI)).unwrap_or_default();
    let basis = if by_index {
        format!(" (so sánh chỉ số, tính bằng điểm phần trăm, vì điểm tối đa thay đổi từ {} thành {})", most(before), most(block))
    } else {
        String::new()
    };
    let (compared, units) = (moved.len(), block.table.rows.len());
    let of = if compared < units { format!(", trong {compared} đơn vị so sánh được") } else { String::new() };
    Some(format!("So với năm trước{basis}{of}: {told}."))
}

/// Sentences that are true of the changes: nobody "rises most" by falling.
fn told_changes(moved: &[Moved], decimals: u32) -> Option<String> {
    let (most, least) = (moved.iter().map(|one| one.1).max()?, moved.iter().map(|one| one.1).min()?);
    let those = |value: Decimal| {
        let names: Vec<&str> = moved.iter().filter(|one| one.1 == value).map(|one| one.0.as_str()).collect();
        let more = names.len().saturating_sub(3);
        let tail = if more > 0 { format!(" và {more} đơn vị khác") } else { String::new() };
        format!("{}{tail} ({})", names.iter().take(3).copied().collect::<Vec<_>>().join(", "), VI.signed(value, decimals))
    };
    let count = |wanted: std::cmp::Ordering| moved.iter().filter(|one| one.1.cmp(&Decimal::ZERO) == wanted).count();
    let (rose, fell, stayed) = (count(std::cmp::Ordering::Greater), count(std::cmp::Ordering::Less), count(std::cmp::Ordering::Equal));
    if let [(unit, change)] = moved {
        let change = VI.decimal(change.abs(), decimals);
        return Some(match (rose, fell) {
            (1, _) => format!("{unit} tăng {change}"),
            (_, 1) => format!("{unit} giảm {change}"),
            _ => format!("{unit} không thay đổi"),
        });
    }
    if rose == 0 && fell == 0 {
        return Some("không đơn vị nào thay đổi".to_owned());
    }
    let mut told = vec![match (rose, fell, stayed) {
        (0, _, 0) => "không đơn vị nào tăng".to_owned(),
        (_, 0, 0) => "không đơn vị nào giảm".to_owned(),
        (0, _, _) => format!("không đơn vị nào tăng, {stayed} đơn vị không thay đổi, {fell} đơn vị giảm"),
        (_, 0, _) => format!("không đơn vị nào giảm, {stayed} đơn vị không thay đổi, {rose} đơn vị tăng"),
        (_, _, 0) => format!("{rose} đơn vị tăng, {fell} đơn vị giảm"),
        _ => format!("{rose} đơn vị tăng, {fell} đơn vị giảm, {stayed} đơn vị không thay đổi"),
    }];
    if most == least {
        told.push(format!("các đơn vị cùng thay đổi: {}", those(most)));
        return Some(told.join("; "));
    }
    if rose > 0 {
        told.push(format!("tăng nhiều nhất: {}", those(most)));
        if fell == 0 && stayed == 0 {
            told.push(format!("tăng ít nhất: {}", those(least)));
        }
    }
    if fell > 0 {
        if rose == 0 && stayed == 0 {
            told.push(format!("giảm ít nhất: {}", those(most)));
        }
        told.push(format!("giảm nhiều nhất: {}", those(least)));
    }
    Some(told.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(changes: &[(&str, &str)]) -> String {
        let moved: Vec<Moved> = changes.iter().map(|(unit, change)| ((*unit).to_owned(), change.parse().unwrap())).collect();
        told_changes(&moved, 2).unwrap()
    }

    #[test]
    fn what_is_said_of_changes_is_true_of_every_unit() {
        assert_eq!(
            told(&[("Sở A", "-60.19"), ("Sở B", "-70"), ("Sở C", "-61")]),
            "không đơn vị nào tăng; giảm ít nhất: Sở A (−60,19); giảm nhiều nhất: Sở B (−70,00)"
        );
        assert_eq!(
            told(&[("Sở A", "3"), ("Sở B", "1.5")]),
            "không đơn vị nào giảm; tăng nhiều nhất: Sở A (+3,00); tăng ít nhất: Sở B (+1,50)"
        );
        assert_eq!(
            told(&[("Sở A", "3"), ("Sở B", "3"), ("Sở C", "0"), ("Sở D", "-2")]),
            "2 đơn vị tăng, 1 đơn vị giảm, 1 đơn vị không thay đổi; tăng nhiều nhất: Sở A, Sở B (+3,00); giảm nhiều nhất: Sở D (−2,00)"
        );
        assert_eq!(
            told(&[("Sở A", "0"), ("Sở B", "-1")]),
            "không đơn vị nào tăng, 1 đơn vị không thay đổi, 1 đơn vị giảm; giảm nhiều nhất: Sở B (−1,00)"
        );
        assert_eq!(told(&[("Sở A", "-1"), ("Sở B", "-1")]), "không đơn vị nào tăng; các đơn vị cùng thay đổi: Sở A, Sở B (−1,00)");
        assert_eq!(told(&[("Sở A", "0"), ("Sở B", "0")]), "không đơn vị nào thay đổi");
        assert_eq!(told(&[("Sở A", "-1.25")]), "Sở A giảm 1,25");
    }
}
