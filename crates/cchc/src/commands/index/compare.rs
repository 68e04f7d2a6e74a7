//! `cchc index compare` and `copy`: two editions beside each other, a definition for a new year.

use std::path::Path;

use composite_index::{
    CopyError, Definition, DifferenceKind, ScoreTable, Scores, Working, change_between, compute, contributions, copy_definition,
    differences, explain,
};
use rust_decimal::Decimal;
use ui::Lang;

use super::explain::{exact, value_cell};
use super::input::{Loaded, compute_error, load_definition, load_table, no_unit, read, row_of};
use super::sheet::{Cell, Sheet, write};
use super::{Format, Source};
use crate::output::{Failure, print};
use crate::say;
use crate::settings::Common;

pub(super) fn run(
    common: &Common,
    source: &Source,
    before_definition: Option<&Path>,
    before_data: &Path,
    unit: Option<&str>,
) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Loaded::read(common, source)?;
    let old = before_definition.map(|path| load_definition(common, path)).transpose()?.unwrap_or_else(|| loaded.definition.clone());
    let old_table = load_table(lang, &old, None, before_data)?;
    let bad = |error: composite_index::ComputeError| Failure::bad_input(compute_error(lang, &error));
    let (before, after) = (compute(&old, None, &old_table).map_err(bad)?, loaded.compute(lang)?);
    let mut sheets = vec![difference_sheet(lang, &old, &loaded.definition)];
    sheets.push(unit_sheet(lang, (&old, &old_table, &before), (&loaded.definition, &loaded.table, &after)));
    if let Some(unit) = unit {
        let row = loaded.row(lang, unit)?;
        let old_row = partner(&old_table, &loaded.table, row).ok_or_else(|| no_unit(lang, unit))?;
        let one = explain(&old, &old_table).map_err(bad)?;
        let other = explain(&loaded.definition, &loaded.table).map_err(bad)?;
        sheets.push(change_sheet(lang, (&old, &one[old_row]), (&loaded.definition, &other[row]))?);
    }
    let sheets: Vec<Sheet> = sheets.into_iter().filter(|sheet| source.format == Format::Json || !sheet.is_empty()).collect();
    print(lang, &write(lang, &sheets, source.format))
}

/// The row of the same unit in another table, by code or else by name.
fn partner(table: &ScoreTable, of: &ScoreTable, row: usize) -> Option<usize> {
    let unit = &of.rows[row];
    unit.code
        .as_ref()
        .and_then(|code| table.rows.iter().position(|other| other.code.as_ref() == Some(code)))
        .or_else(|| row_of(table, &unit.unit))
}

fn difference_sheet(lang: Lang, before: &Definition, after: &Definition) -> Sheet {
    let mut sheet = Sheet::new(
        "definition",
        format!("{} → {}", before.id, after.id),
        &[
            ("code", lang.pick("Mã", "Code")),
            ("kind", lang.pick("Khác ở", "Differs in")),
            ("before", lang.pick("Trước", "Before")),
            ("after", lang.pick("Sau", "After")),
        ],
    );
    for found in differences(before, after) {
        let side = |text: Option<String>| text.map_or(Cell::Nothing, Cell::Text);
        sheet.push(vec![
            Cell::Text(found.code),
            Cell::coded(found.kind.word(), kind_words(lang, found.kind)),
            side(found.before),
            side(found.after),
        ]);
    }
    sheet
}

fn kind_words(lang: Lang, kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Added => lang.pick("thêm mới", "added"),
        DifferenceKind::Removed => lang.pick("bỏ đi", "removed"),
        DifferenceKind::Parent => lang.pick("nút cấp trên", "parent"),
        DifferenceKind::Order => lang.pick("thứ tự", "order"),
        DifferenceKind::Name => lang.pick("tên gọi", "name"),
        DifferenceKind::Aggregation => lang.pick("cách tổng hợp", "aggregation"),
        DifferenceKind::Weight => lang.pick("trọng số", "weight"),
        DifferenceKind::Maximum => lang.pick("điểm tối đa hoặc khoảng giá trị", "maximum or range"),
        DifferenceKind::Rule => lang.pick("quy tắc tính điểm", "rule"),
        DifferenceKind::Missing => lang.pick("quy tắc khi thiếu số liệu", "missing data"),
        DifferenceKind::Bounds => lang.pick("giới hạn, vai trò, khối hoặc chiều", "bounds, role, blocks or direction"),
        DifferenceKind::Share => lang.pick("tỷ trọng", "share"),
        DifferenceKind::Figure => lang.pick("số liệu đầu vào", "figure"),
        DifferenceKind::Computation => lang.pick("quy tắc chung", "computation"),
    }
}

type Side<'s> = (&'s Definition, &'s ScoreTable, &'s Scores);

fn unit_sheet(lang: Lang, before: Side<'_>, after: Side<'_>) -> Sheet {
    let mut sheet = Sheet::new(
        "units",
        lang.pick("Điểm và hạng", "Scores and places"),
        &[
            ("unit", lang.pick("Đơn vị", "Unit")),
            ("before", lang.pick("Điểm trước", "Before")),
            ("after", lang.pick("Điểm sau", "After")),
            ("change", lang.pick("Thay đổi", "Change")),
            ("place_before", lang.pick("Hạng trước", "Place before")),
            ("place_after", lang.pick("Hạng sau", "Place after")),
        ],
    );
    let mut order: Vec<usize> = (0..after.1.rows.len()).collect();
    order.sort_by_key(|row| (after.2.units[*row].rank.unwrap_or(u32::MAX), *row));
    for row in order {
        let unit = &after.2.units[row];
        let now = unit.values[after.0.total];
        let old = partner(before.1, after.1, row).map(|row| &before.2.units[row]);
        let then = old.map(|old| old.values[before.0.total]);
        let change = then.and_then(Result::ok).zip(now.ok()).and_then(|(then, now)| now.checked_sub(then));
        sheet.push(vec![
            Cell::from(after.1.rows[row].unit.as_str()),
            then.map_or(Cell::Nothing, |then| value_cell(lang, before.0, then)),
            value_cell(lang, after.0, now),
            exact(change),
            exact(old.and_then(|old| old.place)),
            exact(unit.place),
        ]);
    }
    sheet
}

fn change_sheet(lang: Lang, before: (&Definition, &Working), after: (&Definition, &Working)) -> Result<Sheet, Failure> {
    let no_total =
        || Failure::failed(lang.pick("Đơn vị không có điểm tổng ở một trong hai kỳ.", "The unit has no total in one of the two editions."));
    let one = contributions(before.0, before.1).map_err(|_| no_total())?;
    let other = contributions(after.0, after.1).map_err(|_| no_total())?;
    let mut sheet = Sheet::new(
        "changes",
        lang.pick("Đóng góp vào thay đổi", "Contributions to the change"),
        &[
            ("code", lang.pick("Nút", "Node")),
            ("before", lang.pick("Trước", "Before")),
            ("after", lang.pick("Sau", "After")),
            ("amount", lang.pick("Thay đổi", "Change")),
            ("by_value", lang.pick("Do điểm", "By value")),
            ("by_rate", lang.pick("Do trọng số", "By weight")),
        ],
    );
    let mut sum = Decimal::ZERO;
    for change in change_between((before.0, &one), (after.0, &other)) {
        sum = sum.saturating_add(change.amount);
        sheet.push(vec![
            Cell::Text(change.code),
            exact(change.before),
            exact(change.after),
            exact(Some(change.amount)),
            exact(Some(change.by_value)),
            exact(Some(change.by_rate)),
        ]);
    }
    sheet.push(vec![
        Cell::coded("total", lang.pick("tổng", "total")),
        exact(Some(one.total)),
        exact(Some(other.total)),
        exact(Some(sum)),
        Cell::Nothing,
        Cell::Nothing,
    ]);
    Ok(sheet)
}

pub(super) fn copy(common: &Common, definition: &Path, id: &str, year: i32) -> Result<(), Failure> {
    let lang = common.lang();
    let text = copy_definition(&read(lang, definition)?, id, year).map_err(|error| {
        Failure::bad_input(match error {
            CopyError::Faults(faults) => say::definition_faults(lang, &definition.display().to_string(), &faults),
            CopyError::YearTaken(year) => {
                lang.pick(format!("Bộ chỉ số đã có kỳ {year}."), format!("The definition has an edition of {year} already."))
            }
            CopyError::SameId(id) => lang.pick(format!("Bản chép phải có mã khác {id}."), format!("The copy needs an id other than {id}.")),
        })
    })?;
    print(lang, &text)
}
