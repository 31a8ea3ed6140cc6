//! Slack, and a webhook of one's own as Standard Webhooks 1.0 describes it.

use std::path::Path;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;
use tickmark_core::model::document::{AuthReference, WebhookSettings};
use tickmark_core::model::time::{SECOND_US, Time};
use ureq::{Agent, Error, Timeout};

use crate::message::{Failure, Message};
use crate::secret;

/// What a key begins with.
const PREFIX: &str = "whsec_";

/// Posts one line and a link to a channel of Slack. Who is told is named by label; what it is about stands on the page.
pub(crate) fn slack(
    agent: &Agent,
    reference: &AuthReference,
    home: &Path,
    message: &Message,
) -> Result<(), Failure> {
    let url = secret::read(reference, home)?;
    if !is_fit(&url) {
        return Err(Failure::Later(
            "the secret is no address of a Slack webhook; it begins with `https://`".to_owned(),
        ));
    }
    let text = format!(
        "{} (for {})\n<{}|open>",
        escaped(&message.subject),
        escaped(&message.owner),
        escaped(&message.link)
    );
    let body = json!({ "text": text, "unfurl_links": false }).to_string();
    let call = agent.post(&url).header("content-type", "application/json");
    match call.send(body.as_str()) {
        Ok(answer) => match answer.status().as_u16() {
            200..=299 => Ok(()),
            429 => Err(Failure::Later("Slack asks to wait (429)".to_owned())),
            // It may have been posted before the answer went wrong, and nothing tells a second one from the first.
            status @ 500.. => Err(Failure::Unsure(format!("Slack answered {status}"))),
            status => Err(Failure::Never(format!(
                "Slack refused it ({status}); is the webhook still there"
            ))),
        },
        Err(error) if never_left(&error) => Err(Failure::Later(format!(
            "Slack cannot be reached: {}",
            told(&error)
        ))),
        Err(error) => Err(Failure::Unsure(format!(
            "no answer from Slack: {}",
            told(&error)
        ))),
    }
}

/// Calls a webhook. The body says what kind of message it is, its id and its page, nothing else: details are read with a token.
pub(crate) fn call(
    agent: &Agent,
    settings: &WebhookSettings,
    home: &Path,
    message: &Message,
    now: Time,
) -> Result<(), Failure> {
    let key = key(&secret::read(&settings.secret, home)?)?;
    let body = json!({
        "type": format!("tickmark.{}", message.kind),
        "timestamp": now.to_string(),
        "data": { "id": message.id, "link": message.link },
    });
    let body = body.to_string();
    let seconds = now.micros().div_euclid(SECOND_US);
    let signed = signature(&key, &message.id, seconds, body.as_bytes());
    let call = agent
        .post(&settings.url)
        .header("content-type", "application/json")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", seconds.to_string())
        .header("webhook-signature", signed);
    match call.send(body.as_str()) {
        Ok(answer) => match answer.status().as_u16() {
            200..=299 => Ok(()),
            410 => Err(Failure::Never(
                "the webhook does not want more (410); take it out of notices.yaml".to_owned(),
            )),
            status => Err(Failure::Later(format!("the webhook answered {status}"))),
        },
        // Whether it arrived is not known; the receiver knows it by its id.
        Err(error) => Err(Failure::Later(format!(
            "the webhook cannot be reached: {}",
            told(&error)
        ))),
    }
}

/// The header `webhook-signature`: HMAC-SHA256 over id, time in seconds and body.
#[must_use]
pub fn signature(key: &[u8], id: &str, seconds: i64, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        // HMAC takes a key of any length.
        return String::new();
    };
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

/// The key in `whsec_…`.
fn key(secret: &str) -> Result<Vec<u8>, Failure> {
    let bytes = secret
        .strip_prefix(PREFIX)
        .and_then(|text| BASE64_STANDARD.decode(text).ok())
        .filter(|bytes| (24..=64).contains(&bytes.len()));
    bytes.ok_or_else(|| {
        Failure::Later(
            "the key of the webhook is not `whsec_` with 24 to 64 bytes in base64; make one with `openssl rand -base64 32`"
                .to_owned(),
        )
    })
}

/// HTTPS, or this machine.
fn is_fit(url: &str) -> bool {
    let plain = url.bytes().all(|b| b.is_ascii_graphic());
    let local = |rest: &str| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        matches!(host, "127.0.0.1" | "localhost")
    };
    plain && (url.starts_with("https://") || url.strip_prefix("http://").is_some_and(local))
}

/// What Slack reads as markup.
fn escaped(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.chars().map(plain).collect();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Whether a call certainly did not reach anybody.
fn never_left(error: &Error) -> bool {
    matches!(
        error,
        Error::HostNotFound
            | Error::ConnectionFailed
            | Error::BadUri(_)
            | Error::Tls(_)
            | Error::Rustls(_)
            | Error::Timeout(Timeout::Resolve | Timeout::Connect)
    ) || matches!(error, Error::Io(e) if e.kind() == std::io::ErrorKind::ConnectionRefused)
}

/// An error without the address it was about: the address of a webhook is a secret.
fn told(error: &Error) -> String {
    match error {
        Error::BadUri(_) => "that is no address".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_example_of_the_specification() {
        // Standard Webhooks, "Signature scheme": the published example.
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        assert_eq!(
            signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_key_is_long_enough_or_none() {
        for bad in ["", "hunter2", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!"] {
            let why = key(bad).unwrap_err().to_string();
            assert!(!why.contains("hunter2") && !why.contains("c2hv"), "{why}");
        }
    }

    #[test]
    fn slack_is_called_by_https_and_reads_no_markup() {
        assert!(is_fit("https://hooks.slack.example/x") && is_fit("http://127.0.0.1:9/x"));
        for bad in [
            "http://hooks.slack.example/x",
            "http://localhost.evil.example",
            "https://a b",
            "x",
        ] {
            assert!(!is_fit(bad), "{bad}");
        }
        assert_eq!(escaped("<!channel> a&b\n"), "&lt;!channel&gt; a&amp;b ");
    }
}
