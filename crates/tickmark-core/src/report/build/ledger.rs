//! Annex E: what the report is anchored in and how to check it.

use crate::report::document::{
    Align, Block, Kind, Section, Span, Table, Tone, code, number, words,
};
use crate::report::figure::Citations;
use crate::report::inputs::{Checkpoint, Inputs};
use crate::report::wording::Text;

use super::description::entries;
use super::phrases;

/// Annex E.
pub fn annex(inputs: &Inputs, kind: Kind) -> Section {
    let mut section = Section::new("Annex E", "Evidence ledger", "Management");
    section.blocks.extend(Text::AnnexE.blocks(inputs));
    section.heading(2, "Checkpoint");
    checkpoint(&inputs.checkpoint, &mut section);
    section.heading(2, "How to check this report");
    steps(inputs, &mut section);
    if kind != Kind::Type1 && !inputs.tests.is_empty() {
        section.heading(2, "Digests of the runs");
        section.push(Block::Table(runs(inputs).within("Tests")));
    }
    section.heading(2, "Versions");
    let versions = &inputs.versions;
    let pairs = [
        ("Program", &versions.engine),
        ("Fact readers", &versions.facts),
        ("Control library", &versions.library),
        ("Time zone database", &versions.tzdb),
    ];
    section.push(Block::Facts {
        pairs: pairs
            .map(|(name, value)| (name.to_owned(), code(value)))
            .to_vec(),
    });
    section
}

fn checkpoint(checkpoint: &Checkpoint, section: &mut Section) {
    let by = Citations::one(checkpoint.size.saturating_sub(1));
    let mut pairs = vec![
        ("Origin".to_owned(), code(&checkpoint.origin)),
        ("Size".into(), code(checkpoint.size.to_string())),
        ("Root hash".into(), code(&checkpoint.root)),
        (
            "Signed".into(),
            code(phrases::instant(checkpoint.signed_at)),
        ),
        (
            "Verdict of the verifier".into(),
            vec![Span::strong(&checkpoint.verdict)],
        ),
    ];
    if let Some((given, asked)) = checkpoint.quorum {
        let quorum = vec![
            Span::Figure(given.cited(&by)),
            Span::text(" of "),
            Span::Figure(asked.cited(&by)),
            Span::text(" asked"),
        ];
        pairs.push(("Witnesses".into(), quorum));
    }
    let mut tail = number(checkpoint.unwitnessed.cited(&by));
    if let Some(oldest) = checkpoint.oldest_unwitnessed {
        tail.push(Span::text(format!(
            " entries, oldest {}",
            phrases::instant(oldest)
        )));
    }
    pairs.push(("Not yet witnessed".into(), tail));
    section.push(Block::Facts { pairs });
    if checkpoint.witnesses.is_empty() {
        section.push(Block::Notice {
            tone: Tone::Attention,
            title: "No witness.".into(),
            items: vec![words(
                "Nobody outside has cosigned the checkpoint: whoever holds the keys could have written another history. Ask the auditor to cosign it.",
            )],
        });
        return;
    }
    let columns = [
        ("Witness", 4, Align::Left),
        ("Operator", 4, Align::Left),
        ("Cosigned", 3, Align::Left),
    ];
    let mut table = Table::new("Witnesses that cosigned the checkpoint", &columns);
    for witness in &checkpoint.witnesses {
        let at = witness.at.map_or_else(
            || words("time not told"),
            |time| code(phrases::instant(time)),
        );
        table.row(vec![code(&witness.name), words(&witness.operator), at]);
    }
    section.push(Block::Table(table));
}

fn steps(inputs: &Inputs, section: &mut Section) {
    let size = inputs.checkpoint.size;
    let items = vec![
        vec![Span::text(
            "Ask management for the bundle of this checkpoint (one file) and keep the root hash printed on each page.",
        )],
        vec![
            Span::text("Verify the bundle with the small verifier, which needs no network: "),
            Span::code("tickmark-verify FILE --policy POLICY"),
            Span::text(format!(
                ". It must tell size {size} and the root hash above."
            )),
        ],
        vec![
            Span::text("Run every test again offline and compare the digests below: "),
            Span::code("tickmark verify FILE --reperform"),
        ],
        vec![
            Span::text(
                "Follow a figure: the number in brackets is an entry, a citation such as 17.0.42 is entry 17, blob 0, record 42; ",
            ),
            Span::code("tickmark-verify FILE --extract PATH"),
            Span::text(" writes out what it holds."),
        ],
    ];
    section.push(Block::List {
        numbered: true,
        items,
    });
}

fn runs(inputs: &Inputs) -> Table {
    let columns = [
        ("Test", 4, Align::Left),
        ("Population hash", 7, Align::Left),
        ("Rows digest", 7, Align::Left),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new(
        "Equal digests mean equal populations and equal results, item by item",
        &columns,
    );
    for test in &inputs.tests {
        table.row(vec![
            code(&test.id),
            code(&test.population_hash),
            code(&test.rows_digest),
            entries(test.leaf),
        ]);
    }
    table
}
