//! The job that sends a letter to one person. Its payload may hold a secret link, so it goes when the job has ended.

use std::sync::Arc;

use chrono::TimeDelta;
use delivery::Outcome;
use platform::jobs::{Done, JobContext, JobError, JobFault, JobFuture, JobKind};
use serde_json::{Value, json};

use crate::post::{Parcel, Post};

/// Sends letters: payload `{"name", "address", "subject", "text"}`.
#[derive(Debug)]
pub struct Letters {
    word: &'static str,
    post: Arc<Post>,
}

impl Letters {
    /// The job of a word, by the mail server of this installation.
    #[must_use]
    pub const fn new(word: &'static str, post: Arc<Post>) -> Self {
        Self { word, post }
    }
}

impl JobKind for Letters {
    fn word(&self) -> &'static str {
        self.word
    }

    fn run<'a>(&'a self, context: &'a JobContext) -> JobFuture<'a> {
        Box::pin(send(&self.post, context))
    }

    /// Over about half a day: the links in letters end within days.
    fn tries(&self) -> i64 {
        20
    }

    fn wipes_payload(&self) -> bool {
        true
    }
}

async fn send(post: &Post, context: &JobContext) -> Result<Done, JobError> {
    let text = |name: &str| context.payload.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let parcel = Parcel {
        key: format!("letter-{}", context.job),
        name: text("name"),
        email: Some(text("address")),
        subject: text("subject"),
        text: text("text"),
        body: Value::Null,
    };
    match post.mail(&parcel, context.world.now()).await {
        Some(Outcome::Delivered { .. }) => Ok(Done { result: json!({ "sent": 1 }), faults: Vec::new() }),
        Some(Outcome::Temporary(trouble)) => {
            let after = trouble.retry_after.and_then(|after| TimeDelta::from_std(after).ok());
            Err(JobError::Again { fault: mail_fault(&trouble.words), after })
        }
        Some(Outcome::Permanent(trouble)) => Err(JobError::Failed(vec![mail_fault(&trouble.words)])),
        None => {
            let fault = JobFault::said(
                "no-mail-server",
                "Chưa cấu hình máy chủ thư điện tử, nên thư không được gửi.",
                "No mail server is set up, so the letter was not sent.",
            );
            Err(JobError::Failed(vec![fault]))
        }
    }
}

/// What kept a letter from going, with the words of the server.
fn mail_fault(words: &str) -> JobFault {
    JobFault::said("mail", format!("Máy chủ thư không nhận thư: {words}"), format!("The mail server did not take the letter: {words}"))
}
