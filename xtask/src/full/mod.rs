//! The long suites: every fault, every mutation, every seed, every fuzz target; one table at the end.

mod fuzz;
mod suites;
mod table;

use anyhow::Result;

pub use fuzz::fuzz;
use table::Table;

/// Runs something and adds its rows.
type Suite = fn(&mut Table) -> Result<()>;

/// Runs everything with `TICKMARK_FULL=1`, prints what was run and what came of it; false if anything failed.
pub fn full() -> Result<bool> {
    let mut table = Table::default();
    let suites: [(&str, Suite); 3] = [
        ("tests", suites::tests),
        ("seeds", suites::seeds),
        ("fuzz", |table| fuzz::targets(&[], fuzz::SECONDS, table)),
    ];
    for (name, suite) in suites {
        // What one suite cannot do does not keep the others from running.
        if let Err(error) = suite(&mut table) {
            table.add(name, format!("{error:#}"), false);
        }
    }
    table.print();
    Ok(table.good())
}
