//! Writes the site beside its place and moves it there when it is complete: a failed build
//! leaves the old site.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};

use crate::compress::Encoding;
use crate::fingerprint::Package;
use crate::tree::Tree;
use crate::{Profile, stamp};

/// Where Leptos reads the fingerprints.
pub(crate) const HASHES: &str = "hash.txt";

/// Writes it all.
pub(crate) fn site(out: &Path, package: &Package, public: &Tree, profile: Profile, stamp: &str) -> Result<()> {
    let out = std::path::absolute(out)?;
    let parent = out.parent().with_context(|| format!("{} can't be a site's folder", out.display()))?;
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    let fresh = tempfile::Builder::new().prefix(".site-").tempdir_in(parent)?;
    // A temporary folder is private, but a server may run as another user.
    fs::set_permissions(fresh.path(), fs::Permissions::from_mode(0o755))?;

    for (path, content) in public {
        file(&fresh.path().join(path), content)?;
    }
    let pkg = fresh.path().join("pkg");
    for (path, content) in &package.files {
        file(&pkg.join(path), content)?;
        for encoding in Encoding::ALL {
            if let Some(compressed) = encoding.compress(content, profile)? {
                file(&pkg.join(compressed_name(path, encoding)), &compressed)?;
            }
        }
    }
    file(&fresh.path().join(HASHES), package.hashes.as_bytes())?;
    file(&fresh.path().join(stamp::FILE), stamp.as_bytes())?;
    swap(fresh, &out)
}

fn file(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

/// `client.js` becomes `client.js.br`.
pub(crate) fn compressed_name(path: &str, encoding: Encoding) -> String {
    format!("{path}.{}", encoding.extension())
}

/// The old site is moved away and removed only when the new one is in its place.
fn swap(fresh: tempfile::TempDir, out: &Path) -> Result<()> {
    let old = fresh.path().with_extension("old");
    let moved = out.exists();
    if moved {
        fs::rename(out, &old).with_context(|| format!("cannot replace {}", out.display()))?;
    }
    if let Err(error) = fs::rename(fresh.path(), out) {
        if moved {
            fs::rename(&old, out)?;
        }
        return Err(error).with_context(|| format!("cannot write {}", out.display()));
    }
    // It is elsewhere now, so there is nothing left to clean up.
    let _ = fresh.keep();
    if moved {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(content: &str) -> Package {
        let files = Tree::from([
            ("client.1.js".to_owned(), content.repeat(100).into_bytes()),
            ("snippets.2/lib/a.js".to_owned(), b"a".to_vec()),
        ]);
        Package { files, hashes: "js: 1\n".to_owned() }
    }

    #[test]
    fn a_new_site_replaces_the_old_one_completely() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("deep/site");
        let public = Tree::from([("img/og.png".to_owned(), b"png".to_vec())]);
        site(&out, &package("old"), &public, Profile::Dev, "1").unwrap();
        assert_eq!(fs::read(out.join("img/og.png")).unwrap(), b"png");
        assert!(!stamp::is_on(&out, "2"));

        site(&out, &package("new"), &Tree::new(), Profile::Dev, "2").unwrap();
        assert!(stamp::is_on(&out, "2"));
        assert_eq!(fs::read(out.join("pkg/client.1.js")).unwrap(), b"new".repeat(100));
        assert_eq!(fs::read_to_string(out.join(HASHES)).unwrap(), "js: 1\n");
        assert!(!out.join("img").exists(), "nothing of the old one is left");
        let beside = fs::read_dir(out.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1, "nothing is left beside it");
    }

    #[test]
    fn content_that_shrinks_has_compressed_files() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        site(&out, &package("again "), &Tree::new(), Profile::Release, "1").unwrap();
        assert!(out.join("pkg/client.1.js.br").is_file() && out.join("pkg/client.1.js.gz").is_file());
        assert!(!out.join("pkg/snippets.2/lib/a.js.br").exists());
    }

    #[test]
    fn a_failed_build_leaves_the_old_site() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        site(&out, &package("old"), &Tree::new(), Profile::Dev, "1").unwrap();
        let clash = Tree::from([("a".to_owned(), Vec::new()), ("a/b".to_owned(), Vec::new())]);
        assert!(site(&out, &package("new"), &clash, Profile::Dev, "2").is_err());
        assert!(stamp::is_on(&out, "1"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn other_users_may_read_the_site() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        site(&out, &package("x"), &Tree::new(), Profile::Dev, "1").unwrap();
        assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o755);
    }
}
