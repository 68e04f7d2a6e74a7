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
        assert!(full.shows("Nội dung vừa gửi chưa được lưu") && full.shows("Những gì đã lưu trước đó không bị mất."), "{}", full.text);
        // A browser that goes back may show an empty sheet, so what was typed waits on this page.
        let kept = full.form("/gui-lai");
        assert!(kept.iter().any(|(name, value)| name == "so.report.tasks_set" && value == "1.234"), "{}", full.text);
        let again = sheet.officer.send("/gui-lai", &kept).await;
        assert!(again.form(&path).iter().any(|(name, value)| name == "ghi-chu.report.tasks_set" && value.trim() == long.trim()), "{}", again.text);
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
        // The button leads to something that can be done: asking the reform office, which then has one task for all late units.
        assert!(home.shows(&format!("href=\"{path}#de-nghi\"")) && home.shows("Đề nghị mở lại"), "{}", home.text);
        let ask = sheet.act("de-nghi-mo-lai");
        let without = sheet.officer.post(&ask, &[("ly-do", " ")]).await;
        assert!(without.status == StatusCode::UNPROCESSABLE_ENTITY && without.shows("Nhập lý do."), "{}", without.text);
        let asked = sheet.officer.fill(&path, &ask, &[("ly-do", "Mất điện hai ngày")]).await;
        assert_eq!(asked.location(), format!("{path}?xong=de-nghi"), "{}", asked.text);
        assert_eq!(sheet.office.post(&ask, &[("ly-do", "x")]).await.status, StatusCode::FORBIDDEN, "the office does not ask itself");
        assert!(sheet.officer.get("/lam-viec").await.shows("Đã đề nghị mở lại, chờ cơ quan thường trực"));
        let office = sheet.office.get("/lam-viec").await;
        for words in ["2 đơn vị quá hạn chưa gửi số liệu", "1 đơn vị đề nghị mở lại", "Xem và mở lại", "#qua-han"] {
            assert!(office.shows(words), "{words}: {}", office.text);
        }
        assert!(sheet.office.get("/lam-viec/thong-bao").await.shows("Sở Thứ Nhất đề nghị mở lại số liệu “Báo cáo quý III” đã quá hạn: Mất điện hai ngày"));
        assert!(sheet.office.get(&path).await.shows("Đơn vị đề nghị mở lại"));
        let reopen = sheet.act("mo-lai");
        assert_eq!(sheet.head.post(&reopen, &[("ly-do", "xin thêm"), ("han", "30/09/2026")]).await.status, StatusCode::FORBIDDEN);
        for (reason, until, words) in
            [("", "30/09/2026", "Nhập lý do."), ("đường truyền", "1/9/2026", "Hạn mới phải sau"), ("đường truyền", "mai", "là ngày có thật")]
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

    async fn late_units_are_opened_again_together_or_not_at_all(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let collection = sheet.path.trim_end_matches("/so").to_owned();
        let act = format!("{collection}/mo-lai");
        house.pass(TimeDelta::days(4));
        (sheet.office, sheet.head) = (house.signed_in("thuong.truc").await, house.signed_in("thu.truong").await);
        let page = sheet.office.get(&collection).await;
        assert!(page.shows("2 đơn vị quá hạn chưa gửi"), "{}", page.text);
        let token = sheet.office.token().await;
        let both = |until: &str| {
            [("phieu", token.clone()), ("don-vi-mo", "so".to_owned()), ("don-vi-mo", "xa".to_owned()), ("ly-do", "Bão số 9".to_owned()), ("han", until.to_owned())]
        };
        assert!(sheet.office.send(&act, &both("31/02/2026")).await.shows("là ngày có thật"));
        assert!(sheet.office.send(&act, &both("18/09/2026")).await.shows("Hạn mới phải sau thời điểm hiện tại."));
        assert_eq!(sheet.head.post(&act, &[("don-vi-mo", "so"), ("ly-do", "x"), ("han", "30/09/2026")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(sheet.office.send(&act, &both("25/09/2026 15:00")).await.location(), collection);
        assert_eq!(house.lines("SELECT unit FROM collection_unit WHERE extended_to IS NOT NULL ORDER BY unit").await, ["so", "xa"]);
        assert_eq!(house.lines("SELECT reason FROM event WHERE action = 'reopened'").await, ["Bão số 9", "Bão số 9"]);
        let again = sheet.office.send(&act, &both("28/09/2026")).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "they are late no more: {}", again.text);
    }

    async fn handing_in_by_the_same_form_twice_leads_to_the_same_page(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let path = sheet.path.clone();
        sheet.officer.fill(&path, &path, &FULL).await;
        let form = sheet.head.get(&path).await.form(&sheet.act("gui"));
        let (one, two) = (sheet.head.send(&sheet.act("gui"), &form).await, sheet.head.send(&sheet.act("gui"), &form).await);
        assert_eq!((one.location(), two.location()), (format!("{path}?xong=gui").as_str(), format!("{path}?xong=gui").as_str()), "{}", two.text);
        assert_eq!(house.lines("SELECT thing FROM event WHERE action = 'submitted'").await.len(), 1);
    }

    async fn no_way_in_takes_a_figure_that_its_indicator_cannot_have(house: House) {
        let mut sheet = Sheet::of(&house).await;
        house.execute("UPDATE indicator SET unit_vi = '%' WHERE indicator = 'report.share_online'").await;
        let path = sheet.path.clone();
        let typed = [("so.report.tasks_set", "-5"), ("so.report.tasks_done", "99999999999999999999"), ("so.report.share_online", "100,5")];
        let form = sheet.officer.fill(&path, &path, &typed).await;
        assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["“-5” không được nhỏ hơn 0", "không được lớn hơn 999.999.999.999", "“100,5” không được lớn hơn 100"] {
            assert!(form.shows(words), "{words}: {}", form.text);
        }
        let file = "Mã chỉ tiêu;Số liệu;Lý do không có số liệu\nreport.tasks_set;12,5;\nreport.tasks_done;-5;\nreport.share_online;101;vì sao\nreport.la;1;\n";
        let faults = upload(&sheet.officer, &sheet.act("nhap"), &[], file).await;
        assert_eq!(faults.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["Tệp: bang.csv", "5 lỗi", "Cột này chỉ nhận số nguyên.", "nhỏ hơn mức thấp nhất", "lớn hơn mức cao nhất", "Mã này không thuộc bảng cần nhập.", "Dòng có giá trị cả ở đây và ở cột"] {
            assert!(faults.shows(words), "{words}: {}", faults.text);
        }
        // The file goes along to the next form.
        let carried: Vec<(String, String)> = faults.form(&sheet.act("nhap"));
        let kept = faults.text.split("name=\"tep-noi-dung\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(carried.iter().any(|(name, _)| name == "phieu"));
        let again = upload(&sheet.officer, &sheet.act("nhap"), &[("tep-ten", "bang.csv"), ("tep-noi-dung", &kept)], "").await;
        assert!(again.shows("5 lỗi"), "{}", again.text);
        // A point parts thousands where things are counted; nothing is left to ask.
        let preview = upload(&sheet.officer, &sheet.act("nhap"), &[], "Mã chỉ tiêu;Số liệu\nreport.tasks_set;1.234\n").await;
        assert!(preview.status == StatusCode::OK && preview.shows("1.234"), "{}", preview.text);
        assert!(house.lines(FIGURES).await.is_empty());
    }

    async fn a_person_of_two_units_sees_what_waits_at_the_other(house: House) {
        let account = house.with_role("hai.don.vi", Role::UnitOfficer, "so", Reach::Unit).await;
        house.give(&account, Role::UnitOfficer, "xa", Reach::Unit).await;
        house.collection("Báo cáo quý III", &["so", "xa"]).await;
        let mut client = house.signed_in("hai.don.vi").await;
        client.post("/lam-viec/doi-don-vi", &[("don-vi", "so")]).await;
        let home = client.get("/lam-viec").await;
        assert!(home.shows("Ở Xã Thử Nghiệm còn 1 việc") && home.shows("Chuyển sang Xã Thử Nghiệm"), "{}", home.text);
        client.fill("/lam-viec", "/lam-viec/doi-don-vi", &[]).await;
        assert!(client.get("/lam-viec").await.shows("Ở Sở Thứ Nhất còn 1 việc"));
    }

    async fn what_was_changed_behind_the_programs_back_is_named(house: House) {
        let mut sheet = Sheet::of(&house).await;
        let path = sheet.path.clone();
        sheet.officer.fill(&path, &path, &FULL).await;
        house.pass(TimeDelta::minutes(1));
        sheet.officer.fill(&path, &path, &[("so.report.tasks_set", "1.235")]).await;
        let looked = async || {
            let (count, mut faults) = collection::figures_unlike_their_history(&house.app.db).await.unwrap();
            let mut read = house.app.db.read().await.unwrap();
            faults.extend(accounts::roles_unlike_their_history(read.conn()).await.unwrap());
            let told: Vec<String> = faults.iter().map(|fault| format!("{} {} {:?}", fault.kind, fault.thing.rsplit('/').next().unwrap(), fault.trouble)).collect();
            (count, told)
        };
        assert_eq!(looked().await, (3, vec![]));
        let grant = house.lines("SELECT role_grant FROM role_grant WHERE role = 'unit-head'").await.remove(0);
        for (deed, back, told) in [
            ("UPDATE figure SET value = '9' WHERE value = '0'", "UPDATE figure SET value = '0' WHERE value = '9'", "figure report.tasks_done Changed".to_owned()),
            // Also back to what it was before.
            ("UPDATE figure SET value = '1234' WHERE value = '1235'", "UPDATE figure SET value = '1235' WHERE value = '1234'", "figure report.tasks_set Changed".to_owned()),
            ("UPDATE figure SET note = 'x' WHERE indicator = 'report.share_online'", "UPDATE figure SET note = NULL", "figure report.share_online Changed".to_owned()),
            ("UPDATE role_grant SET role = 'administrator' WHERE role = 'unit-head'", "UPDATE role_grant SET role = 'unit-head' WHERE role = 'administrator'", format!("role_grant {grant} Changed")),
            ("UPDATE role_grant SET revoked_at = '2026-09-16T03:00:00Z' WHERE role = 'unit-head'", "UPDATE role_grant SET revoked_at = NULL", format!("role_grant {grant} Changed")),
        ] {
            house.execute(deed).await;
            assert_eq!(looked().await.1, [told], "{deed}");
            house.execute(back).await;
            assert_eq!(looked().await.1, Vec::<String>::new(), "{back}");
        }
        house.execute("DELETE FROM figure WHERE indicator = 'report.tasks_done'").await;
        house.execute("UPDATE event SET kind = 'x' WHERE thing LIKE '%report.share_online'").await;
        assert_eq!(looked().await.1, ["figure report.share_online Unknown", "figure report.tasks_done Gone"]);
    }
}

/// Sends the form with a file, as a browser does.
async fn upload(client: &Client, path: &str, fields: &[(&str, &str)], file: &str) -> super::client::Answer {
    let token = client.token().await;
    let part =
        |name: &str, more: &str, value: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n");
    let mut body = part("phieu", "", &token);
    fields.iter().for_each(|(name, value)| body.push_str(&part(name, "", value)));
    if !file.is_empty() {
        body.push_str(&part("tep", "; filename=\"bang.csv\"", file));
    }
    body.push_str("--x--\r\n");
    client.ask("POST", path, "multipart/form-data; boundary=x", None, body).await
}
