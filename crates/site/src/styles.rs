//! The stylesheet: client/style/*.css concatenated in the order of their names. Packages from
//! npm are imported as in CSS:
//! `@import "@picocss/pico/css/pico.min.css" layer(pico);`

use std::borrow::Cow;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::{Say, env, packages};

const CHARSET: &str = "@charset \"UTF-8\";";

/// The whole stylesheet.
pub(crate) fn bundle(say: Say) -> Result<String> {
    let client = env::workspace_root().join(crate::NAME);
    let sheets = read(&client.join("style"))?;
    let imports = sheets.iter().flat_map(|(_, text)| text.lines()).any(|line| line.starts_with("@import"));
    let packages = if imports { packages::installed(&client, say)? } else { PathBuf::new() };
    join(&sheets, |specifier| {
        let path = packages.join(specifier);
        fs::read_to_string(&path)
            .with_context(|| format!("no package has `{specifier}` (looked for {})", path.display()))
    })
}

/// Names and texts, sorted by name.
fn read(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut sheets = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "css") {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            sheets.push((name, text));
        }
    }
    ensure!(!sheets.is_empty(), "no stylesheets in {}", folder.display());
    sheets.sort();
    Ok(sheets)
}

/// Concatenates the stylesheets, with each package in place of its import.
fn join(sheets: &[(String, String)], load: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut css = format!("{CHARSET}\n");
    for (name, text) in sheets {
        for line in text.lines().filter(|line| line.trim() != CHARSET) {
            let line = if line.starts_with("@import") {
                Cow::Owned(imported(line, &load).with_context(|| format!("{name}: `{line}`"))?)
            } else {
                Cow::Borrowed(line)
            };
            writeln!(css, "{line}")?;
        }
    }
    Ok(css)
}

fn imported(line: &str, load: impl Fn(&str) -> Result<String>) -> Result<String> {
    let Some((specifier, layer)) = parse(line) else {
        bail!("an import is written as @import \"package/path.css\"; or @import \"package/path.css\" layer(name);");
    };
    ensure!(
        !specifier.starts_with(['.', '/']) && !specifier.contains(':'),
        "only packages are imported: every file of client/style/ is in the stylesheet anyway, and nothing comes from \
         other hosts"
    );
    let text = load(specifier)?;
    let text = text.trim_start_matches('\u{feff}').trim_start_matches(CHARSET).trim();
    Ok(match layer {
        Some(layer) => format!("@layer {layer} {{\n{text}\n}}"),
        None => text.to_owned(),
    })
}

/// Specifier and layer.
fn parse(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.strip_prefix("@import")?.trim().strip_suffix(';')?.strip_prefix('"')?;
    let (specifier, rest) = rest.split_once('"')?;
    let rest = rest.trim();
    if rest.is_empty() {
        return Some((specifier, None));
    }
    let layer = rest.strip_prefix("layer(")?.strip_suffix(')')?;
    Some((specifier, Some(layer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(sheets: &[(&str, &str)]) -> Result<String> {
        let sheets: Vec<_> = sheets.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        join(&sheets, |specifier| Ok(format!("\u{feff}@charset \"UTF-8\";/* {specifier} */")))
    }

    #[test]
    fn sheets_are_joined_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("20-pages.css", "b{}"), ("10-base.css", "a{}"), ("notes.txt", "no")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let css = join(&read(folder.path()).unwrap(), |_| bail!("no imports here")).unwrap();
        assert_eq!(css, "@charset \"UTF-8\";\na{}\nb{}\n");
    }

    #[test]
    fn a_package_replaces_its_import_in_its_layer() {
        let css = joined(&[("a.css", "@import \"@p/q/r.css\" layer(base);\na{}"), ("b.css", "@import \"s/t.css\";")]);
        assert_eq!(
            css.unwrap(),
            "@charset \"UTF-8\";\n@layer base {\n/* @p/q/r.css */\n}\na{}\n/* s/t.css */\n",
            "and only one charset, at the very start"
        );
    }

    #[test]
    fn an_import_of_anything_but_a_package_is_rejected() {
        for import in ["@import \"https://x.test/a.css\";", "@import \"./a.css\";", "@import url(a.css);"] {
            let error = joined(&[("a.css", import)]).unwrap_err();
            assert!(format!("{error:#}").contains("a.css"), "{import}: {error:#}");
        }
    }

    #[test]
    fn a_folder_without_stylesheets_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path()).is_err());
        assert!(read(&folder.path().join("missing")).is_err());
    }
}
