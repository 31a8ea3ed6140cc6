//! `cargo xtask <task>`: the project's own chores. Only cargo is needed to run them.
#![allow(
    clippy::disallowed_methods,
    reason = "a chore runner reads files and runs programs"
)]

mod bench;
mod full;
mod run;
mod seeds;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask tidy     check arrows between rooms, slugs, sizes, names in docs
cargo xtask light    the daily loop: every room without DataFusion and Typst
cargo xtask full     the long suites: all faults, all mutations, all seeds, fuzzing; a table at the end
cargo xtask fuzz     [--seconds 60] [TARGET…]: fuzz targets alone
cargo xtask seeds    [--n 200] [--people 30] [--months 3]: found equals planted
cargo xtask bench    [NAME…]: the figures of docs/benchmarks.md";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let task = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let done = match task.as_str() {
        "tidy" => tidy::tidy(),
        "light" => run::light(),
        "full" => full::full(),
        "fuzz" => full::fuzz(&rest),
        "seeds" => seeds::seeds(&rest),
        "bench" => bench::bench(&rest),
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask {task}: {error:#}");
            ExitCode::from(3)
        }
    }
}
