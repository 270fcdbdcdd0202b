//! Detects that nothing has changed since a site was built.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::Profile;
use crate::fingerprint::{fingerprint, fingerprint_of_all};
use crate::tree::Tree;

/// Its file in the built site.
pub(crate) const FILE: &str = ".stamp";

/// The code that builds a site: a change of it rebuilds the site.
const CODE: [&str; 5] = [
    include_str!("bindgen.rs"),
    include_str!("compress.rs"),
    include_str!("fingerprint.rs"),
    include_str!("stamp.rs"),
    include_str!("write.rs"),
];

/// The hashes of all inputs of a site.
pub(crate) fn of(profile: Profile, wasm: &Path, styles: &str, public: &Tree) -> Result<String> {
    let wasm = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let (wasm, styles, code) =
        (fingerprint(&wasm), fingerprint(styles.as_bytes()), fingerprint(CODE.concat().as_bytes()));
    Ok(format!("{code} {} {wasm} {styles} {}", profile.name(), fingerprint_of_all(public)))
}

/// Whether the site in this folder has this stamp.
pub(crate) fn is_on(site: &Path, stamp: &str) -> bool {
    fs::read_to_string(site.join(FILE)).is_ok_and(|found| found == stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_changes_the_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("1.wasm"), folder.path().join("2.wasm"));
        fs::write(&one, "1").unwrap();
        fs::write(&two, "2").unwrap();
        let (none, some) = (Tree::new(), Tree::from([("robots.txt".to_owned(), b"x".to_vec())]));
        let stamp = of(Profile::Dev, &one, "css", &none).unwrap();
        assert_eq!(stamp, of(Profile::Dev, &one, "css", &none).unwrap());
        for other in [
            of(Profile::Release, &one, "css", &none),
            of(Profile::Dev, &two, "css", &none),
            of(Profile::Dev, &one, "other css", &none),
            of(Profile::Dev, &one, "css", &some),
        ] {
            assert_ne!(stamp, other.unwrap());
        }
    }

    #[test]
    fn a_folder_without_a_stamp_is_built() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_on(folder.path(), "1"));
        fs::write(folder.path().join(FILE), "1").unwrap();
        assert!(is_on(folder.path(), "1"));
        assert!(!is_on(folder.path(), "2"));
    }
}
