//! Figures that a unit reported become observations.

use platform::{Conn, DbError, on};
use sqlx::query;

use crate::model::Observation;

/// Puts reported figures, or the reasons why they are missing, in the place of whatever the same dataset reported before, and lets the
/// revision of the registry grow, so that every process computes anew.
///
/// # Errors
/// When the database does not answer.
pub async fn put_reported(mut conn: Conn<'_>, dataset: &str, origin: &str, figures: &[Observation]) -> Result<(), DbError> {
    const TAKE: &str =
        "DELETE FROM observation WHERE indicator = $1 AND unit = $2 AND period = $3 AND dataset = $4 AND status IN ('reported', 'missing')";
    const PUT: &str = "INSERT INTO observation (indicator, unit, period, status, value, missing_reason, dataset, source, note, origin) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    const GROW: &str = "UPDATE revision SET value = value + 1";
    for figure in figures {
        let period = figure.period.to_string();
        on!(conn.reborrow(), c => query(TAKE)
            .bind(&figure.indicator)
            .bind(&figure.unit)
            .bind(&period)
            .bind(dataset)
            .execute(&mut *c)
            .await
            .map(drop))?;
        let (value, reason) = match &figure.value {
            Ok(value) => (Some(value.to_string()), None),
            Err(reason) => (None, Some(reason.as_str())),
        };
        on!(conn.reborrow(), c => query(PUT)
            .bind(&figure.indicator)
            .bind(&figure.unit)
            .bind(&period)
            .bind(figure.status.word())
            .bind(&value)
            .bind(reason)
            .bind(dataset)
            .bind(&figure.source)
            .bind(&figure.note)
            .bind(origin)
            .execute(&mut *c)
            .await
            .map(drop))?;
    }
    on!(conn, c => query(GROW).execute(&mut *c).await.map(drop))?;
    Ok(())
}
