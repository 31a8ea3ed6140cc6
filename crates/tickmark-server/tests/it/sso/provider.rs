//! A certified provider, installed from the npm registry and run by node; and a person who signs in there.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, OnceLock},
};

use serde_json::{Value, json};
use tickmark_core::model::{
    clock::Clock as _,
    time::{SECOND_US, Time},
};
use tickmark_log::digest::sha256;
use tickmark_server::{
    SingleSignOn,
    sso::{Delivery, Errand, Outbound, Undelivered},
};
use ureq::Agent;
use url::Url;

use crate::site::Site;

pub const CLIENT: &str = "tickmark";
/// With signs that a form must encode.
pub const SECRET: &str = "s3cret/with+signs%of:every&kind";

/// What npm says when nobody answers.
const NOBODY: [&str; 8] = [
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "ERR_SOCKET_TIMEOUT",
];

/// The folder with the provider's packages; `None`, said aloud, only if the registry cannot be reached.
fn installed() -> Option<PathBuf> {
    static DONE: OnceLock<Option<PathBuf>> = OnceLock::new();
    DONE.get_or_init(install).clone()
}

fn install() -> Option<PathBuf> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/provider");
    let lock = fs::read(from.join("package-lock.json")).unwrap();
    let name = format!("oidc-provider-{}", &sha256(&lock).to_string()[..16]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let turn = File::create(folder.join("turn")).unwrap();
    turn.lock().unwrap();
    for file in ["package.json", "package-lock.json", "provider.mjs"] {
        fs::copy(from.join(file), folder.join(file)).unwrap();
    }
    if folder.join("installed").exists() {
        return Some(folder);
    }
    let done = Command::new("npm")
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--fetch-retries=1",
        ])
        .current_dir(&folder)
        .output()
        .expect("npm runs (./test installs it)");
    let said = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        assert!(
            NOBODY.iter().any(|word| said.contains(word)),
            "npm ci: {said}"
        );
        // Past the test runner, which shows the output of failing tests only.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: the npm registry cannot be reached, so there is no provider of single sign-on to test with"
        );
        return None;
    }
    fs::write(folder.join("installed"), "").unwrap();
    Some(folder)
}

/// A provider that runs; it ends with its test.
pub struct Provider {
    child: Child,
    input: ChildStdin,
    output: BufReader<std::process::ChildStdout>,
    pub issuer: String,
}

/// How it is set up.
#[derive(Clone, Copy)]
pub struct Kind {
    pub alg: &'static str,
    pub auth: &'static str,
    pub mail_in_token: bool,
}

pub const USUAL: Kind = Kind {
    alg: "RS256",
    auth: "client_secret_basic",
    mail_in_token: false,
};

impl Provider {
    /// Listens; what it is asked before [`Self::serve`] waits.
    pub fn start() -> Option<Self> {
        let folder = installed()?;
        let mut child = Command::new("node")
            .arg("provider.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node runs (./test installs it)");
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut issuer = String::new();
        output.read_line(&mut issuer).unwrap();
        Some(Self {
            child,
            input,
            output,
            issuer: issuer.trim().to_owned(),
        })
    }

    /// Serves this server as its client.
    pub fn serve(&mut self, site: &Site, kind: Kind) {
        let client = json!({
            "id": CLIENT, "secret": SECRET, "redirects": [back(site)], "alg": kind.alg, "auth": kind.auth,
            "mailInToken": kind.mail_in_token,
        });
        writeln!(self.input, "{client}").unwrap();
        let mut line = String::new();
        while line.trim() != "ready" {
            line.clear();
            assert_ne!(
                self.output.read_line(&mut line).unwrap(),
                0,
                "the provider ended"
            );
        }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address that is registered at the provider.
pub fn back(site: &Site) -> String {
    format!("{}/sign-in/sso/back", site.origin())
}

type Tamper = Box<dyn Fn(&Errand, &mut Delivery) + Send>;

/// The way out of the server, with somebody on it who can change what comes back.
pub struct Way {
    agent: Agent,
    pub tamper: Mutex<Option<Tamper>>,
    pub errands: Mutex<Vec<String>>,
}

impl Way {
    pub fn new() -> Self {
        Self {
            agent: agent(),
            tamper: Mutex::default(),
            errands: Mutex::default(),
        }
    }

    /// From now on, the ID token in an answer to a code is this function of itself.
    pub fn forge(&self, forge: impl Fn(&str) -> String + Send + 'static) {
        let change = move |errand: &Errand, delivery: &mut Delivery| {
            if errand.form.is_some() {
                let mut tokens: Value = serde_json::from_slice(&delivery.body).unwrap();
                tokens["id_token"] = json!(forge(tokens["id_token"].as_str().unwrap()));
                delivery.body = tokens.to_string().into_bytes();
            }
        };
        *self.tamper.lock().unwrap() = Some(Box::new(change));
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .build()
        .new_agent()
}

impl Outbound for Way {
    fn send(&self, errand: &Errand) -> Result<Delivery, Undelivered> {
        self.errands.lock().unwrap().push(errand.url.clone());
        let answer = match &errand.form {
            Some(form) => {
                let mut request = self.agent.post(&errand.url);
                if let Some(value) = &errand.authorization {
                    request = request.header("authorization", value);
                }
                request
                    .content_type("application/x-www-form-urlencoded")
                    .send(form.as_str())
            }
            None => {
                let mut request = self.agent.get(&errand.url);
                if let Some(value) = &errand.authorization {
                    request = request.header("authorization", value);
                }
                request.call()
            }
        };
        let mut answer = answer.map_err(|why| Undelivered(why.to_string()))?;
        let mut delivery = Delivery {
            status: answer.status().as_u16(),
            body: answer.body_mut().read_to_vec().unwrap(),
        };
        if let Some(tamper) = &*self.tamper.lock().unwrap() {
            tamper(errand, &mut delivery);
        }
        Ok(delivery)
    }
}

/// What our server is set up with for a provider.
pub fn setup(issuer: &str, domain: Option<&str>) -> SingleSignOn {
    SingleSignOn::new(issuer, CLIENT, SECRET, domain).unwrap()
}

/// The site's clock follows the provider's, which cannot be set; a test may have turned it further.
pub fn same_time(site: &Site) {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let now = Time::from_micros(i64::try_from(since.as_secs()).unwrap() * SECOND_US);
    site.clock.turn(now.since(site.clock.now()).max(0));
}

/// A person's browser at the provider.
#[derive(Default)]
pub struct Visitor {
    cookies: Vec<(String, String, String)>,
}

impl Visitor {
    /// Goes where our server sends a browser, signs in there as whoever is typed, agrees, and stops in front of the address that it is sent
    /// back to.
    pub fn visit(&mut self, there: &str, typed: &str) -> String {
        let mut url = Url::parse(there).unwrap();
        let home = url.origin();
        let mut form: Option<Vec<(&str, &str)>> = None;
        for _ in 0..20 {
            let (status, location, body) = self.step(&url, form.take());
            if let Some(location) = location {
                url = url.join(&location).unwrap();
                if url.origin() != home {
                    return url.into();
                }
                continue;
            }
            assert_eq!(status, 200, "{url}: {body}");
            form = Some(if body.contains("value=\"login\"") {
                vec![("prompt", "login"), ("login", typed), ("password", "any")]
            } else {
                vec![("prompt", "consent")]
            });
            let action = body
                .split("action=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            url = url.join(action).unwrap();
        }
        panic!("the provider sends in circles: {url}");
    }

    fn step(
        &mut self,
        url: &Url,
        form: Option<Vec<(&str, &str)>>,
    ) -> (u16, Option<String>, String) {
        let fitting = self
            .cookies
            .iter()
            .filter(|(_, _, path)| url.path().starts_with(path.as_str()));
        let pairs: Vec<String> = fitting
            .map(|(name, value, _)| format!("{name}={value}"))
            .collect();
        let cookie = pairs.join("; ");
        let mut answer = match form {
            Some(form) => agent()
                .post(url.as_str())
                .header("cookie", cookie)
                .send_form(form),
            None => agent().get(url.as_str()).header("cookie", cookie).call(),
        }
        .unwrap();
        for value in answer.headers().get_all("set-cookie") {
            self.keep(value.to_str().unwrap());
        }
        let location = answer
            .headers()
            .get("location")
            .map(|v| v.to_str().unwrap().to_owned());
        let body = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), location, body)
    }

    fn keep(&mut self, cookie: &str) {
        let mut parts = cookie.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let path = parts.find_map(|p| p.strip_prefix("path=")).unwrap_or("/");
        self.cookies.retain(|(n, _, p)| n != name || p != path);
        if !value.is_empty() {
            self.cookies
                .push((name.to_owned(), value.to_owned(), path.to_owned()));
        }
    }
}
