//! Webhooks to a real listener: the body, the signature, and what an answer means.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use tickmark_core::model::clock::Clock as _;
use tickmark_core::model::time::Time;
use tickmark_notify::{Carrier as _, Channel, Failure, Sender};

use super::listener::Listener;
use super::python::{python, run};
use super::scene::{message, noon, settings};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn home() -> TempDir {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("key"), format!("{KEY}\n")).unwrap();
    dir
}

fn hook(listener: &Listener, path: &str, home: &Path, now: Time) -> Result<(), Failure> {
    let url = listener.url(path);
    let text = format!("webhook: {{url: '{url}', secret: {{file: key}}}}\n");
    let sender = Sender::new(&settings(&text), home);
    sender.carry(Channel::Webhook, &message("one", "ada@acme.example"), now)
}

fn slack(listener: &Listener, path: &str) -> Result<(), Failure> {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("slack"), listener.url(path)).unwrap();
    let sender = Sender::new(&settings("slack: {webhook: file:slack}\n"), dir.path());
    let mut message = message("one", "ada@acme.example");
    message.subject = "[acme] <!channel> & more".to_owned();
    sender.carry(Channel::Slack, &message, noon().now())
}

#[test]
fn a_webhook_tells_ids_only_and_signs_them() {
    let (listener, dir) = (Listener::start(), home());
    // The second opinion compares with the clock of this machine.
    let now = std::time::SystemTime::now();
    let micros = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_micros();
    let now = Time::from_micros(i64::try_from(micros).unwrap());
    hook(&listener, "/ok", dir.path(), now).unwrap();
    let heard = listener.next();
    let body: Value = serde_json::from_str(&heard.body).unwrap();
    let keys: Vec<&str> = body["data"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        (body["type"].as_str(), keys),
        (Some("tickmark.alert"), vec!["id", "link"])
    );
    assert_eq!(heard.headers["webhook-id"], message("one", "x").id);
    for told in ["exception (", "Head of engineering", "ada@"] {
        assert!(!heard.body.contains(told), "{}", heard.body);
    }
    let script = "import sys, json\nfrom standardwebhooks.webhooks import Webhook\nWebhook(sys.argv[1]).verify(sys.argv[2], json.loads(sys.argv[3]))\nprint('verified')\n";
    let headers = serde_json::to_string(&heard.headers).unwrap();
    let verify = |body: &str| {
        let mut command = Command::new(python());
        command.args(["-c", script, KEY, body, &headers]);
        command
    };
    assert_eq!(run(&mut verify(&heard.body)), "verified\n");
    let changed = heard.body.replace("alert", "digest");
    assert!(!verify(&changed).output().unwrap().status.success());
}

#[test]
fn what_an_answer_means_to_a_webhook_that_knows_repeats() {
    let (listener, dir) = (Listener::start(), home());
    let sent = |path| hook(&listener, path, dir.path(), noon().now());
    assert!(sent("/204").is_ok());
    for later in ["/500", "/429", "/404", "/cut", "/away"] {
        assert!(matches!(sent(later), Err(Failure::Later(_))), "{later}");
    }
    assert!(matches!(sent("/410"), Err(Failure::Never(_))));
    let ids: Vec<String> = listener
        .rest()
        .into_iter()
        .map(|h| h.headers["webhook-id"].clone())
        .collect();
    assert_eq!(ids.len(), 7, "a redirect is not followed");
    assert!(ids.iter().all(|id| *id == ids[0]));
    std::fs::write(dir.path().join("key"), "hunter2").unwrap();
    let why = sent("/ok").unwrap_err();
    assert!(
        matches!(&why, Failure::Later(_)) && !why.to_string().contains("hunter2"),
        "{why}"
    );
    assert!(listener.rest().is_empty(), "nothing goes out unsigned");
}

#[test]
fn what_an_answer_means_to_slack_that_does_not() {
    let listener = Listener::start();
    slack(&listener, "/ok").unwrap();
    let heard = listener.next();
    let text = serde_json::from_str::<Value>(&heard.body).unwrap()["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        text,
        "[acme] &lt;!channel&gt; &amp; more (for Head of engineering)\n<https://tickmark.acme.example/tests/CHG-01.approval|open>"
    );
    assert!(matches!(slack(&listener, "/404"), Err(Failure::Never(_))));
    assert!(matches!(slack(&listener, "/429"), Err(Failure::Later(_))));
    for unsure in ["/500", "/cut"] {
        assert!(
            matches!(slack(&listener, unsure), Err(Failure::Unsure(_))),
            "{unsure}"
        );
    }
    let closed = {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.local_addr().unwrap().port()
    };
    let dir = TempDir::new().unwrap();
    std::fs::write(
        dir.path().join("slack"),
        format!("http://127.0.0.1:{closed}/T0/secret"),
    )
    .unwrap();
    let sender = Sender::new(&settings("slack: {webhook: file:slack}\n"), dir.path());
    let why = sender
        .carry(Channel::Slack, &message("one", "x"), noon().now())
        .unwrap_err();
    assert!(
        matches!(&why, Failure::Later(_)) && !why.to_string().contains("secret"),
        "{why}"
    );
}
