//! The working area in a real Chromium: the way of a figure without script, the keyboard, accessibility of every page.

use test_support::thirtyfour::prelude::*;
use test_support::{Browser, Page, PageOptions, report};

use crate::program::Server;

/// The common password of the made-up people, as the sign-in page tells it.
const PASSWORD: &str = "dung-thu-cchc-2026";
/// The department whose officer and head are among the made-up people.
const DEPARTMENT: &str = "hn-so-y-te";

async fn started() -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    let server = tokio::task::spawn_blocking(move || Server::start(&path, &["--demo", "--workers", "0"])).await.expect("starts");
    (folder, server)
}

async fn type_into(page: &Page, name: &str, words: &str) {
    let field = page.find(By::Css(format!("main [name='{name}']"))).await.expect(name);
    field.clear().await.expect("cleared");
    field.send_keys(words).await.expect("typed");
}

async fn press(page: &Page, words: &str) {
    let button = page.find(By::XPath(format!("//main//button[normalize-space()='{words}']"))).await.expect(words);
    page.follow(button).await;
}

/// The button of a task of the collection that this test made; the demonstration has one of its own.
async fn task(page: &Page, button: &str) -> WebElement {
    let path = format!("//li[contains(@class, 'task')][contains(., 'Báo cáo năm (minh họa)')]//a[normalize-space()='{button}']");
    page.find(By::XPath(path)).await.expect(button)
}

async fn heading(page: &Page) -> String {
    page.find(By::Tag("h1")).await.expect("a heading").text().await.expect("words")
}

async fn main_text(page: &Page) -> String {
    page.find(By::Tag("main")).await.expect("the content").text().await.expect("words")
}

async fn path(page: &Page) -> String {
    page.current_url().await.expect("an address").path().to_owned()
}

async fn sign_in(page: &Page, server: &Server, login: &str) {
    page.goto(server.url("/dang-nhap")).await.expect("opens");
    type_into(page, "ten-dang-nhap", login).await;
    type_into(page, "mat-khau", PASSWORD).await;
    press(page, "Đăng nhập").await;
    assert_eq!(heading(page).await, "Việc của tôi", "{login} is signed in");
}

async fn sign_out(page: &Page, server: &Server) {
    page.goto(server.url("/dang-xuat")).await.expect("opens");
    press(page, "Đăng xuất").await;
}

/// The reform office makes a collection of two figures and opens it; answers its path.
async fn collection(page: &Page, server: &Server) -> String {
    sign_in(page, server, "mau.thuong-truc").await;
    page.goto(server.url("/lam-viec/so-lieu/tao")).await.expect("opens");
    type_into(page, "ten", "Báo cáo năm (minh họa)").await;
    page.find(By::Css("select[name='ky'] option[value$='-RY']")).await.expect("a yearly report").click().await.expect("chosen");
    type_into(page, "tu-ngay", "01/01/2026").await;
    type_into(page, "han", "31/12/2099 17:00").await;
    for value in ["so", "report.tasks_set", "report.tasks_done"] {
        page.find(By::Css(format!("main input[value='{value}']"))).await.expect(value).click().await.expect("chosen");
    }
    press(page, "Lưu bản nháp").await;
    press(page, "Giao cho các đơn vị").await;
    let made = path(page).await;
    sign_out(page, server).await;
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_goes_from_the_unit_to_the_registry_without_script() {
    let (_folder, server) = started().await;
    let page = Browser::shared().open(PageOptions::desktop().without_scripts()).await;
    let made = collection(&page, &server).await;
    sign_in(&page, &server, "mau.dau-moi").await;
    // The officer acts for two departments; the first page shows the work of the chosen one.
    page.goto(server.url("/lam-viec/doi-don-vi")).await.expect("opens");
    page.find(By::Css(format!("input[name='don-vi'][value='{DEPARTMENT}']"))).await.expect("the department").click().await.expect("chosen");
    press(&page, "Chọn").await;
    page.follow(task(&page, "Nhập số liệu").await).await;
    assert_eq!(path(&page).await, format!("{made}/{DEPARTMENT}"));
    type_into(&page, "so.report.tasks_set", "nhiều").await;
    press(&page, "Lưu").await;
    assert!(main_text(&page).await.contains("không phải là số nguyên"), "the fault is told");
    type_into(&page, "so.report.tasks_set", "1.234").await;
    type_into(&page, "ly-do.report.tasks_done", "chưa tổng hợp").await;
    press(&page, "Lưu").await;
    assert!(main_text(&page).await.contains("Đã lưu."));
    sign_out(&page, &server).await;
    sign_in(&page, &server, "mau.thu-truong").await;
    page.follow(task(&page, "Xem và gửi").await).await;
    press(&page, "Gửi số liệu").await;
    assert!(main_text(&page).await.contains("Đã gửi."));
    sign_out(&page, &server).await;
    sign_in(&page, &server, "mau.thuong-truc").await;
    page.follow(task(&page, "Xem và duyệt").await).await;
    assert!(main_text(&page).await.contains("1.234"), "what was entered is shown");
    press(&page, "Duyệt số liệu").await;
    assert!(main_text(&page).await.contains("Đã duyệt."));
    page.goto(server.url("/lam-viec")).await.expect("opens");
    assert!(!main_text(&page).await.contains("Báo cáo năm (minh họa)"), "what is done leaves the list");
    page.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_needs_nothing_but_a_keyboard() {
    let (_folder, server) = started().await;
    let page = Browser::shared().open(PageOptions::desktop()).await;
    page.goto(server.url("/dang-nhap")).await.expect("opens");
    let mut steps = 0;
    loop {
        page.active_element().await.expect("focus").send_keys(Key::Tab + "").await.expect("tab");
        let here = page.active_element().await.expect("focus");
        if here.attr("name").await.expect("read").as_deref() == Some("ten-dang-nhap") {
            break;
        }
        steps += 1;
        assert!(steps < 20, "the field is reached with the tab key");
    }
    page.active_element().await.expect("focus").send_keys("mau.thanh-tra").await.expect("typed");
    page.active_element().await.expect("focus").send_keys(Key::Tab + "").await.expect("tab");
    let password = page.active_element().await.expect("focus");
    assert_eq!(password.attr("name").await.expect("read").as_deref(), Some("mat-khau"));
    password.send_keys(PASSWORD).await.expect("typed");
    password.send_keys(Key::Enter + "").await.expect("sent");
    page.query(By::XPath("//h1[normalize-space()='Việc của tôi']")).first().await.expect("signed in");
    page.close().await;
}

/// Pages of one person; `{collection}` is the open collection, `{account}` the person at the top of the list of people.
const ADMINISTRATOR: &[&str] = &[
    "/lam-viec",
    "/lam-viec/tai-khoan",
    "/lam-viec/tai-khoan/mat-khau",
    "/lam-viec/tai-khoan/hai-lop",
    "/lam-viec/tai-khoan/ma-truy-cap",
    "/lam-viec/tai-khoan/nguoi-thay",
    "/lam-viec/nguoi-dung",
    "/lam-viec/nguoi-dung/them",
    "{account}",
    "{account}/sua",
    "{account}/vai-tro",
    "/lam-viec/lich-su",
    "/lam-viec/lich",
    "/lam-viec/tac-vu",
    "/lam-viec/thong-bao",
    "/lam-viec/thong-bao/khong-gui-duoc",
    "/lam-viec/tai-khoan/thong-bao",
    "/lam-viec/khong-co-trang-nay",
    "/dang-xuat",
    "/en/lam-viec/lich-su",
];
const OFFICE: &[&str] = &[
    "/lam-viec/so-lieu",
    "/lam-viec/so-lieu/tao",
    "{collection}",
    "{collection}/hn-so-y-te",
    "/lam-viec/minh-chung",
    "/lam-viec/minh-chung/them",
    "/lam-viec/thong-bao",
];
const OFFICER: &[&str] = &[
    "/lam-viec",
    "/lam-viec/doi-don-vi",
    "/lam-viec/so-lieu",
    "{collection}/hn-so-y-te",
    "/en{collection}/hn-so-y-te",
    "{collection}/hn-so-y-te/nhap",
];
const NOBODY: &[&str] =
    &["/dang-nhap", "/en/dang-nhap", "/quen-mat-khau", "/lien-ket/khong-con", "/dang-nhap/ma-xac-thuc", "/tro-giup/so-lieu"];

async fn look(page: &Page, server: &Server, address: &str, faults: &mut String) {
    page.goto(server.url(address)).await.expect("the page opens");
    let found = page.axe().await;
    if !found.is_empty() {
        *faults += &format!("{address}:\n{}\n", report(&found));
    }
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;";
    let wide = page.execute(wide, vec![]).await.expect("measured");
    if wide.json().as_i64().unwrap_or(99) > 0 {
        *faults += &format!("{address} scrolls sideways by {}\n", wide.json());
    }
}

async fn no_violations(options: PageOptions) {
    let (_folder, server) = started().await;
    let page = Browser::shared().open(options).await;
    let mut faults = String::new();
    for address in NOBODY {
        look(&page, &server, address, &mut faults).await;
    }
    let made = collection(&page, &server).await;
    for (login, addresses) in [("mau.quan-tri", ADMINISTRATOR), ("mau.thuong-truc", OFFICE), ("mau.dau-moi", OFFICER)] {
        sign_in(&page, &server, login).await;
        let mut account = String::new();
        if login == "mau.quan-tri" {
            page.goto(server.url("/lam-viec/nguoi-dung")).await.expect("opens");
            let first = page.find(By::XPath("//main//a[normalize-space()='Minh Họa Thanh Tra']")).await.expect("a person");
            account = first.attr("href").await.expect("read").expect("an address");
        }
        for address in addresses {
            let address = address.replace("{collection}", &made).replace("{account}", &account);
            look(&page, &server, &address, &mut faults).await;
        }
        sign_out(&page, &server).await;
    }
    page.close().await;
    assert!(faults.is_empty(), "at {options:?}:\n{faults}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_working_area_is_accessible_on_a_desktop() {
    no_violations(PageOptions::desktop()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_working_area_is_accessible_at_320_pixels() {
    no_violations(PageOptions::narrow()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_working_area_is_accessible_in_the_dark() {
    no_violations(PageOptions::desktop().dark()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_working_area_is_accessible_at_320_pixels_in_the_dark() {
    no_violations(PageOptions::narrow().dark()).await;
}
