//! `cchc index compute`: scores, ranks and bands of a table, and what was done to its indicators.

use std::path::Path;

use composite_index::{Definition, Edition, Gap, RankWithin, Scaled, ScoreTable, Scores, UnitScores, gap_code};
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Map, Value, json};
use ui::Lang;

use super::explain::exact;
use super::input::Loaded;
use super::scaling::{record_sheet, records_json, records_sheet, treated_sheet};
use super::sheet::{Cell, Sheet, write};
use super::{Format, Source};
use crate::output::{Failure, print};
use crate::settings::Common;

pub(super) fn run(common: &Common, source: &Source, scaling: Option<&Path>) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Loaded::read(common, source)?;
    let (scores, scaled) = loaded.compute_recorded(lang)?;
    if let Some(path) = scaling {
        let text = write(lang, &[records_sheet(lang, &loaded, &scaled)], Format::Csv);
        std::fs::write(path, text).map_err(|error| {
            let path = path.display();
            Failure::failed(lang.pick(format!("{path}: không ghi được: {error}"), format!("{path}: cannot be written: {error}")))
        })?;
    }
    let (definition, edition, table) = (&loaded.definition, loaded.edition(), &loaded.table);
    let text = match source.format {
        Format::Table => as_table(lang, &loaded, &scores, &scaled),
        Format::Csv => as_csv(definition, edition, table, &scores),
        Format::Json => as_json(&loaded, &scores, &scaled),
    };
    print(lang, &text)
}

/// Rows by rank, rows without a rank last in the order of the file; where ranks are given within blocks, block after block.
fn by_rank(definition: &Definition, table: &ScoreTable, scores: &Scores) -> Vec<usize> {
    let apart = definition.computation.rank_within == RankWithin::Block;
    let block = |row: usize| {
        let code = table.rows[row].block.as_ref().filter(|_| apart);
        code.map(|code| definition.blocks.iter().position(|block| block.code == *code)).map_or(usize::MAX, |at| at.unwrap_or(usize::MAX))
    };
    let mut order: Vec<usize> = (0..scores.units.len()).collect();
    order.sort_by_key(|row| (block(*row), scores.units[*row].rank.unwrap_or(u32::MAX), *row));
    order
}

/// The place as a number: whole, or a shared average such as 2.5.
fn place_json(unit: &UnitScores) -> Value {
    match unit.place {
        Some(place) if place.fract().is_zero() => json!(place.to_u64()),
        // Halves are exact in binary fractions.
        place => json!(place.and_then(|place| place.to_f64())),
    }
}

/// A block: its code for machines, its name for people.
pub(super) fn block_cell(lang: Lang, definition: &Definition, code: &str) -> Cell {
    let block = definition.blocks.iter().find(|block| block.code == code);
    Cell::coded(code.to_owned(), block.map_or(code, |block| lang.pick(&block.name.vi, &block.name.en)))
}

pub(super) fn gap_words(lang: Lang, definition: &Definition, gap: Gap) -> String {
    format!("{} {}", gap_kind(lang, gap), gap_code(definition, gap))
}

fn gap_kind(lang: Lang, gap: Gap) -> &'static str {
    match gap {
        Gap::EmptyLeaf(_) | Gap::EmptyFigure(_) => lang.pick("thiếu số liệu", "no figure for"),
        Gap::NotPublished(_) => lang.pick("chưa công bố cách tính", "rule not published:"),
        Gap::NotApplicable(_) => lang.pick("không áp dụng", "not applicable:"),
        Gap::TooFew(_) => lang.pick("thiếu quá nhiều thành phần của", "too little of"),
        Gap::DivisionByZero(_) => lang.pick("chia cho 0 ở", "division by zero in"),
        Gap::OutOfRange(_) => lang.pick("ngoài phạm vi quy tắc của", "outside the rule of"),
        Gap::NoMean(_) => lang.pick("không lấy được bình quân của", "no mean of"),
    }
}

fn as_table(lang: Lang, loaded: &Loaded, scores: &Scores, scaled: &Scaled) -> String {
    let (definition, edition, table) = (&loaded.definition, loaded.edition(), &loaded.table);
    let has_blocks = table.rows.iter().any(|row| row.block.is_some());
    let has_bands = scores.units.iter().any(|unit| unit.band.is_some());
    let mut columns = vec![("rank", lang.pick("Hạng", "Rank")), ("unit", lang.pick("Đơn vị", "Unit"))];
    columns.extend(has_blocks.then(|| ("block", lang.pick("Khối", "Block"))));
    columns.push(("score", lang.pick("Điểm", "Score")));
    columns.extend(has_bands.then(|| ("band", lang.pick("Nhóm", "Band"))));
    let title = format!(
        "{}: {} · {}: {}/{}",
        lang.pick("Bộ chỉ số", "Definition"),
        definition.id,
        lang.pick("xếp hạng", "ranked"),
        scores.ranked,
        table.rows.len()
    );
    let mut sheet = Sheet::new("scores", title, &columns);
    for row in by_rank(definition, table, scores) {
        let unit = &scores.units[row];
        let mut cells = vec![exact(unit.place), Cell::from(table.rows[row].unit.as_str())];
        if has_blocks {
            let code = table.rows[row].block.as_ref();
            cells.push(code.map_or(Cell::Nothing, |code| block_cell(lang, definition, code)));
        }
        cells.push(match unit.values[definition.total] {
            Ok(value) => Cell::Exact(value, definition.decimals),
            Err(gap) => Cell::Text(format!("– ({})", gap_words(lang, definition, gap))),
        });
        if has_bands {
            let band = unit.band.and_then(|band| edition?.bands.get(band));
            cells.push(band.map_or(Cell::Nothing, |band| Cell::Text(lang.pick(&band.name.vi, &band.name.en).clone())));
        }
        sheet.push(cells);
    }
    let scaling = [record_sheet(lang, loaded, scaled), treated_sheet(lang, loaded, scaled)];
    let sheets: Vec<Sheet> = std::iter::once(sheet).chain(scaling.into_iter().filter(|sheet| !sheet.is_empty())).collect();
    write(lang, &sheets, Format::Table)
}

fn as_csv(definition: &Definition, edition: Option<&Edition>, table: &ScoreTable, scores: &Scores) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let order = definition.top_down();
    let has_blocks = !definition.blocks.is_empty();
    let mut head = vec!["rank".to_owned(), "unit".to_owned(), "code".to_owned(), "band".to_owned()];
    head.extend(has_blocks.then(|| "block".to_owned()));
    head.extend(order.iter().map(|(id, _)| definition.nodes[*id].code.clone()));
    // Writing into memory cannot fail.
    let _ = writer.write_record(&head);
    for row in by_rank(definition, table, scores) {
        let (unit, source) = (&scores.units[row], &table.rows[row]);
        let band = unit.band.and_then(|band| edition?.bands.get(band)).map(|band| band.code.clone());
        let mut record = vec![
            unit.place.map(|place| place.normalize().to_string()).unwrap_or_default(),
            source.unit.clone(),
            source.code.clone().unwrap_or_default(),
            band.unwrap_or_default(),
        ];
        record.extend(has_blocks.then(|| source.block.clone().unwrap_or_default()));
        record.extend(order.iter().map(|(id, _)| unit.values[*id].map(|value| value.normalize().to_string()).unwrap_or_default()));
        let _ = writer.write_record(&record);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn as_json(loaded: &Loaded, scores: &Scores, scaled: &Scaled) -> String {
    let (definition, edition, table) = (&loaded.definition, loaded.edition(), &loaded.table);
    let order = definition.top_down();
    let units: Vec<Value> = by_rank(definition, table, scores)
        .into_iter()
        .map(|row| {
            let (unit, source) = (&scores.units[row], &table.rows[row]);
            let mut nodes = Map::new();
            for (id, _) in &order {
                // Exact decimals travel as text; a JSON number would be read as a binary fraction.
                let value = match unit.values[*id] {
                    Ok(value) => json!({ "value": value.normalize().to_string() }),
                    Err(gap) => json!({ "value": null, "missing": gap.word(), "because": gap_code(definition, gap) }),
                };
                nodes.insert(definition.nodes[*id].code.clone(), value);
            }
            let band = unit.band.and_then(|band| edition?.bands.get(band)).map(|band| band.code.clone());
            json!({
                "unit": source.unit,
                "code": source.code,
                "block": source.block,
                "rank": place_json(unit),
                "band": band,
                "nodes": nodes,
            })
        })
        .collect();
    let result = json!({
        "definition": definition.id,
        "edition": edition.map(|edition| edition.year),
        "tie_rule": definition.computation.tie_rule.word(),
        "rank_on": definition.computation.rank_on.word(),
        "rank_within": definition.computation.rank_within.word(),
        "ranked": scores.ranked,
        "units": units,
        "scaling": records_json(loaded, scaled),
    });
    serde_json::to_string_pretty(&result).unwrap_or_default() + "\n"
}
