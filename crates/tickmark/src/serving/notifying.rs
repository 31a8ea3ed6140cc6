//! Telling owners: decided from the state after each turn of the runner, entered into the outbox, then sent.
#![allow(
    clippy::disallowed_methods,
    reason = "the outbox is a file of the program directory"
)]

use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use tickmark_core::{
    judge::freshness::owing,
    model::{
        clock::Clock,
        document::{Notices, People},
        ids::TestId,
        notices::{Exception, Owing, Situation, decide},
        state::State,
        time::{Period, SECOND_US, Time},
    },
    report::ItemState,
};
use tickmark_notify::{
    Channel, Message, Outbox, OutboxError, Sender,
    outbox::{Entering, Progress},
};
use tickmark_server::{ClockCard, NoticeLine, NoticeState};

use crate::{
    error::{Error, Kind, Result},
    program::Program,
    registering,
    reporting::{self, Kind as Report, Wanted},
};

/// How often something is looked for that time alone brings: a day that ends, a digest, the end of a quiet time.
const LOOK_US: i64 = 15 * 60 * SECOND_US;
/// Messages that the page lists.
const LISTED: u32 = 1_000;

/// Key of the mark for what was looked at last: size of the ledger and quarter of the hour.
const LOOKED_AT: &str = "looked_at";
/// Key of the mark for when a runner looked last, RFC 3339.
const LOOKED: &str = "looked";
/// Key of the mark for what a runner did last: time and lines, JSON.
const DID: &str = "did";

fn path(dir: &Path) -> PathBuf {
    Program::inside(dir).join("notices.db")
}

fn open(dir: &Path) -> Result<Outbox> {
    Outbox::open(&path(dir)).map_err(Error::environment)
}

/// Decides what is told and sends what is due; a line for each message. Only for who holds the runner's lock.
///
/// # Errors
/// The ledger cannot be read, or the disk fails. A message that is not sent is a line.
pub(super) fn turn(program: &Program, clock: &dyn Clock) -> Result<Vec<String>> {
    let mut outbox = open(program.dir())?;
    // Whoever held the lock before may have been cut off.
    outbox.recover(clock.now()).map_err(Error::environment)?;
    let Some(settings) = program.state().notices().cloned() else {
        return Ok(Vec::new());
    };
    let mut said = Vec::new();
    if let Err(error) = tell(program, &settings, &mut outbox, clock.now()) {
        said.push(format!("messages: {error}"));
    }
    // What was entered before is sent whatever keeps the next from being decided.
    let sender = Sender::new(&settings, program.dir());
    let sent = outbox.deliver(&sender, clock);
    said.extend(sent.map_err(Error::environment)?);
    Ok(said)
}

/// Enters what is to be told, unless neither the ledger nor the quarter of the hour is another than when it was looked last.
fn tell(program: &Program, settings: &Notices, outbox: &mut Outbox, now: Time) -> Result<()> {
    let failed = |e: OutboxError| Error::environment(e);
    let quarter = now.micros().div_euclid(LOOK_US);
    let looked_at = format!("{} {quarter}", program.state().size);
    if outbox.marked(LOOKED_AT).map_err(failed)?.as_deref() == Some(looked_at.as_str()) {
        return Ok(());
    }
    let state = program.state().clone();
    let people: People = registering::people(program)?;
    let exceptions = exceptions(program, now)?;
    let evidence = evidence(program, &state, now)?;
    let lost = outbox.lost().map_err(failed)?;
    let told = outbox.told().map_err(failed)?;
    let decided = decide(&Situation {
        state: &state,
        settings,
        people: &people,
        // First days are facts, not documents: without them a person counts from the day the policy came into force.
        starts: &BTreeMap::new(),
        exceptions: &exceptions,
        evidence: &evidence,
        lost: &lost,
        secret: program.secret(),
        told: &told,
        now,
    });
    let entering: Vec<Entering> = decided
        .notices
        .into_iter()
        .map(|notice| Entering {
            message: Message::of(&notice, settings),
            about: notice.about,
        })
        .collect();
    outbox
        .enter(&entering, &decided.settled, &Channel::of(settings), now)
        .map_err(failed)?;
    outbox.mark(LOOKED_AT, &looked_at).map_err(failed)
}

/// Items that deviate in the last runs over the program's period; none where there is no period yet.
fn exceptions(program: &Program, now: Time) -> Result<Vec<Exception>> {
    let wanted = Wanted {
        kind: Report::Readiness,
        period: None,
        as_of: None,
        known_at: None,
    };
    let inputs = match reporting::inputs(program, &wanted, now) {
        Ok(inputs) => inputs,
        Err(error) if matches!(error.kind(), Kind::User | Kind::Refused) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut out = Vec::new();
    for test in &inputs.tests {
        let id: TestId = test.id.parse().map_err(Error::bug)?;
        let deviations = test
            .items
            .iter()
            .filter(|i| i.state == ItemState::Deviation);
        out.extend(deviations.map(|item| Exception {
            test: id.clone(),
            item: item.item.clone(),
            since: item.from,
        }));
    }
    Ok(out)
}

/// What is owed by hand in the period that today lies in, or in the last that has begun.
fn evidence(program: &Program, state: &State, now: Time) -> Result<Vec<Owing>> {
    let today = state.zone().day_of(now);
    let periods = state.program().map_or(&[][..], |p| &p.periods);
    let begun = |p: &&Period| p.from <= today;
    let Some(period) = periods.iter().rev().find(begun) else {
        return Ok(Vec::new());
    };
    Ok(owing(state, &program.shelf()?.library, *period, today))
}

/// Keeps that a runner has looked, and what it did if it did something.
///
/// # Errors
/// The disk fails.
pub(super) fn note(dir: &Path, now: Time, did: &[String]) -> Result<()> {
    let outbox = open(dir)?;
    outbox
        .mark(LOOKED, &now.to_string())
        .map_err(Error::environment)?;
    if did.is_empty() {
        return Ok(());
    }
    let text = serde_json::to_string(&(now, did)).map_err(Error::bug)?;
    outbox.mark(DID, &text).map_err(Error::environment)
}

/// What the pages say about the runner and about messages.
pub(super) fn card(dir: &Path) -> ClockCard {
    let at_work = is_at_work(dir);
    // Looking must not make what no runner has made.
    if !path(dir).exists() {
        return ClockCard {
            at_work,
            ..ClockCard::default()
        };
    }
    let read = open(dir).and_then(|outbox| filled(&outbox).map_err(Error::environment));
    let mut card = read.unwrap_or_else(|error| ClockCard {
        trouble: Some(error.to_string()),
        ..ClockCard::default()
    });
    card.at_work = at_work;
    card
}

fn filled(outbox: &Outbox) -> Result<ClockCard, OutboxError> {
    let standing = outbox.standing()?;
    let lines = outbox.lines(LISTED)?;
    Ok(ClockCard {
        at_work: false,
        looked: outbox
            .marked(LOOKED)?
            .and_then(|text| Time::parse(&text).ok()),
        did: outbox
            .marked(DID)?
            .and_then(|text| serde_json::from_str(&text).ok()),
        waiting: standing.waiting,
        sent: standing.sent,
        unsure: standing.unsure,
        failed: standing.failed,
        notices: lines.into_iter().map(line).collect(),
        trouble: None,
    })
}

fn line(line: tickmark_notify::outbox::Line) -> NoticeLine {
    NoticeLine {
        id: line.id,
        kind: line.kind,
        owner: line.owner,
        subject: line.subject,
        decided: line.decided,
        channel: line.channel,
        state: match line.progress {
            Progress::Waiting => NoticeState::Waiting,
            Progress::Sending => NoticeState::Sending,
            Progress::Sent => NoticeState::Sent,
            Progress::Unsure => NoticeState::Unsure,
            Progress::Failed => NoticeState::Failed,
        },
        attempts: line.attempts,
        due: line.due,
        changed: line.changed,
        why: line.why,
    }
}

/// Whether somebody holds the runner's lock. A runner that looks at the very same moment finds it held and looks again later.
fn is_at_work(dir: &Path) -> bool {
    let Ok(file) = File::open(Program::inside(dir).join("runner")) else {
        return false;
    };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}
