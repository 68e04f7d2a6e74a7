//! A form with one file that is read whole: a sheet that somebody filled in.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use maud::{Markup, html};

use crate::form::{Fields, TOKEN, opened};
use crate::signed::{Signed, signed_of};
use crate::too_large::is_too_large;
use crate::{App, Problem};

/// The largest sheet that is taken, in bytes; what is in it is bounded again where it is read.
pub const LARGEST_SHEET: usize = 20_000_000;

/// The largest file that a page carries along to its next form, so that nobody has to choose it again.
const CARRIED: usize = 256 * 1024;
const CARRIED_NAME: &str = "tep-ten";
const CARRIED_BYTES: &str = "tep-noi-dung";

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
        if bytes.is_empty()
            && let Some(carried) = from_hex(fields.raw(CARRIED_BYTES))
        {
            fields.raw(CARRIED_NAME).clone_into(&mut name);
            bytes = carried.into();
        }
        let secret = signed.secret.as_deref().ok_or(Problem::BadForm)?;
        opened(secret, fields.raw(TOKEN)).ok_or(Problem::StaleForm { fields: Fields::default() })?;
        Ok(Self { signed, fields, name, bytes })
    }
}

impl PostedFile {
    /// Fields that carry the file along to the next form of the page; nothing for a file that is too large for that.
    #[must_use]
    pub fn carried(&self) -> Option<Markup> {
        (self.bytes.len() <= CARRIED).then(|| {
            html! {
                input type="hidden" name=(CARRIED_NAME) value=(self.name);
                input type="hidden" name=(CARRIED_BYTES) value=(platform::hex(&self.bytes));
            }
        })
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let whole = !digits.is_empty() && digits.len().is_multiple_of(2) && digits.len() <= CARRIED * 2;
    let digit = |sign: u8| char::from(sign).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    whole.then(|| digits.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect::<Option<Vec<u8>>>())?
}

fn refused(error: axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE || is_too_large(&error) {
        Problem::TooLarge { limit: LARGEST_SHEET }
    } else {
        Problem::BrokenOff
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carried_file_comes_back_as_it_was_and_nothing_else_does() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&platform::hex(&bytes)), Some(bytes));
        for none in ["", "0", "0g", "xyz!", "đ0"] {
            assert_eq!(from_hex(none), None, "{none}");
        }
    }
}
