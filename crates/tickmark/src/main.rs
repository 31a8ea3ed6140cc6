//! Tickmark proves that controls worked for the whole period.

mod cli;

/// The C library's allocator took a sixth of the sample company's run (docs/decisions/0009-allocator.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(cli::main())
}
