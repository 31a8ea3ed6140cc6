//! The list of tests.

use maud::{Markup, html};
use tickmark_core::report::Citations;
use tickmark_core::report::inputs::TestResult;

use super::layout::{Frame, Room, layout};
use super::part::{self, amount, grouped};
use super::table::{Asked, Column, Table};
use super::{actions, link, view};
use crate::house::{Download, House};
use crate::rights::Viewer;

/// The runs of the period.
#[must_use]
pub fn tests(house: &House, viewer: &Viewer, asked: &Asked) -> Markup {
    let rows = view::tests(house, viewer);
    let why = house.inputs.as_ref().err().map_or(
        "No test of an adopted control has been run over this period.",
        String::as_str,
    );
    let none = part::empty(
        "No run yet",
        why,
        "tickmark test",
        &actions::run_tests(viewer, &[], "Run all tests"),
    );
    let body = html! {
        (part::head(&html! { "Tests" }, &html! { "Population = passed + deviations + unknown + not applicable + pending. What could not be judged never counts as passed." }, &actions::run_tests(viewer, &[], "Run all tests")))
        (table(&rows).html(asked, &none))
    };
    layout(house, viewer, &Frame::new("Tests", Room::Tests), &body)
}

/// The same as a file.
#[must_use]
pub fn tests_csv(house: &House, viewer: &Viewer, asked: &Asked) -> Download {
    table(&view::tests(house, viewer)).csv(asked)
}

type Row<'a> = &'a TestResult;

fn counted<'a>(
    key: &'static str,
    title: &'static str,
    state: &'static str,
    read: impl Fn(Row<'_>) -> u64 + Copy + 'a,
) -> Column<'a, Row<'a>> {
    Column::new(key, title, move |t: &Row<'a>| read(t).to_string()).ordered(move |t| read(t)).shown(move |t| {
        let to = if state.is_empty() { link::test(&t.id) } else { link::items(&t.id, state) };
        let number = read(t);
        html! { @if number == 0 { span.muted { "0" } } @else { a.number href=(to) { (grouped(number)) } } }
    })
}

fn table<'a>(rows: &'a [Row<'a>]) -> Table<'a, Row<'a>> {
    let covered = |t: &Row<'_>| t.covered_s.of(t.asked_s, &Citations::one(t.leaf));
    Table {
        caption: "Tests and their last runs over the period",
        path: link::TESTS.into(),
        columns: vec![
            Column::new("id", "Test", |t: &Row<'_>| t.id.clone()).shown(|t| html! { a href=(link::test(&t.id)) { (t.id) } @if t.provisional { " " span.note { "provisional" } } }),
            Column::new("says", "What it does", |t: &Row<'_>| t.says.clone()),
            Column::new("result", "Result", |t: &Row<'_>| t.result.words().to_owned()).shown(|t| part::result(t.result)).filter(),
            Column::new("control", "Control", |t: &Row<'_>| t.control.clone()).shown(|t| html! { a href=(link::control(&t.control)) { (t.control) } }),
            counted("population", "Population", "", |t| amount(t.counts.population, t.leaf)),
            counted("tested", "Tested", "", |t| amount(t.counts.tested(), t.leaf)),
            counted("deviations", "Deviations", "deviation", |t| amount(t.counts.deviations, t.leaf)),
            counted("unknown", "Unknown", "unknown", |t| amount(t.counts.unknown, t.leaf)),
            Column::new("coverage", "Time covered", move |t: &Row<'_>| covered(t).to_string())
                .ordered(move |t| covered(t).share().map_or(0, |s| (s * 10_000.0) as u64))
                .shown(move |t| part::number(&covered(t), &format!("{}#coverage", link::test(&t.id)))),
            Column::new("period", "Speaks of", |t: &Row<'_>| t.period.to_string()).hidden(),
            Column::new("leaf", "Entry", |t: &Row<'_>| t.leaf.to_string()).ordered(|t| t.leaf).shown(|t| part::entry(t.leaf)),
        ],
        rows,
        file: "tests",
    }
}
