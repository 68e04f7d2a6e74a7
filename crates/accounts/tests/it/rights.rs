//! Who may look after whom: nobody knows of people beyond their reach, and nobody looks after somebody with roles beyond their own.

use accounts::people::{self, change, demand_new_password, make, reset, seen, set_open};
use accounts::policy::Role;
use accounts::{AccountError, Actor, Denied, Reach, end_all, remove_second_factor};
use test_support::on_both;

use crate::office::{Office, Someone};

/// What a person may not do to another: every act, with the refusal.
async fn refusals(office: &Office, actor: &Actor, on: &Someone, unit: &str) -> Vec<(&'static str, Option<Denied>)> {
    let accounts = &office.accounts;
    let version = office.account(&on.key).await.version;
    let denied = |outcome: Result<(), AccountError>| match outcome {
        Ok(()) => None,
        Err(AccountError::Denied(denied)) => Some(denied),
        Err(other) => panic!("{other:?}"),
    };
    vec![
        ("see", denied(seen(accounts, actor, &on.key).await.map(drop))),
        ("change", denied(change(accounts, actor, &on.key, version, &office.person(&on.login, unit)).await)),
        ("reset", denied(reset(accounts, actor, &on.key).await.map(drop))),
        ("demand", denied(demand_new_password(accounts, actor, &on.key).await)),
        ("end all", denied(end_all(accounts, actor, &on.key).await)),
        ("second factor", denied(remove_second_factor(accounts, actor, &on.key, "x").await)),
        ("close", denied(set_open(accounts, actor, &on.key, false, "x").await)),
        ("open", denied(set_open(accounts, actor, &on.key, true, "x").await)),
    ]
}

fn all(refusals: &[(&'static str, Option<Denied>)], see: Option<Denied>, rest: Option<Denied>) {
    for (act, refusal) in refusals {
        assert_eq!(*refusal, if *act == "see" { see } else { rest }, "{act}");
    }
}

on_both! {
    async fn an_administrator_looks_after_people_within_reach_alone(office: Office) {
        let of_xa = office.with_role("of-xa", "xa", Role::Administrator, "xa", Reach::Subtree).await;
        let actor = office.acting(&of_xa).await;
        let (near, far) = (office.someone("near", "thon").await, office.someone("far", "so").await);
        for someone in [&near, &far] {
            office.enrol(&office.acting(someone).await).await;
        }
        all(&refusals(&office, &actor, &far, "so").await, Some(Denied::NotFound), Some(Denied::NotFound));
        assert!(matches!(make(&office.accounts, &actor, &office.person("moi", "so")).await, Err(AccountError::Denied(Denied::NotFound))));
        all(&refusals(&office, &actor, &near, "thon").await, None, None);
        make(&office.accounts, &actor, &office.person("moi", "thon")).await.unwrap();
        // Nobody moves a person to where they have no say.
        let version = office.account(&near.key).await.version;
        let moved = change(&office.accounts, &actor, &near.key, version, &office.person("near", "so")).await;
        assert!(matches!(moved, Err(AccountError::Denied(Denied::NotFound))), "{moved:?}");
        let nowhere = change(&office.accounts, &actor, &near.key, version, &office.person("near", "nowhere")).await;
        assert!(matches!(nowhere, Err(AccountError::UnknownUnit)), "{nowhere:?}");
    }

    async fn whoever_only_sees_people_changes_nothing(office: Office) {
        let an = office.someone("anh", "so").await;
        office.enrol(&office.acting(&an).await).await;
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
            let other = office.with_role(&format!("b-{}", role.word()), "so", role, "tinh", Reach::Subtree).await;
            let actor = office.acting(&other).await;
            let sees = [Role::ReformOffice, Role::UnitHead, Role::Auditor].contains(&role);
            let (see, rest) = if sees { (None, Denied::Forbidden) } else { (Some(Denied::NotFound), Denied::NotFound) };
            all(&refusals(&office, &actor, &an, "so").await, see, Some(rest));
            let made = make(&office.accounts, &actor, &office.person("moi", "so")).await;
            assert!(matches!(&made, Err(AccountError::Denied(denied)) if *denied == rest), "{role:?}: {made:?}");
        }
    }

    /// Whoever sets a person's password could act with all of that person's roles.
    async fn nobody_looks_after_somebody_with_roles_beyond_their_own(office: Office) {
        let of_xa = office.with_role("of-xa", "xa", Role::Administrator, "xa", Reach::Subtree).await;
        let xa_alone = office.with_role("xa-alone", "xa", Role::Administrator, "xa", Reach::Unit).await;
        let (of_xa, xa_alone) = (office.acting(&of_xa).await, office.acting(&xa_alone).await);
        let above = office.with_role("above", "xa", Role::Administrator, "tinh", Reach::Subtree).await;
        let wide = office.with_role("wide", "xa", Role::UnitHead, "xa", Reach::Subtree).await;
        let later = office.someone("later", "xa").await;
        let role = people::NewGrant { valid_from: office.day(30), ..office.role(&later, Role::ReformOffice, "tinh", Reach::Subtree) };
        people::give_role(&office.accounts, &office.program(), &role).await.unwrap();
        let deputy = office.someone("deputy", "xa").await;
        let absent = office.with_role("absent", "so", Role::ReformOffice, "so", Reach::Unit).await;
        people::appoint_deputy(&office.accounts, &office.program(), &office.deputy(&absent, &deputy, 3)).await.unwrap();
        for someone in [&above, &wide, &later, &deputy] {
            office.enrol(&office.acting(someone).await).await;
        }
        for someone in [&above, &later, &deputy] {
            all(&refusals(&office, &of_xa, someone, "xa").await, None, Some(Denied::Forbidden));
        }
        all(&refusals(&office, &xa_alone, &wide, "xa").await, None, Some(Denied::Forbidden));
        all(&refusals(&office, &of_xa, &wide, "xa").await, None, None);
        // After the period the deputy is like anybody else in the commune.
        office.days(4);
        office.try_password("deputy", &deputy.password).await.unwrap();
        let of_xa = Actor { now: office.now(), ..of_xa };
        demand_new_password(&office.accounts, &of_xa, &deputy.key).await.unwrap();
    }

    async fn a_person_sees_their_own_account_and_does_not_change_it(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        let actor = office.acting(&an).await;
        assert_eq!(seen(&office.accounts, &actor, &an.key).await.unwrap().login, "anh");
        let version = office.account(&an.key).await.version;
        let refused = change(&office.accounts, &actor, &an.key, version, &office.person("anh", "so")).await;
        assert!(matches!(refused, Err(AccountError::Denied(Denied::Forbidden))), "{refused:?}");
    }

    async fn nobody_closes_their_own_account(office: Office) {
        let chi = office.administrator("chi").await;
        office.administrator("dung").await;
        let refused = set_open(&office.accounts, &office.acting(&chi).await, &chi.key, false, "x").await;
        assert!(matches!(refused, Err(AccountError::Oneself)));
    }

    async fn rights_end_with_the_role(office: Office) {
        let chi = office.someone("chi", "so").await;
        let grant = office.give(&chi, Role::Administrator, "tinh", Reach::Subtree).await;
        let (an, cookie) = (office.someone("anh", "so").await, office.sign_in(&chi).await);
        reset(&office.accounts, &office.actor(&cookie).await, &an.key).await.unwrap();
        people::revoke_role(&office.accounts, &office.program(), &grant, "x").await.unwrap();
        let refused = reset(&office.accounts, &office.actor(&cookie).await, &an.key).await;
        assert!(matches!(refused, Err(AccountError::Denied(Denied::NotFound))));
    }

    async fn people_of_a_closed_unit_are_seen_by_administrators_alone(office: Office) {
        let an = office.someone("anh", "thon").await;
        let chi = office.administrator("chi").await;
        let head = office.with_role("head", "tinh", Role::UnitHead, "tinh", Reach::Subtree).await;
        let (chi, head) = (office.acting(&chi).await, office.acting(&head).await);
        office.close_unit("thon");
        let refused = seen(&office.accounts, &head, &an.key).await;
        assert!(matches!(refused, Err(AccountError::Denied(Denied::NotFound))));
        let version = office.account(&an.key).await.version;
        // What is written can be set right where they are, and they can be moved.
        change(&office.accounts, &chi, &an.key, version, &office.person("anh", "thon")).await.unwrap();
        change(&office.accounts, &chi, &an.key, version + 1, &office.person("anh", "xa")).await.unwrap();
        assert_eq!(office.account(&an.key).await.unit, "xa");
    }

    async fn of_two_who_edit_one_account_the_second_is_told(office: Office) {
        let an = office.someone("anh", "so").await;
        let (chi, dung) = (office.administrator("chi").await, office.administrator("dung").await);
        let (chi, dung) = (office.acting(&chi).await, office.acting(&dung).await);
        let version = office.account(&an.key).await.version;
        let renamed = |name: &str| people::Person { name: name.to_owned(), ..office.person("anh", "so") };
        change(&office.accounts, &chi, &an.key, version, &renamed("Người Một")).await.unwrap();
        let second = change(&office.accounts, &dung, &an.key, version, &renamed("Người Hai")).await;
        assert!(matches!(second, Err(AccountError::Changed)));
        assert_eq!(office.account(&an.key).await.name, "Người Một");
        assert_eq!(office.count("changed").await, 1);
        let (one, two) = (renamed("Người Ba"), renamed("Người Bốn"));
        let both = tokio::join!(
            change(&office.accounts, &chi, &an.key, version + 1, &one),
            change(&office.accounts, &dung, &an.key, version + 1, &two)
        );
        assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
        assert_eq!(office.count("changed").await, 2);
    }

    async fn sign_in_names_are_of_a_form_and_each_there_once(office: Office) {
        let program = office.program();
        for bad in ["", "an", "a b c", "lê.an", "an;drop", &"a".repeat(65)] {
            let refused = make(&office.accounts, &program, &office.person(bad, "so")).await;
            assert!(matches!(refused, Err(AccountError::LoginForm)), "{bad}: {refused:?}");
        }
        make(&office.accounts, &program, &office.person(" Le.An@so-1_x ", "so")).await.unwrap();
        let again = make(&office.accounts, &program, &office.person("LE.AN@SO-1_X", "so")).await;
        assert!(matches!(again, Err(AccountError::LoginTaken)));
        assert_eq!(office.lines("SELECT login FROM account").await, ["le.an@so-1_x"]);
        assert_eq!(office.lines("SELECT digest FROM one_time_link").await.len(), 1, "a refused account leaves no link");
    }
}
