//! The sample company, run through the ordinary product with a simulated clock (decision D19).
#![allow(
    clippy::disallowed_methods,
    reason = "the sample company's files are written to disk"
)]

mod auditor;
mod package;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use tickmark_core::{
    judge::{outcome::ResultKind, window::Window},
    model::{clock::Clock, decide::Command, time::Time},
};
use tickmark_sim::{Company, Config, Sink, simulate};

use auditor::Auditor;

use crate::{
    collecting,
    entropy::SystemEntropy,
    error::{Error, Result, io},
    heavy, keys,
    populations::Sources,
    program::{Hands, Program, digest},
    testing::{self, Wish},
    watching::Watcher,
};

/// A clock that stands where it is put.
#[derive(Debug)]
struct Hand(Mutex<Time>);

impl Clock for Hand {
    fn now(&self) -> Time {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Hand {
    fn set(&self, time: Time) {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = time;
    }
}

/// The company of a seed.
///
/// # Errors
/// The size is outside its bounds.
pub fn company(seed: u64, people: u32, months: u32) -> Result<Company> {
    let mut config = Config::with_seed(seed).map_err(Error::user)?;
    config.people = people;
    config.months = u8::try_from(months)
        .map_err(|_| Error::user(format!("--months {months}: choose 3 to 36")))?;
    simulate(&config).map_err(Error::user)
}

struct Folder<'a>(&'a Path);

impl Sink for Folder<'_> {
    fn file(&mut self, path: &str, bytes: &[u8]) -> std::result::Result<(), String> {
        let path = self.0.join(path);
        let folder = path.parent().unwrap_or(self.0);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|e| format!("{}: {e}", path.display()))
    }
}

/// One test of the sample company.
pub struct Found {
    /// The test.
    pub test: String,
    /// Its result.
    pub result: ResultKind,
    /// Rows that did not pass, as canonical JSON lines.
    pub rows: String,
}

/// Lets the company live in `dir`: documents, a year of collections, tests, reports, bundle.
///
/// # Errors
/// `dir` holds something else, or the disk fails.
pub fn live(
    company: &Company,
    seed: u64,
    dir: &Path,
    watch: &mut dyn Watcher,
) -> Result<Vec<Found>> {
    let origin = format!("demo.tickmark.invalid/{seed}");
    clear(dir, &origin)?;
    fs::create_dir_all(dir).map_err(io(dir))?;
    company
        .write_to(&mut Folder(dir))
        .map_err(Error::environment)?;
    let clock = Arc::new(Hand(Mutex::new(company.begins())));
    let hands = Hands {
        clock: clock.as_ref(),
        entropy: &SystemEntropy,
        user: "demo",
    };
    let program = begin(dir, &origin, hands)?;
    let mut auditor = Auditor::accept(&program, &SystemEntropy, hands)?;
    collect(company, &program, &clock, hands, &mut auditor, watch)?;
    let found = examine(company, &program, &clock, hands, watch)?;
    auditor.witness(&program, hands)?;
    let size = program.state().size;
    watch.say(&format!(
        "ledger: {size} leaves, each under a checkpoint that the auditor's witness cosigned"
    ));
    package::write(&program, company.period(), hands, watch)?;
    package::next(dir, watch);
    Ok(found)
}

/// A folder that an earlier demo made is made again; anything else is left alone.
fn clear(dir: &Path, origin: &str) -> Result<()> {
    let ours =
        fs::read_to_string(dir.join("tickmark.yaml")).is_ok_and(|t| t.contains("demo: true"));
    let empty = fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
    if !empty && !ours {
        return Err(Error::refused(format!(
            "{}: the folder holds something else than a sample company",
            dir.display()
        ))
        .hint("name a new folder with --dir"));
    }
    if ours {
        fs::remove_dir_all(dir).map_err(io(dir))?;
    }
    keys::forget(origin);
    Ok(())
}

fn begin(dir: &Path, origin: &str, hands: Hands<'_>) -> Result<Program> {
    // Adoptions and what leans on them are applied to a ledger that has begun.
    let later = [
        ("controls", "controls.later"),
        ("waivers.yaml", "waivers.later"),
    ];
    let rename = |from: &str, to: &str| {
        fs::rename(dir.join(from), dir.join(to)).map_err(io(&dir.join(from)))
    };
    for (name, aside) in later {
        rename(name, aside)?;
    }
    let program = Program::create(dir, origin, hands)?;
    for (name, aside) in later {
        rename(aside, name)?;
    }
    let vkey = program
        .state()
        .log
        .as_ref()
        .map(|l| l.vkey.clone())
        .unwrap_or_default();
    let policy = dir.join("trust.policy");
    fs::write(&policy, format!("log {vkey}\n\nquorum none\n")).map_err(io(&policy))?;
    let documents = program.documents()?;
    let shelf = program.shelf()?;
    let pins: Result<BTreeMap<_, _>> = shelf
        .library
        .controls
        .iter()
        .map(|(id, c)| Ok((id.clone(), digest(&c.digest)?)))
        .collect();
    let pins = pins?;
    program.commit(hands, |_| {
        Ok(Command::Apply {
            documents: &documents,
            pins: &pins,
        })
    })?;
    Ok(program)
}

fn collect(
    company: &Company,
    program: &Program,
    clock: &Arc<Hand>,
    hands: Hands<'_>,
    auditor: &mut Auditor,
    watch: &mut dyn Watcher,
) -> Result<()> {
    let shelf = program.shelf()?;
    let zone = program.state().zone();
    let mut month = None;
    let configured = program
        .state()
        .sources()
        .map(|s| s.sources.clone())
        .unwrap_or_default();
    let (mut records, mut runs) = (0, 0);
    let shared: Arc<dyn Clock + Send + Sync> = Arc::clone(clock) as Arc<dyn Clock + Send + Sync>;
    let moments = company.moments();
    let all = moments.len() as u64;
    for (done, moment) in (1..).zip(moments) {
        watch.step("living through the period", done, all);
        clock.set(moment.at);
        let now = zone.day_of(moment.at);
        // Once a month management mails its checkpoint: a cosignature bounds when the entries before it existed.
        if month
            .replace((now.year(), now.month()))
            .is_some_and(|m| m != (now.year(), now.month()))
        {
            auditor.witness(program, hands)?;
        }
        for ask in &moment.asks {
            let config = configured.iter().find(|c| c.id.as_str() == ask.source);
            let config = config.ok_or_else(|| {
                Error::bug(format!("the sample company has no source `{}`", ask.source))
            })?;
            for outcome in
                collecting::declared(program, &shelf, config, Some(ask.from), &shared, hands)?
            {
                records += outcome.records.0;
                runs += 1;
            }
        }
    }
    for history in company.histories() {
        let path = program.dir().join(&history.path);
        let (_, manifest) =
            collecting::git(program, &shelf, &path, "HEAD", Some(&history.name), hands)?;
        records += manifest.records.stored;
        runs += 1;
    }
    watch.say(&format!(
        "collected {records} records in {runs} collections"
    ));
    Ok(())
}

fn examine(
    company: &Company,
    program: &Program,
    clock: &Arc<Hand>,
    hands: Hands<'_>,
    watch: &mut dyn Watcher,
) -> Result<Vec<Found>> {
    let now = clock.now();
    let shelf = program.shelf()?;
    let state = program.state().clone();
    let sources = Sources::new(program.ledger(), &state, &shelf, &program.cache());
    let zone = state.zone();
    let wish = Wish {
        ids: Vec::new(),
        window: Window::Period(company.period().span(&zone)),
        known_at: state.size,
        library: false,
    };
    let populations = heavy::populations()?;
    let mut found = Vec::new();
    let plan = testing::plan(&sources, &wish, now)?;
    let all = plan.len() as u64;
    for (done, planned) in (1..).zip(plan) {
        watch.step("testing", done, all);
        let (ran, inputs) = testing::run(&sources, planned, &populations)?;
        testing::record(program, &sources, &ran, &inputs, state.size, hands)?;
        let counts = ran.outcome.counts;
        watch.say(&format!(
            "{:<22} {:<16} {:>6} items, {:>3} deviations, {:>3} unknown{}",
            ran.planned.test.id.to_string(),
            ran.outcome.result.name(),
            counts.population,
            counts.deviations,
            counts.unknown,
            ran.problem
                .as_deref()
                .map(|p| format!("  {p}"))
                .unwrap_or_default(),
        ));
        found.push(Found {
            test: ran.planned.test.id.to_string(),
            result: ran.outcome.result,
            rows: ran.outcome.rows,
        });
    }
    Ok(found)
}
