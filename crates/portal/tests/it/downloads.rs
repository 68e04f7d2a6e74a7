//! Files hold what the page shows.

use std::io::Cursor;

use axum::http::StatusCode;
use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};

use crate::site::TestSite;

#[tokio::test(flavor = "multi_thread")]
async fn the_ranking_comes_as_xlsx_and_csv_in_the_readers_order() {
    let site = TestSite::on_sqlite().await;
    let answer = site.get("/xep-hang/pci/2018.xlsx?sap-xep=transparency&loc=h").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-disposition").split(';').next(), Some("attachment"));
    let mut file: Xlsx<_> = open_workbook_from_rs(Cursor::new(answer.bytes)).expect("an XLSX file");
    let name = file.sheet_names()[1].clone();
    let sheet = file.worksheet_range(&name).expect("a sheet");
    let units: Vec<String> = sheet
        .rows()
        .filter_map(|row| {
            row.iter().find_map(|cell| match cell {
                Data::String(text) => Some(text.clone()),
                _ => None,
            })
        })
        .collect();
    assert!(units.iter().any(|unit| unit == "Hà Nội") && !units.iter().any(|unit| unit == "Đà Lạt"), "{units:?}");
    let csv = site.get("/xep-hang/pci/2018.csv").await.text();
    assert_eq!(csv.lines().count(), 64, "a head and 63 provinces");
    assert!(csv.contains("Hà Nội,65.4,65.38,0.02"), "exact figures with a point: {csv:.400}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_page_has_its_files() {
    let site = TestSite::on_sqlite().await;
    for base in [
        "/xep-hang/papi/2020",
        "/ho-so/01-ha-noi",
        "/ho-so/08-tuyen-quang-2025",
        "/phuong-phap/pci/2018",
        "/don-vi",
        "/don-vi/01-ha-noi",
        "/thay-doi/pci/01-ha-noi",
        "/tu-dau/pci/2018/01-ha-noi/total",
    ] {
        for prefix in ["", "/en"] {
            for (ending, kind) in
                [("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ("csv", "text/csv; charset=utf-8")]
            {
                let address = format!("{prefix}{base}.{ending}");
                let answer = site.get(&address).await;
                assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, kind), "{address}");
                assert!(answer.bytes.len() > 200, "{address} is empty");
            }
        }
    }
    let compared = site.get("/so-sanh.xlsx?chi-so=pci&don-vi=01-ha-noi&don-vi=48-da-nang").await;
    assert_eq!(compared.status, StatusCode::OK);
    let series = site.get("/so-sanh.json?chi-so=pci&don-vi=01-ha-noi&don-vi=48-da-nang").await.text();
    assert!(series.contains("\"unit\":\"48-da-nang\"") && !series.contains("\"index\":\"papi\""), "{series:.300}");
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_kept_for_ever_and_pages_are_compressed() {
    let site = TestSite::on_sqlite().await;
    let page = site.get("/").await;
    let sheet = page
        .text()
        .split("href=\"")
        .find_map(|rest| rest.starts_with("/assets/app.").then(|| rest.split('"').next().unwrap_or_default().to_owned()))
        .expect("a style sheet");
    let asset = site.get(&sheet).await;
    assert_eq!((asset.status, asset.header("cache-control")), (StatusCode::OK, "public, max-age=31536000, immutable"));
    let zipped = site.ask("GET", "/xep-hang/pci/2018", &[("accept-encoding", "gzip")]).await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert!(zipped.bytes.len() < 40_000, "{} bytes for the ranking", zipped.bytes.len());
}
