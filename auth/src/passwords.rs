//! Passwords, hashed with argon2id (<https://www.rfc-editor.org/rfc/rfc9106>).

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use argon2::{
    ARGON2ID_IDENT, Argon2, Block, Params, Version,
    password_hash::{self, Output, ParamsString, PasswordHash, SaltString, rand_core::OsRng},
};
use common::text::Password;
use tokio::{sync::Semaphore, task};

/// The length of a hash without its salt, in bytes.
const HASH_LENGTH: usize = Params::DEFAULT_OUTPUT_LEN;

/// Hashes and verifies passwords. Cheap to clone.
///
/// A hash takes 19 MiB and tens of milliseconds of processor time. So it runs off the
/// async threads, on at most as many threads as there are processors. Their memory is
/// reused: freeing it each time fragments the heap.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    /// Verified against for unknown accounts, so that a sign-in takes the same time
    /// whether or not the account exists.
    decoy: String,
    permits: Arc<Semaphore>,
    memory: Memory,
}

/// Reused memory for hashes: at most one buffer per processor.
#[derive(Clone, Default)]
struct Memory {
    buffers: Arc<Mutex<Vec<Vec<Block>>>>,
    /// The number of hashes computed so far.
    #[cfg(test)]
    hashes: Arc<std::sync::atomic::AtomicUsize>,
}

/// Whether a password matches a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It does not.
    None,
    /// The password's canonical form does.
    Canonical,
    /// Another form does, which an earlier release hashed.
    Outdated,
}

/// Why a password was not hashed or verified.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The hash is malformed, or computing it failed.
    #[error("password hash")]
    Hash(#[source] password_hash::Error),
    /// Hashing panicked or was interrupted by shutdown.
    #[error("password hashing was interrupted")]
    Interrupted(#[from] task::JoinError),
}

impl Passwords {
    /// Creates the hasher, with a decoy.
    pub fn new() -> Result<Self, PasswordError> {
        // In memory of its own, which is freed: an idle program keeps no buffer.
        let decoy = Memory::default().hash("nobody's password").map_err(PasswordError::Hash)?;
        Ok(Self::with_decoy(decoy))
    }

    fn with_decoy(decoy: String) -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Inner { decoy, permits: Arc::new(Semaphore::new(processors)), memory: Memory::default() }))
    }

    /// Hashes a password's canonical form. Returns a PHC string with salt and parameters.
    pub async fn hash(&self, password: &Password) -> Result<String, PasswordError> {
        let canonical = password.canonical().to_owned();
        self.work(move |memory| memory.hash(&canonical)).await
    }

    /// Whether a password matches a hash. Without a hash it never does, after the same
    /// work as for a wrong password: one hash for each form.
    pub async fn verify(&self, password: &Password, hash: Option<String>) -> Result<Match, PasswordError> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.0.decoy.clone());
        let forms = password.forms().to_vec();
        let matched = self.work(move |memory| memory.find_match(&forms, &hash)).await?;
        Ok(if exists { matched } else { Match::None })
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Memory) -> Result<T, password_hash::Error> + Send + 'static,
    ) -> Result<T, PasswordError> {
        // The semaphore is never closed, so there is always a permit.
        let permit = self.0.permits.clone().acquire_owned().await.ok();
        let memory = self.0.memory.clone();
        let outcome = task::spawn_blocking(move || {
            // Held until the work is done, also if the request was dropped.
            let _permit = permit;
            work(&memory)
        });
        outcome.await?.map_err(PasswordError::Hash)
    }
}

impl Memory {
    fn hash(&self, password: &str) -> Result<String, password_hash::Error> {
        let salt = SaltString::generate(&mut OsRng);
        let params = Params::default();
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(salt.as_salt()),
            hash: Some(self.derive(password, salt.as_salt(), params)?),
        };
        Ok(hash.to_string())
    }

    /// Tries the forms in order until one matches.
    fn find_match(&self, forms: &[String], hash: &str) -> Result<Match, password_hash::Error> {
        for (index, form) in forms.iter().enumerate() {
            if self.matches(form, hash)? {
                return Ok(if index == 0 { Match::Canonical } else { Match::Outdated });
            }
        }
        Ok(Match::None)
    }

    fn matches(&self, password: &str, hash: &str) -> Result<bool, password_hash::Error> {
        let hash = PasswordHash::new(hash)?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
            return Err(password_hash::Error::PhcStringField);
        };
        // Outputs compare in constant time.
        Ok(self.derive(password, salt, Params::try_from(&hash)?)? == expected)
    }

    fn derive(
        &self,
        password: &str,
        salt: password_hash::Salt<'_>,
        params: Params,
    ) -> Result<Output, password_hash::Error> {
        #[cfg(test)]
        self.hashes.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut salt_bytes = [0; password_hash::Salt::MAX_LENGTH];
        let salt = salt.decode_b64(&mut salt_bytes)?;
        let mut blocks = self.acquire();
        blocks.resize(params.block_count(), Block::new());
        let argon2 = Argon2::new(argon2::Algorithm::Argon2id, Version::V0x13, params);
        let mut output = [0; HASH_LENGTH];
        let derived = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut blocks);
        self.release(blocks);
        derived?;
        Output::new(&output)
    }

    fn acquire(&self) -> Vec<Block> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn release(&self, blocks: Vec<Block>) {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = Passwords::new().unwrap();
        let (right, wrong) = (Password::new("open sesame"), Password::new("open barley"));
        let hash = passwords.hash(&right).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert_eq!(passwords.verify(&right, Some(hash.clone())).await.unwrap(), Match::Canonical);
        assert_eq!(passwords.verify(&wrong, Some(hash)).await.unwrap(), Match::None);
    }

    #[tokio::test]
    async fn either_normal_form_matches_a_canonical_or_outdated_hash() {
        let passwords = Passwords::new().unwrap();
        let (composed, decomposed) = ("pässword\u{a0}1", "pa\u{308}ssword\u{a0}1");
        let canonical = passwords.hash(&Password::new(decomposed)).await.unwrap();
        let [earlier, other] = [composed, decomposed].map(|typed| Memory::default().hash(typed).unwrap());
        for typed in [composed, decomposed] {
            let password = Password::new(typed);
            assert_eq!(passwords.verify(&password, Some(canonical.clone())).await.unwrap(), Match::Canonical);
            assert_eq!(passwords.verify(&password, Some(earlier.clone())).await.unwrap(), Match::Outdated);
            assert_eq!(passwords.verify(&password, Some(other.clone())).await.unwrap(), Match::Outdated);
        }
        let wrong = Password::new("PÄSSWORD 1");
        assert_eq!(passwords.verify(&wrong, Some(canonical)).await.unwrap(), Match::None);
    }

    #[test]
    fn hashes_are_compatible_with_other_argon2_programs() {
        use argon2::{PasswordHasher, PasswordVerifier};
        let (memory, salt) = (Memory::default(), SaltString::generate(&mut OsRng));
        let theirs = Argon2::default().hash_password(b"open sesame", &salt).unwrap().to_string();
        assert!(memory.matches("open sesame", &theirs).unwrap());
        let ours = memory.hash("open sesame").unwrap();
        Argon2::default().verify_password(b"open sesame", &PasswordHash::new(&ours).unwrap()).unwrap();
    }

    #[tokio::test]
    async fn an_unknown_account_takes_the_same_work_and_never_matches() {
        let passwords = Passwords::new().unwrap();
        let real = passwords.hash(&Password::new("open sesame")).await.unwrap();
        let cost = |hash: &str| {
            let parsed = PasswordHash::new(hash).unwrap();
            (parsed.algorithm.to_string(), parsed.version, parsed.params.clone(), parsed.hash.unwrap().len())
        };
        assert_eq!(cost(&real), cost(&passwords.0.decoy), "the decoy must cost what a real hash costs");
        assert_eq!(passwords.verify(&Password::new("nobody's password"), None).await.unwrap(), Match::None);
        // If the decoy were not verified, a malformed one would go unnoticed.
        let broken = Passwords::with_decoy("no hash".into());
        let unchecked = broken.verify(&Password::new("any"), None).await;
        assert!(unchecked.is_err(), "an unknown account must be checked against the decoy");
        for typed in ["password", "pässword", "pa\u{308}ss\u{a0}wörd"] {
            let password = Password::new(typed);
            let wrong = hashes(&passwords, &password, Some(real.clone())).await;
            assert_eq!(hashes(&passwords, &password, None).await, wrong, "{typed}");
            assert_eq!(wrong, password.forms().len());
        }
    }

    /// The number of hashes computed to refuse a password.
    async fn hashes(passwords: &Passwords, password: &Password, hash: Option<String>) -> usize {
        let made = || passwords.0.memory.hashes.load(std::sync::atomic::Ordering::Relaxed);
        let before = made();
        assert_eq!(passwords.verify(password, hash).await.unwrap(), Match::None);
        made() - before
    }
}
