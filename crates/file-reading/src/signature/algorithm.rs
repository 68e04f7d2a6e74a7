//! Hashes and the verification of signatures with public keys.

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, PublicKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::asn1::{BIT_STRING, INTEGER, Node, OID, SEQUENCE};

/// Keys of RSA in bits; shorter ones can be broken by anybody, longer ones cost time.
const RSA_BITS: std::ops::RangeInclusive<u32> = 1024..=8192;

/// A hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// SHA-1, for which two contents of the same hash can be made (since 2017).
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// Whether two contents with the same hash can be made.
    #[must_use]
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::Sha1)
    }

    pub(super) fn of_oid(oid: &str) -> Option<Self> {
        match oid {
            "1.3.14.3.2.26" => Some(Self::Sha1),
            "2.16.840.1.101.3.4.2.1" => Some(Self::Sha256),
            "2.16.840.1.101.3.4.2.2" => Some(Self::Sha384),
            "2.16.840.1.101.3.4.2.3" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The hash of some stretches, one after the other.
    pub(super) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn hash<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hash = D::new();
            for part in parts {
                hash.update(part);
            }
            hash.finalize().to_vec()
        }
        match self {
            Self::Sha1 => hash::<Sha1>(parts),
            Self::Sha256 => hash::<Sha256>(parts),
            Self::Sha384 => hash::<Sha384>(parts),
            Self::Sha512 => hash::<Sha512>(parts),
        }
    }
}

/// What verification with a key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The signature was made with the key, over what is there.
    Verified,
    /// It was not.
    Failed,
    /// Nothing can be said: the algorithm, curve or key is none of those that are known here.
    Unsupported(String),
    /// There was nothing to verify.
    NotAsked,
}

impl Proof {
    const fn told(verified: bool) -> Self {
        if verified { Self::Verified } else { Self::Failed }
    }
}

/// How a signature was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Pkcs1(Digest),
    Pss(Digest, usize),
    Ecdsa(Digest),
}

impl Scheme {
    /// From an `AlgorithmIdentifier`, and the hash named beside it.
    fn read(algorithm: Node<'_>, beside: Option<Digest>) -> Result<Self, String> {
        let mut parts = algorithm.parts();
        let oid = parts.tagged(OID).and_then(Node::oid).ok_or("no algorithm")?;
        let hash = || beside.ok_or_else(|| format!("{oid} with an unknown hash"));
        match oid.as_str() {
            "1.2.840.113549.1.1.1" => Ok(Self::Pkcs1(hash()?)),
            "1.2.840.113549.1.1.5" => Ok(Self::Pkcs1(Digest::Sha1)),
            "1.2.840.113549.1.1.11" => Ok(Self::Pkcs1(Digest::Sha256)),
            "1.2.840.113549.1.1.12" => Ok(Self::Pkcs1(Digest::Sha384)),
            "1.2.840.113549.1.1.13" => Ok(Self::Pkcs1(Digest::Sha512)),
            "1.2.840.113549.1.1.10" => pss(parts.next()).ok_or_else(|| format!("{oid} with unknown parameters")),
            "1.2.840.10045.2.1" => Ok(Self::Ecdsa(hash()?)),
            "1.2.840.10045.4.1" => Ok(Self::Ecdsa(Digest::Sha1)),
            "1.2.840.10045.4.3.2" => Ok(Self::Ecdsa(Digest::Sha256)),
            "1.2.840.10045.4.3.3" => Ok(Self::Ecdsa(Digest::Sha384)),
            "1.2.840.10045.4.3.4" => Ok(Self::Ecdsa(Digest::Sha512)),
            _ => Err(oid),
        }
    }

    const fn digest(self) -> Digest {
        match self {
            Self::Pkcs1(digest) | Self::Pss(digest, _) | Self::Ecdsa(digest) => digest,
        }
    }
}

/// RFC 4055: `[0]` hash, `[1]` mask with its hash, `[2]` salt; what is left out is SHA-1 and 20.
fn pss(parameters: Option<Node<'_>>) -> Option<Scheme> {
    let (mut hash, mut mask, mut salt) = (Digest::Sha1, Digest::Sha1, 20);
    for part in parameters?.parts() {
        let inner = Node::first(part.content)?.0;
        match part.tag {
            0xA0 => hash = Digest::of_oid(&inner.parts().tagged(OID)?.oid()?)?,
            0xA1 => {
                let mut parts = inner.parts();
                (parts.tagged(OID)?.oid()? == "1.2.840.113549.1.1.8").then_some(())?;
                mask = Digest::of_oid(&parts.tagged(SEQUENCE)?.parts().tagged(OID)?.oid()?)?;
            }
            0xA2 => salt = inner.content.iter().try_fold(0_usize, |salt, byte| salt.checked_mul(256)?.checked_add(usize::from(*byte)))?,
            _ => {}
        }
    }
    // Both hashes are the same wherever PSS is used; another mask is not computed here.
    (hash == mask && salt <= 512).then_some(Scheme::Pss(hash, salt))
}

/// Verifies a signature over `content` with the key in a `SubjectPublicKeyInfo`.
pub(super) fn verify(key: &[u8], algorithm: Node<'_>, beside: Option<Digest>, content: &[&[u8]], signature: &[u8]) -> Proof {
    let scheme = match Scheme::read(algorithm, beside) {
        Ok(scheme) => scheme,
        Err(name) => return Proof::Unsupported(name),
    };
    let hash = scheme.digest().of(content);
    verify_hash(key, scheme, &hash, signature).unwrap_or_else(|| Proof::Unsupported("key".to_owned()))
}

fn verify_hash(key: &[u8], scheme: Scheme, hash: &[u8], signature: &[u8]) -> Option<Proof> {
    let mut parts = Node::of(key, SEQUENCE)?.parts();
    let mut algorithm = parts.tagged(SEQUENCE)?.parts();
    let bits = parts.tagged(BIT_STRING)?.content.strip_prefix(&[0])?;
    let kind = algorithm.tagged(OID)?.oid()?;
    Some(match (kind.as_str(), scheme) {
        ("1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10", Scheme::Pkcs1(_) | Scheme::Pss(..)) => rsa_key(bits).map_or_else(
            || Proof::Unsupported("length of the RSA key".to_owned()),
            |key| Proof::told(verify_rsa(&key, scheme, hash, signature)),
        ),
        ("1.2.840.10045.2.1", Scheme::Ecdsa(_)) => verify_curve(&algorithm.tagged(OID)?.oid()?, bits, hash, signature),
        _ => Proof::Failed,
    })
}

fn rsa_key(bits: &[u8]) -> Option<PublicKey> {
    let mut parts = Node::of(bits, SEQUENCE)?.parts();
    let mut figure = || {
        let bytes = parts.tagged(INTEGER)?.content;
        let bytes = bytes.get(bytes.iter().position(|byte| *byte != 0)?..)?;
        let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= RSA_BITS.end() / 8)? * 8;
        BoxedUint::from_be_slice(bytes, length).ok()
    };
    let (modulus, exponent) = (figure()?, figure()?);
    PublicKey::new_with_size_limits(modulus, exponent, (*RSA_BITS.start() as usize)..=(*RSA_BITS.end() as usize)).ok()
}

fn verify_rsa(key: &PublicKey, scheme: Scheme, hash: &[u8], signature: &[u8]) -> bool {
    match scheme {
        Scheme::Pkcs1(Digest::Sha1) => key.verify(Pkcs1v15Sign::new::<Sha1>(), hash, signature).is_ok(),
        Scheme::Pkcs1(Digest::Sha256) => key.verify(Pkcs1v15Sign::new::<Sha256>(), hash, signature).is_ok(),
        Scheme::Pkcs1(Digest::Sha384) => key.verify(Pkcs1v15Sign::new::<Sha384>(), hash, signature).is_ok(),
        Scheme::Pkcs1(Digest::Sha512) => key.verify(Pkcs1v15Sign::new::<Sha512>(), hash, signature).is_ok(),
        Scheme::Pss(Digest::Sha1, salt) => key.verify(Pss::<Sha1>::new_with_salt(salt), hash, signature).is_ok(),
        Scheme::Pss(Digest::Sha256, salt) => key.verify(Pss::<Sha256>::new_with_salt(salt), hash, signature).is_ok(),
        Scheme::Pss(Digest::Sha384, salt) => key.verify(Pss::<Sha384>::new_with_salt(salt), hash, signature).is_ok(),
        Scheme::Pss(Digest::Sha512, salt) => key.verify(Pss::<Sha512>::new_with_salt(salt), hash, signature).is_ok(),
        Scheme::Ecdsa(_) => false,
    }
}

fn verify_curve(curve: &str, point: &[u8], hash: &[u8], signature: &[u8]) -> Proof {
    match curve {
        "1.2.840.10045.3.1.7" => {
            let Ok(key) = p256::ecdsa::VerifyingKey::from_sec1_bytes(point) else { return Proof::Failed };
            let Ok(signature) = p256::ecdsa::Signature::from_der(signature) else { return Proof::Failed };
            Proof::told(key.verify_prehash(hash, &signature).is_ok())
        }
        "1.3.132.0.34" => {
            let Ok(key) = p384::ecdsa::VerifyingKey::from_sec1_bytes(point) else { return Proof::Failed };
            let Ok(signature) = p384::ecdsa::Signature::from_der(signature) else { return Proof::Failed };
            Proof::told(key.verify_prehash(hash, &signature).is_ok())
        }
        other => Proof::Unsupported(format!("curve {other}")),
    }
}
