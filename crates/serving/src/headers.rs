//! Headers that every answer carries, so that browsers keep pages to themselves.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, InvalidHeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::visitor::Scheme;

/// One year; without the hosts below this one, which may belong to other systems of the agency.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Abilities of the browser that no page of the program asks for.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// Headers that hold whatever the handler says.
const FIXED: [(HeaderName, &str); 6] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

/// The headers of all answers.
#[derive(Debug, Clone)]
pub struct SecurityHeaders {
    content_security_policy: HeaderValue,
}

impl SecurityHeaders {
    /// With a content security policy, which the application knows.
    ///
    /// # Errors
    /// When the policy holds signs that no header may hold.
    pub fn new(content_security_policy: &str) -> Result<Self, InvalidHeaderValue> {
        Ok(Self { content_security_policy: HeaderValue::from_str(content_security_policy)? })
    }

    /// Adds them. A handler's own content security policy, resource policy and cache control stand.
    pub(crate) fn add(&self, headers: &mut HeaderMap, scheme: Scheme) {
        for (name, value) in FIXED {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(|| self.content_security_policy.clone());
        let resource_policy = HeaderName::from_static("cross-origin-resource-policy");
        headers.entry(resource_policy).or_insert(HeaderValue::from_static("same-origin"));
        // Pages change with the data and with the reader's choice of appearance: ask again each time.
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
        if scheme == Scheme::Https {
            headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
        }
    }
}
