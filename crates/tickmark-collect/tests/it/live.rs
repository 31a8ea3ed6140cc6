//! The live transport against a small server on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tickmark_collect::live::{Live, Settings};
use tickmark_collect::transport::{Request, Transport, TransportError};
use tickmark_core::facts::source::Auth;
use tickmark_core::model::clock::FixedClock;
use tickmark_core::model::document::AuthReference;
use tickmark_core::model::time::Time;

/// Answers each request with the next of some raw answers; returns its address and what it was asked.
fn server(answers: Vec<String>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines
                .by_ref()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            seen.lock().unwrap().push(head.join("\n").to_lowercase());
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (base, asked)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn live(secret: Option<AuthReference>, home: &std::path::Path) -> Live {
    Live::new(Settings {
        auth: Auth::Bearer,
        secret,
        home: home.to_owned(),
        per_second: 1_000,
        clock: Arc::new(FixedClock(Time::parse("2026-03-02T10:00:00Z").unwrap())),
        pause: |_: Duration| {},
    })
}

fn request(base: &str, target: &str) -> Request {
    Request {
        url: format!("{base}{target}"),
        target: target.to_owned(),
        accept: "application/json".to_owned(),
        at: Time::from_micros(0),
    }
}

#[test]
fn a_busy_source_is_asked_again_and_the_secret_travels_in_its_header() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("token"), "s3cr3t-value\n").unwrap();
    let (base, asked) = server(vec![
        answer("429 Too Many Requests", "retry-after: 2\r\n", ""),
        answer("503 Service Unavailable", "", ""),
        answer("200 OK", "X-One: a\r\nX-One: b\r\n", "[1]"),
    ]);
    let transport = live(Some(AuthReference::File("token".to_owned())), dir.path());
    let got = transport.get(&request(&base, "/x?y=1")).unwrap();
    assert_eq!((got.status, got.body.as_slice()), (200, &b"[1]"[..]));
    assert_eq!(got.headers["x-one"], "a, b");
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 3);
    assert!(
        asked[2].starts_with("get /x?y=1 http/1.1")
            && asked[2].contains("authorization: bearer s3cr3t-value"),
        "{}",
        asked[2]
    );
}

#[test]
fn redirects_stay_on_the_host() {
    let dir = tempfile::tempdir().unwrap();
    let (base, _) = server(vec![
        answer("301 Moved", "location: /new\r\n", ""),
        answer("200 OK", "", "{}"),
    ]);
    assert_eq!(
        live(None, dir.path())
            .get(&request(&base, "/old"))
            .unwrap()
            .status,
        200
    );
    let (base, asked) = server(vec![answer(
        "302 Found",
        "location: http://127.0.0.2:9/\r\n",
        "",
    )]);
    let error = live(None, dir.path())
        .get(&request(&base, "/old"))
        .unwrap_err();
    assert!(matches!(error, TransportError::Refused(_)), "{error}");
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[test]
fn nothing_is_sent_without_https_and_no_error_holds_the_secret() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("token"), "s3cr3t-value").unwrap();
    let transport = live(Some(AuthReference::File("token".to_owned())), dir.path());
    let plain = transport
        .get(&request("http://api.example", "/x"))
        .unwrap_err();
    assert!(matches!(plain, TransportError::Refused(_)), "{plain}");
    // Nobody listens there.
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let gone = transport
        .get(&request(&format!("http://{closed}"), "/x"))
        .unwrap_err();
    assert!(matches!(gone, TransportError::Unreachable { .. }), "{gone}");
    for error in [plain, gone] {
        assert!(
            !format!("{error} {error:?}").contains("s3cr3t"),
            "{error:?}"
        );
    }
    let missing = live(
        Some(AuthReference::Env("TICKMARK_NO_SUCH_VARIABLE".to_owned())),
        dir.path(),
    );
    let error = missing
        .get(&request("http://127.0.0.1:9", "/x"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("`TICKMARK_NO_SUCH_VARIABLE`"), "{error}");
}
