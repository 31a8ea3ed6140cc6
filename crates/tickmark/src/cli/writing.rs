//! Commands that write: init, apply, export, collect, evidence, demo.
#![allow(
    clippy::disallowed_methods,
    reason = "these commands read files that a person names"
)]

use std::{fs, path::Path};

use tickmark_core::model::{
    decide::{self, ChangeKind, Command, Evidence},
    ids::ControlId,
    manifest::{End, Manifest},
    time::{Day, Period, Time},
};

use super::{
    Context, Done,
    args::{Adhoc, Collect, Demo, Evidence as EvidenceArgs, Init},
};
use tickmark::{
    adopting,
    collecting::{self, FileOptions},
    error::{Error, Result},
    ledger::Recorded,
    program::Program,
    sample,
    shelf::Shelf,
    starting::{self, New},
};

pub fn init(context: &Context, init: &Init) -> Result<Done> {
    let dir = init
        .dir
        .clone()
        .unwrap_or_else(|| context.cli.program.clone());
    fs::create_dir_all(&dir).map_err(|e| Error::environment(format!("{}: {e}", dir.display())))?;
    let full = dir.canonicalize().unwrap_or_else(|_| dir.clone());
    let folder = full.file_name().map_or_else(
        || "organization".to_owned(),
        |n| n.to_string_lossy().into_owned(),
    );
    let name = init.name.clone().unwrap_or(folder);
    let zone = init.zone.clone().unwrap_or_else(starting::machine_zone);
    let program = starting::init(
        &dir,
        &New {
            name: &name,
            zone: &zone,
        },
        context.hands(),
    )?;
    let size = program.state().size;
    context.out.say(&format!(
        "recorded 0..{} in {}",
        size.saturating_sub(1),
        Program::inside(&dir).display()
    ));
    context
        .out
        .say("signing key: outside the program directory, for this user only");
    context.out.say("");
    context.out.say("Not witnessed yet. So that nobody, you included, can rewrite history, let your auditor cosign:");
    context.out.say(&format!("  1. tickmark -C {} log checkpoint --request-from 0 > request.txt      and mail it to the auditor", dir.display()));
    context.out.say("  2. the auditor: tickmark-verify witness cosign … request.txt > answer.txt   (keys by `witness keygen`)");
    context.out.say(&format!(
        "  3. tickmark -C {} log trust VKEY --operator FIRM; tickmark -C {0} log cosign answer.txt",
        dir.display()
    ));
    context.out.say("");
    context.out.say(&format!(
        "Next: describe your sources in {}/sources.yaml, or try `tickmark -C {0} collect git PATH`",
        dir.display()
    ));
    Ok(Done::Clean)
}

pub fn apply(context: &Context, dry_run: bool) -> Result<Done> {
    let program = context.program()?;
    let documents = program.documents()?;
    let changes = decide::changes(&program.state(), &documents, context.clock.now());
    if changes.is_empty() {
        context.out.say("nothing has changed");
        return Ok(Done::Clean);
    }
    for change in &changes {
        let mark = match change.kind {
            ChangeKind::New => "new    ",
            ChangeKind::Changed { .. } => "changed",
            ChangeKind::Vanished { .. } => "gone   ",
        };
        let back = if change.back_dated_days > 0 {
            format!("   back-dated by {} days", change.back_dated_days)
        } else {
            String::new()
        };
        context.out.line(&format!("{mark} {}{back}", change.path));
    }
    if dry_run {
        context.out.say("dry run: nothing was recorded");
        return Ok(Done::Clean);
    }
    let recorded = adopting::apply(&program, context.hands())?;
    finish(context, &program, recorded)
}

fn finish(context: &Context, program: &Program, recorded: Option<Recorded>) -> Result<Done> {
    match recorded {
        Some(recorded) => {
            program.sign()?;
            context.out.say(&recorded.to_string());
        }
        None => context.out.say("nothing to record"),
    }
    Ok(Done::Clean)
}

pub fn export(context: &Context, dir: &Path, known_at: Option<u64>) -> Result<Done> {
    let program = context.program()?;
    let state = program.state_at(known_at)?;
    let written = starting::export(&program, &state, dir)?;
    context
        .out
        .say(&format!("{written} documents written to {}", dir.display()));
    Ok(Done::Clean)
}

pub fn collect(context: &Context, collect: &Collect) -> Result<Done> {
    let program = context.program()?;
    let shelf = program.shelf()?;
    match &collect.adhoc {
        Some(adhoc) => by_hand(context, &program, &shelf, adhoc),
        None => declared(context, &program, &shelf, &collect.sources),
    }
}

fn by_hand(context: &Context, program: &Program, shelf: &Shelf, adhoc: &Adhoc) -> Result<Done> {
    let hands = context.hands();
    let mut progress = context.out.progress();
    progress.wait("collecting");
    let began = context.clock.now();
    let (recorded, manifest) = match adhoc {
        Adhoc::Git {
            path,
            name,
            reference,
        } => collecting::git(program, shelf, path, reference, name.as_deref(), hands)?,
        Adhoc::Plan { file, name } => {
            collecting::plan(program, shelf, file, name.as_deref(), hands)?
        }
        Adhoc::File {
            file,
            population,
            name,
            mapping,
            covers,
            keep_going,
        } => {
            let mapping = mapping.as_ref().map(|path| {
                fs::read_to_string(path)
                    .map_err(|e| Error::user(format!("{}: {e}", path.display())))
            });
            let mapping = mapping.transpose()?;
            let zone = program.state().zone();
            let covers = covers
                .as_deref()
                .map(|c| Period::parse(c).map_err(Error::user))
                .transpose()?
                .map(|period| period.span(&zone));
            let options = FileOptions {
                population,
                mapping: mapping.as_deref(),
                instance: name.as_deref(),
                covers,
                keep_going: *keep_going,
            };
            collecting::file(program, shelf, file, &options, hands)?
        }
    };
    program.sign()?;
    drop(progress);
    say_manifest(context, &manifest);
    match adhoc {
        Adhoc::Git { .. } => context.out.say(&cost(began, context.clock.now())),
        Adhoc::File { .. } if manifest.covered.is_empty() => context
            .out
            .say("covers no time: say with --covers A..B which time the export covers completely"),
        Adhoc::File { .. } | Adhoc::Plan { .. } => {}
    }
    context.out.say(&recorded.to_string());
    Ok(Done::Clean)
}

/// What the command took until now: `4.2 s, at most 120 MiB of memory` (the latter where the system tells it).
fn cost(began: Time, now: Time) -> String {
    let tenths = now.micros().saturating_sub(began.micros()) / 100_000;
    let time = format!("{}.{} s", tenths / 10, tenths % 10);
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kibibytes| kibibytes.parse::<u64>().ok());
    peak.map_or(time.clone(), |kibibytes| {
        format!("{time}, at most {} MiB of memory", kibibytes.div_ceil(1024))
    })
}

fn say_manifest(context: &Context, manifest: &Manifest) {
    let rejected = manifest.records.rejected;
    let rejected = if rejected > 0 {
        format!(", {rejected} rejected (unknown items)")
    } else {
        String::new()
    };
    let since = manifest
        .params
        .get(tickmark_collect::git::SINCE)
        .map(|commit| format!(" (new since {})", commit.get(..12).unwrap_or(commit)))
        .unwrap_or_default();
    context.out.say(&format!(
        "{}: {} records stored{since}{rejected}, {} pages",
        manifest.instance,
        manifest.records.stored,
        manifest.pages.len()
    ));
    if let (Some(bad), false) = (manifest.rejections.first(), manifest.end == End::Complete) {
        context.out.say(&format!(
            "PARTIAL, it covers no time: a record belongs to no item, {}: {}",
            bad.at, bad.why
        ));
    }
    for redaction in manifest.redactions.iter().filter(|r| r.count > 0) {
        context.out.say(&format!(
            "{} values redacted before storing ({})",
            redaction.count, redaction.rule
        ));
    }
}

fn declared(
    context: &Context,
    program: &Program,
    shelf: &Shelf,
    wanted: &[String],
) -> Result<Done> {
    let configured = program
        .state()
        .sources()
        .map(|s| s.sources.clone())
        .unwrap_or_default();
    if configured.is_empty() {
        return Err(Error::user("sources.yaml declares no source")
            .hint("declare one and run `tickmark apply`, or use `tickmark collect git PATH`"));
    }
    for name in wanted {
        if !configured.iter().any(|c| c.id.as_str() == name) {
            let names: Vec<&str> = configured.iter().map(|c| c.id.as_str()).collect();
            return Err(Error::user(format!("sources.yaml has no source `{name}`"))
                .hint(format!("it has {}", names.join(", "))));
        }
    }
    let mut broken = 0;
    for config in configured
        .iter()
        .filter(|c| wanted.is_empty() || wanted.iter().any(|w| w == c.id.as_str()))
    {
        let mut progress = context.out.progress();
        progress.wait(&format!("collecting {}", config.id));
        for outcome in collecting::declared(
            program,
            shelf,
            config,
            None,
            &context.clock,
            context.hands(),
        )? {
            let end = match outcome.end {
                End::Complete => "complete".to_owned(),
                End::Partial => {
                    format!("PARTIAL: {}", outcome.broken.as_deref().unwrap_or_default())
                }
                End::Failed => format!("FAILED: {}", outcome.broken.as_deref().unwrap_or_default()),
            };
            broken += usize::from(outcome.end != End::Complete);
            let recorded = outcome.recorded.map(|r| r.to_string()).unwrap_or_default();
            context.out.line(&format!(
                "{:<32} {:>7} records {:>4} pages  {end}  ({recorded})",
                outcome.name, outcome.records.0, outcome.pages
            ));
        }
    }
    program.sign()?;
    if broken > 0 {
        return Err(Error::environment(format!("{broken} streams were not collected completely; what was fetched is recorded, the rest is uncovered"))
            .hint("collect again when the source answers"));
    }
    Ok(Done::Clean)
}

pub fn evidence(context: &Context, action: &EvidenceArgs) -> Result<Done> {
    let EvidenceArgs::Add {
        file,
        control,
        covers,
        performed,
    } = action;
    let program = context.program()?;
    let bytes = fs::read(file).map_err(|e| Error::user(format!("{}: {e}", file.display())))?;
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let control = ControlId::parse(control).map_err(Error::user)?;
    let covers = Period::parse(covers).map_err(Error::user)?;
    let zone = program.state().zone();
    let performed = performed
        .as_deref()
        .map(|day| {
            Day::parse(day)
                .map(|d| zone.start_of(d))
                .map_err(Error::user)
        })
        .transpose()?;
    let recorded = program.commit(context.hands(), |_| {
        Ok(Command::Evidence(Evidence {
            control: control.clone(),
            covers,
            performed_at: performed,
            name: &name,
            bytes: &bytes,
        }))
    })?;
    finish(context, &program, recorded)
}

pub fn demo(context: &Context, demo: &Demo) -> Result<Done> {
    let company = sample::company(demo.seed, demo.people, demo.months)?;
    if demo.truth {
        context.out.line(&company.truth_json());
        return Ok(Done::Clean);
    }
    sample::live(&company, demo.seed, &demo.dir, &mut context.out.progress())?;
    Ok(Done::Clean)
}
