//! Pages for developers, behind a flag.

use axum::extract::State;
use maud::Markup;

use crate::App;
use web::Visit;

/// Every part of the design layer in every state.
pub(crate) async fn parts(State(_): State<App>, visit: Visit) -> Markup {
    ui::catalogue::catalogue_page(visit.lang, visit.theme)
}
