//! Evaluation campaigns by programs alone: every act of the pages, with access tokens, from the text of a set to a withdrawn result.

use std::collections::BTreeMap;

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use test_support::on_both;

use super::client::{Answer, Client};
use super::house::House;
use super::programs::token;

/// Brackets that ask for evidence, a checklist, points of a survey.
const SET: &str = r#"format = "cchc-index-definition/1"
id = "bo-thu"
index = "thu"
name = { vi = "Bộ tiêu chí thử", en = "A set for tests" }
summary = { vi = "Thử.", en = "Test." }
unit_level = "department"
status = "unverified"
decimals = 2
[computation]
rank_direction = "higher-is-better"
tie_rule = "dense"
rank_on = "unrounded"
missing = "zero"
[set]
kind = "own"
level = "department"
[[figure]]
code = "done"
name = { vi = "Tỷ lệ nhiệm vụ hoàn thành", en = "Tasks done" }
unit = "%"
range = ["0", "100"]
[[figure]]
code = "published"
name = { vi = "Đã công khai", en = "Published" }
kind = "yes-no"
[[figure]]
code = "reported"
name = { vi = "Đã báo cáo", en = "Reported" }
kind = "yes-no"
[[node]]
code = "total"
name = { vi = "Tổng điểm", en = "Total" }
aggregation = "sum-of-points"
[[node]]
code = "1"
name = { vi = "Chỉ đạo điều hành", en = "Steering" }
parent = "total"
aggregation = "sum-of-points"
[[node]]
code = "1.1"
name = { vi = "Thực hiện kế hoạch", en = "Plan" }
parent = "1"
[node.rule]
kind = "brackets"
figure = "done"
bracket = [{ over = "90", points = "60" }, { from = "70", to = "90", points = "30" }, { under = "70", points = "0" }]
[node.asks]
evidence = { vi = "Báo cáo năm", en = "Yearly report" }
[[node]]
code = "1.2"
name = { vi = "Công khai và báo cáo", en = "Publication and report" }
parent = "1"
[node.rule]
kind = "checklist"
item = [{ figure = "published", points = "5" }, { figure = "reported", points = "5" }]
[[node]]
code = "2"
name = { vi = "Điều tra xã hội học", en = "Survey" }
parent = "total"
maximum = "30"
[node.rule]
kind = "external"
[node.asks]
scored_by = "survey"
[[edition]]
year = 2026
"#;

const SETS: &str = "/api/v1/criteria-sets";
const CAMPAIGNS: &str = "/api/v1/campaigns";

/// A program that comes with the access token of somebody.
struct Program {
    client: Client,
    token: String,
}

impl Program {
    async fn of(house: &House, login: &str, scope: &str) -> Self {
        let token = token(&mut house.signed_in(login).await, scope).await;
        Self { client: house.nobody(), token }
    }

    async fn ask(&self, method: &str, address: &str, kind: &str, body: String) -> Answer {
        self.client.ask(method, address, kind, Some(&self.token), body).await
    }

    async fn get(&self, address: &str) -> Value {
        let answer = self.ask("GET", address, "", String::new()).await;
        assert_eq!(answer.status, StatusCode::OK, "GET {address}: {}", answer.text);
        answer.json()
    }

    async fn send(&self, method: &str, address: &str, body: Value) -> Answer {
        self.ask(method, address, "application/json", body.to_string()).await
    }

    /// Sends what is taken.
    async fn done(&self, method: &str, address: &str, body: Value) -> Value {
        let answer = self.send(method, address, body).await;
        assert!(answer.status.is_success(), "{method} {address}: {} {}", answer.status, answer.text);
        answer.json()
    }

    async fn post(&self, address: &str, body: Value) -> Value {
        self.done("POST", address, body).await
    }

    /// Sends what is refused; answers the code of the refusal.
    async fn refused(&self, method: &str, address: &str, body: Value, status: u16) -> Value {
        let answer = self.send(method, address, body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {address}: {}", answer.text);
        answer.json()["error"].clone()
    }

    async fn status(&self, method: &str, address: &str) -> u16 {
        let body = if method == "GET" { String::new() } else { "{}".to_owned() };
        self.ask(method, address, "application/json", body).await.status.as_u16()
    }
}

/// Fields and rules of the faults of a refusal.
fn faults(error: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    error["faults"]
        .as_array()
        .unwrap_or_else(|| panic!("no faults in {error}"))
        .iter()
        .map(|one| {
            assert!(!text(&one["message"]).is_empty(), "each fault says what is wrong: {error}");
            (text(&one["field"]), text(&one["rule"]))
        })
        .collect()
}

fn pairs<'a>(faults: &'a [(String, String)]) -> Vec<(&'a str, &'a str)> {
    faults.iter().map(|(field, rule)| (field.as_str(), rule.as_str())).collect()
}

/// Everybody whose programs take part.
struct People {
    office: Program,
    officer: Program,
    head: Program,
    other: Program,
    judge: Program,
    chair: Program,
    leader: Program,
    publisher: Program,
    accounts: BTreeMap<&'static str, String>,
}

impl People {
    async fn of(house: &House) -> Self {
        let all = [
            ("thuong.truc", Role::ReformOffice, "tinh"),
            ("dau.moi", Role::UnitOfficer, "so"),
            ("thu.truong", Role::UnitHead, "so"),
            ("so.hai", Role::UnitHead, "so-2"),
            ("tham.dinh", Role::Appraiser, "tinh"),
            ("hoi.dong", Role::Council, "tinh"),
            ("lanh.dao", Role::Leader, "tinh"),
            ("cong.bo", Role::Publisher, "tinh"),
        ];
        let mut accounts = BTreeMap::new();
        for (login, role, unit) in all {
            let reach = if unit == "tinh" { Reach::Subtree } else { Reach::Unit };
            accounts.insert(login, house.with_role(login, role, unit, reach).await);
        }
        Self {
            office: Program::of(house, "thuong.truc", "write").await,
            officer: Program::of(house, "dau.moi", "write").await,
            head: Program::of(house, "thu.truong", "write").await,
            other: Program::of(house, "so.hai", "write").await,
            judge: Program::of(house, "tham.dinh", "write").await,
            chair: Program::of(house, "hoi.dong", "write").await,
            leader: Program::of(house, "lanh.dao", "write").await,
            publisher: Program::of(house, "cong.bo", "write").await,
            accounts,
        }
    }
}

fn steps(house: &House) -> Value {
    json!([{ "phase": "scoring", "opens_at": house.now() - TimeDelta::days(1), "due_at": house.now() + TimeDelta::days(4) }])
}

/// A campaign over both departments, as a draft; answers its address.
async fn draft(house: &House, office: &Program, set: &str) -> String {
    let body = json!({ "title": "Đánh giá năm 2026", "year": 2026, "blocks": [{ "block": "so", "set": set }], "steps": steps(house) });
    let made = office.post(CAMPAIGNS, body).await;
    assert_eq!((&made["phase"], &made["version"], &made["owner"]), (&json!("draft"), &json!(1), &json!("tinh")));
    assert_eq!(made["units"].as_array().unwrap().len(), 2, "both departments, and not the commune: {made}");
    format!("{CAMPAIGNS}/{}", made["campaign"].as_str().unwrap())
}

async fn new_set(office: &Program) -> String {
    office.post(SETS, json!({ "text": SET })).await["set"].as_str().unwrap().to_owned()
}

/// Opens the next step.
async fn next(office: &Program, campaign: &str, phase: &str) {
    let seen = office.get(campaign).await["version"].clone();
    assert_eq!(office.post(&format!("{campaign}/advance"), json!({ "seen": seen })).await["phase"], phase);
}

fn answer(kind: &str, code: &str, value: &str, version: i64) -> Value {
    json!({ "kind": kind, "code": code, "value": value, "version": version })
}

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
    let error = people.officer.refused("PUT", &so, json!({ "answers": [answer("figure", "khong-co", "1", 0)] }), 422).await;
    assert_eq!(error["code"], "no-such-leaf");
    assert!(people.officer.get(&so).await["answers"].as_array().unwrap().is_empty(), "all or none");
    let right = [answer("figure", "done", "95", 0), answer("figure", "published", "có", 0), answer("figure", "reported", "không", 0)];
    people.officer.done("PUT", &so, json!({ "answers": right })).await;
    let stale = people.officer.refused("PUT", &so, json!({ "answers": [answer("figure", "done", "80", 0)] }), 409).await;
    assert_eq!(stale["conflicts"], json!([{ "field": "so.done", "version": 1, "value": "95" }]));
    // Without evidence and explanation nothing is handed over.
    let error = people.officer.refused("POST", &format!("{so}/hand-over"), json!({}), 422).await;
    assert_eq!(pairs(&faults(&error)), [("1.1", "unexplained")]);
    let file = evidence(house, &people.accounts["dau.moi"]).await;
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
    let error = people.office.refused("POST", &meetings, json!({ "held_on": "16/9" }), 422).await;
    assert_eq!(pairs(&faults(&error)), [("held_on", "day")]);
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
        let chains = platform::history::verify(&house.app.db, &[]).await.unwrap();
        assert!(chains.faults.is_empty(), "{chains:?}");
    }

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
        assert_eq!(form.status, StatusCode::BAD_REQUEST, "{}", form.text);
    }
}

#[test]
fn the_guide_names_every_address_in_both_languages() {
    let guides = [include_str!("../../../../../guide/vi/danh-gia-api.md"), include_str!("../../../../../guide/en/danh-gia-api.md")];
    let routes: Vec<_> = evaluation::routes().into_iter().filter(|route| route.path.starts_with("/api/")).collect();
    assert!(routes.len() > 40, "the interface is there");
    for route in routes {
        for method in route.methods {
            let line = format!("| `{method} {}` |", route.path);
            assert!(guides.iter().all(|guide| guide.contains(&line)), "the guide says nothing of {line}");
        }
    }
}
