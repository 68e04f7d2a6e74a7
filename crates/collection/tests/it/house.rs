//! A made-up province with one department, people, and a clock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use accounts::policy::Role;
use accounts::{Actor, Grant, Principal, Proof, Reach};
use chrono::{DateTime, TimeDelta, Utc};
use collection::actions::{Ground, NewCollection};
use collection::{Reminders, RemindersDue};
use platform::jobs::{WorkerSettings, Workers};
use platform::{Db, Migrations, World, migrate, on};
use registry::Period;
use sqlx::AssertSqlSafe;
use test_support::{DatabaseKind, TestPlace};
use tokio::sync::oneshot;
use web::UnitTree;

/// A made-up province with one department, and people with roles on them.
pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) world: World,
    pub(crate) clock: Arc<Mutex<DateTime<Utc>>>,
    pub(crate) units: UnitTree,
    _place: TestPlace,
}

impl House {
    pub(crate) async fn of(kind: DatabaseKind) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let place = TestPlace::of(kind).await;
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        let clock = Arc::new(Mutex::new("2026-03-02T03:00:00Z".parse().unwrap()));
        let read = Arc::clone(&clock);
        let world = World::new(
            move || *read.lock().unwrap(),
            |bytes| {
                bytes.fill(0);
                let number = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                let start = bytes.len() - number.len();
                bytes[start..].copy_from_slice(&number);
            },
        );
        let house = Self { db, world, clock, units: UnitTree::default(), _place: place };
        for (unit, level, kind, name, parent) in
            [("p", "province", "province", "Tỉnh thử", "NULL"), ("d", "department", "department", "Sở Thử", "'p'")]
        {
            house.execute(&format!("INSERT INTO unit (unit, origin) VALUES ('{unit}', 'test')")).await;
            house
                .execute(&format!(
                    "INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, source, status, search_key, sort_key, \
                     origin) VALUES ('{unit}', 1, '{unit}', '{level}', '{kind}', '{name}', '{name}', {parent}, 'test', 'seen', '{unit}', \
                     '{unit}', 'test')"
                ))
                .await;
        }
        house.execute("UPDATE revision SET value = 1").await;
        house
            .execute(
                "INSERT INTO indicator (indicator, name_vi, name_en, name_status, unit_vi, unit_en, direction, decimals, source, search_key, \
                 origin) VALUES ('i', 'Chỉ tiêu thử', 'Made-up indicator', 'official', '%', '%', 'higher', 0, 'test', 'i', 'test')",
            )
            .await;
        house.people().await;
        house.units.refresh(&house.db, house.world.now()).await.unwrap();
        house
    }

    async fn people(&self) {
        for (account, state) in [
            ("above", "active"),
            ("closed", "disabled"),
            ("head", "active"),
            ("left", "active"),
            ("officer", "active"),
            ("reform", "active"),
            ("stands-in", "active"),
        ] {
            self.execute(&format!(
                "INSERT INTO account (account, login, name, unit, state, must_change, failures, made_at, version, made_up, search_key, sort_key) \
                 VALUES ('{account}', '{account}', 'Người thử', 'd', '{state}', 0, 0, '2026-01-01T00:00:00+00:00', 1, 0, '{account}', '{account}')"
            ))
            .await;
        }
        for (account, role, unit, reach, valid_to) in [
            ("officer", "unit-officer", "d", "unit", "NULL"),
            ("closed", "unit-officer", "d", "unit", "NULL"),
            ("head", "unit-head", "d", "unit", "'2026-12-31'"),
            ("left", "unit-head", "d", "unit", "'2026-03-01'"),
            ("above", "unit-officer", "p", "subtree", "NULL"),
            ("reform", "reform-office", "p", "subtree", "NULL"),
        ] {
            self.execute(&format!(
                "INSERT INTO role_grant (role_grant, account, role, unit, reach, valid_from, valid_to, given_at) \
                 VALUES ('{account}', '{account}', '{role}', '{unit}', '{reach}', '2026-01-01', {valid_to}, '2026-01-01T00:00:00+00:00')"
            ))
            .await;
        }
        self.execute(
            "INSERT INTO deputy (deputy, absent, stands_in, valid_from, valid_to, given_at) \
             VALUES ('1', 'officer', 'stands-in', '2026-03-01', '2026-03-31', '2026-01-01T00:00:00+00:00')",
        )
        .await;
    }

    pub(crate) async fn execute(&self, sql: &str) {
        let mut write = self.db.write().await.unwrap();
        on!(write.conn(), c => sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *c).await.map(drop)).unwrap();
        write.commit().await.unwrap();
    }

    /// Who was told, of which kind, since it was last asked.
    pub(crate) async fn told(&self) -> Vec<String> {
        let mut read = self.db.read().await.unwrap();
        let sql = "SELECT account || ' ' || kind FROM notice ORDER BY 1";
        let found = on!(read.conn(), c => sqlx::query_scalar(sql).fetch_all(&mut *c).await).unwrap();
        drop(read);
        // Read and kept: sameness still holds.
        self.execute("UPDATE notice SET kind = 'seen' WHERE kind <> 'seen'").await;
        found.into_iter().filter(|line: &String| !line.ends_with(" seen")).collect()
    }

    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground { db: &self.db, world: &self.world, units: &self.units }
    }

    pub(crate) fn program(&self) -> Actor {
        Actor::program(self.world.now())
    }

    /// Lets the reminders of a day run to their end.
    pub(crate) async fn remind(&self, days_run: usize) {
        let settings = WorkerSettings { poll: Duration::from_millis(10), tick: Duration::from_millis(20), ..WorkerSettings::default() };
        let workers = Workers::new(
            &self.db,
            &self.world,
            vec![Arc::new(Reminders { units: self.units.clone() })],
            vec![Arc::new(RemindersDue { hour: 0 })],
            settings,
        );
        let (stop, stopped) = oneshot::channel::<()>();
        let working = tokio::spawn(workers.run(async move { drop(stopped.await) }));
        let all_done = async {
            loop {
                let mut read = self.db.read().await.unwrap();
                let done: Vec<String> =
                    on!(read.conn(), c => sqlx::query_scalar("SELECT job FROM job WHERE state = 'done'").fetch_all(&mut *c).await).unwrap();
                if done.len() == days_run {
                    return;
                }
                drop(read);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), all_done).await.expect("the reminders run");
        stop.send(()).unwrap();
        working.await.unwrap();
    }

    /// Somebody with one role.
    pub(crate) fn somebody(&self, account: &str, role: Role, unit: &str, reach: Reach) -> Actor {
        let grant = Grant {
            key: account.to_owned(),
            role,
            unit: unit.to_owned(),
            reach,
            valid_from: "2026-01-01".parse().unwrap(),
            valid_to: None,
            stands_in_for: None,
        };
        let principal = Principal {
            account: account.to_owned(),
            login: account.to_owned(),
            name: "Người thử".to_owned(),
            proof: Proof::Session(account.to_owned()),
            acting_unit: Some(unit.to_owned()),
            grants: vec![grant],
            ..Principal::program()
        };
        Actor::person(principal, self.world.now(), None, None)
    }

    /// A collection of last year's figures that asks the department for one figure.
    pub(crate) fn asked(&self) -> NewCollection {
        let now = self.world.now();
        NewCollection {
            title: "Đợt thử".to_owned(),
            owner: "p".to_owned(),
            period: Period::Year(2025),
            opens_at: now,
            due_at: now + TimeDelta::days(10),
            note: None,
            indicators: vec![("i".to_owned(), false)],
            units: vec!["d".to_owned()],
            made_up: true,
        }
    }
}
