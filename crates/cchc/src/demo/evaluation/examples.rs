//! Small made-up campaigns beside the great ones, one in each step that the others do not stand in, so that every state of a campaign, of a
//! sheet and of a thread can be looked at without waiting.

use accounts::Principal;
use evaluation::model::Appeal;
use registry::Level;

use super::*;

/// A leaf with points of its own, by its place among those: what is said of it in a thread that shows everything.
const LOWERED: usize = 0;
const LEFT_OUT: usize = 1;
const TAKEN_BACK: usize = 2;
const ASKED: usize = 3;

/// A campaign with what it needs to go on.
struct Example {
    campaign: String,
    units: Vec<String>,
}

impl Maker<'_> {
    /// Every example, once each.
    pub(super) async fn examples(&self, year: i32, last: &str) -> Result<(), EvaluationError> {
        let others: Vec<String> = self
            .ground
            .units
            .below(HANOI)
            .into_iter()
            .filter(|unit| unit.level == Level::Department && unit.unit != HEALTH)
            .map(|unit| unit.unit)
            .collect();
        let with_health = |from: usize| [HEALTH.to_owned()].into_iter().chain(others.iter().skip(from).take(2).cloned()).collect();
        let without = |from: usize| others.iter().skip(from).take(2).cloned().collect();
        let begin = |words: &'static str, phase, units: Vec<String>| self.begin(words, phase, units, year, last);

        begin("đang chuẩn bị", Phase::Draft, without(0)).await?;
        if let Some(example) = begin("bước thẩm định", Phase::Appraisal, with_health(0)).await? {
            self.in_appraisal(&example).await?;
        }
        if let Some(example) = begin("bước thẩm định lần hai", Phase::SecondAppraisal, with_health(2)).await? {
            self.read_twice(&example).await?;
        }
        if let Some(example) = begin("bước Hội đồng", Phase::Council, without(4)).await? {
            self.before_council(&example).await?;
        }
        if let Some(example) = begin("đã phê duyệt, chưa công bố", Phase::Approved, without(6)).await? {
            self.before_council(&example).await?;
            self.approve(&example).await?;
        }
        if let Some(example) = begin("bước kiến nghị", Phase::Appeal, with_health(8)).await? {
            self.with_appeals(&example).await?;
        }
        if let Some(example) = begin("kết quả được thay thế sau kiến nghị", Phase::Published, without(10)).await? {
            self.replaced(&example).await?;
        }
        if let Some(example) = begin("kết quả bị thu hồi", Phase::Published, without(12)).await? {
            self.published(&example).await?;
            let reason = "Số liệu của một đơn vị bị nhập nhầm (lý do minh họa).";
            actions::withdraw(self.ground, &self.actor, &example.campaign, 1, reason).await?;
        }
        Ok(())
    }

    /// The draft of an example; nothing when the campaign stands in its step already, or whoever tries the demonstration took it further.
    async fn begin(
        &self,
        words: &str,
        phase: Phase,
        units: Vec<String>,
        year: i32,
        last: &str,
    ) -> Result<Option<Example>, EvaluationError> {
        // A folder of units of one's own may have fewer.
        if units.is_empty() {
            return Ok(None);
        }
        let wanted = Wanted {
            title: format!("Ví dụ minh họa, {words}: đánh giá thử một số sở, năm {year}"),
            year,
            blocks: &[0],
            only: Some(&units),
            follows: Some(last.to_owned()),
            ends: end_of_day(self.actor.now + TimeDelta::days(1)),
        };
        let campaign = self.campaign(wanted).await?;
        let there = actions::overview(self.ground, &self.actor, &campaign).await?.campaign.phase;
        if phase == Phase::SecondAppraisal && there == Phase::Draft {
            self.readers(&campaign).await?;
        }
        self.people(&campaign).await?;
        Ok((there < phase).then_some(Example { campaign, units }))
    }

    /// One person who appraises the first area and reads what others appraised in the second one.
    async fn readers(&self, campaign: &str) -> Result<(), EvaluationError> {
        let Some(account) = self.account("mau.tham-dinh").await? else { return Ok(()) };
        for (duty, node) in [(Duty::Appraiser, "1"), (Duty::SecondReader, "2")] {
            match actions::assign(self.ground, &self.actor, campaign, &account, duty, node, (None, None)).await {
                Ok(()) | Err(EvaluationError::AssignedAlready | EvaluationError::NoSuchLeaf(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The program in the name of a made-up person, so that threads tell who spoke.
    async fn as_person(&self, login: &str) -> Result<Actor, EvaluationError> {
        Ok(match self.account(login).await? {
            Some(account) => Actor::person(Principal { account, ..Principal::program() }, self.actor.now, None, None),
            None => self.actor.clone(),
        })
    }

    /// Codes of the leaves of a unit's sheet to which its own figures give points.
    async fn with_points(&self, example: &Example, unit: &str) -> Result<Vec<String>, EvaluationError> {
        let sheet = actions::sheet(self.ground, &self.actor, &example.campaign, unit).await?;
        let scored = |leaf: &NodeId| sheet.set.scorer(*leaf) == Scorer::Unit && sheet.own(*leaf).is_ok_and(|own| own > Decimal::ZERO);
        Ok(sheet.leaves().into_iter().filter(scored).map(|leaf| sheet.set.definition.nodes[leaf].code.clone()).collect())
    }

    async fn speak(&self, by: &Actor, example: &Example, unit: &str, leaf: &str, said: Said) -> Result<(), EvaluationError> {
        let sheet = actions::sheet(self.ground, &self.actor, &example.campaign, unit).await?;
        let seen = sheet.rulings.get(leaf).map_or(0, |ruling| ruling.opinions);
        give(self.ground, by, &NewOpinion { campaign: &example.campaign, unit, leaf, seen, said }).await
    }

    /// Every unit hands in, and the appraisers say everything that can be said at the leaves of the first one.
    async fn talked_about(&self, example: &Example) -> Result<(), EvaluationError> {
        self.until(&example.campaign, Phase::Scoring).await?;
        for unit in &example.units {
            self.hand_in(&example.campaign, unit).await?;
        }
        self.until(&example.campaign, Phase::Appraisal).await?;
        let Some(unit) = example.units.first() else { return Ok(()) };
        let leaves = self.with_points(example, unit).await?;
        let said = |verdict, points, reason: &str| Said { verdict, points, reason: reason.to_owned() };
        let words = [
            (LOWERED, said(Verdict::Set, Some(Decimal::ZERO), "Văn bản ban hành sau thời hạn của tiêu chí (ý kiến minh họa).")),
            (LEFT_OUT, said(Verdict::NotApplicable, None, "Đơn vị không được giao nhiệm vụ này trong năm (ý kiến minh họa).")),
            (TAKEN_BACK, said(Verdict::NotApplicable, None, "Không thấy nhiệm vụ trong kế hoạch (ý kiến minh họa).")),
            (TAKEN_BACK, said(Verdict::Applicable, None, "Nhiệm vụ có trong kế hoạch bổ sung (ý kiến minh họa).")),
            (ASKED, said(Verdict::Ask, None, "Đề nghị nêu trang, mục trong minh chứng (câu hỏi minh họa).")),
        ];
        for (at, said) in words {
            if let Some(leaf) = leaves.get(at) {
                self.speak(&self.actor, example, unit, leaf, said).await?;
            }
        }
        Ok(())
    }

    /// One unit is talked about, one waits, and one was late and may enter again.
    async fn in_appraisal(&self, example: &Example) -> Result<(), EvaluationError> {
        let (late, on_time) = example.units.split_last().unwrap_or((&example.campaign, &[]));
        let handed_in = Example { campaign: example.campaign.clone(), units: on_time.to_vec() };
        self.until(&example.campaign, Phase::Scoring).await?;
        self.enter(&example.campaign, late, 50).await?;
        self.talked_about(&handed_in).await?;
        let reason = "Đơn vị xin bổ sung số liệu (lý do minh họa).";
        let until = end_of_day(self.actor.now + TimeDelta::days(7));
        actions::reopen(self.ground, &self.actor, &example.campaign, late, reason, until).await?;
        if let Some(unranked) = on_time.get(1) {
            let reason = "Đơn vị mới thành lập, chấm điểm và không xếp hạng (lý do minh họa).";
            actions::set_ranked(self.ground, &self.actor, &example.campaign, unranked, false, reason).await?;
        }
        self.calendar(&example.campaign, [-40, -20, 14, 25, 36]).await
    }

    /// Explanations were given; of the first unit a question is still open.
    async fn explained(&self, example: &Example) -> Result<(), EvaluationError> {
        self.talked_about(example).await?;
        for unit in &example.units {
            self.appraise(&example.campaign, unit).await?;
        }
        self.until(&example.campaign, Phase::Explanation).await?;
        if let Some(unit) = example.units.first() {
            let leaves = self.with_points(example, unit).await?;
            for at in [LOWERED, ASKED] {
                if let Some(leaf) = leaves.get(at) {
                    let words = "Nội dung ở trang 3, mục II của báo cáo kèm theo (giải trình minh họa).";
                    actions::answer(self.ground, &self.actor, &example.campaign, unit, leaf, words).await?;
                }
            }
        }
        self.until(&example.campaign, Phase::SecondAppraisal).await
    }

    async fn read_twice(&self, example: &Example) -> Result<(), EvaluationError> {
        self.explained(example).await?;
        let reader = self.as_person("mau.tham-dinh").await?;
        if let Some(unit) = example.units.get(1) {
            let sheet = actions::sheet(self.ground, &self.actor, &example.campaign, unit).await?;
            let leaves = self.with_points(example, unit).await?;
            let read: Vec<&String> =
                leaves.iter().filter(|leaf| sheet.set.leaf(leaf).is_some_and(|leaf| sheet.set.is_below(leaf, "2"))).collect();
            let agreed = Said { verdict: Verdict::Agree, points: None, reason: String::new() };
            let reason = "Minh chứng chỉ thể hiện một phần nội dung (ý kiến minh họa).".to_owned();
            let lowered = Said { verdict: Verdict::Set, points: Some(Decimal::ZERO), reason };
            for (leaf, said) in read.into_iter().zip([agreed, lowered]) {
                self.speak(&reader, example, unit, leaf, said).await?;
            }
        }
        self.calendar(&example.campaign, [-60, -45, -25, -5, 12]).await
    }

    /// Everything is decided; the council met once without and once with enough members, and gave one leaf other points.
    async fn before_council(&self, example: &Example) -> Result<(), EvaluationError> {
        self.explained(example).await?;
        for unit in &example.units {
            let sheet = actions::sheet(self.ground, &self.actor, &example.campaign, unit).await?;
            let open = |verdict| matches!(verdict, Verdict::Ask | Verdict::Answer | Verdict::Applicable);
            for ruling in sheet.rulings.values().filter(|ruling| open(ruling.verdict)) {
                let agreed = Said { verdict: Verdict::Agree, points: None, reason: String::new() };
                self.speak(&self.actor, example, unit, &ruling.leaf, agreed).await?;
            }
        }
        self.until(&example.campaign, Phase::Council).await?;
        for unit in &example.units {
            self.decide_rest(&example.campaign, unit).await?;
        }
        let member = self.as_person("mau.hoi-dong").await?;
        if let Some(unit) = example.units.first() {
            let leaves = self.with_points(example, unit).await?;
            if let Some(leaf) = leaves.get(ASKED + 1) {
                let reason = "Hội đồng thống nhất giảm điểm do chậm tiến độ (ý kiến minh họa).".to_owned();
                self.speak(&member, example, unit, leaf, Said { verdict: Verdict::Set, points: Some(Decimal::ZERO), reason }).await?;
            }
        }
        self.meet(example, 1, "Phiên họp minh họa, chưa đủ thành viên.").await?;
        self.meet(example, usize::MAX, "Phiên họp minh họa.").await?;
        self.calendar(&example.campaign, [-80, -65, -45, -25, -5]).await
    }

    /// A meeting of so many members.
    async fn meet(&self, example: &Example, most: usize, minutes: &str) -> Result<(), EvaluationError> {
        let view = actions::overview(self.ground, &self.actor, &example.campaign).await?;
        let members = actions::members(self.ground, &view.campaign).await?;
        let counted = members.into_iter().filter(|member| member.seat != Seat::Secretary);
        let session = NewSession {
            held_on: self.actor.today(),
            present: counted.take(most).map(|member| member.account).collect(),
            consented: Vec::new(),
            minutes: Some(minutes.to_owned()),
        };
        // The history never goes back: a meeting stands behind the step that it belongs to.
        actions::hold_session(self.ground, &self.later().actor, &example.campaign, &session).await.map(drop)
    }

    async fn version(&self, example: &Example) -> Result<i64, EvaluationError> {
        Ok(actions::overview(self.ground, &self.actor, &example.campaign).await?.campaign.version)
    }

    async fn approve(&self, example: &Example) -> Result<(), EvaluationError> {
        let (campaign, version) = (&example.campaign, self.version(example).await?);
        let program = env!("CARGO_PKG_VERSION");
        actions::approve(self.ground, &self.later().actor, campaign, version, "Quyết định minh họa", program).await.map(drop)
    }

    async fn publish(&self, example: &Example) -> Result<(), EvaluationError> {
        let version = self.version(example).await?;
        actions::publish(self.ground, &self.actor, &example.campaign, version, self.actor.today(), Shows::Leaves).await
    }

    async fn published(&self, example: &Example) -> Result<(), EvaluationError> {
        self.before_council(example).await?;
        self.approve(example).await?;
        self.publish(example).await
    }

    /// Each unit appealed against the points of a leaf of what was published.
    async fn appealed(&self, example: &Example) -> Result<Vec<Appeal>, EvaluationError> {
        let step = Step {
            phase: Phase::Appeal,
            opens_at: self.actor.now - TimeDelta::days(1),
            due_at: end_of_day(self.actor.now + TimeDelta::days(9)),
        };
        actions::set_steps(self.ground, &self.actor, &example.campaign, &[step], "Lịch minh họa").await?;
        let version = self.version(example).await?;
        actions::advance(self.ground, &self.actor, &example.campaign, version).await?;
        for unit in &example.units {
            if let Some(leaf) = self.with_points(example, unit).await?.get(LOWERED) {
                let words = "Đề nghị xem lại điểm vì văn bản đã ban hành đúng hạn (kiến nghị minh họa).";
                actions::appeal(self.ground, &self.actor, &example.campaign, unit, leaf, words).await?;
            }
        }
        let campaign = actions::overview(self.ground, &self.actor, &example.campaign).await?.campaign;
        let mut appeals = actions::appeals(self.ground, &campaign, None).await?;
        appeals.sort_by_key(|appeal| example.units.iter().position(|unit| *unit == appeal.unit));
        Ok(appeals)
    }

    async fn hear(&self, example: &Example, appeal: &Appeal, accepted: bool) -> Result<(), EvaluationError> {
        let words = if accepted {
            "Chấp nhận kiến nghị (trả lời minh họa)."
        } else {
            "Không có căn cứ mới (trả lời minh họa)."
        };
        let member = self.as_person("mau.hoi-dong").await?;
        actions::answer_appeal(self.ground, &member, &example.campaign, &appeal.key, words, accepted).await
    }

    /// One appeal waits, one was accepted, one rejected.
    async fn with_appeals(&self, example: &Example) -> Result<(), EvaluationError> {
        self.published(example).await?;
        let later = self.later();
        let appeals = later.appealed(example).await?;
        for (appeal, accepted) in appeals.iter().skip(1).zip([true, false]) {
            later.hear(example, appeal, accepted).await?;
        }
        Ok(())
    }

    /// An accepted appeal led to other points, another approval and another publication beside the first one.
    async fn replaced(&self, example: &Example) -> Result<(), EvaluationError> {
        self.published(example).await?;
        let later = self.later();
        for (at, appeal) in later.appealed(example).await?.iter().enumerate() {
            later.hear(example, appeal, at == 0).await?;
            if at == 0 {
                let sheet = actions::sheet(self.ground, &self.actor, &example.campaign, &appeal.unit).await?;
                let points = sheet.set.leaf(&appeal.leaf).and_then(|leaf| sheet.own(leaf).ok());
                let reason = "Theo kiến nghị được chấp nhận (ý kiến minh họa).".to_owned();
                let said = Said { verdict: Verdict::Set, points, reason };
                later.speak(&later.actor, example, &appeal.unit, &appeal.leaf, said).await?;
            }
        }
        later.meet(example, usize::MAX, "Phiên họp minh họa về kiến nghị.").await?;
        later.approve(example).await?;
        later.publish(example).await
    }
}
