//! `backup` and `restore`.

use std::path::Path;

use serde_json::json;

use super::{Context, Done, args::Format};
use tickmark::{error::Result, keeping};

pub fn backup(context: &Context, file: &Path) -> Result<Done> {
    let program = context.program()?;
    let mut progress = context.out.progress();
    progress.wait("copying");
    let kept = keeping::backup(&program, file, context.clock.now())?;
    drop(progress);
    let key = kept.key.display().to_string();
    if context.out.format() == Format::Json {
        context.out.json(&json!({
            "file": file.display().to_string(), "size": kept.size, "root": kept.root, "files": kept.files, "bytes": kept.bytes,
            "not_in_it": [key],
        }));
        return Ok(Done::Clean);
    }
    context.out.line(&format!(
        "{} entries, root {}, backed up to {} ({} files, {} KiB)",
        kept.size,
        kept.root,
        file.display(),
        kept.files,
        kept.bytes / 1024
    ));
    context.out.say(&format!(
        "keep apart from it, too: the signing key {key}, and the secrets that sources.yaml and `serve` name; they are not in it"
    ));
    Ok(Done::Clean)
}

pub fn restore(context: &Context, file: &Path, dir: &Path) -> Result<Done> {
    let mut progress = context.out.progress();
    progress.wait("restoring and examining");
    let restored = keeping::restore(file, dir)?;
    drop(progress);
    let (key, there) = (restored.key.0.display().to_string(), restored.key.1);
    if context.out.format() == Format::Json {
        context.out.json(&json!({
            "dir": dir.display().to_string(), "size": restored.size, "root": restored.root, "files": restored.files,
            "made_at": restored.made_at, "key": key, "key_is_there": there,
        }));
        return Ok(Done::Clean);
    }
    context.out.line(&format!(
        "{} entries, root {}, restored to {}: every hash, proof and index agrees",
        restored.size,
        restored.root,
        dir.display()
    ));
    context.out.say(&format!(
        "as it was at {}; who was revoked since then has to be revoked again",
        restored.made_at
    ));
    if !there {
        context.out.say(&format!(
            "the signing key is not on this machine: put it to {key}; until then everything can be read and nothing recorded"
        ));
    }
    Ok(Done::Clean)
}
