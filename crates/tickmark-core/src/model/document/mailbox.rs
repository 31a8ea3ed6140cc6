//! Addresses that `notices.yaml` names: of people, of mail servers, of pages; and the time of day at which nothing is sent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::time::{Time, Zone};

/// A mail address, without a name: `ada@acme.example`. Of what RFC 5321 allows only what is in use: no quotes, no comments, ASCII.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mailbox(String);

/// Longest address, bytes (RFC 5321, 4.5.3.1).
const MAX_MAILBOX: usize = 254;

/// Why a text is no address; the text comes from a document that people may read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {hint}")]
pub struct AddressError {
    what: String,
    hint: &'static str,
}

fn wrong<T>(what: String, hint: &'static str) -> Result<T, AddressError> {
    Err(AddressError { what, hint })
}

impl Mailbox {
    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Mailbox {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let local = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
        let good = |(name, host): (&str, &str)| {
            let dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
            !name.is_empty()
                && name.len() <= 64
                && !dots
                && name.bytes().all(local)
                && is_host(host)
        };
        if text.len() <= MAX_MAILBOX && text.split_once('@').is_some_and(good) {
            Ok(Self(text.to_owned()))
        } else {
            wrong(
                format!("`{text}` is not a mail address"),
                "write it like `ada@acme.example`",
            )
        }
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Mailbox {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Mailbox> for String {
    fn from(mailbox: Mailbox) -> Self {
        mailbox.0
    }
}

/// A mail server: `smtps://HOST:465`, `smtp+starttls://HOST:587`, or `smtp://127.0.0.1:2525` on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Smtp {
    /// How the connection is protected.
    pub security: Security,
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// By TLS from the first byte (`smtps`).
    Tls,
    /// By TLS after `STARTTLS`, which the server must offer.
    StartTls,
    /// Not at all: this machine only.
    Plain,
}

impl Security {
    const fn scheme(self) -> &'static str {
        match self {
            Self::Tls => "smtps",
            Self::StartTls => "smtp+starttls",
            Self::Plain => "smtp",
        }
    }
}

impl FromStr for Smtp {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let hint = "write `smtps://HOST:465`, `smtp+starttls://HOST:587`, or `smtp://127.0.0.1:2525` on this machine";
        // A name and a password before the host would be repeated here.
        if text.contains('@') {
            let what = "a mail server is given without a name before it".to_owned();
            return wrong(what, "write `user:` and `password:` lines");
        }
        let all = [Security::Tls, Security::StartTls, Security::Plain];
        let parts = text.split_once("://").and_then(|(scheme, rest)| {
            let (host, port) = rest.rsplit_once(':')?;
            let security = all.into_iter().find(|s| s.scheme() == scheme)?;
            Some((security, host, port.parse::<u16>().ok()?))
        });
        let Some((security, host, port)) =
            parts.filter(|(_, host, port)| *port > 0 && (is_host(host) || *host == "[::1]"))
        else {
            return wrong(format!("`{text}` is not a mail server"), hint);
        };
        if security == Security::Plain && !is_loopback(host) {
            let what = format!("`{text}` would carry mail through the network unprotected");
            return wrong(what, hint);
        }
        Ok(Self {
            security,
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
        })
    }
}

impl fmt::Display for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.security.scheme();
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

impl TryFrom<String> for Smtp {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Smtp> for String {
    fn from(smtp: Smtp) -> Self {
        smtp.to_string()
    }
}

/// A time of day at which nothing is sent: `20:00..07:00`, in the reporting zone. It may reach over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quiet {
    /// First minute of the day at which it is quiet.
    from: u16,
    /// First minute at which it is not any longer.
    until: u16,
}

impl Quiet {
    /// Whether it is quiet at an instant.
    #[must_use]
    pub fn holds_at(&self, at: Time, zone: &Zone) -> bool {
        let local = zone.local(at);
        // `2026-03-02 05:00:00`
        let minute = local.get(11..16).and_then(minute_of_day);
        minute.is_some_and(|now| {
            if self.from < self.until {
                (self.from..self.until).contains(&now)
            } else {
                now >= self.from || now < self.until
            }
        })
    }
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |part: &str, most: u16| {
        let two = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u16>().ok().filter(|n| two && *n < most)
    };
    Some(number(hour, 24)? * 60 + number(minute, 60)?)
}

impl FromStr for Quiet {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let times = text.split_once("..");
        let times = times.and_then(|(a, b)| Some((minute_of_day(a)?, minute_of_day(b)?)));
        match times.filter(|(from, until)| from != until) {
            Some((from, until)) => Ok(Self { from, until }),
            None => wrong(
                format!("`{text}` is not a time of the day"),
                "write it like `20:00..07:00`",
            ),
        }
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        write!(f, "{}..{}", time(self.from), time(self.until))
    }
}

impl TryFrom<String> for Quiet {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Quiet> for String {
    fn from(quiet: Quiet) -> Self {
        quiet.to_string()
    }
}

/// Where pages are served, without the slash at its end.
pub(super) fn base_url(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/');
    match web(text) {
        Some(_) if !text.contains('?') => Ok(text.to_owned()),
        _ => Err(format!(
            "`{text}` is not where pages are served; write it like `https://tickmark.acme.example`"
        )),
    }
}

/// An address that is called: HTTPS, or this machine.
pub(super) fn hook_url(text: &str) -> Result<String, String> {
    match web(text) {
        Some((true, _)) => Ok(text.to_owned()),
        Some((false, host)) if is_loopback(host) => Ok(text.to_owned()),
        Some(_) => Err(
            "a webhook is called by HTTPS only; write `https://…`, or an address of this machine"
                .to_owned(),
        ),
        // It may be a secret, so it is not repeated.
        None => Err(
            "that is no address of a webhook; write it like `https://hooks.acme.example/tickmark`"
                .to_owned(),
        ),
    }
}

/// Whether it is HTTPS, and the host. No name before the host, no fragment, nothing that is not printable ASCII.
fn web(text: &str) -> Option<(bool, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let tls = match scheme {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}#@".contains(&b);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            port.parse::<u16>().ok().filter(|port| *port > 0)?;
            host
        }
        _ => authority,
    };
    let good = rest.bytes().all(plain) && (is_host(host) || host == "[::1]");
    good.then_some((tls, host))
}

fn is_host(text: &str) -> bool {
    let label = |l: &str| {
        let inner = l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        !l.is_empty() && l.len() <= 63 && inner && !l.starts_with('-') && !l.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost" | "[::1]" | "::1")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn addresses_are_plain() {
        for good in ["ada@acme.example", "a.b+c@localhost", "o'neil@x-y.example"] {
            assert_eq!(good.parse::<Mailbox>().unwrap().as_str(), good);
        }
        for bad in [
            "ada",
            "@acme.example",
            "ada@",
            "a@b@c",
            "a b@c.d",
            "a@c..d",
            ".a@c.d",
            "a@-c.d",
            "a@c.d\r\nBcc: x@y.z",
            "<a@c.d>",
            "ä@c.d",
            "a@c.d,b@c.d",
        ] {
            assert!(bad.parse::<Mailbox>().is_err(), "{bad}");
        }
    }

    #[test]
    fn mail_leaves_the_machine_protected_or_not_at_all() {
        for good in [
            "smtps://mail.acme.example:465",
            "smtp+starttls://mail.acme.example:587",
            "smtp://127.0.0.1:2525",
            "smtp://[::1]:25",
        ] {
            assert_eq!(good.parse::<Smtp>().unwrap().to_string(), good);
        }
        for bad in [
            "smtp://mail.acme.example:25",
            "smtp://127.0.0.1.evil.example:25",
            "smtps://mail.acme.example",
            "smtps://mail.acme.example:0",
            "smtps://mail.acme.example:465/x",
            "mail.acme.example:465",
            "https://mail.acme.example:465",
        ] {
            assert!(bad.parse::<Smtp>().is_err(), "{bad}");
        }
        let told = "smtps://ada:hunter2@mail.acme.example:465".parse::<Smtp>();
        assert!(!told.unwrap_err().to_string().contains("hunter2"));
    }

    #[test]
    fn webhooks_are_called_by_https_or_on_this_machine() {
        for good in [
            "https://hooks.acme.example/x?y=1",
            "http://127.0.0.1:9/x",
            "http://[::1]:9/",
            "http://localhost/",
        ] {
            assert!(hook_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://hooks.acme.example/",
            "http://localhost.evil.example/",
            "https://u:p@acme.example/",
            "ftp://acme.example/",
            "https://acme.example/#x",
            "https://acme.example:0/",
            "https://acme.example:99999/",
            "file:///etc/passwd",
        ] {
            assert!(hook_url(bad).is_err(), "{bad}");
        }
        assert_eq!(base_url("https://a.example/").unwrap(), "https://a.example");
    }

    #[test]
    fn quiet_may_reach_over_midnight() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let at = |text: &str| text.parse::<Time>().unwrap();
        let quiet: Quiet = "20:00..07:00".parse().unwrap();
        let found = [
            "2026-03-03T00:59:59Z",
            "2026-03-03T01:00:00Z",
            "2026-03-03T11:59:00Z",
            "2026-03-03T12:00:00Z",
        ]
        .map(|text| quiet.holds_at(at(text), &zone));
        assert_eq!(found, [false, true, true, false]);
        assert!("07:00..07:00".parse::<Quiet>().is_err() && "7:00..8:00".parse::<Quiet>().is_err());
        assert!(
            "24:00..08:00".parse::<Quiet>().is_err() && "1é:0..08:00".parse::<Quiet>().is_err()
        );
        assert_eq!(quiet.to_string(), "20:00..07:00");
    }
}
