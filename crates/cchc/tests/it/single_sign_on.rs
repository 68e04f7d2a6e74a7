//! Sign-in at a provider in a real Chromium: the button, the provider's own pages, and back, without script.

use serde_json::json;
use test_support::thirtyfour::prelude::*;
use test_support::{Browser, Page, PageOptions, Peer, report};

use crate::program::Server;

/// A password of a client that does not exist.
const SECRET: &str = "made-up-secret-of-a-test-client-0123456789";
/// The sign-in name of a made-up person, which is their user name at the provider.
const LOGIN: &str = "mau.dau-moi";

async fn press_link(page: &Page, words: &str) {
    let link = page.find(By::XPath(format!("//main//a[normalize-space()='{words}']"))).await.expect(words);
    page.follow(link).await;
}

async fn look(page: &Page) {
    let found = page.axe().await;
    assert!(found.is_empty(), "{}", report(&found));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_at_the_provider_and_comes_back() {
    // The provider is told where people come back to before the server starts.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let peer = Peer::start(
        "openid-provider",
        &json!({
            "clients": [{ "client_id": "cchc", "client_secret": SECRET, "redirect_uris": [format!("http://{free}/dang-nhap/mot-lan/tro-ve")] }],
            "people": { "nguoi-1": { "name": "Minh Họa Đầu Mối", "preferred_username": LOGIN } },
        }),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let (path, listen) = (folder.path().to_owned(), free.to_string());
    let issuer = format!("http://127.0.0.1:{}", peer.port());
    let server = tokio::task::spawn_blocking(move || {
        let settings = ["--openid-client", "cchc", "--openid-name", "Tài khoản tỉnh", "--openid-first", "user-name"];
        let mut arguments = vec!["--demo", "--listen", &listen, "--openid-issuer", &issuer];
        arguments.extend(settings);
        Server::start_with(&path, &arguments, |command| {
            command.env("CCHC_OPENID_SECRET", SECRET);
        })
    })
    .await
    .expect("starts");
    let page = Browser::shared().open(PageOptions::narrow().without_scripts()).await;
    page.goto(server.url("/dang-nhap?ve=/lam-viec/tai-khoan")).await.expect("opens");
    press_link(&page, "Đăng nhập bằng Tài khoản tỉnh").await;
    for (name, words) in [("login", "nguoi-1"), ("password", "x")] {
        page.find(By::Name(name)).await.expect("a field of the provider").send_keys(words).await.expect("typed");
    }
    for _ in ["sign in", "consent"] {
        let button = page.find(By::Css("button[type='submit']")).await.expect("a button of the provider");
        page.follow(button).await;
    }
    let here = page.current_url().await.expect("an address");
    assert_eq!((here.path(), here.port()), ("/lam-viec/tai-khoan", Some(free.port())), "back where the person wanted to go");
    let text = page.find(By::Tag("main")).await.expect("the content").text().await.expect("words");
    assert!(text.contains("Minh Họa Đầu Mối") && text.contains("Tài khoản tỉnh"), "{text}");
    page.close().await;

    let page = Browser::shared().open(PageOptions::narrow()).await;
    for address in ["/dang-nhap", "/en/dang-nhap", "/dang-nhap/mot-lan/tro-ve?state=x"] {
        page.goto(server.url(address)).await.expect("opens");
        look(&page).await;
    }
    page.close().await;
}
