//! Exports that `sources.yaml` declares (`use: file`): a file beside the program, read by the mapping that stands there.

use tickmark_core::{
    facts::{mapping::bind_file, schema::Shape},
    model::{
        calendar::{Rolling, due_after},
        document::SourceConfig,
        manifest::End,
        time::{Span, Time},
    },
};

use super::{
    adhoc::{FileOptions, file},
    declared::Outcome,
};
use crate::{
    error::{Error, Result},
    program::{Hands, Program},
    shelf::{Shelf, first},
};

/// The source that stands for files.
pub(super) const FILE: &str = "file";

/// Collects the declared file. A snapshot covers the time since the one before, if that is not longer ago than `cadence:` says. What time
/// an export of events covers cannot be told from it: `collect file --covers` says that.
pub(super) fn collect(
    program: &Program,
    shelf: &Shelf,
    config: &SourceConfig,
    hands: Hands<'_>,
) -> Result<Outcome> {
    let lacks = |what: &str, hint: &str| {
        let (line, id) = (config.line, &config.id);
        Error::user(format!("sources.yaml:{line}: source `{id}` has no {what}")).hint(hint)
    };
    let mapping = config.mapping.as_ref().ok_or_else(|| {
        lacks(
            "`mapping:`",
            "write population, path and columns below `mapping:`",
        )
    })?;
    let path = mapping.path.as_deref().ok_or_else(|| {
        lacks(
            "`path:` in its mapping",
            "name the file, relative to the program",
        )
    })?;
    let mut covers = None;
    if let Some(schema) = shelf.library.schema(mapping.population.as_str()) {
        // Here the defects have their lines.
        bind_file("sources.yaml", mapping, schema).map_err(|d| first(&d))?;
        if schema.shape == Shape::State {
            covers = since_the_last(program, config, hands.clock.now());
        }
    }
    let text = mapping.written();
    let options = FileOptions {
        population: mapping.population.as_str(),
        mapping: Some(&text),
        instance: Some(config.id.as_str()),
        covers,
        keep_going: false,
    };
    let (recorded, manifest) = file(program, shelf, &program.dir().join(path), &options, hands)?;
    Ok(Outcome {
        name: format!("{}/{}", config.id, manifest.stream),
        recorded: Some(recorded),
        records: (manifest.records.stored, manifest.records.rejected),
        pages: manifest.pages.len() as u64,
        end: manifest.end,
        broken: None,
    })
}

/// From the last complete snapshot until now, unless that is longer ago than the cadence allows (decision D6).
fn since_the_last(program: &Program, config: &SourceConfig, now: Time) -> Option<Span> {
    let state = program.state();
    let of = state.collections.iter().rev();
    let mut of = of.filter(|c| c.instance == config.id && c.end == End::Complete);
    let last = of.next()?.observed.1;
    let zone = state.zone();
    let due = due_after(config.cadence?, zone.day_of(last), Rolling::Days)?;
    (now <= zone.end_of(due)).then_some(Span {
        from: last,
        until: now,
    })
}
