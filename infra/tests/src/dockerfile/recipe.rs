//! Reading the Dockerfile and `.dockerignore`.

use crate::support::prelude::*;

pub const FILE: &str = "infra/docker/Dockerfile";

/// Each instruction with its arguments, without comments, on one line.
pub fn instructions(dockerfile: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = dockerfile.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let text = lines.join("\n").replace("\\\n", " ");
    let lines = text.lines().filter_map(|line| line.trim().split_once(char::is_whitespace));
    lines.map(|(word, rest)| (word.to_uppercase(), rest.trim().to_owned())).collect()
}

/// The variables that the image sets.
pub fn environment() -> BTreeMap<String, String> {
    let set = instructions(&read(FILE)).into_iter().filter(|(word, _)| word == "ENV");
    set.filter_map(|(_, rest)| rest.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))).collect()
}

/// The sources of every `COPY` from the workspace, for one program. Only the operators'
/// program is built with other services' folders.
pub fn copied(dockerfile: &str, program: &str, folder: &str) -> Vec<String> {
    let model = |name: &str| if program == operators() { name } else { folder }.to_owned();
    let text = dockerfile.replace("${ORDERS}", &model("orders")).replace("${TICKETS}", &model("tickets"));
    let text = text.replace("${FOLDER}", folder).replace("${SERVICE}", program);
    let copies = instructions(&text).into_iter().filter(|(word, rest)| word == "COPY" && !rest.contains("--from="));
    let sources = copies.filter_map(|(_, rest)| Some(rest.rsplit_once(' ')?.0.to_owned()));
    sources.flat_map(|it| it.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Whether `.dockerignore` lets a path through: the last pattern that matches decides.
/// Only the kinds of pattern that the file uses are known.
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
