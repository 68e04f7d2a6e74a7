//! A campaign from its opening to its publication, and what may go wrong on the way.

use std::collections::BTreeMap;

use evaluation::actions::{
    Citation, EvaluationError, LeafView, NewSession, PublicResult, Standing, advance, agree_to_all, answer, answer_appeal, appeal, approve,
    back, campaign_results, cite, consistency, discard, frozen_files, give, hand_over, hold_session, leaf_table, merge, overview,
    public_result, public_working, publish, reopen, return_to_officer, save, set_ranked, sheet, submit, swap_set, uncite, unit_threads,
    withdraw,
};
use evaluation::model::{AnswerKind, Lock, Phase, Shows, UnitState, Verdict};
use evaluation::result::{RecomputeFault, recompute};
use evaluation::scoring::WrongValue;
use rust_decimal::Decimal;
use test_support::on_both;
use ui::Lang;

use super::house::{House, SET, entry, opinion};

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Everything up to the council: A entered 95 %, B 80 %, C 60 %; the survey gives 24, 27 and 21 of 30.
async fn up_to_council(house: &House) -> String {
    let campaign = house.campaign().await;
    house.hand_in(&campaign, "a", "95", "có", "có", "0").await;
    house.hand_in(&campaign, "b", "80", "có", "không", "2").await;
    house.hand_in(&campaign, "c", "60", "không", "không", "9").await;
    house.next(&campaign).await;
    let ground = house.ground();
    for (unit, points) in [("a", "24"), ("b", "27"), ("c", "21")] {
        give(ground, &house.person("office"), &opinion(&campaign, unit, "2", 0, Verdict::Set, Some(points), "")).await.unwrap();
        assert_eq!(agree_to_all(ground, &house.person("judge"), &campaign, unit, "total").await.unwrap(), 3);
    }
    house.next(&campaign).await;
    house.next(&campaign).await;
    house.next(&campaign).await;
    campaign
}

async fn met(house: &House, campaign: &str, present: &[&str]) -> bool {
    let new = NewSession {
        held_on: "2026-12-02".parse().unwrap(),
        present: present.iter().map(|one| (*one).to_owned()).collect(),
        consented: Vec::new(),
        minutes: None,
    };
    hold_session(house.ground(), &house.person("office"), campaign, &new).await.unwrap()
}

async fn approved(house: &House, campaign: &str) -> Result<i64, EvaluationError> {
    let version = house.version(campaign).await;
    approve(house.ground(), &house.person("leader"), campaign, version, "01/QĐ-UBND", "1.2.3").await
}

on_both! {
    async fn a_campaign_goes_its_whole_way(house: House) {
        let campaign = up_to_council(&house).await;
        let ground = house.ground();
        // The council sets one point lower, with a reason.
        let seen = sheet(ground, &house.person("chair"), &campaign, "b").await.unwrap().rulings["1.2"].opinions;
        give(ground, &house.person("chair"), &opinion(&campaign, "b", "1.2", seen, Verdict::Set, Some("4"), "Công khai muộn")).await.unwrap();
        assert!(met(&house, &campaign, &["chair", "member-1"]).await);
        assert_eq!(approved(&house, &campaign).await.unwrap(), 1);
        let results = campaign_results(ground, &house.person("office"), &campaign).await.unwrap();
        let so = &results.blocks[0];
        let totals: Vec<Decimal> = so.scores.units.iter().map(|unit| unit.values[so.definition.total].unwrap()).collect();
        // A: 60 + 10 + 24; B: 30 + 4 + 27 - 2; C: 0 + 0 + 21 - 5.
        assert_eq!(totals, [number("94"), number("59"), number("16")]);
        assert_eq!(so.scores.units.iter().map(|unit| unit.rank.unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(so.band(0, 2026, ui::Lang::Vi), Some("Nhóm A"));
        assert_eq!(so.index(1, so.definition.node("1").unwrap()).unwrap().round_dp(4), number("48.5714"));
        // What was frozen can be computed again by anyone, and a changed digit is found.
        let (manifest, files) = frozen_files(ground, &house.person("office"), &campaign, 1).await.unwrap();
        let files: BTreeMap<String, String> = files.into_iter().collect();
        let again = recompute(&manifest, &files).unwrap();
        assert_eq!((again.year, again.blocks), (2026, vec![("Các sở".to_owned(), 3)]));
        let mut forged = files.clone();
        forged.insert("so-data.csv".to_owned(), files["so-data.csv"].replace(",24,", ",25,"));
        assert_eq!(recompute(&manifest, &forged).unwrap_err(), [RecomputeFault::Changed("so-data.csv".to_owned())]);
        let less: String = manifest.replace("so-results.csv", "so-other.csv");
        assert!(recompute(&less, &files).unwrap_err().contains(&RecomputeFault::Missing("so-results.csv".to_owned())));
        let start = manifest.find("\"blocks\"").unwrap();
        let none = format!("{}\"blocks\": []}}", &manifest[..start]);
        assert!(matches!(recompute(&none, &files).unwrap_err().as_slice(), [RecomputeFault::Manifest(_)]), "nothing proves nothing");
        // Published from a day on.
        let today = "2026-12-02".parse().unwrap();
        assert!(public_result(ground, &campaign, None, today).await.is_err());
        let version = house.version(&campaign).await;
        publish(ground, &house.person("publisher"), &campaign, version, "2026-12-10".parse().unwrap(), Shows::Leaves).await.unwrap();
        assert!(public_result(ground, &campaign, None, "2026-12-09".parse().unwrap()).await.is_err(), "a day too early");
        let public = public_result(ground, &campaign, None, "2026-12-10".parse().unwrap()).await.unwrap();
        assert_eq!(public.blocks[0].scores.units[0].values[public.blocks[0].definition.total], Ok(number("94")));
        let (set, working) = public_working(ground, &public, &public.blocks[0], 1).await.unwrap();
        let how = &working["1.2"];
        assert_eq!(how.reason.as_deref(), Some("Công khai muộn"), "why the points are not those of the rule");
        let read: Vec<_> = how.figures.iter().map(|(figure, value)| (set.definition.figures[*figure].code.as_str(), *value)).collect();
        assert_eq!(read, [("published", Some(Decimal::ONE)), ("reported", Some(Decimal::ZERO))]);
        assert_eq!(working["1.1"].reason, None);
        withdraw(ground, &house.person("publisher"), &campaign, 1, "Sai số liệu khảo sát").await.unwrap();
        let gone = public_result(ground, &campaign, None, "2026-12-10".parse().unwrap()).await.unwrap();
        assert!(gone.result.withdrawn_at.is_some() && !gone.blocks.is_empty(), "it stays visible as withdrawn");
    }

    async fn values_are_refused_with_their_field(house: House) {
        let campaign = house.campaign().await;
        let entries = [
            entry(AnswerKind::Figure, "done", "101"),
            entry(AnswerKind::Figure, "published", "có lẽ"),
            entry(AnswerKind::Figure, "breaches", "1,5"),
            entry(AnswerKind::Figure, "reported", "có"),
        ];
        let error = save(house.ground(), &house.person("officer-a"), &campaign, "a", &entries).await.unwrap_err();
        let EvaluationError::Values(values) = error else { panic!("{error:?}") };
        assert_eq!(values.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["so.done", "so.published", "so.breaches"]);
        assert_eq!(values[0].1, WrongValue::OutOfRange(Decimal::ZERO, Decimal::ONE_HUNDRED));
        let nothing = sheet(house.ground(), &house.person("officer-a"), &campaign, "a").await.unwrap();
        assert!(nothing.answers.is_empty(), "a sheet is saved as a whole or not at all");
        // Survey points are not the unit's to give.
        let strange = [
            entry(AnswerKind::Points, "2", "30"),
            entry(AnswerKind::Figure, "khong-co", "1"),
            entry(AnswerKind::Figure, "done", "101"),
            entry(AnswerKind::Explanation, "9.9", "…"),
        ];
        let error = save(house.ground(), &house.person("officer-a"), &campaign, "a", &strange).await.unwrap_err();
        let EvaluationError::Values(values) = error else { panic!("{error:?}") };
        let unknown: Vec<(&str, bool)> = values.iter().map(|(field, why)| (field.as_str(), *why == WrongValue::NoSuchLeaf)).collect();
        assert_eq!(unknown, [("diem.2", true), ("so.khong-co", true), ("so.done", false), ("giai-trinh.9.9", true)], "all at once");
    }

    async fn two_people_in_one_sheet_lose_nothing(house: House) {
        let campaign = house.campaign().await;
        let (ground, officer, head) = (house.ground(), house.person("officer-a"), house.person("head-a"));
        assert_eq!(save(ground, &officer, &campaign, "a", &[entry(AnswerKind::Figure, "done", "95")]).await.unwrap(), 1);
        assert_eq!(save(ground, &officer, &campaign, "a", &[entry(AnswerKind::Figure, "done", "95,0")]).await.unwrap(), 0, "sent twice");
        let error = save(ground, &head, &campaign, "a", &[entry(AnswerKind::Figure, "done", "80")]).await.unwrap_err();
        let EvaluationError::Conflicts(conflicts) = error else { panic!("{error:?}") };
        assert_eq!((conflicts[0].saved.value.as_deref(), conflicts[0].own.text.as_str()), (Some("95"), "80"));
        // Another cell of the same sheet is no conflict.
        assert_eq!(save(ground, &head, &campaign, "a", &[entry(AnswerKind::Figure, "breaches", "1")]).await.unwrap(), 1);
    }

    async fn nothing_is_entered_after_the_lock(house: House) {
        let campaign = house.campaign().await;
        let ground = house.ground();
        house.set_clock("2026-12-20T10:00:00Z");
        let late = save(ground, &house.person("officer-a"), &campaign, "a", &[entry(AnswerKind::Figure, "done", "95")]).await.unwrap_err();
        assert!(matches!(late, EvaluationError::Locked(Lock::Late)), "{late:?}");
        let until = "2026-12-22T10:00:00Z".parse().unwrap();
        let without = reopen(ground, &house.person("office"), &campaign, "a", "  ", until).await.unwrap_err();
        assert!(matches!(without, EvaluationError::NoReason), "{without:?}");
        reopen(ground, &house.person("office"), &campaign, "a", "Mất điện", until).await.unwrap();
        assert_eq!(save(ground, &house.person("officer-a"), &campaign, "a", &[entry(AnswerKind::Figure, "done", "95")]).await.unwrap(), 1);
        house.set_clock("2026-12-22T10:00:00Z");
        let over = save(ground, &house.person("officer-a"), &campaign, "a", &[entry(AnswerKind::Figure, "done", "96")]).await.unwrap_err();
        assert!(matches!(over, EvaluationError::Locked(Lock::Late)), "{over:?}");
    }

    async fn units_hear_the_appraisal_with_the_explanations(house: House) {
        let campaign = house.campaign().await;
        house.hand_in(&campaign, "a", "95", "có", "có", "0").await;
        house.next(&campaign).await;
        let (ground, head) = (house.ground(), house.person("head-a"));
        give(ground, &house.person("judge"), &opinion(&campaign, "a", "1.1", 0, Verdict::Set, Some("30"), "Chỉ đạt 80 %")).await.unwrap();
        let heard = async || {
            let found = sheet(ground, &head, &campaign, "a").await.unwrap();
            let threads = unit_threads(ground, &head, &found.campaign, "a").await.unwrap();
            let results = campaign_results(ground, &head, &campaign).await.unwrap();
            let so = &results.blocks[0];
            (found.rulings.contains_key("1.1"), threads.contains_key("1.1"), so.scores.units[0].values[so.definition.node("1.1").unwrap()].unwrap())
        };
        assert_eq!(heard().await, (false, false, number("60")), "sheet, threads and results say what the unit entered");
        house.next(&campaign).await;
        assert_eq!(heard().await, (true, true, number("30")));
        house.next(&campaign).await;
        let seen = sheet(ground, &house.person("judge"), &campaign, "a").await.unwrap().rulings["1.1"].opinions;
        give(ground, &house.person("judge"), &opinion(&campaign, "a", "1.1", seen, Verdict::Set, Some("0"), "Vẫn thiếu")).await.unwrap();
        assert_eq!(heard().await, (false, true, number("60")), "the second look is heard with the approval; what was explained stays");
    }

    async fn what_explains_stays_when_the_explanations_are_over(house: House) {
        let campaign = house.campaign().await;
        house.hand_in(&campaign, "a", "95", "có", "có", "0").await;
        house.next(&campaign).await;
        house.next(&campaign).await;
        let (ground, officer) = (house.ground(), house.person("officer-a"));
        let piece = house.file("officer-a", "a").await;
        let new = Citation { campaign: &campaign, unit: "a", leaf: "1.1", evidence: &piece, cited: Some("trang 2".to_owned()) };
        cite(ground, &house.evidence, &officer, &new).await.unwrap();
        house.next(&campaign).await;
        let gone = evidence::withdraw(&house.evidence, &officer, &piece, "Nhầm tệp").await;
        assert!(gone.is_err(), "what appraisers look at a second time is kept");
        let kept = sheet(ground, &officer, &campaign, "a").await.unwrap();
        assert_eq!(kept.uses_of("1.1").filter_map(|one| one.cited.as_deref()).collect::<Vec<_>>(), ["trang 2"]);
    }

    async fn a_draft_is_thrown_away_and_its_set_edited_again(house: House) {
        let (ground, office) = (house.ground(), house.person("office"));
        let set = house.set(SET).await;
        let campaign = house.draft(&set).await;
        let locked = house.lines("SELECT state FROM criteria_set").await;
        assert_eq!(locked, ["locked"]);
        let unit = discard(ground, &house.person("head-a"), &campaign, 1).await.unwrap_err();
        assert!(matches!(unit, EvaluationError::Denied(_)), "{unit:?}");
        assert!(matches!(discard(ground, &office, &campaign, 9).await.unwrap_err(), EvaluationError::WrongState));
        discard(ground, &office, &campaign, 1).await.unwrap();
        assert_eq!(house.lines("SELECT state FROM criteria_set").await, ["draft"]);
        assert!(house.lines("SELECT unit FROM campaign_unit").await.is_empty());
        let open = house.draft(&set).await;
        house.next(&open).await;
        let version = house.version(&open).await;
        assert!(matches!(discard(ground, &office, &open, version).await.unwrap_err(), EvaluationError::WrongPhase(Phase::Scoring)));
    }

    async fn a_set_of_another_level_fits_no_block(house: House) {
        let campaign = house.campaign().await;
        let text = SET.replace("bo-thu", "bo-xa").replace("\"department\"", "\"commune\"");
        let set = house.set(&text).await;
        let error = swap_set(house.ground(), &house.person("office"), &campaign, "so", &set, "Quyết định 5").await.unwrap_err();
        assert!(matches!(error, EvaluationError::OtherLevel { .. }), "{error:?}");
    }

    async fn a_head_approves_what_an_officer_prepared(house: House) {
        let campaign = house.campaign().await;
        let (ground, officer, head) = (house.ground(), house.person("officer-a"), house.person("head-a"));
        let error = hand_over(ground, &officer, &campaign, "a").await.unwrap_err();
        let EvaluationError::Incomplete { empty, unexplained, .. } = error else { panic!("{error:?}") };
        assert_eq!((empty.join(" "), unexplained.len()), ("1.1 1.2 3".to_owned(), 0));
        let figures = [("done", "95"), ("published", "có"), ("reported", "có"), ("breaches", "0")].map(|(code, text)| entry(AnswerKind::Figure, code, text));
        save(ground, &officer, &campaign, "a", &figures).await.unwrap();
        let error = hand_over(ground, &officer, &campaign, "a").await.unwrap_err();
        assert!(matches!(&error, EvaluationError::Incomplete { empty, unexplained, .. } if empty.is_empty() && unexplained == &["1.1"]), "{error:?}");
        save(ground, &officer, &campaign, "a", &[entry(AnswerKind::Explanation, "1.1", "Báo cáo đang trình ký")]).await.unwrap();
        hand_over(ground, &officer, &campaign, "a").await.unwrap();
        let locked = save(ground, &officer, &campaign, "a", &[entry(AnswerKind::Figure, "done", "96")]).await.unwrap_err();
        assert!(matches!(locked, EvaluationError::Locked(Lock::ForApproval)), "{locked:?}");
        assert!(submit(ground, &officer, &campaign, "a").await.is_err(), "only the head hands in");
        return_to_officer(ground, &head, &campaign, "a", "Xem lại mục 1.1").await.unwrap();
        hand_over(ground, &officer, &campaign, "a").await.unwrap();
        submit(ground, &head, &campaign, "a").await.unwrap();
        assert_eq!(sheet(ground, &officer, &campaign, "a").await.unwrap().unit.state, UnitState::Submitted);
    }

    async fn nobody_judges_their_own_house(house: House) {
        let campaign = house.campaign().await;
        house.hand_in(&campaign, "a", "95", "có", "có", "0").await;
        house.next(&campaign).await;
        house.execute("UPDATE account SET unit = 'a' WHERE account = 'judge'").await;
        let said = opinion(&campaign, "a", "1.1", 0, Verdict::Agree, None, "");
        let error = give(house.ground(), &house.person("judge"), &said).await.unwrap_err();
        assert!(matches!(error, EvaluationError::OwnUnit), "{error:?}");
        let recorded = house.lines("SELECT account FROM event WHERE action = 'refused-own-unit'").await;
        assert_eq!(recorded, ["judge"], "the try is recorded");
        let stranger = give(house.ground(), &house.person("judge-2"), &said).await.unwrap_err();
        assert!(matches!(stranger, EvaluationError::NotAssigned), "{stranger:?}");
        // Nor a unit in whose place their own stands, however many mergers lie between.
        let (ground, office) = (house.ground(), house.person("office"));
        house.execute("UPDATE account SET unit = 'c' WHERE account = 'judge'").await;
        merge(ground, &office, &campaign, "a", "b", "Nghị quyết 1").await.unwrap();
        merge(ground, &office, &campaign, "b", "c", "Nghị quyết 2").await.unwrap();
        let error = give(ground, &house.person("judge"), &said).await.unwrap_err();
        assert!(matches!(error, EvaluationError::OwnUnit), "{error:?}");
    }

    async fn appraisers_speak_in_threads(house: House) {
        let campaign = house.campaign().await;
        house.hand_in(&campaign, "b", "80", "có", "có", "0").await;
        house.next(&campaign).await;
        let (ground, judge) = (house.ground(), house.person("judge"));
        let above = give(ground, &judge, &opinion(&campaign, "b", "1.1", 0, Verdict::Set, Some("61"), "x")).await.unwrap_err();
        assert!(matches!(above, EvaluationError::Values(_)), "{above:?}");
        let silent = give(ground, &judge, &opinion(&campaign, "b", "1.1", 0, Verdict::Ask, None, "")).await.unwrap_err();
        assert!(matches!(silent, EvaluationError::NoReason), "{silent:?}");
        give(ground, &judge, &opinion(&campaign, "b", "1.1", 0, Verdict::Ask, None, "Số 80% lấy ở đâu?")).await.unwrap();
        let meanwhile = give(ground, &judge, &opinion(&campaign, "b", "1.1", 0, Verdict::Agree, None, "")).await.unwrap_err();
        assert!(matches!(meanwhile, EvaluationError::SpokenMeanwhile), "{meanwhile:?}");
        let early = answer(ground, &house.person("head-b"), &campaign, "b", "1.1", "Báo cáo 12/BC").await.unwrap_err();
        assert!(matches!(early, EvaluationError::WrongPhase(Phase::Appraisal)), "{early:?}");
        house.next(&campaign).await;
        house.set_clock("2026-12-26T03:00:00Z");
        answer(ground, &house.person("head-b"), &campaign, "b", "1.1", "Báo cáo 12/BC").await.unwrap();
        house.next(&campaign).await;
        give(ground, &judge, &opinion(&campaign, "b", "1.1", 2, Verdict::Agree, None, "")).await.unwrap();
        let view = LeafView::default();
        let table = leaf_table(ground, &judge, &campaign, "so", "1.1", &view).await.unwrap();
        let line = table.lines.iter().find(|line| line.unit.unit == "b").unwrap();
        assert_eq!((line.own, line.ruling.as_ref().unwrap().points, line.ruling.as_ref().unwrap().opinions), (Ok(number("30")), Some(number("30")), 3));
        assert!(line.speaks);
        assert!(leaf_table(ground, &house.person("head-b"), &campaign, "so", "1.1", &view).await.is_err(), "a unit does not look at the others");
        // What is looked for: by name without tone marks, and by where the leaf stands; a page beyond the end is the last one.
        let view = LeafView { search: table.lines[0].unit.name.to_uppercase(), standing: None, page: 9 };
        let found = leaf_table(ground, &judge, &campaign, "so", "1.1", &view).await.unwrap();
        assert_eq!((found.page, found.lines[0].unit.unit.as_str()), (1, table.lines[0].unit.unit.as_str()));
        let settled = LeafView { standing: Some(Standing::Settled), ..LeafView::default() };
        let found = leaf_table(ground, &judge, &campaign, "so", "1.1", &settled).await.unwrap();
        assert_eq!(found.lines.iter().map(|line| line.unit.unit.as_str()).collect::<Vec<_>>(), ["b"]);
    }

    async fn without_a_quorum_nothing_is_approved(house: House) {
        let campaign = up_to_council(&house).await;
        assert!(!met(&house, &campaign, &["chair"]).await);
        let error = approved(&house, &campaign).await.unwrap_err();
        assert!(matches!(error, EvaluationError::NoQuorum), "{error:?}");
        assert!(met(&house, &campaign, &["chair", "member-2"]).await);
        let version = house.version(&campaign).await;
        let officer = approve(house.ground(), &house.person("office"), &campaign, version, "", "1").await.unwrap_err();
        assert!(matches!(officer, EvaluationError::Denied(_)), "only the leader approves");
        let stale = approve(house.ground(), &house.person("leader"), &campaign, version - 1, "", "1").await.unwrap_err();
        assert!(matches!(stale, EvaluationError::WrongState), "{stale:?}");
        approved(&house, &campaign).await.unwrap();
    }

    async fn undecided_leaves_stop_the_approval(house: House) {
        let campaign = house.campaign().await;
        house.hand_in(&campaign, "a", "95", "có", "có", "0").await;
        for _ in 0..4 {
            house.next(&campaign).await;
        }
        met(&house, &campaign, &["chair", "member-1"]).await;
        let error = approved(&house, &campaign).await.unwrap_err();
        assert!(matches!(error, EvaluationError::Undecided { leaves: 12, units: 3 }), "{error:?}");
    }

    async fn what_does_not_apply_reduces_the_maximum(house: House) {
        let campaign = up_to_council(&house).await;
        let ground = house.ground();
        give(ground, &house.person("chair"), &opinion(&campaign, "b", "2", 1, Verdict::NotApplicable, None, "Không có giao dịch với dân")).await.unwrap();
        set_ranked(ground, &house.person("office"), &campaign, "c", false, "Mới thành lập").await.unwrap();
        let results = campaign_results(ground, &house.person("office"), &campaign).await.unwrap();
        let so = &results.blocks[0];
        let b = so.position("b").unwrap();
        // 35 of 70 makes 50 of 100; the two points of the penalty are not scaled.
        assert_eq!(so.scores.units[b].values[so.definition.total], Ok(number("48")));
        assert_eq!((so.maximum(b, so.definition.total), so.is_removed(b, so.definition.node("2").unwrap())), (number("70"), true));
        assert_eq!(so.scores.units.iter().map(|unit| unit.rank).collect::<Vec<_>>(), [Some(1), Some(2), None]);
    }

    async fn the_council_agrees_to_what_does_not_apply(house: House) {
        let campaign = up_to_council(&house).await;
        let (ground, chair) = (house.ground(), house.person("chair"));
        give(ground, &chair, &opinion(&campaign, "b", "2", 1, Verdict::NotApplicable, None, "Không có giao dịch với dân")).await.unwrap();
        give(ground, &chair, &opinion(&campaign, "b", "2", 2, Verdict::Agree, None, "")).await.unwrap();
        let found = sheet(ground, &house.person("office"), &campaign, "b").await.unwrap();
        let ruling = &found.rulings["2"];
        assert_eq!((ruling.verdict, ruling.points, ruling.opinions), (Verdict::NotApplicable, None, 3), "it still does not apply");
        assert_eq!(ruling.reason.as_deref(), Some("Không có giao dịch với dân"));
        let results = campaign_results(ground, &house.person("office"), &campaign).await.unwrap();
        let so = &results.blocks[0];
        assert_eq!(so.maximum(so.position("b").unwrap(), so.definition.total), number("70"));
    }

    async fn the_council_agrees_to_points_that_were_given(house: House) {
        let campaign = up_to_council(&house).await;
        let (ground, chair) = (house.ground(), house.person("chair"));
        give(ground, &chair, &opinion(&campaign, "b", "1.2", 1, Verdict::Set, Some("4"), "Công khai muộn")).await.unwrap();
        give(ground, &house.person("member-1"), &opinion(&campaign, "b", "1.2", 2, Verdict::Agree, None, "")).await.unwrap();
        let found = sheet(ground, &house.person("office"), &campaign, "b").await.unwrap();
        let ruling = &found.rulings["1.2"];
        let stands = (ruling.verdict, ruling.points, ruling.reason.as_deref(), ruling.opinions);
        assert_eq!(stands, (Verdict::Set, Some(4.into()), Some("Công khai muộn"), 3), "the points stay given, with their reason");
        assert_eq!(ruling.said, Verdict::Agree, "and who agreed is not made the giver");
        let threads = unit_threads(ground, &house.person("office"), &found.campaign, "b").await.unwrap();
        assert_eq!(threads["1.2"].last().map(|last| (last.verdict, last.points)), Some((Verdict::Agree, Some(4.into()))), "as it was said");
        met(&house, &campaign, &["chair", "member-1", "chair"]).await;
        assert_eq!(house.lines("SELECT present FROM campaign_session").await, ["chair member-1"], "each takes part once");
        approved(&house, &campaign).await.unwrap();
        let version = house.version(&campaign).await;
        let today = "2026-12-02".parse().unwrap();
        publish(ground, &house.person("publisher"), &campaign, version, today, Shows::Leaves).await.unwrap();
        let public = public_result(ground, &campaign, None, today).await.unwrap();
        let at = public.blocks[0].table.rows.iter().position(|row| row.code.as_deref() == Some("b")).unwrap();
        let (_, working) = public_working(ground, &public, &public.blocks[0], at).await.unwrap();
        assert_eq!(working["1.2"].reason.as_deref(), Some("Công khai muộn"), "the public reads why");
    }

    async fn the_signed_sheet_is_cited_while_it_lies_before_the_head(house: House) {
        let campaign = house.campaign().await;
        let (ground, officer, head) = (house.ground(), house.person("officer-a"), house.person("head-a"));
        let figures = [("done", "95"), ("published", "có"), ("reported", "có"), ("breaches", "0")].map(|(code, text)| entry(AnswerKind::Figure, code, text));
        save(ground, &officer, &campaign, "a", &figures).await.unwrap();
        save(ground, &officer, &campaign, "a", &[entry(AnswerKind::Explanation, "1.1", "Báo cáo đang trình ký")]).await.unwrap();
        hand_over(ground, &officer, &campaign, "a").await.unwrap();
        let file = house.file("head-a", "a").await;
        let citation = |leaf: &'static str| Citation { campaign: &campaign, unit: "a", leaf, evidence: &file, cited: None };
        let locked = cite(ground, &house.evidence, &head, &citation("1.1")).await.unwrap_err();
        assert!(matches!(locked, EvaluationError::Locked(Lock::ForApproval)), "{locked:?}");
        cite(ground, &house.evidence, &head, &citation("total")).await.unwrap();
        let found = sheet(ground, &head, &campaign, "a").await.unwrap();
        let key = found.uses_of("total").next().unwrap().key.clone();
        uncite(ground, &head, &campaign, "a", &key).await.unwrap();
        cite(ground, &house.evidence, &head, &citation("total")).await.unwrap();
        submit(ground, &head, &campaign, "a").await.unwrap();
        let found = sheet(ground, &head, &campaign, "a").await.unwrap();
        assert!(found.uses_of("total").next().unwrap().locked_at.is_some(), "it stays with the submission");
    }

    async fn observations_are_taken_and_differences_seen(house: House) {
        let campaign = house.campaign().await;
        for (period, value) in [("2026-Q1", "50"), ("2026-RY", "92"), ("2025-RY", "10")] {
            house
                .execute(&format!(
                    "INSERT INTO observation (indicator, unit, period, status, value, dataset, origin) \
                     VALUES ('i', 'a', '{period}', 'reported', '{value}', 'collection:x', 'collection')"
                ))
                .await;
        }
        let (ground, head) = (house.ground(), house.person("head-a"));
        let found = sheet(ground, &head, &campaign, "a").await.unwrap();
        assert_eq!((found.observed["done"].value, found.observed["done"].period.as_str()), (number("92"), "2026-RY"));
        assert_eq!(found.own(found.set.leaf("1.1").unwrap()), Ok(number("60")), "it counts before anybody types it");
        let entries = [
            entry(AnswerKind::Figure, "published", "có"),
            entry(AnswerKind::Figure, "reported", "có"),
            entry(AnswerKind::Figure, "breaches", "0"),
            entry(AnswerKind::Explanation, "1.1", "Số liệu hệ thống"),
        ];
        save(ground, &head, &campaign, "a", &entries).await.unwrap();
        submit(ground, &head, &campaign, "a").await.unwrap();
        let kept = house.lines("SELECT value || ' ' || dataset FROM campaign_answer WHERE code = 'done'").await;
        assert_eq!(kept, ["92 collection:x"], "handing in keeps what was seen");
        // What the system hears of later changes nothing that was handed in: neither a figure that was taken nor one that was left empty.
        let nothing = [
            entry(AnswerKind::Figure, "published", "có"),
            entry(AnswerKind::Figure, "reported", "có"),
            entry(AnswerKind::Figure, "breaches", "0"),
            entry(AnswerKind::Explanation, "1.1", "Chưa có số liệu"),
        ];
        let other = house.person("head-b");
        save(ground, &other, &campaign, "b", &nothing).await.unwrap();
        submit(ground, &other, &campaign, "b").await.unwrap();
        house.execute("UPDATE observation SET value = '50' WHERE unit = 'a' AND period = '2026-RY'").await;
        house
            .execute(
                "INSERT INTO observation (indicator, unit, period, status, value, dataset, origin) \
                 VALUES ('i', 'b', '2026-RY', 'reported', '95', 'collection:x', 'collection')",
            )
            .await;
        for (unit, own) in [("a", Some(number("60"))), ("b", None)] {
            let found = sheet(ground, &house.person("office"), &campaign, unit).await.unwrap();
            let leaf = found.set.leaf("1.1").unwrap();
            assert_eq!(found.own(leaf).ok(), own, "{unit}");
            assert!(found.observed.contains_key("done"), "{unit}: it is shown beside what was handed in");
            let table = leaf_table(ground, &house.person("office"), &campaign, "so", "1.1", &LeafView::default()).await.unwrap();
            let line = table.lines.iter().find(|line| line.unit.unit == unit).unwrap();
            assert_eq!(line.own.ok(), own, "{unit} side by side");
        }
    }

    async fn a_merged_unit_keeps_its_scores(house: House) {
        let campaign = house.campaign().await;
        house.hand_in(&campaign, "a", "95", "có", "có", "0").await;
        let (ground, office) = (house.ground(), house.person("office"));
        let unknown = merge(ground, &office, &campaign, "a", "x", "Sáp nhập").await.unwrap_err();
        assert!(matches!(unknown, EvaluationError::NoSuccessor(_)), "{unknown:?}");
        let above = merge(ground, &office, &campaign, "a", "p", "Sáp nhập").await.unwrap_err();
        assert!(matches!(above, EvaluationError::NoSuccessor(_)), "a unit of another level takes no department's place: {above:?}");
        merge(ground, &office, &campaign, "a", "b", "Nghị quyết 12").await.unwrap();
        house.execute("UPDATE unit_version SET valid_to = '2026-11-30' WHERE unit = 'a'").await;
        house.execute("UPDATE revision SET value = 2").await;
        house.set_clock("2026-12-03T03:00:00Z");
        house.units.refresh(&house.db, house.world.now()).await.unwrap();
        let kept = sheet(ground, &office, &campaign, "a").await.unwrap();
        assert_eq!((kept.unit.name.as_str(), kept.unit.successor.as_deref(), kept.answers.len()), ("Sở A", Some("b"), 5));
        let results = campaign_results(ground, &office, &campaign).await.unwrap();
        assert_eq!(results.blocks[0].position("a"), Some(0));
        let told = results.mergers(&results.blocks[0], |_| true, Lang::Vi);
        assert_eq!(told.as_deref(), Some("Đơn vị đã sáp nhập, giữ nguyên điểm: Sở A (đơn vị kế thừa: Sở B)."));
        assert_eq!(results.mergers(&results.blocks[0], |unit| unit != "a", Lang::Vi), None);
        // The one that took its place answers for its part; others do not learn of it.
        assert!(sheet(ground, &house.person("head-b"), &campaign, "a").await.is_ok());
        let stranger = sheet(ground, &house.person("head-c"), &campaign, "a").await.unwrap_err();
        assert!(matches!(stranger, EvaluationError::Denied(_)), "{stranger:?}");
        reopen(ground, &office, &campaign, "a", "Bổ sung", "2026-12-25T10:00:00Z".parse().unwrap()).await.unwrap();
        let entries = [entry(AnswerKind::Figure, "breaches", "1")];
        let mut again = entries.clone();
        again[0].seen = kept.answers.iter().find(|answer| answer.code == "breaches").unwrap().version;
        save(ground, &house.person("head-b"), &campaign, "a", &again).await.unwrap();
        let seen = overview(ground, &house.person("head-b"), &campaign).await.unwrap();
        assert_eq!(seen.units.iter().map(|one| one.unit.unit.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    }

    async fn typed_points_are_asked_for_beside_what_says_whether_there_is_a_subject(house: House) {
        let typed = "kind = \"external\"\n[node.absent]\nwhen = \"breaches = 0\"\nthen = \"zero\"\n[node.asks]\nscored_by = \"unit\"";
        let set = house.set(&SET.replace("kind = \"external\"\n[node.asks]\nscored_by = \"survey\"", typed)).await;
        let campaign = house.draft(&set).await;
        house.next(&campaign).await;
        let seen = overview(house.ground(), &house.person("office"), &campaign).await.unwrap();
        assert_eq!(seen.units[0].asked, 5, "four figures and the points of 2");
    }

    async fn a_set_changes_only_where_nobody_scored(house: House) {
        let campaign = house.campaign().await;
        house.hand_in(&campaign, "a", "95", "có", "có", "0").await;
        let (ground, office) = (house.ground(), house.person("office"));
        let other = |id: &str, from: &str, to: &str| SET.replace("id = \"bo-thu\"", &format!("id = \"{id}\"")).replace(from, to);
        let scored = house.set(&other("hai", "points = \"60\"", "points = \"55\"")).await;
        let error = swap_set(ground, &office, &campaign, "so", &scored, "Quyết định 2").await.unwrap_err();
        assert!(matches!(&error, EvaluationError::ScoredLeaves(leaves) if leaves == &["1.1"]), "{error:?}");
        // What a scored leaf counts for is a part of it: bounds and rescaling of the groups above, ties, bands, and what was asked.
        for (id, from, to, part) in [
            ("cap", "aggregation = \"sum-of-points\"\n[[node]]\ncode = \"1\"", "aggregation = \"sum-of-points\"\ncap = \"95\"\n[[node]]\ncode = \"1\"", "total"),
            ("tie", "tie_rule = \"dense\"", "tie_rule = \"average\"", "total"),
            ("band", "from = \"90\"", "from = \"80\"", "total"),
            ("scales", "parent = \"total\"\naggregation = \"sum-of-points\"", "parent = \"total\"\naggregation = \"sum-of-points\"\nrescale = true", "1"),
            ("asks", "vi = \"Báo cáo năm\"", "vi = \"Báo cáo quý\"", "1.1"),
        ] {
            assert!(SET.contains(from), "{id}");
            let swapped = house.set(&other(id, from, to)).await;
            let error = swap_set(ground, &office, &campaign, "so", &swapped, "Quyết định 2").await.unwrap_err();
            assert!(matches!(&error, EvaluationError::ScoredLeaves(parts) if parts == &[part]), "{id}: {error:?}");
        }
        let free = house.set(&other("ba", "maximum = \"30\"", "maximum = \"25\"")).await;
        swap_set(ground, &office, &campaign, "so", &free, "Quyết định 3").await.unwrap();
        assert_eq!(house.lines("SELECT reason FROM event WHERE action = 'set-changed'").await, ["Quyết định 3"]);
    }

    async fn an_appeal_leads_to_another_approval(house: House) {
        let campaign = up_to_council(&house).await;
        let late = opinion(&campaign, "c", "1.2", 1, Verdict::Set, Some("1"), "Công khai muộn");
        give(house.ground(), &house.person("chair"), &late).await.unwrap();
        met(&house, &campaign, &["chair", "member-1"]).await;
        approved(&house, &campaign).await.unwrap();
        let ground = house.ground();
        let version = house.version(&campaign).await;
        publish(ground, &house.person("publisher"), &campaign, version, "2026-12-02".parse().unwrap(), Shows::Leaves).await.unwrap();
        // What is said from now on is said of what was published.
        house.set_clock("2026-12-02T03:30:00Z");
        house.next(&campaign).await;
        appeal(ground, &house.person("head-c"), &campaign, "c", "1.2", "Đã công khai ngày 5/12").await.unwrap();
        let key = house.lines("SELECT appeal FROM campaign_appeal").await.remove(0);
        answer_appeal(ground, &house.person("chair"), &campaign, &key, "Chấp nhận", true).await.unwrap();
        let unheard = give(ground, &house.person("chair"), &opinion(&campaign, "a", "1.2", 1, Verdict::Set, Some("1"), "Không ai kiến nghị")).await;
        assert!(matches!(unheard.unwrap_err(), EvaluationError::NotAppealed), "only what was appealed against with success");
        let twice = answer_appeal(ground, &house.person("chair"), &campaign, &key, "Không", false).await.unwrap_err();
        assert!(matches!(twice, EvaluationError::WrongState), "{twice:?}");
        give(ground, &house.person("chair"), &opinion(&campaign, "c", "1.2", 2, Verdict::Set, Some("5"), "Theo kiến nghị")).await.unwrap();
        assert!(matches!(approved(&house, &campaign).await.unwrap_err(), EvaluationError::NoQuorum), "the meeting before counts once");
        house.set_clock("2026-12-02T04:00:00Z");
        met(&house, &campaign, &["chair", "member-1"]).await;
        appeal(ground, &house.person("head-b"), &campaign, "b", "1.2", "Đã báo cáo đúng hạn").await.unwrap();
        assert!(matches!(approved(&house, &campaign).await.unwrap_err(), EvaluationError::OpenAppeals(1)));
        let version = house.version(&campaign).await;
        let ended = advance(ground, &house.person("office"), &campaign, version).await.unwrap_err();
        assert!(matches!(ended, EvaluationError::OpenAppeals(1)), "no appeal is lost with the step: {ended:?}");
        let open = house.lines("SELECT appeal FROM campaign_appeal WHERE answer IS NULL").await.remove(0);
        answer_appeal(ground, &house.person("chair"), &campaign, &open, "Không có văn bản", false).await.unwrap();
        assert_eq!(approved(&house, &campaign).await.unwrap(), 2);
        let results = campaign_results(ground, &house.person("office"), &campaign).await.unwrap();
        let so = &results.blocks[0];
        assert_eq!(so.scores.units[2].values[so.definition.total], Ok(number("21")));
        assert_eq!(results.approved.len(), 2, "the first approval stays");
        let (publisher, today) = (house.person("publisher"), "2026-12-02".parse().unwrap());
        let version = house.version(&campaign).await;
        publish(ground, &publisher, &campaign, version, today, Shows::Areas).await.unwrap();
        withdraw(ground, &publisher, &campaign, 1, "Thay bằng kết quả sau kiến nghị").await.unwrap();
        let newest = public_result(ground, &campaign, None, today).await.unwrap();
        assert_eq!((newest.result.position, newest.others.len()), (2, 1));
        assert_eq!(newest.others[0].reason.as_deref(), Some("Thay bằng kết quả sau kiến nghị"), "what was withdrawn is told beside the newest");
        let first = public_result(ground, &campaign, Some(1), today).await.unwrap();
        assert_eq!((first.result.position, first.newest, first.result.withdrawn_at.is_some()), (1, 2, true));
        assert!(public_result(ground, &campaign, Some(3), today).await.is_err());
        // Each publication tells the reasons of its own points.
        let reason = async |found: &PublicResult| {
            let at = found.blocks[0].table.rows.iter().position(|row| row.code.as_deref() == Some("c")).unwrap();
            public_working(ground, found, &found.blocks[0], at).await.unwrap().1["1.2"].reason.clone()
        };
        assert_eq!((reason(&first).await, reason(&newest).await), (Some("Công khai muộn".to_owned()), Some("Theo kiến nghị".to_owned())));
    }

    async fn strict_appraisers_and_same_evidence_are_seen(house: House) {
        let campaign = up_to_council(&house).await;
        let found = consistency(house.ground(), &house.person("office"), &campaign).await.unwrap();
        assert_eq!(found.appraisers.len(), 1);
        assert_eq!((found.appraisers[0].kept, found.appraisers[0].others), (Decimal::ONE_HUNDRED, None));
        assert!(consistency(house.ground(), &house.person("head-a"), &campaign).await.is_err());
    }

    async fn going_back_needs_a_reason(house: House) {
        let campaign = house.campaign().await;
        house.next(&campaign).await;
        let (ground, office) = (house.ground(), house.person("office"));
        let version = house.version(&campaign).await;
        assert!(matches!(back(ground, &office, &campaign, version, " ").await.unwrap_err(), EvaluationError::NoReason));
        assert_eq!(back(ground, &office, &campaign, version, "Nhiều đơn vị chưa gửi").await.unwrap(), Phase::Scoring);
        assert!(matches!(back(ground, &office, &campaign, version, "Lần nữa").await.unwrap_err(), EvaluationError::WrongState));
    }
}
