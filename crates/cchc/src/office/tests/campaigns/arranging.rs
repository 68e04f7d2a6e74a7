//! What the office arranges by programs, and what is refused by rights.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;
use test_support::on_both;

use super::super::house::House;
use super::people::{CAMPAIGNS, People, Program, SET, SETS, answer, draft, faults, new_set, next, pairs, steps};

on_both! {
    async fn the_office_arranges_a_campaign(house: House) {
        let people = People::of(&house).await;
        let office = &people.office;
        let set = new_set(office).await;
        let wrong = json!({
            "title": " ", "year": 26, "quorum": "1", "follows": "khong-co",
            "blocks": [{ "block": "so", "set": "khong-co" }, { "block": "so", "set": set, "units": [] }],
            "steps": [{ "phase": "draft", "opens_at": "mai", "due_at": "2026-09-20T10:00:00Z" }],
        });
        let error = office.refused("POST", CAMPAIGNS, wrong, 422).await;
        let expected = [
            ("title", "empty"), ("year", "year"), ("quorum", "share"), ("steps", "empty"), ("steps.0.phase", "word"), ("steps.0.opens_at", "moment"),
            ("follows", "no-such-campaign"), ("blocks.0.set", "no-such-set"), ("blocks.1.block", "twice"), ("blocks.1.units", "empty"),
        ];
        assert_eq!(pairs(&faults(&error)), expected, "every fault at once");
        people.officer.refused("POST", CAMPAIGNS, json!({}), 403).await;
        let strange = json!({ "title": "x", "year": 2026, "blocks": [{ "block": "so", "set": set, "units": [{ "unit": "khong-co" }] }], "steps": steps(&house) });
        assert_eq!(pairs(&faults(&office.refused("POST", CAMPAIGNS, strange, 422).await)), [("khong-co", "unit")]);
        // A draft is thrown away, and its set can be edited again.
        let campaign = draft(&house, office, &set).await;
        office.refused("POST", &format!("{campaign}/discard"), json!({ "seen": 9 }), 409).await;
        office.post(&format!("{campaign}/discard"), json!({ "seen": 1 })).await;
        assert_eq!(office.status("GET", &campaign).await, 404);
        assert_eq!(office.get(&format!("{SETS}/{set}")).await["state"], "draft");
        // Units, calendar, another version of the set.
        let campaign = draft(&house, office, &set).await;
        let units = format!("{campaign}/blocks/so/units");
        assert_eq!(office.done("PUT", &units, json!({ "units": ["so"] })).await["units"].as_array().unwrap().len(), 1);
        assert_eq!(pairs(&faults(&office.refused("PUT", &units, json!({ "units": [] }), 422).await)), [("units", "empty")]);
        office.done("PUT", &units, json!({ "units": ["so", "so-2"] })).await;
        next(office, &campaign, "scoring").await;
        assert_eq!(office.refused("PUT", &units, json!({ "units": ["so"] }), 422).await["faults"][0]["rule"], "wrong-phase");
        let calendar = format!("{campaign}/calendar");
        let error = office.refused("PUT", &calendar, json!({ "steps": steps(&house) }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("reason", "no-reason")]);
        let backwards = json!({ "steps": [{ "phase": "scoring", "opens_at": "2026-09-20T00:00:00Z", "due_at": "2026-09-19T00:00:00Z" }], "reason": "x" });
        assert_eq!(pairs(&faults(&office.refused("PUT", &calendar, backwards, 422).await)), [("steps.0.due_at", "past-deadline")]);
        office.done("PUT", &calendar, json!({ "steps": steps(&house), "reason": "Lùi một ngày" })).await;
        let copy = office.post(&format!("{SETS}/{set}/copies"), json!({ "id": "bo-thu-2", "year": 2026 })).await["set"].clone();
        let swap = format!("{campaign}/blocks/so/set");
        assert_eq!(pairs(&faults(&office.refused("PUT", &swap, json!({ "set": copy }), 422).await)), [("reason", "no-reason")]);
        assert_eq!(office.done("PUT", &swap, json!({ "set": copy, "reason": "02/QĐ-UBND" })).await["blocks"][0]["set"], copy);
        // Who appraises, who sits in the council, what is often said.
        let assignments = format!("{campaign}/assignments");
        let account = |login: &str| json!(people.accounts[login]);
        let error = office.refused("POST", &assignments, json!({ "account": account("dau.moi"), "node": "total", "duty": "x", "block": "y" }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("duty", "word"), ("account", "no-such-person"), ("block", "no-such-block")]);
        let made = office.post(&assignments, json!({ "account": account("tham.dinh"), "node": "1", "unit": "so", "duty": "second-reader" })).await;
        let key = made["assignments"][0]["assignment"].as_str().unwrap();
        assert_eq!(office.post(&format!("{assignments}/{key}/removal"), json!({})).await["assignments"], json!([]));
        office.refused("POST", &format!("{assignments}/{key}/removal"), json!({}), 404).await;
        let people_there = office.get(&format!("{campaign}/people")).await;
        let roles = |login: &str| people_there["people"].as_array().unwrap().iter().find(|one| one["account"] == account(login)).map(|one| one["roles"].clone());
        assert_eq!((roles("tham.dinh"), roles("hoi.dong")), (Some(json!(["appraiser"])), Some(json!(["council"]))));
        assert_eq!(people.judge.status("GET", &format!("{campaign}/people")).await, 403);
        let phrase = office.post(&format!("{campaign}/phrases"), json!({ "words": "Thiếu báo cáo năm" })).await["phrases"][0]["phrase"].as_str().unwrap().to_owned();
        assert_eq!(people.judge.get(&format!("{campaign}/phrases")).await["phrases"][0]["words"], "Thiếu báo cáo năm");
        assert_eq!(office.post(&format!("{campaign}/phrases/{phrase}/removal"), json!({})).await["phrases"], json!([]));
        office.post(&format!("{campaign}/members"), json!({ "account": account("hoi.dong"), "seat": "member" })).await;
        let seat = format!("{campaign}/members/{}/removal", people.accounts["hoi.dong"]);
        assert_eq!(office.post(&seat, json!({})).await["members"], json!([]));
        // What the office says of a unit.
        let so = format!("{campaign}/so");
        assert_eq!(office.post(&format!("{so}/ranked"), json!({ "ranked": false, "reason": "Mới thành lập" })).await["ranked"], false);
        let error = office.refused("POST", &format!("{so}/merger"), json!({ "successor": "Sở Không Có", "reason": "x" }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("successor", "no-such-unit")]);
        assert_eq!(office.post(&format!("{so}/merger"), json!({ "successor": "Sở Thứ Hai", "reason": "03/NQ-HĐND" })).await["successor"], "so-2");
        assert_eq!(people.other.get(&so).await["unit"], "so", "the successor answers for it");
        // After the deadline the sheet is locked until the office opens it again.
        house.pass(TimeDelta::days(5));
        let late = json!({ "answers": [answer("figure", "done", "95", 0)] });
        let error = people.officer.refused("PUT", &so, late.clone(), 422).await;
        assert_eq!(pairs(&faults(&error)), [("unit", "locked")]);
        let error = office.refused("POST", &format!("{so}/reopen"), json!({ "reason": "Mất điện" }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("until", "moment")]);
        let until = house.now() + TimeDelta::days(1);
        people.head.refused("POST", &format!("{so}/reopen"), json!({ "reason": "Mất điện", "until": until }), 403).await;
        assert_eq!(office.post(&format!("{so}/reopen"), json!({ "reason": "Mất điện", "until": until })).await["locked"], false);
        people.officer.done("PUT", &so, late).await;
        next(office, &campaign, "appraisal").await;
        let seen = office.get(&campaign).await["version"].clone();
        let error = office.refused("POST", &format!("{campaign}/back"), json!({ "seen": seen }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("reason", "no-reason")]);
        assert_eq!(office.post(&format!("{campaign}/back"), json!({ "seen": seen, "reason": "Mở nhầm" })).await["phase"], "scoring");
    }

    async fn nobody_judges_their_own_house_and_a_read_token_only_reads(house: House) {
        let people = People::of(&house).await;
        let office = &people.office;
        let set = new_set(office).await;
        let campaign = draft(&house, office, &set).await;
        next(office, &campaign, "scoring").await;
        // An appraiser of the province who belongs to the department.
        let account = house.someone("nguoi.nha", "so").await;
        house.give(&account, Role::Appraiser, "tinh", Reach::Subtree).await;
        let own = Program::of(&house, "nguoi.nha", "write").await;
        let part = json!({ "account": account, "node": "total", "unit": "so" });
        assert_eq!(pairs(&faults(&office.refused("POST", &format!("{campaign}/assignments"), part, 422).await)), [("unit", "own-unit")]);
        office.post(&format!("{campaign}/assignments"), json!({ "account": account, "node": "total" })).await;
        next(office, &campaign, "appraisal").await;
        let opinion = json!({ "verdict": "agree", "seen": 0 });
        assert_eq!(own.refused("POST", &format!("{campaign}/so/leaves/1.1/opinions"), opinion.clone(), 403).await["code"], "own-unit");
        assert_eq!(house.lines("SELECT action FROM event WHERE action = 'refused-own-unit'").await.len(), 1, "the try is in the history");
        assert_eq!(people.judge.refused("POST", &format!("{campaign}/so/leaves/1.1/opinions"), opinion, 403).await["code"], "not-assigned");
        let reads = Program::of(&house, "thuong.truc", "read").await;
        assert_eq!(reads.get(&campaign).await["phase"], "appraisal");
        reads.refused("POST", &format!("{campaign}/phrases"), json!({ "words": "x" }), 403).await;
        reads.refused("PUT", &format!("{SETS}/{set}"), json!({ "text": SET, "version": 1 }), 403).await;
        // What cannot be read is told, and no form of a page is a body.
        for body in ["", "{", "[]", "{\"words\":1}", "{\"words\":\"x\",\"y\":1}"] {
            let answer = office.ask("POST", &format!("{campaign}/phrases"), "application/json", body.to_owned()).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["error"]["code"]), (400, &json!("unreadable")), "{body}");
        }
        let form = office.ask("POST", &format!("{campaign}/so/reopen"), "application/x-www-form-urlencoded", "reason=x".to_owned()).await;
        assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", form.text);
    }
}

#[test]
fn the_guide_names_every_address_in_both_languages() {
    let guides = [include_str!("../../../../../../guide/vi/danh-gia-api.md"), include_str!("../../../../../../guide/en/danh-gia-api.md")];
    let routes: Vec<_> = evaluation::routes().into_iter().filter(|route| route.path.starts_with("/api/")).collect();
    assert!(routes.len() > 40, "the interface is there");
    for route in routes {
        for method in route.methods {
            let line = format!("| `{method} {}` |", route.path);
            assert!(guides.iter().all(|guide| guide.contains(&line)), "the guide says nothing of {line}");
        }
    }
}
