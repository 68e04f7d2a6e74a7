//! Criteria sets: read, copied, extended, locked.

use evaluation::actions::{EvaluationError, SetChange, change_set, clone_set, find_set, make_set, set_difference};
use evaluation::model::SetState;
use evaluation::set::{Scorer, read_set};
use test_support::on_both;

use super::house::{House, SET};

#[test]
fn a_set_says_who_scores_and_what_is_asked() {
    let set = read_set(SET).unwrap();
    let leaf = |code: &str| set.leaf(code).unwrap();
    assert_eq!(set.leaves().iter().map(|leaf| set.definition.nodes[*leaf].code.as_str()).collect::<Vec<_>>(), ["1.1", "1.2", "2", "3"]);
    assert_eq!(set.scorer(leaf("1.1")), Scorer::Unit);
    assert_eq!(set.scorer(leaf("2")), Scorer::Survey);
    assert_eq!(set.asks_at(leaf("1.1")).evidence.unwrap().vi, "Báo cáo năm");
    assert_eq!(set.indicator_of(set.definition.figure("done").unwrap()), Some("i"));
}

#[test]
fn faults_in_what_is_asked_have_their_line() {
    let text = SET
        .replace("scored_by = \"survey\"", "scored_by = \"nobody\"")
        .replace("observed = { done = \"i\" }", "observed = { nothing = \"i\" }\ncolour = 1");
    let faults = read_set(&text).unwrap_err();
    let told: Vec<String> = faults.iter().map(|fault| format!("{} {}", fault.subject, fault.rule)).collect();
    assert_eq!(told, ["1.1: asks.observed unknown-figure", "1.1: asks.colour unknown-key", "2: asks.scored_by unknown-word"]);
    assert!(faults.iter().all(|fault| text.lines().nth(fault.line - 1).unwrap().starts_with("code = ")), "{faults:?}");
}

on_both! {
    async fn sets_are_copied_and_changed_while_they_are_drafts(house: House) {
        let (ground, office) = (house.ground(), house.person("office"));
        let key = house.set(SET).await;
        let same = make_set(ground, &office, "p", SET).await.unwrap_err();
        assert!(matches!(same, EvaluationError::CodeTaken(_)), "{same:?}");
        let copy = clone_set(ground, &office, &key, "p", "bo-thu-2027", 2027).await.unwrap();
        let found = find_set(ground, &office, &copy).await.unwrap();
        assert_eq!(found.stored.based_on.as_deref(), Some(key.as_str()));
        let changed = found.text.replace("points = \"60\"", "points = \"50\"");
        change_set(ground, &office, &SetChange { key: &copy, seen: found.stored.version, text: &changed }).await.unwrap();
        let stale = change_set(ground, &office, &SetChange { key: &copy, seen: found.stored.version, text: SET }).await.unwrap_err();
        assert!(matches!(stale, EvaluationError::WrongState), "{stale:?}");
        let (_, _, differences) = set_difference(ground, &office, &key, &copy).await.unwrap();
        assert!(differences.iter().any(|one| one.code == "1.1"), "{differences:?}");
        // A unit sees what it will be scored by once it is in use, not a draft.
        assert!(find_set(ground, &house.person("head-a"), &copy).await.is_err());
        let broken = change_set(ground, &office, &SetChange { key: &copy, seen: 2, text: "id = 1" }).await.unwrap_err();
        assert!(matches!(broken, EvaluationError::SetFaults(faults) if faults.len() > 1));
    }
}

on_both! {
    async fn a_set_extends_a_framework_inside_its_maxima(house: House) {
        let (ground, office) = (house.ground(), house.person("office"));
        let frame = SET.replace("kind = \"own\"\nlevel", "kind = \"own\"\nframework = true\nlevel");
        house.set(&frame).await;
        let extended = |more: &str| {
            SET.replace("id = \"bo-thu\"", "id = \"bo-xa\"").replace("kind = \"own\"\nlevel", "kind = \"own\"\nextends = \"bo-thu\"\nlevel").replace("points = \"60\"", more)
        };
        make_set(ground, &office, "p", &extended("points = \"60\"")).await.unwrap();
        let Err(EvaluationError::SetFaults(faults)) =
            make_set(ground, &office, "p", &extended("points = \"59\"").replace("bo-xa", "bo-xa-2")).await
        else {
            panic!("a smaller maximum was taken")
        };
        let told: Vec<&str> = faults.iter().map(|fault| fault.subject.as_str()).collect();
        assert_eq!(told, ["total", "1", "1.1"], "{faults:?}");
    }
}

on_both! {
    async fn figures_come_from_indicators_of_the_system(house: House) {
        let (ground, office) = (house.ground(), house.person("office"));
        let strange = SET.replace("observed = { done = \"i\" }", "observed = { done = \"khong.co\" }");
        let Err(EvaluationError::SetFaults(faults)) = make_set(ground, &office, "p", &strange).await else { panic!("it was taken") };
        let line = strange.lines().nth(faults[0].line - 1).unwrap();
        assert_eq!((faults.len(), faults[0].rule.as_str(), faults[0].detail.as_str(), line), (1, "unknown-indicator", "khong.co", "code = \"1.1\""));
        let key = house.set(SET).await;
        let error = change_set(ground, &office, &SetChange { key: &key, seen: 1, text: &strange }).await.unwrap_err();
        assert!(matches!(&error, EvaluationError::SetFaults(faults) if faults[0].subject == "1.1: asks.observed.done"), "{error:?}");
        // An indicator that went meanwhile stays asked, so that the rest of the set can still be changed.
        house.execute("DELETE FROM indicator").await;
        change_set(ground, &office, &SetChange { key: &key, seen: 1, text: &SET.replace("Báo cáo năm", "Báo cáo cả năm") }).await.unwrap();
    }

    async fn what_makes_no_link_or_raises_by_a_penalty_stays_outside(house: House) {
        let (ground, office) = (house.ground(), house.person("office"));
        let broken = SET.replace("code = \"1.2\"", "code = \"1/2\"").replace("role = \"penalty\"", "role = \"penalty\"\ncap = \"2\"");
        let Err(EvaluationError::SetFaults(faults)) = make_set(ground, &office, "p", &broken).await else { panic!("it was taken") };
        let told: Vec<(&str, &str)> = faults.iter().map(|fault| (fault.subject.as_str(), fault.rule.as_str())).collect();
        assert_eq!(told, [("1/2", "code-letters"), ("3", "penalty-bound")]);
        assert!(faults.iter().all(|fault| broken.lines().nth(fault.line - 1).unwrap() == format!("code = \"{}\"", fault.subject)), "{faults:?}");
    }
}

on_both! {
    async fn a_set_in_use_is_locked(house: House) {
        house.campaign().await;
        let key = house.lines("SELECT criteria_set FROM criteria_set").await.remove(0);
        let (ground, office) = (house.ground(), house.person("office"));
        let found = find_set(ground, &office, &key).await.unwrap();
        assert_eq!((found.stored.state, found.used_by.len()), (SetState::Locked, 1));
        let error = change_set(ground, &office, &SetChange { key: &key, seen: found.stored.version, text: SET }).await.unwrap_err();
        assert!(matches!(error, EvaluationError::SetLocked), "{error:?}");
        assert!(find_set(ground, &house.person("head-a"), &key).await.is_ok(), "units read what they are scored by");
    }
}
