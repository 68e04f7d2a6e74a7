//! The log: lines for people or JSON lines for machines.

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;

pub use crate::network::cut;

/// Parts below this program that at level debug would write down headers as they came.
const NEVER_BELOW_INFO: &str = "hyper=info,hyper_util=info,rustls=info,tokio_rustls=info,tower_http=info";

/// The form of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// One line a message, for people.
    #[default]
    Text,
    /// One JSON object a message, for collectors of logs.
    Json,
}

/// What writes the log. `filter` is a level such as `info`, or levels by part such as `info,sqlx=warn`.
///
/// # Errors
/// When the filter is not understood.
pub fn subscriber<W>(format: LogFormat, filter: &str, writer: W) -> Result<Box<dyn Subscriber + Send + Sync>, ParseError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // What comes later stands above what comes before, so an administrator can still ask for more of one part.
    let filter = EnvFilter::try_new(format!("{NEVER_BELOW_INFO},{filter}"))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    Ok(match format {
        LogFormat::Text => Box::new(lines.with_ansi(false).finish()),
        LogFormat::Json => Box::new(lines.json().flatten_event(true).with_current_span(true).with_span_list(false).finish()),
    })
}
