//! A gateway as others would write it after `docs/formats/webhook.md`: checks the signature by itself, then answers as told.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// How far the sender's clock may be off.
const WINDOW: i64 = 300;

/// What a gateway knows and has seen.
#[derive(Clone)]
pub(crate) struct Gateway {
    secret: Vec<u8>,
    clock: i64,
    taken: Arc<Mutex<Vec<(String, String)>>>,
    answers: Arc<Mutex<Vec<Response<Body>>>>,
    pub(crate) port: u16,
}

impl Gateway {
    pub(crate) async fn start(secret: &str, clock: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let secret = base64::engine::general_purpose::STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let gateway = Self { secret, clock, taken: Arc::default(), answers: Arc::default(), port };
        let router = Router::new().route("/tin-nhan", post(take)).with_state(gateway.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        gateway
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/tin-nhan", self.port)
    }

    /// Answers the next messages that are rightly signed with these, in order; then with 200.
    pub(crate) fn will_answer(&self, answers: impl IntoIterator<Item = Response<Body>>) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// The messages taken: key and body.
    pub(crate) fn taken(&self) -> Vec<(String, String)> {
        self.taken.lock().unwrap().clone()
    }

    /// The check of the paper, step by step.
    fn is_genuine(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (id, time) = (header("webhook-id"), header("webhook-timestamp"));
        let Ok(sent) = time.parse::<i64>() else { return false };
        if (self.clock - sent).abs() > WINDOW || header("idempotency-key") != id {
            return false;
        }
        let signed = [id.as_bytes(), b".", time.as_bytes(), b".", body].concat();
        header("webhook-signature").split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|one| {
            let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).unwrap();
            mac.update(&signed);
            base64::engine::general_purpose::STANDARD.decode(one).is_ok_and(|given| mac.verify_slice(&given).is_ok())
        })
    }
}

async fn take(State(gateway): State<Gateway>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    assert_eq!(headers["content-type"], "application/json");
    if !gateway.is_genuine(&headers, &body) {
        return Response::builder().status(401).body(Body::from("wrong signature")).unwrap();
    }
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    gateway.taken.lock().unwrap().push((key, String::from_utf8(body.to_vec()).unwrap()));
    let mut answers = gateway.answers.lock().unwrap();
    if answers.is_empty() { Response::new(Body::from("đã nhận")) } else { answers.remove(0) }
}
