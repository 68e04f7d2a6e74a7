//! Life, readiness, and who learns what.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serving::{Monitor, Networks, Readiness, Registry};
use tower::ServiceExt as _;

use crate::exposition::read;
use crate::house::{House, PATIENCE, Plan, behind_proxy, networks};

async fn fine() -> Result<String, String> {
    Ok("1 ms".to_owned())
}

async fn broken() -> Result<String, String> {
    Err("mật khẩu của máy chủ sai".to_owned())
}

fn troubled() -> Readiness {
    Readiness::new().check("database", PATIENCE, fine).check("disk", PATIENCE, broken)
}

#[tokio::test]
async fn life_does_not_depend_on_readiness() {
    let house = House::open(Plan { readiness: troubled(), ..Plan::default() }).await;
    let live = house.ask("GET /khoe HTTP/1.1").await;
    assert_eq!((live.status, live.body.as_str(), live.header("cache-control")), (200, "ok\n", Some("no-store")));
    assert_eq!(house.ask("GET /san-sang HTTP/1.1").await.status, 503);
    let healthy = House::open(Plan { readiness: Readiness::new().check("database", PATIENCE, fine), ..Plan::default() }).await;
    let ready = healthy.ask("GET /san-sang HTTP/1.1").await;
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready\n"));
}

#[tokio::test]
async fn a_part_beside_is_told_and_does_not_make_the_program_unready() {
    let gone = || async { Err("kho không trả lời".to_owned()) };
    let readiness = Readiness::new().check("database", PATIENCE, fine).check_beside("files", PATIENCE, gone);
    let house = House::open(Plan { readiness, watchers: networks("127.0.0.0/8"), ..Plan::default() }).await;
    let ready = house.ask("GET /san-sang HTTP/1.1").await;
    assert_eq!(ready.status, 200, "{}", ready.body);
    assert!(ready.body.contains("\"name\":\"files\",\"ready\":false,\"needed\":false,\"detail\":\"kho không trả lời\""), "{}", ready.body);
    assert!(house.ask("GET /metrics HTTP/1.1").await.body.contains("readiness_check{check=\"files\"} 0"));
}

#[tokio::test]
async fn details_are_for_watchers_alone() {
    let plan = || Plan { readiness: troubled(), watchers: networks("192.0.2.0/24"), ..behind_proxy() };
    let house = House::open(plan()).await;
    let public = house.ask("GET /san-sang HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9").await;
    assert_eq!((public.status, public.body.as_str()), (503, "not ready\n"));
    let measures = house.ask("GET /metrics HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9").await;
    assert_eq!((measures.status, measures.body.as_str()), (404, "not found\n"));
    let watcher = house.ask("GET /san-sang HTTP/1.1\r\nX-Forwarded-For: 192.0.2.7").await;
    assert_eq!((watcher.status, watcher.header("content-type")), (503, Some("application/json")));
    assert!(
        watcher.body.starts_with("{\"ready\":false,\"checks\":[{\"name\":\"database\",\"ready\":true,\"needed\":true,\"detail\":\"1 ms\","),
        "{}",
        watcher.body
    );
    assert!(
        watcher.body.contains("\"name\":\"disk\",\"ready\":false,\"needed\":true,\"detail\":\"mật khẩu của máy chủ sai\""),
        "{}",
        watcher.body
    );
    let measures = house.ask("GET /metrics HTTP/1.1\r\nX-Forwarded-For: 192.0.2.7").await;
    assert_eq!(measures.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let families = read(&measures.body).unwrap_or_else(|rule| panic!("{rule}\n{}", measures.body));
    let checks: Vec<(&str, f64)> =
        families["readiness_check"].samples.iter().map(|sample| (sample.labels["check"].as_str(), sample.value)).collect();
    assert_eq!(checks, [("database", 1.0), ("disk", 0.0)]);
    let forged = House::open(Plan { readiness: troubled(), watchers: networks("192.0.2.0/24"), ..Plan::default() }).await;
    assert_eq!(
        forged.ask("GET /metrics HTTP/1.1\r\nX-Forwarded-For: 192.0.2.7").await.status,
        404,
        "a client cannot call itself a watcher"
    );
}

#[tokio::test]
async fn at_an_address_of_its_own_everybody_is_a_watcher() {
    let monitor = Monitor::new(Registry::default(), Arc::new(troubled()), Networks::none()).expect("a first monitor");
    let ask = |path: &'static str| monitor.routes_apart().oneshot(Request::get(path).body(Body::empty()).expect("a request"));
    let ready = ask("/san-sang").await.expect("an answer");
    assert_eq!(ready.status(), 503);
    let body = to_bytes(ready.into_body(), 10_000).await.expect("a body");
    assert!(String::from_utf8_lossy(&body).contains("mật khẩu"));
    assert_eq!(ask("/metrics").await.expect("an answer").status(), 200);
    assert_eq!(ask("/khoe").await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn a_check_that_hangs_or_panics_has_failed() {
    let readiness = Readiness::new().check("fine", PATIENCE, fine).check("hangs", Duration::from_millis(20), std::future::pending).check(
        "panics",
        PATIENCE,
        || async { panic!("a fault of the program") },
    );
    let report = readiness.report().await;
    let found: Vec<(&str, bool, &str)> = report.checks.iter().map(|check| (check.name, check.ready, check.detail.as_str())).collect();
    let wanted = [("fine", true, "1 ms"), ("hangs", false, "no answer within 20 ms"), ("panics", false, "the check itself failed")];
    assert_eq!(found, wanted);
    assert!(!report.ready);
}

#[tokio::test]
async fn many_who_ask_at_once_cost_one_run() {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let readiness = Arc::new(Readiness::new().check("counts", PATIENCE, move || {
        let counted = Arc::clone(&counted);
        async move {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(String::new())
        }
    }));
    let askers: Vec<_> = (0..50)
        .map(|_| {
            tokio::spawn({
                let readiness = Arc::clone(&readiness);
                async move { readiness.report().await.ready }
            })
        })
        .collect();
    for asker in askers {
        assert!(asker.await.expect("an answer"));
    }
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_program_that_stops_is_not_ready_at_once() {
    let asked = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&asked);
    let readiness = Readiness::new().check("database", PATIENCE, move || {
        seen.store(true, Ordering::Relaxed);
        fine()
    });
    assert!(readiness.report().await.ready && asked.load(Ordering::Relaxed));
    readiness.stop();
    let report = readiness.report().await;
    assert!(!report.ready, "also while an answer is kept");
    assert_eq!(report.checks.last().map(|check| check.name), Some("stopping"));
}

#[test]
fn room_on_a_disk_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(serving::disk::free_bytes(folder.path()).expect("a disk") > 0);
    assert!(serving::disk::free_bytes(&folder.path().join("khong-co")).is_err());
}
