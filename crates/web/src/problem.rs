//! From errors to answers, for every page: one variant for each way a request can fail, one place where it becomes words.

mod kept;
mod sent;
mod wording;

use std::any::Any;
use std::sync::Arc;

use accounts::{AccountError, Denied, SessionEnd};
use axum::Json;
use axum::extract::{OriginalUri, Request, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use documents::DocumentError;
use evidence::EvidenceError;
use maud::Markup;
use platform::files::FileError;
use platform::{DbError, DbFault};
use serde_json::json;
use ui::shell::Link;
use ui::{Lang, parts};

use crate::form::Fields;
use crate::frame::form_frame;
use crate::traces::Traces;
use crate::{App, Visit};

/// Why a page cannot be shown, or an act cannot be done.
#[derive(Debug, Clone)]
pub enum Problem {
    /// There is no such page, or none that this person may know of.
    NotFound,
    /// The person may see this and not do it.
    Forbidden,
    /// Somebody must sign in first.
    SignIn {
        /// Why the cookie opens nothing.
        end: SessionEnd,
        /// Whether there was a cookie at all.
        had_one: bool,
    },
    /// Somebody must sign in first; what they sent is kept.
    SignInAndKeep {
        /// Why the cookie opens nothing.
        end: SessionEnd,
        /// Whether there was a cookie at all.
        had_one: bool,
        /// What they sent.
        fields: Fields,
    },
    /// A password or a second factor must be set first.
    SetFirst {
        /// Where, without language prefix.
        path: &'static str,
    },
    /// The access token does not work.
    BadToken,
    /// The form does not come from a page of this session, or the page is too old.
    StaleForm {
        /// What was sent.
        fields: Fields,
    },
    /// The same form is at work already.
    SentTwice,
    /// The request was sent by a page of another site.
    OtherSite,
    /// The body is not that of a form.
    BadForm,
    /// The body is too large.
    TooLarge {
        /// The most bytes that are taken.
        limit: usize,
    },
    /// The body broke off, or came too slowly.
    BrokenOff,
    /// Somebody else changed the record meanwhile.
    Changed,
    /// The method is not one the address takes.
    WrongMethod,
    /// Too many requests in a short time.
    TooMany,
    /// A value in the address is not understood.
    BadValue {
        /// Query key or part of the path.
        key: &'static str,
        /// What the address said.
        value: String,
    },
    /// The database did not answer.
    Db(Arc<DbError>),
    /// A file could not be made.
    Document(Arc<DocumentError>),
    /// The store of files did not answer.
    Files,
    /// The store answers and has this file no more.
    FileLost,
    /// The program met a fault of its own.
    Fault,
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        Self::Db(Arc::new(error))
    }
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        Self::Document(Arc::new(error))
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotFound => Self::NotFound,
            Denied::Forbidden => Self::Forbidden,
        }
    }
}

/// What no form can put right; the pages give words to the rest.
impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Db(error) => error.into(),
            AccountError::Denied(denied) => denied.into(),
            AccountError::Unknown | AccountError::UnknownUnit => Self::NotFound,
            AccountError::Changed => Self::Changed,
            other => {
                tracing::error!(error = ?other, "an account error that its page has no words for");
                Self::Fault
            }
        }
    }
}

/// What no form can put right; the pages give words to the rest.
impl From<EvidenceError> for Problem {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::Db(error) => error.into(),
            EvidenceError::Denied(denied) => denied.into(),
            EvidenceError::UnknownUnit => Self::NotFound,
            EvidenceError::Changed => Self::Changed,
            EvidenceError::Locked | EvidenceError::Withdrawn => Self::Forbidden,
            EvidenceError::Files(FileError::Missing { sha256 }) => {
                tracing::error!(%sha256, "a file that a row names is not in the store");
                Self::FileLost
            }
            EvidenceError::Files(error) => {
                tracing::error!(error = ?error, "the store of files did not answer");
                Self::Files
            }
            EvidenceError::Spool(error) => {
                tracing::error!(error = %error, "an uploaded file cannot be read");
                Self::Files
            }
            other => {
                tracing::error!(error = ?other, "an error of evidence that its page has no words for");
                Self::Fault
            }
        }
    }
}

/// What an error page says.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Title.
    pub title: String,
    /// What happened.
    pub happened: String,
    /// What to do.
    pub advice: Vec<String>,
    /// Where to go.
    pub links: Vec<Link>,
}

impl Words {
    /// A title and what happened.
    #[must_use]
    pub fn new(title: &str, happened: &str) -> Self {
        Self { title: title.to_owned(), happened: happened.to_owned(), ..Self::default() }
    }

    /// With something to do.
    #[must_use]
    pub fn advice(mut self, what: &str) -> Self {
        self.advice.push(what.to_owned());
        self
    }

    /// With a place to go.
    #[must_use]
    pub fn link(mut self, text: &str, href: String) -> Self {
        self.links.push(Link::new(text, href));
        self
    }

    /// With several places to go.
    #[must_use]
    pub fn links(mut self, links: Vec<Link>) -> Self {
        self.links.extend(links);
        self
    }

    /// The body of the page.
    #[must_use]
    pub fn body(&self, status: StatusCode, lang: Lang) -> Markup {
        let advice: Vec<&str> = self.advice.iter().map(String::as_str).collect();
        parts::error_page(Some(status.as_u16()), &self.title, &self.happened, &advice, &self.links, lang)
    }

    /// The same for programs.
    pub fn json(&self, code: &str) -> Json<serde_json::Value> {
        Json(json!({ "error": { "code": code, "message": self.happened, "what_to_do": self.advice.join(" ") } }))
    }
}

impl Problem {
    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::SignIn { .. } | Self::SetFirst { .. } => StatusCode::SEE_OTHER,
            Self::SignInAndKeep { .. } | Self::BadToken => StatusCode::UNAUTHORIZED,
            Self::StaleForm { .. } | Self::SentTwice | Self::Changed => StatusCode::CONFLICT,
            Self::BadForm | Self::BrokenOff | Self::BadValue { .. } => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Db(error) if matches!(error.fault, DbFault::Locked | DbFault::Unreachable | DbFault::DiskFull) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Files => StatusCode::SERVICE_UNAVAILABLE,
            Self::FileLost => StatusCode::GONE,
            Self::Db(_) | Self::Document(_) | Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "no-such-page",
            Self::Forbidden => "forbidden",
            Self::SignIn { .. } | Self::SignInAndKeep { .. } => "sign-in",
            Self::SetFirst { .. } => "set-first",
            Self::BadToken => "bad-token",
            Self::StaleForm { .. } => "stale-form",
            Self::SentTwice => "sent-twice",
            Self::OtherSite => "other-site",
            Self::BadForm => "bad-form",
            Self::TooLarge { .. } => "too-large",
            Self::BrokenOff => "broken-off",
            Self::Changed => "changed",
            Self::WrongMethod => "wrong-method",
            Self::TooMany => "too-many-requests",
            Self::BadValue { .. } => "bad-value",
            Self::FileLost => "file-lost",
            Self::Files => "try-later",
            Self::Db(_) if self.status() == StatusCode::SERVICE_UNAVAILABLE => "try-later",
            Self::Db(_) | Self::Document(_) | Self::Fault => "internal",
        }
    }

    /// Writes the cause into the log, for faults that somebody must look into.
    pub fn log(&self) {
        match self {
            Self::Db(error) => tracing::error!(error = %error, cause = %error.source, "a page could not reach the database"),
            Self::Document(error) => tracing::error!(error = ?error, "a file could not be made"),
            Self::Files => tracing::error!("the store of files did not answer"),
            _ => {}
        }
    }
}

impl IntoResponse for Problem {
    /// An empty answer that carries the problem; [`render`] gives it words in the reader's language.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives an answer that carries a problem its page, its JSON, or its way to the sign-in page.
pub async fn render(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let uri = request.extensions().get::<OriginalUri>().map_or_else(|| request.uri().clone(), |original| original.0.clone());
    let visit = Visit::of(&uri, request.headers());
    let sent = !request.method().is_safe();
    let traces = Traces::default();
    request.extensions_mut().insert(traces.clone());
    // No key, name or word is no text or has a NUL in it; PostgreSQL could not even be asked for it.
    let response = if is_text(uri.path()) && is_text(uri.query().unwrap_or_default()) {
        next.run(request).await
    } else {
        Problem::NotFound.into_response()
    };
    let Some(problem) = response.extensions().get::<Problem>() else { return unkept(response, &traces) };
    let words = problem.words_after(sent, visit.lang);
    problem.log();
    if visit.path.starts_with("/api/") {
        return api_answer(problem, &words);
    }
    let unserved = problem.status() == StatusCode::SERVICE_UNAVAILABLE;
    let fields = if sent { traces.fields() } else { None };
    let mut answer = match (problem, &fields, traces.of_units()) {
        (Problem::SignIn { end, had_one }, ..) => to_sign_in(&visit, had_one.then_some(*end)),
        (Problem::SetFirst { path }, ..) => see_other(&visit.lang.href(path)),
        (Problem::SignInAndKeep { end, fields, .. }, ..) => page(&app, &visit, problem, &kept::signed_out(&visit, *end, fields)),
        (Problem::StaleForm { fields }, ..) => page(&app, &visit, problem, &kept::stale(&visit, fields)),
        (_, Some(fields), _) if unserved => page(&app, &visit, problem, &kept::unserved(&visit, &words, fields)),
        (Problem::NotFound, fields, Some(signed)) if !sent || fields.is_some() => {
            page(&app, &visit, problem, &kept::other_units(&app, &visit, &signed, fields.as_ref()))
        }
        _ => page(&app, &visit, problem, &words.body(problem.status(), visit.lang)),
    };
    if unserved {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
    }
    unkept(answer, &traces)
}

/// What somebody signed in saw is kept by no browser: whoever sits down after them does not find it by going back.
fn unkept(mut answer: Response, traces: &Traces) -> Response {
    if traces.is_signed() {
        answer.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    answer
}

/// Whether the escapes of a part of an address stand for text without NUL.
fn is_text(part: &str) -> bool {
    let (mut bytes, mut rest) = (Vec::with_capacity(part.len()), part.as_bytes());
    while let Some((first, others)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| others.get(..2)).flatten();
        let escaped = escaped.and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &others[2..] } else { others };
    }
    !bytes.contains(&0) && String::from_utf8(bytes).is_ok()
}

/// Any other method on a known address.
pub async fn wrong_method() -> Problem {
    Problem::WrongMethod
}

/// A handler panicked: the fault is logged, the server goes on.
pub fn on_panic(cause: Box<dyn Any + Send + 'static>) -> Response {
    let words = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    tracing::error!(cause = words, "a handler panicked");
    Problem::Fault.into_response()
}

fn page(app: &App, visit: &Visit, problem: &Problem, body: &Markup) -> Response {
    let title = problem.words(visit.lang).title;
    (problem.status(), form_frame(app, visit, &title, false, body)).into_response()
}

fn api_answer(problem: &Problem, words: &Words) -> Response {
    let status = match problem.status() {
        StatusCode::SEE_OTHER => StatusCode::UNAUTHORIZED,
        other => other,
    };
    let mut answer = (status, words.json(problem.code())).into_response();
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

fn see_other(href: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, href.to_owned())]).into_response()
}

fn to_sign_in(visit: &Visit, end: Option<SessionEnd>) -> Response {
    if end == Some(SessionEnd::SecondFactor) {
        return see_other(&visit.lang.href("/dang-nhap/ma-xac-thuc"));
    }
    let why = end.map_or("", |end| match end {
        SessionEnd::Idle => "nghi",
        SessionEnd::Over => "het-gio",
        SessionEnd::Closed => "dong",
        SessionEnd::Unknown | SessionEnd::SecondFactor => "",
    });
    let mut pairs = vec![("ve", visit.path_and_query())];
    if !why.is_empty() {
        pairs.push(("vi-sao", why.to_owned()));
    }
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
    see_other(&ui::url::with_query(&visit.lang.href("/dang-nhap"), &pairs))
}
