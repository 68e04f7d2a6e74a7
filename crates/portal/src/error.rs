//! From errors to answers: one variant for each way a request can fail, one place where it becomes a page or JSON.

use std::any::Any;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{OriginalUri, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use documents::DocumentError;
use platform::{DbError, DbFault};
use registry::results::ResultsError;
use serde_json::json;
use ui::shell::Link;
use ui::{Lang, parts};

use crate::App;
use crate::layout::{self, Page};
use crate::visit::Visit;

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
    /// The method is not one the address takes.
    WrongMethod,
    /// The database did not answer.
    Db(Arc<DbError>),
    /// Results could not be computed.
    Compute(Arc<ResultsError>),
    /// A file could not be made.
    Document(Arc<DocumentError>),
    /// The request was refused before it reached a page.
    Refused(Refused),
    /// The program met a fault of its own.
    Fault,
}

/// Why the server refused a request before it reached a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The client asks too often.
    TooOften,
    /// A page of another site sent the request.
    OtherSite,
    /// The request holds more than the server takes.
    TooLarge {
        /// The most bytes it takes.
        limit: usize,
    },
}

impl IntoResponse for Refused {
    /// An empty answer that the error pages give words.
    fn into_response(self) -> Response {
        PageError::Refused(self).into_response()
    }
}

impl From<DbError> for PageError {
    fn from(error: DbError) -> Self {
        Self::Db(Arc::new(error))
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
        Self::Document(Arc::new(error))
    }
}

impl PageError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoPage | Self::NoIndex { .. } | Self::NoYear { .. } | Self::NoUnit { .. } | Self::NoFigure { .. } => {
                StatusCode::NOT_FOUND
            }
            Self::BadValue { .. } => StatusCode::BAD_REQUEST,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Refused(Refused::TooOften) => StatusCode::TOO_MANY_REQUESTS,
            Self::Refused(Refused::OtherSite) => StatusCode::FORBIDDEN,
            Self::Refused(Refused::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Db(error) if matches!(error.fault, DbFault::Locked | DbFault::Unreachable | DbFault::DiskFull) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Db(_) | Self::Compute(_) | Self::Document(_) | Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
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
            Self::WrongMethod => "wrong-method",
            Self::Refused(Refused::TooOften) => "too-many-requests",
            Self::Refused(Refused::OtherSite) => "other-site",
            Self::Refused(Refused::TooLarge { .. }) => "too-large",
            Self::Db(_) if self.status() == StatusCode::SERVICE_UNAVAILABLE => "try-later",
            Self::Db(_) | Self::Compute(_) | Self::Document(_) | Self::Fault => "internal",
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
            Self::WrongMethod => Words::new(
                lang.pick("Thao tác không được hỗ trợ", "Method not allowed"),
                lang.pick("Địa chỉ này chỉ để đọc.", "This address can only be read."),
            )
            .advice(lang.pick("Mở địa chỉ bằng liên kết thông thường.", "Open the address as a usual link."))
            .links(vec![link(lang.pick("Trang đầu", "Home"), "/")]),
            Self::Refused(refused) => refused.words(lang),
            Self::Db(_) if self.status() == StatusCode::SERVICE_UNAVAILABLE => Words::new(
                lang.pick("Tạm thời chưa phục vụ được", "Temporarily unavailable"),
                lang.pick(
                    "Hệ thống tạm thời chưa lấy được số liệu. Không có dữ liệu nào bị mất.",
                    "The data cannot be reached for the moment. Nothing was lost.",
                ),
            )
            .advice(lang.pick(
                "Đợi một phút rồi tải lại trang. Nếu vẫn không được, báo cho đơn vị vận hành.",
                "Wait a minute and reload the page. If it stays so, tell the agency that runs the site.",
            )),
            Self::Db(_) | Self::Compute(_) | Self::Document(_) | Self::Fault => Words::new(
                lang.pick("Hệ thống gặp lỗi", "Something went wrong"),
                lang.pick(
                    "Trang này chưa hiển thị được do lỗi của hệ thống. Không có dữ liệu nào bị mất.",
                    "The page could not be shown because of a fault in the system. Nothing was lost.",
                ),
            )
            .advice(lang.pick(
                "Tải lại trang. Nếu vẫn gặp lỗi, báo cho đơn vị vận hành kèm địa chỉ trang và thời điểm.",
                "Reload the page. If it happens again, tell the agency that runs the site, with the address and the time.",
            ))
            .links(vec![link(lang.pick("Trang đầu", "Home"), "/")]),
        }
    }

    fn log(&self) {
        match self {
            Self::Db(error) => tracing::error!(error = %error, cause = %error.source, "a page could not reach the database"),
            Self::Compute(error) => tracing::error!(error = ?error, "results could not be computed"),
            Self::Document(error) => tracing::error!(error = ?error, "a file could not be made"),
            _ => {}
        }
    }
}

impl Refused {
    fn words(self, lang: Lang) -> Words {
        match self {
            Self::TooOften => Words::new(
                lang.pick("Quá nhiều yêu cầu", "Too many requests"),
                lang.pick(
                    "Hệ thống nhận được quá nhiều yêu cầu từ địa chỉ mạng của bạn trong thời gian ngắn.",
                    "Too many requests came from your network address within a short time.",
                ),
            )
            .advice(lang.pick("Đợi một phút rồi thử lại.", "Wait a minute and try again.")),
            Self::OtherSite => Words::new(
                lang.pick("Yêu cầu đến từ trang khác", "Sent from another site"),
                lang.pick(
                    "Yêu cầu này do một trang ngoài hệ thống gửi đi nên không được thực hiện. Không có dữ liệu nào bị thay đổi.",
                    "A page outside of this site sent this request, so it was not carried out. Nothing was changed.",
                ),
            )
            .advice(lang.pick("Mở lại trang trong hệ thống và thực hiện từ đó.", "Open the page on this site and do it from there.")),
            Self::TooLarge { limit } => Words::new(
                lang.pick("Nội dung gửi lên quá lớn", "Too large"),
                &lang.pick(
                    format!("Nội dung gửi lên vượt quá {} MB.", limit >> 20),
                    format!("What was sent is larger than {} MB.", limit >> 20),
                ),
            )
            .advice(lang.pick("Chia nhỏ hoặc nén tệp rồi gửi lại.", "Split or compress the file and send it again.")),
        }
        .links(vec![Link::new(lang.pick("Trang đầu", "Home"), lang.href("/"))])
    }
}

struct Words {
    title: String,
    happened: String,
    advice: Vec<String>,
    links: Vec<Link>,
}

impl Words {
    fn new(title: &str, happened: &str) -> Self {
        Self { title: title.to_owned(), happened: happened.to_owned(), advice: Vec::new(), links: Vec::new() }
    }

    fn advice(mut self, what: &str) -> Self {
        self.advice.push(what.to_owned());
        self
    }

    fn links(mut self, links: Vec<Link>) -> Self {
        self.links = links;
        self
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

/// Gives an answer that carries an error its page or its JSON.
pub(crate) async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let uri = request.extensions().get::<OriginalUri>().map_or_else(|| request.uri().clone(), |original| original.0.clone());
    let visit = Visit::of(&uri, request.headers());
    // The server writes the id of the request there, whatever the client sent.
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<PageError>() else { return response };
    error.log();
    let mut words = error.words(visit.lang);
    if let Some(id) = id.filter(|_| error.status().is_server_error()) {
        words = words.advice(&visit.lang.pick(format!("Mã yêu cầu: {id}."), format!("Request id: {id}.")));
    }
    let mut answer = if visit.path.starts_with("/api/") {
        let body = json!({ "error": { "code": error.code(), "message": words.happened, "what_to_do": words.advice.join(" ") } });
        (error.status(), Json(body)).into_response()
    } else {
        let advice: Vec<&str> = words.advice.iter().map(String::as_str).collect();
        let body = parts::error_page(Some(error.status().as_u16()), &words.title, &words.happened, &advice, &words.links, visit.lang);
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

/// Any other method on a known address.
pub(crate) async fn wrong_method() -> PageError {
    PageError::WrongMethod
}

/// A handler panicked: the fault is logged, the server goes on.
pub(crate) fn on_panic(cause: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let words = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    tracing::error!(cause = words, "a handler panicked");
    PageError::Fault.into_response()
}
