//! Mail to a real server: what arrives, what is refused, and that nothing travels unprotected.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tickmark_core::model::clock::Clock as _;
use tickmark_notify::{Carrier as _, Channel, Failure, Sender};

use super::python::{python, run};
use super::scene::{message, noon, settings};

/// A mail server that lives as long as this.
pub struct Post {
    child: Child,
    said: Receiver<Value>,
    pub port: u64,
}

impl Post {
    pub fn start(words: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/mail_server.py");
        let mut child = Command::new(python())
            .arg(script)
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = tell.send(serde_json::from_str::<Value>(&line).unwrap());
            }
        });
        let first = said.recv_timeout(Duration::from_secs(60)).unwrap();
        let port = first["port"].as_u64().unwrap();
        Self { child, said, port }
    }

    /// The next thing it says.
    pub fn next(&self) -> Value {
        self.said.recv_timeout(Duration::from_secs(60)).unwrap()
    }

    /// Everything it has said and nobody has heard yet.
    pub fn rest(&self) -> Vec<Value> {
        self.said.try_iter().collect()
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A certificate for `localhost` of an authority of its own: the server's file, and the authority's.
fn certificate(dir: &Path) -> (PathBuf, &'static str) {
    let script = "import trustme, sys\nca = trustme.CA()\nca.cert_pem.write_to_path(sys.argv[1] + '/ca.pem')\nca.issue_cert('localhost').private_key_and_cert_chain_pem.write_to_path(sys.argv[1] + '/server.pem')\n";
    run(Command::new(python()).args(["-c", script]).arg(dir));
    (dir.join("server.pem"), "ca.pem")
}

fn mail(url: &str, more: &str) -> String {
    let mut text = format!("mail:\n  smtp: {url}\n  from: tickmark@acme.example\n");
    let _ = write!(text, "{more}");
    text
}

fn send(settings_text: &str, home: &Path, to: &str) -> Result<(), Failure> {
    let sender = Sender::new(&settings(settings_text), home);
    sender.carry(Channel::Mail, &message("one", to), noon().now())
}

#[test]
fn a_message_arrives_as_it_was_written() {
    let post = Post::start(&["plain"]);
    let dir = TempDir::new().unwrap();
    let text = mail(&format!("smtp://127.0.0.1:{}", post.port), "");
    send(&text, dir.path(), "ada@acme.example").unwrap();
    let got = post.next();
    assert_eq!(got["sender"], "tickmark@acme.example");
    assert_eq!(got["to"][0], "ada@acme.example");
    let script = "import sys, email, email.policy, json\nm = email.message_from_string(sys.stdin.read(), policy=email.policy.default)\nprint(json.dumps({'h': {k.lower(): str(v) for k, v in m.items()}, 'b': m.get_content()}))";
    let read = read_by(script, got["data"].as_str().unwrap());
    let (head, body) = (&read["h"], read["b"].as_str().unwrap());
    assert_eq!(head["subject"], "[acme] 1 new exception (one)");
    assert_eq!(head["from"], "Tickmark <tickmark@acme.example>");
    assert_eq!(head["auto-submitted"], "auto-generated");
    assert_eq!(head["date"], "Mon, 09 Mar 2026 12:00:00 +0000");
    let id = message("one", "x").id;
    assert_eq!(head["message-id"], format!("<{id}@acme.example>"));
    assert_eq!(
        body.replace("\r\n", "\n").trim_end(),
        message("one", "x").text.trim_end()
    );
}

fn read_by(script: &str, input: &str) -> Value {
    use std::io::Write as _;
    let mut child = Command::new(python())
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let out = child.wait_with_output().unwrap();
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn a_server_may_refuse_for_now_or_for_good_or_say_nothing() {
    let post = Post::start(&["plain"]);
    let dir = TempDir::new().unwrap();
    let text = mail(&format!("smtp://127.0.0.1:{}", post.port), "");
    let sent = |to: &str| send(&text, dir.path(), to).unwrap_err();
    assert!(matches!(sent("busy@acme.example"), Failure::Later(_)));
    assert!(matches!(sent("refuse@acme.example"), Failure::Never(_)));
    assert!(matches!(sent("nobody@acme.example"), Failure::Never(_)));
    let unsure = sent("drop@acme.example");
    assert!(matches!(unsure, Failure::Unsure(_)), "{unsure}");
    assert!(!unsure.to_string().contains('\n'));
    drop(post);
    assert!(
        matches!(sent("ada@acme.example"), Failure::Later(_)),
        "nobody is there"
    );
}

#[test]
fn tls_and_a_password_by_both_ways() {
    let dir = TempDir::new().unwrap();
    let (server, ca) = certificate(dir.path());
    let server = server.to_str().unwrap();
    std::fs::write(dir.path().join("password"), "correct horse\n").unwrap();
    for (mode, scheme) in [("tls", "smtps"), ("starttls", "smtp+starttls")] {
        let post = Post::start(&[mode, server, "auth"]);
        let url = format!("{scheme}://localhost:{}", post.port);
        let signed = format!("  user: ada\n  password: file:password\n  ca: {ca}\n");
        send(&mail(&url, &signed), dir.path(), "ada@acme.example").unwrap();
        assert_eq!(post.next()["good"], true);
        let got = post.next();
        assert_eq!(
            (&got["tls"], &got["user"]),
            (&Value::Bool(true), &Value::from("ada"))
        );
        // A certificate of an authority that nobody named: nothing is said, no password is tried.
        let stranger = "  user: ada\n  password: file:password\n";
        let why = send(&mail(&url, stranger), dir.path(), "ada@acme.example").unwrap_err();
        assert!(matches!(why, Failure::Later(_)), "{why}");
        assert_eq!(post.rest(), Vec::<Value>::new());
        std::fs::write(dir.path().join("wrong"), "battery staple").unwrap();
        let wrong = signed.replace("file:password", "file:wrong");
        let why = send(&mail(&url, &wrong), dir.path(), "ada@acme.example").unwrap_err();
        assert!(
            matches!(why, Failure::Later(_)) && !why.to_string().contains("staple"),
            "{why}"
        );
    }
}

#[test]
fn a_server_without_starttls_hears_no_password() {
    let post = Post::start(&["plain", "auth"]);
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("password"), "correct horse").unwrap();
    let url = format!("smtp+starttls://localhost:{}", post.port);
    let why = send(
        &mail(&url, "  user: ada\n  password: file:password\n"),
        dir.path(),
        "ada@acme.example",
    )
    .unwrap_err();
    assert!(matches!(why, Failure::Later(_)), "{why}");
    assert_eq!(post.rest(), Vec::<Value>::new());
}

#[test]
fn a_missing_secret_is_said_without_connecting_for_nothing() {
    let post = Post::start(&["plain"]);
    let dir = TempDir::new().unwrap();
    let url = format!("smtp://127.0.0.1:{}", post.port);
    let why = send(
        &mail(&url, "  user: ada\n  password: file:nowhere\n"),
        dir.path(),
        "ada@acme.example",
    )
    .unwrap_err();
    assert!(
        why.to_string()
            .starts_with("the file `nowhere` with the secret cannot be read"),
        "{why}"
    );
}
