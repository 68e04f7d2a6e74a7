//! Who holds a role on a unit, asked from the unit: for those who are to be told something.

use chrono::NaiveDate;
use platform::{Conn, DbError, on};
use sqlx::query_scalar;

use crate::policy::Role;
use crate::principal::Lineage;

macro_rules! holders {
    ($roles:literal, $above:literal) => {
        concat!(
            "SELECT DISTINCT a.account FROM role_grant g JOIN account o ON o.account = g.account JOIN account a ON a.account = o.account \
             OR o.state <> 'disabled' AND (o.valid_to IS NULL OR o.valid_to >= $1) AND g.role <> 'administrator' AND a.account IN \
             (SELECT d.stands_in FROM deputy d WHERE d.absent = o.account AND d.revoked_at IS NULL AND d.valid_from <= $1 AND d.valid_to >= $1) \
             WHERE g.revoked_at IS NULL AND g.valid_from <= $1 AND (g.valid_to IS NULL OR g.valid_to >= $1) AND g.role IN (SELECT ",
            $roles,
            ") AND (g.unit = $3 OR g.reach = 'subtree' AND g.unit IN (SELECT ",
            $above,
            ")) AND a.state <> 'disabled' AND (a.valid_to IS NULL OR a.valid_to >= $1) ORDER BY a.account"
        )
    };
}

/// The accounts that hold one of some roles on a unit on a day, by a role that reaches it from any unit of the lineage; and who stands in for them.
/// A lineage of the unit alone asks for those who hold the role on the unit itself.
///
/// # Errors
/// When the database does not answer.
pub async fn holders(conn: Conn<'_>, roles: &[Role], unit: &Lineage, day: NaiveDate) -> Result<Vec<String>, DbError> {
    const LITE: &str = holders!("value FROM json_each($2)", "value FROM json_each($4)");
    const PG: &str = holders!("json_array_elements_text($2::json)", "json_array_elements_text($4::json)");
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let roles: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    let roles = serde_json::Value::from(roles).to_string();
    let above = serde_json::Value::from(unit.units().to_vec()).to_string();
    Ok(on!(conn, c => query_scalar(sql).bind(day).bind(&roles).bind(unit.unit()).bind(&above).fetch_all(&mut *c).await)?)
}
