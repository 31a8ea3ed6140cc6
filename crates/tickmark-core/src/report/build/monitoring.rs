//! Annex M: results of management's monitoring (decision D35).

use crate::report::document::{Align, Block, Section, Span, Table, Tone, code, number, words};
use crate::report::figure::Citations;
use crate::report::inputs::{Inputs, TestResult};
use crate::report::remarks;
use crate::report::state::{LEGEND, ResultState};
use crate::report::wording::Text;

use super::description::entries;
use super::front::result;
use super::{exceptions, phrases};

/// Annex M of a Type 2.
pub fn annex(inputs: &Inputs) -> Section {
    let author = "Management; not the service auditor's tests of controls";
    let mut section = Section::new("Annex M", "Results of management's monitoring", author).lying();
    section.blocks.extend(Text::AnnexM.blocks(inputs));
    section.push(Block::Table(legend()));
    if inputs.tests.is_empty() {
        section.push(Block::Notice {
            tone: Tone::Attention,
            title: "No test has run.".into(),
            items: vec![words("The ledger holds no run of a test for this period; adopt controls and run `tickmark test`.")],
        });
        return section;
    }
    section.heading(2, "M.1  Results by test");
    section.push(Block::Table(by_test(inputs).within("Annex M")));
    section.heading(2, "M.2  Results by criterion");
    section.say("A control that is mapped to several criteria shows its results, and so its deviations, at each of them.");
    section.push(Block::Table(by_criterion(inputs).within("Annex M")));
    section.heading(2, "M.3  Deviations");
    exceptions::deviations(inputs, &mut section);
    section.heading(2, "M.4  Items that could not be judged");
    exceptions::unknown(inputs, &mut section);
    section.heading(2, "M.5  Controls that did not operate or were not tested");
    exceptions::untested(inputs, &mut section);
    section
}

/// Tick marks and their meaning.
pub fn legend() -> Table {
    let mut table = Table::new(
        "Tick marks",
        &[("Mark", 1, Align::Center), ("Meaning", 12, Align::Left)],
    );
    for (mark, meaning) in LEGEND {
        table.row(vec![code(mark), words(meaning)]);
    }
    table
}

fn by_test(inputs: &Inputs) -> Table {
    let columns = [
        ("Test", 5, Align::Left),
        ("Speaks of", 0, Align::Left),
        ("Result", 4, Align::Left),
        ("Population", 0, Align::Right),
        ("Tested", 0, Align::Right),
        ("Passed", 0, Align::Right),
        ("Deviations", 0, Align::Right),
        ("Unknown", 0, Align::Right),
        ("N/A", 0, Align::Right),
        ("Pending", 0, Align::Right),
        ("Coverage", 0, Align::Right),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new("Every test that management ran for the period", &columns);
    for test in &inputs.tests {
        let by = Citations::one(test.leaf);
        let counts = &test.counts;
        let mut row = vec![
            code(&test.id),
            words(format!("{} to {}", test.period.from, test.period.to)),
            result(test),
        ];
        let numbers = [
            counts.population,
            counts.tested(),
            counts.passed,
            counts.deviations,
            counts.unknown,
            counts.not_applicable,
            counts.pending,
        ];
        row.extend(numbers.map(|count| number(count.cited(&by))));
        row.push(number(test.covered_s.of(test.asked_s, &by)));
        row.push(entries(test.leaf));
        table.row(row);
    }
    table
}

fn by_criterion(inputs: &Inputs) -> Table {
    let columns = [
        ("Control", 2, Align::Left),
        ("Test", 4, Align::Left),
        ("Result", 4, Align::Left),
        ("Items", 9, Align::Left),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new(
        "Results at every criterion that a control is mapped to",
        &columns,
    );
    for criterion in &inputs.criteria {
        if phrases::mapped(inputs, criterion.id).next().is_none() {
            continue;
        }
        table.band(format!("{}  {}", criterion.id, criterion.title));
        for control in phrases::mapped(inputs, criterion.id) {
            let mut tested = false;
            for test in phrases::runs(inputs, control) {
                tested = true;
                table.row(vec![
                    code(&control.id),
                    code(&test.id),
                    result(test),
                    items(test),
                    entries(test.leaf),
                ]);
            }
            if !tested {
                let none = words("no automated test ran; see the evidence of the control itself");
                table.row(vec![
                    code(&control.id),
                    words("none"),
                    words("not tested"),
                    none,
                    entries(control.leaf),
                ]);
            }
        }
    }
    let bare = remarks::unmapped(inputs);
    if !bare.is_empty() {
        table.note = format!("No adopted control is mapped to {}.", bare.join(", "));
    }
    table
}

/// What a result means in items; always with what was tested and the population.
fn items(test: &TestResult) -> Vec<Span> {
    let by = Citations::one(test.leaf);
    let counts = &test.counts;
    match test.result {
        ResultState::DidNotOperate => {
            let mut spans = vec![Span::text(
                "no occurrence to test in a complete population (population ",
            )];
            spans.push(Span::Figure(counts.population.cited(&by)));
            spans.push(Span::text(")"));
            spans
        }
        ResultState::UnableToTest => {
            let mut spans = phrases::counted(test);
            if !test.uncovered.is_empty() {
                spans.push(Span::text(format!(
                    "; no evidence for {}",
                    phrases::stretches(&test.uncovered, 2)
                )));
            }
            spans
        }
        _ => phrases::counted(test),
    }
}
