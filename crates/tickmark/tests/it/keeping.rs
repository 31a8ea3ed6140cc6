//! A backup made while people write, and a program made of it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::typed::{Desk, json};

fn evidence(desk: &Desk, file: &str) {
    fs::write(desk.path().join(file), file).unwrap();
    let covers = "2026-01-01..2026-01-31";
    let args = [
        "-C",
        "p",
        "evidence",
        "add",
        file,
        "--control",
        "IAM-02",
        "--covers",
        covers,
    ];
    desk.ends(0, &args);
}

/// Size and root, by a look at every hash.
fn head(desk: &Desk, program: &str) -> (u64, String) {
    let report = json(&desk.ends(0, &["-C", program, "log", "fsck", "--format", "json"]));
    assert_eq!(report["problems"].as_array().unwrap().len(), 0, "{report}");
    let root = report["root"].as_str().unwrap().to_owned();
    (report["size"].as_u64().unwrap(), root)
}

fn kept(desk: &Desk, file: &str) -> (u64, String) {
    let said = json(&desk.ends(0, &["-C", "p", "backup", file, "--format", "json"]));
    let key = said["not_in_it"][0].as_str().unwrap();
    assert!(fs::metadata(key).unwrap().is_file(), "{key}");
    let root = said["root"].as_str().unwrap().to_owned();
    (said["size"].as_u64().unwrap(), root)
}

/// Writers end with the test, also when it fails.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_backup_made_while_others_write_is_restored_with_the_same_head() {
    let desk = Desk::new();
    desk.program();
    let stop = AtomicBool::new(false);
    let heads: Vec<_> = std::thread::scope(|scope| {
        let _ending = Ending(&stop);
        for writer in 0..2 {
            let (desk, stop) = (&desk, &stop);
            scope.spawn(move || {
                for n in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    evidence(desk, &format!("note-{writer}-{n}.txt"));
                }
            });
        }
        (0..3)
            .map(|n| kept(&desk, &format!("backup-{n}.tar")))
            .collect()
    });
    for (n, head_then) in heads.iter().enumerate() {
        let (file, dir) = (format!("backup-{n}.tar"), format!("q{n}"));
        let mode = fs::metadata(desk.path().join(&file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "nobody else reads a backup");
        let said = desk.ends(0, &["restore", &file, &dir]);
        assert!(
            said.contains(&head_then.1) && said.lines().count() == 1,
            "{said}"
        );
        assert_eq!(head(&desk, &dir), *head_then);
        let same = |path: &str| {
            let read = |program: &str| fs::read(desk.path().join(program).join(path)).unwrap();
            assert_eq!(read("p"), read(&dir), "{path}");
        };
        for path in ["tickmark.yaml", "controls/IAM-02.md", ".tickmark/secret"] {
            same(path);
        }
    }
    // The restored one is a program: it is read, written and signed like the other.
    let (size, _) = heads.last().unwrap();
    desk.ends(0, &["-C", "q2", "status"]);
    let file = desk.path().join("after.txt");
    fs::write(&file, "after").unwrap();
    let covers = "2026-02-01..2026-02-28";
    let args = [
        "-C",
        "q2",
        "evidence",
        "add",
        "after.txt",
        "--control",
        "IAM-02",
        "--covers",
        covers,
    ];
    desk.ends(0, &args);
    assert!(head(&desk, "q2").0 > *size);
}

#[test]
fn what_cannot_be_restored_is_refused_in_one_line_and_leaves_nothing() {
    let desk = Desk::new();
    desk.program();
    evidence(&desk, "note.txt");
    kept(&desk, "b.tar");
    let line = desk.refused(&["-C", "p", "backup", "b.tar"]);
    assert!(line.contains("there is a file already"), "{line}");

    fs::create_dir(desk.path().join("full")).unwrap();
    fs::write(desk.path().join("full/x"), "mine").unwrap();
    let line = desk.refused(&["restore", "b.tar", "full"]);
    assert!(line.contains("the folder is not empty"), "{line}");
    assert_eq!(
        fs::read_to_string(desk.path().join("full/x")).unwrap(),
        "mine"
    );
    desk.refused(&["restore", "b.tar", "p"]);
    desk.refused(&["restore", "none.tar", "q"]);

    let whole = fs::read(desk.path().join("b.tar")).unwrap();
    let middle = whole.len() / 2;
    let mut flipped = whole.clone();
    flipped[middle] ^= 1;
    for (what, bytes) in [
        ("flipped", flipped),
        ("cut", whole[..middle].to_vec()),
        ("cut to nothing", Vec::new()),
        ("without its end", whole[..whole.len() - 4096].to_vec()),
        ("no archive", b"hello".repeat(500)),
    ] {
        fs::write(desk.path().join("bad.tar"), bytes).unwrap();
        let output = desk.run(&["restore", "bad.tar", "q"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{what}: {said}");
        assert_eq!(said.lines().count(), 1, "{what}: {said}");
        assert!(!desk.path().join("q").exists(), "{what}");
    }
    let left: Vec<_> = fs::read_dir(desk.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");

    // An empty folder is as good as none.
    fs::create_dir(desk.path().join("q")).unwrap();
    desk.ends(0, &["restore", "b.tar", "q"]);
    assert_eq!(head(&desk, "q"), head(&desk, "p"));
}

#[test]
fn a_backup_is_a_tar_archive_without_keys() {
    let desk = Desk::new();
    desk.program();
    kept(&desk, "b.tar");
    let list = std::process::Command::new("tar")
        .args(["tf", "b.tar"])
        .current_dir(desk.path())
        .output()
        .unwrap();
    let names = String::from_utf8(list.stdout).unwrap();
    assert!(names.ends_with("tickmark-backup.json\n"), "{names}");
    for name in [
        ".tickmark/ledger.db",
        ".tickmark/salts.db",
        ".tickmark/checkpoints.db",
        "tickmark.yaml",
    ] {
        assert!(names.lines().any(|line| line == name), "{name} in {names}");
    }
    assert!(
        !names.contains(".key") && !names.contains("cache") && !names.contains("lock"),
        "{names}"
    );
}

#[test]
fn accounts_of_a_newer_program_are_refused_in_one_line() {
    let desk = Desk::new();
    desk.program();
    // The number in the header of a database that its application chooses (`user_version`, bytes 60 to 63).
    let site = desk.path().join("p/.tickmark/server.db");
    let mut header = b"SQLite format 3\0".to_vec();
    header.resize(100, 0);
    header[16..24].copy_from_slice(&[0x10, 0, 1, 1, 0, 64, 32, 32]);
    header[28..32].copy_from_slice(&1_u32.to_be_bytes());
    header[44..48].copy_from_slice(&4_u32.to_be_bytes());
    header[56..60].copy_from_slice(&1_u32.to_be_bytes());
    header[60..64].copy_from_slice(&99_u32.to_be_bytes());
    let mut page = header;
    // An empty table of contents: a leaf page without cells.
    page.extend_from_slice(&[0x0d, 0, 0, 0, 0, 0x10, 0, 0]);
    page.resize(4096, 0);
    fs::write(&site, page).unwrap();
    let line = desk.refused(&["-C", "p", "serve", "--listen", "127.0.0.1:0", "--no-runner"]);
    assert!(line.contains("is of version 99"), "{line}");
}

#[test]
fn single_sign_on_is_set_up_whole_or_not_at_all() {
    let desk = Desk::new();
    desk.program();
    let serve = ["-C", "p", "serve", "--listen", "127.0.0.1:0", "--no-runner"];
    let with = |more: &[&str]| {
        let output = desk.run(&[&serve[..], more].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        said
    };
    with(&["--oidc-issuer", "https://id.example"]);
    with(&["--no-passwords"]);
    with(&["--oidc-domain", "acme.example"]);
    fs::write(desk.path().join("secret"), "s3cret\n").unwrap();
    let all = |issuer: &'static str| {
        [
            "--oidc-issuer",
            issuer,
            "--oidc-client-id",
            "us",
            "--oidc-client-secret-file",
            "secret",
        ]
    };
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(desk.path().join("secret"), open).unwrap();
    let line = with(&all("https://id.example"));
    assert!(line.contains("others may read the client secret"), "{line}");
    let closed = fs::Permissions::from_mode(0o600);
    fs::set_permissions(desk.path().join("secret"), closed).unwrap();
    let line = with(&all("http://id.example"));
    assert!(line.contains("is no `https` address"), "{line}");
    assert!(!line.contains("s3cret"), "{line}");
}
