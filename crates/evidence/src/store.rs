//! Rows of evidence.

use chrono::{DateTime, NaiveDate, Utc};
use file_reading::Kind;
use platform::{Conn, DbError, on};
use sqlx::{FromRow, query, query_as, query_scalar};

use crate::model::{Description, EvidenceKind, FileVersion, Piece, State, TextState, Use};
use crate::notes::{FileNote, SignatureNote};
use crate::reading::{Reading, search_key};

#[derive(FromRow)]
pub(crate) struct PieceRow {
    evidence: String,
    unit: String,
    kind: String,
    title: String,
    document_number: Option<String>,
    document_date: Option<NaiveDate>,
    issuer: Option<String>,
    note: Option<String>,
    state: String,
    made_by: String,
    made_at: DateTime<Utc>,
    version: i64,
}

/// The columns of [`PieceRow`].
pub(crate) const PIECE: &str = "e.evidence, e.unit, e.kind, e.title, e.document_number, e.document_date, e.issuer, e.note, e.state, \
    COALESCE((SELECT a.name FROM account a WHERE a.account = e.made_by), e.made_by) AS made_by, e.made_at, e.version";

impl PieceRow {
    pub(crate) fn read(self) -> Piece {
        Piece {
            key: self.evidence,
            unit: self.unit,
            description: Description {
                // A kind that this version does not know.
                kind: EvidenceKind::of(&self.kind).unwrap_or(EvidenceKind::Other),
                title: self.title,
                document_number: self.document_number,
                document_date: self.document_date,
                issuer: self.issuer,
                note: self.note,
            },
            state: if self.state == State::Active.word() { State::Active } else { State::Withdrawn },
            made_by: self.made_by,
            made_at: self.made_at,
            version: self.version,
        }
    }
}

pub(crate) async fn piece(conn: Conn<'_>, key: &str) -> Result<Option<Piece>, DbError> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {PIECE} FROM evidence e WHERE e.evidence = $1"));
    let row: Option<PieceRow> = on!(conn, c => query_as(sql).bind(key).fetch_optional(&mut *c).await)?;
    Ok(row.map(PieceRow::read))
}

/// The piece, held until the transaction ends: whoever changes, withdraws or cites it takes turns.
pub(crate) async fn piece_held(mut conn: Conn<'_>, key: &str) -> Result<Option<Piece>, DbError> {
    const HOLD: &str = "SELECT evidence FROM evidence WHERE evidence = $1 FOR UPDATE";
    if matches!(conn, Conn::Pg(_)) {
        on!(conn.reborrow(), c => query(HOLD).bind(key).execute(&mut *c).await.map(drop))?;
    }
    piece(conn, key).await
}

/// The uses of a piece, held until the transaction ends: a submission cannot lock them meanwhile.
pub(crate) async fn uses_held(mut conn: Conn<'_>, key: &str) -> Result<Vec<Use>, DbError> {
    const HOLD: &str = "SELECT evidence_use FROM evidence_use WHERE evidence = $1 ORDER BY evidence_use FOR UPDATE";
    if matches!(conn, Conn::Pg(_)) {
        on!(conn.reborrow(), c => query(HOLD).bind(key).execute(&mut *c).await.map(drop))?;
    }
    uses_of_piece(conn, key).await
}

#[derive(FromRow)]
struct FileRow {
    position: i64,
    sha256: String,
    size: i64,
    file_name: String,
    file_kind: String,
    pages: Option<i64>,
    text_state: String,
    findings: String,
    signatures: String,
    note: Option<String>,
    added_by: String,
    added_at: DateTime<Utc>,
}

impl FileRow {
    fn read(self) -> FileVersion {
        FileVersion {
            position: self.position,
            sha256: self.sha256,
            size: self.size,
            file_name: self.file_name,
            kind: Kind::of_code(&self.file_kind).unwrap_or(Kind::Unknown),
            pages: self.pages,
            text_state: TextState::of(&self.text_state).unwrap_or(TextState::Failed),
            findings: notes_in(&self.findings),
            signatures: serde_json::from_str::<Vec<SignatureNote>>(&self.signatures).unwrap_or_default(),
            note: self.note,
            added_by: self.added_by,
            added_at: self.added_at,
        }
    }
}

fn notes_in(text: &str) -> Vec<FileNote> {
    // A note that this version does not know is passed over, the others stay.
    let values: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
    values.into_iter().filter_map(|value| serde_json::from_value(value).ok()).collect()
}

/// The files of a piece, newest first.
pub(crate) async fn files(conn: Conn<'_>, key: &str) -> Result<Vec<FileVersion>, DbError> {
    const SQL: &str = "SELECT f.position, f.sha256, f.size, f.file_name, f.file_kind, f.pages, f.text_state, f.findings, f.signatures, f.note, \
        COALESCE(a.name, f.added_by) AS added_by, f.added_at FROM evidence_file f LEFT JOIN account a ON a.account = f.added_by \
        WHERE f.evidence = $1 ORDER BY f.position DESC";
    let rows: Vec<FileRow> = on!(conn, c => query_as(SQL).bind(key).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(FileRow::read).collect())
}

/// Active pieces of a unit whose newest file has these bytes, oldest first.
pub(crate) async fn pieces_of_file(conn: Conn<'_>, unit: &str, sha256: &str) -> Result<Vec<String>, DbError> {
    const SQL: &str = "SELECT e.evidence FROM evidence_file f JOIN evidence e ON e.evidence = f.evidence \
        WHERE f.sha256 = $1 AND e.unit = $2 AND e.state = 'active' \
        AND f.position = (SELECT MAX(n.position) FROM evidence_file n WHERE n.evidence = f.evidence) ORDER BY e.made_at, e.evidence";
    Ok(on!(conn, c => query_scalar(SQL).bind(sha256).bind(unit).fetch_all(&mut *c).await)?)
}

fn piece_key(description: &Description, file_names: &[String]) -> String {
    let (vi, en) = description.kind.names();
    let mut parts: Vec<&str> = vec![&description.title];
    parts.extend([&description.document_number, &description.issuer, &description.note].into_iter().filter_map(|part| part.as_deref()));
    parts.extend([vi, en]);
    parts.extend(file_names.iter().map(String::as_str));
    search_key(&parts.join(" "))
}

pub(crate) async fn insert_piece(conn: Conn<'_>, piece: &Piece, file_name: &str) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO evidence (evidence, unit, kind, title, document_number, document_date, issuer, note, state, made_by, made_at, \
        version, search_key, sort_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let about = &piece.description;
    on!(conn, c => query(SQL)
        .bind(&piece.key)
        .bind(&piece.unit)
        .bind(about.kind.word())
        .bind(&about.title)
        .bind(&about.document_number)
        .bind(about.document_date)
        .bind(&about.issuer)
        .bind(&about.note)
        .bind(piece.state.word())
        .bind(&piece.made_by)
        .bind(piece.made_at)
        .bind(piece.version)
        .bind(piece_key(about, &[file_name.to_owned()]))
        .bind(viet_text::sort_key(&about.title))
        .execute(&mut *c)
        .await
        .map(drop))?;
    Ok(())
}

pub(crate) async fn set_description(conn: Conn<'_>, key: &str, about: &Description, file_names: &[String]) -> Result<(), DbError> {
    const SQL: &str = "UPDATE evidence SET kind = $1, title = $2, document_number = $3, document_date = $4, issuer = $5, note = $6, \
        search_key = $7, sort_key = $8, version = version + 1 WHERE evidence = $9";
    on!(conn, c => query(SQL)
        .bind(about.kind.word())
        .bind(&about.title)
        .bind(&about.document_number)
        .bind(about.document_date)
        .bind(&about.issuer)
        .bind(&about.note)
        .bind(piece_key(about, file_names))
        .bind(viet_text::sort_key(&about.title))
        .bind(key)
        .execute(&mut *c)
        .await
        .map(drop))?;
    Ok(())
}

/// Another file name that search finds.
pub(crate) async fn set_search_key(conn: Conn<'_>, key: &str, about: &Description, file_names: &[String]) -> Result<(), DbError> {
    const SQL: &str = "UPDATE evidence SET search_key = $1 WHERE evidence = $2";
    Ok(on!(conn, c => query(SQL).bind(piece_key(about, file_names)).bind(key).execute(&mut *c).await.map(drop))?)
}

pub(crate) async fn set_withdrawn(conn: Conn<'_>, key: &str) -> Result<(), DbError> {
    const SQL: &str = "UPDATE evidence SET state = 'withdrawn', version = version + 1 WHERE evidence = $1";
    Ok(on!(conn, c => query(SQL).bind(key).execute(&mut *c).await.map(drop))?)
}

pub(crate) async fn insert_file(conn: Conn<'_>, key: &str, file: &FileVersion) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO evidence_file (evidence, position, sha256, size, file_name, file_kind, pages, text_state, findings, signatures, \
        note, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    on!(conn, c => query(SQL)
        .bind(key)
        .bind(file.position)
        .bind(&file.sha256)
        .bind(file.size)
        .bind(&file.file_name)
        .bind(file.kind.code())
        .bind(file.pages)
        .bind(file.text_state.word())
        .bind(serde_json::json!(file.findings).to_string())
        .bind(serde_json::json!(file.signatures).to_string())
        .bind(&file.note)
        .bind(&file.added_by)
        .bind(file.added_at)
        .execute(&mut *c)
        .await
        .map(drop))?;
    Ok(())
}

/// The text of a content, once however many files have it.
pub(crate) async fn put_text(mut conn: Conn<'_>, sha256: &str, reading: &Reading) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO evidence_text (sha256, page, label, text, search_key) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    for (page, part) in (1i64..).zip(&reading.parts) {
        on!(conn.reborrow(), c => query(SQL)
            .bind(sha256)
            .bind(page)
            .bind(&part.label)
            .bind(&part.text)
            .bind(&part.search_key)
            .execute(&mut *c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// A content whose text waits to be read.
#[derive(FromRow)]
pub(crate) struct WaitingRow {
    pub(crate) sha256: String,
    pub(crate) file_kind: String,
    findings: String,
}

impl WaitingRow {
    /// What a first look found.
    pub(crate) fn notes(&self) -> Vec<FileNote> {
        notes_in(&self.findings)
    }
}

pub(crate) async fn waiting(conn: Conn<'_>) -> Result<Vec<WaitingRow>, DbError> {
    const SQL: &str = "SELECT sha256, MIN(file_kind) AS file_kind, MIN(findings) AS findings FROM evidence_file WHERE text_state = 'waiting' \
        GROUP BY sha256 ORDER BY MIN(added_at), sha256";
    Ok(on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?)
}

/// Writes what was read of a content that waited.
pub(crate) async fn put_reading(mut conn: Conn<'_>, sha256: &str, notes: &[FileNote], reading: &Reading) -> Result<(), DbError> {
    const SQL: &str = "UPDATE evidence_file SET text_state = $1, pages = $2, findings = $3, signatures = $4 \
        WHERE sha256 = $5 AND text_state = 'waiting'";
    let mut findings = notes.to_vec();
    findings.extend(&reading.notes);
    put_text(conn.reborrow(), sha256, reading).await?;
    on!(conn, c => query(SQL)
        .bind(reading.state.word())
        .bind(reading.pages)
        .bind(serde_json::json!(findings).to_string())
        .bind(serde_json::json!(reading.signatures).to_string())
        .bind(sha256)
        .execute(&mut *c)
        .await
        .map(drop))?;
    Ok(())
}

#[derive(FromRow)]
struct UseRow {
    evidence_use: String,
    evidence: String,
    position: i64,
    kind: String,
    thing: String,
    cited: Option<String>,
    added_at: DateTime<Utc>,
    locked_at: Option<DateTime<Utc>>,
    title: String,
    document_number: Option<String>,
    unit: String,
    file_name: String,
    state: String,
}

impl UseRow {
    fn read(self) -> Use {
        Use {
            key: self.evidence_use,
            evidence: self.evidence,
            position: self.position,
            kind: self.kind,
            thing: self.thing,
            cited: self.cited,
            added_at: self.added_at,
            locked_at: self.locked_at,
            title: self.title,
            document_number: self.document_number,
            unit: self.unit,
            file_name: self.file_name,
            withdrawn: self.state == State::Withdrawn.word(),
        }
    }
}

macro_rules! use_query {
    ($where:literal) => {
        concat!(
            "SELECT u.evidence_use, u.evidence, u.position, u.kind, u.thing, u.cited, u.added_at, u.locked_at, e.title, e.document_number, \
             e.unit, f.file_name, e.state FROM evidence_use u JOIN evidence e ON e.evidence = u.evidence \
             JOIN evidence_file f ON f.evidence = u.evidence AND f.position = u.position ",
            $where
        )
    };
}

pub(crate) async fn uses_of_piece(conn: Conn<'_>, key: &str) -> Result<Vec<Use>, DbError> {
    const SQL: &str = use_query!("WHERE u.evidence = $1 ORDER BY u.added_at, u.evidence_use");
    let rows: Vec<UseRow> = on!(conn, c => query_as(SQL).bind(key).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(UseRow::read).collect())
}

/// The uses by the records whose key begins with `prefix`, which ends in `/`.
pub(crate) async fn uses_below(conn: Conn<'_>, kind: &str, prefix: &str) -> Result<Vec<Use>, DbError> {
    const SQL: &str = use_query!("WHERE u.kind = $1 AND u.thing >= $2 AND u.thing < $3 ORDER BY u.thing, u.added_at, u.evidence_use");
    // `0` is the sign behind `/`.
    let end = format!("{}0", prefix.strip_suffix('/').unwrap_or(prefix));
    let rows: Vec<UseRow> = on!(conn, c => query_as(SQL).bind(kind).bind(prefix).bind(end).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(UseRow::read).collect())
}

pub(crate) async fn use_of(conn: Conn<'_>, key: &str) -> Result<Option<Use>, DbError> {
    const SQL: &str = use_query!("WHERE u.evidence_use = $1");
    let row: Option<UseRow> = on!(conn, c => query_as(SQL).bind(key).fetch_optional(&mut *c).await)?;
    Ok(row.map(UseRow::read))
}

pub(crate) async fn insert_use(conn: Conn<'_>, new: &Use, by: &str) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO evidence_use (evidence_use, evidence, position, kind, thing, cited, added_by, added_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    on!(conn, c => query(SQL)
        .bind(&new.key)
        .bind(&new.evidence)
        .bind(new.position)
        .bind(&new.kind)
        .bind(&new.thing)
        .bind(&new.cited)
        .bind(by)
        .bind(new.added_at)
        .execute(&mut *c)
        .await
        .map(drop))?;
    Ok(())
}

/// Takes a use away unless it is locked; says whether it was taken away.
pub(crate) async fn delete_use(conn: Conn<'_>, key: &str) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM evidence_use WHERE evidence_use = $1 AND locked_at IS NULL";
    Ok(on!(conn, c => query(SQL).bind(key).execute(&mut *c).await.map(|done| done.rows_affected() == 1))?)
}
