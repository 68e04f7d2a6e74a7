//! What every page of the program stands on: who asks, in which language; forms that come from our own pages; errors as pages;
//! and for the working area the signed-in person, its frame, and the tasks of its first page.
//!
//! It knows no capability: each hands in its navigation and its tasks when the program is put together.

mod caller;
mod form;
mod frame;
mod letter;
mod office;
mod period;
mod posted_files;
mod problem;
mod receipt;
mod route;
mod signed;
mod tasks;
mod units;
mod upload;
mod visit;

pub use caller::Caller;
pub use form::{Fields, Posted, tidied};
pub use frame::{NOTICES, NavEntry, WorkPage, form_frame, versions_table, work_frame};
pub use letter::{LETTER_JOB, Letter};
pub use office::{Office, OfficeParts};
pub use period::period_words;
pub use posted_files::{LARGEST_WITH_FILES, PostedFiles, ReceivedFile};
pub use problem::{Problem, Words, render};
pub use receipt::Receipt;
pub use route::{Guard, Route, router};
pub use signed::{SESSION_COOKIE, Signed, cookie_header, cookie_name, session_secret};
pub use tasks::{Task, TaskFuture, TaskKind, TaskSource};
pub use units::{UnitName, UnitTree};
pub use upload::{AROUND, LARGEST_SHEET, PostedFile};
pub use visit::Visit;

/// What handlers of the working area share.
pub type App = std::sync::Arc<Office>;
