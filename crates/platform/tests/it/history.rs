//! The history is a chain in each lane: it stays whole under many writers, and whatever other hands do to it is found, with its place.

use chrono::{DateTime, TimeDelta, Utc};
use platform::history::{
    ChainFault, ChainReport, Change, EventFilter, EventPage, Head, LANES, Mention, Source, heads, record, search, search_after, verify,
};
use platform::{Db, DbError, Migrations, migrate};
use serde_json::json;
use test_support::on_both;

use crate::bed::{Bed, execute, lines};

/// Two records whose events stand in different lanes.
const THINGS: [&str; 2] = ["h-1", "h-2"];

fn noon() -> DateTime<Utc> {
    "2026-03-02T05:00:00.123456Z".parse().unwrap()
}

async fn migrated(bed: &Bed) -> Db {
    let db = bed.open().await;
    migrate(&db, Migrations::All).await.unwrap();
    db
}

async fn write(db: &Db, source: &Source, at: DateTime<Utc>, changes: &[Change]) -> Result<(), DbError> {
    let mut write = db.write().await?;
    record(write.conn(), source, at, changes).await?;
    write.commit().await
}

fn person(account: &str, unit: &str) -> Source {
    Source {
        account: Some(account.to_owned()),
        unit: Some(unit.to_owned()),
        address: Some("192.0.2.7".to_owned()),
        request: Some("r1".to_owned()),
        stands_in_for: None,
    }
}

/// Six events, three for each record.
async fn some_history(db: &Db) {
    for (number, minute) in (0..6).zip((0..).step_by(1)) {
        let change = Change::new("figure", THINGS[number % 2], "changed")
            .of_unit("u")
            .before(json!({ "value": number }))
            .after(json!({ "value": number + 1, "note": "Số liệu quý I" }))
            .reason(Some("rà soát".to_owned()));
        write(db, &person("a", "u"), noon() + TimeDelta::minutes(minute), &[change]).await.unwrap();
    }
}

/// The lane of the first record; three events stand in it.
async fn lane(db: &Db) -> i64 {
    let lanes = lines(db, "SELECT DISTINCT CAST(lane AS TEXT) FROM event WHERE thing = 'h-1'").await;
    assert_eq!(lanes.len(), 1, "all events of a record stand in one lane");
    assert_ne!(lanes, lines(db, "SELECT DISTINCT CAST(lane AS TEXT) FROM event WHERE thing = 'h-2'").await);
    lanes[0].parse().unwrap()
}

async fn faults(db: &Db, anchors: &[Head]) -> Vec<ChainFault> {
    verify(db, anchors).await.unwrap().faults
}

/// What another hand does to the database, and what a check must say of it then. `{lane}` stands for the lane.
async fn is_found(bed: &Bed, deed: &str, expected: impl Fn(i64) -> Vec<ChainFault>) {
    let db = migrated(bed).await;
    some_history(&db).await;
    let lane = lane(&db).await;
    let written_down = heads(&db).await.unwrap();
    assert_eq!(faults(&db, &written_down).await, []);
    execute(&db, &deed.replace("{lane}", &lane.to_string())).await;
    assert_eq!(faults(&db, &written_down).await, expected(lane), "{deed}");
    db.close().await;
}

on_both! {
    async fn a_new_history_is_whole_and_empty(bed: Bed) {
        let db = migrated(&bed).await;
        let report = verify(&db, &[]).await.unwrap();
        assert_eq!((report.events, report.faults.as_slice()), (0, [].as_slice()));
        assert_eq!(report.heads.len(), usize::try_from(LANES).unwrap());
        assert_eq!(report.heads, heads(&db).await.unwrap());
    }

    async fn each_event_carries_the_digest_of_the_one_before(bed: Bed) {
        let db = migrated(&bed).await;
        some_history(&db).await;
        let chained = "SELECT CAST(COUNT(*) AS TEXT) FROM event e JOIN event p ON p.lane = e.lane AND p.sequence = e.sequence - 1 AND p.digest = e.previous";
        assert_eq!(lines(&db, chained).await, ["4"]);
        assert_eq!(lines(&db, "SELECT CAST(COUNT(*) AS TEXT) FROM event WHERE sequence = 1 AND previous = ''").await, ["2"]);
        let ends = "SELECT CAST(COUNT(*) AS TEXT) FROM event_head h JOIN event e ON e.lane = h.lane AND e.sequence = h.sequence AND e.digest = h.digest";
        assert_eq!(lines(&db, ends).await, ["2"]);
        let report = verify(&db, &[]).await.unwrap();
        assert_eq!((report.events, report.faults.as_slice()), (6, [].as_slice()));
    }

    async fn changes_of_one_act_stand_together_in_one_lane(bed: Bed) {
        let db = migrated(&bed).await;
        let changes: Vec<Change> = (0..20).map(|number| Change::new("figure", format!("f{number}"), "accepted")).collect();
        write(&db, &Source::program(), noon(), &changes).await.unwrap();
        assert_eq!(lines(&db, "SELECT DISTINCT CAST(COUNT(*) AS TEXT) FROM event GROUP BY lane").await, ["20"]);
        assert_eq!(faults(&db, &[]).await, []);
        write(&db, &Source::program(), noon(), &[]).await.unwrap();
        assert_eq!(lines(&db, "SELECT CAST(COUNT(*) AS TEXT) FROM event").await, ["20"], "no change leaves no event");
    }

    async fn many_writers_at_once_leave_a_whole_chain(bed: Bed) {
        let db = migrated(&bed).await;
        let mut tasks = tokio::task::JoinSet::new();
        for writer in 0..8 {
            // Two of them are other processes.
            let db = if writer < 2 { bed.open().await } else { db.clone() };
            tasks.spawn(async move {
                for number in 0..25 {
                    // Every writer writes into every lane in turn, and sometimes gives an act up.
                    let change = Change::new("figure", format!("t{}", (writer * 7 + number) % 40), "changed").after(json!({ "by": writer }));
                    let mut open = db.write().await.unwrap();
                    record(open.conn(), &person("a", "u"), noon() + TimeDelta::seconds(number), &[change.clone(), change]).await.unwrap();
                    if number % 5 == 4 {
                        drop(open);
                    } else {
                        open.commit().await.unwrap();
                    }
                }
            });
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        let report = verify(&db, &[]).await.unwrap();
        assert_eq!((report.events, report.faults.as_slice()), (8 * 20 * 2, [].as_slice()));
        assert_eq!(report.heads.iter().map(|head| head.sequence).sum::<i64>(), 320);
    }

    async fn a_check_while_others_write_sees_one_moment(bed: Bed) {
        let db = migrated(&bed).await;
        let writer = {
            let db = db.clone();
            tokio::spawn(async move {
                for number in 0..60 {
                    write(&db, &Source::program(), noon(), &[Change::new("figure", format!("t{number}"), "changed")]).await.unwrap();
                }
            })
        };
        while !writer.is_finished() {
            let ChainReport { events, faults, heads } = verify(&db, &[]).await.unwrap();
            assert_eq!(faults, []);
            assert_eq!(i64::try_from(events).unwrap(), heads.iter().map(|head| head.sequence).sum::<i64>());
        }
        writer.await.unwrap();
    }

    async fn an_act_that_was_given_up_leaves_nothing(bed: Bed) {
        let db = migrated(&bed).await;
        some_history(&db).await;
        let before = heads(&db).await.unwrap();
        let mut open = db.write().await.unwrap();
        record(open.conn(), &Source::program(), noon(), &[Change::new("figure", "h-1", "changed")]).await.unwrap();
        drop(open);
        some_history(&db).await;
        assert_eq!(lines(&db, "SELECT CAST(COUNT(*) AS TEXT) FROM event").await, ["12"]);
        assert_eq!(faults(&db, &before).await, []);
    }

    async fn a_clock_put_right_by_minutes_does_not_turn_the_order_of_a_lane_round(bed: Bed) {
        let db = migrated(&bed).await;
        for minutes in [0, -3, 1] {
            write(&db, &Source::program(), noon() + TimeDelta::minutes(minutes), &[Change::new("figure", "h-1", "changed")]).await.unwrap();
        }
        let mut read = db.read().await.unwrap();
        let events = search(read.conn(), &EventFilter::default(), EventPage { offset: 0, limit: 10 }).await.unwrap();
        let times: Vec<DateTime<Utc>> = events.iter().rev().map(|event| event.at).collect();
        assert_eq!(times, [noon(), noon(), noon() + TimeDelta::minutes(1)]);
        assert_eq!(faults(&db, &[]).await, []);
    }

    async fn after_a_clock_that_ran_months_ahead_events_carry_the_true_time(bed: Bed) {
        let db = migrated(&bed).await;
        for days in [0, 60, 1] {
            write(&db, &Source::program(), noon() + TimeDelta::days(days), &[Change::new("figure", "h-1", "changed")]).await.unwrap();
        }
        let mut read = db.read().await.unwrap();
        let events = search(read.conn(), &EventFilter::default(), EventPage { offset: 0, limit: 10 }).await.unwrap();
        let told: Vec<_> = events.iter().map(|event| (event.sequence, (event.at - noon()).num_days())).collect();
        assert_eq!(told, [(2, 60), (3, 1), (1, 0)], "the sequence says what came after what");
        assert_eq!(faults(&db, &[]).await, []);
    }

    async fn a_time_finer_than_the_database_keeps_does_not_look_changed(bed: Bed) {
        let db = migrated(&bed).await;
        for nanoseconds in [1, 499, 500, 999] {
            let at = noon() + TimeDelta::nanoseconds(nanoseconds);
            write(&db, &Source::program(), at, &[Change::new("figure", "h-1", "changed")]).await.unwrap();
        }
        assert_eq!(faults(&db, &[]).await, []);
    }

    async fn a_changed_field_is_found(bed: Bed) {
        for field in ["account", "unit", "address", "request", "kind", "thing", "of_unit", "action", "before", "after", "reason", "previous"] {
            let mut expected = vec![];
            let bed = bed.another().await;
            if field == "previous" {
                expected.push(ChainFault::Unlinked { lane: 0, sequence: 2 });
            }
            expected.push(ChainFault::Changed { lane: 0, sequence: 2 });
            is_found(&bed, &format!("UPDATE event SET {field} = 'x' WHERE lane = {{lane}} AND sequence = 2"), |lane| placed(&expected, lane)).await;
        }
        for field in ["account", "unit", "address", "request", "of_unit", "before", "after", "reason"] {
            let bed = bed.another().await;
            let deed = format!("UPDATE event SET {field} = NULL WHERE lane = {{lane}} AND sequence = 3");
            is_found(&bed, &deed, |lane| vec![ChainFault::Changed { lane, sequence: 3 }]).await;
        }
    }

    async fn a_changed_time_is_found(bed: Bed) {
        let deed = "UPDATE event SET at = '2026-03-02T05:00:00.123457+00:00' WHERE lane = {lane} AND sequence = 1";
        is_found(&bed, deed, |lane| vec![ChainFault::Changed { lane, sequence: 1 }]).await;
    }

    async fn a_changed_event_with_a_digest_that_fits_is_found(bed: Bed) {
        // The digest of the second event is made up, so the third does not follow from it.
        let deed = "UPDATE event SET digest = 'x' WHERE lane = {lane} AND sequence = 2";
        is_found(&bed, deed, |lane| vec![ChainFault::Changed { lane, sequence: 2 }, ChainFault::Unlinked { lane, sequence: 3 }]).await;
    }

    async fn a_removed_event_is_found(bed: Bed) {
        is_found(&bed, "DELETE FROM event WHERE lane = {lane} AND sequence = 2", |lane| vec![ChainFault::Missing { lane, sequence: 2 }]).await;
        let bed = bed.another().await;
        is_found(&bed, "DELETE FROM event WHERE lane = {lane} AND sequence = 1", |lane| vec![ChainFault::Missing { lane, sequence: 1 }]).await;
    }

    async fn an_inserted_event_is_found(bed: Bed) {
        let copy = |lane: &str, sequence: &str| {
            format!("INSERT INTO event (lane, sequence, at, kind, thing, action, previous, digest) SELECT {lane}, {sequence}, at, kind, thing, 'forged', digest, 'x' \
                     FROM event WHERE lane = {{lane}} AND sequence = 3")
        };
        is_found(&bed, &copy("{lane}", "4"), |lane| {
            vec![ChainFault::Changed { lane, sequence: 4 }, ChainFault::Head { lane, found: 4, named: Some(3) }]
        }).await;
        let bed = bed.another().await;
        is_found(&bed, &copy("{lane}", "0"), |lane| {
            vec![ChainFault::Unlinked { lane, sequence: 0 }, ChainFault::Changed { lane, sequence: 0 }, ChainFault::Unlinked { lane, sequence: 1 }]
        }).await;
        let bed = bed.another().await;
        is_found(&bed, &copy("99", "1"), |_| {
            vec![ChainFault::Unlinked { lane: 99, sequence: 1 }, ChainFault::Changed { lane: 99, sequence: 1 }, ChainFault::Head { lane: 99, found: 1, named: None }]
        }).await;
    }

    async fn a_cut_tail_is_found(bed: Bed) {
        is_found(&bed, "DELETE FROM event WHERE lane = {lane} AND sequence = 3", |lane| {
            vec![ChainFault::Head { lane, found: 2, named: Some(3) }, ChainFault::Anchor { lane, sequence: 3 }]
        }).await;
        // Whoever moves the head back as well is found by the heads that were written down, and by them alone.
        let bed = bed.another().await;
        let deed = "UPDATE event_head SET sequence = 2, digest = (SELECT digest FROM event WHERE lane = {lane} AND sequence = 2) WHERE lane = {lane}; \
                    DELETE FROM event WHERE lane = {lane} AND sequence = 3";
        is_found(&bed, deed, |lane| vec![ChainFault::Anchor { lane, sequence: 3 }]).await;
        assert_eq!(faults(&bed.open().await, &[]).await, []);
    }

    async fn a_removed_head_is_found(bed: Bed) {
        is_found(&bed, "DELETE FROM event_head WHERE lane = {lane}", |lane| vec![ChainFault::Head { lane, found: 3, named: None }]).await;
        // What stands in the lane is looked at all the same.
        let db = bed.open().await;
        let lane = lane(&db).await;
        execute(&db, "UPDATE event SET reason = 'x' WHERE sequence = 2 AND thing = 'h-1'").await;
        assert_eq!(faults(&db, &[]).await, [ChainFault::Changed { lane, sequence: 2 }, ChainFault::Head { lane, found: 3, named: None }]);
    }

    async fn a_lane_written_anew_is_found_by_the_heads_that_were_written_down(bed: Bed) {
        let db = migrated(&bed).await;
        some_history(&db).await;
        let lane = lane(&db).await;
        let written_down = heads(&db).await.unwrap();
        execute(&db, &format!("DELETE FROM event WHERE lane = {lane}; UPDATE event_head SET sequence = 0, digest = '', at = NULL WHERE lane = {lane}")).await;
        // The same program writes it anew, so that every digest fits.
        for _ in 0..5 {
            write(&db, &person("a", "u"), noon(), &[Change::new("figure", "h-1", "changed").after(json!({ "value": 0 }))]).await.unwrap();
        }
        assert_eq!(faults(&db, &[]).await, [], "the chain alone cannot tell");
        assert_eq!(faults(&db, &written_down).await, [ChainFault::Anchor { lane, sequence: 3 }]);
    }

    async fn a_head_that_was_written_down_still_fits_when_the_lane_has_grown(bed: Bed) {
        let db = migrated(&bed).await;
        some_history(&db).await;
        let written_down = heads(&db).await.unwrap();
        some_history(&db).await;
        assert_eq!(faults(&db, &written_down).await, []);
    }

    async fn every_filter_narrows_and_pages_follow_one_another(bed: Bed) {
        let db = migrated(&bed).await;
        execute(&db, "INSERT INTO unit (unit, origin) VALUES ('u', 'local'); INSERT INTO account (account, login, name, unit, state, must_change, failures, made_at, version, made_up, search_key, sort_key) \
                      VALUES ('a', 'a.made-up', 'Người Thử Nghiệm', 'u', 'active', 0, 0, '2026-01-01T00:00:00+00:00', 1, 1, 'x', 'x')").await;
        let deeds = [
            ("a", "u", "figure", "f1", "changed", Some("u")),
            ("a", "u", "figure", "f2", "submitted", Some("v")),
            ("b", "v", "figure", "f1", "accepted", Some("u")),
            ("b", "w", "evidence", "e'1", "made", Some("w")),
            ("b", "w", "evidence", "e2", "made", None),
        ];
        for ((account, unit, kind, thing, action, of_unit), minute) in deeds.into_iter().zip(0..) {
            let change = Change { of_unit: of_unit.map(str::to_owned), ..Change::new(kind, thing, action) };
            write(&db, &person(account, unit), noon() + TimeDelta::minutes(minute), &[change]).await.unwrap();
        }
        let found = async |filter: EventFilter, offset: i64, limit: i64| {
            let mut read = db.read().await.unwrap();
            let events = search(read.conn(), &filter, EventPage { offset, limit }).await.unwrap();
            events.into_iter().map(|event| format!("{}/{} {}", event.thing, event.action, event.name.unwrap_or_default())).collect::<Vec<_>>()
        };
        let all = EventFilter::default;
        let text = |text: &str| Some(text.to_owned());
        let texts = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let everything = ["e2/made ", "e'1/made ", "f1/accepted ", "f2/submitted Người Thử Nghiệm", "f1/changed Người Thử Nghiệm"];
        assert_eq!(found(all(), 0, 10).await, everything, "newest first, with the name of the person");
        for (filter, expected) in [
            (EventFilter { kind: text("figure"), ..all() }, vec![2, 3, 4]),
            (EventFilter { thing: text("f1"), ..all() }, vec![2, 4]),
            (EventFilter { thing: text("e'1"), ..all() }, vec![1]),
            (EventFilter { account: text("b"), ..all() }, vec![0, 1, 2]),
            (EventFilter { action: text("made"), ..all() }, vec![0, 1]),
            (EventFilter { from: Some(noon() + TimeDelta::minutes(3)), ..all() }, vec![0, 1]),
            (EventFilter { until: Some(noon() + TimeDelta::minutes(1)), ..all() }, vec![4]),
            (EventFilter { from: Some(noon() + TimeDelta::minutes(1)), until: Some(noon() + TimeDelta::minutes(3)), ..all() }, vec![2, 3]),
            // Of a unit: what belongs to it, and what its people did.
            (EventFilter { units: Some(vec!["v".to_owned()]), ..all() }, vec![2, 3]),
            (EventFilter { units: Some(vec!["u".to_owned(), "v".to_owned()]), ..all() }, vec![2, 3, 4]),
            (EventFilter { units: Some(vec!["v\"],['".to_owned()]), ..all() }, vec![]),
            (EventFilter { units: Some(vec![]), ..all() }, vec![]),
            (EventFilter { kind: text("figure"), thing: text("f1"), account: text("a"), action: text("changed"), units: Some(vec!["u".to_owned()]), from: Some(noon()), until: Some(noon() + TimeDelta::days(1)), ..all() }, vec![4]),
            (EventFilter { things: texts(&["f2", "e2"]), ..all() }, vec![0, 3]),
            (EventFilter { things: texts(&[]), ..all() }, vec![]),
            (EventFilter { accounts: texts(&["a", "c"]), ..all() }, vec![3, 4]),
            (EventFilter { without_actions: vec!["made".to_owned(), "changed".to_owned()], ..all() }, vec![2, 3]),
            (EventFilter { mention: Some(Mention { words: "E'1".to_owned(), ..Mention::default() }), ..all() }, vec![1]),
            (EventFilter { mention: Some(Mention { words: "_".to_owned(), ..Mention::default() }), ..all() }, vec![]),
            (EventFilter { mention: Some(Mention { words: "không có".to_owned(), units: vec!["w".to_owned()], ends: vec!["f2".to_owned()] }), ..all() }, vec![1, 3]),
        ] {
            let expected: Vec<&str> = expected.into_iter().map(|index: usize| everything[index]).collect();
            assert_eq!(found(filter.clone(), 0, 10).await, expected, "{filter:?}");
        }
        assert_eq!(found(all(), 0, 2).await, everything[..2]);
        assert_eq!(found(all(), 2, 2).await, everything[2..4]);
        assert_eq!(found(all(), 4, 2).await, everything[4..]);
        assert_eq!(found(all(), 6, 2).await, [""; 0]);
    }

    async fn reading_on_from_a_place_misses_nothing_and_repeats_nothing(bed: Bed) {
        let db = migrated(&bed).await;
        // Many of them at the same moment, in several lanes.
        for number in 0..60 {
            let change = Change::new("figure", format!("f{}", number % 7), "changed").of_unit(if number % 3 == 0 { "v" } else { "u" });
            write(&db, &person("a", "u"), noon() + TimeDelta::minutes(number / 20), &[change]).await.unwrap();
        }
        for filter in [EventFilter::default(), EventFilter { thing: Some("f3".to_owned()), ..EventFilter::default() }] {
            let mut read = db.read().await.unwrap();
            let whole = search(read.conn(), &filter, EventPage { offset: 0, limit: 1000 }).await.unwrap();
            let (mut walked, mut after) = (Vec::new(), None);
            loop {
                let step = search_after(read.conn(), &filter, after, 7).await.unwrap();
                let Some(last) = step.last() else { break };
                after = Some(last.place());
                walked.extend(step);
            }
            assert_eq!(walked, whole);
        }
    }

    async fn in_whose_place_somebody_acted_is_told_and_guarded(bed: Bed) {
        let db = migrated(&bed).await;
        let deputy = Source { stands_in_for: Some("thu-truong".to_owned()), ..person("a", "u") };
        let change = Change::new("figure", "f", "changed");
        write(&db, &person("a", "u"), noon(), std::slice::from_ref(&change)).await.unwrap();
        write(&db, &deputy, noon(), &[change]).await.unwrap();
        assert_eq!(faults(&db, &[]).await, []);
        let of_absent = EventFilter { accounts: Some(vec!["thu-truong".to_owned()]), ..EventFilter::default() };
        let mut read = db.read().await.unwrap();
        let found = search(read.conn(), &of_absent, EventPage { offset: 0, limit: 9 }).await.unwrap();
        drop(read);
        assert_eq!((found.len(), found[0].stands_in_for.as_deref()), (1, Some("thu-truong")));
        let lane = found[0].lane;
        execute(&db, "UPDATE event SET stands_in_for = NULL WHERE sequence = 2").await;
        assert_eq!(faults(&db, &[]).await, [ChainFault::Changed { lane, sequence: 2 }], "nobody's name is taken out unseen");
        execute(&db, "UPDATE event SET stands_in_for = 'thu-truong'").await;
        assert_eq!(faults(&db, &[]).await, [ChainFault::Changed { lane, sequence: 1 }], "and none is put in");
    }
}

/// The faults with the lane put in.
fn placed(faults: &[ChainFault], at: i64) -> Vec<ChainFault> {
    let place = |fault: &ChainFault| match fault.clone() {
        ChainFault::Changed { sequence, .. } => ChainFault::Changed { lane: at, sequence },
        ChainFault::Unlinked { sequence, .. } => ChainFault::Unlinked { lane: at, sequence },
        other => other,
    };
    faults.iter().map(place).collect()
}

/// SQLite would keep any text as a time.
#[tokio::test]
async fn a_time_that_is_none_is_a_changed_event_and_the_rest_is_still_looked_at() {
    let deed = "UPDATE event SET at = 'yesterday' WHERE lane = {lane} AND sequence = 1; UPDATE event SET reason = 'x' WHERE lane = {lane} AND sequence = 2";
    is_found(&Bed::sqlite(), deed, |lane| vec![ChainFault::Changed { lane, sequence: 1 }, ChainFault::Changed { lane, sequence: 2 }]).await;
}
