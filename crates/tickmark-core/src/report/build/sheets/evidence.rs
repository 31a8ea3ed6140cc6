//! Sheets on where the evidence comes from and what changed.

use crate::report::build::phrases;
use crate::report::build::populations::{collected_by, shown_by};
use crate::report::inputs::{Inputs, Window};
use crate::report::sheet::{Datum, Sheet};

use super::entry;

/// Completeness and accuracy of each population.
pub fn populations(inputs: &Inputs) -> Sheet {
    let columns = [
        ("Population", 22),
        ("One row is", 44),
        ("Rows", 10),
        ("Time covered", 12),
        ("Time without evidence", 60),
        ("Second source", 40),
        ("Outcome", 50),
        ("Entries", 24),
    ];
    let mut sheet = Sheet::new(
        "Populations (C&A)",
        "Completeness and accuracy of each population",
        &columns,
    );
    for population in &inputs.populations {
        let by = shown_by(population);
        let compared: Vec<&str> = population
            .reconciliations
            .iter()
            .map(|(name, _, _)| name.as_str())
            .collect();
        let outcomes: Vec<String> = population
            .reconciliations
            .iter()
            .map(|(_, outcome, leaf)| format!("{outcome} [{leaf}]"))
            .collect();
        sheet.rows.push(vec![
            population.name.as_str().into(),
            population.says.as_str().into(),
            population.rows.cited(&by).into(),
            population.covered_s.of(population.asked_s, &by).into(),
            phrases::stretches(&population.uncovered, usize::MAX).into(),
            if compared.is_empty() {
                "none: written representation".into()
            } else {
                compared.join("\n").into()
            },
            outcomes.join("\n").into(),
            by.short(usize::MAX).into(),
        ]);
    }
    sheet
}

/// One row a stream of a source.
pub fn sources(inputs: &Inputs) -> Sheet {
    let columns = [
        ("Population", 22),
        ("Source", 24),
        ("What was asked", 60),
        ("Pages", 9),
        ("At source", 10),
        ("How counted", 24),
        ("Stored", 10),
        ("Refused", 10),
        ("Unknown", 10),
        ("Covered from", 22),
        ("Covered until", 22),
        ("Time without evidence", 50),
        ("Item gaps", 50),
        ("Backfilled", 10),
        ("Entries", 24),
    ];
    let mut sheet = Sheet::new("Sources", "Where the rows come from", &columns);
    for population in &inputs.populations {
        for card in &population.sources {
            let by = collected_by(population, card);
            sheet.rows.push(vec![
                population.name.as_str().into(),
                card.source.as_str().into(),
                card.query.as_str().into(),
                card.pages.cited(&by).into(),
                card.at_source
                    .map_or(Datum::Empty, |count| count.cited(&by).into()),
                card.how.as_str().into(),
                card.stored.cited(&by).into(),
                card.rejected.cited(&by).into(),
                card.unknown.cited(&by).into(),
                card.covered
                    .map_or_else(String::new, |span| span.from.to_string())
                    .into(),
                card.covered
                    .map_or_else(String::new, |span| span.until.to_string())
                    .into(),
                phrases::stretches(&card.gaps, usize::MAX).into(),
                card.item_gaps.join("\n").into(),
                if card.backfilled { "yes" } else { "no" }.into(),
                by.short(usize::MAX).into(),
            ]);
        }
    }
    sheet
}

/// What the ledger shows as changed.
pub fn changes(inputs: &Inputs) -> Sheet {
    let columns = [("Day", 12), ("Change", 100), ("Entry", 8)];
    let title = match inputs.window {
        Window::Throughout(_) => {
            "Changes that the ledger shows for the period; management decides which are significant"
        }
        Window::AsOf(_) => "Changes that the ledger shows",
    };
    let mut sheet = Sheet::new("Changes", title, &columns);
    for change in &inputs.changes {
        sheet.rows.push(vec![
            change.day.to_string().into(),
            change.says.as_str().into(),
            entry(change.leaf),
        ]);
    }
    sheet
}
