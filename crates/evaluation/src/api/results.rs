//! Results: of every block, and of one unit leaf by leaf.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use composite_index::NodeId;
use serde_json::{Value, json};
use web::{App, Ground, Guard, Problem, Route, Signed};

use super::{Answered, exact, number, ok, told};
use crate::actions::{Results, campaign_results};
use crate::comparing::{Beside, beside};
use crate::exports::applies;
use crate::indices;
use crate::reduced::taken_out;
use crate::result::BlockResult;

pub(super) fn routes() -> Vec<Route> {
    let see = Guard::May(Action::See, Thing::CampaignResult);
    vec![
        Route::page("/api/v1/campaigns/{campaign}/results", see, results),
        Route::page("/api/v1/campaigns/{campaign}/{unit}/result", see, of_one),
    ]
}

fn may_see(app: &App, signed: &Signed, results: &Results, unit: Option<&str>) -> bool {
    let own = unit.and_then(|unit| app.units.lineage(unit));
    results.sees_all || own.is_some_and(|lineage| signed.principal().may(Action::See, Thing::CampaignResult, &lineage))
}

fn unit_json(block: &BlockResult, at: usize, year: i32, signed: &Signed) -> Value {
    let (row, scores) = (&block.table.rows[at], &block.scores.units[at]);
    json!({
        "unit": row.code, "name": row.unit, "rank": scores.rank, "place": scores.place.map(exact), "own": number(block.own[at]), "undecided": block.undecided[at],
        "total": number(scores.values[block.definition.total]),
        "index": block.index(at, block.definition.total).map(|index| exact(indices::shown(index, block.decimals))),
        "band": block.band(at, year, signed.lang()),
    })
}

async fn results(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    let found = campaign_results(Ground::of(&app), &signed.actor, &campaign).await.map_err(told(&signed))?;
    let blocks: Vec<Value> = found
        .blocks
        .iter()
        .map(|block| {
            let units: Vec<Value> = (0..block.table.rows.len())
                .filter(|at| may_see(&app, &signed, &found, block.table.rows[*at].code.as_deref()))
                .map(|at| {
                    let values = &block.scores.units[at].values;
                    let nodes: serde_json::Map<String, Value> =
                        block.definition.nodes.iter().zip(values).map(|(node, value)| (node.code.clone(), number(*value))).collect();
                    let mut one = unit_json(block, at, found.campaign.year, &signed);
                    one["nodes"] = json!(nodes);
                    one["successor"] = json!(block.table.rows[at].code.as_ref().and_then(|code| found.successors.get(code)));
                    one
                })
                .collect();
            json!({ "block": block.block.block, "name": block.block.name, "ranked": block.scores.ranked, "units": units })
        })
        .collect();
    Ok(ok(json!({ "campaign": found.campaign.key, "phase": found.campaign.phase.word(), "year": found.campaign.year, "blocks": blocks })))
}

/// One unit's result: areas with their indices, every node with what the unit gave itself, and the year before.
async fn of_one(State(app): State<App>, signed: Signed, Path((campaign, unit)): Path<(String, String)>) -> Answered {
    let found = campaign_results(Ground::of(&app), &signed.actor, &campaign).await.map_err(told(&signed))?;
    if !may_see(&app, &signed, &found, Some(&unit)) {
        return Err(Problem::NotFound.into());
    }
    let held = found.blocks.iter().find_map(|block| Some((block, block.position(&unit)?)));
    let (block, at) = held.ok_or(Problem::NotFound)?;
    let before = found.before.iter().find_map(|before| Some((before, before.position(&unit)?)));
    let definition = &block.definition;
    let index_of = |id: NodeId| block.index(at, id).map(|index| exact(indices::shown(index, block.decimals)));
    let nodes: Vec<Value> = definition
        .top_down()
        .into_iter()
        .map(|(id, depth)| {
            let node = &definition.nodes[id];
            let was = before.and_then(|earlier| match beside((block, at), earlier, id) {
                Beside::Same { before, .. } => Some(before),
                Beside::New | Beside::Changed => None,
            });
            json!({
                "node": node.code, "depth": depth, "leaf": node.is_leaf(), "maximum": definition.maximum(id).map(exact),
                "own": node.is_leaf().then(|| number(block.own_leaves[at][id])), "result": number(block.scores.units[at].values[id]),
                "applies": applies(definition, &block.scores.units[at], id).map(exact), "index": index_of(id),
                "last_year": was.map(number),
            })
        })
        .collect();
    let area = |id: &NodeId| {
        let index = index_of(*id);
        let points = number(block.scores.units[at].values[*id]);
        json!({ "node": definition.nodes[*id].code, "points": points, "maximum": exact(block.maximum(at, *id)), "index": index })
    };
    let removed: Vec<Value> = taken_out(definition, &block.table.rows[at], signed.lang())
        .into_iter()
        .map(|one| json!({ "node": definition.nodes[one.node].code, "maximum": one.maximum.map(exact), "reason": one.reason }))
        .collect();
    let mut body = unit_json(block, at, found.campaign.year, &signed);
    body["campaign"] = json!(found.campaign.key);
    body["phase"] = json!(found.campaign.phase.word());
    body["block"] = json!(block.block.block);
    body["successor"] = json!(found.successors.get(&unit));
    body["ranked"] = json!(block.scores.ranked);
    body["areas"] = block.areas().iter().map(area).collect();
    body["nodes"] = json!(nodes);
    body["not_applicable"] = json!(removed);
    Ok(ok(body))
}
