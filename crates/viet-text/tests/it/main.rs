//! Encodings are compared with the tables of GNU libc, saved in `tests/tables/`.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what goes wrong here has failed the test")]

mod legacy;
