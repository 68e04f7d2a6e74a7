//! Whether a certificate leads to a root that the caller trusts.

use chrono::{DateTime, Utc};

use super::algorithm::{Proof, verify};
use super::asn1::{BIT_STRING, Node, SEQUENCE};
use super::certificate::Certificate;

/// Certificates in a chain.
const LONGEST: usize = 8;
/// Signatures that are verified while looking for a chain.
const MOST_STEPS: usize = 64;

/// Whom the caller trusts, and when the question is asked.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    roots: Vec<Certificate>,
    at: Option<DateTime<Utc>>,
}

impl Trust {
    /// Nobody: chains are not asked for, and [`Chain::NotAsked`] says so.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// These roots (DER), judged at `at`. Where a sound timestamp of a trusted authority is there, its
    /// time is taken instead. Bytes that are no certificate are passed over.
    #[must_use]
    pub fn in_roots<'a>(roots: impl IntoIterator<Item = &'a [u8]>, at: DateTime<Utc>) -> Self {
        Self { roots: roots.into_iter().filter_map(Certificate::read).collect(), at: Some(at) }
    }
}

/// Where the certificate of a signer leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// No roots were given, or there is no certificate.
    NotAsked,
    /// To a trusted root, by this name; all certificates on the way were within their dates.
    Complete {
        /// The name of the root.
        root: String,
    },
    /// To a trusted root, but a certificate on the way was outside its dates at that moment.
    OutOfDate {
        /// Whose.
        name: String,
    },
    /// To nobody who is trusted; the last name on the way is this.
    NoRoot {
        /// Who would have to stand for it.
        missing: String,
    },
    /// A signature on the way does not verify.
    Broken {
        /// On whose certificate.
        name: String,
    },
    /// A signature on the way is of an algorithm that is not known here.
    Unsupported {
        /// Which.
        algorithm: String,
    },
}

impl Chain {
    /// Whether it leads to a trusted root within all dates.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Complete { .. })
    }

    /// The more it says, the higher.
    const fn rank(&self) -> u8 {
        match self {
            Self::NotAsked => 0,
            Self::NoRoot { .. } => 1,
            Self::Unsupported { .. } => 2,
            Self::Broken { .. } => 3,
            Self::OutOfDate { .. } => 4,
            Self::Complete { .. } => 5,
        }
    }
}

fn shown(certificate: &Certificate) -> String {
    certificate.common_name.clone().or_else(|| certificate.organisation.clone()).unwrap_or_else(|| certificate.serial.clone())
}

/// Looks for a way from a certificate to a trusted root, over the certificates that came with it.
pub(super) fn lead(signer: &Certificate, others: &[Certificate], trust: &Trust, stamped: Option<DateTime<Utc>>) -> Chain {
    let Some(at) = stamped.or(trust.at).filter(|_| !trust.roots.is_empty()) else { return Chain::NotAsked };
    let mut steps = MOST_STEPS;
    let chain = step(&[signer], others, trust, at, &mut steps);
    if let Chain::Complete { .. } = chain
        && !signer.is_current_at(at)
    {
        return Chain::OutOfDate { name: shown(signer) };
    }
    chain
}

fn step(way: &[&Certificate], others: &[Certificate], trust: &Trust, at: DateTime<Utc>, steps: &mut usize) -> Chain {
    let Some(last) = way.last() else { return Chain::NotAsked };
    if trust.roots.iter().any(|root| root.der == last.der) {
        return Chain::Complete { root: shown(last) };
    }
    let missing = last.issuer_common_name.clone().or_else(|| last.issuer_organisation.clone()).unwrap_or_default();
    let mut best = Chain::NoRoot { missing };
    for above in trust.roots.iter().chain(others) {
        let is_root = trust.roots.iter().any(|root| root.der == above.der);
        let known = way.iter().any(|certificate| certificate.der == above.der);
        if above.subject != last.issuer || known || way.len() >= LONGEST || *steps == 0 || !(above.is_authority || is_root) {
            continue;
        }
        *steps -= 1;
        let found = match signed_by(last, above) {
            Proof::Verified => {
                let longer: Vec<&Certificate> = way.iter().copied().chain([above]).collect();
                match step(&longer, others, trust, at, steps) {
                    Chain::Complete { .. } if !above.is_current_at(at) => Chain::OutOfDate { name: shown(above) },
                    other => other,
                }
            }
            Proof::Unsupported(algorithm) => Chain::Unsupported { algorithm },
            Proof::Failed | Proof::NotAsked => Chain::Broken { name: shown(last) },
        };
        if found.is_complete() {
            return found;
        }
        // Of two that say the same, the later one got further up.
        if found.rank() >= best.rank() {
            best = found;
        }
    }
    best
}

/// Whether `below` was signed with the key of `above`.
fn signed_by(below: &Certificate, above: &Certificate) -> Proof {
    let parts = || {
        let mut parts = Node::of(&below.der, SEQUENCE)?.parts();
        let content = parts.tagged(SEQUENCE)?;
        let algorithm = parts.tagged(SEQUENCE)?;
        let signature = parts.tagged(BIT_STRING)?.content.strip_prefix(&[0])?;
        Some((content, algorithm, signature))
    };
    parts().map_or(Proof::Failed, |(content, algorithm, signature)| verify(&above.key, algorithm, None, &[content.whole], signature))
}
