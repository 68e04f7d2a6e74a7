//! A form that makes something new works once, however often it is sent.

use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use platform::{DbError, on};
use sqlx::{query, query_as};

use crate::{App, Problem};

/// How long a form is remembered.
const REMEMBERED: TimeDelta = TimeDelta::days(2);

/// The one sending that counts. Say where it led with [`Receipt::led_to`], or give it back with [`Receipt::give_back`] when nothing was made.
#[derive(Debug)]
#[must_use]
pub struct Receipt {
    nonce: String,
}

pub(crate) async fn take(app: &App, nonce: &str, account: &str) -> Result<Result<Receipt, Response>, Problem> {
    const TAKE: &str =
        "INSERT INTO form_receipt (receipt, account, location, made_at) VALUES ($1, $2, '', $3) ON CONFLICT (receipt) DO NOTHING";
    const LED: &str = "SELECT location FROM form_receipt WHERE receipt = $1";
    const SWEEP: &str = "DELETE FROM form_receipt WHERE made_at < $1";
    let now = app.world.now();
    let mut write = app.db.write().await?;
    let taken =
        on!(write.conn(), c => query(TAKE).bind(nonce).bind(account).bind(now).execute(&mut *c).await.map(|done| done.rows_affected()))
            .map_err(DbError::from)?;
    if taken == 1 {
        on!(write.conn(), c => query(SWEEP).bind(now - REMEMBERED).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
        write.commit().await?;
        return Ok(Ok(Receipt { nonce: nonce.to_owned() }));
    }
    let (location,): (String,) = on!(write.conn(), c => query_as(LED).bind(nonce).fetch_one(&mut *c).await).map_err(DbError::from)?;
    if location.is_empty() { Err(Problem::SentTwice) } else { Ok(Err(Redirect::to(&location).into_response())) }
}

impl Receipt {
    /// What the form asked for is made; from now on it leads there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn led_to(self, app: &App, location: &str) -> Result<Response, Problem> {
        const SQL: &str = "UPDATE form_receipt SET location = $1 WHERE receipt = $2";
        let mut write = app.db.write().await?;
        on!(write.conn(), c => query(SQL).bind(location).bind(&self.nonce).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
        write.commit().await?;
        Ok(Redirect::to(location).into_response())
    }

    /// Nothing was made: the form may be sent again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn give_back(self, app: &App) -> Result<(), Problem> {
        const SQL: &str = "DELETE FROM form_receipt WHERE receipt = $1";
        let mut write = app.db.write().await?;
        on!(write.conn(), c => query(SQL).bind(&self.nonce).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
        Ok(write.commit().await?)
    }
}
