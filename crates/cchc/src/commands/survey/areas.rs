//! `cchc survey small-areas`: direct estimates, and figures of the model of Fay & Herriot for areas with few answers, always marked.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use survey_stats::{AreaSource, AreaVariance, Column, DirectEstimate, DirectRule, ProportionInterval, mean, proportion, small_areas};
use ui::Lang;

use super::report::{Cell, Report};
use super::sample::{Sample, SampleArgs, failed, labels, numbers, read_table, warn_of_cut};
use crate::output::Failure;
use crate::say::survey as words;

#[derive(Debug, Clone, Args)]
pub(crate) struct AreasArgs {
    #[command(flatten)]
    sample: SampleArgs,
    /// Cột số cần trung bình theo địa bàn
    #[arg(long, value_name = "COLUMN", conflicts_with = "proportion", required_unless_present = "proportion")]
    mean: Option<String>,
    /// Cột 0/1 cần tỷ lệ theo địa bàn
    #[arg(long, value_name = "COLUMN")]
    proportion: Option<String>,
    /// Cột địa bàn trong tệp số liệu
    #[arg(long, value_name = "COLUMN")]
    by: String,
    /// Bảng các địa bàn, kể cả địa bàn không có mẫu: cột địa bàn và các biến bổ trợ
    #[arg(long, value_name = "FILE")]
    areas: PathBuf,
    /// Cột địa bàn trong --areas, nếu khác tên với --by
    #[arg(long, value_name = "COLUMN")]
    area_label: Option<String>,
    /// Các biến bổ trợ trong --areas
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    predictors: Vec<String>,
    /// Cách ước lượng phương sai giữa các địa bàn
    #[arg(long, value_enum, default_value_t = Variance::Reml)]
    variance: Variance,
    /// Số câu trả lời ít nhất để công bố ước lượng trực tiếp
    #[arg(long, value_name = "COUNT", default_value_t = DirectRule::default().observations)]
    least_answers: usize,
    /// Hệ số biến thiên lớn nhất để công bố ước lượng trực tiếp
    #[arg(long, value_name = "NUMBER", default_value_t = DirectRule::default().coefficient_of_variation)]
    largest_cv: f64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Variance {
    /// Hợp lý cực đại có ràng buộc
    Reml,
    /// Hợp lý cực đại
    Ml,
}

const COLUMNS: [&str; 12] = [
    "area",
    "source",
    "modelled",
    "estimate",
    "rmse",
    "direct",
    "direct_se",
    "n",
    "model_estimate",
    "model_mse",
    "share_of_direct",
    "remark",
];

pub(super) fn run(lang: Lang, args: &AreasArgs) -> Result<(), Failure> {
    let needed: Vec<&str> = args.mean.iter().chain(&args.proportion).chain([&args.by]).map(String::as_str).collect();
    let sample = args.sample.read(lang, &needed)?;
    let table = read_table(lang, &args.areas)?;
    let column = args.area_label.as_ref().unwrap_or(&args.by);
    let areas = labels(lang, &table, column)?;
    let names: Vec<String> = areas.texts().map(str::to_owned).collect();
    if let Some(row) = names.iter().enumerate().position(|(row, name)| name.is_empty() || names[..row].contains(name)) {
        let (row, name) = (row + 1, &names[row]);
        let told = lang.pick(
            format!("{}: dòng {row}, cột {column}: địa bàn “{name}” trống hoặc trùng", args.areas.display()),
            format!("{}: row {row}, column {column}: the area “{name}” is empty or stands twice", args.areas.display()),
        );
        return Err(Failure::bad_input(words::explained(lang, told)));
    }
    let predictors = args.predictors.iter().map(|name| numbers(lang, &table, name)).collect::<Result<Vec<Column>, Failure>>()?;
    let direct = direct(lang, args, &sample, &names)?;
    let variance = match args.variance {
        Variance::Reml => AreaVariance::Restricted,
        Variance::Ml => AreaVariance::Likelihood,
    };
    let rule = DirectRule { observations: args.least_answers, coefficient_of_variation: args.largest_cv };
    let found = small_areas(&names, &direct, &predictors, variance, rule).map_err(|fault| failed(lang, &fault))?;
    let mut report = Report::new(&COLUMNS);
    for area in &found.areas {
        let (source, remark) = match area.source {
            AreaSource::Direct => ("direct", lang.pick("ước lượng trực tiếp", "direct estimate")),
            AreaSource::Composite => {
                ("composite", lang.pick("số mô hình: kết hợp trực tiếp và mô hình", "modelled: direct estimate and model together"))
            }
            AreaSource::Synthetic => ("synthetic", lang.pick("số mô hình: không có ước lượng trực tiếp", "modelled: no direct estimate")),
        };
        report.rows.push(vec![
            area.name.as_str().into(),
            source.into(),
            Cell::Mark(area.source != AreaSource::Direct),
            area.value.into(),
            area.root_mean_squared_error.into(),
            area.direct.map(|direct| direct.value).into(),
            area.direct.map(|direct| direct.standard_error).into(),
            area.direct.map_or(Cell::Nothing, |direct| direct.observations.into()),
            area.modelled.into(),
            area.mean_squared_error.into(),
            area.share_of_direct.into(),
            remark.into(),
        ]);
    }
    report.note("between_variance", lang.pick("Phương sai giữa các địa bàn", "Variance between areas"), found.variance);
    let errors: Vec<f64> = found.covariance.diagonal().iter().map(|variance| variance.max(0.0).sqrt()).collect();
    for (place, name) in found.names.iter().enumerate() {
        report.note(
            format!("coefficient_{name}"),
            lang.pick(format!("Hệ số {name}"), format!("Coefficient of {name}")),
            found.coefficients[place],
        );
        report.note(format!("coefficient_se_{name}"), lang.pick("  sai số chuẩn", "  standard error"), errors[place]);
    }
    let method = match args.variance {
        Variance::Reml => "reml",
        Variance::Ml => "ml",
    };
    report.note("variance_method", lang.pick("Cách ước lượng phương sai", "Estimator of the variance"), method);
    report.note(
        "least_answers",
        lang.pick("Số câu trả lời ít nhất để công bố trực tiếp", "Fewest answers of a direct figure"),
        args.least_answers,
    );
    report.note(
        "largest_cv",
        lang.pick("Hệ số biến thiên lớn nhất để công bố trực tiếp", "Largest coefficient of a direct figure"),
        args.largest_cv,
    );
    sample.notes(lang, &mut report);
    if sample.table.ends_with_line() {
        warn_of_cut(lang, &[&table], &mut report);
    }
    report.print(lang, args.sample.format())
}

/// Direct estimates of the areas, in the order of their table. Areas without row, or whose rows show no error, have none.
fn direct(lang: Lang, args: &AreasArgs, sample: &Sample, names: &[String]) -> Result<Vec<Option<DirectEstimate>>, Failure> {
    let column = sample.numbers(lang, args.mean.as_ref().or(args.proportion.as_ref()).map_or("", String::as_str))?;
    let mut direct = vec![None; names.len()];
    for group in sample.groups(lang, &args.by)? {
        let Some(place) = names.iter().position(|name| name == group.name()) else {
            let area = group.name();
            return Err(Failure::bad_input(lang.pick(
                format!("{}: không có địa bàn “{area}” của tệp số liệu", args.areas.display()),
                format!("{}: there is no area “{area}”, which the data have", args.areas.display()),
            )));
        };
        let found = if args.mean.is_some() {
            mean(&sample.design, &group, &column, &sample.options)
        } else {
            proportion(&sample.design, &group, &column, ProportionInterval::T, &sample.options)
        };
        direct[place] = DirectEstimate::of(&found.map_err(|fault| failed(lang, &fault))?);
    }
    Ok(direct)
}
