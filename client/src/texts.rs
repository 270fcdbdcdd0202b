//! What visitors may want to know before they trust the shop. An operator may put texts of
//! their own in the place of ours.

use std::{collections::BTreeMap, fs, io, path::Path, sync::Arc};

use common::config::{ConfigError, problem};
use pulldown_cmark::{Event, Options, Parser, html::push_html};

use crate::answer::Text;

const VARIABLE: &str = "SHOP_TEXTS_DIR";

/// Our texts by name, in Markdown.
const OURS: [(&str, &str); 5] = [
    ("how-it-works", include_str!("../texts/how-it-works.md")),
    ("refunds", include_str!("../texts/refunds.md")),
    ("terms", include_str!("../texts/terms.md")),
    ("privacy", include_str!("../texts/privacy.md")),
    ("contact", include_str!("../texts/contact.md")),
];

/// The texts by name, rendered. Cheap to clone.
#[derive(Clone)]
pub struct Texts(Arc<BTreeMap<&'static str, Text>>);

impl Texts {
    /// Our texts, and in their places those of the operator: `NAME.md` in a `folder`.
    pub fn read(folder: Option<&Path>) -> Result<Self, ConfigError> {
        let texts = OURS.into_iter().map(|(name, ours)| {
            let theirs = folder.map(|folder| of_operator(folder, name)).transpose()?.flatten();
            let text = theirs.as_deref().unwrap_or(ours);
            let text = rendered(text)
                .ok_or_else(|| problem(VARIABLE, format!("{name}.md must begin with a title, such as # Contact")))?;
            Ok((name, text))
        });
        folder.map_or(Ok(()), refuse_others)?;
        texts.collect::<Result<_, _>>().map(|texts| Self(Arc::new(texts)))
    }

    /// One of the texts.
    pub fn get(&self, name: &str) -> Option<&Text> {
        self.0.get(name)
    }

    /// The addresses of all texts.
    pub fn paths() -> impl Iterator<Item = String> {
        OURS.iter().map(|(name, _)| format!("/about/{name}"))
    }
}

fn of_operator(folder: &Path, name: &str) -> Result<Option<String>, ConfigError> {
    match fs::read_to_string(folder.join(name).with_extension("md")) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && folder.is_dir() => Ok(None),
        Err(error) => Err(problem(VARIABLE, format!("{name}.md can't be read: {error}"))),
    }
}

/// A file with another name would be shown nowhere: most likely its name is mistyped.
fn refuse_others(folder: &Path) -> Result<(), ConfigError> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.file_name());
    let mut names = files.filter_map(|file| Some(file.to_str()?.strip_suffix(".md")?.to_owned()));
    let known = OURS.map(|(name, _)| name);
    match names.find(|name| !known.contains(&name.as_str())) {
        Some(other) => Err(problem(VARIABLE, format!("has {other}.md; the pages are {}", known.join(", ")))),
        None => Ok(()),
    }
}

/// The title from the first line, and the rest as HTML. Markup in the text is shown, not used.
fn rendered(text: &str) -> Option<Text> {
    // Some editors begin a file with a byte order mark.
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    let title = title.strip_prefix("# ")?.trim();
    let plain = Parser::new_ext(rest, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(markup) | Event::InlineHtml(markup) => Event::Text(markup),
        other => other,
    });
    let mut html = String::new();
    push_html(&mut html, plain);
    (!title.is_empty()).then(|| Text { title: title.to_owned(), html })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_replaces_single_texts() {
        let folder = tempfile::tempdir().unwrap();
        let ours = Texts::read(None).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("contact.md", "# Write to us\n\n[shop@tickets.example](mailto:shop@tickets.example) <script>\n");
        let texts = Texts::read(Some(folder.path())).unwrap();
        let contact = texts.get("contact").unwrap();
        assert_eq!(contact.title, "Write to us");
        assert!(contact.html.contains(r#"<a href="mailto:shop@tickets.example">"#), "{}", contact.html);
        assert!(contact.html.contains("&lt;script&gt;"), "{}", contact.html);
        assert_eq!(texts.get("terms"), ours.get("terms"));
        assert_eq!(texts.get("imprint"), None);

        let refused = || Texts::read(Some(folder.path())).err().unwrap().to_string();
        write("contact.md", "Write to us");
        assert!(refused().contains("SHOP_TEXTS_DIR") && refused().contains("contact.md must begin"), "{}", refused());
        write("contact.md", "# Contact");
        write("terns.md", "# Terms");
        assert!(refused().contains("terns.md"), "{}", refused());
    }

    #[test]
    fn a_missing_folder_is_an_error() {
        assert!(Texts::read(Some(Path::new("/nowhere"))).is_err());
    }
}
