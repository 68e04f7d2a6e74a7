//! The history of a record, below it: asked for by a link, as most who open the page come to work on it.

use maud::{Markup, html};
use platform::history::Event;
use ui::Lang;
use ui::parts;
use web::history::{Names, events_list};
use web::{App, Problem, Signed};

/// Whether the address asks for the history.
pub(crate) fn asks_for_history(signed: &Signed) -> bool {
    signed.visit.value("lich-su").as_deref() == Some("co")
}

/// Events in words.
pub(crate) async fn told(app: &App, events: &[Event], lang: Lang) -> Result<Markup, Problem> {
    let mut read = app.db.read().await?;
    let names = Names::of(read.conn(), events).await?;
    Ok(events_list(app, &names, events, lang))
}

/// The section: the events, or the link that asks for them.
pub(crate) fn section(signed: &Signed, path: &str, told: Option<Markup>) -> Markup {
    let lang = signed.lang();
    html! {
        (parts::section_heading("lich-su", lang.pick("Lịch sử thay đổi", "History"), None))
        @match told {
            Some(told) => (told),
            None => p { a href={ (lang.href(path)) "?lich-su=co#lich-su" } { (lang.pick("Xem lịch sử thay đổi", "See the history")) } },
        }
    }
}
