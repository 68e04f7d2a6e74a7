//! Requests that ask about their sessions at the same time.

use std::pin::Pin;
use std::time::{Duration, Instant};

use accounts::policy::Role;
use accounts::{Beside, Principal, Reach, SessionEnd, end_session, look_up_session};
use futures_util::future::join_all;
use futures_util::poll;
use test_support::on_both;

use crate::office::Office;

/// A number that differs from person to person.
const LENGTH: Beside = Beside("CAST(LENGTH(a.login) AS BIGINT)");

/// A request whose question is underway.
async fn underway<'a>(office: &'a Office, cookie: &'a str) -> Pin<Box<dyn Future<Output = Result<Principal, SessionEnd>> + 'a>> {
    loop {
        let mut look = Box::pin(office.look(cookie));
        // At first it lets others come, then it asks. A quick answer may be there at once.
        if poll!(&mut look).is_pending() && poll!(&mut look).is_pending() {
            return look;
        }
    }
}

on_both! {
    async fn requests_at_the_same_time_each_find_their_own_person(office: Office) {
        let (units, logins) = (["so", "xa", "thon"], ["anh", "binh", "chi", "dung", "yen", "giang"]);
        let mut cookies = Vec::new();
        for (number, login) in logins.into_iter().enumerate() {
            let someone = office.with_role(login, units[number % 3], Role::UnitOfficer, units[number % 3], Reach::Unit).await;
            cookies.push((login, units[number % 3], office.sign_in(&someone).await));
        }
        let ended = office.sign_in(&office.someone("khanh", "so").await).await;
        end_session(&office.accounts, &ended).await.unwrap();
        // Each twice, one who has signed out and one whom nobody knows, some with a number beside.
        let asked = cookies.iter().chain(&cookies).map(|(login, unit, cookie)| (Some((*login, *unit)), cookie.as_str()));
        let asked: Vec<_> = asked.chain([(None, ended.as_str()), (None, "không ai")]).collect();
        for beside in [|_: usize| LENGTH, |number: usize| if number.is_multiple_of(2) { LENGTH } else { Beside::NOTHING }] {
            let answers = join_all(asked.iter().enumerate().map(async |(number, (_, cookie))| {
                look_up_session(&office.accounts, cookie, beside(number)).await.unwrap()
            }));
            for (number, (answer, (person, _))) in answers.await.into_iter().zip(&asked).enumerate() {
                let Some((login, unit)) = person else {
                    assert_eq!(answer, Err(SessionEnd::Unknown));
                    continue;
                };
                let found = answer.unwrap();
                assert_eq!((found.principal.login.as_str(), found.principal.units()), (*login, vec![*unit]));
                assert_eq!(found.beside, if beside(number) == LENGTH { login.len() as i64 } else { 0 });
            }
        }
    }

    async fn whoever_signs_out_is_found_out_among_many_at_once(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        let (stays, leaves) = (office.sign_in(&an).await, office.sign_in(&an).await);
        for _ in 0..20 {
            assert!(join_all([&stays, &leaves, &stays].map(|cookie| office.look(cookie))).await.iter().all(Result::is_ok));
        }
        // A question was asked and answered when the session ends, and its answer not looked at yet; whoever comes after the end does not get it.
        let before = underway(&office, &leaves).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        end_session(&office.accounts, &leaves).await.unwrap();
        let after = join_all([office.look(&leaves), office.look(&stays)]);
        let (_, after) = tokio::join!(before, after);
        assert_eq!(after[0], Err(SessionEnd::Unknown));
        assert!(after[1].is_ok());
    }

    async fn a_request_that_is_given_up_leaves_nobody_behind(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        let cookie = office.sign_in(&an).await;
        let start = Instant::now();
        for steps in 0..6 {
            // The first asks, the second and third wait; two of them leave, before or after they were given leave to ask.
            let first = underway(&office, &cookie).await;
            let [mut second, mut third] = [0; 2].map(|_| Box::pin(office.look(&cookie)));
            assert!(poll!(&mut second).is_pending() && poll!(&mut third).is_pending());
            if steps % 2 == 0 {
                drop(first);
                drop(second);
            } else {
                drop(second);
                drop(first);
            }
            assert!(third.await.is_ok());
            assert!(office.look(&cookie).await.is_ok());
        }
        assert!(start.elapsed() < Duration::from_secs(2), "nobody waited for a question that was given up");
    }

    async fn a_question_without_an_answer_holds_nobody_up_for_long(office: Office) {
        let an = office.with_role("anh", "so", Role::UnitOfficer, "so", Reach::Unit).await;
        let cookie = office.sign_in(&an).await;
        // It is neither answered nor given up, as when a connection goes dead.
        let lost = underway(&office, &cookie).await;
        let waited = join_all((0..5).map(|_| office.look(&cookie))).await;
        assert!(waited.iter().all(Result::is_ok));
        let start = Instant::now();
        assert!(office.look(&cookie).await.is_ok());
        assert!(start.elapsed() < Duration::from_secs(1), "the next one does not wait for it again");
        assert!(lost.await.is_ok(), "it was only slow");
        assert!(office.look(&cookie).await.is_ok());
    }
}
