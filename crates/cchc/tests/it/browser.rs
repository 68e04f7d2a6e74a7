//! The public pages in a real Chromium: accessible, narrow, dark, without script, by keyboard.

use test_support::thirtyfour::prelude::*;
use test_support::{Browser, Page, PageOptions, report};

use crate::program::Server;

const PAGES: &[&str] = &[
    "/",
    "/xep-hang",
    "/xep-hang/pci/2018?chon=01-ha-noi",
    "/xep-hang/papi/2021",
    "/xep-hang/sipas/2024",
    "/xep-hang/pci/2014",
    "/ho-so",
    "/ho-so/01-ha-noi",
    "/ho-so/08-tuyen-quang-2025",
    "/so-sanh?chi-so=pci&don-vi=01-ha-noi&don-vi=48-da-nang&don-vi=22-quang-ninh",
    "/phuong-phap",
    "/phuong-phap/papi/2021",
    "/tu-dau/pci/2018/01-ha-noi/total",
    "/xep-hang/pci/2018?khoang=co",
    "/thay-doi/pci/01-ha-noi?tu=2017&den=2018",
    "/thay-doi/papi/01-ha-noi?tu=2017&den=2018",
    "/gia-dinh/pci/2018/01-ha-noi?transparency=6,31&muc-hang=6",
    "/gia-dinh/pci/2018/01-ha-noi?transparency=cao",
    "/gia-dinh/papi/2024/01-ha-noi",
    "/don-vi?ngay=31/12/2018",
    "/don-vi/01-ha-noi",
    "/don-vi/00070-hoan-kiem-2025",
    "/tim?q=hoan%20kiem",
    "/api",
    "/tro-giup",
    "/tro-giup/xep-hang",
    "/khong-co-trang-nay",
    "/en",
    "/en/xep-hang/pci/2018",
    "/en/ho-so/01-ha-noi",
    "/phat-trien/bo-phan",
];

async fn started() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let server = tokio::task::spawn_blocking(move || Server::start(&path, &["--demo", "--dev"])).await.expect("starts");
    (folder, server)
}

async fn no_violations(options: PageOptions) {
    let (_folder, server) = started().await;
    let page = Browser::shared().open(options).await;
    let mut faults = String::new();
    for path in PAGES {
        page.goto(server.url(path)).await.expect("the page opens");
        let found = page.axe().await;
        if !found.is_empty() {
            faults += &format!("{path}:\n{}\n", report(&found));
        }
        let wide = page
            .execute("return document.documentElement.scrollWidth - document.documentElement.clientWidth;", vec![])
            .await
            .expect("measured");
        if wide.json().as_i64().unwrap_or(99) > 0 {
            faults += &format!("{path} scrolls sideways by {}\n", wide.json());
        }
    }
    page.close().await;
    assert!(faults.is_empty(), "at {options:?}:\n{faults}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_accessible_on_a_desktop() {
    no_violations(PageOptions::desktop()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_accessible_at_320_pixels() {
    no_violations(PageOptions::narrow()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_accessible_in_the_dark() {
    no_violations(PageOptions::desktop().dark()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_accessible_without_script_on_a_desktop() {
    no_violations(PageOptions::desktop().without_scripts()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_accessible_without_script_at_320_pixels() {
    no_violations(PageOptions::narrow().without_scripts()).await;
}

async fn heading(page: &Page) -> String {
    page.find(By::Tag("h1")).await.expect("a heading").text().await.expect("words")
}

async fn path(page: &Page) -> String {
    let url = page.current_url().await.expect("an address");
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_flows_work_without_script() {
    let (_folder, server) = started().await;
    let page = Browser::shared().open(PageOptions::desktop().without_scripts()).await;
    // From the first page to a ranking, a filter, a sort, the origin of a figure.
    page.goto(server.url("/")).await.expect("opens");
    page.follow(page.find(By::LinkText("PCI")).await.expect("the card of PCI")).await;
    assert_eq!(heading(&page).await, "Xếp hạng PCI năm 2021");
    page.follow(page.find(By::LinkText("2018")).await.expect("the year")).await;
    page.find(By::Css("#bo-loc > summary, details[data-keep='bo-loc'] > summary"))
        .await
        .expect("the filter")
        .click()
        .await
        .expect("opened");
    page.find(By::Name("loc")).await.expect("the name field").send_keys("ha noi").await.expect("typed");
    page.follow(page.find(By::Css("details[data-keep='bo-loc'] button")).await.expect("the button")).await;
    assert!(path(&page).await.contains("loc=ha"), "the filter stands in the address: {}", path(&page).await);
    let rows = page.find_all(By::Css("main a[href*='/ho-so/']")).await.expect("rows").len();
    assert_eq!(rows, 1, "one province has this name");
    page.follow(page.find(By::Css("main td a[href*='/tu-dau/']")).await.expect("a figure")).await;
    assert!(heading(&page).await.contains("Hà Nội"), "{}", heading(&page).await);
    // Search without tone marks, and a unit as of a date.
    let search = page.find(By::Name("q")).await.expect("the search field");
    search.send_keys("hoan kiem").await.expect("typed");
    page.follow(page.find(By::Css("form.site-search button")).await.expect("the button")).await;
    page.follow(page.find(By::LinkText("Quận Hoàn Kiếm")).await.expect("the district")).await;
    assert_eq!(heading(&page).await, "Quận Hoàn Kiếm");
    // Compare, then the other language and the dark appearance.
    page.goto(server.url("/so-sanh?chi-so=pci&don-vi=01-ha-noi")).await.expect("opens");
    let choice = page.find(By::Css("select[name='don-vi'] option[value='48-da-nang']")).await.expect("Đà Nẵng");
    choice.click().await.expect("chosen");
    page.follow(page.find(By::Css("details[data-keep='lua-chon'] button")).await.expect("the button")).await;
    assert!(path(&page).await.contains("don-vi=48-da-nang"), "{}", path(&page).await);
    page.follow(page.find(By::Css("a.lang-switch")).await.expect("the language")).await;
    assert_eq!(heading(&page).await, "Compare units");
    page.follow(page.find(By::Css("ul.theme-switch a[href*='toi']")).await.expect("dark")).await;
    let root = page.find(By::Tag("html")).await.expect("the root");
    assert_eq!(root.attr("data-theme").await.expect("read").as_deref(), Some("dark"));
    assert_eq!(heading(&page).await, "Compare units", "the switch comes back to the same page");
    page.close().await;
}

/// The score before and after, as the page of a scenario says it.
async fn outcome(page: &Page) -> String {
    page.find(By::Css("#ket-qua")).await.expect("an outcome");
    page.find(By::Css(".stat-value")).await.expect("a score").text().await.expect("words")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_answers_the_same_by_slider_and_by_field() {
    let (_folder, server) = started().await;
    let address = server.url("/gia-dinh/pci/2018/01-ha-noi");
    let without = Browser::shared().open(PageOptions::desktop().without_scripts()).await;
    without.goto(&address).await.expect("opens");
    let slider = without.find(By::Css("input[data-slider='gt-transparency']")).await.expect("a slider");
    assert!(!slider.is_displayed().await.expect("asked"), "without script there is no slider");
    let field = without.find(By::Id("gt-transparency")).await.expect("the field");
    field.clear().await.expect("cleared");
    field.send_keys("6,31").await.expect("typed");
    without.follow(without.find(By::Css("main form .buttons button")).await.expect("the button")).await;
    assert!(path(&without).await.contains("transparency=6%2C31"), "the address holds the scenario: {}", path(&without).await);
    assert_eq!(outcome(&without).await, "65,38 → 66,34");
    without.close().await;

    let with = Browser::shared().open(PageOptions::desktop()).await;
    with.goto(&address).await.expect("opens");
    let move_it = "const slider = document.querySelector(\"input[data-slider='gt-transparency']\"); slider.value = 6.31; \
                   slider.dispatchEvent(new Event('input')); return document.getElementById('gt-transparency').value;";
    let shown = with.execute(move_it, vec![]).await.expect("moved");
    assert_eq!(shown.json().as_str(), Some("6,31"), "the field follows the slider");
    let type_it = "const field = document.getElementById('gt-land_access'); field.value = '7,5'; field.dispatchEvent(new Event('input')); \
                   const at = document.querySelector(\"input[data-slider='gt-land_access']\").value; field.value = '5,87'; return at;";
    let followed = with.execute(type_it, vec![]).await.expect("typed");
    assert_eq!(followed.json().as_str(), Some("7.5"), "the slider follows the field");
    with.follow(with.find(By::Css("main form .buttons button")).await.expect("the button")).await;
    assert_eq!(outcome(&with).await, "65,38 → 66,34");
    with.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_is_enough() {
    let (_folder, server) = started().await;
    let page = Browser::shared().open(PageOptions::desktop()).await;
    page.goto(server.url("/xep-hang/pci/2018")).await.expect("opens");
    page.find(By::Tag("body")).await.expect("the page").send_keys(Key::Tab + "").await.expect("tab");
    let first = page.active_element().await.expect("focus");
    assert_eq!(first.attr("href").await.expect("read").as_deref(), Some("#noi-dung"), "the skip link comes first");
    first.send_keys(Key::Enter + "").await.expect("enter");
    let main = page.active_element().await.expect("focus");
    assert_eq!(main.attr("id").await.expect("read").as_deref(), Some("noi-dung"), "and leads to the content");
    let outline = page
        .execute("const link = document.querySelector('main a'); link.focus(); const s = getComputedStyle(link); return [s.outlineStyle, s.outlineWidth, s.boxShadow].join(' ');", vec![])
        .await
        .expect("measured");
    let text = outline.json().as_str().unwrap_or_default().to_owned();
    assert!(!text.starts_with("none 0px none"), "the focus can be seen: {text}");
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_loaded_from_elsewhere() {
    let (_folder, server) = started().await;
    let page = Browser::shared().open(PageOptions::desktop()).await;
    for path in ["/", "/xep-hang/pci/2018", "/ho-so/01-ha-noi"] {
        page.goto(server.url(path)).await.expect("opens");
        let loaded = page
            .execute("return performance.getEntriesByType('resource').map(e => e.name + ' ' + e.transferSize);", vec![])
            .await
            .expect("measured");
        for name in loaded.json().as_array().cloned().unwrap_or_default() {
            let name = name.as_str().unwrap_or_default().to_owned();
            assert!(name.starts_with(&server.url("/")), "{path} loads {name}");
        }
    }
    page.close().await;
}
