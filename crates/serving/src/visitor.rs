//! Who is asking: the address behind trusted proxies, over HTTP or HTTPS, and the id of the request.
//!
//! A header can be written by anybody. What a proxy says counts only if the connection comes from an address that the
//! administrator trusts, and only in the one header that this proxy is known to write: a proxy that writes one header
//! passes the other on as the client sent it.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, HeaderName};
use axum::http::request::Parts;

use crate::network::Networks;

/// The header that carries the id of a request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// The longest id taken over from a proxy.
const LONGEST_ID: usize = 64;

/// In which header the trusted proxies write whom they speak for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedBy {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`, as nginx, Apache and HAProxy usually do.
    #[default]
    XForwardedFor,
    /// `Forwarded` of RFC 7239.
    Forwarded,
}

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// Their addresses.
    pub trusted: Networks,
    /// Their header.
    pub header: ForwardedBy,
}

/// The other end of a connection; the server puts it into each request.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Address and port.
    pub address: SocketAddr,
    /// Whether the connection itself is TLS.
    pub tls: bool,
}

/// The client's address, as an extension of the request. Never logged whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Over what the client came, as an extension of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTPS, ended here or at a trusted proxy.
    Https,
}

/// The id of a request, as an extension of the request and as a header of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

/// What is known of the sender of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Visitor {
    pub(crate) address: IpAddr,
    pub(crate) scheme: Scheme,
    /// The connection comes from a trusted proxy.
    pub(crate) by_proxy: bool,
}

impl RequestId {
    /// An id of 32 hexadecimal digits from 16 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(bytes)).into())
    }

    /// The id that a trusted proxy sent, if it is one: up to 64 letters, digits, dots, hyphens and underscores.
    fn from_proxy(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(REQUEST_ID)?.to_str().ok()?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let fits = !text.is_empty() && text.len() <= LONGEST_ID && text.bytes().all(plain);
        fits.then(|| Self(text.into()))
    }

    /// The id for one request: the proxy's if one is believed, else a new one.
    pub(crate) fn of(headers: &HeaderMap, by_proxy: bool, fresh: impl FnOnce() -> [u8; 16]) -> Self {
        by_proxy.then(|| Self::from_proxy(headers)).flatten().unwrap_or_else(|| Self::from_bytes(fresh()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    /// The id of this request; 32 zeros where no [`crate::Frame`] stands around the handler.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| Self::from_bytes([0; 16])))
    }
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    /// The address of the client; 0.0.0.0 where no [`crate::Frame`] stands around the handler.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

impl Proxies {
    /// Who stands behind a request.
    pub(crate) fn visitor(&self, peer: Peer, headers: &HeaderMap) -> Visitor {
        let own = if peer.tls { Scheme::Https } else { Scheme::Http };
        let peer = peer.address.ip().to_canonical();
        if !self.trusted.contains(peer) {
            return Visitor { address: peer, scheme: own, by_proxy: false };
        }
        let (chain, proto) = match self.header {
            ForwardedBy::XForwardedFor => (lists(headers, &FORWARDED_FOR).iter().map(|hop| node(hop)).collect(), last(headers)),
            ForwardedBy::Forwarded => forwarded(headers),
        };
        let scheme = match proto.as_deref() {
            Some("https") => Scheme::Https,
            Some("http") => Scheme::Http,
            _ => own,
        };
        Visitor { address: self.client(peer, chain), scheme, by_proxy: true }
    }

    /// Whether somebody who is no trusted proxy speaks like one: mostly a proxy that was forgotten in the settings.
    pub(crate) fn unknown_proxy(&self, visitor: Visitor, headers: &HeaderMap) -> bool {
        !visitor.by_proxy && (headers.contains_key(FORWARDED_FOR) || headers.contains_key(FORWARDED))
    }

    /// Walks from the nearest hop outwards: as long as a hop is trusted, what it says of the next one counts.
    fn client(&self, peer: IpAddr, chain: Vec<Option<IpAddr>>) -> IpAddr {
        let mut client = peer;
        for hop in chain.into_iter().rev() {
            // A hop without an address (`unknown`, `_hidden`) ends what can be known.
            let Some(address) = hop else { break };
            client = address;
            if !self.trusted.contains(address) {
                break;
            }
        }
        client
    }
}

/// The members of a header that holds a list, over all its lines.
fn lists(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("unknown"));
    lines.flat_map(|line| line.split(',')).map(|member| member.trim().to_owned()).filter(|member| !member.is_empty()).collect()
}

fn last(headers: &HeaderMap) -> Option<String> {
    lists(headers, &FORWARDED_PROTO).pop().map(|proto| proto.to_ascii_lowercase())
}

/// Addresses of all hops, and the protocol that the nearest one saw.
fn forwarded(headers: &HeaderMap) -> (Vec<Option<IpAddr>>, Option<String>) {
    let mut chain = Vec::new();
    let mut proto = None;
    for line in headers.get_all(FORWARDED) {
        for element in split_unquoted(line.to_str().unwrap_or("for=unknown"), ',') {
            let mut hop = None;
            proto = None;
            for pair in split_unquoted(element, ';') {
                let Some((key, value)) = pair.split_once('=') else { continue };
                let value = value.trim().trim_matches('"');
                match key.trim().to_ascii_lowercase().as_str() {
                    "for" => hop = node(value),
                    "proto" => proto = Some(value.to_ascii_lowercase()),
                    _ => {}
                }
            }
            chain.push(hop);
        }
    }
    (chain, proto)
}

/// Parts between separators that do not stand in quotes.
fn split_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |letter| {
        quoted ^= letter == '"';
        letter == separator && !quoted
    })
    .filter(|part| !part.trim().is_empty())
}

/// An address as proxies write it: bare, with a port, or an IPv6 address in brackets.
fn node(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip().to_canonical());
    }
    let inner = text.strip_prefix('[')?.split_once(']')?.0;
    inner.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}
