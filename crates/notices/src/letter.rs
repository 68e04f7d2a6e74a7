//! The job that sends a letter to one person. Its payload may hold a secret link, so it goes when the job has ended.

use std::sync::Arc;

use chrono::TimeDelta;
use delivery::{Outcome, Reason, Trouble};
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
            Err(JobError::Again { fault: mail_fault(&trouble), after })
        }
        Some(Outcome::Permanent(trouble)) => Err(JobError::Failed(vec![mail_fault(&trouble)])),
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

/// What kept a letter from going: in words of both languages, with the server's own words behind them for the administrator.
fn mail_fault(trouble: &Trouble) -> JobFault {
    let (vi, en) = match &trouble.reason {
        Reason::Unreachable => ("Không kết nối được tới máy chủ thư".to_owned(), "The mail server cannot be reached".to_owned()),
        Reason::TimedOut => ("Máy chủ thư trả lời quá chậm".to_owned(), "The mail server took too long".to_owned()),
        Reason::Tls => ("Không lập được kết nối an toàn (TLS) tới máy chủ thư".to_owned(), "No TLS with the mail server".to_owned()),
        Reason::Authentication => (
            "Máy chủ thư không nhận tên và mật khẩu đã cấu hình".to_owned(),
            "The mail server does not accept user and password".to_owned(),
        ),
        Reason::Protocol => {
            ("Máy chủ thư trả lời không đúng giao thức".to_owned(), "The mail server does not speak the protocol".to_owned())
        }
        Reason::Answer(code) => (format!("Máy chủ thư từ chối (mã {code})"), format!("The mail server refused (code {code})")),
        Reason::NotSupported => {
            ("Máy chủ thư không hỗ trợ địa chỉ hoặc nội dung này".to_owned(), "The mail server lacks what this letter needs".to_owned())
        }
        Reason::Message(_) | Reason::Hook(_) => ("Thư này không gửi được".to_owned(), "This letter cannot be sent".to_owned()),
    };
    let words = &trouble.words;
    JobFault::said("mail", format!("{vi}. Lời của máy chủ: {words}"), format!("{en}. In its words: {words}"))
}
