//! What the commands read: definitions, tables as CSV or XLSX, tables of earlier years; and why something cannot be computed.

use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _};
use composite_index::{
    ComputeError, Definition, Edition, PastTable, Scaled, ScalingError, ScalingProblem, ScoreTable, Scores, Years, compute_scaled,
    read_definition, read_table, scale,
};
use parquet_table::YesNo;
use ui::Lang;
use unicode_normalization::UnicodeNormalization as _;

use super::Source;
use crate::commands::tables;
use crate::output::Failure;
use crate::say;
use crate::settings::Common;

/// Everything a command computes with.
pub(super) struct Loaded {
    pub(super) definition: Definition,
    /// The year of the table, where one was named.
    pub(super) year: Option<i32>,
    pub(super) table: ScoreTable,
    pub(super) past: Vec<(i32, ScoreTable)>,
    /// Files of the tables in `past`, in the same order: another definition reads them in its own way.
    past_files: Vec<PathBuf>,
}

impl Loaded {
    pub(super) fn read(common: &Common, source: &Source) -> Result<Self, Failure> {
        Self::open(common, &source.definition, &source.data, &source.years)
    }

    pub(super) fn open(common: &Common, definition: &Path, data: &Path, years: &super::Years) -> Result<Self, Failure> {
        let lang = common.lang();
        let definition = load_definition(common, definition)?;
        let edition = years.edition.map(|year| find_edition(lang, &definition, year)).transpose()?.flatten();
        let table = load_table(lang, &definition, edition, data)?;
        let files = past_files(lang, years)?;
        let mut past = Vec::with_capacity(files.len());
        for (year, file) in &files {
            past.push((*year, load_table(lang, &definition, None, file)?));
        }
        let past_files = files.into_iter().map(|(_, file)| file).collect();
        Ok(Self { year: years.edition, definition, table, past, past_files })
    }

    /// The years of the table, over what [`Self::past`] gave.
    pub(super) fn years<'y>(&'y self, past: &'y [PastTable<'y>]) -> Years<'y> {
        Years { year: self.year, edition: self.edition(), past }
    }

    pub(super) fn edition(&self) -> Option<&Edition> {
        self.year.and_then(|year| self.definition.edition(year))
    }

    pub(super) fn past(&self) -> Vec<PastTable<'_>> {
        self.past.iter().map(|(year, table)| PastTable { year: *year, table }).collect()
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

/// The tables of earlier years as the command line names them: each year once, and all of them before the year of the table.
fn past_files(lang: Lang, years: &super::Years) -> Result<Vec<(i32, PathBuf)>, Failure> {
    let mut files: Vec<(i32, PathBuf)> = Vec::with_capacity(years.past.len());
    for entry in &years.past {
        let parsed = entry.split_once('=').and_then(|(year, file)| Some((year.trim().parse().ok()?, PathBuf::from(file))));
        let (year, file) = parsed.ok_or_else(|| {
            Failure::bad_input(lang.pick(format!("--past {entry}: viết dạng NĂM=TỆP."), format!("--past {entry}: write YEAR=FILE.")))
        })?;
        if files.iter().any(|(other, _)| *other == year) {
            return Err(Failure::bad_input(lang.pick(
                format!("--past {entry}: năm {year} đã có một bảng số liệu khác. Mỗi năm chỉ nêu một bảng."),
                format!("--past {entry}: the year {year} has another table. Name one table for each year."),
            )));
        }
        if let Some(own) = years.edition.filter(|own| year >= *own) {
            return Err(Failure::bad_input(lang.pick(
                format!("--past {entry}: năm {year} không đứng trước năm {own} của bảng số liệu (--edition)."),
                format!("--past {entry}: the year {year} is not before the year {own} of the table (--edition)."),
            )));
        }
        files.push((year, file));
    }
    Ok(files)
}

/// The table of an earlier edition beside that of the command, with the years before it.
pub(super) struct Earlier<'d> {
    pub(super) definition: &'d Definition,
    pub(super) table: ScoreTable,
    year: Option<i32>,
    past: Vec<(i32, ScoreTable)>,
}

impl<'d> Earlier<'d> {
    /// Reads the table under its own definition. Of the tables given with `--past`, those before its year are its past; `option` names the year and
    /// the way to tell it, for messages.
    pub(super) fn read(
        lang: Lang,
        loaded: &Loaded,
        definition: &'d Definition,
        path: &Path,
        (year, option): (Option<i32>, &str),
    ) -> Result<Self, Failure> {
        if let (Some(year), Some(own)) = (year, loaded.year.filter(|own| year.is_some_and(|year| year >= *own))) {
            return Err(Failure::bad_input(lang.pick(
                format!("{option} {year}: kỳ trước phải có năm trước năm {own} (--edition)."),
                format!("{option} {year}: the earlier edition must be before the year {own} (--edition)."),
            )));
        }
        let edition = year.and_then(|year| definition.edition(year));
        let table = load_table(lang, definition, edition, path)?;
        let mut past = Vec::new();
        if definition.reads_years() && !loaded.past.is_empty() {
            let year = year.ok_or_else(|| {
                Failure::bad_input(lang.pick(
                    format!("Bộ chỉ số {} dựa vào số liệu các năm trước, nên phải biết năm của bảng kỳ trước để chọn đúng các bảng --past đứng trước nó: thêm {option} NĂM.", definition.id),
                    format!("Definition {} reads earlier years, so the year of the earlier table must be known to tell which tables of --past come before it: add {option} YEAR.", definition.id),
                ))
            })?;
            for ((at, _), file) in loaded.past.iter().zip(&loaded.past_files).filter(|((at, _), _)| *at < year) {
                past.push((*at, load_table(lang, definition, None, file)?));
            }
        }
        Ok(Self { definition, table, year, past })
    }

    pub(super) fn past(&self) -> Vec<PastTable<'_>> {
        self.past.iter().map(|(year, table)| PastTable { year: *year, table }).collect()
    }

    /// The years of the table, over what [`Self::past`] gave.
    pub(super) fn years<'y>(&'y self, past: &'y [PastTable<'y>]) -> Years<'y> {
        Years { year: self.year, edition: None, past }
    }
}

/// The row of a unit by code or name, however its marks are composed.
pub(super) fn row_of(table: &ScoreTable, unit: &str) -> Option<usize> {
    let by_code = table.rows.iter().position(|row| row.code.as_deref() == Some(unit));
    let name: String = unit.nfc().collect();
    by_code.or_else(|| table.rows.iter().position(|row| row.unit == name))
}

pub(super) fn no_unit(lang: Lang, unit: &str) -> Failure {
    Failure::bad_input(lang.pick(format!("Bảng số liệu không có đơn vị “{unit}”."), format!("The table has no unit “{unit}”.")))
}

/// The edition of a year; `None` where the definition states no editions at all: then the year only tells which tables come before.
fn find_edition(lang: Lang, definition: &Definition, year: i32) -> Result<Option<&Edition>, Failure> {
    if definition.editions.is_empty() {
        return Ok(None);
    }
    definition.edition(year).map(Some).ok_or_else(|| {
        let years: Vec<String> = definition.editions.iter().map(|edition| edition.year.to_string()).collect();
        let years = years.join(", ");
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
    let name = workbook.sheet_names().first().cloned().unwrap_or_default();
    let formulas = workbook.worksheet_formula(&name).map_err(|error| unreadable(error.to_string()))?;
    let faults = unreadable_cells(lang, &sheet, &formulas);
    if !faults.is_empty() {
        let file = format!("{} [{name}]", path.display());
        return Err(Failure::bad_input(say::sheet_cells(lang, &file, faults)));
    }
    // A line stands for each blank row above, so that a fault names the row of the sheet.
    let above = sheet.start().map_or(0, |start| usize::try_from(start.0).unwrap_or(0));
    let mut writer = csv::Writer::from_writer(vec![b'\n'; above]);
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

/// Cells that hold no number or text a table could take: dates, which are serial numbers below their format, formulas whose value was never
/// computed, and errors of formulas.
fn unreadable_cells(lang: Lang, sheet: &calamine::Range<Data>, formulas: &calamine::Range<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |(row, column): (u32, u32), words: &str| faults.push(format!("{}{}: {words}", column_name(column), row + 1));
    let start = sheet.start().unwrap_or_default();
    let at = |row: usize, column: usize| {
        let position = |offset: u32, by: usize| offset.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
        (position(start.0, row), position(start.1, column))
    };
    for (row, column, cell) in sheet.used_cells() {
        match cell {
            Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) => fault(
                at(row, column),
                lang.pick(
                    "[cell-date] ô có dạng ngày tháng, không phải số; sửa lại giá trị hoặc định dạng ô thành số hay văn bản",
                    "[cell-date] the cell is a date, not a number; mend the value, or format the cell as a number or text",
                ),
            ),
            Data::Error(_) => fault(
                at(row, column),
                lang.pick("[cell-error] công thức trong ô báo lỗi; sửa công thức", "[cell-error] the formula of the cell fails; mend it"),
            ),
            _ => {}
        }
    }
    let origin = formulas.start().unwrap_or_default();
    for (row, column, _) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
        let place = (
            origin.0.saturating_add(u32::try_from(row).unwrap_or(u32::MAX)),
            origin.1.saturating_add(u32::try_from(column).unwrap_or(u32::MAX)),
        );
        if sheet.get_value(place).is_none_or(|value| matches!(value, Data::Empty)) {
            fault(
                place,
                lang.pick(
                    "[cell-formula] ô có công thức nhưng tệp không lưu kết quả; mở tệp bằng phần mềm bảng tính, lưu lại rồi chạy lại",
                    "[cell-formula] the cell has a formula and the file does not hold its value; open the file in a spreadsheet program, save it and run again",
                ),
            );
        }
    }
    faults
}

/// The letters of a column, from 0: A, B, …, Z, AA.
fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
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
        ScalingProblem::ZeroDenominatorBefore { year, file_row } => {
            let told = lang.pick(
                format!("mẫu số bằng 0 ở dòng {file_row} của bảng năm {year}"),
                format!("the denominator is zero in row {file_row} of the table of {year}"),
            );
            return format!("{}: {told}.", error.node);
        }
        ScalingProblem::NoReference => lang.pick("đơn vị tham chiếu không có giá trị", "the reference unit has no value"),
        ScalingProblem::ZeroDistance => lang.pick("khoảng cách phải chia cho 0", "the distance divides by zero"),
        ScalingProblem::NotPositive => lang.pick(
            "khoảng cách theo tỷ lệ đòi hỏi giá trị không âm và mốc so sánh lớn hơn 0, nếu không thứ tự sẽ bị đảo ngược. Dùng cách chuẩn hóa khác, như min-max",
            "a distance by ratio needs values that are not below zero and a goal above zero, or the order would turn round. Use another method, such as min-max",
        ),
        ScalingProblem::LogarithmBesideRaw => lang.pick(
            "đã lấy logarit để xử lý giá trị ngoại lai, nên không so được với ngưỡng cố định, mục tiêu hoặc các năm trước; đặt then = \"none\" ở outliers, hoặc dùng khoảng của năm",
            "logarithms were taken for outliers and cannot be held against goalposts, a target or earlier years; set then = \"none\" at outliers, or use the range of the year",
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
