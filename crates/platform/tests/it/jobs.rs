//! Jobs are done once at a time whatever happens to their workers and to the clock.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use platform::jobs::{
    CancelOutcome, Done, Job, JobContext, JobError, JobFault, JobFilter, JobFuture, JobKind, JobState, NewJob, WorkerSettings, Workers,
    counts, job, jobs, queue, queue_daily, request_cancel, sweep,
};
use platform::{Db, Migrations, World, migrate};
use serde_json::json;
use test_support::on_both;
use tokio::sync::oneshot;

use crate::bed::Bed;

/// A clock that the test sets, and chance that never repeats.
#[derive(Clone)]
struct Clock(Arc<Mutex<DateTime<Utc>>>);

impl Clock {
    fn new() -> Self {
        Self(Arc::new(Mutex::new("2026-03-02T05:00:00Z".parse().unwrap())))
    }

    fn shift(&self, by: TimeDelta) {
        *self.0.lock().unwrap() += by;
    }

    fn world(&self) -> World {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let clock = self.0.clone();
        World::new(
            move || *clock.lock().unwrap(),
            |bytes| {
                bytes.fill(0);
                let number = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                let start = bytes.len() - number.len();
                bytes[start..].copy_from_slice(&number);
            },
        )
    }
}

/// What a made-up kind of work does, by the word in its payload.
#[derive(Default)]
struct Works {
    begun: AtomicI64,
    at_work: Mutex<BTreeSet<String>>,
    twice_at_once: AtomicI64,
}

struct Kind(Arc<Works>);

impl JobKind for Kind {
    fn word(&self) -> &'static str {
        "test"
    }

    fn tries(&self) -> i64 {
        3
    }

    fn wipes_payload(&self) -> bool {
        true
    }

    fn run<'a>(&'a self, context: &'a JobContext) -> JobFuture<'a> {
        Box::pin(async move {
            self.0.begun.fetch_add(1, Ordering::SeqCst);
            if !self.0.at_work.lock().unwrap().insert(context.job.clone()) {
                self.0.twice_at_once.fetch_add(1, Ordering::SeqCst);
            }
            let outcome = act(context).await;
            self.0.at_work.lock().unwrap().remove(&context.job);
            outcome
        })
    }
}

async fn act(context: &JobContext) -> Result<Done, JobError> {
    let again = || JobError::Again { fault: JobFault::of("away"), after: None };
    match context.payload["do"].as_str().unwrap_or_default() {
        "count" => {
            context.progress(3, Some(4));
            context.may_go_on()?;
            Ok(Done { result: json!({ "counted": 4 }), faults: vec![JobFault::said("row", "dòng 2 sai", "row 2 is wrong").at("B2")] })
        }
        "wait" => {
            context.progress(1, Some(2));
            context.asked_to_end().await;
            Err(JobError::Interrupted)
        }
        "hang-first" if context.attempt > 1 => Ok(Done::default()),
        "hang" | "hang-first" => std::future::pending().await,
        "break" => panic!("made-up fault of the work"),
        "twice-away" if context.attempt > 2 => Ok(Done::default()),
        _ => Err(again()),
    }
}

fn settings() -> WorkerSettings {
    WorkerSettings {
        at_once: 2,
        poll: Duration::from_millis(10),
        beat: Duration::from_millis(20),
        lease: Duration::from_millis(1500),
        tick: Duration::from_millis(20),
        patience: Duration::from_millis(100),
    }
}

struct Running {
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

fn start(db: &Db, clock: &Clock, works: &Arc<Works>, settings: WorkerSettings) -> Running {
    let workers = Workers::new(db, &clock.world(), vec![Arc::new(Kind(Arc::clone(works)))], Vec::new(), settings);
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(workers.run(async move { drop(stopped.await) }));
    Running { stop, ended }
}

impl Running {
    async fn end(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap();
    }
}

async fn migrated(bed: &Bed) -> Db {
    let db = bed.open().await;
    migrate(&db, Migrations::All).await.unwrap();
    db
}

async fn ask(db: &Db, clock: &Clock, what: &str, only_once: Option<&str>) -> Option<String> {
    let world = clock.world();
    let new = NewJob {
        kind: "test",
        title: "Việc thử".to_owned(),
        payload: json!({ "do": what }),
        only_once: only_once.map(str::to_owned),
        run_at: world.now(),
        asked_by: Some("nobody".to_owned()),
        unit: Some("u".to_owned()),
    };
    let mut write = db.write().await.unwrap();
    let key = queue(write.conn(), &world, &new).await.unwrap();
    write.commit().await.unwrap();
    key
}

async fn look(db: &Db, key: &str) -> Job {
    let mut read = db.read().await.unwrap();
    job(read.conn(), key).await.unwrap().unwrap()
}

/// Waits until a job stands as the test says.
async fn until(db: &Db, key: &str, wanted: impl Fn(&Job) -> bool) -> Job {
    wait_for(|| async {
        let found = look(db, key).await;
        wanted(&found).then_some(found)
    })
    .await
}

async fn wait_for<T, F: Future<Output = Option<T>>>(mut look: impl FnMut() -> F) -> T {
    let waiting = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("what the test waits for comes")
}

async fn cancel(db: &Db, clock: &Clock, key: &str) -> CancelOutcome {
    let mut write = db.write().await.unwrap();
    let outcome = request_cancel(write.conn(), key, clock.world().now()).await.unwrap();
    write.commit().await.unwrap();
    outcome
}

on_both! {
    async fn a_job_ends_with_result_faults_and_progress(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let key = ask(&db, &clock, "count", None).await.unwrap();
        assert_eq!(look(&db, &key).await.state(), JobState::Queued);
        let running = start(&db, &clock, &works, settings());
        let ended = until(&db, &key, |job| job.state().has_ended()).await;
        assert_eq!((ended.state(), ended.percent(), ended.attempts), (JobState::Done, Some(75), 1));
        assert_eq!(ended.result(), Some(json!({ "counted": 4 })));
        assert_eq!(ended.faults(), [JobFault::said("row", "dòng 2 sai", "row 2 is wrong").at("B2")]);
        let payload = crate::bed::lines(&db, "SELECT payload FROM job").await;
        assert_eq!(payload, ["{}"], "what was asked with is a secret of this kind");
        running.end().await;

        let mut read = db.read().await.unwrap();
        let of = |filter: JobFilter| filter;
        for (filter, count) in [
            (of(JobFilter { asked_by: Some("nobody".into()), ..JobFilter::default() }), 1),
            (of(JobFilter { units: vec!["v".into(), "u".into()], ..JobFilter::default() }), 1),
            (of(JobFilter { asked_by: Some("other".into()), units: vec!["v".into()], of_program: true }), 0),
        ] {
            assert_eq!(jobs(read.conn(), &filter, 0, 10).await.unwrap().len(), count, "{filter:?}");
        }
        drop(read);
        let now = clock.world().now();
        let mut write = db.write().await.unwrap();
        assert_eq!(sweep(write.conn(), now, now).await.unwrap(), 0, "what has just ended stays");
        assert_eq!(sweep(write.conn(), now + TimeDelta::seconds(1), now).await.unwrap(), 1);
    }

    async fn many_workers_of_two_processes_do_each_job_once(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let mut keys = Vec::new();
        for _ in 0..30 {
            keys.push(ask(&db, &clock, "count", None).await.unwrap());
        }
        let other = bed.open().await;
        let all = [start(&db, &clock, &works, settings()), start(&other, &clock, &works, settings())];
        for key in &keys {
            assert_eq!(until(&db, key, |job| job.state().has_ended()).await.attempts, 1);
        }
        for running in all {
            running.end().await;
        }
        assert_eq!((works.begun.load(Ordering::SeqCst), works.twice_at_once.load(Ordering::SeqCst)), (30, 0));
    }

    async fn what_a_killed_process_was_at_is_taken_up_by_another(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let key = ask(&db, &clock, "hang-first", None).await.unwrap();
        // A process of its own: ended at once with everything in it.
        let killed = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (address, world, first) = (bed.address(), clock.world(), Arc::<Works>::default());
        killed.spawn(async move {
            let db = Db::open_address(&address).await.unwrap();
            Workers::new(&db, &world, vec![Arc::new(Kind(first))], Vec::new(), settings()).run(std::future::pending()).await;
        });
        until(&db, &key, |job| job.state() == JobState::Running).await;
        killed.shutdown_background();
        let running = start(&db, &clock, &works, settings());
        let ended = until(&db, &key, |job| job.state().has_ended()).await;
        assert_eq!((ended.state(), ended.attempts), (JobState::Done, 2));
        running.end().await;
    }

    async fn a_living_worker_keeps_its_job_wherever_the_clock_goes(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let key = ask(&db, &clock, "wait", None).await.unwrap();
        let other = bed.open().await;
        let short = WorkerSettings { lease: Duration::from_millis(800), ..settings() };
        let all = [start(&db, &clock, &works, short.clone()), start(&other, &clock, &works, short)];
        until(&db, &key, |job| job.state() == JobState::Running && job.done == 1).await;
        for days in [1, -2] {
            clock.shift(TimeDelta::days(days));
            // Other jobs pass by meanwhile, so both processes have looked around often.
            for _ in 0..5 {
                let small = ask(&db, &clock, "count", None).await.unwrap();
                until(&db, &small, |job| job.state() == JobState::Done).await;
            }
        }
        assert_eq!(look(&db, &key).await.attempts, 1);
        assert_eq!(cancel(&db, &clock, &key).await, CancelOutcome::Asked);
        assert_eq!(cancel(&db, &clock, &key).await, CancelOutcome::Ended, "asked before");
        let ended = until(&db, &key, |job| job.state().has_ended()).await;
        assert_eq!((ended.state(), ended.is_cancel_asked()), (JobState::Cancelled, true));
        for running in all {
            running.end().await;
        }
        assert_eq!(works.twice_at_once.load(Ordering::SeqCst), 0);
    }

    async fn work_that_does_not_listen_is_cut_when_its_end_is_asked_for(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let key = ask(&db, &clock, "hang", None).await.unwrap();
        let running = start(&db, &clock, &works, settings());
        until(&db, &key, |job| job.state() == JobState::Running).await;
        cancel(&db, &clock, &key).await;
        assert_eq!(until(&db, &key, |job| job.state().has_ended()).await.state(), JobState::Cancelled);
        running.end().await;
    }

    async fn a_waiting_job_that_is_cancelled_never_begins(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let key = ask(&db, &clock, "count", None).await.unwrap();
        assert_eq!(cancel(&db, &clock, &key).await, CancelOutcome::Cancelled);
        let running = start(&db, &clock, &works, settings());
        let next = ask(&db, &clock, "count", None).await.unwrap();
        until(&db, &next, |job| job.state() == JobState::Done).await;
        running.end().await;
        assert_eq!((look(&db, &key).await.state(), works.begun.load(Ordering::SeqCst)), (JobState::Cancelled, 1));
    }

    async fn workers_that_stop_give_jobs_back_and_the_try_does_not_count(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let keys = [ask(&db, &clock, "wait", None).await.unwrap(), ask(&db, &clock, "hang", None).await.unwrap()];
        let running = start(&db, &clock, &works, settings());
        for key in &keys {
            until(&db, key, |job| job.state() == JobState::Running).await;
        }
        running.end().await;
        for key in &keys {
            let back = look(&db, key).await;
            assert_eq!((back.state(), back.attempts), (JobState::Queued, 0));
        }
    }

    async fn the_same_job_waits_once(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let key = ask(&db, &clock, "count", Some("same")).await.unwrap();
        assert_eq!(ask(&db, &clock, "count", Some("same")).await, None);
        assert!(ask(&db, &clock, "count", Some("other")).await.is_some());
        let running = start(&db, &clock, &works, settings());
        until(&db, &key, |job| job.state() == JobState::Done).await;
        assert!(ask(&db, &clock, "count", Some("same")).await.is_some(), "after its end it may be asked for again");
        running.end().await;
    }

    async fn a_job_is_tried_again_after_a_delay_and_fails_in_the_end(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let (good, bad) = (ask(&db, &clock, "twice-away", None).await.unwrap(), ask(&db, &clock, "away", None).await.unwrap());
        let running = start(&db, &clock, &works, settings());
        for (attempts, seconds) in [(1, 30), (2, 60)] {
            for key in [&good, &bad] {
                let waiting = until(&db, key, |job| job.state() == JobState::Queued && job.attempts == attempts).await;
                assert_eq!(waiting.run_at, clock.world().now() + TimeDelta::seconds(seconds));
                assert_eq!(waiting.faults(), [JobFault::of("away")]);
            }
            clock.shift(TimeDelta::seconds(seconds));
        }
        assert_eq!(until(&db, &good, |job| job.state().has_ended()).await.state(), JobState::Done);
        let failed = until(&db, &bad, |job| job.state().has_ended()).await;
        assert_eq!((failed.state(), failed.attempts), (JobState::Failed, 3));
        assert_eq!(failed.faults(), [JobFault::of("away"), JobFault::of("tries-ended")]);
        running.end().await;
    }

    async fn work_that_breaks_off_fails_and_the_worker_goes_on(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let running = start(&db, &clock, &works, WorkerSettings { at_once: 1, ..settings() });
        let (bad, good) = (ask(&db, &clock, "break", None).await.unwrap(), ask(&db, &clock, "count", None).await.unwrap());
        let broken = until(&db, &bad, |job| job.state().has_ended()).await;
        assert_eq!((broken.state(), broken.faults()), (JobState::Failed, vec![JobFault::of("broke-off")]));
        assert_eq!(until(&db, &good, |job| job.state().has_ended()).await.state(), JobState::Done);
        running.end().await;
    }

    async fn a_clock_that_was_set_back_holds_nothing_up(bed: Bed) {
        let (db, clock, works) = (migrated(&bed).await, Clock::new(), Arc::<Works>::default());
        let (new, tried) = (ask(&db, &clock, "count", None).await.unwrap(), ask(&db, &clock, "twice-away", None).await.unwrap());
        let running = start(&db, &clock, &works, settings());
        until(&db, &tried, |job| job.state() == JobState::Queued && job.attempts == 1).await;
        until(&db, &new, |job| job.state() == JobState::Done).await;
        let newer = ask(&db, &clock, "count", None).await.unwrap();
        clock.shift(TimeDelta::days(-1));
        until(&db, &newer, |job| job.state() == JobState::Done).await;
        until(&db, &tried, |job| job.attempts >= 2).await;
        running.end().await;
    }

    async fn a_daily_job_is_queued_once_a_day_from_its_hour_on(bed: Bed) {
        let (db, clock) = (migrated(&bed).await, Clock::new());
        let world = clock.world();
        let count = async |db: &Db| {
            let mut read = db.read().await.unwrap();
            counts(read.conn(), world.now()).await.unwrap().waiting
        };
        // Noon in Viet Nam.
        queue_daily(&db, &world, "daily", "Việc hằng ngày", 13).await.unwrap();
        assert_eq!(count(&db).await, 0, "it is too early");
        clock.shift(TimeDelta::hours(1));
        for _ in 0..2 {
            queue_daily(&db, &world, "daily", "Việc hằng ngày", 13).await.unwrap();
        }
        assert_eq!(count(&db).await, 1);
        // From each day to the next look, and how many are queued then.
        for (days, expected, why) in [
            (1, 1, "the next day"),
            (-1, 0, "the clock was set back: the day before was done"),
            (1, 0, "it was done in its time"),
            (400, 1, "the clock runs a year ahead"),
            (-399, 1, "it does not stop the days that come"),
            (3, 1, "it leaps three days"),
            (-2, 1, "the days that it leapt over come"),
            (1, 1, "each of them"),
        ] {
            crate::bed::execute(&db, "UPDATE job SET state = 'done'").await;
            clock.shift(TimeDelta::days(days));
            queue_daily(&db, &world, "daily", "Việc hằng ngày", 13).await.unwrap();
            queue_daily(&db, &world, "daily", "Việc hằng ngày", 13).await.unwrap();
            assert_eq!(count(&db).await, expected, "{why}");
        }
        // The third of the days was done by a clock that had leapt to its afternoon; its morning does not count it.
        crate::bed::execute(&db, "UPDATE job SET state = 'done'").await;
        clock.shift(TimeDelta::days(1) - TimeDelta::minutes(30));
        queue_daily(&db, &world, "daily", "Việc hằng ngày", 12).await.unwrap();
        assert_eq!(count(&db).await, 1, "a day that a clock did which ran ahead");
    }
}
