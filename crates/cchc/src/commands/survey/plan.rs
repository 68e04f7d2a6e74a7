//! `cchc survey size`.

use clap::{Args, Subcommand};
use survey_stats::{
    Detection, Level, PlanFault, Precision, SampleSize, size_for_difference, size_for_difference_of_proportions, size_for_mean,
    size_for_proportion, yamane,
};
use ui::Lang;

use super::report::{Cell, Format, Report};
use crate::output::Failure;
use crate::say::survey as words;

/// What most sizes depend on.
#[derive(Debug, Clone, Args)]
pub(crate) struct PrecisionArgs {
    /// Sai số tối đa chấp nhận được (0.05 là 5 điểm phần trăm)
    #[arg(long)]
    margin: f64,
    /// Mức tin cậy
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// Hệ số thiết kế dự kiến
    #[arg(long, default_value_t = 1.0)]
    deff: f64,
    /// Cỡ tổng thể, nếu nhỏ
    #[arg(long)]
    population: Option<f64>,
    /// Tỷ lệ trả lời dự kiến
    #[arg(long, default_value_t = 1.0)]
    response: f64,
    /// Dạng kết quả
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What sizes for differences depend on.
#[derive(Debug, Clone, Args)]
pub(crate) struct DetectionArgs {
    /// Mức tin cậy của kiểm định hai phía
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// Khả năng phát hiện chênh lệch
    #[arg(long, default_value_t = 0.8)]
    power: f64,
    /// Hệ số thiết kế dự kiến
    #[arg(long, default_value_t = 1.0)]
    deff: f64,
    /// Phần mẫu trùng nhau giữa hai năm, từ 0 đến 1
    #[arg(long, default_value_t = 0.0)]
    overlap: f64,
    /// Tương quan giữa hai năm của phần trùng nhau
    #[arg(long, default_value_t = 0.0)]
    correlation: f64,
    /// Tỷ lệ trả lời dự kiến
    #[arg(long, default_value_t = 1.0)]
    response: f64,
    /// Dạng kết quả
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SizeCommand {
    /// Công thức Yamane n = N / (1 + N e²) theo hướng dẫn năm 2013
    Yamane {
        /// Cỡ tổng thể N
        #[arg(long)]
        population: f64,
        /// Sai số e
        #[arg(long, default_value_t = 0.05)]
        margin: f64,
        /// Dạng kết quả
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Cỡ mẫu cho một tỷ lệ
    Proportion {
        /// Tỷ lệ dự kiến; 0.5 là an toàn nhất
        #[arg(long, default_value_t = 0.5)]
        expected: f64,
        #[command(flatten)]
        precision: PrecisionArgs,
    },
    /// Cỡ mẫu cho một số trung bình
    Mean {
        /// Độ lệch chuẩn dự kiến
        #[arg(long)]
        deviation: f64,
        #[command(flatten)]
        precision: PrecisionArgs,
    },
    /// Cỡ mỗi mẫu để phát hiện chênh lệch giữa hai số trung bình
    Difference {
        /// Độ lệch chuẩn dự kiến
        #[arg(long)]
        deviation: f64,
        /// Chênh lệch cần phát hiện
        #[arg(long)]
        difference: f64,
        #[command(flatten)]
        detection: DetectionArgs,
    },
    /// Cỡ mỗi mẫu để phát hiện chênh lệch giữa hai tỷ lệ
    Proportions {
        /// Tỷ lệ thứ nhất
        #[arg(long)]
        one: f64,
        /// Tỷ lệ thứ hai
        #[arg(long)]
        other: f64,
        #[command(flatten)]
        detection: DetectionArgs,
    },
}

fn failed(lang: Lang, fault: &PlanFault) -> Failure {
    Failure::bad_input(words::plan(lang, fault))
}

fn level(lang: Lang, level: f64) -> Result<Level, Failure> {
    Level::new(level).map_err(|fault| Failure::bad_input(words::estimate(lang, &fault)))
}

impl PrecisionArgs {
    fn precision(&self, lang: Lang) -> Result<Precision, Failure> {
        let Self { margin, deff, population, response, .. } = *self;
        Ok(Precision { margin, level: level(lang, self.level)?, design_effect: deff, population, response_rate: response })
    }
}

impl DetectionArgs {
    fn detection(&self, lang: Lang) -> Result<Detection, Failure> {
        let Self { power, deff, overlap, correlation, response, .. } = *self;
        Ok(Detection { level: level(lang, self.level)?, power, design_effect: deff, overlap, correlation, response_rate: response })
    }
}

pub(super) fn size(lang: Lang, command: SizeCommand) -> Result<(), Failure> {
    let (name, found, format): (&str, Result<SampleSize, PlanFault>, Format) = match command {
        SizeCommand::Yamane { population, margin, format } => ("yamane", yamane(population, margin), format),
        SizeCommand::Proportion { expected, precision } => {
            ("proportion", size_for_proportion(expected, &precision.precision(lang)?), precision.format)
        }
        SizeCommand::Mean { deviation, precision } => ("mean", size_for_mean(deviation, &precision.precision(lang)?), precision.format),
        SizeCommand::Difference { deviation, difference, detection } => {
            ("difference", size_for_difference(deviation, difference, &detection.detection(lang)?), detection.format)
        }
        SizeCommand::Proportions { one, other, detection } => {
            ("proportions", size_for_difference_of_proportions(one, other, &detection.detection(lang)?), detection.format)
        }
    };
    let found = found.map_err(|fault| failed(lang, &fault))?;
    let mut report = Report::new(&["formula", "exact", "approached"]);
    report.rows.push(vec![name.into(), found.exact.into(), Cell::Count(found.approached)]);
    report.print(lang, format)
}
