//! Links that work once: for the first sign-in and for a forgotten password.

use accounts::people::{self, reset, reset_by_mail};
use accounts::policy::Role;
use accounts::sign_in::SignedIn;
use accounts::{AccountError, Reach, SessionEnd, Standing, link_account, use_link};
use platform::history::Source;
use test_support::on_both;

use crate::office::{Office, origin};

const NEW: &str = "mưa-rào-trên-mái-ngói-9";

async fn is_ended(office: &Office, link: &str) {
    assert!(matches!(link_account(&office.accounts, link).await, Err(AccountError::LinkEnded)));
    let outcome = use_link(&office.accounts, link, NEW, &origin()).await;
    assert!(matches!(outcome, Err(AccountError::LinkEnded)), "{outcome:?}");
}

on_both! {
    async fn the_first_link_makes_an_invited_account_active_once(office: Office) {
        let invited = people::make(&office.accounts, &office.program(), &office.person("anh", "so")).await.unwrap();
        assert_eq!(office.account(&invited.account).await.state(), accounts::AccountState::Invited);
        assert_eq!(link_account(&office.accounts, &invited.link).await.unwrap(), invited.account);
        assert_eq!(link_account(&office.accounts, &invited.link).await.unwrap(), invited.account, "looking does not use it");
        let secret = use_link(&office.accounts, &invited.link, NEW, &origin()).await.unwrap().unwrap();
        assert_eq!(office.look(&secret).await.unwrap().account, invited.account);
        assert_eq!(office.account(&invited.account).await.state(), accounts::AccountState::Active);
        is_ended(&office, &invited.link).await;
        is_ended(&office, "no such link").await;
    }

    async fn links_end_after_their_time(office: Office) {
        let invited = people::make(&office.accounts, &office.program(), &office.person("anh", "so")).await.unwrap();
        office.days(7);
        is_ended(&office, &invited.link).await;
        let again = reset(&office.accounts, &office.program(), &invited.account).await.unwrap();
        office.days(6);
        use_link(&office.accounts, &again, NEW, &origin()).await.unwrap();
        let forgotten = reset(&office.accounts, &office.program(), &invited.account).await.unwrap();
        office.minutes(30);
        is_ended(&office, &forgotten).await;
        // The next link sweeps out what has ended.
        reset(&office.accounts, &office.program(), &invited.account).await.unwrap();
        assert_eq!(office.lines("SELECT digest FROM one_time_link WHERE used_at IS NULL").await.len(), 1);
        office.days(8);
        people::make(&office.accounts, &office.program(), &office.person("binh", "so")).await.unwrap();
        assert_eq!(office.lines("SELECT digest FROM one_time_link").await.len(), 1);
    }

    async fn a_newer_link_ends_the_older_ones_of_its_account_alone(office: Office) {
        let (an, binh) = (office.someone("anh", "so").await, office.someone("binh", "so").await);
        let first = reset(&office.accounts, &office.program(), &an.key).await.unwrap();
        let others = reset(&office.accounts, &office.program(), &binh.key).await.unwrap();
        let second = reset(&office.accounts, &office.program(), &an.key).await.unwrap();
        is_ended(&office, &first).await;
        use_link(&office.accounts, &others, NEW, &origin()).await.unwrap();
        use_link(&office.accounts, &second, NEW, &origin()).await.unwrap();
    }

    async fn a_refused_password_leaves_the_link_as_it_was(office: Office) {
        let an = office.someone("anh", "so").await;
        let link = reset(&office.accounts, &office.program(), &an.key).await.unwrap();
        for bad in ["ngắn", "password123456", &an.password] {
            let refused = use_link(&office.accounts, &link, bad, &origin()).await;
            assert!(matches!(refused, Err(AccountError::Password(_))), "{refused:?}");
        }
        use_link(&office.accounts, &link, NEW, &origin()).await.unwrap();
    }

    async fn one_link_used_many_times_at_once_works_once(office: Office) {
        let an = office.someone("anh", "so").await;
        let link = reset(&office.accounts, &office.program(), &an.key).await.unwrap();
        let here = origin();
        let passwords: Vec<String> = (0..6).map(|number| format!("mưa-rào-trên-mái-ngói-{number}")).collect();
        let tries = passwords.iter().map(|password| use_link(&office.accounts, &link, password, &here));
        let outcomes = futures_util::future::join_all(tries).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(AccountError::LinkEnded))), "{outcomes:?}");
        let winner = outcomes.iter().position(Result::is_ok).unwrap();
        assert!(matches!(office.try_password("anh", &passwords[winner]).await, Ok(SignedIn::Open { .. })));
    }

    async fn a_new_password_ends_every_session_and_clears_a_lock(office: Office) {
        let an = office.someone("anh", "so").await;
        let cookie = office.sign_in(&an).await;
        for wait in [1, 2, 4, 8, 0] {
            assert!(office.try_password("anh", "sai").await.is_err());
            office.seconds(wait);
        }
        let link = reset_by_mail(&office.accounts, " ANH@example.vn ", &Source::program()).await.unwrap().unwrap().1;
        use_link(&office.accounts, &link, NEW, &origin()).await.unwrap();
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Unknown));
        assert!(office.try_password("anh", NEW).await.is_ok());
    }

    async fn with_a_second_factor_a_mailbox_alone_is_not_enough(office: Office) {
        let an = office.someone("anh", "so").await;
        let (secret, _) = office.enrol(&office.acting(&an).await).await;
        let link = reset_by_mail(&office.accounts, "anh", &Source::program()).await.unwrap().unwrap().1;
        office.minutes(1);
        assert_eq!(use_link(&office.accounts, &link, NEW, &origin()).await.unwrap(), None);
        let Ok(SignedIn::SecondFactor { secret: half }) = office.try_password("anh", NEW).await else { panic!("the second factor is asked for") };
        office.try_code(&half, &office.code(&secret)).await.unwrap();
    }

    async fn a_link_by_mail_is_made_for_one_open_account_alone(office: Office) {
        let an = office.someone("anh", "so").await;
        let asks = async |name: &str| reset_by_mail(&office.accounts, name, &Source::program()).await.unwrap().map(|(account, _)| account.login);
        assert_eq!(asks("anh").await.as_deref(), Some("anh"));
        assert_eq!(asks("nobody").await, None);
        assert_eq!(asks("%").await, None);
        // A mailbox of two people names nobody; their sign-in names do.
        let person = people::Person { email: Some("ANH@example.vn".to_owned()), ..office.person("binh", "so") };
        people::make(&office.accounts, &office.program(), &person).await.unwrap();
        assert_eq!(asks("anh@example.vn").await, None);
        assert_eq!(asks("binh").await.as_deref(), Some("binh"));
        // Without a mail address there is no place to send it to.
        let person = people::Person { email: None, ..office.person("chi", "so") };
        people::make(&office.accounts, &office.program(), &person).await.unwrap();
        assert_eq!(asks("chi").await, None);
        people::set_open(&office.accounts, &office.program(), &an.key, false, "nghỉ việc").await.unwrap();
        assert_eq!(asks("anh").await, None);
    }

    async fn no_link_opens_a_closed_account(office: Office) {
        let [an, binh, chi] = [office.someone("anh", "so").await, office.someone("binh", "so").await, office.someone("chi", "so").await];
        let long = office.with(|security| security.reset_minutes = 100 * 24 * 60);
        let office = long;
        let mut links = Vec::new();
        for someone in [&an, &binh, &chi] {
            links.push(reset(&office.accounts, &office.program(), &someone.key).await.unwrap());
        }
        // Closed and opened again: a link from before is not good any more.
        people::set_open(&office.accounts, &office.program(), &an.key, false, "nghỉ việc").await.unwrap();
        is_ended(&office, &links[0]).await;
        assert!(matches!(reset(&office.accounts, &office.program(), &an.key).await, Err(AccountError::NotOpen(Standing::Disabled))));
        people::set_open(&office.accounts, &office.program(), &an.key, true, "trở lại").await.unwrap();
        is_ended(&office, &links[0]).await;
        // Ended yesterday.
        let ended = people::Person { valid_to: Some(office.day(-1)), ..office.person("binh", "so") };
        let version = office.account(&binh.key).await.version;
        people::change(&office.accounts, &office.program(), &binh.key, version, &ended).await.unwrap();
        is_ended(&office, &links[1]).await;
        assert!(reset_by_mail(&office.accounts, "binh", &Source::program()).await.unwrap().is_none());
        // Unused for long.
        office.days(45);
        is_ended(&office, &links[2]).await;
        assert!(reset_by_mail(&office.accounts, "chi", &Source::program()).await.unwrap().is_none());
        assert!(matches!(reset(&office.accounts, &office.program(), &chi.key).await, Err(AccountError::NotOpen(Standing::Dormant))));
    }

    async fn nobody_resets_their_own_password_without_the_present_one(office: Office) {
        let chi = office.administrator("chi").await;
        let refused = reset(&office.accounts, &office.acting(&chi).await, &chi.key).await;
        assert!(matches!(refused, Err(AccountError::Oneself)));
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        let refused = reset(&office.accounts, &office.acting(&an).await, &an.key).await;
        assert!(matches!(refused, Err(AccountError::Denied(accounts::Denied::Forbidden))), "{refused:?}");
    }
}
