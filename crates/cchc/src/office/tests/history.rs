//! The history as people read it: on the record, in the log, as a file.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use chrono::TimeDelta;
use futures_util::StreamExt as _;
use test_support::on_both;

use super::house::House;

/// Events that stand in the table without an act behind them, many to a minute.
async fn many_events(house: &House, thousands: usize) {
    for minute in 0..thousands / 5 {
        house
            .execute(&format!(
                "INSERT INTO event (lane, sequence, at, kind, thing, action, reason, previous, digest) \
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
                 SELECT i % 16, 1000000 + {minute} * 5000 + i, '2026-09-{:02}T{:02}:00:00+00:00', 'figure', 'c/so/report.tasks_set', 'entered', \
                 'dòng', '', '' FROM n",
                1 + minute / 24 % 14,
                minute % 24
            ))
            .await;
    }
}

on_both! {
    async fn the_file_has_every_line_in_pieces_that_stay_small(house: House) {
        house.with_role("thanh.tra", Role::Auditor, "tinh", Reach::Subtree).await;
        let client = house.signed_in("thanh.tra").await;
        let before: usize = house.lines("SELECT action FROM event").await.len();
        many_events(&house, 250).await;
        let mut pieces = client.stream("/lam-viec/lich-su.csv").await.into_data_stream();
        let head = String::from_utf8(pieces.next().await.unwrap().unwrap().to_vec()).unwrap();
        assert_eq!(head, "\u{feff}Thời điểm;Ai;Thay mặt đơn vị;Việc;Trước và sau;Lý do;Từ địa chỉ;Số\r\n", "it comes before anything was looked for");
        let (mut lines, mut largest, mut last) = (0, 0, String::new());
        while let Some(piece) = pieces.next().await {
            let piece = piece.unwrap();
            largest = largest.max(piece.len());
            let text = std::str::from_utf8(&piece).unwrap();
            lines += text.matches("\r\n").count();
            last = text.lines().last().map_or(last, str::to_owned);
        }
        assert_eq!(lines, before + 250_000, "no line is cut off");
        assert!(largest < 200_000, "a piece of {largest} bytes");
        assert!(last.starts_with("01/09/2026 07:00:00;"), "newest first: {last}");
    }

    async fn the_log_is_searched_by_person_words_kind_and_days(house: House) {
        let officer = house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        house.with_role("can.bo.xa", Role::UnitOfficer, "xa", Reach::Unit).await;
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        let collection = house.collection("Quý III", &["so", "xa"]).await;
        for (login, unit) in [("can.bo", "so"), ("can.bo.xa", "xa")] {
            let path = format!("/lam-viec/so-lieu/{collection}/{unit}");
            let mut client = house.signed_in(login).await;
            client.fill(&path, &path, &[("so.report.tasks_set", "71"), ("so.report.tasks_done", "69")]).await;
        }
        let client = house.signed_in("quan.tri").await;
        let log = async |query: &str| {
            let page = client.get(&format!("/lam-viec/lich-su?loai=figure&{query}")).await;
            (page.status, page.text.matches("Số liệu – nhập: ").count())
        };
        assert_eq!(log("").await, (StatusCode::OK, 4));
        assert_eq!(log("nguoi=can.bo.xa").await.1, 2);
        assert_eq!(log("nguoi=Minh+Hoa+CAN.BO.XA").await.1, 2, "the name, with or without marks");
        assert_eq!(log(&format!("nguoi={officer}")).await.1, 2);
        assert_eq!(log("nguoi=khong.co").await.1, 0);
        assert_eq!(log("tim=xa+thu+nghiem").await.1, 2, "the name of the unit");
        assert_eq!(log("tim=nhiem+vu+da+hoan+thanh&nguoi=can.bo.xa").await.1, 1, "the name of the indicator");
        assert_eq!(log("tim=71").await.1, 2, "a figure");
        assert_eq!(log("tu=16/09/2026&den=16/09/2026").await.1, 4);
        assert_eq!(log("den=15/09/2026").await.1, 0);
        let wrong = client.get("/lam-viec/lich-su?tu=31/31/2026").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.shows("“31/31/2026” không phải là một ngày") && wrong.shows("value=\"31/31/2026\""), "{}", wrong.text);
        let english = client.get("/en/lam-viec/lich-su?tu=2/9/2026&den=1/9/2026").await;
        assert!(english.shows("The last day may not lie before the first."), "{}", english.text);
        let all = client.get("/lam-viec/lich-su").await;
        let without = client.get("/lam-viec/lich-su?dang-nhap=khong").await;
        assert!(all.shows("Tài khoản – đăng nhập") && !without.shows("Tài khoản – đăng nhập") && without.shows("Số liệu – nhập"), "{}", without.text);
    }

    async fn a_record_tells_its_own_history_and_in_whose_place_a_deputy_acted(house: House) {
        let head = house.with_role("thu.truong", Role::UnitHead, "so", Reach::Unit).await;
        let deputy = house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        house.with_role("thuong.truc", Role::ReformOffice, "tinh", Reach::Subtree).await;
        house.appoint(&head, &deputy).await;
        let collection = house.collection("Quý III", &["so"]).await;
        let path = format!("/lam-viec/so-lieu/{collection}/so");
        let mut client = house.signed_in("can.bo").await;
        let figures = [("so.report.tasks_set", "71"), ("so.report.tasks_done", "69"), ("so.report.share_online", "7,5")];
        client.fill(&path, &path, &figures).await;
        house.pass(TimeDelta::minutes(1));
        let handed = client.fill(&path, &format!("{path}/gui"), &[]).await;
        assert_eq!(handed.status, StatusCode::SEE_OTHER, "{}", handed.text);

        let sheet = client.get(&path).await;
        assert!(sheet.shows("Xem lịch sử thay đổi") && !sheet.shows("Số liệu – nhập"), "the page that is opened most asks for no history: {}", sheet.text);
        let sheet = client.get(&format!("{path}?lich-su=co")).await;
        for words in ["Số liệu – nhập: Số nhiệm vụ đề ra", "Số liệu: 71", "Số liệu của đơn vị – gửi", "Minh Họa can.bo (làm thay Minh Họa thu.truong)"] {
            assert!(sheet.shows(words), "{words}: {}", sheet.text);
        }
        assert_eq!(sheet.text.matches("làm thay Minh Họa").count(), 1, "figures were entered by a role of their own");
        let office = house.signed_in("thuong.truc").await;
        let page = office.get(&format!("/lam-viec/so-lieu/{collection}?lich-su=co")).await;
        assert!(page.shows("Đợt thu thập số liệu – tạo mới") && page.shows("Số liệu của đơn vị – gửi: Sở Thứ Nhất"), "{}", page.text);

        let administrator = house.signed_in("quan.tri").await;
        let log = administrator.get(&format!("/lam-viec/lich-su?nguoi={head}")).await;
        assert!(log.shows("làm thay Minh Họa thu.truong") && log.shows("Số liệu của đơn vị – gửi"), "{}", log.text);
        let file = administrator.get("/lam-viec/lich-su.csv").await;
        assert!(file.text.contains(";Minh Họa can.bo (làm thay Minh Họa thu.truong);Sở Thứ Nhất;"), "{}", file.text);
        let english = administrator.get("/en/lam-viec/lich-su.csv").await;
        assert!(english.text.contains(",Minh Họa can.bo (in place of Minh Họa thu.truong),Sở Thứ Nhất,"), "{}", english.text);

        let person = administrator.get(&format!("/lam-viec/nguoi-dung/{deputy}")).await;
        for words in ["Vai trò – giao", "Người làm thay – cử", "Vai trò: Công chức đầu mối"] {
            assert!(person.shows(words), "{words}: {}", person.text);
        }
        let own = client.get("/lam-viec/tai-khoan").await;
        assert!(own.shows("(thay Minh Họa thu.truong)") && own.shows("19/09/2026"), "a deputy's role has an end: {}", own.text);
    }

    async fn days_and_evidence_are_told_in_words(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        house.execute("INSERT INTO event (lane, sequence, at, kind, thing, action, after, previous, digest) VALUES \
            (3, 900001, '2026-09-16T03:00:00+00:00', 'evidence', 'e1', 'made', '{\"kind\":\"decision\",\"title\":\"Quyết định\",\"document_number\":\"12/QĐ\",\"document_date\":\"2026-09-01\",\"issuer\":\"UBND tỉnh\",\"version\":1,\"file_name\":\"a.pdf\",\"size\":21270,\"sha256\":\"ab\"}', '', ''), \
            (3, 900002, '2026-09-16T03:00:00+00:00', 'calendar_day', '2028-04-30', 'made', '{\"kind\":\"holiday\",\"name\":\"Ngày Chiến thắng\",\"pair\":null,\"source\":\"Thông báo 1\"}', '', '')").await;
        let page = house.signed_in("quan.tri").await.get("/lam-viec/lich-su?dang-nhap=khong").await;
        for words in [
            "Loại: Quyết định", "Số, ký hiệu văn bản: 12/QĐ", "Ngày văn bản: 01/09/2026", "Cơ quan ban hành: UBND tỉnh", "Phiên bản: 1", "Tên tệp: a.pdf",
            "Ngày nghỉ – tạo mới: 30/04/2028", "Loại: nghỉ lễ, Tết", "Tên: Ngày Chiến thắng", "Văn bản thông báo: Thông báo 1",
        ] {
            assert!(page.shows(words), "{words}: {}", page.text);
        }
        assert!(!page.shows("sha256:") && !page.shows("document_number") && !page.shows("Nơi xác thực") && !page.shows("kind:"), "{}", page.text);
    }
}
