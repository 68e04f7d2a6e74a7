//! Whether the site can answer: for whoever watches it.

use axum::extract::State;
use axum::http::StatusCode;

use crate::App;

pub(crate) async fn get(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.results.results().await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database unreachable\n"),
    }
}
