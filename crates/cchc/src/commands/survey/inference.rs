//! `cchc survey test|regress|reliability|drivers`.

use clap::{Args, ValueEnum};
use survey_stats::{
    Contrast, EstimateFault, Explained, Family, Joint, Measure, MultipleTests, Quadrant, Replicates, Target, Term, chi_square, joint,
    pairwise, regression, t_test_of_two,
};
use ui::Lang;

use super::estimate::{few_clusters, left_out_replicates, remark_on};
use super::report::{Cell, Report};
use super::sample::{Sample, SampleArgs, failed};
use crate::output::Failure;
use crate::say::survey as words;

#[derive(Debug, Clone, Args)]
pub(crate) struct TestArgs {
    #[command(flatten)]
    sample: SampleArgs,
    /// Cột số cần so sánh trung bình giữa các nhóm
    #[arg(long, value_name = "COLUMN", requires = "by", conflicts_with = "table")]
    mean: Option<String>,
    /// Cột phân nhóm; từng cặp nhóm được so sánh
    #[arg(long, value_name = "COLUMN", requires = "mean")]
    by: Option<String>,
    /// Hai cột phân loại cần kiểm định tính độc lập: a:b
    #[arg(long, value_name = "A:B", required_unless_present = "mean")]
    table: Option<String>,
    /// Cách hiệu chỉnh khi so sánh nhiều cặp
    #[arg(long, value_enum, default_value_t = Adjustment::Holm)]
    adjust: Adjustment,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Adjustment {
    /// Không hiệu chỉnh
    None,
    /// Bonferroni
    Bonferroni,
    /// Holm
    Holm,
    /// Hochberg
    Hochberg,
    /// Benjamini-Hochberg
    Bh,
    /// Benjamini-Yekutieli
    By,
}

impl Adjustment {
    pub(super) fn method(self) -> MultipleTests {
        match self {
            Self::None => MultipleTests::None,
            Self::Bonferroni => MultipleTests::Bonferroni,
            Self::Holm => MultipleTests::Holm,
            Self::Hochberg => MultipleTests::Hochberg,
            Self::Bh => MultipleTests::BenjaminiHochberg,
            Self::By => MultipleTests::BenjaminiYekutieli,
        }
    }
}

pub(super) fn test(lang: Lang, args: &TestArgs) -> Result<(), Failure> {
    let sample = args.sample.read(lang, &args.mean.iter().chain(&args.by).map(String::as_str).collect::<Vec<_>>())?;
    let mut report = match (&args.table, &args.mean, &args.by) {
        (Some(pair), _, _) => of_table(lang, &sample, pair)?,
        (None, Some(mean), Some(by)) => of_groups(lang, &sample, mean, by, args.adjust.method())?,
        _ => return Err(failed(lang, &EstimateFault::NothingAsked)),
    };
    if let Some(by) = &args.by {
        sample.note_empty_groups(lang, by, &mut report)?;
    }
    sample.notes(lang, &mut report);
    report.print(lang, args.sample.format())
}

fn of_table(lang: Lang, sample: &Sample, pair: &str) -> Result<Report, Failure> {
    let (one, other) = pair.split_once(':').ok_or_else(|| {
        Failure::bad_input(
            lang.pick(format!("Không hiểu “{pair}”; viết --table a:b."), format!("“{pair}” is not understood; write --table a:b.")),
        )
    })?;
    let (rows, columns) = (sample.labels(lang, one)?, sample.labels(lang, other)?);
    let found = chi_square(&sample.design, &sample.domain, &rows, &columns, &sample.options).map_err(|fault| failed(lang, &fault))?;
    let mut report = Report::new(&["test", "statistic", "df_above", "df_below", "p_value"]);
    let mut add = |name: &str, statistic: f64, above: f64, below: f64, p: Option<f64>| {
        report.rows.push(vec![name.into(), statistic.into(), above.into(), below.into(), p.into()]);
    };
    let (second, first) = (found.rao_scott_second, found.rao_scott_first);
    add("rao-scott-f", second.statistic, second.numerator, second.denominator, second.p_value);
    add("rao-scott-chi-square", first.statistic, first.numerator, first.denominator, first.p_value);
    for (name, test) in [("wald", found.wald), ("wald-adjusted", found.adjusted_wald)] {
        if let Some(test) = test {
            add(name, test.f, test.numerator, test.denominator, test.p_value);
        }
    }
    let effect = lang.pick("Hệ số thiết kế bình quân", "Mean design effect");
    report.tell([("mean_design_effect", effect, found.mean_design_effect.into())]);
    Ok(report)
}

fn of_groups(lang: Lang, sample: &Sample, mean: &str, by: &str, method: MultipleTests) -> Result<Report, Failure> {
    let column = sample.numbers(lang, mean)?;
    let groups = sample.groups(lang, by)?;
    let targets: Vec<Target<'_>> =
        groups.iter().map(|group| Target { name: group.name().to_owned(), domain: group, measure: Measure::Mean(&column) }).collect();
    let found = joint(&sample.design, &targets, &sample.options).map_err(|fault| failed(lang, &fault))?;
    // One group alone leaves nothing to compare, which is a fault of the column.
    let pairs = pairwise(&found, method).map_err(|_| failed(lang, &EstimateFault::OneLevel { column: by.to_owned() }))?;
    let mut report = Report::new(&["one", "other", "difference", "se", "ci_low", "ci_high", "t", "df", "p_value", "p_adjusted", "remark"]);
    // Two groups alone are the t test of two groups, which has one degree of freedom less (`svyttest`).
    let alone = match groups.as_slice() {
        [one, other] => Some(t_test_of_two(&sample.design, one, other, &column, &sample.options).map_err(|fault| failed(lang, &fault))?),
        _ => None,
    };
    for pair in &pairs {
        let mut cells: Vec<Cell> = vec![found.names[pair.one].as_str().into(), found.names[pair.other].as_str().into()];
        let test = alone.as_ref().unwrap_or(&pair.contrast);
        cells.extend(of_contrast(test));
        cells.push(alone.as_ref().map_or(pair.adjusted, |test| test.p_value).into());
        cells.push(remark_on(lang, test.standard_error, test.interval).into());
        report.rows.push(cells);
    }
    Ok(report)
}

/// Fewer degrees of freedom than none are no figure to show.
fn known_freedom(degrees_of_freedom: f64) -> Cell {
    Some(degrees_of_freedom).filter(|found| *found >= 0.0).into()
}

/// Value, error, interval, t, degrees of freedom, probability.
fn of_contrast(contrast: &Contrast) -> Vec<Cell> {
    let interval = contrast.interval.ok();
    vec![
        contrast.value.into(),
        contrast.standard_error.into(),
        interval.map(|interval| interval.low).into(),
        interval.map(|interval| interval.high).into(),
        contrast.t.into(),
        known_freedom(contrast.degrees_of_freedom),
        contrast.p_value.into(),
    ]
}

#[derive(Debug, Clone, Args)]
pub(crate) struct RegressArgs {
    #[command(flatten)]
    sample: SampleArgs,
    /// Cột kết quả
    #[arg(long, value_name = "COLUMN")]
    outcome: String,
    /// Các cột số giải thích
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    terms: Vec<String>,
    /// Các cột phân loại giải thích; cột:mức để chọn mức đối chứng
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    factors: Vec<String>,
    /// Hồi quy logistic cho kết quả 0/1
    #[arg(long)]
    logistic: bool,
}

pub(super) fn regress(lang: Lang, args: &RegressArgs) -> Result<(), Failure> {
    let sample = args.sample.read(lang, &args.terms.iter().chain([&args.outcome]).map(String::as_str).collect::<Vec<_>>())?;
    let outcome = sample.numbers(lang, &args.outcome)?;
    let mut terms = Vec::new();
    for column in sample.columns(lang, &args.terms)? {
        terms.push(Term::Number(column));
    }
    for factor in &args.factors {
        let (name, reference) = factor.split_once(':').map_or((factor.as_str(), None), |(name, level)| (name, Some(level.to_owned())));
        terms.push(Term::Levels { labels: sample.labels(lang, name)?, reference });
    }
    let family = if args.logistic { Family::Logistic } else { Family::Linear };
    let found =
        regression(&sample.design, &sample.domain, family, &outcome, &terms, &sample.options).map_err(|fault| failed(lang, &fault))?;
    let mut report = Report::new(&["term", "estimate", "se", "ci_low", "ci_high", "t", "df", "p_value", "odds_ratio", "remark"]);
    let Joint { names, .. } = &found.coefficients;
    for (place, name) in names.iter().enumerate() {
        let contrast = found.coefficients.one(place).map_err(|fault| failed(lang, &fault))?;
        let mut cells: Vec<Cell> = vec![name.as_str().into()];
        cells.extend(of_contrast(&contrast));
        cells.push(if args.logistic && place > 0 { contrast.value.exp().into() } else { Cell::Nothing });
        cells.push(remark_on(lang, contrast.standard_error, contrast.interval).into());
        report.rows.push(cells);
    }
    for (name, places) in found.terms.iter().filter(|(_, places)| places.len() > 1) {
        if let Ok(test) = found.test_terms(&[name]) {
            let mut cells = vec![Cell::Nothing; 10];
            cells[0] = format!("F({}) {name}", places.len()).as_str().into();
            (cells[5], cells[6], cells[7]) = (test.f.into(), known_freedom(test.denominator), test.p_value.into());
            if test.p_value.is_none() {
                cells[9] = few_clusters(lang).into();
            }
            report.rows.push(cells);
        }
    }
    match found.explained {
        Explained::RSquared(r) => report.tell([("r_squared", "R²", r.into())]),
        Explained::Likelihood { cox_snell, nagelkerke } => {
            report.tell([("cox_snell", "R² (Cox-Snell)", cox_snell.into())]);
            report.tell([("nagelkerke", "R² (Nagelkerke)", nagelkerke.into())]);
        }
    }
    let n = found.coefficients.observations.first().copied().unwrap_or(0);
    report.tell([("n", lang.pick("Số dòng được dùng", "Rows used"), Cell::Count(n))]);
    sample.notes(lang, &mut report);
    report.print(lang, args.sample.format())
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ReliabilityArgs {
    #[command(flatten)]
    sample: SampleArgs,
    /// Các câu hỏi của thang đo
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    items: Vec<String>,
}

pub(super) fn reliability(lang: Lang, args: &ReliabilityArgs) -> Result<(), Failure> {
    let sample = args.sample.read(lang, &args.items.iter().map(String::as_str).collect::<Vec<_>>())?;
    let items = sample.columns(lang, &args.items)?;
    let found = survey_stats::reliability(&sample.design, &sample.domain, &items, &sample.options).map_err(|fault| failed(lang, &fault))?;
    let mut report = Report::new(&["item", "mean", "sd", "item_total", "alpha_without"]);
    for item in &found.items {
        report.rows.push(vec![
            item.name.as_str().into(),
            item.mean.into(),
            item.deviation.into(),
            item.item_total.into(),
            item.alpha_without.into(),
        ]);
    }
    let interval = found.alpha.interval.ok();
    report.tell([
        ("alpha", "Cronbach α", found.alpha.value.into()),
        ("alpha_se", lang.pick("Sai số chuẩn của α", "Standard error of α"), found.alpha.standard_error.into()),
        ("alpha_low", lang.pick("Cận dưới của α", "Lower end for α"), interval.map(|interval| interval.low).into()),
        ("alpha_high", lang.pick("Cận trên của α", "Upper end for α"), interval.map(|interval| interval.high).into()),
        ("standardised_alpha", lang.pick("α chuẩn hóa", "Standardised α"), found.standardised_alpha.into()),
        ("n", lang.pick("Số dòng được dùng", "Rows used"), Cell::Count(found.alpha.observations)),
    ]);
    if let Some(words) = remark_on(lang, found.alpha.standard_error, found.alpha.interval) {
        report.note("alpha_remark", lang.pick("Ghi chú về α", "Remark on α"), words);
    }
    sample.notes(lang, &mut report);
    report.print(lang, args.sample.format())
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DriversArgs {
    #[command(flatten)]
    sample: SampleArgs,
    /// Cột kết quả, như mức hài lòng chung
    #[arg(long, value_name = "COLUMN")]
    outcome: String,
    /// Các câu hỏi giải thích, cùng một thang
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    items: Vec<String>,
    /// Tính sai số của phần đóng góp bằng jackknife (chậm hơn)
    #[arg(long)]
    errors: bool,
}

pub(super) fn drivers(lang: Lang, args: &DriversArgs) -> Result<(), Failure> {
    let sample = args.sample.read(lang, &args.items.iter().chain([&args.outcome]).map(String::as_str).collect::<Vec<_>>())?;
    let (outcome, items) = (sample.numbers(lang, &args.outcome)?, sample.columns(lang, &args.items)?);
    let replicates = args
        .errors
        .then(|| Replicates::stratified_jackknife(&sample.design))
        .transpose()
        .map_err(|faults| Failure::bad_input(words::listed(lang, &faults, words::design)))?;
    let found = survey_stats::drivers(&sample.design, &sample.domain, &outcome, &items, replicates.as_ref(), &sample.options)
        .map_err(|fault| failed(lang, &fault))?;
    let mut report =
        Report::new(&["item", "share", "share_se", "relative", "standardised", "mean", "mean_se", "quadrant", "sure", "remark"]);
    for (driver, (quadrant, sure)) in found.drivers.iter().zip(found.quadrants()) {
        let quadrant = match quadrant {
            Quadrant::Concentrate => "concentrate",
            Quadrant::KeepUp => "keep-up",
            Quadrant::LowPriority => "low-priority",
            Quadrant::PossibleOverkill => "possible-overkill",
        };
        report.rows.push(vec![
            driver.name.as_str().into(),
            driver.share.into(),
            driver.share_error.into(),
            driver.relative.into(),
            driver.standardised.into(),
            driver.performance.value.into(),
            driver.performance.standard_error.into(),
            quadrant.into(),
            sure.map_or(Cell::Nothing, Cell::Mark),
            remark_on(lang, driver.performance.standard_error, driver.performance.interval)
                .or_else(|| {
                    (sure.is_none() && !args.errors).then(|| {
                        lang.pick(
                            "mức thực hiện chắc chắn, phần đóng góp chưa có sai số: thêm --errors",
                            "the performance is sure, the share has no error: add --errors",
                        )
                    })
                })
                .into(),
        ]);
    }
    report.tell([("r_squared", "R²", found.r_squared.into())]);
    report.tell([("n", lang.pick("Số dòng được dùng", "Rows used"), Cell::Count(found.observations))]);
    if found.replicates_without_estimate > 0 {
        let words = lang.pick("Sai số theo jackknife", "Errors by jackknife");
        report.note("replicates_left_out", words, left_out_replicates(lang, found.replicates_without_estimate));
    }
    sample.notes(lang, &mut report);
    report.print(lang, args.sample.format())
}
