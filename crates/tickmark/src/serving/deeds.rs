//! What people want done, and what is made for them on the way out.
#![allow(
    clippy::disallowed_methods,
    reason = "a bundle is written to a file of its own before it is handed out"
)]

use std::{fs, sync::Arc};

use tickmark_core::{
    judge::window::Window,
    model::{
        clock::Clock,
        decide::{Command, Evidence},
        ids::ControlId,
        time::{Period, Time},
    },
};
use tickmark_server::{Deed, Download};

use super::registers;
use crate::{
    adopting, bundling, collecting,
    error::{Error, Result, io},
    ledger::Recorded,
    populations::Sources,
    program::{Hands, Program},
    reporting::{self, Kind, Rendering, Wanted},
    serving::trusting,
    testing::{self, Wish},
    watching::Silent,
};

/// Does it; says what was recorded.
pub(super) fn act(
    program: &Program,
    deed: Deed,
    clock: &Arc<dyn Clock + Send + Sync>,
    hands: Hands<'_>,
) -> Result<String> {
    match deed {
        Deed::Adopt {
            control,
            owner,
            scope,
            effective,
        } => {
            let wish = adopting::Wish {
                control: &control,
                owner: &owner,
                scope: &scope,
                effective: &effective,
                params: &[],
            };
            adopting::adopt(program, &wish, hands).map(|done| said(done.recorded))
        }
        Deed::Evidence {
            control,
            covers,
            name,
            bytes,
        } => {
            let control = ControlId::parse(&control).map_err(Error::user)?;
            let covers = Period::parse(&covers).map_err(Error::user)?;
            let recorded = program.commit(hands, |_| {
                Ok(Command::Evidence(Evidence {
                    control: control.clone(),
                    covers,
                    performed_at: None,
                    name: &name,
                    bytes: &bytes,
                }))
            })?;
            program.sign()?;
            Ok(said(recorded))
        }
        Deed::Test(ids) => test(program, ids, hands),
        Deed::Collect(names) => collect(program, &names, clock, hands),
        deed @ (Deed::Publish { .. }
        | Deed::Withdraw { .. }
        | Deed::Grant { .. }
        | Deed::RevokeGrant { .. }
        | Deed::LogAccess { .. }) => trusting::act(program, &deed, hands).map(said),
        Deed::Push {
            population,
            from,
            bytes,
        } => {
            let shelf = program.shelf()?;
            let recorded = collecting::push(program, &shelf, &population, &from, &bytes, hands)?;
            program.sign()?;
            Ok(said(recorded))
        }
        deed @ (Deed::Save { .. }
        | Deed::Approve { .. }
        | Deed::Acknowledge { .. }
        | Deed::OpenTasks { .. }
        | Deed::Reassign { .. }
        | Deed::OpenReview { .. }
        | Deed::Decide { .. }
        | Deed::Recheck { .. }) => registers::act(program, deed, hands).map(said),
    }
}

fn said(recorded: Option<Recorded>) -> String {
    recorded.map_or_else(|| "nothing to record".to_owned(), |r| r.to_string())
}

pub(super) fn test(program: &Program, ids: Vec<String>, hands: Hands<'_>) -> Result<String> {
    let state = program.state().clone();
    let period = state.program().and_then(|p| p.periods.first().copied());
    let period = period.ok_or_else(|| {
        Error::user("no period to test").hint("write `periods:` into tickmark.yaml")
    })?;
    let shelf = program.shelf()?;
    let sources = Sources::new(program.ledger(), &state, &shelf, &program.cache());
    let wish = Wish {
        ids,
        window: Window::Period(period.span(&state.zone())),
        known_at: state.size,
        library: false,
    };
    let planned = testing::plan(&sources, &wish, hands.clock.now())?;
    let ran = testing::examine(program, &sources, planned, &wish, hands, &mut Silent)?;
    program.sign()?;
    Ok(format!("{} tests run", ran.len()))
}

fn collect(
    program: &Program,
    names: &[String],
    clock: &Arc<dyn Clock + Send + Sync>,
    hands: Hands<'_>,
) -> Result<String> {
    let configured = program
        .state()
        .sources()
        .map(|s| s.sources.clone())
        .unwrap_or_default();
    let shelf = program.shelf()?;
    for name in names {
        if !configured.iter().any(|c| c.id.as_str() == name) {
            return Err(Error::user(format!("sources.yaml has no source `{name}`"))
                .hint("the page of sources lists them"));
        }
    }
    let (mut streams, mut broken) = (0, Vec::new());
    for config in configured
        .iter()
        .filter(|c| names.is_empty() || names.iter().any(|n| n == c.id.as_str()))
    {
        for outcome in collecting::declared(program, &shelf, config, None, clock, hands)? {
            streams += 1;
            broken.extend(outcome.broken.map(|why| format!("{}: {why}", config.id)));
        }
    }
    program.sign()?;
    // What did not come whole is said first and word for word: it covers no time.
    Ok(match broken.as_slice() {
        [] => format!("{streams} streams collected"),
        some => format!(
            "{} of {streams} streams broke off or failed; {}",
            some.len(),
            some.join("; ")
        ),
    })
}

/// A report of the program's period.
pub(super) fn report(program: &Program, kind: &str, format: &str, now: Time) -> Result<Download> {
    let (wanted, name) = match kind {
        "readiness" => (Kind::Readiness, "readiness"),
        "type1" => (Kind::Type1, "type1-draft"),
        "type2" => (Kind::Type2, "type2-draft"),
        "workbook" => (Kind::Workbook, "workbook"),
        other => {
            return Err(Error::user(format!("there is no report `{other}`"))
                .hint("readiness, type1, type2 or workbook"));
        }
    };
    let (rendering, extension, media) = match format {
        "pdf" => (Rendering::Pdf, "pdf", "application/pdf"),
        "xlsx" => (
            Rendering::Xlsx,
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "html" => (Rendering::Html, "html", "text/html; charset=utf-8"),
        "md" => (Rendering::Md, "md", "text/markdown; charset=utf-8"),
        "json" => (Rendering::Json, "json", "application/json"),
        other => {
            return Err(Error::user(format!("no report is written as `{other}`"))
                .hint("pdf, xlsx, html, md or json"));
        }
    };
    // A Type 1 draft without a date speaks of today.
    let as_of = (wanted == Kind::Type1).then(|| program.state().zone().day_of(now));
    let wanted = Wanted {
        kind: wanted,
        period: None,
        as_of,
        known_at: None,
    };
    Ok(Download {
        name: format!("{name}.{extension}"),
        media,
        bytes: reporting::render(program, &wanted, rendering, now)?,
    })
}

/// Everything the auditor needs.
pub(super) fn bundle(program: &Program) -> Result<Download> {
    let folder = program.cache().join("out");
    fs::create_dir_all(&folder).map_err(io(&folder))?;
    let size = program.ledger().head()?.size;
    let path = folder.join(format!("audit-{size}-{}.tickmark", std::process::id()));
    bundling::write(program, &path)?;
    let bytes = fs::read(&path).map_err(io(&path));
    let _ = fs::remove_file(&path);
    Ok(Download {
        name: format!("audit-{size}.tickmark"),
        media: "application/octet-stream",
        bytes: bytes?,
    })
}
