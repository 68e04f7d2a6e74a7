//! Why an act on evidence failed, told apart by what a person can do about it.

use accounts::Denied;
use file_reading::Fault;
use platform::DbError;
use platform::files::FileError;
use thiserror::Error;

/// Why an act on evidence failed.
#[derive(Debug, Error)]
pub enum EvidenceError {
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The store of files did not answer.
    #[error(transparent)]
    Files(#[from] FileError),
    /// What was uploaded could not be read back from the temporary folder.
    #[error("the uploaded file cannot be read")]
    Spool(#[source] std::io::Error),
    /// The person may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The unit does not exist today.
    #[error("the unit does not exist today")]
    UnknownUnit,
    /// The file is refused, with every reason.
    #[error("the file is refused")]
    Refused(Vec<Fault>),
    /// The title is empty.
    #[error("a title must be given")]
    NoTitle,
    /// A reason must be given.
    #[error("a reason must be given")]
    NoReason,
    /// Somebody else changed the piece meanwhile.
    #[error("the piece was changed meanwhile")]
    Changed,
    /// A submission cites the piece: it stays as it is.
    #[error("a submission cites the piece")]
    Locked,
    /// The piece was withdrawn.
    #[error("the piece was withdrawn")]
    Withdrawn,
    /// The newest version has this very content.
    #[error("the newest version has the same content")]
    SameContent,
    /// The record cites this version already.
    #[error("the record cites this version already")]
    CitedAlready,
}
