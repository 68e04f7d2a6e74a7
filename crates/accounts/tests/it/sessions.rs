//! Sessions: how they end, for which unit they act, and that rights are looked up with every request.

use accounts::people::{self, revoke_role};
use accounts::policy::{Action, Role, Thing};
use accounts::{AccountError, Denied, Reach, SessionEnd, act_for, end_all, end_others, end_session, open_sessions, principal_of_session};
use chrono::TimeDelta;
use test_support::on_both;

use crate::office::Office;

on_both! {
    async fn a_session_that_lies_idle_ends(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        let cookie = office.sign_in(&an).await;
        for _ in 0..4 {
            office.minutes(14);
            assert!(office.look(&cookie).await.is_ok(), "whoever works stays signed in");
        }
        office.minutes(15);
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Idle));
        assert_eq!(open_sessions(&office.accounts, &an.key).await.unwrap(), []);
    }

    async fn a_session_of_a_clock_that_ran_ahead_ends_with_it(office: Office) {
        let an = office.someone("anh", "so").await;
        let cookie = office.sign_in(&an).await;
        office.days(-3);
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Over), "else it would last three days longer");
        let cookie = office.sign_in(&an).await;
        office.minutes(-5);
        assert!(office.look(&cookie).await.is_ok(), "a clock that is put right by minutes shuts nobody out");
    }

    async fn an_administrators_session_ends_sooner(office: Office) {
        let chi = office.administrator("chi").await;
        let cookie = office.sign_in(&chi).await;
        office.minutes(4);
        assert!(office.look(&cookie).await.is_ok());
        office.minutes(5);
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Idle));
    }

    async fn a_session_ends_after_twelve_hours_used_or_not(office: Office) {
        let an = office.someone("anh", "so").await;
        let cookie = office.sign_in(&an).await;
        for _ in 0..71 {
            office.minutes(10);
            assert!(office.look(&cookie).await.is_ok());
        }
        office.minutes(10);
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Over));
        // The next sign-in sweeps it out.
        office.seconds(1);
        office.sign_in(&an).await;
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Unknown));
        assert_eq!(office.lines("SELECT session FROM session").await.len(), 1);
    }

    async fn after_signing_out_a_stolen_cookie_opens_nothing_in_any_process(office: Office) {
        let an = office.someone("anh", "so").await;
        let cookie = office.sign_in(&an).await;
        let other = office.another_process().await;
        assert!(principal_of_session(&other, &cookie).await.unwrap().is_ok());
        end_session(&office.accounts, &cookie).await.unwrap();
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Unknown));
        assert_eq!(principal_of_session(&other, &cookie).await.unwrap(), Err(SessionEnd::Unknown));
        end_session(&office.accounts, &cookie).await.unwrap();
        assert_eq!(office.events_of(&an.key).await.iter().filter(|action| *action == "signed-out").count(), 2, "the first link's, and this one");
    }

    async fn the_digest_in_the_database_opens_nothing(office: Office) {
        let an = office.someone("anh", "so").await;
        office.sign_in(&an).await;
        let digest = &open_sessions(&office.accounts, &an.key).await.unwrap()[0].session;
        assert_eq!(office.look(digest).await, Err(SessionEnd::Unknown));
        assert_eq!(office.look("").await, Err(SessionEnd::Unknown));
    }

    async fn a_person_signs_out_everywhere_else_or_everywhere(office: Office) {
        let (an, binh) = (office.someone("anh", "so").await, office.someone("binh", "so").await);
        let cookies = [office.sign_in(&an).await, office.sign_in(&an).await, office.sign_in(&an).await];
        let others = office.sign_in(&binh).await;
        assert_eq!(open_sessions(&office.accounts, &an.key).await.unwrap().len(), 3);
        let actor = office.actor(&cookies[0]).await;
        end_others(&office.accounts, &actor).await.unwrap();
        assert!(office.look(&cookies[0]).await.is_ok());
        assert_eq!(office.look(&cookies[1]).await, Err(SessionEnd::Unknown));
        assert_eq!(office.look(&cookies[2]).await, Err(SessionEnd::Unknown));
        end_all(&office.accounts, &actor, &an.key).await.unwrap();
        assert_eq!(office.look(&cookies[0]).await, Err(SessionEnd::Unknown));
        assert!(office.look(&others).await.is_ok());
    }

    async fn nobody_ends_the_sessions_of_others_without_right(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "tinh", Reach::Subtree).await;
        let (binh, chi) = (office.someone("binh", "so").await, office.administrator("chi").await);
        let cookie = office.sign_in(&binh).await;
        let refused = end_all(&office.accounts, &office.acting(&an).await, &binh.key).await;
        assert!(matches!(refused, Err(AccountError::Denied(Denied::Forbidden))), "{refused:?}");
        let refused = end_all(&office.accounts, &office.acting(&binh).await, &an.key).await;
        assert!(matches!(refused, Err(AccountError::Denied(Denied::NotFound))), "{refused:?}");
        assert!(office.look(&cookie).await.is_ok());
        end_all(&office.accounts, &office.acting(&chi).await, &binh.key).await.unwrap();
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Unknown));
    }

    async fn closing_an_account_ends_its_sessions_for_good(office: Office) {
        let (an, chi) = (office.someone("anh", "so").await, office.administrator("chi").await);
        let cookie = office.sign_in(&an).await;
        let actor = office.acting(&chi).await;
        people::set_open(&office.accounts, &actor, &an.key, false, "nghỉ việc").await.unwrap();
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Unknown));
        people::set_open(&office.accounts, &actor, &an.key, true, "trở lại").await.unwrap();
        assert_eq!(office.look(&cookie).await, Err(SessionEnd::Unknown), "it does not come alive again");
    }

    async fn a_person_acts_for_one_of_their_units_in_one_session(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        office.give(&an, Role::UnitHead, "xa", Reach::Unit).await;
        let (here, elsewhere) = (office.sign_in(&an).await, office.sign_in(&an).await);
        let actor = office.actor(&here).await;
        assert_eq!(actor.principal.units(), ["so", "xa"]);
        assert_eq!(actor.principal.acting_unit.as_deref(), Some("so"));
        let xa = office.accounts.tree.lineage("xa").unwrap();
        assert!(!actor.principal.may(Action::Submit, Thing::Figures, &xa), "a role counts while the person acts for its unit");
        act_for(&office.accounts, &actor, "xa").await.unwrap();
        let now = office.look(&here).await.unwrap();
        assert_eq!(now.acting_unit.as_deref(), Some("xa"));
        assert!(now.may(Action::Submit, Thing::Figures, &xa) && now.is(Role::UnitHead) && !now.is(Role::UnitOfficer));
        assert_eq!(office.look(&elsewhere).await.unwrap().acting_unit.as_deref(), Some("so"));
        for unit in ["thon", "tinh", "nowhere"] {
            assert!(matches!(act_for(&office.accounts, &actor, unit).await, Err(AccountError::Unknown)), "{unit}");
        }
    }

    async fn a_role_that_is_taken_away_is_gone_with_the_next_request(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        let second = office.give(&an, Role::UnitHead, "xa", Reach::Unit).await;
        let cookie = office.sign_in(&an).await;
        act_for(&office.accounts, &office.actor(&cookie).await, "xa").await.unwrap();
        revoke_role(&office.accounts, &office.program(), &second, "chuyển công tác").await.unwrap();
        let principal = office.look(&cookie).await.unwrap();
        assert_eq!(principal.acting_unit.as_deref(), Some("so"), "the session goes on for a unit that is left");
        assert!(!principal.may_somewhere(Action::Submit, Thing::Figures));
    }

    async fn without_any_role_a_person_acts_for_nothing(office: Office) {
        let an = office.someone("anh", "so").await;
        let principal = office.acting(&an).await.principal;
        assert_eq!((principal.acting_unit.as_deref(), principal.units().len()), (None, 0));
        let so = office.accounts.tree.lineage("so").unwrap();
        for (thing, action) in Thing::ALL.into_iter().flat_map(|thing| Action::ALL.map(|action| (thing, action))) {
            assert!(!principal.may(action, thing, &so) && !principal.may_somewhere(action, thing));
        }
    }

    async fn an_administrators_password_grows_old(office: Office) {
        let office = office.with(|security| security.dormant_days = 0);
        let (an, chi) = (office.someone("anh", "so").await, office.administrator("chi").await);
        office.days(59);
        assert!(!office.acting(&chi).await.principal.must_change_password);
        office.days(1);
        assert!(office.acting(&chi).await.principal.must_change_password);
        assert!(!office.acting(&an).await.principal.must_change_password);
    }

    async fn reading_goes_on_while_another_program_writes(office: Office) {
        let an = office.someone("anh", "so").await;
        let cookie = office.sign_in(&an).await;
        office.pass(TimeDelta::minutes(2));
        let other = office.another_process().await;
        let mut write = other.db.write().await.unwrap();
        platform::on!(write.conn(), c => sqlx::query("UPDATE revision SET value = value + 1").execute(&mut *c).await.map(drop)).unwrap();
        assert!(office.look(&cookie).await.is_ok(), "the last request is noted next time");
        drop(write);
        assert!(office.look(&cookie).await.is_ok());
        assert_eq!(open_sessions(&office.accounts, &an.key).await.unwrap()[0].seen_at, office.now());
    }
}
