//! People and their history: signs that want to be code, two who edit one record.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use test_support::on_both;

use super::client::with;
use super::house::House;

/// What must stay text wherever it is shown.
const NASTY: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE account; --",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "{{7*7}} ${7*7} &lt;b&gt;",
    "Nguyễn\u{202e}nẫV",
];

on_both! {
    async fn signs_that_want_to_be_code_stay_text_in_every_field(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        house.with_role("thanh.tra", Role::Auditor, "tinh", Reach::Subtree).await;
        let (mut client, auditor) = (house.signed_in("quan.tri").await, house.signed_in("thanh.tra").await);
        for (number, nasty) in NASTY.into_iter().enumerate() {
            let login = format!("nguoi.{number}");
            let typed = [("ten-dang-nhap", login.as_str()), ("ho-ten", nasty), ("chuc-vu", nasty), ("dien-thoai", nasty), ("don-vi", "so")];
            let made = client.fill("/lam-viec/nguoi-dung/them", "/lam-viec/nguoi-dung/them", &typed).await;
            assert_eq!(made.status, StatusCode::OK, "{nasty}: {}", made.text);
            assert_eq!(house.lines(&format!("SELECT name FROM account WHERE login = '{login}'")).await, [nasty], "stored as typed");
            let key = house.lines(&format!("SELECT account FROM account WHERE login = '{login}'")).await.remove(0);
            let lists = ["/lam-viec/nguoi-dung".to_owned(), format!("/lam-viec/nguoi-dung?tim={}", ui::url::encode_query(nasty))];
            let pages = [format!("/lam-viec/nguoi-dung/{key}"), format!("/lam-viec/nguoi-dung/{key}/sua"), "/lam-viec/lich-su".to_owned()];
            for address in lists.iter().chain(&pages) {
                let page = client.get(address).await;
                assert_eq!(page.status, StatusCode::OK, "{address}");
                assert!(!page.shows("<script>alert") && !page.shows("<img src=x"), "{address} runs what was typed");
            }
            // Refused, it comes back as text, too.
            let refused = client.fill("/lam-viec/nguoi-dung/them", "/lam-viec/nguoi-dung/them", &[("ten-dang-nhap", nasty), ("ho-ten", nasty), ("don-vi", nasty), ("thu", nasty)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{nasty}");
            assert!(!refused.shows("<script>alert") && !refused.shows("<img src=x"), "{nasty}: {}", refused.text);
        }
        let file = auditor.get("/lam-viec/lich-su.csv").await;
        assert_eq!(file.status, StatusCode::OK);
        for cell in file.text.split([';', ',', '\n']) {
            assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '@']), "a spreadsheet would run {cell}");
        }
    }

    async fn addresses_and_filters_are_no_code(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let client = house.signed_in("quan.tri").await;
        for nasty in NASTY {
            let value = ui::url::encode_query(nasty);
            for address in [format!("/lam-viec/nguoi-dung?tim={value}&trang={value}"), format!("/lam-viec/lich-su?loai={value}&nguoi={value}&ban-ghi={value}"), format!("/dang-nhap?ve={value}&vi-sao={value}")] {
                let page = client.get(&address).await;
                assert!(!page.status.is_server_error() && !page.status.is_client_error(), "{address}: {}", page.status);
                assert!(!page.shows("<script>alert") && !page.shows("<img src=x"), "{address}");
            }
            let page = client.get(&format!("/lam-viec/lich-su?tu={value}")).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{nasty} is no day");
            assert!(page.shows("không phải là một ngày"), "{}", page.text);
            assert!(!page.shows("<script>alert") && !page.shows("<img src=x"), "{nasty}");
        }
    }

    async fn whoever_saves_second_sees_both_versions_and_chooses(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let target = house.someone("muc.tieu", "so").await;
        let (mut one, mut two) = (house.signed_in("quan.tri").await, house.signed_in("quan.tri").await);
        let edit = format!("/lam-viec/nguoi-dung/{target}/sua");
        let (first, second) = (one.get(&edit).await.form(&edit), two.get(&edit).await.form(&edit));
        assert_eq!(one.send(&edit, &with(first, &[("chuc-vu", "Trưởng phòng")])).await.status, StatusCode::SEE_OTHER);
        let conflict = two.send(&edit, &with(second, &[("chuc-vu", "Phó phòng")])).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(conflict.shows("Trưởng phòng") && conflict.shows("Phó phòng"), "both versions: {}", conflict.text);
        let position = "SELECT position FROM account WHERE login = 'muc.tieu'";
        assert_eq!(house.lines(position).await, ["Trưởng phòng"], "nothing is overwritten in silence");
        let saved = two.send(&edit, &conflict.form(&edit)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        assert_eq!(house.lines(position).await, ["Phó phòng"], "what the second one chose");
    }

    async fn the_history_of_a_person_is_told_in_words(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let target = house.someone("muc.tieu", "so").await;
        let mut client = house.signed_in("quan.tri").await;
        let edit = format!("/lam-viec/nguoi-dung/{target}/sua");
        client.fill(&edit, &edit, &[("don-vi", "so-2"), ("den-ngay", "31/12/2026")]).await;
        let close = format!("/lam-viec/nguoi-dung/{target}/trang-thai");
        let closed = client.post(&close, &[("mo", "0"), ("ly-do", "nghỉ việc")]).await;
        assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text);
        let page = client.get(&format!("/lam-viec/nguoi-dung/{target}")).await;
        for words in ["Đơn vị: Sở Thứ Nhất → Sở Thứ Hai", "Dùng đến ngày: – → 31/12/2026", "Trạng thái: Đang dùng → Đã khóa", "Lý do: nghỉ việc"] {
            assert!(page.shows(words), "{words}: {}", page.text);
        }
        let english = client.get(&format!("/en/lam-viec/nguoi-dung/{target}")).await;
        assert!(english.shows("Unit: Sở Thứ Nhất → Sở Thứ Hai") && english.shows("State: Active → Disabled"), "{}", english.text);
    }

    async fn the_review_of_accounts_falls_due_and_is_confirmed(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        let waits = "Rà soát tài khoản và vai trò";
        assert!(!house.signed_in("quan.tri").await.get("/lam-viec").await.shows(waits), "not in the first months");
        house.pass(chrono::TimeDelta::days(160));
        // An administrator's password would have to be changed first.
        house.execute("UPDATE account SET password_set_at = '2027-02-20T00:00:00+00:00'").await;
        let mut client = house.signed_in("quan.tri").await;
        let home = client.get("/lam-viec").await;
        assert!(home.shows(waits) && home.shows("16/03/2027"), "half a year after the first account: {}", home.text);
        assert!(!house.signed_in("can.bo").await.get("/lam-viec").await.shows(waits), "nobody else is asked");
        let confirm = "/lam-viec/nguoi-dung/ra-soat";
        client.fill("/lam-viec/nguoi-dung", confirm, &[("ghi-chu", "đã khóa hai tài khoản")]).await;
        assert!(!client.get("/lam-viec").await.shows(waits));
        let list = client.get("/lam-viec/nguoi-dung").await;
        assert!(list.shows("Minh Họa quan.tri") && list.shows("23/08/2027"), "{}", list.text);
        let told = client.get("/lam-viec/lich-su?loai=account_review").await;
        assert!(told.shows("Rà soát tài khoản – xác nhận đã rà soát") && told.shows("đã khóa hai tài khoản"), "{}", told.text);
    }

    async fn the_command_line_tells_a_closed_account_from_none(house: House) {
        use crate::commands::user::{Command, act};
        let (accounts, lang) = (&house.app.accounts, ui::Lang::Vi);
        house.invited("da.khoa", "so").await;
        house.invited("lau.ngay", "so").await;
        let reset = |login: &str| act(accounts, Command::Reset { login: login.to_owned() }, lang);
        assert!(reset("da.khoa").await.unwrap().contains("/lien-ket/"));
        let disable = Command::Disable { login: "da.khoa".to_owned(), reason: "nghỉ".to_owned() };
        act(accounts, disable, lang).await.unwrap();
        house.pass(chrono::TimeDelta::days(46));
        let list = act(accounts, Command::List, lang).await.unwrap();
        for words in ["da.khoa  Người da.khoa  [Đã khóa]", "lau.ngay  Người lau.ngay  [Ngừng vì lâu không đăng nhập]"] {
            assert!(list.contains(words), "{words}: {list}");
        }
        for (login, words) in [("da.khoa", "đang khóa"), ("lau.ngay", "ngừng vì lâu không đăng nhập"), ("khong.co", "Không có người dùng này")] {
            let said = crate::say::account(lang, &reset(login).await.unwrap_err());
            assert!(said.contains(words) && (login == "khong.co" || said.contains("cchc user enable")), "{login}: {said}");
        }
        for login in ["da.khoa", "lau.ngay"] {
            act(accounts, Command::Enable { login: login.to_owned(), reason: "trở lại".to_owned() }, lang).await.unwrap();
            assert!(reset(login).await.unwrap().contains("/lien-ket/"), "{login}");
        }
    }

    async fn what_could_not_be_sent_says_why_in_words(house: House) {
        let account = house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let faults = [
            ("answer-550: 550 no such mailbox", "Máy chủ từ chối (mã 550): 550 no such mailbox"),
            ("connection-refused: Connection refused (os error 111)", "Máy chủ không nhận kết nối: Connection refused (os error 111)"),
            ("timed-out: no answer in time", "Máy chủ không trả lời kịp thời gian chờ: no answer in time"),
            ("not-trusted: UnknownIssuer", "chứng thư số của máy chủ không được tin cậy"),
            ("unreachable", "Không kết nối được máy chủ"),
            ("450: try later", "450: try later"),
        ];
        for (number, (fault, _)) in faults.iter().enumerate() {
            house
                .execute(&format!(
                    "INSERT INTO notice (notice, account, kind, sameness, text_vi, text_en, link, made_at) \
                     VALUES ('n{number}', '{account}', 'late', 's{number}', 'Thử', 'Try', '/lam-viec', '2026-09-16T02:00:00+00:00'); \
                     INSERT INTO notice_delivery (notice, channel, manner, state, attempts, next_try_at, fault) \
                     VALUES ('n{number}', 'mail', 'each', 'failed', 1, '2026-09-16T02:00:00+00:00', '{fault}')"
                ))
                .await;
        }
        let page = house.signed_in("quan.tri").await.get("/lam-viec/thong-bao/khong-gui-duoc").await;
        for (_, words) in faults {
            assert!(page.shows(words), "{words}: {}", page.text);
        }
    }

    async fn an_act_without_its_reason_is_not_done(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let target = house.someone("muc.tieu", "so").await;
        let mut client = house.signed_in("quan.tri").await;
        for act in ["trang-thai", "bo-hai-lop"] {
            let answer = client.post(&format!("/lam-viec/nguoi-dung/{target}/{act}"), &[("mo", "0"), ("ly-do", "  ")]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
            assert!(answer.shows("Nhập lý do."), "{act}");
        }
        assert_eq!(house.lines("SELECT state FROM account WHERE login = 'muc.tieu'").await, ["active"]);
    }
}
