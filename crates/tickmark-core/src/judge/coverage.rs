//! How much of the period the inputs of a test cover.

use std::collections::BTreeSet;

use crate::{
    facts::schema::InputRole,
    model::{
        ids::PopulationName,
        time::{Span, Spans},
    },
};

use super::{library::Library, window::Window};

/// Time covered and time asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// What every input covers, inside the window.
    pub covered: Spans,
    /// Seconds covered, rounded down.
    pub covered_s: u64,
    /// Seconds asked.
    pub asked_s: u64,
}

impl Coverage {
    /// `[covered, asked]` as the tally and the leaf have it.
    #[must_use]
    pub fn seconds(&self) -> [u64; 2] {
        [self.covered_s, self.asked_s]
    }

    /// The part covered in millionths, rounded down: 0.9999999 never prints as 1 (decision D25). Nothing of no time.
    #[must_use]
    pub fn millionths(&self) -> u32 {
        if self.asked_s == 0 {
            return 0;
        }
        let part =
            u128::from(self.covered_s.min(self.asked_s)) * 1_000_000 / u128::from(self.asked_s);
        u32::try_from(part).unwrap_or(0)
    }
}

/// Coverage of a population: the intersection of what its base inputs cover, through all views, clipped to the window (D14).
///
/// `covered` gives the spans that a base population's sources cover; a population nobody collects is covered nowhere. Inputs
/// that are only read if they are there (`aside`: identities, people) do not count. For an instant the inputs must cover it.
#[must_use]
pub fn coverage(
    library: &Library,
    population: &PopulationName,
    covered: &dyn Fn(&PopulationName) -> Spans,
    window: Window,
) -> Coverage {
    // An instant is asked as the second that ends there, so that covered time has a length.
    let asked = match window {
        Window::Period(span) => span,
        Window::Instant(time) => Span {
            from: time.plus(-1_000_000),
            until: time,
        },
    };
    let mut common = Spans::from_iter([asked]);
    for base in base_inputs(library, population) {
        common = common.intersect(&covered(&base));
    }
    let asked_s = u64::try_from(asked.length_us() / 1_000_000).unwrap_or(0);
    // Gaps shorter than a second still are gaps: all of it counts only when nothing is missing.
    let covered_s = if common.covers(asked) {
        asked_s
    } else {
        common.total_seconds().min(asked_s.saturating_sub(1))
    };
    Coverage {
        covered: common,
        covered_s,
        asked_s,
    }
}

/// The base populations whose coverage counts for a population.
#[must_use]
pub fn base_inputs(library: &Library, population: &PopulationName) -> BTreeSet<PopulationName> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![population.clone()];
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        match library.schemas.get(&name).and_then(|s| s.derived.as_ref()) {
            Some(derived) => open.extend(
                derived
                    .from
                    .iter()
                    .filter(|(_, role)| counts(*role))
                    .map(|(n, _)| n.clone()),
            ),
            None => {
                found.insert(name);
            }
        }
    }
    found
}

fn counts(role: InputRole) -> bool {
    matches!(role, InputRole::Driver | InputRole::Lookup)
}
