//! Programs that come with an access token.

use accounts::Reach;
use accounts::policy::Role;
use axum::http::StatusCode;
use serde_json::{Value, json};
use test_support::on_both;

use super::client::{Answer, Client};
use super::house::House;

const TOKENS: &str = "/lam-viec/tai-khoan/ma-truy-cap";

/// Makes a token and answers its secret, as the page shows it once.
pub(super) async fn token(client: &mut Client, scope: &str) -> String {
    let page = client.post(TOKENS, &[("ten", "Excel"), ("pham-vi", scope), ("so-ngay", "30")]).await;
    let from = page.text.find("cchc_").unwrap_or_else(|| panic!("no token on {}", page.text));
    page.text[from..].split('<').next().unwrap().to_owned()
}

async fn put(client: &Client, address: &str, token: Option<&str>, body: &Value) -> Answer {
    client.ask("PUT", address, "application/json", token, body.to_string()).await
}

fn one(value: &str, version: i64) -> Value {
    json!({ "figures": [{ "indicator": "report.tasks_set", "value": value, "version": version }] })
}

on_both! {
    async fn a_write_token_writes_a_read_token_reads_a_cookie_does_neither_alone(house: House) {
        house.with_role("dau.moi", Role::UnitOfficer, "so", Reach::Unit).await;
        let collection = house.collection("Quý III", &["so", "xa"]).await;
        let address = format!("/api/v1/collections/{collection}/so");
        let mut client = house.signed_in("dau.moi").await;
        let (read, write) = (token(&mut client, "read").await, token(&mut client, "write").await);
        let program = house.nobody();
        let by = |token: String| { let program = program.clone(); let address = address.clone(); async move { program.ask("GET", &address, "", Some(&token), String::new()).await } };
        assert_eq!(by(read.clone()).await.json()["figures"], json!([]));
        assert_eq!(put(&program, &address, Some(&read), &one("5", 0)).await.status, StatusCode::FORBIDDEN);
        assert_eq!(put(&client, &address, None, &one("5", 0)).await.status, StatusCode::UNAUTHORIZED, "a page of another site could send the cookie along");
        assert_eq!(put(&program, &address, None, &one("5", 0)).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(put(&program, &address, Some("cchc_sai"), &one("5", 0)).await.json()["error"]["code"], "bad-token");
        assert!(house.lines("SELECT indicator FROM figure").await.is_empty());
        let saved = put(&program, &address, Some(&write), &one("5", 0)).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
        assert_eq!(by(read).await.json()["figures"][0], json!({ "indicator": "report.tasks_set", "value": "5", "version": 1 }));
        let conflict = put(&program, &address, Some(&write), &one("6", 0)).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert_eq!(conflict.json()["error"]["conflicts"], json!([{ "indicator": "report.tasks_set", "version": 1 }]));
        let other = put(&program, &format!("/api/v1/collections/{collection}/xa"), Some(&write), &one("5", 0)).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "a unit of others");
    }

    async fn a_token_makes_no_tokens_and_ends_when_it_is_taken_back(house: House) {
        house.with_role("dau.moi", Role::UnitOfficer, "so", Reach::Unit).await;
        let mut client = house.signed_in("dau.moi").await;
        let write = token(&mut client, "write").await;
        let program = house.nobody();
        let kind = "application/x-www-form-urlencoded";
        for (address, body) in [(TOKENS, "ten=x&pham-vi=write&so-ngay=9"), ("/lam-viec/doi-don-vi", "don-vi=so"), ("/lam-viec/tai-khoan/dang-xuat-noi-khac", "")] {
            let answer = program.ask("POST", address, kind, Some(&write), body.to_owned()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address}: {}", answer.text);
        }
        let page = client.get(TOKENS).await;
        assert!(page.shows("Excel") && !page.shows(&write), "the secret is shown once");
        let key = house.lines("SELECT access_token FROM access_token").await.remove(0);
        assert_eq!(client.post(&format!("{TOKENS}/{key}/thu-hoi"), &[]).await.location(), TOKENS);
        let answer = program.ask("GET", "/api/v1/collections", "", Some(&write), String::new()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        let kept = house.lines("SELECT digest FROM access_token").await;
        assert!(!kept.iter().any(|digest| write.contains(digest.as_str())), "only a digest is kept");
    }

    async fn every_fault_of_a_body_is_told_at_once(house: House) {
        house.with_role("dau.moi", Role::UnitOfficer, "so", Reach::Unit).await;
        let address = format!("/api/v1/collections/{}/so", house.collection("Quý III", &["so"]).await);
        let mut client = house.signed_in("dau.moi").await;
        let write = token(&mut client, "write").await;
        let program = house.nobody();
        let body = json!({ "figures": [
            { "indicator": "report.tasks_set", "value": "1.5", "version": 0 },
            { "indicator": "report.tasks_done", "value": "năm", "version": 0 },
            { "indicator": "report.share_online", "version": 0 },
            { "indicator": "khong-co", "value": "1", "version": 0 },
        ] });
        let answer = put(&program, &address, Some(&write), &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let faults = answer.json()["error"]["faults"].as_array().unwrap().clone();
        let rules: Vec<&str> = faults.iter().map(|fault| fault["rule"].as_str().unwrap()).collect();
        assert_eq!(rules, ["decimals", "decimal", "value-or-missing", "not-asked"]);
        let twice = json!({ "figures": [one("1", 0)["figures"][0], one("2", 0)["figures"][0]] });
        assert_eq!(put(&program, &address, Some(&write), &twice).await.json()["error"]["faults"][0]["rule"], "twice");
        for body in ["", "{", "[]", "{\"figures\":[{\"indicator\":1}]}", "{\"figures\":[],\"x\":1}"] {
            let answer = program.ask("PUT", &address, "application/json", Some(&write), body.to_owned()).await;
            assert!(answer.status.is_client_error(), "{body}");
            assert_eq!(answer.json()["error"]["code"], "bad-json", "{body}");
        }
        // A sign that one of the databases cannot keep is left out.
        let nul = json!({ "figures": [{ "indicator": "report.tasks_set", "missing": "không\u{0} có", "note": " \u{0} ", "version": 0 }] });
        let saved = put(&program, &address, Some(&write), &nul).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
        assert_eq!(saved.json()["figures"][0], json!({ "indicator": "report.tasks_set", "missing": "không có", "version": 1 }));
    }
}
