//! What fails before there is an ID token: discovery, refusals, states, codes.

use crate::front::Front;
use crate::setup::go;
use crate::setup::{PERSON, behind_front, discover, now, random, settings};
use axum::http::StatusCode;
use openid::{Callback, OpenIdError, Provider, Step};
use serde_json::json;
use test_support::openid_person::{Will, client};

const DOCUMENT: &str = "/.well-known/openid-configuration";

async fn discovery_fault(issuer: &str) -> OpenIdError {
    Provider::discover(settings(issuer), now()).await.unwrap_err()
}

#[tokio::test]
async fn a_provider_that_is_gone_is_unreachable_and_may_come_back() {
    let front = Front::start().await;
    let gone = discovery_fault("http://127.0.0.1:1").await;
    assert!(matches!(gone, OpenIdError::Unreachable { step: Step::Discovery, .. }), "{gone:?}");
    assert!(gone.is_temporary());
    let behind = discovery_fault(&front.issuer()).await;
    assert!(matches!(behind, OpenIdError::Status { step: Step::Discovery, status: 502 }), "{behind:?}");
    assert!(behind.is_temporary());
}

#[tokio::test]
async fn a_provider_that_goes_during_a_sign_in_is_named_with_the_step() {
    let (front, peer) = behind_front(|_| {}).await;
    let provider = discover(settings(&front.issuer())).await;
    let begin = provider.begin(&random(20));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    drop(peer);
    let fault = provider.finish(&callback, &begin.pending, now()).await.unwrap_err();
    assert!(matches!(fault, OpenIdError::Status { step: Step::Token, status: 502 }), "{fault:?}");
    assert!(fault.is_temporary());
}

#[tokio::test]
async fn a_document_that_names_another_issuer_is_refused() {
    let (front, _peer) = behind_front(|_| {}).await;
    let by_other_name = front.issuer().replace("127.0.0.1", "localhost");
    match discovery_fault(&by_other_name).await {
        OpenIdError::OtherIssuer { expected, announced } => {
            assert_eq!((expected, announced), (by_other_name, front.issuer()));
        }
        other => panic!("{other:?}"),
    }
    let fault = discovery_fault(&format!("{}/realms/khong-co", front.issuer())).await;
    assert!(matches!(fault, OpenIdError::Status { step: Step::Discovery, status: 404 }), "{fault:?}");
    assert!(!fault.is_temporary());
}

#[tokio::test]
async fn a_document_that_promises_no_safe_sign_in_is_refused() {
    let (front, _peer) = behind_front(|_| {}).await;
    let issuer = front.issuer();
    front.change(DOCUMENT, |document| document["token_endpoint"] = json!("http://sso.example.gov.vn/token"));
    let fault = discovery_fault(&issuer).await;
    assert!(matches!(&fault, OpenIdError::InsecureEndpoint { address } if address == "http://sso.example.gov.vn/token"), "{fault:?}");
    front.change(DOCUMENT, |document| {
        document.as_object_mut().unwrap().remove("token_endpoint");
    });
    assert!(matches!(discovery_fault(&issuer).await, OpenIdError::NoTokenEndpoint));
    front.change(DOCUMENT, |document| document["id_token_signing_alg_values_supported"] = json!(["HS256", "none"]));
    assert!(matches!(discovery_fault(&issuer).await, OpenIdError::NoUsableAlgorithm));
    front.change(DOCUMENT, |document| *document = json!(["not a document"]));
    assert!(matches!(discovery_fault(&issuer).await, OpenIdError::Unreadable { step: Step::Discovery, .. }));
    front.change(DOCUMENT, |document| document["padding"] = json!("x".repeat(2 << 20)));
    assert!(matches!(discovery_fault(&issuer).await, OpenIdError::Unreachable { step: Step::Discovery, .. }), "too large");
    front.change("/jwks", |keys| *keys = json!("no keys"));
    assert!(matches!(discovery_fault(&issuer).await, OpenIdError::Unreadable { step: Step::Keys, .. }));
}

#[tokio::test]
async fn a_person_who_turns_back_is_told_apart_from_a_fault() {
    let (front, _peer) = behind_front(|_| {}).await;
    let provider = discover(settings(&front.issuer())).await;
    let begin = provider.begin(&random(21));
    let callback = go(&client(), &begin.url, Will::Refuse).await;
    match provider.finish(&callback, &begin.pending, now()).await.unwrap_err() {
        OpenIdError::AccessDenied { description } => assert_eq!(description.as_deref(), Some("End-User aborted interaction")),
        other => panic!("{other:?}"),
    }
    assert_eq!(front.count("/token"), 0);
}

#[tokio::test]
async fn a_request_the_provider_cannot_serve_comes_back_with_its_code() {
    let (front, _peer) = behind_front(|_| {}).await;
    let mut wanted = settings(&front.issuer());
    wanted.prompt = vec!["none".into()];
    let provider = discover(wanted).await;
    let begin = provider.begin(&random(22));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let fault = provider.finish(&callback, &begin.pending, now()).await.unwrap_err();
    assert!(matches!(&fault, OpenIdError::RequestRefused { code, .. } if code == "login_required"), "{fault:?}");
}

#[tokio::test]
async fn an_answer_with_another_state_is_refused_before_the_code_is_used() {
    let (front, _peer) = behind_front(|_| {}).await;
    let provider = discover(settings(&front.issuer())).await;
    let begin = provider.begin(&random(23));
    let good = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    for state in [None, Some(String::new()), Some(provider.begin(&random(24)).pending.state)] {
        let callback = Callback { state, ..good.clone() };
        assert!(matches!(provider.finish(&callback, &begin.pending, now()).await, Err(OpenIdError::StateMismatch)));
    }
    for issuer in [None, Some("https://other.example.gov.vn".to_owned())] {
        let callback = Callback { issuer, ..good.clone() };
        assert!(matches!(provider.finish(&callback, &begin.pending, now()).await, Err(OpenIdError::CallbackOfOtherIssuer { .. })));
    }
    let callback = Callback { code: None, ..good.clone() };
    assert!(matches!(provider.finish(&callback, &begin.pending, now()).await, Err(OpenIdError::CallbackUnreadable)));
    assert_eq!(front.count("/token"), 0);
    assert!(provider.finish(&good, &begin.pending, now()).await.is_ok(), "the code was still good");
}

#[tokio::test]
async fn a_code_serves_once_and_only_who_began() {
    let (front, _peer) = behind_front(|_| {}).await;
    let provider = discover(settings(&front.issuer())).await;
    let begin = provider.begin(&random(25));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    assert!(provider.finish(&callback, &begin.pending, now()).await.is_ok());
    let again = provider.finish(&callback, &begin.pending, now()).await.unwrap_err();
    assert!(matches!(again, OpenIdError::CodeRefused { .. }), "{again:?}");

    let begin = provider.begin(&random(26));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let mut stolen = begin.pending;
    stolen.pkce_verifier = provider.begin(&random(27)).pending.pkce_verifier;
    let fault = provider.finish(&callback, &stolen, now()).await.unwrap_err();
    assert!(matches!(fault, OpenIdError::CodeRefused { .. }), "PKCE: {fault:?}");
}

#[tokio::test]
async fn a_client_with_a_wrong_secret_is_named_as_such() {
    let (front, _peer) = behind_front(|_| {}).await;
    let mut wrong = settings(&front.issuer());
    wrong.client_secret = Some("another made-up secret".into());
    let provider = discover(wrong).await;
    let begin = provider.begin(&random(28));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let fault = provider.finish(&callback, &begin.pending, now()).await.unwrap_err();
    assert!(matches!(fault, OpenIdError::ClientRefused { .. }), "{fault:?}");
}

#[tokio::test]
async fn an_answer_of_the_token_endpoint_must_hold_an_id_token() {
    let (front, _peer) = behind_front(|_| {}).await;
    let provider = discover(settings(&front.issuer())).await;
    let begin = provider.begin(&random(29));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    front.change("/token", |answer| {
        answer.as_object_mut().unwrap().remove("id_token");
    });
    assert!(matches!(provider.finish(&callback, &begin.pending, now()).await, Err(OpenIdError::NoIdToken)));
}

#[tokio::test]
async fn user_info_must_be_about_the_same_person_and_must_come() {
    let (front, _peer) = behind_front(|_| {}).await;
    let provider = discover(settings(&front.issuer())).await;
    front.change("/me", |claims| claims["sub"] = json!("nguoi-thu-2"));
    let begin = provider.begin(&random(30));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    assert!(matches!(provider.finish(&callback, &begin.pending, now()).await, Err(OpenIdError::UserInfoOfOther)));

    front.answer("/me", StatusCode::SERVICE_UNAVAILABLE);
    let begin = provider.begin(&random(31));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let fault = provider.finish(&callback, &begin.pending, now()).await.unwrap_err();
    assert!(matches!(fault, OpenIdError::Status { step: Step::UserInfo, status: 503 }), "{fault:?}");
    assert!(fault.is_temporary());
}

#[tokio::test]
async fn what_providers_write_differently_is_understood_and_nothing_is_assumed() {
    let (front, _peer) = behind_front(|_| {}).await;
    let mut wanted = settings(&front.issuer());
    wanted.user_name_claim = Some("personal_number".into());
    wanted.claims = vec!["units".into()];
    let provider = discover(wanted).await;
    front.change("/me", |claims| {
        claims["email_verified"] = json!("true");
        claims["personal_number"] = json!(1_234_567);
        claims["units"] = json!([{ "code": "01" }, { "code": "79" }]);
        claims.as_object_mut().unwrap().remove("organisation");
    });
    let begin = provider.begin(&random(32));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let identity = provider.finish(&callback, &begin.pending, now()).await.unwrap();
    assert!(identity.email_verified, "written as text");
    assert_eq!(identity.user_name.as_deref(), Some("1234567"));
    assert_eq!(identity.claims["units"], json!([{ "code": "01" }, { "code": "79" }]));
    assert_eq!(identity.organisation, None);

    front.change("/me", |claims| {
        claims.as_object_mut().unwrap().remove("email_verified");
    });
    let begin = provider.begin(&random(33));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let identity = provider.finish(&callback, &begin.pending, now()).await.unwrap();
    assert!(!identity.email_verified, "no word is no");
    assert_eq!(identity.user_name, None);
}

#[test]
fn the_paper_for_administrators_names_every_error_and_no_other() {
    let source = include_str!("../../src/error.rs");
    let names: Vec<_> = source.lines().filter_map(|line| line.split_once(" => \"")?.1.strip_suffix("\",")).collect();
    let paper = include_str!("../../../../docs/openid.md");
    let (_, table) = paper.split_once("## Errors").expect("the table of errors");
    let rows: Vec<_> = table.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0)).collect();
    assert!(names.len() >= 30, "{names:?}");
    assert_eq!(rows, names);
}
