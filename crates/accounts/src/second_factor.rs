//! The second factor: six digits of an authenticator program (RFC 6238), and recovery codes for the day the telephone is gone.

use chrono::{DateTime, Utc};
use platform::history::{Change, record};
use platform::{DbError, on};
use serde_json::json;
use sqlx::{query, query_as};
use totp_rs::{Builder, Secret, Totp};

use crate::error::AccountError;
use crate::principal::Actor;
use crate::{Accounts, Denied, digest_of};

/// How many recovery codes a person gets.
const CODES: usize = 10;

/// What an authenticator program needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The secret, in base 32, to be typed by hand.
    pub secret: String,
    /// The same as an address, to be shown as a QR code.
    pub address: String,
}

fn totp(secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new().with_secret(secret).build().ok()
}

fn step(totp: &Totp, code: &str, now: DateTime<Utc>) -> Option<i64> {
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    if code.len() != 6 {
        return None;
    }
    let seconds = u64::try_from(now.timestamp()).ok()?;
    totp.check(&code, seconds).and_then(|step| i64::try_from(step).ok())
}

/// A new secret. It counts only after [`finish_enrolment`] has seen a code made from it.
#[must_use]
pub fn begin_enrolment(accounts: &Accounts, login: &str) -> Enrolment {
    let secret = Secret::new_stack(accounts.world.bytes::<20>()).to_base32();
    Enrolment { address: address(&accounts.issuer, login, &secret), secret }
}

/// The address that authenticator programs read from a QR code.
fn address(issuer: &str, login: &str, secret: &str) -> String {
    let encode = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
            out
        })
    };
    format!("otpauth://totp/{0}:{1}?secret={secret}&issuer={0}&algorithm=SHA1&digits=6&period=30", encode(issuer), encode(login))
}

/// The same secret again, for showing the page anew after a wrong code.
impl Enrolment {
    /// From a secret that was shown before.
    #[must_use]
    pub fn again(accounts: &Accounts, login: &str, secret: &str) -> Option<Self> {
        totp(secret)?;
        Some(Self { secret: secret.to_owned(), address: address(&accounts.issuer, login, secret) })
    }
}

/// Takes a secret into use after a code made from it, and answers the recovery codes. They are shown once.
///
/// Every other session ends: some may have been opened without it. A second factor that is there already is replaced only in a session that
/// has shown it, or whoever knows the password alone could put their own in its place; and only with `present`, the password or a code of what is
/// replaced, or whoever finds a browser open could.
///
/// # Errors
/// When the code or what is present is wrong, or the person did not sign in with the second factor that they have.
pub async fn finish_enrolment(
    accounts: &Accounts,
    actor: &Actor,
    present: &str,
    secret: &str,
    code: &str,
) -> Result<Vec<String>, AccountError> {
    const SET: &str = "UPDATE account SET totp_secret = $1, totp_since = $2, totp_last_step = $3, version = version + 1 \
        WHERE account = $4 AND (totp_since IS NULL OR $5 = 1) RETURNING unit";
    const FORGET: &str = "DELETE FROM recovery_code WHERE account = $1";
    const INSERT: &str = "INSERT INTO recovery_code (account, digest, made_at) VALUES ($1, $2, $3)";
    const FULL: &str = "UPDATE session SET second_factor = 1 WHERE session = $1";
    let session = actor.principal.must_be_present()?;
    let account = &actor.principal.account;
    let step = totp(secret).and_then(|totp| step(&totp, code, actor.now)).ok_or(AccountError::WrongCode)?;
    if actor.principal.second_factor {
        let digits = !present.is_empty() && present.chars().all(|sign| sign.is_ascii_digit() || sign == ' ');
        // A wrong code counts as a wrong password does.
        if !(digits && spend(accounts, account, present).await?) {
            crate::sign_in::confirm_password(accounts, actor, present).await?;
        }
    }
    let codes: Vec<String> = (0..CODES).map(|_| recovery_code(accounts.world.bytes())).collect();
    let mut write = accounts.db.write().await?;
    let shown = i64::from(actor.principal.second_factor);
    let unit: Option<(String,)> =
        on!(write.conn(), c => query_as(SET).bind(secret).bind(actor.now).bind(step).bind(account).bind(shown).fetch_optional(&mut *c).await)
            .map_err(DbError::from)?;
    let (unit,) = unit.ok_or(Denied::Forbidden)?;
    on!(write.conn(), c => query(FORGET).bind(account).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    for code in &codes {
        let digest = digest_of(&plain(code));
        on!(write.conn(), c => query(INSERT).bind(account).bind(&digest).bind(actor.now).execute(&mut *c).await.map(drop))
            .map_err(DbError::from)?;
    }
    on!(write.conn(), c => query(FULL).bind(session).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    crate::session::end_all_in(&mut write, account, Some(session)).await?;
    let change = Change::new("account", account, "second-factor-set")
        .of_unit(unit)
        .before(json!({ "second_factor": actor.principal.second_factor }))
        .after(json!({ "second_factor": true }));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    Ok(codes)
}

/// Takes the second factor away: by another administrator, after a telephone was lost and the codes too. Every session of the account ends.
/// The password may have been chosen short, because there was a second factor, so a new one must be chosen.
///
/// # Errors
/// When the actor may not change the account, it is their own, or it has no second factor.
pub async fn remove_second_factor(accounts: &Accounts, actor: &Actor, account: &str, reason: &str) -> Result<(), AccountError> {
    const SET: &str = "UPDATE account SET totp_secret = NULL, totp_since = NULL, totp_last_step = NULL, must_change = 1, version = version + 1 \
         WHERE account = $1 AND totp_since IS NOT NULL";
    const FORGET: &str = "DELETE FROM recovery_code WHERE account = $1";
    let found = crate::people::must_change(accounts, actor, account).await?;
    if actor.principal.account == account {
        return Err(AccountError::Oneself);
    }
    let mut write = accounts.db.write().await?;
    let done =
        on!(write.conn(), c => query(SET).bind(account).execute(&mut *c).await.map(|done| done.rows_affected())).map_err(DbError::from)?;
    if done != 1 {
        return Err(AccountError::Unknown);
    }
    on!(write.conn(), c => query(FORGET).bind(account).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    crate::session::end_all_in(&mut write, account, None).await?;
    let change = Change::new("account", account, "second-factor-removed")
        .of_unit(found.unit)
        .before(json!({ "second_factor": true }))
        .after(json!({ "second_factor": false, "must_change": true }))
        .reason(Some(reason.to_owned()));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// A spent step further ahead than this was noted while the clock ran ahead; it does not shut out the codes of the true time.
const AHEAD: i64 = 4;

/// Spends a code of the authenticator program, or a recovery code. Each works once.
pub(crate) async fn spend(accounts: &Accounts, account: &str, code: &str) -> Result<bool, DbError> {
    const READ: &str = "SELECT totp_secret FROM account WHERE account = $1";
    // The condition makes two requests with the same code take turns: the second finds the step spent.
    const SPEND: &str = "UPDATE account SET totp_last_step = $1 WHERE account = $2 AND (totp_last_step IS NULL OR totp_last_step < $1 \
        OR totp_last_step > $3)";
    const RECOVER: &str = "UPDATE recovery_code SET used_at = $1 WHERE account = $2 AND digest = $3 AND used_at IS NULL";
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    let (secret,): (Option<String>,) = on!(write.conn(), c => query_as(READ).bind(account).fetch_one(&mut *c).await)?;
    let by_program = secret.as_deref().and_then(totp).and_then(|totp| step(&totp, code, now));
    let spent = match by_program {
        Some(step) => {
            on!(write.conn(), c => query(SPEND).bind(step).bind(account).bind(step + AHEAD).execute(&mut *c).await.map(|done| done.rows_affected()))?
        }
        None => {
            let digest = digest_of(&plain(code));
            on!(write.conn(), c => query(RECOVER).bind(now).bind(account).bind(&digest).execute(&mut *c).await.map(|done| done.rows_affected()))?
        }
    };
    write.commit().await?;
    Ok(spent == 1)
}

/// A recovery code as it is shown: ten letters and digits that are not easily mistaken, in two groups (50 bits).
fn recovery_code(bytes: [u8; 10]) -> String {
    const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789z";
    let mut code = String::with_capacity(11);
    for (index, byte) in bytes.iter().enumerate() {
        if index == 5 {
            code.push('-');
        }
        code.push(char::from(SIGNS[usize::from(byte % 31)]));
    }
    code
}

/// A recovery code without hyphens, spaces and capitals.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_lowercase()).collect()
}
