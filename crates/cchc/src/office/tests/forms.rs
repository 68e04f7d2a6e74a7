//! Forms: only from our own pages, once, and never lost.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use chrono::TimeDelta;
use test_support::on_both;

use super::client::with;
use super::house::{House, PASSWORD};

const NEW: &str = "/lam-viec/nguoi-dung/them";

fn person(login: &str) -> Vec<(String, String)> {
    [("ten-dang-nhap", login), ("ho-ten", "Người <b>Mới</b>"), ("don-vi", "Sở Thứ Nhất")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

async fn count(house: &House, login: &str) -> usize {
    house.lines(&format!("SELECT login FROM account WHERE login = '{login}'")).await.len()
}

on_both! {
    async fn a_form_without_a_token_of_this_session_is_asked_about(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let mut client = house.signed_in("quan.tri").await;
        let foreign = house.signed_in("quan.tri").await.token().await;
        let own = client.token().await;
        let (nonce, seal) = own.split_once('.').unwrap();
        let forged = format!("{nonce}0.{seal}");
        for token in [None, Some(""), Some("."), Some("x.y"), Some(foreign.as_str()), Some(forged.as_str())] {
            let fields = token.map_or_else(|| person("nguoi.moi"), |token| with(person("nguoi.moi"), &[("phieu", token)]));
            let answer = client.send(NEW, &fields).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{token:?}");
            assert!(answer.shows("Nội dung bạn nhập vẫn còn, chưa được lưu."), "{token:?}");
            assert_eq!(count(&house, "nguoi.moi").await, 0, "{token:?}");
            // Nothing happens by itself: a person looks at it and sends it.
            let kept = answer.form("/gui-lai");
            let asked = client.send("/gui-lai", &kept).await;
            assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
            assert!(asked.shows("Người &lt;b&gt;Mới&lt;/b&gt;") && !asked.shows("<b>Mới"), "{}", asked.text);
            assert_eq!(count(&house, "nguoi.moi").await, 0, "{token:?}");
        }
        let kept = client.send(NEW, &person("nguoi.moi")).await.form("/gui-lai");
        let asked = client.send("/gui-lai", &kept).await;
        let made = client.send(NEW, &asked.form(NEW)).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        assert_eq!(count(&house, "nguoi.moi").await, 1);
    }

    async fn what_was_typed_outlives_the_session(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let mut client = house.signed_in("quan.tri").await;
        let page = client.get(NEW).await;
        let typed = with(page.form(NEW), &[("ten-dang-nhap", "nguoi.moi"), ("ho-ten", "Nguyễn Văn Ấy"), ("don-vi", "so")]);
        house.pass(TimeDelta::hours(3));
        let ended = client.send(NEW, &typed).await;
        assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
        assert!(ended.shows("Phiên làm việc đã kết thúc vì lâu không có thao tác.") && ended.shows("Nguyễn Văn Ấy"));
        client.sign_in("quan.tri", PASSWORD).await;
        let asked = client.send("/gui-lai", &ended.form("/gui-lai")).await;
        let made = client.send(NEW, &asked.form(NEW)).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        assert_eq!(house.lines("SELECT name FROM account WHERE login = 'nguoi.moi'").await, ["Nguyễn Văn Ấy"]);
    }

    async fn what_was_typed_waits_also_when_it_is_sent_again_too_early(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let mut client = house.signed_in("quan.tri").await;
        let typed = with(client.get(NEW).await.form(NEW), &[("ten-dang-nhap", "nguoi.moi"), ("ho-ten", "Nguyễn Văn Ấy"), ("don-vi", "so")]);
        house.pass(TimeDelta::hours(3));
        let mut ended = client.send(NEW, &typed).await;
        for _ in 0..2 {
            ended = client.send("/gui-lai", &ended.form("/gui-lai")).await;
            assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
        }
        client.sign_in("quan.tri", PASSWORD).await;
        let asked = client.send("/gui-lai", &ended.form("/gui-lai")).await;
        let made = client.send(NEW, &asked.form(NEW)).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        assert_eq!(house.lines("SELECT name FROM account WHERE login = 'nguoi.moi'").await, ["Nguyễn Văn Ấy"]);
    }

    async fn what_belongs_to_another_of_ones_units_leads_to_that_unit(house: House) {
        let account = house.with_role("hai.noi", Role::UnitOfficer, "so", Reach::Unit).await;
        house.give(&account, Role::UnitOfficer, "xa", Reach::Unit).await;
        house.with_role("mot.noi", Role::UnitOfficer, "so", Reach::Unit).await;
        let collection = house.collection("Quý III", &["so", "xa"]).await;
        let sheet = |unit: &str| format!("/lam-viec/so-lieu/{collection}/{unit}");
        let mut client = house.signed_in("hai.noi").await;
        let own = if client.get(&sheet("so")).await.status == StatusCode::OK { "so" } else { "xa" };
        let other = if own == "so" { "xa" } else { "so" };
        // A link in a mail: the page says which unit it may belong to, and opens there.
        let missed = client.get(&sheet(other)).await;
        assert_eq!(missed.status, StatusCode::NOT_FOUND);
        let switch = missed.form("/lam-viec/doi-don-vi");
        let switched = client.send("/lam-viec/doi-don-vi", &switch).await;
        assert_eq!(switched.location(), sheet(other), "{}", switched.text);
        let page = client.get(&sheet(other)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        // Meanwhile the unit is changed in another tab: what was typed here waits.
        let typed = with(page.form(&sheet(other)), &[("so.report.tasks_set", "57")]);
        let back = client.get("/lam-viec/doi-don-vi").await.form("/lam-viec/doi-don-vi");
        client.send("/lam-viec/doi-don-vi", &with(back, &[("don-vi", own)])).await;
        let kept = client.send(&sheet(other), &typed).await;
        assert!(kept.status == StatusCode::NOT_FOUND && kept.shows("chưa được lưu"), "{}", kept.text);
        let back = client.get("/lam-viec/doi-don-vi").await.form("/lam-viec/doi-don-vi");
        client.send("/lam-viec/doi-don-vi", &with(back, &[("don-vi", other)])).await;
        let asked = client.send("/gui-lai", &kept.form("/gui-lai")).await;
        let saved = client.send(&sheet(other), &asked.form(&sheet(other))).await;
        assert_eq!(saved.location(), format!("{}?xong=luu", sheet(other)), "{}", saved.text);
        // Nobody else learns anything.
        let alone = house.signed_in("mot.noi").await.get(&sheet("xa")).await;
        assert!(alone.status == StatusCode::NOT_FOUND && !alone.shows("doi-don-vi"), "{}", alone.text);
    }

    async fn no_browser_keeps_what_somebody_signed_in_saw(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let client = house.signed_in("quan.tri").await;
        for path in ["/lam-viec", "/lam-viec/nguoi-dung", "/en/lam-viec/tai-khoan", "/lam-viec/khong-co"] {
            let expected = if path.ends_with("khong-co") { "" } else { "no-store" };
            assert_eq!(client.get(path).await.header("cache-control"), expected, "{path}");
        }
        assert_eq!(house.nobody().get("/dang-nhap").await.header("cache-control"), "");
    }

    async fn passwords_are_not_kept_for_later(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let mut client = house.signed_in("can.bo").await;
        let fields = [("mat-khau-cu", "bi-mat-cu-37"), ("mat-khau-moi", "bi-mat-moi-37"), ("mat-khau-nhac-lai", "bi-mat-moi-37")];
        let answer = client.send("/lam-viec/tai-khoan/mat-khau", &fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(!answer.shows("bi-mat"), "{}", answer.text);
    }

    async fn a_form_leads_nowhere_else(house: House) {
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let mut client = house.signed_in("can.bo").await;
        for to in ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "/gui-lai", "/gui-lai?x=1"] {
            let answer = client.send("/gui-lai", &[("gui-den", to), ("x", "1")]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{to}");
        }
        let answer = client.ask("POST", "/lam-viec/doi-don-vi", "application/json", None, "{}".to_owned()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "only forms are forms");
        let large = format!("x={}", "a".repeat(2 * 1024 * 1024));
        let answer = client.ask("POST", "/lam-viec/doi-don-vi", "application/x-www-form-urlencoded", None, large).await;
        assert!(answer.status == StatusCode::PAYLOAD_TOO_LARGE || answer.status == StatusCode::BAD_REQUEST, "{}", answer.status);
    }

    async fn a_form_sent_twice_makes_one_thing(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        house.with_role("thuong.truc", Role::ReformOffice, "tinh", Reach::Subtree).await;
        let mut client = house.signed_in("quan.tri").await;
        let fields = with(client.get(NEW).await.form(NEW), &[("ten-dang-nhap", "nguoi.moi"), ("ho-ten", "Người Mới"), ("don-vi", "so")]);
        let first = client.send(NEW, &fields).await;
        assert!(first.shows("/lien-ket/"), "the link is shown once: {}", first.text);
        let again = client.send(NEW, &fields).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
        let person = client.get(again.location()).await;
        assert!(person.shows("Người Mới") && !person.shows("/lien-ket/"));
        assert_eq!(count(&house, "nguoi.moi").await, 1);
        // A role.
        let give = format!("{}/vai-tro", again.location());
        let open = with(client.get(&give).await.form(&give), &[("vai-tro", "leader")]);
        let guessed = client.send(&give, &open).await;
        assert!(guessed.shows("Chọn phạm vi của vai trò."), "how far a role reaches is never guessed: {}", guessed.text);
        let fields = with(open, &[("pham-vi", "subtree")]);
        let (one, two) = (client.send(&give, &fields).await, client.send(&give, &fields).await);
        assert_eq!((one.status, one.location()), (two.status, two.location()));
        assert_eq!(house.lines("SELECT role FROM role_grant WHERE role = 'leader'").await.len(), 1);
        // A collection.
        let mut office = house.signed_in("thuong.truc").await;
        let new = "/lam-viec/so-lieu/tao";
        let typed = [("ten", "Quý III"), ("ky", "2026-RQ3"), ("tu-ngay", "15/09/2026"), ("han", "20/09/2026"), ("nhom", "so"), ("chi-tieu", "report.tasks_set")];
        let fields = with(office.get(new).await.form(new), &typed);
        let (one, two) = (office.send(new, &fields).await, office.send(new, &fields).await);
        assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.text);
        assert_eq!(one.location(), two.location());
        assert_eq!(house.lines("SELECT title FROM collection").await, ["Quý III"]);
    }

    async fn a_form_sent_twice_at_once_makes_one_thing(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let client = house.signed_in("quan.tri").await;
        let fields = with(client.get(NEW).await.form(NEW), &[("ten-dang-nhap", "nguoi.moi"), ("ho-ten", "Người Mới"), ("don-vi", "so")]);
        let (mut one, mut two) = (client.clone(), client);
        let answers = tokio::join!(one.send(NEW, &fields), two.send(NEW, &fields));
        let statuses = [answers.0.status, answers.1.status];
        assert!(statuses.contains(&StatusCode::OK), "{statuses:?}");
        // The other one is told that it is at work, or where it led.
        let other = if statuses[0] == StatusCode::OK { statuses[1] } else { statuses[0] };
        assert!([StatusCode::CONFLICT, StatusCode::SEE_OTHER].contains(&other), "{statuses:?}");
        assert_eq!(count(&house, "nguoi.moi").await, 1);
    }

    async fn a_refused_form_can_be_corrected_and_sent_again(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let mut client = house.signed_in("quan.tri").await;
        let fields = with(client.get(NEW).await.form(NEW), &[("ten-dang-nhap", "quan.tri"), ("ho-ten", "Trùng Tên"), ("don-vi", "so")]);
        let refused = client.send(NEW, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.shows("Tên đăng nhập này đã có người dùng.") && refused.shows("Trùng Tên"));
        let corrected = client.send(NEW, &with(fields, &[("ten-dang-nhap", "ten.khac")])).await;
        assert_eq!(corrected.status, StatusCode::OK, "the same page works on: {}", corrected.text);
        assert_eq!(count(&house, "ten.khac").await, 1);
    }
}
