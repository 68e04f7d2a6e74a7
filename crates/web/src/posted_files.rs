//! A form with files of any size that are taken one after the other into temporary files: nothing is held in memory.

use std::fs::File;
use std::time::Duration;

use accounts::SessionEnd;
use axum::body::to_bytes;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use tokio::io::AsyncWriteExt as _;

use crate::form::{Fields, TOKEN, opened};
use crate::receipt::{self, Receipt};
use crate::signed::{Signed, signed_of};
use crate::too_large::is_too_large;
use crate::{App, Problem};

/// The most bytes of a form with files, all files together. The guard of the server has the same limit.
pub const LARGEST_WITH_FILES: usize = 64 << 20;

/// Parts of a form that are read.
const MOST_PARTS: usize = 200;
/// Files of a form that are kept.
const MOST_FILES: usize = 20;
/// Bytes of all text fields together.
const MOST_TEXT: usize = 256 * 1024;
/// How long a form without files may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A file of a form.
#[derive(Debug)]
pub struct ReceivedFile {
    /// Name of the field.
    pub field: String,
    /// Name as the browser gives it; nothing in it is believed.
    pub name: String,
    /// Number of bytes, also of a file that is too large.
    pub size: u64,
    /// The bytes, in a file that goes with this value; nothing when there are more than evidence may have.
    pub file: Option<File>,
}

/// A form with files, sent by a signed-in person from one of our pages.
#[derive(Debug)]
pub struct PostedFiles {
    /// Who, from where, when.
    pub signed: Signed,
    /// What was typed.
    pub fields: Fields,
    /// The files that were chosen.
    pub files: Vec<ReceivedFile>,
    nonce: String,
}

impl PostedFiles {
    /// Takes a form that makes something new, as [`crate::Posted::once`] does.
    ///
    /// # Errors
    /// When the first sending is still at work, or the database does not answer.
    pub async fn once(&self, app: &App) -> Result<Result<Receipt, Response>, Problem> {
        receipt::take(app, &self.nonce, &self.signed.actor.principal.account).await
    }

    /// The files of a field, taken out.
    pub fn take(&mut self, field: &str) -> Vec<ReceivedFile> {
        let (taken, left) = std::mem::take(&mut self.files).into_iter().partition(|file| file.field == field);
        self.files = left;
        taken
    }
}

/// What was read so far.
#[derive(Default)]
struct Parts {
    pairs: Vec<(String, String)>,
    text: usize,
    files: Vec<ReceivedFile>,
}

impl FromRequest<App> for PostedFiles {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        // Before the body: nobody fills our disk without having signed in.
        let signed = signed_of(app, &head).await;
        let request = Request::from_parts(head, body);
        let signed = match signed {
            Err(Problem::SignIn { end, had_one }) => return Err(typed_without_session(request, app, end, had_one).await),
            other => other?,
        };
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // What was typed comes without files after a session has ended: the page asks for the files again.
        let (fields, files) = if kind.starts_with("application/x-www-form-urlencoded") {
            let body = tokio::time::timeout(PATIENCE, to_bytes(request.into_body(), MOST_TEXT)).await;
            (Fields::read(&body.map_err(|_| Problem::BrokenOff)?.map_err(|_| Problem::BrokenOff)?), Vec::new())
        } else {
            let parts = Multipart::from_request(request, app).await.map_err(|_| Problem::BadForm)?;
            let parts = read(parts, app, signed.secret.as_deref()).await?;
            let borrowed: Vec<(&str, &str)> = parts.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            (Fields::of(&borrowed), parts.files)
        };
        let nonce = match &signed.secret {
            Some(secret) => opened(secret, fields.raw(TOKEN)).ok_or_else(|| Problem::StaleForm { fields: fields.clone() })?,
            None => platform::hex(&app.world.bytes::<16>()),
        };
        Ok(Self { signed, fields, files, nonce })
    }
}

/// The session has ended while somebody was typing: what they typed waits for them, and the files are to be chosen again.
async fn typed_without_session(request: Request, app: &App, end: SessionEnd, had_one: bool) -> Problem {
    let Ok(parts) = Multipart::from_request(request, app).await else { return Problem::SignIn { end, had_one } };
    // No form of nobody has a token, so no file is kept.
    match read(parts, app, Some("")).await {
        Ok(parts) => {
            let pairs: Vec<(&str, &str)> = parts.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            Problem::SignInAndKeep { end, had_one, fields: Fields::of(&pairs) }
        }
        Err(problem) => problem,
    }
}

async fn read(mut multipart: Multipart, app: &App, secret: Option<&str>) -> Result<Parts, Problem> {
    let limit = app.evidence.policy.largest();
    let mut parts = Parts::default();
    let mut count = 0;
    while let Some(part) = multipart.next_field().await.map_err(|error| refused(&error))? {
        count += 1;
        if count > MOST_PARTS {
            return Err(Problem::BadForm);
        }
        let field = part.name().unwrap_or_default().to_owned();
        let Some(name) = part.file_name().map(str::to_owned) else {
            text(&mut parts, field, part).await?;
            continue;
        };
        // Our forms have the token first. A form without it is read to its end, so that its answer arrives, and nothing of it is kept.
        let token = parts.pairs.iter().find(|(name, _)| name == TOKEN).map_or("", |(_, value)| value.as_str());
        let keep = secret.is_none_or(|secret| opened(secret, token).is_some()) && parts.files.len() < MOST_FILES;
        let (size, file) = spool(part, if keep { limit } else { 0 }).await?;
        // A field in which no file was chosen.
        if !name.is_empty() || size > 0 {
            parts.files.push(ReceivedFile { field, name, size, file });
        }
    }
    Ok(parts)
}

async fn text(parts: &mut Parts, name: String, mut part: Field<'_>) -> Result<(), Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|error| refused(&error))? {
        parts.text += chunk.len();
        if parts.text > MOST_TEXT {
            return Err(Problem::TooLarge { limit: MOST_TEXT });
        }
        bytes.extend_from_slice(&chunk);
    }
    let text = String::from_utf8(bytes).map_err(|_| Problem::BadForm)?;
    parts.pairs.push((name, viet_text::compose(&text.replace("\r\n", "\n").replace('\0', ""))));
    Ok(())
}

/// Takes a file in; with more bytes than `limit` it is counted to its end and not kept.
async fn spool(mut part: Field<'_>, limit: u64) -> Result<(u64, Option<File>), Problem> {
    let mut file = Some(tokio::fs::File::from_std(tempfile::tempfile().map_err(|error| disk(&error))?));
    let mut size = 0;
    while let Some(chunk) = part.chunk().await.map_err(|error| refused(&error))? {
        size += chunk.len() as u64;
        if size > limit {
            file = None;
        }
        if let Some(open) = &mut file {
            open.write_all(&chunk).await.map_err(|error| disk(&error))?;
        }
    }
    let Some(mut file) = file else { return Ok((size, None)) };
    file.flush().await.map_err(|error| disk(&error))?;
    Ok((size, Some(file.into_std().await)))
}

fn disk(error: &std::io::Error) -> Problem {
    tracing::error!(error = %error, "the temporary folder cannot take an upload");
    Problem::Files
}

fn refused(error: &MultipartError) -> Problem {
    let too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE || is_too_large(error);
    if too_large { Problem::TooLarge { limit: LARGEST_WITH_FILES } } else { Problem::BrokenOff }
}
