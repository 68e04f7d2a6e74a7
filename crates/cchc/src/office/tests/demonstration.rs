//! The made-up people of a demonstration: a visitor may change anything, and the next start puts them back.

use accounts::people::{self, revoke_role};
use axum::http::StatusCode;
use chrono::TimeDelta;
use test_support::on_both;

use super::client::Client;
use super::house::{House, PASSWORD};
use crate::people::demo_people;

/// The units of the made-up people: key, level, kind, name, the unit above.
const UNITS: [(&str, &str, &str, &str, Option<&str>); 4] = [
    ("01-ha-noi", "province", "province", "Thành phố Hà Nội", None),
    ("hn-so-noi-vu-2025", "department", "department", "Sở Nội vụ", Some("01-ha-noi")),
    ("hn-so-y-te", "department", "department", "Sở Y tế", Some("01-ha-noi")),
    ("00004-ba-dinh-2025", "commune", "ward", "Phường Ba Đình", Some("01-ha-noi")),
];

async fn furnish(house: &House) {
    for (position, (unit, level, kind, name, parent)) in UNITS.into_iter().enumerate() {
        let parent = parent.map_or_else(|| "NULL".to_owned(), |parent| format!("'{parent}'"));
        house.execute(&format!("INSERT INTO unit (unit, origin) VALUES ('{unit}', 'local')")).await;
        house
            .execute(&format!(
                "INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, source, status, search_key, sort_key, origin) \
                 VALUES ('{unit}', 1, '9{position}', '{level}', '{kind}', '{name}', '{name}', {parent}, 'thu', 'seen', '{unit}', '{position}', 'local')"
            ))
            .await;
    }
    // The tree is read again on another day.
    house.pass(TimeDelta::days(1));
    house.app.units.refresh(&house.app.db, house.now()).await.unwrap();
}

on_both! {
    async fn what_visitors_changed_is_put_back_at_the_next_start(house: House) {
        furnish(&house).await;
        demo_people(&house.app.accounts).await.unwrap();
        let logins = house.lines("SELECT login FROM account ORDER BY login").await;
        assert_eq!(logins.len(), 13);
        let (key, program) = (|login: &str| format!("SELECT account FROM account WHERE login = '{login}'"), house.program());
        // One visitor changes a password, one sets up a second factor, one closes an account, one types wrong passwords, one takes a role away.
        let mut client = house.signed_in("mau.dau-moi").await;
        let change = "/lam-viec/tai-khoan/mat-khau";
        let fields = [("mat-khau-cu", PASSWORD), ("mat-khau-moi", "cây khế mùa thu 37"), ("mat-khau-nhac-lai", "cây khế mùa thu 37")];
        assert_eq!(client.fill(change, change, &fields).await.status, StatusCode::SEE_OTHER);
        house
            .execute("UPDATE account SET totp_secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', totp_since = '2026-09-16T03:00:00+00:00' WHERE login = 'mau.thanh-tra'")
            .await;
        let closed = house.lines(&key("mau.hoi-dong")).await.remove(0);
        people::set_open(&house.app.accounts, &program, &closed, false, "thử").await.unwrap();
        for wait in [0, 2, 3, 5, 9] {
            house.pass(TimeDelta::seconds(wait));
            house.nobody().send("/dang-nhap", &[("ten-dang-nhap", "mau.cong-bo"), ("mat-khau", "sai")]).await;
        }
        let leader = house.lines(&key("mau.lanh-dao")).await.remove(0);
        let grant = house.lines(&format!("SELECT role_grant FROM role_grant WHERE account = '{leader}'")).await.remove(0);
        revoke_role(&house.app.accounts, &program, &grant, "thử").await.unwrap();
        demo_people(&house.app.accounts).await.unwrap();
        for login in &logins {
            let client = house.signed_in(login).await;
            let home = client.get("/lam-viec").await;
            assert!(home.status == StatusCode::OK && !home.shows("chưa có vai trò ở đơn vị nào"), "{login}: {}", home.text);
        }
        // A start that finds everything in place writes nothing.
        let events = house.lines("SELECT action FROM event").await.len();
        demo_people(&house.app.accounts).await.unwrap();
        assert_eq!(house.lines("SELECT action FROM event").await.len(), events);
    }

    async fn a_person_of_two_units_begins_at_their_own(house: House) {
        furnish(&house).await;
        demo_people(&house.app.accounts).await.unwrap();
        let page = house.nobody().get("/dang-nhap").await;
        assert_eq!(page.text.matches("value=\"mau.dau-moi\"").count(), 1, "one button for one person");
        assert!(page.shows("Minh Họa Đầu Mối – Sở Y tế"), "{}", page.text);
        let client: Client = house.signed_in("mau.dau-moi").await;
        let principal = house.principal(&client).await;
        assert_eq!((principal.acting_unit.as_deref(), principal.units().len()), (Some("hn-so-y-te"), 2));
        // Also where the role on the own unit is the younger one.
        house.execute("UPDATE account SET unit = 'hn-so-noi-vu-2025' WHERE login = 'mau.dau-moi'").await;
        assert_eq!(house.principal(&client).await.acting_unit.as_deref(), Some("hn-so-noi-vu-2025"), "the one that was given later");
        assert!(house.nobody().get("/dang-nhap").await.shows("Minh Họa Đầu Mối – Sở Nội vụ"));
    }
}
