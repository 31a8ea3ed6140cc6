//! A system of the company with accounts, over real HTTP on this machine: what the source `saas` asks for.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use serde_json::json;

/// Listens until the test ends.
pub struct Source {
    pub port: u16,
    accounts: Arc<Mutex<Vec<&'static str>>>,
}

impl Source {
    /// A system with these accounts.
    pub fn of(accounts: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let accounts = Arc::new(Mutex::new(accounts.to_vec()));
        let shared = Arc::clone(&accounts);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut reader = BufReader::new(stream);
                let mut asked = String::new();
                let _ = reader.read_line(&mut asked);
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
                    line.clear();
                }
                let body = answer(&asked, &shared.lock().unwrap());
                let _ = write!(
                    reader.get_mut(),
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Self { port, accounts }
    }

    /// Takes an account away.
    pub fn remove(&self, account: &str) {
        self.accounts.lock().unwrap().retain(|a| *a != account);
    }
}

fn answer(asked: &str, accounts: &[&str]) -> String {
    let one = |id: &&str| json!({"id": id, "name": id, "kind": "human", "status": "active", "mfa": true, "privileged": false, "owner": null});
    if asked.contains("/v1/instance") {
        json!({"id": "warehouse-1"}).to_string()
    } else if asked.contains("/v1/accounts") {
        let all: Vec<_> = accounts.iter().map(one).collect();
        json!({"accounts": all, "next": null, "total": accounts.len()}).to_string()
    } else {
        json!({"logins": [], "next": null, "total": 0}).to_string()
    }
}
