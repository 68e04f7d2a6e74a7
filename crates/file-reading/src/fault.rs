//! What can be wrong with a file, by name. The words for people are chosen by whoever shows them.

use crate::kind::Kind;

/// Why a file is refused or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file has more bytes than its kind may have.
    #[error("{size} bytes are more than the {limit} allowed for {kind}")]
    TooLarge {
        /// What the file is.
        kind: Kind,
        /// Its bytes.
        size: u64,
        /// The bytes allowed.
        limit: u64,
    },
    /// A file of this kind is not taken.
    #[error("{0} is not accepted")]
    WrongKind(Kind),
    /// The name ends as another kind does.
    #[error("the name ends in `{extension}`, the content is {kind}")]
    NameDisagrees {
        /// The ending, in small letters, without the dot; empty if there is none.
        extension: String,
        /// What the file is.
        kind: Kind,
    },
    /// The file opens with a password only.
    #[error("the file is protected by a password")]
    Password(Kind),
    /// The file holds programs that run when it is opened.
    #[error("the file holds macros")]
    Macros(Kind),
    /// The file opens as two kinds, depending on who reads it.
    #[error("the file is {kind} and something else at once")]
    TwoKinds {
        /// The kind it was taken for.
        kind: Kind,
    },
    /// The file is of this kind and cannot be read; the place is a word for the log.
    #[error("{kind} is damaged: {place}")]
    Damaged {
        /// What the file is.
        kind: Kind,
        /// What could not be read.
        place: &'static str,
    },
    /// Reading the file would take more memory or work than is allowed.
    #[error("{kind} goes beyond the limit of {limit}")]
    Beyond {
        /// What the file is.
        kind: Kind,
        /// Which limit.
        limit: &'static str,
    },
    /// There is nothing in a file of this kind that the question is about.
    #[error("{0} cannot be read for this")]
    NotReadable(Kind),
}
