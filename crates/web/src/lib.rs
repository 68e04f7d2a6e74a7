//! What every page of the program stands on: who asks, in which language; forms that come from our own pages; errors as pages;
//! and for the working area the signed-in person, its frame, and the tasks of its first page.
//!
//! It knows no capability: each hands in its navigation and its tasks when the program is put together.

mod bad_json;
mod caller;
mod condition;
mod evidence_words;
mod form;
mod frame;
pub mod history;
mod letter;
mod office;
mod period;
mod posted_files;
mod problem;
mod receipt;
mod route;
mod signed;
mod single_sign_on;
mod tasks;
mod too_large;
mod traces;
mod units;
mod upload;
mod visit;
pub mod words;

pub use bad_json::bad_json;
pub use caller::Caller;
pub use condition::{Condition, ConditionFuture, ConditionSource, Wellness};
pub use evidence_words::{bytes_in_words, evidence_kind_name, evidence_refusal, file_kind_name, kinds_of_files};
pub use form::{Fields, Posted, tidied};
pub use frame::{NOTICES, NavEntry, WorkPage, form_frame, versions_table, work_frame};
pub use letter::{LETTER_JOB, Letter};
pub use office::{Ground, Office, OfficeParts};
pub use period::period_words;
pub use posted_files::{LARGEST_WITH_FILES, PostedFiles, ReceivedFile};
pub use problem::{Problem, Words, on_panic, render, wrong_method};
pub use receipt::Receipt;
pub use route::{Guard, Route, router};
pub use signed::{BY_ITSELF, SESSION_COOKIE, Signed, TRIP_COOKIE, cookie_header, cookie_name, cookie_of, session_secret, trip_header};
pub use single_sign_on::{FirstSignIn, RETURN_PATH, SingleSignOn, log as log_sign_on};
pub use tasks::{Task, TaskFuture, TaskKind, TaskSource};
pub use units::{Shelf, UnitName, UnitTree};
pub use upload::{AROUND, LARGEST_SHEET, PostedFile};
pub use visit::Visit;

/// What handlers of the working area share.
pub type App = std::sync::Arc<Office>;
