use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, TransactionBehavior, params};
use tickmark_core::model::clock::Clock;
use tickmark_core::model::time::{HOUR_US, SECOND_US, Time};

use super::{Outbox, OutboxError};
use crate::message::{Carrier, Channel, Failure, Message};

/// Pause after the first failure; it doubles with each.
const FIRST_US: i64 = 60 * SECOND_US;
/// Longest pause.
const LONGEST_US: i64 = 6 * HOUR_US;
/// Attempts: with these pauses a little more than a day.
const ATTEMPTS: i64 = 12;
/// Messages in one go: collecting waits for it.
const AT_ONCE: usize = 50;

/// When the next attempt comes after so many.
fn pause(attempts: i64) -> i64 {
    let doublings = attempts.saturating_sub(1).clamp(0, 16);
    (FIRST_US << doublings).min(LONGEST_US)
}

impl Outbox {
    /// Settles what whoever sent before was cut off from. Only for who holds the runner's lock: nobody else is sending then.
    ///
    /// # Errors
    /// The disk fails.
    pub fn recover(&mut self, now: Time) -> Result<usize, OutboxError> {
        let change = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut found = 0;
        for channel in Channel::ALL {
            let (state, why) = if channel.knows_repeats() {
                (
                    "waiting",
                    "the program stopped while it was sent; it is sent again under the same id",
                )
            } else {
                (
                    "unsure",
                    "the program stopped while it was sent; it is not sent again",
                )
            };
            found += change.execute(
                "UPDATE deliveries SET state = ?1, why = ?2, due_us = ?3, changed_us = ?3 WHERE state = 'sending' AND channel = ?4",
                params![state, why, now.micros(), channel.as_str()],
            )?;
        }
        blank(&change)?;
        change.commit()?;
        Ok(found)
    }

    /// Sends what is due and says what happened, a line each. After a failure a channel rests until the next time.
    ///
    /// # Errors
    /// The disk fails. A message that is not sent is a line.
    pub fn deliver(
        &mut self,
        carrier: &dyn Carrier,
        clock: &dyn Clock,
    ) -> Result<Vec<String>, OutboxError> {
        let (mut said, mut resting) = (Vec::new(), BTreeSet::new());
        for channel in Channel::ALL {
            while said.len() < AT_ONCE && !resting.contains(&channel) {
                let Some((message, attempts)) = self.begin(channel, clock.now())? else {
                    break;
                };
                let sent = carrier.carry(channel, &message, clock.now());
                let now = clock.now();
                let (state, why, due) = became(&sent, channel, attempts, now);
                self.finish(channel, &message.id, state, &why, due, now)?;
                if sent.is_err() {
                    resting.insert(channel);
                }
                said.push(line(channel, &message, state, &why));
            }
        }
        Ok(said)
    }

    /// Takes the oldest message that is due out of waiting; on the disk before it is handed out.
    fn begin(
        &mut self,
        channel: Channel,
        now: Time,
    ) -> Result<Option<(Message, i64)>, OutboxError> {
        let change = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let next = change
            .query_row(
                "SELECT n.id, n.kind, n.owner, n.mail, n.subject, n.body, n.link, d.attempts FROM deliveries d JOIN notices n ON n.id = d.notice
                 WHERE d.state = 'waiting' AND d.channel = ?1 AND d.due_us <= ?2 ORDER BY n.decided_us, n.id LIMIT 1",
                params![channel.as_str(), now.micros()],
                |row| {
                    let message = Message {
                        id: row.get(0)?,
                        kind: row.get(1)?,
                        owner: row.get(2)?,
                        to: row.get(3)?,
                        subject: row.get(4)?,
                        text: row.get(5)?,
                        link: row.get(6)?,
                    };
                    Ok((message, row.get::<_, i64>(7)?))
                },
            )
            .optional()?;
        let Some((message, before)) = next else {
            return Ok(None);
        };
        change.execute(
            "UPDATE deliveries SET state = 'sending', attempts = ?1, changed_us = ?2 WHERE notice = ?3 AND channel = ?4",
            params![before + 1, now.micros(), message.id, channel.as_str()],
        )?;
        change.commit()?;
        Ok(Some((message, before + 1)))
    }

    fn finish(
        &mut self,
        channel: Channel,
        id: &str,
        state: &str,
        why: &str,
        due: Time,
        now: Time,
    ) -> Result<(), OutboxError> {
        let change = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute(
            "UPDATE deliveries SET state = ?1, why = ?2, due_us = ?3, changed_us = ?4 WHERE notice = ?5 AND channel = ?6",
            params![state, why, due.micros(), now.micros(), id, channel.as_str()],
        )?;
        blank(&change)?;
        change.commit()?;
        Ok(())
    }
}

/// What a delivery is after an attempt: its state, why, and when it is due.
fn became(
    sent: &Result<(), Failure>,
    channel: Channel,
    attempts: i64,
    now: Time,
) -> (&'static str, String, Time) {
    let again = |why: &String| {
        if attempts >= ATTEMPTS {
            (
                "failed",
                format!("given up after {attempts} attempts: {why}"),
                now,
            )
        } else {
            ("waiting", why.clone(), now.plus(pause(attempts)))
        }
    };
    match sent {
        Ok(()) => ("sent", String::new(), now),
        Err(Failure::Never(why)) => ("failed", why.clone(), now),
        Err(Failure::Unsure(why)) if !channel.knows_repeats() => ("unsure", why.clone(), now),
        Err(Failure::Later(why) | Failure::Unsure(why)) => again(why),
    }
}

/// For the log: what was sent, never to which address.
fn line(channel: Channel, message: &Message, state: &str, why: &str) -> String {
    let (kind, id) = (&message.kind, message.id.get(..12).unwrap_or(&message.id));
    let why = if why.is_empty() || state == "sent" {
        String::new()
    } else {
        format!(": {why}")
    };
    format!("{kind} {id} by {channel}: {state}{why}")
}

/// Texts and addresses stay no longer than they are needed.
fn blank(db: &rusqlite::Connection) -> Result<(), OutboxError> {
    db.execute(
        "UPDATE notices SET body = '', mail = NULL WHERE body <> '' AND NOT EXISTS
         (SELECT 1 FROM deliveries d WHERE d.notice = notices.id AND d.state IN ('waiting', 'sending'))",
        [],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_six_hours_and_end_after_a_day() {
        let minutes: Vec<i64> = (1..=ATTEMPTS).map(|n| pause(n) / FIRST_US).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
        let all: i64 = minutes.iter().take(11).sum();
        assert!(all > 16 * 60 && all < 24 * 60, "{all} minutes");
    }
}
