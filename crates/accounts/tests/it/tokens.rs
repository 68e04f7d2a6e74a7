//! Personal access tokens: for one unit, for a time, never beyond their owner's rights.

use accounts::people::{self, appoint_deputy, revoke_role};
use accounts::policy::{Action, Role, Thing};
use accounts::sign_in::change_password;
use accounts::{
    AccountError, Denied, Principal, Proof, Reach, Scope, begin_enrolment, end_others, finish_enrolment, make_token, principal_of_token,
    revoke_token, tokens_of,
};
use test_support::on_both;

use crate::office::Office;

async fn look(office: &Office, token: &str) -> Option<Principal> {
    principal_of_token(&office.accounts, token).await.unwrap()
}

fn is_forbidden<T: std::fmt::Debug>(outcome: Result<T, AccountError>) {
    assert!(matches!(outcome, Err(AccountError::Denied(Denied::Forbidden))), "{outcome:?}");
}

on_both! {
    async fn a_token_acts_for_its_unit_within_its_scope(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        office.give(&an, Role::UnitHead, "xa", Reach::Unit).await;
        let actor = office.acting(&an).await;
        let reading = make_token(&office.accounts, &actor, "Excel", Scope::Read, 30).await.unwrap();
        let writing = make_token(&office.accounts, &actor, "Hệ thống báo cáo", Scope::Write, 30).await.unwrap();
        assert!(reading.starts_with("cchc_") && reading != writing);
        let (so, xa) = (office.accounts.tree.lineage("so").unwrap(), office.accounts.tree.lineage("xa").unwrap());
        let (reads, writes) = (look(&office, &reading).await.unwrap(), look(&office, &writing).await.unwrap());
        assert!(reads.may(Action::See, Thing::Figures, &so) && reads.may(Action::Export, Thing::Figures, &so));
        for action in [Action::Make, Action::Change, Action::Submit, Action::Decide, Action::Reopen, Action::Withdraw] {
            assert!(!reads.may(action, Thing::Figures, &so) && !reads.may_somewhere(action, Thing::Figures));
            assert_eq!(reads.scope(action, Thing::Figures), []);
        }
        assert!(writes.may(Action::Submit, Thing::Figures, &so));
        assert!(!writes.may(Action::See, Thing::Figures, &xa) && !writes.may(Action::Decide, Thing::Figures, &so));
        assert_eq!(look(&office, "cchc_0").await, None);
        assert_eq!(look(&office, &writing.to_uppercase()).await, None);
    }

    async fn a_token_ends_on_time_and_when_it_is_taken_back(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let binh = office.with_role("binh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let (an_acts, binh_acts) = (office.acting(&an).await, office.acting(&binh).await);
        for days in [0, -1, 367] {
            assert!(matches!(make_token(&office.accounts, &an_acts, "x", Scope::Read, days).await, Err(AccountError::Period)));
        }
        let short = make_token(&office.accounts, &an_acts, "một ngày", Scope::Read, 1).await.unwrap();
        let long = make_token(&office.accounts, &an_acts, "một tháng", Scope::Read, 30).await.unwrap();
        assert!(look(&office, &short).await.is_some());
        let key = tokens_of(&office.accounts, &an.key).await.unwrap().into_iter().find(|token| token.name == "một tháng").unwrap().access_token;
        assert!(matches!(revoke_token(&office.accounts, &binh_acts, &key).await, Err(AccountError::Unknown)), "a token of somebody else");
        office.days(1);
        assert_eq!(look(&office, &short).await, None);
        assert!(look(&office, &long).await.is_some());
        let an_acts = office.acting(&an).await;
        revoke_token(&office.accounts, &an_acts, &key).await.unwrap();
        assert_eq!(look(&office, &long).await, None);
        assert!(matches!(revoke_token(&office.accounts, &an_acts, &key).await, Err(AccountError::Unknown)), "it was taken back already");
        assert_eq!(office.events_of(&key).await, ["made", "revoked"]);
    }

    async fn a_token_never_reaches_beyond_its_owner(office: Office) {
        let an = office.someone("anh", "so").await;
        let grant = office.give(&an, Role::UnitHead, "so", Reach::Unit).await;
        office.give(&an, Role::UnitOfficer, "xa", Reach::Unit).await;
        let token = make_token(&office.accounts, &office.acting(&an).await, "Excel", Scope::Write, 300).await.unwrap();
        let so = office.accounts.tree.lineage("so").unwrap();
        assert!(look(&office, &token).await.unwrap().may(Action::Submit, Thing::Figures, &so));
        revoke_role(&office.accounts, &office.program(), &grant, "chuyển công tác").await.unwrap();
        let left = look(&office, &token).await.unwrap();
        assert_eq!(left.acting_unit, None, "it does not turn to another unit of its owner");
        assert!(!left.may_somewhere(Action::See, Thing::Figures));
        people::set_open(&office.accounts, &office.program(), &an.key, false, "nghỉ việc").await.unwrap();
        assert_eq!(look(&office, &token).await, None);
        people::set_open(&office.accounts, &office.program(), &an.key, true, "trở lại").await.unwrap();
        assert!(look(&office, &token).await.is_some());
        office.days(45);
        assert_eq!(look(&office, &token).await, None, "the account lay unused");
    }

    async fn a_token_touches_neither_tokens_nor_proofs_of_its_owner(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let binh = office.someone("binh", "so").await;
        let session = office.acting(&an).await;
        for scope in [Scope::Read, Scope::Write] {
            let token = make_token(&office.accounts, &session, "Excel", scope, 30).await.unwrap();
            let actor = office.actor_of(look(&office, &token).await.unwrap());
            let key = match &actor.principal.proof {
                Proof::ReadToken(key) | Proof::WriteToken(key) => key.clone(),
                other => panic!("{other:?}"),
            };
            is_forbidden(make_token(&office.accounts, &actor, "another", Scope::Write, 366).await);
            is_forbidden(revoke_token(&office.accounts, &actor, &key).await);
            is_forbidden(change_password(&office.accounts, &actor, &an.password, "mưa-rào-trên-mái-ngói-9").await);
            is_forbidden(end_others(&office.accounts, &actor).await);
            let secret = begin_enrolment(&office.accounts, "anh").secret;
            is_forbidden(finish_enrolment(&office.accounts, &actor, &an.password, &secret, &office.code(&secret)).await);
            let deputy = appoint_deputy(&office.accounts, &actor, &office.deputy(&an, &binh, 3)).await;
            assert_eq!(deputy.is_ok(), scope == Scope::Write, "{deputy:?}");
        }
    }

    async fn a_reading_token_of_an_administrator_tidies_nothing_up(office: Office) {
        let (an, chi) = (office.someone("anh", "thon").await, office.administrator("chi").await);
        let grant = office.give(&an, Role::UnitHead, "thon", Reach::Unit).await;
        let session = office.acting(&chi).await;
        let token = make_token(&office.accounts, &session, "Excel", Scope::Read, 30).await.unwrap();
        office.close_unit("thon");
        let actor = office.actor_of(look(&office, &token).await.unwrap());
        assert!(people::set_open(&office.accounts, &actor, &an.key, false, "x").await.is_err());
        assert!(revoke_role(&office.accounts, &actor, &grant, "x").await.is_err());
        revoke_role(&office.accounts, &session, &grant, "đơn vị giải thể").await.unwrap();
        people::set_open(&office.accounts, &session, &an.key, false, "đơn vị giải thể").await.unwrap();
    }

    async fn the_last_use_is_noted_by_the_hour(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let token = make_token(&office.accounts, &office.acting(&an).await, "Excel", Scope::Read, 30).await.unwrap();
        let used = async || tokens_of(&office.accounts, &an.key).await.unwrap()[0].used_at;
        assert_eq!(used().await, None);
        look(&office, &token).await.unwrap();
        let first = office.now();
        office.minutes(59);
        look(&office, &token).await.unwrap();
        assert_eq!(used().await, Some(first));
        office.minutes(1);
        look(&office, &token).await.unwrap();
        assert_eq!(used().await, Some(office.now()));
    }
}
