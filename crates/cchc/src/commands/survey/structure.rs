//! `cchc survey factors|components`: what items have in common, and how much answers of one unit resemble each other.

use clap::Args;
use survey_stats::{clustered_design_effect, factor_analysis};
use ui::Lang;

use super::report::{Cell, Report};
use super::sample::{SampleArgs, failed};
use crate::output::Failure;

#[derive(Debug, Clone, Args)]
pub(crate) struct FactorsArgs {
    #[command(flatten)]
    sample: SampleArgs,
    /// Các câu hỏi cần phân tích
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    items: Vec<String>,
    /// Số nhân tố
    #[arg(long, value_name = "COUNT")]
    factors: usize,
    /// In hệ số tải trước khi xoay varimax
    #[arg(long)]
    unrotated: bool,
}

pub(super) fn factors(lang: Lang, args: &FactorsArgs) -> Result<(), Failure> {
    let sample = args.sample.read(lang, &args.items.iter().map(String::as_str).collect::<Vec<_>>())?;
    let items = sample.columns(lang, &args.items)?;
    let found =
        factor_analysis(&sample.design, &sample.domain, &items, args.factors, &sample.options).map_err(|fault| failed(lang, &fault))?;
    let loadings = if args.unrotated { &found.loadings } else { &found.turned };
    let names = (1..=args.factors).map(|number| format!("factor_{number}"));
    let columns: Vec<String> = ["item", "kmo", "uniqueness"].into_iter().map(str::to_owned).chain(names).collect();
    let mut report = Report::new(&columns);
    for (row, item) in found.items.iter().enumerate() {
        let mut cells: Vec<Cell> = vec![item.as_str().into(), found.suitability.kmo_of_items[row].into(), found.uniquenesses[row].into()];
        cells.extend((0..args.factors).map(|factor| Cell::from(loadings.get(row, factor))));
        report.rows.push(cells);
    }
    let rotation = if args.unrotated { "none" } else { "varimax" };
    report.note("rotation", lang.pick("Phép xoay", "Rotation"), rotation);
    report.note("kmo", "KMO", found.suitability.kmo);
    report.note("bartlett", lang.pick("Kiểm định Bartlett", "Bartlett's test"), found.suitability.bartlett);
    report.note("bartlett_df", lang.pick("  bậc tự do", "  degrees of freedom"), found.suitability.degrees_of_freedom);
    report.note("bartlett_p", lang.pick("  xác suất", "  probability"), found.suitability.p_value);
    for (place, value) in found.suitability.eigenvalues.iter().enumerate() {
        let number = place + 1;
        report.note(format!("eigenvalue_{number}"), lang.pick(format!("Giá trị riêng {number}"), format!("Eigenvalue {number}")), *value);
    }
    for (place, share) in found.explained.iter().enumerate() {
        let number = place + 1;
        let words = lang.pick(format!("Phần phương sai của nhân tố {number}"), format!("Share of variance of factor {number}"));
        report.note(format!("explained_{number}"), words, *share);
    }
    if let Some((statistic, df, p)) = found.fit {
        report.note("fit", lang.pick("Kiểm định đủ số nhân tố (χ²)", "Test that the factors are enough (χ²)"), statistic);
        report.note("fit_df", lang.pick("  bậc tự do", "  degrees of freedom"), df);
        report.note("fit_p", lang.pick("  xác suất", "  probability"), p);
    }
    report.note(
        "tests",
        lang.pick("Về các kiểm định", "About the tests"),
        lang.pick(
            "coi mẫu là ngẫu nhiên đơn giản; mẫu cụm làm xác suất nhỏ hơn thực",
            "they suppose a simple random sample; with clusters probabilities are too small",
        ),
    );
    report.note("n", lang.pick("Số dòng được dùng", "Rows used"), found.observations);
    sample.notes(lang, &mut report);
    report.print(lang, args.sample.format())
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ComponentsArgs {
    #[command(flatten)]
    sample: SampleArgs,
    /// Các cột số cần xem
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    items: Vec<String>,
}

pub(super) fn components(lang: Lang, args: &ComponentsArgs) -> Result<(), Failure> {
    let sample = args.sample.read(lang, &args.items.iter().map(String::as_str).collect::<Vec<_>>())?;
    let mut report = Report::new(&["item", "stage", "variance", "intraclass", "answers_per_unit", "deff", "n"]);
    for item in sample.columns(lang, &args.items)? {
        let found =
            survey_stats::components(&sample.design, &sample.domain, &item, &sample.options).map_err(|fault| failed(lang, &fault))?;
        for (place, variance) in found.stages.iter().enumerate() {
            let (intraclass, answers) = (found.intraclass[place], found.answers_per_unit[place]);
            report.rows.push(vec![
                item.name().into(),
                args.sample.design.cluster.get(place).map_or(Cell::Nothing, |name| name.as_str().into()),
                (*variance).into(),
                intraclass.into(),
                answers.into(),
                clustered_design_effect(answers, intraclass).ok().into(),
                found.observations.into(),
            ]);
        }
        let name = lang.pick("(câu trả lời)", "(answers)");
        let nothing = Cell::Nothing;
        report.rows.push(vec![
            item.name().into(),
            name.into(),
            found.answers.into(),
            nothing.clone(),
            nothing.clone(),
            nothing,
            found.observations.into(),
        ]);
    }
    report.note(
        "weights",
        lang.pick("Quyền số", "Weights"),
        lang.pick("không dùng: thành phần phương sai mô tả các câu trả lời", "not used: the components describe the answers"),
    );
    sample.notes(lang, &mut report);
    report.print(lang, args.sample.format())
}
