//! What is kept in memory follows the registry, and nothing that people enter or decide is ever late.

use std::time::Duration;

use accounts::Reach;
use accounts::policy::Role;
use chrono::TimeDelta;
use collection::actions::{CollectionError, OpenCollection, accept, close, make, open, open_ones, save, sheet, submit};
use collection::model::{Entry, UnitState};
use platform::{Db, on};
use rust_decimal::Decimal;
use sqlx::AssertSqlSafe;
use test_support::on_both;

use crate::house::House;

/// A value for the one figure that is asked for.
fn entry(value: i64, seen: i64) -> Entry {
    Entry { indicator: "i".to_owned(), seen, value: Ok(Decimal::from(value)), note: None }
}

/// A collection with what it asks for, its units, their states and figures.
type Told = (String, i64, Vec<(String, UnitState, i64)>);

fn told(found: &[OpenCollection]) -> Vec<Told> {
    let units = |one: &OpenCollection| one.units.iter().map(|(part, figures)| (part.unit.clone(), part.state, *figures)).collect();
    found.iter().map(|one| (one.collection.key.clone(), one.asked, units(one))).collect()
}

on_both! {
    async fn names_and_decimals_follow_the_registry_within_seconds(house: House) {
        let (program, ground) = (house.program(), house.ground());
        let key = make(ground, &program, &house.asked()).await.unwrap();
        open(ground, &program, &key).await.unwrap();
        let officer = house.somebody("officer", Role::UnitOfficer, "d", Reach::Unit);
        let before = sheet(ground, &officer, &key, "d").await.unwrap();
        assert_eq!((before.asked[0].name_vi.as_str(), before.asked[0].decimals), ("Chỉ tiêu thử", 0));
        let half = Entry { value: Ok(Decimal::new(5, 1)), ..entry(0, 0) };
        assert!(matches!(save(ground, &officer, &key, "d", std::slice::from_ref(&half)).await, Err(CollectionError::Figures(_))));

        // As another process does that loads a newer catalogue.
        house.execute("UPDATE indicator SET name_vi = 'Tên mới', decimals = 1").await;
        house.execute("UPDATE revision SET value = value + 1").await;
        let later = *house.clock.lock().unwrap() + TimeDelta::seconds(5);
        *house.clock.lock().unwrap() = later;
        house.units.refresh(&house.db, later).await.unwrap();
        let after = sheet(ground, &officer, &key, "d").await.unwrap();
        assert_eq!((after.asked[0].name_vi.as_str(), after.asked[0].decimals), ("Tên mới", 1));
        assert_eq!(save(ground, &officer, &key, "d", &[half]).await.unwrap(), 1);
    }

    async fn figures_and_locks_are_never_late(house: House) {
        let (program, ground) = (house.program(), house.ground());
        let key = make(ground, &program, &house.asked()).await.unwrap();
        open(ground, &program, &key).await.unwrap();
        let officer = house.somebody("officer", Role::UnitOfficer, "d", Reach::Unit);
        assert!(sheet(ground, &officer, &key, "d").await.unwrap().figures.is_empty());
        assert_eq!(save(ground, &officer, &key, "d", &[entry(1, 0)]).await.unwrap(), 1);
        assert_eq!(sheet(ground, &officer, &key, "d").await.unwrap().figures[0].value, Ok(Decimal::ONE));
        assert!(matches!(save(ground, &officer, &key, "d", &[entry(2, 0)]).await, Err(CollectionError::Conflicts(_))));
        close(ground, &program, &key).await.unwrap();
        assert!(matches!(save(ground, &officer, &key, "d", &[entry(2, 1)]).await, Err(CollectionError::Locked(_))));
        open(ground, &program, &key).await.unwrap();
        assert_eq!(save(ground, &officer, &key, "d", &[entry(2, 1)]).await.unwrap(), 1);
        submit(ground, &program, &key, "d").await.unwrap();
        assert!(matches!(save(ground, &officer, &key, "d", &[entry(3, 2)]).await, Err(CollectionError::Locked(_))));
    }

    async fn whoever_had_to_wait_for_their_turn_sees_what_was_saved_meanwhile(house: House) {
        let (program, ground) = (house.program(), house.ground());
        let key = make(ground, &program, &house.asked()).await.unwrap();
        open(ground, &program, &key).await.unwrap();
        let officer = house.somebody("officer", Role::UnitOfficer, "d", Reach::Unit);
        for (seen, theirs) in [(0, 7), (1, 8)] {
            // Somebody else saves, and takes their time.
            let mut other = house.db.write().await.unwrap();
            let hold = if matches!(house.db, Db::Pg(_)) { " FOR UPDATE" } else { "" };
            let hold = format!("SELECT unit FROM collection_unit WHERE unit = 'd'{hold}");
            let put = format!(
                "INSERT INTO figure (collection, unit, indicator, value, entered_by, entered_at, version) \
                 VALUES ('{key}', 'd', 'i', '{theirs}', 'reform', '2026-03-02T03:00:00+00:00', {seen} + 1) \
                 ON CONFLICT (collection, unit, indicator) DO UPDATE SET value = excluded.value, version = excluded.version"
            );
            for sql in [hold, put] {
                on!(other.conn(), c => sqlx::query(AssertSqlSafe(sql)).execute(&mut *c).await.map(drop)).unwrap();
            }
            let entries = [entry(5, seen)];
            let committed = async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                other.commit().await.unwrap();
            };
            let (saved, ()) = tokio::join!(save(ground, &officer, &key, "d", &entries), committed);
            let there = match &saved {
                Err(CollectionError::Conflicts(conflicts)) => conflicts.iter().map(|one| (&one.saved.value, one.saved.version)).collect(),
                _ => Vec::new(),
            };
            assert_eq!(there, [(&Ok(Decimal::from(theirs)), seen + 1)], "the other's figure stays: {saved:?}");
        }
        // Who has seen it may replace it.
        assert_eq!(save(ground, &officer, &key, "d", &[entry(5, 2)]).await.unwrap(), 1);
    }

    async fn the_first_page_tells_the_same_to_those_of_a_unit_and_to_those_above(house: House) {
        let (program, ground) = (house.program(), house.ground());
        let first = make(ground, &program, &house.asked()).await.unwrap();
        let mut sooner = house.asked();
        sooner.due_at -= TimeDelta::days(1);
        let second = make(ground, &program, &sooner).await.unwrap();
        let officer = house.somebody("officer", Role::UnitOfficer, "d", Reach::Unit);
        let above = house.somebody("above", Role::UnitOfficer, "p", Reach::Subtree);
        assert!(open_ones(ground, &officer).await.unwrap().is_empty(), "drafts concern nobody yet");
        open(ground, &program, &first).await.unwrap();
        open(ground, &program, &second).await.unwrap();
        save(ground, &officer, &second, "d", &[entry(1, 0)]).await.unwrap();
        let row = |key: &str, state, figures| (key.to_owned(), 1, vec![("d".to_owned(), state, figures)]);
        let expected = [row(&first, UnitState::Open, 0), row(&second, UnitState::Open, 1)];
        for person in [&officer, &above] {
            assert_eq!(told(&open_ones(ground, person).await.unwrap()), expected, "the later deadline first");
        }
        submit(ground, &program, &second, "d").await.unwrap();
        for person in [&officer, &above] {
            assert_eq!(told(&open_ones(ground, person).await.unwrap())[1], row(&second, UnitState::Submitted, 1));
        }
        accept(ground, &program, &second, "d").await.unwrap();
        close(ground, &program, &first).await.unwrap();
        for person in [&officer, &above] {
            assert_eq!(told(&open_ones(ground, person).await.unwrap()), [row(&second, UnitState::Accepted, 1)], "a closed one is over");
        }
        let elsewhere = house.somebody("elsewhere", Role::UnitOfficer, "p", Reach::Unit);
        assert!(open_ones(ground, &elsewhere).await.unwrap().is_empty(), "of another unit nothing is told");
    }
}
