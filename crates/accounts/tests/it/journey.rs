//! People, rights and history come back from a backup; what opened a door for a short time does not.

use accounts::people::{appoint_deputy, reset};
use accounts::policy::Role;
use accounts::{
    AccountError, Reach, Scope, SessionEnd, SessionQuestions, link_account, make_token, principal_of_session, principal_of_token,
};
use accounts::{Accounts, sign_in};
use platform::backup::{BackupSource, Keys, Sealing, Target, backup, restore};
use platform::history::{heads, verify};

use test_support::{DatabaseKind, on_both};

use crate::office::{Office, origin};

async fn sql(accounts: &Accounts, sql: &'static str) -> Vec<String> {
    let mut read = accounts.db.read().await.unwrap();
    platform::on!(read.conn(), c => sqlx::query_scalar(sql).fetch_all(&mut *c).await).unwrap()
}

on_both! {
    async fn people_and_history_come_back_over_the_other_kind_and_sessions_do_not(office: Office) {
        let chi = office.administrator("chi").await;
        let an = office.with_role("anh", "so", Role::UnitHead, "so", Reach::Unit).await;
        let cookie = office.sign_in(&an).await;
        let by_an = office.actor(&cookie).await;
        let token = make_token(&office.accounts, &by_an, "Excel", Scope::Read, 9).await.unwrap();
        let (secret, codes) = office.enrol(&by_an).await;
        let half = office.sign_in_half(&an).await;
        let binh = office.someone("binh", "so").await;
        appoint_deputy(&office.accounts, &by_an, &office.deputy(&an, &binh, 3)).await.unwrap();
        let link = reset(&office.accounts, &office.acting(&chi).await, &binh.key).await.unwrap();
        office.try_password("binh", "sai").await.unwrap_err();
        office.execute("INSERT INTO sign_in_request (state, nonce, verifier, return_to, made_at, ends_at) \
                        VALUES ('s', 'n', 'v', '/', '2026-03-02T00:00:00+00:00', '2026-03-03T00:00:00+00:00')").await;
        let written_down = heads(&office.accounts.db).await.unwrap();

        let folder = tempfile::tempdir().unwrap();
        let (first, second, third) = (folder.path().join("1.zip"), folder.path().join("2.zip"), folder.path().join("3.zip"));
        backup(&BackupSource::database(office.accounts.db.clone(), "test"), &first, office.now(), &Sealing::Open).await.unwrap();
        let (there, home) = (Nothing::of(office.kind().other()).await, Nothing::of(office.kind()).await);
        restore(Target { db: &there.accounts.db, files: None }, &first, &Keys::default()).await.unwrap();
        backup(&BackupSource::database(there.accounts.db.clone(), "test"), &second, office.now(), &Sealing::Open).await.unwrap();
        assert!(std::fs::read(&first).unwrap() == std::fs::read(&second).unwrap(), "the other kind of database gives the same bytes");
        restore(Target { db: &home.accounts.db, files: None }, &second, &Keys::default()).await.unwrap();
        backup(&BackupSource::database(home.accounts.db.clone(), "test"), &third, office.now(), &Sealing::Open).await.unwrap();
        assert!(std::fs::read(&first).unwrap() == std::fs::read(&third).unwrap(), "the journey changed something");

        for restored in [there, home] {
            let (db, questions) = (restored.accounts.db.clone(), SessionQuestions::default());
            let accounts = Accounts { db, questions, ..office.accounts.clone() };
            let report = verify(&accounts.db, &written_down).await.unwrap();
            assert_eq!(report.faults, []);
            assert_eq!(report.heads, written_down);
            assert!(report.events > 10);
            // What opened a door for a short time.
            for secret in [&cookie, &half] {
                assert_eq!(principal_of_session(&accounts, secret).await.unwrap(), Err(SessionEnd::Unknown));
            }
            assert!(matches!(link_account(&accounts, &link).await, Err(AccountError::LinkEnded)));
            assert_eq!(sql(&accounts, "SELECT state FROM sign_in_request").await, [""; 0]);
            // What belongs to the people.
            assert!(principal_of_token(&accounts, &token).await.unwrap().is_some());
            let signed_in = sign_in::with_password(&accounts, "chi", &chi.password, &origin()).await.unwrap();
            let sign_in::SignedIn::Open { secret: opened } = signed_in else { panic!("{signed_in:?}") };
            assert!(principal_of_session(&accounts, &opened).await.unwrap().unwrap().is(Role::Administrator));
            let locked = sign_in::with_password(&accounts, "binh", &binh.password, &origin()).await;
            assert!(matches!(locked, Err(accounts::SignInRefusal::Locked { .. })), "failures came along: {locked:?}");
            let half = sign_in::with_password(&accounts, "anh", &an.password, &origin()).await.unwrap();
            let sign_in::SignedIn::SecondFactor { secret: half } = half else { panic!("{half:?}") };
            assert!(sign_in::with_code(&accounts, &half, &office.code(&secret), &origin()).await.is_err(), "a spent code stays spent");
            office.seconds(1);
            sign_in::with_code(&accounts, &half, &codes[0], &origin()).await.unwrap();
            // The chain grows on.
            assert_eq!(verify(&accounts.db, &written_down).await.unwrap().faults, []);
            // Waits that were just counted are over for the other database.
            office.seconds(-1);
        }
    }
}

/// A database with a schema and no row.
struct Nothing {
    accounts: Accounts,
    _office: Office,
}

impl Nothing {
    async fn of(kind: DatabaseKind) -> Self {
        let office = Office::of(kind).await;
        office.execute("DELETE FROM unit").await;
        Self { accounts: office.accounts.clone(), _office: office }
    }
}
