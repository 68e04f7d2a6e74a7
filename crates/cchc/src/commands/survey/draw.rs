//! `cchc survey draw`: a sample from a frame, in one stage or several, and the check of an earlier draw by its manifest.

mod manifest;
mod stages;

use std::collections::HashMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use survey_stats::{DataTable, DrawMethod, Frame, Labels, PlanFault};
use ui::Lang;

use super::report::{Cell, Format, Report};
use super::sample::{labels, marks, numbers, read_table, warn_of_cut};
use crate::output::Failure;
use crate::say::survey as words;

#[derive(Debug, Clone, Args)]
pub(crate) struct DrawArgs {
    /// Dàn mẫu CSV hoặc Parquet: mỗi dòng một đơn vị; rút nhiều giai đoạn thì mỗi dòng một đơn vị của giai đoạn cuối
    #[arg(long, value_name = "FILE")]
    frame: PathBuf,
    /// Cột mã đơn vị; nhiều giai đoạn thì nêu cột của từng giai đoạn, từ cấp trên xuống: xa,thon,ho
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required_unless_present = "check")]
    label: Vec<String>,
    /// Cột tầng; nhiều giai đoạn thì mỗi giai đoạn một cột, bỏ trống là không có (,cot2)
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    strata: Vec<String>,
    /// Cột quy mô, cho cách rút theo quy mô; nhiều giai đoạn thì mỗi giai đoạn một cột, bỏ trống là không có (,cot2)
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    size: Vec<String>,
    /// Cột 0/1 đánh dấu đơn vị chắc chắn được chọn; nhiều giai đoạn thì mỗi giai đoạn một cột, bỏ trống là không có (,cot2)
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    certain: Vec<String>,
    /// Cách rút; nhiều giai đoạn thì nêu một cách chung hoặc mỗi giai đoạn một cách
    #[arg(long, value_enum, value_delimiter = ',', default_value = "simple")]
    method: Vec<Method>,
    /// Một giai đoạn: số đơn vị mỗi tầng theo thứ tự tầng xuất hiện trong tệp, một số dùng cho mọi tầng. Nhiều giai đoạn: mỗi giai đoạn một số, rút trong từng đơn vị cấp trên; 3+4+5 là số của từng tầng
    #[arg(long, value_name = "COUNTS", value_delimiter = ',', required_unless_present = "check")]
    count: Vec<String>,
    /// Nhiều giai đoạn: lấy hết khi đơn vị cấp trên có ít hơn số cần rút
    #[arg(long)]
    up_to: bool,
    /// Số đơn vị dự phòng mỗi tầng; nhiều giai đoạn thì nêu một số chung hoặc mỗi giai đoạn một số
    #[arg(long, value_name = "COUNTS", value_delimiter = ',', default_value = "0")]
    reserves: Vec<usize>,
    /// Số gieo: cùng số gieo, cùng dàn mẫu thì ra cùng mẫu
    #[arg(long, required_unless_present = "check")]
    seed: Option<u64>,
    /// Kết quả CSV hoặc JSON của một lần rút: rút lại theo biên bản trong đó rồi so sánh từng đơn vị
    #[arg(long, value_name = "MANIFEST", conflicts_with_all = ["label", "strata", "size", "certain", "method", "count", "up_to", "reserves", "seed"])]
    check: Option<PathBuf>,
    /// Dạng kết quả
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
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

impl Method {
    fn method(self) -> DrawMethod {
        match self {
            Self::Simple => DrawMethod::SimpleRandom,
            Self::Systematic => DrawMethod::Systematic,
            Self::Pps => DrawMethod::SystematicBySize,
            Self::Sampford => DrawMethod::Sampford,
            Self::Tille => DrawMethod::Tille,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Systematic => "systematic",
            Self::Pps => "pps",
            Self::Sampford => "sampford",
            Self::Tille => "tille",
        }
    }
}

/// What a draw is asked for: by flags, or by the manifest of an earlier draw. Lists have one entry a stage; an empty name is no column.
#[derive(Debug, Clone, PartialEq)]
struct Request {
    label: Vec<String>,
    strata: Vec<String>,
    size: Vec<String>,
    certain: Vec<String>,
    method: Vec<Method>,
    count: Vec<String>,
    up_to: bool,
    reserves: Vec<usize>,
    seed: u64,
}

/// A unit that was drawn, as it is told.
#[derive(Debug, Clone, PartialEq)]
struct Unit {
    stage: usize,
    row: usize,
    parent: String,
    stratum: String,
    label: String,
    reserve: bool,
    probability: Option<f64>,
    overall: Option<f64>,
    certain: bool,
}

/// What was drawn, with what a manifest says beyond the request.
struct Drawn {
    units: Vec<Unit>,
    algorithm: &'static str,
    frame_rows: String,
    digests: String,
}

fn failed(lang: Lang, fault: &PlanFault) -> Failure {
    Failure::bad_input(words::explained(lang, words::plan(lang, fault)))
}

fn wrong(lang: Lang, vietnamese: impl Into<String>, english: impl Into<String>) -> Failure {
    Failure::bad_input(words::explained(lang, lang.pick(vietnamese.into(), english.into())))
}

/// The column of a stage; none for an empty name.
fn column(columns: &[String], stage: usize) -> Option<&str> {
    columns.get(stage).map(String::as_str).filter(|name| !name.is_empty())
}

/// Sizes of a column, each of which must be there and above zero; the engine knows no name of the column.
fn sizes(lang: Lang, table: &DataTable, name: &str) -> Result<Vec<f64>, Failure> {
    let sizes = numbers(lang, table, name)?.values().to_vec();
    if let Some(row) = sizes.iter().position(|size| size.is_nan()) {
        let row = row + 1;
        return Err(wrong(lang, format!("dòng {row}, cột {name}: thiếu quy mô"), format!("row {row}, column {name}: no size")));
    }
    if let Some(row) = sizes.iter().position(|size| *size <= 0.0) {
        let (row, size) = (row + 1, sizes[row]);
        return Err(wrong(
            lang,
            format!("dòng {row}, cột {name}: {size} không phải là quy mô"),
            format!("row {row}, column {name}: {size} is no size"),
        ));
    }
    Ok(sizes)
}

/// Strata of a column, each of which must be there; the engine knows no name of the column.
fn strata(lang: Lang, table: &DataTable, name: &str) -> Result<Labels, Failure> {
    let strata = labels(lang, table, name)?;
    if let Some(row) = strata.texts().position(str::is_empty) {
        let row = row + 1;
        return Err(wrong(lang, format!("dòng {row}, cột {name}: thiếu tầng"), format!("row {row}, column {name}: no stratum")));
    }
    Ok(strata)
}

pub(super) fn draw(lang: Lang, args: &DrawArgs) -> Result<(), Failure> {
    let table = read_table(lang, &args.frame)?;
    if let Some(path) = &args.check {
        return manifest::check(lang, &table, path, args.format);
    }
    let request = Request {
        label: args.label.clone(),
        strata: args.strata.clone(),
        size: args.size.clone(),
        certain: args.certain.clone(),
        method: args.method.clone(),
        count: args.count.clone(),
        up_to: args.up_to,
        reserves: args.reserves.clone(),
        seed: args.seed.unwrap_or_default(),
    };
    let drawn = request.draw(lang, &table)?;
    let mut report = report(&request, &drawn);
    manifest::tell(lang, &request, &drawn, &mut report);
    warn_of_cut(lang, &[&table], &mut report);
    report.print(lang, args.format)
}

fn report(request: &Request, drawn: &Drawn) -> Report {
    let one_stage = request.label.len() == 1;
    let mut report = if one_stage {
        Report::new(&["row", "stratum", "label", "role", "probability", "weight", "certain"])
    } else {
        Report::new(&["stage", "row", "parent", "stratum", "label", "role", "probability", "overall", "weight", "certain"])
    };
    for unit in &drawn.units {
        let mut cells: Vec<Cell> = if one_stage { Vec::new() } else { vec![unit.stage.into()] };
        cells.push(unit.row.into());
        if !one_stage {
            cells.push(unit.parent.as_str().into());
        }
        cells.extend([unit.stratum.as_str().into(), unit.label.as_str().into(), unit.role().into(), unit.probability.into()]);
        if !one_stage {
            cells.push(unit.overall.into());
        }
        cells.extend([unit.overall.map(|overall| 1.0 / overall).into(), Cell::Mark(unit.certain)]);
        report.rows.push(cells);
    }
    report
}

impl Unit {
    fn role(&self) -> &'static str {
        if self.reserve { "reserve" } else { "main" }
    }
}

impl Request {
    fn draw(&self, lang: Lang, table: &DataTable) -> Result<Drawn, Failure> {
        let most = self.label.len();
        for (flag, given) in [
            ("--strata", self.strata.len()),
            ("--size", self.size.len()),
            ("--certain", self.certain.len()),
            ("--method", self.method.len()),
            ("--reserves", self.reserves.len()),
        ] {
            if given > most {
                return Err(wrong(
                    lang,
                    format!("{flag} có {given} phần, nhiều hơn {most} giai đoạn của --label"),
                    format!("{flag} has {given} parts, more than the {most} stage(s) of --label"),
                ));
            }
        }
        if most == 1 { self.draw_one(lang, table) } else { stages::draw(lang, self, table) }
    }

    /// How a stage is drawn: a single method is for all.
    fn method_of(&self, stage: usize) -> DrawMethod {
        let method = if self.method.len() == 1 { self.method.first() } else { self.method.get(stage) };
        method.copied().unwrap_or(Method::Simple).method()
    }

    fn reserves_of(&self, stage: usize) -> usize {
        let reserves = if self.reserves.len() == 1 { self.reserves.first() } else { self.reserves.get(stage) };
        reserves.copied().unwrap_or(0)
    }

    fn draw_one(&self, lang: Lang, table: &DataTable) -> Result<Drawn, Failure> {
        if self.up_to {
            return Err(wrong(lang, "--up-to chỉ dùng khi rút nhiều giai đoạn", "--up-to belongs to draws in stages"));
        }
        let name = &self.label[0];
        let names = labels(lang, table, name)?;
        let mut known: HashMap<&str, usize> = HashMap::new();
        for (row, text) in names.texts().enumerate() {
            let (row, first) = (row + 1, known.insert(text, row + 1));
            if text.is_empty() {
                return Err(wrong(lang, format!("dòng {row}, cột {name}: thiếu mã"), format!("row {row}, column {name}: no label")));
            }
            if let Some(first) = first {
                return Err(wrong(
                    lang,
                    format!("dòng {row}, cột {name}: mã “{text}” đã có ở dòng {first}"),
                    format!("row {row}, column {name}: the label “{text}” stands in row {first}"),
                ));
            }
        }
        // A label that stands twice is a fault of the frame, so each row keeps its own text.
        let of_rows: Vec<String> = names.texts().map(str::to_owned).collect();
        let mut frame = Frame::new(of_rows).map_err(|fault| failed(lang, &fault))?;
        let strata = column(&self.strata, 0).map(|name| strata(lang, table, name)).transpose()?;
        let stratum_of: Option<Vec<String>> = strata.as_ref().map(|strata| strata.texts().map(str::to_owned).collect());
        if let Some(strata) = strata {
            frame = frame.with_strata(strata).map_err(|fault| failed(lang, &fault))?;
        }
        if let Some(name) = column(&self.size, 0) {
            frame = frame.with_sizes(sizes(lang, table, name)?).map_err(|fault| failed(lang, &fault))?;
        }
        if let Some(name) = column(&self.certain, 0) {
            frame = frame.with_certain(marks(lang, table, name)?).map_err(|fault| failed(lang, &fault))?;
        }
        let count = frame.strata().len();
        let mut counts = self.count.iter().map(|text| whole(lang, text)).collect::<Result<Vec<usize>, Failure>>()?;
        if let [one] = counts[..] {
            counts = vec![one; count];
        }
        let reserves = if self.reserves_of(0) == 0 { Vec::new() } else { vec![self.reserves_of(0); count] };
        let draw = frame.draw_with_reserves(self.method_of(0), &counts, &reserves, self.seed).map_err(|fault| failed(lang, &fault))?;
        let mut units = Vec::with_capacity(draw.units.len() + draw.reserves.len());
        for (drawn, reserve) in [(&draw.units, false), (&draw.reserves, true)] {
            units.extend(drawn.iter().map(|unit| Unit {
                stage: 1,
                row: unit.row + 1,
                parent: String::new(),
                stratum: stratum_of.as_ref().map(|texts| texts[unit.row].clone()).unwrap_or_default(),
                label: frame.label(unit.row).unwrap_or_default().to_owned(),
                reserve,
                probability: (!reserve).then_some(unit.probability),
                overall: (!reserve).then_some(unit.probability),
                certain: unit.certain,
            }));
        }
        Ok(Drawn {
            units,
            algorithm: draw.manifest.algorithm,
            frame_rows: draw.manifest.frame_rows.to_string(),
            digests: format!("{:016x}", draw.manifest.frame_digest),
        })
    }
}

fn whole(lang: Lang, text: &str) -> Result<usize, Failure> {
    text.trim()
        .parse()
        .map_err(|_| wrong(lang, format!("--count: “{text}” không phải là số đơn vị"), format!("--count: “{text}” is no number of units")))
}
