//! How often an account may ask the API. Kept in memory: a restart forgets it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tickmark_core::model::time::{SECOND_US, Time};

use crate::server::PerMinute;

const MINUTE_US: i64 = 60 * SECOND_US;

/// What a request costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Cost {
    /// Reads what is there.
    Read,
    /// Changes something.
    Change,
    /// Starts a worker.
    Much,
}

/// Counts requests by account: at most so many in each minute. Accounts are few, so nothing has to be forgotten.
#[derive(Debug)]
pub(crate) struct Pace {
    most: PerMinute,
    seen: Mutex<HashMap<(i64, Cost), (Time, u32)>>,
}

impl Pace {
    pub(crate) fn new(most: PerMinute) -> Self {
        Self {
            most,
            seen: Mutex::default(),
        }
    }

    /// Counts a request; the seconds to wait if it is one too many.
    pub(crate) fn take(&self, account: i64, cost: Cost, now: Time) -> Result<(), i64> {
        let most = match cost {
            Cost::Read => self.most.reads,
            Cost::Change => self.most.changes,
            Cost::Much => self.most.costly,
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = seen.entry((account, cost)).or_insert((now, 0));
        // A clock that was set back must not lock anybody out.
        if now.since(entry.0) >= MINUTE_US || now < entry.0 {
            *entry = (now, 0);
        }
        if entry.1 >= most {
            let left = MINUTE_US - now.since(entry.0);
            return Err((left / SECOND_US).max(1));
        }
        entry.1 += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_a_minute_then_waiting() {
        let pace = Pace::new(PerMinute {
            reads: 2,
            changes: 1,
            costly: 0,
        });
        let at = |second: i64| Time::from_micros(second * SECOND_US);
        assert_eq!(pace.take(1, Cost::Read, at(0)), Ok(()));
        assert_eq!(pace.take(1, Cost::Read, at(1)), Ok(()));
        assert_eq!(pace.take(1, Cost::Read, at(20)), Err(40));
        assert_eq!(pace.take(2, Cost::Read, at(20)), Ok(()), "another account");
        assert_eq!(pace.take(1, Cost::Change, at(20)), Ok(()), "another kind");
        assert_eq!(pace.take(1, Cost::Much, at(20)), Err(60));
        assert_eq!(pace.take(1, Cost::Read, at(60)), Ok(()), "the next minute");
        assert_eq!(pace.take(1, Cost::Read, at(-9)), Ok(()), "set back");
    }
}
