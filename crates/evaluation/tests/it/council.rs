//! Who speaks when: the council and its minutes, second readers, and what comes too late; what a sheet tells of maxima that move.

use evaluation::actions::{
    Citation, Entry, EvaluationError, NewSession, advance, agree_to_all, answer, answer_appeal, appeal, approve, assign, campaign_results,
    cite, council_rulings, give, hold_session, overview, publish, save, seat, sheet, unseat,
};
use evaluation::model::{AnswerKind, Duty, Lock, Phase, Seat, Shows, Verdict};
use evaluation::papers::{Origin, minutes};
use test_support::on_both;

use crate::house::{House, SET, entry, opinion};

/// Every unit handed in, every leaf agreed to: the campaign is in appraisal.
async fn appraised(house: &House) -> String {
    let campaign = house.campaign().await;
    for unit in ["a", "b", "c"] {
        house.hand_in(&campaign, unit, "80", "có", "có", "0").await;
    }
    house.next(&campaign).await;
    let ground = house.ground();
    for unit in ["a", "b", "c"] {
        give(ground, &house.person("office"), &opinion(&campaign, unit, "2", 0, Verdict::Set, Some("24"), "")).await.unwrap();
        agree_to_all(ground, &house.person("judge"), &campaign, unit, "total").await.unwrap();
    }
    campaign
}

async fn met(house: &House, campaign: &str) {
    let present = ["chair", "member-1"].map(str::to_owned).to_vec();
    let new = NewSession { held_on: "2026-12-02".parse().unwrap(), present, consented: Vec::new(), minutes: None };
    assert!(hold_session(house.ground(), &house.person("office"), campaign, &new).await.unwrap());
}

on_both! {
    async fn a_sheet_tells_which_maxima_move_as_things_are_entered(house: House) {
        let item = "item = [{ figure = \"published\", points = \"5\" }, { figure = \"reported\", points = \"5\" }]";
        let absent = "[node.absent]\nwhen = \"breaches = 9\"\nthen = \"move\"\nto = [\"1.1\"]";
        assert!(SET.contains(item));
        let set = house.set(&SET.replace(item, &format!("{item}\n{absent}"))).await;
        let campaign = house.draft(&set).await;
        house.next(&campaign).await;
        let (ground, officer) = (house.ground(), house.person("officer-a"));
        let moves = async || {
            let found = sheet(ground, &officer, &campaign, "a").await.unwrap();
            let code = |leaf: usize| found.set.definition.nodes[leaf].code.clone();
            found.moves().into_iter().map(|(leaf, to)| (code(leaf), to.into_iter().map(code).collect::<Vec<_>>())).collect::<Vec<_>>()
        };
        assert!(moves().await.is_empty(), "nothing is entered yet");
        save(ground, &officer, &campaign, "a", &[entry(AnswerKind::Figure, "breaches", "9")]).await.unwrap();
        assert_eq!(moves().await, [("1.2".to_owned(), vec!["1.1".to_owned()])]);
        save(ground, &officer, &campaign, "a", &[Entry { seen: 1, ..entry(AnswerKind::Figure, "breaches", "1") }]).await.unwrap();
        assert!(moves().await.is_empty());
    }

    async fn the_council_stays_as_it_decided(house: House) {
        let campaign = appraised(&house).await;
        for _ in 0..3 {
            house.next(&campaign).await;
        }
        let (ground, office, chair) = (house.ground(), house.person("office"), house.person("chair"));
        let asks = give(ground, &chair, &opinion(&campaign, "b", "1.2", 1, Verdict::Ask, None, "Công khai ở đâu?")).await.unwrap_err();
        assert!(matches!(asks, EvaluationError::NoQuestionNow), "nobody could answer: {asks:?}");
        give(ground, &chair, &opinion(&campaign, "b", "1.2", 1, Verdict::Set, Some("4"), "Công khai muộn")).await.unwrap();
        met(&house, &campaign).await;
        unseat(ground, &office, &campaign, "member-1").await.unwrap();
        let version = house.version(&campaign).await;
        approve(ground, &house.person("leader"), &campaign, version, "", "1").await.unwrap();
        for refused in [
            unseat(ground, &office, &campaign, "member-2").await,
            seat(ground, &office, &campaign, "member-1", Seat::Member).await,
            assign(ground, &office, &campaign, "judge-2", Duty::Appraiser, "total", (None, None)).await,
        ] {
            assert!(matches!(refused, Err(EvaluationError::WrongPhase(Phase::Approved))), "{refused:?}");
        }
        // The minutes name who was there, also who left since, and say what the council decided itself.
        let view = overview(ground, &office, &campaign).await.unwrap();
        let results = campaign_results(ground, &office, &campaign).await.unwrap();
        let decided = council_rulings(ground, &office, &campaign).await.unwrap();
        let origin = Origin { superior: None, issuer: "Sở Nội vụ".to_owned(), place: "Hà Nội".to_owned(), year: 2026 };
        let written = format!("{:?}", minutes(&view, &results, &decided, &origin));
        for words in ["Người chair – Chủ tịch", "Người member-1", "Sở B", "Công khai muộn"] {
            assert!(written.contains(words), "{words} in {written}");
        }
    }

    async fn last_year_stands_beside_the_same_criterion_alone(house: House) {
        let before = house.campaign().await;
        house.hand_in(&before, "a", "95", "có", "có", "0").await;
        // Next year 1.1 asks for something else, and the survey weighs less.
        let text = SET
            .replace("id = \"bo-thu\"", "id = \"nam-sau\"")
            .replace("Thực hiện kế hoạch", "Kiểm tra cải cách hành chính")
            .replace("maximum = \"30\"", "maximum = \"25\"");
        let campaign = house.draft(&house.set(&text).await).await;
        house.execute(&format!("UPDATE campaign SET follows = '{before}' WHERE campaign = '{campaign}'")).await;
        house.next(&campaign).await;
        let last = sheet(house.ground(), &house.person("head-a"), &campaign, "a").await.unwrap().last;
        assert!(!last.contains_key("1.1"), "another criterion has the code: {last:?}");
        assert_eq!((last["1.2"].own, last["1.2"].other_maximum), (Some(10.into()), None));
        assert_eq!(last["2"].other_maximum, Some(30.into()));
    }

    async fn a_second_reader_is_heard_by_the_first(house: House) {
        let campaign = appraised(&house).await;
        let (ground, office) = (house.ground(), house.person("office"));
        assign(ground, &office, &campaign, "judge-2", Duty::SecondReader, "total", (None, Some("b"))).await.unwrap();
        // Nobody reads a second time what they appraise themselves; other units and other people are no matter.
        let both = assign(ground, &office, &campaign, "judge-2", Duty::Appraiser, "1", (None, None)).await;
        assert!(matches!(both, Err(EvaluationError::BothReaders)), "{both:?}");
        let both = assign(ground, &office, &campaign, "judge", Duty::SecondReader, "1.2", (None, Some("b"))).await;
        assert!(matches!(both, Err(EvaluationError::BothReaders)), "{both:?}");
        assign(ground, &office, &campaign, "judge-2", Duty::Appraiser, "1", (None, Some("a"))).await.unwrap();
        give(ground, &house.person("judge-2"), &opinion(&campaign, "b", "1.2", 1, Verdict::Agree, None, "")).await.unwrap();
        const TOLD: &str = "SELECT account FROM notice WHERE sameness LIKE '%/second/%'";
        assert!(house.lines(TOLD).await.is_empty(), "the same points are no news");
        give(ground, &house.person("judge-2"), &opinion(&campaign, "b", "1.1", 1, Verdict::Set, Some("20"), "Thiếu báo cáo")).await.unwrap();
        assert_eq!(house.lines(TOLD).await, ["judge"]);
    }

    async fn what_comes_after_the_deadline_is_late(house: House) {
        let campaign = appraised(&house).await;
        house.next(&campaign).await;
        let (ground, file) = (house.ground(), house.file("head-b", "b").await);
        house.set_clock("2027-01-05T10:00:00Z");
        let head = house.person("head-b");
        let late = answer(ground, &head, &campaign, "b", "1.1", "Báo cáo 12/BC").await.unwrap_err();
        assert!(matches!(late, EvaluationError::Locked(Lock::Late)), "{late:?}");
        let new = Citation { campaign: &campaign, unit: "b", leaf: "1.1", evidence: &file, cited: None };
        let late = cite(ground, &house.evidence, &head, &new).await.unwrap_err();
        assert!(matches!(late, EvaluationError::Locked(Lock::Late)), "{late:?}");
        for _ in 0..2 {
            house.next(&campaign).await;
        }
        let council = NewSession {
            held_on: "2027-01-05".parse().unwrap(),
            present: ["chair", "member-1"].map(str::to_owned).to_vec(),
            consented: Vec::new(),
            minutes: None,
        };
        hold_session(ground, &house.person("office"), &campaign, &council).await.unwrap();
        let version = house.version(&campaign).await;
        approve(ground, &house.person("leader"), &campaign, version, "", "1").await.unwrap();
        let version = house.version(&campaign).await;
        publish(ground, &house.person("publisher"), &campaign, version, "2027-01-06".parse().unwrap(), Shows::Areas).await.unwrap();
        let version = house.version(&campaign).await;
        advance(ground, &house.person("office"), &campaign, version).await.unwrap();
        appeal(ground, &head, &campaign, "b", "1.1", "Đã nộp đủ báo cáo").await.unwrap();
        let key = house.lines("SELECT appeal FROM campaign_appeal").await.remove(0);
        // Whoever has no seat, or belongs to the unit, does not answer it.
        house.execute("DELETE FROM campaign_member WHERE account = 'member-2'").await;
        let stranger = answer_appeal(ground, &house.person("member-2"), &campaign, &key, "Chấp nhận", true).await.unwrap_err();
        assert!(matches!(stranger, EvaluationError::NotAssigned), "{stranger:?}");
        house.execute("UPDATE account SET unit = 'b' WHERE account = 'member-1'").await;
        let own = answer_appeal(ground, &house.person("member-1"), &campaign, &key, "Chấp nhận", true).await.unwrap_err();
        assert!(matches!(own, EvaluationError::OwnUnit), "{own:?}");
        house.set_clock("2027-01-20T10:00:00Z");
        let late = appeal(ground, &house.person("head-b"), &campaign, "b", "1.2", "Đã công khai").await.unwrap_err();
        assert!(matches!(late, EvaluationError::Locked(Lock::Late)), "{late:?}");
    }
}
