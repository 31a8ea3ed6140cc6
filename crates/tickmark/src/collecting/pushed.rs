//! Records that another program hands over: all of them or none, and the same bytes twice are one push.

use std::collections::BTreeMap;

use tickmark_collect::{Sink as _, file::PAGE};
use tickmark_core::{
    facts::schema::{Schema, Shape},
    model::{
        calendar::{Frequency, Rolling, due_after},
        ids::StreamName,
        manifest::{End, Page},
        state::Collection,
        time::{Span, Time},
    },
};

use super::{
    LedgerSink,
    adhoc::{By, ByHand, page, record, schema},
    mappings::{FORMAT, Mapped, PUSH, of_file},
};
use crate::{
    error::{Error, Result},
    ledger::Recorded,
    program::{Hands, Program},
    records::{self, Records as _},
    shelf::Shelf,
};

/// Longest time between two pushed snapshots that still counts as covered: what is pushed as a list is expected each day.
const CADENCE: Frequency = Frequency::Daily;

/// Another program, by the API.
const SYSTEM: By = By {
    how: "handed over by a program",
    hint: "nothing of the push was recorded; correct the record and push all of them again",
    backfilled: false,
};

/// Collects JSON Lines whose keys are the columns of a population, pushed by the system `from`. `None`: these bytes were its last push,
/// today.
///
/// A list of states holds everything there is and covers the time since the push before, if that was yesterday at the earliest. What
/// time pushed events cover cannot be told from them, so they cover none.
///
/// # Errors
/// The population or the name is none, a record cannot be read, the disk fails; nothing is recorded then.
pub fn push(
    program: &Program,
    shelf: &Shelf,
    population: &str,
    from: &str,
    bytes: &[u8],
    hands: Hands<'_>,
) -> Result<Option<Recorded>> {
    let schema = schema(shelf, population)?;
    let from = StreamName::parse(from).map_err(|_| {
        Error::user(format!("`{from}` is not the name of a system"))
            .hint("write it in lower case with underscores, like `hr_system`")
    })?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::user(format!("{population}: no record was pushed"))
            .hint("hand over a line for each record"));
    }
    let instance = format!("push-{from}");
    let last = last(program, &instance, schema);
    if let Some(last) = &last
        && is_again(program, last, bytes, hands.clock.now())?
    {
        return Ok(None);
    }
    let mapped = Mapped {
        schema,
        mapping: of_file(schema, None, Some("jsonl"))?,
    };
    let by_hand = ByHand {
        source: PUSH,
        instance,
        stream: population,
        params: BTreeMap::from([(FORMAT.to_owned(), "jsonl".to_owned())]),
        covered: covered(program, schema, last.as_ref(), hands.clock.now()),
        redactions: Vec::new(),
        by: SYSTEM,
    };
    let mut sink = LedgerSink::new(program.ledger(), hands.entropy);
    let mut witnessed: Vec<Page> = Vec::new();
    for part in parts(bytes) {
        witnessed.push(page(sink.page(part).map_err(Error::environment)?));
    }
    let pages = sink.finish()?;
    let done = record(program, &mapped, by_hand, witnessed, pages, hands, false);
    let (recorded, _) = done.inspect_err(|_| program.ledger().unstage())?;
    Ok(Some(recorded))
}

/// The last complete push of a system to a population.
fn last(program: &Program, instance: &str, schema: &Schema) -> Option<Collection> {
    let state = program.state();
    let mut all = state.collections.iter().rev();
    all.find(|c| {
        c.source.as_str() == PUSH
            && c.instance.as_str() == instance
            && c.population == schema.name
            && c.end == End::Complete
    })
    .cloned()
}

/// Whether the bytes are those of the last push, on the same day: whoever did not hear the answer pushes again. On another day the same
/// list is another observation.
fn is_again(program: &Program, last: &Collection, bytes: &[u8], now: Time) -> Result<bool> {
    let zone = program.state().zone();
    if zone.day_of(last.observed.1) != zone.day_of(now) {
        return Ok(false);
    }
    let ledger = program.ledger();
    let leaf = ledger.leaf(last.leaf)?;
    let mut rest = bytes;
    for page in records::pages(ledger, last.leaf, &leaf)? {
        match rest.strip_prefix(ledger.blob(&page.commitment)?.as_slice()) {
            Some(more) => rest = more,
            None => return Ok(false),
        }
    }
    Ok(rest.is_empty())
}

/// From the last push until now, for lists of states (decision D6).
fn covered(
    program: &Program,
    schema: &Schema,
    last: Option<&Collection>,
    now: Time,
) -> Option<Span> {
    let last = last.filter(|_| schema.shape == Shape::State)?.observed.1;
    let zone = program.state().zone();
    let due = due_after(CADENCE, zone.day_of(last), Rolling::Days)?;
    (now <= zone.end_of(due)).then_some(Span {
        from: last,
        until: now,
    })
}

/// Pages that end where a line ends; joined they are the bytes again.
fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut parts, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let after = rest.get(PAGE..).unwrap_or_default();
        let line = after.iter().position(|b| *b == b'\n');
        let end = line.map_or(rest.len(), |n| PAGE + n + 1);
        let (part, more) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        parts.push(part);
        rest = more;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{PAGE, parts};

    #[test]
    fn pages_end_where_a_line_ends_and_joined_are_the_push() {
        let line = format!("{{\"a\":\"{}\"}}\n", "x".repeat(1 << 20));
        let push = line.repeat(9);
        let pages = parts(push.as_bytes());
        assert!(pages.len() > 1 && pages.iter().all(|p| p.ends_with(b"\n")));
        assert!(pages.iter().all(|p| p.len() <= PAGE + line.len()));
        assert_eq!(pages.concat(), push.as_bytes());
        assert_eq!(parts(b"{}"), vec![b"{}".as_slice()]);
    }
}
