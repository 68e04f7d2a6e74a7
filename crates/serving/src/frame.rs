//! What stands around every request: its id, its sender, headers, one line in the log, measurements.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http_body::{Frame as BodyFrame, SizeHint};
use tracing::Instrument as _;

use crate::headers::SecurityHeaders;
use crate::logs;
use crate::metrics::{HttpMeasures, MetricError, Registry, method};
use crate::visitor::{ClientAddress, Peer, Proxies, REQUEST_ID, RequestId};

/// The route of a request that no route of the program matches.
const UNMATCHED: &str = "unmatched";

/// Where ids of requests come from: 16 random bytes a call.
pub type IdSource = Box<dyn Fn() -> [u8; 16] + Send + Sync>;

/// The outermost layer around an application.
pub struct Frame {
    proxies: Proxies,
    headers: SecurityHeaders,
    ids: IdSource,
    measures: HttpMeasures,
    quiet: Vec<&'static str>,
    warned: AtomicBool,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").field("proxies", &self.proxies).field("headers", &self.headers).finish_non_exhaustive()
    }
}

impl Frame {
    /// A frame whose measurements go into the registry.
    ///
    /// # Errors
    /// When the registry holds measurements of another frame.
    pub fn new(proxies: Proxies, headers: SecurityHeaders, ids: IdSource, registry: &Registry) -> Result<Self, MetricError> {
        let measures = HttpMeasures::register(registry)?;
        Ok(Self { proxies, headers, ids, measures, quiet: Vec::new(), warned: AtomicBool::new(false) })
    }

    /// Routes whose log lines are at level debug: those that are asked every few seconds by machines.
    #[must_use]
    pub fn quiet(mut self, routes: &[&'static str]) -> Self {
        self.quiet = routes.to_vec();
        self
    }

    /// The measurements, for the guard and the server.
    pub(crate) fn measures(&self) -> &HttpMeasures {
        &self.measures
    }

    /// Whose word about clients counts.
    pub(crate) fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// Puts the frame around a finished application; nothing else comes outside of it.
    pub fn around(self: &Arc<Self>, application: Router) -> Router {
        application.layer(axum::middleware::from_fn_with_state(Arc::clone(self), enter))
    }

    fn warn_of_unknown_proxy(&self, client: ClientAddress) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                from = %logs::cut(client.0),
                "forwarded headers from an address that is no trusted proxy are ignored; if it is the proxy, name it in the settings"
            );
        }
    }
}

async fn enter(State(frame): State<Arc<Frame>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied().unwrap_or_else(nobody);
    let visitor = frame.proxies.visitor(peer, request.headers());
    let client = ClientAddress(visitor.address);
    if frame.proxies.unknown_proxy(visitor, request.headers()) {
        frame.warn_of_unknown_proxy(client);
    }
    let id = RequestId::of(request.headers(), visitor.by_proxy, &frame.ids);
    let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str).to_owned();
    let span = tracing::error_span!("request", id = %id);
    let mut record = Record::begin(&frame, &request, route, &id, client, span.clone());
    let extensions = request.extensions_mut();
    extensions.insert(client);
    extensions.insert(visitor.scheme);
    extensions.insert(id.clone());
    // For parts of the application that do not know this crate; whatever the client sent there is gone.
    let id_value = HeaderValue::from_str(id.as_str()).ok();
    match &id_value {
        Some(value) => request.headers_mut().insert(REQUEST_ID, value.clone()),
        None => request.headers_mut().remove(REQUEST_ID),
    };
    let received = Arc::clone(&record.received);
    let request = request.map(|body| Body::new(Counted { inner: body, received }));
    let mut response = next.run(request).instrument(span).await;
    frame.headers.add(response.headers_mut(), visitor.scheme);
    if let Some(value) = id_value {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    record.answered(response.status());
    response.map(|body| Body::new(Recorded::new(body, record)))
}

/// For a request that came over no connection, as in a test of a router.
fn nobody() -> Peer {
    Peer { address: std::net::SocketAddr::from(([0, 0, 0, 0], 0)), tls: false }
}

/// What is known of one request. Dropped when its answer was sent or given up; then it is written down.
struct Record {
    frame: Arc<Frame>,
    route: String,
    method: &'static str,
    id: RequestId,
    client: ClientAddress,
    span: tracing::Span,
    start: Instant,
    seconds: f64,
    status: Option<StatusCode>,
    received: Arc<AtomicU64>,
    sent: u64,
    whole: bool,
}

impl Record {
    fn begin(frame: &Arc<Frame>, request: &Request, route: String, id: &RequestId, client: ClientAddress, span: tracing::Span) -> Self {
        frame.measures.in_flight.add(1.0);
        Self {
            frame: Arc::clone(frame),
            route,
            method: method(request.method()),
            id: id.clone(),
            client,
            span,
            start: Instant::now(),
            seconds: 0.0,
            status: None,
            received: Arc::default(),
            sent: 0,
            whole: false,
        }
    }

    fn answered(&mut self, status: StatusCode) {
        self.seconds = self.start.elapsed().as_secs_f64();
        self.status = Some(status);
    }
}

/// One line a request: what was asked of which part of the program, and how it went. Never the address itself, the query,
/// a header, a cookie, a form or a whole client address, since each of them can hold what belongs to a person.
macro_rules! line {
    ($level:ident, $record:expr, $received:expr) => {
        tracing::$level!(
            target: "cchc::request",
            method = $record.method,
            route = $record.route,
            status = $record.status.map_or(0, |status| status.as_u16()),
            duration_ms = (($record.seconds * 10_000.0).round() / 10.0),
            bytes_in = $received,
            bytes_out = $record.sent,
            whole = $record.whole,
            client = %logs::cut($record.client.0),
            request_id = %$record.id,
            "request"
        )
    };
}

impl Drop for Record {
    fn drop(&mut self) {
        if self.status.is_none() {
            self.seconds = self.start.elapsed().as_secs_f64();
        }
        let measures = &self.frame.measures;
        let received = self.received.load(Ordering::Relaxed);
        measures.in_flight.add(-1.0);
        measures.received.add(received);
        measures.sent.add(self.sent);
        measures.request(&self.route, self.method, self.status, self.seconds);
        let _inside = self.span.enter();
        if self.status.is_some_and(|status| status.is_server_error()) {
            line!(warn, self, received);
        } else if self.frame.quiet.contains(&self.route.as_str()) {
            line!(debug, self, received);
        } else {
            line!(info, self, received);
        }
    }
}

/// A request's body whose bytes are counted.
struct Counted {
    inner: Body,
    received: Arc<AtomicU64>,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            let length = frame.data_ref().map_or(0, |data| data.len() as u64);
            self.received.fetch_add(length, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// An answer's body; its record ends with it.
struct Recorded {
    inner: Body,
    record: Record,
}

impl Recorded {
    fn new(inner: Body, mut record: Record) -> Self {
        // A body that is empty from the beginning is never polled.
        record.whole = inner.is_end_stream();
        Self { inner, record }
    }
}

impl HttpBody for Recorded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<BodyFrame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.record.sent += frame.data_ref().map_or(0, |data| data.len() as u64);
                self.record.whole = self.inner.is_end_stream();
            }
            Poll::Ready(None) => self.record.whole = true,
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
