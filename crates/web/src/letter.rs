//! Letters to one person, sent by a job: a mail server that is down delays them and loses none.

use accounts::Account;
use platform::jobs::{NewJob, queue};
use serde_json::json;
use ui::Lang;

use crate::{Office, Problem};

/// Kind of the job that sends a letter.
pub const LETTER_JOB: &str = "letter";

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Name of the person.
    pub name: String,
    /// Mail address.
    pub address: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

impl Letter {
    /// The letter with a link for a new password.
    #[must_use]
    pub fn reset(office: &Office, account: &Account, secret: &str, lang: Lang) -> Self {
        let link = format!("{}{}", office.public_address, lang.href(&format!("/lien-ket/{secret}")));
        let minutes = office.accounts.security.reset_minutes;
        Self {
            name: account.name.clone(),
            address: account.email.clone().unwrap_or_default(),
            subject: lang.pick("Đặt mật khẩu mới", "Set a new password").to_owned(),
            text: lang.pick(
                format!(
                    "Kính gửi {},\n\nCó yêu cầu đặt mật khẩu mới cho tài khoản {}. Mở liên kết sau trong vòng {minutes} phút:\n\n{link}\n\n\
                     Nếu không phải bạn yêu cầu, hãy bỏ qua thư này; mật khẩu hiện tại vẫn giữ nguyên.\n",
                    account.name, account.login
                ),
                format!(
                    "Dear {},\n\nA new password was asked for the account {}. Open this link within {minutes} minutes:\n\n{link}\n\n\
                     If it was not you, ignore this letter; the present password stays.\n",
                    account.name, account.login
                ),
            ),
        }
    }

    /// Queues the letter.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn send(self, office: &Office) -> Result<(), Problem> {
        let mut write = office.db.write().await?;
        let job = NewJob {
            kind: LETTER_JOB,
            title: self.subject.clone(),
            payload: json!({ "name": self.name, "address": self.address, "subject": self.subject, "text": self.text }),
            only_once: None,
            run_at: office.world.now(),
            asked_by: None,
            unit: None,
        };
        queue(write.conn(), &office.world, &job).await?;
        Ok(write.commit().await?)
    }
}
