//! The signed-in person of a request.

use std::future::ready;
use std::pin::Pin;

use accounts::{Actor, FoundSession, Principal, Proof, SessionEnd, look_up_session, principal_of_token};
use axum::extract::{FromRequestParts, OptionalFromRequestParts, OriginalUri};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use ui::Lang;

use crate::traces::Traces;
use crate::{App, Caller, Office, Problem, Visit};

/// Name of the cookie that holds the secret of a session; over HTTPS with the prefix that binds it to the host.
pub const SESSION_COOKIE: &str = "cchc_phien";

/// Pages that a person may open whose password or second factor is to be set first.
const ALWAYS_OPEN: [&str; 3] = ["/lam-viec/tai-khoan/mat-khau", "/lam-viec/tai-khoan/hai-lop", "/dang-xuat"];

/// Name of the cookie that binds a trip to another sign-in system to the browser that began it.
pub const TRIP_COOKIE: &str = "cchc_mot_lan";

fn name_on(office: &Office, name: &str) -> String {
    if office.secure { format!("__Host-{name}") } else { name.to_owned() }
}

fn header(office: &Office, name: &str, value: &str, more: &str) -> String {
    let secure = if office.secure { "; Secure" } else { "" };
    format!("{}={value}; Path=/{more}; HttpOnly; SameSite=Lax{secure}", name_on(office, name))
}

/// Name of the session cookie on this site.
#[must_use]
pub fn cookie_name(office: &Office) -> String {
    name_on(office, SESSION_COOKIE)
}

/// The header that sets the session cookie, or takes it away.
#[must_use]
pub fn cookie_header(office: &Office, secret: Option<&str>) -> String {
    header(office, SESSION_COOKIE, secret.unwrap_or_default(), if secret.is_some() { "" } else { "; Max-Age=0" })
}

/// The header that sets the cookie of a trip for a quarter of an hour, or takes it away.
#[must_use]
pub fn trip_header(office: &Office, state: Option<&str>) -> String {
    header(office, TRIP_COOKIE, state.unwrap_or_default(), if state.is_some() { "; Max-Age=900" } else { "; Max-Age=0" })
}

/// What a cookie of this site holds: 64 signs, or it is none of ours.
#[must_use]
pub fn cookie_of(office: &Office, headers: &HeaderMap, name: &str) -> Option<String> {
    let name = name_on(office, name);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .filter(|secret| secret.len() == 64)
}

/// The secret in the session cookie of a request.
#[must_use]
pub fn session_secret(office: &Office, headers: &HeaderMap) -> Option<String> {
    cookie_of(office, headers, SESSION_COOKIE)
}

/// A signed-in person, the request's place and language.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who acts, from where, when.
    pub actor: Actor,
    /// The request.
    pub visit: Visit,
    /// Secret of the session; absent for a token. Tokens of forms are made with it.
    pub(crate) secret: Option<String>,
    /// How many notices the person has not read; none for a token.
    pub(crate) unread: i64,
}

impl Signed {
    /// Language of the page.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.visit.lang
    }

    /// How many notices the person has not read.
    #[must_use]
    pub fn unread(&self) -> i64 {
        self.unread
    }

    /// Who is signed in.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.actor.principal
    }
}

/// The signed-in person of a request: as the door of the route found them, or by session or token.
///
/// In a box, as [`platform::Pending`] is: every route awaits it.
pub(crate) fn signed_of<'a>(app: &'a App, parts: &'a Parts) -> Pin<Box<dyn Future<Output = Result<Signed, Problem>> + Send + 'a>> {
    if let Some(signed) = parts.extensions.get::<Signed>() {
        return Box::pin(ready(Ok(signed.clone())));
    }
    // Below `/en` the router takes the prefix away; the original address still has it.
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    let caller = parts.extensions.get::<Caller>().cloned().unwrap_or_default();
    Box::pin(async move {
        let signed = signed(app, uri, &parts.headers, caller).await?;
        Traces::note_signed(&parts.extensions, &signed);
        Ok(signed)
    })
}

/// The key and value by which a page that looks again by itself says so in its address: such a request does not keep the session alive.
pub const BY_ITSELF: (&str, &str) = ("tu-dong", "tiep");

/// Looks for a session or a token in the headers of a request.
async fn signed(app: &App, uri: &Uri, headers: &HeaderMap, caller: Caller) -> Result<Signed, Problem> {
    let visit = Visit::of(uri, headers);
    app.units.refresh(&app.db, app.world.now()).await?;
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let mut unread = 0;
    let (principal, secret) = if let Some(token) = bearer {
        let found = principal_of_token(&app.accounts, token.trim()).await?;
        (found.ok_or(Problem::BadToken)?, None)
    } else {
        let secret = session_secret(app, headers).ok_or(Problem::SignIn { end: SessionEnd::Unknown, had_one: false })?;
        let found = look_up_session(&app.accounts, &secret, notices::UNREAD).await?;
        let FoundSession { principal, seen, beside } = found.map_err(|end| Problem::SignIn { end, had_one: true })?;
        unread = beside;
        // A page that looks again by itself is no sign of a person.
        if let Some(seen) = seen.filter(|_| visit.value(BY_ITSELF.0).as_deref() != Some(BY_ITSELF.1)) {
            seen.note(&app.accounts).await?;
        }
        (principal, Some(secret))
    };
    if !ALWAYS_OPEN.contains(&visit.path.as_str()) {
        if principal.must_change_password {
            return Err(Problem::SetFirst { path: "/lam-viec/tai-khoan/mat-khau" });
        }
        if principal.must_set_second_factor {
            return Err(Problem::SetFirst { path: "/lam-viec/tai-khoan/hai-lop" });
        }
    }
    if principal.acting_unit.is_none() && matches!(principal.proof, Proof::ReadToken(_) | Proof::WriteToken(_)) {
        return Err(Problem::BadToken);
    }
    // The history says that a program acted, and with which token.
    let by_token = match &principal.proof {
        Proof::ReadToken(key) | Proof::WriteToken(key) => Some(format!(" token {key}")),
        Proof::Session(_) | Proof::Program => None,
    };
    let request = caller.request.map(|request| request + by_token.as_deref().unwrap_or_default());
    let actor = Actor::person(principal, app.world.now(), caller.address, request);
    Ok(Signed { actor, visit, secret, unread })
}

impl FromRequestParts<App> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        signed_of(app, parts).await
    }
}

impl OptionalFromRequestParts<App> for Signed {
    type Rejection = Problem;

    /// Nobody is no fault here: a page that looks different for whoever is signed in.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        match <Self as FromRequestParts<App>>::from_request_parts(parts, app).await {
            Ok(signed) => Ok(Some(signed)),
            Err(Problem::SignIn { .. } | Problem::BadToken) => Ok(None),
            Err(other) => Err(other),
        }
    }
}
