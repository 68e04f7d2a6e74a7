//! `cchc index what-if`: other figures of a unit and their place.

use std::path::Path;

use composite_index::{Definition, FigureKind, Quantity, ValueFault, WhatIfError, trends, what_if};
use rust_decimal::Decimal;
use ui::Lang;

use super::Source;
use super::explain::{exact, value_cell};
use super::input::{Loaded, compute_error, load_table};
use super::sheet::{Cell, Sheet, write};
use crate::output::{Failure, print};
use crate::settings::Common;

/// How far the other units move: as from an earlier table, or not at all.
pub(super) fn shifts(lang: Lang, loaded: &Loaded, trend: Option<&Path>) -> Result<Vec<Decimal>, Failure> {
    let Some(path) = trend else { return Ok(Vec::new()) };
    let earlier = load_table(lang, &loaded.definition, None, path)?;
    trends(&loaded.definition, &loaded.table, (&loaded.definition, &earlier))
        .map_err(|error| Failure::bad_input(compute_error(lang, &error)))
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

pub(super) fn run(common: &Common, source: &Source, unit: &str, settings: &[String], trend: Option<&Path>) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Loaded::read(common, source)?;
    let row = loaded.row(lang, unit)?;
    let mut changed = Vec::with_capacity(settings.len());
    for setting in settings {
        let (code, text) = setting.split_once('=').ok_or_else(|| {
            Failure::bad_input(lang.pick(format!("--set {setting}: viết dạng MÃ=GIÁ TRỊ."), format!("--set {setting}: write CODE=VALUE.")))
        })?;
        let quantity = quantity(lang, &loaded, code.trim())?;
        let text = text.trim();
        changed.push((quantity, if text.is_empty() { None } else { Some(value(lang, &loaded, quantity, text)?) }));
    }
    let shifts = shifts(lang, &loaded, trend)?;
    let answer = what_if(&loaded.definition, loaded.edition(), &loaded.table, row, &changed, &shifts)
        .map_err(|error| Failure::bad_input(what_if_error(lang, &error)))?;
    // Where the others move, what comes of that alone stands between now and then.
    let moving = trend.is_some();
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
    print(lang, &write(lang, &[sheet], source.format))
}

pub(super) fn what_if_error(lang: Lang, error: &WhatIfError) -> String {
    match error {
        WhatIfError::NoUnit => lang.pick("Bảng số liệu không có đơn vị này.", "The table has no such unit.").to_owned(),
        WhatIfError::BadValue { code, value, fault } => {
            let (value, plain) = (value.normalize(), |value: &Decimal| value.normalize().to_string());
            match fault {
                ValueFault::OutOfRange { low, high } => lang.pick(
                    format!("{code}: {value} nằm ngoài khoảng từ {} đến {}.", plain(low), plain(high)),
                    format!("{code}: {value} is outside {} to {}.", plain(low), plain(high)),
                ),
                ValueFault::NotWhole => lang
                    .pick(format!("{code}: {value} không phải là số nguyên từ 0."), format!("{code}: {value} is no whole number from 0.")),
                ValueFault::NotAChoice => {
                    lang.pick(format!("{code}: {value} không có trong các lựa chọn."), format!("{code}: {value} is none of the choices."))
                }
            }
        }
        WhatIfError::Compute(error) => compute_error(lang, error),
    }
}
