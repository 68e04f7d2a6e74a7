//! The hub: units valid in time, indicators, observations, and the catalogue files they are first filled from.
//!
//! Capabilities meet here and nowhere else. A figure is an [`Observation`]; an index edition's results are computed from observations
//! by [`results::Results`], so that what a page shows can always be followed back to the figures.

pub mod catalogue;
pub mod load;
mod model;
mod period;
pub mod results;
pub mod store;
pub mod working_time;

pub use model::{
    Extent, Indicator, IndicatorDirection, Kind, Level, NameStatus, Observation, ObservationStatus, PublishedRow, RecordStatus,
    SourceRecord, UnitLink, UnitVersion, both_languages,
};
pub use period::{NotAPeriod, Period, ReportWindow};
