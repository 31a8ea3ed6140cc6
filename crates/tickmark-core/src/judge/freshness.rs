//! Evidence that people hand in, joined to the occurrences it was asked for.
//!
//! Three things are kept apart: how often something is due (the interval), how long it is tolerated after that (the window), and when
//! it was handed in. The day the evidence covers decides where it belongs, never the day of the upload.

use super::library::{Automation, Library};
use crate::model::{
    calendar::{Frequency, Rolling, buckets, due_after},
    ids::ControlId,
    notices::Owing,
    state::{Collection, State},
    time::{Day, Period},
};

/// How fresh the evidence of an occurrence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Freshness {
    /// It is there.
    Fresh,
    /// It is not there and will be due within the notice.
    DueSoon,
    /// It was due and is still tolerated.
    AtRisk,
    /// It was due and is not tolerated any longer.
    Expired,
}

impl Freshness {
    /// The word for people and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::DueSoon => "due_soon",
            Self::AtRisk => "at_risk",
            Self::Expired => "expired",
        }
    }
}

/// What a control owes by hand.
#[derive(Debug, Clone, Copy)]
pub struct Owed {
    /// How often.
    pub frequency: Frequency,
    /// How an interval is measured; none counts calendar buckets.
    pub rolling: Option<Rolling>,
    /// The days on which the control is in force.
    pub effective: Period,
    /// Days before the end of an occurrence on which people are reminded.
    pub notice_days: u32,
    /// Days after it on which late evidence is still taken.
    pub tolerance_days: u32,
}

/// One occurrence with what was handed in for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidenced {
    /// The days of the occurrence; the last is the day on which it is due.
    pub days: Period,
    /// Leaves of the evidence, in the order of the ledger.
    pub leaves: Vec<u64>,
    /// Days from the day it was due to the day the first of it was handed in; 0 if it came in time, none if it did not come.
    pub days_late: Option<i32>,
    /// How fresh it is; none while nothing is due yet.
    pub freshness: Option<Freshness>,
}

/// Evidence that was handed in: what counts of it here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handed {
    /// Its leaf.
    pub leaf: u64,
    /// The days it covers.
    pub covers: Period,
    /// The day on which it was handed in.
    pub on: Day,
}

/// The evidence handed in for a control, in the order of the ledger.
#[must_use]
pub fn handed_in(state: &State, control: &ControlId) -> Vec<Handed> {
    let zone = state.zone();
    let of = |collection: &Collection| {
        let evidence = collection.evidence.as_ref()?;
        (evidence.control == *control).then(|| Handed {
            leaf: collection.leaf,
            covers: evidence.covers,
            on: zone.day_of(collection.observed.0),
        })
    };
    state.collections.iter().filter_map(of).collect()
}

/// The occurrences a control owes in a period, each with its evidence and how fresh it is on a day.
///
/// Evidence belongs to the occurrence in which the last day it covers lies, as in the population `evidence`: a file about half a year
/// is one occurrence of a monthly control, not six. An occurrence is owed if its last day lies in the period and in the days of
/// `effective`. Event and continuous controls owe nothing here. What was handed in after `today` is not known yet.
#[must_use]
pub fn occurrences(owed: &Owed, period: Period, handed: &[Handed], today: Day) -> Vec<Evidenced> {
    let (from, to) = (
        owed.effective.from.max(period.from),
        owed.effective.to.min(period.to),
    );
    let Ok(inside) = Period::new(from, to) else {
        return Vec::new();
    };
    let known: Vec<Handed> = handed.iter().filter(|h| h.on <= today).copied().collect();
    let handed = known.as_slice();
    let owes = match owed.rolling {
        None => calendar(owed.frequency, inside),
        Some(rolling) => rolling_days(owed, rolling, inside, handed),
    };
    owes.into_iter()
        .map(|days| evidenced(owed, days, handed, today))
        .collect()
}

/// The worst of the occurrences of which something can be said; none while nothing is due.
#[must_use]
pub fn worst(occurrences: &[Evidenced]) -> Option<Freshness> {
    occurrences.iter().filter_map(|o| o.freshness).max()
}

/// Days before the end of an occurrence on which its owner is reminded.
const NOTICE_DAYS: u32 = 7;

/// The occurrences of a period that adopted controls owe by hand, that have no evidence, and that are due or will be within a week.
///
/// What is tested by itself owes nothing by hand, and neither does what happens daily or at any time.
#[must_use]
pub fn owing(state: &State, library: &Library, period: Period, today: Day) -> Vec<Owing> {
    let mut out = Vec::new();
    for (_, adopted) in state.adopted() {
        let id = &adopted.control;
        let control = library.controls.get(id);
        let by_hand = control.filter(|c| c.front.automation != Automation::Automated);
        let frequencies = by_hand.map_or(&[][..], |c| &c.front.frequency);
        let handed = handed_in(state, id);
        for version in state.in_force(id) {
            let to = version.to.unwrap_or(period.to).max(version.from);
            let from = version.from;
            for frequency in frequencies {
                let owed = Owed {
                    frequency: *frequency,
                    rolling: version.adoption.interval.rolling(),
                    effective: Period { from, to },
                    notice_days: NOTICE_DAYS,
                    tolerance_days: 0,
                };
                if *frequency == Frequency::Daily {
                    continue;
                }
                let found = occurrences(&owed, period, &handed, today).into_iter();
                let missing = found.filter(|o| o.leaves.is_empty() && o.freshness.is_some());
                out.extend(missing.map(|o| Owing {
                    control: id.clone(),
                    days: o.days,
                }));
            }
        }
    }
    out
}

fn calendar(frequency: Frequency, inside: Period) -> Vec<Period> {
    let all = buckets(frequency, inside).into_iter();
    all.filter(|b| b.due).map(|b| b.whole).collect()
}

/// From one act to the day on which the next is due. The days begin anew with each act; where none comes in time, with the day it was
/// due. The first interval begins with the first day in force.
fn rolling_days(owed: &Owed, rolling: Rolling, inside: Period, handed: &[Handed]) -> Vec<Period> {
    let mut acts: Vec<Day> = handed.iter().map(|h| h.covers.to).collect();
    acts.sort_unstable();
    let mut out = Vec::new();
    let mut anchor = owed.effective.from.plus_days(-1);
    while let Some(due) = due_after(owed.frequency, anchor, rolling) {
        let act = acts.iter().find(|day| anchor < **day && **day <= due);
        let end = act.copied().unwrap_or(due);
        let days = Period {
            from: anchor.plus_days(1),
            to: end,
        };
        if days.from > inside.to || end <= anchor {
            break;
        }
        if inside.contains(end) {
            out.push(days);
        }
        anchor = end;
    }
    out
}

fn evidenced(owed: &Owed, days: Period, handed: &[Handed], today: Day) -> Evidenced {
    let mine = handed.iter().filter(|h| days.contains(h.covers.to));
    let mine: Vec<&Handed> = mine.collect();
    let first = mine.iter().map(|h| h.on).min();
    let ahead = i32::try_from(owed.notice_days).unwrap_or(i32::MAX);
    let after = i32::try_from(owed.tolerance_days).unwrap_or(i32::MAX);
    let late = today.days_since(days.to);
    let freshness = match first {
        Some(_) => Some(Freshness::Fresh),
        None if late > after => Some(Freshness::Expired),
        None if late > 0 => Some(Freshness::AtRisk),
        None if late >= -ahead => Some(Freshness::DueSoon),
        None => None,
    };
    Evidenced {
        days,
        leaves: mine.iter().map(|h| h.leaf).collect(),
        days_late: first.map(|on| on.days_since(days.to).max(0)),
        freshness,
    }
}
