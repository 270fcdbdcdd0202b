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

/// Bytes of a hash, the salt apart.
const HASH_LENGTH: usize = Params::DEFAULT_OUTPUT_LEN;

/// Hashes and checks passwords. Cheap to clone.
///
/// A hash takes 19 MiB and a processor for tens of milliseconds, so it runs off
/// the async threads, and only as many at a time as there are processors. Their
/// memory is kept and used again: given back each time, the allocator would
/// leave pieces of it all over.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    /// What a sign-in to an account that does not exist is checked against, so
    /// that it takes the same work as one to an account that does.
    decoy: String,
    places: Arc<Semaphore>,
    memory: Memory,
}

/// Memory for hashes, one piece per place once each has been used.
#[derive(Clone, Default)]
struct Memory {
    pieces: Arc<Mutex<Vec<Vec<Block>>>>,
    /// Hashes made so far: the work that was done.
    #[cfg(test)]
    hashes: Arc<std::sync::atomic::AtomicUsize>,
}

/// How a password goes with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Not at all.
    None,
    /// The hash is that of its canonical form.
    Canonical,
    /// The hash is that of another form, as earlier releases made them.
    Earlier,
}

/// A hash could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The hash is none.
    #[error("password hash: {0}")]
    Hash(password_hash::Error),
    /// Hashing was cut short.
    #[error("password hashing was cut short")]
    Interrupted,
}

impl Passwords {
    /// Ready to hash.
    pub fn new() -> Result<Self, PasswordError> {
        // In memory of its own: a program that nobody signs in to keeps none.
        let decoy = Memory::default().hash("nobody's password").map_err(PasswordError::Hash)?;
        Ok(Self::with_decoy(decoy))
    }

    fn with_decoy(decoy: String) -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Inner { decoy, places: Arc::new(Semaphore::new(processors)), memory: Memory::default() }))
    }

    /// The hash of a password's canonical form, with its salt and parameters, as text.
    pub async fn hash(&self, password: &Password) -> Result<String, PasswordError> {
        let canonical = password.canonical().to_owned();
        self.work(move |memory| memory.hash(&canonical)).await
    }

    /// Whether a password is the one of a hash; never, if there is no hash, and
    /// then after the same work as for a wrong password: a hash for each form.
    pub async fn verify(&self, password: &Password, hash: Option<String>) -> Result<Fit, PasswordError> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.0.decoy.clone());
        let forms = password.forms().to_vec();
        let fit = self.work(move |memory| memory.fit(&forms, &hash)).await?;
        Ok(if exists { fit } else { Fit::None })
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Memory) -> Result<T, password_hash::Error> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = self.0.places.clone().acquire_owned().await.map_err(|_| PasswordError::Interrupted)?;
        let memory = self.0.memory.clone();
        let outcome = task::spawn_blocking(move || {
            // Held until the work is done, also if nobody waits for it any more.
            let _place = place;
            work(&memory)
        });
        outcome.await.map_err(|_| PasswordError::Interrupted)?.map_err(PasswordError::Hash)
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

    /// Tries the forms in their order, until one matches.
    fn fit(&self, forms: &[String], hash: &str) -> Result<Fit, password_hash::Error> {
        for (place, form) in forms.iter().enumerate() {
            if self.matches(form, hash)? {
                return Ok(if place == 0 { Fit::Canonical } else { Fit::Earlier });
            }
        }
        Ok(Fit::None)
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
        let mut blocks = self.take();
        blocks.resize(params.block_count(), Block::new());
        let argon2 = Argon2::new(argon2::Algorithm::Argon2id, Version::V0x13, params);
        let mut output = [0; HASH_LENGTH];
        let derived = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut output, &mut blocks);
        self.give_back(blocks);
        derived?;
        Output::new(&output)
    }

    fn take(&self) -> Vec<Block> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give_back(&self, blocks: Vec<Block>) {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
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
        assert_eq!(passwords.verify(&right, Some(hash.clone())).await.unwrap(), Fit::Canonical);
        assert_eq!(passwords.verify(&wrong, Some(hash)).await.unwrap(), Fit::None);
    }

    #[tokio::test]
    async fn a_password_matches_in_either_normal_form_also_if_it_was_hashed_as_typed() {
        let passwords = Passwords::new().unwrap();
        let (composed, decomposed) = ("pässword\u{a0}1", "pa\u{308}ssword\u{a0}1");
        let today = passwords.hash(&Password::new(decomposed)).await.unwrap();
        let [earlier, other] = [composed, decomposed].map(|typed| Memory::default().hash(typed).unwrap());
        for typed in [composed, decomposed] {
            let password = Password::new(typed);
            assert_eq!(passwords.verify(&password, Some(today.clone())).await.unwrap(), Fit::Canonical);
            assert_eq!(passwords.verify(&password, Some(earlier.clone())).await.unwrap(), Fit::Earlier);
            assert_eq!(passwords.verify(&password, Some(other.clone())).await.unwrap(), Fit::Earlier);
        }
        let wrong = Password::new("PÄSSWORD 1");
        assert_eq!(passwords.verify(&wrong, Some(today)).await.unwrap(), Fit::None);
    }

    #[test]
    fn what_other_argon2_programs_hashed_is_understood() {
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
        assert_eq!(passwords.verify(&Password::new("nobody's password"), None).await.unwrap(), Fit::None);
        // A decoy that is not checked at all would not notice that it is broken.
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

    /// How many hashes it takes to refuse a password.
    async fn hashes(passwords: &Passwords, password: &Password, hash: Option<String>) -> usize {
        let made = || passwords.0.memory.hashes.load(std::sync::atomic::Ordering::Relaxed);
        let before = made();
        assert_eq!(passwords.verify(password, hash).await.unwrap(), Fit::None);
        made() - before
    }
}
