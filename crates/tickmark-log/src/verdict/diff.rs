//! Two bundles of one log: either one continues the other, or both signed heads together prove misconduct.

use super::{Level, Options, Problem, Verdict, verify};
use crate::bundle::{Bundle, Frames};
use crate::checkpoint::Checkpoint;
use crate::policy::Policy;

/// The comparison of two bundles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Verdict over the other bundle alone.
    pub other: Verdict,
    /// True if the shorter log is a prefix of the longer one.
    pub consistent: bool,
    /// First leaf that differs.
    pub first: Option<u64>,
    /// Both signed heads when they contradict each other.
    pub heads: Option<[String; 2]>,
}

/// Verifies `bundle`, verifies `other`, and compares them. The verdict falls to diverged if they contradict each other,
/// to invalid if the other one is.
#[must_use]
pub fn diff(
    bundle: &[u8],
    other: &[u8],
    policy: Option<&Policy>,
    options: &Options<'_>,
) -> (Verdict, Difference) {
    let mut verdict = verify(bundle, policy, options);
    let second = verify(
        other,
        policy,
        &Options {
            since: None,
            ..*options
        },
    );
    let mut difference = Difference {
        other: second,
        consistent: false,
        first: None,
        heads: None,
    };
    if difference.other.level == Level::Invalid {
        let text = match difference.other.problems.first() {
            Some(problem) => format!("the other bundle is invalid: {problem}"),
            None => "the other bundle is invalid".to_owned(),
        };
        verdict.level = Level::Invalid;
        verdict.problems.push(Problem::new("diff", text));
    }
    let (Ok(left), Ok(right)) = (Bundle::parse(bundle), Bundle::parse(other)) else {
        return (verdict, difference);
    };
    if verdict.level == Level::Invalid {
        return (verdict, difference);
    }
    if verdict.origin != difference.other.origin {
        verdict.level = Level::Diverged;
        verdict
            .problems
            .push(Problem::new("diff", "the bundles are of different logs"));
        return (verdict, difference);
    }
    difference.first = first_difference(&left, &right);
    difference.consistent = difference.first.is_none();
    if !difference.consistent {
        difference.heads = heads(&left, &right);
        verdict.level = Level::Diverged;
        verdict.problems.push(Problem::new(
            "diff",
            "the log signed two histories that contradict each other",
        ));
    }
    (verdict, difference)
}

/// Both leaf lists belong to their signed heads by now, so comparing leaves is comparing heads.
fn first_difference(left: &Bundle<'_>, right: &Bundle<'_>) -> Option<u64> {
    let (left, right) = (
        Frames::new(left.get("leaves")?),
        Frames::new(right.get("leaves")?),
    );
    (0..)
        .zip(left.zip(right))
        .find(|(_, (left, right))| left != right)
        .map(|(index, _)| index)
}

fn heads(left: &Bundle<'_>, right: &Bundle<'_>) -> Option<[String; 2]> {
    let head = |bundle: &Bundle<'_>| {
        let (_, note) = Checkpoint::parse_note(bundle.get("checkpoint")?).ok()?;
        Some(note.to_text())
    };
    Some([head(left)?, head(right)?])
}
