//! Files that open with an empty password (ISO 32000-2, 7.6): the key, and strings and streams in clear.

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256, Block};
use md5::Md5;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::object::{Dict, Id, Object};

/// Fills a password up to 32 bytes; that of an empty one is this alone.
const PAD: [u8; 32] =
    *b"\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    None,
    Rc4,
    Aes128,
    Aes256,
}

/// The key of a file and how strings and streams use it.
#[derive(Debug)]
pub(crate) struct Crypt {
    key: Vec<u8>,
    strings: Method,
    streams: Method,
}

/// What opening with an empty password came to.
pub(crate) enum Opening {
    Open(Crypt),
    NeedsPassword,
}

impl Crypt {
    /// Opens with an empty password. `dict` is `/Encrypt` with its references followed, `first_id` the first part of `/ID`.
    pub(crate) fn open(dict: &Dict, first_id: &[u8]) -> Opening {
        Self::with_empty_password(dict, first_id).map_or(Opening::NeedsPassword, Opening::Open)
    }

    fn with_empty_password(dict: &Dict, first_id: &[u8]) -> Option<Self> {
        if dict.get("Filter")?.name()? != b"Standard" {
            return None;
        }
        let version = dict.get("V").and_then(Object::integer).unwrap_or(0);
        let revision = dict.get("R")?.integer()?;
        let key = if version >= 5 { key_of_version_5(dict, revision)? } else { key_of_old_versions(dict, version, revision, first_id)? };
        let method = |which: &str| match version {
            1 | 2 => Method::Rc4,
            _ => named_method(dict, which).unwrap_or(Method::None),
        };
        Some(Self { key, strings: method("StrF"), streams: method("StmF") })
    }

    /// A string of an object in clear.
    pub(crate) fn string(&self, id: Id, data: &[u8]) -> Vec<u8> {
        self.clear(self.strings, id, data)
    }

    /// The bytes of a stream in clear, still packed.
    pub(crate) fn stream(&self, id: Id, data: &[u8]) -> Vec<u8> {
        self.clear(self.streams, id, data)
    }

    fn clear(&self, method: Method, id: Id, data: &[u8]) -> Vec<u8> {
        match method {
            Method::None => data.to_vec(),
            Method::Rc4 => rc4(&self.object_key(id, false), data),
            Method::Aes128 => unpadded(aes_128_decrypt(&self.object_key(id, true), data)),
            Method::Aes256 => unpadded(aes_256_decrypt(&self.key, data)),
        }
    }

    /// Algorithm 1: the key of one object.
    fn object_key(&self, id: Id, aes: bool) -> Vec<u8> {
        let mut hash = Md5::new();
        hash.update(&self.key);
        hash.update(&id.0.to_le_bytes()[..3]);
        hash.update(id.1.to_le_bytes());
        if aes {
            hash.update(b"sAlT");
        }
        hash.finalize()[..(self.key.len() + 5).min(16)].to_vec()
    }
}

fn named_method(dict: &Dict, which: &str) -> Option<Method> {
    let name = dict.get(which)?.name()?;
    let filter = dict.get("CF")?.dict()?.get(std::str::from_utf8(name).ok()?)?.dict()?;
    Some(match filter.get("CFM")?.name()? {
        b"V2" => Method::Rc4,
        b"AESV2" => Method::Aes128,
        b"AESV3" => Method::Aes256,
        _ => Method::None,
    })
}

/// Algorithms 2, 4 and 5: the key, if an empty password opens the file.
fn key_of_old_versions(dict: &Dict, version: i64, revision: i64, first_id: &[u8]) -> Option<Vec<u8>> {
    let bits = if version == 1 { 40 } else { dict.get("Length").and_then(Object::integer).unwrap_or(if version == 4 { 128 } else { 40 }) };
    // Some writers give the length in bytes.
    let length = usize::try_from(if bits < 40 { bits } else { bits / 8 }).ok().filter(|length| (5..=16).contains(length))?;
    let permissions = dict.get("P")?.integer()?;
    let mut hash = Md5::new();
    hash.update(PAD);
    hash.update(dict.get("O")?.string()?.get(..32)?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the 32 bits enter the hash as they are")]
    hash.update((permissions as u32).to_le_bytes());
    hash.update(first_id);
    if revision >= 4 && dict.get("EncryptMetadata") == Some(&Object::Bool(false)) {
        hash.update([0xFF; 4]);
    }
    let mut key = hash.finalize().to_vec();
    if revision >= 3 {
        for _ in 0..50 {
            key = Md5::digest(&key[..length]).to_vec();
        }
    }
    key.truncate(length);
    let user = dict.get("U")?.string()?;
    let opens = if revision == 2 {
        rc4(&key, &PAD) == user.get(..32)?
    } else {
        let mut check = Md5::new();
        check.update(PAD);
        check.update(first_id);
        let mut check = check.finalize().to_vec();
        for round in 0..20_u8 {
            let turned: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
            check = rc4(&turned, &check);
        }
        check == user.get(..16)?
    };
    opens.then_some(key)
}

/// Algorithm 2.A with an empty password.
fn key_of_version_5(dict: &Dict, revision: i64) -> Option<Vec<u8>> {
    let user = dict.get("U")?.string()?;
    let hash = |salt: &[u8]| if revision >= 6 { hash_2b(salt) } else { Sha256::digest(salt).to_vec() };
    if hash(user.get(32..40)?) != user.get(..32)? {
        return None;
    }
    let between = hash(user.get(40..48)?);
    let mut packed = vec![0; 16];
    packed.extend_from_slice(dict.get("UE")?.string()?.get(..32)?);
    Some(aes_256_decrypt(&between, &packed))
}

/// Algorithm 2.B for an empty user password, which leaves the salt alone.
fn hash_2b(salt: &[u8]) -> Vec<u8> {
    let mut key = Sha256::digest(salt).to_vec();
    for round in 0_u32.. {
        let block = key.repeat(64);
        let Some(encrypted) = aes_128_encrypt(&key[..16], &key[16..32], &block) else { break };
        let rest = encrypted.iter().take(16).map(|byte| u32::from(*byte)).sum::<u32>() % 3;
        key = match rest {
            0 => Sha256::digest(&encrypted).to_vec(),
            1 => Sha384::digest(&encrypted).to_vec(),
            _ => Sha512::digest(&encrypted).to_vec(),
        };
        let last = u32::from(encrypted.last().copied().unwrap_or_default());
        if round >= 63 && last <= round - 31 {
            break;
        }
    }
    key.truncate(32);
    key
}

fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|at| u8::try_from(at).unwrap_or_default());
    let mut swap = 0_u8;
    for at in 0..256 {
        swap = swap.wrapping_add(state[at]).wrapping_add(key[at % key.len()]);
        state.swap(at, usize::from(swap));
    }
    let (mut first, mut second) = (0_u8, 0_u8);
    data.iter()
        .map(|byte| {
            first = first.wrapping_add(1);
            second = second.wrapping_add(state[usize::from(first)]);
            state.swap(usize::from(first), usize::from(second));
            byte ^ state[usize::from(state[usize::from(first)].wrapping_add(state[usize::from(second)]))]
        })
        .collect()
}

fn aes_128_decrypt(key: &[u8], data: &[u8]) -> Vec<u8> {
    Aes128::new_from_slice(key).map(|cipher| chained(&cipher, data)).unwrap_or_default()
}

fn aes_256_decrypt(key: &[u8], data: &[u8]) -> Vec<u8> {
    Aes256::new_from_slice(key).map(|cipher| chained(&cipher, data)).unwrap_or_default()
}

/// Chained blocks (CBC); the first is the start, and what does not fill a block is left.
fn chained(cipher: &impl BlockCipherDecrypt<BlockSize = aes::cipher::consts::U16>, data: &[u8]) -> Vec<u8> {
    let blocks = data.as_chunks::<16>().0;
    let mut out = Vec::with_capacity(data.len());
    for pair in blocks.windows(2) {
        let mut block = Block::from(pair[1]);
        cipher.decrypt_block(&mut block);
        out.extend(block.iter().zip(&pair[0]).map(|(byte, before)| byte ^ before));
    }
    out
}

fn aes_128_encrypt(key: &[u8], start: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let cipher = Aes128::new_from_slice(key).ok()?;
    let mut before: [u8; 16] = start.try_into().ok()?;
    let mut out = Vec::with_capacity(data.len());
    for chunk in data.as_chunks::<16>().0 {
        let mut block = Block::from(std::array::from_fn::<u8, 16, _>(|at| chunk[at] ^ before[at]));
        cipher.encrypt_block(&mut block);
        before = block.into();
        out.extend_from_slice(&before);
    }
    Some(out)
}

fn unpadded(mut data: Vec<u8>) -> Vec<u8> {
    let padding = data.last().copied().map_or(0, usize::from);
    if (1..=16).contains(&padding) && padding <= data.len() {
        data.truncate(data.len() - padding);
    }
    data
}
