//! Collections of figures: which indicators, of which units, for which period, until when.
//! A unit enters its figures, its head hands them in, the reform office accepts them or returns them; accepted figures are observations.

pub mod actions;
mod api;
mod checking;
mod exchange;
pub mod model;
mod pages;
mod reminders;
mod store;
mod tasks;
mod telling;
mod words;

use accounts::policy::{Action, Thing};
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use web::{Guard, NavEntry, Route};

pub use checking::figures_unlike_their_history;
pub use reminders::{Reminders, RemindersDue};
pub use tasks::CollectionTasks;

/// The entries of the navigation.
#[must_use]
pub fn nav() -> Vec<NavEntry> {
    vec![NavEntry {
        key: "so-lieu", words: ("Số liệu", "Figures"), path: "/lam-viec/so-lieu", needs: Some((Action::See, Thing::Figures))
    }]
}

/// Every route of the capability.
#[must_use]
pub fn routes() -> Vec<Route> {
    use pages::{decide, entry, evidence, exchange, list, new, overview};
    let see = Guard::May(Action::See, Thing::Figures);
    let enter = Guard::May(Action::Change, Thing::Figures);
    let make = Guard::May(Action::Make, Thing::Collection);
    let decide_on = Guard::May(Action::Decide, Thing::Figures);
    vec![
        Route::page("/lam-viec/so-lieu", see, list::get),
        Route::form("/lam-viec/so-lieu/tao", make, new::get, new::post),
        Route::page("/lam-viec/so-lieu/{collection}", see, overview::get),
        Route::page("/lam-viec/so-lieu/{collection}/tong-hop.xlsx", Guard::May(Action::Export, Thing::Figures), overview::xlsx),
        Route::page("/lam-viec/so-lieu/{collection}/tong-hop.csv", Guard::May(Action::Export, Thing::Figures), overview::csv),
        Route::act("/lam-viec/so-lieu/{collection}/mo", Guard::May(Action::Change, Thing::Collection), overview::open),
        Route::act("/lam-viec/so-lieu/{collection}/dong", Guard::May(Action::Change, Thing::Collection), overview::close),
        Route::form("/lam-viec/so-lieu/{collection}/{unit}", see, entry::get, entry::post).sending(enter),
        Route::page("/lam-viec/so-lieu/{collection}/{unit}/bang.xlsx", Guard::May(Action::Export, Thing::Figures), exchange::xlsx),
        Route::page("/lam-viec/so-lieu/{collection}/{unit}/bang.csv", Guard::May(Action::Export, Thing::Figures), exchange::csv),
        Route::of(
            "/lam-viec/so-lieu/{collection}/{unit}/nhap",
            &["GET", "POST"],
            enter,
            get(exchange::get_import).post(exchange::post_import).layer(DefaultBodyLimit::max(web::LARGEST_SHEET + web::AROUND)),
        ),
        Route::form(
            "/lam-viec/so-lieu/{collection}/{unit}/minh-chung/{indicator}",
            Guard::May(Action::Change, Thing::Figures),
            evidence::get,
            evidence::post,
        ),
        Route::act("/lam-viec/so-lieu/{collection}/{unit}/bo-minh-chung", Guard::May(Action::Change, Thing::Figures), evidence::remove),
        Route::act("/lam-viec/so-lieu/{collection}/{unit}/gui", Guard::May(Action::Submit, Thing::Figures), decide::submit),
        Route::act("/lam-viec/so-lieu/{collection}/{unit}/tra-lai", decide_on, decide::send_back),
        Route::act("/lam-viec/so-lieu/{collection}/{unit}/duyet", decide_on, decide::accept),
        Route::act("/lam-viec/so-lieu/{collection}/{unit}/mo-lai", Guard::May(Action::Reopen, Thing::Figures), decide::reopen),
        Route::act("/lam-viec/so-lieu/{collection}/mo-lai", Guard::May(Action::Reopen, Thing::Figures), overview::reopen_late),
        Route::act("/lam-viec/so-lieu/{collection}/{unit}/de-nghi-mo-lai", enter, decide::ask_for_reopening),
        Route::page("/api/v1/collections", see, api::collections),
        Route::of("/api/v1/collections/{collection}/{unit}", &["GET", "PUT"], see, get(api::sheet_of).put(api::put)).sending(enter),
    ]
}
