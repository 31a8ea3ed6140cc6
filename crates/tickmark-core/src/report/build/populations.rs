//! Annex P: one completeness and accuracy card a population.

use crate::report::document::{Align, Block, Section, Span, Table, Tone, code, number, words};
use crate::report::figure::{Citations, Uncited};
use crate::report::inputs::{Inputs, Population, SourceCard};
use crate::report::wording::Text;

use super::description::entries;
use super::phrases;

/// Annex P, if any population was read.
pub fn annex(inputs: &Inputs) -> Option<Section> {
    if inputs.populations.is_empty() {
        return None;
    }
    let mut section = Section::new(
        "Annex P",
        "Populations: completeness and accuracy",
        "Management",
    )
    .lying();
    section.blocks.extend(Text::AnnexP.blocks(inputs));
    section.heading(2, "Completeness and accuracy cards");
    for population in &inputs.populations {
        card(population, &mut section);
    }
    Some(section)
}

fn card(population: &Population, section: &mut Section) {
    let by = shown_by(population);
    section.heading(3, format!("Population {}", population.name));
    let mut pairs = vec![("One row is".to_owned(), words(&population.says))];
    pairs.push((
        "Rows in the window".into(),
        number(population.rows.cited(&by)),
    ));
    pairs.push((
        "Time covered".into(),
        number(population.covered_s.of(population.asked_s, &by)),
    ));
    pairs.push((
        "Time without evidence".into(),
        words(phrases::stretches(&population.uncovered, 8)),
    ));
    pairs.push(("Second source".into(), words(second_source(population))));
    section.push(Block::Facts { pairs });
    if !population.sources.is_empty() {
        section.push(Block::Table(sources(population)));
    }
    reconciliations(population, section);
    gaps(population, section);
}

/// The collections behind a population; the population's own entry if it has no source.
pub fn shown_by(population: &Population) -> Citations {
    Citations::new(
        population.leaf,
        population
            .sources
            .iter()
            .flat_map(|card| card.leaves.iter().copied()),
    )
}

/// The collections behind a stream.
pub fn collected_by(population: &Population, card: &SourceCard) -> Citations {
    let cited: Result<Citations, Uncited> = Citations::try_from(card.leaves.clone());
    cited.unwrap_or_else(|_| Citations::one(population.leaf))
}

fn second_source(population: &Population) -> String {
    if population.sources.is_empty() {
        "no collection of its own: derived from other populations, see their cards, or nothing was collected".into()
    } else if population.reconciliations.is_empty() {
        "none: completeness rests on the source itself and on a written representation by management".into()
    } else {
        "compared, see below".into()
    }
}

fn sources(population: &Population) -> Table {
    let columns = [
        ("Source", 4, Align::Left),
        ("What was asked", 7, Align::Left),
        ("Pages", 0, Align::Right),
        ("At source", 0, Align::Right),
        ("Stored", 0, Align::Right),
        ("Refused", 0, Align::Right),
        ("Unknown", 0, Align::Right),
        ("Covered", 5, Align::Left),
        ("Entries", 4, Align::Left),
    ];
    let mut table = Table::new(
        format!("Where the rows of {} come from", population.name),
        &columns,
    );
    for card in &population.sources {
        let by = collected_by(population, card);
        let at_source = match card.at_source {
            Some(count) => number(count.cited(&by)),
            None => words("not told"),
        };
        let covered = card.covered.map_or_else(
            || words("nothing"),
            |span| {
                words(format!(
                    "{} to {}",
                    phrases::instant(span.from),
                    phrases::instant(span.until)
                ))
            },
        );
        let mut source = code(&card.source);
        if card.backfilled {
            source.push(Span::text(" (backfilled)"));
        }
        let mut asked = code(&card.query);
        if !card.how.is_empty() && card.at_source.is_some() {
            asked.push(Span::text(format!(" (count: {})", card.how)));
        }
        table.row(vec![
            source,
            asked,
            number(card.pages.cited(&by)),
            at_source,
            number(card.stored.cited(&by)),
            number(card.rejected.cited(&by)),
            number(card.unknown.cited(&by)),
            covered,
            vec![Span::Entries { leaves: by }],
        ]);
    }
    table.within("Sources")
}

fn reconciliations(population: &Population, section: &mut Section) {
    if population.reconciliations.is_empty() {
        return;
    }
    let columns = [
        ("Compared", 5, Align::Left),
        ("Outcome", 10, Align::Left),
        ("Entry", 0, Align::Right),
    ];
    let mut table = Table::new(
        format!("{} against a second source", population.name),
        &columns,
    );
    for (name, outcome, leaf) in &population.reconciliations {
        table.row(vec![words(name), words(outcome), entries(*leaf)]);
    }
    section.push(Block::Table(table));
}

/// Most gaps printed for one population; the workbook has all.
const GAPS_MOST: usize = 20;

fn gaps(population: &Population, section: &mut Section) {
    let mut items: Vec<Vec<Span>> = Vec::new();
    for card in &population.sources {
        for gap in card.gaps.iter() {
            let time = format!(
                ": no evidence from {} to {}",
                phrases::instant(gap.from),
                phrases::instant(gap.until)
            );
            items.push(vec![Span::code(&card.source), Span::text(time)]);
        }
        for gap in &card.item_gaps {
            items.push(vec![
                Span::code(&card.source),
                Span::text(format!(": {gap}")),
            ]);
        }
    }
    if items.len() > GAPS_MOST {
        items.truncate(GAPS_MOST);
        items.push(words("the others are in the workbook, sheet \"Sources\""));
    }
    if !items.is_empty() {
        section.push(Block::Notice {
            tone: Tone::Note,
            title: "Gaps".into(),
            items,
        });
    }
}
