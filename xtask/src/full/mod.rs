//! The long suites: every fault, every mutation, every seed, every fuzz target; one table at the end.

mod fuzz;
mod suites;
mod table;

use anyhow::Result;

pub use fuzz::fuzz;
use table::Table;

/// Runs everything with `TICKMARK_FULL=1`, prints what was run and what came of it; false if anything failed.
pub fn full() -> Result<bool> {
    let mut table = Table::default();
    suites::tests(&mut table)?;
    suites::seeds(&mut table)?;
    fuzz::targets(&[], fuzz::SECONDS, &mut table)?;
    table.print();
    Ok(table.good())
}
