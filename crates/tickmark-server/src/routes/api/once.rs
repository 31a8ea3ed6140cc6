//! Requests that carry an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): sent again, they are answered again, not done again.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use tickmark_log::digest::sha256;

use crate::{
    http::fault::Fault,
    identity::{Begun, Kept},
    rights::Viewer,
    routes::{Answer, Ask},
};

/// The header.
const KEY: &str = "idempotency-key";
/// Says that an answer was given before.
const REPLAYED: &str = "idempotent-replayed";
/// Longest key.
const LONGEST: usize = 200;
/// Largest answer that is kept; all are far smaller.
const MOST: usize = 8 << 20;

/// Headers of an answer that are kept with it.
fn carried() -> [HeaderName; 3] {
    [header::CONTENT_TYPE, header::LOCATION, header::ETAG]
}

/// Does the work unless the same request with the same key was answered before.
pub(super) fn once(ask: &Ask, viewer: &Viewer, work: impl FnOnce() -> Answer) -> Answer {
    let Some(key) = key(ask)? else {
        return work();
    };
    let identity = &ask.app.identity;
    let account = viewer.account;
    match identity.begin_answer(account, &key, &request(ask))? {
        Begun::New => {}
        Begun::Answered(kept) => return Ok(replayed(kept)),
        Begun::UnderWay => {
            return Err(Fault::Conflict(
                "a request with this `Idempotency-Key` has begun and is not answered; wait for it, and if the server failed \
                 meanwhile look whether it was done, then use a new key"
                    .into(),
            ));
        }
        Begun::Another => {
            return Err(Fault::Refused(
                "this `Idempotency-Key` belongs to another request of the last day; use a new one for each request".into(),
            ));
        }
    }
    match work() {
        // Whether a machine that failed has done it, nobody knows: the key stays taken.
        Err(fault @ Fault::Environment(_)) => Err(fault),
        // What is refused is not done: it may be sent again.
        Err(fault) => {
            identity.forget_answer(account, &key)?;
            Err(fault)
        }
        Ok(answer) => {
            let (kept, answer) = remember(ask, answer)?;
            identity.keep_answer(account, &key, &kept)?;
            Ok(answer)
        }
    }
}

/// The key: visible ASCII, with or without the quotes of a structured field.
fn key(ask: &Ask) -> Result<Option<String>, Fault> {
    let mut sent = ask.headers.get_all(KEY).iter();
    let Some(first) = sent.next() else {
        return Ok(None);
    };
    let text = first.to_str().unwrap_or_default().trim();
    let text = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(text);
    let fine = (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"')
        && sent.next().is_none();
    if fine {
        Ok(Some(text.to_owned()))
    } else {
        Err(Fault::wrong(
            "`Idempotency-Key` is one text of 1 to 200 visible ASCII characters, in quotes or not",
        ))
    }
}

/// What was asked: where, and with which body.
fn request(ask: &Ask) -> [u8; 32] {
    let mut whole = format!("{}\n{}\n", ask.path, ask.raw_query).into_bytes();
    whole.extend(ask.form.digest());
    sha256(&whole).0
}

/// Reads an answer, so that it can be kept and sent.
fn remember(ask: &Ask, answer: Response) -> Result<(Kept, Response), Fault> {
    let (parts, body) = answer.into_parts();
    let lost =
        |_| Fault::Environment("the answer could not be kept; look whether it was done".into());
    let body = tokio::runtime::Handle::current()
        .block_on(to_bytes(body, MOST))
        .map_err(lost)
        .inspect_err(|_| ask.app.journal.failure(ask.now, "answer", "environment"))?;
    let lines = carried().into_iter().filter_map(|name| {
        let value = parts.headers.get(&name)?.to_str().ok()?;
        Some(format!("{name}: {value}\n"))
    });
    let kept = Kept {
        status: parts.status.as_u16(),
        headers: lines.collect(),
        body: body.to_vec(),
    };
    Ok((kept, Response::from_parts(parts, Body::from(body))))
}

fn replayed(kept: Kept) -> Response {
    let mut answer = Response::new(Body::from(kept.body));
    *answer.status_mut() = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let headers = answer.headers_mut();
    for (name, value) in kept.headers.lines().filter_map(|l| l.split_once(": ")) {
        let known = carried().into_iter().find(|k| k.as_str() == name);
        if let (Some(name), Ok(value)) = (known, HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(
        HeaderName::from_static(REPLAYED),
        HeaderValue::from_static("true"),
    );
    answer
}
