//! The job that sends single notices, and the job that sends one digest a day. Both may run twice: what was sent is not sent again.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use delivery::{Outcome, Reason, Trouble};
use platform::jobs::{Done, JobContext, JobError, JobFault, JobFuture, JobKind, NewJob, Schedule, ScheduleFuture, queue, queue_daily};
use platform::{Db, DbError, World};
use serde_json::{Value, json};

use crate::kind::Channel;
use crate::outbox::{Fate, Waiting, any_single, claim, digest_of, digest_people, digests_left, settle, singles};
use crate::post::{Parcel, Post};
use crate::wording;

/// Kind of the job that sends single notices.
pub const SEND_JOB: &str = "notices";
/// Kind of the job that sends digests.
pub const DIGEST_JOB: &str = "notice-digest";

/// Sendings that are read at once.
const AT_ONCE: i64 = 100;

/// Sends single notices.
#[derive(Debug)]
pub struct Singles(pub Arc<Post>);

/// Sends digests; payload `{"day"}`.
#[derive(Debug)]
pub struct Digests(pub Arc<Post>);

/// Queues both jobs when their time has come.
#[derive(Debug, Clone, Copy)]
pub struct DeliverDue {
    /// From which hour of the day in Viet Nam digests go.
    pub digest_hour: u32,
}

impl Schedule for DeliverDue {
    fn look<'a>(&'a self, db: &'a Db, world: &'a World) -> ScheduleFuture<'a> {
        Box::pin(async move {
            let mut read = db.read().await?;
            let due = any_single(read.conn(), world.now()).await?;
            drop(read);
            if due {
                let job = NewJob {
                    kind: SEND_JOB,
                    title: "Gửi thông báo".to_owned(),
                    payload: json!({}),
                    only_once: Some(SEND_JOB.to_owned()),
                    run_at: world.now(),
                    asked_by: None,
                    unit: None,
                };
                let mut write = db.write().await?;
                queue(write.conn(), world, &job).await?;
                write.commit().await?;
            }
            queue_daily(db, world, DIGEST_JOB, "Gửi thông báo tổng hợp hằng ngày", self.digest_hour).await
        })
    }
}

/// What was sent, what waits for another try, what failed for good.
#[derive(Debug, Default)]
struct Tally {
    sent: usize,
    waiting: usize,
    failed: usize,
    /// Channels whose server cannot be reached: the rest of the run leaves them alone.
    down: Vec<Channel>,
}

impl Tally {
    fn result(&self) -> Value {
        json!({ "sent": self.sent, "waiting": self.waiting, "failed": self.failed })
    }

    /// Sends one parcel that holds some notices of one person by one channel, and writes what became of it.
    async fn send(&mut self, post: &Post, db: &Db, now: DateTime<Utc>, all: &[Waiting], parcel: &Parcel) -> Result<(), DbError> {
        let Some(first) = all.first() else { return Ok(()) };
        let channel = first.channel();
        let fate = if first.closed != 0 {
            Fate::Failed { fault: "account-closed".to_owned() }
        } else if channel == Channel::Mail && first.email.is_none() {
            Fate::Failed { fault: "no-address".to_owned() }
        } else if self.down.contains(&channel) {
            Fate::Later { fault: "unreachable".to_owned(), after: TimeDelta::zero() }
        } else {
            let outcome = match channel {
                Channel::Mail => post.mail(parcel, now).await,
                Channel::Webhook => post.hook(parcel, now).await,
            };
            if outcome.as_ref().is_none_or(is_down) {
                self.down.push(channel);
            }
            fate_of(outcome)
        };
        match &fate {
            Fate::Sent => self.sent += all.len(),
            Fate::Later { .. } => self.waiting += all.len(),
            Fate::Failed { .. } => self.failed += all.len(),
        }
        settle(db, now, all, &fate).await
    }
}

/// Whether an outcome says that the server takes nothing at present, whatever the message.
fn is_down(outcome: &Outcome) -> bool {
    let Outcome::Temporary(trouble) = outcome else { return false };
    matches!(trouble.reason, Reason::Unreachable | Reason::TimedOut | Reason::Tls | Reason::Authentication | Reason::Protocol)
}

/// What kept a message from going: a word that pages know, and behind a colon what the server or the system said.
fn fault_of(trouble: &Trouble) -> String {
    let word = match &trouble.reason {
        Reason::Unreachable if trouble.words.to_lowercase().contains("refused") => "connection-refused".to_owned(),
        Reason::Unreachable => "unreachable".to_owned(),
        Reason::TimedOut => "timed-out".to_owned(),
        Reason::Tls => "not-trusted".to_owned(),
        Reason::Authentication => "sign-in".to_owned(),
        Reason::Protocol => "protocol".to_owned(),
        Reason::Answer(code) => format!("answer-{code}"),
        Reason::NotSupported => "not-supported".to_owned(),
        Reason::Message(_) => "message".to_owned(),
        Reason::Hook(_) => "address".to_owned(),
    };
    format!("{word}: {}", trouble.words)
}

fn fate_of(outcome: Option<Outcome>) -> Fate {
    match outcome {
        Some(Outcome::Delivered { .. }) => Fate::Sent,
        Some(Outcome::Temporary(trouble)) => {
            let after = trouble.retry_after.and_then(|after| TimeDelta::from_std(after).ok()).unwrap_or_default();
            Fate::Later { fault: fault_of(&trouble), after }
        }
        Some(Outcome::Permanent(trouble)) => Fate::Failed { fault: fault_of(&trouble) },
        // Set up later, it sends what is not too old by then.
        None => Fate::Later { fault: "not-set-up".to_owned(), after: TimeDelta::hours(1) },
    }
}

impl JobKind for Singles {
    fn word(&self) -> &'static str {
        SEND_JOB
    }

    fn run<'a>(&'a self, context: &'a JobContext) -> JobFuture<'a> {
        Box::pin(async move {
            let mut tally = Tally::default();
            // What was settled as waiting is not due again at the same moment, so each round is another one.
            let now = context.world.now();
            loop {
                let mut read = context.db.read().await?;
                let due = singles(read.conn(), now, AT_ONCE).await?;
                drop(read);
                if due.is_empty() {
                    return Ok(Done { result: tally.result(), faults: Vec::new() });
                }
                for waiting in due {
                    context.may_go_on()?;
                    // One at a time: what is not sent because the program stops waits for nobody.
                    let claimed = claim(&context.db, now, vec![waiting]).await?;
                    if let [waiting] = claimed.as_slice() {
                        let parcel = wording::single(waiting, &self.0);
                        tally.send(&self.0, &context.db, now, &claimed, &parcel).await?;
                    }
                    context.progress(i64::try_from(tally.sent + tally.waiting + tally.failed).unwrap_or(i64::MAX), None);
                }
            }
        })
    }
}

impl JobKind for Digests {
    fn word(&self) -> &'static str {
        DIGEST_JOB
    }

    /// Until the next day's digest takes over.
    fn tries(&self) -> i64 {
        24
    }

    fn run<'a>(&'a self, context: &'a JobContext) -> JobFuture<'a> {
        Box::pin(async move {
            let day = context.payload.get("day").and_then(Value::as_str).unwrap_or_default();
            let mut tally = Tally::default();
            let mut read = context.db.read().await?;
            let people = digest_people(read.conn(), context.world.now()).await?;
            drop(read);
            for (place, (account, channel)) in people.iter().enumerate() {
                context.may_go_on()?;
                let now = context.world.now();
                let mut read = context.db.read().await?;
                let all = digest_of(read.conn(), now, account, channel).await?;
                drop(read);
                let all = claim(&context.db, now, all).await?;
                if let Some(parcel) = wording::digest(&all, day, &self.0) {
                    tally.send(&self.0, &context.db, now, &all, &parcel).await?;
                }
                context.progress(i64::try_from(place + 1).unwrap_or(i64::MAX), i64::try_from(people.len()).ok());
            }
            let mut read = context.db.read().await?;
            let left = digests_left(read.conn()).await?;
            drop(read);
            let set_up = self.0.mailer.is_some() || self.0.hook.is_some();
            if left > 0 && set_up {
                let fault = JobFault::said(
                    "digest-waits",
                    format!("{left} thông báo chưa gửi được, sẽ gửi lại."),
                    format!("{left} notices were not sent and are tried again."),
                );
                return Err(JobError::Again { fault, after: Some(TimeDelta::minutes(1)) });
            }
            Ok(Done { result: tally.result(), faults: Vec::new() })
        })
    }
}
