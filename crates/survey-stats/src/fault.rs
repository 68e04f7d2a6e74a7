//! What can be wrong with a design or a question, by name, with row and column.

use thiserror::Error;

fn in_column(column: &str) -> String {
    if column.is_empty() { String::new() } else { format!(", column {column}") }
}

fn stratum_words(stratum: &str) -> String {
    if stratum.is_empty() { "a stratum".to_owned() } else { format!("stratum {stratum}") }
}

fn in_unit(unit: &[(String, String)]) -> String {
    let names: Vec<String> = unit.iter().map(|(column, label)| format!("{column} {label}")).collect();
    if names.is_empty() { String::new() } else { format!(" in {}", names.join(", ")) }
}

/// How many rows have the same fault, where one is named.
fn of_rows(rows: usize) -> String {
    if rows > 1 { format!(", like {rows} rows in all") } else { String::new() }
}

/// A figure in words; one that is missing is not shown as NaN.
pub(crate) fn figure(value: f64, missing: &str) -> String {
    if value.is_nan() { missing.to_owned() } else { value.to_string() }
}

/// Why a stratum with a single sampled unit is a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoneReason {
    /// Nothing was chosen for such strata.
    NoChoice,
    /// Strata were to be collapsed, and beside this one there is no other that was sampled.
    NoNeighbour,
    /// What was chosen takes its measure from other strata, and there is none with more units.
    NoMeasure,
    /// Replicates of this kind cannot do what was chosen; certainty and collapsing they can.
    NotByReplicates,
}

impl LoneReason {
    fn words(self) -> &'static str {
        match self {
            Self::NoChoice => "",
            Self::NoNeighbour => ", and no sampled stratum beside it to be joined with",
            Self::NoMeasure => ", and no other stratum has more of them to measure by",
            Self::NotByReplicates => ", for which these replicates have no other choice than certainty and collapsing",
        }
    }
}

/// What is wrong with the description of a sample. Rows count from 1, as in the table without its heading.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum DesignFault {
    /// The sample has no row.
    #[error("the sample has no row")]
    NoRows,
    /// No stage was described.
    #[error("the design has no stage")]
    NoStage,
    /// A column has another number of rows than the first.
    #[error("column {column}: {found} rows where {expected} are needed")]
    Length {
        /// Name of the column.
        column: String,
        /// Rows of the design.
        expected: usize,
        /// Rows of the column.
        found: usize,
    },
    /// A weight is not there.
    #[error("row {row}, column {column}: no weight")]
    MissingWeight {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
    },
    /// A weight is negative or infinite.
    #[error("row {row}, column {column}: {value} is no weight")]
    WrongWeight {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
        /// What stands there.
        value: f64,
    },
    /// All weights are zero.
    #[error("column {column}: all weights are zero")]
    NoPositiveWeight {
        /// Name of the column.
        column: String,
    },
    /// Weights were to follow from the population, and a stage gives none.
    #[error("stage {stage}: weights cannot follow from a population that is not given")]
    WeightsNeedPopulation {
        /// Stage, from 1.
        stage: usize,
    },
    /// A label of a stratum or a cluster is empty.
    #[error("row {row}, column {column}: no label")]
    MissingLabel {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
    },
    /// One cluster label stands in two strata.
    #[error("row {row}, column {column}: cluster {cluster} stands in another stratum in row {first_row}")]
    ClusterInTwoStrata {
        /// Name of the column of clusters.
        column: String,
        /// Row, from 1.
        row: usize,
        /// Label of the cluster.
        cluster: String,
        /// Row where the cluster was met first.
        first_row: usize,
    },
    /// One cluster is marked as drawn with certainty in one row and not in another.
    #[error(
        "row {row}, column {column}: one of this row and row {first_row} says that cluster {cluster} is certain, the other that it is not"
    )]
    CertaintyVaries {
        /// Name of the column of clusters.
        column: String,
        /// Row, from 1.
        row: usize,
        /// Label of the cluster.
        cluster: String,
        /// Row where the cluster was met first.
        first_row: usize,
    },
    /// A population size or sampling fraction is not there.
    #[error("row {row}, column {column}: no population")]
    MissingPopulation {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
    },
    /// A population size or sampling fraction is no positive number.
    #[error("row {row}, column {column}: {value} is no population")]
    WrongPopulation {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
        /// What stands there.
        value: f64,
    },
    /// Two rows of one stratum give different populations.
    #[error("row {row}, column {column}: {value} where row {first_row} of the same stratum has {first}")]
    PopulationVaries {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
        /// What stands there.
        value: f64,
        /// Row where the stratum was met first.
        first_row: usize,
        /// What stands there.
        first: f64,
    },
    /// The population of a stratum is smaller than its sample.
    #[error("row {row}, column {column}: a population of {size} for {sampled} sampled units")]
    PopulationBelowSample {
        /// Name of the column.
        column: String,
        /// First row of the stratum, from 1.
        row: usize,
        /// The population.
        size: f64,
        /// Units in the sample.
        sampled: usize,
    },
    /// A sampling fraction is above one.
    #[error("row {row}, column {column}: {value} is no sampling fraction")]
    FractionAboveOne {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
        /// What stands there.
        value: f64,
    },
    /// A stratum has a single sampled unit, which shows no variance.
    #[error(
        "row {row}{}: {} of stage {stage}{} has a single sampled unit{}",
        in_column(column),
        stratum_words(stratum),
        in_unit(unit),
        reason.words()
    )]
    LoneUnit {
        /// First row of the stratum, from 1.
        row: usize,
        /// Column of the strata; empty where the stage has none.
        column: String,
        /// Label of the stratum; empty where the stage has none.
        stratum: String,
        /// Stage, from 1.
        stage: usize,
        /// Columns and labels of the unit of the stage before, which holds the stratum; empty in the first stage.
        unit: Vec<(String, String)>,
        /// Why that is a fault.
        reason: LoneReason,
    },
    /// Replicates of this kind need exactly two clusters in each stratum.
    #[error("row {row}{}: {} has {clusters} clusters where two are needed", in_column(column), stratum_words(stratum))]
    NotPaired {
        /// First row of the stratum, from 1.
        row: usize,
        /// Column of the strata; empty where there are none.
        column: String,
        /// Label of the stratum; empty where the whole sample is one.
        stratum: String,
        /// Clusters in the sample.
        clusters: usize,
    },
    /// No unit can be left out, because all strata were taken completely or their lone units keep their weight.
    #[error("no replicate differs from the sample: each stratum was taken completely or keeps its only unit")]
    NothingVaries,
    /// A number that steers the making of replicates is out of range.
    #[error("{what}: {} is out of range", figure(*value, "a missing value"))]
    OutOfRange {
        /// What the number is.
        what: &'static str,
        /// Its value.
        value: f64,
    },
}

/// Why an estimate cannot be given.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum EstimateFault {
    /// A column has another number of rows than the design.
    #[error("column {column}: {found} rows where {expected} are needed")]
    Length {
        /// Name of the column.
        column: String,
        /// Rows of the design.
        expected: usize,
        /// Rows of the column.
        found: usize,
    },
    /// A row of the domain belongs to no group, because it has no label.
    #[error("row {row}, column {column}: no label{}", of_rows(*rows))]
    MissingLabel {
        /// Name of the column.
        column: String,
        /// The first such row, from 1.
        row: usize,
        /// All such rows.
        rows: usize,
    },
    /// No row with positive weight and with values lies in the domain.
    #[error("domain {domain}: no row with positive weight and values")]
    EmptyDomain {
        /// Name of the domain.
        domain: String,
    },
    /// A value is missing and was not to be left out.
    #[error("row {row}, column {column}: no value{}", of_rows(*rows))]
    MissingValue {
        /// Name of the column.
        column: String,
        /// The first such row, from 1.
        row: usize,
        /// All such rows of the domain.
        rows: usize,
    },
    /// A value is infinite.
    #[error("row {row}, column {column}: {value} is no finite number")]
    NotFinite {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
        /// What stands there.
        value: f64,
    },
    /// A proportion needs 0 and 1.
    #[error("row {row}, column {column}: {value} where 0 or 1 is needed")]
    NotBinary {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
        /// What stands there.
        value: f64,
    },
    /// Negative weights, as linear calibration may make them, take a share out of [0, 1].
    #[error("column {column}: a share of {value}, outside [0, 1], because weights are negative")]
    ShareOutside {
        /// Name of the column.
        column: String,
        /// The weighted share.
        value: f64,
    },
    /// Negative weights outweigh the others in a domain, so that a mean there says nothing.
    #[error("domain {domain}: the weights sum to {sum}, because some are negative")]
    NoPositiveSum {
        /// Name of the domain.
        domain: String,
        /// Sum of its weights.
        sum: f64,
    },
    /// The weighted sum under a ratio is zero.
    #[error("column {column}: the denominator sums to zero")]
    ZeroDenominator {
        /// Name of the denominator.
        column: String,
    },
    /// All strata have a single unit, so that no average of the others exists.
    #[error("no stratum has two sampled units, so there is no average for the lone ones")]
    NothingToAverage,
    /// A confidence level or a probability lies outside (0, 1).
    #[error("{} lies outside (0, 1)", figure(*value, "a missing value"))]
    NotAProbability {
        /// What was given.
        value: f64,
    },
    /// A replicate gives no finite estimate.
    #[error("replicate {replicate} gives no estimate")]
    ReplicateWithoutEstimate {
        /// Replicate, from 1.
        replicate: usize,
    },
    /// A variable has the same value in all rows, and what was asked needs a spread.
    #[error("column {column}: all values are equal")]
    Constant {
        /// Name of the column.
        column: String,
    },
    /// A column is a combination of those before it, or there are more columns than rows.
    #[error("column {column}: depends on the columns before it")]
    Dependent {
        /// Name of the column.
        column: String,
    },
    /// Coefficients grow without end, because a predictor separates the outcomes.
    #[error("the regression has no finite solution: a predictor separates the outcomes")]
    Separated,
    /// A weight is negative where weights of zero or more are needed: regressions, quantiles.
    #[error("row {row}: the weight {weight} is negative, which cannot be used here")]
    NegativeWeight {
        /// Row, from 1.
        row: usize,
        /// The weight.
        weight: f64,
    },
    /// A name is no term of the model, or no level of a term.
    #[error("{term} is no term of the model")]
    UnknownTerm {
        /// The name.
        term: String,
    },
    /// Covariances have no inverse: a condition has no error or follows from others.
    #[error("the covariances have no inverse: a condition has no error or follows from others")]
    SingularCovariance,
    /// All answers to a figure lie in one sampled cluster (of each stratum), so that its error is not known and there is no test.
    #[error("{estimate}: all answers lie in one sampled cluster of each stratum, so that the error is not known")]
    OneCluster {
        /// Name of the figure.
        estimate: String,
    },
    /// Nothing was asked for.
    #[error("nothing was asked for")]
    NothingAsked,
    /// A number that steers a computation is out of range.
    #[error("{what}: {} is out of range", figure(*value, "a missing value"))]
    OutOfRange {
        /// What the number is.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// A table needs at least two levels on each side.
    #[error("column {column}: fewer than two levels with weight")]
    OneLevel {
        /// Name of the column.
        column: String,
    },
    /// A search did not settle.
    #[error("{what}: no solution after {iterations} steps")]
    NotSettled {
        /// What was searched.
        what: &'static str,
        /// Steps that were tried.
        iterations: usize,
    },
    /// The result left the range of numbers: the inputs are too large.
    #[error("the result is no finite number")]
    Overflow,
}

/// Why a sample cannot be planned or drawn.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PlanFault {
    /// A figure is out of range.
    #[error("{what}: {} is out of range", figure(*value, "a missing value"))]
    OutOfRange {
        /// What the figure is.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// More units are asked for than there are.
    #[error("{asked} units of {population}")]
    MoreThanPopulation {
        /// Units asked for.
        asked: usize,
        /// Units that there are.
        population: usize,
    },
    /// More units of a stratum are certain than are to be drawn from it.
    #[error("{certain} certain units where {asked} are drawn")]
    MoreCertainThanDrawn {
        /// Certain units of the stratum.
        certain: usize,
        /// Units asked for.
        asked: usize,
    },
    /// Sampford's design needs a table of units times draws that is too large; Tillé's elimination does not.
    #[error("{asked} units of {population} are too many for Sampford's design; Tillé's elimination takes them")]
    TooLargeForSampford {
        /// Units asked for.
        asked: usize,
        /// Units that there are.
        population: usize,
    },
    /// A unit names a unit of the stage before that does not exist.
    #[error("stage {stage}, row {row}: no unit {parent} in the stage before")]
    NoParent {
        /// Stage, from 1.
        stage: usize,
        /// Row of the stage's list, from 1.
        row: usize,
        /// The unit that was named.
        parent: String,
    },
    /// A fault in the list of one stage of a multistage frame.
    #[error("stage {stage}: {fault}")]
    InStage {
        /// Stage, from 1.
        stage: usize,
        /// The unit of the stage before, empty in the first.
        parent: String,
        /// The fault.
        #[source]
        fault: Box<PlanFault>,
    },
    /// The minimum of all strata together is larger than the sample.
    #[error("the minimum of the strata takes {needed} units of {total}")]
    MinimumAboveTotal {
        /// Units that the minimum takes.
        needed: usize,
        /// Units of the sample.
        total: usize,
    },
    /// Lists of the frame or of the sizes have different lengths.
    #[error("{what}: {found} where {expected} are needed")]
    Length {
        /// What the list is.
        what: &'static str,
        /// Entries needed.
        expected: usize,
        /// Entries found.
        found: usize,
    },
    /// A label of the frame is empty or stands twice in it.
    #[error("row {row}: the label {label} is empty or stands twice")]
    Label {
        /// Row of the frame, from 1.
        row: usize,
        /// The label.
        label: String,
    },
    /// A unit has no positive size.
    #[error("row {row}: {} is no size", figure(*value, "a missing value"))]
    Size {
        /// Row of the frame, from 1.
        row: usize,
        /// What stands there.
        value: f64,
    },
    /// A draw in proportion to size needs a frame with sizes.
    #[error("the frame has no sizes")]
    NoSizes,
    /// The frame is not the one that a manifest speaks of.
    #[error("the frame is not the one of the manifest")]
    OtherFrame,
}
