//! `cchc index compare` and `copy`: two editions beside each other, a definition for a new year.

use std::path::Path;

use composite_index::{
    CopyError, Definition, DifferenceKind, NodeValue, ScoreTable, Scores, Working, Years, change_between, compute_scaled, contributions,
    copy_definition, differences, explain_scaled, gap_code,
};
use rust_decimal::Decimal;
use ui::Lang;

use super::compute::gap_words;
use super::explain::{bound_cell, exact};
use super::input::{Earlier, Loaded, compute_error, load_definition, no_unit, read, row_of};
use super::sheet::{Cell, Sheet, write};
use super::{Format, Source};
use crate::output::{Failure, print};
use crate::say;
use crate::settings::Common;

/// The earlier edition, as the command line names it.
pub(super) struct Before<'b> {
    pub(super) definition: Option<&'b Path>,
    pub(super) data: &'b Path,
    pub(super) year: Option<i32>,
}

pub(super) fn run(common: &Common, source: &Source, before: &Before<'_>, unit: Option<&str>) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Loaded::read(common, source)?;
    let old = before.definition.map(|path| load_definition(common, path)).transpose()?.unwrap_or_else(|| loaded.definition.clone());
    let earlier = Earlier::read(lang, &loaded, &old, before.data, (before.year, "--before-edition"))?;
    let bad = |error: composite_index::ComputeError| Failure::bad_input(compute_error(lang, &error));
    // Both sides are scaled once, each in its own years: totals and their working stand on the same values.
    let (old_past, past) = (earlier.past(), loaded.past());
    let scaled = |definition: &Definition, table: &ScoreTable, years: Years<'_>| {
        years.scaled(definition, table).map(std::borrow::Cow::into_owned).map_err(|error| bad(error.into()))
    };
    let old_table = scaled(&old, &earlier.table, earlier.years(&old_past))?;
    let table = scaled(&loaded.definition, &loaded.table, loaded.years(&past))?;
    let before = compute_scaled(&old, None, &old_table).map_err(bad)?;
    let after = compute_scaled(&loaded.definition, loaded.edition(), &table).map_err(bad)?;
    let mut sheets = vec![difference_sheet(lang, &old, &loaded.definition)];
    sheets.push(unit_sheet(lang, source.format, (&old, &old_table, &before), (&loaded.definition, &table, &after)));
    if let Some(unit) = unit {
        let row = loaded.row(lang, unit)?;
        let old_row = partner(&old_table, &loaded.table, row).ok_or_else(|| no_unit(lang, unit))?;
        let one = explain_scaled(&old, &old_table).map_err(bad)?;
        let other = explain_scaled(&loaded.definition, &table).map_err(bad)?;
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
        let side = |text: Option<String>| text.map_or(Cell::Nothing, |text| difference_side(lang, found.kind, text));
        sheet.push(vec![
            Cell::Text(found.code),
            Cell::coded(found.kind.word(), kind_words(lang, found.kind)),
            side(found.before),
            side(found.after),
        ]);
    }
    sheet
}

/// One side of a difference: the words of the format for machines, and for people the words around them in their language.
fn difference_side(lang: Lang, kind: DifferenceKind, text: String) -> Cell {
    const WORDS: [(&str, &str); 8] = [
        ("missing ", "thiếu số liệu: "),
        (" decimals", " chữ số thập phân"),
        ("weights ", "trọng số "),
        ("after ", "sau "),
        ("floor ", "thấp nhất "),
        ("cap ", "cao nhất "),
        ("blocks ", "khối "),
        ("rescale", "quy đổi theo phần áp dụng"),
    ];
    let words = match (lang, kind) {
        (Lang::Vi, DifferenceKind::Weight | DifferenceKind::Maximum | DifferenceKind::Share) => text.replace('.', ","),
        (Lang::Vi, DifferenceKind::Computation | DifferenceKind::Aggregation | DifferenceKind::Order | DifferenceKind::Bounds) => {
            WORDS.iter().fold(text.clone(), |text, (english, vietnamese)| text.replace(english, vietnamese))
        }
        _ => text.clone(),
    };
    Cell::coded(text, words)
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

/// Why there is no total: a column of its own, so that columns of numbers hold numbers alone.
fn reason_cell(lang: Lang, definition: &Definition, value: Option<NodeValue>) -> Cell {
    match value {
        Some(Ok(_)) => Cell::Nothing,
        Some(Err(gap)) => Cell::coded(format!("{} {}", gap.word(), gap_code(definition, gap)), gap_words(lang, definition, gap)),
        None => Cell::coded("not-in-table", lang.pick("không có trong bảng", "not in the table")),
    }
}

fn unit_sheet(lang: Lang, format: Format, before: Side<'_>, after: Side<'_>) -> Sheet {
    let old_row = |row: usize| partner(before.1, after.1, row);
    let now = |row: usize| after.2.units[row].values[after.0.total];
    let then = |row: usize| old_row(row).map(|row| before.2.units[row].values[before.0.total]);
    let has_gaps = (0..after.1.rows.len()).any(|row| now(row).is_err() || !matches!(then(row), Some(Ok(_))));
    let mut columns = vec![
        ("unit", lang.pick("Đơn vị", "Unit")),
        ("before", lang.pick("Điểm trước", "Before")),
        ("after", lang.pick("Điểm sau", "After")),
        ("change", lang.pick("Thay đổi", "Change")),
        ("place_before", lang.pick("Hạng trước", "Place before")),
        ("place_after", lang.pick("Hạng sau", "Place after")),
    ];
    // A machine finds every column.
    let with_reasons = has_gaps || format != Format::Table;
    if with_reasons {
        columns.push(("reason_before", lang.pick("Lý do không có điểm trước", "Why none before")));
        columns.push(("reason_after", lang.pick("Lý do không có điểm sau", "Why none after")));
    }
    let mut sheet = Sheet::new("units", lang.pick("Điểm và hạng", "Scores and places"), &columns);
    let mut order: Vec<usize> = (0..after.1.rows.len()).collect();
    order.sort_by_key(|row| (after.2.units[*row].rank.unwrap_or(u32::MAX), *row));
    for row in order {
        let (now, then) = (now(row), then(row));
        let change = then.and_then(Result::ok).zip(now.ok()).and_then(|(then, now)| now.checked_sub(then));
        let mut cells = vec![
            Cell::from(after.1.rows[row].unit.as_str()),
            exact(then.and_then(Result::ok)),
            exact(now.ok()),
            exact(change),
            exact(old_row(row).and_then(|row| before.2.units[row].place)),
            exact(after.2.units[row].place),
        ];
        if with_reasons {
            cells.extend([reason_cell(lang, before.0, then), reason_cell(lang, after.0, Some(now))]);
        }
        sheet.push(cells);
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
            match change.code.strip_prefix("bound:") {
                Some(code) => bound_cell(lang, code),
                None => Cell::Text(change.code),
            },
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
    if !is_id(id) {
        return Err(Failure::bad_input(lang.pick(
            format!("--id “{id}”: mã chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, như “par-2026”."),
            format!("--id “{id}”: an id has lower-case letters, digits and hyphens, such as “par-2026”."),
        )));
    }
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

/// An id names files and stands in addresses.
fn is_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !id.is_empty() && id.bytes().all(allowed) && !id.starts_with('-') && !id.ends_with('-')
}
