//! An installation with made-up accounts, a clock that the test sets, workers, and real servers to send to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use base64::Engine as _;
use chrono::{DateTime, TimeDelta, Utc};
use delivery::{HookSecret, HookSettings, Hooks, MailSettings, Mailer, Party, Security};
use notices::{DIGEST_JOB, DeliverDue, Digests, HookWay, Kind, Letters, NewNotice, Post, Singles, notify};
use platform::jobs::{Job, JobFilter, NewJob, WorkerSettings, Workers, jobs, queue};
use platform::{Db, Migrations, World, migrate, on};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use test_support::{DatabaseKind, TestPlace};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Its people: `an` and `binh` may be reached, `chi` is disabled, `dung` is made up, `em` has an address that no server takes.
pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) world: World,
    clock: Arc<Mutex<DateTime<Utc>>>,
    _place: TestPlace,
}

impl House {
    pub(crate) async fn of(kind: DatabaseKind) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let place = TestPlace::of(kind).await;
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        // Ten in the morning in Viet Nam: later than the hour of digests, so each test says itself when one goes.
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
        let house = Self { db, world, clock, _place: place };
        house.execute("INSERT INTO unit (unit, origin) VALUES ('u', 'test')").await;
        for (account, email, state, made_up) in [
            ("an", "an@example.invalid", "active", 0),
            ("binh", "binh@example.invalid", "active", 0),
            ("chi", "chi@example.invalid", "disabled", 0),
            ("dung", "dung@example.invalid", "active", 1),
            ("em", "em", "active", 0),
        ] {
            house
                .execute(&format!(
                    "INSERT INTO account (account, login, name, unit, email, phone, state, must_change, failures, made_at, version, made_up, \
                     search_key, sort_key) VALUES ('{account}', '{account}', 'Người thử {account}', 'u', '{email}', '0900000000', '{state}', 0, 0, \
                     '2026-01-01T00:00:00+00:00', 1, {made_up}, '{account}', '{account}')"
                ))
                .await;
        }
        house
    }

    pub(crate) async fn execute(&self, sql: &str) {
        let mut write = self.db.write().await.unwrap();
        on!(write.conn(), c => sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *c).await.map(drop)).unwrap();
        write.commit().await.unwrap();
    }

    /// The lines of a query with one column of text.
    pub(crate) async fn lines(&self, sql: &str) -> Vec<String> {
        let mut read = self.db.read().await.unwrap();
        on!(read.conn(), c => sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *c).await).unwrap()
    }

    pub(crate) fn shift(&self, by: TimeDelta) {
        *self.clock.lock().unwrap() += by;
    }

    pub(crate) async fn tell(&self, account: &str, kind: Kind, sameness: &str) -> bool {
        let new = NewNotice {
            account: account.to_owned(),
            kind,
            sameness: sameness.to_owned(),
            text_vi: format!("Việc thử {sameness}"),
            text_en: format!("Made-up work {sameness}"),
            link: "/lam-viec/so-lieu".to_owned(),
            due_at: None,
        };
        let mut write = self.db.write().await.unwrap();
        let told = notify(write.conn(), &self.world, &new).await.unwrap();
        write.commit().await.unwrap();
        told
    }

    pub(crate) async fn queue(&self, kind: &'static str, payload: Value) {
        let job =
            NewJob {
                kind, title: "Việc thử".to_owned(), payload, only_once: None, run_at: self.world.now(), asked_by: None, unit: None
            };
        let mut write = self.db.write().await.unwrap();
        queue(write.conn(), &self.world, &job).await.unwrap();
        write.commit().await.unwrap();
    }

    /// A digest job of a day beside the one of the schedule.
    pub(crate) async fn digest(&self) {
        self.queue(DIGEST_JOB, json!({ "day": "2026-03-02" })).await;
    }

    pub(crate) async fn all_jobs(&self) -> Vec<Job> {
        let mut read = self.db.read().await.unwrap();
        jobs(read.conn(), &JobFilter { of_program: true, ..JobFilter::default() }, 0, 100).await.unwrap()
    }

    /// Starts workers with schedules; digests by schedule go from an hour on.
    pub(crate) fn work(&self, post: Post, digest_hour: u32) -> Working {
        let post = Arc::new(post);
        let settings = WorkerSettings {
            at_once: 2,
            poll: Duration::from_millis(10),
            tick: Duration::from_millis(20),
            beat: Duration::from_millis(50),
            ..WorkerSettings::default()
        };
        let workers = Workers::new(
            &self.db,
            &self.world,
            vec![Arc::new(Letters::new("letter", Arc::clone(&post))), Arc::new(Singles(Arc::clone(&post))), Arc::new(Digests(post))],
            vec![Arc::new(DeliverDue { digest_hour })],
            settings,
        );
        let (stop, stopped) = oneshot::channel();
        Working { stop, ended: tokio::spawn(workers.run(async move { drop(stopped.await) })) }
    }

    /// Waits until a query answers these lines.
    pub(crate) async fn until(&self, sql: &str, wanted: &[&str]) {
        let waiting = async {
            while self.lines(sql).await != wanted {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(60), waiting).await.is_err() {
            panic!("{sql}: {:?} instead of {wanted:?}", self.lines(sql).await);
        }
    }
}

pub(crate) struct Working {
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

impl Working {
    pub(crate) async fn end(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap();
    }
}

pub(crate) fn post(mail_port: Option<u16>, hook: Option<HookWay>) -> Post {
    let settings = |port| MailSettings {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        user: None,
        password: None,
        from: Party { name: None, address: "he-thong@example.invalid".into() },
        hello_name: None,
        timeout: Duration::from_secs(20),
        authorities_pem: None,
    };
    Post {
        mailer: mail_port.map(|port| Mailer::new(settings(port)).unwrap()),
        hook,
        public_address: "https://cchc.example.invalid".into(),
        domain: "example.invalid".into(),
        name: "Cơ quan thử".into(),
    }
}

/// A gateway that keeps what it gets; signatures are tested with the crate `delivery`.
pub(crate) async fn gateway() -> (HookWay, Arc<Mutex<Vec<Value>>>) {
    type Taken = Arc<Mutex<Vec<Value>>>;
    async fn take(State(taken): State<Taken>, body: String) {
        taken.lock().unwrap().push(serde_json::from_str(&body).unwrap());
    }
    let taken = Taken::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = Router::new().route("/", axum::routing::post(take)).with_state(Arc::clone(&taken));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let settings = HookSettings { allowed_networks: vec!["127.0.0.0/8".parse().unwrap()], plain_http: true, ..HookSettings::default() };
    let secret = format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode([7; 32]));
    let way = HookWay {
        hooks: Hooks::new(&settings).unwrap(),
        url: format!("http://127.0.0.1:{port}/"),
        secrets: vec![HookSecret::parse(&secret).unwrap()],
    };
    (way, taken)
}
