//! How the machine below the pages is: what `/healthz` and `/metrics` tell of it.

use tickmark_core::model::time::{HOUR_US, SECOND_US, Time};

/// A runner looks every half minute; it has stopped if it did not for that long.
const SILENT_US: i64 = 600 * SECOND_US;
/// A turn collects from every source that is due. Longer than that it hangs.
const LONGEST_US: i64 = 6 * HOUR_US;

/// The machine at this moment. The default is well and has no runner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// The ledger can be read and takes entries.
    pub ledger: bool,
    /// The disk takes a byte in the program's folder.
    pub disk: bool,
    /// The turns of the runner of this server; none if it was started to serve only.
    pub runner: Option<Turns>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            ledger: true,
            disk: true,
            runner: None,
        }
    }
}

/// When the runner looked whether something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turns {
    /// When it was started.
    pub since: Time,
    /// Begin of the last turn.
    pub began: Option<Time>,
    /// End of the last turn that ended.
    pub ended: Option<Time>,
    /// That turn could not do its work.
    pub failed: bool,
}

impl Turns {
    /// A runner that was just started.
    #[must_use]
    pub const fn from(since: Time) -> Self {
        Self {
            since,
            began: None,
            ended: None,
            failed: false,
        }
    }

    /// A turn is under way.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.began > self.ended
    }

    /// Whether it hangs in a turn, or has stopped taking any.
    #[must_use]
    pub fn stuck(&self, now: Time) -> bool {
        match self.began {
            Some(began) if self.busy() => now.since(began) >= LONGEST_US,
            _ => now.since(self.ended.unwrap_or(self.since)) >= SILENT_US,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_micros(seconds * SECOND_US)
    }

    #[test]
    fn a_runner_is_stuck_when_it_hangs_or_is_silent() {
        let new = Turns::from(at(0));
        assert!(!new.stuck(at(599)) && new.stuck(at(600)), "it never began");
        let busy = Turns {
            began: Some(at(100)),
            ..new
        };
        assert!(busy.busy() && !busy.stuck(at(21_699)) && busy.stuck(at(21_700)));
        let rests = Turns {
            ended: Some(at(5_000)),
            ..busy
        };
        assert!(!rests.busy() && !rests.stuck(at(5_599)) && rests.stuck(at(5_600)));
        let again = Turns {
            began: Some(at(5_030)),
            ..rests
        };
        assert!(
            again.busy() && !again.stuck(at(6_000)),
            "a new turn is under way"
        );
    }
}
