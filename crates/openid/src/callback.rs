//! What the person brings back from the provider: a code, or why there is none.

use url::form_urlencoded;

/// The answer of the provider, as it stands in the query of the redirect address, or in the body of a form (`form_post`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Callback {
    /// The code to exchange for tokens.
    pub code: Option<String>,
    /// The state that the sign-in began with. The caller finds its [`crate::Pending`] by it.
    pub state: Option<String>,
    /// The issuer that answers (RFC 9207).
    pub issuer: Option<String>,
    /// Why there is no code, such as `access_denied`.
    pub error: Option<String>,
    /// What the provider says about it.
    pub error_description: Option<String>,
}

impl Callback {
    /// Reads the query without its `?`. A parameter that stands twice counts as absent (RFC 6749, section 3.1: not allowed).
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let one = |name: &str| {
            let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name).map(|(_, value)| value.into_owned());
            let first = found.next();
            if found.next().is_some() { None } else { first }
        };
        Self {
            code: one("code"),
            state: one("state"),
            issuer: one("iss"),
            error: one("error"),
            error_description: one("error_description"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Callback;

    #[test]
    fn code_and_state_are_read_as_they_were_sent() {
        let callback = Callback::from_query("code=a%2Bb%20c&state=x&iss=https%3A%2F%2Fsso.example.gov.vn");
        assert_eq!(callback.code.as_deref(), Some("a+b c"));
        assert_eq!(callback.state.as_deref(), Some("x"));
        assert_eq!(callback.issuer.as_deref(), Some("https://sso.example.gov.vn"));
        assert_eq!(callback.error, None);
    }

    #[test]
    fn a_parameter_that_stands_twice_counts_as_absent() {
        let callback = Callback::from_query("code=mine&code=yours&state=x");
        assert_eq!((callback.code, callback.state.as_deref()), (None, Some("x")));
    }
}
