//! Git histories: what git itself says of them must be what the rows say.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tickmark_collect::Pages;
use tickmark_collect::git::{GitError, History, collect};
use tickmark_core::facts::git::mapping;
use tickmark_core::facts::read::{PageBytes, Read, Reader};
use tickmark_core::facts::row::Row;
use tickmark_core::facts::schema::Schema;
use tickmark_core::model::time::Time;

use crate::data;
use crate::recording::cells;

pub fn git(dir: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command
        .current_dir(dir)
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env("HOME", dir);
    for (name, value) in [
        ("GIT_AUTHOR_NAME", "Ada"),
        ("GIT_AUTHOR_EMAIL", "Ada@Acme.example"),
        ("GIT_COMMITTER_NAME", "Bob"),
        ("GIT_COMMITTER_EMAIL", "bob@acme.example"),
    ] {
        command.env(name, value);
    }
    let out = command.output().unwrap();
    assert!(
        out.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap()
}

pub fn commit(dir: &Path, n: u32, message: &str) {
    std::fs::write(dir.join(format!("{n}.txt")), message).unwrap();
    git(dir, &["add", "."]);
    let date = format!("2026-03-02T10:{n:02}:00+01:00");
    git(
        dir,
        &[
            "-c",
            "commit.gpgsign=false",
            "commit",
            "-q",
            "-m",
            message,
            "--date",
            &date,
        ],
    );
}

/// Main with a direct push, a squash merge and a merge; a branch; an annotated and a plain tag.
pub fn repository() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    git(path, &["init", "-q", "-b", "main", "."]);
    commit(path, 1, "first");
    commit(
        path,
        2,
        "squashed (#7)\n\nReviewed-by: Eve <eve@acme.example>\nCo-authored-by: Fay <fay@acme.example>",
    );
    git(path, &["checkout", "-q", "-b", "topic"]);
    commit(path, 3, "on the branch");
    git(path, &["checkout", "-q", "main"]);
    commit(path, 4, "pushed directly");
    git(
        path,
        &[
            "-c",
            "commit.gpgsign=false",
            "merge",
            "-q",
            "--no-ff",
            "-m",
            "Merge pull request #8 from acme/topic",
            "topic",
        ],
    );
    git(path, &["tag", "plain"]);
    git(path, &["tag", "-a", "-m", "release", "v1"]);
    dir
}

pub fn rows(history: &History, pages: &Pages) -> (Schema, Vec<Row>) {
    let schema = data::schema("git_commit");
    let mapping = mapping(&schema).unwrap();
    let mut reader = Reader::new(&mapping, &schema, &history.params, 3, Time::from_micros(0));
    let mut rows = Vec::new();
    for page in &history.pages {
        let bytes = &pages.0[page.blob as usize];
        let here = PageBytes {
            blob: page.blob,
            parent: "",
            with: &BTreeMap::new(),
            bytes,
        };
        let number = reader.page(here, &mut |read| match read {
            Read::Row(row) => rows.push(row),
            Read::Rejected(rejected) => panic!("{:?}", rejected.rejection),
        });
        assert_eq!(number.unwrap(), page.items);
    }
    (schema, rows)
}

/// One line a commit as git prints it, and the same out of a row.
fn compare(dir: &Path, history: &History, pages: &Pages) -> usize {
    let (schema, rows) = rows(history, pages);
    let main = git(dir, &["rev-list", "--first-parent", "HEAD"]);
    let log = git(dir, &["log", "--format=%H|%ae|%ce|%at|%ct|%P", "HEAD"]);
    let mut expected: Vec<String> = log
        .lines()
        .map(|line| {
            let parts: Vec<&str> = line.split('|').collect();
            let parents = parts[5].split_whitespace().count();
            format!(
                "{}|{}|{}|{}|{}|{parents}|{}",
                parts[0],
                parts[1].to_lowercase(),
                parts[2].to_lowercase(),
                parts[3],
                parts[4],
                main.contains(parts[0])
            )
        })
        .collect();
    let mut found: Vec<String> = rows
        .iter()
        .map(|row| {
            let c = cells(&schema, row);
            let seconds = |t: &str| Time::parse(t).unwrap().micros() / 1_000_000;
            let mail = |account: &str| account.strip_prefix("email:").unwrap().to_owned();
            format!(
                "{}|{}|{}|{}|{}|{}|{}",
                c["sha"],
                mail(&c["author"]),
                mail(&c["committer"]),
                seconds(&c["authored_at"]),
                seconds(&c["committed_at"]),
                c["parents"],
                c["main"]
            )
        })
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    found.len()
}

#[test]
fn rows_say_what_git_says() {
    let dir = repository();
    let mut pages = Pages::default();
    let history = collect(dir.path(), Some("acme/api"), &mut pages).unwrap();
    assert_eq!((history.commits, history.on_main, history.tags), (5, 4, 1));
    assert_eq!(compare(dir.path(), &history, &pages), 5);
    let (schema, rows) = rows(&history, &pages);
    let line = |row: &Row| {
        let c = cells(&schema, row);
        format!(
            "{} {} {} {}",
            c["reference"], c["reference_how"], c["reviewers"], c["main"]
        )
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "   false",
            "   true",
            "   true",
            "7 squash email:eve@acme.example true",
            "8 merge  true"
        ]
    );
    assert_eq!(cells(&schema, &rows[0])["repository"], "acme/api");
    assert!(
        !pages.0.concat().windows(6).any(|w| w == b" blob "),
        "no file content"
    );
}

#[test]
fn collecting_again_gives_the_same_bytes_and_a_bare_clone_too() {
    let dir = repository();
    let bare = tempfile::tempdir().unwrap();
    git(
        bare.path(),
        &[
            "clone",
            "-q",
            "--bare",
            dir.path().to_str().unwrap(),
            "api.git",
        ],
    );
    let get = |path: &Path| {
        let mut pages = Pages::default();
        let history = collect(path, None, &mut pages).unwrap();
        (history, pages)
    };
    let (first, again) = (get(dir.path()), get(dir.path()));
    assert_eq!(first, again);
    let (history, pages) = get(&bare.path().join("api.git"));
    assert_eq!(pages, first.1);
    assert_eq!(history.params["repository"], "api");
    assert_eq!(history.params["branch"], "main");
}

#[test]
fn what_is_no_whole_history_is_refused() {
    let dir = repository();
    let shallow = tempfile::tempdir().unwrap();
    let url = format!("file://{}", dir.path().display());
    git(
        shallow.path(),
        &["clone", "-q", "--depth", "1", &url, "cut"],
    );
    let refused = |path: &Path| collect(path, None, &mut Pages::default()).unwrap_err();
    assert!(matches!(
        refused(&shallow.path().join("cut")),
        GitError::Shallow(_)
    ));
    assert!(matches!(refused(shallow.path()), GitError::Open { .. }));
    let other = tempfile::tempdir().unwrap();
    git(other.path(), &["init", "-q", "--object-format=sha256", "."]);
    let why = refused(other.path()).to_string();
    assert!(
        why.to_lowercase().contains("sha256"),
        "it says what is not supported: {why}"
    );
    let empty = tempfile::tempdir().unwrap();
    git(empty.path(), &["init", "-q", "."]);
    assert!(matches!(refused(empty.path()), GitError::Head { .. }));
    // A commit that is missing stops the collection; nothing is guessed.
    let first = git(dir.path(), &["rev-list", "--max-parents=0", "HEAD"]);
    let (folder, name) = first.trim().split_at(2);
    std::fs::remove_file(dir.path().join(".git/objects").join(folder).join(name)).unwrap();
    assert!(matches!(refused(dir.path()), GitError::Object { .. }));
}

/// Pages that are counted and thrown away: what stays in memory is one page.
struct Count(u32, u64);

impl tickmark_collect::Sink for Count {
    fn page(&mut self, bytes: &[u8]) -> Result<u32, tickmark_collect::SinkError> {
        self.0 += 1;
        self.1 += bytes.len() as u64;
        Ok(self.0 - 1)
    }
}

/// Made with `git fast-import`: every fifth commit on main is a merge. Run with `--ignored`; prints the peak of memory.
#[test]
#[ignore = "takes a minute; `cargo xtask full` runs it"]
fn a_history_of_120_000_commits_is_streamed() {
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "-q", "--bare", "-b", "main", "."]);
    let mut import = Command::new("git")
        .current_dir(dir.path())
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = std::io::BufWriter::new(import.stdin.take().unwrap());
    for n in 1..=120_000_u32 {
        let message = format!(
            "change {n} (#{n})\n\nReviewed-by: Eve <eve{}@acme.example>\n{}",
            n % 50,
            "because ".repeat(40)
        );
        let person = format!(
            "A{} <a{}@acme.example> {} +0000",
            n % 97,
            n % 97,
            1_700_000_000 + n
        );
        let branch = if n % 5 == 4 { "topic" } else { "main" };
        write!(out, "commit refs/heads/{branch}\nmark :{n}\nauthor {person}\ncommitter {person}\ndata {}\n{message}\n", message.len()).unwrap();
        match n % 5 {
            4 => writeln!(out, "from :{}", n - 1).unwrap(),
            0 => writeln!(out, "from :{}\nmerge :{}", n - 2, n - 1).unwrap(),
            _ if n > 1 => writeln!(out, "from :{}", n - 1).unwrap(),
            _ => {}
        }
        writeln!(out).unwrap();
    }
    drop(out);
    assert!(import.wait().unwrap().success());
    let mut sink = Count(0, 0);
    let history = collect(dir.path(), Some("acme/big"), &mut sink).unwrap();
    assert_eq!((history.commits, history.on_main), (120_000, 96_000));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("VmHWM: unknown");
    println!(
        "{} commits, {} pages, {} bytes, {peak}",
        history.commits, sink.0, sink.1
    );
}
