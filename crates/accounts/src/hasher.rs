//! How passwords are hashed without holding up anything else and without keeping memory.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use platform::World;
use tokio::sync::Semaphore;

use crate::error::AccountError;
use crate::password::LONGEST;

/// Where passwords are hashed: on threads of their own and few at a time, so that signing in never holds up other pages.
#[derive(Clone)]
pub struct Hasher {
    places: Arc<Semaphore>,
    /// The working memory of each place, taken up again by the next hash. Asked from the allocator for each hash, it would stay
    /// with whichever thread did the work: 19 MiB for each thread that ever hashed.
    memories: Arc<Mutex<Vec<Vec<Block>>>>,
    memory: u32,
    passes: u32,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").field("memory", &self.memory).field("passes", &self.passes).finish_non_exhaustive()
    }
}

impl Hasher {
    /// For use: Argon2id with 19 MiB, two passes, one lane (the least that OWASP's Password Storage Cheat Sheet names), `places` at a time.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self::with(places.max(1), 19 * 1024, 2)
    }

    /// For tests that sign in hundreds of people: the same code, little work. Never for use.
    #[must_use]
    pub fn cheap() -> Self {
        Self::with(2, 8, 1)
    }

    fn with(places: usize, memory: u32, passes: u32) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), memories: Arc::default(), memory, passes }
    }

    /// The hash of a password, in PHC form.
    ///
    /// # Errors
    /// When the machine cannot hash.
    pub async fn hash(&self, password: &str, world: &World) -> Result<String, AccountError> {
        let (salt, password) = (world.bytes::<16>(), password.to_owned());
        let params = Params::new(self.memory, self.passes, 1, None).map_err(|_| AccountError::Hash)?;
        self.apart(move |memory| {
            let salt = Salt::new(&salt).map_err(|_| AccountError::Hash)?;
            let hash = PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(&params).map_err(|_| AccountError::Hash)?,
                hash: Some(output(Algorithm::Argon2id, Version::V0x13, params, &password, &salt, memory).ok_or(AccountError::Hash)?),
                salt: Some(salt),
            };
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether a password has this hash. Without a hash the same work is done and the answer is no, so that time tells nothing.
    ///
    /// # Errors
    /// When the machine cannot hash.
    pub async fn matches(&self, password: &str, hash: Option<String>, world: &World) -> Result<bool, AccountError> {
        if password.chars().count() > LONGEST {
            return Ok(false);
        }
        let Some(hash) = hash else {
            self.hash(password, world).await?;
            return Ok(false);
        };
        let password = password.to_owned();
        self.apart(move |memory| Ok(fits(&password, &hash, memory).unwrap_or(false))).await
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> Result<T, AccountError> + Send + 'static,
    ) -> Result<T, AccountError> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| AccountError::Hash)?;
        let memories = Arc::clone(&self.memories);
        tokio::task::spawn_blocking(move || {
            let _place = place;
            let mut memory = memories.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let done = work(&mut memory);
            memories.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            done
        })
        .await
        .map_err(|_| AccountError::Hash)?
    }
}

/// Whether a password has a hash in PHC form, made with whatever parameters that names; nothing when it is not such a hash.
fn fits(password: &str, hash: &str, memory: &mut Vec<Block>) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = Version::try_from(hash.version?).ok()?;
    let found = output(algorithm, version, Params::try_from(&hash).ok()?, password, hash.salt.as_ref()?, memory)?;
    // The comparison of the library takes the same time wherever the two differ.
    Some(hash.hash? == found)
}

fn output(algorithm: Algorithm, version: Version, params: Params, password: &str, salt: &Salt, memory: &mut Vec<Block>) -> Option<Output> {
    let mut bytes = [0_u8; Output::MAX_LENGTH];
    let bytes = bytes.get_mut(..params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN))?;
    memory.resize(params.block_count().max(memory.len()), Block::default());
    Argon2::new(algorithm, version, params).hash_password_into_with_memory(password.as_bytes(), salt, bytes, memory).ok()?;
    Output::new(bytes).ok()
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    fn world() -> World {
        World::new(|| chrono::DateTime::UNIX_EPOCH, |bytes| bytes.fill(7))
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_alone() {
        let world = world();
        let hasher = Hasher::new(1);
        let hash = hasher.hash("cây-bưởi-hai-mùa", &world).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.matches("cây-bưởi-hai-mùa", Some(hash.clone()), &world).await.unwrap());
        assert!(!hasher.matches("cây-bưởi-ba-mùa", Some(hash), &world).await.unwrap());
        assert!(!hasher.matches("cây-bưởi-hai-mùa", None, &world).await.unwrap());
    }

    #[tokio::test]
    async fn hashes_are_those_of_the_library() {
        let ours = Hasher::new(1).hash("cây-bưởi-hai-mùa", &world()).await.unwrap();
        assert!(Argon2::default().verify_password("cây-bưởi-hai-mùa".as_bytes(), ours.as_str()).is_ok());
        // Other parameters than ours, as an older program may have used.
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 3, 2, Some(24)).unwrap());
        let theirs: PasswordHash = argon.hash_password_with_salt("cây-bưởi-hai-mùa".as_bytes(), b"muoi-muoi").unwrap();
        assert!(Hasher::cheap().matches("cây-bưởi-hai-mùa", Some(theirs.to_string()), &world()).await.unwrap());
        assert!(!Hasher::cheap().matches("cây-bưởi-hai-mùa", Some("không phải".to_owned()), &world()).await.unwrap());
    }

    #[tokio::test]
    async fn memory_is_kept_for_each_place_and_not_for_each_hash() {
        let hasher = Hasher::with(2, 64, 1);
        let world = world();
        futures_util::future::join_all((0..20).map(|_| hasher.hash("cây-bưởi-hai-mùa", &world))).await;
        let memories = hasher.memories.lock().unwrap();
        assert!((1..=2).contains(&memories.len()), "{}", memories.len());
        assert!(memories.iter().all(|memory| memory.len() == 64));
    }
}
