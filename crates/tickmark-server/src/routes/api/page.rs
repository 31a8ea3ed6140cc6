//! Pages of a list: `limit` and `cursor` in, `items` and `next` out.
//!
//! A cursor holds the key of the last item given, so that a list that grows meanwhile neither repeats nor skips what stays in order. It
//! belongs to the list that gave it: another list refuses it.

use serde_json::{Value, json};
use tickmark_log::digest::sha256;

use crate::{
    http::fault::Fault,
    identity::{hex, unhex},
    routes::{Answer, Ask, json_answer},
};

/// Items in a page if nothing is asked for, and at most.
const USUAL: usize = 50;
const MOST: usize = 200;
/// Bytes before the key that say which list it is of.
const MARK: usize = 4;

/// One page of a list of keyed items.
pub(super) fn page<T>(
    ask: &Ask,
    all: impl Iterator<Item = (String, T)>,
    show: impl Fn(&T) -> Value,
) -> Answer {
    let (items, next) = part(ask, all, show)?;
    Ok(json_answer(&json!({"items": items, "next": next})))
}

/// The items of one page, and the cursor of the next.
pub(super) fn part<T>(
    ask: &Ask,
    all: impl Iterator<Item = (String, T)>,
    show: impl Fn(&T) -> Value,
) -> Result<(Vec<Value>, Option<String>), Fault> {
    let (after, most) = asked(ask)?;
    let mut all: Vec<(String, T)> = all
        .filter(|(key, _)| after.as_ref().is_none_or(|after| key > after))
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    let more = all.len() > most;
    all.truncate(most);
    let next = all.last().filter(|_| more).map(|(key, _)| cursor(ask, key));
    let items = all.iter().map(|(_, item)| show(item)).collect();
    Ok((items, next))
}

/// The key after which to go on, and how many items.
pub(super) fn asked(ask: &Ask) -> Result<(Option<String>, usize), Fault> {
    let most = match ask.query.get("limit") {
        None => USUAL,
        Some(text) => Some(text)
            .filter(|t| t.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|t| t.parse().ok())
            .filter(|n| (1..=MOST).contains(n))
            .ok_or_else(|| Fault::wrong(format!("`limit` is a number from 1 to {MOST}")))?,
    };
    let after = match ask.query.get("cursor") {
        None => None,
        Some(text) => {
            let bytes = unhex(text).filter(|b| b.len() >= MARK).ok_or_else(|| {
                Fault::wrong("`cursor` is not written like one; begin without it")
            })?;
            let (mark, key) = bytes.split_at(MARK);
            let ours = mark == mark_of(ask);
            let key = std::str::from_utf8(key).ok().filter(|_| ours);
            Some(key.ok_or_else(wrong_cursor)?.to_owned())
        }
    };
    Ok((after, most))
}

/// Where the next page begins.
pub(super) fn cursor(ask: &Ask, key: &str) -> String {
    hex(&mark_of(ask)) + &hex(key.as_bytes())
}

pub(super) fn wrong_cursor() -> Fault {
    Fault::Refused("`cursor` is not one that this list gave; begin without it".into())
}

fn mark_of(ask: &Ask) -> [u8; MARK] {
    let [a, b, c, d, ..] = sha256(ask.path.as_bytes()).0;
    [a, b, c, d]
}
