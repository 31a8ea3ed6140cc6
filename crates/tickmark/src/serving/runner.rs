//! The clock of a served program: collects what is due, tests afterwards and tells owners. One runner at a time, however many servers are started.
#![allow(
    clippy::disallowed_methods,
    reason = "the lock of the runner is a file of the program directory"
)]

use std::{fs::File, path::Path, sync::Arc};

use tickmark_core::model::{clock::Clock, document::SourceConfig, schedule::due};

use super::{deeds, notifying};
use crate::{
    collecting,
    error::{Result, io},
    program::{Hands, Program},
};

/// Does what is due and says what was done, a line each; nothing if another runner is at work.
///
/// # Errors
/// The program cannot be opened or the disk fails. A source that fails is a line, and is tried again later.
pub fn turn(
    dir: &Path,
    clock: &Arc<dyn Clock + Send + Sync>,
    hands: Hands<'_>,
) -> Result<Vec<String>> {
    let path = Program::inside(dir).join("runner");
    let lock = File::create(&path).map_err(io(&path))?;
    if lock.try_lock().is_err() {
        return Ok(Vec::new());
    }
    let program = Program::open(dir)?;
    let configured = program
        .state()
        .sources()
        .map(|s| s.sources.clone())
        .unwrap_or_default();
    let mut said = Vec::new();
    for config in &configured {
        if due(&program.state(), config).at <= clock.now() {
            said.push(collect(&program, config, clock, hands));
        }
    }
    if !said.is_empty() {
        said.push(
            deeds::test(&program, Vec::new(), hands)
                .unwrap_or_else(|error| format!("tests: {error}")),
        );
        program.sign()?;
    }
    // Collecting does not wait for a mail server: what fails here is said and tried again at the next look.
    said.extend(
        notifying::turn(&program, clock.as_ref())
            .unwrap_or_else(|error| vec![format!("messages: {error}")]),
    );
    notifying::note(dir, clock.now(), &said)?;
    Ok(said)
}

fn collect(
    program: &Program,
    config: &SourceConfig,
    clock: &Arc<dyn Clock + Send + Sync>,
    hands: Hands<'_>,
) -> String {
    let done = program
        .shelf()
        .and_then(|shelf| collecting::declared(program, &shelf, config, None, clock, hands));
    match done {
        Ok(outcomes) => {
            let broken = outcomes.iter().filter(|o| o.broken.is_some()).count();
            format!("{}: {} streams, {broken} broken", config.id, outcomes.len())
        }
        Err(error) => format!("{}: {error}", config.id),
    }
}
