//! Turns a router into a running server: connections, TLS, who is asking, limits, headers, logs, metrics, health.
//!
//! The crate knows no page and no database. What belongs to the application is handed in: the clock, the source of
//! request ids, the content security policy, the pages of refusals, and the checks of readiness.
//!
//! A request passes [`server`] (connection, TLS, time limits), [`frame`] (request id, address of the client, headers,
//! log line, measurements), the application's own layers such as its error pages, [`guard`] (rate limits, forged forms,
//! size of bodies), and then the application's handler. [`monitor`] answers those who watch the server.

pub mod certificate;
pub mod disk;
pub mod frame;
pub mod guard;
pub mod headers;
pub mod health;
pub mod limits;
pub mod logs;
pub mod metrics;
pub mod monitor;
pub mod network;
pub mod server;
mod slow;
pub mod visitor;

pub use certificate::{CertificateError, CertificateFiles, Certificates};
pub use frame::Frame;
pub use guard::{Guard, Refusal};
pub use headers::SecurityHeaders;
pub use health::Readiness;
pub use logs::LogFormat;
pub use metrics::Registry;
pub use monitor::Monitor;
pub use network::Networks;
pub use server::{Server, ServerLimits, Stopped, listen};
pub use visitor::{ClientAddress, ForwardedBy, Proxies, RequestId, Scheme};
