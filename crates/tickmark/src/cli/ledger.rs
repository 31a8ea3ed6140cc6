//! Commands on the ledger: log, bundle, verify.
#![allow(
    clippy::disallowed_methods,
    reason = "these commands read and write files that a person names"
)]

use std::{fs, path::Path};

use serde_json::json;
use tickmark_core::model::time::Time;
use tickmark_log::{tree, verdict::Level};

use super::{
    Context, Done,
    args::{Format, Log},
};
use tickmark::{
    bundling,
    error::{Error, Result},
    heavy,
    ledger::{Ledger, store_error},
    program::Program,
    records::Records as _,
    witnessing,
};

pub fn bundle(context: &Context, output: &Path) -> Result<Done> {
    let program = context.program()?;
    let mut progress = context.out.progress();
    progress.wait("writing the bundle");
    let length = bundling::write(&program, output)?;
    drop(progress);
    context.out.say(&format!(
        "written {} ({} KiB)",
        output.display(),
        length / 1024
    ));
    Ok(Done::Clean)
}

pub fn verify(
    context: &Context,
    file: &Path,
    reperform: bool,
    policy: Option<&Path>,
) -> Result<Done> {
    let (bytes, verdict) = bundling::verdict(file, policy)?;
    let problems: Vec<String> = verdict.problems.iter().map(ToString::to_string).collect();
    let mut again = Vec::new();
    let sound = verdict.level >= Level::Unanchored;
    if reperform && sound {
        let opened = bundling::Opened::read(&bytes)?;
        let scratch =
            std::env::temp_dir().join(format!("tickmark-reperform-{}", std::process::id()));
        let result = bundling::reperform(
            &opened,
            &scratch,
            &heavy::populations()?,
            &mut context.out.progress(),
        );
        let _ = fs::remove_dir_all(&scratch);
        again = result?;
    }
    let different = again.iter().filter(|a| !a.identical()).count();
    if context.out.format() == Format::Json {
        let tests: Vec<_> = again.iter().map(|a| json!({"test": a.test, "leaf": a.leaf, "identical": a.identical(), "recorded": a.recorded, "performed": a.performed})).collect();
        context.out.json(&json!({"verdict": verdict.level.word(), "witnesses": [verdict.witnesses.0, verdict.witnesses.1], "size": verdict.size, "problems": problems, "tests": tests}));
    } else {
        context.out.line(&format!(
            "verdict {} · {} leaves · witnesses {} of {}",
            verdict.level.word(),
            verdict.size,
            verdict.witnesses.0,
            verdict.witnesses.1
        ));
        problems
            .iter()
            .for_each(|p| context.out.line(&format!("  {p}")));
        for one in &again {
            let word = if one.identical() {
                "identical"
            } else {
                "DIFFERENT"
            };
            context.out.line(&format!(
                "{word} {:<24} leaf {:<6} {}",
                one.test, one.leaf, one.performed
            ));
            one.differing
                .iter()
                .for_each(|l| context.out.line(&format!("    {l}")));
        }
        if reperform && sound {
            context.out.line(&format!(
                "{} of {} tests identical",
                again.len() - different,
                again.len()
            ));
        }
    }
    Ok(if sound && different == 0 {
        Done::Clean
    } else {
        Done::Findings
    })
}

pub fn log(context: &Context, action: &Log) -> Result<Done> {
    if matches!(action, Log::Fsck) {
        return fsck(context);
    }
    let program = context.program()?;
    match action {
        Log::Checkpoint { request_from } => checkpoint(context, &program, *request_from),
        Log::Prove { index } => prove(context, &program, *index),
        Log::Cosign { file } => cosign(context, &program, file),
        Log::Trust { vkey, operator } => trust(context, &program, vkey, operator),
        Log::Show { index } => show(context, &program, *index),
        Log::Fsck => fsck(context),
    }
}

fn checkpoint(context: &Context, program: &Program, from: Option<u64>) -> Result<Done> {
    let text = match from {
        None => witnessing::last(program)?.0,
        Some(old_size) => witnessing::request(program, old_size)?.to_text(),
    };
    context.out.line(text.trim_end_matches('\n'));
    Ok(Done::Clean)
}

fn prove(context: &Context, program: &Program, index: u64) -> Result<Done> {
    let (checkpoint, text, proof) = witnessing::inclusion(program, index)?;
    let leaf = program.ledger().leaf_bytes(index)?;
    context.out.json(&json!({
        "index": index, "size": checkpoint.size, "root": checkpoint.root.to_string(),
        "leaf_hash": tree::leaf_hash(&leaf).to_string(),
        "proof": proof.iter().map(ToString::to_string).collect::<Vec<_>>(), "checkpoint": text,
    }));
    Ok(Done::Clean)
}

fn cosign(context: &Context, program: &Program, file: &Path) -> Result<Done> {
    let name = file.display().to_string();
    let answer = fs::read_to_string(file).map_err(|e| Error::user(format!("{name}: {e}")))?;
    let (merged, size) = witnessing::merge(program, &name, &answer)?;
    let plural = if merged == 1 { "" } else { "s" };
    context.out.say(&format!(
        "{merged} cosignature{plural} merged into the checkpoint of {size} leaves"
    ));
    standing(context, program)
}

/// One line: how far others vouch for the ledger.
pub fn standing(context: &Context, program: &Program) -> Result<Done> {
    let standing = witnessing::standing(program)?;
    let quorum = standing.quorum.map_or_else(
        || "no witness is trusted yet".to_owned(),
        |(given, asked)| format!("witnesses {given} of {asked}"),
    );
    context.out.say(&format!(
        "checkpoint: {} leaves, {}, {quorum}",
        standing.checkpoint.size, standing.level
    ));
    if standing.unwitnessed > 0 {
        let oldest = standing.oldest.map(|t| t.to_string()).unwrap_or_default();
        context.out.say(&format!(
            "unwitnessed: {} leaves, oldest {oldest}",
            standing.unwitnessed
        ));
    }
    Ok(Done::Clean)
}

fn trust(context: &Context, program: &Program, vkey: &str, operator: &str) -> Result<Done> {
    let recorded = witnessing::trust(program, vkey, operator, context.hands())?;
    program.sign()?;
    let said = recorded.map_or_else(|| "trusted already".to_owned(), |r| r.to_string());
    context.out.say(&said);
    Ok(Done::Clean)
}

fn show(context: &Context, program: &Program, index: u64) -> Result<Done> {
    let (leaf, body) = program.ledger().entry(index)?;
    let blobs: Vec<_> = leaf.blobs.iter().map(|b| json!({"role": b.role, "commitment": b.commitment.0.to_string(), "length": b.length})).collect();
    let actor: String = leaf.actor.iter().map(|b| format!("{b:02x}")).collect();
    context.out.json(&json!({
        "index": index, "kind": leaf.kind, "time": Time::from_micros_u64(leaf.time_us).to_string(),
        "side": format!("{:?}", leaf.side).to_lowercase(), "actor": actor, "refs": leaf.refs, "blobs": blobs, "body": body,
    }));
    Ok(Done::Clean)
}

/// Opens the ledger alone: a ledger whose entries cannot be folded must still be examined.
fn fsck(context: &Context) -> Result<Done> {
    let mut ledger = Ledger::open(&Program::inside(&context.cli.program))?;
    let report = ledger.store().fsck().map_err(store_error)?;
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    let swept = if report.is_clean() && !report.orphans.is_empty() {
        ledger
            .sweep()
            .map_or_else(|e| format!("kept: {e}"), |n| format!("{n} removed"))
    } else {
        "none".to_owned()
    };
    if context.out.format() == Format::Json {
        context.out.json(&json!({
            "size": report.head.size, "root": report.head.root.to_string(), "leaves": report.leaves, "blobs": report.blobs,
            "blob_bytes": report.blob_bytes, "checkpoints": report.checkpoints, "orphans": report.orphans.len(),
            "swept": swept, "problems": problems,
        }));
    } else {
        context.out.line(&format!(
            "{} leaves, root {}",
            report.leaves, report.head.root
        ));
        context.out.line(&format!(
            "{} blobs, {} KiB; orphans of interrupted commands: {swept}",
            report.blobs,
            report.blob_bytes / 1024
        ));
        context
            .out
            .line(&format!("{} checkpoints", report.checkpoints));
        problems
            .iter()
            .for_each(|p| context.out.line(&format!("  {p}")));
    }
    if report.is_clean() {
        context.out.say("every hash, proof and index agrees");
        Ok(Done::Clean)
    } else {
        Err(Error::corrupt(format!(
            "the ledger contradicts itself in {} places",
            problems.len()
        ))
        .hint("restore it from a backup; nothing was changed"))
    }
}
