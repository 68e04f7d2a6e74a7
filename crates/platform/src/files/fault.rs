//! What can be wrong with the file store, told apart by what a person can do about it.

use std::error::Error;
use std::io;

use thiserror::Error;

use super::FileDigest;

/// Why a file could not be taken in, read or removed.
#[derive(Debug, Error)]
pub enum FileError {
    /// The address of the store is not understood.
    #[error("the address of the file store is not understood: {address}")]
    Address {
        /// The address.
        address: String,
    },
    /// Something that an S3 store needs is not set.
    #[error("the file store needs {what}")]
    NotSet {
        /// Name of what is absent: `access key` or `secret key`.
        what: &'static str,
    },
    /// The store does not answer, or its folder is not there; trying again later helps.
    #[error("the file store cannot be reached")]
    Gone {
        /// What the system said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The store answers and refuses: rights of the folder, or keys of the S3 store.
    #[error("the file store refuses")]
    Refused {
        /// What the system said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The disk of the store or of the temporary folder is full.
    #[error("the disk of the file store is full")]
    DiskFull {
        /// What the system said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The file has more bytes than are allowed.
    #[error("the file has more than {limit} bytes")]
    TooLarge {
        /// Bytes that are allowed.
        limit: u64,
    },
    /// The one who sent the file stopped before its end.
    #[error("the file broke off on its way")]
    BrokenOff {
        /// What the sending side said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// No file of this name is in the store.
    #[error("the file {sha256} is not in the store")]
    Missing {
        /// Its name.
        sha256: FileDigest,
    },
    /// The file has other bytes than its name says.
    #[error("the file {sha256} was changed: its bytes have the SHA-256 {found}")]
    Changed {
        /// Its name.
        sha256: FileDigest,
        /// SHA-256 of its bytes.
        found: FileDigest,
    },
    /// The part that was asked for is not in the file.
    #[error("the file {sha256} has {size} bytes, the range asked for is not in it")]
    OutOfRange {
        /// Its name.
        sha256: FileDigest,
        /// Number of its bytes.
        size: u64,
    },
}

/// The fault behind an error of the system.
pub(super) fn classify(source: Box<dyn Error + Send + Sync>) -> FileError {
    match kind_of(source.as_ref()) {
        Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => FileError::DiskFull { source },
        Some(io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => FileError::Refused { source },
        _ if says(source.as_ref(), &FULL) => FileError::DiskFull { source },
        _ if says(source.as_ref(), &FORBIDDEN) => FileError::Refused { source },
        _ => FileError::Gone { source },
    }
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        classify(Box::new(error))
    }
}

/// The kind of the first error of the system in a chain of causes.
fn kind_of(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(system) = error.downcast_ref::<io::Error>()
            && system.raw_os_error().is_some()
        {
            return Some(system.kind());
        }
        cause = error.source();
    }
    None
}

/// S3 stores have no common code for a full disk; these are the words of MinIO, Ceph and Garage.
const FULL: [&str; 3] = ["StorageFull", "QuotaExceeded", "507 Insufficient Storage"];
/// What S3 answers to wrong keys, where the library does not tell it apart.
const FORBIDDEN: [&str; 4] = ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403 Forbidden"];

/// True where one of the causes says one of the words.
fn says(error: &(dyn Error + 'static), signs: &[&str]) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let words = error.to_string();
        if signs.iter().any(|sign| words.contains(sign)) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{FileError, classify};
    use std::io;

    #[test]
    fn what_the_system_says_becomes_what_a_person_can_do() {
        let of = |code: i32| FileError::from(io::Error::from_raw_os_error(code));
        assert!(matches!(of(28), FileError::DiskFull { .. }), "ENOSPC");
        assert!(matches!(of(122), FileError::DiskFull { .. }), "EDQUOT");
        assert!(matches!(of(13), FileError::Refused { .. }), "EACCES");
        assert!(matches!(of(30), FileError::Refused { .. }), "EROFS");
        assert!(matches!(of(2), FileError::Gone { .. }), "ENOENT");
        assert!(matches!(of(5), FileError::Gone { .. }), "EIO");
        let wrapped = object_store::Error::Generic { store: "x", source: Box::new(io::Error::from_raw_os_error(28)) };
        assert!(matches!(classify(Box::new(wrapped)), FileError::DiskFull { .. }), "a cause further down");
        assert!(matches!(classify("XMinioStorageFull: Storage backend has reached its limit".into()), FileError::DiskFull { .. }));
    }
}
