//! The engine as the server sees it: everything pages show, made once for each head, and what people want done.

mod deeds;
mod entry;
mod house;
mod notifying;
pub mod pulse;
mod registers;
pub mod runner;
mod trusting;
mod ways;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
};

use tickmark_core::model::{
    clock::Clock,
    frozen::FrozenList,
    time::{SECOND_US, Time},
};
use tickmark_server::{
    ClockCard, Company, Deed, Download, Grid, House, Pulse, Trouble, house::Entry,
};

use crate::{
    entropy::SystemEntropy,
    error::{Error, Kind, Result},
    program::{Hands, Program},
    registering::reviews,
};

pub use ways::Ways;

use pulse::Heart;

/// How long a house may be shown although nothing was recorded: what is late or provisional depends on the day.
const LASTS_US: i64 = 300 * SECOND_US;

/// One program, served. Reading goes through one open program; everything that takes long opens its own.
pub struct Served {
    dir: PathBuf,
    clock: Arc<dyn Clock + Send + Sync>,
    reader: Mutex<Program>,
    /// The last one, and when it was made.
    house: Mutex<Option<(Time, Arc<House>)>>,
    heart: Arc<Heart>,
}

impl Served {
    /// Opens the program in `dir` and makes what its pages show.
    ///
    /// # Errors
    /// There is none, or its ledger cannot be read.
    pub fn open(dir: PathBuf, clock: Arc<dyn Clock + Send + Sync>) -> Result<Self> {
        let program = Program::open(&dir)?;
        let served = Self {
            dir,
            clock,
            reader: Mutex::new(program),
            house: Mutex::default(),
            heart: Arc::default(),
        };
        served.renew(&locked(&served.reader))?;
        Ok(served)
    }

    /// What tells how the machine below is; a runner says its turns to it.
    pub fn heart(&self) -> Arc<Heart> {
        Arc::clone(&self.heart)
    }

    /// A program of one's own, for whatever takes long.
    fn program(&self) -> Result<Program> {
        Program::open(&self.dir)
    }

    fn hands<'a>(&'a self, who: &'a str) -> Hands<'a> {
        Hands {
            clock: self.clock.as_ref(),
            entropy: &SystemEntropy,
            user: who,
        }
    }

    /// Makes the house anew if the ledger has grown, if somebody cosigned it, or if it is too old: what is missing grows by itself.
    fn renew(&self, program: &Program) -> Result<Arc<House>> {
        let (size, note) = (
            program.ledger().head()?.size,
            program.ledger().checkpoint()?,
        );
        let now = self.clock.now();
        let fresh = |at: Time| (0..LASTS_US).contains(&now.since(at));
        if let Some((at, house)) = locked(&self.house).as_ref()
            && fresh(*at)
            && house.log.size == size
            && house.log.note == note
        {
            return Ok(Arc::clone(house));
        }
        program.refresh()?;
        let last = locked(&self.house).as_ref().map(|(_, h)| Arc::clone(h));
        let made = Arc::new(house::build(program, now, last.as_deref())?);
        *locked(&self.house) = Some((now, Arc::clone(&made)));
        Ok(made)
    }

    /// What there is; while somebody else looks at a grown ledger, what there was a moment ago.
    fn current(&self) -> Result<Arc<House>> {
        match self.reader.try_lock() {
            Ok(program) => self.renew(&program),
            Err(TryLockError::Poisoned(program)) => self.renew(&program.into_inner()),
            Err(TryLockError::WouldBlock) => {
                let last = locked(&self.house).as_ref().map(|(_, h)| Arc::clone(h));
                last.map_or_else(|| self.renew(&locked(&self.reader)), Ok)
            }
        }
    }
}

/// A panic in another thread leaves nothing half done: what the mutex guards is read again.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A failure as a page tells it.
fn trouble(error: Error) -> Trouble {
    match error.kind() {
        Kind::User | Kind::Refused => Trouble::Refused(error.to_string()),
        Kind::Environment | Kind::Corrupt | Kind::Bug => Trouble::Environment(error.to_string()),
    }
}

impl Company for Served {
    fn house(&self) -> Result<Arc<House>, Trouble> {
        self.current().map_err(trouble)
    }

    fn entry(&self, leaf: u64) -> Result<Entry, Trouble> {
        let program = locked(&self.reader);
        let size = program.ledger().head().map_err(trouble)?.size;
        if leaf >= size {
            return Err(Trouble::Missing(format!(
                "the ledger has {size} entries, there is no entry {leaf}"
            )));
        }
        entry::read(&program, leaf).map_err(trouble)
    }

    fn query(&self, sql: &str, limit: usize) -> Result<Grid, Trouble> {
        let program = self.program().map_err(trouble)?;
        entry::query(&program, sql, limit, self.clock.now()).map_err(trouble)
    }

    fn evidence(&self, leaf: u64) -> Result<Download, Trouble> {
        let program = locked(&self.reader);
        let is = program
            .state()
            .collections
            .iter()
            .any(|c| c.leaf == leaf && c.evidence.is_some());
        if !is {
            return Err(Trouble::Missing(format!(
                "entry {leaf} is no evidence that was handed in"
            )));
        }
        entry::evidence(&program, leaf).map_err(trouble)
    }

    fn report(&self, kind: &str, format: &str) -> Result<Download, Trouble> {
        let program = self.program().map_err(trouble)?;
        deeds::report(&program, kind, format, self.clock.now()).map_err(trouble)
    }

    fn bundle(&self) -> Result<Download, Trouble> {
        let program = self.program().map_err(trouble)?;
        deeds::bundle(&program).map_err(trouble)
    }

    fn published(&self, leaf: u64) -> Result<Download, Trouble> {
        let program = locked(&self.reader);
        // Published a moment ago by a program of its own: the reader has not folded it yet.
        program.refresh().map_err(trouble)?;
        if !program.state().publications.contains_key(&leaf) {
            return Err(Trouble::Missing(format!("entry {leaf} published nothing")));
        }
        trusting::file(&program, leaf).map_err(trouble)
    }

    fn clock(&self) -> Result<ClockCard, Trouble> {
        Ok(notifying::card(&self.dir))
    }

    fn review(&self, leaf: u64) -> Result<FrozenList, Trouble> {
        let program = locked(&self.reader);
        program.refresh().map_err(trouble)?;
        if !program.state().reviews.contains_key(&leaf) {
            return Err(Trouble::Missing(format!("entry {leaf} is no review")));
        }
        reviews::list(&program, leaf).map_err(trouble)
    }

    fn pulse(&self) -> Pulse {
        let ledger = match self.reader.try_lock() {
            Ok(program) => pulse::readable(&program),
            Err(TryLockError::Poisoned(program)) => pulse::readable(&program.into_inner()),
            // Somebody reads it at this moment.
            Err(TryLockError::WouldBlock) => true,
        };
        self.heart.pulse(&self.dir, ledger, self.clock.now())
    }

    fn act(&self, who: &str, deed: Deed) -> Result<String, Trouble> {
        let program = self.program().map_err(trouble)?;
        let said = deeds::act(&program, deed, &self.clock, self.hands(who)).map_err(trouble)?;
        // Whoever acted sees what came of it on the next page.
        self.renew(&locked(&self.reader)).map_err(trouble)?;
        Ok(said)
    }
}
