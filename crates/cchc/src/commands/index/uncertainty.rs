//! `cchc index uncertainty` and `sensitivity`: long work with a progress line that Ctrl-C stops.

use std::sync::Arc;

use clap::Args;
use composite_index::{
    Aggregation, Definition, Factor, Imputation, LeftOut, Method, Spread, UncertaintyError, UncertaintyPlan, gap_code, left_out,
    monte_carlo, sensitivity,
};
use ui::Lang;

use super::compute::{block_cell, gap_words};
use super::input::{Loaded, compute_error, scaling_error};
use super::scaling::imputation_words;
use super::sheet::{Cell, Sheet, write};
use super::work::{stopped, with_progress};
use super::{Format, Source};
use crate::output::{Failure, print};
use crate::settings::Common;

/// What is varied.
#[derive(Debug, Args)]
pub(crate) struct Vary {
    /// Số lần tính lại; với sensitivity là số điểm gốc, mỗi điểm tính (số yếu tố + 2) lần
    #[arg(long, default_value_t = 2048)]
    runs: usize,
    /// Số khởi đầu của dãy ngẫu nhiên; cùng số thì cùng kết quả
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Thay đổi trọng số: 0.25 là mỗi trọng số tăng hoặc giảm tối đa một phần tư
    #[arg(long, value_name = "SPREAD")]
    weights: Option<f64>,
    /// Coi trọng số dưới mỗi nút là một yếu tố riêng
    #[arg(long, requires = "weights")]
    weights_by_node: bool,
    /// Các cách chuẩn hóa khác, cách nhau bằng dấu phẩy: min-max, z-score, rank, percentile-rank, borda
    #[arg(long, value_name = "METHODS", value_delimiter = ',')]
    normalisation: Vec<String>,
    /// Các cách tổng hợp khác cho bình quân có trọng số: geometric-mean, harmonic-mean, minimum
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    aggregation: Vec<String>,
    /// Các cách bù số liệu thiếu khác: mean, median, group-mean, group-median, last, linear
    #[arg(long, value_name = "METHODS", value_delimiter = ',')]
    imputation: Vec<String>,
    /// Có và không xử lý giá trị ngoại lai
    #[arg(long)]
    outliers: bool,
    /// Sai số chọn mẫu, lấy từ các cột se.<mã> của bảng số liệu
    #[arg(long)]
    errors: bool,
}

const METHODS: [Method; 5] = [Method::MinMax, Method::ZScore, Method::Rank, Method::PercentileRank, Method::Borda];
const RULES: [Aggregation; 4] = [Aggregation::WeightedMean, Aggregation::GeometricMean, Aggregation::HarmonicMean, Aggregation::Minimum];
const FILLS: [Imputation; 6] =
    [Imputation::Mean, Imputation::Median, Imputation::GroupMean, Imputation::GroupMedian, Imputation::Last, Imputation::Linear];

/// Words of a list as alternatives beside the definition's own.
fn alternatives<T: Copy>(lang: Lang, words: &[String], known: &[T], word: fn(T) -> &'static str) -> Result<Vec<Option<T>>, Failure> {
    let mut found = vec![None];
    for wanted in words {
        let alternative = known.iter().copied().find(|known| word(*known) == wanted);
        found.push(Some(alternative.ok_or_else(|| {
            let all = known.iter().map(|known| word(*known)).collect::<Vec<_>>().join(", ");
            Failure::bad_input(
                lang.pick(format!("“{wanted}” không có trong danh sách: {all}."), format!("“{wanted}” is not one of {all}.")),
            )
        })?));
    }
    Ok(found)
}

impl Vary {
    fn plan(&self, lang: Lang, definition: &Definition) -> Result<UncertaintyPlan, Failure> {
        let mut factors = Vec::new();
        if let Some(spread) = self.weights {
            let weighs = |id: &usize| {
                let node = &definition.nodes[*id];
                node.aggregation.is_some_and(Aggregation::weighs) && node.children.len() > 1
            };
            let each = definition.top_down().into_iter().map(|(id, _)| id).filter(weighs);
            match self.weights_by_node {
                true => factors.extend(each.map(|id| Factor::Weights { spread, below: Some(id) })),
                false => factors.push(Factor::Weights { spread, below: None }),
            }
        }
        if !self.normalisation.is_empty() {
            factors.push(Factor::Normalisation(alternatives(lang, &self.normalisation, &METHODS, Method::word)?));
        }
        if !self.aggregation.is_empty() {
            factors.push(Factor::Aggregation(alternatives(lang, &self.aggregation, &RULES, Aggregation::word)?));
        }
        if !self.imputation.is_empty() {
            factors.push(Factor::Imputation(alternatives(lang, &self.imputation, &FILLS, Imputation::word)?));
        }
        if self.outliers {
            let own = definition.nodes.iter().find_map(|node| node.scaling.as_ref()?.outliers);
            factors.push(Factor::Outliers(vec![None, Some(own.unwrap_or_default())]));
        }
        if self.errors {
            factors.push(Factor::SurveyErrors);
        }
        Ok(UncertaintyPlan { runs: self.runs, seed: self.seed, factors })
    }
}

pub(super) async fn ranks(common: &Common, source: Source, vary: Vary, level: f64, pairs: bool) -> Result<(), Failure> {
    let lang = common.lang();
    if !(0.5..1.0).contains(&level) {
        return Err(Failure::bad_input(lang.pick("--level phải từ 0.5 đến dưới 1.", "--level must be from 0.5 to below 1.")));
    }
    let loaded = Loaded::read(common, &source)?;
    let plan = vary.plan(lang, &loaded.definition)?;
    let loaded = Arc::new(loaded);
    let own = Arc::clone(&loaded);
    let (spreads, without) = with_progress(lang, plan.runs, move |progress| {
        let refused = |error: UncertaintyError| failure(lang, &own.definition, &error);
        let spreads = monte_carlo(&own.definition, &own.table, own.year, &own.past(), &plan, progress).map_err(refused)?;
        let without = left_out(&own.definition, &own.table, own.year, &own.past(), &plan).map_err(refused)?;
        Ok((spreads, without))
    })
    .await?;
    let mut sheets = vec![rank_sheet(lang, &loaded, &spreads, level)];
    let without = left_out_sheet(lang, &loaded, &without);
    sheets.extend(Some(without).filter(|sheet| source.format == Format::Json || !sheet.is_empty()));
    if pairs {
        sheets.push(pair_sheet(lang, &loaded, &spreads));
    }
    let note = uncounted(lang, &spreads);
    sheets.extend(Some(note).filter(|note| source.format == Format::Json || !note.is_empty()));
    print(lang, &write(lang, &sheets, source.format))
}

/// Ranked units without a total under one of the alternatives: no rank of theirs can be told, and why.
fn left_out_sheet(lang: Lang, loaded: &Loaded, found: &[LeftOut]) -> Sheet {
    let columns = [
        ("unit", lang.pick("Đơn vị", "Unit")),
        ("reason", lang.pick("Lý do", "Reason")),
        ("alternative", lang.pick("Phương án", "Alternative")),
    ];
    let title = lang.pick("Đơn vị không có điểm nên không nêu khoảng thứ hạng", "Units without a total, of which no interval can be told");
    let mut sheet = Sheet::new("left_out", title, &columns);
    for unit in found {
        let gap = format!("{} {}", unit.gap.word(), gap_code(&loaded.definition, unit.gap));
        let mut codes = Vec::new();
        let mut words = Vec::new();
        if let Some(method) = unit.method {
            codes.push(method.word());
            words.push(index_words::method(method, lang));
        }
        if let Some(imputation) = unit.imputation {
            codes.push(imputation.word());
            words.push(imputation_words(lang, imputation));
        }
        if unit.outliers {
            codes.push("outliers");
            words.push(factor_words(lang, "outliers"));
        }
        if codes.is_empty() {
            codes.push("as-defined");
            words.push(lang.pick("theo bộ chỉ số", "as defined"));
        }
        sheet.push(vec![
            Cell::from(loaded.table.rows[unit.row].unit.as_str()),
            Cell::coded(gap, gap_words(lang, &loaded.definition, unit.gap)),
            Cell::coded(codes.join(" "), words.join(", ")),
        ]);
    }
    sheet
}

fn rank_sheet(lang: Lang, loaded: &Loaded, spreads: &[Spread], level: f64) -> Sheet {
    let runs = spreads.first().map_or(0, |spread| spread.runs);
    let title = lang.pick(
        format!("{}: khoảng thứ hạng {:.0} %, {runs} lần tính", loaded.definition.id, level * 100.0),
        format!("{}: rank intervals of {:.0} %, {runs} runs", loaded.definition.id, level * 100.0),
    );
    let mut sheet = Sheet::new(
        "ranks",
        title,
        &[
            ("rank", lang.pick("Hạng", "Rank")),
            ("unit", lang.pick("Đơn vị", "Unit")),
            ("block", lang.pick("Khối", "Block")),
            ("score", lang.pick("Điểm", "Score")),
            ("deviation", lang.pick("Độ lệch", "Deviation")),
            ("low", lang.pick("Từ hạng", "From")),
            ("high", lang.pick("Đến hạng", "To")),
            ("mean_rank", lang.pick("Hạng bình quân", "Mean rank")),
            ("group", lang.pick("Nhóm", "Group")),
        ],
    );
    for spread in spreads {
        let groups = spread.groups(level);
        for (position, unit) in spread.units.iter().enumerate() {
            let row = &loaded.table.rows[unit.row];
            let group = groups.as_ref().and_then(|groups| groups.iter().position(|group| group.contains(&position)));
            sheet.push(vec![
                Cell::Whole(u64::from(unit.rank)),
                Cell::from(row.unit.as_str()),
                row.block.as_ref().map_or(Cell::Nothing, |block| block_cell(lang, &loaded.definition, block)),
                Cell::Float(unit.score, 3),
                Cell::Float(unit.score_deviation, 3),
                Cell::Whole(u64::from(unit.rank_quantile((1.0 - level) / 2.0))),
                Cell::Whole(u64::from(unit.rank_quantile((1.0 + level) / 2.0))),
                Cell::Float(unit.mean_rank, 2),
                group.map_or(Cell::Nothing, |group| Cell::Whole(group as u64 + 1)),
            ]);
        }
    }
    sheet
}

/// Why there are no pairs and no groups, where units that are ranked together are too many for them.
fn uncounted(lang: Lang, spreads: &[Spread]) -> Sheet {
    let mut note = Sheet::new("note", lang.pick("Lưu ý", "Note"), &[("note", "")]);
    if spreads.iter().any(|spread| spread.units.len() > 1 && spread.probability_above(0, 1).is_none()) {
        let words = lang.pick(
            "Xác suất từng cặp và nhóm không phân biệt được chỉ tính khi xếp hạng không quá 400 đơn vị với nhau.",
            "Probabilities of pairs and groups that cannot be told apart are found among at most 400 units that are ranked together.",
        );
        note.push(vec![Cell::coded("too-many-for-pairs", words)]);
    }
    note
}

fn pair_sheet(lang: Lang, loaded: &Loaded, spreads: &[Spread]) -> Sheet {
    let mut sheet = Sheet::new(
        "pairs",
        lang.pick("Xác suất đứng trên", "Probability of standing above"),
        &[
            ("unit", lang.pick("Đơn vị", "Unit")),
            ("other", lang.pick("So với", "Above")),
            ("probability", lang.pick("Xác suất", "Probability")),
        ],
    );
    for spread in spreads {
        for (one, unit) in spread.units.iter().enumerate() {
            for (other, rival) in spread.units.iter().enumerate().skip(one + 1) {
                let Some(probability) = spread.probability_above(one, other) else { continue };
                let name = |row: usize| Cell::from(loaded.table.rows[row].unit.as_str());
                sheet.push(vec![name(unit.row), name(rival.row), Cell::Float(probability, 3)]);
            }
        }
    }
    sheet
}

pub(super) async fn factors(common: &Common, source: Source, vary: Vary) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Arc::new(Loaded::read(common, &source)?);
    let plan = vary.plan(lang, &loaded.definition)?;
    let name = |factor: &Factor| {
        let below = match factor {
            Factor::Weights { below: Some(node), .. } => format!(" {}", loaded.definition.nodes[*node].code),
            _ => String::new(),
        };
        Cell::coded(format!("{}{below}", factor.word()), format!("{}{below}", factor_words(lang, factor.word())))
    };
    let names: Vec<Cell> = plan.factors.iter().map(name).collect();
    let title = lang.pick(
        format!("{}: phần biến động thứ hạng do từng yếu tố, {} điểm gốc", loaded.definition.id, plan.runs),
        format!("{}: share of the spread of ranks by factor, {} base points", loaded.definition.id, plan.runs),
    );
    let (loaded, own) = (Arc::clone(&loaded), loaded);
    let (found, without) = with_progress(lang, plan.runs, move |progress| {
        let refused = |error: UncertaintyError| failure(lang, &own.definition, &error);
        let found = sensitivity(&own.definition, &own.table, own.year, &own.past(), &plan, progress).map_err(refused)?;
        let without = left_out(&own.definition, &own.table, own.year, &own.past(), &plan).map_err(refused)?;
        Ok((found, without))
    })
    .await?;
    let mut sheet = Sheet::new(
        "factors",
        title,
        &[
            ("factor", lang.pick("Yếu tố", "Factor")),
            ("first_order", lang.pick("Riêng", "Alone")),
            ("first_low", lang.pick("từ", "from")),
            ("first_high", lang.pick("đến", "to")),
            ("total", lang.pick("Toàn phần", "Total")),
            ("total_low", lang.pick("từ", "from")),
            ("total_high", lang.pick("đến", "to")),
        ],
    );
    for sensitivity in found {
        let mut row = vec![names[sensitivity.factor].clone()];
        for index in [sensitivity.first_order, sensitivity.total] {
            row.extend([Cell::Float(index.estimate, 3), Cell::Float(index.low, 3), Cell::Float(index.high, 3)]);
        }
        sheet.push(row);
    }
    let mut sheets = vec![sheet];
    if sheets[0].is_empty() {
        let mut note = Sheet::new("note", lang.pick("Lưu ý", "Note"), &[("note", "")]);
        let words = lang.pick(
            "Không yếu tố nào làm thay đổi thứ hạng của đơn vị nào, nên không có gì để phân chia.",
            "None of the factors changes the rank of any unit, so there is nothing to divide among them.",
        );
        note.push(vec![Cell::coded("no-rank-changes", words)]);
        // A person needs no empty table; a machine finds every key.
        match source.format {
            Format::Table => sheets = vec![note],
            Format::Csv | Format::Json => sheets.push(note),
        }
    }
    let without = left_out_sheet(lang, &loaded, &without);
    sheets.extend(Some(without).filter(|sheet| source.format == Format::Json || !sheet.is_empty()));
    print(lang, &write(lang, &sheets, source.format))
}

/// A factor in words.
fn factor_words(lang: Lang, word: &'static str) -> &'static str {
    let words = match word {
        "weights" => "trọng số",
        "normalisation" => "cách chuẩn hóa",
        "aggregation" => "cách tổng hợp",
        "imputation" => "cách bù số liệu",
        "outliers" => "xử lý ngoại lai",
        "survey-errors" => "sai số điều tra",
        other => other,
    };
    lang.pick(words, word)
}

fn failure(lang: Lang, definition: &Definition, error: &UncertaintyError) -> Failure {
    let code = |node: &usize| definition.nodes[*node].code.as_str();
    Failure::bad_input(match error {
        UncertaintyError::NothingToVary => lang
            .pick(
                "Chưa nêu yếu tố nào để thay đổi: dùng --weights, --normalisation, --aggregation, --imputation, --outliers hoặc --errors.",
                "Nothing is varied: use --weights, --normalisation, --aggregation, --imputation, --outliers or --errors.",
            )
            .to_owned(),
        UncertaintyError::AbsentFactor(word) => lang.pick(
            format!("Bộ chỉ số hoặc bảng số liệu không có gì để thay đổi cho yếu tố {}.", factor_words(lang, word)),
            format!("The definition or table has nothing for the factor {word} to vary."),
        ),
        UncertaintyError::FactorTwice(word) => {
            lang.pick(format!("Yếu tố {} nêu hai lần.", factor_words(lang, word)), format!("The factor {word} stands twice."))
        }
        UncertaintyError::BadFactor(word) => lang.pick(
            format!(
                "Yếu tố {}: cần ít nhất một phương án, mỗi phương án nêu một lần và khác cách của bộ chỉ số; mức thay đổi trong khoảng 0 đến 1.",
                factor_words(lang, word)
            ),
            format!(
                "The factor {word} takes at least one alternative, each once and none that is the definition's own; a spread is within 0 to 1."
            ),
        ),
        UncertaintyError::NeedsPast(word) => lang.pick(
            format!(
                "Yếu tố cách bù số liệu ({word}) lấy giá trị của các năm trước, mà không có bảng nào của năm trước: thêm --past NĂM=TỆP."
            ),
            format!("The factor imputation ({word}) fills from earlier years, and there is no table of one: add --past YEAR=FILE."),
        ),
        UncertaintyError::NeedsYear(word) => lang.pick(
            format!("Yếu tố cách bù số liệu ({word}) phải biết năm của bảng số liệu: thêm --edition NĂM."),
            format!("The factor imputation ({word}) must know the year of the table: add --edition YEAR."),
        ),
        UncertaintyError::TooMany => lang.pick("Quá nhiều lần tính hoặc yếu tố.", "Too many runs or factors.").to_owned(),
        UncertaintyError::TooFewUnits => lang.pick("Chưa đủ hai đơn vị được xếp hạng.", "Less than two units are ranked.").to_owned(),
        UncertaintyError::NoSlope(node) => lang.pick(
            format!("Sai số của {} không truyền qua được cách chuẩn hóa theo thứ hạng hoặc phép lấy logarit.", code(node)),
            format!("The error of {} cannot be carried through a normalisation by places, or through a logarithm.", code(node)),
        ),
        UncertaintyError::ErrorUnread(figure) => {
            let code = &definition.figures[*figure].code;
            lang.pick(
                format!("Không quy tắc tính điểm nào dùng {code}: sai số của số liệu làm mẫu số hoặc điều kiện không truyền vào điểm được. Bỏ cột se.{code}, hoặc tính tỷ lệ và sai số của tỷ lệ trước."),
                format!("No rule of points reads {code}: the error of a denominator or of a condition cannot be carried into points. Leave the column se.{code} out, or compute the rate and its error first."),
            )
        }
        UncertaintyError::TooFewRuns(least) => lang.pick(
            format!("--runs phải từ {least} trở lên, nếu ít hơn thì không có khoảng nào để nêu."),
            format!("--runs must be {least} or more; with fewer there is no interval to tell."),
        ),
        UncertaintyError::NoMean { node, unit } => lang.pick(
            format!("{} của đơn vị “{unit}” có thành phần âm nên không lấy được bình quân theo một trong các cách tổng hợp.", code(node)),
            format!("{} of unit “{unit}” has a part below zero, so there is no mean with one of the aggregations.", code(node)),
        ),
        UncertaintyError::Scaling(error) => scaling_error(lang, error),
        UncertaintyError::Compute(error) => compute_error(lang, error),
        UncertaintyError::Stopped => return stopped(lang),
    })
}
