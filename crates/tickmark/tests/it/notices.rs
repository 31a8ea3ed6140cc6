//! A served program tells owners, and whatever becomes of it tells nothing twice.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

use crate::typed::Desk;

const PATIENCE: Duration = Duration::from_secs(120);

/// A listener that remembers the id and body of each call; on `/hold` it never answers.
fn listener() -> (u16, Receiver<(String, String)>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let (tell, heard) = channel();
    thread::spawn(move || {
        for stream in socket.incoming().flatten() {
            let tell = tell.clone();
            thread::spawn(move || answer(stream, &tell));
        }
    });
    (port, heard)
}

fn answer(mut stream: TcpStream, tell: &Sender<(String, String)>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut first, mut id, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_lowercase().as_str() {
            "webhook-id" => id = value.to_owned(),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    tell.send((id, String::from_utf8(body).unwrap())).unwrap();
    if first.contains("/hold") {
        thread::sleep(Duration::from_secs(3_600));
    }
    let _ = stream.write_all(b"HTTP/1.1 204 x\r\nconnection: close\r\n\r\n");
}

/// A served program that is killed at the end, never asked to stop.
struct Served {
    child: Child,
    said: Receiver<String>,
}

impl Served {
    fn start(desk: &Desk) -> Self {
        let mut child = desk
            .command(&["-C", "p", "serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (tell, said) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        Self { child, said }
    }

    fn waits_to_say(&self, words: &str) {
        loop {
            let line = self.said.recv_timeout(PATIENCE).unwrap();
            if line.contains(words) {
                return;
            }
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn vendor(desk: &Desk, name: &str) {
    let text = format!(
        "---\nname: {name}, Inc.\nservice: machines\nowner: IT\nsince: 2024-01-01\nrole: vendor\nreason: it meets no criterion of ours\ncriticality: low\ndata: [none]\nreview_due: 2025-01-31\n---\n"
    );
    std::fs::create_dir_all(desk.path().join("p/vendors")).unwrap();
    std::fs::write(desk.path().join(format!("p/vendors/{name}.md")), text).unwrap();
    desk.ends(0, &["-C", "p", "apply"]);
}

fn settings(desk: &Desk, port: u16, path: &str) {
    let text = format!(
        "base_url: http://127.0.0.1:8787\ndigest: off\nwebhook: {{url: 'http://127.0.0.1:{port}{path}', secret: file:hook}}\n"
    );
    std::fs::write(desk.path().join("p/notices.yaml"), text).unwrap();
    std::fs::write(
        desk.path().join("p/hook"),
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
    )
    .unwrap();
    desk.ends(0, &["-C", "p", "apply"]);
}

#[test]
fn a_served_program_tells_once_whatever_kills_it() {
    let (desk, (port, heard)) = (Desk::new(), listener());
    desk.program();
    vendor(&desk, "cloud-host");
    settings(&desk, port, "/hold");
    let served = Served::start(&desk);
    let (first, body) = heard.recv_timeout(PATIENCE).unwrap();
    assert!(body.contains("tickmark.alert"), "{body}");
    assert!(
        body.contains("/vendors/cloud-host") && !body.contains("Inc."),
        "{body}"
    );
    // Killed between `sending` and `sent`: called again, under the same id.
    drop(served);
    settings(&desk, port, "/ok");
    let served = Served::start(&desk);
    assert_eq!(heard.recv_timeout(PATIENCE).unwrap().0, first);
    served.waits_to_say("by webhook: sent");
    drop(served);
    // Something new: it alone is told.
    vendor(&desk, "power-company");
    let served = Served::start(&desk);
    let (second, body) = heard.recv_timeout(PATIENCE).unwrap();
    assert!(
        second != first && body.contains("/vendors/power-company"),
        "{body}"
    );
    served.waits_to_say("by webhook: sent");
    assert!(heard.try_recv().is_err(), "nothing twice");
}
