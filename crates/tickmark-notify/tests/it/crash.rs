//! `kill -9` between `sending` and `sent`. The test binary starts itself again as the one that sends.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tickmark_core::model::clock::Clock as _;
use tickmark_notify::outbox::Progress;
use tickmark_notify::{Channel, Outbox, Sender};

use super::listener::Listener;
use super::mail::Post;
use super::scene::{Hand, entering, id, message, noon, settings};

const DIR: &str = "TICKMARK_NOTIFY_DIR";
const SETTINGS: &str = "TICKMARK_NOTIFY_SETTINGS";

/// Not a test: what the process does that is killed.
#[test]
fn the_one_that_sends() {
    let (Ok(dir), Ok(text)) = (std::env::var(DIR), std::env::var(SETTINGS)) else {
        return;
    };
    let dir = Path::new(&dir);
    let mut outbox = Outbox::open(&dir.join("notices.db")).unwrap();
    let sender = Sender::new(&settings(&text), dir);
    outbox.deliver(&sender, &noon()).unwrap();
    panic!("it was to be killed before");
}

fn start(dir: &Path, settings: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::the_one_that_sends"])
        .env(DIR, dir)
        .env(SETTINGS, settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    assert_eq!(
        child.wait().unwrap().signal(),
        Some(9),
        "it ended before it was killed"
    );
}

fn outbox(dir: &TempDir) -> Outbox {
    Outbox::open(&dir.path().join("notices.db")).unwrap()
}

fn entered(dir: &TempDir, to: &str, channel: Channel) {
    let message = message("one", to);
    let mut outbox = outbox(dir);
    outbox
        .enter(
            &[entering(message)],
            &[id("week")],
            &[channel],
            noon().now(),
        )
        .unwrap();
}

/// What became of the only message.
fn progress(dir: &TempDir) -> (Progress, u64, String) {
    let lines = outbox(dir).lines(10).unwrap();
    assert_eq!(lines.len(), 1);
    (lines[0].progress, lines[0].attempts, lines[0].why.clone())
}

/// What the next runner does: an hour later, with a server that answers.
fn next_turns(dir: &TempDir, settings_text: &str) {
    let clock = Hand::at("2026-03-09T13:00:00Z");
    let sender = Sender::new(&settings(settings_text), dir.path());
    for _ in 0..3 {
        let mut outbox = outbox(dir);
        outbox.recover(clock.now()).unwrap();
        outbox.deliver(&sender, &clock).unwrap();
        clock.wait(24 * 60);
    }
}

fn mail_to(port: u64) -> String {
    format!("mail: {{smtp: 'smtp://127.0.0.1:{port}', from: tickmark@acme.example}}\n")
}

#[test]
fn killed_after_the_text_was_handed_over_mail_is_not_sent_again() {
    let (post, dir) = (Post::start(&["plain"]), TempDir::new().unwrap());
    entered(&dir, "hold@acme.example", Channel::Mail);
    let child = start(dir.path(), &mail_to(post.port));
    assert_eq!(post.next()["to"][0], "hold@acme.example");
    kill(child);
    assert_eq!(progress(&dir).0, Progress::Sending);
    next_turns(&dir, &mail_to(post.port));
    let (progress, attempts, why) = progress(&dir);
    assert_eq!((progress, attempts), (Progress::Unsure, 1));
    assert!(why.contains("not sent again"), "{why}");
    assert!(post.rest().is_empty(), "it arrived once");
    let lost = outbox(&dir).lost().unwrap();
    assert_eq!(
        (lost.len(), lost[0].unsure, lost[0].id),
        (1, true, id("one"))
    );
}

#[test]
fn killed_before_anything_was_said_mail_is_not_sent_again_either() {
    let (post, dir) = (Post::start(&["deaf"]), TempDir::new().unwrap());
    entered(&dir, "ada@acme.example", Channel::Mail);
    let child = start(dir.path(), &mail_to(post.port));
    assert_eq!(post.next()["connected"], true);
    kill(child);
    let answering = Post::start(&["plain"]);
    next_turns(&dir, &mail_to(answering.port));
    assert_eq!(
        progress(&dir).0,
        Progress::Unsure,
        "at most once, known or not"
    );
    assert!(answering.rest().is_empty());
}

#[test]
fn killed_while_a_webhook_was_called_it_is_called_again_under_the_same_id() {
    let (listener, dir) = (Listener::start(), TempDir::new().unwrap());
    std::fs::write(
        dir.path().join("key"),
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    .unwrap();
    entered(&dir, "ada@acme.example", Channel::Webhook);
    let hook = |path| {
        format!(
            "webhook: {{url: '{}', secret: file:key}}\n",
            listener.url(path)
        )
    };
    let child = start(dir.path(), &hook("/hold"));
    let first = listener.next();
    kill(child);
    next_turns(&dir, &hook("/ok"));
    assert_eq!(progress(&dir).0, Progress::Sent);
    let again = listener.rest();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].headers["webhook-id"], first.headers["webhook-id"]);
}

#[test]
fn killed_while_slack_was_called_it_is_not_called_again() {
    let (listener, dir) = (Listener::start(), TempDir::new().unwrap());
    let address = |path| std::fs::write(dir.path().join("slack"), listener.url(path)).unwrap();
    let settings = "slack: {webhook: file:slack}\n";
    address("/hold");
    entered(&dir, "ada@acme.example", Channel::Slack);
    let child = start(dir.path(), settings);
    listener.next();
    kill(child);
    address("/ok");
    next_turns(&dir, settings);
    assert_eq!(progress(&dir).0, Progress::Unsure);
    assert!(listener.rest().is_empty());
}

#[test]
fn what_was_told_is_kept_with_the_message_or_not_at_all() {
    let dir = TempDir::new().unwrap();
    entered(&dir, "ada@acme.example", Channel::Mail);
    let told = outbox(&dir).told().unwrap();
    assert!(told.contains(&id("week")) && told.len() == 2);
    // Entered again, as after a crash of whoever decided: nothing changes.
    entered(&dir, "ada@acme.example", Channel::Mail);
    assert_eq!(outbox(&dir).told().unwrap(), told);
    assert_eq!(outbox(&dir).lines(10).unwrap().len(), 1);
}

#[test]
fn addresses_and_texts_do_not_stay() {
    let (post, dir) = (Post::start(&["plain"]), TempDir::new().unwrap());
    entered(&dir, "ada@acme.example", Channel::Mail);
    next_turns(&dir, &mail_to(post.port));
    assert_eq!(progress(&dir).0, Progress::Sent);
    drop(outbox(&dir));
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(dir.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let found = |text: &[u8]| bytes.windows(text.len()).any(|w| w == text);
    assert!(
        found(b"1 new exception") && !found(b"ada@acme.example") && !found(b"a line with a dot")
    );
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(dir.path().join("notices.db"))
            .unwrap()
            .permissions(),
    );
    assert_eq!(mode & 0o077, 0);
}
