//! The page that says how the parts of the installation are.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use chrono::TimeDelta;
use test_support::on_both;

use super::house::House;

const PATH: &str = "/lam-viec/tinh-trang";

on_both! {
    async fn the_parts_are_told_with_what_to_do(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        house.with_role("thanh.tra", Role::Auditor, "tinh", Reach::Subtree).await;
        house.with_role("quan.tri.xa", Role::Administrator, "xa", Reach::Subtree).await;
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        for (login, status) in [("can.bo", StatusCode::NOT_FOUND), ("quan.tri.xa", StatusCode::NOT_FOUND), ("thanh.tra", StatusCode::OK)] {
            assert_eq!(house.signed_in(login).await.get(PATH).await.status, status, "{login}");
        }
        let client = house.signed_in("quan.tri").await;
        let page = client.get(PATH).await.text;
        for words in [
            "Tình trạng cài đặt",
            "Hệ thống hoạt động; có bộ phận cần chú ý.",
            "lược đồ phiên bản",
            "0 tệp, 0 B",
            "Máy chủ chưa được đặt để tự sao lưu.",
            "0 đang chờ, 0 đang chạy, 0 không thành công",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let english = client.get(&format!("/en{PATH}")).await.text;
        assert!(english.contains("The server is not told to make backups."), "each in the language of the page");
    }

    async fn a_part_that_is_gone_stands_on_the_first_page(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        house.with_role("can.bo", Role::UnitOfficer, "so", Reach::Unit).await;
        const WORDS: &str = "Có bộ phận của hệ thống bị lỗi";
        let client = house.signed_in("quan.tri").await;
        assert!(!client.get("/lam-viec").await.text.contains(WORDS));
        house.lose_files();
        house.pass(TimeDelta::seconds(11));
        let first = client.get("/lam-viec").await.text;
        assert!(first.contains(WORDS) && first.contains("Kho tệp minh chứng"), "{first}");
        let page = client.get(PATH).await.text;
        assert!(page.contains("Có bộ phận không hoạt động.") && page.contains("Kiểm tra ổ đĩa hoặc máy chủ của kho tệp."), "{page}");
        assert!(!house.signed_in("can.bo").await.get("/lam-viec").await.text.contains(WORDS), "who cannot mend it is not told");
    }

    async fn jobs_that_nobody_does_are_a_fault(house: House) {
        house.with_role("quan.tri", Role::Administrator, "tinh", Reach::Subtree).await;
        house
            .execute(
                "INSERT INTO job (job, kind, title, payload, state, run_at, attempts, done, made_at, cancel_asked) \
                 VALUES ('j1', 'thu', 'Thử', '{}', 'queued', '2026-09-16T02:00:00+00:00', 0, 0, '2026-09-16T02:00:00+00:00', 0)",
            )
            .await;
        let page = house.signed_in("quan.tri").await.get(PATH).await.text;
        assert!(page.contains("1 đang chờ") && page.contains("1 quá giờ"), "{page}");
    }
}
