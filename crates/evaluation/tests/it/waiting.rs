//! What waits for a person on the first page, step by step.

use evaluation::actions::{hand_over, return_to_officer, submit, waiting};
use evaluation::model::{AnswerKind, Verdict};
use test_support::on_both;

use super::house::{House, SET, entry, opinion};

/// What waits for somebody: of each campaign its phase, each unit with what it entered and is asked, and what else there is to do.
async fn told(house: &House, person: &str) -> Vec<String> {
    let found = waiting(house.ground(), &house.person(person)).await.unwrap();
    let line = |one: &evaluation::actions::Waiting| {
        let mut words = vec![one.campaign.phase.word().to_owned()];
        words.extend(one.units.iter().map(|found| format!("{} {}/{} ?{}", found.unit.unit, found.entered, found.asked, found.questions)));
        words.extend(one.office.then(|| "office".to_owned()));
        words.extend((one.to_appraise > 0).then(|| format!("appraise {}", one.to_appraise)));
        words.extend(one.sits.then(|| "sits".to_owned()));
        words.join(", ")
    };
    found.iter().map(line).collect()
}

on_both! {
    async fn what_waits_follows_each_step(house: House) {
        let set = house.set(SET).await;
        let campaign = house.draft(&set).await;
        assert_eq!(told(&house, "officer-a").await, [""; 0], "a draft is known to those who prepare it alone");
        assert_eq!(told(&house, "office").await, ["draft, office"]);
        house.next(&campaign).await;
        assert_eq!(told(&house, "officer-a").await, ["scoring, a 0/4 ?0"]);
        assert_eq!(told(&house, "head-b").await, ["scoring, b 0/4 ?0"]);
        evaluation::actions::save(
            house.ground(),
            &house.person("officer-a"),
            &campaign,
            "a",
            &[entry(AnswerKind::Figure, "done", "95")],
        )
        .await
        .unwrap();
        assert_eq!(told(&house, "officer-a").await, ["scoring, a 1/4 ?0"], "what was entered is seen at once");
        house.hand_in(&campaign, "b", "80", "có", "không", "2").await;
        assert_eq!(told(&house, "head-b").await, [""; 0], "nothing waits for whoever handed in");

        house.set_clock("2026-12-20T10:00:00Z");
        assert_eq!(told(&house, "officer-a").await, [""; 0], "the deadline is never late");
        house.next(&campaign).await;
        assert_eq!(told(&house, "judge").await, ["appraisal, appraise 1"]);
        let seen = told(&house, "judge-2").await;
        assert_eq!(seen, ["appraisal"], "no part was given to them");
        let asked = opinion(&campaign, "b", "1.1", 0, Verdict::Ask, None, "Thiếu minh chứng");
        evaluation::actions::give(house.ground(), &house.person("judge"), &asked).await.unwrap();
        house.next(&campaign).await;
        assert_eq!(told(&house, "head-b").await, ["explanation, b 4/4 ?1"]);
        house.next(&campaign).await;
        house.next(&campaign).await;
        assert_eq!(told(&house, "chair").await, ["council, sits"]);
        assert_eq!(told(&house, "head-b").await, [""; 0]);
        assert_eq!(told(&house, "leader").await, ["council"]);
    }

    async fn a_sheet_that_waits_for_the_head_waits_until_it_is_returned(house: House) {
        let campaign = house.campaign().await;
        let entries = [("done", "95"), ("published", "có"), ("reported", "có"), ("breaches", "0")];
        let entries: Vec<_> = entries
            .iter()
            .map(|(code, text)| entry(AnswerKind::Figure, code, text))
            .chain([entry(AnswerKind::Explanation, "1.1", "Theo báo cáo năm")])
            .collect();
        evaluation::actions::save(house.ground(), &house.person("officer-a"), &campaign, "a", &entries).await.unwrap();
        hand_over(house.ground(), &house.person("officer-a"), &campaign, "a").await.unwrap();
        assert_eq!(told(&house, "head-a").await, ["scoring, a 4/4 ?0"]);
        return_to_officer(house.ground(), &house.person("head-a"), &campaign, "a", "Xem lại").await.unwrap();
        assert_eq!(told(&house, "officer-a").await, ["scoring, a 4/4 ?0"]);
        submit(house.ground(), &house.person("head-a"), &campaign, "a").await.unwrap();
        assert_eq!(told(&house, "head-a").await, [""; 0]);
    }

    async fn those_of_many_units_are_told_of_each(house: House) {
        let campaign = house.campaign().await;
        house.hand_in(&campaign, "c", "60", "không", "không", "9").await;
        assert_eq!(told(&house, "above").await, ["scoring, a 0/4 ?0, b 0/4 ?0"], "a few units are asked for one by one");
        for number in 0..8 {
            house.execute(&format!("INSERT INTO unit (unit, origin) VALUES ('x{number}', 'test')")).await;
            house
                .execute(&format!(
                    "INSERT INTO unit_version (unit, position, code, level, kind, name, short_name, parent, source, status, search_key, \
                     sort_key, origin) VALUES ('x{number}', 1, 'x{number}', 'department', 'department', 'Sở X', 'Sở X', 'p', 'test', 'seen', \
                     'x', 'x', 'test')"
                ))
                .await;
        }
        house.execute("UPDATE revision SET value = value + 1").await;
        house.set_clock("2026-12-02T03:01:00Z");
        house.units.refresh(&house.db, house.world.now()).await.unwrap();
        assert_eq!(told(&house, "above").await, ["scoring, a 0/4 ?0, b 0/4 ?0"], "many are looked for among all");
        house.execute("UPDATE campaign_unit SET successor = 'a' WHERE unit = 'b'").await;
        assert_eq!(told(&house, "above").await, ["scoring, a 0/4 ?0, b 0/4 ?0"], "each part is told once");
        assert_eq!(told(&house, "officer-a").await, ["scoring, a 0/4 ?0, b 0/4 ?0"], "a unit answers for those whose place it took");
    }
}
