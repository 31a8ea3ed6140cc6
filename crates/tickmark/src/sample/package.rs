//! What the sample company leaves behind: the package draft, the workbook, the auditor's bundle, and what to type next.
#![allow(
    clippy::disallowed_methods,
    reason = "the reports are files of the program directory"
)]

use std::{fs, path::Path};

use tickmark_core::model::time::Period;

use crate::{
    bundling,
    error::{Result, io},
    heavy,
    program::{Hands, Program},
    reporting::{self, Kind, Rendering, Wanted},
    watching::Watcher,
};

const FILES: [(Rendering, &str, &str); 2] = [
    (Rendering::Pdf, "type2.pdf", "Type 2 package draft"),
    (Rendering::Xlsx, "workbook.xlsx", "workbook"),
];

/// Writes the package draft, the workbook and the bundle.
///
/// # Errors
/// The worker or the disk fails.
pub fn write(
    program: &Program,
    period: Period,
    hands: Hands<'_>,
    watch: &mut dyn Watcher,
) -> Result<()> {
    watch.step("building the report", 1, 4);
    let wanted = Wanted {
        kind: Kind::Type2,
        period: Some(period),
        as_of: None,
        known_at: None,
    };
    let report = reporting::report(program, &wanted, hands.clock.now())?;
    for (done, (rendering, file, what)) in (2..).zip(FILES) {
        watch.step("writing reports", done, 4);
        let path = program.dir().join(file);
        let bytes = reporting::set(&report, rendering)?;
        fs::write(&path, bytes).map_err(io(&path))?;
        watch.say(&format!("{what:<22}{}", path.display()));
    }
    watch.step("writing the bundle", 4, 4);
    let bundle = program.dir().join("audit.tickmark");
    let kib = bundling::write(program, &bundle)? / 1024;
    watch.say(&format!(
        "{:<22}{} ({kib} KiB)",
        "auditor's bundle",
        bundle.display()
    ));
    Ok(())
}

/// What to type next, with this program as it can be called from here.
pub fn next(dir: &Path, watch: &mut dyn Watcher) {
    let (me, dir) = (called(), dir.display());
    watch.say("");
    watch.say("Next:");
    for (what, command) in [
        (
            "verify the one file and run every test of it again",
            format!("{me} verify {dir}/audit.tickmark --policy {dir}/trust.policy --reperform"),
        ),
        (
            "readiness per criterion, with reasons",
            format!("{me} -C {dir} status"),
        ),
        (
            "what was collected, and how complete it is",
            format!("{me} -C {dir} populations"),
        ),
        ("begin your own", format!("{me} init my-company")),
    ] {
        watch.say(&format!("  {command:<70}  # {what}"));
    }
}

/// The name to type: a path below the working folder (after `cargo run`), or the bare name of an installed program.
fn called() -> String {
    let here = std::env::current_dir().ok();
    let me = heavy::this_program().ok();
    let below = me
        .zip(here)
        .and_then(|(me, here)| me.strip_prefix(here).ok().map(Path::to_owned));
    below.map_or_else(|| "tickmark".to_owned(), |path| path.display().to_string())
}
