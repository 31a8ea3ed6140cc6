//! The worker alone, for this crate's tests and benches; the product starts itself as `tickmark worker`.

use std::{io, process::ExitCode};

fn main() -> ExitCode {
    match tickmark_query::worker_main(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
