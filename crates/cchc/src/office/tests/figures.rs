//! Figures from the unit to the registry: entering, deadlines, returning, accepting.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use chrono::TimeDelta;
use test_support::on_both;

use super::client::{Client, with};
use super::house::House;

/// A sheet of the unit `so`, with everybody who has to do with it.
struct Sheet {
    path: String,
    officer: Client,
    head: Client,
    office: Client,
}

impl Sheet {
    async fn of(house: &House) -> Self {
        house.with_role("dau.moi", Role::UnitOfficer, "so", Reach::Unit).await;
        house.with_role("thu.truong", Role::UnitHead, "so", Reach::Unit).await;
        house.with_role("thuong.truc", Role::ReformOffice, "tinh", Reach::Subtree).await;
        let collection = house.collection("Báo cáo quý III", &["so", "xa"]).await;
        let (officer, head, office) =
            (house.signed_in("dau.moi").await, house.signed_in("thu.truong").await, house.signed_in("thuong.truc").await);
        Self { path: format!("/lam-viec/so-lieu/{collection}/so"), officer, head, office }
    }

    fn act(&self, act: &str) -> String {
        format!("{}/{act}", self.path)
    }
}

const FULL: [(&str, &str); 3] = [("so.report.tasks_set", "1.234"), ("so.report.tasks_done", "0"), ("so.report.share_online", "87,5")];

const FIGURES: &str = "SELECT indicator || ' ' || COALESCE(value, missing_reason) FROM figure ORDER BY indicator";
const OBSERVED: &str = "SELECT indicator || ' ' || status || ' ' || COALESCE(value, missing_reason) FROM observation ORDER BY indicator";

/// No room for one figure more, and room again.
async fn fill_the_disk(house: &House, full: bool) {
    let sql = match (&house.app.db, full) {
        // No less than the pages that are there, so that a long note needs one too many.
        (platform::Db::Lite { .. }, true) => "PRAGMA max_page_count = 1",
        (platform::Db::Lite { .. }, false) => "PRAGMA max_page_count = 1000000",
        (platform::Db::Pg(_), true) => {
            "CREATE FUNCTION full_disk() RETURNS TRIGGER AS $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$ LANGUAGE plpgsql; \
             CREATE TRIGGER full_disk BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION full_disk()"
        }
        (platform::Db::Pg(_), false) => "DROP TRIGGER full_disk ON event",
    };
    house.execute(sql).await;
}

on_both! {
    async fn a_full_disk_is_told_and_nothing_is_half_saved(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let path = sheet.path.clone();
        let long = "dài ".repeat(4000);
        let typed = with(sheet.officer.get(&path).await.form(&path), &[FULL[0], ("ghi-chu.report.tasks_set", long.as_str())]);
        let events = house.lines("SELECT action FROM event").await.len();
        fill_the_disk(&house, true).await;
        let full = sheet.officer.send(&path, &typed).await;
        assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE, "{}", full.text);
        assert!(full.shows("Không có dữ liệu nào đã lưu bị mất."), "{}", full.text);
        assert_eq!(sheet.officer.get(&path).await.status, StatusCode::OK, "reading goes on");
        assert!(house.lines(FIGURES).await.is_empty(), "no figure without its event");
        assert_eq!(house.lines("SELECT action FROM event").await.len(), events, "no event without its figure");
        fill_the_disk(&house, false).await;
        // The same form once more: its page is still right.
        let saved = sheet.officer.send(&path, &typed).await;
        assert_eq!(saved.location(), format!("{path}?xong=luu"), "{}", saved.text);
        assert_eq!(house.lines(FIGURES).await, ["report.tasks_set 1234"]);
        let chains = platform::history::verify(&house.app.db, &[]).await.unwrap();
        assert!(chains.faults.is_empty(), "{chains:?}");
    }

    async fn figures_go_from_the_unit_to_the_registry(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let path = sheet.path.clone();
        assert!(sheet.officer.get("/lam-viec").await.shows("Nhập số liệu"), "the task stands on the first page");
        let saved = sheet.officer.fill(&path, &path, &FULL).await;
        assert_eq!(saved.location(), format!("{path}?xong=luu"), "{}", saved.text);
        assert_eq!(house.lines(FIGURES).await, ["report.share_online 87.5", "report.tasks_done 0", "report.tasks_set 1234"]);
        assert!(house.lines(OBSERVED).await.is_empty(), "what is not accepted is no observation");
        let refused = sheet.officer.post(&sheet.act("gui"), &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "the head hands in");
        assert!(sheet.head.get("/lam-viec").await.shows("Số liệu đã đủ, chờ gửi"));
        assert_eq!(sheet.head.post(&sheet.act("gui"), &[]).await.location(), format!("{path}?xong=gui"));
        let locked = sheet.officer.post(&path, &[("so.report.tasks_set", "5"), ("ban.report.tasks_set", "1")]).await;
        assert!(locked.status == StatusCode::UNPROCESSABLE_ENTITY && locked.shows("Số liệu đã gửi và đang chờ duyệt"), "{}", locked.text);
        // Returned with a reason, corrected, handed in again, accepted.
        assert!(sheet.office.get("/lam-viec").await.shows("1 đơn vị chờ duyệt số liệu"));
        let nothing = sheet.office.post(&sheet.act("tra-lai"), &[("ly-do", " ")]).await;
        assert!(nothing.status == StatusCode::UNPROCESSABLE_ENTITY && nothing.shows("Nhập lý do."), "{}", nothing.text);
        let back = sheet.office.post(&sheet.act("tra-lai"), &[("ly-do", "Kiểm tra <b>lại</b>")]).await;
        assert_eq!(back.location(), format!("{path}?xong=tra-lai"), "{}", back.text);
        let home = sheet.officer.get("/lam-viec").await;
        assert!(home.shows("Số liệu bị trả lại") && home.shows("Kiểm tra &lt;b&gt;lại&lt;/b&gt;"), "{}", home.text);
        sheet.officer.fill(&path, &path, &[("so.report.tasks_done", ""), ("ly-do.report.tasks_done", "chưa tổng hợp")]).await;
        sheet.head.post(&sheet.act("gui"), &[]).await;
        let accepted = sheet.office.post(&sheet.act("duyet"), &[]).await;
        assert_eq!(accepted.location(), format!("{path}?xong=duyet"), "{}", accepted.text);
        let observed = ["report.share_online reported 87.5", "report.tasks_done missing chưa tổng hợp", "report.tasks_set reported 1234"];
        assert_eq!(house.lines(OBSERVED).await, observed);
        let twice = sheet.office.post(&sheet.act("duyet"), &[]).await;
        assert!(twice.status == StatusCode::UNPROCESSABLE_ENTITY && twice.shows("Người khác vừa thực hiện một bước"), "{}", twice.text);
        assert_eq!(house.lines(OBSERVED).await, observed, "once is enough");
        let history = sheet.office.get("/lam-viec/lich-su").await;
        for words in ["Số liệu – nhập: Số nhiệm vụ đề ra", "Số liệu: 87,5", "Trạng thái: Chờ duyệt → Đã duyệt", "Số liệu của đơn vị – duyệt: Sở Thứ Nhất"] {
            assert!(history.shows(words), "{words}: {}", history.text);
        }
        let steps = house.lines("SELECT action FROM event WHERE kind = 'collection_unit' ORDER BY at, sequence").await;
        assert_eq!(steps, ["submitted", "returned", "submitted", "accepted"]);
    }

    async fn what_is_no_figure_is_told_all_at_once_and_stays_in_its_field(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let path = sheet.path.clone();
        let typed = [
            ("so.report.tasks_set", "<script>alert(1)</script>"),
            ("so.report.tasks_done", "1,5"),
            ("so.report.share_online", "7"),
            ("ly-do.report.share_online", "cả hai"),
        ];
        let answer = sheet.officer.fill(&path, &path, &typed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["không phải là số nguyên", "“1,5”", "không nhập cả hai"] {
            assert!(answer.shows(words), "{words}: {}", answer.text);
        }
        assert!(answer.shows("value=\"&lt;script&gt;alert(1)&lt;/script&gt;\"") && !answer.shows("<script>alert"));
        assert!(house.lines(FIGURES).await.is_empty(), "all or none");
    }

    async fn two_people_in_one_figure_both_see_it(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let path = sheet.path.clone();
        let (first, second) = (sheet.officer.get(&path).await.form(&path), sheet.head.get(&path).await.form(&path));
        sheet.officer.send(&path, &with(first, &[("so.report.tasks_set", "10"), ("so.report.tasks_done", "4")])).await;
        let own = with(second, &[("so.report.tasks_set", "12"), ("so.report.tasks_done", "4"), ("so.report.share_online", "50")]);
        let conflict = sheet.head.send(&path, &own).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(conflict.shows("10 – Minh Họa dau.moi") && conflict.shows(">12<"), "{}", conflict.text);
        assert_eq!(house.lines(FIGURES).await, ["report.tasks_done 4", "report.tasks_set 10"], "nothing of the second was saved");
        // Keep the new one and save the rest; then, from the same page, one's own over it.
        let forms = conflict.text.rsplit_once("<form").unwrap();
        let keep = super::client::Answer { text: format!("<form{}", forms.1), ..conflict };
        assert_eq!(sheet.head.send(&path, &keep.form(&path)).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.lines(FIGURES).await, ["report.share_online 50", "report.tasks_done 4", "report.tasks_set 10"]);
        let over = super::client::Answer { text: forms.0.to_owned(), ..keep };
        assert_eq!(sheet.head.send(&path, &over.form(&path)).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.lines(FIGURES).await, ["report.share_online 50", "report.tasks_done 4", "report.tasks_set 12"]);
    }

    async fn the_same_form_sent_twice_leaves_one_trace(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let path = sheet.path.clone();
        let fields = with(sheet.officer.get(&path).await.form(&path), &FULL);
        let (one, two) = (sheet.officer.send(&path, &fields).await, sheet.officer.send(&path, &fields).await);
        assert_eq!((one.status, two.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
        assert_eq!(house.lines("SELECT thing FROM event WHERE kind = 'figure'").await.len(), 3);
    }

    async fn a_deadline_locks_and_a_reason_opens_again(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let path = sheet.path.clone();
        let token_page = sheet.officer.get(&path).await.form(&path);
        house.pass(TimeDelta::days(4));
        for login in ["dau.moi", "thu.truong", "thuong.truc"] {
            let client = house.signed_in(login).await;
            match login {
                "dau.moi" => sheet.officer = client,
                "thu.truong" => sheet.head = client,
                _ => sheet.office = client,
            }
        }
        let token = sheet.officer.token().await;
        let late = sheet.officer.send(&path, &with(with(token_page, &FULL), &[("phieu", token.as_str())])).await;
        assert!(late.status == StatusCode::UNPROCESSABLE_ENTITY && late.shows("Đã quá hạn nên số liệu bị khóa."), "{}", late.text);
        let home = sheet.officer.get("/lam-viec").await;
        assert!(home.shows("Đã quá hạn") && home.shows("quá hạn hôm nay"), "{}", home.text);
        let reopen = sheet.act("mo-lai");
        assert_eq!(sheet.head.post(&reopen, &[("ly-do", "xin thêm"), ("han", "30/09/2026")]).await.status, StatusCode::FORBIDDEN);
        for (reason, until, words) in
            [("", "30/09/2026", "Nhập lý do."), ("đường truyền", "1/9/2026", "Hạn mới phải sau"), ("đường truyền", "mai", "Hạn mới phải sau")]
        {
            let answer = sheet.office.post(&reopen, &[("ly-do", reason), ("han", until)]).await;
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.shows(words), "{until}: {}", answer.text);
        }
        let opened = sheet.office.post(&reopen, &[("ly-do", "Lỗi đường truyền"), ("han", "21/09/2026 15:00")]).await;
        assert_eq!(opened.location(), format!("{path}?xong=mo-lai"), "{}", opened.text);
        let saved = sheet.officer.fill(&path, &path, &FULL).await;
        assert_eq!(saved.location(), format!("{path}?xong=luu"), "{}", saved.text);
        assert_eq!(house.lines("SELECT reason FROM event WHERE action = 'reopened'").await, ["Lỗi đường truyền"]);
    }

    async fn a_head_cannot_hand_in_what_is_not_complete(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let path = sheet.path.clone();
        sheet.head.fill(&path, &path, &FULL[..2]).await;
        let answer = sheet.head.post(&sheet.act("gui"), &[]).await;
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.shows("còn thiếu: Tỷ lệ hồ sơ trực tuyến"), "{}", answer.text);
    }

    async fn units_do_not_see_what_is_being_prepared(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let new = "/lam-viec/so-lieu/tao";
        let typed = [("ten", "Bản nháp bí mật"), ("ky", "2026-RQ3"), ("tu-ngay", "15/09/2026"), ("han", "20/09/2026"), ("nhom", "so"), ("chi-tieu", "report.tasks_set")];
        let made = sheet.office.fill(new, new, &typed).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let draft = made.location();
        assert!(sheet.office.get(draft).await.shows("Bản nháp bí mật"));
        for address in [draft.to_owned(), format!("{draft}/so"), format!("{draft}/tong-hop.csv")] {
            assert_eq!(sheet.officer.get(&address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        for address in ["/lam-viec", "/lam-viec/so-lieu", "/api/v1/collections"] {
            assert!(!sheet.officer.get(address).await.shows("Bản nháp bí mật"), "{address}");
        }
        assert_eq!(sheet.office.post(&format!("{draft}/mo"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(sheet.officer.get(&format!("{draft}/so")).await.shows("Bản nháp bí mật"));
        assert_eq!(sheet.office.post(&format!("{draft}/dong"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(sheet.officer.get(&format!("{draft}/so")).await.shows("Đợt thu thập đã đóng."));
    }
}
