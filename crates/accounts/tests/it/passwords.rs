//! Which passwords are taken, and what comes with a new one.

use accounts::people::{self, demand_new_password, set_demo_password};
use accounts::policy::Role;
use accounts::sign_in::change_password;
use accounts::{AccountError, PasswordFault, Reach, SessionEnd};
use test_support::on_both;

use crate::office::Office;

fn faults(outcome: Result<(), AccountError>) -> Vec<PasswordFault> {
    match outcome {
        Err(AccountError::Password(faults)) => faults,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn the_last_ten_do_not_come_again(office: Office) {
        let office = office.with(|security| security.dormant_days = 0);
        let an = office.someone("anh", "so").await;
        let cookie = office.sign_in(&an).await;
        let actor = office.actor(&cookie).await;
        let mut used = vec![an.password.clone()];
        for number in 0..10 {
            office.seconds(1);
            let next = format!("mưa-rào-trên-mái-ngói-{number}");
            change_password(&office.accounts, &actor, used.last().unwrap(), &next).await.unwrap();
            used.push(next);
        }
        assert_eq!(office.lines("SELECT hash FROM old_password").await.len(), 10, "older ones are forgotten");
        for old in &used[1..] {
            office.seconds(1);
            assert_eq!(faults(change_password(&office.accounts, &actor, &used[10], old).await), [PasswordFault::UsedBefore], "{old}");
        }
        office.seconds(1);
        change_password(&office.accounts, &actor, &used[10], &used[0]).await.unwrap();
        assert!(office.look(&cookie).await.is_ok(), "the session in which it is changed goes on");
    }

    async fn own_names_and_common_ones_are_refused(office: Office) {
        let an = office.someone("le.thi.an", "so").await;
        let actor = office.acting(&an).await;
        for (new, fault) in [
            ("xq7-LeThiAn-93#kk", PasswordFault::OwnName),
            ("Người lê thị AN 7#", PasswordFault::OwnName),
            ("le.thi.an@example.vn", PasswordFault::OwnName),
            ("matkhau123456789", PasswordFault::Common),
            ("aaaaaaaaaaaaaaaa", PasswordFault::Common),
            ("mưa-rào", PasswordFault::TooShort { least: 14 }),
            (&"ă".repeat(201), PasswordFault::TooLong { most: 200 }),
        ] {
            office.seconds(1);
            let found = faults(change_password(&office.accounts, &actor, &an.password, new).await);
            assert!(found.contains(&fault), "{new}: {found:?}");
        }
        office.seconds(1);
        let signs = "7#q!x@9$w%2&z*";
        change_password(&office.accounts, &actor, &an.password, signs).await.unwrap();
    }

    async fn a_change_ends_every_other_session(office: Office) {
        let an = office.someone("anh", "so").await;
        let (here, elsewhere) = (office.sign_in(&an).await, office.sign_in(&an).await);
        let actor = office.actor(&here).await;
        change_password(&office.accounts, &actor, &an.password, "mưa-rào-trên-mái-ngói-9").await.unwrap();
        assert!(office.look(&here).await.is_ok());
        assert_eq!(office.look(&elsewhere).await, Err(SessionEnd::Unknown));
    }

    async fn a_demanded_password_is_asked_for_until_it_is_set(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        let cookie = office.sign_in(&an).await;
        demand_new_password(&office.accounts, &office.program(), &an.key).await.unwrap();
        assert!(office.look(&cookie).await.unwrap().must_change_password);
        let actor = office.actor(&cookie).await;
        change_password(&office.accounts, &actor, &an.password, "mưa-rào-trên-mái-ngói-9").await.unwrap();
        assert!(!office.look(&cookie).await.unwrap().must_change_password);
    }

    async fn only_made_up_people_have_a_password_without_rules(office: Office) {
        let person = people::Person { made_up: true, ..office.person("dien-vien", "so") };
        let made = people::make(&office.accounts, &office.program(), &person).await.unwrap();
        set_demo_password(&office.accounts, &made.account, "demo").await.unwrap();
        office.days(300);
        assert!(office.try_password("dien-vien", "demo").await.is_ok());
        assert_eq!(people::close_dormant(&office.accounts).await.unwrap(), 0);
        let an = office.someone("anh", "so").await;
        assert!(matches!(set_demo_password(&office.accounts, &an.key, "demo").await, Err(AccountError::Unknown)));
        let chi = office.administrator("chi").await;
        let refused = people::make(&office.accounts, &office.acting(&chi).await, &people::Person { login: "hai".to_owned(), ..person }).await;
        assert!(matches!(refused, Err(AccountError::Denied(accounts::Denied::Forbidden))), "{refused:?}");
    }
}
