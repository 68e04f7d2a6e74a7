//! Which addresses may be reached by a web address that an administrator, or a person, has typed.
//!
//! Names are resolved here, and what is found is what is connected to: a name cannot mean one address when it is judged and another
//! when it is used. Only public addresses pass, and those of networks the settings allow (a gateway in the own data centre).

use crate::network::Network;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use thiserror::Error;

/// Every address of a name lies where requests must not go.
#[derive(Debug, Error)]
#[error("no address of {0} may be reached")]
pub(crate) struct Forbidden(pub(crate) String);

/// Resolves names to addresses that may be reached.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    allowed: Arc<[Network]>,
}

impl Guard {
    pub(crate) fn new(allowed: &[Network]) -> Self {
        Self { allowed: allowed.into() }
    }

    /// Whether an address may be reached.
    pub(crate) fn lets_through(&self, address: IpAddr) -> bool {
        self.allowed.iter().any(|network| network.contains(address)) || is_public(address)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open: Vec<SocketAddr> = found.filter(|place| guard.lets_through(place.ip())).collect();
            if open.is_empty() {
                return Err(Forbidden(name.as_str().to_owned()).into());
            }
            let addresses: Addrs = Box::new(open.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address is one of the public internet, by the registries of special addresses of IANA (RFC 6890 and its updates).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match a {
        0 | 10 | 127 | 224..=255 => true,
        // Addresses shared by the customers of a provider.
        100 => (64..128).contains(&b),
        169 => b == 254,
        172 => (16..32).contains(&b),
        // Protocol assignments, documentation, the former 6to4 relay, private.
        192 => matches!((b, c), (0, 0 | 2) | (88, 99) | (168, _)),
        // Benchmarks, documentation.
        198 => matches!((b, c), (18 | 19, _) | (51, 100)),
        203 => (b, c) == (0, 113),
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let [first, second, ..] = segments;
    match first {
        // Translated addresses (NAT64) lead to the IPv4 address in their last bits.
        0x64 if segments[1..6] == [0xff9b, 0, 0, 0, 0] => is_public_v4(v4_of(segments[6], segments[7])),
        // 6to4 leads to the IPv4 address behind its first bits.
        0x2002 => is_public_v4(v4_of(second, segments[2])),
        // Protocol assignments (among them Teredo) and documentation.
        0x2001 => second >= 0x200 && second != 0xdb8,
        0x3fff => second >= 0x1000,
        _ => first & 0xe000 == 0x2000,
    }
}

fn v4_of(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::{Guard, is_public};

    #[test]
    fn only_public_addresses_are_public() {
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
        for public in [
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.0.1",
            "198.20.0.1",
            "203.0.112.1",
            "2001:4860:4860::8888",
            "2400:cb00::1",
            "2002:101:101::1",
            "64:ff9b::101:101",
            "3fff:1000::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_network_of_the_settings_is_let_through_and_nothing_else() {
        let guard = Guard::new(&["10.20.0.0/16".parse().unwrap()]);
        assert!(guard.lets_through("10.20.3.4".parse().unwrap()));
        assert!(guard.lets_through("1.1.1.1".parse().unwrap()));
        assert!(!guard.lets_through("10.21.0.1".parse().unwrap()));
        assert!(!guard.lets_through("169.254.169.254".parse().unwrap()));
    }
}
