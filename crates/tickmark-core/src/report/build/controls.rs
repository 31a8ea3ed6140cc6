//! Section 4: controls by criterion; the columns for tests and results belong to the service auditor and stay empty.

use crate::report::document::{Align, Block, Section, Span, Table, code, empty, words};
use crate::report::inputs::{Control, Inputs};
use crate::report::wording::Text;

use super::description::entries;
use super::front::named;
use super::phrases;

/// Section 4 of a Type 1: controls and mapping, no tests.
pub fn section4_type1(inputs: &Inputs) -> Section {
    let mut section = Section::new(
        "Section 4",
        "Trust services criteria and related controls",
        "Control text by management",
    )
    .lying();
    section.blocks.extend(Text::Section4Type1.blocks(inputs));
    section.heading(2, "Controls by criterion");
    section.push(Block::Table(mapping(inputs)));
    section.heading(2, "Controls");
    let columns = [
        ("Control", 3, Align::Left),
        ("Control as stated by management", 8, Align::Left),
        ("Criteria", 3, Align::Left),
        ("Nature and frequency", 4, Align::Left),
        ("Owner and scope", 4, Align::Left),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new("Controls stated by management", &columns);
    for control in &inputs.controls {
        table.row(vec![
            named(&control.id, &control.title),
            statement(control),
            words(phrases::criteria(&control.criteria)),
            words(format!("{}; {}", control.nature, control.frequency)),
            words(format!("{}; {}", control.owner, control.scope)),
            entries(control.leaf),
        ]);
    }
    section.push(Block::Table(table.within("Controls matrix")));
    section
}

/// Section 4 of a Type 2: the same with the service auditor's empty columns.
pub fn section4_type2(inputs: &Inputs) -> Section {
    let title = "Trust services criteria, related controls, tests of controls and results of tests";
    let author = "Control text by management; tests and results by the service auditor alone";
    let mut section = Section::new("Section 4", title, author).lying();
    section.blocks.extend(Text::Section4Type2.blocks(inputs));
    section.heading(2, "Controls by criterion");
    section.push(Block::Table(mapping(inputs)));
    section.heading(2, "Controls, tests and results");
    let columns = [
        ("Control", 4, Align::Left),
        ("Control as stated by management", 8, Align::Left),
        ("Criteria", 3, Align::Left),
        ("Tests performed by the service auditor", 6, Align::Left),
        ("Results of tests", 5, Align::Left),
    ];
    let mut table = Table::new(
        "Tests and results: to be completed by the service auditor",
        &columns,
    );
    for control in &inputs.controls {
        table.row(vec![
            named(&control.id, &control.title),
            statement(control),
            words(phrases::criteria(&control.criteria)),
            empty(),
            empty(),
        ]);
    }
    section.push(Block::Table(table.within("Controls matrix")));
    section
}

/// The control as stated, and since when if it was not always so.
fn statement(control: &Control) -> Vec<Span> {
    let mut spans = words(&control.statement);
    spans.push(Span::text(format!(
        " (in force {})",
        phrases::in_force(control)
    )));
    spans
}

/// Criterion by criterion, which controls are mapped to it.
fn mapping(inputs: &Inputs) -> Table {
    let columns = [
        ("Criterion", 2, Align::Left),
        ("Title (own words)", 5, Align::Left),
        ("Controls", 11, Align::Left),
    ];
    let mut table = Table::new("Which controls are mapped to which criterion", &columns);
    for criterion in &inputs.criteria {
        let mut controls: Vec<&str> = phrases::mapped(inputs, criterion.id)
            .map(|control| control.id.as_str())
            .collect();
        controls.dedup();
        let cell = if controls.is_empty() {
            words("none mapped")
        } else {
            words(controls.join(", "))
        };
        table.row(vec![
            code(criterion.id.to_string()),
            words(&criterion.title),
            cell,
        ]);
    }
    table
}
