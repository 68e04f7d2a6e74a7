//! Roles over the unit tree: how far, from which day to which, and by whom they are given.

use accounts::people::{NewGrant, give_role, revoke_role, set_open};
use accounts::policy::{Action, Role, Thing};
use accounts::{AccountError, Denied, Reach, grants_of};
use test_support::on_both;

use crate::office::Office;

fn is_forbidden<T: std::fmt::Debug>(outcome: Result<T, AccountError>) {
    assert!(matches!(outcome, Err(AccountError::Denied(Denied::Forbidden))), "{outcome:?}");
}

fn is_not_found<T: std::fmt::Debug>(outcome: Result<T, AccountError>) {
    assert!(matches!(outcome, Err(AccountError::Denied(Denied::NotFound))), "{outcome:?}");
}

on_both! {
    async fn a_role_reaches_the_unit_alone_or_everything_below_it(office: Office) {
        let an = office.with_role("anh", "so", Role::ReformOffice, "xa", Reach::Subtree).await;
        let binh = office.with_role("binh", "so", Role::ReformOffice, "xa", Reach::Unit).await;
        let (an, binh) = (office.acting(&an).await.principal, office.acting(&binh).await.principal);
        for (unit, subtree, alone) in [("xa", true, true), ("thon", true, false), ("tinh", false, false), ("so", false, false)] {
            let lineage = office.accounts.tree.lineage(unit).unwrap();
            assert_eq!(an.may(Action::Decide, Thing::Figures, &lineage), subtree, "{unit}");
            assert_eq!(binh.may(Action::Decide, Thing::Figures, &lineage), alone, "{unit}");
        }
        assert_eq!(an.scope(Action::Decide, Thing::Figures), [("xa", Reach::Subtree)]);
    }

    async fn a_role_counts_from_its_first_day_to_its_last(office: Office) {
        let office = office.with(|security| security.session_hours = 24 * 30);
        let office = office.with(|security| security.idle_minutes = 60 * 24 * 30);
        let an = office.someone("anh", "so").await;
        let new = NewGrant { valid_from: office.day(2), valid_to: Some(office.day(3)), ..office.role(&an, Role::UnitHead, "so", Reach::Unit) };
        let key = give_role(&office.accounts, &office.program(), &new).await.unwrap();
        let cookie = office.sign_in(&an).await;
        let mut counted = Vec::new();
        for _ in 0..5 {
            counted.push(office.look(&cookie).await.unwrap().is(Role::UnitHead));
            office.days(1);
        }
        assert_eq!(counted, [false, false, true, true, false]);
        let mut read = office.accounts.db.read().await.unwrap();
        let row = grants_of(read.conn(), &an.key).await.unwrap().remove(0);
        assert_eq!((row.role_grant.as_str(), row.role(), row.reach()), (key.as_str(), Some(Role::UnitHead), Reach::Unit));
        assert!(row.counts_on(new.valid_from) && !row.counts_on(office.today()));
        drop(read);
        let backwards = NewGrant { valid_to: Some(office.day(-1)), valid_from: office.today(), ..new };
        assert!(matches!(give_role(&office.accounts, &office.program(), &backwards).await, Err(AccountError::Period)));
    }

    async fn the_day_of_a_role_begins_at_midnight_in_viet_nam(office: Office) {
        let an = office.someone("anh", "so").await;
        let new = NewGrant { valid_from: office.day(1), ..office.role(&an, Role::UnitHead, "so", Reach::Unit) };
        give_role(&office.accounts, &office.program(), &new).await.unwrap();
        // 16:59 UTC, a minute before midnight in Viet Nam.
        office.minutes(13 * 60 + 59);
        assert!(!office.acting(&an).await.principal.is(Role::UnitHead));
        office.minutes(1);
        assert!(office.acting(&an).await.principal.is(Role::UnitHead));
    }

    async fn roles_are_given_and_taken_within_the_administrators_reach(office: Office) {
        let top = office.administrator("top").await;
        let of_xa = office.with_role("of-xa", "xa", Role::Administrator, "xa", Reach::Subtree).await;
        let xa_alone = office.with_role("xa-alone", "xa", Role::Administrator, "xa", Reach::Unit).await;
        let an = office.someone("anh", "xa").await;
        let so = office.give(&an, Role::UnitOfficer, "so", Reach::Unit).await;
        let wide = office.give(&an, Role::UnitOfficer, "xa", Reach::Subtree).await;
        let [top, of_xa, xa_alone] = [office.acting(&top).await, office.acting(&of_xa).await, office.acting(&xa_alone).await];
        let role = |unit: &str, reach| office.role(&an, Role::Interviewer, unit, reach);
        give_role(&office.accounts, &xa_alone, &role("xa", Reach::Unit)).await.unwrap();
        give_role(&office.accounts, &of_xa, &role("xa", Reach::Subtree)).await.unwrap();
        give_role(&office.accounts, &of_xa, &role("thon", Reach::Unit)).await.unwrap();
        // Nobody hands on more than they have.
        is_forbidden(give_role(&office.accounts, &xa_alone, &role("xa", Reach::Subtree)).await);
        is_forbidden(revoke_role(&office.accounts, &xa_alone, &wide, "x").await);
        is_not_found(give_role(&office.accounts, &xa_alone, &role("thon", Reach::Unit)).await);
        is_not_found(give_role(&office.accounts, &of_xa, &role("tinh", Reach::Subtree)).await);
        is_not_found(revoke_role(&office.accounts, &of_xa, &so, "x").await);
        assert!(matches!(give_role(&office.accounts, &top, &role("nowhere", Reach::Unit)).await, Err(AccountError::UnknownUnit)));
        give_role(&office.accounts, &top, &role("so", Reach::Unit)).await.unwrap();
        revoke_role(&office.accounts, &top, &so, "x").await.unwrap();
        is_not_found(revoke_role(&office.accounts, &top, &so, "x").await);
        is_not_found(revoke_role(&office.accounts, &top, "no such grant", "x").await);
        assert_eq!(office.events_of(&so).await, ["given", "revoked"]);
    }

    async fn nobody_gives_a_role_to_themselves(office: Office) {
        let chi = office.administrator("chi").await;
        let actor = office.acting(&chi).await;
        let refused = give_role(&office.accounts, &actor, &office.role(&chi, Role::ReformOffice, "so", Reach::Unit)).await;
        assert!(matches!(refused, Err(AccountError::Oneself)));
    }

    async fn roles_beside_the_administrators_give_no_right_to_roles(office: Office) {
        let an = office.someone("anh", "so").await;
        let held = office.give(&an, Role::UnitOfficer, "so", Reach::Unit).await;
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
            let binh = office.with_role(&format!("b-{}", role.word()), "so", role, "tinh", Reach::Subtree).await;
            let actor = office.acting(&binh).await;
            let sees = [Role::ReformOffice, Role::UnitHead, Role::Auditor].contains(&role);
            let expected = if sees { Denied::Forbidden } else { Denied::NotFound };
            for outcome in [
                give_role(&office.accounts, &actor, &office.role(&an, Role::UnitHead, "so", Reach::Unit)).await.map(drop),
                revoke_role(&office.accounts, &actor, &held, "x").await,
            ] {
                assert!(matches!(&outcome, Err(AccountError::Denied(denied)) if *denied == expected), "{role:?}: {outcome:?}");
            }
        }
    }

    async fn the_last_administrator_stays(office: Office) {
        let chi = office.someone("chi", "so").await;
        let grant = office.give(&chi, Role::Administrator, "tinh", Reach::Subtree).await;
        let actor = office.acting(&chi).await;
        assert!(matches!(revoke_role(&office.accounts, &actor, &grant, "x").await, Err(AccountError::LastAdministrator)));
        let person = accounts::people::Person { valid_to: Some(office.day(-1)), ..office.person("chi", "so") };
        let version = office.account(&chi.key).await.version;
        let ended = accounts::people::change(&office.accounts, &actor, &chi.key, version, &person).await;
        assert!(matches!(ended, Err(AccountError::LastAdministrator)), "{ended:?}");
        assert!(office.acting(&chi).await.principal.is(Role::Administrator), "nothing was written");
        assert_eq!(office.events_of(&grant).await, ["given"]);
        // Somebody whose role has not begun, or whose account is closed, does not count as another.
        let (later, closed) = (office.someone("later", "so").await, office.someone("closed", "so").await);
        let new = NewGrant { valid_from: office.day(1), ..office.role(&later, Role::Administrator, "tinh", Reach::Subtree) };
        give_role(&office.accounts, &office.program(), &new).await.unwrap();
        office.give(&closed, Role::Administrator, "tinh", Reach::Subtree).await;
        set_open(&office.accounts, &office.program(), &closed.key, false, "x").await.unwrap();
        assert!(matches!(revoke_role(&office.accounts, &actor, &grant, "x").await, Err(AccountError::LastAdministrator)));
        office.administrator("dung").await;
        revoke_role(&office.accounts, &actor, &grant, "x").await.unwrap();
    }

    async fn somebody_stays_who_looks_after_the_same_units(office: Office) {
        let top = office.someone("top", "so").await;
        let highest = office.give(&top, Role::Administrator, "tinh", Reach::Subtree).await;
        let below = office.someone("below", "xa").await;
        let of_xa = office.give(&below, Role::Administrator, "xa", Reach::Subtree).await;
        let narrow = office.someone("narrow", "so").await;
        office.give(&narrow, Role::Administrator, "tinh", Reach::Unit).await;
        let (one, two) = (office.acting(&top).await, office.acting(&below).await);
        let is_last = |outcome: Result<(), AccountError>| assert!(matches!(outcome, Err(AccountError::LastAdministrator)), "{outcome:?}");
        // Those who are left reach a commune, and the province alone.
        is_last(revoke_role(&office.accounts, &one, &highest, "x").await);
        let ended = accounts::people::Person { valid_to: Some(office.day(-1)), ..office.person("top", "so") };
        let version = office.account(&top.key).await.version;
        is_last(accounts::people::change(&office.accounts, &one, &top.key, version, &ended).await);
        // Above the commune there is somebody: its administrator may go, and come back.
        revoke_role(&office.accounts, &two, &of_xa, "x").await.unwrap();
        let of_xa = office.give(&below, Role::Administrator, "xa", Reach::Subtree).await;
        set_open(&office.accounts, &one, &narrow.key, false, "x").await.unwrap();
        // Whoever has not signed in for long does not count as another.
        office.administrator("unused").await;
        office.days(44);
        let one = office.acting(&top).await;
        office.days(2);
        let one = accounts::Actor { now: office.now(), ..one };
        is_last(revoke_role(&office.accounts, &one, &highest, "x").await);
        office.administrator("second").await;
        revoke_role(&office.accounts, &one, &highest, "x").await.unwrap();
        revoke_role(&office.accounts, &office.program(), &of_xa, "x").await.unwrap();
    }

    async fn the_same_role_is_not_given_twice_for_the_same_days(office: Office) {
        let an = office.someone("anh", "so").await;
        let role = |from: i64, to: Option<i64>| NewGrant {
            valid_from: office.day(from),
            valid_to: to.map(|day| office.day(day)),
            ..office.role(&an, Role::UnitHead, "so", Reach::Unit)
        };
        let key = give_role(&office.accounts, &office.program(), &role(5, Some(9))).await.unwrap();
        for (from, to) in [(5, Some(9)), (9, None), (0, None), (0, Some(5)), (6, Some(7))] {
            let twice = give_role(&office.accounts, &office.program(), &role(from, to)).await;
            assert!(matches!(twice, Err(AccountError::AlreadyGiven)), "{from} to {to:?}: {twice:?}");
        }
        for other in [
            role(0, Some(4)),
            role(10, None),
            NewGrant { reach: Reach::Subtree, ..role(5, Some(9)) },
            NewGrant { role: Role::UnitOfficer, ..role(5, Some(9)) },
            NewGrant { unit: "xa".to_owned(), ..role(5, Some(9)) },
        ] {
            give_role(&office.accounts, &office.program(), &other).await.unwrap();
        }
        let open = give_role(&office.accounts, &office.program(), &role(30, None)).await;
        assert!(matches!(open, Err(AccountError::AlreadyGiven)), "the other one has no end: {open:?}");
        revoke_role(&office.accounts, &office.program(), &key, "x").await.unwrap();
        give_role(&office.accounts, &office.program(), &role(5, Some(9))).await.unwrap();
    }

    async fn the_program_can_do_without_an_administrator(office: Office) {
        let chi = office.someone("chi", "so").await;
        let grant = office.give(&chi, Role::Administrator, "tinh", Reach::Subtree).await;
        revoke_role(&office.accounts, &office.program(), &grant, "x").await.unwrap();
    }
}
