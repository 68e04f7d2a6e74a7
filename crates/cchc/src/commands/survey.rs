//! `cchc survey`: plan, draw, weigh and estimate surveys from CSV files, without a server.

mod allocate;
mod areas;
mod draw;
mod estimate;
mod indices;
mod inference;
mod plan;
mod report;
mod sample;
mod structure;
mod weighting;

use clap::Subcommand;
use ui::Lang;

use crate::output::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Cỡ mẫu cho tỷ lệ, số trung bình, chênh lệch
    #[command(subcommand)]
    Size(plan::SizeCommand),
    /// Phân bổ cỡ mẫu cho các tầng: tỷ lệ, đều, Neyman, lũy thừa, có mức tối thiểu
    Allocate(allocate::AllocateArgs),
    /// Rút mẫu một hoặc nhiều giai đoạn, kèm xác suất và biên bản; rút lại để kiểm tra theo biên bản
    Draw(draw::DrawArgs),
    /// Điều chỉnh quyền số: không trả lời, hậu phân tầng, raking, hiệu chỉnh, cắt
    Weight(weighting::WeightArgs),
    /// Ước lượng có sai số chọn mẫu: trung bình, tổng, tỷ lệ, tỷ số, phân vị
    Estimate(Box<estimate::EstimateArgs>),
    /// Kiểm định: t cho hai nhóm, khi bình phương Rao-Scott cho hai phân loại
    Test(inference::TestArgs),
    /// Hồi quy tuyến tính hoặc logistic có quyền số
    Regress(inference::RegressArgs),
    /// Độ tin cậy của thang đo: hệ số alpha của Cronbach, tương quan biến và tổng
    Reliability(inference::ReliabilityArgs),
    /// Yếu tố tác động: phần đóng góp Shapley, tầm quan trọng và mức thực hiện
    Drivers(inference::DriversArgs),
    /// Phân tích nhân tố khám phá: KMO, Bartlett, hệ số tải xoay varimax
    Factors(structure::FactorsArgs),
    /// Thành phần phương sai và tương quan nội cụm theo giai đoạn, để lập mẫu lần sau
    Components(structure::ComponentsArgs),
    /// Địa bàn nhỏ: ước lượng trực tiếp và số mô hình Fay-Herriot, luôn ghi rõ nguồn
    SmallAreas(areas::AreasArgs),
    /// Chỉ số từ các câu hỏi theo quy tắc có phiên bản, xếp hạng kèm sai số
    Index(indices::IndexArgs),
}

pub(crate) fn run(lang: Lang, command: Command) -> Result<(), Failure> {
    match command {
        Command::Size(command) => plan::size(lang, command),
        Command::Allocate(args) => allocate::run(lang, &args),
        Command::Draw(args) => draw::draw(lang, &args),
        Command::Weight(args) => weighting::run(lang, &args),
        Command::Estimate(args) => estimate::run(lang, &args),
        Command::Test(args) => inference::test(lang, &args),
        Command::Regress(args) => inference::regress(lang, &args),
        Command::Reliability(args) => inference::reliability(lang, &args),
        Command::Drivers(args) => inference::drivers(lang, &args),
        Command::Factors(args) => structure::factors(lang, &args),
        Command::Components(args) => structure::components(lang, &args),
        Command::SmallAreas(args) => areas::run(lang, &args),
        Command::Index(args) => indices::run(lang, &args),
    }
}
