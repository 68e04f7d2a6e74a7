//! The switch between light and dark, without script.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use ui::Theme;

use crate::App;
use web::Visit;

pub(crate) async fn get(State(_): State<App>, visit: Visit) -> Response {
    let theme = visit.value("che-do").map_or(Theme::System, |value| Theme::from_value(&value));
    let back = visit.value("ve").filter(|path| ui::url::is_local_path(path)).unwrap_or_else(|| "/".to_owned());
    let cookie = format!("{}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", Theme::COOKIE, theme.value());
    // The address was checked to stay here; anything a header cannot hold leads home.
    let back = if back.bytes().all(|byte| (0x21..0x7f).contains(&byte)) { back } else { "/".to_owned() };
    (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, back)]).into_response()
}
