//! Made-up evaluation of a demonstration: a finished campaign of last year, and running ones of this year in every state.
//! It is made by a job after the first start, so that the first page does not wait for it; begun again, it goes on where it stopped.

mod examples;

use std::sync::Arc;

use accounts::{Accounts, Actor, account_by_login};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use composite_index::{Definition, FigureId, FigureKind, LeafRule, Measure, NodeId};
use evaluation::actions::{
    self, Entry, EvaluationError, Ground, NewBlock, NewCampaign, NewOpinion, NewSession, Said, Sheet, agree_to_all, give, list_sets,
};
use evaluation::model::{AnswerKind, Duty, Phase, Seat, Shows, Step, UnitState, Verdict};
use evaluation::set::{CriteriaSet, Scorer};
use platform::jobs::{Done, JobContext, JobError, JobFault, JobFuture, JobKind, NewJob, queue};
use platform::{Db, DbError, World};
use rust_decimal::Decimal;
use serde_json::json;
use web::UnitTree;

const HANOI: &str = "01-ha-noi";
const WORD: &str = "demo-evaluation";
const HEALTH: &str = "hn-so-y-te";

/// Makes the campaigns of a demonstration.
pub(crate) struct DemoEvaluation {
    pub(crate) accounts: Accounts,
    pub(crate) units: UnitTree,
}

/// Queues the work once.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn queue_evaluation(db: &Db, world: &World) -> Result<(), DbError> {
    let mut write = db.write().await?;
    let new = NewJob {
        kind: WORD,
        title: "Tạo số liệu đánh giá minh họa".to_owned(),
        payload: json!({}),
        only_once: Some(WORD.to_owned()),
        run_at: world.now(),
        asked_by: None,
        unit: None,
    };
    queue(write.conn(), world, &new).await?;
    write.commit().await
}

impl JobKind for DemoEvaluation {
    fn word(&self) -> &'static str {
        WORD
    }

    fn run<'a>(&'a self, context: &'a JobContext) -> JobFuture<'a> {
        Box::pin(async move {
            self.units.refresh(&self.accounts.db, self.accounts.world.now()).await?;
            match Maker::of(self, context).make().await {
                Ok(()) => Ok(Done { result: json!({}), faults: Vec::new() }),
                Err(EvaluationError::Db(error)) => Err(JobError::Db(error)),
                Err(error) => {
                    tracing::error!(%error, "the evaluation of the demonstration could not be made");
                    Err(JobError::Failed(vec![JobFault::said("demo", format!("{error}"), format!("{error}"))]))
                }
            }
        })
    }
}

struct Maker<'a> {
    ground: Ground<'a>,
    context: &'a JobContext,
    actor: Actor,
}

/// A campaign to be made.
struct Wanted<'a> {
    title: String,
    year: i32,
    /// Places in [`BLOCKS`].
    blocks: &'a [usize],
    /// These units alone; all of the blocks where nothing is said.
    only: Option<&'a [String]>,
    follows: Option<String>,
    /// The end of self-scoring.
    ends: DateTime<Utc>,
}

/// What a block is made from: code, name, id of the sample set without its year.
const BLOCKS: [(&str, &str, &str); 3] =
    [("so", "Sở, ban, ngành", "mau-so"), ("phuong", "Phường", "mau-xa"), ("xa", "Xã, đặc khu", "mau-xa")];

impl<'a> Maker<'a> {
    fn of(job: &'a DemoEvaluation, context: &'a JobContext) -> Self {
        let ground = Ground { db: &job.accounts.db, world: &job.accounts.world, units: &job.units };
        Self { ground, context, actor: Actor::program(job.accounts.world.now()) }
    }

    /// The same at the moment that it is now. The history never goes back, so that a step taken while others work stands behind theirs.
    fn later(&self) -> Self {
        Self { ground: self.ground, context: self.context, actor: Actor::program(self.ground.world.now()) }
    }

    async fn make(&self) -> Result<(), EvaluationError> {
        actions::import_catalogue(self.ground, &self.actor, HANOI, &evaluation::shipped_sets()).await?;
        let year = self.actor.today().year();
        self.context.progress(1, Some(5));
        let last = self.finished(year - 1).await?;
        self.context.progress(2, Some(5));
        self.appraised(year, &last).await?;
        self.context.progress(3, Some(5));
        self.scoring(year, &last).await?;
        self.context.progress(4, Some(5));
        self.examples(year, &last).await?;
        self.context.progress(5, Some(5));
        Ok(())
    }

    /// The campaign of a title, made once.
    async fn campaign(&self, wanted: Wanted<'_>) -> Result<String, EvaluationError> {
        let Wanted { title, year, blocks, only, follows, ends } = wanted;
        let there = actions::list(self.ground, &self.actor).await?.into_iter().find(|view| view.campaign.title == title);
        if let Some(view) = there {
            return Ok(view.campaign.key);
        }
        let sets = list_sets(self.ground, &self.actor).await?;
        // A folder of one's own may have no sample of the year: the newest one serves.
        let set = |kind: &str| {
            let exact = sets.iter().find(|set| set.code == format!("{kind}-{year}"));
            exact.or_else(|| sets.iter().rev().find(|set| set.code.starts_with(kind))).map(|set| set.key.clone())
        };
        let mut made = Vec::new();
        for (code, name, kind) in blocks.iter().filter_map(|at| BLOCKS.get(*at)) {
            let units: Vec<(String, bool)> = self
                .ground
                .units
                .below(HANOI)
                .into_iter()
                .filter(|unit| match unit.level {
                    registry::Level::Department => *code == "so",
                    registry::Level::Commune => (*code == "phuong") == unit.name.starts_with("Phường") && *code != "so",
                    _ => false,
                })
                .filter(|unit| only.is_none_or(|only| only.contains(&unit.unit)))
                .map(|unit| (unit.unit, true))
                .collect();
            if let Some(set) = set(kind).filter(|_| !units.is_empty()) {
                made.push(NewBlock { block: (*code).to_owned(), name: (*name).to_owned(), set, units });
            }
        }
        let now = self.actor.now;
        let start = |at: DateTime<Utc>| end_of_day(at) - TimeDelta::hours(17);
        let step = |phase, from: i64, to: i64| Step {
            phase,
            opens_at: start(now + TimeDelta::days(from)),
            due_at: end_of_day(now + TimeDelta::days(to)),
        };
        let new = NewCampaign {
            title,
            year,
            owner: HANOI.to_owned(),
            follows,
            quorum: Decimal::new(5, 1),
            note: Some("Đợt đánh giá minh họa: mọi số liệu, điểm và ý kiến đều được đặt ra để dùng thử.".to_owned()),
            made_up: true,
            blocks: made,
            steps: vec![
                Step { phase: Phase::Scoring, opens_at: start(now - TimeDelta::days(5)), due_at: ends },
                step(Phase::Appraisal, 13, 30),
                step(Phase::Explanation, 31, 40),
                step(Phase::SecondAppraisal, 41, 50),
                step(Phase::Council, 51, 60),
            ],
        };
        actions::make(self.ground, &self.actor, &new).await
    }

    async fn account(&self, login: &str) -> Result<Option<String>, EvaluationError> {
        let mut read = self.ground.db.read().await?;
        Ok(account_by_login(read.conn(), login).await?.map(|account| account.account))
    }

    /// Appraiser and council, once: whoever tries the demonstration may have changed them since.
    async fn people(&self, campaign: &str) -> Result<(), EvaluationError> {
        let view = actions::overview(self.ground, &self.actor, campaign).await?;
        if view.campaign.phase > Phase::Draft {
            return Ok(());
        }
        if let (Some(account), true) = (self.account("mau.tham-dinh").await?, view.assignments.is_empty()) {
            actions::assign(self.ground, &self.actor, campaign, &account, Duty::Appraiser, "total", (None, None)).await?;
        }
        for (login, seat) in [("mau.lanh-dao", Seat::Chair), ("mau.hoi-dong", Seat::Member), ("mau.thuong-truc", Seat::Secretary)] {
            if let Some(account) = self.account(login).await? {
                actions::seat(self.ground, &self.actor, campaign, &account, seat).await?;
            }
        }
        for words in ["Minh chứng chưa thể hiện nội dung theo yêu cầu của tiêu chí.", "Số liệu chưa thống nhất với báo cáo định kỳ."]
        {
            if !actions::phrases(self.ground, &view.campaign).await?.iter().any(|(_, known)| known == words) {
                actions::add_phrase(self.ground, &self.actor, campaign, words).await?;
            }
        }
        Ok(())
    }

    /// Opens phases until the campaign is in one.
    async fn until(&self, campaign: &str, phase: Phase) -> Result<(), EvaluationError> {
        loop {
            let view = actions::overview(self.ground, &self.actor, campaign).await?;
            if view.campaign.phase >= phase {
                return Ok(());
            }
            actions::advance(self.ground, &self.actor, campaign, view.campaign.version).await?;
        }
    }

    /// A unit's figures, as far as `share` of them.
    async fn enter(&self, campaign: &str, unit: &str, share: usize) -> Result<Sheet, EvaluationError> {
        let sheet = actions::sheet(self.ground, &self.actor, campaign, unit).await?;
        if sheet.unit.state == UnitState::Submitted {
            return Ok(sheet);
        }
        let leaves = sheet.leaves();
        let some = leaves.len() * share / 100;
        let entries: Vec<Entry> = leaves.iter().take(some).flat_map(|leaf| made_up(&sheet, *leaf, sheet.campaign.year)).collect();
        actions::save(self.ground, &self.actor, campaign, unit, &entries).await?;
        actions::sheet(self.ground, &self.actor, campaign, unit).await
    }

    async fn hand_in(&self, campaign: &str, unit: &str) -> Result<(), EvaluationError> {
        let sheet = self.enter(campaign, unit, 100).await?;
        if sheet.unit.state != UnitState::Submitted {
            actions::submit(self.ground, &self.actor, campaign, unit).await?;
        }
        Ok(())
    }

    /// Survey and external points of a unit, then what appraisers say.
    async fn appraise(&self, campaign: &str, unit: &str) -> Result<(), EvaluationError> {
        let sheet = actions::sheet(self.ground, &self.actor, campaign, unit).await?;
        for leaf in sheet.leaves() {
            let code = sheet.set.definition.nodes[leaf].code.clone();
            let seed = seed_of(unit, &code, sheet.campaign.year);
            if sheet.rulings.contains_key(&code) {
                continue;
            }
            let most = sheet.set.most(leaf).unwrap_or_default();
            let said = if sheet.set.scorer(leaf) != Scorer::Unit {
                Said { verdict: Verdict::Set, points: Some(part(most, 70 + seed % 28)), reason: "Kết quả minh họa".to_owned() }
            } else if seed.is_multiple_of(23) && sheet.own(leaf).is_ok_and(|own| own > Decimal::ZERO && own <= most) {
                let lower = sheet.own(leaf).map(|own| part(own, 50)).unwrap_or_default();
                Said {
                    verdict: Verdict::Set,
                    points: Some(lower),
                    reason: "Minh chứng chưa thể hiện đủ nội dung (ý kiến minh họa).".to_owned(),
                }
            } else {
                continue;
            };
            self.say(&NewOpinion { campaign, unit, leaf: &code, seen: 0, said }).await?;
        }
        match agree_to_all(self.ground, &self.actor, campaign, unit, "total").await {
            Ok(_) | Err(EvaluationError::WrongPhase(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// An opinion, unless it was given in an earlier run.
    async fn say(&self, new: &NewOpinion<'_>) -> Result<(), EvaluationError> {
        match give(self.ground, &self.actor, new).await {
            Err(EvaluationError::SpokenMeanwhile | EvaluationError::WrongPhase(_)) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What nobody could rule on before the council: leaves without points get none.
    async fn decide_rest(&self, campaign: &str, unit: &str) -> Result<(), EvaluationError> {
        let sheet = actions::sheet(self.ground, &self.actor, campaign, unit).await?;
        for leaf in sheet.leaves() {
            let code = sheet.set.definition.nodes[leaf].code.clone();
            if !sheet.rulings.contains_key(&code) {
                let said =
                    Said {
                        verdict: Verdict::Set, points: Some(Decimal::ZERO), reason: "Không có số liệu (ý kiến minh họa).".to_owned()
                    };
                self.say(&NewOpinion { campaign, unit, leaf: &code, seen: 0, said }).await?;
            }
        }
        Ok(())
    }

    /// Last year: from the first figure to publication.
    async fn finished(&self, year: i32) -> Result<String, EvaluationError> {
        let title = format!("Đánh giá cải cách hành chính năm {year}");
        let ends = end_of_day(self.actor.now + TimeDelta::days(1));
        let campaign = self.campaign(Wanted { title, year, blocks: &[0, 1, 2], only: None, follows: None, ends }).await?;
        self.people(&campaign).await?;
        let view = actions::overview(self.ground, &self.actor, &campaign).await?;
        if view.campaign.phase.is_final() {
            return Ok(campaign);
        }
        let units: Vec<String> = view.units.iter().map(|progress| progress.unit.unit.clone()).collect();
        self.until(&campaign, Phase::Scoring).await?;
        for unit in &units {
            self.hand_in(&campaign, unit).await?;
        }
        self.until(&campaign, Phase::Appraisal).await?;
        for unit in &units {
            self.appraise(&campaign, unit).await?;
        }
        self.until(&campaign, Phase::Council).await?;
        for unit in &units {
            self.decide_rest(&campaign, unit).await?;
        }
        let members = actions::members(self.ground, &view.campaign).await?;
        let present = members.iter().map(|member| member.account.clone()).collect();
        let session =
            NewSession {
                held_on: self.actor.today(), present, consented: Vec::new(), minutes: Some("Phiên họp minh họa.".to_owned())
            };
        let later = self.later();
        actions::hold_session(self.ground, &later.actor, &campaign, &session).await?;
        let version = actions::overview(self.ground, &self.actor, &campaign).await?.campaign.version;
        actions::approve(self.ground, &later.actor, &campaign, version, "Quyết định minh họa", env!("CARGO_PKG_VERSION")).await?;
        let version = actions::overview(self.ground, &self.actor, &campaign).await?.campaign.version;
        actions::publish(self.ground, &self.actor, &campaign, version, self.actor.today(), Shows::Leaves).await?;
        self.calendar(&campaign, [-330, -300, -270, -250, -230]).await?;
        Ok(campaign)
    }

    /// This year's departments: handed in, appraised, some asked to explain.
    async fn appraised(&self, year: i32, last: &str) -> Result<(), EvaluationError> {
        let title = format!("Đánh giá cải cách hành chính năm {year}: sở, ban, ngành");
        let ends = end_of_day(self.actor.now + TimeDelta::days(12));
        let campaign = self.campaign(Wanted { title, year, blocks: &[0], only: None, follows: Some(last.to_owned()), ends }).await?;
        self.people(&campaign).await?;
        self.until(&campaign, Phase::Scoring).await?;
        let view = actions::overview(self.ground, &self.actor, &campaign).await?;
        if view.campaign.phase > Phase::Appraisal {
            return Ok(());
        }
        let units: Vec<String> = view.units.iter().map(|progress| progress.unit.unit.clone()).collect();
        // One of them has not handed in: the office sees who is behind.
        let late = units.iter().find(|unit| *unit != HEALTH);
        let on_time: Vec<&String> = units.iter().filter(|unit| Some(*unit) != late).collect();
        for unit in &on_time {
            self.hand_in(&campaign, unit).await?;
        }
        if let Some(late) = late {
            self.enter(&campaign, late, 40).await?;
        }
        self.until(&campaign, Phase::Appraisal).await?;
        let answers = on_time.iter().find(|unit| **unit != HEALTH).copied();
        for unit in on_time {
            self.ask(&campaign, unit).await?;
            if unit != HEALTH {
                self.appraise(&campaign, unit).await?;
            }
        }
        self.until(&campaign, Phase::Explanation).await?;
        // One of them has explained already; elsewhere the questions are open.
        if let Some(unit) = answers {
            self.explain(&campaign, unit).await?;
        }
        self.calendar(&campaign, [-30, -14, -1, 12, 23]).await
    }

    /// A unit explains what it was asked.
    async fn explain(&self, campaign: &str, unit: &str) -> Result<(), EvaluationError> {
        let sheet = actions::sheet(self.ground, &self.actor, campaign, unit).await?;
        for ruling in sheet.rulings.values().filter(|ruling| ruling.verdict == Verdict::Ask) {
            let words = "Nội dung ở trang 2 của báo cáo; số liệu tính đến ngày 30 tháng 11 (giải trình minh họa).";
            actions::answer(self.ground, &self.actor, campaign, unit, &ruling.leaf, words).await?;
        }
        Ok(())
    }

    /// Dates that fit the phase that the campaign has reached: a step begins on each of these days, and ends before the next.
    async fn calendar(&self, campaign: &str, days: [i64; 5]) -> Result<(), EvaluationError> {
        let phases = [Phase::Scoring, Phase::Appraisal, Phase::Explanation, Phase::SecondAppraisal, Phase::Council];
        let now = self.actor.now;
        let steps: Vec<Step> = phases
            .into_iter()
            .zip(days)
            .enumerate()
            .map(|(at, (phase, day))| {
                let next = days.get(at + 1).copied().unwrap_or(day + 10);
                Step {
                    phase,
                    opens_at: end_of_day(now + TimeDelta::days(day)) - TimeDelta::hours(17),
                    due_at: end_of_day(now + TimeDelta::days(next - 1)),
                }
            })
            .collect();
        actions::set_steps(self.ground, &self.actor, campaign, &steps, "Lịch minh họa").await
    }

    /// One question at one leaf of a unit.
    async fn ask(&self, campaign: &str, unit: &str) -> Result<(), EvaluationError> {
        let sheet = actions::sheet(self.ground, &self.actor, campaign, unit).await?;
        let own: Vec<NodeId> =
            sheet.leaves().into_iter().filter(|leaf| sheet.set.scorer(*leaf) == Scorer::Unit && sheet.own(*leaf).is_ok()).collect();
        let Some(leaf) = own.get(seed_of(unit, "hoi", 1) % own.len().max(1)) else { return Ok(()) };
        let code = sheet.set.definition.nodes[*leaf].code.clone();
        if sheet.rulings.contains_key(&code) {
            return Ok(());
        }
        let reason = "Đề nghị nêu rõ trang, mục trong minh chứng và cách tính số liệu (câu hỏi minh họa).".to_owned();
        self.say(&NewOpinion { campaign, unit, leaf: &code, seen: 0, said: Said { verdict: Verdict::Ask, points: None, reason } }).await
    }

    /// This year's communes and wards: being scored, in every state.
    async fn scoring(&self, year: i32, last: &str) -> Result<(), EvaluationError> {
        let title = format!("Đánh giá cải cách hành chính năm {year}: xã, phường");
        let ends = end_of_day(self.actor.now + TimeDelta::days(12));
        let campaign = self.campaign(Wanted { title, year, blocks: &[1, 2], only: None, follows: Some(last.to_owned()), ends }).await?;
        self.people(&campaign).await?;
        self.until(&campaign, Phase::Scoring).await?;
        let view = actions::overview(self.ground, &self.actor, &campaign).await?;
        if view.campaign.phase > Phase::Scoring {
            return Ok(());
        }
        for (at, progress) in view.units.iter().enumerate() {
            if progress.unit.state != UnitState::Open || progress.entered > 0 {
                continue;
            }
            let unit = progress.unit.unit.as_str();
            match at % 6 {
                // Not begun.
                0 => {}
                1 => drop(self.enter(&campaign, unit, 30).await?),
                2 => drop(self.enter(&campaign, unit, 80).await?),
                3 => {
                    self.enter(&campaign, unit, 100).await?;
                    actions::hand_over(self.ground, &self.actor, &campaign, unit).await?;
                }
                4 => self.hand_in(&campaign, unit).await?,
                _ => {
                    self.hand_in(&campaign, unit).await?;
                    let reason = "Số liệu mục 1 chưa khớp với báo cáo (lý do minh họa).";
                    actions::send_back(self.ground, &self.actor, &campaign, unit, reason, None).await?;
                }
            }
        }
        Ok(())
    }
}

/// Five in the afternoon of that day in Viet Nam.
fn end_of_day(at: DateTime<Utc>) -> DateTime<Utc> {
    platform::day_in_viet_nam(at).and_hms_opt(10, 0, 0).map_or(at, |time| time.and_utc())
}

/// A number from names alone: the same at every start, and nobody's.
fn seed_of(unit: &str, code: &str, year: i32) -> usize {
    let year = usize::try_from(year).unwrap_or(0);
    unit.bytes().chain(code.bytes()).fold(year * 31, |sum, byte| (sum * 33 + usize::from(byte)) % 1_000_003)
}

/// A part of points, in whole hundredths.
fn part(whole: Decimal, percent: usize) -> Decimal {
    (whole * Decimal::from(percent) / Decimal::ONE_HUNDRED).round_dp(2)
}

/// Figures that some formula divides by.
fn is_divisor(set: &CriteriaSet, figure: FigureId) -> bool {
    let code = set.definition.figures[figure].code.as_str();
    set.definition.nodes.iter().any(|node| {
        let formula = match &node.rule {
            Some(
                LeafRule::Brackets { measure: Measure::Formula(formula), .. } | LeafRule::Linear { measure: Measure::Formula(formula), .. },
            ) => formula,
            Some(LeafRule::Formula { formula, .. }) => formula,
            _ => return false,
        };
        let text = formula.text().replace(' ', "");
        text.contains(&format!("/{code}"))
            || text.split("/(").skip(1).any(|rest| rest.split(')').next().is_some_and(|inner| inner.contains(code)))
    })
}

/// Whether the figure counts what costs points.
fn is_breach(set: &CriteriaSet, figure: FigureId) -> bool {
    set.definition.nodes.iter().any(
        |node| matches!(&node.rule, Some(LeafRule::PerCase { figure: cases, each, .. }) if *cases == figure && each.is_sign_negative()),
    )
}

/// Made-up entries of a leaf: its figures, and an explanation in place of files.
fn made_up(sheet: &Sheet, leaf: NodeId, year: i32) -> Vec<Entry> {
    let set = &sheet.set;
    if set.scorer(leaf) != Scorer::Unit {
        return Vec::new();
    }
    let node = &set.definition.nodes[leaf];
    let seen = |kind, code: &str| sheet.answer(kind, code).map_or(0, |answer| answer.version);
    let mut entries: Vec<Entry> = set
        .figures_of(leaf)
        .into_iter()
        .filter(|figure| set.home_of(*figure) == Some(leaf))
        .map(|figure| {
            let code = set.definition.figures[figure].code.clone();
            Entry {
                kind: AnswerKind::Figure,
                seen: seen(AnswerKind::Figure, &code),
                text: figure_text(set, &set.definition, figure, &sheet.unit.unit, year),
                code,
            }
        })
        .collect();
    if set.figures_of(leaf).is_empty() && set.is_typed_points(leaf) {
        let most = set.most(leaf).unwrap_or_default();
        let text = part(most, 60 + seed_of(&sheet.unit.unit, &node.code, year) % 40).to_string().replace('.', ",");
        entries.push(Entry { kind: AnswerKind::Points, code: node.code.clone(), seen: seen(AnswerKind::Points, &node.code), text });
    }
    entries.push(Entry {
        kind: AnswerKind::Explanation,
        code: node.code.clone(),
        seen: seen(AnswerKind::Explanation, &node.code),
        text: "Minh chứng lưu tại đơn vị (nội dung minh họa).".to_owned(),
    });
    entries
}

fn figure_text(set: &CriteriaSet, definition: &Definition, figure: FigureId, unit: &str, year: i32) -> String {
    let asked = &definition.figures[figure];
    let seed = seed_of(unit, &asked.code, year);
    match &asked.kind {
        FigureKind::YesNo => if seed.is_multiple_of(11) { "không" } else { "có" }.to_owned(),
        FigureKind::Choice(choices) => {
            choices.get(if seed.is_multiple_of(5) { 1 } else { 0 }).or(choices.first()).cloned().unwrap_or_default()
        }
        FigureKind::Count if is_breach(set, figure) => if seed.is_multiple_of(9) { "1" } else { "0" }.to_owned(),
        // Of a size that is the unit's own in this year; what is done is a part of what there is.
        FigureKind::Count => {
            let size = 25 + seed_of(unit, "quy mô", year) % 31;
            if is_divisor(set, figure) { size } else { size * (70 + seed % 31) / 100 }.to_string()
        }
        FigureKind::Number => {
            let (low, high) = asked.range.unwrap_or((Decimal::ZERO, Decimal::ONE_HUNDRED));
            let value = low + part(high - low, 72 + seed % 27);
            value.round_dp(1).to_string().replace('.', ",")
        }
    }
}

/// Keeps the job kind together with the others.
pub(crate) fn kind(accounts: &Accounts, units: &UnitTree) -> Arc<dyn JobKind> {
    Arc::new(DemoEvaluation { accounts: accounts.clone(), units: units.clone() })
}
