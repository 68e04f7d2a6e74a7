//! A made-up province with a working area over it, whose clock the tests move.
//!
//! ```text
//! tinh ─┬─ so
//!       ├─ so-2
//!       └─ xa
//! ```

use std::sync::{Arc, Mutex};

use accounts::people::{self, NewDeputy, NewGrant, Person, give_role, make, set_demo_password};
use accounts::policy::Role;
use accounts::{Actor, Hasher, Principal, Reach, Security, principal_of_session};
use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use collection::CollectionTasks;
use collection::actions::{Ground, NewCollection};
use desk::UpkeepTasks;
use platform::files::{FilePlace, FileStore};
use platform::sqlx::{self, AssertSqlSafe};
use platform::{Db, Migrations, World, migrate, on};
use test_support::{DatabaseKind, TestPlace};
use web::{App, Office, OfficeParts, SingleSignOn};

use super::client::Client;
use crate::conditions::Conditions;

/// The common password of the made-up people.
pub(super) const PASSWORD: &str = desk::DEMO_PASSWORD;

/// Where people reach the made-up installation.
pub(super) const ADDRESS: &str = "http://127.0.0.1:8080";

pub(super) struct House {
    pub(super) app: App,
    pub(super) router: Router,
    clock: Arc<Mutex<DateTime<Utc>>>,
    files: FileStore,
    _place: TestPlace,
    folder: tempfile::TempDir,
}

/// Units with their level, kind, name and the unit above.
const UNITS: [(&str, &str, &str, &str, Option<&str>); 4] = [
    ("tinh", "province", "province", "Tỉnh Thử Nghiệm", None),
    ("so", "department", "department", "Sở Thứ Nhất", Some("tinh")),
    ("so-2", "department", "department", "Sở Thứ Hai", Some("tinh")),
    ("xa", "commune", "commune", "Xã Thử Nghiệm", Some("tinh")),
];

/// Indicators with their Vietnamese name and decimals.
const INDICATORS: [(&str, &str, i64); 3] = [
    ("report.tasks_set", "Số nhiệm vụ đề ra", 0),
    ("report.tasks_done", "Số nhiệm vụ đã hoàn thành", 0),
    ("report.share_online", "Tỷ lệ hồ sơ trực tuyến", 2),
];

impl House {
    pub(super) async fn of(kind: DatabaseKind) -> Self {
        let place = TestPlace::of(kind).await;
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        // Ten in the morning in Viet Nam.
        let clock = Arc::new(Mutex::new("2026-09-16T03:00:00Z".parse().unwrap()));
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::open(FilePlace::Folder(folder.path().join("files"))).await.unwrap();
        let app = app(&db, &files, &clock, ADDRESS, true, None, true);
        let house = Self { router: super::super::router(&app), app, clock, files, _place: place, folder };
        house.furnish().await;
        house
    }

    async fn furnish(&self) {
        for (position, (unit, level, kind, name, parent)) in UNITS.into_iter().enumerate() {
            let parent = parent.map_or_else(|| "NULL".to_owned(), |parent| format!("'{parent}'"));
            self.execute(&format!("INSERT INTO unit (unit, origin) VALUES ('{unit}', 'local')")).await;
            self.execute(&format!(
                "INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, source, status, search_key, sort_key, origin) \
                 VALUES ('{unit}', 1, '{position}', '{level}', '{kind}', '{name}', '{name}', {parent}, 'thu', 'seen', '{unit}', '{position}', 'local')"
            ))
            .await;
        }
        for (indicator, name, decimals) in INDICATORS {
            self.execute(&format!(
                "INSERT INTO indicator (indicator, name_vi, name_en, name_status, unit_vi, unit_en, direction, decimals, source, search_key, origin) \
                 VALUES ('{indicator}', '{name}', '{indicator}', 'official', 'việc', 'tasks', 'neutral', {decimals}, 'thu', '{indicator}', 'local')"
            ))
            .await;
        }
        self.app.units.refresh(&self.app.db, self.now()).await.unwrap();
    }

    /// The same database behind HTTPS, and not as a demonstration.
    pub(super) fn over_https(&self) -> Router {
        super::super::router(&app(&self.app.db, &self.files, &self.clock, "https://cchc.example.vn", false, None, true))
    }

    /// The same database where no mail server is set up.
    pub(super) fn without_mail(&self) -> Router {
        super::super::router(&app(&self.app.db, &self.files, &self.clock, ADDRESS, true, None, false))
    }

    /// The same database with a provider that people may sign in at.
    pub(super) fn with_provider(&self, sso: SingleSignOn) -> Router {
        super::super::router(&app(&self.app.db, &self.files, &self.clock, ADDRESS, true, Some(sso), true))
    }

    // Time

    pub(super) fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    pub(super) fn pass(&self, time: TimeDelta) {
        *self.clock.lock().unwrap() += time;
    }

    // People

    pub(super) fn program(&self) -> Actor {
        Actor::program(self.now())
    }

    /// A made-up person without a role; answers the key of the account.
    pub(super) async fn someone(&self, login: &str, unit: &str) -> String {
        let person = Person {
            login: login.to_owned(),
            name: format!("Minh Họa {login}"),
            unit: unit.to_owned(),
            made_up: true,
            ..Person::default()
        };
        let invited = make(&self.app.accounts, &self.program(), &person).await.unwrap();
        set_demo_password(&self.app.accounts, &invited.account, PASSWORD).await.unwrap();
        invited.account
    }

    /// A person with an account of their own making: invited, with the link that sets the password.
    pub(super) async fn invited(&self, login: &str, unit: &str) -> people::Invited {
        let person = Person { login: login.to_owned(), name: format!("Người {login}"), unit: unit.to_owned(), ..Person::default() };
        make(&self.app.accounts, &self.program(), &person).await.unwrap()
    }

    pub(super) async fn give(&self, account: &str, role: Role, unit: &str, reach: Reach) -> String {
        let new = NewGrant {
            account: account.to_owned(),
            role,
            unit: unit.to_owned(),
            reach,
            valid_from: self.app.world.today(),
            valid_to: None,
            reason: None,
        };
        give_role(&self.app.accounts, &self.program(), &new).await.unwrap()
    }

    /// A made-up person with a role on their own unit.
    pub(super) async fn with_role(&self, login: &str, role: Role, unit: &str, reach: Reach) -> String {
        let account = self.someone(login, unit).await;
        self.give(&account, role, unit, reach).await;
        account
    }

    pub(super) async fn appoint(&self, absent: &str, stands_in: &str) -> String {
        let today = self.app.world.today();
        let new = NewDeputy {
            absent: absent.to_owned(),
            stands_in: stands_in.to_owned(),
            valid_from: today,
            valid_to: today + TimeDelta::days(3),
            reason: Some("nghỉ phép".to_owned()),
        };
        people::appoint_deputy(&self.app.accounts, &self.program(), &new).await.unwrap()
    }

    /// A browser in which nobody is signed in.
    pub(super) fn nobody(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// A browser in which a made-up person is signed in.
    pub(super) async fn signed_in(&self, login: &str) -> Client {
        let mut client = self.nobody();
        client.sign_in(login, PASSWORD).await;
        client
    }

    /// Who is signed in in a browser.
    pub(super) async fn principal(&self, client: &Client) -> Principal {
        principal_of_session(&self.app.accounts, client.secret()).await.unwrap().unwrap()
    }

    // Collections

    /// An open collection of all three indicators for some units, due in four days.
    pub(super) async fn collection(&self, title: &str, units: &[&str]) -> String {
        let new = NewCollection {
            title: title.to_owned(),
            owner: "tinh".to_owned(),
            period: "2026-RQ3".parse().unwrap(),
            opens_at: self.now() - TimeDelta::days(1),
            due_at: self.now() + TimeDelta::days(4),
            note: None,
            indicators: INDICATORS.iter().map(|(indicator, ..)| ((*indicator).to_owned(), true)).collect(),
            units: units.iter().map(|unit| (*unit).to_owned()).collect(),
            made_up: false,
        };
        let key = collection::actions::make(Ground::of(&self.app), &self.program(), &new).await.unwrap();
        collection::actions::open(Ground::of(&self.app), &self.program(), &key).await.unwrap();
        key
    }

    // What the database holds

    pub(super) async fn execute(&self, sql: &str) {
        let mut write = self.app.db.write().await.unwrap();
        on!(write.conn(), c => sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *c).await.map(drop)).unwrap();
        write.commit().await.unwrap();
    }

    /// The drive of the files is gone.
    pub(super) fn lose_files(&self) {
        std::fs::remove_dir_all(self.folder.path().join("files")).unwrap();
    }

    /// Puts a file into the store; its digest.
    pub(super) async fn put_file(&self, bytes: &'static [u8]) -> String {
        let piece = futures_util::stream::iter([Ok::<_, std::io::Error>(bytes.into())]);
        self.files.put(piece, 1 << 20).await.unwrap().sha256.to_string()
    }

    /// The lines a query answers; every column is text.
    pub(super) async fn lines(&self, sql: &str) -> Vec<String> {
        let mut read = self.app.db.read().await.unwrap();
        on!(read.conn(), c => sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *c).await).unwrap()
    }
}

fn app(
    db: &Db,
    files: &FileStore,
    clock: &Arc<Mutex<DateTime<Utc>>>,
    public_address: &str,
    demo: bool,
    single_sign_on: Option<SingleSignOn>,
    mail: bool,
) -> App {
    let clock = Arc::clone(clock);
    let world = World::new(move || *clock.lock().unwrap(), |bytes| getrandom::fill(bytes).unwrap());
    let mut nav = desk::first_nav();
    nav.extend(collection::nav());
    nav.extend(desk::last_nav());
    Arc::new(Office::new(OfficeParts {
        single_sign_on,
        db: db.clone(),
        files: files.clone(),
        world,
        security: Security::default(),
        hasher: Hasher::cheap(),
        version: "thử".to_owned(),
        owner: Some("Cơ quan Thử Nghiệm".to_owned()),
        demo,
        secure: public_address.starts_with("https://"),
        public_address: public_address.to_owned(),
        mail,
        nav,
        task_sources: vec![Arc::new(CollectionTasks), Arc::new(UpkeepTasks)],
        condition_source: Arc::new(Conditions { files: files.clone(), backups: None, certificates: None, kept: Mutex::default() }),
    }))
}
