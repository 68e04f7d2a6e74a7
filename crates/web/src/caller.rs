//! Where a request comes from, as the server in front of the pages found it.

/// Put into the extensions of a request by the program; pages write it into the history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// The address of the caller.
    pub address: Option<String>,
    /// Number of the request, as in the log.
    pub request: Option<String>,
}
