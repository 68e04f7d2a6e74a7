//! How often one client may ask: a bucket of tokens for each address, in bounded memory.
//!
//! A bucket is kept as the one moment at which it will be full again (the generic cell rate algorithm), so it needs no
//! timer and a full bucket needs no memory. When the table is full, full buckets go first and then the fullest quarter:
//! who is forgotten starts again with a full bucket, and who asked most is remembered longest.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::network::subscriber;

/// A rate: so many requests a minute, and so many at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a minute in the long run.
    pub per_minute: NonZeroU32,
    /// Requests at once.
    pub burst: NonZeroU32,
}

/// Buckets by address; IPv6 addresses share one for each /64.
#[derive(Debug)]
pub struct Buckets {
    /// Time in which one token comes back.
    token: Duration,
    /// How far ahead the moment of the full bucket may lie.
    depth: Duration,
    most: usize,
    full_at: Mutex<BTreeMap<IpAddr, Instant>>,
}

impl Buckets {
    /// Buckets of one rate, of at most `most` addresses.
    #[must_use]
    pub fn new(rate: Rate, most: usize) -> Self {
        let token = Duration::from_secs(60) / rate.per_minute.get();
        Self { token, depth: token * rate.burst.get(), most: most.max(4), full_at: Mutex::new(BTreeMap::new()) }
    }

    /// Takes one token at a moment.
    ///
    /// # Errors
    /// When the bucket is empty: the time after which there is a token again.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let address = subscriber(address);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let after = full_at.get(&address).copied().map_or(now, |full| full.max(now)) + self.token;
        let latest = now + self.depth;
        if after > latest {
            return Err(after - latest);
        }
        if full_at.len() >= self.most && !full_at.contains_key(&address) {
            forget(&mut full_at, now);
        }
        full_at.insert(address, after);
        Ok(())
    }

    /// How many addresses are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

fn forget(full_at: &mut BTreeMap<IpAddr, Instant>, now: Instant) {
    let before = full_at.len();
    full_at.retain(|_, full| *full > now);
    // Without this each further address would walk the whole table to free one place.
    if full_at.len() > before / 4 * 3 {
        let mut moments: Vec<Instant> = full_at.values().copied().collect();
        let quarter = moments.len() / 4;
        let (_, cut, _) = moments.select_nth_unstable(quarter);
        let cut = *cut;
        full_at.retain(|_, full| *full > cut);
    }
}
