//! Who asks, in which language, with which appearance, for which address.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use ui::{Lang, Theme};

/// One request as the pages see it.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Language of the address.
    pub lang: Lang,
    /// Appearance, from the cookie.
    pub theme: Theme,
    /// Path without language prefix and without query.
    pub path: String,
    /// The query as it came.
    pub query: String,
}

impl Visit {
    /// Reads a request's address and cookie.
    pub fn of(uri: &axum::http::Uri, headers: &axum::http::HeaderMap) -> Self {
        let full = uri.path();
        let (lang, path) = match full.strip_prefix("/en") {
            Some("") => (Lang::En, "/"),
            Some(rest) if rest.starts_with('/') => (Lang::En, rest),
            _ => (Lang::Vi, full),
        };
        let theme = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == Theme::COOKIE)
            .map_or(Theme::System, |(_, value)| Theme::from_value(value));
        Self { lang, theme, path: path.to_owned(), query: uri.query().unwrap_or_default().to_owned() }
    }

    /// Path with query, without language prefix.
    pub fn path_and_query(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// First value of a query key; empty values count as absent.
    pub fn value(&self, key: &str) -> Option<String> {
        self.values(key).into_iter().next()
    }

    /// Every value of a query key, without empty ones.
    pub fn values(&self, key: &str) -> Vec<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .filter(|(name, value)| name == key && !value.trim().is_empty())
            .map(|(_, value)| value.trim().to_owned())
            .collect()
    }

    /// The address of this page with one query key set, or taken away.
    pub fn with(&self, key: &str, value: Option<&str>) -> String {
        let mut pairs: Vec<(String, String)> = form_urlencoded::parse(self.query.as_bytes())
            .filter(|(name, value)| name != key && !value.is_empty())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        if let Some(value) = value {
            pairs.push((key.to_owned(), value.to_owned()));
        }
        self.address(&pairs)
    }

    /// The address of this page without one of the values of a key.
    pub fn without(&self, key: &str, value: &str) -> String {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(self.query.as_bytes())
            .filter(|(name, found)| !found.is_empty() && (name != key || found != value))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        self.address(&pairs)
    }

    /// Another path, given without language prefix, in the same language and with the same query.
    pub fn with_path(&self, path: &str) -> String {
        let path = self.lang.href(path);
        if self.query.is_empty() { path } else { format!("{path}?{}", self.query) }
    }

    fn address(&self, pairs: &[(String, String)]) -> String {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        ui::url::with_query(&self.lang.href(&self.path), &pairs)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Below `/en` the router takes the prefix away; the original address still has it.
        let uri = parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.clone(), |original| original.0.clone());
        Ok(Self::of(&uri, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(uri: &str) -> Visit {
        Visit::of(&uri.parse().unwrap(), &axum::http::HeaderMap::new())
    }

    #[test]
    fn the_prefix_says_the_language() {
        for (uri, lang, path) in
            [("/", Lang::Vi, "/"), ("/en", Lang::En, "/"), ("/en/tim?q=a", Lang::En, "/tim"), ("/english", Lang::Vi, "/english")]
        {
            let visit = visit(uri);
            assert_eq!((visit.lang, visit.path.as_str()), (lang, path), "{uri}");
        }
    }

    #[test]
    fn query_keys_are_set_and_taken_away() {
        let visit = visit("/en/so-sanh?don-vi=a&don-vi=b&chi-so=pci&nam=");
        assert_eq!(visit.values("don-vi"), ["a", "b"]);
        assert_eq!(visit.value("nam"), None);
        assert_eq!(visit.without("don-vi", "a"), "/en/so-sanh?don-vi=b&chi-so=pci");
        assert_eq!(visit.with("chi-so", Some("papi")), "/en/so-sanh?don-vi=a&don-vi=b&chi-so=papi");
        assert_eq!(visit.with("don-vi", None), "/en/so-sanh?chi-so=pci");
        assert_eq!(visit.with_path("/ho-so"), "/en/ho-so?don-vi=a&don-vi=b&chi-so=pci&nam=");
    }
}
