//! The history in words, for every room: who did what in whose place, with the fields before and after.

mod changes;
mod words;

use maud::{Markup, html};
use platform::history::Event;
use ui::Lang;

pub use changes::{Names, difference};
use words::action_words;
pub use words::kind_words;

use crate::App;
use crate::words::moment;

/// What was done to what kind of record.
#[must_use]
pub fn what(event: &Event, lang: Lang) -> String {
    format!("{} – {}", kind_words(&event.kind, lang), action_words(&event.action, lang))
}

/// Who did it, and in whose place.
#[must_use]
pub fn who(event: &Event, lang: Lang) -> String {
    let name = match (&event.name, &event.account) {
        (Some(name), _) => name.clone(),
        (None, Some(account)) => account.clone(),
        (None, None) => lang.pick("Hệ thống", "The system").to_owned(),
    };
    match event.absent_name.as_ref().or(event.stands_in_for.as_ref()) {
        Some(absent) => lang.pick(format!("{name} (làm thay {absent})"), format!("{name} (in place of {absent})")),
        None => name,
    }
}

/// The history of one record, newest first.
#[must_use]
pub fn events_list(app: &App, names: &Names, events: &[Event], lang: Lang) -> Markup {
    if events.is_empty() {
        return html! { p { (lang.pick("Chưa có thay đổi nào được ghi.", "Nothing is recorded yet.")) } };
    }
    html! {
        ol.timeline {
            @for event in events {
                li {
                    time datetime=(event.at.to_rfc3339()) { (moment(event.at, lang)) }
                    p.event-title { (what(event, lang)) @if let Some(subject) = names.subject(app, event, lang) { ": " (subject) } }
                    p.event-detail {
                        (who(event, lang))
                        @if let Some(unit) = &event.unit { " – " (app.units.name(unit)) }
                    }
                    @for line in difference(app, names, event, lang) { p.event-detail { (line) } }
                    @if let Some(reason) = &event.reason { p.event-detail { (lang.pick("Lý do: ", "Reason: ")) (reason) } }
                }
            }
        }
    }
}
