//! A borrowed connection of either kind, and what is known of it after a question.

use sqlx::{PgConnection, SqliteConnection};

/// A borrowed connection of either kind; store functions take this and so work inside and outside of transactions.
#[derive(Debug)]
pub enum Conn<'a> {
    /// SQLite.
    Lite(Lent<'a, SqliteConnection>),
    /// PostgreSQL.
    Pg(Lent<'a, PgConnection>),
}

impl Conn<'_> {
    /// Lends the connection on for one call.
    pub fn reborrow(&mut self) -> Conn<'_> {
        match self {
            Self::Lite(lent) => Conn::Lite(lent.reborrow()),
            Self::Pg(lent) => Conn::Pg(lent.reborrow()),
        }
    }
}

/// A connection on loan. [`on!`](crate::on) asks with it, and notes how that ended.
#[derive(Debug)]
pub struct Lent<'a, C> {
    pub(super) connection: &'a mut C,
    /// Where it is noted whether the last question was answered.
    pub(super) quiet: &'a mut bool,
}

impl<C> Lent<'_, C> {
    fn reborrow(&mut self) -> Lent<'_, C> {
        Lent { connection: self.connection, quiet: self.quiet }
    }

    /// The connection, for one question. Until [`Lent::answered`] it counts as one that still waits for an answer.
    pub fn ask(&mut self) -> &mut C {
        *self.quiet = false;
        self.connection
    }

    /// The question was answered.
    pub fn answered(&mut self, answer: &impl Answer) {
        *self.quiet = !answer.is_fault();
    }
}

/// What a question to a database ends with.
pub trait Answer {
    /// Whether the connection may be broken.
    fn is_fault(&self) -> bool;
}

impl<T, E> Answer for Result<T, E> {
    fn is_fault(&self) -> bool {
        self.is_err()
    }
}

impl Answer for () {
    fn is_fault(&self) -> bool {
        false
    }
}

impl<T> Answer for Vec<T> {
    fn is_fault(&self) -> bool {
        false
    }
}
