//! Acts on people, roles and deputies: what is refused is not offered, and says why when it is sent all the same.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use test_support::on_both;

use super::client::Answer;
use super::house::House;

const DEPUTY: &str = "/lam-viec/tai-khoan/nguoi-thay";

/// The form comes back with these words.
fn is_refused(answer: &Answer, words: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}: {}", answer.text);
    assert!(answer.shows(words), "{words}: {}", answer.text);
}

on_both! {
    async fn acts_on_oneself_are_not_offered_and_refused_in_words(house: House) {
        let own = house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let other = house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        house.execute("UPDATE account SET totp_since = '2026-09-01T00:00:00+00:00' WHERE login = 'can.bo'").await;
        let mut client = house.signed_in("quan.tri").await;
        house.execute("UPDATE account SET totp_since = '2026-09-01T00:00:00+00:00'").await;
        let (mine, theirs) = (format!("/lam-viec/nguoi-dung/{own}"), format!("/lam-viec/nguoi-dung/{other}"));
        let (my_page, their_page) = (client.get(&mine).await, client.get(&theirs).await);
        for act in ["lien-ket", "bo-hai-lop", "trang-thai"] {
            assert!(their_page.shows(&format!("action=\"{theirs}/{act}\"")), "{act}: {}", their_page.text);
            assert!(!my_page.shows(&format!("{mine}/{act}")), "{act} on oneself is not offered");
            for reason in ["", "thử"] {
                let sent = client.post(&format!("{mine}/{act}"), &[("mo", "0"), ("ly-do", reason)]).await;
                is_refused(&sent, "Bạn không thể tự làm việc này cho chính mình.");
                assert!(sent.shows("href=\"/lam-viec/tai-khoan\""), "{act}: where one does it");
            }
        }
        assert!(my_page.shows("Đây là tài khoản của chính bạn.") && my_page.shows(&format!("{mine}/sua")), "{}", my_page.text);
        assert_eq!(client.post(&format!("{theirs}/bo-hai-lop"), &[("ly-do", "mất máy")]).await.location(), theirs);
        is_refused(&client.post(&format!("{theirs}/bo-hai-lop"), &[("ly-do", "mất máy")]).await, "Việc này không còn gì để làm");
        client.post(&format!("{theirs}/trang-thai"), &[("mo", "0"), ("ly-do", "nghỉ")]).await;
        is_refused(&client.post(&format!("{theirs}/lien-ket"), &[]).await, "Mở lại tài khoản trước, rồi tạo liên kết.");
    }

    async fn an_account_that_is_shut_for_want_of_use_can_be_opened(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let other = house.invited("lau.ngay", "so").await.account;
        house.pass(chrono::TimeDelta::days(46));
        let mut client = house.signed_in("quan.tri").await;
        let page = format!("/lam-viec/nguoi-dung/{other}");
        let shut = client.get(&page).await;
        assert!(shut.shows("Ngừng vì lâu không đăng nhập") && shut.shows("Mở lại tài khoản") && !shut.shows(&format!("{page}/lien-ket")), "{}", shut.text);
        client.fill(&page, &format!("{page}/trang-thai"), &[("ly-do", "trở lại")]).await;
        assert!(client.post(&format!("{page}/lien-ket"), &[]).await.shows("/lien-ket/"));
    }

    async fn a_form_for_a_deputy_says_what_is_wrong_with_its_days(house: House) {
        house.with_role("thu.truong", Role::UnitHead, "so", Reach::Unit).await;
        let deputy = house.someone("pho", "so").await;
        let mut client = house.signed_in("thu.truong").await;
        let days = |from: &'static str, to: &'static str| [("nguoi", deputy.clone()), ("tu-ngay", from.to_owned()), ("den-ngay", to.to_owned())];
        for (from, to, words) in [
            ("01/09/2026", "10/09/2026", "Thời gian này đã qua. Chọn ngày cuối từ hôm nay trở đi."),
            ("16/09/2026", "31/12/9999", "Thời gian làm thay dài nhất một năm."),
            ("16/09/2026", "20/09/2026", ""),
            ("20/09/2026", "25/09/2026", "Người này đã được cử làm thay trong một số ngày đó."),
        ] {
            let fields = days(from, to);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = client.fill(DEPUTY, DEPUTY, &fields).await;
            if words.is_empty() {
                assert_eq!(answer.location(), "/lam-viec/tai-khoan", "{}", answer.text);
            } else {
                is_refused(&answer, words);
                assert!(answer.shows(to), "what was typed stays");
            }
        }
        let key = house.lines("SELECT deputy FROM deputy").await.remove(0);
        client.post(&format!("/lam-viec/nguoi-thay/{key}/thoi"), &[]).await;
        assert!(house.signed_in("pho").await.get("/lam-viec").await.shows("chưa có vai trò ở đơn vị nào"));
    }

    async fn whoever_has_an_administrators_role_alone_is_told_that_it_is_not_lent(house: House) {
        let own = house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let deputy = house.someone("dong.nghiep", "tinh").await;
        let mut client = house.signed_in("quan.tri").await;
        let why = "Vai trò quản trị hệ thống không giao cho người làm thay";
        let account = client.get("/lam-viec/tai-khoan").await;
        assert!(account.shows(why) && !account.shows(&format!("href=\"{DEPUTY}\"")), "{}", account.text);
        let page = client.get(DEPUTY).await;
        assert!(page.status == StatusCode::OK && page.shows(why) && !page.shows("name=\"nguoi\""), "{}", page.text);
        let fields = [("nguoi", deputy.as_str()), ("tu-ngay", "16/09/2026"), ("den-ngay", "20/09/2026")];
        is_refused(&client.post(DEPUTY, &fields).await, why);
        // Who heads the unit besides lends that.
        house.give(&own, Role::UnitHead, "tinh", Reach::Unit).await;
        assert_eq!(client.fill(DEPUTY, DEPUTY, &fields).await.location(), "/lam-viec/tai-khoan");
        let roles = house.signed_in("dong.nghiep").await.get("/lam-viec/tai-khoan").await;
        assert!(roles.shows("Người đứng đầu đơn vị (thay Minh Họa quan.tri)") && !roles.shows("Quản trị hệ thống (thay"), "{}", roles.text);
    }

    async fn a_role_out_of_reach_or_given_already_comes_back_in_the_form(house: House) {
        house.with_role("quan.tri.xa", Role::Administrator, "xa", Reach::Unit).await;
        let other = house.someone("can.bo.xa", "xa").await;
        let mut client = house.signed_in("quan.tri.xa").await;
        let form = format!("/lam-viec/nguoi-dung/{other}/vai-tro");
        let person = format!("/lam-viec/nguoi-dung/{other}");
        for (unit, reach, words) in [
            ("so", "unit", "Đơn vị này nằm ngoài phạm vi quản trị của bạn."),
            ("xa", "subtree", "Vai trò quản trị của bạn chỉ ở riêng đơn vị này nên không giao được phạm vi rộng hơn."),
            ("xa", "unit", ""),
            ("xa", "unit", "Người này đã có đúng vai trò này, tại đơn vị và phạm vi này, trong một số ngày đó."),
        ] {
            let fields = [("vai-tro", "unit-officer"), ("don-vi", unit), ("pham-vi", reach), ("ly-do", "Quyết định 12")];
            let answer = client.fill(&form, &form, &fields).await;
            if words.is_empty() {
                assert_eq!(answer.location(), person, "{}", answer.text);
            } else {
                is_refused(&answer, words);
                assert!(answer.shows("Quyết định 12"), "what was typed stays");
            }
        }
    }

    async fn the_last_administrator_who_reaches_as_far_keeps_the_role(house: House) {
        let own = house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        house.with_role("quan.tri.xa", Role::Administrator, "xa", Reach::Subtree).await;
        let grant = house.lines(&format!("SELECT role_grant FROM role_grant WHERE account = '{own}'")).await.remove(0);
        let mut client = house.signed_in("quan.tri").await;
        let revoke = format!("/lam-viec/vai-tro/{grant}/thu-hoi");
        let fields = [("nguoi", own.as_str()), ("ly-do", "thôi việc")];
        is_refused(&client.post(&revoke, &fields).await, "Phải còn ít nhất một người quản trị hệ thống khác");
        let edit = format!("/lam-viec/nguoi-dung/{own}/sua");
        is_refused(&client.fill(&edit, &edit, &[("den-ngay", "15/09/2026")]).await, "Phải còn ít nhất một người quản trị hệ thống khác");
        house.with_role("quan.tri.2", Role::Administrator, "tinh", Reach::Subtree).await;
        assert_eq!(client.post(&revoke, &fields).await.status, StatusCode::SEE_OTHER);
    }

    async fn the_form_of_a_person_tells_every_fault_at_once(house: House) {
        house.with_role("quan.tri.xa", Role::Administrator, "xa", Reach::Unit).await;
        let mut client = house.signed_in("quan.tri.xa").await;
        let add = "/lam-viec/nguoi-dung/them";
        let long = "Ă".repeat(201);
        let typed = [("ten-dang-nhap", "Ông An"), ("ho-ten", long.as_str()), ("don-vi", "không có"), ("thu", "an"), ("den-ngay", "hôm nay")];
        let answer = client.fill(add, add, &typed).await;
        for words in [
            "Tên đăng nhập gồm 3 đến 64 ký tự",
            "Mục này dài nhất 200 ký tự; đang có 201.",
            "Chọn một đơn vị có trong danh sách.",
            "Thư điện tử có dạng ten@co-quan.vn.",
            "Ngày có dạng 31/12/2026.",
        ] {
            is_refused(&answer, words);
        }
        let typed = [("ten-dang-nhap", "an.so"), ("ho-ten", "An"), ("don-vi", "so")];
        is_refused(&client.fill(add, add, &typed).await, "Đơn vị này nằm ngoài phạm vi quản trị của bạn.");
    }
}
