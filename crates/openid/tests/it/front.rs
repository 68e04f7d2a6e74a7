//! A server in front of the provider: passes everything on, counts it, and changes answers where a test asks for it.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

type Change = Box<dyn Fn(&mut Value) + Send>;

#[derive(Default)]
struct Inside {
    to: u16,
    passed: Vec<String>,
    change: Option<(&'static str, Change)>,
    status: Option<(&'static str, StatusCode)>,
}

#[derive(Clone)]
pub(crate) struct Front {
    port: u16,
    inside: Arc<Mutex<Inside>>,
}

impl Front {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let front = Self { port: listener.local_addr().unwrap().port(), inside: Arc::default() };
        let router = Router::new().fallback(pass).with_state(front.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        front
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn lead_to(&self, port: u16) {
        self.inside.lock().unwrap().to = port;
    }

    /// Changes JSON answers of `path` from now on.
    pub(crate) fn change(&self, path: &'static str, change: impl Fn(&mut Value) + Send + 'static) {
        self.inside.lock().unwrap().change = Some((path, Box::new(change)));
    }

    /// Answers requests for `path` with a status of its own from now on.
    pub(crate) fn answer(&self, path: &'static str, status: StatusCode) {
        self.inside.lock().unwrap().status = Some((path, status));
    }

    /// How often `path` was asked for.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.inside.lock().unwrap().passed.iter().filter(|passed| *passed == path).count()
    }

    fn changed(&self, path: &str, body: Bytes) -> Bytes {
        let inside = self.inside.lock().unwrap();
        match &inside.change {
            Some((of, change)) if *of == path => {
                let mut value = serde_json::from_slice(&body).expect("an answer in JSON");
                change(&mut value);
                serde_json::to_vec(&value).unwrap().into()
            }
            _ => body,
        }
    }
}

async fn pass(State(front): State<Front>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let (to, status) = {
        let mut inside = front.inside.lock().unwrap();
        inside.passed.push(path.clone());
        (inside.to, inside.status.as_ref().filter(|(of, _)| *of == path).map(|(_, status)| *status))
    };
    if let Some(status) = status {
        return Response::builder().status(status).body(Body::empty()).unwrap();
    }
    let address = format!("http://127.0.0.1:{to}{}", request.uri());
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    // The host stays the one of the front, from which the provider makes its addresses.
    let asked = test_support::openid_person::client().request(head.method, address).headers(head.headers).body(body).send().await;
    let Ok(answer) = asked else {
        return Response::builder().status(StatusCode::BAD_GATEWAY).body(Body::empty()).unwrap();
    };
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = front.changed(&path, answer.bytes().await.unwrap());
    let mut response = Response::builder().status(status).body(Body::from(body)).unwrap();
    *response.headers_mut() = without_length(headers);
    response
}

fn without_length(mut headers: HeaderMap) -> HeaderMap {
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    headers
}
