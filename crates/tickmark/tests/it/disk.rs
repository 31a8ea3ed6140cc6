//! A full disk and a read-only one: exit code 3, one clear line, nothing lost, and it works again once there is room.

use std::process::{Command, Output};

use crate::typed::Desk;

/// Runs a shell script as root of a namespace of its own, where file systems may be mounted; `None` where the machine does not allow it.
fn mounting(desk: &Desk, script: &str) -> Option<Output> {
    let allowed = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"])
        .output();
    if !allowed.is_ok_and(|o| o.status.success()) {
        println!("skipped: this machine does not allow `unshare -rm` with a tmpfs");
        return None;
    }
    std::fs::create_dir_all(desk.path().join("disk")).unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_tickmark"))
        .parent()
        .unwrap();
    let mut command = Command::new("unshare");
    command
        .args(["-rm", "sh", "-eu", "-c", script])
        .current_dir(desk.path());
    command
        .env_clear()
        .env("HOME", desk.path().join("home"))
        .env("USER", "ada");
    command.env(
        "PATH",
        format!(
            "{}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            program.display()
        ),
    );
    Some(command.output().unwrap())
}

fn good(output: &Output) -> String {
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{text}");
    text
}

#[test]
fn a_full_disk_is_one_line_and_code_3_and_works_again_with_room() {
    let desk = Desk::new();
    let Some(output) = mounting(
        &desk,
        r#"
        mount -t tmpfs -o size=3m none disk
        tickmark -q init disk/p --zone UTC
        tickmark -q -C disk/p controls adopt IAM-02 --owner IT --scope all --effective 2026-01-01
        head -c 4000000 /dev/urandom > big.bin
        echo small > small.txt
        size() { tickmark -C disk/p log checkpoint | sed -n 2p; }
        before=$(size)
        code=0; tickmark -C disk/p evidence add big.bin --control IAM-02 --covers 2026-01-01..2026-01-31 2> said.txt || code=$?
        [ "$code" = 3 ] || { echo "code $code"; cat said.txt; exit 1; }
        [ "$(wc -l < said.txt)" = 1 ] || { cat said.txt; exit 1; }
        cat said.txt
        [ "$(size)" = "$before" ] || { echo "something was recorded"; exit 1; }
        mount -o remount,size=64m disk
        tickmark -C disk/p evidence add big.bin --control IAM-02 --covers 2026-01-01..2026-01-31
        [ "$(size)" -gt "$before" ]
        tickmark -C disk/p log fsck
        "#,
    ) else {
        return;
    };
    let text = good(&output);
    assert!(
        text.contains("no space") || text.contains("No space") || text.contains("full"),
        "{text}"
    );
}

#[test]
fn a_read_only_disk_can_be_read_and_refuses_to_write() {
    let desk = Desk::new();
    let Some(output) = mounting(
        &desk,
        r#"
        mount -t tmpfs -o size=64m none disk
        tickmark -q init disk/p --zone UTC
        tickmark -q -C disk/p controls adopt IAM-02 --owner IT --scope all --effective 2026-01-01
        echo small > small.txt
        mount -o remount,ro disk
        code=0; tickmark -C disk/p evidence add small.txt --control IAM-02 --covers 2026-01-01..2026-01-31 2> said.txt || code=$?
        [ "$code" = 3 ] || { echo "code $code"; cat said.txt; exit 1; }
        [ "$(wc -l < said.txt)" = 1 ] || { cat said.txt; exit 1; }
        cat said.txt
        mount -o remount,rw disk
        tickmark -C disk/p evidence add small.txt --control IAM-02 --covers 2026-01-01..2026-01-31
        tickmark -C disk/p log fsck
        "#,
    ) else {
        return;
    };
    good(&output);
}
