//! Statistics of complex samples: designs, estimates with their sampling errors, replicate weights, sample sizes and draws.
//!
//! The crate is pure arithmetic. It opens no files, reads no clock and has no random source of its own: seeds are parameters,
//! and the same input always gives the same output. Figures are `f64`; results agree with R `survey` to a relative 1e-8.
//! Formulas and references stand in `docs/survey-stats.md`.
//!
//! | module | what happens there |
//! |---|---|
//! | `data` | tables of answers as text, with every fault by row and column, and conditions on rows |
//! | `column` | figures with gaps, and labels |
//! | `design` | strata, clusters, weights and populations become a [`Design`], or every fault in them |
//! | `domain` | sub-populations that keep the whole design |
//! | `linearise` | the variance of a total of scores under a design |
//! | `estimate` | totals, means, ratios, proportions, by groups |
//! | `interval` | confidence intervals with method, level and degrees of freedom |
//! | `joint`, `comparison` | several estimates with covariances, contrasts, t and Wald tests, several tests at once |
//! | `chi_square`, `regression`, `correlation` | Rao-Scott tests, linear and logistic regression, correlations |
//! | `reliability`, `factors`, `drivers`, `components` | alpha, factor analysis, Shapley shares, intraclass correlation |
//! | `index`, `ranking`, `quality` | indices from items by versioned rules, ranks and their errors, grades for publishing |
//! | `small_area` | modelled figures of areas with few answers, always marked |
//! | `quantile` | quantiles with intervals after Woodruff |
//! | `weighting` | non-response, post-stratification, raking, calibration, trimming, with reports |
//! | `replicates` | jackknife, balanced half samples, bootstraps, given weights |
//! | `sample_size`, `allocation`, `draw` | how many, where, and which: a draw comes with its manifest |
//! | `random` | the generator of draws and bootstraps |
//! | `matrix`, `logistic` | small linear algebra, weighted logistic regression |
//! | `distribution` | quantiles of the normal, t and beta distributions |
//! | `fault` | what can be wrong, by name, with row and column |

mod allocation;
mod chi_square;
mod column;
mod comparison;
mod components;
mod correlation;
mod data;
mod design;
mod distribution;
mod domain;
mod draw;
mod drivers;
mod estimate;
mod factors;
mod fault;
mod index;
mod interval;
mod joint;
mod linearise;
mod logistic;
mod matrix;
mod quality;
mod quantile;
mod random;
mod ranking;
mod regression;
mod reliability;
mod replicates;
mod sample_size;
mod small_area;
mod weighting;

pub use allocation::{Allocation, allocate};
pub use chi_square::{ChiSquare, IndependenceTest, chi_square};
pub use column::{Column, Labels};
pub use comparison::{MultipleTests, PairDifference, difference_of_independent, pairwise, t_test, t_test_of_two};
pub use components::{Components, components};
pub use correlation::correlation;
pub use data::{DataFault, DataTable, Expression, ExpressionFault};
pub use design::{CertaintyPopulation, ClusterLabels, Clusters, Design, LoneUnit, LoneUnits, Population, Stage, Weights};
pub use domain::Domain;
pub use draw::{
    Draw, DrawMethod, DrawnUnit, Frame, Manifest, MultistageDraw, MultistageFrame, MultistageManifest, SampledUnit, StageList, StagePlan,
    Take, inclusion_probabilities,
};
pub use drivers::{Driver, Drivers, Quadrant, drivers};
pub use estimate::{
    DegreesOfFreedom, Estimate, GroupEstimate, Missing, Options, Reference, Statistic, Variance, by_groups, mean, proportion, ratio,
    shares, total,
};
pub use factors::{Factors, Suitability, factor_analysis};
pub use fault::{DesignFault, EstimateFault, LoneReason, PlanFault};
pub use index::{
    Aggregation, Answer, AnswerCounts, IndexError, IndexEstimate, IndexFault, IndexNode, IndexPart, IndexRule, Item, NoAnswerRule,
    NodeEstimate, Scoring, index, index_each, index_of_groups, index_of_parts,
};
pub use interval::{Interval, IntervalGap, IntervalMethod, Level, ProportionInterval};
pub use joint::{Contrast, Joint, Target, WaldTest, joint};
pub use matrix::Matrix;
pub use quality::{Grade, Quality, QualityReason, QualityRule, assess, assess_quantile};
pub use quantile::{Quantile, quantile};
pub use ranking::{RankDifference, RankOptions, Ranking, UnitRank, rank};
pub use regression::{Explained, Family, Regression, Term, regression};
pub use reliability::{ItemReliability, Reliability, reliability};
pub use replicates::{Centre, Measure, QuantileError, ReplicateCovariance, ReplicateFreedom, ReplicateMethod, Replicates};
pub use sample_size::{
    Detection, Precision, SampleSize, clustered_design_effect, size_for_difference, size_for_difference_of_proportions, size_for_mean,
    size_for_proportion, yamane,
};
pub use small_area::{AreaEstimate, AreaSource, AreaVariance, DirectEstimate, DirectRule, SmallAreas, small_areas};
pub use weighting::{
    Auxiliary, Distance, Margin, PropensityUse, RakingResiduals, Reweighted, TargetReached, WeightFault, WeightReport, WeightStep,
    WeightSummary,
};
