//! Room on a disk.

use std::io;
use std::path::Path;

/// Bytes that an ordinary user may still write on the disk that holds a path.
///
/// # Errors
/// When the path does not exist, or the system does not tell (`Unsupported`).
#[cfg(unix)]
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let state = rustix::fs::statvfs(path)?;
    Ok(state.f_bavail.saturating_mul(state.f_frsize))
}

/// Bytes that an ordinary user may still write on the disk that holds a path.
///
/// # Errors
/// Always: this system does not tell without unsafe code (`Unsupported`).
#[cfg(not(unix))]
pub fn free_bytes(_: &Path) -> io::Result<u64> {
    Err(io::ErrorKind::Unsupported.into())
}
