//! `cchc index`: compute any definition over any table, without a server; list and verify the editions of the catalogue.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use composite_index::{ComputeError, Definition, Edition, Gap, ScoreTable, Scores, compute, gap_code, read_definition, read_table};
use registry::results::ResultsKeeper;
use serde_json::{Map, Value, json};
use ui::Lang;

use crate::output::{Failure, print};
use crate::say;
use crate::settings::Common;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tính điểm và xếp hạng từ một bộ chỉ số và một bảng số liệu CSV
    Compute {
        /// Tệp bộ chỉ số (TOML), hoặc mã bộ chỉ số trong danh mục như pci-2013
        #[arg(long, value_name = "FILE")]
        definition: PathBuf,
        /// Bảng số liệu: mỗi dòng một đơn vị, mỗi cột một thành phần
        #[arg(long, value_name = "FILE.csv")]
        data: PathBuf,
        /// Năm của kỳ chỉ số, để xếp nhóm theo ngưỡng của năm đó
        #[arg(long, value_name = "YEAR")]
        edition: Option<i32>,
        /// Dạng kết quả
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Đối chiếu mọi kỳ chỉ số trong danh mục: số công bố và số tính lại
    Verify,
}

/// Form of the result.
#[derive(Debug, Clone, Copy, ValueEnum)]
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
        Command::Compute { definition, data, edition, format } => compute_file(common, &definition, &data, edition, format),
        Command::Verify => verify(common).await,
    }
}

fn read(lang: Lang, path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::bad_input(say::unreadable(lang, path, &error)))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let path = path.display();
        Failure::bad_input(lang.pick(
            format!("{path}: dòng {line}: [not-utf8] tệp không phải UTF-8. Lưu lại tệp với bảng mã UTF-8."),
            format!("{path}: line {line}: [not-utf8] the file is not UTF-8. Save it as UTF-8."),
        ))
    })
}

fn load_definition(common: &Common, path: &Path) -> Result<Definition, Failure> {
    let lang = common.lang();
    let id = path.to_str().filter(|_| !path.exists());
    if let Some(found) =
        id.map(|id| Ok(common.definitions(false)?.into_iter().find(|definition| definition.id == id))).transpose()?.flatten()
    {
        return Ok((*found).clone());
    }
    let text = read(lang, path)?;
    read_definition(&text).map_err(|faults| Failure::bad_input(say::definition_faults(lang, &path.display().to_string(), &faults)))
}

fn compute_file(common: &Common, definition: &Path, data: &Path, year: Option<i32>, format: Format) -> Result<(), Failure> {
    let lang = common.lang();
    let definition = load_definition(common, definition)?;
    let edition = year
        .map(|year| {
            definition.edition(year).ok_or_else(|| {
                let years: Vec<String> = definition.editions.iter().map(|edition| edition.year.to_string()).collect();
                let years = years.join(", ");
                Failure::bad_input(lang.pick(
                    format!("Bộ chỉ số {} không có kỳ {year}. Các kỳ: {years}.", definition.id),
                    format!("Definition {} has no edition {year}. Editions: {years}.", definition.id),
                ))
            })
        })
        .transpose()?;
    let table = read_table(&definition, edition, &read(lang, data)?)
        .map_err(|faults| Failure::bad_input(say::table_faults(lang, &data.display().to_string(), &faults)))?;
    let scores = compute(&definition, edition, &table).map_err(|error| Failure::bad_input(compute_error(lang, &error)))?;
    let text = match format {
        Format::Table => as_table(lang, &definition, edition, &table, &scores),
        Format::Csv => as_csv(&definition, edition, &table, &scores),
        Format::Json => as_json(&definition, edition, &table, &scores),
    };
    print(lang, &text)
}

fn compute_error(lang: Lang, error: &ComputeError) -> String {
    match error {
        ComputeError::TooLarge { unit, node } => lang.pick(
            format!("Giá trị của {node} ở đơn vị “{unit}” quá lớn để tính chính xác. Kiểm tra số liệu và trọng số."),
            format!("The value of {node} for unit “{unit}” is too large to be computed exactly. Check figures and weights."),
        ),
        ComputeError::ZeroWeights { node } => lang.pick(
            format!("Tổng trọng số các thành phần của {node} bằng 0 nên không lấy bình quân được. Sửa trọng số trong bộ chỉ số."),
            format!("The weights below {node} add up to zero, so there is no mean. Mend the weights of the definition."),
        ),
        ComputeError::Missing { unit, node, missing } => lang.pick(
            format!("Đơn vị “{unit}” thiếu {missing}, mà {node} phải có đủ số liệu. Bổ sung số liệu rồi tính lại."),
            format!("Unit “{unit}” lacks {missing}, and {node} must be complete. Fill in the figure and compute again."),
        ),
    }
}

/// Rows by rank, rows without a rank last in the order of the file.
fn by_rank(scores: &Scores) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.units.len()).collect();
    order.sort_by_key(|row| (scores.units[*row].rank.unwrap_or(u32::MAX), *row));
    order
}

fn gap_words(lang: Lang, definition: &Definition, gap: Gap) -> String {
    match gap {
        Gap::EmptyLeaf(node) => format!("{} {}", lang.pick("thiếu số liệu", "no figure for"), definition.nodes[node].code),
        Gap::NotPublished(node) => {
            format!("{} {}", lang.pick("chưa công bố cách tính", "rule not published:"), definition.nodes[node].code)
        }
        gap => format!("{} {}", gap_kind(lang, gap), gap_code(definition, gap)),
    }
}

fn gap_kind(lang: Lang, gap: Gap) -> &'static str {
    match gap {
        Gap::EmptyLeaf(_) | Gap::EmptyFigure(_) => lang.pick("thiếu số liệu", "no figure for"),
        Gap::NotPublished(_) => lang.pick("chưa công bố cách tính", "rule not published:"),
        Gap::NotApplicable(_) => lang.pick("không áp dụng", "not applicable:"),
        Gap::TooFew(_) => lang.pick("thiếu quá nhiều thành phần của", "too little of"),
        Gap::DivisionByZero(_) => lang.pick("chia cho 0 ở", "division by zero in"),
        Gap::OutOfRange(_) => lang.pick("ngoài phạm vi quy tắc của", "outside the rule of"),
        Gap::NoMean(_) => lang.pick("không lấy được bình quân của", "no mean of"),
    }
}

fn as_table(lang: Lang, definition: &Definition, edition: Option<&Edition>, table: &ScoreTable, scores: &Scores) -> String {
    let mut lines: Vec<[String; 4]> = vec![
        [lang.pick("Hạng", "Rank"), lang.pick("Đơn vị", "Unit"), lang.pick("Điểm", "Score"), lang.pick("Nhóm", "Band")].map(str::to_owned),
    ];
    for row in by_rank(scores) {
        let unit = &scores.units[row];
        let total = match unit.values[definition.total] {
            Ok(value) => lang.decimal(value, definition.decimals),
            Err(gap) => format!("– ({})", gap_words(lang, definition, gap)),
        };
        let band = unit.band.and_then(|band| edition?.bands.get(band)).map(|band| lang.pick(&band.name.vi, &band.name.en).clone());
        lines.push([
            unit.rank.map_or_else(|| "–".into(), |rank| rank.to_string()),
            table.rows[row].unit.clone(),
            total,
            band.unwrap_or_default(),
        ]);
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let (rank, unit, score) = (width(0), width(1), width(2));
    let mut text = String::new();
    for [r, u, s, b] in &lines {
        let line = format!("{r:>rank$}  {u:<unit$}  {s:>score$}  {b}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let _ = writeln!(
        text,
        "\n{}: {} · {}: {}/{}",
        lang.pick("Bộ chỉ số", "Definition"),
        definition.id,
        lang.pick("xếp hạng", "ranked"),
        scores.ranked,
        table.rows.len()
    );
    text
}

fn as_csv(definition: &Definition, edition: Option<&Edition>, table: &ScoreTable, scores: &Scores) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let order = definition.top_down();
    let mut head = vec!["rank".to_owned(), "unit".to_owned(), "code".to_owned(), "band".to_owned()];
    head.extend(order.iter().map(|(id, _)| definition.nodes[*id].code.clone()));
    // Writing into memory cannot fail.
    let _ = writer.write_record(&head);
    for row in by_rank(scores) {
        let (unit, source) = (&scores.units[row], &table.rows[row]);
        let band = unit.band.and_then(|band| edition?.bands.get(band)).map(|band| band.code.clone());
        let mut record = vec![
            unit.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            source.unit.clone(),
            source.code.clone().unwrap_or_default(),
            band.unwrap_or_default(),
        ];
        record.extend(order.iter().map(|(id, _)| unit.values[*id].map(|value| value.normalize().to_string()).unwrap_or_default()));
        let _ = writer.write_record(&record);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn as_json(definition: &Definition, edition: Option<&Edition>, table: &ScoreTable, scores: &Scores) -> String {
    let units: Vec<Value> = by_rank(scores)
        .into_iter()
        .map(|row| {
            let (unit, source) = (&scores.units[row], &table.rows[row]);
            let mut nodes = Map::new();
            for (id, _) in definition.top_down() {
                // Exact decimals travel as text; a JSON number would be read as a binary fraction.
                let value = match unit.values[id] {
                    Ok(value) => json!({ "value": value.normalize().to_string() }),
                    Err(gap) => json!({ "value": null, "missing": gap.word(), "because": gap_code(definition, gap) }),
                };
                nodes.insert(definition.nodes[id].code.clone(), value);
            }
            let band = unit.band.and_then(|band| edition?.bands.get(band)).map(|band| band.code.clone());
            json!({ "unit": source.unit, "code": source.code, "rank": unit.rank, "band": band, "nodes": nodes })
        })
        .collect();
    let result = json!({
        "definition": definition.id,
        "edition": edition.map(|edition| edition.year),
        "tie_rule": definition.computation.tie_rule.word(),
        "rank_on": definition.computation.rank_on.word(),
        "ranked": scores.ranked,
        "units": units,
    });
    serde_json::to_string_pretty(&result).unwrap_or_default() + "\n"
}

async fn verify(common: &Common) -> Result<(), Failure> {
    let lang = common.lang();
    let (db, demo) = common.open_kept().await?;
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
