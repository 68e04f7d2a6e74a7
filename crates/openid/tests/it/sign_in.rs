//! Whole sign-ins that succeed.

use crate::setup::go;
use crate::setup::{PERSON, RETURN, behind_front, discover, now, provider_settings, random, settings};
use openid::{ClientAuthentication, OpenIdError, Provider, Step};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;
use test_support::openid_person::{Will, client, client_trusting};
use test_support::{Certificates, Peer};

#[tokio::test]
async fn a_person_signs_in_and_is_known_by_what_the_provider_says() {
    let peer = Peer::start("openid-provider", &provider_settings(None));
    let issuer = format!("http://127.0.0.1:{}", peer.port());
    let mut wanted = settings(&issuer);
    wanted.claims = vec!["organisation".into(), "updated_at".into()];
    let provider = discover(wanted).await;
    let begin = provider.begin(&random(1));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    assert_eq!(callback.state.as_deref(), Some(begin.pending.state.as_str()));
    let identity = provider.finish(&callback, &begin.pending, now()).await.unwrap();
    assert_eq!((identity.issuer.as_str(), identity.subject.as_str()), (issuer.as_str(), PERSON));
    assert_eq!(identity.user_name.as_deref(), Some(PERSON));
    assert_eq!(identity.preferred_username.as_deref(), Some(PERSON));
    assert_eq!(identity.name.as_deref(), Some("Nguyễn Văn Thử (người dựng để thử)"));
    assert_eq!(identity.organisation.as_deref(), Some("Đơn vị dựng để thử"));
    assert_eq!((identity.email.as_deref(), identity.email_verified), (Some("nguoi-thu-1@example.invalid"), true));
    assert_eq!(serde_json::to_value(&identity.claims).unwrap(), json!({ "organisation": "Đơn vị dựng để thử" }));
    assert_eq!(identity.id_token_hint.split('.').count(), 3);
}

#[tokio::test]
async fn the_request_carries_what_the_settings_ask_for() {
    let (front, _peer) = behind_front(|_| {}).await;
    let mut wanted = settings(&front.issuer());
    wanted.scopes = vec!["openid".into(), "email".into()];
    wanted.prompt = vec!["login".into()];
    wanted.acr_values = vec!["muc-3".into(), "muc-2".into()];
    let provider = discover(wanted).await;
    let begin = provider.begin(&random(2));
    let url = url::Url::parse(&begin.url).unwrap();
    let one = |name: &str| {
        let all: Vec<_> = url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect();
        all.join(" AND ")
    };
    assert_eq!(one("response_type"), "code");
    assert_eq!(one("client_id"), "cchc");
    assert_eq!(one("redirect_uri"), RETURN);
    assert_eq!(one("scope"), "openid email");
    assert_eq!(one("prompt"), "login");
    assert_eq!(one("acr_values"), "muc-3 muc-2");
    assert_eq!(one("ui_locales"), "vi en");
    assert_eq!(one("code_challenge_method"), "S256");
    assert_eq!((one("state"), one("nonce")), (begin.pending.state.clone(), begin.pending.nonce.clone()));
    assert!(!begin.url.contains(&begin.pending.pkce_verifier), "the verifier stays here");
    assert!(!format!("{:?}", begin.pending).contains(&begin.pending.pkce_verifier), "and out of logs");
    assert_ne!(begin.pending, provider.begin(&random(3)).pending);
}

#[tokio::test]
async fn the_client_proves_itself_in_the_way_it_is_registered_for() {
    let (front, _peer) = behind_front(|_| {}).await;
    for (id, way) in [
        ("cchc", ClientAuthentication::SecretBasic),
        ("cchc-post", ClientAuthentication::SecretPost),
        ("cchc-public", ClientAuthentication::None),
    ] {
        let mut wanted = settings(&front.issuer());
        wanted.client_id = id.into();
        wanted.client_authentication = way;
        let provider = discover(wanted).await;
        let begin = provider.begin(&random(4));
        let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
        let identity = provider.finish(&callback, &begin.pending, now()).await.unwrap();
        assert_eq!(identity.subject, PERSON, "{way:?}");
    }
}

#[tokio::test]
async fn every_trusted_algorithm_is_understood() {
    for algorithm in ["RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA"] {
        let (front, _peer) = behind_front(|told| {
            told["key"] = json!({ "kid": "khoa", "alg": algorithm });
            told["clients"][0]["id_token_signed_response_alg"] = json!(algorithm);
        })
        .await;
        front.change("/.well-known/openid-configuration", |document| {
            document["id_token_signing_alg_values_supported"].as_array_mut().unwrap().push(json!("alg-of-tomorrow"));
        });
        let provider = discover(settings(&front.issuer())).await;
        let begin = provider.begin(&random(5));
        let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
        let result = provider.finish(&callback, &begin.pending, now()).await;
        assert_eq!(result.map(|identity| identity.subject).map_err(|fault| fault.name()), Ok(PERSON.into()), "{algorithm}");
    }
}

#[tokio::test]
async fn without_user_info_the_id_token_alone_speaks() {
    let (front, _peer) = behind_front(|told| told["claimsInUserInfoOnly"] = json!(false)).await;
    let mut wanted = settings(&front.issuer());
    wanted.user_info = false;
    let provider = discover(wanted).await;
    let begin = provider.begin(&random(6));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let identity = provider.finish(&callback, &begin.pending, now()).await.unwrap();
    assert_eq!(identity.email.as_deref(), Some("nguoi-thu-1@example.invalid"));
    assert_eq!(front.count("/me"), 0);
}

#[tokio::test]
async fn a_person_can_sign_out_at_the_provider_too() {
    let (front, _peer) = behind_front(|_| {}).await;
    let provider = discover(settings(&front.issuer())).await;
    let begin = provider.begin(&random(7));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let identity = provider.finish(&callback, &begin.pending, now()).await.unwrap();
    let url = provider.end_session_url(Some(&identity.id_token_hint), Some(RETURN), Some("ra")).unwrap();
    let page = client().get(url).send().await.unwrap();
    assert!(page.status().is_success(), "the provider accepts token, client and the address to return to");
    assert_eq!(front.count("/session/end"), 1);

    front.change("/.well-known/openid-configuration", |document| {
        document.as_object_mut().unwrap().remove("end_session_endpoint");
    });
    assert_eq!(discover(settings(&front.issuer())).await.end_session_url(None, None, None), None);
}

#[tokio::test]
async fn a_provider_with_a_certificate_of_its_own_house_is_reached_by_that_authority_alone() {
    let house = Certificates::for_loopback();
    let mut told = provider_settings(None);
    told["tls"] = json!({ "cert": house.certificate, "key": house.key });
    let peer = Peer::start("openid-provider", &told);
    let issuer = format!("https://127.0.0.1:{}", peer.port());

    let stranger = Provider::discover(settings(&issuer), now()).await.unwrap_err();
    assert!(matches!(stranger, OpenIdError::Unreachable { step: Step::Discovery, .. }), "{stranger:?}");

    let mut trusting = settings(&issuer);
    trusting.authorities_pem = Some(house.authority.clone());
    let provider = discover(trusting).await;
    let begin = provider.begin(&random(8));
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(house.authority.as_bytes()).unwrap()).unwrap();
    let callback = go(&client_trusting(roots), &begin.url, Will::SignIn(PERSON)).await;
    let identity = provider.finish(&callback, &begin.pending, now()).await.unwrap();
    assert_eq!(identity.issuer, issuer);
}
