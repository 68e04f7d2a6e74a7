//! Evaluation campaigns by programs alone: every act of the pages, with access tokens, from the text of a set to a withdrawn result.

mod arranging;
mod people;
mod sets;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use test_support::on_both;

use super::house::House;
use people::{CAMPAIGNS, People, answer, draft, faults, new_set, next, pairs};

/// A piece of evidence of the unit `so`.
async fn evidence(house: &House, account: &str) -> &'static str {
    let file = house.put_file(b"%PDF-1.4\n% made up for a test\n%%EOF\n").await;
    house
        .execute(&format!(
            "INSERT INTO evidence (evidence, unit, kind, title, state, made_by, made_at, version, search_key, sort_key) \
             VALUES ('bao-cao', 'so', 'other', 'Báo cáo năm', 'active', '{account}', '2026-09-01T00:00:00Z', 1, 'bao cao', 'bao cao')"
        ))
        .await;
    house
        .execute(&format!(
            "INSERT INTO evidence_file (evidence, position, sha256, size, file_name, file_kind, pages, text_state, findings, signatures, added_by, added_at) \
             VALUES ('bao-cao', 1, '{file}', 36, 'bao-cao.pdf', 'pdf', 1, 'none', '[]', '[]', '{account}', '2026-09-01T00:00:00Z')"
        ))
        .await;
    "bao-cao"
}

/// Both departments score themselves and hand in.
async fn score(house: &House, people: &People, campaign: &str) {
    let (so, other) = (format!("{campaign}/so"), format!("{campaign}/so-2"));
    let wrong = json!({ "answers": [answer("figure", "done", "101", 0), answer("figure", "published", "có lẽ", 0)] });
    let error = people.officer.refused("PUT", &so, wrong, 422).await;
    assert_eq!(pairs(&faults(&error)), [("so.done", "value"), ("so.published", "value")]);
    let error =
        people.officer.refused("PUT", &so, json!({ "answers": [answer("so", "done", "1", 0), answer("x", "done", "1", 0)] }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("answers.0.kind", "word"), ("answers.1.kind", "word")]);
    let strange = [answer("figure", "khong-co", "1", 0), answer("figure", "done", "95", 0), answer("points", "2", "30", 0)];
    let error = people.officer.refused("PUT", &so, json!({ "answers": strange }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("so.khong-co", "no-such-leaf"), ("diem.2", "no-such-leaf")], "survey points are not the unit's");
    let mixed = [answer("figure", "khong-co", "1", 0), answer("figure", "done", "101", 0), answer("points", "2", "30", 0)];
    let error = people.officer.refused("PUT", &so, json!({ "answers": mixed }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("so.khong-co", "no-such-leaf"), ("so.done", "value"), ("diem.2", "no-such-leaf")], "all at once");
    assert!(people.officer.get(&so).await["answers"].as_array().unwrap().is_empty(), "all or none");
    let right = [answer("figure", "done", "95", 0), answer("figure", "published", "có", 0), answer("figure", "reported", "không", 0)];
    people.officer.done("PUT", &so, json!({ "answers": right })).await;
    let stale = people.officer.refused("PUT", &so, json!({ "answers": [answer("figure", "done", "80", 0)] }), 409).await;
    assert_eq!(stale["conflicts"], json!([{ "field": "so.done", "version": 1, "value": "95" }]));
    // Without evidence and explanation nothing is handed over.
    let error = people.officer.refused("POST", &format!("{so}/hand-over"), json!({}), 422).await;
    assert_eq!(pairs(&faults(&error)), [("1.1", "unexplained")]);
    let file = evidence(house, &people.accounts["dau.moi"]).await;
    assert_eq!(people.officer.get(&format!("{so}/evidence")).await["pieces"][0]["evidence"], file);
    assert_eq!(people.officer.get(&format!("{so}/evidence?search=khong-co")).await["pieces"], json!([]));
    let cited = people.officer.post(&format!("{so}/leaves/1.1/evidence"), json!({ "evidence": file, "cited": "trang 3" })).await;
    assert_eq!(cited["evidence"][0]["cited"], "trang 3");
    let key = cited["evidence"][0]["use"].as_str().unwrap();
    assert_eq!(people.officer.post(&format!("{so}/evidence/{key}/removal"), json!({})).await["evidence"], json!([]));
    people.officer.post(&format!("{so}/leaves/1.1/evidence"), json!({ "evidence": file })).await;
    assert_eq!(people.officer.post(&format!("{so}/hand-over"), json!({})).await["state"], "for-approval");
    people.officer.refused("POST", &format!("{so}/hand-in"), json!({}), 403).await;
    let error = people.head.refused("POST", &format!("{so}/return-to-officer"), json!({ "reason": " " }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("reason", "no-reason")]);
    people.head.post(&format!("{so}/return-to-officer"), json!({ "reason": "Xem lại số liệu" })).await;
    assert_eq!(people.head.post(&format!("{so}/hand-in"), json!({})).await["state"], "submitted");
    assert_eq!(people.head.refused("POST", &format!("{so}/hand-in"), json!({}), 409).await["code"], "changed");
    // The office returns it once more.
    let error = people.office.refused("POST", &format!("{so}/return"), json!({ "reason": "x", "until": "mai" }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("until", "moment")]);
    assert_eq!(people.office.post(&format!("{so}/return"), json!({ "reason": "Thiếu trang ký" })).await["state"], "returned");
    people.head.post(&format!("{so}/hand-in"), json!({})).await;
    let other_answers = [
        answer("figure", "done", "80", 0),
        answer("figure", "published", "có", 0),
        answer("figure", "reported", "có", 0),
        answer("explanation", "1.1", "Báo cáo gửi sau", 0),
    ];
    people.other.done("PUT", &other, json!({ "answers": other_answers })).await;
    people.other.post(&format!("{other}/hand-in"), json!({})).await;
    // The sheet of another department is not there.
    assert_eq!(people.other.status("GET", &so).await, 404);
    assert_eq!(people.other.status("PUT", &so).await, 404);
}

/// Survey points, opinions, agreement; the department is asked and explains.
async fn appraise(house: &House, people: &People, campaign: &str) {
    let points = format!("{campaign}/points");
    assert_eq!(people.office.get(&points).await["rows"].as_array().unwrap().len(), 2, "the survey of two departments");
    let csv = "Đơn vị,Mã tiêu chí,Điểm,Nguồn\nSở Thứ Nhất,2,31,x\nSở Không Có,2,20,x\nSở Thứ Hai,1.1,20,x\n";
    let error = people.office.ask("POST", &points, "text/csv", csv.to_owned()).await;
    assert_eq!(error.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", error.text);
    let columns: Vec<(u64, String)> = error.json()["error"]["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["row"].as_u64().unwrap(), one["column"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(columns, [(2, "points".to_owned()), (3, "unit".to_owned()), (4, "leaf".to_owned())], "every row that is refused");
    let rows = json!({ "rows": [{ "unit": "so", "leaf": "2", "points": "hai", "source": "x" }, { "unit": "Sở Thứ Hai", "leaf": "2", "points": "99" }] });
    let error = people.office.refused("POST", &points, rows, 422).await;
    assert_eq!(pairs(&faults(&error)), [("rows.1.points", "row"), ("rows.2.points", "row")]);
    let twice = json!({ "rows": [{ "unit": "so", "leaf": "2", "points": "3" }, { "unit": "Sở Thứ Nhất", "leaf": "2", "points": "2" }] });
    let error = people.office.refused("POST", &points, twice, 422).await;
    assert_eq!(pairs(&faults(&error)), [("rows.2.leaf", "row")], "which of two rows counts is for whoever sends them to say");
    let csv = "Đơn vị,Mã tiêu chí,Điểm,Nguồn\nSở Thứ Nhất,2,24,Điều tra 2026\n";
    let saved = people.office.ask("POST", &points, "text/csv; charset=utf-8", csv.to_owned()).await;
    assert_eq!(saved.json()["changed"], 1, "{}", saved.text);
    let rows = json!({ "rows": [{ "unit": "so-2", "leaf": "2", "points": "27", "source": "Điều tra 2026" }, { "unit": "so", "leaf": "2", "points": "24.0" }] });
    assert_eq!(people.office.post(&points, rows).await["changed"], 1, "what stands already leaves no trace");
    assert_eq!(people.office.ask("POST", &points, "text/plain", "x".to_owned()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    people.judge.refused("POST", &points, json!({ "rows": [] }), 403).await;
    // One criterion over all units.
    let over = format!("{campaign}/blocks/so/leaves/1.1");
    let table = people.judge.get(&format!("{over}?search=thu%20nhat&standing=open&page=1")).await;
    assert_eq!(
        (&table["total"], &table["units"][0]["unit"], &table["units"][0]["figures"]["done"]),
        (&json!(1), &json!("so"), &json!("95"))
    );
    assert_eq!(people.judge.status("GET", &format!("{over}?standing=x")).await, 400);
    let many = json!({ "opinions": [
        { "unit": "so", "verdict": "ask", "reason": "Báo cáo chưa có số liệu quý IV", "seen": 0 },
        { "unit": "so-2", "verdict": "agree", "seen": 5 },
        { "unit": "xa", "verdict": "agree", "seen": 0 },
    ] });
    let error = people.judge.refused("POST", &over, many, 422).await;
    assert_eq!(error["saved"], 1);
    assert_eq!(pairs(&faults(&error)), [("opinions.1", "changed"), ("opinions.2", "no-such-unit")]);
    let bad = json!({ "opinions": [{ "unit": "so", "verdict": "?", "points": "x", "seen": 1 }] });
    let error = people.judge.refused("POST", &over, bad, 422).await;
    assert_eq!(pairs(&faults(&error)), [("opinions.0.verdict", "word"), ("opinions.0.points", "decimal")]);
    // One criterion of one unit.
    let leaf = format!("{campaign}/so/leaves/1.2");
    let above = json!({ "verdict": "set", "points": "11", "reason": "x", "seen": 0 });
    assert_eq!(pairs(&faults(&people.judge.refused("POST", &format!("{leaf}/opinions"), above, 422).await)), [("points", "value")]);
    let unasked = json!({ "verdict": "agree", "points": "1.5", "seen": 0 });
    let error = people.judge.refused("POST", &format!("{leaf}/opinions"), unasked, 422).await;
    assert_eq!(pairs(&faults(&error)), [("points", "value")], "points beside an agreement would be lost");
    let again = json!({ "verdict": "applicable", "reason": "x", "seen": 0 });
    let error = people.judge.refused("POST", &format!("{leaf}/opinions"), again, 422).await;
    assert_eq!(pairs(&faults(&error)), [("verdict", "not-left-out")]);
    people.officer.refused("POST", &format!("{leaf}/opinions"), json!({ "verdict": "agree", "seen": 0 }), 403).await;
    let error = people.judge.refused("POST", &format!("{campaign}/so/agreement"), json!({ "below": "9" }), 422).await;
    assert_eq!(error["code"], "no-such-leaf");
    assert_eq!(people.judge.post(&format!("{campaign}/so/agreement"), json!({ "below": "1" })).await["agreed"], 1, "1.1 was asked about");
    assert_eq!(people.judge.post(&format!("{campaign}/so-2/agreement"), json!({})).await["agreed"], 2, "the survey was put in");
    let stale = people.judge.refused("POST", &format!("{leaf}/opinions"), json!({ "verdict": "agree", "seen": 0 }), 409).await;
    assert_eq!(stale["code"], "changed");
    next(&people.office, campaign, "explanation").await;
    // A thread is read in the order of its times.
    house.pass(TimeDelta::minutes(1));
    let asked = format!("{campaign}/so/leaves/1.1");
    people.officer.post(&format!("{asked}/answers"), json!({ "words": "Số liệu quý IV ở trang 12" })).await;
    next(&people.office, campaign, "second-appraisal").await;
    let thread = people.judge.get(&asked).await;
    assert_eq!(thread["seen"], 2);
    assert_eq!(thread["opinions"][1]["reason"], "Số liệu quý IV ở trang 12");
    people.judge.post(&format!("{asked}/opinions"), json!({ "verdict": "agree", "seen": 2 })).await;
    next(&people.office, campaign, "council").await;
}

/// The council meets and the leader approves; answers the number of the approval.
async fn approve(house: &House, people: &People, campaign: &str) -> Value {
    let account = |login: &str| json!(people.accounts[login]);
    let meeting = json!({ "held_on": "2026-09-16", "present": [account("hoi.dong"), account("lanh.dao")], "minutes": "Thống nhất" });
    let held = people.office.post(&format!("{campaign}/meetings"), meeting).await;
    assert!(held["meetings"].as_array().unwrap().iter().any(|one| one["quorate"] == true), "{held}");
    house.pass(TimeDelta::minutes(1));
    let seen = people.leader.get(&format!("{campaign}/approvals")).await["version"].clone();
    people.leader.post(&format!("{campaign}/approvals"), json!({ "seen": seen, "decision": "01/QĐ-UBND" })).await["position"].clone()
}

async fn decide(people: &People, campaign: &str) {
    let account = |login: &str| json!(people.accounts[login]);
    let seats = format!("{campaign}/members");
    let error = people.office.refused("POST", &seats, json!({ "account": "khong-co", "seat": "vua" }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("seat", "word"), ("account", "no-such-person")]);
    people.office.post(&seats, json!({ "account": account("hoi.dong"), "seat": "chair" })).await;
    let error = people.office.refused("POST", &seats, json!({ "account": account("lanh.dao"), "seat": "chair" }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("seat", "chair-taken")]);
    people.office.post(&seats, json!({ "account": account("lanh.dao"), "seat": "deputy" })).await;
    let opinions = format!("{campaign}/so/leaves/1.2/opinions");
    people.chair.post(&opinions, json!({ "verdict": "set", "points": "4", "reason": "Công khai muộn", "seen": 1 })).await;
    let meetings = format!("{campaign}/meetings");
    let error = people.office.refused("POST", &meetings, json!({ "held_on": "2026-09-17" }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("held_on", "day-ahead")]);
    let error = people.office.refused("POST", &meetings, json!({ "held_on": "16/9", "consented": ["khong-co"] }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("held_on", "day"), ("consented.0", "no-such-member")]);
    let alone = people.office.post(&meetings, json!({ "held_on": "2026-09-16", "present": [account("hoi.dong")] })).await;
    assert_eq!(alone["meetings"][0]["quorate"], false);
    let approvals = format!("{campaign}/approvals");
    let seen = people.leader.get(campaign).await["version"].clone();
    let error = people.leader.refused("POST", &approvals, json!({ "seen": seen }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("meetings", "no-quorum")]);
    people.office.refused("POST", &approvals, json!({ "seen": seen }), 403).await;
    assert_eq!(people.leader.refused("POST", &approvals, json!({ "seen": 1 }), 409).await["code"], "changed");
}

on_both! {
    async fn a_campaign_goes_its_whole_way_by_programs_alone(house: House) {
        let people = People::of(&house).await;
        let office = &people.office;
        let set = new_set(office).await;
        let campaign = draft(&house, office, &set).await;
        assert_eq!(people.officer.status("GET", &campaign).await, 404, "a draft is known to those who prepare it");
        assert_eq!(people.judge.status("POST", &format!("{campaign}/advance")).await, 403);
        assert_eq!(office.refused("POST", &format!("{campaign}/advance"), json!({ "seen": 7 }), 409).await["code"], "changed");
        next(office, &campaign, "scoring").await;
        let listed = people.officer.get(CAMPAIGNS).await;
        assert_eq!(listed["campaigns"][0]["units"].as_array().unwrap().len(), 1, "a department sees itself");
        let shared = json!({ "account": people.accounts["tham.dinh"], "node": "total" });
        office.post(&format!("{campaign}/assignments"), shared.clone()).await;
        let error = office.refused("POST", &format!("{campaign}/assignments"), shared, 422).await;
        assert_eq!(pairs(&faults(&error)), [("account", "assigned-already")]);
        score(&house, &people, &campaign).await;
        next(office, &campaign, "appraisal").await;
        appraise(&house, &people, &campaign).await;
        decide(&people, &campaign).await;
        assert_eq!(approve(&house, &people, &campaign).await, 1);
        // What was frozen is computed again from the answer alone.
        let frozen = office.get(&format!("{campaign}/approvals/1")).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let files: BTreeMap<String, String> = frozen["files"].as_array().unwrap().iter().map(|one| (text(&one["file"]), text(&one["content"]))).collect();
        assert!(evaluation::result::recompute(&text(&frozen["manifest"]), &files).is_ok());
        assert_eq!(frozen["sha256"], office.get(&format!("{campaign}/approvals")).await["approvals"][0]["sha256"]);
        let publication = format!("{campaign}/publication");
        let seen = people.publisher.get(&campaign).await["version"].clone();
        let error = people.publisher.refused("POST", &publication, json!({ "seen": seen, "publish_on": "mai", "shows": "x" }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("publish_on", "day"), ("shows", "word")]);
        let error = people.publisher.refused("POST", &publication, json!({ "seen": seen, "publish_on": "2026-09-15", "shows": "leaves" }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("publish_on", "behind")]);
        people.leader.refused("POST", &publication, json!({ "seen": seen, "publish_on": "2026-09-16", "shows": "leaves" }), 403).await;
        people.publisher.post(&publication, json!({ "seen": seen, "publish_on": "2026-09-16", "shows": "leaves" })).await;
        let results = people.other.get(&format!("{campaign}/results")).await;
        let totals: Vec<&Value> = results["blocks"][0]["units"].as_array().unwrap().iter().map(|unit| &unit["total"]["value"]).collect();
        // 60 + 4 + 24, and 30 + 10 + 27.
        assert_eq!(totals, ["88", "67"]);
        // An appeal, accepted: other points, another meeting, another approval.
        next(office, &campaign, "appeal").await;
        let leaf = format!("{campaign}/so/leaves/1.2");
        people.officer.refused("POST", &format!("{leaf}/appeals"), json!({ "words": "x" }), 403).await;
        let made = people.head.post(&format!("{leaf}/appeals"), json!({ "words": "Công khai đúng hạn, có ảnh chụp" })).await;
        let appeal = text(&made["appeals"][0]["appeal"]);
        let seen = people.leader.get(&campaign).await["version"].clone();
        house.pass(TimeDelta::minutes(1));
        let account = |login: &str| json!(people.accounts[login]);
        let meeting = json!({ "held_on": "2026-09-16", "present": [account("hoi.dong")], "consented": [account("lanh.dao")] });
        office.post(&format!("{campaign}/meetings"), meeting).await;
        let error = people.leader.refused("POST", &format!("{campaign}/approvals"), json!({ "seen": seen }), 422).await;
        assert_eq!(pairs(&faults(&error)), [("appeals", "open-appeals")]);
        let answered = people.chair.post(&format!("{campaign}/appeals/{appeal}/answer"), json!({ "words": "Chấp nhận", "accepted": true })).await;
        assert_eq!(answered["appeals"][0]["accepted"], true);
        people.chair.refused("POST", &format!("{campaign}/appeals/{appeal}/answer"), json!({ "words": "x", "accepted": false }), 409).await;
        let seen = people.chair.get(&leaf).await["seen"].clone();
        people.chair.post(&format!("{leaf}/opinions"), json!({ "verdict": "set", "points": "5", "reason": "Theo kiến nghị", "seen": seen })).await;
        assert_eq!(approve(&house, &people, &campaign).await, 2);
        let one = people.head.get(&format!("{campaign}/so/result")).await;
        assert_eq!((&one["total"]["value"], &one["rank"], &one["index"]), (&json!("89"), &json!(1), &json!("89")));
        let node = one["nodes"].as_array().unwrap().iter().find(|node| node["node"] == "1.2").unwrap();
        assert_eq!((&node["own"]["value"], &node["result"]["value"]), (&json!("5"), &json!("5")));
        assert_eq!(people.other.status("GET", &format!("{campaign}/so/result")).await, 404, "approved, and not yet public");
        let seen = people.publisher.get(&campaign).await["version"].clone();
        people.publisher.post(&publication, json!({ "seen": seen, "publish_on": "2026-09-16", "shows": "areas" })).await;
        let withdrawal = format!("{campaign}/approvals/2/withdrawal");
        let error = people.publisher.refused("POST", &withdrawal, json!({}), 422).await;
        assert_eq!(pairs(&faults(&error)), [("reason", "no-reason")]);
        people.publisher.post(&withdrawal, json!({ "reason": "Sai số liệu điều tra" })).await;
        people.publisher.refused("POST", &withdrawal, json!({ "reason": "x" }), 409).await;
        let approvals = people.leader.get(&format!("{campaign}/approvals")).await;
        assert_eq!(approvals["approvals"][0]["reason"], "Sai số liệu điều tra", "it stays, as withdrawn");
        assert_eq!(office.get(&format!("{campaign}/sample?share=1")).await["sample"].as_array().unwrap().len(), 6);
        assert_eq!(office.get(&format!("{campaign}/consistency")).await["appraisers"][0]["leaves"], 4);
        // Files and documents open with the same token at the addresses of the pages.
        let page = campaign.replace(CAMPAIGNS, "/lam-viec/danh-gia");
        for file in ["van-ban/bao-cao.docx", "van-ban/quyet-dinh.pdf", "ket-qua.xlsx", "ket-qua.csv", "ket-qua/1/ho-so.zip", "so/van-ban/phieu.docx", "diem/mau.xlsx"] {
            assert_eq!(office.status("GET", &format!("{page}/{file}")).await, 200, "{file}");
        }
        let mut names = std::collections::BTreeSet::new();
        for file in ["van-ban/bao-cao.pdf", "van-ban/quyet-dinh.pdf", "van-ban/bien-ban.pdf", "so/van-ban/phieu.pdf", "so/van-ban/yeu-cau-giai-trinh.pdf"] {
            names.insert(office.ask("GET", &format!("{page}/{file}"), "", String::new()).await.header("content-disposition").to_owned());
        }
        assert_eq!(names.len(), 5, "each paper has a file name of its own: {names:?}");
        let chains = platform::history::verify(&house.app.db, &[]).await.unwrap();
        assert!(chains.faults.is_empty(), "{chains:?}");
    }
}
