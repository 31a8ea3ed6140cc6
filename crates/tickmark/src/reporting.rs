//! Reports: plain data out of the folded state and the recorded runs, then rendered.

mod cards;
mod changes;
mod results;

use tickmark_core::{
    judge::library::Control as LibraryControl,
    model::{
        document::{CommitmentKind, Document},
        ids::{Category, CriterionId, criteria_in},
        state::State,
        time::{Day, Period, Span, Time, Zone, tzdb_version},
    },
    report::{
        Count, Inputs, Report, Typeset as _, build,
        inputs::{
            Checkpoint, Commitment, Control, Criterion, Demo, Prose, Versions, Window, Witness,
        },
        render, workbook,
    },
};
use tickmark_log::commitment::Commitment as Name;

pub use results::Line;

use crate::{
    error::{Error, Result},
    heavy,
    populations::Sources,
    program::Program,
    records::Records as _,
    shelf::Shelf,
    witnessing,
};

/// Which report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Readiness per criterion.
    Readiness,
    /// Type 1 package draft.
    Type1,
    /// Type 2 package draft.
    Type2,
    /// The workbook of the Type 2 package.
    Workbook,
}

/// How it is rendered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rendering {
    /// PDF.
    Pdf,
    /// XLSX.
    Xlsx,
    /// Markdown.
    Md,
    /// HTML.
    Html,
    /// JSON with citations.
    Json,
}

/// What is wanted.
pub struct Wanted {
    /// Which report.
    pub kind: Kind,
    /// Its period; the program's first one otherwise.
    pub period: Option<Period>,
    /// Its date, for Type 1.
    pub as_of: Option<Day>,
    /// As known when the ledger had this many leaves.
    pub known_at: Option<u64>,
}

/// Builds and renders a report.
///
/// # Errors
/// There is no period, a run it needs is missing or provisional, the worker fails.
pub fn render(
    program: &Program,
    wanted: &Wanted,
    rendering: Rendering,
    now: Time,
) -> Result<Vec<u8>> {
    set(&report(program, wanted, now)?, rendering)
}

/// Renders a report that was built.
///
/// # Errors
/// The worker fails.
pub fn set(report: &Report, rendering: Rendering) -> Result<Vec<u8>> {
    Ok(match rendering {
        Rendering::Xlsx => workbook(report).map_err(Error::bug)?,
        Rendering::Md => render::markdown(report).into_bytes(),
        Rendering::Html => render::html(report).into_bytes(),
        Rendering::Json => serde_json::to_vec_pretty(report).map_err(Error::bug)?,
        Rendering::Pdf => {
            let typeset = tickmark_pdf::ProcessTypeset::new(
                heavy::this_program()?,
                vec!["worker".into(), "typeset".into()],
            );
            typeset.pdf(report).map_err(Error::environment)?
        }
    })
}

/// Builds a report.
///
/// # Errors
/// As [`render`].
pub fn report(program: &Program, wanted: &Wanted, now: Time) -> Result<Report> {
    let inputs = inputs(program, wanted, now)?;
    let built = match wanted.kind {
        Kind::Readiness => build::readiness(&inputs),
        Kind::Type1 => build::type1(&inputs),
        Kind::Type2 | Kind::Workbook => build::type2(&inputs),
    };
    built.map_err(Error::refused)
}

/// What the report may say.
///
/// # Errors
/// There is no period to speak of, or something recorded cannot be read.
pub fn inputs(program: &Program, wanted: &Wanted, now: Time) -> Result<Inputs> {
    let state = program.state_at(wanted.known_at)?;
    let shelf = program.shelf()?;
    let zone = state.zone();
    let document = state
        .program()
        .cloned()
        .ok_or_else(|| Error::corrupt("the program has no tickmark.yaml"))?;
    let window = window(wanted, &state, now, &zone)?;
    let span = match window {
        Window::Throughout(period) => period.span(&zone),
        Window::AsOf(day) => Span {
            from: zone.start_of(day),
            until: zone.end_of(day),
        },
    };
    let sources = Sources::new(program.ledger(), &state, &shelf, &program.cache());
    let tests = if wanted.kind == Kind::Type1 {
        Vec::new()
    } else {
        results::tests(program, &state, &shelf, &sources, span, &zone)?
    };
    let populations = cards::populations(program, &state, &shelf, &sources, &tests, span)?;
    let criteria = criteria_in(&document.categories);
    Ok(Inputs {
        organization: document.name.clone(),
        system: document.name.clone(),
        program_leaf: state
            .current("tickmark.yaml")
            .map(|v| v.leaf)
            .unwrap_or_default(),
        zone: zone.clone(),
        window,
        categories: document.categories.clone(),
        demo: if document.demo {
            Some(Demo {
                seed: seed_of(program).unwrap_or_default(),
            })
        } else {
            None
        },
        commitments: commitments(&state),
        description: prose(program, &state, "system.md"),
        other: None,
        criteria: titles(&shelf, &criteria),
        not_relevant: Vec::new(),
        controls: controls(&state, &shelf, window, &zone),
        tests,
        populations,
        changes: match window {
            Window::Throughout(period) => changes::changes(&state, period),
            Window::AsOf(_) => Vec::new(),
        },
        checkpoint: checkpoint(program, &state, now)?,
        versions: Versions {
            engine: format!("tickmark {}", env!("CARGO_PKG_VERSION")),
            facts: crate::collecting::FACTS.to_string(),
            library: shelf.library.digest.clone(),
            tzdb: tzdb_version().to_owned(),
        },
    })
}

fn seed_of(program: &Program) -> Option<u64> {
    program.origin().ok()?.rsplit('/').next()?.parse().ok()
}

fn window(wanted: &Wanted, state: &State, now: Time, zone: &Zone) -> Result<Window> {
    if wanted.kind == Kind::Type1 {
        return match wanted.as_of {
            Some(day) if zone.start_of(day) > now => {
                Err(Error::user(format!("--as-of {day} lies in the future")))
            }
            Some(day) => Ok(Window::AsOf(day)),
            None => Err(Error::user("a Type 1 report speaks of a date")
                .hint("name it with --as-of 2026-06-30")),
        };
    }
    let declared = state.program().and_then(|p| p.periods.first().copied());
    let last_run = || {
        let run = state.runs.values().flatten().max_by_key(|r| r.leaf)?;
        Period::new(
            zone.day_of(run.body.span.from),
            zone.day_of(run.body.span.until.plus(-1)),
        )
        .ok()
    };
    wanted.period.or(declared).or_else(last_run).map(Window::Throughout).ok_or_else(|| {
        Error::user("no period to report on").hint("name it with --period 2026-01-01..2026-12-31, or write `periods:` into tickmark.yaml")
    })
}

fn titles(shelf: &Shelf, criteria: &[CriterionId]) -> Vec<Criterion> {
    let title = |id: &CriterionId| {
        shelf
            .library
            .criteria
            .iter()
            .find(|c| c.id == *id)
            .map(|c| c.title.clone())
            .unwrap_or_default()
    };
    criteria
        .iter()
        .map(|id| Criterion {
            id: *id,
            title: title(id),
        })
        .collect()
}

fn commitments(state: &State) -> Vec<Commitment> {
    let Some(version) = state.current("commitments.yaml") else {
        return Vec::new();
    };
    let Some(Document::Commitments(commitments)) = &version.document else {
        return Vec::new();
    };
    let one = |c: &tickmark_core::model::document::Commitment| Commitment {
        id: c.id.to_string(),
        kind: if c.kind == CommitmentKind::Commitment {
            "service commitment"
        } else {
            "system requirement"
        }
        .to_owned(),
        statement: c.says.clone(),
        categories: c.categories.clone(),
        leaf: version.leaf,
    };
    commitments.entries.iter().map(one).collect()
}

fn prose(program: &Program, state: &State, path: &str) -> Option<Prose> {
    let version = state.current(path)?;
    let bytes = program.ledger().blob(&Name(version.commitment)).ok()?;
    Some(Prose {
        markdown: String::from_utf8(bytes).ok()?,
        file: path.to_owned(),
        leaf: version.leaf,
    })
}

fn controls(state: &State, shelf: &Shelf, window: Window, zone: &Zone) -> Vec<Control> {
    let mut out = Vec::new();
    for id in state.controls() {
        let Some(control) = shelf.library.controls.get(&id) else {
            continue;
        };
        for version in state.in_force(&id) {
            let speaks = match window {
                Window::Throughout(period) => version.within(period).is_some(),
                Window::AsOf(day) => version.from <= day && version.to.is_none_or(|to| day <= to),
            };
            if speaks {
                let back = u64::try_from(version.back_dated_days(zone)).unwrap_or_default();
                out.push(Control {
                    owner: version.adoption.owner.clone(),
                    scope: version.adoption.scope.clone(),
                    retired: version.to,
                    back_dated_days: (back > 0).then(|| Count::new(back)),
                    leaf: version.version.leaf,
                    ..control_words(control, version.adoption.effective)
                });
            }
        }
    }
    out
}

fn control_words(control: &LibraryControl, effective: Day) -> Control {
    let nature = &control.front.nature;
    let frequency: Vec<&str> = control.front.frequency.iter().map(|f| f.as_str()).collect();
    let automation = if control.tests.is_empty() {
        "not yet automated"
    } else {
        "automated"
    };
    Control {
        id: control.front.id.to_string(),
        title: control.front.title.clone(),
        statement: statement(control),
        criteria: control.front.criteria.clone(),
        owner: String::new(),
        scope: String::new(),
        effective,
        retired: None,
        back_dated_days: None,
        nature: format!(
            "{}, {}, {}",
            nature.direction,
            nature.how,
            if nature.key { "key" } else { "supporting" }
        ),
        frequency: frequency.join(", "),
        automation: automation.to_owned(),
        digest: control.digest.clone(),
        leaf: 0,
    }
}

/// The control as stated: the first paragraph of its file.
fn statement(control: &LibraryControl) -> String {
    let paragraph = control
        .prose
        .trim()
        .split("\n\n")
        .next()
        .unwrap_or_default();
    paragraph
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
}

fn checkpoint(program: &Program, state: &State, now: Time) -> Result<Checkpoint> {
    let standing = witnessing::standing(program)?;
    let witness = |c: &witnessing::Cosigned| Witness {
        name: c.witness.clone(),
        operator: c.operator.clone(),
        at: Some(c.at),
    };
    Ok(Checkpoint {
        origin: standing.checkpoint.origin.clone(),
        size: standing.checkpoint.size,
        root: standing.checkpoint.root.to_string(),
        signed_at: state.last_time.unwrap_or(now),
        verdict: standing.level.word().to_owned(),
        witnesses: standing.cosigned.iter().map(witness).collect(),
        quorum: standing
            .quorum
            .map(|(given, asked)| (Count::new(given), Count::new(asked))),
        unwitnessed: Count::new(standing.unwitnessed),
        oldest_unwitnessed: standing.oldest,
    })
}

/// Categories by name, for whoever lists criteria.
///
/// # Errors
/// A name is not one of the five.
pub fn categories(names: &[String]) -> Result<Vec<Category>> {
    names
        .iter()
        .map(|n| n.trim().parse::<Category>().map_err(Error::user))
        .collect()
}
