//! Time as an argument.

use super::time::Time;

/// What tells the time. The engine holds the system's; tests and the sample company hold their own (decision D19).
pub trait Clock {
    /// The present moment, UTC, whole microseconds.
    fn now(&self) -> Time;
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Time);

impl Clock for FixedClock {
    fn now(&self) -> Time {
        self.0
    }
}
