//! What those who watch the server ask: whether it lives, whether it is ready, what it measures.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::health::Readiness;
use crate::metrics::{self, GaugeFamily, MetricError, Registry};
use crate::network::Networks;
use crate::visitor::ClientAddress;

/// Whether the process lives; touches nothing.
pub const LIVE: &str = "/khoe";
/// Whether the program can do its work.
pub const READY: &str = "/san-sang";
/// The measurements.
pub const METRICS: &str = "/metrics";

/// Health and measurements.
#[derive(Debug, Clone)]
pub struct Monitor(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    readiness: Arc<Readiness>,
    watchers: Networks,
    checks: GaugeFamily,
}

/// Who asks.
#[derive(Debug, Clone)]
struct Asked {
    inner: Arc<Inner>,
    /// Asked at the address that is for watchers alone.
    apart: bool,
}

impl Monitor {
    /// A monitor whose details and measurements `watchers` see.
    ///
    /// # Errors
    /// When the registry already holds the measurement of readiness.
    pub fn new(registry: Registry, readiness: Arc<Readiness>, watchers: Networks) -> Result<Self, MetricError> {
        let checks = registry.gauges("readiness_check", "1 when a check of readiness went well, 0 otherwise.", &["check"])?;
        Ok(Self(Arc::new(Inner { registry, readiness, watchers, checks })))
    }

    /// Routes beside those of the application: everybody learns whether the program lives and is ready, watchers the rest.
    pub fn routes(&self) -> Router {
        router(Asked { inner: Arc::clone(&self.0), apart: false })
    }

    /// The same for an address of its own, where everybody who reaches it is a watcher.
    pub fn routes_apart(&self) -> Router {
        router(Asked { inner: Arc::clone(&self.0), apart: true })
    }
}

fn router(asked: Asked) -> Router {
    Router::new().route(LIVE, get(live)).route(READY, get(ready)).route(METRICS, get(measurements)).with_state(asked)
}

impl Asked {
    fn by_watcher(&self, request: &Request) -> bool {
        let client = request.extensions().get::<ClientAddress>();
        self.apart || client.is_some_and(|client| self.inner.watchers.contains(client.0))
    }
}

async fn live() -> Response {
    fresh("ok\n")
}

async fn ready(State(asked): State<Asked>, request: Request) -> Response {
    let by_watcher = asked.by_watcher(&request);
    let report = asked.inner.readiness.report().await;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut answer = match (by_watcher, report.ready) {
        (true, _) => fresh(Json(report)),
        (false, true) => fresh("ready\n"),
        (false, false) => fresh("not ready\n"),
    };
    *answer.status_mut() = status;
    answer
}

async fn measurements(State(asked): State<Asked>, request: Request) -> Response {
    if !asked.by_watcher(&request) {
        return fresh((StatusCode::NOT_FOUND, "not found\n"));
    }
    for check in asked.inner.readiness.report().await.checks {
        asked.inner.checks.with(&[check.name]).set(if check.ready { 1.0 } else { 0.0 });
    }
    fresh(([(CONTENT_TYPE, HeaderValue::from_static(metrics::CONTENT_TYPE))], asked.inner.registry.text()))
}

/// An answer that nobody keeps.
fn fresh(answer: impl IntoResponse) -> Response {
    let mut answer = answer.into_response();
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
