//! A running portal for tests, without a network: requests go straight into the router.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{NaiveDate, TimeZone as _, Utc};
use platform::{Db, Migrations, migrate};
use portal::{Portal, Site};
use registry::catalogue::CatalogueFiles;
use registry::load::load;
use registry::results::ResultsKeeper;
use test_support::{DatabaseKind, TestPlace};
use tower::ServiceExt as _;

/// A portal over a filled database.
pub(crate) struct TestSite {
    router: Router,
    _place: TestPlace,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The day all tests live on.
pub(crate) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default()
}

pub(crate) fn router_over(db: Db) -> Router {
    Portal::new(site(db)).router()
}

pub(crate) fn site(db: Db) -> Site {
    let definitions = CatalogueFiles::Embedded.definitions().expect("the catalogue has no fault");
    let results = ResultsKeeper::new(db.clone(), definitions);
    Site { db, results, today: Box::new(today), version: "thử".into(), owner: None, demo: false, dev: true }
}

pub(crate) async fn fill(db: &Db) {
    migrate(db, Migrations::All).await.expect("the schema is made");
    let now = Utc.with_ymd_and_hms(2026, 11, 23, 8, 0, 0).single().expect("a valid time");
    load(db, &CatalogueFiles::Embedded, now).await.expect("the catalogue loads");
}

impl TestSite {
    pub(crate) async fn on_sqlite() -> Self {
        Self::of(DatabaseKind::Sqlite).await
    }

    pub(crate) async fn on_postgres() -> Self {
        Self::of(DatabaseKind::Postgres).await
    }

    async fn of(kind: DatabaseKind) -> Self {
        let place = TestPlace::of(kind).await;
        let db = Db::open_address(&place.address()).await.expect("a database");
        fill(&db).await;
        Self { router: router_over(db), _place: place }
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.ask("GET", address, &[]).await
    }

    pub(crate) async fn ask(&self, method: &str, address: &str, headers: &[(&str, &str)]) -> Answer {
        ask(&self.router, method, address, headers).await
    }
}

pub(crate) async fn ask(router: &Router, method: &str, address: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(encode(address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("the router answers");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
    Answer { status: parts.status, headers: parts.headers, bytes }
}

/// Encodes what a browser would encode, so that tests can write addresses as people read them.
fn encode(address: &str) -> String {
    address
        .bytes()
        .map(|byte| if byte.is_ascii_graphic() && !b"\"<>".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
