//! Lists of networks, as an administrator writes them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;
use serde::Deserialize;

/// Addresses and networks, such as `127.0.0.1`, `10.0.0.0/8` and `fd00::/8`, with commas between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Networks(Vec<IpNet>);

/// A word that is neither an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is neither an address nor a network such as 10.0.0.0/8")]
pub struct BadNetwork {
    /// The word.
    pub word: String,
}

impl Networks {
    /// No network: contains no address.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether an address belongs to one of the networks. An IPv4 address written as IPv6 counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Networks {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        words.map(network).collect::<Result<_, _>>().map(Self)
    }
}

impl TryFrom<String> for Networks {
    type Error = BadNetwork;

    fn try_from(text: String) -> Result<Self, BadNetwork> {
        text.parse()
    }
}

fn network(word: &str) -> Result<IpNet, BadNetwork> {
    let refuse = || BadNetwork { word: word.to_owned() };
    match word.parse::<IpNet>() {
        Ok(network) => Ok(network.trunc()),
        Err(_) => word.parse::<IpAddr>().map(IpNet::from).map_err(|_| refuse()),
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, network) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{network}")?;
        }
        Ok(())
    }
}

/// The network of a subscriber: an IPv4 address as it is, of an IPv6 address the first 64 bits, which is what one household gets.
#[must_use]
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

/// An address without the part that tells one person from another: /24 of IPv4, /48 of IPv6.
#[must_use]
pub fn cut(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & 0xffff_ff00)),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 80))),
    }
}
