//! `cchc index what-if` and `target`: other figures and their place, the least effort to a goal.

use std::path::{Path, PathBuf};

use clap::Args;
use composite_index::{
    EffortError, EffortPlan, FigureKind, Lever, Quantity, Target, WhatIfError, effort_by_rivals, least_effort, trends, what_if,
};
use rust_decimal::Decimal;
use ui::Lang;

use super::Source;
use super::explain::{exact, value_cell};
use super::input::{Loaded, compute_error, load_table, read};
use super::sheet::{Cell, Sheet, write};
use crate::output::{Failure, print};
use crate::settings::Common;

/// What `cchc index target` is told.
#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    #[command(flatten)]
    source: Source,
    /// Tên hoặc mã đơn vị
    #[arg(long, value_name = "UNIT")]
    unit: String,
    /// Bảng CSV các số liệu có thể thay đổi: code, low, high, step, fixed_cost, unit_cost
    #[arg(long, value_name = "FILE.csv")]
    levers: PathBuf,
    /// Mức điểm cần đạt
    #[arg(long, value_name = "POINTS", required_unless_present = "place", conflicts_with = "place")]
    score: Option<Decimal>,
    /// Thứ hạng cần đạt
    #[arg(long, value_name = "PLACE")]
    place: Option<u32>,
    /// Số phương án rẻ nhất cần nêu
    #[arg(long, default_value_t = 3)]
    count: usize,
    /// Bảng số liệu của kỳ trước: các đơn vị khác tiếp tục thay đổi như từ kỳ đó
    #[arg(long, value_name = "FILE")]
    trend: Option<PathBuf>,
    /// Chi phí khi mọi đơn vị khác cùng tăng hoặc giảm từng này điểm, cách nhau bằng dấu phẩy
    #[arg(long, value_name = "POINTS", value_delimiter = ',', allow_hyphen_values = true)]
    rivals: Vec<Decimal>,
}

fn shifts(lang: Lang, loaded: &Loaded, trend: Option<&Path>) -> Result<Vec<Decimal>, Failure> {
    let Some(path) = trend else { return Ok(Vec::new()) };
    let earlier = load_table(lang, &loaded.definition, None, path)?;
    trends(&loaded.definition, &loaded.table, (&loaded.definition, &earlier))
        .map_err(|error| Failure::bad_input(compute_error(lang, &error)))
}

fn quantity(lang: Lang, loaded: &Loaded, code: &str) -> Result<Quantity, Failure> {
    Quantity::find(&loaded.definition, code).ok_or_else(|| {
        Failure::bad_input(lang.pick(
            format!("Bộ chỉ số không có số liệu hay thành phần nhập “{code}”."),
            format!("The definition has no figure or input “{code}”."),
        ))
    })
}

/// A value as tables write it: a number, yes or no, a choice.
fn value(lang: Lang, loaded: &Loaded, quantity: Quantity, text: &str) -> Result<Decimal, Failure> {
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
    parsed.ok_or_else(|| {
        let code = quantity.code(&loaded.definition);
        Failure::bad_input(
            lang.pick(format!("{code}: “{text}” không phải giá trị hợp lệ."), format!("{code}: “{text}” is no value of it.")),
        )
    })
}

pub(super) fn what_if_run(common: &Common, source: &Source, unit: &str, settings: &[String], trend: Option<&Path>) -> Result<(), Failure> {
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
    let columns = [("code", lang.pick("Nút", "Node")), ("before", lang.pick("Hiện tại", "Now")), ("after", lang.pick("Nếu đổi", "Then"))];
    let mut sheet = Sheet::new("what_if", format!("{} · {}", loaded.definition.id, loaded.table.rows[row].unit), &columns);
    let place = |place: Option<Decimal>| exact(place);
    sheet.push(vec![Cell::from(lang.pick("hạng", "place")), place(answer.before.place), place(answer.after.place)]);
    for (id, before, after) in &answer.nodes {
        sheet.push(vec![
            Cell::from(loaded.definition.nodes[*id].code.as_str()),
            value_cell(lang, &loaded.definition, *before),
            value_cell(lang, &loaded.definition, *after),
        ]);
    }
    print(lang, &write(lang, &[sheet], source.format))
}

fn what_if_error(lang: Lang, error: &WhatIfError) -> String {
    match error {
        WhatIfError::NoUnit => lang.pick("Bảng số liệu không có đơn vị này.", "The table has no such unit.").to_owned(),
        WhatIfError::OutOfRange { code, value } => {
            lang.pick(format!("{code}: {value} nằm ngoài khoảng cho phép."), format!("{code}: {value} is outside the range."))
        }
        WhatIfError::Compute(error) => compute_error(lang, error),
    }
}

/// Levers of a CSV file; every fault at once, with its row.
fn read_levers(lang: Lang, loaded: &Loaded, path: &Path) -> Result<Vec<Lever>, Failure> {
    let text = read(lang, path)?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let file = path.display();
    let unreadable = |error: csv::Error| Failure::bad_input(format!("{file}: {error}"));
    let head = reader.headers().map_err(unreadable)?.clone();
    let mut faults = Vec::new();
    let known = ["code", "low", "high", "step", "fixed_cost", "unit_cost"];
    faults.extend(head.iter().filter(|column| !known.contains(column)).map(|column| {
        lang.pick(
            format!("{file}: cột “{column}” không có trong danh sách {}", known.join(", ")),
            format!("{file}: column “{column}” is not one of {}", known.join(", ")),
        )
    }));
    let mut levers = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(unreadable)?;
        let cell = |name: &str| head.iter().position(|column| column == name).and_then(|at| record.get(at)).unwrap_or_default();
        let read = || -> Result<Lever, Failure> {
            let quantity = quantity(lang, loaded, cell("code"))?;
            let number = |name: &str| match cell(name) {
                "" => Ok(None),
                text => Decimal::from_str_exact(text).map(Some).map_err(|_| {
                    Failure::bad_input(lang.pick(format!("{name}: “{text}” không phải là số"), format!("{name}: “{text}” is not a number")))
                }),
            };
            let end = |name: &str| match cell(name) {
                "" => Err(Failure::bad_input(lang.pick(format!("thiếu {name}"), format!("{name} is missing")))),
                text => value(lang, loaded, quantity, text),
            };
            Ok(Lever {
                quantity,
                low: end("low")?,
                high: end("high")?,
                step: number("step")?,
                fixed_cost: number("fixed_cost")?.unwrap_or_default(),
                unit_cost: number("unit_cost")?.unwrap_or_default(),
            })
        };
        match read() {
            Ok(lever) => levers.push(lever),
            Err(fault) => faults.push(format!("{file}: {} {}: {}", lang.pick("dòng", "row"), index + 2, fault.message())),
        }
    }
    if faults.is_empty() { Ok(levers) } else { Err(Failure::bad_input(faults.join("\n"))) }
}

pub(super) fn target(common: &Common, args: &TargetArgs) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Loaded::read(common, &args.source)?;
    let row = loaded.row(lang, &args.unit)?;
    let levers = read_levers(lang, &loaded, &args.levers)?;
    let target = match (args.score, args.place) {
        (Some(score), _) => Target::Score(score),
        (None, place) => Target::Place(place.unwrap_or(1)),
    };
    let shifts = shifts(lang, &loaded, args.trend.as_deref())?;
    let bad = |error: EffortError| effort_failure(lang, &error);
    let plans = least_effort(&loaded.definition, &loaded.table, row, &levers, target, args.count.clamp(1, 50), &shifts).map_err(bad)?;
    let mut sheets = vec![plan_sheet(lang, &loaded, row, &plans)];
    if !args.rivals.is_empty() {
        let found = effort_by_rivals(&loaded.definition, &loaded.table, row, &levers, target, &args.rivals).map_err(bad)?;
        let columns = [("movement", lang.pick("Đơn vị khác", "Rivals")), ("cost", lang.pick("Chi phí", "Cost"))];
        let mut sheet = Sheet::new("rivals", lang.pick("Khi các đơn vị khác thay đổi", "When the others move"), &columns);
        for (movement, cost) in found {
            sheet.push(vec![
                exact(Some(movement)),
                cost.map_or_else(|| Cell::from(lang.pick("không đạt được", "out of reach")), |cost| exact(Some(cost))),
            ]);
        }
        sheets.push(sheet);
    }
    print(lang, &write(lang, &sheets, args.source.format))
}

fn plan_sheet(lang: Lang, loaded: &Loaded, row: usize, plans: &[EffortPlan]) -> Sheet {
    let mut sheet = Sheet::new(
        "plans",
        format!("{} · {}", loaded.definition.id, loaded.table.rows[row].unit),
        &[
            ("plan", lang.pick("Phương án", "Plan")),
            ("code", lang.pick("Số liệu", "Figure")),
            ("from", lang.pick("Từ", "From")),
            ("to", lang.pick("Đến", "To")),
            ("cost", lang.pick("Chi phí", "Cost")),
            ("total", lang.pick("Điểm đạt", "Total")),
            ("place", lang.pick("Hạng đạt", "Place")),
        ],
    );
    for (position, plan) in plans.iter().enumerate() {
        let number = Cell::Whole(position as u64 + 1);
        for step in &plan.moves {
            let shown = |value: Decimal| match step.quantity {
                Quantity::Figure(figure) => match &loaded.definition.figures[figure].kind {
                    FigureKind::Choice(choices) => {
                        let choice = usize::try_from(value.normalize().mantissa()).ok().and_then(|position| choices.get(position));
                        choice.map_or_else(|| exact(Some(value)), |choice| Cell::from(choice.as_str()))
                    }
                    FigureKind::YesNo => Cell::from(if value.is_zero() { lang.pick("không", "no") } else { lang.pick("có", "yes") }),
                    _ => exact(Some(value)),
                },
                Quantity::Input(_) => exact(Some(value)),
            };
            sheet.push(vec![
                number.clone(),
                Cell::from(step.quantity.code(&loaded.definition)),
                shown(step.from),
                shown(step.to),
                exact(Some(step.cost)),
                Cell::Nothing,
                Cell::Nothing,
            ]);
        }
        sheet.push(vec![
            number,
            Cell::from(lang.pick("cộng", "sum")),
            Cell::Nothing,
            Cell::Nothing,
            exact(Some(plan.cost)),
            exact(Some(plan.total)),
            exact(plan.place),
        ]);
    }
    sheet
}

fn effort_failure(lang: Lang, error: &EffortError) -> Failure {
    let text = match error {
        EffortError::NoTotal => lang.pick("Đơn vị không có điểm tổng.", "The unit has no total.").to_owned(),
        EffortError::OutOfReach(most) => {
            let most = most.normalize();
            return Failure::failed(lang.pick(
                format!("Không đạt được trong phạm vi đã nêu; cao nhất là {most} điểm."),
                format!("Out of reach within the ranges; {most} points at most."),
            ));
        }
        EffortError::NoValue(code) => {
            lang.pick(format!("{code}: đơn vị chưa có số liệu để thay đổi."), format!("{code}: the unit has no value to move from."))
        }
        EffortError::BadLever(code) => lang.pick(
            format!("{code}: nêu hai lần, khoảng bị ngược, hoặc chi phí hay bước không hợp lệ."),
            format!("{code}: stands twice, its range is reversed, or its cost or step is not valid."),
        ),
        EffortError::Condition(code) => lang.pick(
            format!("{code} quyết định việc áp dụng tiêu chí nên không thể là số liệu cần thay đổi."),
            format!("{code} decides whether a criterion applies and cannot be moved."),
        ),
        EffortError::Scaled(code) => lang.pick(
            format!("{code} được chuẩn hóa theo các đơn vị khác nên chưa tính được."),
            format!("{code} is scaled against other units; that is not supported."),
        ),
        EffortError::StepNeeded(code) => lang.pick(format!("{code}: cần nêu bước thay đổi (step)."), format!("{code}: a step is needed.")),
        EffortError::TooMany(code) => lang.pick(
            format!("{code}: quá nhiều bước hoặc tổ hợp; dùng bước lớn hơn."),
            format!("{code}: too many steps or combinations; use a larger step."),
        ),
        EffortError::NotSupported => lang
            .pick(
                "Chỉ số xếp hạng thấp là tốt, hoặc so từng cặp đơn vị, thì chưa tính được.",
                "An index where less is better, or one that compares units with each other, is not supported.",
            )
            .to_owned(),
        EffortError::Compute(error) => compute_error(lang, error),
        EffortError::WhatIf(error) => what_if_error(lang, error),
    };
    Failure::bad_input(text)
}
