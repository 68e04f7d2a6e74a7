//! From errors to answers: one variant for each way a request can fail, one place where it becomes a page or JSON.

use std::sync::Arc;

use axum::extract::{OriginalUri, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use documents::DocumentError;
use platform::DbError;
use registry::results::ResultsError;
use ui::Lang;
use ui::shell::Link;

use crate::App;
use crate::layout::{self, Page};
use web::{Problem, Visit, Words};

/// Why a page cannot be shown.
#[derive(Debug, Clone)]
pub(crate) enum PageError {
    /// No page has this address.
    NoPage,
    /// The index is unknown.
    NoIndex {
        /// What the address said.
        index: String,
        /// The indices that exist: code and name.
        known: Vec<(String, String)>,
    },
    /// The index has no such year.
    NoYear {
        /// The index.
        index: String,
        /// What the address said.
        year: String,
        /// The years that exist.
        known: Vec<i32>,
    },
    /// The unit is unknown.
    NoUnit {
        /// What the address said.
        unit: String,
        /// Units with a similar name: name and address without language prefix.
        similar: Vec<(String, String)>,
    },
    /// The edition has no figure of this unit and node.
    NoFigure {
        /// Address of the ranking, without language prefix.
        ranking: String,
    },
    /// A value in the address is not understood.
    BadValue {
        /// Query key or part of the path.
        key: &'static str,
        /// What the address said.
        value: String,
        /// What would be understood.
        expected: &'static str,
    },
    /// Results could not be computed.
    Compute(Arc<ResultsError>),
    /// What can go wrong with any page.
    Common(Problem),
}

impl From<DbError> for PageError {
    fn from(error: DbError) -> Self {
        Self::Common(error.into())
    }
}

impl From<ResultsError> for PageError {
    fn from(error: ResultsError) -> Self {
        match error {
            ResultsError::Db(error) => error.into(),
            error @ ResultsError::Compute { .. } => Self::Compute(Arc::new(error)),
        }
    }
}

impl From<DocumentError> for PageError {
    fn from(error: DocumentError) -> Self {
        Self::Common(error.into())
    }
}

impl PageError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoPage | Self::NoIndex { .. } | Self::NoYear { .. } | Self::NoUnit { .. } | Self::NoFigure { .. } => {
                StatusCode::NOT_FOUND
            }
            Self::BadValue { .. } => StatusCode::BAD_REQUEST,
            Self::Compute(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Common(problem) => problem.status(),
        }
    }

    /// Short name for programs.
    fn code(&self) -> &'static str {
        match self {
            Self::NoPage => "no-such-page",
            Self::NoIndex { .. } => "no-such-index",
            Self::NoYear { .. } => "no-such-year",
            Self::NoUnit { .. } => "no-such-unit",
            Self::NoFigure { .. } => "no-such-figure",
            Self::BadValue { .. } => "bad-value",
            Self::Compute(_) => "internal",
            Self::Common(problem) => problem.code(),
        }
    }

    /// Title, what happened, what to do, links.
    fn words(&self, lang: Lang) -> Words {
        let link = |text: &str, path: &str| Link::new(text, lang.href(path));
        match self {
            Self::NoPage => Words::new(
                lang.pick("Không tìm thấy trang", "Page not found"),
                lang.pick("Địa chỉ này không có trang nào.", "There is no page at this address."),
            )
            .advice(lang.pick(
                "Kiểm tra lại địa chỉ, hoặc tìm theo tên đơn vị, tên chỉ số.",
                "Check the address, or search for a unit or an index.",
            ))
            .links(vec![
                link(lang.pick("Trang đầu", "Home"), "/"),
                link(lang.pick("Xếp hạng", "Rankings"), "/xep-hang"),
                link(lang.pick("Đơn vị hành chính", "Administrative units"), "/don-vi"),
            ]),
            Self::NoIndex { index, known } => Words::new(
                lang.pick("Không có chỉ số này", "No such index"),
                &lang.pick(format!("Không có chỉ số nào mang mã “{index}”."), format!("No index has the code “{index}”.")),
            )
            .advice(lang.pick("Chọn một trong các chỉ số dưới đây.", "Choose one of the indices below."))
            .links(known.iter().map(|(code, name)| link(name, &format!("/xep-hang/{code}"))).collect()),
            Self::NoYear { index, year, known } => {
                let what = lang.pick(
                    format!("Chỉ số này không có kỳ “{year}” trong danh mục."),
                    format!("This index has no edition “{year}” in the catalogue."),
                );
                Words::new(lang.pick("Không có kỳ chỉ số này", "No such edition"), &what)
                    .advice(lang.pick("Chọn một trong các năm dưới đây.", "Choose one of the years below."))
                    .links(known.iter().map(|year| link(&year.to_string(), &format!("/xep-hang/{index}/{year}"))).collect())
            }
            Self::NoUnit { unit, similar } => {
                let words = Words::new(
                    lang.pick("Không tìm thấy đơn vị", "Unit not found"),
                    &lang.pick(format!("Không có đơn vị nào mang khóa “{unit}”."), format!("No unit has the key “{unit}”.")),
                );
                let words = if similar.is_empty() {
                    words.advice(lang.pick(
                        "Tìm đơn vị theo tên, có dấu hoặc không dấu.",
                        "Search for the unit by its name, with or without tone marks.",
                    ))
                } else {
                    words.advice(
                        lang.pick("Có thể bạn cần một trong các đơn vị dưới đây.", "You may be looking for one of the units below."),
                    )
                };
                let mut links: Vec<Link> = similar.iter().map(|(name, path)| link(name, path)).collect();
                links.push(link(lang.pick("Tìm đơn vị", "Search units"), "/tim"));
                words.links(links)
            }
            Self::NoFigure { ranking } => Words::new(
                lang.pick("Không có số liệu này", "No such figure"),
                lang.pick(
                    "Kỳ chỉ số này không có số liệu của đơn vị hoặc thành phần trong địa chỉ.",
                    "This edition has no figure of the unit or component in the address.",
                ),
            )
            .advice(lang.pick(
                "Mở bảng xếp hạng và bấm vào con số cần xem nguồn gốc.",
                "Open the ranking and choose the figure you want to follow.",
            ))
            .links(vec![link(lang.pick("Bảng xếp hạng", "Ranking"), ranking)]),
            Self::BadValue { key, value, expected } => {
                let what = lang.pick(
                    format!("Giá trị “{value}” của “{key}” trong địa chỉ không hợp lệ."),
                    format!("The value “{value}” of “{key}” in the address is not understood."),
                );
                Words::new(lang.pick("Địa chỉ không hợp lệ", "Address not understood"), &what)
                    .advice(&lang.pick(format!("Giá trị đúng: {expected}."), format!("It should be: {expected}.")))
                    .links(vec![link(lang.pick("Trang đầu", "Home"), "/")])
            }
            Self::Compute(_) => Problem::Fault.words(lang),
            Self::Common(problem) => problem.words(lang),
        }
    }

    fn log(&self) {
        match self {
            Self::Compute(error) => tracing::error!(error = ?error, "results could not be computed"),
            Self::Common(problem) => problem.log(),
            _ => {}
        }
    }
}

impl IntoResponse for PageError {
    /// An empty answer that carries the error; [`render`] gives it words in the reader's language.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives an answer that carries an error its page or its JSON; so too what the server refused before it reached a page.
pub(crate) async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let uri = request.extensions().get::<OriginalUri>().map_or_else(|| request.uri().clone(), |original| original.0.clone());
    let visit = Visit::of(&uri, request.headers());
    // The server writes the id of the request there, whatever the client sent.
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let response = next.run(request).await;
    let refused = || response.extensions().get::<Problem>().cloned().map(PageError::Common);
    let Some(error) = response.extensions().get::<PageError>().cloned().or_else(refused) else { return response };
    error.log();
    let mut words = error.words(visit.lang);
    if let Some(id) = id.filter(|_| error.status().is_server_error()) {
        words = words.advice(&visit.lang.pick(format!("Mã yêu cầu: {id}."), format!("Request id: {id}.")));
    }
    let mut answer = if visit.path.starts_with("/api/") {
        (error.status(), words.json(error.code())).into_response()
    } else {
        let body = words.body(error.status(), visit.lang);
        (error.status(), layout::page(&app, &visit, Page::new(&words.title, ""), body)).into_response()
    };
    if let Some(after) = response.headers().get(RETRY_AFTER) {
        answer.headers_mut().insert(RETRY_AFTER, after.clone());
    } else if error.status() == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
    }
    answer
}

/// Any other address.
pub(crate) async fn no_such_page() -> PageError {
    PageError::NoPage
}
