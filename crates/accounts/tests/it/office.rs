//! A made-up office: a small tree of units, people who sign in, a clock that the test moves. On either kind of database.
//!
//! ```text
//! tinh ─┬─ so
//!       └─ xa ── thon
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use accounts::people::{self, NewDeputy, NewGrant, Person};
use accounts::policy::Role;
use accounts::sign_in::{Origin, SignedIn, with_code, with_password};
use accounts::{
    Accounts, Actor, Hasher, Lineage, Principal, Reach, Security, SessionEnd, SessionQuestions, SignInRefusal, Tree, begin_enrolment,
    finish_enrolment, principal_of_session, use_link,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use platform::{Db, Migrations, World, migrate};
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;
use test_support::{DatabaseKind, TestPlace};
use totp_rs::{Builder, Secret};

/// A person who can sign in.
#[derive(Debug, Clone)]
pub(crate) struct Someone {
    pub(crate) key: String,
    pub(crate) login: String,
    pub(crate) password: String,
}

pub(crate) struct Office {
    pub(crate) accounts: Accounts,
    clock: Arc<Mutex<DateTime<Utc>>>,
    parents: Arc<Mutex<BTreeMap<String, Option<String>>>>,
    /// Every secret that the office handed out or took in.
    pub(crate) secrets: Mutex<Vec<String>>,
    place: TestPlace,
}

/// The password of somebody in these tests: the name inside of it is turned around, because names are refused.
fn password_of(login: &str) -> String {
    format!("cây-khế-{login}-mùa-37").replace(login, &login.chars().rev().collect::<String>())
}

impl Office {
    pub(crate) async fn of(kind: DatabaseKind) -> Self {
        let place = TestPlace::of(kind).await;
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        // Ten in the morning in Viet Nam.
        let clock = Arc::new(Mutex::new("2026-03-02T03:00:00Z".parse().unwrap()));
        let parents: BTreeMap<String, Option<String>> = [("tinh", None), ("so", Some("tinh")), ("xa", Some("tinh")), ("thon", Some("xa"))]
            .into_iter()
            .map(|(unit, parent)| (unit.to_owned(), parent.map(str::to_owned)))
            .collect();
        let parents = Arc::new(Mutex::new(parents));
        let accounts = Accounts {
            db,
            world: world(Arc::clone(&clock)),
            security: Security::default(),
            hasher: Hasher::cheap(),
            tree: tree(Arc::clone(&parents)),
            issuer: "cchc thử".to_owned(),
            made_up_people: accounts::MadeUpPeople::Admitted,
            questions: SessionQuestions::default(),
        };
        let office = Self { accounts, clock, parents, secrets: Mutex::new(Vec::new()), place };
        office
            .execute("INSERT INTO unit (unit, origin) VALUES ('tinh', 'local'), ('so', 'local'), ('xa', 'local'), ('thon', 'local')")
            .await;
        office
    }

    pub(crate) fn kind(&self) -> DatabaseKind {
        self.place.kind()
    }

    /// The same office with other settings.
    pub(crate) fn with(mut self, set: impl FnOnce(&mut Security)) -> Self {
        set(&mut self.accounts.security);
        self
    }

    /// The same database from another process.
    pub(crate) async fn another_process(&self) -> Accounts {
        let db = Db::open_address(&self.place.address()).await.unwrap();
        Accounts { db, questions: SessionQuestions::default(), ..self.accounts.clone() }
    }

    /// Runs acts so that none ends before all have come as far as they can: the history is held until that many wait for a lock.
    /// On SQLite they wait in line before they begin.
    pub(crate) async fn in_step<O>(&self, waiting: usize, acts: impl Future<Output = O>) -> O {
        const WAITING: &str = "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let holder = self.another_process().await;
        let mut hold = holder.db.write().await.unwrap();
        platform::on!(hold.conn(), c => sqlx::query("UPDATE event_head SET at = at").execute(&mut *c).await.map(drop)).unwrap();
        let ended = AtomicBool::new(false);
        let acts = async {
            let outcome = acts.await;
            ended.store(true, Ordering::SeqCst);
            outcome
        };
        let release = async {
            if self.kind() == DatabaseKind::Postgres {
                while !ended.load(Ordering::SeqCst) && self.lines(WAITING).await.len() < waiting {
                    tokio::task::yield_now().await;
                }
            }
            hold.commit().await.unwrap();
        };
        tokio::join!(acts, release).0
    }

    /// The files of an SQLite database.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let TestPlace::Sqlite(place) = &self.place else { return Vec::new() };
        std::fs::read_dir(place.folder()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    // Time

    pub(crate) fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.accounts.world.today()
    }

    /// A day counted from today; negative days are past.
    pub(crate) fn day(&self, days: i64) -> NaiveDate {
        self.today() + TimeDelta::days(days)
    }

    pub(crate) fn pass(&self, time: TimeDelta) {
        *self.clock.lock().unwrap() += time;
    }

    pub(crate) fn seconds(&self, seconds: i64) {
        self.pass(TimeDelta::seconds(seconds));
    }

    pub(crate) fn minutes(&self, minutes: i64) {
        self.pass(TimeDelta::minutes(minutes));
    }

    pub(crate) fn days(&self, days: i64) {
        self.pass(TimeDelta::days(days));
    }

    /// The unit is in the tree no more.
    pub(crate) fn close_unit(&self, unit: &str) {
        self.parents.lock().unwrap().remove(unit).unwrap();
    }

    // People

    pub(crate) fn program(&self) -> Actor {
        Actor::program(self.now())
    }

    pub(crate) fn person(&self, login: &str, unit: &str) -> Person {
        Person {
            login: login.to_owned(),
            name: format!("Người {login}"),
            position: Some("Chuyên viên".to_owned()),
            unit: unit.to_owned(),
            email: Some(format!("{login}@example.vn")),
            ..Person::default()
        }
    }

    /// Somebody with an account and a password, who has never signed in except by the first link, and is signed out.
    pub(crate) async fn someone(&self, login: &str, unit: &str) -> Someone {
        let invited = people::make(&self.accounts, &self.program(), &self.person(login, unit)).await.unwrap();
        let password = password_of(login);
        let session = use_link(&self.accounts, &invited.link, &password, &origin()).await.unwrap().unwrap();
        accounts::end_session(&self.accounts, &session).await.unwrap();
        self.keep([&invited.link, &password, &session]);
        Someone { key: invited.account, login: login.to_owned(), password }
    }

    /// Somebody with a role from today on.
    pub(crate) async fn with_role(&self, login: &str, unit: &str, role: Role, on: &str, reach: Reach) -> Someone {
        let someone = self.someone(login, unit).await;
        self.give(&someone, role, on, reach).await;
        someone
    }

    /// An administrator of the whole tree.
    pub(crate) async fn administrator(&self, login: &str) -> Someone {
        self.with_role(login, "so", Role::Administrator, "tinh", Reach::Subtree).await
    }

    pub(crate) fn role(&self, to: &Someone, role: Role, unit: &str, reach: Reach) -> NewGrant {
        let (account, unit) = (to.key.clone(), unit.to_owned());
        NewGrant { account, role, unit, reach, valid_from: self.today(), valid_to: None, reason: Some("phân công".to_owned()) }
    }

    pub(crate) async fn give(&self, to: &Someone, role: Role, unit: &str, reach: Reach) -> String {
        people::give_role(&self.accounts, &self.program(), &self.role(to, role, unit, reach)).await.unwrap()
    }

    pub(crate) fn deputy(&self, absent: &Someone, stands_in: &Someone, days: i64) -> NewDeputy {
        let (absent, stands_in) = (absent.key.clone(), stands_in.key.clone());
        NewDeputy { absent, stands_in, valid_from: self.today(), valid_to: self.day(days), reason: Some("nghỉ phép".to_owned()) }
    }

    // Signing in

    pub(crate) async fn try_password(&self, login: &str, password: &str) -> Result<SignedIn, SignInRefusal> {
        self.keep([password]);
        let signed_in = with_password(&self.accounts, login, password, &origin()).await;
        if let Ok(SignedIn::Open { secret } | SignedIn::SecondFactor { secret }) = &signed_in {
            self.keep([secret]);
        }
        signed_in
    }

    /// Signs in with a password alone and answers the cookie.
    pub(crate) async fn sign_in(&self, someone: &Someone) -> String {
        match self.try_password(&someone.login, &someone.password).await.unwrap() {
            SignedIn::Open { secret } => secret,
            other => panic!("{other:?}"),
        }
    }

    /// Gives the password and answers the cookie that waits for the second factor.
    pub(crate) async fn sign_in_half(&self, someone: &Someone) -> String {
        match self.try_password(&someone.login, &someone.password).await.unwrap() {
            SignedIn::SecondFactor { secret } => secret,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn try_code(&self, secret: &str, code: &str) -> Result<String, SignInRefusal> {
        let opened = with_code(&self.accounts, secret, code, &origin()).await;
        if let Ok(secret) = &opened {
            self.keep([secret]);
        }
        opened
    }

    pub(crate) async fn look(&self, secret: &str) -> Result<Principal, SessionEnd> {
        principal_of_session(&self.accounts, secret).await.unwrap()
    }

    pub(crate) async fn actor(&self, secret: &str) -> Actor {
        self.actor_of(self.look(secret).await.unwrap())
    }

    pub(crate) fn actor_of(&self, principal: Principal) -> Actor {
        Actor::person(principal, self.now(), Some("192.0.2.7".to_owned()), Some("r1".to_owned()))
    }

    /// Signs in and acts.
    pub(crate) async fn acting(&self, someone: &Someone) -> Actor {
        self.actor(&self.sign_in(someone).await).await
    }

    /// Sets up a second factor and answers its secret and the recovery codes.
    pub(crate) async fn enrol(&self, actor: &Actor) -> (String, Vec<String>) {
        let secret = begin_enrolment(&self.accounts, &actor.principal.login).secret;
        let codes =
            finish_enrolment(&self.accounts, actor, &password_of(&actor.principal.login), &secret, &self.code(&secret)).await.unwrap();
        self.keep(&codes);
        (secret, codes)
    }

    /// What an authenticator program shows now.
    pub(crate) fn code(&self, secret: &str) -> String {
        let totp = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).build().unwrap();
        totp.generate(u64::try_from(self.now().timestamp()).unwrap()).to_string()
    }

    // What the database holds

    pub(crate) fn keep<S: AsRef<str>>(&self, secrets: impl IntoIterator<Item = S>) {
        self.secrets.lock().unwrap().extend(secrets.into_iter().map(|secret| secret.as_ref().to_owned()));
    }

    pub(crate) async fn execute(&self, sql: &str) {
        let mut write = self.accounts.db.write().await.unwrap();
        platform::on!(write.conn(), c => sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *c).await.map(drop)).unwrap();
        write.commit().await.unwrap();
    }

    /// The lines a query answers; every column is text.
    pub(crate) async fn lines(&self, sql: &str) -> Vec<String> {
        let mut read = self.accounts.db.read().await.unwrap();
        platform::on!(read.conn(), c => sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *c).await).unwrap()
    }

    /// The actions in the history, oldest first where they are of one record.
    pub(crate) async fn events_of(&self, thing: &str) -> Vec<String> {
        self.lines(&format!("SELECT action FROM event WHERE thing = '{thing}' ORDER BY sequence")).await
    }

    /// Number of events of a kind.
    pub(crate) async fn count(&self, action: &str) -> usize {
        self.lines(&format!("SELECT action FROM event WHERE action = '{action}'")).await.len()
    }

    pub(crate) async fn account(&self, key: &str) -> accounts::Account {
        let mut read = self.accounts.db.read().await.unwrap();
        accounts::account(read.conn(), key).await.unwrap().unwrap()
    }
}

pub(crate) fn origin() -> Origin {
    Origin { agent: Some("Trình duyệt thử".to_owned()), address: Some("192.0.2.7".to_owned()), request: Some("r1".to_owned()) }
}

/// Time from the clock; chance from a counter, so that a test always runs the same.
fn world(clock: Arc<Mutex<DateTime<Utc>>>) -> World {
    let counter = Mutex::new(0u64);
    World::new(
        move || *clock.lock().unwrap(),
        move |bytes| {
            for chunk in bytes.chunks_mut(32) {
                let mut counter = counter.lock().unwrap();
                *counter += 1;
                chunk.copy_from_slice(&Sha256::digest(counter.to_be_bytes())[..chunk.len()]);
            }
        },
    )
}

fn tree(parents: Arc<Mutex<BTreeMap<String, Option<String>>>>) -> Tree {
    Tree::new(move |unit| {
        let parents = parents.lock().unwrap();
        let mut lineage = Vec::new();
        let mut next = Some(unit.to_owned());
        while let Some(unit) = next {
            next = parents.get(&unit)?.clone();
            lineage.push(unit);
        }
        Some(Lineage::new(lineage))
    })
}
