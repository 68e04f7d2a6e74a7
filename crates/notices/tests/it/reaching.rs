use chrono::TimeDelta;
use notices::{
    Channel, Kind, Manner, NoticePage, Preference, UNREAD, failed_deliveries, mark_all_read, mark_read, notices, set_preferences,
};
use platform::jobs::{JobFault, JobState};
use platform::{Conn, on};
use serde_json::json;
use sqlx::{AssertSqlSafe, query_scalar};
use test_support::{Peer, on_both};

use crate::house::{House, gateway, post};

/// States of sendings, with their account.
const STATES: &str =
    "SELECT n.account || ' ' || d.channel || ' ' || d.state FROM notice_delivery d JOIN notice n ON n.notice = d.notice ORDER BY 1";
/// No digest by schedule: the day has no such hour.
const NEVER: u32 = 24;

fn all() -> NoticePage {
    NoticePage { unread_only: false, offset: 0, limit: 100 }
}

/// How many notices a person has not read, as it is counted together with their session.
async fn unread(conn: Conn<'_>, account: &str) -> i64 {
    let sql = format!("SELECT {} FROM account a WHERE a.account = $1", UNREAD.0);
    on!(conn, c => query_scalar(AssertSqlSafe(sql)).bind(account).fetch_one(&mut *c).await).unwrap()
}

on_both! {
    async fn the_same_notice_reaches_a_person_once(house: House) {
        let server = Peer::start("mail-server", &json!({}));
        let working = house.work(post(Some(server.port()), None), NEVER);
        assert!(house.tell("an", Kind::Late, "one").await);
        house.until(STATES, &["an mail sent"]).await;
        assert!(!house.tell("an", Kind::Late, "one").await, "it was told before, and sent");
        assert!(house.tell("binh", Kind::Late, "one").await, "to another person it is new");
        house.until(STATES, &["an mail sent", "binh mail sent"]).await;
        working.end().await;
        let got = server.next();
        assert_eq!(got["to"], json!(["an@example.invalid"]));
        assert_eq!(server.next()["to"], json!(["binh@example.invalid"]));
        assert!(server.is_quiet());
        let mut read = house.db.read().await.unwrap();
        assert_eq!(notices(read.conn(), "an", all()).await.unwrap().len(), 1);
    }

    async fn while_the_mail_server_is_down_notices_wait_and_go_later(house: House) {
        let first = Peer::start("mail-server", &json!({}));
        let port = first.port();
        drop(first);
        let working = house.work(post(Some(port), None), NEVER);
        for (account, sameness) in [("an", "one"), ("an", "two"), ("binh", "one")] {
            house.tell(account, Kind::Returned, sameness).await;
        }
        let tried = "SELECT DISTINCT CAST(attempts > 0 AS TEXT) FROM notice_delivery";
        let yes = if house.db.kind() == "SQLite" { "1" } else { "true" };
        house.until(tried, &[yes]).await;
        house.until(STATES, &["an mail waiting", "an mail waiting", "binh mail waiting"]).await;
        let mut read = house.db.read().await.unwrap();
        let shown = failed_deliveries(read.conn(), 10).await.unwrap();
        assert!(shown.len() == 3 && shown.iter().all(|one| one.is_waiting() && one.fault.is_some()), "{shown:?}");
        assert!(shown.iter().any(|one| one.fault.as_deref().is_some_and(|fault| fault.starts_with("connection-refused: "))), "{shown:?}");
        drop(read);
        let server = Peer::start("mail-server", &json!({ "port": port }));
        // A clock that runs back meanwhile does not lose them; at last it goes on.
        house.shift(TimeDelta::minutes(-10));
        house.shift(TimeDelta::minutes(80));
        house.until(STATES, &["an mail sent", "an mail sent", "binh mail sent"]).await;
        working.end().await;
        for to in ["an", "an", "binh"] {
            assert_eq!(server.next()["to"], json!([format!("{to}@example.invalid")]));
        }
        assert!(server.is_quiet(), "each came once");
    }

    async fn a_digest_goes_once_although_its_job_runs_twice(house: House) {
        let server = Peer::start("mail-server", &json!({}));
        for (account, sameness) in [("an", "one"), ("an", "two"), ("binh", "one")] {
            house.tell(account, Kind::DueSoon, sameness).await;
        }
        house.digest().await;
        let working = house.work(post(Some(server.port()), None), 9);
        house.until(STATES, &["an mail sent", "an mail sent", "binh mail sent"]).await;
        house.digest().await;
        // A run that met the other at work looks again after a minute.
        house.shift(TimeDelta::minutes(5));
        house.until("SELECT DISTINCT state FROM job", &["done"]).await;
        // A clock that was set back to yesterday, which had no digest, sends it: nothing waits for a day to come again.
        house.shift(TimeDelta::days(-1));
        house.tell("an", Kind::DueSoon, "three").await;
        house.tell("an", Kind::Late, "four").await;
        house.until("SELECT d.state FROM notice_delivery d JOIN notice n ON n.notice = d.notice WHERE n.sameness = 'four'", &["sent"]).await;
        house.until("SELECT d.state FROM notice_delivery d JOIN notice n ON n.notice = d.notice WHERE n.sameness = 'three'", &["sent"]).await;
        working.end().await;
        // The two runs may have met at the first person, so either digest may go first.
        let mut digests = [server.next(), server.next()];
        digests.sort_by_key(|mail| mail["to"].to_string());
        assert_eq!([&digests[0]["to"], &digests[1]["to"]], [&json!(["an@example.invalid"]), &json!(["binh@example.invalid"])]);
        assert!(digests[0]["source"].as_str().unwrap().contains("Message-ID: <digest-an-2026-03-02-"), "{digests:?}");
        let rest = [server.next(), server.next()];
        assert!(rest.iter().all(|mail| mail["to"] == json!(["an@example.invalid"])), "{rest:?}");
        let of_yesterday = |mail: &serde_json::Value| mail["source"].as_str().unwrap().contains("Message-ID: <digest-an-2026-03-01-");
        assert_eq!(rest.iter().filter(|mail| of_yesterday(mail)).count(), 1, "the other is the one that goes by itself: {rest:?}");
        assert!(server.is_quiet());
    }

    async fn a_digest_waits_for_the_server_and_goes_with_all_that_waits(house: House) {
        let first = Peer::start("mail-server", &json!({}));
        let port = first.port();
        drop(first);
        house.tell("an", Kind::DueSoon, "one").await;
        let working = house.work(post(Some(port), None), 9);
        house.until("SELECT state || CAST(attempts AS TEXT) FROM job", &["queued1"]).await;
        house.tell("an", Kind::Assigned, "two").await;
        let server = Peer::start("mail-server", &json!({ "port": port }));
        house.shift(TimeDelta::minutes(5));
        house.until(STATES, &["an mail sent", "an mail sent"]).await;
        working.end().await;
        let subject = server.next()["source"].as_str().unwrap().to_owned();
        assert!(subject.contains("Message-ID: <digest-an-2026-03-02-"), "{subject}");
        assert!(server.is_quiet(), "both went in one");
    }

    async fn what_is_refused_for_good_ends_and_administrators_see_it(house: House) {
        let server = Peer::start("mail-server", &json!({ "refuse": { "to": 550 } }));
        house.tell("an", Kind::Late, "one").await;
        house.tell("em", Kind::Late, "one").await;
        let working = house.work(post(Some(server.port()), None), NEVER);
        house.until(STATES, &["an mail failed", "em mail failed"]).await;
        working.end().await;
        let mut read = house.db.read().await.unwrap();
        let shown = failed_deliveries(read.conn(), 10).await.unwrap();
        assert!(shown.len() == 2 && shown.iter().all(|one| !one.is_waiting() && one.attempts == 1), "{shown:?}");
        assert!(shown.iter().any(|one| one.fault.as_deref().is_some_and(|fault| fault.starts_with("answer-550: ") && fault.contains("refused at to"))), "{shown:?}");
    }

    async fn closed_accounts_get_none_and_made_up_people_no_mail(house: House) {
        let server = Peer::start("mail-server", &json!({}));
        assert!(!house.tell("chi", Kind::Late, "one").await, "a disabled account");
        assert!(!house.tell("nobody", Kind::Late, "one").await);
        house.execute("UPDATE account SET valid_to = '2026-03-01' WHERE account = 'binh'").await;
        assert!(!house.tell("binh", Kind::Late, "one").await, "an account that ended yesterday");
        assert!(house.tell("dung", Kind::Late, "one").await, "on the page of a made-up person");
        house.tell("an", Kind::Late, "one").await;
        house.execute("UPDATE account SET state = 'disabled' WHERE account = 'an'").await;
        let working = house.work(post(Some(server.port()), None), NEVER);
        house.until(STATES, &["an mail failed"]).await;
        working.end().await;
        assert!(server.is_quiet());
    }

    async fn each_person_chooses_what_leaves_and_how(house: House) {
        let mut write = house.db.write().await.unwrap();
        let chosen = [
            Preference { kind: Kind::Late, channel: Channel::Mail, manner: Manner::None },
            Preference { kind: Kind::DueSoon, channel: Channel::Webhook, manner: Manner::Each },
            Preference { kind: Kind::DueSoon, channel: Channel::Mail, manner: Manner::None },
        ];
        set_preferences(write.conn(), "an", &chosen).await.unwrap();
        set_preferences(write.conn(), "an", &chosen).await.unwrap();
        write.commit().await.unwrap();
        let (way, taken) = gateway().await;
        let working = house.work(post(None, Some(way)), NEVER);
        for kind in [Kind::Late, Kind::DueSoon] {
            house.tell("an", kind, kind.word()).await;
        }
        house.until(STATES, &["an webhook sent"]).await;
        working.end().await;
        let taken = taken.lock().unwrap().clone();
        assert_eq!(taken.len(), 1);
        assert_eq!((&taken[0]["type"], &taken[0]["person"]["phone"]), (&json!("notice"), &json!("0900000000")));
        assert_eq!(taken[0]["notices"][0]["link"], "https://cchc.example.invalid/lam-viec/so-lieu");
    }

    async fn what_was_read_is_not_counted(house: House) {
        for sameness in ["one", "two", "three"] {
            house.tell("an", Kind::Assigned, sameness).await;
        }
        house.tell("binh", Kind::Assigned, "one").await;
        let seen = house.world.now();
        house.shift(TimeDelta::seconds(1));
        house.tell("an", Kind::Assigned, "four").await;
        let mut write = house.db.write().await.unwrap();
        let newest = notices(write.conn(), "an", all()).await.unwrap();
        assert_eq!(newest.len(), 4);
        assert!(!mark_read(write.conn(), "binh", &newest[3].notice, seen).await.unwrap(), "another's notice");
        assert!(mark_read(write.conn(), "an", &newest[3].notice, seen).await.unwrap());
        assert_eq!(unread(write.conn(), "an").await, 3);
        assert_eq!(mark_all_read(write.conn(), "an", seen, seen).await.unwrap(), 2, "what came after the page was made stays unread");
        assert_eq!((unread(write.conn(), "an").await, unread(write.conn(), "binh").await), (1, 1));
    }

    async fn a_letter_goes_when_the_server_is_back_and_its_secret_is_wiped(house: House) {
        let first = Peer::start("mail-server", &json!({}));
        let port = first.port();
        drop(first);
        let letter = json!({ "name": "Người thử", "address": "an@example.invalid", "subject": "Thư thử", "text": "secret-link" });
        house.queue("letter", letter.clone()).await;
        let working = house.work(post(Some(port), None), NEVER);
        house.until("SELECT state || CAST(attempts AS TEXT) FROM job", &["queued1"]).await;
        assert_eq!(house.lines("SELECT payload FROM job").await.len(), 1);
        let server = Peer::start("mail-server", &json!({ "port": port }));
        house.shift(TimeDelta::minutes(5));
        house.until("SELECT state || payload FROM job", &["done{}"]).await;
        assert!(server.next()["source"].as_str().unwrap().contains("Message-ID: <letter-"));
        working.end().await;
        assert!(server.is_quiet());

        house.queue("letter", letter).await;
        let working = house.work(post(None, None), NEVER);
        house.until("SELECT payload FROM job WHERE state = 'failed'", &["{}"]).await;
        working.end().await;
        let failed = house.all_jobs().await.into_iter().find(|job| job.state() == JobState::Failed).unwrap();
        let words: Vec<String> = failed.faults().into_iter().map(|fault: JobFault| fault.word).collect();
        assert_eq!(words, ["no-mail-server"]);
    }
}
