//! Sign-in at a real OpenID provider, from the button to the working area.

use accounts::Reach;
use accounts::people;
use accounts::policy::Role;
use axum::http::StatusCode;
use chrono::TimeDelta;
use openid::Settings;
use serde_json::json;
use test_support::openid_person::{Will, client, go};
use test_support::{Peer, on_both};
use web::{FirstSignIn, RETURN_PATH, SingleSignOn};

use super::client::{Answer, Client};
use super::house::{ADDRESS, House, PASSWORD};

const SECRET: &str = "made-up-secret-of-a-test-client-0123456789";
const BEGIN: &str = "/dang-nhap/mot-lan?ve=/lam-viec/tai-khoan";
const LINK: &str = "/lam-viec/tai-khoan/dang-nhap-mot-lan";

/// A provider that knows two people who do not exist, and how the house uses it.
fn provider() -> (Peer, SingleSignOn) {
    let back = format!("{ADDRESS}{RETURN_PATH}");
    let person = |name: &str, mail: &str, verified: bool| json!({ "name": name, "preferred_username": mail.split('@').next(), "email": mail, "email_verified": verified });
    let peer = Peer::start(
        "openid-provider",
        &json!({
            "clients": [{ "client_id": "cchc", "client_secret": SECRET, "redirect_uris": [back] }],
            "people": {
                "s-1": person("Minh Họa Một", "can.bo@example.invalid", true),
                "s-2": person("Minh Họa Hai <b>", "khac@example.invalid", false),
            },
        }),
    );
    let sso = sso(&format!("http://127.0.0.1:{}", peer.port()));
    (peer, sso)
}

fn sso(issuer: &str) -> SingleSignOn {
    let mut settings = Settings::new(issuer, "cchc", &format!("{ADDRESS}{RETURN_PATH}"));
    settings.client_secret = Some(SECRET.to_owned());
    // The clock of the house is not that of the provider.
    settings.leeway = std::time::Duration::from_secs(400 * 24 * 3600);
    SingleSignOn::new("Tài khoản tỉnh".to_owned(), settings)
}

/// Goes to the provider where an answer leads, and comes back with what it says.
async fn travel(browser: &mut Client, leaves_to: &str, will: Will) -> Answer {
    let query = go(&client(), leaves_to, &format!("{ADDRESS}{RETURN_PATH}"), will).await;
    browser.follow(&format!("{RETURN_PATH}?{query}")).await
}

async fn try_to_sign_in(browser: &mut Client, will: Will) -> Answer {
    let begun = browser.follow(BEGIN).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let place = begun.location().to_owned();
    travel(browser, &place, will).await
}

/// Where the link of a page leads that has these words.
fn link_of(page: &Answer, words: &str) -> String {
    let end = page.text.find(&format!(">{words}</a>")).unwrap_or_else(|| panic!("no link {words} on: {}", page.text));
    let start = page.text[..end].rfind("href=\"").unwrap() + 6;
    let href = &page.text[start..end];
    href[..href.find('"').unwrap()].replace("&amp;", "&")
}

on_both! {
    async fn a_person_links_their_account_and_signs_in_by_it(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let (_peer, sso) = provider();
        let router = house.with_provider(sso);
        let mut browser = Client::new(router.clone());
        assert!(browser.get("/dang-nhap").await.shows("Đăng nhập bằng Tài khoản tỉnh"));
        // Nobody is linked yet.
        let unknown = try_to_sign_in(&mut browser, Will::SignIn("s-1")).await;
        assert_eq!(unknown.status, StatusCode::FORBIDDEN);
        assert!(unknown.shows("Minh Họa Một") && browser.cookie.is_none(), "{}", unknown.text);

        browser.sign_in("can.bo", PASSWORD).await;
        let wrong = browser.fill(LINK, LINK, &[("mat-khau", "sai")]).await;
        assert!(wrong.shows("Mật khẩu hiện tại không đúng."), "{}", wrong.text);
        house.pass(TimeDelta::minutes(1));
        let ready = browser.fill(LINK, LINK, &[("mat-khau", PASSWORD)]).await;
        let leaves_to = link_of(&ready, "Tiếp tục tới Tài khoản tỉnh");
        let back = travel(&mut browser, &leaves_to, Will::SignIn("s-1")).await;
        assert_eq!(back.location(), "/lam-viec/tai-khoan?xong=lien-ket", "{}", back.text);
        let account = browser.get("/lam-viec/tai-khoan").await;
        assert!(account.shows("Minh Họa Một") && account.shows("Bỏ liên kết"), "{}", account.text);

        let mut elsewhere = Client::new(router.clone());
        let entered = try_to_sign_in(&mut elsewhere, Will::SignIn("s-1")).await;
        assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/lam-viec/tai-khoan"), "{}", entered.text);
        assert!(elsewhere.get("/lam-viec/tai-khoan").await.shows("can.bo"));
        let out = elsewhere.fill("/dang-xuat", "/dang-xuat", &[]).await;
        assert!(out.shows("Đăng xuất khỏi Tài khoản tỉnh") && elsewhere.cookie.is_none(), "{}", out.text);

        // Whoever loses the link loses the sessions that it opened.
        let mut third = Client::new(router);
        try_to_sign_in(&mut third, Will::SignIn("s-1")).await;
        let gone = browser.fill("/lam-viec/tai-khoan", &format!("{LINK}/bo"), &[]).await;
        assert_eq!(gone.location(), "/lam-viec/tai-khoan?xong=bo-lien-ket");
        assert_eq!(third.get("/lam-viec").await.status, StatusCode::SEE_OTHER);
        assert_eq!(try_to_sign_in(&mut third, Will::SignIn("s-1")).await.status, StatusCode::FORBIDDEN);
        let told = house.lines("SELECT action FROM event WHERE kind = 'account' AND action LIKE 'identity-%' ORDER BY at").await;
        assert_eq!(told, ["identity-linked", "identity-unlinked"]);
    }

    async fn a_first_sign_in_finds_the_invited_account_by_name_or_by_verified_mail(house: House) {
        let invited = house.invited("can.bo", "so").await;
        house.give(&invited.account, Role::UnitOfficer, "so", Reach::Unit).await;
        let (_peer, mut sso) = provider();
        sso.first = FirstSignIn::UserName;
        let mut browser = Client::new(house.with_provider(sso));
        let entered = try_to_sign_in(&mut browser, Will::SignIn("s-1")).await;
        assert_eq!(entered.location(), "/lam-viec/tai-khoan", "{}", entered.text);
        assert_eq!(house.lines("SELECT state FROM account WHERE login = 'can.bo'").await, ["active"]);
        // The name may be given to another person one day; the link stays with the first.
        house.execute("UPDATE identity SET subject = 'nguoi-truoc'").await;
        assert_eq!(try_to_sign_in(&mut browser, Will::SignIn("s-1")).await.status, StatusCode::FORBIDDEN);

        house.execute("DELETE FROM identity").await;
        house.execute("UPDATE account SET email = 'KHAC@example.invalid' WHERE login = 'can.bo'").await;
        let (_peer, mut sso) = provider();
        sso.first = FirstSignIn::Mail;
        let mut browser = Client::new(house.with_provider(sso));
        let unverified = try_to_sign_in(&mut browser, Will::SignIn("s-2")).await;
        assert_eq!(unverified.status, StatusCode::FORBIDDEN);
        assert!(unverified.shows("Minh Họa Hai &lt;b&gt;"), "{}", unverified.text);
        house.execute("UPDATE account SET email = 'Can.Bo@example.invalid' WHERE login = 'can.bo'").await;
        assert_eq!(try_to_sign_in(&mut browser, Will::SignIn("s-1")).await.location(), "/lam-viec/tai-khoan");
    }

    async fn an_answer_counts_once_in_its_own_browser_and_in_time(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let (_peer, mut sso) = provider();
        sso.first = FirstSignIn::UserName;
        let router = house.with_provider(sso);
        let (mut mine, mut theirs) = (Client::new(router.clone()), Client::new(router));
        let place = mine.follow(BEGIN).await.location().to_owned();
        let query = go(&client(), &place, &format!("{ADDRESS}{RETURN_PATH}"), Will::SignIn("s-1")).await;
        let brought = format!("{RETURN_PATH}?{query}");
        // A link that somebody slips to another person signs nobody in.
        theirs.follow(BEGIN).await;
        let slipped = theirs.follow(&brought).await;
        assert_eq!((slipped.status, theirs.cookie.is_none()), (StatusCode::BAD_REQUEST, true));
        assert_eq!(Client::new(house.router.clone()).get(&brought).await.status, StatusCode::NOT_FOUND, "no provider, no page");
        assert_eq!(mine.follow(&brought).await.status, StatusCode::SEE_OTHER);
        assert_eq!(mine.follow(&brought).await.status, StatusCode::BAD_REQUEST, "once");
        let place = mine.follow(BEGIN).await.location().to_owned();
        house.pass(TimeDelta::minutes(16));
        let late = travel(&mut mine, &place, Will::SignIn("s-1")).await;
        assert!(late.shows("đã quá 15 phút"), "{}", late.text);
        let refused = try_to_sign_in(&mut mine, Will::Refuse).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.shows("Bạn đã từ chối"), "{}", refused.text);
        assert!(mine.get("/dang-nhap/mot-lan?ve=https://xau.example.vn").await.status == StatusCode::SEE_OTHER);
        assert!(house.lines("SELECT return_to FROM sign_in_request").await.iter().all(|to| to.starts_with('/')), "no way out of the site");
    }

    async fn a_provider_that_is_gone_leaves_the_password(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let mut browser = Client::new(house.with_provider(sso("http://127.0.0.1:1")));
        let gone = browser.follow(BEGIN).await;
        assert_eq!(gone.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(gone.shows("chưa kết nối được tới Tài khoản tỉnh") && gone.shows("Đăng nhập bằng mật khẩu"), "{}", gone.text);
        browser.sign_in("can.bo", PASSWORD).await;
        let linking = browser.fill(LINK, LINK, &[("mat-khau", PASSWORD)]).await;
        assert_eq!(linking.status, StatusCode::SERVICE_UNAVAILABLE);
    }

    async fn a_second_factor_of_the_account_is_asked_for_unless_the_provider_asks(house: House) {
        let account = house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        house.execute(&format!("UPDATE account SET totp_since = '2026-01-01T00:00:00+00:00', totp_secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' WHERE account = '{account}'")).await;
        let (_peer, mut sso) = provider();
        sso.first = FirstSignIn::UserName;
        let mut browser = Client::new(house.with_provider(sso));
        let asked = try_to_sign_in(&mut browser, Will::SignIn("s-1")).await;
        assert_eq!(asked.location(), "/dang-nhap/ma-xac-thuc?ve=/lam-viec/tai-khoan");
        assert_eq!(browser.get("/lam-viec").await.location(), "/dang-nhap/ma-xac-thuc");
        let (_peer, mut sso) = provider();
        sso.always_two_factors = true;
        sso.first = FirstSignIn::UserName;
        house.execute("DELETE FROM identity").await;
        let mut browser = Client::new(house.with_provider(sso));
        assert_eq!(try_to_sign_in(&mut browser, Will::SignIn("s-1")).await.location(), "/lam-viec/tai-khoan");
    }

    async fn a_closed_account_stays_closed_and_an_administrator_sees_and_takes_links(house: House) {
        let account = house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let (_peer, mut sso) = provider();
        sso.first = FirstSignIn::UserName;
        let router = house.with_provider(sso);
        let mut browser = Client::new(router.clone());
        try_to_sign_in(&mut browser, Will::SignIn("s-1")).await;
        let mut administrator = Client::new(router);
        administrator.sign_in("quan.tri", PASSWORD).await;
        let page = format!("/lam-viec/nguoi-dung/{account}");
        assert!(administrator.get(&page).await.shows("liên kết đăng nhập một lần"));
        people::set_open(&house.app.accounts, &house.program(), &account, false, "nghỉ việc").await.unwrap();
        let closed = try_to_sign_in(&mut browser, Will::SignIn("s-1")).await;
        assert_eq!(closed.status, StatusCode::FORBIDDEN);
        assert!(closed.shows("đang bị khóa"), "{}", closed.text);
        let taken = administrator.fill(&page, &format!("{page}/bo-lien-ket"), &[]).await;
        assert_eq!(taken.location(), page);
        assert_eq!(house.lines("SELECT subject FROM identity").await, Vec::<String>::new());
    }
}
