//! Tags of answers: who has read something at this head of the ledger is told that it is still the same, without its being made again.
//!
//! A tag stands for the house that the answer is made of, not for its bytes: the same house, seen by the same account on the same day,
//! gives the same answer. A house is made anew whenever the ledger grows, and every few minutes, because what is late depends on the time.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use tickmark_core::model::time::Time;
use tickmark_log::digest::sha256;

use crate::{
    house::House,
    http::fault::Fault,
    identity::hex,
    rights::Viewer,
    routes::{Answer, Ask},
};

/// Numbers houses in the order in which they are seen. The weak reference keeps the address of the last one from being used again.
pub(crate) struct Houses {
    since: Time,
    last: Mutex<(Weak<House>, u64)>,
}

impl Houses {
    /// `since`: when this server began; tags of an earlier one are not its own.
    pub(crate) fn since(since: Time) -> Self {
        Self {
            since,
            last: Mutex::new((Weak::new(), 0)),
        }
    }

    fn number(&self, house: &Arc<House>) -> u64 {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0.as_ptr() != Arc::as_ptr(house) {
            *last = (Arc::downgrade(house), last.1 + 1);
        }
        last.1
    }
}

/// The answer with its tag, or that it is the same as the one that is there already.
pub(super) fn read(ask: &Ask, viewer: &Viewer, work: impl FnOnce() -> Answer) -> Answer {
    let tag = tag(ask, viewer)?;
    if known(ask, &tag) {
        return Ok(same(&tag));
    }
    let mut answer = work()?;
    if answer.status() == StatusCode::OK {
        put(&mut answer, &tag);
    }
    Ok(answer)
}

/// The tag of what this account is shown here.
fn tag(ask: &Ask, viewer: &Viewer) -> Result<String, Fault> {
    let house = ask.house()?;
    let day = house.state.zone().day_of(ask.now);
    let (since, number) = (ask.app.houses.since, ask.app.houses.number(&house));
    let whole = format!(
        "{since} {number} {day} {viewer:?} {} {}",
        ask.path, ask.raw_query
    );
    let digest = sha256(whole.as_bytes()).0;
    let short = digest
        .first_chunk::<12>()
        .map_or_else(String::new, |b| hex(b));
    Ok(format!("W/\"{}-{short}\"", house.log.size))
}

/// Whether the tag is among those that the request names. `*` names no answer that anybody has read.
pub(super) fn known(ask: &Ask, tag: &str) -> bool {
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let wanted = plain(tag);
    let named = ask.headers.get_all(header::IF_NONE_MATCH).iter();
    named
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .any(|one| plain(one) == wanted)
}

/// Still the same.
pub(super) fn same(tag: &str) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NOT_MODIFIED;
    put(&mut answer, tag);
    answer
}

pub(super) fn put(answer: &mut Response, tag: &str) {
    if let Ok(value) = HeaderValue::from_str(tag) {
        answer.headers_mut().insert(header::ETAG, value);
    }
}
