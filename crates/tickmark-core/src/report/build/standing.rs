//! What is open at each criterion, with reasons and without a score.

use crate::model::ids::CriterionId;
use crate::report::document::{Align, Block, Section, Span, Table, Tone, code, words};
use crate::report::figure::Citations;
use crate::report::inputs::{Control, Inputs, TestResult, Window};
use crate::report::remarks;
use crate::report::state::ResultState;
use crate::report::wording::Text;

use super::{monitoring, phrases};

/// A criterion and what is open at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Criterion.
    pub criterion: CriterionId,
    /// Title in our own words.
    pub title: String,
    /// Controls mapped to it.
    pub controls: Vec<String>,
    /// Open points; none does not mean that the criterion is met.
    pub open: Vec<OpenPoint>,
}

/// One open point.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenPoint {
    /// Kind, for programs: `no_control`, `not_in_force`, `deviation`, `unable_to_test`, `did_not_operate`, `provisional`, `not_tested`, `back_dated`.
    pub kind: &'static str,
    /// Control or test, empty if the criterion itself.
    pub subject: String,
    /// Why it is open.
    pub why: Vec<Span>,
    /// Ledger entries.
    pub leaves: Citations,
}

/// The standing of each criterion in scope, in order.
#[must_use]
pub fn standings(inputs: &Inputs) -> Vec<Standing> {
    inputs
        .criteria
        .iter()
        .map(|criterion| standing(inputs, criterion.id, &criterion.title))
        .collect()
}

fn standing(inputs: &Inputs, criterion: CriterionId, title: &str) -> Standing {
    let mut controls: Vec<String> = Vec::new();
    let mut open = Vec::new();
    for control in phrases::mapped(inputs, criterion) {
        if !controls.contains(&control.id) {
            controls.push(control.id.clone());
            open.extend(in_force(inputs, &control.id));
        }
        open.extend(of_control(inputs, control));
    }
    if controls.is_empty() {
        open.push(OpenPoint {
            kind: "no_control",
            subject: String::new(),
            why: words("no adopted control is mapped to this criterion"),
            leaves: Citations::one(inputs.program_leaf),
        });
    }
    Standing {
        criterion,
        title: title.to_owned(),
        controls,
        open,
    }
}

/// Days of the window on which no version of the control was in force.
fn in_force(inputs: &Inputs, id: &str) -> Option<OpenPoint> {
    let Window::Throughout(period) = inputs.window else {
        return None;
    };
    let versions: Vec<&Control> = inputs
        .controls
        .iter()
        .filter(|control| control.id == id)
        .collect();
    let bare = |day| {
        !versions
            .iter()
            .any(|c| c.effective <= day && c.retired.is_none_or(|last| day <= last))
    };
    let first = period.each_day().find(|day| bare(*day))?;
    let last = period
        .each_day()
        .skip_while(|day| *day < first)
        .take_while(|day| bare(*day))
        .last()?;
    let leaves = Citations::new(
        versions.first()?.leaf,
        versions.iter().map(|control| control.leaf),
    );
    Some(OpenPoint {
        kind: "not_in_force",
        subject: id.to_owned(),
        why: words(format!(
            "not in force from {first} to {last}; the criterion needs another control for these days"
        )),
        leaves,
    })
}

fn of_control(inputs: &Inputs, control: &Control) -> Vec<OpenPoint> {
    let mut open: Vec<OpenPoint> = Vec::new();
    if let Some(days) = control.back_dated_days.filter(|days| !days.is_zero()) {
        let by = Citations::one(control.leaf);
        open.push(OpenPoint {
            kind: "back_dated",
            subject: control.id.clone(),
            why: vec![
                Span::text("recorded "),
                Span::Figure(days.cited(&by)),
                Span::text(" days after its effective date"),
            ],
            leaves: by,
        });
    }
    let mut tested = false;
    for test in phrases::runs(inputs, control) {
        tested = true;
        open.extend(of_test(test));
    }
    if !tested {
        let why = match control.automation.as_str() {
            "manual" => {
                "manual control: evidence of its operation must be handed in and looked at by a person"
            }
            _ => "no run of a test for this version of the control",
        };
        open.push(OpenPoint {
            kind: "not_tested",
            subject: control.id.clone(),
            why: words(why),
            leaves: Citations::one(control.leaf),
        });
    }
    open
}

fn of_test(test: &TestResult) -> Vec<OpenPoint> {
    let point = |kind, why| OpenPoint {
        kind,
        subject: test.id.clone(),
        why,
        leaves: Citations::one(test.leaf),
    };
    let mut open = Vec::new();
    match test.result {
        ResultState::NoDeviation => {}
        ResultState::Deviation => open.push(point("deviation", phrases::counted(test))),
        ResultState::DidNotOperate => {
            open.push(point(
                "did_not_operate",
                words("a complete population shows no occurrence: the control was not tested"),
            ));
        }
        ResultState::UnableToTest => {}
    }
    // Missing evidence is said beside a deviation too: the result has one name, the reader needs both reasons.
    if !test.counts.unknown.is_zero() {
        let by = Citations::one(test.leaf);
        let why = vec![
            Span::text("items that could not be judged: "),
            Span::Figure(test.counts.unknown.cited(&by)),
        ];
        open.push(point("unable_to_test", why));
    }
    if test.covered_s < test.asked_s {
        open.push(point(
            "unable_to_test",
            words(format!(
                "no evidence for {}",
                phrases::stretches(&test.uncovered, 3)
            )),
        ));
    }
    if test.provisional {
        let why = format!(
            "the period is still open; the result speaks of the time until {}",
            phrases::instant(test.span.until)
        );
        open.push(point("provisional", words(why)));
    }
    open
}

/// Sections of the readiness report.
pub fn sections(inputs: &Inputs) -> Vec<Section> {
    let standings = standings(inputs);
    let mut overview = Section::new("", "Overview", "Management");
    overview.blocks.extend(Text::Readiness.blocks(inputs));
    let names = |open: bool| {
        let ids: Vec<String> = standings
            .iter()
            .filter(|s| s.open.is_empty() != open)
            .map(|s| s.criterion.to_string())
            .collect();
        if ids.is_empty() {
            words("none")
        } else {
            words(ids.join(", "))
        }
    };
    overview.push(Block::Facts {
        pairs: vec![
            ("With open points".into(), names(true)),
            ("Without an open point".into(), names(false)),
        ],
    });
    for (title, remarks) in [
        ("The description lacks", remarks::description(inputs)),
        ("Wording", remarks::words(inputs)),
    ] {
        let items: Vec<Vec<Span>> = remarks
            .into_iter()
            .map(|(place, why)| vec![Span::strong(place), Span::text(format!(": {why}"))])
            .collect();
        if !items.is_empty() {
            overview.push(Block::Notice {
                tone: Tone::Note,
                title: title.into(),
                items,
            });
        }
    }
    overview.push(Block::Table(monitoring::legend()));
    let mut list = Section::new("", "Open points per criterion", "Management").lying();
    list.push(Block::Table(table(&standings).within("Criteria")));
    vec![overview, list]
}

fn table(standings: &[Standing]) -> Table {
    let columns = [
        ("Control or test", 4, Align::Left),
        ("Open", 3, Align::Left),
        ("Reason", 10, Align::Left),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new(
        "What the ledger holds open, criterion by criterion",
        &columns,
    );
    for standing in standings {
        table.band(format!("{}  {}", standing.criterion, standing.title));
        for point in &standing.open {
            let subject = if point.subject.is_empty() {
                words("criterion")
            } else {
                code(&point.subject)
            };
            let kind = words(point.kind.replace('_', " "));
            table.row(vec![
                subject,
                kind,
                point.why.clone(),
                vec![Span::Entries {
                    leaves: point.leaves.clone(),
                }],
            ]);
        }
        if standing.open.is_empty() {
            table.row(vec![
                words(standing.controls.join(", ")),
                words("none"),
                words("no open point in the ledger"),
                Vec::new(),
            ]);
        }
    }
    table
}
