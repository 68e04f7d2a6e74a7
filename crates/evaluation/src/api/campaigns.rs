//! A campaign as a whole: making it, its calendar, its blocks and units, its steps; survey and external points.

use accounts::policy::{Action, Thing};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, Ground, Guard, Problem, Route, Signed, tidied};

use super::annex::{XLSX, kind_of};
use super::{Answered, Faults, Refused, Sent, brief, decimal, exact, made, of_owner, ok, owner_or_own, read, told, unreadable, word};
use crate::actions::{self, CampaignView, NewBlock, NewCampaign, behind, import_points, list_sets, overview, points_asked};
use crate::exchange::{HEADINGS, PointFault, PointRow, point_rows};
use crate::model::{Campaign, Phase, Step};
use crate::pages::new::{BLOCKS, units_of};

pub(super) fn routes() -> Vec<Route> {
    use axum::routing::get;
    let see = Guard::May(Action::See, Thing::Campaign);
    let make = Guard::May(Action::Make, Thing::Campaign);
    let change = Guard::May(Action::Change, Thing::Campaign);
    let points = get(asked_points).post(points).layer(DefaultBodyLimit::max(web::LARGEST_SHEET));
    vec![
        Route::of("/api/v1/campaigns", &["GET", "POST"], see, get(list).post(make_new)).sending(make),
        Route::page("/api/v1/campaigns/{campaign}", see, one),
        Route::act("/api/v1/campaigns/{campaign}/discard", change, discard),
        Route::act("/api/v1/campaigns/{campaign}/advance", change, advance),
        Route::act("/api/v1/campaigns/{campaign}/back", change, back),
        Route::of("/api/v1/campaigns/{campaign}/calendar", &["PUT"], change, axum::routing::put(calendar)),
        Route::of("/api/v1/campaigns/{campaign}/blocks/{block}/units", &["PUT"], change, axum::routing::put(units)),
        Route::of("/api/v1/campaigns/{campaign}/blocks/{block}/set", &["PUT"], change, axum::routing::put(swap_set)),
        Route::of("/api/v1/campaigns/{campaign}/points", &["GET", "POST"], change, points),
    ]
}

pub(super) fn campaign_json(view: &CampaignView) -> Value {
    let campaign = &view.campaign;
    json!({
        "campaign": campaign.key, "title": campaign.title, "year": campaign.year, "owner": campaign.owner, "phase": campaign.phase.word(),
        "version": campaign.version, "follows": campaign.follows, "quorum": exact(campaign.quorum), "note": campaign.note,
        "made_up": campaign.made_up,
        "steps": view.steps.iter().map(step_json).collect::<Vec<_>>(),
        "blocks": view.blocks.iter().map(|(block, set)| json!({ "block": block.block, "name": block.name, "set": block.set, "set_id": set.definition.id })).collect::<Vec<_>>(),
        "units": view.units.iter().map(|progress| json!({
            "unit": progress.unit.unit, "name": progress.unit.name, "block": progress.unit.block, "state": progress.unit.state.word(),
            "ranked": progress.unit.ranked, "successor": progress.unit.successor, "extended_to": progress.unit.extended_to,
            "entered": progress.entered, "asked": progress.asked, "ruled": progress.ruled, "questions": progress.questions, "leaves": progress.leaves,
        })).collect::<Vec<_>>(),
    })
}

fn step_json(step: &Step) -> Value {
    json!({ "phase": step.phase.word(), "opens_at": step.opens_at, "due_at": step.due_at })
}

async fn list(State(app): State<App>, signed: Signed) -> Answered {
    let found = actions::list(Ground::of(&app), &signed.actor).await.map_err(told(&signed))?;
    Ok(ok(json!({ "campaigns": found.iter().map(campaign_json).collect::<Vec<_>>() })))
}

async fn whole(app: &App, signed: &Signed, campaign: &str) -> Result<Value, Refused> {
    let view = overview(Ground::of(app), &signed.actor, campaign).await.map_err(told(signed))?;
    let mut body = campaign_json(&view);
    if view.office {
        let keys = |units: Vec<&actions::Progress>| units.iter().map(|one| one.unit.unit.clone()).collect::<Vec<_>>();
        let (not_begun, late) = behind(&view, signed.actor.now);
        body["not_begun"] = json!(keys(not_begun));
        body["late"] = json!(keys(late));
        let appeals = actions::appeals(Ground::of(app), &view.campaign, None).await.map_err(told(signed))?;
        body["open_appeals"] = json!(appeals.iter().filter(|one| one.answer.is_none()).count());
    }
    Ok(body)
}

async fn one(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    Ok(ok(whole(&app, &signed, &campaign).await?))
}

// Making one

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBody {
    #[serde(default)]
    title: String,
    year: Option<i32>,
    owner: Option<String>,
    follows: Option<String>,
    /// More than this share of the council, as text; half where it is left out.
    quorum: Option<String>,
    note: Option<String>,
    #[serde(default)]
    blocks: Vec<BlockBody>,
    #[serde(default)]
    steps: Vec<StepBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockBody {
    block: String,
    name: Option<String>,
    set: String,
    /// Every unit of the block right below the owner where it is left out.
    units: Option<Vec<UnitBody>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitBody {
    unit: String,
    #[serde(default = "yes")]
    ranked: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepBody {
    phase: String,
    opens_at: String,
    due_at: String,
}

/// The calendar of a body, with every fault of it.
fn steps_of(bodies: &[StepBody], faults: &mut Faults) -> Vec<Step> {
    let timed: Vec<&str> = Phase::TIMED.iter().map(|phase| phase.word()).collect();
    let mut steps: Vec<Step> = Vec::new();
    for (at, body) in bodies.iter().enumerate() {
        let phase = |text: &str| Phase::of(text).filter(|phase| Phase::TIMED.contains(phase));
        let phase = word(faults, format!("steps.{at}.phase"), &body.phase, phase, &timed);
        let opens_at = moment(faults, format!("steps.{at}.opens_at"), &body.opens_at);
        let due_at = moment(faults, format!("steps.{at}.due_at"), &body.due_at);
        let (Some(phase), Some(opens_at), Some(due_at)) = (phase, opens_at, due_at) else { continue };
        if due_at <= opens_at {
            faults.add(
                format!("steps.{at}.due_at"),
                "past-deadline",
                "thời hạn phải sau thời điểm bắt đầu",
                "must lie after the beginning",
            );
        }
        if steps.iter().any(|step| step.phase == phase) {
            faults.add(format!("steps.{at}.phase"), "twice", "mỗi bước chỉ nêu một lần", "a step stands in the list once");
        }
        steps.push(Step { phase, opens_at, due_at });
    }
    steps
}

/// A moment with its zone, as RFC 3339 has it.
pub(super) fn moment(faults: &mut Faults, field: impl Into<String>, text: &str) -> Option<DateTime<Utc>> {
    let found = DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    if found.is_none() {
        faults.add(
            field,
            "moment",
            "viết thời điểm kèm múi giờ như 2026-12-20T17:00:00+07:00",
            "write the moment with its zone, as 2026-12-20T17:00:00+07:00",
        );
    }
    found
}

async fn make_new(State(app): State<App>, signed: Signed, sent: Sent<NewBody>) -> Answered {
    let body = read(sent, signed.lang())?;
    let ground = Ground::of(&app);
    let owner = owner_or_own(&signed, body.owner);
    let mut faults = Faults::new(signed.lang());
    let title = tidied(body.title.trim());
    if title.is_empty() {
        faults.add("title", "empty", "nhập tên đợt đánh giá", "the title is missing");
    }
    let year = body.year.filter(|year| (2012..=2100).contains(year));
    if year.is_none() {
        faults.add("year", "year", "năm có bốn chữ số, từ 2012", "the year has four digits, from 2012");
    }
    let quorum = body.quorum.map_or(Some(Decimal::new(5, 1)), |text| decimal(&mut faults, "quorum", &text));
    if quorum.is_some_and(|share| share < Decimal::ZERO || share >= Decimal::ONE) {
        faults.add("quorum", "share", "tỷ lệ từ 0 đến dưới 1", "a share from 0 to less than 1");
    }
    if body.blocks.is_empty() {
        faults.add("blocks", "empty", "nêu ít nhất một khối", "at least one block is needed");
    }
    if !body.steps.iter().any(|step| step.phase == Phase::Scoring.word()) {
        faults.add("steps", "empty", "nêu lịch của bước tự chấm điểm (scoring)", "the step “scoring” needs its days");
    }
    let steps = steps_of(&body.steps, &mut faults);
    let known = list_sets(ground, &signed.actor).await.map_err(told(&signed))?;
    let follows = body.follows;
    if let Some(before) = &follows
        && let Err(error) = overview(ground, &signed.actor, before).await
    {
        match error {
            actions::EvaluationError::Denied(_) => {
                faults.add("follows", "no-such-campaign", "không có đợt đánh giá này", "there is no such campaign");
            }
            other => return Err(told(&signed)(other)),
        }
    }
    let mut blocks: Vec<NewBlock> = Vec::new();
    for (at, block) in body.blocks.into_iter().enumerate() {
        let usual = BLOCKS.iter().find(|(code, ..)| *code == block.block);
        let name = block.name.or_else(|| usual.map(|(_, name, _)| (*name).to_owned()));
        if block.block.trim().is_empty() || blocks.iter().any(|one| one.block == block.block) {
            faults.add(format!("blocks.{at}.block"), "twice", "mã khối trống hoặc trùng", "the code is empty or stands there twice");
        }
        if name.is_none() {
            faults.add(format!("blocks.{at}.name"), "empty", "nhập tên khối", "the name is missing");
        }
        if !known.iter().any(|set| set.key == block.set) {
            faults.add(format!("blocks.{at}.set"), "no-such-set", "không có bộ tiêu chí này", "there is no such set");
        }
        let units = match block.units {
            Some(units) => units.into_iter().map(|one| (one.unit, one.ranked)).collect(),
            None => units_of(&app, &owner, &block.block).into_iter().map(|unit| (unit, true)).collect::<Vec<_>>(),
        };
        if units.is_empty() {
            faults.add(format!("blocks.{at}.units"), "empty", "khối không có đơn vị nào", "no unit is in the block");
        }
        blocks.push(NewBlock { block: block.block, name: name.unwrap_or_default(), set: block.set, units });
    }
    faults.none()?;
    let new = NewCampaign {
        title,
        year: year.unwrap_or_default(),
        owner,
        follows,
        quorum: quorum.unwrap_or_default(),
        note: body.note.map(|note| tidied(note.trim())).filter(|note| !note.is_empty()),
        made_up: app.demo,
        blocks,
        steps,
    };
    let key = actions::make(ground, &signed.actor, &new).await.map_err(told(&signed))?;
    Ok(made(whole(&app, &signed, &key).await?))
}

// Steps

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTaken {
    /// The version of the campaign that was read.
    seen: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepBack {
    seen: i64,
    #[serde(default)]
    reason: String,
}

async fn changing(app: &App, signed: &Signed, campaign: &str) -> Result<Campaign, Refused> {
    of_owner(app, signed, campaign, Action::Change, Thing::Campaign).await
}

async fn after(app: &App, signed: &Signed, campaign: &str) -> Answered {
    brief(app, signed, campaign, Action::Change, Thing::Campaign).await
}

async fn discard(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<StepTaken>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent, signed.lang())?;
    actions::discard(Ground::of(&app), &signed.actor, &campaign, body.seen).await.map_err(told(&signed))?;
    Ok(ok(json!({ "campaign": campaign, "discarded": true })))
}

async fn advance(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<StepTaken>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent, signed.lang())?;
    actions::advance(Ground::of(&app), &signed.actor, &campaign, body.seen).await.map_err(told(&signed))?;
    after(&app, &signed, &campaign).await
}

async fn back(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<StepBack>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent, signed.lang())?;
    actions::back(Ground::of(&app), &signed.actor, &campaign, body.seen, &tidied(&body.reason)).await.map_err(told(&signed))?;
    after(&app, &signed, &campaign).await
}

// Calendar, units, set

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Calendar {
    steps: Vec<StepBody>,
    #[serde(default)]
    reason: String,
}

async fn calendar(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<Calendar>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    let steps = steps_of(&body.steps, &mut faults);
    faults.none()?;
    actions::set_steps(Ground::of(&app), &signed.actor, &campaign, &steps, &tidied(&body.reason)).await.map_err(told(&signed))?;
    Ok(ok(whole(&app, &signed, &campaign).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Units {
    units: Vec<String>,
}

async fn units(State(app): State<App>, signed: Signed, Path((campaign, block)): Path<(String, String)>, sent: Sent<Units>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent, signed.lang())?;
    actions::take_part(Ground::of(&app), &signed.actor, &campaign, &block, &body.units).await.map_err(told(&signed))?;
    Ok(ok(whole(&app, &signed, &campaign).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherSet {
    set: String,
    /// Number and date of the decision.
    #[serde(default)]
    reason: String,
}

async fn swap_set(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, block)): Path<(String, String)>,
    sent: Sent<OtherSet>,
) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent, signed.lang())?;
    let reason = tidied(&body.reason);
    actions::swap_set(Ground::of(&app), &signed.actor, &campaign, &block, &body.set, &reason).await.map_err(told(&signed))?;
    Ok(ok(whole(&app, &signed, &campaign).await?))
}

// Survey and external points

async fn asked_points(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    let found = changing(&app, &signed, &campaign).await?;
    let rows = points_asked(Ground::of(&app), &signed.actor, &found).await.map_err(told(&signed))?;
    let rows: Vec<Value> =
        rows.iter().map(|(unit, leaf, points)| json!({ "unit": unit, "leaf": leaf, "points": points.map(exact) })).collect();
    Ok(ok(json!({ "campaign": campaign, "rows": rows })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    rows: Vec<RowBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowBody {
    /// Key or full name of the unit.
    unit: String,
    leaf: String,
    points: String,
    source: Option<String>,
}

type PointsRead = (Vec<PointRow>, Vec<PointFault>);

/// Rows as JSON; those whose points cannot be read are told with the others that are refused.
fn json_rows(body: &[u8]) -> Result<PointsRead, Refused> {
    let body: Rows = serde_json::from_slice(body).map_err(|error| unreadable(StatusCode::BAD_REQUEST, error.to_string()))?;
    let (mut rows, mut unread) = (Vec::new(), Vec::new());
    for (at, row) in body.rows.into_iter().enumerate() {
        match row.points.trim().parse() {
            Ok(points) => {
                let reason = tidied(row.source.unwrap_or_default().trim());
                rows.push(PointRow { row: at + 1, unit: tidied(row.unit.trim()), leaf: row.leaf, points, reason });
            }
            Err(_) => {
                let words = ("viết số thành chuỗi như \"0.5\"".to_owned(), "write the number as text such as \"0.5\"".to_owned());
                unread.push(PointFault { row: at + 1, column: HEADINGS[2].to_owned(), value: row.points, words });
            }
        }
    }
    Ok((rows, unread))
}

/// A file that is the body: CSV or XLSX in the form of the template.
async fn file_rows(name: &'static str, body: Bytes) -> Result<PointsRead, Refused> {
    // Opening and reading a large file is work for a thread of its own.
    let read = tokio::task::spawn_blocking(move || point_rows(name, &body)).await.map_err(|_| Problem::Fault)?;
    Ok(read.map_err(|error| {
        tracing::error!(%error, "a file of points could not be read");
        Problem::Fault
    })?)
}

async fn points(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, headers: HeaderMap, body: Bytes) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let (rows, unread) = match kind_of(&headers) {
        "application/json" => json_rows(&body)?,
        "text/csv" => file_rows("diem.csv", body).await?,
        XLSX => file_rows("diem.xlsx", body).await?,
        other => {
            let message = format!("content type {other:?} is none of application/json, text/csv, {XLSX}");
            return Err(unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
    };
    let changed = import_points(Ground::of(&app), &signed.actor, &campaign, &rows, unread).await.map_err(told(&signed))?;
    Ok(ok(json!({ "campaign": campaign, "rows": rows.len(), "changed": changed })))
}
