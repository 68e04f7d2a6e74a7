//! What a server refuses before it reaches a page gets its page all the same.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use portal::Portal;
use tower::ServiceExt as _;
use web::Problem;

use crate::site::site;

/// A portal whose guard refuses everything.
async fn refuse(refused: Problem, address: &str) -> Response {
    let folder = tempfile::tempdir().expect("a folder");
    let db = platform::Db::open_folder(folder.path()).await.expect("a database");
    let router = Portal::new(site(db)).router_guarded(|routes| {
        routes.layer(axum::middleware::from_fn(move |_: Request, _: axum::middleware::Next| {
            let refused = refused.clone();
            async move {
                let mut answer = refused.into_response();
                answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("17"));
                answer
            }
        }))
    });
    router.oneshot(Request::get(address).body(Body::empty()).expect("a request")).await.expect("an answer")
}

async fn text(answer: Response) -> String {
    String::from_utf8_lossy(&to_bytes(answer.into_body(), 1 << 20).await.expect("a body")).into_owned()
}

#[tokio::test]
async fn a_refusal_has_words_in_both_languages_and_for_programs() {
    for (refused, status, vietnamese, english, code) in [
        (Problem::TooMany, StatusCode::TOO_MANY_REQUESTS, "Đợi một phút rồi thử lại.", "Wait a minute and try again.", "too-many-requests"),
        (Problem::OtherSite, StatusCode::FORBIDDEN, "Không có dữ liệu nào bị thay đổi.", "Nothing was changed.", "other-site"),
        (Problem::TooLarge { limit: 5 << 20 }, StatusCode::PAYLOAD_TOO_LARGE, "vượt quá 5 MB", "larger than 5 MB", "too-large"),
    ] {
        for (address, words) in [("/", vietnamese), ("/en/tim", english), ("/api/v1/indices", code)] {
            let answer = refuse(refused.clone(), address).await;
            assert_eq!(answer.status(), status, "{address}");
            assert_eq!(answer.headers().get(RETRY_AFTER), Some(&HeaderValue::from_static("17")), "{address}: the guard's own time");
            let text = text(answer).await;
            assert!(text.contains(words), "{address}: no {words} in {text}");
        }
    }
}

#[tokio::test]
async fn a_fault_names_the_id_of_its_request_and_a_wrong_address_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    // Without its tables every page that reads meets a fault.
    let db = platform::Db::open_folder(folder.path()).await.expect("a database");
    let router = Portal::new(site(db)).router();
    let ask = |address: &str| {
        let request = Request::get(address).header("x-request-id", "0123abcd").body(Body::empty()).expect("a request");
        router.clone().oneshot(request)
    };
    let fault = ask("/don-vi").await.expect("an answer");
    assert_eq!(fault.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text(fault).await.contains("Mã yêu cầu: 0123abcd."));
    let wrong = ask("/khong-co").await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::NOT_FOUND);
    assert!(!text(wrong).await.contains("0123abcd"));
}
