//! A name and a password open a session; failures slow down and lock; what is closed stays closed.

use accounts::policy::Role;
use accounts::sign_in::{SignedIn, change_password, with_identity};
use accounts::{AccountError, FirstMatch, Proven, Reach, SignInRefusal, people};
use chrono::TimeDelta;
use test_support::on_both;

use crate::office::{Office, Someone, origin};

async fn fails(office: &Office, someone: &Someone) {
    let outcome = office.try_password(&someone.login, "không phải mật khẩu này").await;
    assert!(matches!(outcome, Err(SignInRefusal::Wrong)), "{outcome:?}");
}

async fn is_locked_for(office: &Office, someone: &Someone, seconds: i64) {
    // The right password is not even looked at.
    match office.try_password(&someone.login, &someone.password).await {
        Err(SignInRefusal::Locked { until }) => assert_eq!(until - office.now(), TimeDelta::seconds(seconds)),
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn the_right_password_opens_a_session(office: Office) {
        let an = office.someone("anh", "so").await;
        let secret = office.sign_in(&an).await;
        let principal = office.look(&secret).await.unwrap();
        assert_eq!((principal.account.as_str(), principal.login.as_str(), principal.name.as_str()), (an.key.as_str(), "anh", "Người anh"));
        assert!(!principal.second_factor && !principal.must_change_password && !principal.must_set_second_factor);
        assert_eq!(office.account(&an.key).await.signed_in_at, Some(office.now()));
        assert!(matches!(office.try_password(" ANH ", &an.password).await, Ok(SignedIn::Open { .. })), "a name has no capitals");
    }

    async fn a_wrong_password_and_an_unknown_name_are_the_same(office: Office) {
        let an = office.someone("anh", "so").await;
        for (login, password) in [("anh", "sai"), ("binh", an.password.as_str()), ("", ""), ("an' OR '1'='1", "x"), ("anh", &"x".repeat(300))] {
            let outcome = office.try_password(login, password).await;
            assert!(matches!(outcome, Err(SignInRefusal::Wrong)), "{login}: {outcome:?}");
            office.minutes(1);
        }
    }

    async fn failures_wait_one_two_four_and_eight_seconds_and_then_lock(office: Office) {
        let an = office.someone("anh", "so").await;
        for wait in [1, 2, 4, 8] {
            fails(&office, &an).await;
            is_locked_for(&office, &an, wait).await;
            // Tries that do not count do not make the wait longer.
            is_locked_for(&office, &an, wait).await;
            office.seconds(wait);
        }
        fails(&office, &an).await;
        is_locked_for(&office, &an, 15 * 60).await;
        office.minutes(14);
        is_locked_for(&office, &an, 60).await;
        assert_eq!(office.count("sign-in-failed").await, 4);
        assert_eq!(office.count("locked").await, 1);
        // When the lock ends counting begins anew.
        office.minutes(1);
        fails(&office, &an).await;
        is_locked_for(&office, &an, 1).await;
        office.seconds(1);
        office.sign_in(&an).await;
    }

    async fn a_lock_of_a_clock_that_ran_ahead_locks_nobody(office: Office) {
        let an = office.someone("anh", "so").await;
        for wait in [1, 2, 4, 8] {
            fails(&office, &an).await;
            office.seconds(wait);
        }
        fails(&office, &an).await;
        is_locked_for(&office, &an, 15 * 60).await;
        office.days(-3);
        office.sign_in(&an).await;
    }

    async fn a_clock_set_back_makes_no_wait_longer(office: Office) {
        let an = office.someone("anh", "so").await;
        fails(&office, &an).await;
        office.minutes(-10);
        office.sign_in(&an).await;
    }

    async fn a_sign_in_under_a_clock_that_was_set_back_does_not_make_the_account_look_unused(office: Office) {
        let an = office.someone("anh", "so").await;
        office.sign_in(&an).await;
        office.days(-400);
        office.sign_in(&an).await;
        office.days(400);
        office.minutes(1);
        office.sign_in(&an).await;
        assert_eq!(people::close_dormant(&office.accounts).await.unwrap(), 0);
    }

    async fn a_sign_in_clears_earlier_failures(office: Office) {
        let an = office.someone("anh", "so").await;
        for wait in [1, 2, 4] {
            fails(&office, &an).await;
            office.seconds(wait);
        }
        office.sign_in(&an).await;
        fails(&office, &an).await;
        is_locked_for(&office, &an, 1).await;
    }

    async fn failures_of_one_do_not_shut_out_another(office: Office) {
        let (an, binh) = (office.someone("anh", "so").await, office.someone("binh", "so").await);
        fails(&office, &an).await;
        office.sign_in(&binh).await;
    }

    async fn a_disabled_account_does_not_open(office: Office) {
        let an = office.someone("anh", "so").await;
        people::set_open(&office.accounts, &office.program(), &an.key, false, "nghỉ việc").await.unwrap();
        assert!(matches!(office.try_password("anh", &an.password).await, Err(SignInRefusal::Closed)));
        assert_eq!(office.count("sign-in-failed").await, 1, "a right password of a closed account is worth knowing");
        office.minutes(1);
        people::set_open(&office.accounts, &office.program(), &an.key, true, "trở lại").await.unwrap();
        office.sign_in(&an).await;
    }

    async fn an_account_opens_on_its_last_day_and_not_after_it(office: Office) {
        let an = office.someone("anh", "so").await;
        let person = people::Person { valid_to: Some(office.day(1)), ..office.person("anh", "so") };
        let version = office.account(&an.key).await.version;
        people::change(&office.accounts, &office.program(), &an.key, version, &person).await.unwrap();
        office.days(1);
        let secret = office.sign_in(&an).await;
        // Fourteen hours later it is midnight in Viet Nam.
        office.pass(TimeDelta::hours(14));
        assert!(matches!(office.try_password("anh", &an.password).await, Err(SignInRefusal::Closed)));
        assert_eq!(office.look(&secret).await, Err(accounts::SessionEnd::Closed));
    }

    async fn an_account_that_nobody_used_for_long_does_not_open(office: Office) {
        let (an, binh) = (office.someone("anh", "so").await, office.someone("binh", "so").await);
        office.days(44);
        office.sign_in(&binh).await;
        office.days(1);
        assert!(matches!(office.try_password("anh", &an.password).await, Err(SignInRefusal::Closed)));
        assert_eq!(people::close_dormant(&office.accounts).await.unwrap(), 1);
        assert_eq!(people::close_dormant(&office.accounts).await.unwrap(), 0);
        assert_eq!(office.account(&an.key).await.state_reason.as_deref(), Some("dormant"));
        assert_eq!(office.count("closed").await, 1);
        office.sign_in(&binh).await;
        people::set_open(&office.accounts, &office.program(), &an.key, true, "trở lại").await.unwrap();
        office.minutes(1);
        office.sign_in(&an).await;
    }

    async fn without_the_setting_nobody_is_closed_for_want_of_use(office: Office) {
        let office = office.with(|security| security.dormant_days = 0);
        let an = office.someone("anh", "so").await;
        office.days(400);
        assert_eq!(people::close_dormant(&office.accounts).await.unwrap(), 0);
        office.sign_in(&an).await;
    }

    async fn somebody_without_a_password_does_not_sign_in(office: Office) {
        let invited = people::make(&office.accounts, &office.program(), &office.person("anh", "so")).await.unwrap();
        for password in ["", "x", "cây-khế-mùa-37"] {
            assert!(matches!(office.try_password("anh", password).await, Err(SignInRefusal::Wrong)));
            office.minutes(20);
        }
        assert_eq!(office.events_of(&invited.account).await, ["made", "sign-in-failed", "sign-in-failed", "sign-in-failed"]);
    }

    async fn another_system_opens_linked_accounts_alone(office: Office) {
        let an = office.someone("anh", "so").await;
        office.execute(&format!("INSERT INTO identity (issuer, subject, account, linked_at) VALUES ('https://id.example.vn', '7', '{}', '2026-03-02T00:00:00+00:00')", an.key)).await;
        let by = async |subject| {
            let proven = Proven { issuer: "https://id.example.vn", subject, shown: None };
            with_identity(&office.accounts, proven, None, true, &origin()).await
        };
        let Ok(SignedIn::Open { secret }) = by("7").await else { panic!("no session") };
        let principal = office.look(&secret).await.unwrap();
        assert!(principal.second_factor && principal.account == an.key);
        assert!(matches!(by("8").await, Err(SignInRefusal::Wrong)));
        people::set_open(&office.accounts, &office.program(), &an.key, false, "nghỉ việc").await.unwrap();
        assert!(matches!(by("7").await, Err(SignInRefusal::Closed)));
        assert_eq!(office.count("sign-in-failed").await, 1);
    }

    async fn a_first_sign_in_links_once_the_second_factor_was_given(office: Office) {
        let an = office.someone("anh", "so").await;
        let (factor, _) = office.enrol(&office.acting(&an).await).await;
        office.minutes(1);
        let proven = Proven { issuer: "https://id.example.vn", subject: "7", shown: Some("Anh") };
        let by = async || with_identity(&office.accounts, proven, Some(FirstMatch::Login("anh")), false, &origin()).await;
        let linked = async || office.lines("SELECT subject FROM identity").await.len();
        for _ in 0..2 {
            let Ok(SignedIn::SecondFactor { secret }) = by().await else { panic!("no second factor") };
            assert!(matches!(office.try_code(&secret, "000000").await, Err(SignInRefusal::Wrong)));
            assert_eq!((linked().await, office.count("identity-linked").await), (0, 0), "whoever only knows the name is linked with nobody");
            office.minutes(1);
        }
        let Ok(SignedIn::SecondFactor { secret }) = by().await else { panic!("no second factor") };
        let (_, other) = (office.try_code(&secret, &office.code(&factor)).await.unwrap(), Proven { subject: "8", ..proven });
        assert_eq!((linked().await, office.count("identity-linked").await), (1, 1));
        let other = with_identity(&office.accounts, other, Some(FirstMatch::Login("anh")), false, &origin()).await;
        assert!(matches!(other, Err(SignInRefusal::Wrong)), "the account has its person: {other:?}");
        // From now on the subject alone counts.
        assert!(matches!(with_identity(&office.accounts, proven, None, false, &origin()).await, Ok(SignedIn::SecondFactor { .. })));
    }

    async fn two_who_wait_for_the_second_factor_of_one_account_are_not_both_linked(office: Office) {
        let an = office.someone("anh", "so").await;
        let (factor, codes) = office.enrol(&office.acting(&an).await).await;
        office.minutes(1);
        let mut waiting = Vec::new();
        for subject in ["7", "8"] {
            let proven = Proven { issuer: "https://id.example.vn", subject, shown: None };
            match with_identity(&office.accounts, proven, Some(FirstMatch::Login("anh")), false, &origin()).await {
                Ok(SignedIn::SecondFactor { secret }) => waiting.push(secret),
                other => panic!("{other:?}"),
            }
        }
        office.try_code(&waiting[0], &office.code(&factor)).await.unwrap();
        assert!(matches!(office.try_code(&waiting[1], &codes[0]).await, Err(SignInRefusal::Wrong)));
        assert_eq!(office.lines("SELECT subject FROM identity").await, ["7"]);
    }

    async fn the_present_password_cannot_be_guessed_in_an_open_session(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        let actor = office.acting(&an).await;
        let change = async |present: &str| change_password(&office.accounts, &actor, present, "mưa-rào-trên-mái-ngói-9").await;
        for wait in [1, 2, 4, 8, 900] {
            assert!(matches!(change("sai").await, Err(AccountError::WrongPassword)));
            assert!(matches!(change(&an.password).await, Err(AccountError::Locked { .. })));
            office.seconds(wait);
        }
        assert_eq!(office.count("locked").await, 1);
        change(&an.password).await.unwrap();
        assert!(matches!(office.try_password("anh", &an.password).await, Err(SignInRefusal::Wrong)));
        office.seconds(1);
        assert!(office.try_password("anh", "mưa-rào-trên-mái-ngói-9").await.is_ok());
    }
}
