//! What a control owes by hand, occurrence by occurrence, and what was handed in for it.

use tickmark_core::judge::freshness::{self, Evidenced, Freshness, Owed};
use tickmark_core::judge::library::Automation;
use tickmark_core::model::calendar::{Frequency, Rolling};
use tickmark_core::model::ids::ControlId;
use tickmark_core::model::time::{Day, Period, Time};

use super::part::Tone;
use super::view::{self, ControlView};
use crate::house::House;

/// Days before the end of an occurrence from which on people are reminded, and days after it on which late evidence is still tolerated.
/// Our own choice, by how often something is due; the result says how late evidence was in any case.
#[must_use]
pub const fn windows(frequency: Frequency) -> (u32, u32) {
    match frequency {
        Frequency::Event | Frequency::Continuous | Frequency::Daily => (0, 1),
        Frequency::Weekly => (2, 3),
        Frequency::Monthly => (7, 7),
        Frequency::Quarterly => (14, 14),
        Frequency::Semiannual | Frequency::Annual => (30, 30),
    }
}

/// What a control owes by hand in the program's period, oldest first: nothing if its tests read what sources recorded, or if it owes
/// nothing at certain times.
#[must_use]
pub fn occurrences(house: &House, control: &ControlView<'_>, now: Time) -> Vec<Evidenced> {
    let by_hand = control
        .library
        .filter(|c| c.front.automation != Automation::Automated);
    let (Some(library), Ok(inputs), Ok(id)) =
        (by_hand, &house.inputs, ControlId::parse(&control.id))
    else {
        return Vec::new();
    };
    let (period, zone) = (view::period(inputs), view::zone(house));
    let handed = freshness::handed_in(&house.state, &id);
    let mut out = Vec::new();
    for (effective, rolling) in in_force(house, control, &id, period) {
        for frequency in library.front.frequency.iter().filter(|f| periodic(**f)) {
            let (notice_days, tolerance_days) = windows(*frequency);
            let owed = Owed {
                frequency: *frequency,
                rolling,
                effective,
                notice_days,
                tolerance_days,
            };
            out.extend(freshness::occurrences(
                &owed,
                period,
                &handed,
                zone.day_of(now),
            ));
        }
    }
    out.sort_by_key(|o| (o.days.to, o.days.from));
    out
}

const fn periodic(frequency: Frequency) -> bool {
    !matches!(
        frequency,
        Frequency::Event | Frequency::Continuous | Frequency::Daily
    )
}

/// The days of each version of a control in force, and how its intervals are counted.
fn in_force(
    house: &House,
    control: &ControlView<'_>,
    id: &ControlId,
    period: Period,
) -> Vec<(Period, Option<Rolling>)> {
    let days = |from: Day, to: Option<Day>| Period::new(from, to.unwrap_or(period.to.max(from)));
    let versions = house.state.in_force(id);
    if versions.is_empty() {
        let versions = control.versions.iter();
        let versions = versions.filter_map(|v| Some((days(v.effective, v.retired).ok()?, None)));
        return versions.collect();
    }
    let versions = versions.iter();
    let versions =
        versions.filter_map(|v| Some((days(v.from, v.to).ok()?, v.adoption.interval.rolling())));
    versions.collect()
}

/// The occurrence that evidence handed in now most likely belongs to: the oldest that is missed or due, or else the one that today lies
/// in.
#[must_use]
pub fn open(occurrences: &[Evidenced], today: Day) -> Option<Period> {
    let missing = |o: &&Evidenced| o.leaves.is_empty() && o.days.from <= today;
    let owed = |o: &&Evidenced| o.freshness.is_some_and(|f| f != Freshness::Fresh);
    let mut all = occurrences.iter().filter(missing);
    let oldest = occurrences.iter().filter(missing).find(owed);
    let now = oldest.or_else(|| all.find(|o| o.days.contains(today)));
    now.map(|o| o.days)
}

/// The days that somebody may choose from when handing in for a control: its occurrences that have begun, or the whole period where it
/// owes nothing at certain times.
#[must_use]
pub fn choices(
    house: &House,
    control: &ControlView<'_>,
    now: Time,
) -> Vec<(Period, Option<Freshness>)> {
    let today = view::zone(house).day_of(now);
    let all = occurrences(house, control, now);
    if all.is_empty() {
        let whole = house.inputs.as_ref().ok().map(view::period);
        let whole = whole.filter(|p| p.from <= today);
        return whole.into_iter().map(|p| (p, None)).collect();
    }
    let begun = all.iter().filter(|o| o.days.from <= today);
    begun.map(|o| (o.days, o.freshness)).collect()
}

/// How fresh in words, with the tone; what is not due yet says so.
#[must_use]
pub const fn words(freshness: Option<Freshness>) -> (Tone, &'static str) {
    match freshness {
        None => (Tone::Plain, "Not due yet"),
        Some(Freshness::Fresh) => (Tone::Good, "Fresh"),
        Some(Freshness::DueSoon) => (Tone::Plain, "Due soon"),
        Some(Freshness::AtRisk) => (Tone::Warn, "At risk"),
        Some(Freshness::Expired) => (Tone::Bad, "Expired"),
    }
}

/// What that means for whoever has to do something.
#[must_use]
pub const fn means(freshness: Option<Freshness>) -> &'static str {
    match freshness {
        None => "nothing to do yet",
        Some(Freshness::Fresh) => "evidence is there",
        Some(Freshness::DueSoon) => "hand it in before its last day",
        Some(Freshness::AtRisk) => "late, and still tolerated: hand it in now",
        Some(Freshness::Expired) => {
            "late beyond what is tolerated; handed in now, it shows as late"
        }
    }
}
