//! `cchc survey size|draw`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use survey_stats::{
    Detection, DrawMethod, Frame, Level, PlanFault, Precision, SampleSize, size_for_difference, size_for_difference_of_proportions,
    size_for_mean, size_for_proportion, yamane,
};
use ui::Lang;

use super::report::{Cell, Format, Report};
use super::sample::{labels, marks, numbers, read_table};
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

#[derive(Debug, Clone, Args)]
pub(crate) struct DrawArgs {
    /// Dàn mẫu CSV hoặc Parquet: mỗi dòng một đơn vị
    #[arg(long, value_name = "FILE")]
    frame: PathBuf,
    /// Cột mã đơn vị
    #[arg(long, value_name = "COLUMN")]
    label: String,
    /// Cột tầng
    #[arg(long, value_name = "COLUMN")]
    strata: Option<String>,
    /// Cột quy mô, cho cách rút theo quy mô
    #[arg(long, value_name = "COLUMN")]
    size: Option<String>,
    /// Cột 0/1 đánh dấu đơn vị chắc chắn được chọn
    #[arg(long, value_name = "COLUMN")]
    certain: Option<String>,
    /// Cách rút
    #[arg(long, value_enum, default_value_t = Method::Simple)]
    method: Method,
    /// Số đơn vị mỗi tầng theo thứ tự tầng xuất hiện trong tệp; một số dùng cho mọi tầng
    #[arg(long, value_name = "COUNTS", value_delimiter = ',', required = true)]
    count: Vec<usize>,
    /// Số đơn vị dự phòng mỗi tầng
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    reserves: usize,
    /// Số gieo: cùng số gieo, cùng dàn mẫu thì ra cùng mẫu
    #[arg(long)]
    seed: u64,
    /// Dạng kết quả
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Method {
    /// Ngẫu nhiên đơn giản
    Simple,
    /// Hệ thống
    Systematic,
    /// Hệ thống theo quy mô
    Pps,
    /// Theo quy mô, cách Sampford
    Sampford,
    /// Theo quy mô, cách Tillé
    Tille,
}

pub(super) fn draw(lang: Lang, args: &DrawArgs) -> Result<(), Failure> {
    let table = read_table(lang, &args.frame)?;
    let names = labels(lang, &table, &args.label)?;
    // A label that stands twice is a fault of the frame, so each row keeps its own text.
    let of_rows: Vec<String> = names.texts().map(str::to_owned).collect();
    let mut frame = Frame::new(of_rows).map_err(|fault| failed(lang, &fault))?;
    if let Some(name) = &args.strata {
        frame = frame.with_strata(labels(lang, &table, name)?).map_err(|fault| failed(lang, &fault))?;
    }
    if let Some(name) = &args.size {
        frame = frame.with_sizes(numbers(lang, &table, name)?.values().to_vec()).map_err(|fault| failed(lang, &fault))?;
    }
    if let Some(name) = &args.certain {
        frame = frame.with_certain(marks(lang, &table, name)?).map_err(|fault| failed(lang, &fault))?;
    }
    let method = match args.method {
        Method::Simple => DrawMethod::SimpleRandom,
        Method::Systematic => DrawMethod::Systematic,
        Method::Pps => DrawMethod::SystematicBySize,
        Method::Sampford => DrawMethod::Sampford,
        Method::Tille => DrawMethod::Tille,
    };
    let strata = frame.strata().len();
    let counts = if args.count.len() == 1 { vec![args.count[0]; strata] } else { args.count.clone() };
    let reserves = if args.reserves == 0 { Vec::new() } else { vec![args.reserves; strata] };
    let draw = frame.draw_with_reserves(method, &counts, &reserves, args.seed).map_err(|fault| failed(lang, &fault))?;
    let mut report = Report::new(&["row", "label", "role", "probability", "weight", "certain"]);
    for (units, role) in [(&draw.units, "main"), (&draw.reserves, "reserve")] {
        for unit in units {
            let main = role == "main";
            report.rows.push(vec![
                Cell::Count(unit.row + 1),
                frame.label(unit.row).unwrap_or_default().into(),
                role.into(),
                if main { unit.probability.into() } else { Cell::Nothing },
                if main { (1.0 / unit.probability).into() } else { Cell::Nothing },
                Cell::Mark(unit.certain),
            ]);
        }
    }
    let listed = |counts: &[usize]| counts.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    report.tell([
        ("algorithm", lang.pick("Bộ sinh số", "Generator"), draw.manifest.algorithm.into()),
        ("method", lang.pick("Cách rút", "Method"), format!("{:?}", draw.manifest.method).as_str().into()),
        ("seed", lang.pick("Số gieo", "Seed"), draw.manifest.seed.to_string().as_str().into()),
        ("counts", lang.pick("Số đơn vị mỗi tầng", "Units of each stratum"), listed(&draw.manifest.counts).as_str().into()),
        ("reserves", lang.pick("Dự phòng mỗi tầng", "Reserves of each stratum"), listed(&draw.manifest.reserves).as_str().into()),
        ("frame_rows", lang.pick("Số dòng dàn mẫu", "Rows of the frame"), Cell::Count(draw.manifest.frame_rows)),
        (
            "frame_digest",
            lang.pick("Mã băm dàn mẫu", "Digest of the frame"),
            format!("{:016x}", draw.manifest.frame_digest).as_str().into(),
        ),
    ]);
    report.print(lang, args.format)
}
