//! People whose programs drive a campaign, and what they send.

use std::collections::BTreeMap;

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::super::client::{Answer, Client};
use super::super::house::House;
use super::super::programs::token;

/// Brackets that ask for evidence, a checklist, points of a survey.
pub(super) const SET: &str = r#"format = "cchc-index-definition/1"
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

pub(super) const SETS: &str = "/api/v1/criteria-sets";
pub(super) const CAMPAIGNS: &str = "/api/v1/campaigns";

/// A program that comes with the access token of somebody.
pub(super) struct Program {
    pub(super) client: Client,
    pub(super) token: String,
}

impl Program {
    pub(super) async fn of(house: &House, login: &str, scope: &str) -> Self {
        let token = token(&mut house.signed_in(login).await, scope).await;
        Self { client: house.nobody(), token }
    }

    pub(super) async fn ask(&self, method: &str, address: &str, kind: &str, body: String) -> Answer {
        self.client.ask(method, address, kind, Some(&self.token), body).await
    }

    pub(super) async fn get(&self, address: &str) -> Value {
        let answer = self.ask("GET", address, "", String::new()).await;
        assert_eq!(answer.status, StatusCode::OK, "GET {address}: {}", answer.text);
        answer.json()
    }

    pub(super) async fn send(&self, method: &str, address: &str, body: Value) -> Answer {
        self.ask(method, address, "application/json", body.to_string()).await
    }

    /// Sends what is taken.
    pub(super) async fn done(&self, method: &str, address: &str, body: Value) -> Value {
        let answer = self.send(method, address, body).await;
        assert!(answer.status.is_success(), "{method} {address}: {} {}", answer.status, answer.text);
        answer.json()
    }

    pub(super) async fn post(&self, address: &str, body: Value) -> Value {
        self.done("POST", address, body).await
    }

    /// Sends what is refused; answers the code of the refusal.
    pub(super) async fn refused(&self, method: &str, address: &str, body: Value, status: u16) -> Value {
        let answer = self.send(method, address, body).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {address}: {}", answer.text);
        answer.json()["error"].clone()
    }

    pub(super) async fn status(&self, method: &str, address: &str) -> u16 {
        let body = if method == "GET" { String::new() } else { "{}".to_owned() };
        self.ask(method, address, "application/json", body).await.status.as_u16()
    }
}

/// Fields and rules of the faults of a refusal.
pub(super) fn faults(error: &Value) -> Vec<(String, String)> {
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

pub(super) fn pairs(faults: &[(String, String)]) -> Vec<(&str, &str)> {
    faults.iter().map(|(field, rule)| (field.as_str(), rule.as_str())).collect()
}

/// Everybody whose programs take part.
pub(super) struct People {
    pub(super) office: Program,
    pub(super) officer: Program,
    pub(super) head: Program,
    pub(super) other: Program,
    pub(super) judge: Program,
    pub(super) chair: Program,
    pub(super) leader: Program,
    pub(super) publisher: Program,
    pub(super) accounts: BTreeMap<&'static str, String>,
}

impl People {
    pub(super) async fn of(house: &House) -> Self {
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

pub(super) fn steps(house: &House) -> Value {
    json!([{ "phase": "scoring", "opens_at": house.now() - TimeDelta::days(1), "due_at": house.now() + TimeDelta::days(4) }])
}

/// A campaign over both departments, as a draft; answers its address.
pub(super) async fn draft(house: &House, office: &Program, set: &str) -> String {
    let body = json!({ "title": "Đánh giá năm 2026", "year": 2026, "blocks": [{ "block": "so", "set": set }], "steps": steps(house) });
    let made = office.post(CAMPAIGNS, body).await;
    assert_eq!((&made["phase"], &made["version"], &made["owner"]), (&json!("draft"), &json!(1), &json!("tinh")));
    assert_eq!(made["units"].as_array().unwrap().len(), 2, "both departments, and not the commune: {made}");
    format!("{CAMPAIGNS}/{}", made["campaign"].as_str().unwrap())
}

pub(super) async fn new_set(office: &Program) -> String {
    office.post(SETS, json!({ "text": SET })).await["set"].as_str().unwrap().to_owned()
}

/// Opens the next step.
pub(super) async fn next(office: &Program, campaign: &str, phase: &str) {
    let seen = office.get(campaign).await["version"].clone();
    assert_eq!(office.post(&format!("{campaign}/advance"), json!({ "seen": seen })).await["phase"], phase);
}

pub(super) fn answer(kind: &str, code: &str, value: &str, version: i64) -> Value {
    json!({ "kind": kind, "code": code, "value": value, "version": version })
}
