//! What the commands read: definitions, tables as CSV or XLSX, tables of earlier years; and why something cannot be computed.

use std::path::Path;

use calamine::{Data, Reader as _};
use composite_index::{
    ComputeError, Definition, Edition, PastTable, Scaled, ScalingError, ScalingProblem, ScoreTable, Scores, compute_scaled, compute_since,
    read_definition, read_table, scale,
};
use parquet_table::YesNo;
use ui::Lang;

use super::Source;
use crate::commands::tables;
use crate::output::Failure;
use crate::say;
use crate::settings::Common;

/// Everything a command computes with.
pub(super) struct Loaded {
    pub(super) definition: Definition,
    /// The year of the edition, where one was named.
    pub(super) year: Option<i32>,
    pub(super) table: ScoreTable,
    pub(super) past: Vec<(i32, ScoreTable)>,
}

impl Loaded {
    pub(super) fn read(common: &Common, source: &Source) -> Result<Self, Failure> {
        let lang = common.lang();
        let definition = load_definition(common, &source.definition)?;
        let edition = source.edition.map(|year| find_edition(lang, &definition, year)).transpose()?;
        let table = load_table(lang, &definition, edition, &source.data)?;
        let mut past = Vec::with_capacity(source.past.len());
        for entry in &source.past {
            let parsed = entry.split_once('=').and_then(|(year, file)| Some((year.trim().parse().ok()?, file)));
            let (year, file): (i32, &str) = parsed.ok_or_else(|| {
                Failure::bad_input(lang.pick(format!("--past {entry}: viết dạng NĂM=TỆP."), format!("--past {entry}: write YEAR=FILE.")))
            })?;
            past.push((year, load_table(lang, &definition, None, Path::new(file))?));
        }
        Ok(Self { year: source.edition, definition, table, past })
    }

    pub(super) fn edition(&self) -> Option<&Edition> {
        self.year.and_then(|year| self.definition.edition(year))
    }

    pub(super) fn past(&self) -> Vec<PastTable<'_>> {
        self.past.iter().map(|(year, table)| PastTable { year: *year, table }).collect()
    }

    pub(super) fn compute(&self, lang: Lang) -> Result<Scores, Failure> {
        compute_since(&self.definition, self.edition(), &self.table, &self.past())
            .map_err(|error| Failure::bad_input(compute_error(lang, &error)))
    }

    /// The table with its indicators scaled, and the record of that.
    pub(super) fn scaled(&self, lang: Lang) -> Result<Scaled, Failure> {
        if !self.definition.scales() {
            return Ok(Scaled { table: self.table.clone(), records: Vec::new() });
        }
        scale(&self.definition, &self.table, self.year, &self.past()).map_err(|error| Failure::bad_input(scaling_error(lang, &error)))
    }

    /// The scores with the record of every indicator that was scaled for them.
    pub(super) fn compute_recorded(&self, lang: Lang) -> Result<(Scores, Scaled), Failure> {
        let scaled = self.scaled(lang)?;
        let scores = compute_scaled(&self.definition, self.edition(), &scaled.table)
            .map_err(|error| Failure::bad_input(compute_error(lang, &error)))?;
        Ok((scores, scaled))
    }

    /// The row of a unit, by name or code.
    pub(super) fn row(&self, lang: Lang, unit: &str) -> Result<usize, Failure> {
        row_of(&self.table, unit).ok_or_else(|| no_unit(lang, unit))
    }
}

pub(super) fn row_of(table: &ScoreTable, unit: &str) -> Option<usize> {
    let by_code = table.rows.iter().position(|row| row.code.as_deref() == Some(unit));
    by_code.or_else(|| table.rows.iter().position(|row| row.unit == unit))
}

pub(super) fn no_unit(lang: Lang, unit: &str) -> Failure {
    Failure::bad_input(lang.pick(format!("Bảng số liệu không có đơn vị “{unit}”."), format!("The table has no unit “{unit}”.")))
}

fn find_edition(lang: Lang, definition: &Definition, year: i32) -> Result<&Edition, Failure> {
    definition.edition(year).ok_or_else(|| {
        let years: Vec<String> = definition.editions.iter().map(|edition| edition.year.to_string()).collect();
        let years = years.join(", ");
        if years.is_empty() {
            return Failure::bad_input(lang.pick(
                format!("Bộ chỉ số {} không khai kỳ nào, nên không dùng được --edition.", definition.id),
                format!("Definition {} states no editions, so --edition cannot be used.", definition.id),
            ));
        }
        Failure::bad_input(lang.pick(
            format!("Bộ chỉ số {} không có kỳ {year}. Các kỳ: {years}.", definition.id),
            format!("Definition {} has no edition {year}. Editions: {years}.", definition.id),
        ))
    })
}

pub(super) fn load_table(lang: Lang, definition: &Definition, edition: Option<&Edition>, path: &Path) -> Result<ScoreTable, Failure> {
    let is_sheet = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    let text = if is_sheet { read_sheet(lang, path)? } else { read(lang, path)? };
    read_table(definition, edition, &text)
        .map_err(|faults| Failure::bad_input(say::table_faults(lang, &path.display().to_string(), &faults)))
}

/// The first sheet of a workbook as CSV: numbers as the shortest text that reads back the same, yes and no for logical values.
fn read_sheet(lang: Lang, path: &Path) -> Result<String, Failure> {
    let unreadable = |cause: String| {
        let path = path.display();
        Failure::bad_input(lang.pick(
            format!("{path}: không đọc được bảng tính XLSX: {cause}"),
            format!("{path}: cannot be read as an XLSX workbook: {cause}"),
        ))
    };
    let mut workbook = calamine::open_workbook::<calamine::Xlsx<_>, _>(path).map_err(|error| unreadable(error.to_string()))?;
    let sheet = workbook.worksheet_range_at(0).ok_or_else(|| unreadable("0".into()))?.map_err(|error| unreadable(error.to_string()))?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in sheet.rows() {
        let cells = row.iter().map(|cell| match cell {
            Data::Empty => String::new(),
            Data::Bool(true) => "yes".to_owned(),
            Data::Bool(false) => "no".to_owned(),
            other => other.to_string(),
        });
        writer.write_record(cells).map_err(|error| unreadable(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| unreadable(error.to_string()))
}

pub(super) fn read(lang: Lang, path: &Path) -> Result<String, Failure> {
    let bytes = tables::read(lang, path, YesNo::Words)?;
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

pub(super) fn load_definition(common: &Common, path: &Path) -> Result<Definition, Failure> {
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

pub(super) fn compute_error(lang: Lang, error: &ComputeError) -> String {
    match error {
        ComputeError::TooLarge { unit, node } => lang.pick(
            format!("Giá trị của {node} ở đơn vị “{unit}” quá lớn để tính chính xác. Kiểm tra số liệu và trọng số."),
            format!("The value of {node} for unit “{unit}” is too large to be computed exactly. Check figures and weights."),
        ),
        ComputeError::ZeroWeights { node } => lang.pick(
            format!("Tổng trọng số các thành phần của {node} bằng 0 nên không lấy bình quân được. Sửa trọng số trong bộ chỉ số."),
            format!("The weights below {node} add up to zero, so there is no mean. Mend the weights of the definition."),
        ),
        ComputeError::Scaling(error) => scaling_error(lang, error),
        ComputeError::Missing { unit, node, missing } => lang.pick(
            format!("Đơn vị “{unit}” thiếu {missing}, mà {node} phải có đủ số liệu. Bổ sung số liệu rồi tính lại."),
            format!("Unit “{unit}” lacks {missing}, and {node} must be complete. Fill in the figure and compute again."),
        ),
    }
}

pub(super) fn scaling_error(lang: Lang, error: &ScalingError) -> String {
    let words = match error.problem {
        ScalingProblem::Constant => lang.pick(
            "mọi giá trị bằng nhau nên không có khoảng để chuẩn hóa. Khai “constant” cho chỉ số này, hoặc dùng mốc cố định",
            "all values are equal, so there is no range. State `constant` for the indicator, or use fixed goalposts",
        ),
        ScalingProblem::ZeroDenominator => lang.pick("mẫu số bằng 0", "the denominator is zero"),
        ScalingProblem::NoReference => lang.pick("đơn vị tham chiếu không có giá trị", "the reference unit has no value"),
        ScalingProblem::ZeroDistance => lang.pick("khoảng cách phải chia cho 0", "the distance divides by zero"),
        ScalingProblem::NotPositive => lang.pick(
            "khoảng cách theo tỷ lệ đòi hỏi giá trị không âm và mốc so sánh lớn hơn 0, nếu không thứ tự sẽ bị đảo ngược. Dùng cách chuẩn hóa khác, như min-max",
            "a distance by ratio needs values that are not below zero and a goal above zero, or the order would turn round. Use another method, such as min-max",
        ),
        ScalingProblem::NoYear => lang.pick(
            "bù số liệu theo đường thẳng qua các năm (linear) phải biết năm của bảng số liệu: thêm --edition NĂM",
            "imputation along a line over years (linear) must know the year of the table: add --edition YEAR",
        ),
        ScalingProblem::TooLarge => lang.pick("giá trị quá lớn để tính chính xác", "a value is too large to be computed exactly"),
    };
    let row = error.file_row.map(|row| format!(", {} {row}", lang.pick("dòng", "row"))).unwrap_or_default();
    let unit = error.unit.as_ref().map(|unit| format!(" (“{unit}”)")).unwrap_or_default();
    format!("{}{row}{unit}: {words}.", error.node)
}
