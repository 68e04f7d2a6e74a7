//! The same data for programs: JSON under `/api/v1`, described by an OpenAPI document.
//!
//! Exact decimals travel as text, as a JSON number would be read as a binary fraction. A missing value is `null` with a reason, never zero.

mod model;

use axum::extract::{Path, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::NaiveDate;
use registry::results::{EditionResult, Results};
use ui::Lang;
use utoipa::OpenApi;

use crate::App;
use crate::error::PageError;
use crate::pages::date_asked;
use crate::queries;
use crate::tables::compare::Named;
use crate::tables::profile::points;
use model::{
    EditionDocument, EditionSummary, ErrorBody, ErrorDocument, IndexSummary, IndicatorDocument, LinkDocument, NodeDocument, NodeValue,
    RankIntervalDocument, RankIntervalRule, SeriesPoint, UnitDocument, UnitList, UnitResult, UnitVersionDocument,
};
use web::Visit;

/// Addresses of the interface. Tests call each of them.
pub const ROUTES: &[&str] = &[
    "/api/v1/openapi.json",
    "/api/v1/indices",
    "/api/v1/indices/{index}/{year}",
    "/api/v1/indicators",
    "/api/v1/units",
    "/api/v1/units/{unit}",
    "/api/v1/units/{unit}/series",
];

#[derive(OpenApi)]
#[openapi(
    info(
        title = "cchc",
        description = "Chỉ số cải cách hành chính: số công bố và số tính lại. Published and recomputed indices of public administrative reform. Exact decimals are strings; null is never zero."
    ),
    paths(indices, edition, indicators, units, unit, series),
    components(schemas(
        EditionDocument,
        EditionSummary,
        ErrorBody,
        ErrorDocument,
        IndexSummary,
        IndicatorDocument,
        LinkDocument,
        NodeDocument,
        NodeValue,
        RankIntervalDocument,
        RankIntervalRule,
        SeriesPoint,
        UnitDocument,
        UnitList,
        UnitResult,
        UnitVersionDocument
    ))
)]
struct Document;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/openapi.json", get(openapi))
        .route("/api/v1/indices", get(indices))
        .route("/api/v1/indices/{index}/{year}", get(edition))
        .route("/api/v1/indicators", get(indicators))
        .route("/api/v1/units", get(units))
        .route("/api/v1/units/{unit}", get(unit))
        .route("/api/v1/units/{unit}/series", get(series))
}

/// Public data may be read from any site.
fn open<T: serde::Serialize>(value: T) -> Response {
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(value)).into_response()
}

async fn openapi() -> Response {
    let mut document = Document::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    open(document)
}

/// Every index with its editions.
#[utoipa::path(get, path = "/api/v1/indices", responses((status = 200, body = Vec<IndexSummary>)))]
async fn indices(State(app): State<App>) -> Result<Response, PageError> {
    let results = queries::results(&app).await?;
    let summaries: Vec<IndexSummary> = queries::indices(&results)
        .into_iter()
        .map(|index| IndexSummary {
            name_vi: queries::index_name(&results, &index, Lang::Vi).to_owned(),
            name_en: queries::index_name(&results, &index, Lang::En).to_owned(),
            editions: queries::years(&results, &index).into_iter().filter_map(|year| model::summary(&results, &index, year)).collect(),
            index,
        })
        .collect();
    Ok(open(summaries))
}

/// One edition: every unit with every node's published and recomputed value and ranks.
#[utoipa::path(
    get,
    path = "/api/v1/indices/{index}/{year}",
    params(("index" = String, Path, description = "pci, papi, par-index, par-index-ministries, sipas"), ("year" = i32, Path), ("khoang" = Option<String>, Query, description = "co: with rank intervals under other weights")),
    responses((status = 200, body = EditionDocument), (status = 404, body = ErrorDocument))
)]
async fn edition(State(app): State<App>, visit: Visit, Path((index, year)): Path<(String, String)>) -> Result<Response, PageError> {
    let results = queries::results(&app).await?;
    queries::known_index(&results, &index, Lang::Vi)?;
    let year = queries::known_year(&results, &index, &year)?;
    let result = results.edition(&index, year).ok_or_else(|| PageError::NoFigure { ranking: format!("/xep-hang/{index}/{year}") })?;
    let intervals = queries::intervals_asked(&results, result, &visit).await?;
    Ok(edition_json(&results, result, intervals.as_ref()))
}

/// Every indicator: the meaning of the numbers.
#[utoipa::path(get, path = "/api/v1/indicators", responses((status = 200, body = Vec<IndicatorDocument>)))]
async fn indicators(State(app): State<App>) -> Result<Response, PageError> {
    let results = queries::results(&app).await?;
    Ok(open(results.indicators.values().map(IndicatorDocument::of).collect::<Vec<_>>()))
}

/// Units by name or code, with or without tone marks, at a date or at any time.
#[utoipa::path(
    get,
    path = "/api/v1/units",
    params(("q" = String, Query, description = "name or code"), ("ngay" = Option<String>, Query, description = "date, 2018-12-31 or 31/12/2018"), ("trang" = Option<u32>, Query, description = "page, from 1")),
    responses((status = 200, body = UnitList), (status = 400, body = ErrorDocument))
)]
async fn units(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    const PER_PAGE: i64 = 100;
    let (date, asked) = date_asked(&visit, (app.today)())?;
    let page = visit.value("trang").map_or(Ok(1), |text| {
        text.parse::<i64>().ok().filter(|page| (1..=10_000).contains(page)).ok_or(PageError::BadValue {
            key: "trang",
            value: text,
            expected: "1, 2, 3 …",
        })
    })?;
    let typed = visit.value("q").ok_or_else(|| PageError::BadValue { key: "q", value: String::new(), expected: "hoàn kiếm" })?;
    let found = queries::search(&app, &typed, asked.then_some(date), PER_PAGE, PER_PAGE * (page - 1)).await?;
    Ok(open(UnitList { total: found.total, page, units: found.versions.iter().map(UnitVersionDocument::of).collect() }))
}

/// One unit: every version, what it came from and went into.
#[utoipa::path(get, path = "/api/v1/units/{unit}", params(("unit" = String, Path, description = "key, such as 01-ha-noi")), responses((status = 200, body = UnitDocument), (status = 404, body = ErrorDocument)))]
async fn unit(State(app): State<App>, Path(unit): Path<String>) -> Result<Response, PageError> {
    let story = queries::unit(&app, &unit).await?;
    Ok(open(UnitDocument {
        unit: story.key().to_owned(),
        versions: story.versions.iter().map(UnitVersionDocument::of).collect(),
        predecessors: story.predecessors.iter().map(LinkDocument::of).collect(),
        successors: story.successors.iter().map(LinkDocument::of).collect(),
    }))
}

/// One unit's published and recomputed results in every index and year. Predecessors have series of their own and are never mixed in.
#[utoipa::path(get, path = "/api/v1/units/{unit}/series", params(("unit" = String, Path)), responses((status = 200, body = Vec<SeriesPoint>), (status = 404, body = ErrorDocument)))]
async fn series(State(app): State<App>, Path(unit): Path<String>) -> Result<Response, PageError> {
    let story = queries::unit(&app, &unit).await?;
    let results = queries::results(&app).await?;
    let name = story.at(NaiveDate::MAX).short_name.clone();
    Ok(series_json(&results, &[(unit, name)], None))
}

/// An edition as JSON; also the download of its page.
pub(crate) fn edition_json(results: &Results, edition: &EditionResult, intervals: Option<&queries::Intervals>) -> Response {
    open(EditionDocument::of(results, edition, intervals))
}

/// Series of units as JSON, in one index or in all; also the download of a profile and of a comparison.
pub(crate) fn series_json(results: &Results, units: &[Named], only: Option<&str>) -> Response {
    let mut found = Vec::new();
    for (unit, _) in units {
        for index in queries::indices(results).into_iter().filter(|index| only.is_none_or(|only| only == index)) {
            found.extend(points(results, &index, unit).iter().map(|point| SeriesPoint::of(&index, unit, point)));
        }
    }
    open(found)
}
