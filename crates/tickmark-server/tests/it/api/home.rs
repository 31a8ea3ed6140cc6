//! A server whose company lives, and programs that speak to it.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use serde_json::Value;
use tickmark_core::model::{clock::Clock, time::Time};
use tickmark_log::digest::sha256;
use tickmark_server::{
    PerMinute, Policy, Random, Server, Settings, Stopper, Unrandom,
    identity::{Cost, Place},
    rights::Scope,
};

use super::living::Living;
use crate::{
    browser::Browser,
    pages::sample,
    site::{OWNER_MAIL, PASSWORD},
};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Time {
        sample::now()
    }
}

struct Counted(AtomicU64);

impl Random for Counted {
    fn bytes32(&self) -> Result<[u8; 32], Unrandom> {
        Ok(sha256(&self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes()).0)
    }
}

pub struct Home {
    pub address: SocketAddr,
    pub company: Arc<Living>,
    pub server: Arc<Server>,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Home {
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::new(folder.path().join("server.db"));
        settings.policy = Policy {
            cost: Cost::for_testing(),
            ..Policy::default()
        };
        settings.limits.grace_s = 1;
        settings.limits.api = PerMinute {
            reads: u32::MAX,
            changes: u32::MAX,
            costly: u32::MAX,
        };
        change(&mut settings);
        let company = Arc::new(Living::new());
        let server = Server::new(
            company.clone(),
            settings,
            Arc::new(Noon),
            Arc::new(Counted(AtomicU64::new(1))),
        );
        let server = Arc::new(server.unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stopper = server.stopper();
        let thread = {
            let server = Arc::clone(&server);
            std::thread::spawn(move || server.run(listener).unwrap())
        };
        let identity = server.identity();
        let link = identity.first_link().unwrap().unwrap();
        identity
            .take_up(link.reveal(), OWNER_MAIL, "Olga Owner", PASSWORD)
            .unwrap();
        Self {
            address,
            company,
            server,
            stopper,
            thread: Some(thread),
            _folder: folder,
        }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Number of an account.
    pub fn account(&self, mail: &str) -> i64 {
        let members = self.server.identity().members().unwrap();
        let member = members.iter().find(|m| m.viewer.mail == mail).unwrap();
        member.viewer.account
    }

    /// A program without a token.
    pub fn nobody(&self) -> Program {
        Program {
            origin: self.origin(),
            token: None,
            agent: agent(),
        }
    }

    /// A program of the owner with these scopes.
    pub fn program(&self, scopes: &[Scope]) -> Program {
        let account = self.account(OWNER_MAIL);
        let token = self.server.identity().make_token(account, "ci", scopes, 30);
        Program {
            token: Some(token.unwrap().reveal().to_owned()),
            ..self.nobody()
        }
    }

    /// A program that may do everything a token can.
    pub fn owner(&self) -> Program {
        self.program(&Scope::ALL)
    }

    /// Somebody in a browser.
    pub fn member(&self, mail: &str, place: &Place) -> Browser {
        let identity = self.server.identity();
        let link = identity.invite(mail, "Somebody", place).unwrap();
        let session = identity.take_up(link.reveal(), "", "Somebody", PASSWORD);
        Browser::new(&self.origin()).with_session(session.unwrap().reveal())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .build()
        .new_agent()
}

/// Speaks for an account with a token.
#[derive(Clone)]
pub struct Program {
    pub origin: String,
    pub token: Option<String>,
    agent: ureq::Agent,
}

/// What came back.
pub struct Said {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Said {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {}", self.body))
    }

    /// It worked; what it says.
    pub fn fine(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.body
        );
        self.json()
    }
}

impl Program {
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Said {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = match method {
            "GET" | "DELETE" => self.agent.run(request.body(()).unwrap()).unwrap(),
            _ => self.agent.run(request.body(body).unwrap()).unwrap(),
        };
        Said {
            status: answer.status().as_u16(),
            headers: answer
                .headers()
                .iter()
                .map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()))
                .collect(),
            body: answer.body_mut().read_to_string().unwrap(),
        }
    }

    pub fn get(&self, path: &str) -> Said {
        self.send("GET", path, &[], b"")
    }

    pub fn post(&self, path: &str, body: &Value) -> Said {
        self.post_with(path, body, &[])
    }

    pub fn post_with(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Said {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.send("POST", path, &all, body.to_string().as_bytes())
    }

    /// A document; `version` as its `ETag` says.
    pub fn put(&self, path: &str, text: &str, version: Option<&str>) -> Said {
        let mut all = vec![("content-type", "text/plain; charset=utf-8")];
        all.extend(version.map(|v| ("if-match", v)));
        self.send("PUT", path, &all, text.as_bytes())
    }

    /// Hands in evidence.
    pub fn hand_in(&self, control: &str, covers: &str, headers: &[(&str, &str)]) -> Said {
        self.hand_in_as(control, covers, headers, "XX")
    }

    pub fn hand_in_as(
        &self,
        control: &str,
        covers: &str,
        headers: &[(&str, &str)],
        boundary: &str,
    ) -> Said {
        let part = |name: &str, value: &str| {
            format!(
                "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
        };
        let body = part("control", control)
            + &part("covers", covers)
            + &part("file\"; filename=\"minutes.pdf", "%PDF")
            + &format!("--{boundary}--\r\n");
        let media = format!("multipart/form-data; boundary={boundary}");
        let mut all = vec![("content-type", media.as_str())];
        all.extend_from_slice(headers);
        self.send("POST", "/api/v1/evidence", &all, body.as_bytes())
    }

    /// All items of a list, page by page.
    pub fn all(&self, list: &str, limit: usize) -> Vec<Value> {
        let (mut items, mut path) = (Vec::new(), format!("{list}?limit={limit}"));
        loop {
            let page = self.get(&path).fine();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => path = format!("{list}?limit={limit}&cursor={next}"),
                None => return items,
            }
        }
    }
}
