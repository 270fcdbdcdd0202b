//! A cluster that only notes what it is told, and the script run on it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use xtask::env::workspace_root;

use crate::dockerfile::IMAGES;
use crate::objects::{all_containers, our_program, text, workloads};
use crate::rendered::{Set, documents, render};
use crate::tools;

/// Production, as it goes.
#[derive(Default)]
pub struct Cluster {
    /// Its `Deployment`s and `CronJob`s, as YAML.
    pub runs: String,
    /// Which calls of kubectl fail: a regular expression.
    pub fails: &'static str,
}

/// What a roll-out did.
pub struct Done {
    pub content: bool,
    /// Each call of kubectl, on a line.
    pub calls: String,
    /// What it told whoever called it.
    pub said: String,
    /// What was applied, rendered.
    pub applied: String,
}

/// The digest of an image that is built anew.
pub fn pushed(program: &str) -> String {
    digest('a', program)
}

/// The digest of an image that runs already.
pub fn running(program: &str) -> String {
    digest('b', program)
}

fn digest(kind: char, program: &str) -> String {
    let place = IMAGES.iter().position(|(name, _)| *name == program).unwrap_or_else(|| panic!("no {program}"));
    format!("sha256:{}{place}", kind.to_string().repeat(63))
}

impl Cluster {
    /// One where the whole shop runs.
    pub fn with_a_shop() -> Self {
        let objects = Set::Prod.yaml().split("\n---\n");
        let kept: Vec<&str> =
            objects.filter(|it| it.contains("\nkind: Deployment\n") || it.contains("\nkind: CronJob\n")).collect();
        let runs = IMAGES.iter().fold(kept.join("\n---\n"), |yaml, (program, _)| {
            yaml.replace(&format!("/{program}:rolled-out-by-digest"), &format!("/{program}@{}", running(program)))
        });
        Self { runs, fails: "" }
    }

    /// Runs the script on a copy of `infra`, with a list of images.
    pub fn roll_out(&self, list: &str) -> Done {
        let copy = TempDir::new().unwrap();
        let (root, bin) = (copy.path(), copy.path().join("bin"));
        let mut cp = Command::new("cp");
        assert!(cp.arg("-R").arg(workspace_root().join("infra")).arg(root).status().unwrap().success());
        std::fs::create_dir(&bin).unwrap();
        write_program(&bin, "git", "#!/bin/sh\necho \"$ROOT\"\n");
        write_program(&bin, "kubectl", include_str!("kubectl.sh"));
        std::fs::write(root.join("running.yaml"), &self.runs).unwrap();
        std::fs::write(root.join("list"), list).unwrap();
        let mut script = Command::new("bash");
        script.arg(workspace_root().join(".github/scripts/roll-out.sh"));
        script.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display()));
        script.env("ROOT", root).env("KUBECTL", tools::path("kubectl")).env("FAILS", self.fails);
        script.stdin(std::fs::File::open(root.join("list")).unwrap()).stdout(Stdio::null());
        let output = script.output().unwrap();
        Done {
            content: output.status.success(),
            calls: std::fs::read_to_string(root.join("calls")).unwrap_or_default(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
            applied: render(&root.join("infra/applied")).unwrap_or_default(),
        }
    }
}

impl Done {
    /// Asserts that all of our images, and only by these digests, were applied.
    pub fn assert_applied(&self, digest: impl Fn(&str) -> String) {
        assert!(self.content, "{}{}", self.said, self.calls);
        let objects = documents(&self.applied);
        let containers = workloads(&objects).flat_map(|(_, pod)| all_containers(pod));
        let ours: Vec<_> = containers.filter_map(|it| Some((our_program(it)?, text(it, "/image")))).collect();
        for (program, image) in &ours {
            assert!(image.ends_with(&format!("/{program}@{}", digest(program))), "{image}");
        }
        for (program, _) in IMAGES {
            assert!(ours.iter().any(|(it, _)| *it == program), "nothing runs {program}");
        }
    }

    /// Asserts that it changed nothing, and said why.
    pub fn assert_refused(&self, why: &[&str]) {
        assert!(!self.content && !self.calls.contains("apply"), "{}", self.calls);
        for part in why {
            assert!(self.said.contains(part), "not {part:?} but {}", self.said);
        }
    }
}

fn write_program(folder: &Path, name: &str, script: &str) {
    let file = folder.join(name);
    std::fs::write(&file, script).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}
