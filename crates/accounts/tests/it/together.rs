//! Many at once: nothing is counted as one that were two, and nobody falls between two who act at the same time.

use std::sync::Arc;

use accounts::people::{self, appoint_deputy, give_role, reset, revoke_role, set_open};
use accounts::policy::Role;
use accounts::{AccountError, Reach, SessionEnd, SignInRefusal, use_link};
use futures_util::future::join_all;
use platform::history::verify;
use test_support::on_both;

use crate::office::{Office, origin};

on_both! {
    async fn of_tries_side_by_side_one_is_looked_at(office: Office) {
        let an = office.someone("anh", "so").await;
        let guesses: Vec<String> = (0..11).map(|number| format!("đoán {number}")).chain([an.password.clone()]).collect();
        let outcomes = join_all(guesses.iter().map(|guess| office.try_password("anh", guess))).await;
        let looked_at = outcomes.iter().filter(|outcome| !matches!(outcome, Err(SignInRefusal::Locked { .. }))).count();
        assert_eq!(looked_at, 1, "{outcomes:?}");
    }

    async fn rounds_of_tries_side_by_side_lock_as_single_ones_do(office: Office) {
        let office = Arc::new(office);
        office.someone("anh", "so").await;
        for wait in [1, 2, 4, 8, 900] {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..6 {
                let office = Arc::clone(&office);
                tasks.spawn(async move { office.try_password("anh", "sai").await });
            }
            while let Some(outcome) = tasks.join_next().await {
                assert!(matches!(outcome.unwrap(), Err(SignInRefusal::Wrong | SignInRefusal::Locked { .. })));
            }
            office.seconds(wait - 1);
            assert!(matches!(office.try_password("anh", "sai").await, Err(SignInRefusal::Locked { .. })), "{wait}");
            office.seconds(1);
        }
        assert_eq!((office.count("sign-in-failed").await, office.count("locked").await), (4, 1));
    }

    async fn two_administrators_who_put_each_other_out_leave_one(office: Office) {
        for round in 0..2 {
            let names = [format!("chi-{round}"), format!("dung-{round}")];
            let (chi, dung) = (office.someone(&names[0], "so").await, office.someone(&names[1], "so").await);
            let grants = [
                office.give(&chi, Role::Administrator, "tinh", Reach::Subtree).await,
                office.give(&dung, Role::Administrator, "tinh", Reach::Subtree).await,
            ];
            let (one, two) = (office.acting(&chi).await, office.acting(&dung).await);
            let other = office.another_process().await;
            let second = revoke_role(&other, &two, &grants[0], "x");
            let outcomes = if round == 0 {
                let first = revoke_role(&office.accounts, &one, &grants[1], "x");
                office.in_step(2, async { tokio::join!(first, second) }).await
            } else {
                let first = set_open(&office.accounts, &one, &dung.key, false, "x");
                office.in_step(2, async { tokio::join!(first, second) }).await
            };
            let outcomes = [outcomes.0, outcomes.1];
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
            assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(AccountError::LastAdministrator))), "{outcomes:?}");
            for grant in &grants {
                // The next round begins with nobody.
                let _ = revoke_role(&office.accounts, &office.program(), grant, "x").await;
            }
        }
    }

    /// Whoever is closed while they sign in stays out, also after the account is opened again.
    async fn closing_an_account_wins_over_signing_in(office: Office) {
        let an = office.someone("anh", "so").await;
        for _ in 0..8 {
            let program = office.program();
            let (signed_in, closed) = tokio::join!(
                office.try_password("anh", &an.password),
                set_open(&office.accounts, &program, &an.key, false, "x")
            );
            closed.unwrap();
            assert_eq!(office.lines("SELECT session FROM session").await.len(), 0);
            set_open(&office.accounts, &program, &an.key, true, "x").await.unwrap();
            if let Ok(accounts::sign_in::SignedIn::Open { secret }) = signed_in {
                assert_eq!(office.look(&secret).await, Err(SessionEnd::Unknown));
            }
            office.minutes(20);
        }
    }

    async fn closing_an_account_wins_over_its_link(office: Office) {
        let an = office.someone("anh", "so").await;
        for round in 0..6 {
            let link = reset(&office.accounts, &office.program(), &an.key).await.unwrap();
            let (here, program) = (origin(), office.program());
            let password = format!("mưa-rào-trên-mái-ngói-{round}");
            let (used, closed) =
                tokio::join!(use_link(&office.accounts, &link, &password, &here), set_open(&office.accounts, &program, &an.key, false, "x"));
            closed.unwrap();
            assert!(matches!(used, Ok(_) | Err(AccountError::LinkEnded)), "{used:?}");
            assert_eq!(office.lines("SELECT session FROM session").await.len(), 0);
            assert_eq!(office.account(&an.key).await.state(), accounts::AccountState::Disabled);
            set_open(&office.accounts, &program, &an.key, true, "x").await.unwrap();
            office.minutes(1);
        }
    }

    async fn one_role_taken_away_twice_at_once_leaves_one_event(office: Office) {
        let an = office.someone("anh", "so").await;
        for _ in 0..4 {
            let grant = office.give(&an, Role::UnitHead, "so", Reach::Unit).await;
            let program = office.program();
            let outcomes = office.in_step(3, join_all((0..3).map(|_| revoke_role(&office.accounts, &program, &grant, "x")))).await;
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
            assert_eq!(office.events_of(&grant).await, ["given", "revoked"]);
        }
    }

    async fn the_same_role_and_the_same_deputy_given_twice_at_once_are_given_once(office: Office) {
        let (an, binh) = (office.someone("anh", "so").await, office.someone("binh", "so").await);
        let (other, program) = (office.another_process().await, office.program());
        let role = office.role(&an, Role::UnitHead, "so", Reach::Unit);
        let both = async { tokio::join!(give_role(&office.accounts, &program, &role), give_role(&other, &program, &role)) };
        let (one, two) = office.in_step(2, both).await;
        assert!(matches!((&one, &two), (Ok(_), Err(AccountError::AlreadyGiven)) | (Err(AccountError::AlreadyGiven), Ok(_))), "{one:?} {two:?}");
        let new = office.deputy(&an, &binh, 3);
        let both = async { tokio::join!(appoint_deputy(&office.accounts, &program, &new), appoint_deputy(&other, &program, &new)) };
        let (one, two) = office.in_step(2, both).await;
        assert!(matches!((&one, &two), (Ok(_), Err(AccountError::AlreadyDeputy)) | (Err(AccountError::AlreadyDeputy), Ok(_))), "{one:?} {two:?}");
    }

    async fn unused_accounts_closed_by_two_processes_are_closed_once(office: Office) {
        for number in 0..5 {
            office.someone(&format!("an-{number}"), "so").await;
        }
        office.days(45);
        let other = office.another_process().await;
        let both = async { tokio::join!(people::close_dormant(&office.accounts), people::close_dormant(&other)) };
        let (one, two) = office.in_step(2, both).await;
        assert_eq!(one.unwrap() + two.unwrap(), 5);
        assert_eq!(office.count("closed").await, 5);
    }

    /// Signing in sweeps out ended sessions of everybody while passwords are set and accounts closed: nobody is broken off.
    async fn everything_at_once_breaks_nothing_off(office: Office) {
        let office = Arc::new(office);
        let mut people = Vec::new();
        for number in 0..4 {
            let someone = office.someone(&format!("an-{number}"), "so").await;
            for _ in 0..5 {
                office.sign_in(&someone).await;
            }
            people.push(someone);
        }
        office.pass(chrono::TimeDelta::hours(13));
        let mut tasks = tokio::task::JoinSet::new();
        for (index, someone) in people.iter().enumerate() {
            for round in 0..6 {
                let (office, someone) = (Arc::clone(&office), someone.clone());
                tasks.spawn(async move {
                    let program = office.program();
                    match (index + round) % 3 {
                        0 => {
                            let outcome = office.try_password(&someone.login, &someone.password).await;
                            assert!(!matches!(outcome, Err(SignInRefusal::Db(_))), "{outcome:?}");
                        }
                        1 => match reset(&office.accounts, &program, &someone.key).await {
                            Ok(link) => match use_link(&office.accounts, &link, &format!("mưa-rào-{index}-mái-ngói-{round}"), &origin()).await {
                                Ok(_) | Err(AccountError::LinkEnded) => (),
                                Err(error) => panic!("{error:?}"),
                            },
                            Err(AccountError::NotOpen(_)) => (),
                            Err(error) => panic!("{error:?}"),
                        },
                        _ => {
                            for open in [false, true] {
                                match set_open(&office.accounts, &program, &someone.key, open, "x").await {
                                    Ok(()) | Err(AccountError::Changed) => (),
                                    Err(error) => panic!("{error:?}"),
                                }
                            }
                        }
                    }
                });
            }
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        assert_eq!(verify(&office.accounts.db, &[]).await.unwrap().faults, []);
    }
}
