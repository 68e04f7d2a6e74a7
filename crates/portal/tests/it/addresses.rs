//! Every address of the router, in both languages, on both databases; and every link on the pages leads somewhere.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::StatusCode;
use portal::{API_ROUTES, PAGE_ROUTES};

use crate::site::TestSite;

/// An address of a route with its gaps filled.
fn example(route: &str) -> String {
    route
        .replace("{index}", "pci")
        .replace("{year}", "2018")
        .replace("{unit}", "01-ha-noi")
        .replace("{node}", "total")
        .replace("{page}", "xep-hang")
}

fn examples() -> Vec<String> {
    let pages = PAGE_ROUTES.iter().map(|route| example(route));
    let english = PAGE_ROUTES.iter().map(|route| if *route == "/" { "/en".to_owned() } else { format!("/en{}", example(route)) });
    let api =
        API_ROUTES.iter().map(|route| if *route == "/api/v1/units" { "/api/v1/units?q=hoan kiem".to_owned() } else { example(route) });
    pages.chain(english).chain(api).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_the_same_on_both_databases() {
    let (lite, pg) = (TestSite::on_sqlite().await, TestSite::on_postgres().await);
    for address in examples() {
        let (a, b) = (lite.get(&address).await, pg.get(&address).await);
        let expected = if address.ends_with("/xep-hang/pci") { StatusCode::TEMPORARY_REDIRECT } else { StatusCode::OK };
        assert_eq!(a.status, expected, "{address} on SQLite");
        assert_eq!(b.status, expected, "{address} on PostgreSQL");
        assert_eq!(a.text(), b.text(), "{address} differs between the databases");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_on_the_pages_leads_somewhere() {
    let site = TestSite::on_sqlite().await;
    let mut waiting: VecDeque<String> = VecDeque::from(["/".to_owned(), "/en".to_owned()]);
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut visits: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = 0;
    while let Some(address) = waiting.pop_front() {
        let answer = site.get(&address).await;
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{address} answers {}", answer.status);
        count += 1;
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        for link in links(&answer.text()) {
            // Published results of evaluations are pages of another crate; the program's own tests open them.
            if link.trim_start_matches("/en").starts_with("/ket-qua-danh-gia") {
                continue;
            }
            // Of each kind of page a few are enough; there are tens of thousands of figures.
            let kind: String = link.trim_start_matches("/en").split(['/', '?']).nth(1).unwrap_or_default().to_owned();
            let ending = link.split('?').next().and_then(|path| path.rsplit_once('.')).map_or("", |(_, ending)| ending);
            let visited = visits.entry(format!("{kind} {ending}")).or_default();
            if *visited < 25 && seen.insert(link.clone()) {
                *visited += 1;
                waiting.push_back(link);
            }
        }
    }
    assert!(count > 150, "only {count} addresses were followed");
}

/// Where the working area begins; the tests of the program follow these.
const WORKING_AREA: [&str; 2] = ["/dang-nhap", "/quen-mat-khau"];

/// Local addresses of links of the portal, without fragments.
fn links(page: &str) -> Vec<String> {
    let targets = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    targets
        .filter(|target| target.starts_with('/') && !WORKING_AREA.contains(&target.trim_start_matches("/en")))
        .map(|target| target.split('#').next().unwrap_or_default().replace("&amp;", "&"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_written_by_hand_is_understood_where_it_can_be() {
    let site = TestSite::on_sqlite().await;
    for (address, target) in [
        ("/ho-so/ha-noi", "/ho-so/01-ha-noi"),
        ("/ho-so/Hà Nội", "/ho-so/01-ha-noi"),
        ("/en/ho-so/da-nang", "/en/ho-so/48-da-nang-2025"),
        ("/ho-so/ha-giang", "/ho-so/02-ha-giang"),
        ("/xep-hang/papi", "/xep-hang/papi/2024"),
        ("/xep-hang/pci", "/xep-hang/pci/2021"),
    ] {
        let answer = site.get(address).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::TEMPORARY_REDIRECT, target), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_means_nothing_says_what_to_do() {
    let site = TestSite::on_sqlite().await;
    for (address, status, words) in [
        ("/khong-co", StatusCode::NOT_FOUND, "Không tìm thấy trang"),
        ("/en/nothing", StatusCode::NOT_FOUND, "Page not found"),
        ("/xep-hang/abc", StatusCode::NOT_FOUND, "Không có chỉ số nào mang mã “abc”"),
        ("/xep-hang/pci/1999", StatusCode::NOT_FOUND, "/xep-hang/pci/2018"),
        ("/xep-hang/pci/hai nghìn", StatusCode::NOT_FOUND, "Không có kỳ chỉ số này"),
        ("/xep-hang/pci/2014.xlsx", StatusCode::NOT_FOUND, "Không có số liệu này"),
        ("/ho-so/99-atlantis", StatusCode::NOT_FOUND, "Không tìm thấy đơn vị"),
        ("/ho-so/00070-hoan-kim", StatusCode::NOT_FOUND, "Tìm đơn vị"),
        ("/don-vi/01-hoan-kiem", StatusCode::NOT_FOUND, "/don-vi/00070-hoan-kiem-2025"),
        ("/tu-dau/pci/2018/01-ha-noi/khong-co", StatusCode::NOT_FOUND, "Không có số liệu này"),
        ("/tu-dau/pci/2018/00004-truc-bach/total", StatusCode::NOT_FOUND, "Không có số liệu này"),
        ("/don-vi?ngay=31/02/2018", StatusCode::BAD_REQUEST, "Giá trị “31/02/2018” của “ngay”"),
        ("/en/don-vi?ngay=soon", StatusCode::BAD_REQUEST, "is not understood"),
        ("/tim?q=a&trang=0", StatusCode::BAD_REQUEST, "trang"),
        ("/so-sanh?chi-so=xyz", StatusCode::NOT_FOUND, "xyz"),
        ("/so-sanh?don-vi=99-khong-co", StatusCode::NOT_FOUND, "99-khong-co"),
        ("/tro-giup/khong-co", StatusCode::NOT_FOUND, "Không tìm thấy trang"),
        ("/assets/app.css", StatusCode::NOT_FOUND, "Không tìm thấy trang"),
        ("/assets/..%2f..%2fCargo.toml", StatusCode::NOT_FOUND, "Không tìm thấy trang"),
    ] {
        let answer = site.get(address).await;
        assert_eq!(answer.status, status, "{address}");
        assert!(answer.text().contains(words), "{address} does not say {words:?}");
        assert!(answer.header("content-type").starts_with("text/html"), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_get_faults_as_json() {
    let site = TestSite::on_sqlite().await;
    for (address, status, code) in [
        ("/api/v1/nothing", StatusCode::NOT_FOUND, "no-such-page"),
        ("/api/v1/indices/abc/2018", StatusCode::NOT_FOUND, "no-such-index"),
        ("/api/v1/indices/pci/1999", StatusCode::NOT_FOUND, "no-such-year"),
        ("/api/v1/units/99-khong-co", StatusCode::NOT_FOUND, "no-such-unit"),
        ("/api/v1/units", StatusCode::BAD_REQUEST, "bad-value"),
        ("/api/v1/units?q=ha&ngay=2018-13-01", StatusCode::BAD_REQUEST, "bad-value"),
    ] {
        let answer = site.get(address).await;
        assert_eq!(answer.status, status, "{address}");
        assert!(answer.text().contains(&format!("\"code\":\"{code}\"")), "{address}: {}", answer.text());
    }
    let wrong = site.ask("POST", "/api/v1/indices", &[]).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(wrong.text().contains("wrong-method"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_choice_of_appearance_never_leads_away() {
    let site = TestSite::on_sqlite().await;
    let good = site.get("/giao-dien?che-do=toi&ve=/en/xep-hang/pci/2018?loc=ha").await;
    assert_eq!((good.status, good.header("location")), (StatusCode::SEE_OTHER, "/en/xep-hang/pci/2018?loc=ha"));
    assert!(good.header("set-cookie").starts_with("che_do=toi;"), "{}", good.header("set-cookie"));
    for away in ["https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1"] {
        let answer = site.get(&format!("/giao-dien?che-do=toi&ve={away}")).await;
        assert_eq!(answer.header("location"), "/", "{away:?}");
    }
    let dark = site.ask("GET", "/", &[("cookie", "che_do=toi")]).await;
    assert!(dark.text().contains("data-theme=\"dark\""));
}
