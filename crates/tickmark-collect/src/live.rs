//! Answers of the source itself, over HTTPS.
//!
//! Not faster than declared, retried with growing pauses when the source is busy or broken, never redirected to another host. The
//! secret is read when it is needed and is in no error, no manifest and no log. The certificate's digest is not told by the client
//! library: `tls_peer` stays empty.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tickmark_core::facts::source::Auth;
use tickmark_core::model::clock::Clock;
use tickmark_core::model::document::AuthReference;
use tickmark_core::model::time::Time;

use crate::transport::{MAX_BODY, Request, Response, Transport, TransportError};

/// Attempts of one request.
const ATTEMPTS: u32 = 5;
/// Longest pause that a source may ask for.
const LONGEST_PAUSE_S: u64 = 900;
/// Redirects that are followed, on the same host only: renamed repositories answer with one.
const REDIRECTS: u32 = 3;

/// A connection to a source.
pub struct Live {
    agent: ureq::Agent,
    auth: Auth,
    secret: Option<AuthReference>,
    /// Folder that `file:` references are relative to.
    home: PathBuf,
    clock: Arc<dyn Clock + Send + Sync>,
    pause: fn(Duration),
    /// Microseconds between two requests, and the time of the last one.
    gap_us: i64,
    last: Mutex<Option<Time>>,
}

/// What a connection needs to know.
pub struct Settings {
    /// How the secret is sent.
    pub auth: Auth,
    /// Where it is found.
    pub secret: Option<AuthReference>,
    /// Folder that `file:` references are relative to.
    pub home: PathBuf,
    /// Requests a second, at most.
    pub per_second: u32,
    /// The time.
    pub clock: Arc<dyn Clock + Send + Sync>,
    /// Waits; `std::thread::sleep` outside of tests.
    pub pause: fn(Duration),
}

impl Live {
    /// A connection. Nothing is sent yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(concat!("tickmark/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(Duration::from_secs(15)))
            .timeout_global(Some(Duration::from_secs(120)));
        Self {
            agent: config.build().new_agent(),
            auth: settings.auth,
            secret: settings.secret,
            home: settings.home,
            clock: settings.clock,
            pause: settings.pause,
            gap_us: 1_000_000 / i64::from(settings.per_second.max(1)),
            last: Mutex::new(None),
        }
    }

    /// The header that carries the secret.
    fn authorization(&self) -> Result<Option<(String, String)>, TransportError> {
        let Some(reference) = &self.secret else {
            return Ok(None);
        };
        let secret = self.read(reference)?;
        Ok(match &self.auth {
            Auth::None => None,
            Auth::Bearer => Some(("authorization".to_owned(), format!("Bearer {secret}"))),
            Auth::Basic => Some((
                "authorization".to_owned(),
                format!("Basic {}", base64(secret.as_bytes())),
            )),
            Auth::Header(name) => Some((name.clone(), secret)),
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where a secret is read"
    )]
    fn read(&self, reference: &AuthReference) -> Result<String, TransportError> {
        let text = match reference {
            AuthReference::Env(name) => std::env::var(name).map_err(|_| {
                TransportError::Refused(format!(
                    "the variable `{name}` with the secret is not set; export it"
                ))
            })?,
            AuthReference::File(path) => {
                std::fs::read_to_string(self.home.join(path)).map_err(|e| {
                    TransportError::Refused(format!(
                        "the file `{path}` with the secret cannot be read: {e}"
                    ))
                })?
            }
        };
        let text = text.trim_end_matches(['\n', '\r']);
        if text.is_empty() || text.contains(['\n', '\r']) {
            return Err(TransportError::Refused(
                "the secret is empty or has several lines".to_owned(),
            ));
        }
        Ok(text.to_owned())
    }

    /// Waits until the next request may be made.
    fn wait_turn(&self) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let wait = last
            .map_or(0, |last| last.plus(self.gap_us).since(now))
            .clamp(0, self.gap_us);
        if wait > 0 {
            (self.pause)(Duration::from_micros(wait.unsigned_abs()));
        }
        *last = Some(self.clock.now());
    }

    fn once(&self, url: &str, request: &Request) -> Result<Response, TransportError> {
        let unreachable = |why: String| TransportError::Unreachable {
            target: request.target.clone(),
            why,
        };
        self.wait_turn();
        let mut call = self.agent.get(url).header("accept", &request.accept);
        if let Some((name, value)) = self.authorization()? {
            call = call.header(&name, &value);
        }
        let answer = call.call().map_err(|e| unreachable(e.to_string()))?;
        let status = answer.status().as_u16();
        let mut headers = std::collections::BTreeMap::new();
        for (name, value) in answer.headers() {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            headers
                .entry(name.as_str().to_ascii_lowercase())
                .and_modify(|all: &mut String| {
                    all.push_str(", ");
                    all.push_str(&value);
                })
                .or_insert(value);
        }
        let body = answer
            .into_body()
            .into_with_config()
            .limit(MAX_BODY)
            .read_to_vec()
            .map_err(|e| unreachable(e.to_string()))?;
        Ok(Response {
            status,
            headers,
            body,
            tls_peer: None,
        })
    }

    /// Follows redirects that stay on the host.
    fn followed(&self, request: &Request) -> Result<Response, TransportError> {
        let mut url = request.url.clone();
        for _ in 0..=REDIRECTS {
            let answer = self.once(&url, request)?;
            if !matches!(answer.status, 301 | 302 | 307 | 308) {
                return Ok(answer);
            }
            let to = answer.headers.get("location").cloned().unwrap_or_default();
            let to = if to.starts_with('/') {
                format!("{}{to}", origin(&url))
            } else {
                to
            };
            if origin(&to) != origin(&request.url) {
                return Err(TransportError::Refused(format!(
                    "`{}` redirects to another host; correct its address",
                    request.target
                )));
            }
            url = to;
        }
        Err(TransportError::Refused(format!(
            "`{}` redirects in circles",
            request.target
        )))
    }
}

impl Transport for Live {
    fn get(&self, request: &Request) -> Result<Response, TransportError> {
        if !safe(&request.url) {
            return Err(TransportError::Refused(format!(
                "`{}` is not HTTPS; secrets travel on HTTPS only",
                origin(&request.url)
            )));
        }
        let mut attempt = 1;
        loop {
            let answer = self.followed(request);
            let pause = match &answer {
                Ok(answer) if busy(answer) => {
                    asked_pause(answer, self.clock.now()).unwrap_or(growing(attempt))
                }
                Err(TransportError::Unreachable { .. }) => growing(attempt),
                _ => return answer,
            };
            if attempt >= ATTEMPTS || pause.as_secs() > LONGEST_PAUSE_S {
                return answer;
            }
            (self.pause)(pause);
            attempt += 1;
        }
    }
}

/// Scheme, host and port.
#[must_use]
pub fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url
        .get(host..)
        .and_then(|rest| rest.find(['/', '?', '#']))
        .map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

/// HTTPS, or this machine.
fn safe(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else {
        return url.starts_with("https://");
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host
        .strip_prefix("[::1]")
        .map_or_else(|| host.split(':').next().unwrap_or_default(), |_| "::1");
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

/// Too many requests, or broken for now. GitHub says 403 when the limit is used up.
fn busy(answer: &Response) -> bool {
    let used_up = answer
        .headers
        .get("x-ratelimit-remaining")
        .is_some_and(|left| left == "0");
    let told = answer.headers.contains_key("retry-after");
    matches!(answer.status, 429 | 500 | 502 | 503 | 504)
        || (answer.status == 403 && (used_up || told))
}

/// What the source asks for: `retry-after` in seconds, or the time its limit is renewed.
fn asked_pause(answer: &Response, now: Time) -> Option<Duration> {
    if let Some(seconds) = answer
        .headers
        .get("retry-after")
        .and_then(|text| text.trim().parse().ok())
    {
        return Some(Duration::from_secs(seconds));
    }
    let reset: i64 = answer
        .headers
        .get("x-ratelimit-reset")?
        .trim()
        .parse()
        .ok()?;
    let wait = reset.checked_mul(1_000_000)?.saturating_sub(now.micros());
    Some(Duration::from_micros(
        u64::try_from(wait.max(1_000_000)).ok()?,
    ))
}

/// 1, 2, 4, 8 seconds.
fn growing(attempt: u32) -> Duration {
    Duration::from_secs(1 << attempt.saturating_sub(1).min(6))
}

fn base64(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, b| (bits << 8) | u32::from(*b))
            << (8 * (3 - chunk.len()));
        for n in 0..4 {
            let index = usize::try_from((bits >> (18 - 6 * n)) & 0x3f).unwrap_or(0);
            let letter = letters.get(index).copied().map_or('?', char::from);
            out.push(if n > chunk.len() { '=' } else { letter });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_travel_on_https_or_not_at_all() {
        for fine in [
            "https://api.github.com/x",
            "http://127.0.0.1:80/x",
            "http://localhost",
            "http://[::1]:8/x",
        ] {
            assert!(safe(fine), "{fine}");
        }
        for bad in [
            "http://api.github.com",
            "http://localhost.evil.org",
            "http://127.0.0.1.evil.org/",
            "ftp://localhost",
            "http://user@localhost",
            "localhost",
        ] {
            assert!(!safe(bad), "{bad}");
        }
        assert_eq!(origin("https://a.b:1/x?y"), "https://a.b:1");
        assert_eq!(origin("https://a.b?x=/"), "https://a.b");
    }

    #[test]
    fn basic_is_padded() {
        assert_eq!(
            base64(b"Aladdin:open sesame"),
            "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(base64(b"ab"), "YWI=");
    }

    #[test]
    fn a_source_is_waited_for_as_it_asks() {
        let mut answer = Response {
            status: 403,
            ..Response::default()
        };
        assert!(!busy(&answer), "a plain 403 is a denial");
        answer
            .headers
            .insert("x-ratelimit-remaining".into(), "0".into());
        answer
            .headers
            .insert("x-ratelimit-reset".into(), "100".into());
        assert!(busy(&answer));
        assert_eq!(
            asked_pause(&answer, Time::from_micros(40_000_000)),
            Some(Duration::from_secs(60))
        );
        answer.headers.insert("retry-after".into(), "7".into());
        assert_eq!(
            asked_pause(&answer, Time::from_micros(0)),
            Some(Duration::from_secs(7))
        );
        assert_eq!(growing(3), Duration::from_secs(4));
    }
}
