//! The second factor: set up by a code, spent once, recovered by codes on paper, taken away by an administrator.

use accounts::policy::Role;
use accounts::sign_in::{SignedIn, change_password, with_password};
use accounts::{
    AccountError, Accounts, Denied, Hasher, Reach, SessionEnd, SignInRefusal, begin_enrolment, finish_enrolment, remove_second_factor,
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use test_support::on_both;

use crate::office::{Office, origin};

on_both! {
    async fn after_enrolment_the_password_alone_opens_nothing(office: Office) {
        let an = office.someone("anh", "so").await;
        let cookie = office.sign_in(&an).await;
        let actor = office.actor(&cookie).await;
        let enrolment = begin_enrolment(&office.accounts, "anh");
        assert!(enrolment.address.starts_with("otpauth://totp/cchc%20th%E1%BB%AD:anh?secret="), "{}", enrolment.address);
        let wrong = finish_enrolment(&office.accounts, &actor, "", &enrolment.secret, "000000").await;
        assert!(matches!(wrong, Err(AccountError::WrongCode)));
        assert!(!office.account(&an.key).await.has_second_factor(), "a wrong code changes nothing");
        let (secret, codes) = office.enrol(&actor).await;
        assert_eq!(codes.len(), 10);
        assert!(office.look(&cookie).await.unwrap().second_factor, "the session in which it was set up has shown it");

        office.minutes(1);
        let half = office.sign_in_half(&an).await;
        assert_eq!(office.look(&half).await, Err(SessionEnd::SecondFactor));
        let opened = office.try_code(&half, &office.code(&secret)).await.unwrap();
        assert!(office.look(&opened).await.unwrap().second_factor);
        assert_eq!(office.look(&half).await, Err(SessionEnd::Unknown), "the session gets a new cookie");
    }

    async fn sessions_that_never_showed_it_end_when_it_is_set_up(office: Office) {
        let an = office.someone("anh", "so").await;
        let (here, elsewhere) = (office.sign_in(&an).await, office.sign_in(&an).await);
        office.enrol(&office.actor(&here).await).await;
        assert!(office.look(&here).await.is_ok());
        assert_eq!(office.look(&elsewhere).await, Err(SessionEnd::Unknown));
    }

    async fn whoever_has_not_shown_it_does_not_replace_it(office: Office) {
        let an = office.someone("anh", "so").await;
        let (here, elsewhere) = (office.sign_in(&an).await, office.sign_in(&an).await);
        // Both looked at the page before either finished.
        let (first, second) = (office.actor(&here).await, office.actor(&elsewhere).await);
        office.enrol(&first).await;
        let other = begin_enrolment(&office.accounts, "anh").secret;
        let refused = finish_enrolment(&office.accounts, &second, &an.password, &other, &office.code(&other)).await;
        assert!(matches!(refused, Err(AccountError::Denied(Denied::Forbidden))), "{refused:?}");
        // In the session that has shown it, a new telephone is taken into use: with the password once more, or a code of the present one.
        for wrong in ["", "not this one", "000000"] {
            office.minutes(1);
            let shown = office.actor(&here).await;
            let found_open = finish_enrolment(&office.accounts, &shown, wrong, &other, &office.code(&other)).await;
            assert!(matches!(found_open, Err(AccountError::WrongPassword)), "{wrong:?}: {found_open:?}");
        }
        office.minutes(1);
        let shown = office.actor(&here).await;
        finish_enrolment(&office.accounts, &shown, &an.password, &other, &office.code(&other)).await.unwrap();
        office.minutes(1);
        let third = begin_enrolment(&office.accounts, "anh").secret;
        let shown = office.actor(&here).await;
        finish_enrolment(&office.accounts, &shown, &office.code(&other), &third, &office.code(&third)).await.unwrap();
    }

    async fn a_code_is_spent_once_and_is_good_for_a_minute_or_so(office: Office) {
        let an = office.someone("anh", "so").await;
        let (secret, _) = office.enrol(&office.acting(&an).await).await;
        let half = office.sign_in_half(&an).await;
        let spent = office.try_code(&half, &office.code(&secret)).await;
        assert!(matches!(spent, Err(SignInRefusal::Wrong)), "the code of the enrolment does not open: {spent:?}");
        office.minutes(1);
        let code = office.code(&secret);
        office.try_code(&half, &code).await.unwrap();
        let half = office.sign_in_half(&an).await;
        assert!(matches!(office.try_code(&half, &code).await, Err(SignInRefusal::Wrong)));
        office.minutes(1);
        let old = office.code(&secret);
        office.minutes(2);
        assert!(matches!(office.try_code(&half, &old).await, Err(SignInRefusal::Wrong)));
        office.minutes(1);
        let code = office.code(&secret);
        office.seconds(25);
        office.try_code(&half, &format!(" {} {}", &code[..3], &code[3..])).await.unwrap();
    }

    async fn a_code_that_was_spent_while_the_clock_ran_ahead_shuts_no_later_one_out(office: Office) {
        let an = office.someone("anh", "so").await;
        let (secret, _) = office.enrol(&office.acting(&an).await).await;
        office.days(-3);
        let half = office.sign_in_half(&an).await;
        let code = office.code(&secret);
        office.try_code(&half, &code).await.unwrap();
        let half = office.sign_in_half(&an).await;
        assert!(matches!(office.try_code(&half, &code).await, Err(SignInRefusal::Wrong)), "each code still works once");
    }

    async fn one_code_sent_many_times_at_once_opens_one_session(office: Office) {
        let an = office.someone("anh", "so").await;
        let (secret, _) = office.enrol(&office.acting(&an).await).await;
        office.minutes(1);
        let code = office.code(&secret);
        let halves = [office.sign_in_half(&an).await, office.sign_in_half(&an).await];
        let tries = halves.iter().cycle().take(8).map(|half| office.try_code(half, &code));
        let opened = join_all(tries).await.into_iter().filter(Result::is_ok).count();
        assert_eq!(opened, 1);
    }

    async fn wrong_codes_slow_down_and_lock_as_wrong_passwords_do(office: Office) {
        let an = office.someone("anh", "so").await;
        let (secret, _) = office.enrol(&office.acting(&an).await).await;
        office.minutes(1);
        for wait in [1, 2, 4, 8] {
            // A right password in between does not clear the failures.
            let half = office.sign_in_half(&an).await;
            assert!(matches!(office.try_code(&half, "000000").await, Err(SignInRefusal::Wrong)));
            assert!(matches!(office.try_code(&half, &office.code(&secret)).await, Err(SignInRefusal::Locked { .. })));
            office.seconds(wait);
        }
        let half = office.sign_in_half(&an).await;
        assert!(matches!(office.try_code(&half, "000000").await, Err(SignInRefusal::Wrong)));
        assert!(matches!(office.try_password("anh", &an.password).await, Err(SignInRefusal::Locked { until }) if until == office.now() + TimeDelta::minutes(15)));
        assert_eq!((office.count("sign-in-failed").await, office.count("locked").await), (4, 1));
        office.minutes(15);
        let half = office.sign_in_half(&an).await;
        office.try_code(&half, &office.code(&secret)).await.unwrap();
    }

    /// While the hash of a right password waits for its turn, a wrong code comes in: it must not be forgotten with the try that is given back.
    async fn a_right_password_under_way_does_not_forget_a_wrong_code(office: Office) {
        let an = office.someone("anh", "so").await;
        office.enrol(&office.acting(&an).await).await;
        office.minutes(1);
        let half = office.sign_in_half(&an).await;
        let busy = Accounts { hasher: Hasher::new(1), ..office.accounts.clone() };
        let before = (0..3).map(|_| busy.hasher.hash("x", &busy.world));
        let failures = async || office.lines("SELECT CAST(failures AS TEXT) FROM account WHERE login = 'anh'").await[0].clone();
        let password = async { with_password(&busy, "anh", &an.password, &origin()).await };
        let code = async {
            while failures().await == "0" {
                tokio::task::yield_now().await;
            }
            office.seconds(1);
            office.try_code(&half, "000000").await
        };
        let (_, password, code) = tokio::join!(biased; join_all(before), password, code);
        assert!(matches!(password, Ok(SignedIn::SecondFactor { .. })));
        assert!(matches!(code, Err(SignInRefusal::Wrong)), "{code:?}");
        assert_eq!(failures().await, "1");
        assert!(matches!(office.try_code(&half, "000000").await, Err(SignInRefusal::Locked { .. })));
    }

    async fn a_recovery_code_opens_once(office: Office) {
        let an = office.someone("anh", "so").await;
        let (_, codes) = office.enrol(&office.acting(&an).await).await;
        let half = office.sign_in_half(&an).await;
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert!(office.look(&office.try_code(&half, &typed).await.unwrap()).await.unwrap().second_factor);
        let half = office.sign_in_half(&an).await;
        assert!(matches!(office.try_code(&half, &codes[0]).await, Err(SignInRefusal::Wrong)));
        office.seconds(1);
        office.try_code(&half, &codes[9]).await.unwrap();
        let left = office.lines("SELECT CAST(COUNT(*) AS TEXT) FROM recovery_code WHERE used_at IS NULL").await;
        assert_eq!(left, ["8"]);
    }

    async fn recovery_codes_of_an_earlier_enrolment_and_of_others_are_worth_nothing(office: Office) {
        let (an, binh) = (office.someone("anh", "so").await, office.someone("binh", "so").await);
        let cookie = office.sign_in(&an).await;
        let (_, old) = office.enrol(&office.actor(&cookie).await).await;
        office.enrol(&office.actor(&cookie).await).await;
        let (_, others) = office.enrol(&office.acting(&binh).await).await;
        let half = office.sign_in_half(&an).await;
        for code in [&old[0], &others[0], &String::new()] {
            assert!(matches!(office.try_code(&half, code).await, Err(SignInRefusal::Wrong)));
            office.minutes(1);
        }
    }

    async fn a_half_open_session_waits_ten_minutes(office: Office) {
        let an = office.someone("anh", "so").await;
        let (secret, _) = office.enrol(&office.acting(&an).await).await;
        let half = office.sign_in_half(&an).await;
        office.minutes(10);
        assert!(matches!(office.try_code(&half, &office.code(&secret)).await, Err(SignInRefusal::Closed)));
        assert!(matches!(office.try_code("no such cookie", &office.code(&secret)).await, Err(SignInRefusal::Closed)));
    }

    async fn an_administrator_takes_it_away_and_a_new_password_is_due(office: Office) {
        let (an, chi) = (office.someone("anh", "xa").await, office.administrator("chi").await);
        let cookie = office.sign_in(&an).await;
        let (_, codes) = office.enrol(&office.actor(&cookie).await).await;
        let chi_acts = office.acting(&chi).await;
        remove_second_factor(&office.accounts, &chi_acts, &an.key, "mất điện thoại").await.unwrap();
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Unknown));
        let principal = office.look(&office.sign_in(&an).await).await.unwrap();
        assert!(principal.must_change_password, "the password may be a short one");
        let short = change_password(&office.accounts, &office.actor_of(principal.clone()), &an.password, "bưởi#27xq").await;
        assert!(matches!(short, Err(AccountError::Password(_))), "{short:?}");
        change_password(&office.accounts, &office.actor_of(principal), &an.password, "mưa-rào-trên-mái-ngói-9").await.unwrap();
        assert_eq!(office.lines("SELECT account FROM recovery_code").await.len(), 0);
        drop(codes);
        let again = remove_second_factor(&office.accounts, &chi_acts, &an.key, "mất điện thoại").await;
        assert!(matches!(again, Err(AccountError::Unknown)), "there is none any more");
        let own = remove_second_factor(&office.accounts, &chi_acts, &chi.key, "quên").await;
        assert!(matches!(own, Err(AccountError::Oneself)));
    }

    async fn administrators_must_set_it_up_and_others_may(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let chi = office.administrator("chi").await;
        assert!(!office.acting(&an).await.principal.must_set_second_factor);
        let cookie = office.sign_in(&chi).await;
        assert!(office.look(&cookie).await.unwrap().must_set_second_factor);
        office.enrol(&office.actor(&cookie).await).await;
        assert!(!office.look(&cookie).await.unwrap().must_set_second_factor);
        let everybody = office.with(|security| security.second_factor = accounts::SecondFactorFor::Everybody);
        assert!(everybody.acting(&an).await.principal.must_set_second_factor);
    }
}
