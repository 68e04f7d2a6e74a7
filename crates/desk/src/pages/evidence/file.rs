//! The bytes of a file, and its text by page.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, RANGE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use documents::content_disposition;
use evidence::{EvidenceError, FileVersion, pages, version};
use file_reading::Kind;
use maud::html;
use platform::files::{FileDigest, FileError};
use ui::parts;
use web::{App, Problem, Signed, work_frame};

use super::{address, below, place};

/// Nothing in a file runs, and only our own pages frame it.
const SHUT: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
/// The viewer that browsers have for PDF does not start in a sandbox, and loads itself as an object.
const FRAMED: &str =
    "default-src 'self'; object-src 'self'; script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// Kinds that browsers show without running anything of ours.
pub(super) fn is_shown(kind: Kind) -> bool {
    matches!(kind, Kind::Pdf | Kind::Png | Kind::Jpeg | Kind::WebP)
}

pub(crate) async fn download(
    State(app): State<App>,
    signed: Signed,
    Path((key, position)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = found(&app, &signed, &key, &position).await?;
    let (stem, ending) = file.file_name.rsplit_once('.').unwrap_or((&file.file_name, ""));
    bytes(&app, &file, &headers, content_disposition(stem, ending), file.kind.media_type(), SHUT).await
}

/// The same for the page itself: pictures and PDF alone; nothing else ever comes inline.
pub(crate) async fn inline(
    State(app): State<App>,
    signed: Signed,
    Path((key, position)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = found(&app, &signed, &key, &position).await?;
    if !is_shown(file.kind) {
        return Err(Problem::NotFound);
    }
    let policy = if file.kind == Kind::Pdf { FRAMED } else { SHUT };
    let (stem, ending) = file.file_name.rsplit_once('.').unwrap_or((&file.file_name, ""));
    let disposition = content_disposition(stem, ending).replacen("attachment", "inline", 1);
    bytes(&app, &file, &headers, disposition, file.kind.media_type(), policy).await
}

async fn found(app: &App, signed: &Signed, key: &str, position: &str) -> Result<FileVersion, Problem> {
    let position = position.parse().map_err(|_| Problem::NotFound)?;
    Ok(version(&app.evidence, &signed.actor, key, position).await?.1)
}

/// The one range of a request, as `start..end`; nothing where there is none or it is not understood, which then gets the whole file.
fn range_of(headers: &HeaderMap, size: u64) -> Option<std::ops::Range<u64>> {
    let (from, to) = headers.get(RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    match (from, to) {
        ("", last) => Some(size.saturating_sub(last.parse().ok()?)..size),
        (from, "") => Some(from.parse().ok()?..size),
        (from, to) => Some(from.parse().ok()?..to.parse::<u64>().ok()?.checked_add(1)?),
    }
}

async fn bytes(
    app: &App,
    file: &FileVersion,
    headers: &HeaderMap,
    disposition: String,
    media_type: &str,
    policy: &str,
) -> Result<Response, Problem> {
    let sha256: FileDigest = file.sha256.parse().map_err(|_| Problem::Fault)?;
    let size = u64::try_from(file.size).unwrap_or(0);
    let range = range_of(headers, size);
    let opened = match range.clone() {
        None => app.evidence.files.get(sha256).await,
        Some(range) => app.evidence.files.range(sha256, range).await,
    };
    let opened = match opened {
        Ok(opened) => opened,
        Err(FileError::OutOfRange { size, .. }) => {
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{size}"))]).into_response());
        }
        Err(error) => return Err(EvidenceError::from(error).into()),
    };
    let length = opened.range.end - opened.range.start;
    let fixed = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, policy.to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (ETAG, format!("\"{}\"", file.sha256)),
        (CONTENT_LENGTH, length.to_string()),
    ];
    let part = format!("bytes {}-{}/{}", opened.range.start, opened.range.end.saturating_sub(1), opened.size);
    let body = Body::from_stream(opened.checked(sha256));
    Ok(match range {
        None => (fixed, body).into_response(),
        Some(_) => (StatusCode::PARTIAL_CONTENT, fixed, [(CONTENT_RANGE, part)], body).into_response(),
    })
}

/// The text of a file by page, sheet or slide.
pub(crate) async fn text(
    State(app): State<App>,
    signed: Signed,
    Path((key, position)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let lang = signed.lang();
    let number = position.parse().map_err(|_| Problem::NotFound)?;
    let (piece, file) = version(&app.evidence, &signed.actor, &key, number).await?;
    let mut read = app.db.read().await?;
    let parts_of = pages(read.conn(), &file.sha256).await?;
    drop(read);
    let title = lang.pick(format!("Phần chữ của {}", file.file_name), format!("Text of {}", file.file_name));
    let body = html! {
        (parts::page_heading(&title, Some(lang.pick(
            "Chữ đọc từ tệp để tìm kiếm và xem nhanh; bố cục và hình ảnh chỉ có trong tệp.",
            "Read from the file for search and a quick look; layout and pictures are in the file only.",
        )), None))
        @if parts_of.is_empty() { p { (lang.pick("Chưa có phần chữ nào đọc được.", "No text was read.")) } }
        @for (index, part) in parts_of.iter().enumerate() {
            (parts::section_heading(&format!("phan-{}", index + 1), &place(&part.label, lang), None))
            div { @for line in part.text.lines().filter(|line| !line.trim().is_empty()) { p { (line) } } }
        }
    };
    Ok(work_frame(&app, &signed, below(&signed, &title).below(&signed, &piece.description.title, &address(&key)), body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_browsers_send_them() {
        let of = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, axum::http::HeaderValue::from_static(text));
            range_of(&headers, 100)
        };
        assert_eq!(of("bytes=0-9"), Some(0..10));
        assert_eq!(of("bytes=90-"), Some(90..100));
        assert_eq!(of("bytes=-10"), Some(90..100));
        assert_eq!(of("bytes=-1000"), Some(0..100));
        for nonsense in ["lines=1-2", "bytes=a-b", "bytes=1-2,4-5", "bytes=0-18446744073709551615"] {
            assert_eq!(of(nonsense), None, "{nonsense}");
        }
    }
}
