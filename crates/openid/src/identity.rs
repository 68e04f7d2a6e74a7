//! Who signed in, as the provider says.

use crate::checking::RawClaims;
use crate::settings::Settings;
use chrono::{DateTime, Utc};
use openidconnect::IdTokenClaims;
use openidconnect::core::CoreGenderClaim;
use serde::Serialize;
use serde_json::{Map, Value};

/// A person, known by `issuer` and `subject` together: they never change and are never given to another person, while user name and
/// e-mail may be. Everything else is what the provider says at this sign-in.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person at this provider.
    pub subject: String,
    /// The user name, from the claim the settings name.
    pub user_name: Option<String>,
    /// The unit or organisation, from the claim the settings name.
    pub organisation: Option<String>,
    /// The full name.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether the provider has verified that the address is the person's; no word counts as no.
    pub email_verified: bool,
    /// The user name at the provider; may be given to another person later.
    pub preferred_username: Option<String>,
    /// The level of assurance reached.
    pub acr: Option<String>,
    /// The means used (RFC 8176), such as `pwd`, `otp`.
    pub amr: Vec<String>,
    /// When the person proved who they are; may be long before this sign-in.
    pub auth_time: Option<DateTime<Utc>>,
    /// The ID token itself, to hand back at sign-out.
    pub id_token_hint: String,
    /// The further claims the settings ask for, as they came; absent ones are left out.
    pub claims: Map<String, Value>,
}

impl Identity {
    /// Puts together what the ID token and user info say; where both speak, the ID token is believed.
    pub(crate) fn new(
        settings: &Settings,
        token: &IdTokenClaims<RawClaims, CoreGenderClaim>,
        hint: String,
        user_info: Map<String, Value>,
    ) -> Self {
        let mut all = user_info;
        all.extend(to_map(token));
        let text = |name: &str| all.get(name).and_then(as_text);
        Self {
            issuer: token.issuer().to_string(),
            subject: token.subject().to_string(),
            user_name: settings.user_name_claim.as_deref().and_then(text),
            organisation: settings.organisation_claim.as_deref().and_then(text),
            name: text("name"),
            email: text("email"),
            email_verified: all.get("email_verified") == Some(&Value::Bool(true)),
            preferred_username: text("preferred_username"),
            acr: token.auth_context_ref().map(|acr| acr.to_string()),
            amr: token.auth_method_refs().into_iter().flatten().map(|amr| amr.to_string()).collect(),
            auth_time: token.auth_time(),
            id_token_hint: hint,
            claims: settings.claims.iter().filter_map(|name| Some((name.clone(), all.get(name)?.clone()))).collect(),
        }
    }
}

/// Claims as they would stand in JSON.
pub(crate) fn to_map(claims: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(map)) => map,
        // Claims come from a JSON object and go back into one.
        _ => Map::new(),
    }
}

/// Text, or a number that stands for one (a personal number, a unit code); of a list its only entry.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) if list.len() == 1 => list.first().and_then(as_text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::as_text;
    use serde_json::json;

    #[test]
    fn a_claim_counts_as_text_only_when_it_says_one_thing() {
        assert_eq!(as_text(&json!("Sở Nội vụ")).as_deref(), Some("Sở Nội vụ"));
        assert_eq!(as_text(&json!(["01"])).as_deref(), Some("01"));
        assert_eq!(as_text(&json!(79)).as_deref(), Some("79"));
        for nothing in [json!(""), json!([]), json!(["01", "79"]), json!(null), json!({ "code": "01" }), json!(true)] {
            assert_eq!(as_text(&nothing), None, "{nothing}");
        }
    }
}
