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

    /// Hashes a password. Returns a PHC string with salt and parameters.
    pub async fn hash(&self, password: &Password) -> Result<String, PasswordError> {
        let password = password.clone();
        self.work(move |memory| memory.hash(password.as_str())).await
    }

    /// Whether a password matches a hash. Without a hash it never does, after the same
    /// work as for a wrong password.
    pub async fn verify(&self, password: &Password, hash: Option<String>) -> Result<bool, PasswordError> {
        let exists = hash.is_some();
        let (password, hash) = (password.clone(), hash.unwrap_or_else(|| self.0.decoy.clone()));
        Ok(self.work(move |memory| memory.matches(password.as_str(), &hash)).await? && exists)
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
        assert!(passwords.verify(&right, Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(&wrong, Some(hash)).await.unwrap());
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
        assert!(!passwords.verify(&Password::new("nobody's password"), None).await.unwrap());
        // If the decoy were not verified, a malformed one would go unnoticed.
        let broken = Passwords::with_decoy("no hash".into());
        let unchecked = broken.verify(&Password::new("any"), None).await;
        assert!(unchecked.is_err(), "an unknown account must be checked against the decoy");
    }
}
