//! What does not reach the application: too many requests, forms sent by other sites, bodies that are too large.
//!
//! The guard stands inside the application's error pages, so that a refusal gets its page like any other error.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::Limited;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::frame::Frame;
use crate::limits::{Buckets, Rate};
use crate::metrics::{HttpMeasures, MOST_SERIES};
use crate::network::Networks;
use crate::visitor::ClientAddress;

/// How many clients a limit remembers; some ten megabytes at most.
const REMEMBERED: usize = 32 * MOST_SERIES;

/// Why a request did not reach the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The client asked too often.
    RateLimited {
        /// After how long it may ask again.
        retry_after: Duration,
    },
    /// The request would change something and comes from a page of another site.
    OtherSite,
    /// The body is larger than anything the program takes.
    TooLarge {
        /// The most bytes it takes.
        limit: usize,
    },
}

impl Refusal {
    /// The status of the answer.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::OtherSite => StatusCode::FORBIDDEN,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    fn answer(self, page: &Page) -> Response {
        let mut answer = page(self);
        *answer.status_mut() = self.status();
        answer.extensions_mut().insert(self);
        if let Self::RateLimited { retry_after } = self {
            // Rounded up, so that whoever obeys is not refused again.
            let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        answer
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

type Page = Arc<dyn Fn(Refusal) -> Response + Send + Sync>;

/// What is allowed.
#[derive(Debug, Clone)]
pub struct GuardLimits {
    /// Requests of one client; `None` for no limit.
    pub rate: Option<Rate>,
    /// Attempts of one client to sign in; `None` for no limit.
    pub sign_in_rate: Option<Rate>,
    /// Addresses at which people sign in, with all below them, such as the one for a second factor; counted are requests that change something.
    pub sign_in_paths: Vec<String>,
    /// Clients without a limit, such as those that watch the server.
    pub unlimited: Networks,
    /// The most bytes of a body that handlers read whole. A route with uploads sets its own with `DefaultBodyLimit::max`.
    pub body: usize,
    /// The most bytes of any body, also on routes with a limit of their own.
    pub body_at_most: usize,
}

impl Default for GuardLimits {
    /// Generous for an office behind one address: 1200 requests a minute and 300 at once; 30 attempts to sign in a minute.
    fn default() -> Self {
        Self {
            rate: rate(1200, 300),
            sign_in_rate: rate(30, 30),
            sign_in_paths: Vec::new(),
            unlimited: Networks::none(),
            body: 1 << 20,
            body_at_most: 64 << 20,
        }
    }
}

/// A rate; `None` where the number a minute is 0.
#[must_use]
pub fn rate(per_minute: u32, burst: u32) -> Option<Rate> {
    let per_minute = NonZeroU32::new(per_minute)?;
    Some(Rate { per_minute, burst: NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN) })
}

/// The layers between the application's error pages and its routes.
#[derive(Clone)]
pub struct Guard(Arc<Inner>);

struct Inner {
    limits: GuardLimits,
    all: Option<Buckets>,
    sign_in: Option<Buckets>,
    measures: HttpMeasures,
    page: Page,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("limits", &self.0.limits).finish_non_exhaustive()
    }
}

impl Guard {
    /// A guard. `page` makes the answer of a refusal, mostly an empty one that the application's error pages fill;
    /// status, `Retry-After` and the [`Refusal`] as an extension are added to it.
    #[must_use]
    pub fn new(limits: GuardLimits, frame: &Frame, page: impl Fn(Refusal) -> Response + Send + Sync + 'static) -> Self {
        let buckets = |rate: Option<Rate>| rate.map(|rate| Buckets::new(rate, REMEMBERED));
        let (all, sign_in) = (buckets(limits.rate), buckets(limits.sign_in_rate));
        Self(Arc::new(Inner { limits, all, sign_in, measures: frame.measures().clone(), page: Arc::new(page) }))
    }

    /// Puts the guard around routes. The application's error pages go around the outcome.
    /// The routes bring their own fallback: a default one gives way when further routes are merged in, and the guard with it.
    pub fn around(&self, routes: Router) -> Router {
        let inner = Arc::clone(&self.0);
        let cross_site = CsrfLayer::new().with_rejection_response(move |_: ProtectionError| inner.refuse(Refusal::OtherSite, "other-site"));
        let rates = axum::middleware::from_fn_with_state(Arc::clone(&self.0), rates);
        let size = axum::middleware::from_fn_with_state(Arc::clone(&self.0), size);
        // One layer of four, the first one outermost: the router would put each of four into a box of its own, and open it in every request.
        routes.layer((rates, cross_site, size, DefaultBodyLimit::max(self.0.limits.body)))
    }
}

impl Inner {
    fn refuse(&self, refusal: Refusal, reason: &str) -> Response {
        self.measures.refused.with(&[reason]).add(1);
        refusal.answer(&self.page)
    }

    fn is_sign_in(&self, request: &Request) -> bool {
        let path = request.uri().path();
        let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        let at = |known: &String| path.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        !safe && self.limits.sign_in_paths.iter().any(at)
    }
}

async fn rates(State(guard): State<Arc<Inner>>, request: Request, next: Next) -> Response {
    let Some(&ClientAddress(client)) = request.extensions().get() else { return next.run(request).await };
    if guard.limits.unlimited.contains(client) {
        return next.run(request).await;
    }
    let now = Instant::now();
    let take = |buckets: &Option<Buckets>| buckets.as_ref().and_then(|buckets| buckets.take(client, now).err());
    if let Some(retry_after) = take(&guard.all) {
        return guard.refuse(Refusal::RateLimited { retry_after }, "rate");
    }
    if guard.is_sign_in(&request)
        && let Some(retry_after) = take(&guard.sign_in)
    {
        return guard.refuse(Refusal::RateLimited { retry_after }, "sign-in-rate");
    }
    next.run(request).await
}

/// Refuses a body that says it is too large, before it is read; one that does not say it ends with an error when it grows too large.
async fn size(State(guard): State<Arc<Inner>>, request: Request, next: Next) -> Response {
    let limit = guard.limits.body_at_most;
    let body = request.body().size_hint();
    if body.lower() > limit as u64 {
        return guard.refuse(Refusal::TooLarge { limit }, "too-large");
    }
    if body.exact().is_some() {
        return next.run(request).await;
    }
    next.run(request.map(|body| Body::new(Limited::new(body, limit)))).await
}
