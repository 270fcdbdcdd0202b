//! Reading the Dockerfile, and what is sent to who builds it.

use std::collections::BTreeMap;

use xtask::env::workspace_root;

pub const FILE: &str = "infra/docker/Dockerfile";

pub fn read(file: &str) -> String {
    std::fs::read_to_string(workspace_root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Each instruction with its arguments, without comments, on one line.
pub fn instructions(dockerfile: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = dockerfile.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let text = lines.join("\n").replace("\\\n", " ");
    let lines = text.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
    lines.map(|(word, rest)| (word.to_uppercase(), rest.trim().to_owned())).collect()
}

/// What the image itself sets, whatever the manifest says.
pub fn environment() -> BTreeMap<String, String> {
    let set = instructions(&read(FILE)).into_iter().filter(|(word, _)| word == "ENV");
    set.filter_map(|(_, rest)| rest.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

/// The sources of every `COPY` from the tree, for one program.
pub fn copied(dockerfile: &str, service: &str, folder: &str) -> Vec<String> {
    let copies =
        instructions(dockerfile).into_iter().filter(|(word, rest)| word == "COPY" && !rest.contains("--from="));
    let sources = copies.flat_map(|(_, rest)| {
        let mut words: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
        words.pop();
        words
    });
    sources.map(|it| it.replace("${FOLDER}", folder).replace("${SERVICE}", service)).collect()
}

/// Whether `.dockerignore` lets a path through: the last line that matches counts.
/// Of its patterns, those are known that ours uses.
pub fn is_sent(ignore: &str, path: &str) -> bool {
    ignore.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).fold(true, |sent, line| {
        let (pattern, verdict) = line.strip_prefix('!').map_or((line, false), |it| (it, true));
        let hit = match pattern.strip_prefix("**/") {
            Some(name) => path.split('/').any(|part| part == name),
            None => pattern == "*" || path == pattern || path.starts_with(&format!("{pattern}/")),
        };
        if hit { verdict } else { sent }
    })
}
