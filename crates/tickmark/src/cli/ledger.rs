//! Commands on the ledger: log, bundle, verify.
#![allow(
    clippy::disallowed_methods,
    reason = "these commands read and write files that a person names"
)]

use std::{fs, path::Path};

use serde_json::json;
use tickmark_core::model::{
    body::{TrustBody, TrustRole},
    decide::Command,
};
use tickmark_log::{
    checkpoint::Checkpoint,
    cosignature,
    keys::{KeyType, VerifierKey},
    note::NoteSignature,
    tree,
    verdict::Level,
    witness::Request,
};

use super::{
    Context, Done,
    args::{Format, Log},
};
use tickmark::{
    bundling,
    error::{Error, Result},
    heavy,
    ledger::store_error,
    program::Program,
    records::Records as _,
};

pub fn bundle(context: &Context, output: &Path) -> Result<Done> {
    let program = context.program()?;
    let length = bundling::write(&program, output)?;
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
        let result = bundling::reperform(&opened, &scratch, &heavy::populations()?);
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
    let program = context.program()?;
    match action {
        Log::Checkpoint { request_from } => checkpoint(context, &program, *request_from),
        Log::Prove { index } => prove(context, &program, *index),
        Log::Cosign { file } => cosign(context, &program, file),
        Log::Trust { vkey, operator } => trust(context, &program, vkey, operator),
        Log::Show { index } => show(context, &program, *index),
        Log::Fsck => fsck(context, &program),
    }
}

fn note(program: &Program) -> Result<String> {
    let note = program.ledger().checkpoint()?;
    note.ok_or_else(|| {
        Error::corrupt("the ledger has no checkpoint").hint("run `tickmark log fsck`")
    })
}

fn checkpoint(context: &Context, program: &Program, from: Option<u64>) -> Result<Done> {
    let text = note(program)?;
    let Some(old_size) = from else {
        context.out.line(text.trim_end_matches('\n'));
        return Ok(Done::Clean);
    };
    let (checkpoint, note) = Checkpoint::parse_note(text.as_bytes()).map_err(Error::corrupt)?;
    let hashes = program
        .ledger()
        .store()
        .leaf_hashes(0..checkpoint.size)
        .map_err(store_error)?;
    let proof = if old_size == 0 {
        Some(Vec::new())
    } else {
        tree::consistency::prove(old_size, &hashes)
    };
    let proof = proof.ok_or_else(|| {
        Error::user(format!(
            "--request-from {old_size}: the checkpoint has {} leaves",
            checkpoint.size
        ))
    })?;
    context.out.line(
        Request {
            old_size,
            proof,
            note,
        }
        .to_text()
        .trim_end_matches('\n'),
    );
    Ok(Done::Clean)
}

fn prove(context: &Context, program: &Program, index: u64) -> Result<Done> {
    let text = note(program)?;
    let (checkpoint, _) = Checkpoint::parse_note(text.as_bytes()).map_err(Error::corrupt)?;
    let hashes = program
        .ledger()
        .store()
        .leaf_hashes(0..checkpoint.size)
        .map_err(store_error)?;
    let proof = tree::inclusion::prove(index, &hashes);
    let proof = proof.ok_or_else(|| {
        Error::user(format!(
            "there is no leaf {index}: the checkpoint has {}",
            checkpoint.size
        ))
    })?;
    let leaf = program.ledger().leaf_bytes(index)?;
    context.out.json(&json!({
        "index": index, "size": checkpoint.size, "root": checkpoint.root.to_string(),
        "leaf_hash": tree::leaf_hash(&leaf).to_string(),
        "proof": proof.iter().map(ToString::to_string).collect::<Vec<_>>(), "checkpoint": text,
    }));
    Ok(Done::Clean)
}

fn cosign(context: &Context, program: &Program, file: &Path) -> Result<Done> {
    let answer =
        fs::read_to_string(file).map_err(|e| Error::user(format!("{}: {e}", file.display())))?;
    let text = note(program)?;
    let (checkpoint, mut note) = Checkpoint::parse_note(text.as_bytes()).map_err(Error::corrupt)?;
    let mut merged = 0;
    for (n, line) in answer
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty())
    {
        let wrong =
            |e: &dyn std::fmt::Display| Error::user(format!("{}:{}: {e}", file.display(), n + 1));
        let signature = NoteSignature::parse_line(&format!("{line}\n")).map_err(|e| wrong(&e))?;
        let key = trusted(program).into_iter().find(|k| signature.claims(k));
        let key = key.ok_or_else(|| wrong(&"a key that is not trusted here; record it with `tickmark log trust VKEY --operator FIRM`"))?;
        let mut with = note.clone();
        with.add(signature);
        if cosignature::cosigned_by(&with, &key).flatten().is_none() {
            return Err(wrong(&format!(
                "it does not cosign the checkpoint of {} leaves; ask again with a new request",
                checkpoint.size
            )));
        }
        note = with;
        merged += 1;
    }
    if merged == 0 {
        return Err(Error::user(format!(
            "{}: no cosignature in it",
            file.display()
        )));
    }
    program
        .ledger()
        .store()
        .swap_checkpoint(Some(&text), &note.to_text())
        .map_err(store_error)?;
    context.out.say(&format!(
        "{merged} cosignature merged: {} leaves are witnessed",
        checkpoint.size
    ));
    Ok(Done::Clean)
}

fn trusted(program: &Program) -> Vec<VerifierKey> {
    program
        .state()
        .trusted
        .iter()
        .filter_map(|t| t.body.vkey.parse().ok())
        .collect()
}

fn trust(context: &Context, program: &Program, vkey: &str, operator: &str) -> Result<Done> {
    let key: VerifierKey = vkey.parse().map_err(Error::user)?;
    let role = if key.key_type() == KeyType::CosignatureV1 {
        TrustRole::Witness
    } else {
        TrustRole::Auditor
    };
    let recorded = program.commit(context.hands(), |_| {
        Ok(Command::Trust(TrustBody {
            vkey: vkey.to_owned(),
            operator: operator.to_owned(),
            role,
        }))
    })?;
    if let (Some(_), TrustRole::Witness) = (&recorded, role) {
        extend_policy(program)?;
    }
    program.sign()?;
    context.out.say(
        &recorded
            .map(|r| r.to_string())
            .unwrap_or_else(|| "trusted already".to_owned()),
    );
    Ok(Done::Clean)
}

/// The proposed policy: every witness, one group an operator, all operators in the quorum.
fn extend_policy(program: &Program) -> Result<()> {
    let log = program
        .state()
        .log
        .as_ref()
        .map(|l| l.vkey.clone())
        .unwrap_or_default();
    let mut groups: std::collections::BTreeMap<String, Vec<String>> =
        std::collections::BTreeMap::new();
    for trusted in program
        .state()
        .trusted
        .iter()
        .filter(|t| t.body.role == TrustRole::Witness)
    {
        groups
            .entry(trusted.body.operator.clone())
            .or_default()
            .push(trusted.body.vkey.clone());
    }
    let mut text = format!("log {log}\n\n");
    let mut names = Vec::new();
    let mut witness = 0;
    for (number, keys) in groups.values().enumerate() {
        let mut members = Vec::new();
        for key in keys {
            witness += 1;
            text.push_str(&format!("witness w{witness} {key}\n"));
            members.push(format!("w{witness}"));
        }
        names.push(format!("operator-{}", number + 1));
        text.push_str(&format!(
            "group operator-{} any {}\n",
            number + 1,
            members.join(" ")
        ));
    }
    text.push_str(&format!(
        "group quorum-group all {}\nquorum quorum-group\n",
        names.join(" ")
    ));
    let path = program.dir().join("trust.policy");
    fs::write(&path, text).map_err(|e| Error::environment(format!("{}: {e}", path.display())))
}

fn show(context: &Context, program: &Program, index: u64) -> Result<Done> {
    let (leaf, body) = program.ledger().entry(index)?;
    let blobs: Vec<_> = leaf.blobs.iter().map(|b| json!({"role": b.role, "commitment": b.commitment.0.to_string(), "length": b.length})).collect();
    context.out.json(&json!({
        "index": index, "kind": leaf.kind, "time": tickmark_core::model::time::Time::from_micros_u64(leaf.time_us).to_string(),
        "side": format!("{:?}", leaf.side).to_lowercase(), "refs": leaf.refs, "blobs": blobs, "body": format!("{body:?}"),
    }));
    Ok(Done::Clean)
}

fn fsck(context: &Context, program: &Program) -> Result<Done> {
    let report = program.ledger().store().fsck().map_err(store_error)?;
    context.out.line(&format!("{report:?}"));
    if report.is_clean() {
        Ok(Done::Clean)
    } else {
        Err(Error::corrupt("the ledger contradicts itself")
            .hint("restore from a backup; nothing was changed"))
    }
}
