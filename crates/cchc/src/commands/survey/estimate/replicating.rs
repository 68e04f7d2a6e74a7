//! Replicate weights of `cchc survey estimate`: made from the design, or given as columns of the file.

use std::path::Path;

use clap::{Args, ValueEnum};
use survey_stats::{
    Column, DataTable, Design, DesignFault, Domain, Estimate, EstimateFault, Measure, Options, ProportionInterval, Quantile, QuantileError,
    ReplicateFreedom, Replicates, correlation, mean, proportion, quantile, ratio, total,
};
use ui::Lang;

use super::super::report::Report;
use super::super::sample::{Sample, labels, numbers, read_table};
use super::super::weighting::Done;
use crate::output::Failure;
use crate::say;
use crate::say::survey as words;

#[derive(Debug, Clone, Args)]
pub(crate) struct ReplicateArgs {
    /// Sai số theo quyền số lặp thay cho tuyến tính hóa: jk1, jkn, brr, fay=HỆ_SỐ (từ 0 đến dưới 1), rao-wu, canty-davison
    #[arg(long, value_name = "METHOD", value_parser = Method::read)]
    replicates: Option<Method>,
    /// Số lần lặp của rao-wu và canty-davison (mặc định 1000)
    #[arg(long, value_name = "COUNT", requires = "replicates")]
    runs: Option<usize>,
    /// Số gieo của rao-wu và canty-davison (mặc định 1)
    #[arg(long, requires = "replicates")]
    seed: Option<u64>,
    /// Quyền số lặp có sẵn trong tệp: phần đầu chung của tên các cột; --replicates cho biết cách lập
    #[arg(long, value_name = "PREFIX", requires = "replicates", conflicts_with_all = ["runs", "seed"])]
    replicate_weights: Option<String>,
    /// Hệ số nhân của tổng bình phương cho quyền số lặp có sẵn, thay cho hệ số của cách lập (scale trong R)
    #[arg(long, value_name = "NUMBER", requires = "replicate_weights")]
    replicate_scale: Option<f64>,
    /// Hệ số của từng bản lặp có sẵn (rscales trong R), theo thứ tự cột: danh sách số, hoặc tệp gồm các số hay hai cột replicate,scale; với jkn là (n - 1) / n, n là số cụm mẫu của tầng có cụm bị bỏ ra, nhân (1 - tỷ lệ mẫu) nếu có
    #[arg(long, value_name = "FILE|LIST", requires = "replicate_weights")]
    replicate_scales: Option<String>,
    /// Sai số của phân vị theo quyền số lặp: khoảng Woodruff, hay độ lệch của phân vị giữa các bản lặp (cho brr, fay, rao-wu, canty-davison)
    #[arg(long, value_enum, requires = "replicates", default_value_t = QuantileErrors::Woodruff)]
    quantile_errors: QuantileErrors,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum QuantileErrors {
    /// Theo tỷ lệ ở dưới phân vị
    Woodruff,
    /// Theo phân vị của từng bản lặp
    Spread,
}

/// How replicates are made.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    Jackknife,
    StratifiedJackknife,
    HalfSamples(f64),
    RaoWu,
    CantyDavison,
}

impl Method {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "jk1" => Ok(Self::Jackknife),
            "jkn" => Ok(Self::StratifiedJackknife),
            "brr" => Ok(Self::HalfSamples(0.0)),
            "rao-wu" => Ok(Self::RaoWu),
            "canty-davison" => Ok(Self::CantyDavison),
            other => other
                .strip_prefix("fay=")
                .and_then(|share| share.parse().ok())
                .filter(|share| (0.0..1.0).contains(share))
                .map(Self::HalfSamples)
                .ok_or_else(|| "jk1, jkn, brr, fay=0.3, rao-wu, canty-davison".to_owned()),
        }
    }

    fn name(self) -> String {
        match self {
            Self::Jackknife => "jk1".into(),
            Self::StratifiedJackknife => "jkn".into(),
            Self::HalfSamples(fay) if fay > 0.0 => format!("fay={fay}"),
            Self::HalfSamples(_) => "brr".into(),
            Self::RaoWu => "rao-wu".into(),
            Self::CantyDavison => "canty-davison".into(),
        }
    }

    /// Factor of the sum of squares over given weights, as `svrepdesign` takes it; none where strata decide it.
    fn scale(self, count: f64) -> Option<f64> {
        match self {
            Self::Jackknife => Some((count - 1.0) / count),
            Self::StratifiedJackknife => None,
            Self::HalfSamples(fay) => Some(1.0 / (count * (1.0 - fay).powi(2))),
            Self::RaoWu | Self::CantyDavison => Some(1.0 / (count - 1.0)),
        }
    }
}

const USUAL_RUNS: usize = 1000;

impl ReplicateArgs {
    pub(super) fn quantile_error(&self) -> QuantileError {
        match self.quantile_errors {
            QuantileErrors::Woodruff => QuantileError::Woodruff,
            QuantileErrors::Spread => QuantileError::Spread,
        }
    }

    /// Replicates of the design after all steps; none where none were asked for.
    pub(super) fn make(
        &self,
        lang: Lang,
        sample: &Sample,
        described: bool,
        steps: &[Done],
        report: &mut Report,
    ) -> Result<Option<Replicates>, Failure> {
        let (table, first) = (&sample.table, &sample.design);
        let Some(method) = self.replicates else { return Ok(None) };
        let (runs, seed) = (self.runs.unwrap_or(USUAL_RUNS), self.seed.unwrap_or(1));
        let drawn = matches!(method, Method::RaoWu | Method::CantyDavison);
        if !drawn && (self.runs.is_some() || self.seed.is_some()) {
            return Err(Failure::bad_input(lang.pick(
                "--runs và --seed chỉ dùng cho rao-wu và canty-davison.",
                "--runs and --seed belong to rao-wu and canty-davison alone.",
            )));
        }
        let of_jackknife = matches!(method, Method::Jackknife | Method::StratifiedJackknife);
        if of_jackknife && self.quantile_errors == QuantileErrors::Spread {
            return Err(Failure::bad_input(lang.pick(
                "--quantile-errors spread không đúng cho jackknife (jk1, jkn), vì phân vị thay đổi theo bước; dùng woodruff.",
                "--quantile-errors spread is wrong for a jackknife (jk1, jkn), because quantiles move in steps; use woodruff.",
            )));
        }
        if method == Method::Jackknife && self.replicate_weights.is_none() && first.strata() > 1 {
            return Err(Failure::bad_input(lang.pick(
                "jk1 dành cho mẫu không phân tầng; mẫu này có nhiều tầng, hãy dùng jkn.",
                "jk1 is for samples without strata; this one has several, use jkn.",
            )));
        }
        let made = match (&self.replicate_weights, method) {
            // Without strata and clusters the weights alone say how many replicates are independent.
            (Some(prefix), _) => self
                .given(lang, table, first, prefix, method, report)?
                .map(|given| given.with_freedom(if described { ReplicateFreedom::Design } else { ReplicateFreedom::Rank })),
            (None, Method::Jackknife) => Replicates::jackknife(first),
            (None, Method::StratifiedJackknife) => Replicates::stratified_jackknife(first),
            (None, Method::HalfSamples(fay)) => Replicates::balanced_half_samples(first, fay),
            (None, Method::RaoWu) => Replicates::rao_wu(first, runs, seed),
            (None, Method::CantyDavison) => Replicates::canty_davison(first, runs, seed),
        };
        let mut made = made.map_err(|faults| Failure::bad_input(words::listed(lang, &faults, words::design)))?;
        for step in steps {
            made = made
                .reweighted(&step.before, &step.step)
                .map_err(|faults| Failure::bad_input(words::listed(lang, &faults, words::weight)))?;
        }
        report.note("replicates", lang.pick("Quyền số lặp", "Replicates"), method.name());
        report.note("replicate_count", lang.pick("Số bản lặp", "Number of replicates"), made.count());
        if matches!(method, Method::HalfSamples(_)) && self.replicate_weights.is_none() && first.is_corrected() {
            let words = lang.pick("Hiệu chỉnh tổng thể hữu hạn", "Finite population correction");
            let value = lang.pick(
                "không dùng: nửa mẫu coi các cụm như rút có hoàn lại; dùng jkn, rao-wu hoặc canty-davison để có hiệu chỉnh",
                "not used: half samples take the clusters as drawn with replacement; jkn, rao-wu and canty-davison use it",
            );
            report.note("replicate_correction", words, value);
        }
        if drawn && self.replicate_weights.is_none() {
            report.note("replicate_seed", lang.pick("Số gieo", "Seed"), seed.to_string());
        }
        Ok(Some(made))
    }

    fn given(
        &self,
        lang: Lang,
        table: &DataTable,
        design: &Design,
        prefix: &str,
        method: Method,
        report: &mut Report,
    ) -> Result<Result<Replicates, Vec<DesignFault>>, Failure> {
        let names: Vec<&String> = table.headings().iter().filter(|heading| heading.starts_with(prefix)).collect();
        if names.is_empty() {
            return Err(Failure::bad_input(lang.pick(
                format!("Không có cột nào có tên bắt đầu bằng “{prefix}”."),
                format!("No column has a name that begins with “{prefix}”."),
            )));
        }
        let mut weights = Vec::with_capacity(names.len());
        let scales = self.replicate_scales.as_ref().map(|text| scales(lang, text, &names)).transpose()?;
        let mut faults = Vec::new();
        let mut negative = Vec::new();
        for name in names {
            let column = numbers(lang, table, name)?.values().to_vec();
            let missing = column.iter().enumerate().filter(|(_, weight)| weight.is_nan());
            faults.extend(missing.map(|(row, _)| DesignFault::MissingWeight { column: name.clone(), row: row + 1 }));
            if let Some(row) = column.iter().position(|weight| *weight < 0.0) {
                let (count, row) = (column.iter().filter(|weight| **weight < 0.0).count(), row + 1);
                negative.push(lang.pick(format!("{name} {count} (dòng {row})"), format!("{name} {count} (row {row})")));
            }
            weights.push(column);
        }
        if !faults.is_empty() {
            return Err(Failure::bad_input(words::listed(lang, &faults, words::design)));
        }
        if !negative.is_empty() {
            // Some published sets have them, and R takes them too.
            let words = lang.pick("Quyền số lặp âm, số dòng (dòng đầu)", "Negative replicate weights, rows (first row)");
            report.note("replicate_negative", words, negative.join(", "));
        }
        let of_method = || method.scale(weights.len() as f64).or(scales.as_ref().map(|_| 1.0));
        let scale = self.replicate_scale.or_else(of_method).ok_or_else(|| {
            Failure::bad_input(lang.pick(
                "Quyền số lặp jkn có sẵn cần --replicate-scales: với mỗi bản lặp là (n - 1) / n, n là số cụm mẫu của tầng có cụm bị bỏ ra; mọi tầng cùng n thì --replicate-scale là đủ.",
                "Given jkn replicates need --replicate-scales: for each replicate (n - 1) / n, with n the sampled clusters of the stratum whose cluster is left out; where all strata have the same n, --replicate-scale is enough.",
            ))
        })?;
        Ok(Replicates::given(design, &weights, scale, &scales.unwrap_or_else(|| vec![1.0; weights.len()])))
    }
}

/// Scales of given replicates, in the order of their columns: numbers, or a file of numbers, or a table of columns with their scales.
fn scales(lang: Lang, text: &str, names: &[&String]) -> Result<Vec<f64>, Failure> {
    let list = |text: &str| {
        let fields = text.split([',', ';', ' ', '\t', '\r', '\n']).filter(|field| !field.is_empty());
        fields.map(|field| field.parse::<f64>().ok().filter(|scale| scale.is_finite() && *scale >= 0.0)).collect::<Option<Vec<f64>>>()
    };
    let fits = |scales: Vec<f64>| {
        let (found, needed) = (scales.len(), names.len());
        if found == needed {
            return Ok(scales);
        }
        Err(Failure::bad_input(lang.pick(
            format!("--replicate-scales có {found} số, phải có {needed}, mỗi bản lặp một số."),
            format!("--replicate-scales has {found} numbers where {needed} are needed, one a replicate."),
        )))
    };
    if let Some(scales) = list(text) {
        return fits(scales);
    }
    let path = Path::new(text);
    let content = std::fs::read_to_string(path).map_err(|error| Failure::bad_input(say::unreadable(lang, path, &error)))?;
    if let Some(scales) = list(&content) {
        return fits(scales);
    }
    let table = read_table(lang, path)?;
    let (replicates, scales) = (labels(lang, &table, "replicate")?, numbers(lang, &table, "scale")?);
    let mut known: Vec<&str> = Vec::new();
    for (row, replicate) in replicates.texts().enumerate() {
        let (row, twice) = (row + 1, known.contains(&replicate));
        if twice || !names.iter().any(|name| name.as_str() == replicate) {
            let (vi, en) = if twice {
                ("xuất hiện hai lần", "stands twice")
            } else {
                ("không có trong tệp số liệu", "is no column of the data")
            };
            return Err(Failure::bad_input(words::explained(
                lang,
                lang.pick(
                    format!("{}: dòng {row}: bản lặp “{replicate}” {vi}", path.display()),
                    format!("{}: row {row}: the replicate “{replicate}” {en}", path.display()),
                ),
            )));
        }
        known.push(replicate);
    }
    let of = |name: &&String| {
        let place = replicates.texts().position(|known| known == name.as_str());
        place.map(|place| scales.values()[place]).filter(|scale| scale.is_finite() && *scale >= 0.0).ok_or_else(|| {
            Failure::bad_input(lang.pick(
                format!("{}: bản lặp {name} không có hệ số từ 0 trở lên", path.display()),
                format!("{}: replicate {name} has no scale of 0 or more", path.display()),
            ))
        })
    };
    names.iter().map(of).collect()
}

/// Estimates by linearisation, or by replicates where there are some.
pub(super) struct Engine<'a> {
    pub(super) design: &'a Design,
    pub(super) replicates: Option<&'a Replicates>,
    pub(super) quantile_error: QuantileError,
}

impl Engine<'_> {
    pub(super) fn measure(&self, domain: &Domain, measure: Measure<'_>, options: &Options) -> Result<Estimate, EstimateFault> {
        match (self.replicates, measure) {
            (Some(replicates), _) => replicates.estimate(self.design, domain, measure, options),
            (None, Measure::Total(x)) => total(self.design, domain, x, options),
            (None, Measure::Mean(x)) => mean(self.design, domain, x, options),
            (None, Measure::Ratio(y, x)) => ratio(self.design, domain, y, x, options),
        }
    }

    pub(super) fn quantile(
        &self,
        domain: &Domain,
        column: &Column,
        probability: f64,
        options: &Options,
    ) -> Result<Quantile, EstimateFault> {
        match self.replicates {
            Some(replicates) => replicates.quantile(self.design, domain, column, probability, self.quantile_error, options),
            None => quantile(self.design, domain, column, probability, options),
        }
    }

    pub(super) fn correlation(&self, domain: &Domain, one: &Column, other: &Column, options: &Options) -> Result<Estimate, EstimateFault> {
        match self.replicates {
            Some(replicates) => replicates.correlation(self.design, domain, one, other, options),
            None => correlation(self.design, domain, one, other, options),
        }
    }

    pub(super) fn proportion(
        &self,
        domain: &Domain,
        column: &Column,
        interval: ProportionInterval,
        options: &Options,
    ) -> Result<Estimate, EstimateFault> {
        match self.replicates {
            Some(replicates) => replicates.proportion(self.design, domain, column, interval, options),
            None => proportion(self.design, domain, column, interval, options),
        }
    }
}
