//! Commands as typed, with a home of their own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A folder with a home beside it.
pub struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tickmark"));
        std::fs::create_dir_all(self.path()).unwrap();
        command
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.dir.path().join("home"))
            .env("USER", "ada");
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a command that must end with the given code; returns standard output.
    pub fn ends(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args);
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert_eq!(
            output.status.code(),
            Some(code),
            "tickmark {}\n{out}{err}",
            args.join(" ")
        );
        out.into_owned()
    }

    /// A program `p` with one adopted control, so that evidence can be handed in.
    pub fn program(&self) {
        self.ends(0, &["init", "p", "--zone", "UTC"]);
        let how = [
            "--owner",
            "IT",
            "--scope",
            "all",
            "--effective",
            "2026-01-01",
        ];
        self.ends(
            0,
            &[&["-C", "p", "controls", "adopt", "IAM-02"][..], &how].concat(),
        );
    }

    /// Runs a command that must be refused with one line; returns it.
    pub fn refused(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            output.status.code(),
            Some(2),
            "tickmark {}\n{err}",
            args.join(" ")
        );
        assert_eq!(err.lines().count(), 1, "one clear line: {err}");
        assert!(
            output.stdout.is_empty(),
            "JSON alone goes to standard output"
        );
        err
    }
}

pub fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

pub fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn criteria_are_exactly_those_of_the_categories() {
    let desk = Desk::new();
    let count = |args: &[&str]| {
        json(&desk.ends(0, args))["criteria"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count(&["criteria", "--format", "json"]), 61);
    assert_eq!(
        count(&["criteria", "--format", "json", "--categories", "security"]),
        33
    );
    assert_eq!(
        count(&[
            "criteria",
            "--format",
            "json",
            "--categories",
            "security,availability"
        ]),
        36
    );
    assert_eq!(
        count(&[
            "criteria",
            "--format",
            "json",
            "--categories",
            "security,confidentiality"
        ]),
        35
    );
    assert_eq!(
        count(&[
            "criteria",
            "--format",
            "json",
            "--categories",
            "security,availability,confidentiality"
        ]),
        38
    );
}

#[test]
fn a_control_is_not_adopted_without_owner_scope_and_day() {
    let desk = Desk::new();
    desk.ends(0, &["init", "p", "--zone", "UTC"]);
    let size = |desk: &Desk| {
        desk.ends(0, &["-C", "p", "log", "checkpoint"])
            .lines()
            .nth(1)
            .unwrap()
            .to_owned()
    };
    let before = size(&desk);
    for args in [
        &["-C", "p", "controls", "adopt", "CHG-01"][..],
        &["-C", "p", "controls", "adopt", "CHG-01", "--owner", "a"],
        &[
            "-C", "p", "controls", "adopt", "CHG-01", "--owner", "a", "--scope", "b",
        ],
        &[
            "-C",
            "p",
            "controls",
            "adopt",
            "CHG-99",
            "--owner",
            "a",
            "--scope",
            "b",
            "--effective",
            "2026-01-01",
        ],
        &[
            "-C",
            "p",
            "controls",
            "adopt",
            "CHG-01",
            "--owner",
            "a",
            "--scope",
            "b",
            "--effective",
            "2026-02-30",
        ],
    ] {
        desk.refused(args);
    }
    assert_eq!(before, size(&desk), "a refusal records nothing");
    assert!(!desk.path().join("p/controls/CHG-01.md").exists());
    desk.ends(
        0,
        &[
            "-C",
            "p",
            "controls",
            "adopt",
            "CHG-01",
            "--owner",
            "a",
            "--scope",
            "b",
            "--effective",
            "2026-01-01",
        ],
    );
    assert_ne!(before, size(&desk));
}

#[test]
fn export_is_byte_exact_and_bad_documents_change_nothing() {
    let desk = Desk::new();
    desk.ends(0, &["init", "p", "--zone", "UTC"]);
    let text = "# a comment\norganization: acme\nname:   Acme\nzone: UTC\ncategories: [security]\n";
    write(&desk.path().join("p/tickmark.yaml"), text);
    desk.ends(0, &["-C", "p", "apply"]);
    desk.ends(0, &["-C", "p", "export", "out"]);
    assert_eq!(
        std::fs::read_to_string(desk.path().join("out/tickmark.yaml")).unwrap(),
        text
    );
    let before = desk.ends(0, &["-C", "p", "log", "checkpoint"]);
    write(
        &desk.path().join("p/tickmark.yaml"),
        "organization: acme\nnaem: Acme\nname: Acme\nzone: UTC\ncategories: [security]\n",
    );
    let line = desk.refused(&["-C", "p", "apply"]);
    assert!(line.contains("tickmark.yaml:2:1"), "{line}");
    assert_eq!(before, desk.ends(0, &["-C", "p", "log", "checkpoint"]));
}

#[test]
fn a_file_is_collected_whole_or_not_at_all() {
    let desk = Desk::new();
    desk.ends(0, &["init", "p", "--zone", "UTC"]);
    let head = "event,account,system,at,outcome,interactive,second_factor\n";
    write(
        &desk.path().join("good.csv"),
        &format!("{head}e1,okta:1,directory,2026-01-02T10:00:00Z,success,true,true\n"),
    );
    write(
        &desk.path().join("bad.csv"),
        &format!("{head}e1,okta:1,directory,yesterday,success,true,true\n"),
    );
    let before = desk.ends(0, &["-C", "p", "log", "checkpoint"]);
    let line = desk.refused(&[
        "-C",
        "p",
        "collect",
        "file",
        "--population",
        "login",
        "bad.csv",
    ]);
    assert!(line.contains("bad.csv"), "{line}");
    assert_eq!(
        before,
        desk.ends(0, &["-C", "p", "log", "checkpoint"]),
        "nothing was recorded"
    );
    desk.ends(
        0,
        &[
            "-C",
            "p",
            "collect",
            "file",
            "--population",
            "login",
            "--covers",
            "2026-01-01..2026-01-31",
            "good.csv",
        ],
    );
    let answer = json(&desk.ends(
        0,
        &[
            "-C",
            "p",
            "query",
            "SELECT account, second_factor FROM login",
            "--format",
            "json",
        ],
    ));
    assert_eq!(answer["rows"][0]["account"], "okta:1");
    desk.refused(&["-C", "p", "query", "DELETE FROM login"]);
    desk.refused(&["-C", "p", "query", "SELECT * FROM '/etc/passwd'"]);
}
