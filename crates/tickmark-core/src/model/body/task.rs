use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tickmark_log::cbor::Value;

use super::codec::{BodyError, In, Out, day, time};
use crate::model::ids::TestId;
use crate::model::time::{Day, Span};

/// What a task is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskAbout {
    /// An item that deviates.
    Deviation,
    /// An item that could not be judged.
    Unknown,
    /// A test that could not say anything: time or evidence is missing, or it did not operate.
    Test,
}

const ABOUT: [TaskAbout; 3] = [TaskAbout::Deviation, TaskAbout::Unknown, TaskAbout::Test];

/// A deviation or a gap becomes a task. Refs: the run that found it. Blobs: `owner`, the person's handle; `item`, unless it is about
/// the whole test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskOpened {
    /// The test that found it.
    pub test: TestId,
    /// What it is about.
    pub about: TaskAbout,
    /// Last day on which it should be done.
    pub due: Day,
    /// The time that the run looked at.
    pub span: Span,
    /// Size of the tree that the run knew.
    pub known_at: u64,
}

impl TaskOpened {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        let about = (0..).zip(ABOUT).find(|(_, a)| *a == self.about);
        Out::default()
            .text(1, &self.test)
            .uint(2, about.map_or(0, |(n, _)| n))
            .put(3, day(self.due))
            .put(4, span(self.span))
            .uint(5, self.known_at)
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "task.opened",
            map,
        };
        let about = usize::try_from(from.uint(2)?)
            .ok()
            .and_then(|n| ABOUT.get(n).copied());
        Ok(Self {
            test: from.name(1, "a test")?,
            about: about.ok_or_else(|| from.wrong(2, "what a task is about"))?,
            due: from.day(3)?,
            span: from.span(4)?,
            known_at: from.uint(5)?,
        })
    }
}

/// A task has another owner or day. Refs: the entry that opened it. Blob `owner`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskChanged {
    /// Last day on which it should be done from here on.
    pub due: Day,
}

impl TaskChanged {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default().put(1, day(self.due)).done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "task.changed",
            map,
        };
        Ok(Self { due: from.day(1)? })
    }
}

/// A later run closed a task: its item passes or is gone. Refs: the entry that opened it, and the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskClosed {
    /// The test that ran again.
    pub test: TestId,
    /// The time that the later run looked at.
    pub span: Span,
    /// Whether that time holds all of the time in which it was found: if not, the run says nothing about what was then.
    pub same_time: bool,
}

impl TaskClosed {
    pub(super) fn encode(&self) -> BTreeMap<u64, Value> {
        Out::default()
            .text(1, &self.test)
            .put(2, span(self.span))
            .put(3, Value::Bool(self.same_time))
            .done()
    }

    pub(super) fn decode(map: &BTreeMap<u64, Value>) -> Result<Self, BodyError> {
        let from = In {
            kind: "task.closed",
            map,
        };
        Ok(Self {
            test: from.name(1, "a test")?,
            span: from.span(2)?,
            same_time: from.bool(3)?,
        })
    }
}

fn span(span: Span) -> Value {
    Value::Array(vec![time(span.from), time(span.until)])
}
