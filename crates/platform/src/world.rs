//! Time and chance, handed in from outside: the binary gives the system's, a test its own.

use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, SubsecRound as _, Utc};

/// Viet Nam's clock is seven hours ahead of UTC and has no summer time.
const VIET_NAM: i32 = 7 * 3600;

type Clock = dyn Fn() -> DateTime<Utc> + Send + Sync;
type Chance = dyn Fn(&mut [u8]) + Send + Sync;

/// Where time and chance come from. Cloning shares them.
#[derive(Clone)]
pub struct World {
    clock: Arc<Clock>,
    chance: Arc<Chance>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

impl World {
    /// A world from a clock and a source of random bytes that must be fit for secrets.
    pub fn new(clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static, chance: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), chance: Arc::new(chance) }
    }

    /// The moment, to the microsecond: what both databases keep.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)().trunc_subsecs(6)
    }

    /// The day in Viet Nam.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        day_in_viet_nam(self.now())
    }

    /// Random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.chance)(&mut bytes);
        bytes
    }

    /// A new identifier: a version 7 UUID, so that later ones sort after earlier ones.
    #[must_use]
    pub fn new_id(&self) -> String {
        let mut bytes: [u8; 16] = self.bytes();
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or(0).to_be_bytes();
        bytes[..6].copy_from_slice(&millis[2..]);
        bytes[6] = (bytes[6] & 0x0f) | 0x70;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let mut id = String::with_capacity(36);
        for (index, byte) in bytes.iter().enumerate() {
            if [4, 6, 8, 10].contains(&index) {
                id.push('-');
            }
            // Writing into a string does not fail.
            let _ = write!(id, "{byte:02x}");
        }
        id
    }

    /// A secret for a link, a cookie or a token: 256 random bits in hexadecimal.
    #[must_use]
    pub fn new_secret(&self) -> String {
        hex(&self.bytes::<32>())
    }
}

/// The day that a moment belongs to in Viet Nam.
#[must_use]
pub fn day_in_viet_nam(moment: DateTime<Utc>) -> NaiveDate {
    in_viet_nam(moment).date_naive()
}

/// A moment on Viet Nam's clock.
#[must_use]
pub fn in_viet_nam(moment: DateTime<Utc>) -> DateTime<FixedOffset> {
    match FixedOffset::east_opt(VIET_NAM) {
        Some(offset) => moment.with_timezone(&offset),
        None => moment.fixed_offset(),
    }
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(at: &str) -> World {
        let at: DateTime<Utc> = at.parse().unwrap();
        World::new(move || at, |bytes| bytes.fill(0xff))
    }

    #[test]
    fn identifiers_are_version_7_and_carry_the_time() {
        assert_eq!(world("2026-11-25T01:02:03.004Z").new_id(), "01a21039-56fc-7fff-bfff-ffffffffffff");
    }

    #[test]
    fn the_day_begins_at_midnight_in_viet_nam() {
        assert_eq!(world("2026-11-24T16:59:59.999Z").today().to_string(), "2026-11-24");
        assert_eq!(world("2026-11-24T17:00:00Z").today().to_string(), "2026-11-25");
    }
}
