//! The log as a CSV file: every line that fits, read and sent in steps, so that memory does not grow with their number.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use documents::{TextLines, content_disposition};
use futures_util::stream;
use platform::DbError;
use platform::history::{Event, EventFilter, EventPlace, search_after};
use ui::Lang;
use web::history::{Names, difference, who};
use web::{App, Problem, Signed};

use super::{Wanted, deed, unit_name, wanted};
use crate::words;

/// Events that are read and sent at once.
const STEP: i64 = 500;

/// A file under way.
struct Sending {
    app: App,
    filter: EventFilter,
    names: Names,
    lang: Lang,
    lines: TextLines,
    at: At,
}

enum At {
    Head,
    After(Option<EventPlace>),
    End,
}

pub(crate) async fn download(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let mut read = app.db.read().await?;
    let names = Names::all(read.conn()).await?;
    let Wanted { filter, errors } = wanted(&app, &signed, &names, read.conn()).await?;
    drop(read);
    if let Some(error) = errors.first() {
        let (key, value) = if error.field == "tu" { ("tu", signed.visit.value("tu")) } else { ("den", signed.visit.value("den")) };
        return Err(Problem::BadValue { key, value: value.unwrap_or_default() });
    }
    let sending = Sending { app, filter, names, lang, lines: TextLines::new(lang), at: At::Head };
    let pieces = stream::try_unfold(sending, |sending| async {
        sending.next().await.inspect_err(|error| tracing::error!(%error, "the file of the history broke off"))
    });
    let name = content_disposition(lang.pick("nhat-ky-thay-doi", "history"), "csv");
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

impl Sending {
    /// The next piece: the headings, which need nothing of the database, then the events in steps.
    async fn next(mut self) -> Result<Option<(String, Self)>, DbError> {
        let after = match self.at {
            At::End => return Ok(None),
            At::After(place) => place,
            At::Head => {
                self.at = At::After(None);
                let head = self.head();
                return Ok(Some((head, self)));
            }
        };
        // The connection is given back between the steps: whoever reads slowly holds nobody up.
        let mut read = self.app.db.read().await?;
        let events = search_after(read.conn(), &self.filter, after, STEP).await?;
        drop(read);
        let mut text = String::new();
        for event in &events {
            self.line(&mut text, event);
        }
        self.at = match events.last() {
            Some(last) if i64::try_from(events.len()) == Ok(STEP) => At::After(Some(last.place())),
            _ => At::End,
        };
        Ok(Some((text, self)))
    }

    fn head(&self) -> String {
        let lang = self.lang;
        self.lines.head(&[
            lang.pick("Thời điểm", "When"),
            lang.pick("Ai", "Who"),
            lang.pick("Thay mặt đơn vị", "For unit"),
            lang.pick("Việc", "What"),
            lang.pick("Trước và sau", "Before and after"),
            lang.pick("Lý do", "Why"),
            lang.pick("Từ địa chỉ", "From address"),
            lang.pick("Số", "Number"),
        ])
    }

    fn line(&self, text: &mut String, event: &Event) {
        let (app, names, lang) = (&self.app, &self.names, self.lang);
        let fields = [
            words::exact_moment(event.at, lang),
            who(event, lang),
            unit_name(app, event),
            deed(app, names, event, lang),
            difference(app, names, event, lang).join("; "),
            event.reason.clone().unwrap_or_default(),
            event.address.clone().unwrap_or_default(),
            format!("{}-{}", event.lane, event.sequence),
        ];
        self.lines.put(text, fields.iter().map(String::as_str));
    }
}
