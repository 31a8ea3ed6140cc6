//! Tickmark proves that controls worked for the whole period.

mod cli;

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(cli::main())
}
