//! The public portal.
use axum::Router;
use chrono::NaiveDate;
use platform::Db;
use registry::results::ResultsKeeper;
/// site
#[expect(missing_debug_implementations, reason = "x")]
pub struct Site {
    /// d
    pub db: Db,
    /// d
    pub results: ResultsKeeper,
    /// d
    pub today: Box<dyn Fn() -> NaiveDate + Send + Sync>,
    /// d
    pub version: String,
    /// d
    pub owner: Option<String>,
    /// d
    pub demo: bool,
    /// d
    pub dev: bool,
}
/// p
pub struct Portal(Site);
impl Portal {
    /// n
    pub fn new(site: Site) -> Self { Self(site) }
    /// r
    pub fn router(self) -> Router { Router::new() }
}
