//! Looking for evidence, within the units that a person may see.

use accounts::policy::Action;
use accounts::{Actor, Denied};
use platform::{Conn, DbError, on};
use sqlx::{AssertSqlSafe, FromRow, query_as};

use crate::acting::must;
use crate::model::{EvidenceKind, FileVersion, PageLabel, PageText, Piece, Use};
use crate::snippet::{Snippet, snippet};
use crate::store::{self, PIECE, PieceRow};
use crate::{Evidence, EvidenceError};

/// Words of a search that count; the others are passed over.
const MOST_WORDS: usize = 8;

/// What to look for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Words in the description, in names of files or in their text, with or without tone marks.
    pub words: String,
    /// Kind of evidence.
    pub kind: Option<EvidenceKind>,
    /// The units whose evidence is looked at; nothing means every unit. What the person may see is for the caller to say.
    pub units: Option<Vec<String>>,
    /// Also what was withdrawn.
    pub withdrawn: bool,
}

/// Which part of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListPage {
    /// How many to pass over.
    pub offset: i64,
    /// How many to answer.
    pub limit: i64,
}

/// Where the words stand in the text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The version of the file.
    pub position: i64,
    /// Page, sheet, slide.
    pub label: PageLabel,
    /// The words around it.
    pub snippet: Snippet,
}

/// A piece that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The piece.
    pub piece: Piece,
    /// Its newest file.
    pub file: Option<FileVersion>,
    /// How many records cite it.
    pub uses: usize,
    /// Where the words stand in its text, when they do.
    pub hit: Option<Hit>,
}

/// A piece with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The piece.
    pub piece: Piece,
    /// Its files, newest first; never empty.
    pub files: Vec<FileVersion>,
    /// The records that cite it, oldest first.
    pub uses: Vec<Use>,
}

fn folded(words: &str) -> Vec<String> {
    let mut folded: Vec<String> = Vec::new();
    for word in viet_text::fold(words).split(' ').filter(|word| !word.is_empty()) {
        // Letters and digits alone remain, so no sign of LIKE does.
        folded.push(word.chars().filter(|sign| sign.is_alphanumeric()).collect());
    }
    folded.truncate(MOST_WORDS);
    folded
}

/// `column LIKE $n AND …` for each word, from parameter `first` on.
fn all_of(column: &str, first: usize, count: usize) -> String {
    let parts: Vec<String> = (first..first + count).map(|number| format!("{column} LIKE ${number}")).collect();
    parts.join(" AND ")
}

/// Pieces that fit, newest first. Every word must stand in the description, or all of them in one page of the text.
///
/// # Errors
/// When the database does not answer.
pub async fn list(mut conn: Conn<'_>, filter: &ListFilter, page: ListPage) -> Result<Vec<Found>, DbError> {
    let words = folded(&filter.words);
    let units = filter.units.as_ref().map(|units| serde_json::Value::from(units.clone()).to_string());
    let (within, text) = match conn {
        Conn::Lite(_) => ("e.unit IN (SELECT value FROM json_each($2))", ""),
        Conn::Pg(_) => ("e.unit IN (SELECT json_array_elements_text($2::JSON))", "::TEXT"),
    };
    let looked_for = if words.is_empty() {
        String::new()
    } else {
        format!(
            " AND (({}) OR EXISTS (SELECT 1 FROM evidence_file v JOIN evidence_text t ON t.sha256 = v.sha256 WHERE v.evidence = e.evidence AND {}))",
            all_of("e.search_key", 5, words.len()),
            all_of("t.search_key", 5, words.len())
        )
    };
    let state = if filter.withdrawn { "" } else { " AND e.state = 'active'" };
    // Put together from constants and numbers of parameters alone.
    let sql = format!(
        "SELECT {PIECE} FROM evidence e WHERE ($1{text} IS NULL OR e.kind = $1) AND ($2{text} IS NULL OR {within}){state}{looked_for} \
         ORDER BY e.made_at DESC, e.evidence DESC LIMIT $3 OFFSET $4"
    );
    let kind = filter.kind.map(EvidenceKind::word);
    let patterns: Vec<String> = words.iter().map(|word| format!("% {word}%")).collect();
    let rows: Vec<PieceRow> = on!(conn.reborrow(), c => {
        let mut query = query_as(AssertSqlSafe(sql)).bind(kind).bind(&units).bind(page.limit).bind(page.offset);
        for pattern in &patterns {
            query = query.bind(pattern);
        }
        query.fetch_all(&mut *c).await
    })?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let piece = row.read();
        let file = store::files(conn.reborrow(), &piece.key).await?.into_iter().next();
        let uses = store::uses_of_piece(conn.reborrow(), &piece.key).await?.len();
        let hit = if words.is_empty() { None } else { hit(conn.reborrow(), &piece.key, &words, &patterns).await? };
        found.push(Found { piece, file, uses, hit });
    }
    Ok(found)
}

#[derive(FromRow)]
struct HitRow {
    position: i64,
    label: String,
    text: String,
}

/// The first page on which all words stand, of the newest version that has one.
async fn hit(conn: Conn<'_>, key: &str, words: &[String], patterns: &[String]) -> Result<Option<Hit>, DbError> {
    let sql = format!(
        "SELECT v.position, t.label, t.text FROM evidence_file v JOIN evidence_text t ON t.sha256 = v.sha256 \
         WHERE v.evidence = $1 AND {} ORDER BY v.position DESC, t.page LIMIT 1",
        all_of("t.search_key", 2, words.len())
    );
    let row: Option<HitRow> = on!(conn, c => {
        let mut query = query_as(AssertSqlSafe(sql)).bind(key);
        for pattern in patterns {
            query = query.bind(pattern);
        }
        query.fetch_optional(&mut *c).await
    })?;
    Ok(row.and_then(|row| Some(Hit { position: row.position, label: PageLabel::of(&row.label), snippet: snippet(&row.text, words)? })))
}

/// A piece with all that belongs to it, if the actor may see it.
///
/// # Errors
/// "Not found" where the actor may not know of it.
pub async fn seen(evidence: &Evidence, actor: &Actor, key: &str) -> Result<Whole, EvidenceError> {
    let mut read = evidence.db.read().await?;
    let piece = store::piece(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(evidence, actor, Action::See, &piece.unit)?;
    let files = store::files(read.conn(), key).await?;
    let uses = store::uses_of_piece(read.conn(), key).await?;
    Ok(Whole { piece, files, uses })
}

/// One version of a piece, if the actor may see it.
///
/// # Errors
/// "Not found" where the actor may not know of it, or there is no such version.
pub async fn version(evidence: &Evidence, actor: &Actor, key: &str, position: i64) -> Result<(Piece, FileVersion), EvidenceError> {
    let whole = seen(evidence, actor, key).await?;
    let file = whole.files.into_iter().find(|file| file.position == position).ok_or(Denied::NotFound)?;
    Ok((whole.piece, file))
}

/// The text of a content, part by part; whether the person may see it was asked with [`version`].
///
/// # Errors
/// When the database does not answer.
pub async fn pages(conn: Conn<'_>, sha256: &str) -> Result<Vec<PageText>, DbError> {
    const SQL: &str = "SELECT label, text FROM evidence_text WHERE sha256 = $1 ORDER BY page";
    let rows: Vec<(String, String)> = on!(conn, c => query_as(SQL).bind(sha256).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(|(label, text)| PageText { label: PageLabel::of(&label), text }).collect())
}
