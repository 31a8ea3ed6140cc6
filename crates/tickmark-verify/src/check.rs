//! `tickmark-verify FILE`: the verdict as JSON.

use crate::args::Args;
use crate::json::Json;
use crate::{Failure, files};
use std::io::Write;
use tickmark_log::bundle::Bundle;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::keys::{KeyType, VerifierKey};
use tickmark_log::note::SignedNote;
use tickmark_log::policy::Policy;
use tickmark_log::verdict::{Difference, Level, Options, Verdict, diff, verify};

const OPTIONS: [&str; 6] = [
    "--policy",
    "--since",
    "--diff",
    "--require",
    "--extract",
    "--auditor-key",
];

/// Verifies and prints.
pub fn run(arguments: &[String], out: &mut dyn Write) -> Result<u8, Failure> {
    let args = Args::parse(arguments, &OPTIONS)?;
    let [file] = args.positional("one bundle")?;
    let policy = args.one("--policy")?.map(policy).transpose()?;
    let since = args.one("--since")?.map(since).transpose()?;
    let required = args.one("--require")?.map(level).transpose()?;
    let auditor_keys: Vec<VerifierKey> = args
        .all("--auditor-key")
        .map(auditor_key)
        .collect::<Result<_, _>>()?;
    let options = Options {
        since: since.as_ref(),
        auditor_keys: &auditor_keys,
        threads: threads(),
    };
    let bundle = files::read(file)?;
    let (verdict, difference) = match args.one("--diff")? {
        None => (verify(&bundle, policy.as_ref(), &options), None),
        Some(other) => {
            let other = files::read(other)?;
            let (verdict, difference) = diff(&bundle, &other, policy.as_ref(), &options);
            (verdict, Some(difference))
        }
    };
    let low = verdict.level <= Level::Diverged
        || required.is_some_and(|required| verdict.level < required);
    match args.one("--extract")? {
        None => {
            crate::print(out, &json(&verdict, difference.as_ref()).line())?;
        }
        Some(_) if low => {
            let why = verdict
                .problems
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            return Err(Failure::Refused(format!(
                "nothing extracted, the verdict is {}: {why}",
                verdict.level
            )));
        }
        Some(path) => extract(&bundle, path, out)?,
    }
    Ok(u8::from(low))
}

fn policy(path: &str) -> Result<Policy, Failure> {
    Policy::parse(&files::read(path)?).map_err(|error| Failure::Usage(format!("`{path}`: {error}")))
}

fn since(path: &str) -> Result<(Checkpoint, SignedNote), Failure> {
    Checkpoint::parse_note(&files::read(path)?)
        .map_err(|error| Failure::Usage(format!("`{path}`: {error}")))
}

fn level(word: &str) -> Result<Level, Failure> {
    let wrong = || {
        Failure::Usage(format!(
            "`{word}` is no level: unanchored, anchored or witnessed"
        ))
    };
    Level::from_word(word).ok_or_else(wrong)
}

fn auditor_key(text: &str) -> Result<VerifierKey, Failure> {
    let key: VerifierKey = text
        .parse()
        .map_err(|error| Failure::Usage(format!("`{text}`: {error}")))?;
    match key.key_type() {
        KeyType::Ed25519 => Ok(key),
        KeyType::CosignatureV1 => Err(Failure::Usage(format!(
            "`{text}` is a witness key, not an auditor's"
        ))),
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn extract(bundle: &[u8], path: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let bundle = Bundle::parse(bundle).map_err(|error| Failure::Refused(error.to_string()))?;
    let entry = bundle
        .get(path)
        .ok_or_else(|| Failure::Usage(format!("the bundle has no entry `{path}`")))?;
    let written = out.write_all(entry).and_then(|()| out.flush());
    written.map_err(|error| Failure::Io(format!("standard output: {error}")))
}

/// The contract's keys first, further ones after them.
fn json(verdict: &Verdict, difference: Option<&Difference>) -> Json {
    let (satisfied, members) = verdict.witnesses;
    let mut pairs = vec![
        ("verdict", Json::text(verdict.level)),
        (
            "witnesses",
            Json::List(vec![Json::Number(satisfied), Json::Number(members)]),
        ),
        ("size", Json::Number(verdict.size)),
        ("problems", Json::texts(&verdict.problems)),
        ("notes", Json::texts(&verdict.notes)),
        ("origin", Json::text(&verdict.origin)),
        ("root", verdict.root.map_or(Json::Null, Json::text)),
        (
            "cosignatures",
            Json::List(verdict.cosignatures.iter().map(cosignature).collect()),
        ),
        ("blobs", blobs(verdict)),
        ("library", Json::Number(verdict.library.len() as u64)),
    ];
    if let Some(difference) = difference {
        pairs.push(("diff", compared(difference)));
    }
    Json::Object(pairs)
}

fn cosignature((name, time_s): &(String, u64)) -> Json {
    Json::Object(vec![
        ("witness", Json::text(name)),
        ("time", Json::Number(*time_s)),
    ])
}

fn blobs(verdict: &Verdict) -> Json {
    Json::Object(vec![
        ("committed", Json::Number(verdict.blobs.committed)),
        ("disclosed", Json::Number(verdict.blobs.disclosed)),
        ("erased", Json::Number(verdict.blobs.erased)),
        ("withheld", Json::Number(verdict.blobs.withheld)),
    ])
}

fn compared(difference: &Difference) -> Json {
    Json::Object(vec![
        ("other", Json::text(difference.other.level)),
        ("size", Json::Number(difference.other.size)),
        ("consistent", Json::Bool(difference.consistent)),
        (
            "first_difference",
            difference.first.map_or(Json::Null, Json::Number),
        ),
        (
            "heads",
            difference
                .heads
                .as_ref()
                .map_or(Json::Null, |heads| Json::texts(heads)),
        ),
    ])
}
