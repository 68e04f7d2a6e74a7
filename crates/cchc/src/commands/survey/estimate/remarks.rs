//! What stands beside an estimate in words: grade with rule and reasons, and why an interval is missing or says little.

use survey_stats::{Estimate, Grade, Interval, IntervalGap, IntervalMethod, Quality, QualityReason, QualityRule, Quantile, Statistic};
use ui::Lang;

use super::super::report::Cell;

/// What one row of the answer shows.
pub(super) struct Row {
    estimate: f64,
    se: Option<f64>,
    interval: Result<Interval, IntervalGap>,
    df: Option<f64>,
    cv: Option<f64>,
    deff: Option<f64>,
    n: usize,
    n_weighted: f64,
    /// A share of 0 or 1.
    one_sided: bool,
    pub(super) judgement: Judgement,
    /// Rows whose weight a linear calibration made negative.
    pub(super) negative: usize,
    /// Replicates that gave no estimate.
    without: usize,
}

/// What a rule for publishing says.
pub(super) enum Judgement {
    /// No rule was asked for.
    None,
    /// The rule says nothing about such a figure.
    Outside,
    Graded(Quality),
}

impl Row {
    pub(super) fn of(found: Estimate, judgement: Judgement) -> Self {
        let one_sided = found.statistic == Statistic::Proportion && (found.value <= 0.0 || found.value >= 1.0);
        Self {
            estimate: found.value,
            se: found.standard_error,
            interval: found.interval,
            df: Some(found.degrees_of_freedom),
            cv: found.coefficient_of_variation,
            deff: found.design_effect,
            n: found.observations,
            n_weighted: found.weighted_observations,
            one_sided,
            judgement,
            negative: 0,
            without: found.replicates_without_estimate,
        }
    }

    pub(super) fn of_quantile(found: &Quantile, judgement: Judgement) -> Self {
        Self {
            estimate: found.value,
            se: found.standard_error,
            interval: found.interval,
            df: Some(found.degrees_of_freedom),
            cv: found.standard_error.filter(|_| found.value.abs() > 0.0).map(|se| se / found.value.abs()),
            deff: None,
            n: found.observations,
            n_weighted: found.weighted_observations,
            one_sided: false,
            judgement,
            negative: 0,
            without: found.replicates_without_estimate,
        }
    }

    fn remarks(&self, lang: Lang) -> Vec<String> {
        let mut remarks = Vec::new();
        match &self.judgement {
            Judgement::None => {}
            Judgement::Outside => {
                remarks.push(
                    lang.pick("quy tắc công bố không áp dụng cho số này", "the rule for publishing is not for such a figure").to_owned(),
                );
            }
            Judgement::Graded(quality) => remarks.extend(graded(lang, quality)),
        }
        let equal = lang.pick("mọi câu trả lời như nhau", "all answers are equal").to_owned();
        match self.interval {
            Err(IntervalGap::OneCluster) => remarks.push(one_cluster(lang).to_owned()),
            Err(IntervalGap::NoDegreesOfFreedom) => {
                remarks.push(few_clusters(lang).to_owned());
            }
            Err(IntervalGap::FewReplicates) => remarks.push(few_replicates(lang).to_owned()),
            Err(IntervalGap::BeyondSample) => remarks.push(beyond_sample(lang).to_owned()),
            Err(IntervalGap::AllAnswersEqual) => remarks.push(equal),
            Err(IntervalGap::NotFound) => remarks.push(lang.pick("không tính được khoảng", "no interval was found").to_owned()),
            Ok(interval) if self.one_sided && interval.method == IntervalMethod::T => {
                remarks.push(lang.pick(
                    format!("{equal}: khoảng t không nói lên sai số, dùng beta hoặc wilson"),
                    format!("{equal}: a t interval shows no error, use beta or wilson"),
                ));
            }
            Ok(_) if self.one_sided => remarks.push(equal),
            Ok(_) if self.se.is_some_and(|se| se <= 0.0) => remarks.push(no_error(lang).to_owned()),
            Ok(_) => {}
        }
        if self.without > 0 {
            remarks.push(left_out_replicates(lang, self.without));
        }
        if self.negative > 0 {
            let count = self.negative;
            remarks.push(lang.pick(format!("có {count} quyền số âm"), format!("{count} negative weight(s)")));
        }
        remarks
    }

    pub(super) fn cells(&self, lang: Lang, group: &str, name: &str) -> Vec<Cell> {
        let withheld = matches!(&self.judgement, Judgement::Graded(quality) if quality.grade == Grade::Withhold);
        let shown = |value: Option<f64>| if withheld { Cell::Nothing } else { value.into() };
        let interval = self.interval.ok();
        let remarks = self.remarks(lang);
        vec![
            group.into(),
            name.into(),
            shown(Some(self.estimate)),
            shown(self.se),
            shown(interval.map(|interval| interval.low)),
            shown(interval.map(|interval| interval.high)),
            interval.filter(|_| !withheld).map_or(Cell::Nothing, |interval| method_word(interval.method).into()),
            self.df.into(),
            shown(self.cv),
            shown(self.deff),
            Cell::Count(self.n),
            shown(Some(self.n_weighted)),
            if remarks.is_empty() { Cell::Nothing } else { remarks.join("; ").into() },
        ]
    }
}

/// Replicates that were left out because they gave no estimate.
pub(crate) fn left_out_replicates(lang: Lang, count: usize) -> String {
    lang.pick(format!("bỏ ra {count} bản lặp không cho ước lượng"), format!("{count} replicate(s) without an estimate were left out"))
}

fn few_replicates(lang: Lang) -> &'static str {
    lang.pick(
        "không ước lượng được sai số: chưa đến hai bản lặp cho ước lượng",
        "the error cannot be estimated: fewer than two replicates give an estimate",
    )
}

fn beyond_sample(lang: Lang) -> &'static str {
    lang.pick(
        "không ước lượng được sai số: khoảng tin cậy của phân vị vượt ra ngoài các giá trị của mẫu",
        "the error cannot be estimated: the interval of the quantile reaches beyond the values of the sample",
    )
}

/// An error of zero is a statement about the sample, not about the population.
pub(crate) fn no_error(lang: Lang) -> &'static str {
    lang.pick(
        "sai số bằng 0: mọi câu trả lời như nhau, hoặc thiết kế hay hiệu chỉnh đã cố định số này",
        "no error: all answers are equal, or design or calibration fix this figure",
    )
}

/// Answers from one cluster say nothing of others, which is no error of zero.
pub(crate) fn one_cluster(lang: Lang) -> &'static str {
    lang.pick(
        "không ước lượng được sai số: mọi câu trả lời nằm trong một cụm mẫu của mỗi tầng",
        "the error cannot be estimated: all answers lie in one sampled cluster of each stratum",
    )
}

pub(crate) fn few_clusters(lang: Lang) -> &'static str {
    lang.pick("không đủ cụm để lập khoảng", "too few clusters for an interval")
}

/// What stands beside a figure, or a test of it, that has no interval, or one that says little.
pub(crate) fn remark_on(lang: Lang, standard_error: Option<f64>, interval: Result<Interval, IntervalGap>) -> Option<&'static str> {
    match (standard_error, interval) {
        (None, Err(IntervalGap::FewReplicates)) => Some(few_replicates(lang)),
        (None, _) => Some(one_cluster(lang)),
        (Some(error), _) if error <= 0.0 => Some(no_error(lang)),
        (Some(_), Err(IntervalGap::NoDegreesOfFreedom)) => Some(few_clusters(lang)),
        _ => None,
    }
}

/// The grade with the rule and each reason; nothing for a figure that may simply be published.
fn graded(lang: Lang, quality: &Quality) -> Option<String> {
    let grade = match quality.grade {
        Grade::Publish => return None,
        Grade::WithCare => lang.pick("dùng thận trọng", "with care"),
        Grade::Withhold => lang.pick("không công bố", "withheld"),
    };
    let rule = match quality.rule {
        QualityRule::NchsProportion => "nchs",
        QualityRule::CoefficientOfVariation { .. } => "cv",
    };
    let mut reasons: Vec<String> = quality.reasons.iter().map(|(_, reason)| because(lang, *reason)).collect();
    reasons.dedup();
    Some(format!("{grade} ({rule}: {})", reasons.join(", ")))
}

fn because(lang: Lang, reason: QualityReason) -> String {
    let tenths = |value: f64| {
        let text = format!("{value:.1}");
        if lang == Lang::Vi { text.replace('.', ",") } else { text }
    };
    match reason {
        QualityReason::FewObservations { observations } => {
            lang.pick(format!("chỉ có {observations} câu trả lời"), format!("only {observations} answers"))
        }
        QualityReason::FewEffective { effective } => {
            let size = tenths(effective);
            lang.pick(format!("cỡ mẫu hiệu dụng chỉ {size}"), format!("an effective size of only {size}"))
        }
        QualityReason::WideInterval { width } => {
            let width = tenths(width * 100.0);
            lang.pick(format!("khoảng rộng {width} điểm phần trăm"), format!("an interval of {width} points"))
        }
        QualityReason::WideForFigure { relative } => {
            let width = tenths(relative * 100.0);
            lang.pick(format!("khoảng rộng bằng {width} % của tỷ lệ"), format!("an interval of {width} % of the figure"))
        }
        QualityReason::WideForComplement { relative } => {
            let width = tenths(relative * 100.0);
            lang.pick(format!("khoảng rộng bằng {width} % của phần còn lại"), format!("an interval of {width} % of the complement"))
        }
        QualityReason::FewDegreesOfFreedom { degrees_of_freedom } => {
            lang.pick(format!("chỉ có {degrees_of_freedom} bậc tự do"), format!("only {degrees_of_freedom} degrees of freedom"))
        }
        QualityReason::AllAnswersEqual => lang.pick("mọi câu trả lời như nhau", "all answers are equal").to_owned(),
        QualityReason::LargeCoefficient { coefficient: Some(cv) } => {
            let cv = tenths(cv * 100.0);
            lang.pick(format!("hệ số biến thiên {cv} %"), format!("a coefficient of variation of {cv} %"))
        }
        QualityReason::LargeCoefficient { coefficient: None } => {
            lang.pick("không có hệ số biến thiên", "no coefficient of variation").to_owned()
        }
        QualityReason::OneCluster => lang.pick("sai số không ước lượng được", "the error cannot be estimated").to_owned(),
        QualityReason::NoInterval => lang.pick("không có khoảng tin cậy", "no interval").to_owned(),
    }
}

pub(crate) fn method_word(method: IntervalMethod) -> &'static str {
    match method {
        IntervalMethod::T => "t",
        IntervalMethod::Logit => "logit",
        IntervalMethod::Beta => "beta",
        IntervalMethod::Wilson => "wilson",
        IntervalMethod::Arcsine => "arcsine",
        IntervalMethod::Likelihood => "likelihood",
        IntervalMethod::FisherZ => "fisher-z",
        IntervalMethod::Woodruff => "woodruff",
    }
}
