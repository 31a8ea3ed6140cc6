//! How a control operated, day by day: what its tests could see, what deviated, which occurrences have evidence.

use maud::{Markup, html};
use tickmark_core::judge::occurrence;
use tickmark_core::model::calendar::Frequency;
use tickmark_core::model::ids::ControlId;
use tickmark_core::model::time::{Day, Period, Span, Spans, Time, Zone};
use tickmark_core::report::ItemState;
use tickmark_core::report::inputs::Inputs;

use super::part;
use super::view::{self, ControlView, Finding};
use crate::house::House;
use crate::pictures::{Caption, Cell, CellState, calendar};

/// An occurrence that a periodic control owes, and the evidence that there is for it.
struct Owed {
    due: Span,
    evidence: Vec<u64>,
}

/// The calendar of the period, with what was owed below it.
pub(super) fn heat_map(
    house: &House,
    inputs: &Inputs,
    control: &ControlView<'_>,
    findings: &[Finding<'_>],
    now: Time,
) -> Markup {
    let period = view::period(inputs);
    let owed = owed(house, inputs, control, period);
    let days = Days {
        inputs,
        control,
        findings,
        owed: &owed,
        today: inputs.zone.day_of(now),
    };
    let cells: Vec<Cell> = period.each_day().map(|day| days.cell(day)).collect();
    let count = |state: CellState| cells.iter().filter(|c| c.state == state).count();
    let exceptions = part::many(count(CellState::Exception), "day");
    let says = if owed.is_empty() {
        format!(
            "{}: {} covered by evidence, {} without evidence; {exceptions} with an exception.",
            part::many(cells.len(), "day"),
            count(CellState::Covered),
            count(CellState::Uncovered)
        )
    } else {
        let done = owed.iter().filter(|o| !o.evidence.is_empty()).count();
        format!(
            "{} owed, {done} with evidence; {exceptions} with an exception.",
            part::many(owed.len(), "occurrence")
        )
    };
    html! {
        p.sentence { (says) }
        (calendar(&Caption { id: "operation", title: &format!("Operation of {} by day", control.id), says: says.clone() }, period, &cells))
        (list(&owed, &inputs.zone, now))
    }
}

struct Days<'a> {
    inputs: &'a Inputs,
    control: &'a ControlView<'a>,
    findings: &'a [Finding<'a>],
    owed: &'a [Owed],
    today: Day,
}

impl Days<'_> {
    fn cell(&self, day: Day) -> Cell {
        let zone = &self.inputs.zone;
        let Some(span) = Span::new(zone.start_of(day), zone.end_of(day)) else {
            return Cell {
                day,
                state: CellState::Ahead,
                says: String::new(),
            };
        };
        let in_force = self
            .control
            .versions
            .iter()
            .any(|c| c.effective <= day && c.retired.is_none_or(|last| day <= last));
        let mut state = if self.control.versions.is_empty() || in_force {
            self.covered(day, span)
        } else {
            CellState::NotInForce
        };
        let mut says = Vec::new();
        for owed in self
            .owed
            .iter()
            .filter(|o| zone.day_of(o.due.until.plus(-1)) == day)
        {
            state = state.max(if owed.evidence.is_empty() {
                if day < self.today {
                    CellState::Missed
                } else {
                    CellState::Due
                }
            } else {
                CellState::Done
            });
            says.push("an occurrence is due".to_owned());
        }
        for finding in self.findings.iter().filter(|f| touches(f, span)) {
            match finding.item.state {
                ItemState::Deviation => state = state.max(CellState::Exception),
                ItemState::Unknown => state = state.max(CellState::Unknown),
                ItemState::NotApplicable | ItemState::Pending => continue,
            }
            if says.len() < 3 {
                says.push(format!("{}: {}", finding.test.id, finding.item.item));
            }
        }
        Cell {
            day,
            state,
            says: says.join("; "),
        }
    }

    /// What the tests could see of the day.
    fn covered(&self, day: Day, span: Span) -> CellState {
        if day > self.today {
            return CellState::Ahead;
        }
        let runs: Vec<_> = self
            .control
            .tests
            .iter()
            .filter(|t| t.span.intersect(&span).is_some())
            .collect();
        if runs.is_empty() {
            // Without a test, only occurrences tell of a day.
            return if self.owed.is_empty() {
                CellState::Uncovered
            } else {
                CellState::Nothing
            };
        }
        let day = Spans::from(vec![span]);
        let missing = runs.iter().fold(Spans::empty(), |all, run| {
            all.union(&run.uncovered.intersect(&day))
        });
        match missing.total_us() {
            0 => CellState::Covered,
            all if all >= span.length_us() => CellState::Uncovered,
            _ => CellState::Partly,
        }
    }
}

/// Whether an item's time touches a day; one moment counts as a moment.
fn touches(finding: &Finding<'_>, day: Span) -> bool {
    let Some(from) = finding.item.from else {
        return false;
    };
    day.contains(from) || (from < day.until && finding.until() > day.from)
}

/// What the control owes by its frequency, from its effective days, never from the evidence there is.
fn owed(house: &House, inputs: &Inputs, control: &ControlView<'_>, period: Period) -> Vec<Owed> {
    let frequencies: &[Frequency] = control.library.map_or(&[], |c| &c.front.frequency);
    let Ok(id) = ControlId::parse(&control.id) else {
        return Vec::new();
    };
    let mut owed = Vec::new();
    for version in &control.versions {
        let Ok(effective) = Period::new(
            version.effective,
            version.retired.unwrap_or(period.to).max(version.effective),
        ) else {
            continue;
        };
        for frequency in frequencies.iter().filter(|f| {
            !matches!(
                f,
                Frequency::Event | Frequency::Continuous | Frequency::Daily
            )
        }) {
            if let Some(expected) =
                occurrence::expected(&id, *frequency, effective, period, &inputs.zone)
            {
                owed.extend(expected.due.into_iter().map(|o| Owed {
                    due: o.due,
                    evidence: Vec::new(),
                }));
            }
        }
    }
    for item in house.state.collections.iter() {
        let Some(body) = item.evidence.as_ref().filter(|e| e.control == id) else {
            continue;
        };
        let covers = body.covers.span(&inputs.zone);
        for owed in owed
            .iter_mut()
            .filter(|o| o.due.intersect(&covers).is_some())
        {
            owed.evidence.push(item.leaf);
        }
    }
    owed
}

fn list(owed: &[Owed], zone: &Zone, now: Time) -> Markup {
    html! {
        @if !owed.is_empty() {
            h3 { "Occurrences owed" }
            ul.points { @for one in owed {
                li {
                    @let last = zone.day_of(one.due.until.plus(-1));
                    @if !one.evidence.is_empty() { (part::tag(part::Tone::Good, "Evidence")) }
                    @else if one.due.until > now { (part::tag(part::Tone::Plain, "Due")) }
                    @else { (part::tag(part::Tone::Unknown, "No evidence")) }
                    " " (zone.day_of(one.due.from)) " to " (last) " " (part::entries(&one.evidence, 4))
                }
            } }
        }
    }
}
