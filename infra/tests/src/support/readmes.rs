//! The tables of environment variables in the programs' READMEs.

use std::collections::BTreeMap;

use super::workspace::read;

/// What a README says about a variable.
#[derive(Debug, PartialEq, Eq)]
pub enum Stated {
    Required,
    Default(String),
}

/// What every program reads; the READMEs say so in one line.
pub const EVERYWHERE: [&str; 2] = ["RUST_LOG", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// A program's variables: rows like `` | `MONGO_URI` | must be set | … ``.
pub fn variables(program: &str) -> BTreeMap<String, Stated> {
    let found = table(&read(&format!("{program}/README.md")));
    assert!(!found.is_empty(), "{program}/README.md has no table of variables");
    found
}

fn table(text: &str) -> BTreeMap<String, Stated> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("| ")) {
        let mut cells = line.split('|').map(str::trim);
        let (Some(names), Some(stated)) = (cells.next(), cells.next()) else { continue };
        let is_name = |name: &&str| name.starts_with(|c: char| c.is_ascii_uppercase()) && *name == name.to_uppercase();
        for name in names.split(", ").filter_map(|name| name.strip_prefix('`')?.strip_suffix('`')).filter(is_name) {
            let stated = match stated.trim_matches('`') {
                "must be set" => Stated::Required,
                default => Stated::Default(default.to_owned()),
            };
            found.insert(name.to_owned(), stated);
        }
    }
    found
}

#[test]
fn a_table_is_read_row_by_row() {
    let found = table("| `PORT` | 3000 | where |\n| `/` | pays |\n| `A_KEY`, `B_KEY` | must be set | secrets |\n");
    let wanted = [("PORT", Stated::Default("3000".into())), ("A_KEY", Stated::Required), ("B_KEY", Stated::Required)];
    assert_eq!(found, wanted.into_iter().map(|(name, stated)| (name.to_owned(), stated)).collect());
}
