//! The browser shows pages as asked, finds their faults, and leaves nothing behind.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use test_support::thirtyfour::By;
use test_support::{Browser, PageOptions, report};

const CLEAN: &str = "<!doctype html><html lang=vi><meta charset=utf-8><title>Trang</title>\
<meta name=viewport content='width=device-width, initial-scale=1'>\
<style>@media (prefers-color-scheme: dark) { body { background: black; color: white } }</style>\
<main><h1>Xin ch\u{e0}o</h1><p id=word>tr\u{1b0}\u{1edb}c</p><div style='height: 3000px'></div></main>\
<script>document.getElementById('word').textContent = 'sau'</script>";

/// `html` as an address.
fn address(html: &str) -> String {
    let mut address = String::from("data:text/html;charset=utf-8,");
    for byte in html.bytes() {
        address += &format!("%{byte:02X}");
    }
    address
}

/// Serves `html` on a loopback port under a strict policy, as long as the test program runs.
fn serve(html: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap_or_else(|fault| unreachable!("{fault}"));
    let place = listener.local_addr().map(|place| format!("http://{place}/")).unwrap_or_default();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // A connection of its own for each: a browser opens some without using them.
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone()?);
                let mut line = String::new();
                while reader.read_line(&mut line)? > 2 {
                    line.clear();
                }
                let length = html.len();
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\
                     Content-Security-Policy: default-src 'self'\r\nConnection: close\r\n\r\n{html}"
                )
            });
        }
    });
    place
}

#[tokio::test]
async fn a_narrow_page_is_320_pixels_wide_and_stays_so() {
    let page = Browser::shared().open(PageOptions::narrow()).await;
    for _ in 0..2 {
        page.goto(address(CLEAN)).await.unwrap();
        let script = "return [innerWidth, innerHeight, document.documentElement.clientWidth,\
                      matchMedia('(max-width: 320px)').matches]";
        let found = page.execute(script, Vec::new()).await.unwrap();
        assert_eq!(found.json().to_string(), "[320,800,320,true]");
        page.goto("about:blank").await.unwrap();
    }
    page.close().await;
}

#[tokio::test]
async fn a_common_screen_is_1366_pixels_wide() {
    let page = Browser::shared().open(PageOptions::desktop()).await;
    page.goto(address(CLEAN)).await.unwrap();
    let found = page.execute("return [innerWidth, innerHeight]", Vec::new()).await.unwrap();
    assert_eq!(found.json().to_string(), "[1366,900]");
    page.close().await;
}

#[tokio::test]
async fn the_colour_scheme_is_the_one_asked_for() {
    for (options, dark) in [(PageOptions::desktop(), false), (PageOptions::desktop().dark(), true)] {
        let page = Browser::shared().open(options).await;
        page.goto(address(CLEAN)).await.unwrap();
        let script = "return matchMedia('(prefers-color-scheme: dark)').matches";
        let found = page.execute(script, Vec::new()).await.unwrap();
        assert_eq!(found.json().as_bool(), Some(dark));
        page.close().await;
    }
}

#[tokio::test]
async fn axe_finds_a_planted_fault_and_none_on_a_clean_page() {
    let page = Browser::shared().open(PageOptions::desktop()).await;
    page.goto(address(CLEAN)).await.unwrap();
    let found = page.axe().await;
    assert!(found.is_empty(), "{}", report(&found));

    let planted = CLEAN.replace("<h1>", "<img src='data:,' class=planted><h1>");
    page.goto(address(&planted)).await.unwrap();
    let found = page.axe().await;
    assert_eq!(found.len(), 1, "{}", report(&found));
    assert_eq!(found[0].id, "image-alt");
    assert_eq!(found[0].impact, "critical");
    assert!(found[0].nodes[0].html.contains("planted"));
    page.close().await;
}

#[tokio::test]
async fn scripts_are_off_when_asked() {
    let page = Browser::shared().open(PageOptions::desktop().without_scripts()).await;
    page.goto(address(CLEAN)).await.unwrap();
    let word = page.find(By::Id("word")).await.unwrap().text().await.unwrap();
    assert_eq!(word, "trước");
    page.close().await;

    let page = Browser::shared().open(PageOptions::desktop()).await;
    page.goto(address(CLEAN)).await.unwrap();
    let word = page.find(By::Id("word")).await.unwrap().text().await.unwrap();
    assert_eq!(word, "sau");
    page.close().await;
}

#[tokio::test]
async fn a_form_can_be_filled_in_and_sent_without_scripts() {
    let place = serve(
        "<!doctype html><title>Form</title><form><label>Name <input name=n></label><button>Send</button></form>\
         <script>document.querySelector('form').remove()</script>",
    );
    let page = Browser::shared().open(PageOptions::narrow().without_scripts()).await;
    page.goto(&place).await.unwrap();
    page.find(By::Name("n")).await.unwrap().send_keys("abc").await.unwrap();
    page.follow(page.find(By::Tag("button")).await.unwrap()).await;
    assert_eq!(page.current_url().await.unwrap().as_str(), format!("{place}?n=abc"));
    assert_eq!(page.title().await.unwrap(), "Form");
    page.find(By::Tag("form")).await.unwrap();
    page.close().await;
}

#[tokio::test]
async fn axe_runs_in_a_page_that_forbids_foreign_scripts() {
    let place = serve("<!doctype html><html lang=vi><title>Form</title><main><h1>A</h1></main>");
    let page = Browser::shared().open(PageOptions::desktop()).await;
    page.goto(&place).await.unwrap();
    let found = page.axe().await;
    assert!(found.is_empty(), "{}", report(&found));
    page.close().await;
}

#[tokio::test]
async fn a_picture_is_written() {
    let folder = test_support::fresh_sqlite();
    let file = folder.folder().join("new/folder/page.png");
    let page = Browser::shared().open(PageOptions::narrow()).await;
    page.goto(address(CLEAN)).await.unwrap();
    page.screenshot(&file).await;
    page.close().await;
    let picture = std::fs::read(file).unwrap();
    assert_eq!(&picture[1..4], b"PNG");
    let side = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
    assert_eq!((side(16), side(20)), (320, 800));
}

/// The ids of running programs whose command line has `words` in it.
fn running(words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&line).contains(words) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found
}

#[tokio::test]
async fn a_browser_ends_with_its_value_even_when_pages_are_open() {
    let browser = Browser::start();
    let page = browser.open(PageOptions::desktop()).await;
    let version = page.execute("return navigator.userAgent", Vec::new()).await.unwrap();
    assert!(version.json().to_string().contains("Chrome/"));
    let folder = browser.profiles().to_owned();
    assert!(!running(&folder.display().to_string()).is_empty());
    // As if the test had been stopped: the page is never closed.
    std::mem::forget(page);
    drop(browser);
    assert_eq!(running(&folder.display().to_string()), [""; 0]);
    assert!(!Path::new(&folder).exists());
}
