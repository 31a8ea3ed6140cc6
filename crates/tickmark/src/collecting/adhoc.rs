//! Collections that a person starts by hand: a git history, a file, a plan.

use std::{collections::BTreeMap, path::Path};

use tickmark_collect::{Sink as _, file::each_page, git as git_room, plan as plan_room};
use tickmark_core::{
    facts::{git as git_facts, plan as plan_facts},
    model::{
        body::CollectionIntent,
        decide::{Command, Stored},
        ids::{InstanceId, PopulationName, SourceId, StreamName},
        manifest::{Count, End, MANIFEST_VERSION, Manifest, Page, Records, Redaction, Shape, Unit},
        time::{Span, Time},
    },
};
use tickmark_log::commitment::Commitment;

use super::{
    FACTS, LedgerSink, collector,
    mappings::{FORMAT, MAPPING, Mapped, of_file},
    naming::slug,
    witness,
};
use crate::{
    error::{Error, Result},
    ledger::Recorded,
    program::{Hands, Program, digest},
    records::Records as _,
    shelf::Shelf,
};

/// A collection without a declared source.
pub(super) struct ByHand<'a> {
    pub(super) source: &'a str,
    pub(super) instance: String,
    pub(super) stream: &'a str,
    pub(super) params: BTreeMap<String, String>,
    pub(super) covered: Option<Span>,
    pub(super) redactions: Vec<Redaction>,
    /// Who handed it over, and what to do when a record is refused.
    pub(super) by: By,
}

/// Who hands records over.
pub(super) struct By {
    /// As the manifest says it.
    pub(super) how: &'static str,
    /// What to do about a record that cannot be read.
    pub(super) hint: &'static str,
    /// It was fetched after the fact.
    pub(super) backfilled: bool,
}

/// A person at the command line.
const PERSON: By = By {
    how: "handed over by a person",
    hint: "correct the file; or record bad rows as unknown items with --keep-going",
    backfilled: true,
};

/// How a file is to be read.
pub struct FileOptions<'a> {
    /// Population of the rows.
    pub population: &'a str,
    /// Text of a mapping file.
    pub mapping: Option<&'a str>,
    /// Name of the source; without one it comes from the file's name.
    pub instance: Option<&'a str>,
    /// Time the export covers.
    pub covers: Option<Span>,
    /// Record bad rows as unknown items.
    pub keep_going: bool,
}

/// Collects a git history: that of a branch, a tag or a commit, or of the head. What the last complete collection of the repository
/// brought is not collected again.
///
/// # Errors
/// No repository, a damaged one, no such reference, the disk fails; nothing half is recorded.
pub fn git(
    program: &Program,
    shelf: &Shelf,
    path: &Path,
    reference: &str,
    name: Option<&str>,
    hands: Hands<'_>,
) -> Result<(Recorded, Manifest)> {
    let schema = schema(shelf, "git_commit")?;
    let mapped = Mapped {
        schema,
        mapping: git_facts::mapping(schema).map_err(Error::bug)?,
    };
    let repository = match name {
        Some(name) => name.to_owned(),
        None => git_room::name_of(path).map_err(Error::user)?,
    };
    let instance = slug(&format!("git-{repository}"));
    let before = last_history(program, &instance, &repository)?;
    let wanted = git_room::Wanted {
        reference: Some(reference),
        name: Some(&repository),
        since: before.as_ref().map(|(head, _)| head.as_str()),
    };
    // What is committed while the history is read belongs to the next collection.
    let until = hands.clock.now();
    let mut sink = LedgerSink::new(program.ledger(), hands.entropy);
    let history =
        git_room::collect_wanted(path, wanted, &mut sink).map_err(|error| match error {
            // The repository is fine, this machine's disk is not.
            git_room::GitError::Sink(_) => Error::environment(error),
            _ => Error::user(error),
        })?;
    let pages = sink.finish()?;
    // A whole history reaches back to its first commit: before that there was nothing.
    let from = before
        .filter(|_| history.params.contains_key(git_room::SINCE))
        .map_or(Time::from_micros(0), |(_, until)| until);
    let by_hand = ByHand {
        source: "git",
        instance,
        stream: "history",
        params: history.params,
        covered: Some(Span { from, until }),
        redactions: Vec::new(),
        by: PERSON,
    };
    record(program, &mapped, by_hand, history.pages, pages, hands, true)
}

/// The commit that the last complete collection of a repository began at, and until when it covers.
fn last_history(
    program: &Program,
    instance: &str,
    repository: &str,
) -> Result<Option<(String, Time)>> {
    let (digest, until) = {
        let state = program.state();
        let last = state.collections.iter().rev().find(|c| {
            c.source.as_str() == "git" && c.instance.as_str() == instance && c.end == End::Complete
        });
        let until = last.and_then(|c| c.covered.as_slice().last().map(|s| s.until));
        let Some((last, until)) = last.zip(until) else {
            return Ok(None);
        };
        (last.manifest, until)
    };
    let bytes = program.ledger().blob(&Commitment(digest))?;
    let manifest = Manifest::parse(&bytes).map_err(Error::corrupt)?;
    let same = manifest
        .params
        .get(git_facts::REPOSITORY)
        .is_some_and(|name| name == repository);
    let head = manifest.params.get(git_facts::HEAD).filter(|_| same);
    Ok(head.map(|head| (head.clone(), until)))
}

/// Collects a CSV or JSON Lines export.
///
/// # Errors
/// The file is not one; a row is bad and `keep_going` was not asked for; nothing is recorded then.
pub fn file(
    program: &Program,
    shelf: &Shelf,
    path: &Path,
    options: &FileOptions<'_>,
    hands: Hands<'_>,
) -> Result<(Recorded, Manifest)> {
    let schema = schema(shelf, options.population)?;
    let csv = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let format = if csv { "csv" } else { "jsonl" };
    let mapping = of_file(schema, options.mapping, Some(format))?;
    let mapped = Mapped { schema, mapping };
    let mut sink = LedgerSink::new(program.ledger(), hands.entropy);
    let mut witnessed = Vec::new();
    each_page(path, mapped.mapping.format, |bytes| -> Result<()> {
        let blob = sink.page(bytes).map_err(Error::environment)?;
        witnessed.push(page(blob));
        Ok(())
    })?;
    let pages = sink.finish()?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let instance = options
        .instance
        .map_or_else(|| slug(&format!("file-{stem}")), str::to_owned);
    let mut params = BTreeMap::from([
        (FORMAT.to_owned(), format.to_owned()),
        ("file".to_owned(), file_name(path)),
    ]);
    if let Some(text) = options.mapping {
        params.insert(MAPPING.to_owned(), text.to_owned());
    }
    let by_hand = ByHand {
        source: "file",
        instance,
        stream: "rows",
        params,
        covered: options.covers,
        redactions: Vec::new(),
        by: PERSON,
    };
    record(
        program,
        &mapped,
        by_hand,
        witnessed,
        pages,
        hands,
        options.keep_going,
    )
    .map_err(|e| {
        if e.kind() == crate::error::Kind::User {
            Error::user(format!("{}: {e}", path.display()))
        } else {
            e
        }
    })
}

/// Collects a Terraform plan, redacted before a byte of it is stored.
///
/// # Errors
/// The file is no plan, or the disk fails.
pub fn plan(
    program: &Program,
    shelf: &Shelf,
    path: &Path,
    name: Option<&str>,
    hands: Hands<'_>,
) -> Result<(Recorded, Manifest)> {
    let schema = schema(shelf, "planned_change")?;
    let mapped = Mapped {
        schema,
        mapping: plan_facts::mapping(schema).map_err(Error::bug)?,
    };
    let plan = plan_room::collect(path, program.secret()).map_err(Error::user)?;
    let mut sink = LedgerSink::new(program.ledger(), hands.entropy);
    let blob = sink
        .page(&plan.redacted.bytes)
        .map_err(Error::environment)?;
    let pages = sink.finish()?;
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let name = name.map_or(stem, str::to_owned);
    let by_hand = ByHand {
        source: "plan",
        instance: slug(&format!("plan-{name}")),
        stream: "changes",
        // Of the file as it was only a commitment stays (decision D27).
        params: BTreeMap::from([
            ("plan".to_owned(), name),
            ("original".to_owned(), plan.redacted.original.to_string()),
        ]),
        covered: None,
        redactions: vec![Redaction {
            rule: plan.redacted.rule.to_owned(),
            count: plan.redacted.count,
        }],
        by: PERSON,
    };
    record(
        program,
        &mapped,
        by_hand,
        vec![page(blob)],
        pages,
        hands,
        true,
    )
}

pub(super) fn record(
    program: &Program,
    mapped: &Mapped<'_>,
    by_hand: ByHand<'_>,
    witnessed: Vec<Page>,
    pages: Vec<Stored>,
    hands: Hands<'_>,
    keep_going: bool,
) -> Result<(Recorded, Manifest)> {
    let now = hands.clock.now();
    let covered = by_hand
        .covered
        .map(|s| Span {
            from: s.from,
            until: s.until.min(now),
        })
        .filter(|s| s.from < s.until);
    let asked = covered.unwrap_or(Span {
        from: now,
        until: now,
    });
    let name = |e: tickmark_core::model::ids::IdError| Error::user(e);
    let instance = InstanceId::parse(&by_hand.instance).map_err(name)?;
    let (source, stream) = (
        SourceId::parse(by_hand.source).map_err(name)?,
        StreamName::parse(by_hand.stream).map_err(name)?,
    );
    let mapping = mapped.mapping.digest();
    let mut manifest = Manifest {
        v: MANIFEST_VERSION,
        source: format!("{source}@1"),
        instance: instance.clone(),
        account: String::new(),
        stream: stream.clone(),
        shape: shape(mapped),
        query: by_hand.params.get("file").cloned().unwrap_or_default(),
        params: by_hand.params,
        asked: (asked.from, asked.until),
        covered: covered.iter().map(|s| (s.from, s.until)).collect(),
        retention_s: None,
        backfilled: by_hand.by.backfilled,
        observed: (now, now),
        pages: witnessed,
        count: Count {
            of: Unit::Records,
            at_source: None,
            how: by_hand.by.how.to_owned(),
            stored: 0,
            rejected: 0,
            unknown: 0,
            mismatch: 0,
        },
        records: Records::default(),
        gaps: Vec::new(),
        rejections: Vec::new(),
        redactions: by_hand.redactions,
        headers: BTreeMap::new(),
        tls_peer: None,
        mapping: mapping.clone(),
        facts: FACTS,
        collector: collector(),
        end: End::Complete,
    };
    witness::complete(program.ledger(), &pages, mapped, &mut manifest)?;
    if let (Some(bad), false) = (manifest.rejections.first(), keep_going) {
        let more = manifest.rejections.len() - 1;
        let others = if more == 0 {
            String::new()
        } else {
            format!(" (and {more} more)")
        };
        return Err(Error::user(format!("{}: {}{others}", bad.at, bad.why)).hint(by_hand.by.hint));
    }
    let intent = CollectionIntent {
        source,
        version: 1,
        instance,
        stream,
        asked: (asked.from, asked.until),
        mapping: digest(&mapping)?,
    };
    let begun = program.commit(hands, |_| Ok(Command::Intend(intent.clone())))?;
    let begun = begun.ok_or_else(|| Error::bug("an intent records an entry"))?;
    let population: PopulationName = mapped.schema.name.clone();
    let done = program.commit(hands, |_| {
        Ok(Command::Collected {
            intent: begun.first,
            manifest: &manifest,
            population: population.clone(),
            pages: pages.clone(),
        })
    })?;
    Ok((
        Recorded {
            first: begun.first,
            last: done.map_or(begun.last, |d| d.last),
        },
        manifest,
    ))
}

fn shape(mapped: &Mapped<'_>) -> Shape {
    match mapped.schema.shape {
        tickmark_core::facts::schema::Shape::Event => Shape::Event,
        tickmark_core::facts::schema::Shape::State => Shape::State,
    }
}

pub(super) fn page(blob: u32) -> Page {
    Page {
        blob,
        status: 0,
        cursor: String::new(),
        next: String::new(),
        items: 0,
        parent: String::new(),
        with: BTreeMap::new(),
        source_clock: None,
    }
}

pub(super) fn schema<'a>(
    shelf: &'a Shelf,
    name: &str,
) -> Result<&'a tickmark_core::facts::schema::Schema> {
    let base = || {
        shelf
            .library
            .schemas
            .values()
            .filter(|s| s.derived.is_none())
            .map(|s| s.name.as_str())
    };
    match shelf.library.schema(name) {
        Some(schema) if schema.derived.is_none() => Ok(schema),
        Some(_) => Err(
            Error::user(format!("population `{name}` is derived from others"))
                .hint("collect what it is derived from"),
        ),
        None => {
            let near = tickmark_core::model::diagnostic::nearest(name, base());
            let hint = near.map_or_else(
                || format!("there are {}", base().collect::<Vec<_>>().join(", ")),
                |n| format!("did you mean `{n}`?"),
            );
            Err(Error::user(format!("there is no population `{name}`")).hint(hint))
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
