//! Several people and a cron job write at once: everything is recorded, once, in one line of history.

use crate::typed::Desk;

#[test]
fn ten_writers_at_once_lose_nothing() {
    let desk = Desk::new();
    desk.program();
    let files: Vec<String> = (0..10).map(|n| format!("note-{n}.txt")).collect();
    for file in &files {
        std::fs::write(desk.path().join(file), file).unwrap();
    }
    let writer = |file: &String| {
        let covers = ["--covers", "2026-01-01..2026-01-31"];
        let mut command = desk.command(
            &[
                &["-C", "p", "evidence", "add", file, "--control", "IAM-02"][..],
                &covers,
            ]
            .concat(),
        );
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    let all: Vec<_> = files.iter().map(writer).collect();
    let mut seen = std::collections::BTreeSet::new();
    for child in all {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        let place = said
            .lines()
            .find_map(|l| l.strip_prefix("recorded "))
            .unwrap()
            .to_owned();
        assert!(
            seen.insert(place.clone()),
            "two writers were told the same place: {place}"
        );
    }
    let size: u64 = desk
        .ends(0, &["-C", "p", "log", "checkpoint"])
        .lines()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let rows = crate::typed::json(&desk.ends(
        0,
        &[
            "-C",
            "p",
            "query",
            "SELECT file FROM evidence",
            "--format",
            "json",
        ],
    ));
    assert_eq!(rows["rows"].as_array().unwrap().len(), 10);
    assert!(size >= 10);
    desk.ends(0, &["-C", "p", "log", "fsck"]);
}
