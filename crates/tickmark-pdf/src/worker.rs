//! The worker's side: reads a report, limits itself, writes pages.

use std::io::{Read as _, Write as _};
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};
use tickmark_core::report::{Typeset as _, render};

/// Address space of the worker, bytes. A report of 1,000 pages needs about 2 GB.
const MEMORY_MAX_BYTES: u64 = 4 << 30;
/// Processor time of the worker, seconds.
const PROCESSOR_MAX_SECONDS: u64 = 120;
/// Largest report, bytes.
const INPUT_MAX_BYTES: u64 = 256 << 20;

/// Reads a report as JSON from standard input and writes its PDF to standard output.
///
/// The process limits its own memory, processor time and open files first; the parent sets the time limit.
/// Ends with 0, or with 1 and one line on standard error.
#[must_use]
pub fn worker_main() -> ExitCode {
    match limited().and_then(|()| set()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "{}", message.replace('\n', " "));
            ExitCode::from(1)
        }
    }
}

fn limited() -> Result<(), String> {
    let limits = [
        (Resource::As, MEMORY_MAX_BYTES),
        (Resource::Cpu, PROCESSOR_MAX_SECONDS),
        (Resource::Nofile, 16),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)
            .map_err(|error| format!("the worker cannot limit itself: {error}"))?;
    }
    Ok(())
}

fn set() -> Result<(), String> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(INPUT_MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(|error| format!("the report could not be read: {error}"))?;
    let report = render::from_json(&text).map_err(|error| format!("not a report: {error}"))?;
    drop(text);
    let pdf = crate::Typst::new()
        .pdf(&report)
        .map_err(|error| error.to_string())?;
    let mut out = std::io::stdout().lock();
    out.write_all(&pdf)
        .and_then(|()| out.flush())
        .map_err(|error| format!("the pages could not be handed over: {error}"))
}
