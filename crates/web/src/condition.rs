//! How the parts of an installation are, for those who look after it.

use std::future::Future;
use std::pin::Pin;

use ui::Lang;

use crate::Office;

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wellness {
    /// It does its work.
    Well,
    /// It does its work, and somebody should look at it.
    Watch,
    /// It does not do its work.
    Ill,
}

/// A part of the installation and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Key: a plain word.
    pub key: &'static str,
    /// Which part, in both languages.
    pub part: (&'static str, &'static str),
    /// How it is.
    pub wellness: Wellness,
    /// What was found, in the language that was asked for.
    pub finding: String,
    /// What to do, in the language that was asked for; absent where nothing is to be done.
    pub advice: Option<String>,
}

/// Conditions that come later.
pub type ConditionFuture<'a> = Pin<Box<dyn Future<Output = Vec<Condition>> + Send + 'a>>;

/// Who knows how the parts are. A part that does not answer in time is ill; asking never fails.
pub trait ConditionSource: Send + Sync {
    /// All parts, in the order in which people read them.
    fn conditions<'a>(&'a self, office: &'a Office, lang: Lang) -> ConditionFuture<'a>;
}
