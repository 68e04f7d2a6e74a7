//! What was used to scale each indicator and every value that was changed on the way, as sheets and as JSON.

use composite_index::{Imputation, Scaled, ScalingRecord, Treatment};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use ui::Lang;

use super::explain::exact;
use super::input::Loaded;
use super::sheet::{Cell, Sheet};

/// What was done to a value, in words.
pub(super) fn treatment_words(lang: Lang, treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::Imputed => lang.pick("bù số liệu thiếu", "imputed"),
        Treatment::Winsorised => lang.pick("thu ngoại lai về giá trị kế tiếp", "outlier drawn to the next value"),
        Treatment::Logged => lang.pick("lấy lôgarit", "logarithm taken"),
        Treatment::Truncated => lang.pick("giữ ở mốc", "kept at the goalpost"),
    }
}

/// From what a missing value is filled, in words.
pub(super) fn imputation_words(lang: Lang, method: Imputation) -> &'static str {
    match method {
        Imputation::Mean => lang.pick("bình quân các đơn vị", "mean of the units"),
        Imputation::Median => lang.pick("trung vị các đơn vị", "median of the units"),
        Imputation::GroupMean => lang.pick("bình quân các đơn vị cùng khối", "mean of the block"),
        Imputation::GroupMedian => lang.pick("trung vị các đơn vị cùng khối", "median of the block"),
        Imputation::Last => lang.pick("giá trị gần nhất của năm trước", "latest earlier value"),
        Imputation::Linear => lang.pick("đường thẳng qua các năm trước", "line over earlier years"),
    }
}

fn code<'l>(loaded: &'l Loaded, record: &ScalingRecord) -> &'l str {
    &loaded.definition.nodes[record.node].code
}

fn method(loaded: &Loaded, record: &ScalingRecord) -> &'static str {
    loaded.definition.nodes[record.node].scaling.as_ref().map_or("", |scaling| scaling.method.word())
}

fn method_cell(lang: Lang, loaded: &Loaded, record: &ScalingRecord) -> Cell {
    let scaling = loaded.definition.nodes[record.node].scaling.as_ref();
    scaling.map_or(Cell::Nothing, |scaling| Cell::coded(scaling.method.word(), index_words::method(scaling.method, lang)))
}

fn block(record: &ScalingRecord) -> Cell {
    record.block.clone().map_or(Cell::Nothing, Cell::Text)
}

/// The range or moments that each indicator was scaled with.
pub(super) fn record_sheet(lang: Lang, loaded: &Loaded, scaled: &Scaled) -> Sheet {
    let has_blocks = scaled.records.iter().any(|record| record.block.is_some());
    let mut columns = vec![("indicator", lang.pick("Chỉ số", "Indicator"))];
    columns.extend(has_blocks.then(|| ("block", lang.pick("Khối", "Block"))));
    columns.extend([
        ("method", lang.pick("Cách chuẩn hóa", "Method")),
        ("low", lang.pick("Thấp nhất", "Least")),
        ("high", lang.pick("Cao nhất", "Greatest")),
        ("mean", lang.pick("Bình quân", "Mean")),
        ("deviation", lang.pick("Độ lệch chuẩn", "Deviation")),
    ]);
    let mut sheet = Sheet::new("scaling", lang.pick("Khoảng giá trị đã dùng để chuẩn hóa", "Ranges used for scaling"), &columns);
    for record in &scaled.records {
        let mut cells = vec![Cell::from(code(loaded, record))];
        cells.extend(has_blocks.then(|| block(record)));
        cells.push(method_cell(lang, loaded, record));
        cells.extend([record.range.map(|(low, _)| low), record.range.map(|(_, high)| high)].map(exact));
        cells.extend([record.moments.map(|(mean, _)| mean), record.moments.map(|(_, deviation)| deviation)].map(exact));
        sheet.push(cells);
    }
    sheet
}

/// Every value that was filled, drawn in or kept at a goalpost. A logarithm is taken of a whole indicator and is told once.
pub(super) fn treated_sheet(lang: Lang, loaded: &Loaded, scaled: &Scaled) -> Sheet {
    let mut sheet = Sheet::new(
        "treated",
        lang.pick("Giá trị đã xử lý trước khi chuẩn hóa", "Values that were changed before scaling"),
        &[
            ("indicator", lang.pick("Chỉ số", "Indicator")),
            ("unit", lang.pick("Đơn vị", "Unit")),
            ("treatment", lang.pick("Đã xử lý", "Treatment")),
            ("before", lang.pick("Giá trị gốc", "Before")),
            ("after", lang.pick("Giá trị dùng", "After")),
        ],
    );
    for record in &scaled.records {
        let imputation = loaded.definition.nodes[record.node].scaling.as_ref().and_then(|scaling| scaling.imputation);
        for value in record.treated.iter().filter(|value| value.treatment != Treatment::Logged) {
            let mut words = treatment_words(lang, value.treatment).to_owned();
            if let (Treatment::Imputed, Some(method)) = (value.treatment, imputation) {
                words += &format!(" ({})", imputation_words(lang, method));
            }
            sheet.push(vec![
                Cell::from(code(loaded, record)),
                Cell::from(loaded.table.rows[value.row].unit.as_str()),
                Cell::coded(value.treatment.word(), words),
                exact(value.before),
                exact(Some(value.after)),
            ]);
        }
        let logged = record.treated.iter().filter(|value| value.treatment == Treatment::Logged).count();
        if logged > 0 {
            let all = lang.pick(format!("mọi đơn vị ({logged})"), format!("every unit ({logged})"));
            let words = treatment_words(lang, Treatment::Logged).to_owned();
            let cells = vec![Cell::from(code(loaded, record)), Cell::Text(all), Cell::coded(Treatment::Logged.word(), words)];
            sheet.push(cells.into_iter().chain([Cell::Nothing, Cell::Nothing]).collect());
        }
    }
    sheet
}

/// All records in one sheet, for a file beside the scores: a line for each range, and one for each value that was changed.
pub(super) fn records_sheet(lang: Lang, loaded: &Loaded, scaled: &Scaled) -> Sheet {
    let names = ["indicator", "block", "method", "low", "high", "mean", "deviation", "unit", "code", "treatment", "before", "after"];
    let mut sheet = Sheet::new("scaling", "", &names.map(|name| (name, name)));
    for record in &scaled.records {
        let head = [Cell::from(code(loaded, record)), block(record), Cell::from(method(loaded, record))];
        let (range, moments) = (record.range, record.moments);
        let used =
            [range.map(|range| range.0), range.map(|range| range.1), moments.map(|moments| moments.0), moments.map(|moments| moments.1)];
        let nothing = || std::iter::repeat_n(Cell::Nothing, 5);
        sheet.push(head.iter().cloned().chain(used.map(exact)).chain(nothing()).collect());
        for value in &record.treated {
            let row = &loaded.table.rows[value.row];
            let own = [
                Cell::from(row.unit.as_str()),
                row.code.clone().map_or(Cell::Nothing, Cell::Text),
                Cell::coded(value.treatment.word(), treatment_words(lang, value.treatment).to_owned()),
                exact(value.before),
                exact(Some(value.after)),
            ];
            sheet.push(head.iter().cloned().chain(nothing().take(4)).chain(own).collect());
        }
    }
    sheet
}

/// All records for machines.
pub(super) fn records_json(loaded: &Loaded, scaled: &Scaled) -> Value {
    let plain = |value: Decimal| value.normalize().to_string();
    let pair = |pair: Option<(Decimal, Decimal)>| pair.map(|(one, other)| [plain(one), plain(other)]);
    let record = |record: &ScalingRecord| {
        let treated = record.treated.iter().map(|value| {
            let row = &loaded.table.rows[value.row];
            json!({
                "unit": row.unit,
                "code": row.code,
                "treatment": value.treatment.word(),
                "before": value.before.map(plain),
                "after": plain(value.after),
            })
        });
        json!({
            "indicator": code(loaded, record),
            "block": record.block,
            "method": method(loaded, record),
            "range": pair(record.range),
            "mean": record.moments.map(|(mean, _)| plain(mean)),
            "deviation": record.moments.map(|(_, deviation)| plain(deviation)),
            "treated": treated.collect::<Vec<Value>>(),
        })
    };
    Value::Array(scaled.records.iter().map(record).collect())
}
