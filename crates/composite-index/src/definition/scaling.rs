//! How an indicator measured in its own unit becomes a comparable number: denominators, gaps, outliers, normalisation.

use rust_decimal::Decimal;

use super::FigureId;

words! {
    /// How values become comparable.
    Method {
        /// low + (high − low) × (x − least) / (greatest − least).
        MinMax => "min-max",
        /// (x − mean) / standard deviation, moved to a centre and spread.
        ZScore => "z-score",
        /// Place among the units counted from the last, 1 for the worst, so that more is better; equal values share the mean of their places.
        Rank => "rank",
        /// Share of the other units that are worse, in percent; equal ones count half.
        PercentileRank => "percentile-rank",
        /// Number of units that are worse: 0 for the last; equal ones share the mean.
        Borda => "borda",
        /// x / greatest, or least / x where less is better, in percent.
        DistanceToMaximum => "distance-to-maximum",
        /// x / target, or target / x where less is better, in percent, at most 100.
        DistanceToTarget => "distance-to-target",
        /// x / the reference unit's value, or the other way round where less is better, in percent.
        DistanceToReference => "distance-to-reference",
        /// The value of the category into which the unit falls by percentile.
        Categorical => "categorical",
    }
}

words! {
    /// Which values the range of min-max comes from.
    RangeFrom {
        /// The units of this year.
        Year => "year",
        /// All years from the first one on: running extremes.
        Running => "running",
        /// Goalposts in the definition.
        Fixed => "fixed",
    }
}

words! {
    /// How a missing value is filled.
    Imputation {
        /// The mean of the units.
        Mean => "mean",
        /// The median of the units.
        Median => "median",
        /// The mean of the unit's block.
        GroupMean => "group-mean",
        /// The median of the unit's block.
        GroupMedian => "group-median",
        /// The unit's value of the latest earlier year that has one.
        Last => "last",
        /// On the line through the unit's two latest earlier values.
        Linear => "linear",
    }
}

words! {
    /// What follows where winsorising did not help.
    ThenLog {
        /// ln(x − least + 0.01 × (greatest − least)) of the untreated values.
        Log => "log",
        /// The winsorised values stay.
        None => "none",
    }
}

/// How outliers are treated: as long as |skew| and kurtosis are both beyond their limits, the most extreme values become the next ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outliers {
    /// Limit of the absolute skew.
    pub skew: Decimal,
    /// Limit of the kurtosis.
    pub kurtosis: Decimal,
    /// Most values that are changed.
    pub most: usize,
    /// What follows where that did not help.
    pub then: ThenLog,
}

impl Default for Outliers {
    /// COINr's limits: skew 2, kurtosis 3.5, at most five values, then a logarithm.
    fn default() -> Self {
        Self { skew: Decimal::TWO, kurtosis: Decimal::new(35, 1), most: 5, then: ThenLog::Log }
    }
}

/// A category of a categorical scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// Lowest percentile, 0 to 100; `None` for the last category.
    pub from: Option<Decimal>,
    /// The value of its units.
    pub value: Decimal,
}

/// The steps of one indicator, in the order in which they are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaling {
    /// The raw value is divided by this figure and multiplied by `per`.
    pub denominator: Option<FigureId>,
    /// What one unit of the denominator stands for: 1000 for "per thousand".
    pub per: Decimal,
    /// How a missing value is filled; `None`: it stays missing.
    pub imputation: Option<Imputation>,
    /// How outliers are treated; `None`: they stay.
    pub outliers: Option<Outliers>,
    /// How values become comparable.
    pub method: Method,
    /// Lowest and highest value of min-max.
    pub to: (Decimal, Decimal),
    /// Which values the range of min-max comes from.
    pub range_from: RangeFrom,
    /// The range with [`RangeFrom::Fixed`].
    pub goalposts: Option<(Decimal, Decimal)>,
    /// True: values beyond fixed goalposts are kept at their ends.
    pub truncate: bool,
    /// Mean and standard deviation of z-scores.
    pub centre: (Decimal, Decimal),
    /// The target of distance-to-target.
    pub target: Option<Decimal>,
    /// Code or name of the unit of distance-to-reference.
    pub reference: Option<String>,
    /// Categories, highest first.
    pub categories: Vec<Category>,
    /// What every unit gets where all values are equal and the method needs them to differ; `None`: a fault.
    pub constant: Option<Decimal>,
    /// True: ranges, moments and places are those of the unit's block.
    pub within_block: bool,
}

impl Scaling {
    /// True where earlier years decide: a running range, or values filled from earlier years.
    #[must_use]
    pub fn reads_years(&self) -> bool {
        let runs = self.method == Method::MinMax && self.range_from == RangeFrom::Running;
        runs || matches!(self.imputation, Some(Imputation::Last | Imputation::Linear))
    }
}
