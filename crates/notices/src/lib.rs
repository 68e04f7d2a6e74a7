//! Notices: what a person should know, on their page, by mail and by web message, each once.
//!
//! | module | what happens there |
//! |---|---|
//! | `kind` | kinds of notices, ways to send them, and which way is taken unless a person chooses another |
//! | `store` | a notice is written in the transaction that causes it; pages read and mark them |
//! | `preference` | what each person chose |
//! | `post` | the mail server and the web address of this installation |
//! | `outbox` | what waits to be sent, and what became of it |
//! | `sending` | the job that sends single notices, and the job that sends one digest a day |
//! | `letter` | the job that sends a letter to one person, such as the link for a new password |
//! | `wording` | the text of mails and the body of web messages |

mod kind;
mod letter;
mod outbox;
mod post;
mod preference;
mod sending;
mod store;
mod wording;

pub use kind::{Channel, Kind, Manner};
pub use letter::Letters;
pub use outbox::{FailedDelivery, SendingCounts, failed_deliveries, sending_counts};
pub use post::{HookWay, Post};
pub use preference::{Preference, preferences, set_preferences};
pub use sending::{DIGEST_JOB, DeliverDue, Digests, SEND_JOB, Singles};
pub use store::{NewNotice, Notice, NoticePage, UNREAD, mark_all_read, mark_read, notice, notices, notify, sweep};
