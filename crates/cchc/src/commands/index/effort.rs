//! `cchc index target`: the least effort to a goal.

use std::path::{Path, PathBuf};

use clap::Args;
use composite_index::{
    EFFORT_WORK, EffortError, EffortPlans, EffortQuestion, FigureKind, Lever, Quantity, Target, effort_by_rivals, least_effort,
};
use rust_decimal::{Decimal, RoundingStrategy};
use ui::Lang;

use super::explain::exact;
use super::input::{Loaded, compute_error, read};
use super::sheet::{Cell, Sheet, write};
use super::what_if::{moving, note_sheet, quantity, value, what_if_error};
use super::work::{stopped, with_progress};
use super::{Format, Source, Trend};
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
    /// Bảng CSV các số liệu có thể thay đổi: code, low, high (phạm vi), step (bước), fixed_cost (chi phí khi có thay đổi), unit_cost (chi phí mỗi đơn vị thay đổi)
    #[arg(long, value_name = "FILE.csv")]
    levers: PathBuf,
    /// Mức điểm cần đạt
    #[arg(long, value_name = "POINTS", required_unless_present = "place", conflicts_with = "place", allow_negative_numbers = true)]
    score: Option<Decimal>,
    /// Thứ hạng cần đạt, từ 1
    #[arg(long, value_name = "PLACE", value_parser = clap::value_parser!(u32).range(1..))]
    place: Option<u32>,
    /// Số phương án rẻ nhất cần nêu, từ 1 đến 50
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=50))]
    count: u8,
    #[command(flatten)]
    trend: Trend,
    /// Chi phí khi mọi đơn vị khác cùng tăng hoặc giảm từng này điểm, cách nhau bằng dấu phẩy
    #[arg(long, value_name = "POINTS", value_delimiter = ',', allow_hyphen_values = true)]
    rivals: Vec<Decimal>,
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
            let (mut low, mut high) = (end("low")?, end("high")?);
            // Choices have an order in the definition only; the two ends may be named in any.
            let is_choice =
                matches!(quantity, Quantity::Figure(figure) if matches!(loaded.definition.figures[figure].kind, FigureKind::Choice(_)));
            if is_choice && low > high {
                std::mem::swap(&mut low, &mut high);
            }
            Ok(Lever {
                quantity,
                low,
                high,
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

pub(super) async fn target(common: &Common, args: TargetArgs) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Loaded::read(common, &args.source)?;
    let row = loaded.row(lang, &args.unit)?;
    let levers = read_levers(lang, &loaded, &args.levers)?;
    let target = match (args.score, args.place) {
        (Some(score), _) => Target::Score(score),
        (None, place) => Target::Place(place.unwrap_or(1)),
    };
    let trends = moving(lang, &loaded, &args.trend)?;
    let notes = trends.as_ref().map(|trends| note_sheet(lang, &loaded, row, trends));
    let shifts = trends.map(|trends| trends.shifts).unwrap_or_default();
    let (count, rivals, format) = (usize::from(args.count), args.rivals, args.source.format);
    // The rivals' movements are the second half of the work, where they are asked for.
    let all = if rivals.is_empty() { EFFORT_WORK } else { 2 * EFFORT_WORK };
    let sheets = with_progress(lang, all, move |progress| {
        let (definition, past) = (&loaded.definition, loaded.past());
        let years = loaded.years(&past);
        let question = EffortQuestion { definition, table: &loaded.table, years, row, levers: &levers, target, shifts: &shifts };
        let bad = |error: EffortError| effort_failure(lang, &error);
        let found = least_effort(&question, count, progress).map_err(bad)?;
        let mut sheets = vec![plan_sheet(lang, &loaded, row, &found)];
        if !rivals.is_empty() {
            let second = |done| progress(EFFORT_WORK + done);
            sheets.push(rival_sheet(lang, &effort_by_rivals(&question, &rivals, &second).map_err(bad)?));
        }
        // A machine finds every key; an empty sheet says nothing to a person.
        sheets.extend(notes.filter(|notes| format == Format::Json || !notes.is_empty()));
        Ok(sheets)
    })
    .await?;
    print(lang, &write(lang, &sheets, format))
}

fn rival_sheet(lang: Lang, found: &[(Decimal, Option<Decimal>)]) -> Sheet {
    let columns = [("movement", lang.pick("Đơn vị khác", "Rivals")), ("cost", lang.pick("Chi phí", "Cost"))];
    let mut sheet = Sheet::new("rivals", lang.pick("Khi các đơn vị khác thay đổi", "When the others move"), &columns);
    for (movement, cost) in found {
        let out_of_reach = || Cell::coded("out-of-reach", lang.pick("không đạt được", "out of reach"));
        sheet.push(vec![exact(Some(*movement)), cost.map_or_else(out_of_reach, |cost| exact(Some(cost)))]);
    }
    sheet
}

fn plan_sheet(lang: Lang, loaded: &Loaded, row: usize, found: &EffortPlans) -> Sheet {
    let mut title = format!("{} · {}", loaded.definition.id, loaded.table.rows[row].unit);
    if found.certain < found.plans.len() {
        let (certain, floor) = (found.certain, lang.decimal(found.floor, found.floor.normalize().scale()));
        title += &lang.pick(
            format!(" · Bài toán quá lớn: {certain} phương án đầu chắc chắn rẻ nhất; ngoài ra không phương án nào rẻ hơn {floor}"),
            format!(" · Too large a question: the first {certain} plans are certain to be the cheapest; no other costs less than {floor}"),
        );
    }
    let mut sheet = Sheet::new(
        "plans",
        title,
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
    for (position, plan) in found.plans.iter().enumerate() {
        let number = Cell::Whole(position as u64 + 1);
        for step in &plan.moves {
            let shown = |value: Decimal| match step.quantity {
                Quantity::Figure(figure) => match &loaded.definition.figures[figure].kind {
                    FigureKind::Choice(choices) => {
                        let choice = usize::try_from(value.normalize().mantissa()).ok().and_then(|position| choices.get(position));
                        choice.map_or_else(|| exact(Some(value)), |choice| Cell::from(choice.as_str()))
                    }
                    FigureKind::YesNo if value.is_zero() => Cell::coded("no", lang.pick("không", "no")),
                    FigureKind::YesNo => Cell::coded("yes", lang.pick("có", "yes")),
                    _ => exact(Some(value)),
                },
                Quantity::Input(_) => exact(Some(value)),
            };
            sheet.push(vec![
                number.clone(),
                Cell::from(step.quantity.code(&loaded.definition)),
                shown(step.from),
                reaching(shown(step.to), step.from),
                exact(Some(step.cost)),
                Cell::Nothing,
                Cell::Nothing,
            ]);
        }
        sheet.push(vec![
            number,
            Cell::coded("sum", lang.pick("cộng", "sum")),
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
            let most = lang.decimal(*most, most.normalize().scale().min(4));
            return Failure::failed(lang.pick(
                format!("Không đạt được trong phạm vi đã nêu; cao nhất là {most} điểm."),
                format!("Out of reach within the ranges; {most} points at most."),
            ));
        }
        EffortError::NoValue(code) => {
            lang.pick(format!("{code}: đơn vị chưa có số liệu để thay đổi."), format!("{code}: the unit has no value to move from."))
        }
        EffortError::LeverTwice(code) => lang.pick(format!("{code}: nêu hai lần."), format!("{code}: stands twice.")),
        EffortError::EmptyRange(code) => {
            lang.pick(format!("{code}: giá trị low lớn hơn giá trị high."), format!("{code}: low is above high."))
        }
        EffortError::NegativeCost(code) => lang.pick(format!("{code}: chi phí không được âm."), format!("{code}: a cost is below zero.")),
        EffortError::BadStep(code) => lang.pick(
            format!("{code}: bước thay đổi (step) phải lớn hơn 0, và là số nguyên đối với số đếm."),
            format!("{code}: the step must be above zero, and a whole number for a count."),
        ),
        EffortError::NotRanked => lang
            .pick(
                "Đơn vị không được xếp hạng nên không có thứ hạng nào để đạt. Dùng --score để nêu mức điểm cần đạt.",
                "The unit is not ranked, so there is no place to reach. Use --score for the points to reach.",
            )
            .to_owned(),
        EffortError::NoSuchPlace(place) => lang
            .pick(format!("Không có thứ hạng {place}; thứ hạng bắt đầu từ 1."), format!("There is no place {place}; places begin at 1.")),
        EffortError::Condition(code) => lang.pick(
            format!("{code} quyết định việc áp dụng tiêu chí nên không thể là số liệu cần thay đổi."),
            format!("{code} decides whether a criterion applies and cannot be moved."),
        ),
        EffortError::Scaled(code) => lang.pick(
            format!("{code} được chuẩn hóa, hoặc là mẫu số của chỉ số được chuẩn hóa, nên thay đổi nó làm điểm của các đơn vị khác thay đổi theo; cách ít tốn kém nhất chưa tính được cho trường hợp này. Dùng what-if để thử từng giá trị."),
            format!("{code} is scaled, or divides what is scaled, so that moving it moves the scores of other units too; the least effort is not supported there. Use what-if to try values."),
        ),
        EffortError::StepNeeded(code) => lang.pick(format!("{code}: cần nêu bước thay đổi (step)."), format!("{code}: a step is needed.")),
        EffortError::TooMany(code) if code.is_empty() => lang
            .pick("Các con số có quá nhiều chữ số để so sánh chính xác.", "The numbers have too many digits to be compared exactly.")
            .to_owned(),
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
        EffortError::Stopped => return stopped(lang),
    };
    Failure::bad_input(text)
}

/// A value that is to be reached, with digits enough for whoever enters it: the last one is rounded away from where the unit stands.
fn reaching(cell: Cell, from: Decimal) -> Cell {
    const DIGITS: u32 = 10;
    match cell {
        Cell::Exact(value, digits) if value.normalize().scale() > digits => {
            let away = if value > from { RoundingStrategy::ToPositiveInfinity } else { RoundingStrategy::ToNegativeInfinity };
            let rounded = value.round_dp(DIGITS + 4).round_dp_with_strategy(DIGITS, away).normalize();
            Cell::Exact(rounded, rounded.scale().max(digits))
        }
        cell => cell,
    }
}
