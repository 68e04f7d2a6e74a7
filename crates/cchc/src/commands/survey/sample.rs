//! The sample that a command works on: file, design, condition.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use parquet_table::YesNo;
use survey_stats::{
    CertaintyPopulation, ClusterLabels, Clusters, Column, DataFault, DataTable, DegreesOfFreedom, Design, Domain, EstimateFault,
    Expression, Labels, Level, LoneUnit, Missing, Options, Population, Stage, Weights,
};
use ui::Lang;

use super::report::{Format, Report};
use crate::commands::tables;
use crate::output::Failure;
use crate::say::survey as words;

/// File and design of a sample.
#[derive(Debug, Clone, Args)]
pub(crate) struct DesignArgs {
    /// Tệp số liệu: CSV (UTF-8, có dòng tiêu đề) hoặc Parquet
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// Cột quyền số; không có thì suy từ --fpc, hoặc mọi dòng như nhau
    #[arg(long, value_name = "COLUMN")]
    pub(crate) weights: Option<String>,
    /// Cột tầng của từng giai đoạn, cách nhau bằng dấu phẩy
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    strata: Vec<String>,
    /// Cột cụm của từng giai đoạn (xã, thôn), cách nhau bằng dấu phẩy; không có thì mỗi dòng là một đơn vị
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) cluster: Vec<String>,
    /// Cột cỡ tổng thể của từng giai đoạn: số đơn vị mà mẫu được rút ra, không kể đơn vị chắc chắn
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', conflicts_with = "fpc_fraction")]
    fpc: Vec<String>,
    /// Cột tỷ lệ mẫu của từng giai đoạn, thay cho cỡ tổng thể
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    fpc_fraction: Vec<String>,
    /// Cột 0/1 đánh dấu đơn vị giai đoạn đầu chắc chắn có trong mẫu; --fpc không đếm các đơn vị này (tầng có 10 xã, 1 xã chắc chắn thì ghi 9)
    #[arg(long, value_name = "COLUMN")]
    certainty: Option<String>,
    /// Mã cụm đánh lại từ đầu trong mỗi tầng
    #[arg(long)]
    nest: bool,
    /// Cách xử lý tầng chỉ có một đơn vị mẫu
    #[arg(long, value_enum, default_value_t = Lone::Refuse)]
    lone: Lone,
    /// Dạng kết quả
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// A sample, which of its rows are looked at, and how intervals are made.
#[derive(Debug, Clone, Args)]
pub(crate) struct SampleArgs {
    #[command(flatten)]
    pub(crate) design: DesignArgs,
    /// Chỉ tính các dòng thỏa điều kiện, giữ nguyên thiết kế mẫu: age >= 60 and province in ('01', '79')
    #[arg(long, value_name = "EXPR")]
    r#where: Option<String>,
    /// Dòng thiếu giá trị hoặc thiếu nhóm: báo lỗi hay bỏ qua
    #[arg(long, value_enum, default_value_t = Gaps::Refuse)]
    missing: Gaps,
    /// Mức tin cậy
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// Bậc tự do của khoảng tin cậy: theo nhóm, theo cả thiết kế, hay phân phối chuẩn
    #[arg(long, value_enum, default_value_t = Freedom::Domain)]
    df: Freedom,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Lone {
    /// Dừng và báo
    Refuse,
    /// Coi là đơn vị chắc chắn
    Certainty,
    /// So với trung bình chung
    Adjust,
    /// Lấy phương sai bình quân của các tầng khác
    Average,
    /// Gộp với tầng kế bên theo thứ tự trong tệp
    Collapse,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Gaps {
    /// Dừng và báo
    Refuse,
    /// Bỏ qua dòng thiếu
    LeaveOut,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Freedom {
    /// Cụm trừ tầng có dòng trong nhóm
    Domain,
    /// Cụm trừ tầng của cả mẫu
    Design,
    /// Phân phối chuẩn
    Normal,
}

/// A sample that was read and checked.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) table: DataTable,
    pub(crate) design: Design,
    /// Rows of the condition, or all.
    pub(crate) domain: Domain,
    pub(crate) inside: Vec<bool>,
    pub(crate) options: Options,
    /// Strata whose population size leaves certainty units out.
    pub(crate) beside_certainty: Vec<CertaintyPopulation>,
}

pub(crate) fn read_table(lang: Lang, path: &Path) -> Result<DataTable, Failure> {
    let bytes = tables::read(lang, path, YesNo::Digits)?;
    DataTable::read(bytes).map_err(|faults| Failure::bad_input(format!("{}: {}", path.display(), words::listed_data(lang, &faults))))
}

pub(crate) fn numbers(lang: Lang, table: &DataTable, name: &str) -> Result<Column, Failure> {
    table.numbers(name).map_err(|faults| Failure::bad_input(words::listed_data(lang, &faults)))
}

pub(crate) fn labels(lang: Lang, table: &DataTable, name: &str) -> Result<Labels, Failure> {
    table.labels(name).map_err(|faults| Failure::bad_input(words::listed_data(lang, &faults)))
}

pub(crate) fn marks(lang: Lang, table: &DataTable, name: &str) -> Result<Vec<bool>, Failure> {
    table.marks(name).map_err(|faults| Failure::bad_input(words::listed_data(lang, &faults)))
}

pub(crate) fn failed(lang: Lang, fault: &survey_stats::EstimateFault) -> Failure {
    Failure::bad_input(words::explained(lang, words::estimate(lang, fault)))
}

impl DesignArgs {
    /// Whether strata or clusters were named.
    pub(crate) fn describes(&self) -> bool {
        !self.strata.is_empty() || !self.cluster.is_empty()
    }

    fn stages(&self, lang: Lang, table: &DataTable) -> Result<Vec<Stage>, Failure> {
        let populations = self.fpc.len().max(self.fpc_fraction.len());
        let count = self.cluster.len().max(1);
        if self.strata.len() > count || populations > count {
            return Err(Failure::bad_input(lang.pick(
                format!("Có {count} giai đoạn theo --cluster, ít hơn số cột của --strata hoặc --fpc."),
                format!("--cluster names {count} stage(s), fewer than the columns of --strata or --fpc."),
            )));
        }
        let mut stages = Vec::with_capacity(count);
        for place in 0..count {
            let clusters = match self.cluster.get(place) {
                Some(name) => Clusters::Labelled(labels(lang, table, name)?),
                None => Clusters::Rows,
            };
            let mut stage = Stage::new(clusters);
            stage.strata = self.strata.get(place).map(|name| labels(lang, table, name)).transpose()?;
            if self.nest {
                stage.cluster_labels = ClusterLabels::WithinStratum;
            }
            if let Some(name) = self.fpc.get(place) {
                stage.population = Population::Size(numbers(lang, table, name)?);
            }
            if let Some(name) = self.fpc_fraction.get(place) {
                stage.population = Population::Fraction(numbers(lang, table, name)?);
            }
            if place == 0 {
                stage.certainty = self.certainty.as_ref().map(|name| marks(lang, table, name)).transpose()?;
            }
            stages.push(stage);
        }
        Ok(stages)
    }

    /// The table and its design. Columns that the command needs are looked for first, so that a slip in a name is told before what is
    /// wrong with the sample.
    pub(crate) fn read(&self, lang: Lang, needed: &[&str]) -> Result<(DataTable, Design, Vec<CertaintyPopulation>), Failure> {
        let table = read_table(lang, &self.data)?;
        let unknown: Vec<DataFault> = needed
            .iter()
            .filter(|name| !table.headings().iter().any(|heading| heading == *name))
            .map(|name| DataFault::NoColumn { column: (*name).to_owned() })
            .collect();
        if !unknown.is_empty() {
            return Err(Failure::bad_input(words::listed_data(lang, &unknown)));
        }
        let stages = self.stages(lang, &table)?;
        let given = !self.fpc.is_empty() || !self.fpc_fraction.is_empty();
        let weights = match &self.weights {
            Some(name) => Weights::Given(numbers(lang, &table, name)?),
            None if given => Weights::FromPopulation,
            None => Weights::Given(Column::new("1", vec![1.0; table.rows()])),
        };
        let lone = match self.lone {
            Lone::Refuse => LoneUnit::Refuse,
            Lone::Certainty => LoneUnit::Certainty,
            Lone::Adjust => LoneUnit::Adjust,
            Lone::Average => LoneUnit::Average,
            Lone::Collapse => LoneUnit::Collapse,
        };
        let design = Design::new(table.rows(), weights, &stages, lone);
        let design = design.map_err(|faults| Failure::bad_input(words::listed(lang, &faults, words::design)))?;
        let beside_certainty = stages.first().map(|first| design.populations_beside_certainty(first)).unwrap_or_default();
        Ok((table, design, beside_certainty))
    }
}

impl SampleArgs {
    pub(crate) fn format(&self) -> Format {
        self.design.format
    }

    pub(crate) fn read(&self, lang: Lang, needed: &[&str]) -> Result<Sample, Failure> {
        let (table, design, beside_certainty) = self.design.read(lang, needed)?;
        let inside = match &self.r#where {
            None => vec![true; table.rows()],
            Some(text) => {
                let condition = Expression::parse(text).map_err(|fault| Failure::bad_input(words::expression(lang, &fault)))?;
                condition.rows(&table).map_err(|faults| Failure::bad_input(words::listed_data(lang, &faults)))?
            }
        };
        let name = self.r#where.clone().unwrap_or_default();
        let domain = design.domain(name, &inside).map_err(|fault| failed(lang, &fault))?;
        let options = Options {
            level: Level::new(self.level).map_err(|fault| failed(lang, &fault))?,
            degrees_of_freedom: match self.df {
                Freedom::Domain => DegreesOfFreedom::Domain,
                Freedom::Design => DegreesOfFreedom::Design,
                Freedom::Normal => DegreesOfFreedom::Normal,
            },
            missing: match self.missing {
                Gaps::Refuse => Missing::Refuse,
                Gaps::LeaveOut => Missing::LeaveOut,
            },
            ..Options::default()
        };
        Ok(Sample { table, design, domain, inside, options, beside_certainty })
    }
}

impl Sample {
    /// The same rows under other weights.
    pub(crate) fn with_design(self, design: Design) -> Result<Self, survey_stats::EstimateFault> {
        let domain = design.domain(self.domain.name(), &self.inside)?;
        Ok(Self { design, domain, ..self })
    }

    pub(crate) fn numbers(&self, lang: Lang, name: &str) -> Result<Column, Failure> {
        numbers(lang, &self.table, name)
    }

    pub(crate) fn labels(&self, lang: Lang, name: &str) -> Result<Labels, Failure> {
        labels(lang, &self.table, name)
    }

    pub(crate) fn columns(&self, lang: Lang, names: &[String]) -> Result<Vec<Column>, Failure> {
        names.iter().map(|name| self.numbers(lang, name)).collect()
    }

    /// Rows of the condition with weight that lack something: the first of them, from 1, and their number; none where there are none.
    pub(crate) fn gaps(&self, lacking: &[bool]) -> Option<(usize, usize)> {
        let weights = self.design.weights();
        let rows = lacking.iter().zip(&self.inside).zip(&weights).enumerate();
        let mut rows = rows.filter(|(_, ((lacking, inside), weight))| **lacking && **inside && weight.abs() > 0.0).map(|(row, _)| row + 1);
        rows.next().map(|first| (first, 1 + rows.count()))
    }

    /// Groups of a column inside the condition, sorted by name; groups without row that has a weight are left out. Rows without group
    /// follow --missing.
    pub(crate) fn groups(&self, lang: Lang, by: &str) -> Result<Vec<Domain>, Failure> {
        Ok(self.groups_with_empty(lang, by)?.into_iter().filter(|group| group.rows() > 0).collect())
    }

    /// As [`Sample::groups`], with the groups whose rows inside the condition have no weight, so that these can be told.
    pub(crate) fn groups_with_empty(&self, lang: Lang, by: &str) -> Result<Vec<Domain>, Failure> {
        let labels = self.labels(lang, by)?;
        if self.options.missing == Missing::Refuse {
            let nameless: Vec<bool> = labels.texts().map(str::is_empty).collect();
            if let Some((row, rows)) = self.gaps(&nameless) {
                return Err(failed(lang, &EstimateFault::MissingLabel { column: by.to_owned(), row, rows }));
            }
        }
        let here = if self.inside.iter().all(|inside| *inside) {
            labels
        } else {
            Labels::new(by, labels.texts().zip(&self.inside).map(|(text, inside)| if *inside { text } else { "" }))
        };
        let mut groups = self.design.groups(&here).map_err(|fault| failed(lang, &fault))?;
        groups.sort_by(|one, other| one.name().cmp(other.name()));
        Ok(groups)
    }

    /// Says which groups of a column have no row with weight, and are therefore not in the result.
    pub(crate) fn note_empty_groups(&self, lang: Lang, by: &str, report: &mut Report) -> Result<(), Failure> {
        let groups = self.groups_with_empty(lang, by)?;
        let names: Vec<&str> = groups.iter().filter(|group| group.rows() == 0).map(Domain::name).collect();
        if !names.is_empty() {
            let words = lang.pick("Nhóm không có dòng nào có quyền số", "Groups without a row that has a weight");
            report.note("groups_without_weight", words, names.join(", "));
        }
        Ok(())
    }

    /// What stands below every result: rows, clusters, strata, the choice for lone units, and what is odd about the file.
    pub(crate) fn notes(&self, lang: Lang, report: &mut Report) {
        notes_of(lang, &self.table, &self.design, &self.beside_certainty, report);
    }
}

/// Notes of a sample of which no sub-population is looked at.
pub(crate) fn notes_of(lang: Lang, table: &DataTable, design: &Design, beside_certainty: &[CertaintyPopulation], report: &mut Report) {
    let lone = design.lone_units();
    let choice = match lone.choice {
        LoneUnit::Refuse => "refuse",
        LoneUnit::Certainty => "certainty",
        LoneUnit::Adjust => "adjust",
        LoneUnit::Average => "average",
        LoneUnit::Collapse => "collapse",
    };
    report.tell([
        ("rows", lang.pick("Số dòng của mẫu", "Rows of the sample"), design.rows().into()),
        ("clusters", lang.pick("Số cụm giai đoạn đầu", "First-stage clusters"), design.clusters().into()),
        ("strata", lang.pick("Số tầng", "Strata"), design.strata().into()),
        ("lone_choice", lang.pick("Cách xử lý tầng một đơn vị", "Choice for strata of one unit"), choice.into()),
        ("lone_strata", lang.pick("Số tầng một đơn vị", "Strata of one unit"), lone.strata.into()),
    ]);
    for (key, words) in certainty_notes(lang, beside_certainty) {
        report.note(key, lang.pick("Đơn vị chắc chắn", "Certainty units"), words);
    }
    warn_of_cut(lang, &[table], report);
}

/// What a population beside certainty units means, with both numbers, so that one that counts them is seen; and where the weights betray it.
fn certainty_notes(lang: Lang, populations: &[CertaintyPopulation]) -> Vec<(&'static str, String)> {
    let among =
        |one: &CertaintyPopulation, word: &str| if one.stratum.is_empty() { String::new() } else { format!("{word} {}: ", one.stratum) };
    let words = |one: &CertaintyPopulation| {
        let CertaintyPopulation { certain, size, .. } = one;
        let (whole, stratum_vi, stratum_en) = (size + *certain as f64, among(one, "tầng"), among(one, "stratum"));
        lang.pick(
            format!("{stratum_vi}{size} đơn vị theo --fpc và {certain} đơn vị chắc chắn, cộng {whole}"),
            format!("{stratum_en}{size} unit(s) by --fpc and {certain} certainty unit(s), {whole} together"),
        )
    };
    let mut notes = Vec::new();
    if !populations.is_empty() {
        notes.push(("certainty_population", populations.iter().map(words).collect::<Vec<_>>().join("; ")));
    }
    let doubt = |one: &CertaintyPopulation| {
        let (by_weights, size, certain) = (one.by_weights.unwrap_or_default(), one.size, one.certain);
        let (stratum_vi, stratum_en) = (among(one, "tầng"), among(one, "stratum"));
        lang.pick(
            format!("{stratum_vi}theo quyền số có {by_weights} đơn vị ngoài {certain} đơn vị chắc chắn, --fpc ghi {size}: có lẽ --fpc đã đếm cả đơn vị chắc chắn, phải bỏ ra"),
            format!("{stratum_en}by the weights there are {by_weights} units beside {certain} certainty unit(s), --fpc says {size}: it seems to count the certainty units, which must be left out"),
        )
    };
    let doubtful: Vec<String> = populations.iter().filter(|one| one.counts_certain()).map(doubt).collect();
    if !doubtful.is_empty() {
        notes.push(("certainty_warning", doubtful.join("; ")));
    }
    notes
}

/// A file whose last line has no end may have been cut inside its last field; nothing else would show that.
pub(crate) fn warn_of_cut(lang: Lang, tables: &[&DataTable], report: &mut Report) {
    if tables.iter().any(|table| !table.ends_with_line()) {
        let words = lang.pick(
            "tệp không kết thúc bằng dấu xuống dòng; ô cuối cùng có thể đã bị cắt",
            "the file does not end with the end of a line; its last field may have been cut",
        );
        report.note("warning", lang.pick("Lưu ý", "Note"), words);
    }
}
