//! Criteria sets: the text and its parts, copies, withdrawal, differences.

use accounts::policy::{Action, Thing};
use axum::extract::{DefaultBodyLimit, Path, State};
use composite_index::{AbsentThen, Role, Text};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use ui::Lang;
use web::{App, Ground, Guard, Route, Signed, tidied};

use super::{Answered, Faults, Refused, Sent, Why, decimal, exact, fault, faulty, made, ok, owner_or_own, read, told, word};
use crate::actions::{FoundSet, SetChange, change_set, clone_set, find_set, list_sets, make_set, set_difference, withdraw_set};
use crate::editing::{
    AbsentEdit, EditFault, NewFigure, NodeEdit, add_figure, add_node, change_node, remove_figure, remove_node, set_absent,
    set_blocks_of_node,
};
use crate::model::StoredSet;
use crate::pages::set_edit::fault_words;
use crate::set::{Scorer, is_part_code};

/// As large as the text of a set may come: what can be read can be sent back.
fn whole() -> DefaultBodyLimit {
    DefaultBodyLimit::max(web::LARGEST_SHEET)
}

pub(super) fn routes() -> Vec<Route> {
    use axum::routing::get;
    let see = Guard::May(Action::See, Thing::CriteriaSet);
    let make = Guard::May(Action::Make, Thing::CriteriaSet);
    let change = Guard::May(Action::Change, Thing::CriteriaSet);
    vec![
        Route::of("/api/v1/criteria-sets", &["GET", "POST"], see, get(list).post(make_new).layer(whole())).sending(make),
        Route::of("/api/v1/criteria-sets/{set}", &["GET", "PUT"], see, get(one).put(put_text).layer(whole())).sending(change),
        Route::act("/api/v1/criteria-sets/{set}/nodes", change, add_part),
        Route::of("/api/v1/criteria-sets/{set}/nodes/{node}", &["GET", "PUT"], see, get(part).put(put_part)).sending(change),
        Route::act("/api/v1/criteria-sets/{set}/nodes/{node}/removal", change, remove_part),
        Route::act("/api/v1/criteria-sets/{set}/figures", change, new_figure),
        Route::act("/api/v1/criteria-sets/{set}/figures/{figure}/removal", change, drop_figure),
        Route::act("/api/v1/criteria-sets/{set}/copies", make, copy),
        Route::act("/api/v1/criteria-sets/{set}/withdrawal", Guard::May(Action::Withdraw, Thing::CriteriaSet), withdraw),
        Route::page("/api/v1/criteria-sets/{set}/differences/{other}", see, differences),
    ]
}

fn stored_json(set: &StoredSet) -> Value {
    json!({
        "set": set.key, "id": set.code, "title": set.title, "level": set.level, "owner": set.owner, "kind": set.kind.word(),
        "state": set.state.word(), "based_on": set.based_on, "framework": set.framework, "sha256": set.sha256,
        "changed_at": set.changed_at, "version": set.version,
    })
}

async fn list(State(app): State<App>, signed: Signed) -> Answered {
    let found = list_sets(Ground::of(&app), &signed.actor).await.map_err(told(&signed))?;
    Ok(ok(json!({ "sets": found.iter().map(stored_json).collect::<Vec<_>>() })))
}

/// A set that the person may see.
async fn found(app: &App, signed: &Signed, set: &str) -> Result<FoundSet, Refused> {
    find_set(Ground::of(app), &signed.actor, set).await.map_err(told(signed))
}

/// A set that the person may do this to; asked before a body is looked at.
async fn held(app: &App, signed: &Signed, set: &str, action: Action) -> Result<FoundSet, Refused> {
    let found = found(app, signed, set).await?;
    let lineage = app.units.lineage(&found.stored.owner).ok_or(web::Problem::NotFound)?;
    signed.principal().must(action, Thing::CriteriaSet, &lineage).map_err(web::Problem::from)?;
    Ok(found)
}

async fn answered(app: &App, signed: &Signed, set: &str) -> Result<Value, Refused> {
    let found = found(app, signed, set).await?;
    let definition = &found.set.definition;
    let nodes: Vec<Value> = found
        .set
        .tree()
        .into_iter()
        .map(|(id, depth)| {
            let node = &definition.nodes[id];
            json!({
                "node": node.code, "depth": depth, "name_vi": found.set.name(id, Lang::Vi), "name_en": found.set.name(id, Lang::En),
                "leaf": node.is_leaf(), "maximum": definition.maximum(id).map(exact), "blocks": node.blocks,
                "rule": node.rule.as_ref().map(|rule| index_words::leaf(definition, rule, signed.lang())),
                "scored_by": node.is_leaf().then(|| found.set.scorer(id).word()),
            })
        })
        .collect();
    let figures: Vec<&str> = definition.figures.iter().map(|figure| figure.code.as_str()).collect();
    let mut body = stored_json(&found.stored);
    body["text"] = json!(found.text);
    body["nodes"] = json!(nodes);
    body["figures"] = json!(figures);
    body["used_by"] =
        found.used_by.iter().map(|(campaign, title, year)| json!({ "campaign": campaign, "title": title, "year": year })).collect();
    Ok(body)
}

async fn one(State(app): State<App>, signed: Signed, Path(set): Path<String>) -> Answered {
    Ok(ok(answered(&app, &signed, &set).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewSet {
    /// The unit that keeps it; the program's own where it is left out.
    owner: Option<String>,
    text: String,
}

async fn make_new(State(app): State<App>, signed: Signed, sent: Sent<NewSet>) -> Answered {
    let body = read(sent, signed.lang())?;
    let owner = owner_or_own(&signed, body.owner);
    let key = make_set(Ground::of(&app), &signed.actor, &owner, &tidied(&body.text)).await.map_err(told(&signed))?;
    Ok(made(answered(&app, &signed, &key).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewText {
    text: String,
    version: i64,
}

async fn put_text(State(app): State<App>, signed: Signed, Path(set): Path<String>, sent: Sent<NewText>) -> Answered {
    held(&app, &signed, &set, Action::Change).await?;
    let body = read(sent, signed.lang())?;
    saved(&app, &signed, &set, body.version, &tidied(&body.text)).await
}

/// Saves another text, and answers the set as it is then.
async fn saved(app: &App, signed: &Signed, set: &str, seen: i64, text: &str) -> Answered {
    let change = SetChange { key: set, seen, text };
    change_set(Ground::of(app), &signed.actor, &change).await.map_err(told(signed))?;
    Ok(ok(answered(app, signed, set).await?))
}

/// Saves a text with one part changed. A part that somebody else took away meanwhile is a conflict like any other change.
async fn edited(app: &App, signed: &Signed, found: &FoundSet, seen: i64, text: Result<String, EditFault>) -> Answered {
    match text {
        Ok(text) => saved(app, signed, &found.stored.key, seen, &text).await,
        Err(_) if found.stored.version != seen => Err(told(signed)(crate::actions::EvaluationError::WrongState)),
        Err(EditFault::NoSuchNode(_) | EditFault::NoSuchFigure(_)) => Err(web::Problem::NotFound.into()),
        Err(why) => {
            let (field, rule) = match why {
                EditFault::RuleNotToml(_) => ("rule", "toml"),
                EditFault::NotToml(_) => ("text", "toml"),
                EditFault::CodeTaken(_) | EditFault::FigureTaken(_) => ("code", "taken"),
                _ => ("code", "has-parts"),
            };
            Err(faulty("values", vec![fault(field, rule, &fault_words(&why, signed.lang()))]))
        }
    }
}

// One part

/// What was left out keeps its value; `null` empties it.
fn stated<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    vi: String,
    en: Option<String>,
}

/// What happens where the subject of a leaf does not exist.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AbsentBody {
    when: String,
    then: String,
    #[serde(default)]
    to: Vec<String>,
    #[serde(default)]
    by_maximum: bool,
}

/// What is said of a part.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartBody {
    version: i64,
    /// Of a new part only: its code, and the part above.
    code: Option<String>,
    parent: Option<String>,
    name_vi: Option<String>,
    name_en: Option<String>,
    #[serde(default, deserialize_with = "stated")]
    maximum: Option<Option<String>>,
    /// Of a leaf: where its subject does not exist.
    #[serde(default, deserialize_with = "stated")]
    absent: Option<Option<AbsentBody>>,
    /// The blocks that it is for; none: all.
    blocks: Option<Vec<String>>,
    /// The most that a bonus adds.
    #[serde(default, deserialize_with = "stated")]
    cap: Option<Option<String>>,
    /// The most that a penalty takes away, below zero.
    #[serde(default, deserialize_with = "stated")]
    floor: Option<Option<String>>,
    /// The table of the rule in the format of sets.
    #[serde(default, deserialize_with = "stated")]
    rule: Option<Option<String>>,
    #[serde(default, deserialize_with = "stated")]
    role: Option<Option<String>>,
    #[serde(default, deserialize_with = "stated")]
    scored_by: Option<Option<String>>,
    #[serde(default, deserialize_with = "stated")]
    appraised_by: Option<Option<String>>,
    #[serde(default, deserialize_with = "stated")]
    evidence: Option<Option<Words>>,
    #[serde(default, deserialize_with = "stated")]
    guidance: Option<Option<Words>>,
    observed: Option<std::collections::BTreeMap<String, String>>,
}

/// A part as the text has it.
fn as_written(found: &FoundSet, code: &str) -> Option<NodeEdit> {
    let id = found.set.definition.node(code)?;
    let asks = found.set.asks.get(code).cloned().unwrap_or_default();
    let document: toml_edit::DocumentMut = found.text.parse().ok()?;
    let nodes = document.get("node")?.as_array_of_tables()?;
    let table = nodes.iter().find(|table| table.get("code").and_then(toml_edit::Item::as_str) == Some(code))?;
    let rule = table.get("rule").and_then(|rule| {
        let rule = rule.as_table().cloned().or_else(|| rule.as_inline_table().map(|inline| inline.clone().into_table()))?;
        let mut alone = toml_edit::DocumentMut::new();
        for (key, item) in rule.iter() {
            alone.insert(key, item.clone());
        }
        Some(alone.to_string().trim().to_owned())
    });
    let number = |key: &str| table.get(key).and_then(toml_edit::Item::as_str).map(str::to_owned);
    Some(NodeEdit {
        name_vi: found.set.name(id, Lang::Vi).to_owned(),
        name_en: found.set.name(id, Lang::En).to_owned(),
        maximum: number("maximum"),
        cap: number("cap"),
        floor: number("floor"),
        rule,
        scored_by: asks.scored_by.map(|scorer| scorer.word().to_owned()),
        appraised_by: asks.appraised_by,
        evidence: asks.evidence,
        guidance: asks.guidance,
        role: match found.set.definition.nodes[id].role {
            Role::Bonus => Some("bonus".to_owned()),
            Role::Penalty => Some("penalty".to_owned()),
            Role::Points => None,
        },
        observed: asks.observed.into_iter().collect(),
    })
}

async fn part(State(app): State<App>, signed: Signed, Path((set, node)): Path<(String, String)>) -> Answered {
    let found = found(&app, &signed, &set).await?;
    let edit = as_written(&found, &node).ok_or(web::Problem::NotFound)?;
    let both = |text: &Option<Text>| text.as_ref().map(|text| json!({ "vi": text.vi, "en": text.en }));
    let definition = &found.set.definition;
    let held = definition.node(&node).map(|id| &definition.nodes[id]);
    let absent = held.and_then(|held| held.absent.as_ref()).map(|absent| {
        let (to, by_maximum): (Vec<&str>, bool) = match &absent.then {
            AbsentThen::MoveTo { siblings, equal } => (siblings.iter().map(|one| definition.nodes[*one].code.as_str()).collect(), !equal),
            _ => (Vec::new(), false),
        };
        json!({ "when": absent.when.text(), "then": absent.then.word(), "to": to, "by_maximum": by_maximum })
    });
    Ok(ok(json!({
        "absent": absent, "blocks": held.map(|held| &held.blocks),
        "set": set, "node": node, "version": found.stored.version, "name_vi": edit.name_vi, "name_en": edit.name_en, "maximum": edit.maximum,
        "cap": edit.cap, "floor": edit.floor, "rule": edit.rule, "role": edit.role, "scored_by": edit.scored_by, "appraised_by": edit.appraised_by,
        "evidence": both(&edit.evidence), "guidance": both(&edit.guidance),
        "observed": edit.observed.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
    })))
}

/// What a body makes of a part, with every fault of the body at once.
fn edit_of(body: PartBody, before: NodeEdit, lang: Lang) -> Result<NodeEdit, Refused> {
    let mut faults = Faults::new(lang);
    let text = |words: Words| Text { en: tidied(words.en.as_deref().unwrap_or(&words.vi)), vi: tidied(&words.vi) };
    let name_vi = body.name_vi.map_or(before.name_vi, |name| tidied(name.trim()));
    if name_vi.is_empty() {
        faults.add("name_vi", "empty", "nhập tên", "the name is missing");
    }
    for (field, number) in [("maximum", &body.maximum), ("cap", &body.cap), ("floor", &body.floor)] {
        if let Some(Some(number)) = number {
            decimal(&mut faults, field, number);
        }
    }
    if let Some(Some(role)) = &body.role {
        word(&mut faults, "role", role, |one| ["bonus", "penalty"].contains(&one).then_some(()), &["bonus", "penalty"]);
    }
    if let Some(Some(scorer)) = &body.scored_by {
        let all = [Scorer::Unit, Scorer::Survey, Scorer::Agency].map(Scorer::word);
        word(&mut faults, "scored_by", scorer, Scorer::of, &all);
    }
    faults.none()?;
    Ok(NodeEdit {
        name_vi,
        name_en: body.name_en.map_or(before.name_en, |name| tidied(name.trim())),
        maximum: body.maximum.unwrap_or(before.maximum),
        cap: body.cap.unwrap_or(before.cap),
        floor: body.floor.unwrap_or(before.floor),
        rule: body.rule.map_or(before.rule, |rule| rule.map(|rule| tidied(&rule))),
        scored_by: body.scored_by.unwrap_or(before.scored_by),
        appraised_by: body.appraised_by.map_or(before.appraised_by, |agency| agency.map(|agency| tidied(&agency))),
        evidence: body.evidence.map_or(before.evidence, |words| words.map(text)),
        guidance: body.guidance.map_or(before.guidance, |words| words.map(text)),
        role: body.role.unwrap_or(before.role),
        observed: body.observed.map_or(before.observed, |observed| observed.into_iter().collect()),
    })
}

async fn put_part(State(app): State<App>, signed: Signed, Path((set, node)): Path<(String, String)>, sent: Sent<PartBody>) -> Answered {
    let found = held(&app, &signed, &set, Action::Change).await?;
    let before = as_written(&found, &node).ok_or(web::Problem::NotFound)?;
    let mut body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    for (field, given) in [("code", &body.code), ("parent", &body.parent)] {
        if given.is_some() {
            faults.add(field, "not-here", "chỉ nêu khi thêm tiêu chí mới", "only a new part has it in its body");
        }
    }
    let beside = Beside::of(&mut body, &mut faults);
    faults.none()?;
    let seen = body.version;
    let edit = edit_of(body, before, signed.lang())?;
    let text = change_node(&found.text, &node, &edit).and_then(|text| beside.put(text, &node));
    edited(&app, &signed, &found, seen, text).await
}

/// What a body says beside the rule of a part; what it leaves out stays.
struct Beside {
    absent: Option<Option<AbsentEdit>>,
    blocks: Option<Vec<String>>,
}

impl Beside {
    fn of(body: &mut PartBody, faults: &mut Faults) -> Self {
        let words = ["full", "zero", "not-applicable", "move"];
        if let Some(Some(absent)) = &body.absent {
            word(faults, "absent.then", &absent.then, |one| words.contains(&one).then_some(()), &words);
        }
        let edit = |one: AbsentBody| AbsentEdit { when: one.when, then: one.then, to: one.to, by_maximum: one.by_maximum };
        Self { absent: body.absent.take().map(|absent| absent.map(edit)), blocks: body.blocks.take() }
    }

    fn put(self, mut text: String, node: &str) -> Result<String, EditFault> {
        if let Some(absent) = &self.absent {
            text = set_absent(&text, node, absent.as_ref())?;
        }
        if let Some(blocks) = &self.blocks {
            text = set_blocks_of_node(&text, node, blocks)?;
        }
        Ok(text)
    }
}

async fn add_part(State(app): State<App>, signed: Signed, Path(set): Path<String>, sent: Sent<PartBody>) -> Answered {
    let found = held(&app, &signed, &set, Action::Change).await?;
    let mut body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    let beside = Beside::of(&mut body, &mut faults);
    let (code, parent) = (body.code.clone().unwrap_or_default(), body.parent.clone().unwrap_or_default());
    if code.trim().is_empty() {
        faults.add("code", "empty", "nhập mã của tiêu chí mới", "the code is missing");
    } else if !is_part_code(code.trim()) {
        faults.add(
            "code",
            "letters",
            "mã chỉ gồm chữ cái không dấu, chữ số, dấu chấm, gạch dưới, gạch nối, bắt đầu bằng chữ hoặc số, dài nhất 40 ký tự",
            "a code has letters without marks, digits, points, _ and -, begins with a letter or a digit, and has at most 40 letters",
        );
    }
    if found.stored.version == body.version && found.set.definition.node(&parent).is_none() {
        faults.add("parent", "no-such-node", "không có tiêu chí cấp trên này", "there is no such part above");
    }
    faults.none()?;
    let seen = body.version;
    // A new part has typed points until it is given another rule.
    let before = NodeEdit { rule: Some("kind = \"external\"".to_owned()), ..NodeEdit::default() };
    let edit = edit_of(body, before, signed.lang())?;
    let text = add_node(&found.text, &parent, code.trim(), &edit).and_then(|text| beside.put(text, code.trim()));
    edited(&app, &signed, &found, seen, text).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    version: i64,
}

async fn remove_part(State(app): State<App>, signed: Signed, Path((set, node)): Path<(String, String)>, sent: Sent<Seen>) -> Answered {
    let found = held(&app, &signed, &set, Action::Change).await?;
    let body = read(sent, signed.lang())?;
    edited(&app, &signed, &found, body.version, remove_node(&found.text, &node)).await
}

// Figures

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FigureBody {
    version: i64,
    #[serde(default)]
    code: String,
    #[serde(default)]
    name: String,
    /// A word of the format; a number where it is left out.
    kind: Option<String>,
    unit: Option<String>,
    #[serde(default)]
    choices: Vec<String>,
    range: Option<(String, String)>,
}

async fn new_figure(State(app): State<App>, signed: Signed, Path(set): Path<String>, sent: Sent<FigureBody>) -> Answered {
    let found = held(&app, &signed, &set, Action::Change).await?;
    let body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    for (field, text) in [("code", &body.code), ("name", &body.name)] {
        if text.trim().is_empty() {
            faults.add(field, "empty", "không được để trống", "must not be empty");
        }
    }
    let range = body.range.as_ref().map(|(low, high)| (decimal(&mut faults, "range.0", low), decimal(&mut faults, "range.1", high)));
    faults.none()?;
    let figure = NewFigure {
        code: body.code.trim().to_owned(),
        name: tidied(body.name.trim()),
        kind: body.kind.unwrap_or_else(|| "number".to_owned()),
        unit: body.unit,
        choices: body.choices.iter().map(|choice| tidied(choice)).collect(),
        range: range.and_then(|(low, high)| Some((exact(low?), exact(high?)))),
    };
    edited(&app, &signed, &found, body.version, add_figure(&found.text, &figure)).await
}

async fn drop_figure(State(app): State<App>, signed: Signed, Path((set, figure)): Path<(String, String)>, sent: Sent<Seen>) -> Answered {
    let found = held(&app, &signed, &set, Action::Change).await?;
    let body = read(sent, signed.lang())?;
    edited(&app, &signed, &found, body.version, remove_figure(&found.text, &figure)).await
}

// The whole set

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Copy {
    id: String,
    year: i32,
    owner: Option<String>,
}

async fn copy(State(app): State<App>, signed: Signed, Path(set): Path<String>, sent: Sent<Copy>) -> Answered {
    found(&app, &signed, &set).await?;
    let body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    super::annex::head_faults(&mut faults, &body.id, body.year);
    faults.none()?;
    let owner = owner_or_own(&signed, body.owner);
    let key = clone_set(Ground::of(&app), &signed.actor, &set, &owner, &body.id, body.year).await.map_err(told(&signed))?;
    Ok(made(answered(&app, &signed, &key).await?))
}

async fn withdraw(State(app): State<App>, signed: Signed, Path(set): Path<String>, sent: Sent<Why>) -> Answered {
    held(&app, &signed, &set, Action::Withdraw).await?;
    let body = read(sent, signed.lang())?;
    withdraw_set(Ground::of(&app), &signed.actor, &set, &tidied(&body.reason)).await.map_err(told(&signed))?;
    Ok(ok(answered(&app, &signed, &set).await?))
}

async fn differences(State(app): State<App>, signed: Signed, Path((set, other)): Path<(String, String)>) -> Answered {
    let (before, after, found) = set_difference(Ground::of(&app), &signed.actor, &other, &set).await.map_err(told(&signed))?;
    let rows: Vec<Value> =
        found.iter().map(|one| json!({ "code": one.code, "kind": one.kind.word(), "before": one.before, "after": one.after })).collect();
    Ok(ok(json!({ "before": stored_json(&before.stored), "after": stored_json(&after.stored), "differences": rows })))
}
