//! Documents on paper: what stands where, in both files.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: what goes wrong here has failed the test")]

mod docx;
mod hostile;
mod made;
mod office;
mod pdf;
