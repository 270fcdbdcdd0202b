//! The script, run with a kubectl that records its calls.

use std::process::Stdio;

use tempfile::TempDir;

use crate::support::prelude::*;

/// Production as it runs.
#[derive(Default)]
pub struct Cluster {
    /// Its `Deployment`s and `CronJob`s, as YAML.
    pub runs: String,
    /// The calls of kubectl that fail: a regular expression.
    pub fails: &'static str,
}

/// What a roll-out did.
pub struct RollOut {
    pub success: bool,
    /// The calls of kubectl, one per line.
    pub calls: String,
    pub stderr: String,
    /// What was applied, rendered.
    pub applied: String,
}

/// The digest of an image that was just pushed.
pub fn pushed(program: &str) -> String {
    digest('a', program)
}

/// The digest of an image that already runs.
pub fn running(program: &str) -> String {
    digest('b', program)
}

fn digest(kind: char, program: &str) -> String {
    let place = images().keys().position(|name| *name == program).unwrap_or_else(|| panic!("no {program}"));
    format!("sha256:{}{place}", kind.to_string().repeat(63))
}

impl Cluster {
    /// A cluster that runs the whole shop.
    pub fn with_a_shop() -> Self {
        let objects = Set::Prod.objects().iter().filter(|it| ["Deployment", "CronJob"].contains(&kind(it)));
        let yaml = yaml_of(&objects.cloned().collect::<Vec<_>>());
        let runs = images().keys().fold(yaml, |yaml, program| {
            yaml.replace(&format!("/{program}:rolled-out-by-digest"), &format!("/{program}@{}", running(program)))
        });
        Self { runs, fails: "" }
    }

    /// Runs the script on a copy of `infra`, with a list of images.
    pub fn roll_out(&self, list: &str) -> RollOut {
        let copy = TempDir::new().unwrap();
        let (root, bin) = (copy.path(), copy.path().join("bin"));
        let mut cp = Command::new("cp");
        assert!(cp.arg("-R").arg(workspace_root().join("infra")).arg(root).status().unwrap().success());
        std::fs::create_dir(&bin).unwrap();
        stand_in(&bin, "git", "#!/bin/sh\necho \"$ROOT\"\n");
        stand_in(&bin, "kubectl", include_str!("kubectl.sh"));
        std::fs::write(root.join("running.yaml"), &self.runs).unwrap();
        std::fs::write(root.join("list"), list).unwrap();
        let mut script = Command::new("bash");
        script.arg(workspace_root().join(".github/scripts/roll-out.sh")).env("PATH", path_with(&bin));
        script.env("ROOT", root).env("KUBECTL", tool("kubectl")).env("FAILS", self.fails);
        script.stdin(std::fs::File::open(root.join("list")).unwrap()).stdout(Stdio::null());
        let output = Output::from(script.output().unwrap());
        RollOut {
            success: output.success,
            calls: std::fs::read_to_string(root.join("calls")).unwrap_or_default(),
            stderr: output.stderr,
            applied: render(&root.join("infra/applied")).unwrap_or_default(),
        }
    }
}

impl RollOut {
    /// Asserts that exactly these digests of all our images were applied.
    pub fn assert_applied(&self, digest: impl Fn(&str) -> String) {
        assert!(self.success, "{}{}", self.stderr, self.calls);
        let objects = documents(&self.applied);
        for (_, container, program) in ours(&objects) {
            let image = text(container, "/image");
            assert!(image.ends_with(&format!("/{program}@{}", digest(program))), "{image}");
        }
        for program in images().keys() {
            assert!(ours(&objects).any(|(_, _, it)| it == *program), "nothing runs {program}");
        }
    }

    /// Asserts that nothing was applied, and why.
    pub fn assert_refused(&self, reasons: &[&str]) {
        assert!(!self.success && !self.calls.contains("apply"), "{}", self.calls);
        for reason in reasons {
            assert!(self.stderr.contains(reason), "not {reason:?} but {}", self.stderr);
        }
    }

    /// Asserts that it failed with each of these in its calls or its errors.
    pub fn assert_failed(&self, parts: &[&str]) {
        assert!(!self.success);
        for part in parts {
            assert!(self.calls.contains(part) || self.stderr.contains(part), "{part}: {}{}", self.calls, self.stderr);
        }
    }
}
