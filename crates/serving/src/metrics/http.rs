//! What is measured of requests and connections.

use axum::http::{Method, StatusCode};

use super::{Counter, CounterFamily, Gauge, HistogramFamily, MetricError, Registry};

/// Upper limits of the durations, in seconds.
const DURATIONS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Measurements of requests and connections; cloning shares them.
#[derive(Debug, Clone)]
pub(crate) struct HttpMeasures {
    requests: CounterFamily,
    durations: HistogramFamily,
    pub(crate) in_flight: Gauge,
    pub(crate) received: Counter,
    pub(crate) sent: Counter,
    pub(crate) refused: CounterFamily,
    pub(crate) connections: Gauge,
    pub(crate) connections_refused: Counter,
    pub(crate) slow: CounterFamily,
    pub(crate) handshakes_failed: Counter,
}

impl HttpMeasures {
    pub(crate) fn register(registry: &Registry) -> Result<Self, MetricError> {
        let measures = Self {
            requests: registry.counters(
                "http_requests_total",
                "Requests, by template of the address, method and class of the answer.",
                &["route", "method", "status"],
            )?,
            durations: registry.histograms(
                "http_request_duration_seconds",
                "Time from a request's head to its answer's head, in seconds.",
                &["route", "method"],
                &DURATIONS,
            )?,
            in_flight: registry.gauge("http_requests_in_flight", "Requests whose answer is not yet sent.")?,
            received: registry.counter("http_request_body_bytes_total", "Bytes of the bodies of requests.")?,
            sent: registry.counter("http_response_body_bytes_total", "Bytes of the bodies of answers.")?,
            refused: registry.counters(
                "http_requests_refused_total",
                "Requests refused before they reached the application: too many, from another site, too large.",
                &["reason"],
            )?,
            connections: registry.gauge("http_connections_open", "Open connections.")?,
            connections_refused: registry
                .counter("http_connections_refused_total", "Connections closed at once since their address had too many open.")?,
            slow: registry.counters(
                "http_slow_clients_total",
                "Clients cut off since they sent or took too slowly, by what was under way.",
                &["stage"],
            )?,
            handshakes_failed: registry.counter("tls_handshakes_failed_total", "Connections on which TLS did not come about.")?,
        };
        measures.in_flight.set(0.0);
        measures.connections.set(0.0);
        for reason in ["rate", "sign-in-rate", "other-site", "too-large"] {
            measures.refused.with(&[reason]).add(0);
        }
        for stage in ["head", "body", "answer"] {
            measures.slow.with(&[stage]).add(0);
        }
        Ok(measures)
    }

    /// One request; `status` is `None` when the client left before there was an answer.
    pub(crate) fn request(&self, route: &str, method: &str, status: Option<StatusCode>, seconds: f64) {
        let class = status.map_or("none".to_owned(), |status| format!("{}xx", status.as_u16() / 100));
        self.requests.with(&[route, method, &class]).add(1);
        self.durations.with(&[route, method]).observe(seconds);
    }
}

/// The method as a label: clients may invent methods, labels may not grow.
pub(crate) fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
