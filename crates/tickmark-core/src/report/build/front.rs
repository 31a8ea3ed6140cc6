//! Sections 1, 2 and 5: the auditor's empty page, the draft assertion, other information.

use crate::report::document::{Align, Block, Kind, Section, Span, Table, Tone, code, empty};
use crate::report::inputs::Inputs;
use crate::report::prose;
use crate::report::state::ResultState;
use crate::report::wording::Text;

use super::phrases;

/// Section 1 stays empty for the service auditor.
pub fn section1(inputs: &Inputs) -> Section {
    let mut section = Section::new(
        "Section 1",
        "Independent service auditor's report",
        "To be provided by the service auditor",
    );
    for block in Text::Section1.blocks(inputs) {
        if let Block::Paragraph { spans } = &block {
            section.push(Block::Reserved { text: plain(spans) });
        }
    }
    section
}

/// Section 2: management's draft, unsigned.
pub fn section2(inputs: &Inputs, text: Text) -> Section {
    let title = format!("Assertion of the management of {}", inputs.organization);
    let mut section = Section::new(
        "Section 2",
        &title,
        "Draft for management to complete and sign",
    );
    section.blocks.extend(text.blocks(inputs));
    section.push(Block::Notice {
        tone: Tone::Attention,
        title: "Not signed.".into(),
        items: vec![vec![Span::text(
            "This draft asserts nothing until management has completed the places in square brackets, compared each sentence with what it knows, and signed.",
        )]],
    });
    let labels = ["Signature", "Name", "Title", "Place and date"];
    section.push(Block::Blanks {
        labels: labels.map(str::to_owned).to_vec(),
    });
    section
}

/// Section 5: management's own information, never examined.
pub fn section5(inputs: &Inputs, kind: Kind) -> Section {
    let title = "Other information provided by management (not examined)";
    let mut section = Section::new(
        "Section 5",
        title,
        "Management; optional and not covered by the service auditor's report",
    );
    section.blocks.extend(Text::Section5.blocks(inputs));
    match &inputs.other {
        Some(other) => section.blocks.extend(prose::blocks(&other.markdown, 2)),
        None => section.say("Management has given no other information so far."),
    }
    let deviating: Vec<_> = inputs
        .tests
        .iter()
        .filter(|test| test.result == ResultState::Deviation)
        .collect();
    // A Type 1 has no results of operation to respond to.
    if kind == Kind::Type2 && !deviating.is_empty() {
        section.heading(
            2,
            "Management's responses to deviations of its own monitoring",
        );
        section.say("Left empty for management. Each response is management's statement and is not examined.");
        let columns = [
            ("Test", 5, Align::Left),
            ("Management's response", 8, Align::Left),
            ("Responsible", 2, Align::Left),
            ("Due", 2, Align::Left),
        ];
        let mut table = Table::new("Responses to the deviations listed in Annex M", &columns);
        for test in deviating {
            let period = format!(" ({} to {})", test.period.from, test.period.to);
            let mut name = code(&test.id);
            name.push(Span::text(period));
            table.row(vec![name, empty(), empty(), empty()]);
        }
        section.push(Block::Table(table));
    }
    section
}

fn plain(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text { text } | Span::Strong { text } | Span::Code { text } => text.clone(),
            Span::Figure(figure) => figure.to_string(),
            Span::Result { state } => state.words().to_owned(),
            Span::Entries { leaves } => leaves.short(4),
        })
        .collect()
}

/// Cells that name a control: identifier and title.
pub fn named(id: &str, title: &str) -> Vec<Span> {
    vec![Span::strong(id), Span::text(format!(" {title}"))]
}

/// The result of a test as a cell, with the words for a clipped period or a sample.
pub fn result(test: &crate::report::inputs::TestResult) -> Vec<Span> {
    let mut spans = vec![Span::Result { state: test.result }];
    if test.provisional {
        spans.push(Span::text(format!(
            " (provisional, until {})",
            phrases::instant(test.span.until)
        )));
    }
    if test.sampled {
        spans.push(Span::text(" (sample)"));
    }
    spans
}
