//! Who somebody is: accounts, passwords, second factors, sessions, tokens and one-time links, in a database of their own.

mod account;
mod answers;
mod elsewhere;
mod handing;
mod link;
mod password;
mod schema;
mod secret;
mod session;
mod sign_in;
mod throttle;
mod token;
mod totp;
mod visitors;

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rusqlite::Connection;
use tickmark_core::model::{
    clock::Clock,
    time::{HOUR_US, Time},
};

use throttle::Throttle;

pub use account::{Member, NewEngagement, Place};
pub(crate) use answers::{Begun, Kept};
pub use handing::{HandInLink, HandInWish, LONGEST_DAYS};
pub use link::Welcome;
pub use password::Cost;
pub(crate) use password::SHORTEST;
pub use secret::{Random, Secret, Unrandom};
pub(crate) use secret::{hex, unhex};
pub use session::{Present, SessionLine};
pub use sign_in::Credentials;
pub use throttle::{Rate, Rates};
pub use token::{PREFIX, TokenLine};
pub use visitors::{Asked, PageText, Shows, Subscriber, Wish};

/// How strict the door is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What one guess of a password costs.
    pub cost: Cost,
    /// How often somebody may guess.
    pub rates: Rates,
    /// A session ends after that long without a request, microseconds.
    pub idle_us: i64,
    /// A session ends after that long, microseconds.
    pub longest_us: i64,
    /// Passwords let people in. Without, single sign-on alone does, but for the first owner's link.
    pub passwords: bool,
}

impl Default for Policy {
    /// 30 minutes idle, 12 hours in all.
    fn default() -> Self {
        Self {
            cost: Cost::default(),
            rates: Rates::default(),
            idle_us: HOUR_US / 2,
            longest_us: 12 * HOUR_US,
            passwords: true,
        }
    }
}

/// Why something about identities was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// What was asked will not do; the text is for who asked.
    #[error("{0}")]
    Refused(String),
    /// No such account, session, token or link.
    #[error("there is no such account, session, token or link (any more)")]
    Missing,
    /// Too many attempts.
    #[error("too many attempts; try again in {seconds} seconds")]
    TooOften {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The database fails; the text is for the operator.
    #[error("the database of accounts fails: {0}")]
    Database(String),
    /// The database belongs to a newer program; the text is for the operator.
    #[error("{0}")]
    Newer(String),
    /// No randomness.
    #[error("the operating system gives no randomness")]
    Random,
    /// Passwords cannot be hashed (not enough memory).
    #[error("passwords cannot be hashed; is there memory for it?")]
    Hashing,
}

impl From<rusqlite::Error> for IdentityError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<Unrandom> for IdentityError {
    fn from(_: Unrandom) -> Self {
        Self::Random
    }
}

/// The accounts of one program.
pub struct Identity {
    db: Mutex<Connection>,
    clock: Arc<dyn Clock + Send + Sync>,
    random: Arc<dyn Random>,
    policy: Policy,
    throttle: Throttle,
    /// What strangers ask for on the trust page.
    visits: Throttle,
    /// One password is hashed at a time: each takes the memory that [`Cost`] says.
    one_at_a_time: Mutex<()>,
    hashed: AtomicU64,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity")
    }
}

impl Identity {
    /// Opens or makes `server.db`.
    ///
    /// # Errors
    /// The file cannot be opened, or belongs to a newer program.
    pub fn open(
        path: &Path,
        policy: Policy,
        clock: Arc<dyn Clock + Send + Sync>,
        random: Arc<dyn Random>,
    ) -> Result<Self, IdentityError> {
        Ok(Self {
            db: Mutex::new(schema::open(path)?),
            clock,
            random,
            policy,
            throttle: Throttle::new(policy.rates),
            visits: Throttle::new(visitors::RATES),
            one_at_a_time: Mutex::new(()),
            hashed: AtomicU64::new(0),
        })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub fn well(&self) -> Result<(), IdentityError> {
        let one: i64 = self.db().query_row("SELECT 1", [], |row| row.get(0))?;
        debug_assert_eq!(one, 1);
        Ok(())
    }

    /// How many passwords were hashed since the start; an attempt to sign in hashes one, whoever it is for.
    #[must_use]
    pub fn passwords_hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    /// The connection. A thread that panicked while it held it left no half-done change: dropping a transaction undoes it.
    fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hashing<T>(
        &self,
        work: impl FnOnce() -> Result<T, IdentityError>,
    ) -> Result<T, IdentityError> {
        let _turn = self
            .one_at_a_time
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.hashed.fetch_add(1, Ordering::Relaxed);
        work()
    }
}
