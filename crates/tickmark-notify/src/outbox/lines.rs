use rusqlite::params;
use tickmark_core::model::notices::Lost;
use tickmark_core::model::time::Time;

use super::{Outbox, OutboxError};

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// It is sent when it is due.
    Waiting,
    /// It is being sent, or was when the program stopped.
    Sending,
    /// It was accepted.
    Sent,
    /// Nobody knows whether it arrived; it is not sent again.
    Unsure,
    /// It is not sent any more.
    Failed,
}

impl Progress {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Unsure => "unsure",
            Self::Failed => "failed",
        }
    }

    fn read(text: &str) -> Result<Self, OutboxError> {
        let all = [
            Self::Waiting,
            Self::Sending,
            Self::Sent,
            Self::Unsure,
            Self::Failed,
        ];
        let found = all.into_iter().find(|p| p.as_str() == text);
        found.ok_or_else(|| OutboxError(format!("`{text}` is no state of a message")))
    }
}

/// One message over one channel, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Id of the message.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// Who is told, by label.
    pub owner: String,
    /// Its subject.
    pub subject: String,
    /// When it was decided.
    pub decided: Time,
    /// Channel.
    pub channel: String,
    /// What became of it.
    pub progress: Progress,
    /// Attempts.
    pub attempts: u64,
    /// When it is sent next, if it waits.
    pub due: Option<Time>,
    /// When that changed last.
    pub changed: Time,
    /// Why it is not sent; empty if it is.
    pub why: String,
}

/// How many messages stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Waiting or being sent.
    pub waiting: u64,
    /// Sent.
    pub sent: u64,
    /// Nobody knows.
    pub unsure: u64,
    /// Not sent any more.
    pub failed: u64,
}

impl Outbox {
    /// The last messages, the newest first.
    ///
    /// # Errors
    /// The disk fails.
    pub fn lines(&self, most: u32) -> Result<Vec<Line>, OutboxError> {
        let mut all = self.db.prepare(
            "SELECT n.id, n.kind, n.owner, n.subject, n.decided_us, d.channel, d.state, d.attempts, d.due_us, d.changed_us, d.why
             FROM notices n JOIN deliveries d ON d.notice = n.id ORDER BY n.decided_us DESC, n.id, d.channel LIMIT ?1",
        )?;
        let rows = all.query_map(params![most], |row| {
            let line = Line {
                id: row.get(0)?,
                kind: row.get(1)?,
                owner: row.get(2)?,
                subject: row.get(3)?,
                decided: Time::from_micros(row.get(4)?),
                channel: row.get(5)?,
                progress: Progress::Waiting,
                attempts: u64::try_from(row.get::<_, i64>(7)?).unwrap_or(0),
                due: Some(Time::from_micros(row.get(8)?)),
                changed: Time::from_micros(row.get(9)?),
                why: row.get(10)?,
            };
            Ok((line, row.get::<_, String>(6)?))
        })?;
        let mut out = Vec::new();
        for row in rows {
            let (mut line, state) = row?;
            line.progress = Progress::read(&state)?;
            line.due = line.due.filter(|_| line.progress == Progress::Waiting);
            out.push(line);
        }
        Ok(out)
    }

    /// How many messages stand where.
    ///
    /// # Errors
    /// The disk fails.
    pub fn standing(&self) -> Result<Standing, OutboxError> {
        let mut all = self
            .db
            .prepare("SELECT state, count(*) FROM deliveries GROUP BY state")?;
        let rows = all.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        let mut out = Standing::default();
        for row in rows {
            let (state, count) = row?;
            let count = u64::try_from(count).unwrap_or(0);
            match Progress::read(&state)? {
                Progress::Waiting | Progress::Sending => out.waiting += count,
                Progress::Sent => out.sent += count,
                Progress::Unsure => out.unsure += count,
                Progress::Failed => out.failed += count,
            }
        }
        Ok(out)
    }

    /// Messages that may not have arrived, or have not: the next digest names each of them once.
    ///
    /// # Errors
    /// The disk fails.
    pub fn lost(&self) -> Result<Vec<Lost>, OutboxError> {
        let mut all = self.db.prepare(
            "SELECT n.id, d.channel, n.subject, d.state = 'unsure' FROM notices n JOIN deliveries d ON d.notice = n.id
             WHERE d.state IN ('unsure', 'failed') ORDER BY n.decided_us DESC, n.id, d.channel LIMIT 200",
        )?;
        let rows = all.query_map([], |row| {
            let id: String = row.get(0)?;
            let (channel, subject): (String, String) = (row.get(1)?, row.get(2)?);
            Ok((id, channel, subject, row.get::<_, bool>(3)?))
        })?;
        let mut out = Vec::new();
        for row in rows {
            let (id, channel, subject, unsure) = row?;
            let known = id.parse();
            out.push(Lost {
                id: known.map_err(|_| OutboxError(format!("`{id}` is no id")))?,
                channel,
                subject,
                unsure,
            });
        }
        Ok(out)
    }
}
