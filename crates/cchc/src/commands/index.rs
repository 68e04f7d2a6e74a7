//! `cchc index`: compute any definition over any table, without a server; explain it, vary it, ask what would be; verify the editions of the catalogue.

mod check;
mod compare;
mod compute;
mod effort;
mod explain;
mod input;
mod scaling;
mod sheet;
mod uncertainty;
mod what_if;
mod work;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use registry::results::ResultsKeeper;

use crate::output::{Failure, print};
use crate::say;
use crate::settings::Common;

/// A definition, a table, and the form of the answer.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// Tệp bộ chỉ số (TOML), hoặc mã bộ chỉ số trong danh mục như pci-2013
    #[arg(long, value_name = "FILE")]
    definition: PathBuf,
    /// Bảng số liệu CSV, XLSX hoặc Parquet: mỗi dòng một đơn vị, mỗi cột một thành phần hoặc số liệu
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    #[command(flatten)]
    years: Years,
    /// Dạng kết quả
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// The year of the table and the tables of the years before it.
#[derive(Debug, Args)]
pub(crate) struct Years {
    /// Năm của bảng số liệu: để xếp nhóm theo ngưỡng của kỳ đó, và biết bảng nào là của năm trước
    #[arg(long, value_name = "YEAR")]
    edition: Option<i32>,
    /// Bảng số liệu của một năm trước, cho khoảng giá trị tích lũy và bù số liệu thiếu theo năm; nhắc lại cho từng năm
    #[arg(long, value_name = "YEAR=FILE")]
    past: Vec<String>,
}

/// The table of an earlier edition, as which the other units go on.
#[derive(Debug, Args)]
pub(crate) struct Trend {
    /// Bảng số liệu của kỳ trước: các đơn vị khác tiếp tục thay đổi như từ kỳ đó
    #[arg(long, value_name = "FILE")]
    trend: Option<PathBuf>,
    /// Năm của bảng số liệu kỳ trước; cần khi bộ chỉ số dựa vào các năm trước và có --past
    #[arg(long, value_name = "YEAR", requires = "trend")]
    trend_edition: Option<i32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Kiểm tra một bộ chỉ số, và bảng số liệu nếu có; liệt kê các nút, quy tắc và tỷ trọng
    Check {
        /// Tệp bộ chỉ số (TOML), hoặc mã bộ chỉ số trong danh mục
        #[arg(long, value_name = "FILE")]
        definition: PathBuf,
        /// Bảng số liệu cần kiểm tra theo bộ chỉ số
        #[arg(long, value_name = "FILE")]
        data: Option<PathBuf>,
        /// Kiểm tra thống kê: độ tin cậy, thành phần chính, tỷ trọng thực tế, chỉ số thừa hoặc trùng
        #[arg(long, requires = "data")]
        coherence: bool,
        #[command(flatten)]
        years: Years,
        /// Dạng kết quả
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Tính điểm và xếp hạng từ một bộ chỉ số và một bảng số liệu
    Compute {
        #[command(flatten)]
        source: Source,
        /// Ghi thêm vào tệp CSV này: khoảng giá trị dùng để chuẩn hóa từng chỉ số và mọi giá trị đã bù hoặc xử lý
        #[arg(long, value_name = "FILE.csv")]
        scaling: Option<PathBuf>,
    },
    /// Diễn giải điểm của một đơn vị: quy tắc, số liệu, khoảng điểm, phần bị loại, đóng góp, điểm mạnh và yếu
    Explain {
        #[command(flatten)]
        source: Source,
        /// Tên hoặc mã đơn vị
        #[arg(long, value_name = "UNIT")]
        unit: String,
    },
    /// So sánh hai kỳ: bộ chỉ số khác nhau ở đâu, điểm và hạng đổi thế nào, do thành phần nào
    Compare {
        #[command(flatten)]
        source: Source,
        /// Bộ chỉ số của kỳ trước; mặc định là cùng bộ chỉ số
        #[arg(long, value_name = "FILE")]
        before_definition: Option<PathBuf>,
        /// Bảng số liệu của kỳ trước
        #[arg(long, value_name = "FILE")]
        before_data: PathBuf,
        /// Năm của kỳ trước; cần khi bộ chỉ số dựa vào các năm trước và có --past
        #[arg(long, value_name = "YEAR")]
        before_edition: Option<i32>,
        /// Tên hoặc mã đơn vị cần xem phần đóng góp vào thay đổi
        #[arg(long, value_name = "UNIT")]
        unit: Option<String>,
    },
    /// Độ bất định của thứ hạng: tính lại nhiều lần với trọng số, cách chuẩn hóa và sai số khác đi
    Uncertainty {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        vary: uncertainty::Vary,
        /// Mức tin cậy của khoảng thứ hạng và của việc phân biệt hai đơn vị
        #[arg(long, default_value_t = 0.95)]
        level: f64,
        /// Kèm xác suất đứng trên của từng cặp đơn vị
        #[arg(long)]
        pairs: bool,
    },
    /// Yếu tố nào làm thứ hạng thay đổi nhiều nhất: chỉ số Sobol' bậc nhất và toàn phần
    Sensitivity {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        vary: uncertainty::Vary,
    },
    /// Nếu số liệu của một đơn vị khác đi thì điểm và hạng ra sao
    WhatIf {
        #[command(flatten)]
        source: Source,
        /// Tên hoặc mã đơn vị
        #[arg(long, value_name = "UNIT")]
        unit: String,
        /// Số liệu mới, có thể nhắc lại
        #[arg(long = "set", value_name = "CODE=VALUE", required = true)]
        settings: Vec<String>,
        #[command(flatten)]
        trend: Trend,
    },
    /// Cách ít tốn kém nhất để đạt một mức điểm hoặc một thứ hạng
    Target(effort::TargetArgs),
    /// Bộ chỉ số cho năm mới chép từ bộ đã có, in ra TOML
    Copy {
        /// Tệp bộ chỉ số (TOML)
        #[arg(long, value_name = "FILE")]
        definition: PathBuf,
        /// Mã của bộ chỉ số mới
        #[arg(long, value_name = "ID")]
        id: String,
        /// Năm mới
        #[arg(long, value_name = "YEAR")]
        year: i32,
    },
    /// Đối chiếu mọi kỳ chỉ số trong danh mục: số công bố và số tính lại
    Verify,
}

/// Form of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Bảng để đọc
    Table,
    /// CSV, số liệu đầy đủ không làm tròn
    Csv,
    /// JSON: mọi nút của mọi đơn vị, thứ hạng
    Json,
}

pub(crate) async fn run(common: &Common, command: Command) -> Result<(), Failure> {
    match command {
        Command::Check { definition, data, coherence, years, format } => {
            check::run(common, &definition, data.as_deref(), coherence, &years, format)
        }
        Command::Compute { source, scaling } => compute::run(common, &source, scaling.as_deref()),
        Command::Explain { source, unit } => explain::run(common, &source, &unit),
        Command::Compare { source, before_definition, before_data, before_edition, unit } => {
            let before = compare::Before { definition: before_definition.as_deref(), data: &before_data, year: before_edition };
            compare::run(common, &source, &before, unit.as_deref())
        }
        Command::Uncertainty { source, vary, level, pairs } => uncertainty::ranks(common, source, vary, level, pairs).await,
        Command::Sensitivity { source, vary } => uncertainty::factors(common, source, vary).await,
        Command::WhatIf { source, unit, settings, trend } => what_if::run(common, &source, &unit, &settings, &trend),
        Command::Target(args) => effort::target(common, args).await,
        Command::Copy { definition, id, year } => compare::copy(common, &definition, &id, year),
        Command::Verify => verify(common).await,
    }
}

async fn verify(common: &Common) -> Result<(), Failure> {
    let lang = common.lang();
    // Checking the catalogue leaves nothing behind: without a database there is one for as long as it takes.
    let passing = tempfile::TempDir::new().map_err(|error| Failure::failed(say::unreadable(lang, &std::env::temp_dir(), &error)))?;
    let (db, demo) = match common.has_database() {
        true => common.open_kept().await?,
        false => (common.open_passing(passing.path()).await?, false),
    };
    let results =
        ResultsKeeper::new(db.clone(), common.definitions(demo)?).results().await.map_err(|error| Failure::failed(format!("{error}")))?;
    db.close().await;
    let mut text = format!(
        "{:<24} {:>5} {:>6} {:>8} {:>14} {:>12} {:>12}\n",
        lang.pick("Kỳ", "Edition"),
        lang.pick("dòng", "rows"),
        lang.pick("hạng", "ranked"),
        lang.pick("đối chiếu", "compared"),
        lang.pick("lệch lớn nhất", "largest diff"),
        lang.pick("lệch hạng", "rank diffs"),
        lang.pick("chưa rõ", "unexplained"),
    );
    let mut unexplained = 0;
    for ((index, year), edition) in &results.editions {
        let open = edition.comparison.unexplained().count();
        unexplained += open;
        let largest = edition.comparison.largest_of_all().map_or_else(|| "–".to_owned(), |value| value.normalize().to_string());
        let ranks = format!("{}/{}", edition.comparison.rank_mismatches.len(), edition.comparison.ranks_compared);
        let _ = writeln!(
            text,
            "{:<24} {:>5} {:>6} {:>8} {:>14.14} {:>12} {:>12}",
            format!("{index} {year}"),
            edition.rows.len(),
            edition.scores.ranked,
            edition.comparison.differences.len(),
            largest,
            ranks,
            open
        );
    }
    print(lang, &text)?;
    if unexplained == 0 {
        return Ok(());
    }
    Err(Failure::failed(
        lang.pick(format!("{unexplained} chênh lệch chưa giải thích được."), format!("{unexplained} differences are not explained.")),
    ))
}
