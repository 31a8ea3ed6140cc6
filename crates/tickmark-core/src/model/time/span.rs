use serde::{Deserialize, Serialize};

use super::{SECOND_US, Time};

/// A half-open stretch of time: `from` is in it, `until` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First instant.
    pub from: Time,
    /// First instant after it.
    pub until: Time,
}

impl Span {
    /// A stretch; `None` if it would be empty.
    #[must_use]
    pub fn new(from: Time, until: Time) -> Option<Self> {
        (from < until).then_some(Self { from, until })
    }

    /// Length in microseconds, never negative.
    #[must_use]
    pub fn length_us(&self) -> i64 {
        self.until.since(self.from).max(0)
    }

    /// Whether the instant lies in it.
    #[must_use]
    pub fn contains(&self, time: Time) -> bool {
        self.from <= time && time < self.until
    }

    /// The common part, if any.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.until.min(other.until))
    }
}

/// A set of instants as sorted stretches that neither overlap nor touch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Span>", into = "Vec<Span>")]
pub struct Spans(Vec<Span>);

impl Spans {
    /// No time at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// The stretches in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Span] {
        &self.0
    }

    /// The stretches in order.
    pub fn iter(&self) -> impl Iterator<Item = &Span> {
        self.0.iter()
    }

    /// Whether no time is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Time in this set or in the other.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.0.iter().chain(&other.0).copied().collect()
    }

    /// Time in both sets.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            out.extend(a.intersect(b));
            if a.until <= b.until {
                left.next();
            } else {
                right.next();
            }
        }
        Self(out)
    }

    /// Time in this set and not in the other.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        self.intersect(&other.outside())
    }

    /// The parts of `span` that are not in the set: what is uncovered.
    #[must_use]
    pub fn gaps_in(&self, span: Span) -> Self {
        Self::from(vec![span]).minus(self)
    }

    /// Whether every instant of `span` is in the set.
    #[must_use]
    pub fn covers(&self, span: Span) -> bool {
        self.gaps_in(span).is_empty()
    }

    /// Whether the instant is in the set.
    #[must_use]
    pub fn contains(&self, time: Time) -> bool {
        let next = self.0.partition_point(|s| s.until <= time);
        self.0.get(next).is_some_and(|s| s.contains(time))
    }

    /// Total length in microseconds.
    #[must_use]
    pub fn total_us(&self) -> i64 {
        self.0
            .iter()
            .map(Span::length_us)
            .fold(0, i64::saturating_add)
    }

    /// Total length in whole seconds, rounded down.
    #[must_use]
    pub fn total_seconds(&self) -> u64 {
        u64::try_from(self.total_us() / SECOND_US).unwrap_or(0)
    }

    /// All other time between the first and the last instant that can be written.
    fn outside(&self) -> Self {
        let mut out = Vec::new();
        let mut from = Time::MIN;
        for span in &self.0 {
            out.extend(Span::new(from, span.from));
            from = span.until;
        }
        out.extend(Span::new(from, Time::MAX));
        Self(out)
    }
}

impl From<Vec<Span>> for Spans {
    fn from(spans: Vec<Span>) -> Self {
        spans.into_iter().collect()
    }
}

impl From<Spans> for Vec<Span> {
    fn from(spans: Spans) -> Self {
        spans.0
    }
}

impl FromIterator<Span> for Spans {
    /// Sorts, drops empty stretches and joins those that overlap or touch.
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        let mut sorted: Vec<Span> = spans.into_iter().filter(|s| s.from < s.until).collect();
        sorted.sort_unstable();
        let mut out: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match out.last_mut() {
                Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
                _ => out.push(span),
            }
        }
        Self(out)
    }
}
