//! A real HTTP listener that remembers what it was sent and answers what its path says.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// One request.
#[derive(Debug, Clone)]
pub struct Heard {
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// Listens on this machine until the test ends.
pub struct Listener {
    pub port: u16,
    heard: Receiver<Heard>,
}

impl Listener {
    pub fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let (tell, heard) = channel();
        std::thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let tell = tell.clone();
                std::thread::spawn(move || serve(stream, &tell));
            }
        });
        Self { port, heard }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn next(&self) -> Heard {
        self.heard.recv_timeout(Duration::from_secs(60)).unwrap()
    }

    pub fn rest(&self) -> Vec<Heard> {
        self.heard.try_iter().collect()
    }
}

/// `/ok` is 200, `/hold` never answers, `/cut` closes, `/away` redirects, `/NNN` answers with that status.
fn serve(stream: TcpStream, tell: &Sender<Heard>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() || line.is_empty() {
        return;
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end().split_once(": ") {
            Some((name, value)) => {
                headers.insert(name.to_lowercase(), value.to_owned());
            }
            None => break,
        }
    }
    let length = headers
        .get("content-length")
        .map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    let _ = tell.send(Heard { headers, body });
    let status = match path.as_str() {
        "/ok" => 200,
        "/hold" => {
            std::thread::sleep(Duration::from_secs(3_600));
            return;
        }
        "/cut" => return,
        "/away" => 302,
        other => other.trim_start_matches('/').parse().unwrap(),
    };
    let answer = format!(
        "HTTP/1.1 {status} x\r\nlocation: /ok\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    let mut stream = stream;
    let _ = stream.write_all(answer.as_bytes());
}
