//! How often somebody may guess. Kept in memory: a restart forgets it, and argon2 remains.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use tickmark_core::model::time::{SECOND_US, Time};

/// How many attempts in how much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Attempts.
    pub tries: u32,
    /// Seconds.
    pub in_s: i64,
}

/// The limits at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Of one address for one account: what somebody guessing meets first.
    pub pair: Rate,
    /// Of one address (an IPv6 network of 64 bits counts as one) for all accounts.
    pub address: Rate,
    /// For one account from all addresses. High, so that strangers cannot easily lock somebody out.
    pub account: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            pair: Rate {
                tries: 10,
                in_s: 900,
            },
            address: Rate {
                tries: 60,
                in_s: 900,
            },
            account: Rate {
                tries: 200,
                in_s: 3_600,
            },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Pair(IpAddr, [u8; 32]),
    Address(IpAddr),
    Account([u8; 32]),
}

/// Counts attempts.
#[derive(Debug)]
pub(super) struct Throttle {
    rates: Rates,
    seen: Mutex<HashMap<Key, (Time, u32)>>,
}

/// Most counters kept. Beyond, those that ran out go first; if none has, the server refuses rather than forgets.
const MOST: usize = 100_000;

impl Throttle {
    pub fn new(rates: Rates) -> Self {
        Self {
            rates,
            seen: Mutex::new(HashMap::new()),
        }
    }

    /// Counts an attempt, whether or not the account exists; the seconds to wait if it is one too many.
    pub fn attempt(&self, peer: IpAddr, account: [u8; 32], now: Time) -> Result<(), i64> {
        let peer = network(peer);
        let keys = [
            (Key::Pair(peer, account), self.rates.pair),
            (Key::Address(peer), self.rates.address),
            (Key::Account(account), self.rates.account),
        ];
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() + keys.len() > MOST {
            let longest = self.rates.account.in_s.max(self.rates.pair.in_s) * SECOND_US;
            seen.retain(|_, (since, _)| now.since(*since) < longest);
            if seen.len() + keys.len() > MOST {
                return Err(self.rates.pair.in_s);
            }
        }
        for (key, rate) in keys {
            let window = rate.in_s * SECOND_US;
            let entry = seen.entry(key).or_insert((now, 0));
            // A clock that was set back must not lock anybody out for long.
            if now.since(entry.0) >= window || now < entry.0 {
                *entry = (now, 0);
            }
            if entry.1 >= rate.tries {
                return Err(((window - now.since(entry.0)) / SECOND_US).max(1));
            }
            entry.1 += 1;
        }
        Ok(())
    }

    /// Somebody proved to be who they are: their own earlier mistakes do not count any more.
    pub fn forgive(&self, peer: IpAddr, account: [u8; 32]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.remove(&Key::Pair(network(peer), account));
    }
}

/// What counts as one address: a provider gives a customer a whole IPv6 network of 64 bits.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn at(second: i64) -> Time {
        Time::from_micros(second * SECOND_US)
    }

    #[test]
    fn ten_guesses_a_quarter_of_an_hour_then_waiting() {
        let throttle = Throttle::new(Rates::default());
        let peer = "192.0.2.7".parse().unwrap();
        for _ in 0..10 {
            assert_eq!(throttle.attempt(peer, [1; 32], at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt(peer, [1; 32], at(60)), Err(840));
        assert_eq!(
            throttle.attempt(peer, [2; 32], at(60)),
            Ok(()),
            "another account"
        );
        assert_eq!(
            throttle.attempt(peer, [1; 32], at(900)),
            Ok(()),
            "after a while"
        );
    }

    #[test]
    fn changing_the_address_within_a_network_does_not_help() {
        let throttle = Throttle::new(Rates::default());
        for n in 0..60_u16 {
            let peer = format!("2001:db8:1:2::{n:x}").parse().unwrap();
            let account = [u8::try_from(n).unwrap(); 32];
            assert_eq!(throttle.attempt(peer, account, at(0)), Ok(()));
        }
        let next = "2001:db8:1:2:ffff::1".parse().unwrap();
        assert!(throttle.attempt(next, [99; 32], at(1)).is_err());
        let mapped = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(throttle.attempt(mapped, [99; 32], at(1)), Ok(()));
        assert_eq!(network(mapped), "192.0.2.1".parse::<IpAddr>().unwrap());
    }
}
