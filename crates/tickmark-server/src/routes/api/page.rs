//! Pages of a list: `limit` and `cursor` in, `items` and `next` out.
//!
//! A cursor is the key of the last item given, so that a list that grows meanwhile neither repeats nor skips what stays in order.

use serde_json::{Value, json};

use crate::{
    http::fault::Fault,
    identity::{hex, unhex},
    routes::{Answer, Ask, json_answer},
};

/// Items in a page if nothing is asked for, and at most.
const USUAL: usize = 50;
const MOST: usize = 200;

/// One page of a list of keyed items.
pub(super) fn page<T>(
    ask: &Ask,
    all: impl Iterator<Item = (String, T)>,
    show: impl Fn(&T) -> Value,
) -> Answer {
    let (after, most) = asked(ask)?;
    let mut all: Vec<(String, T)> = all
        .filter(|(key, _)| after.as_ref().is_none_or(|after| key > after))
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    let more = all.len() > most;
    all.truncate(most);
    let next = all.last().filter(|_| more).map(|(key, _)| cursor(key));
    let items: Vec<Value> = all.iter().map(|(_, item)| show(item)).collect();
    Ok(json_answer(&json!({"items": items, "next": next})))
}

/// The key after which to go on, and how many items.
pub(super) fn asked(ask: &Ask) -> Result<(Option<String>, usize), Fault> {
    let most = match ask.query.get("limit") {
        None => USUAL,
        Some(text) => text
            .parse()
            .ok()
            .filter(|n| (1..=MOST).contains(n))
            .ok_or_else(|| Fault::wrong(format!("`limit` is a number from 1 to {MOST}")))?,
    };
    let after = match ask.query.get("cursor") {
        None => None,
        Some(text) => {
            let bytes = unhex(text).ok_or_else(wrong_cursor)?;
            Some(String::from_utf8(bytes).map_err(|_| wrong_cursor())?)
        }
    };
    Ok((after, most))
}

/// Where the next page begins.
pub(super) fn cursor(key: &str) -> String {
    hex(key.as_bytes())
}

pub(super) fn wrong_cursor() -> Fault {
    Fault::wrong("`cursor` is not one that this list gave; begin without it")
}
