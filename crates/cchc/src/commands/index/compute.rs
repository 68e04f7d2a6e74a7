//! `cchc index compute`: scores, ranks and bands of a table.

use std::fmt::Write as _;

use composite_index::{Definition, Edition, Gap, ScoreTable, Scores, gap_code};
use serde_json::{Map, Value, json};
use ui::Lang;

use super::input::Loaded;
use super::{Format, Source};
use crate::output::{Failure, print};
use crate::settings::Common;

pub(super) fn run(common: &Common, source: &Source) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Loaded::read(common, source)?;
    let scores = loaded.compute(lang)?;
    let (definition, edition, table) = (&loaded.definition, loaded.edition(), &loaded.table);
    let text = match source.format {
        Format::Table => as_table(lang, definition, edition, table, &scores),
        Format::Csv => as_csv(definition, edition, table, &scores),
        Format::Json => as_json(definition, edition, table, &scores),
    };
    print(lang, &text)
}

/// Rows by rank, rows without a rank last in the order of the file.
fn by_rank(scores: &Scores) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.units.len()).collect();
    order.sort_by_key(|row| (scores.units[*row].rank.unwrap_or(u32::MAX), *row));
    order
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

fn as_table(lang: Lang, definition: &Definition, edition: Option<&Edition>, table: &ScoreTable, scores: &Scores) -> String {
    let mut lines: Vec<[String; 4]> = vec![
        [lang.pick("Hạng", "Rank"), lang.pick("Đơn vị", "Unit"), lang.pick("Điểm", "Score"), lang.pick("Nhóm", "Band")].map(str::to_owned),
    ];
    for row in by_rank(scores) {
        let unit = &scores.units[row];
        let total = match unit.values[definition.total] {
            Ok(value) => lang.decimal(value, definition.decimals),
            Err(gap) => format!("– ({})", gap_words(lang, definition, gap)),
        };
        let band = unit.band.and_then(|band| edition?.bands.get(band)).map(|band| lang.pick(&band.name.vi, &band.name.en).clone());
        lines.push([
            unit.rank.map_or_else(|| "–".into(), |rank| rank.to_string()),
            table.rows[row].unit.clone(),
            total,
            band.unwrap_or_default(),
        ]);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let (rank, unit, score) = (width(0), width(1), width(2));
    let mut text = String::new();
    for [r, u, s, b] in &lines {
        let line = format!("{r:>rank$}  {u:<unit$}  {s:>score$}  {b}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let _ = writeln!(
        text,
        "\n{}: {} · {}: {}/{}",
        lang.pick("Bộ chỉ số", "Definition"),
        definition.id,
        lang.pick("xếp hạng", "ranked"),
        scores.ranked,
        table.rows.len()
    );
    text
}

fn as_csv(definition: &Definition, edition: Option<&Edition>, table: &ScoreTable, scores: &Scores) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let order = definition.top_down();
    let mut head = vec!["rank".to_owned(), "unit".to_owned(), "code".to_owned(), "band".to_owned()];
    head.extend(order.iter().map(|(id, _)| definition.nodes[*id].code.clone()));
    // Writing into memory cannot fail.
    let _ = writer.write_record(&head);
    for row in by_rank(scores) {
        let (unit, source) = (&scores.units[row], &table.rows[row]);
        let band = unit.band.and_then(|band| edition?.bands.get(band)).map(|band| band.code.clone());
        let mut record = vec![
            unit.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            source.unit.clone(),
            source.code.clone().unwrap_or_default(),
            band.unwrap_or_default(),
        ];
        record.extend(order.iter().map(|(id, _)| unit.values[*id].map(|value| value.normalize().to_string()).unwrap_or_default()));
        let _ = writer.write_record(&record);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn as_json(definition: &Definition, edition: Option<&Edition>, table: &ScoreTable, scores: &Scores) -> String {
    let units: Vec<Value> = by_rank(scores)
        .into_iter()
        .map(|row| {
            let (unit, source) = (&scores.units[row], &table.rows[row]);
            let mut nodes = Map::new();
            for (id, _) in definition.top_down() {
                // Exact decimals travel as text; a JSON number would be read as a binary fraction.
                let value = match unit.values[id] {
                    Ok(value) => json!({ "value": value.normalize().to_string() }),
                    Err(gap) => json!({ "value": null, "missing": gap.word(), "because": gap_code(definition, gap) }),
                };
                nodes.insert(definition.nodes[id].code.clone(), value);
            }
            let band = unit.band.and_then(|band| edition?.bands.get(band)).map(|band| band.code.clone());
            json!({ "unit": source.unit, "code": source.code, "rank": unit.rank, "band": band, "nodes": nodes })
        })
        .collect();
    let result = json!({
        "definition": definition.id,
        "edition": edition.map(|edition| edition.year),
        "tie_rule": definition.computation.tie_rule.word(),
        "rank_on": definition.computation.rank_on.word(),
        "ranked": scores.ranked,
        "units": units,
    });
    serde_json::to_string_pretty(&result).unwrap_or_default() + "\n"
}
