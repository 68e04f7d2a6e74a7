//! `cchc index what-if`: other figures of a unit and their place.

use composite_index::{Definition, FigureKind, Quantity, Trends, ValueFault, WhatIfError, trends, what_if};
use rust_decimal::Decimal;
use ui::Lang;

use super::explain::{exact, value_cell};
use super::input::{Earlier, Loaded, compute_error};
use super::sheet::{Cell, Sheet, write};
use super::{Format, Source, Trend};
use crate::output::{Failure, print};
use crate::settings::Common;

/// How far the other units move as from an earlier table; `None`: not at all.
pub(super) fn moving(lang: Lang, loaded: &Loaded, trend: &Trend) -> Result<Option<Trends>, Failure> {
    let Some(path) = &trend.trend else { return Ok(None) };
    let earlier = Earlier::read(lang, loaded, &loaded.definition, path, (trend.trend_edition, "--trend-edition"))?;
    let (now, past) = (loaded.past(), earlier.past());
    let found = trends((&loaded.definition, &loaded.table, loaded.years(&now)), (earlier.definition, &earlier.table, earlier.years(&past)));
    found.map(Some).map_err(|error| Failure::bad_input(compute_error(lang, &error)))
}

/// Which rivals do not move as the earlier table says, and why.
pub(super) fn note_sheet(lang: Lang, loaded: &Loaded, row: usize, trends: &Trends) -> Sheet {
    let columns = [("unit", lang.pick("Đơn vị khác", "Rival")), ("note", lang.pick("Lưu ý", "Note"))];
    let mut sheet = Sheet::new("rivals_notes", lang.pick("Xu hướng của các đơn vị khác", "How the others move"), &columns);
    let still = lang.pick("không có điểm ở một trong hai kỳ, coi như đứng yên", "has no total in one of the two years and stands still");
    let stopped = lang.pick("dừng ở điểm tối đa hoặc tối thiểu", "stops at the highest or lowest total");
    for (index, unit) in loaded.table.rows.iter().enumerate().filter(|(index, unit)| *index != row && unit.ranked) {
        let words = match (trends.still.contains(&index), trends.stopped.contains(&index)) {
            (true, _) => Cell::coded("stands-still", still),
            (false, true) => Cell::coded("stopped", stopped),
            (false, false) => continue,
        };
        sheet.push(vec![Cell::from(unit.unit.as_str()), words]);
    }
    sheet
}

/// What a code stands for.
pub(super) fn quantity(lang: Lang, loaded: &Loaded, code: &str) -> Result<Quantity, Failure> {
    Quantity::find(&loaded.definition, code).ok_or_else(|| {
        Failure::bad_input(lang.pick(
            format!("Bộ chỉ số không có số liệu hay thành phần nhập “{code}”."),
            format!("The definition has no figure or input “{code}”."),
        ))
    })
}

/// A value as tables write it: a number, yes or no, a choice.
pub(super) fn value(lang: Lang, loaded: &Loaded, quantity: Quantity, text: &str) -> Result<Decimal, Failure> {
    let parsed = match quantity {
        Quantity::Figure(figure) => match &loaded.definition.figures[figure].kind {
            FigureKind::YesNo => match text.to_lowercase().as_str() {
                "yes" | "có" | "1" => Some(Decimal::ONE),
                "no" | "không" | "0" => Some(Decimal::ZERO),
                _ => None,
            },
            FigureKind::Choice(choices) => choices.iter().position(|choice| choice == text).map(Decimal::from),
            FigureKind::Count | FigureKind::Number => Decimal::from_str_exact(text).ok(),
        },
        Quantity::Input(_) => Decimal::from_str_exact(text).ok(),
    };
    parsed.ok_or_else(|| Failure::bad_input(not_a_value(lang, &loaded.definition, quantity, text)))
}

/// What a figure or input can be, where a text is none of it.
fn not_a_value(lang: Lang, definition: &Definition, quantity: Quantity, text: &str) -> String {
    let code = quantity.code(definition);
    let kind = match quantity {
        Quantity::Figure(figure) => &definition.figures[figure].kind,
        Quantity::Input(_) => &FigureKind::Number,
    };
    let known = match kind {
        FigureKind::YesNo => lang.pick("có hoặc không", "yes or no").to_owned(),
        FigureKind::Choice(choices) => choices.join(", "),
        FigureKind::Count => lang.pick("số nguyên từ 0", "a whole number from 0").to_owned(),
        FigureKind::Number => lang.pick("số thập phân viết bằng dấu chấm", "a number with a decimal point").to_owned(),
    };
    lang.pick(
        format!("{code}: “{text}” không hợp lệ. Giá trị nhận được: {known}."),
        format!("{code}: “{text}” is not valid. It takes: {known}."),
    )
}

pub(super) fn run(common: &Common, source: &Source, unit: &str, settings: &[String], trend: &Trend) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Loaded::read(common, source)?;
    let row = loaded.row(lang, unit)?;
    let mut changed = Vec::with_capacity(settings.len());
    for setting in settings {
        let (code, text) = setting.split_once('=').ok_or_else(|| {
            Failure::bad_input(lang.pick(format!("--set {setting}: viết dạng MÃ=GIÁ TRỊ."), format!("--set {setting}: write CODE=VALUE.")))
        })?;
        let quantity = quantity(lang, &loaded, code.trim())?;
        if changed.iter().any(|(there, _)| *there == quantity) {
            let code = code.trim();
            return Err(Failure::bad_input(lang.pick(format!("--set {code}: nêu hai lần."), format!("--set {code}: given twice."))));
        }
        let text = text.trim();
        changed.push((quantity, if text.is_empty() { None } else { Some(value(lang, &loaded, quantity, text)?) }));
    }
    let trends = moving(lang, &loaded, trend)?;
    let shifts = trends.as_ref().map_or(&[][..], |trends| &trends.shifts);
    let past = loaded.past();
    let answer = what_if(&loaded.definition, &loaded.table, loaded.years(&past), row, &changed, shifts)
        .map_err(|error| Failure::bad_input(what_if_error(lang, &error)))?;
    // Where the others move, what comes of that alone stands between now and then.
    let moving = trends.is_some();
    let mut columns = vec![("code", lang.pick("Nút", "Node")), ("before", lang.pick("Hiện tại", "Now"))];
    columns.extend(moving.then(|| ("unchanged", lang.pick("Nếu giữ nguyên", "If unchanged"))));
    columns.push(("after", lang.pick("Nếu đổi", "Then")));
    let mut sheet = Sheet::new("what_if", format!("{} · {}", loaded.definition.id, loaded.table.rows[row].unit), &columns);
    let mut push = |head: Cell, before: Cell, unchanged: Cell, after: Cell| {
        sheet.push(if moving { vec![head, before, unchanged, after] } else { vec![head, before, after] });
    };
    let head = Cell::coded("place", lang.pick("hạng", "place"));
    push(head, exact(answer.before.place), exact(answer.unchanged.place), exact(answer.after.place));
    for (id, before, after) in &answer.nodes {
        let before = value_cell(lang, &loaded.definition, *before);
        let head = Cell::from(loaded.definition.nodes[*id].code.as_str());
        push(head, before.clone(), before, value_cell(lang, &loaded.definition, *after));
    }
    let mut sheets = vec![sheet];
    let notes = trends.map(|trends| note_sheet(lang, &loaded, row, &trends));
    sheets.extend(notes.filter(|notes| source.format == Format::Json || !notes.is_empty()));
    print(lang, &write(lang, &sheets, source.format))
}

pub(super) fn what_if_error(lang: Lang, error: &WhatIfError) -> String {
    match error {
        WhatIfError::NoUnit => lang.pick("Bảng số liệu không có đơn vị này.", "The table has no such unit.").to_owned(),
        WhatIfError::BadValue { code, value, fault } => {
            let plain = |value: &Decimal| lang.decimal(*value, value.normalize().scale());
            let value = plain(value);
            match fault {
                ValueFault::OutOfRange { low, high } => lang.pick(
                    format!("{code}: {value} nằm ngoài khoảng từ {} đến {}.", plain(low), plain(high)),
                    format!("{code}: {value} is outside {} to {}.", plain(low), plain(high)),
                ),
                ValueFault::NotWhole => lang
                    .pick(format!("{code}: {value} không phải là số nguyên từ 0."), format!("{code}: {value} is no whole number from 0.")),
                ValueFault::NotApplicable => lang.pick(
                    format!("{code}: nội dung này không áp dụng với đơn vị, nên giá trị {value} không làm thay đổi kết quả."),
                    format!("{code} does not apply to the unit, so that {value} changes nothing."),
                ),
                ValueFault::NotAChoice => {
                    lang.pick(format!("{code}: {value} không có trong các lựa chọn."), format!("{code}: {value} is none of the choices."))
                }
            }
        }
        WhatIfError::Compute(error) => compute_error(lang, error),
    }
}
