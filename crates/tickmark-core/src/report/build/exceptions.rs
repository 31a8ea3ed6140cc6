//! The items behind the results: deviations with nature and duration, items that could not be judged, controls without a result.

use crate::model::time::Time;
use crate::report::document::{Align, Block, Section, Span, Table, code, words};
use crate::report::inputs::{Inputs, Item, TestResult};
use crate::report::state::{ItemState, ResultState, attribute_mark};

use super::description::entries;
use super::front::named;
use super::phrases;

/// Most citations printed with an item; the workbook has all.
const RECORDS_MOST: usize = 3;

/// Every deviation, test by test.
pub fn deviations(inputs: &Inputs, section: &mut Section) {
    let tests: Vec<&TestResult> = inputs
        .tests
        .iter()
        .filter(|test| !test.counts.deviations.is_zero())
        .collect();
    if tests.is_empty() {
        section.say("No test noted a deviation. Tests that could not be carried out are listed in M.4 and M.5.");
    }
    for test in tests {
        section.heading(3, heading(inputs, test));
        let mut sentence = vec![Span::text(format!("{} ", sentence_case(&test.says)))];
        sentence.extend(phrases::counted(test));
        sentence.push(Span::text(". "));
        sentence.push(Span::text(format!("Mapped to {}.", criteria(inputs, test))));
        section.push(Block::Paragraph { spans: sentence });
        attributes(test, section);
        let table = table(
            test,
            ItemState::Deviation,
            &format!("Deviations of {}", test.id),
        );
        section.push(Block::Table(table.within("Exceptions")));
    }
}

/// Every item that could not be judged, and every time without evidence.
pub fn unknown(inputs: &Inputs, section: &mut Section) {
    let mut any = false;
    for test in &inputs.tests {
        if test.counts.unknown.is_zero() && test.uncovered.is_empty() {
            continue;
        }
        any = true;
        section.heading(3, heading(inputs, test));
        if !test.uncovered.is_empty() {
            let by = crate::report::Citations::one(test.leaf);
            section.push(Block::Paragraph {
                spans: vec![
                    Span::text(format!(
                        "No evidence covers {}. Coverage is ",
                        phrases::stretches(&test.uncovered, 8)
                    )),
                    Span::Figure(test.covered_s.of(test.asked_s, &by)),
                    Span::text("."),
                ],
            });
        }
        if !test.counts.unknown.is_zero() {
            attributes(test, section);
            let table = table(
                test,
                ItemState::Unknown,
                &format!("Unknown items of {}", test.id),
            );
            section.push(Block::Table(table.within("Unknown items")));
        }
    }
    if !any {
        section
            .say("Every item of every population could be judged and no time is without evidence.");
    }
}

/// Controls without an occurrence, and controls that no test covers.
pub fn untested(inputs: &Inputs, section: &mut Section) {
    let columns = [
        ("Control", 5, Align::Left),
        ("Criteria", 3, Align::Left),
        ("What the ledger shows", 8, Align::Left),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new(
        "Operating effectiveness was not tested by management for these controls",
        &columns,
    );
    for control in &inputs.controls {
        let mut tested = false;
        for test in phrases::runs(inputs, control) {
            tested = true;
            if test.result == ResultState::DidNotOperate {
                let shown = format!(
                    "{}: a complete population shows no occurrence in {} to {}",
                    test.id, test.period.from, test.period.to
                );
                let criteria = words(phrases::criteria(&control.criteria));
                table.row(vec![
                    named(&control.id, &control.title),
                    criteria,
                    words(shown),
                    entries(test.leaf),
                ]);
            }
        }
        if !tested {
            let shown = match control.automation.as_str() {
                "manual" => "manual control; evidence is handed in, no test runs over a population",
                _ => "no run of a test for this version of the control",
            };
            let criteria = words(phrases::criteria(&control.criteria));
            table.row(vec![
                named(&control.id, &control.title),
                criteria,
                words(shown),
                entries(control.leaf),
            ]);
        }
    }
    if table.rows.is_empty() {
        section.say("Every adopted control has a test, and every test found occurrences.");
    } else {
        section.push(Block::Table(table.within("Annex M")));
    }
}

fn heading(inputs: &Inputs, test: &TestResult) -> String {
    let title = inputs
        .controls
        .iter()
        .find(|control| control.id == test.control)
        .map_or("", |control| control.title.as_str());
    format!("{}  {title}", test.id)
}

fn criteria(inputs: &Inputs, test: &TestResult) -> String {
    let control = inputs
        .controls
        .iter()
        .find(|control| control.id == test.control && control.digest == test.control_digest);
    control.map_or_else(
        || "no criterion".into(),
        |control| phrases::criteria(&control.criteria),
    )
}

fn sentence_case(says: &str) -> String {
    let says = says.trim();
    let end = if says.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    let mut letters = says.chars();
    let first: String = letters
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    format!("{first}{}{end}", letters.as_str())
}

fn attributes(test: &TestResult, section: &mut Section) {
    let items: Vec<Vec<Span>> = test
        .attributes
        .iter()
        .map(|(letter, says)| {
            vec![
                Span::strong(letter.to_string()),
                Span::text(format!("  {says}")),
            ]
        })
        .collect();
    if !items.is_empty() {
        section.push(Block::List {
            numbered: false,
            items,
        });
    }
}

/// Items in one state: item, one mark an attribute, since, until, how long, why, records.
fn table(test: &TestResult, state: ItemState, caption: &str) -> Table {
    let letters: Vec<String> = test
        .attributes
        .iter()
        .map(|(letter, _)| letter.to_string())
        .collect();
    let mut columns = vec![("Item", 8, Align::Left)];
    columns.extend(
        letters
            .iter()
            .map(|letter| (letter.as_str(), 0, Align::Center)),
    );
    columns.extend([
        ("From", 4, Align::Left),
        ("Until", 4, Align::Left),
        ("Lasted", 3, Align::Left),
        ("Nature", 7, Align::Left),
        ("Records", 3, Align::Left),
    ]);
    let mut table = Table::new(caption, &columns);
    // A long list is cut when it is complete (`within`); rows beyond the cut are not built.
    let most = crate::report::document::TABLE_ROWS_MAX + 1;
    for item in test
        .items
        .iter()
        .filter(|item| item.state == state)
        .take(most)
    {
        table.row(row(test, item));
    }
    table
}

fn row(test: &TestResult, item: &Item) -> Vec<Vec<Span>> {
    let mut marks = item.attributes.chars();
    let mut cells = vec![code(&item.item)];
    cells.extend(
        test.attributes
            .iter()
            .map(|_| words(attribute_mark(marks.next().unwrap_or('?')))),
    );
    let at = |time: Option<Time>, otherwise: &str| {
        time.map_or_else(|| words(otherwise), |time| code(phrases::instant(time)))
    };
    let none = "\u{2013}";
    cells.push(at(item.from, none));
    let open = if item.from.is_some() {
        "end of period"
    } else {
        none
    };
    cells.push(at(item.until, open));
    let lasted = duration(test, item);
    cells.push(words(if lasted.is_empty() { none } else { &lasted }));
    cells.push(words(nature(item)));
    cells.push(code(phrases::records(&item.citations, RECORDS_MOST)));
    cells
}

/// How long the item was wrong; what did not end lasted until the end of the run's time. An event has no length.
pub fn duration(test: &TestResult, item: &Item) -> String {
    match (item.from, item.until.unwrap_or(test.span.until)) {
        (Some(from), until) if until > from => phrases::lasted(from, until),
        _ => String::new(),
    }
}

/// The reasons in words, each once: several attributes often have the same.
pub fn nature(item: &Item) -> String {
    let mut once: Vec<&str> = Vec::new();
    for (code, says) in &item.reasons {
        let words = if says.is_empty() { code } else { says };
        if !once.contains(&words.as_str()) {
            once.push(words);
        }
    }
    once.join("; ")
}
