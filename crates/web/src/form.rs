//! Forms that come from our own pages. What a person typed is never lost: a form whose session has ended comes back after sign-in.

use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use hmac::{Hmac, KeyInit as _, Mac as _};
use maud::{Markup, html};
use sha2::Sha256;

use crate::receipt::{self, Receipt};
use crate::signed::{Signed, signed_of};
use crate::too_large::is_too_large;
use crate::traces::Traces;
use crate::{App, Problem};

/// The largest form without files, in bytes. A page with three thousand figures has a tenth of it.
const LARGEST: usize = 2 * 1024 * 1024;

/// How long the body of a form may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Name of the field with the token.
pub(crate) const TOKEN: &str = "phieu";

/// Text as it is stored, whichever way it was typed: line ends are `\n`, letters are composed (NFC), and there is no NUL, which PostgreSQL cannot keep.
#[must_use]
pub fn tidied(text: &str) -> String {
    viet_text::compose(&text.replace("\r\n", "\n").replace('\0', ""))
}

/// The fields of a form, in the order sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a body of the kind that browsers send. Line ends become `\n`, text is composed (NFC).
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), tidied(&value))).collect())
    }

    /// Fields that a page fills in at first.
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// The first value of a field, trimmed; empty when it is absent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value of a field as it came: for passwords.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The first value of a field, if it says anything.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Every value of a field.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Every field whose name begins with something: the rest of the name, and the value.
    pub fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }

    /// A day, written as 31/12/2026 or 2026-12-31.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<chrono::NaiveDate> {
        viet_text::parse_date(self.text(name))
    }

    /// Every field but the token and passwords, as hidden fields of a page.
    #[must_use]
    pub fn kept(&self) -> Markup {
        self.kept_but("")
    }

    /// The same without one more field.
    #[must_use]
    pub fn kept_but(&self, left_out: &str) -> Markup {
        self.kept_where(|name| name != left_out)
    }

    /// The same for some fields only.
    pub fn kept_where(&self, stays: impl Fn(&str) -> bool) -> Markup {
        html! {
            @for (name, value) in &self.0 {
                @if name != TOKEN && !name.starts_with("mat-khau") && stays(name) { input type="hidden" name=(name) value=(value); }
            }
        }
    }
}

impl Signed {
    /// The hidden field that every form of the working area carries: it shows that the form comes from a page of this session,
    /// and names the one sending.
    #[must_use]
    pub fn token(&self, app: &App) -> Markup {
        let Some(secret) = &self.secret else { return html! {} };
        let nonce = platform::hex(&app.world.bytes::<16>());
        html! { input type="hidden" name=(TOKEN) value={ (nonce) "." (seal(secret, &nonce)) }; }
    }

    /// A form that changes something, with its token.
    #[must_use]
    pub fn form(&self, app: &App, path: &str, body: Markup) -> Markup {
        html! {
            form action=(self.visit.lang.href(path)) method="post" novalidate {
                (self.token(app))
                (body)
            }
        }
    }
}

fn mac(secret: &str, nonce: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(b"form ");
    mac.update(nonce.as_bytes());
    Some(mac)
}

fn seal(secret: &str, nonce: &str) -> String {
    mac(secret, nonce).map(|mac| platform::hex(&mac.finalize().into_bytes())).unwrap_or_default()
}

/// The nonce of a token that was made with this secret.
pub(crate) fn opened(secret: &str, token: &str) -> Option<String> {
    let (nonce, sealed) = token.split_once('.')?;
    let bytes: Vec<u8> = (0..sealed.len())
        .step_by(2)
        .map(|at| sealed.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect::<Option<_>>()?;
    mac(secret, nonce)?.verify_slice(&bytes).ok()?;
    Some(nonce.to_owned())
}

/// A form sent by a signed-in person from one of our pages.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Who, from where, when.
    pub signed: Signed,
    /// What was typed.
    pub fields: Fields,
    nonce: String,
}

impl Posted {
    /// Takes a form that makes something new. Sent a second time, it leads to where it led the first time and does nothing.
    ///
    /// # Errors
    /// When the first sending is still at work, or the database does not answer.
    pub async fn once(&self, app: &App) -> Result<Result<Receipt, Response>, Problem> {
        receipt::take(app, &self.nonce, &self.signed.actor.principal.account).await
    }
}

impl FromRequest<App> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Problem::BadForm);
        }
        let length = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<usize>().ok());
        if length.is_some_and(|length| length > LARGEST) {
            return Err(Problem::TooLarge { limit: LARGEST });
        }
        let body: Bytes = match tokio::time::timeout(PATIENCE, to_bytes(body, LARGEST)).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) if is_too_large(&error) => return Err(Problem::TooLarge { limit: LARGEST }),
            Ok(Err(_)) | Err(_) => return Err(Problem::BrokenOff),
        };
        let fields = Fields::read(&body);
        let signed = match signed_of(app, &parts).await {
            Ok(signed) => signed,
            Err(Problem::SignIn { end, had_one }) => return Err(Problem::SignInAndKeep { end, had_one, fields }),
            Err(other) => return Err(other),
        };
        // Forms of pages are for whoever signed in: an access token reads, and writes by the interface for programs alone. Otherwise it would be
        // a session of a year without second factor, which makes people and gives roles.
        let secret = signed.secret.as_ref().ok_or(Problem::Forbidden)?;
        Traces::note_fields(&parts.extensions, &fields);
        let nonce = opened(secret, fields.raw(TOKEN)).ok_or(Problem::StaleForm { fields: fields.clone() })?;
        Ok(Self { signed, fields, nonce })
    }
}

/// The status of a page that shows faults in a form.
pub(crate) const FAULTS: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
