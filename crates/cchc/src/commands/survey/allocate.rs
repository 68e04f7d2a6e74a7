//! `cchc survey allocate`: how a sample is shared among strata.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use survey_stats::{Allocation, DataTable, Labels, allocate};
use ui::Lang;

use super::report::{Cell, Format, Report};
use super::sample::{labels, numbers, read_table, warn_of_cut};
use crate::output::Failure;
use crate::say::survey as words;

#[derive(Debug, Clone, Args)]
pub(crate) struct AllocateArgs {
    /// Dàn mẫu hoặc bảng các tầng, CSV hoặc Parquet
    #[arg(long, value_name = "FILE")]
    frame: PathBuf,
    /// Cột tầng
    #[arg(long, value_name = "COLUMN")]
    strata: String,
    /// Cột số đơn vị của mỗi dòng; không có thì mỗi dòng là một đơn vị
    #[arg(long, value_name = "COLUMN")]
    units: Option<String>,
    /// Tổng cỡ mẫu cần phân bổ
    #[arg(long, value_name = "COUNT")]
    total: usize,
    /// Cách phân bổ
    #[arg(long, value_enum, default_value_t = Rule::Proportional)]
    rule: Rule,
    /// Cột độ lệch chuẩn của tầng, cho cách neyman
    #[arg(long, value_name = "COLUMN")]
    deviation: Option<String>,
    /// Số mũ từ 0 (đều) đến 1 (tỷ lệ), cho cách power (mặc định 0.5)
    #[arg(long, value_name = "NUMBER")]
    power: Option<f64>,
    /// Số đơn vị ít nhất của mỗi tầng; tầng nhỏ hơn thì lấy hết
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    minimum: usize,
    /// Dạng kết quả
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rule {
    /// Theo tỷ lệ số đơn vị
    Proportional,
    /// Đều cho mọi tầng
    Equal,
    /// Neyman: số đơn vị nhân độ lệch chuẩn
    Neyman,
    /// Số đơn vị lũy thừa --power
    Power,
}

/// The power between equal and proportional that is taken where none is given.
const USUAL_POWER: f64 = 0.5;

pub(super) fn run(lang: Lang, args: &AllocateArgs) -> Result<(), Failure> {
    for (flag, given, rule) in [("--deviation", args.deviation.is_some(), Rule::Neyman), ("--power", args.power.is_some(), Rule::Power)] {
        if given && args.rule != rule {
            return Err(Failure::bad_input(
                lang.pick(format!("{flag} không dùng cho cách phân bổ này."), format!("{flag} is not used by this rule.")),
            ));
        }
    }
    let table = read_table(lang, &args.frame)?;
    let strata = labels(lang, &table, &args.strata)?;
    if let Some(row) = strata.texts().position(str::is_empty) {
        let (row, column) = (row + 1, &args.strata);
        let told = lang.pick(format!("dòng {row}, cột {column}: thiếu nhãn"), format!("row {row}, column {column}: no label"));
        return Err(Failure::bad_input(words::explained(lang, told)));
    }
    let sizes = sizes(lang, args, &table, &strata)?;
    let deviations = match (args.rule, &args.deviation) {
        (Rule::Neyman, None) => {
            return Err(Failure::bad_input(lang.pick("Cách neyman cần --deviation.", "The rule neyman needs --deviation.")));
        }
        (Rule::Neyman, Some(column)) => deviations(lang, &table, &strata, column)?,
        _ => Vec::new(),
    };
    let power = args.power.unwrap_or(USUAL_POWER);
    let rule = match args.rule {
        Rule::Proportional => Allocation::Proportional,
        Rule::Equal => Allocation::Equal,
        Rule::Neyman => Allocation::Neyman(&deviations),
        Rule::Power => Allocation::Power(power),
    };
    let counts = allocate(args.total, &sizes, rule, args.minimum).map_err(|fault| Failure::bad_input(words::plan(lang, &fault)))?;
    let mut report = Report::new(&["stratum", "units", "deviation", "count", "fraction", "weight"]);
    for (place, name) in strata.levels().iter().enumerate() {
        let (size, count) = (sizes[place], counts[place]);
        report.rows.push(vec![
            name.as_str().into(),
            size.into(),
            deviations.get(place).copied().into(),
            count.into(),
            (size > 0).then(|| count as f64 / size as f64).into(),
            (count > 0).then(|| size as f64 / count as f64).into(),
        ]);
    }
    let name = match args.rule {
        Rule::Proportional => "proportional",
        Rule::Equal => "equal",
        Rule::Neyman => "neyman",
        Rule::Power => "power",
    };
    report.note("rule", lang.pick("Cách phân bổ", "Rule"), name);
    if args.rule == Rule::Power {
        report.note("power", lang.pick("Số mũ", "Power"), power);
    }
    report.note("total", lang.pick("Tổng cỡ mẫu", "Sample size"), args.total);
    report.note("minimum", lang.pick("Tối thiểu mỗi tầng", "Minimum of each stratum"), Cell::Count(args.minimum));
    // In the order in which `draw --count` takes them.
    let counts: Vec<String> = counts.iter().map(ToString::to_string).collect();
    report.note("counts", lang.pick("Số đơn vị mỗi tầng, cho draw --count", "Units of each stratum, for draw --count"), counts.join(","));
    warn_of_cut(lang, &[&table], &mut report);
    report.print(lang, args.format)
}

/// Level of each row among the strata.
fn places(strata: &Labels) -> Vec<usize> {
    let level = |text: &str| strata.levels().iter().position(|level| level == text).unwrap_or(0);
    // A frame may have very many rows of few strata.
    let mut known = std::collections::HashMap::new();
    strata.texts().map(|text| *known.entry(text).or_insert_with(|| level(text))).collect()
}

fn sizes(lang: Lang, args: &AllocateArgs, table: &DataTable, strata: &Labels) -> Result<Vec<usize>, Failure> {
    let mut sizes = vec![0_usize; strata.levels().len()];
    let Some(column) = &args.units else {
        places(strata).into_iter().for_each(|place| sizes[place] += 1);
        return Ok(sizes);
    };
    for (row, (place, &units)) in places(strata).into_iter().zip(numbers(lang, table, column)?.values()).enumerate() {
        if !(0.0..=9e15).contains(&units) || units.fract() > 0.0 {
            return Err(not_a_figure(lang, row, column, units));
        }
        sizes[place] += units as usize;
    }
    Ok(sizes)
}

fn not_a_figure(lang: Lang, row: usize, column: &str, value: f64) -> Failure {
    let row = row + 1;
    let told = if value.is_nan() {
        lang.pick(format!("dòng {row}, cột {column}: thiếu giá trị"), format!("row {row}, column {column}: no value"))
    } else {
        lang.pick(
            format!("dòng {row}, cột {column}: {value} không phải là số đơn vị"),
            format!("row {row}, column {column}: {value} is no number of units"),
        )
    };
    Failure::bad_input(words::explained(lang, told))
}

/// The deviation of each stratum, which must be the same in all its rows.
fn deviations(lang: Lang, table: &DataTable, strata: &Labels, column: &str) -> Result<Vec<f64>, Failure> {
    let mut found: Vec<Option<(usize, f64)>> = vec![None; strata.levels().len()];
    for (row, (place, &value)) in places(strata).into_iter().zip(numbers(lang, table, column)?.values()).enumerate() {
        if value.is_nan() {
            return Err(not_a_figure(lang, row, column, value));
        }
        let (first, known) = *found[place].get_or_insert((row, value));
        if (known - value).abs() > 0.0 {
            let (row, first) = (row + 1, first + 1);
            let told = lang.pick(
                format!("dòng {row}, cột {column}: {value}, trong khi dòng {first} cùng tầng là {known}"),
                format!("row {row}, column {column}: {value} where row {first} of the same stratum has {known}"),
            );
            return Err(Failure::bad_input(words::explained(lang, told)));
        }
    }
    Ok(found.into_iter().map(|found| found.map_or(0.0, |(_, value)| value)).collect())
}
