//! Criteria sets by programs: the text, its parts, copies, differences, annexes.

use axum::http::StatusCode;
use serde_json::{Value, json};
use test_support::on_both;

use super::super::house::House;
use super::people::{People, SET, SETS, draft, faults, new_set, pairs};

on_both! {
    async fn a_set_is_written_part_by_part(house: House) {
        let people = People::of(&house).await;
        let office = &people.office;
        let broken = SET.replace("figure = \"done\"", "figure = \"khong-co\"").replace("parent = \"1\"\n[node.rule]\nkind = \"checklist\"", "parent = \"9\"\n[node.rule]\nkind = \"checklist\"");
        let error = office.refused("POST", SETS, json!({ "text": broken }), 422).await;
        assert!(error["faults"].as_array().unwrap().len() >= 2, "every fault at once: {error}");
        assert!(error["faults"].as_array().unwrap().iter().all(|one| one["field"] == "text" && one["line"].as_u64() > Some(0)), "{error}");
        people.officer.refused("POST", SETS, json!({ "text": SET }), 403).await;
        let set = new_set(office).await;
        let error = office.refused("POST", SETS, json!({ "text": SET }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("id", "taken")]);
        let address = format!("{SETS}/{set}");
        assert_eq!(people.officer.status("GET", &address).await, 404, "a draft is for those who write it");
        // A figure, a part that asks for it, other words of another part; each with the version that was read.
        let version = |body: &Value| body["version"].as_i64().unwrap();
        let figure = json!({ "version": 1, "code": "late", "name": "Số hồ sơ trễ", "kind": "count" });
        let body = office.post(&format!("{address}/figures"), figure.clone()).await;
        assert_eq!(office.refused("POST", &format!("{address}/figures"), figure, 409).await["code"], "changed", "somebody was faster");
        let again = json!({ "version": version(&body), "code": "late", "name": "x", "range": ["a", "1"] });
        assert_eq!(pairs(&faults(&office.refused("POST", &format!("{address}/figures"), again, 422).await)), [("range.0", "decimal")]);
        let rule = "kind = \"per-case\"\nfigure = \"late\"\nstart = \"5\"\neach = \"-1\"\nfloor = \"0\"\n";
        let part = json!({ "version": version(&body), "parent": "1", "code": "1.3", "name_vi": "Giải quyết hồ sơ", "rule": rule });
        let body = office.post(&format!("{address}/nodes"), part).await;
        assert!(body["nodes"].as_array().unwrap().iter().any(|node| node["node"] == "1.3" && node["maximum"] == "5"), "{body}");
        let wrong = json!({ "version": version(&body), "parent": "7", "code": " ", "name_vi": "x" });
        assert_eq!(pairs(&faults(&office.refused("POST", &format!("{address}/nodes"), wrong, 422).await)), [("code", "empty"), ("parent", "no-such-node")]);
        let wrong = json!({ "version": version(&body), "name_vi": " ", "maximum": "năm", "role": "x", "scored_by": "ai" });
        let error = office.refused("PUT", &format!("{address}/nodes/1.3"), wrong, 422).await;
        assert_eq!(pairs(&faults(&error)), [("name_vi", "empty"), ("maximum", "decimal"), ("role", "word"), ("scored_by", "word")]);
        let words = json!({ "version": version(&body), "evidence": { "vi": "Sổ theo dõi" } });
        let body = office.done("PUT", &format!("{address}/nodes/1.3"), words).await;
        let part = office.get(&format!("{address}/nodes/1.3")).await;
        assert_eq!((&part["name_vi"], &part["evidence"]["vi"], &part["rule"]), (&json!("Giải quyết hồ sơ"), &json!("Sổ theo dõi"), &json!(rule.trim())), "what was left out stays");
        // Where its subject does not exist; what was read can be sent back.
        let wrong = json!({ "version": version(&body), "absent": { "when": "late = 0", "then": "away" } });
        let error = office.refused("PUT", &format!("{address}/nodes/1.3"), wrong, 422).await;
        assert_eq!(pairs(&faults(&error)), [("absent.then", "word")]);
        let absent = json!({ "when": "late = 0", "then": "full", "to": [], "by_maximum": false });
        let body = office.done("PUT", &format!("{address}/nodes/1.3"), json!({ "version": version(&body), "absent": absent })).await;
        let part = office.get(&format!("{address}/nodes/1.3")).await;
        assert_eq!((&part["absent"], &part["blocks"], &part["rule"]), (&absent, &json!([]), &json!(rule.trim())));
        let kept = json!({ "version": version(&body), "absent": part["absent"], "blocks": part["blocks"] });
        let body = office.done("PUT", &format!("{address}/nodes/1.3"), kept).await;
        let body = office.done("PUT", &format!("{address}/nodes/1.3"), json!({ "version": version(&body), "absent": null })).await;
        assert_eq!(office.get(&format!("{address}/nodes/1.3")).await["absent"], Value::Null);
        let error = office.refused("POST", &format!("{address}/nodes/1/removal"), json!({ "version": version(&body) }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("code", "has-parts")]);
        assert_eq!(office.refused("POST", &format!("{address}/figures/late/removal"), json!({ "version": version(&body) }), 422).await["code"], "set", "a rule asks for it");
        let body = office.post(&format!("{address}/nodes/1.3/removal"), json!({ "version": version(&body) })).await;
        let body = office.post(&format!("{address}/figures/late/removal"), json!({ "version": version(&body) })).await;
        office.refused("POST", &format!("{address}/nodes/1.3/removal"), json!({ "version": version(&body) }), 404).await;
        // The whole text; a copy and what differs.
        let text = body["text"].as_str().unwrap().replace("Thực hiện kế hoạch", "Thực hiện kế hoạch năm");
        office.refused("PUT", &address, json!({ "text": text, "version": 1 }), 409).await;
        office.done("PUT", &address, json!({ "text": text, "version": version(&body) })).await;
        let error = office.refused("POST", &format!("{address}/copies"), json!({ "id": "Bộ 2", "year": 27 }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("id", "id"), ("year", "year")]);
        let copy = office.post(&format!("{address}/copies"), json!({ "id": "bo-thu-2027", "year": 2027 })).await;
        assert_eq!(copy["based_on"], json!(set));
        let copied = copy["text"].as_str().unwrap().replace("points = \"60\"", "points = \"50\"");
        let copy = copy["set"].as_str().unwrap();
        office.done("PUT", &format!("{SETS}/{copy}"), json!({ "text": copied, "version": 1 })).await;
        let differences = office.get(&format!("{SETS}/{copy}/differences/{set}")).await;
        assert!(differences["differences"].as_array().unwrap().iter().any(|one| one["code"] == "1.1" && one["kind"] == "rule"), "{differences}");
        office.post(&format!("{SETS}/{copy}/withdrawal"), json!({ "reason": "Làm lại" })).await;
        office.refused("POST", &format!("{SETS}/{copy}/withdrawal"), json!({ "reason": "Làm lại" }), 409).await;
        // Once used it is locked, and says by what.
        let campaign = draft(&house, office, &set).await;
        let used = office.get(&address).await;
        assert_eq!((&used["state"], &used["used_by"][0]["year"]), (&json!("locked"), &json!(2026)));
        assert!(campaign.ends_with(used["used_by"][0]["campaign"].as_str().unwrap()));
        let error = office.refused("PUT", &address, json!({ "text": SET, "version": used["version"] }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("set", "set-locked")]);
        assert_eq!(people.officer.get(SETS).await["sets"].as_array().unwrap().len(), 2, "the one in use, and the withdrawn one");
    }

    async fn an_annex_becomes_a_text(house: House) {
        let people = People::of(&house).await;
        let table = "STT\tTiêu chí\tĐiểm tối đa\n1\tCông tác chỉ đạo\t10\n1.1\tThực hiện kế hoạch\t6\n1.2\tBáo cáo\t4\n";
        let address = format!("{SETS}/annex");
        let error = people.office.ask("POST", &format!("{address}?id=A&year=9&level=x"), "text/plain", table.to_owned()).await;
        assert_eq!(pairs(&faults(&error.json()["error"])), [("id", "id"), ("year", "year"), ("name", "empty"), ("level", "word")]);
        let read = people.office.ask("POST", &format!("{address}?id=so-2026&year=2026&name=B%E1%BB%99"), "text/plain", table.to_owned()).await;
        assert_eq!(read.status, StatusCode::OK, "{}", read.text);
        assert_eq!(read.json()["understood"].as_array().unwrap().len(), 3, "{}", read.text);
        assert!(read.json()["text"].as_str().unwrap().contains("id = \"so-2026\""));
        assert!(people.office.get(SETS).await["sets"].as_array().unwrap().is_empty(), "nothing is saved");
        assert_eq!(people.office.ask("POST", &format!("{address}?id=a&year=2026&name=b"), "image/png", "x".to_owned()).await.json()["error"]["code"], "file");
    }
}
