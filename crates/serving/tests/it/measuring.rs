//! Measurements, read back by the rules of their format and by `promtool` where it is installed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeZone as _, Utc};
use serving::metrics::{Kind, MOST_SERIES, MetricError, Registry, register_process};

use crate::exposition::read;
use crate::house::{House, Plan};

/// What Prometheus' own checker says, if it is installed.
fn promtool(text: &str) -> Option<String> {
    let mut child = Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().ok()?;
    child.stdin.take().expect("an input").write_all(text.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("promtool ends");
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn started() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 25, 8, 0, 0).single().expect("a moment")
}

fn full_registry() -> Registry {
    let registry = Registry::default();
    registry.build("cchc", "0.1.0").expect("registered");
    register_process(&registry, started()).expect("registered");
    let durations = registry.histograms("job_duration_seconds", "Time of a job.", &["job"], &[0.1, 1.0]).expect("registered");
    for value in [0.05, 0.1, 0.5, 3.0] {
        durations.with(&["sao-lưu"]).observe(value);
    }
    registry.gauge("backup_last_success_timestamp_seconds", "End of the last backup.").expect("registered").set(1_790_000_000.0);
    registry.gauge("never_set", "Nothing is known yet.").expect("registered");
    let odd = registry.counters("odd_total", "Odd\nvalues \\ of labels.", &["of"]).expect("registered");
    odd.with(&["a\"b\\c\nd"]).add(2);
    let answer = || vec![(vec!["idle".to_owned()], 3.0), (vec!["busy".to_owned()], 1.5)];
    registry.ask(Kind::Gauge, "database_connections", "Connections.", &["state"], answer).expect("registered");
    registry
}

#[test]
fn the_text_keeps_to_the_rules_of_the_format() {
    let text = full_registry().text();
    let families = read(&text).unwrap_or_else(|rule| panic!("{rule}\n{text}"));
    let histogram = &families["job_duration_seconds"];
    let values: Vec<f64> = histogram.samples.iter().map(|sample| sample.value).collect();
    assert_eq!(values, [2.0, 3.0, 4.0, 3.65, 4.0], "a value on a limit belongs below it");
    assert_eq!(families["odd_total"].samples[0].labels["of"], "a\"b\\c\nd");
    assert_eq!(families["odd_total"].help, "Odd\\nvalues \\\\ of labels.");
    assert!(families["never_set"].samples.is_empty(), "what is not known is not said");
    let states: Vec<&str> = families["database_connections"].samples.iter().map(|sample| sample.labels["state"].as_str()).collect();
    assert_eq!(states, ["busy", "idle"]);
    assert_eq!(families["cchc_build_info"].samples[0].labels["version"], "0.1.0");
    if let Some(said) = promtool(&text) {
        assert!(!said.contains("error"), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_tells_what_it_takes() {
    let families = read(&full_registry().text()).expect("sound");
    let value = |name: &str| families[name].samples.first().unwrap_or_else(|| panic!("{name} has no value")).value;
    assert!(value("process_resident_memory_bytes") > 1e6 && value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"));
    assert!(value("process_open_fds") >= 3.0 && value("process_max_fds") > value("process_open_fds"));
    assert!(value("process_threads") >= 1.0 && value("process_cpu_seconds_total") >= 0.0);
    assert!((value("process_start_time_seconds") - 1_795_593_600.0).abs() < 1e-3);
}

#[test]
fn names_that_prometheus_refuses_are_refused_at_once() {
    let registry = Registry::default();
    let bad = |name: &str| MetricError::BadName { name: name.to_owned() };
    assert_eq!(registry.counter("requests", "x").expect_err("no _total"), bad("requests"));
    assert_eq!(registry.gauge("size_total", "x").expect_err("_total"), bad("size_total"));
    assert_eq!(registry.gauge("cỡ", "x").expect_err("letters"), bad("cỡ"));
    assert_eq!(registry.gauge("1st", "x").expect_err("a digit first"), bad("1st"));
    assert!(matches!(registry.gauges("a", "x", &["__b"]), Err(MetricError::BadLabel { .. })));
    assert!(matches!(registry.histograms("h", "x", &["le"], &[1.0]), Err(MetricError::BadLabel { .. })));
    assert!(matches!(registry.histograms("h", "x", &[], &[1.0, 1.0]), Err(MetricError::BadLimits { .. })));
    registry.gauge("once", "x").expect("free");
    assert!(matches!(registry.gauge("once", "x"), Err(MetricError::Twice { .. })));
}

#[test]
fn series_do_not_grow_without_end() {
    let registry = Registry::default();
    let counters = registry.counters("asked_total", "x", &["what"]).expect("registered");
    for number in 0..MOST_SERIES + 500 {
        counters.with(&[&number.to_string()]).add(1);
    }
    let families = read(&registry.text()).expect("sound");
    assert_eq!(families["asked_total"].samples.len(), MOST_SERIES + 1);
    assert_eq!(counters.with(&["other"]).get(), 500);
}

#[tokio::test]
async fn requests_are_counted_by_template_and_never_by_address() {
    let house = House::open(Plan::default()).await;
    house.ask("GET /ho-so/nguoi-dan-012345678901?cccd=012345678901 HTTP/1.1").await;
    house.ask("GET /ho-so/nguoi-khac HTTP/1.1").await;
    house.ask("GET /khong-co/bi-mat HTTP/1.1").await;
    house.ask("GET /hong HTTP/1.1").await;
    house.ask("MOVE / HTTP/1.1").await;
    house.send("POST /nho HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n1234").await;
    house.until("http_requests_in_flight", 0.0).await;
    let series = |route: &str, method: &str, status: &str| {
        house.measure(&format!("http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}"))
    };
    assert_eq!(series("/ho-so/{ten}", "GET", "2xx"), Some(2.0));
    assert_eq!(series("unmatched", "GET", "4xx"), Some(1.0));
    assert_eq!(series("/hong", "GET", "5xx"), Some(1.0));
    assert_eq!(series("/", "OTHER", "4xx"), Some(1.0));
    assert_eq!(series("/nho", "POST", "2xx"), Some(1.0));
    assert_eq!(house.measure("http_request_body_bytes_total"), Some(4.0));
    let text = house.registry.text();
    let families = read(&text).unwrap_or_else(|rule| panic!("{rule}\n{text}"));
    for personal in ["012345678901", "nguoi-khac", "bi-mat", "127.0.0.1"] {
        assert!(!text.contains(personal), "{personal} stands in the measurements");
    }
    assert!(families["http_response_body_bytes_total"].samples[0].value > 0.0);
    if let Some(said) = promtool(&text) {
        assert!(!said.contains("error"), "{said}");
    }
}
