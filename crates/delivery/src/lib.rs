//! Hands one message to a mail server or to a web address, and says what became of it.
//!
//! The crate keeps no queue, no clock and no store: the caller has them, and decides by the [`Outcome`] whether to try again.
//! It knows nothing of the rest of the house.
//!
//! | module | what happens there |
//! |---|---|
//! | `outcome` | what became of an attempt: delivered, try later, or never |
//! | `mail` | a message becomes bytes: names and subjects in any language, nothing that ends a header early |
//! | `mailer` | the bytes go to the mail server, step by step |
//! | `signature` | the signature of a web message (`docs/formats/webhook.md`) |
//! | `webhook` | a JSON body goes to a web address |
//! | `guard` | which addresses may be reached |
//! | `network` | networks, as `10.20.0.0/16` |
//! | `tls` | the authorities that are trusted |

mod guard;
mod mail;
mod mailer;
mod network;
mod outcome;
mod signature;
mod tls;
mod webhook;

pub use mail::{Mail, MessageFault, Party, Unsubscribe};
pub use mailer::{MailSettings, Mailer, Security};
pub use network::{Network, NotANetwork};
pub use outcome::{Outcome, Reason, SettingFault, Trouble};
pub use signature::{HookSecret, SecretFault};
pub use webhook::{Hook, HookFault, HookSettings, Hooks};
