//! Deputies: all roles of the absent person but an administrator's, on the days of the period alone.

use accounts::people::{self, NewDeputy, appoint_deputy, dismiss_deputy, set_open};
use accounts::policy::{Action, Role, Thing};
use accounts::{AccountError, Denied, Principal, Reach, deputies_of};
use test_support::on_both;

use crate::office::{Office, Someone};

async fn appoint(office: &Office, new: &NewDeputy) -> String {
    appoint_deputy(&office.accounts, &office.program(), new).await.unwrap()
}

async fn looks(office: &Office, someone: &Someone) -> Principal {
    office.acting(someone).await.principal
}

fn stands_in(principal: &Principal) -> bool {
    principal.grants.iter().any(|grant| grant.stands_in_for.is_some())
}

on_both! {
    async fn a_deputy_has_the_roles_from_the_first_day_to_the_last(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let binh = office.with_role("binh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        appoint(&office, &NewDeputy { valid_from: office.day(1), valid_to: office.day(2), ..office.deputy(&an, &binh, 0) }).await;
        let mut may_submit = Vec::new();
        for _ in 0..4 {
            let principal = looks(&office, &binh).await;
            may_submit.push(principal.may(Action::Submit, Thing::Figures, &office.accounts.tree.lineage("so").unwrap()));
            assert_eq!(principal.grants[0].stands_in_for, None, "their own roles come first");
            office.days(1);
        }
        assert_eq!(may_submit, [false, true, true, false]);
        let mut read = office.accounts.db.read().await.unwrap();
        for person in [&an, &binh] {
            let row = deputies_of(read.conn(), &person.key).await.unwrap().remove(0);
            assert_eq!((row.absent_name.as_str(), row.stands_in_name.as_str()), ("Người anh", "Người binh"));
        }
    }

    async fn the_history_names_whoever_acted_and_the_grant_whom_they_stand_in_for(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let binh = office.someone("binh", "so").await;
        appoint(&office, &office.deputy(&an, &binh, 2)).await;
        let actor = office.acting(&binh).await;
        assert_eq!(actor.principal.grants[0].stands_in_for.as_ref().map(|absent| absent.name.as_str()), Some("Người anh"));
        assert_eq!((actor.source.account.as_deref(), actor.source.unit.as_deref()), (Some(binh.key.as_str()), Some("so")));
    }

    async fn an_act_by_the_absent_persons_role_alone_is_done_in_their_place(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let binh = office.with_role("binh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        appoint(&office, &office.deputy(&an, &binh, 2)).await;
        // From a time when periods could overlap.
        let (key, from, to) = (office.accounts.world.new_id(), office.day(1), office.day(5));
        office
            .execute(&format!(
                "INSERT INTO deputy (deputy, absent, stands_in, valid_from, valid_to, given_by, given_at) \
                 SELECT '{key}', absent, stands_in, '{from}', '{to}', given_by, given_at FROM deputy"
            ))
            .await;
        office.days(1);
        let actor = office.acting(&binh).await;
        assert_eq!(actor.principal.grants.len(), 2, "two periods of one absent person are one role");
        assert_eq!(actor.principal.grants[1].stands_in_for.as_ref().map(|absent| absent.until), Some(office.day(4)));
        let place = |action| actor.clone().doing(action, Thing::Figures).source.stands_in_for;
        assert_eq!(place(Action::Submit), Some(an.key.clone()), "an officer may not submit");
        assert_eq!(place(Action::Change), None, "an officer enters figures by a role of their own");
        assert_eq!(place(Action::Decide), None);
    }

    async fn a_deputy_hands_nothing_on(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let (binh, cuong) = (office.someone("binh", "so").await, office.someone("cuong", "so").await);
        appoint(&office, &office.deputy(&an, &binh, 2)).await;
        appoint(&office, &office.deputy(&binh, &cuong, 2)).await;
        assert!(stands_in(&looks(&office, &binh).await));
        assert!(!stands_in(&looks(&office, &cuong).await));
    }

    async fn whose_account_is_closed_or_ended_lends_nothing(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let binh = office.someone("binh", "so").await;
        appoint(&office, &office.deputy(&an, &binh, 9)).await;
        set_open(&office.accounts, &office.program(), &an.key, false, "nghỉ việc").await.unwrap();
        assert!(!stands_in(&looks(&office, &binh).await));
        set_open(&office.accounts, &office.program(), &an.key, true, "trở lại").await.unwrap();
        assert!(stands_in(&looks(&office, &binh).await));
        let person = people::Person { valid_to: Some(office.today()), ..office.person("anh", "so") };
        let version = office.account(&an.key).await.version;
        people::change(&office.accounts, &office.program(), &an.key, version, &person).await.unwrap();
        assert!(stands_in(&looks(&office, &binh).await), "the last day still counts");
        office.days(1);
        assert!(!stands_in(&looks(&office, &binh).await));
    }

    async fn an_administrators_role_is_never_handed_on(office: Office) {
        let (chi, binh) = (office.administrator("chi").await, office.someone("binh", "so").await);
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let refused = appoint_deputy(&office.accounts, &office.acting(&chi).await, &office.deputy(&chi, &binh, 2)).await;
        assert!(matches!(refused, Err(AccountError::NothingToLend)), "{refused:?}");
        // What the administrator is beside it is lent.
        office.give(&chi, Role::ReformOffice, "so", Reach::Unit).await;
        let key = appoint_deputy(&office.accounts, &office.acting(&chi).await, &office.deputy(&chi, &binh, 2)).await.unwrap();
        let lent: Vec<Role> = looks(&office, &binh).await.grants.iter().map(|grant| grant.role).collect();
        assert_eq!(lent, [Role::ReformOffice]);
        dismiss_deputy(&office.accounts, &office.program(), &key).await.unwrap();
        // Neither is an administrator's role that comes after the deputy.
        appoint(&office, &office.deputy(&an, &binh, 2)).await;
        office.give(&an, Role::Administrator, "tinh", Reach::Subtree).await;
        let principal = looks(&office, &binh).await;
        assert!(stands_in(&principal) && principal.grants.iter().all(|grant| grant.role != Role::Administrator));
        // Whoever was one long ago may have a deputy.
        let past = office.someone("past", "so").await;
        let role = office.role(&past, Role::Administrator, "xa", Reach::Unit);
        people::give_role(&office.accounts, &office.program(), &people::NewGrant { valid_to: Some(office.today()), ..role }).await.unwrap();
        office.days(1);
        appoint(&office, &office.deputy(&past, &binh, 2)).await;
    }

    async fn the_absent_person_appoints_and_dismisses(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let binh = office.someone("binh", "so").await;
        let actor = office.acting(&an).await;
        let key = appoint_deputy(&office.accounts, &actor, &office.deputy(&an, &binh, 2)).await.unwrap();
        assert!(stands_in(&looks(&office, &binh).await));
        dismiss_deputy(&office.accounts, &actor, &key).await.unwrap();
        assert!(!stands_in(&looks(&office, &binh).await));
        assert!(matches!(dismiss_deputy(&office.accounts, &actor, &key).await, Err(AccountError::Denied(Denied::NotFound))));
        assert_eq!(office.events_of(&key).await, ["appointed", "dismissed"]);
    }

    async fn a_period_is_in_order_and_two_are_not_one(office: Office) {
        let (an, binh) = (office.someone("anh", "so").await, office.someone("binh", "so").await);
        let actor = office.acting(&an).await;
        let backwards = appoint_deputy(&office.accounts, &actor, &office.deputy(&an, &binh, -1)).await;
        assert!(matches!(backwards, Err(AccountError::Period)));
        let oneself = appoint_deputy(&office.accounts, &actor, &office.deputy(&an, &an, 1)).await;
        assert!(matches!(oneself, Err(AccountError::Oneself)));
        let nobody = NewDeputy { stands_in: "nobody".to_owned(), ..office.deputy(&an, &binh, 1) };
        assert!(matches!(appoint_deputy(&office.accounts, &actor, &nobody).await, Err(AccountError::Denied(Denied::NotFound))));
    }

    async fn a_period_is_not_over_and_not_longer_than_a_year(office: Office) {
        let (an, binh) = (office.someone("anh", "so").await, office.someone("binh", "so").await);
        let actor = office.acting(&an).await;
        let period = |from: i64, to: i64| NewDeputy { valid_from: office.day(from), ..office.deputy(&an, &binh, to) };
        let past = appoint_deputy(&office.accounts, &actor, &period(-9, -1)).await;
        assert!(matches!(past, Err(AccountError::PeriodPast)), "{past:?}");
        for last in [office.day(366), "9999-12-31".parse().unwrap()] {
            let long = appoint_deputy(&office.accounts, &actor, &NewDeputy { valid_to: last, ..period(0, 1) }).await;
            assert!(matches!(long, Err(AccountError::PeriodTooLong)), "{last}: {long:?}");
        }
        appoint(&office, &period(-9, 0)).await;
        appoint(&office, &period(1, 365)).await;
    }

    async fn one_deputy_stands_in_for_one_person_once_on_a_day(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let (binh, cuong) = (office.someone("binh", "so").await, office.someone("cuong", "so").await);
        let actor = office.acting(&an).await;
        let period = |deputy: &Someone, from: i64, to: i64| NewDeputy { valid_from: office.day(from), ..office.deputy(&an, deputy, to) };
        let key = appoint_deputy(&office.accounts, &actor, &period(&binh, 2, 5)).await.unwrap();
        for (from, to) in [(2, 5), (0, 2), (5, 9), (3, 4), (0, 9)] {
            let twice = appoint_deputy(&office.accounts, &actor, &period(&binh, from, to)).await;
            assert!(matches!(twice, Err(AccountError::AlreadyDeputy)), "{from} to {to}: {twice:?}");
        }
        // The days beside it, somebody else, and the other way round.
        appoint_deputy(&office.accounts, &actor, &period(&binh, 0, 1)).await.unwrap();
        appoint_deputy(&office.accounts, &actor, &period(&cuong, 2, 5)).await.unwrap();
        appoint(&office, &NewDeputy { valid_from: office.day(2), ..office.deputy(&binh, &an, 5) }).await;
        dismiss_deputy(&office.accounts, &actor, &key).await.unwrap();
        office.days(2);
        assert!(!stands_in(&looks(&office, &binh).await), "who was dismissed has nothing left");
        appoint(&office, &office.deputy(&an, &binh, 3)).await;
    }

    async fn nobody_makes_themselves_or_friends_deputy_of_somebody_above_them(office: Office) {
        let an = office.with_role("anh", "xa", Role::ReformOffice, "tinh", Reach::Subtree).await;
        let (binh, cuong) = (office.someone("binh", "xa").await, office.with_role("cuong", "xa", Role::UnitHead, "xa", Reach::Unit).await);
        let of_xa = office.with_role("of-xa", "xa", Role::Administrator, "xa", Reach::Subtree).await;
        let actor = office.acting(&of_xa).await;
        // The person works in the commune and has a role over the province.
        let beyond = appoint_deputy(&office.accounts, &actor, &office.deputy(&an, &binh, 2)).await;
        assert!(matches!(beyond, Err(AccountError::Denied(Denied::Forbidden))), "{beyond:?}");
        let oneself = appoint_deputy(&office.accounts, &actor, &office.deputy(&cuong, &of_xa, 2)).await;
        assert!(matches!(oneself, Err(AccountError::Oneself)), "{oneself:?}");
        let key = appoint_deputy(&office.accounts, &actor, &office.deputy(&cuong, &binh, 2)).await.unwrap();
        let stranger = office.acting(&office.someone("stranger", "so").await).await;
        for outcome in [
            dismiss_deputy(&office.accounts, &stranger, &key).await,
            appoint_deputy(&office.accounts, &stranger, &office.deputy(&cuong, &binh, 2)).await.map(drop),
        ] {
            assert!(matches!(outcome, Err(AccountError::Denied(Denied::NotFound))), "{outcome:?}");
        }
        // A deputy whose absent person's unit is gone can still be dismissed.
        let top = office.administrator("top").await;
        office.close_unit("thon");
        office.close_unit("xa");
        dismiss_deputy(&office.accounts, &office.acting(&top).await, &key).await.unwrap();
    }
}
