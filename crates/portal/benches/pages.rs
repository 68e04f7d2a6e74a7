//! How long the server takes to make a page, from request to the last byte, over SQLite with the whole catalogue.
#![expect(clippy::expect_used, reason = "a bench that cannot prepare has nothing to measure")]

use std::hint::black_box;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use chrono::{NaiveDate, TimeZone as _, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use platform::{Db, Migrations, migrate};
use portal::{Portal, Site};
use registry::catalogue::CatalogueFiles;
use registry::load::load;
use registry::results::ResultsKeeper;
use tower::ServiceExt as _;

async fn router(folder: &std::path::Path) -> Router {
    let db = Db::open_folder(folder).await.expect("a database");
    migrate(&db, Migrations::All).await.expect("a schema");
    let now = Utc.with_ymd_and_hms(2026, 11, 23, 8, 0, 0).single().expect("a valid time");
    load(&db, &CatalogueFiles::Embedded, now).await.expect("a catalogue");
    let definitions = CatalogueFiles::Embedded.definitions().expect("definitions");
    let results = ResultsKeeper::new(db.clone(), definitions);
    let today = || NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
    Portal::new(Site { db, results, today: Box::new(today), version: "bench".into(), owner: None, demo: false, dev: false }).router()
}

async fn get(router: &Router, address: &str) -> usize {
    let request = Request::builder().uri(address).body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    assert!(response.status().is_success(), "{address}");
    to_bytes(response.into_body(), usize::MAX).await.expect("a body").len()
}

fn pages(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let router = runtime.block_on(router(folder.path()));
    for (name, address) in [
        ("ranking of 63 units", "/xep-hang/pci/2018"),
        ("ranking of 63 units as XLSX", "/xep-hang/pci/2018.xlsx"),
        ("profile of a province", "/ho-so/01-ha-noi"),
        ("profile of a merged province", "/ho-so/08-tuyen-quang-2025"),
        ("origin of a figure", "/tu-dau/pci/2018/01-ha-noi/total"),
        ("change between two years", "/thay-doi/pci/01-ha-noi?tu=2017&den=2018"),
        ("scenario of a unit", "/gia-dinh/pci/2018/01-ha-noi?transparency=6,31"),
        ("ranking with intervals, kept", "/xep-hang/pci/2018?khoang=co"),
        ("search of a unit", "/tim?q=hoan%20kiem"),
        ("units of Hà Nội", "/don-vi/01-ha-noi"),
        ("edition as JSON", "/api/v1/indices/papi/2021"),
    ] {
        criterion.bench_function(name, |bencher| bencher.to_async(&runtime).iter(|| async { black_box(get(&router, address).await) }));
    }
}

criterion_group!(benches, pages);
criterion_main!(benches);
