//! A browser without a screen: it keeps its cookie, and sends forms as they stand on a page.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt as _;

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a redirect leads.
    pub(super) fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(super) fn shows(&self, words: &str) -> bool {
        self.text.contains(words)
    }

    /// The fields of the form that is sent to an address: hidden ones, and the values that stand in text fields.
    pub(super) fn form(&self, action: &str) -> Vec<(String, String)> {
        let start = format!("action=\"{action}\"");
        let from = self.text.find(&start).unwrap_or_else(|| panic!("no form to {action} on: {}", self.text));
        let rest = &self.text[from..];
        let rest = &rest[..rest.find("</form>").unwrap()];
        rest.split("<input ")
            .skip(1)
            .filter_map(|input| {
                let input = &input[..input.find('>')?];
                let checked = !input.contains("type=\"radio\"") && !input.contains("type=\"checkbox\"") || input.contains(" checked");
                checked.then(|| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default())))?
            })
            .collect()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = format!(" {tag}");
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[from..];
    let value = &value[..value.find('"')?];
    Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// Fields with some of them replaced or added.
pub(super) fn with(mut fields: Vec<(String, String)>, more: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in more {
        match fields.iter_mut().find(|(other, _)| other == name) {
            Some(field) => (*value).clone_into(&mut field.1),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    fields
}

#[derive(Debug, Clone)]
pub(super) struct Client {
    router: Router,
    /// Name and value of the session's cookie.
    pub(super) cookie: Option<(String, String)>,
    /// The cookie that binds a trip to another sign-in system, as it is sent.
    pub(super) trip: String,
}

impl Client {
    pub(super) fn new(router: Router) -> Self {
        Self { router, cookie: None, trip: String::new() }
    }

    /// The secret in the cookie.
    pub(super) fn secret(&self) -> &str {
        self.cookie.as_ref().map_or("", |(_, secret)| secret)
    }

    pub(super) async fn ask(&self, method: &str, address: &str, kind: &str, token: Option<&str>, body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(address);
        let session = self.cookie.as_ref().map(|(name, value)| format!("{name}={value}")).unwrap_or_default();
        request = request.header(COOKIE, format!("cchc_khac=x; {session}; {}", self.trip));
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if !kind.is_empty() {
            request = request.header(CONTENT_TYPE, kind);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// The body of a page, not read yet.
    pub(super) async fn stream(&self, address: &str) -> Body {
        let session = self.cookie.as_ref().map(|(name, value)| format!("{name}={value}")).unwrap_or_default();
        let request = Request::builder().uri(address).header(COOKIE, session).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{address}");
        response.into_body()
    }

    pub(super) async fn get(&self, address: &str) -> Answer {
        self.ask("GET", address, "", None, String::new()).await
    }

    /// Sends fields as they are, without any token of a page.
    pub(super) async fn send<N: AsRef<str>, V: AsRef<str>>(&mut self, address: &str, fields: &[(N, V)]) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", ui::url::encode_query(name.as_ref()), ui::url::encode_query(value.as_ref())))
            .collect();
        let answer = self.ask("POST", address, "application/x-www-form-urlencoded", None, body.join("&")).await;
        self.keep(&answer);
        answer
    }

    /// Follows a link, keeping the cookies that come.
    pub(super) async fn follow(&mut self, address: &str) -> Answer {
        let answer = self.get(address).await;
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for value in answer.headers.get_all(SET_COOKIE) {
            let pair = value.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if name.ends_with(web::TRIP_COOKIE) {
                pair.clone_into(&mut self.trip);
            } else {
                self.cookie = (!value.is_empty()).then(|| (name.to_owned(), value.to_owned()));
            }
        }
    }

    /// The token of a page of this session.
    pub(super) async fn token(&self) -> String {
        let page = self.get("/dang-xuat").await;
        assert_eq!(page.status, StatusCode::OK, "the page with a token: {}", page.text);
        page.form("/dang-xuat").into_iter().find(|(name, _)| name == "phieu").unwrap().1
    }

    /// Sends fields with a token of this session.
    pub(super) async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let mut all = fields.to_vec();
        all.push(("phieu", &token));
        self.send(address, &all).await
    }

    /// Opens a page, fills in its form and sends it.
    pub(super) async fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let found = self.get(page).await;
        assert_eq!(found.status, StatusCode::OK, "{page}: {}", found.text);
        let fields = with(found.form(action), fields);
        self.send(action, &fields).await
    }

    pub(super) async fn sign_in(&mut self, login: &str, password: &str) {
        let answer = self.send("/dang-nhap", &[("ten-dang-nhap", login), ("mat-khau", password)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/lam-viec"), "{login} signs in: {}", answer.text);
    }
}
