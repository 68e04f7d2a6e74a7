//! What stands around the pages of a running server: frame, guard, monitor, and their limits.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use platform::Db;
use platform::backup::BackupPlan;
use platform::files::FileStore;
use platform::jobs::JobGauges;
use serving::guard::{GuardLimits, rate};
use serving::metrics::{MetricError, register_process};
use serving::{Certificates, Frame, Guard, Monitor, Readiness, Refusal, Registry, SecurityHeaders, ServerLimits, monitor};
use thiserror::Error;
use ui::Lang;
use web::Problem;

use super::watching;
use crate::commands::now;
use crate::settings::NetworkArgs;

/// Addresses at which people sign in; attempts there have a stricter limit.
const SIGN_IN: [&str; 2] = ["/dang-nhap", "/en/dang-nhap"];

/// A server's parts cannot be put together: a fault of the program.
#[derive(Debug, Error)]
pub(crate) enum HouseError {
    #[error(transparent)]
    Metric(#[from] MetricError),
    #[error("the content security policy is no header: {0}")]
    Policy(#[from] axum::http::header::InvalidHeaderValue),
}

/// The parts of a running server.
pub(crate) struct House {
    pub(crate) frame: Arc<Frame>,
    pub(crate) monitor: Monitor,
    pub(crate) readiness: Arc<Readiness>,
    guard: Guard,
}

/// What is watched.
pub(crate) struct Parts<'a> {
    pub(crate) db: &'a Db,
    pub(crate) files: &'a FileStore,
    pub(crate) certificates: Option<&'a Arc<Certificates>>,
    pub(crate) jobs: &'a Arc<JobGauges>,
    pub(crate) backups: Option<&'a BackupPlan>,
}

impl House {
    pub(crate) fn new(lang: Lang, network: &NetworkArgs, parts: &Parts<'_>) -> Result<Self, HouseError> {
        let registry = Registry::default();
        registry.build("cchc", env!("CARGO_PKG_VERSION"))?;
        register_process(&registry, now())?;
        watching::measure(&registry, parts.db, parts.certificates)?;
        watching::measure_jobs(&registry, parts.jobs)?;
        if let Some(plan) = parts.backups {
            watching::measure_backups(&registry, plan)?;
        }
        let headers = SecurityHeaders::new(ui::assets::content_security_policy())?;
        let frame = Frame::new(network.proxies(), headers, Box::new(request_id), &registry)?;
        let frame = Arc::new(frame.quiet(&[monitor::LIVE, monitor::READY, monitor::METRICS]));
        let watchers = network.watchers.clone().unwrap_or_default();
        let readiness = Arc::new(watching::readiness(lang, parts.db, parts.files));
        let guard = Guard::new(guard_limits(network), &frame, refused);
        let monitor = Monitor::new(registry, Arc::clone(&readiness), watchers)?;
        Ok(Self { frame, monitor, readiness, guard })
    }

    /// The finished application: pages inside of the guard, health beside them, the frame around all.
    pub(crate) fn application(&self, pages: impl FnOnce(&Guard) -> Router) -> Router {
        self.frame.around(pages(&self.guard).merge(self.monitor.routes()))
    }
}

/// Limits of connections.
pub(crate) fn limits(network: &NetworkArgs) -> ServerLimits {
    let mut limits = ServerLimits::default();
    if let Some(connections) = network.connections {
        limits.connections = usize::try_from(connections.get()).unwrap_or(usize::MAX);
        // An office behind one address has six connections a browser; a quarter leaves room for others.
        limits.connections_per_address = (limits.connections / 4).max(1);
    }
    if let Some(seconds) = network.stop_patience {
        limits.stop = Duration::from_secs(seconds.into());
    }
    limits
}

fn guard_limits(network: &NetworkArgs) -> GuardLimits {
    let mut limits = GuardLimits {
        sign_in_paths: SIGN_IN.map(str::to_owned).to_vec(),
        unlimited: network.watchers.clone().unwrap_or_default(),
        ..GuardLimits::default()
    };
    if let Some(per_minute) = network.rate_limit {
        // A page with its styles and pictures is some ten requests at once, so a quarter of a minute may come together.
        limits.rate = rate(per_minute, (per_minute / 4).max(1));
    }
    if let Some(per_minute) = network.sign_in_limit {
        limits.sign_in_rate = rate(per_minute, per_minute);
    }
    if let Some(mebibytes) = network.body_limit {
        limits.body_at_most = usize::try_from(mebibytes.get()).unwrap_or(usize::MAX).saturating_mul(1 << 20);
    }
    limits
}

fn refused(refusal: Refusal) -> Response {
    match refusal {
        Refusal::RateLimited { .. } => Problem::TooMany,
        Refusal::OtherSite => Problem::OtherSite,
        Refusal::TooLarge { limit } => Problem::TooLarge { limit },
    }
    .into_response()
}

/// Chance for the ids of requests; where the system gives none, ids are alike, which harms nobody but the reader of the log.
fn request_id() -> [u8; 16] {
    let mut bytes = [0; 16];
    let _ = getrandom::fill(&mut bytes);
    bytes
}
