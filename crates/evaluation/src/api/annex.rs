//! The annex of a decision becomes the text of a set: what was understood, every row that was not. Nothing is saved.

use accounts::policy::{Action, Thing};
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use criteria_annex::{Annex, Kind, Source, grids, joined, understand};
use serde_json::{Value, json};
use ui::Lang;
use web::{Guard, Problem, Route, Signed};

use super::{Answered, Faults, exact, fault, faulty, ok, word};
use crate::annexing::{AnnexHead, text_of};
use crate::set::read_new_set;
use crate::words;

const LEVELS: [&str; 4] = ["department", "commune", "province", "ministry"];
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) fn routes() -> Vec<Route> {
    let make = Guard::May(Action::Make, Thing::CriteriaSet);
    let post = axum::routing::post(understood).layer(DefaultBodyLimit::max(web::LARGEST_SHEET));
    vec![Route::of("/api/v1/criteria-sets/annex", &["POST"], make, post)]
}

/// The kind of a body, without its parameters.
pub(super) fn kind_of(headers: &HeaderMap) -> &str {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim()
}

/// An id and a year as a set has them.
pub(super) fn head_faults(faults: &mut Faults, id: &str, year: i32) {
    let plain =
        !id.is_empty() && id.len() <= 60 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !plain {
        faults.add("id", "id", "mã viết bằng chữ thường không dấu, số và gạch nối", "the id has small letters, digits and hyphens");
    }
    if !(2012..=2100).contains(&year) {
        faults.add("year", "year", "năm có bốn chữ số, từ 2012", "the year has four digits, from 2012");
    }
}

/// The body is the file itself (XLSX, DOCX, or a table as HTML or text); what the set begins with stands in the address.
async fn understood(signed: Signed, headers: HeaderMap, body: Bytes) -> Answered {
    let lang = signed.lang();
    let asked = |key: &str| signed.visit.value(key).unwrap_or_default();
    let head = AnnexHead {
        id: asked("id"),
        name: asked("name"),
        level: signed.visit.value("level").unwrap_or_else(|| LEVELS[0].to_owned()),
        year: asked("year").parse().unwrap_or(0),
        decision: signed.visit.value("decision").unwrap_or_else(|| asked("name")),
    };
    let mut faults = Faults::new(lang);
    head_faults(&mut faults, &head.id, head.year);
    if head.name.is_empty() {
        faults.add("name", "empty", "nhập tên bộ tiêu chí", "the name is missing");
    }
    word(&mut faults, "level", &head.level, |level| LEVELS.contains(&level).then_some(()), &LEVELS);
    faults.none()?;
    let kind = kind_of(&headers).to_owned();
    // Opening and reading a large file is work for a thread of its own.
    let read = tokio::task::spawn_blocking(move || annex_of(&kind, &body, lang)).await.map_err(|_| Problem::Fault)?;
    let annex = read.map_err(|message| faulty("file", vec![fault("file", "file", &message)]))?;
    Ok(ok(told(&annex, &head, lang)))
}

fn annex_of(kind: &str, body: &[u8], lang: Lang) -> Result<Annex, String> {
    let text = String::from_utf8_lossy(body);
    let source = match kind {
        DOCX => Source::Docx(body),
        XLSX => Source::Xlsx(body),
        "text/html" => Source::Html(&text),
        "text/plain" | "text/csv" | "text/tab-separated-values" => Source::Text(&text),
        other => {
            return Err(lang.pick(
                format!("không đọc được nội dung loại “{other}”; gửi XLSX, DOCX, HTML hoặc văn bản"),
                format!("“{other}” cannot be read; send XLSX, DOCX, HTML or text"),
            ));
        }
    };
    let grids = grids(source).map_err(|fault| fault.words(lang))?;
    let grid = joined(&grids).ok_or_else(|| lang.pick("không tìm thấy bảng nào", "there is no table in it").to_owned())?;
    Ok(understand(&grid))
}

fn told(annex: &Annex, head: &AnnexHead, lang: Lang) -> Value {
    let text = text_of(annex, head);
    let set_faults: Vec<Value> = read_new_set(&text)
        .err()
        .unwrap_or_default()
        .iter()
        .map(|one| json!({ "line": one.line, "rule": one.rule, "subject": one.subject, "message": words::set_fault(one, lang) }))
        .collect();
    let lines: Vec<Value> = annex
        .lines
        .iter()
        .filter(|line| !matches!(line.kind, Kind::Option { .. }))
        .map(|line| {
            json!({ "row": line.row, "code": line.code, "parent": line.parent, "level": line.level, "name": line.name, "maximum": line.maximum.map(exact), "rule": line.rule.code() })
        })
        .collect();
    json!({
        "text": text, "faults": set_faults, "understood": lines,
        "not_understood": annex.not_understood.iter().map(|row| json!({ "row": row.row, "cells": row.cells, "message": row.words(lang) })).collect::<Vec<_>>(),
        "skipped": annex.skipped.iter().map(|row| json!({ "row": row.row, "message": row.why.words(lang) })).collect::<Vec<_>>(),
        "warnings": annex.warnings.iter().map(|one| json!({ "row": one.row, "code": one.code, "decide": one.doubt.needs_decision(), "message": one.words(lang) })).collect::<Vec<_>>(),
    })
}
