//! A form with one file that is read whole: a sheet that somebody filled in.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};

use crate::form::{Fields, TOKEN, opened};
use crate::signed::{Signed, signed_of};
use crate::{App, Problem};

/// The largest sheet that is taken, in bytes; what is in it is bounded again where it is read.
pub const LARGEST_SHEET: usize = 20_000_000;

/// What is allowed around the file: the fields of the form and the lines between the parts.
pub const AROUND: usize = 64 * 1024;

/// A form with a file, sent by a signed-in person from one of our pages.
#[derive(Debug, Clone)]
pub struct PostedFile {
    /// Who, from where, when.
    pub signed: Signed,
    /// What was typed.
    pub fields: Fields,
    /// Name of the file as the browser gives it; empty when none was chosen.
    pub name: String,
    /// The file.
    pub bytes: Bytes,
}

impl FromRequest<App> for PostedFile {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        // Before the body: nobody fills our memory without having signed in.
        let signed = signed_of(app, &head).await?;
        let mut parts = Multipart::from_request(Request::from_parts(head, body), app).await.map_err(|_| Problem::BadForm)?;
        let (mut pairs, mut name, mut bytes) = (Vec::new(), String::new(), Bytes::new());
        while let Some(part) = parts.next_field().await.map_err(refused)? {
            let field = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file) => {
                    bytes = part.bytes().await.map_err(refused)?;
                    name = file;
                }
                None => pairs.push((field, part.text().await.map_err(refused)?)),
            }
        }
        if bytes.len() > LARGEST_SHEET {
            return Err(Problem::TooLarge { limit: LARGEST_SHEET });
        }
        let borrowed: Vec<(&str, &str)> = pairs.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
        let fields = Fields::of(&borrowed);
        let secret = signed.secret.as_deref().ok_or(Problem::BadForm)?;
        opened(secret, fields.raw(TOKEN)).ok_or(Problem::StaleForm { fields: Fields::default() })?;
        Ok(Self { signed, fields, name, bytes })
    }
}

fn refused(error: axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::TooLarge { limit: LARGEST_SHEET }
    } else {
        Problem::BrokenOff
    }
}
