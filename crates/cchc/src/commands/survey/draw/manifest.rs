//! The manifest of a draw: written with each result, read again to repeat the draw and compare.

use std::collections::BTreeMap;
use std::path::Path;

use clap::ValueEnum as _;
use serde_json::Value;
use survey_stats::{DataTable, PlanFault};
use ui::Lang;

use super::super::report::{Format, Report};
use super::{Drawn, Method, Request, failed, wrong};
use crate::output::Failure;
use crate::say;

pub(super) fn tell(lang: Lang, request: &Request, drawn: &Drawn, report: &mut Report) {
    let joined = |texts: &[String]| texts.join(",");
    let methods: Vec<&str> = request.method.iter().map(|method| method.name()).collect();
    let reserves: Vec<String> = request.reserves.iter().map(ToString::to_string).collect();
    report.tell([
        ("algorithm", lang.pick("Bộ sinh số", "Generator"), drawn.algorithm.into()),
        ("seed", lang.pick("Số gieo", "Seed"), request.seed.to_string().into()),
        ("method", lang.pick("Cách rút", "Method"), methods.join(",").into()),
        ("counts", lang.pick("Số đơn vị", "Units"), joined(&request.count).into()),
        ("up_to", lang.pick("Lấy hết khi thiếu", "All where there are fewer"), u8::from(request.up_to).to_string().into()),
        ("reserves", lang.pick("Dự phòng", "Reserves"), reserves.join(",").into()),
        ("label_column", lang.pick("Cột mã", "Column of labels"), joined(&request.label).into()),
        ("strata_column", lang.pick("Cột tầng", "Column of strata"), joined(&request.strata).into()),
        ("size_column", lang.pick("Cột quy mô", "Column of sizes"), joined(&request.size).into()),
        ("certain_column", lang.pick("Cột đơn vị chắc chắn", "Column of certainty"), joined(&request.certain).into()),
        ("frame_rows", lang.pick("Số dòng dàn mẫu", "Rows of the frame"), drawn.frame_rows.as_str().into()),
        ("frame_digest", lang.pick("Mã băm dàn mẫu", "Digest of the frame"), drawn.digests.as_str().into()),
    ]);
}

/// A result of `draw` as it was written: what is said of the whole, and each unit, by names.
struct Written {
    notes: BTreeMap<String, String>,
    rows: Vec<BTreeMap<String, String>>,
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(mark) => u8::from(*mark).to_string(),
        other => other.to_string(),
    }
}

impl Written {
    fn read(lang: Lang, path: &Path) -> Result<Self, Failure> {
        let unreadable = || {
            let path = path.display();
            wrong(
                lang,
                format!("{path}: không phải kết quả CSV hoặc JSON của cchc survey draw"),
                format!("{path}: no CSV or JSON result of cchc survey draw"),
            )
        };
        let text = std::fs::read_to_string(path).map_err(|error| Failure::bad_input(say::unreadable(lang, path, &error)))?;
        let named = |object: &serde_json::Map<String, Value>| object.iter().map(|(key, value)| (key.clone(), plain(value))).collect();
        if text.trim_start().starts_with('{') {
            let whole: Value = serde_json::from_str(&text).map_err(|_| unreadable())?;
            let (Some(notes), Some(rows)) = (whole["notes"].as_object(), whole["rows"].as_array()) else { return Err(unreadable()) };
            return Ok(Self { notes: named(notes), rows: rows.iter().filter_map(Value::as_object).map(named).collect() });
        }
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names: Vec<String> = reader.headers().map_err(|_| unreadable())?.iter().map(str::to_owned).collect();
        let mut rows: Vec<BTreeMap<String, String>> = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|_| unreadable())?;
            rows.push(names.iter().cloned().zip(record.iter().map(str::to_owned)).collect());
        }
        // In CSV the notes stand in each row.
        let notes = rows.first().cloned().ok_or_else(unreadable)?;
        Ok(Self { notes, rows })
    }

    fn note(&self, lang: Lang, key: &str) -> Result<&str, Failure> {
        self.notes
            .get(key)
            .map(String::as_str)
            .ok_or_else(|| wrong(lang, format!("biên bản không có mục {key}"), format!("the manifest has no entry {key}")))
    }

    fn request(&self, lang: Lang) -> Result<Request, Failure> {
        let list = |key: &str| -> Result<Vec<String>, Failure> {
            let text = self.note(lang, key)?;
            Ok(if text.is_empty() { Vec::new() } else { text.split(',').map(str::to_owned).collect() })
        };
        let odd =
            |key: &str| wrong(lang, format!("biên bản: không đọc được mục {key}"), format!("the manifest's entry {key} cannot be read"));
        let methods = list("method")?;
        Ok(Request {
            label: list("label_column")?,
            strata: list("strata_column")?,
            size: list("size_column")?,
            certain: list("certain_column")?,
            method: methods.iter().map(|name| Method::from_str(name, false)).collect::<Result<_, _>>().map_err(|_| odd("method"))?,
            count: list("counts")?,
            up_to: self.note(lang, "up_to")? == "1",
            reserves: list("reserves")?.iter().map(|text| text.parse()).collect::<Result<_, _>>().map_err(|_| odd("reserves"))?,
            seed: self.note(lang, "seed")?.parse().map_err(|_| odd("seed"))?,
        })
    }
}

/// Draws again what a manifest describes, and compares each unit with what it lists.
pub(super) fn check(lang: Lang, table: &DataTable, path: &Path, format: Format) -> Result<(), Failure> {
    let written = Written::read(lang, path)?;
    let request = written.request(lang)?;
    if request.label.is_empty() {
        return Err(wrong(lang, "biên bản không nêu cột mã", "the manifest names no column of labels"));
    }
    let drawn = request.draw(lang, table)?;
    let same = written.note(lang, "frame_digest")? == drawn.digests
        && written.note(lang, "frame_rows")? == drawn.frame_rows
        && written.note(lang, "algorithm")? == drawn.algorithm;
    if !same {
        return Err(failed(lang, &PlanFault::OtherFrame));
    }
    let mut report = Report::new(&["place", "label", "field", "manifest", "repeated"]);
    let mut repeated = super::report(&request, &drawn);
    tell(lang, &request, &drawn, &mut repeated);
    let found = repeated.texts();
    let mut units = 0;
    for place in 0..found.rows.len().max(written.rows.len()) {
        let differences = differences(&found.columns, &written, place, found.rows.get(place));
        units += usize::from(!differences.is_empty());
        let label = drawn.units.get(place).map_or("", |unit| unit.label.as_str());
        for (field, listed, drawn) in differences {
            report.rows.push(vec![(place + 1).into(), label.into(), field.into(), listed.into(), drawn.into()]);
        }
    }
    let differences = report.rows.len();
    report.note("units", lang.pick("Số đơn vị rút lại", "Units drawn again"), drawn.units.len());
    report.note("units_that_differ", lang.pick("Số đơn vị khác nhau", "Units that differ"), units);
    report.note("differences", lang.pick("Số chỗ khác nhau", "Differences"), differences);
    let result = if differences == 0 { lang.pick("trùng khớp", "the same") } else { lang.pick("không trùng khớp", "not the same") };
    report.note("result", lang.pick("Kết quả so sánh", "Result"), result);
    report.print(lang, format)?;
    if differences == 0 {
        return Ok(());
    }
    Err(Failure::failed(lang.pick(
        format!("Mẫu trong biên bản khác mẫu rút lại ở {differences} chỗ."),
        format!("The sample of the manifest differs from the repeated one in {differences} places."),
    )))
}

/// The fields in which a unit of the result differs from the one that was drawn again: name, what was written, what was drawn.
/// Everything that a result says of a unit is compared, and in CSV what each row says of the whole. A unit that one of both lacks
/// differs in its label.
fn differences(columns: &[String], written: &Written, place: usize, found: Option<&Vec<String>>) -> Vec<(String, String, String)> {
    let listed = written.rows.get(place);
    let lacking = listed.is_none() || found.is_none();
    let mut differing = Vec::new();
    for (cell, column) in columns.iter().enumerate() {
        let drawn = found.and_then(|cells| cells.get(cell)).map_or("", String::as_str);
        // Rows of JSON do not repeat the notes.
        let listed = listed.and_then(|row| row.get(column).or_else(|| written.notes.get(column))).map_or("", String::as_str);
        let same = if lacking { column != "label" } else { alike(column, listed, drawn) };
        if !same {
            differing.push((column.clone(), listed.to_owned(), drawn.to_owned()));
        }
    }
    differing
}

/// The same text; or, of a probability or weight, the same figure in another form, up to rounding.
fn alike(column: &str, written: &str, drawn: &str) -> bool {
    let figure = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
    let near = |one: f64, other: f64| (one - other).abs() <= 1e-12 * other.abs();
    let is_figure = ["probability", "overall", "weight"].contains(&column);
    written == drawn || is_figure && figure(written).zip(figure(drawn)).is_some_and(|(one, other)| near(one, other))
}
