//! Signing in and out: cookies, ways back, units, deputies, the people of a demonstration.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use chrono::TimeDelta;

use test_support::on_both;
use totp_rs::{Builder, Secret};

use super::client::{Client, with};
use super::house::{House, PASSWORD};

on_both! {
    async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let fields = [("ten-dang-nhap", "can.bo"), ("mat-khau", PASSWORD)];
        let answer = house.nobody().send("/dang-nhap", &fields).await;
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("cchc_phien=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
        house.execute("UPDATE account SET made_up = 0").await;
        let mut secure = Client::new(house.over_https());
        let answer = secure.send("/dang-nhap", &fields).await;
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("__Host-cchc_phien=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
        assert_eq!(secure.get("/lam-viec").await.status, StatusCode::OK);
        // A cookie that is not bound to the host could have been set by a neighbour of the site.
        secure.cookie = secure.cookie.map(|(_, secret)| ("cchc_phien".to_owned(), secret));
        assert_eq!(secure.get("/lam-viec").await.status, StatusCode::SEE_OTHER);
    }

    async fn a_stolen_cookie_opens_nothing_after_sign_out(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let mut client = house.signed_in("can.bo").await;
        let thief = client.clone();
        assert_eq!(thief.get("/lam-viec").await.status, StatusCode::OK);
        let answer = client.post("/dang-xuat", &[]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
        assert!(client.cookie.is_none(), "the cookie is taken away");
        assert_eq!(thief.get("/lam-viec").await.location(), "/dang-nhap?ve=/lam-viec");
    }

    async fn a_session_is_never_the_one_from_before_the_sign_in(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let mut client = house.nobody();
        let planted = "a".repeat(64);
        client.cookie = Some(("cchc_phien".to_owned(), planted.clone()));
        client.sign_in("can.bo", PASSWORD).await;
        assert_ne!(client.secret(), planted);
    }

    async fn a_session_that_lay_idle_says_so_and_comes_back_to_the_page(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let mut client = house.signed_in("can.bo").await;
        house.pass(TimeDelta::hours(5));
        let led = client.get("/lam-viec/so-lieu?trang=2").await;
        assert_eq!(led.location(), "/dang-nhap?ve=/lam-viec/so-lieu%3Ftrang%3D2&vi-sao=nghi");
        let page = client.get(led.location()).await;
        assert!(page.shows("Phiên làm việc đã kết thúc vì lâu không có thao tác."));
        let fields = with(page.form("/dang-nhap"), &[("ten-dang-nhap", "can.bo"), ("mat-khau", PASSWORD)]);
        assert_eq!(client.send("/dang-nhap", &fields).await.location(), "/lam-viec/so-lieu?trang=2");
    }

    async fn a_page_that_looks_again_by_itself_keeps_no_session_alive(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let client = house.signed_in("can.bo").await;
        for _ in 0..2 {
            house.pass(TimeDelta::minutes(7));
            assert_eq!(client.get("/lam-viec/tac-vu?tu-dong=tiep").await.status, 200);
        }
        house.pass(TimeDelta::minutes(1));
        assert!(client.get("/lam-viec").await.location().contains("vi-sao=nghi"), "nobody was there for a quarter of an hour");
    }

    async fn the_way_back_stays_on_this_site(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        for evil in [
            "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/\t/evil.example",
            "/%0d%0aSet-Cookie:x=1\r\nx", " //evil.example", "evil.example", "/ /evil.example", "",
        ] {
            let fields = [("ten-dang-nhap", "can.bo"), ("mat-khau", PASSWORD), ("ve", evil)];
            let mut client = house.nobody();
            let answer = client.send("/dang-nhap", &fields).await;
            assert_eq!(answer.location(), "/lam-viec", "{evil:?}");
            // The same for whoever is signed in already.
            let answer = client.get(&format!("/dang-nhap?ve={}", ui::url::encode_query(evil))).await;
            assert_eq!(answer.location(), "/lam-viec", "{evil:?}");
        }
        let english = house.nobody().send("/en/dang-nhap", &[("ten-dang-nhap", "can.bo"), ("mat-khau", PASSWORD), ("ve", "/lam-viec/so-lieu")]).await;
        assert_eq!(english.location(), "/en/lam-viec/so-lieu", "the language stays");
    }

    async fn a_wrong_password_tells_nobody_who_has_an_account(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        // The page of a demonstration lists its people.
        let nobody = || Client::new(house.over_https());
        let wrong = nobody().send("/dang-nhap", &[("ten-dang-nhap", "can.bo"), ("mat-khau", "sai")]).await;
        let unknown = nobody().send("/dang-nhap", &[("ten-dang-nhap", "khong.co"), ("mat-khau", "sai")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.text.replace("can.bo", "khong.co"), unknown.text);
        assert!(!wrong.shows("value=\"sai\""), "the password does not come back");
        let known = nobody().send("/quen-mat-khau", &[("tai-khoan", "can.bo")]).await;
        let none = nobody().send("/quen-mat-khau", &[("tai-khoan", "khong.co")]).await;
        assert_eq!(known.text, none.text);
    }

    async fn a_wait_after_failures_is_told_to_everybody_alike(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let mut nobody = Client::new(house.over_https());
        let wrong = nobody.send("/dang-nhap", &[("ten-dang-nhap", "can.bo"), ("mat-khau", "sai")]).await;
        // Within the second that nothing counts.
        let right = nobody.send("/dang-nhap", &[("ten-dang-nhap", "can.bo"), ("mat-khau", PASSWORD)]).await;
        assert_eq!(right.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(right.text, wrong.text, "whether the password was right is not told");
        assert!(right.shows("Hãy đợi khoảng 10 giây rồi thử lại."), "{}", right.text);
    }

    async fn where_no_mail_leaves_nobody_is_told_to_wait_for_one(house: House) {
        house.invited("can.bo", "so").await;
        let mut nobody = Client::new(house.without_mail());
        let page = nobody.get("/quen-mat-khau").await;
        assert!(page.shows("Hãy liên hệ người quản trị hệ thống của đơn vị bạn") && !page.shows("name=\"tai-khoan\""), "{}", page.text);
        let known = nobody.send("/quen-mat-khau", &[("tai-khoan", "can.bo")]).await;
        let none = nobody.send("/quen-mat-khau", &[("tai-khoan", "khong.co")]).await;
        assert!(known.text == none.text && known.shows("không gửi được liên kết") && !known.shows("trong vài phút"), "{}", known.text);
        assert!(house.nobody().send("/quen-mat-khau", &[("tai-khoan", "can.bo")]).await.shows("trong vài phút tới"));
    }

    async fn one_password_for_each_role_of_a_demonstration_and_none_elsewhere(house: House) {
        for role in Role::ALL {
            house.with_role(&format!("mau.{}", role.word()), role, "tinh", Reach::Subtree).await;
        }
        let page = house.nobody().get("/dang-nhap").await;
        for role in Role::ALL {
            assert!(page.shows(role.names().0), "{role:?}");
            let mut client = house.nobody();
            client.sign_in(&format!("mau.{}", role.word()), PASSWORD).await;
            let home = client.get("/lam-viec").await;
            assert_eq!(home.status, StatusCode::OK, "{role:?}");
            assert!(home.shows("Bản dùng thử"), "{role:?}");
        }
        let mut real = Client::new(house.over_https());
        let page = real.get("/dang-nhap").await;
        assert!(!page.shows(PASSWORD) && !page.shows("Minh Họa"), "{}", page.text);
        // Their password is known to everybody, so it opens nothing there, nor does a session from before.
        let fields = [("ten-dang-nhap", "mau.administrator"), ("mat-khau", PASSWORD)];
        assert_eq!(real.send("/dang-nhap", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        real.cookie = house.signed_in("mau.leader").await.cookie.map(|(_, secret)| ("__Host-cchc_phien".to_owned(), secret));
        assert_eq!(real.get("/lam-viec").await.location(), "/dang-nhap?ve=/lam-viec&vi-sao=dong");
    }

    async fn a_person_of_two_units_has_the_rights_of_the_chosen_one_alone(house: House) {
        let account = house.with_role("hai.don.vi", Role::UnitOfficer, "so", Reach::Unit).await;
        house.give(&account, Role::UnitHead, "xa", Reach::Unit).await;
        let collection = house.collection("Quý III", &["so", "xa"]).await;
        let mut client = house.signed_in("hai.don.vi").await;
        let (so, xa) = (format!("/lam-viec/so-lieu/{collection}/so"), format!("/lam-viec/so-lieu/{collection}/xa"));
        let switch = "/lam-viec/doi-don-vi";
        assert_eq!(client.fill(switch, switch, &[("don-vi", "so")]).await.location(), "/lam-viec");
        assert_eq!((client.get(&so).await.status, client.get(&xa).await.status), (StatusCode::OK, StatusCode::NOT_FOUND));
        assert_eq!(client.fill(switch, switch, &[("don-vi", "xa")]).await.location(), "/lam-viec");
        assert_eq!((client.get(&so).await.status, client.get(&xa).await.status), (StatusCode::NOT_FOUND, StatusCode::OK));
        assert_eq!(client.post("/lam-viec/doi-don-vi", &[("don-vi", "so-2")]).await.status, StatusCode::NOT_FOUND, "a unit of others");
    }

    async fn a_deputy_is_told_for_whom_they_act(house: House) {
        let absent = house.with_role("thu.truong", Role::UnitHead, "so", Reach::Unit).await;
        let deputy = house.someone("pho", "so").await;
        house.appoint(&absent, &deputy).await;
        let collection = house.collection("Quý III", &["so"]).await;
        let client = house.signed_in("pho").await;
        let page = client.get(&format!("/lam-viec/so-lieu/{collection}/so")).await;
        assert!(page.shows("Bạn đang làm việc thay Minh Họa thu.truong.") && page.shows("Gửi số liệu"), "{}", page.text);
        house.pass(TimeDelta::days(4));
        let mut client = house.nobody();
        client.sign_in("pho", PASSWORD).await;
        assert!(client.get("/lam-viec").await.shows("chưa có vai trò ở đơn vị nào"), "after the last day nothing is left");
    }

    async fn an_invited_person_sets_a_password_once(house: House) {
        let invited = house.invited("nguoi.moi", "so").await;
        let address = format!("/lien-ket/{}", invited.link);
        let mut client = house.nobody();
        let weak = client.send(&address, &[("mat-khau-moi", "12345678901234"), ("mat-khau-nhac-lai", "12345678901234")]).await;
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!weak.shows("12345678901234"), "passwords do not come back");
        let unlike = client.send(&address, &[("mat-khau-moi", "cây khế mùa thu 37"), ("mat-khau-nhac-lai", "cây khế mùa thu 38")]).await;
        assert!(unlike.shows("Hai lần nhập mật khẩu mới không giống nhau."));
        let fields = [("mat-khau-moi", "cây khế mùa thu 37"), ("mat-khau-nhac-lai", "cây khế mùa thu 37")];
        let set = client.send(&address, &fields).await;
        assert_eq!(set.location(), "/lam-viec?xong=mat-khau", "{}", set.text);
        assert!(client.get(set.location()).await.shows("Mật khẩu mới đã được lưu."), "and it is said that it worked");
        assert_eq!(house.nobody().send(&address, &fields).await.status, StatusCode::GONE, "a link works once");
        house.nobody().sign_in("nguoi.moi", "cây khế mùa thu 37").await;
    }

    async fn a_second_factor_is_set_up_and_asked_for(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let mut client = house.signed_in("can.bo").await;
        let set_up = "/lam-viec/tai-khoan/hai-lop";
        let form = client.get(set_up).await.form(set_up);
        let secret = form.iter().find(|(name, _)| name == "bi-mat").unwrap().1.clone();
        let wrong = client.send(set_up, &with(form.clone(), &[("ma", "000000")])).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.shows("Mã không đúng"), "{}", wrong.text);
        assert_eq!(wrong.form(set_up).iter().find(|(name, _)| name == "bi-mat").unwrap().1, secret, "the picture stays the same");
        house.pass(TimeDelta::minutes(1));
        let done = client.send(set_up, &with(form, &[("ma", &code(&house, &secret))])).await;
        assert!(done.status == StatusCode::OK && done.shows("Đã bật xác thực hai lớp."), "{}", done.text);
        let recovery = done.text.split("<li><code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        // From now on a password alone opens nothing but the page that asks for the code.
        house.pass(TimeDelta::minutes(1));
        let mut client = house.nobody();
        let fields = [("ten-dang-nhap", "can.bo"), ("mat-khau", PASSWORD), ("ve", "/lam-viec/so-lieu")];
        let asked = client.send("/dang-nhap", &fields).await;
        assert_eq!(asked.location(), "/dang-nhap/ma-xac-thuc?ve=/lam-viec/so-lieu");
        let half = client.clone();
        for address in ["/lam-viec", "/lam-viec/tai-khoan/hai-lop", "/api/v1/collections"] {
            let answer = half.get(address).await;
            assert!([StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED].contains(&answer.status), "{address}: {}", answer.status);
        }
        let wrong = client.send("/dang-nhap/ma-xac-thuc", &[("ma", "000000")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.shows("Mã không đúng"), "{}", wrong.text);
        house.pass(TimeDelta::minutes(1));
        let open = client.send("/dang-nhap/ma-xac-thuc", &[("ma", code(&house, &secret).as_str()), ("ve", "/lam-viec/so-lieu")]).await;
        assert_eq!(open.location(), "/lam-viec/so-lieu", "{}", open.text);
        assert_ne!(client.secret(), half.secret(), "a new cookie for the open session");
        assert_eq!(half.get("/lam-viec").await.status, StatusCode::SEE_OTHER, "the old one opens nothing");
        // Without the telephone: a recovery code, once.
        for (turn, status) in [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY].into_iter().enumerate() {
            house.pass(TimeDelta::minutes(1));
            let mut client = house.nobody();
            client.send("/dang-nhap", &fields).await;
            let answer = client.send("/dang-nhap/ma-xac-thuc", &[("ma", recovery.as_str())]).await;
            assert_eq!(answer.status, status, "turn {turn}: {}", answer.text);
        }
    }

    async fn an_administrator_sets_up_a_second_factor_before_anything_else(house: House) {
        let invited = house.invited("quan.tri", "so").await;
        house.give(&invited.account, Role::Administrator, "tinh", Reach::Subtree).await;
        let mut client = house.nobody();
        let fields = [("mat-khau-moi", "cây khế mùa thu 37"), ("mat-khau-nhac-lai", "cây khế mùa thu 37")];
        client.send(&format!("/lien-ket/{}", invited.link), &fields).await;
        for address in ["/lam-viec", "/lam-viec/nguoi-dung", "/lam-viec/lich-su"] {
            assert_eq!(client.get(address).await.location(), "/lam-viec/tai-khoan/hai-lop", "{address}");
        }
        assert_eq!(client.get("/lam-viec/tai-khoan/hai-lop").await.status, StatusCode::OK);
        assert_eq!(client.get("/dang-xuat").await.status, StatusCode::OK, "one may always leave");
    }
}

/// What an authenticator program shows now.
fn code(house: &House, secret: &str) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
    totp.generate(u64::try_from(house.now().timestamp()).unwrap()).to_string()
}
