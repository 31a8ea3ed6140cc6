//! Section 3: management's description by DC1 to DC9, with remarks on what is missing.

use crate::report::document::{Align, Block, Section, Span, Table, Tone, code, words};
use crate::report::figure::Citations;
use crate::report::inputs::{Inputs, Window};
use crate::report::prose;
use crate::report::remarks::{self, Part};
use crate::report::wording;

/// Section 3.
pub fn section3(inputs: &Inputs) -> Section {
    let title = format!("Description of {}", inputs.system);
    let mut section = Section::new(
        "Section 3",
        &title,
        "Management's description of its system",
    );
    section.say(format!(
        "The description covers the system {}.",
        wording::window(inputs)
    ));
    remarks(inputs, &mut section);
    let parts = inputs
        .description
        .as_ref()
        .map(remarks::parts)
        .unwrap_or_default();
    for (id, title) in remarks::DESCRIPTION {
        if id == "DC9" && matches!(inputs.window, Window::AsOf(_)) {
            continue;
        }
        section.heading(2, format!("{id}  {title}"));
        let before = section.blocks.len();
        for part in parts.iter().filter(|part| part.criterion == Some(id)) {
            section.blocks.extend(prose::blocks(&part.markdown, 3));
        }
        from_program(id, inputs, &mut section);
        if section.blocks.len() == before {
            section.say("[No text yet. See the remarks at the head of this section.]");
        }
    }
    others(&parts, &mut section);
    section
}

/// What the program's own registers tell for a description criterion.
fn from_program(id: &str, inputs: &Inputs, section: &mut Section) {
    match id {
        "DC2" => section.blocks.extend(commitments(inputs).map(Block::Table)),
        "DC5" => section.say(
            "The applicable trust services criteria and the controls designed to meet them are stated in Section 4, which is part of this description.",
        ),
        "DC8" => section.blocks.extend(not_relevant(inputs).map(Block::Table)),
        "DC9" => section.blocks.extend(changes(inputs).map(Block::Table)),
        _ => {}
    }
}

fn commitments(inputs: &Inputs) -> Option<Table> {
    let columns = [
        ("Id", 2, Align::Left),
        ("Kind", 3, Align::Left),
        ("Commitment or requirement", 9, Align::Left),
        ("Categories", 3, Align::Left),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new(
        "Principal service commitments and system requirements",
        &columns,
    );
    for commitment in &inputs.commitments {
        let categories: Vec<String> = commitment
            .categories
            .iter()
            .map(|c| c.as_str().replace('_', " "))
            .collect();
        table.row(vec![
            code(&commitment.id),
            words(&commitment.kind),
            words(&commitment.statement),
            words(categories.join(", ")),
            entries(commitment.leaf),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn not_relevant(inputs: &Inputs) -> Option<Table> {
    let columns = [
        ("Criterion", 2, Align::Left),
        ("Reason", 10, Align::Left),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new("Criteria that are not relevant to the system", &columns);
    for row in &inputs.not_relevant {
        table.row(vec![
            code(row.criterion.to_string()),
            words(&row.reason),
            entries(row.leaf),
        ]);
    }
    (!table.rows.is_empty()).then_some(table)
}

fn changes(inputs: &Inputs) -> Option<Table> {
    let columns = [
        ("Day", 2, Align::Left),
        ("Change", 10, Align::Left),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new(
        "Changes that the ledger shows for the period; management decides which are significant",
        &columns,
    );
    for change in &inputs.changes {
        table.row(vec![
            code(change.day.to_string()),
            words(&change.says),
            entries(change.leaf),
        ]);
    }
    (!table.rows.is_empty()).then(|| table.within("Changes"))
}

fn remarks(inputs: &Inputs, section: &mut Section) {
    let lacking: Vec<Vec<Span>> = remarks::description(inputs)
        .into_iter()
        .map(|(id, why)| vec![Span::strong(id), Span::text(format!(": {why}"))])
        .collect();
    let wording: Vec<Vec<Span>> = remarks::words(inputs)
        .into_iter()
        .map(|(place, why)| vec![Span::code(place), Span::text(format!(": {why}"))])
        .collect();
    for (title, items) in [
        ("To complete before the description can be issued", lacking),
        ("Wording to reconsider", wording),
    ] {
        if !items.is_empty() {
            section.push(Block::Notice {
                tone: Tone::Attention,
                title: title.into(),
                items,
            });
        }
    }
}

fn others(parts: &[Part], section: &mut Section) {
    let mut further = parts
        .iter()
        .filter(|part| part.criterion.is_none())
        .peekable();
    if further.peek().is_some() {
        section.heading(2, "Further description");
        for part in further {
            section.blocks.extend(prose::blocks(&part.markdown, 3));
        }
    }
}

/// A cell that cites one ledger entry.
pub fn entries(leaf: u64) -> Vec<Span> {
    vec![Span::Entries {
        leaves: Citations::one(leaf),
    }]
}
