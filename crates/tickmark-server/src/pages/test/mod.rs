//! One test: what it counted, what it says, every item that did not pass.

mod aside;
mod written;

use maud::{Markup, html};
use tickmark_core::judge::library;
use tickmark_core::judge::spec::TestSpec;
use tickmark_core::model::ids::TestId;
use tickmark_core::model::time::Time;
use tickmark_core::report::inputs::TestResult;
use tickmark_core::report::{Citations, Count, ItemState, ResultState};

use super::layout::{Frame, Room, layout};
use super::part::{self, amount, card, digest, entry, facts, grouped, number};
use super::table::Asked;
use super::tasks::Tasked;
use super::view::{self, Finding};
use super::{actions, exceptions, link, query};
use crate::house::{Download, House, Trouble};
use crate::pictures::{Caption, Mark, Part, bar, strip};
use crate::rights::{Action, Viewer};
pub(super) use written::params;

/// One test with its run of the period; `run=LEAF` in the query chooses among several.
///
/// # Errors
/// [`Trouble::Missing`]: no such test, or not theirs.
pub fn test(
    house: &House,
    viewer: &Viewer,
    now: Time,
    id: &str,
    asked: &Asked,
) -> Result<Markup, Trouble> {
    let (runs, written) = found(house, viewer, id)?;
    let run = chosen(&runs, asked);
    let says = run.map(|r| r.says.clone()).unwrap_or_default();
    let control = id.split('.').next().unwrap_or_default();
    let body = html! {
        (part::head(&html! { (id) }, &html! { (says) }, &html! { @if let Some(run) = run { (part::result(run.result)) } (actions::run_tests(viewer, &[id], "Run again")) }))
        @match run {
            Some(run) => { (results(house, viewer, now, &runs, run, asked)) },
            None => { (part::empty("This test has not been run over the period", house.inputs.as_ref().err().map_or("Its control may not be adopted, or nothing was collected yet.", String::as_str), &format!("tickmark test {id}"), &actions::run_tests(viewer, &[id], "Run it now"))) },
        }
        @if let Some((control, spec)) = written { (card("The test as the library has it", &written::text(house, control, spec))) }
        @if let Some(run) = run { (card("The run", &particulars(house, run))) }
        @if viewer.may(Action::RunQuery) { (ask(run, written)) }
    };
    let frame = Frame::new(id, Room::Tests)
        .under("Tests", link::TESTS)
        .under(control, link::control(control));
    Ok(layout(house, viewer, &frame, &body))
}

/// Its items that did not pass, as a file.
///
/// # Errors
/// [`Trouble::Missing`]: no such test, or not theirs.
pub fn test_csv(
    house: &House,
    viewer: &Viewer,
    id: &str,
    asked: &Asked,
) -> Result<Download, Trouble> {
    let (runs, _) = found(house, viewer, id)?;
    let rows: Vec<Finding<'_>> = chosen(&runs, asked)
        .map(|run| view::of_test(run).collect())
        .unwrap_or_default();
    let zone = view::zone(house);
    Ok(exceptions::table(&rows, &zone, link::test(id), &format!("{id}.items"), false).csv(asked))
}

type Written<'a> = Option<(&'a library::Control, &'a TestSpec)>;

fn found<'a>(
    house: &'a House,
    viewer: &Viewer,
    id: &str,
) -> Result<(Vec<&'a TestResult>, Written<'a>), Trouble> {
    let missing = || Trouble::Missing(format!("no test {id}; see the list of tests"));
    let control = id.split('.').next().unwrap_or_default();
    if !view::sees(house, viewer, Action::ViewTests, control) {
        return Err(missing());
    }
    let runs: Vec<&TestResult> = house
        .inputs
        .as_ref()
        .map(|i| i.tests.iter().filter(|t| t.id == id).collect())
        .unwrap_or_default();
    let written = TestId::parse(id)
        .ok()
        .and_then(|id| house.library.test(&id));
    if runs.is_empty() && written.is_none() {
        Err(missing())
    } else {
        Ok((runs, written))
    }
}

fn chosen<'a>(runs: &[&'a TestResult], asked: &Asked) -> Option<&'a TestResult> {
    let wanted = asked.value("run").and_then(|leaf| leaf.parse::<u64>().ok());
    runs.iter()
        .find(|r| Some(r.leaf) == wanted)
        .or_else(|| runs.last())
        .copied()
}

fn results(
    house: &House,
    viewer: &Viewer,
    now: Time,
    runs: &[&TestResult],
    run: &TestResult,
    asked: &Asked,
) -> Markup {
    let zone = view::zone(house);
    let rows: Vec<Finding<'_>> = view::of_test(run).collect();
    let tasked = Tasked::of(house, viewer);
    let share = run.covered_s.of(run.asked_s, &Citations::one(run.leaf));
    let starts: Vec<Mark> = rows
        .iter()
        .filter(|f| f.item.state == ItemState::Deviation)
        .filter_map(|f| {
            Some(Mark {
                at: f.item.from?,
                says: f.item.item.clone(),
            })
        })
        .collect();
    let clock = if run.provisional {
        now.min(run.span.until)
    } else {
        run.span.until
    };
    let none = html! { p { "Every item of the population passed; each is counted in the population hash of " (super::home::run_entry(run)) "." } };
    html! {
        @if runs.len() > 1 { (versions(runs, run)) }
        @if run.provisional { p.notice { "Provisional: the period is still open. This run speaks of the time until " (part::instant(&zone, run.span.until)) "." } }
        (card("What was counted", &counts(run)))
        section.card #coverage {
            div.card-head { h2 { "Time covered by evidence" } div.aside { (number(&share, &link::entry(run.leaf))) } }
            (strip(&Caption { id: "cover", title: "Time covered by evidence", says: format!("{share} of the time asked for is covered.") }, run.span, clock, &zone, &run.uncovered, &starts))
            @if !run.uncovered.is_empty() { p { "No evidence for " (part::stretches(&zone, &run.uncovered, 4)) } }
            p.muted { "Reads " @for name in &run.populations { a href=(link::population(name)) { (part::spaced(name)) } " " } }
        }
        section.card #items {
            h2 { "Items that did not pass" }
            (exceptions::table_with(&rows, &zone, link::test(&run.id), "items", false, tasked.as_ref()).html(asked, &none))
        }
        (aside::card(house, run))
        @if let Some(tasked) = tasked.as_ref().filter(|_| run.result != ResultState::NoDeviation) { (tasked.form(house, viewer, Some(run))) }
        @if !viewer.may(Action::RunTests) { p.muted { "Management can run this test again; every run stays in the ledger." } }
    }
}

/// The query box with the population of the test: all its rows, the ones that passed too.
fn ask(run: Option<&TestResult>, written: Written<'_>) -> Markup {
    let driver = run
        .and_then(|r| r.populations.first().cloned())
        .or_else(|| written.map(|(_, spec)| spec.population.to_string()));
    html! {
        @if let Some(name) = driver {
            (card("Look at the whole population", &html! {
                p.muted { "Every row that was judged, with the ledger entry it was read from. Items that are not listed above passed." }
                (query::form(&format!("select * from {name} limit 500")))
            }))
        }
    }
}

/// Runs of other versions of the control in the same period.
fn versions(runs: &[&TestResult], shown: &TestResult) -> Markup {
    html! {
        nav.chips aria-label="Versions of the control in the period" {
            span.chips-title { "Version in force" }
            @for run in runs { a.chip aria-current=[(run.leaf == shown.leaf).then_some("true")] href=(link::filtered(&link::test(&run.id), "run", &run.leaf.to_string())) { (run.period) " " span.count { (run.result.mark()) } } }
        }
    }
}

fn counts(run: &TestResult) -> Markup {
    let c = &run.counts;
    let by = Citations::one(run.leaf);
    let item = |class, name, count: Count, state: Option<ItemState>| {
        let to = state.map_or_else(
            || link::entry(run.leaf),
            |s| link::items(&run.id, s.words()),
        );
        Part {
            class,
            name,
            number: amount(count, run.leaf),
            shown: number(&count.cited(&by), &to),
        }
    };
    let parts = [
        item("covered", "passed", c.passed, None),
        item(
            "exception",
            "deviations",
            c.deviations,
            Some(ItemState::Deviation),
        ),
        item("not-known", "unknown", c.unknown, Some(ItemState::Unknown)),
        item(
            "aside",
            "not applicable",
            c.not_applicable,
            Some(ItemState::NotApplicable),
        ),
        item("due", "pending", c.pending, Some(ItemState::Pending)),
    ];
    let (all, tested) = (c.population.cited(&by), c.tested().cited(&by));
    let says = format!(
        "{all} items: {}.",
        parts
            .iter()
            .map(|p| format!("{} {}", p.number, p.name))
            .collect::<Vec<_>>()
            .join(", ")
    );
    html! {
        p.sentence {
            "Population " (number(&all, &run.populations.first().map_or_else(|| link::entry(run.leaf), link::population))) ", tested " (number(&tested, &link::entry(run.leaf)))
            @if run.sampled { ", a sample" } @else { ", all of it" } "."
        }
        (bar(&Caption { id: "counts", title: "Items of the population by what the test says", says }, &parts))
    }
}

fn particulars(house: &House, run: &TestResult) -> Markup {
    let recorded = TestId::parse(&run.id)
        .ok()
        .and_then(|id| house.state.runs.get(&id))
        .and_then(|all| all.iter().find(|r| r.leaf == run.leaf));
    let zone = view::zone(house);
    facts(&[
        (
            "Ledger entry",
            html! { (entry(run.leaf)) @if let Some(run) = recorded { ", recorded " (part::instant(&zone, run.recorded)) } },
        ),
        ("Speaks of", html! { (run.period) " in " (zone) }),
        (
            "Knew the ledger up to",
            html! { "size " (grouped(run.known_at)) },
        ),
        (
            "Items",
            html! { @if run.sampled { "a sample" } @else { "the whole population" } ", hash " (digest(&run.population_hash)) },
        ),
        ("All rows", html! { "digest " (digest(&run.rows_digest)) }),
        ("Control version", digest(&run.control_digest)),
        (
            "Run it again offline",
            part::command("tickmark verify BUNDLE --reperform"),
        ),
    ])
}
