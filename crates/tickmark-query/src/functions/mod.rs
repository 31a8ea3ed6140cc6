//! The functions a question may call: a fixed list of the engine's own and of ours; nothing random, no clock, no file.

mod engine;
mod row;
mod sets;
mod texts;
mod times;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;
use tickmark_core::judge::job::JobContext;

pub(crate) use engine::{aggregates, planners, scalars, windows};

/// Our own functions.
pub(crate) fn ours(context: &JobContext) -> Vec<Arc<ScalarUDF>> {
    let calendars = Arc::new(times::Calendars::new(context));
    let all = sets::all()
        .into_iter()
        .chain(texts::all())
        .chain(times::all(&calendars));
    all.map(|f| Arc::new(ScalarUDF::new_from_impl(f))).collect()
}

#[cfg(test)]
mod tests {
    use tickmark_core::judge::sql::OURS;

    use super::*;

    #[test]
    fn ours_are_exactly_the_listed_ones() {
        let mut there: Vec<String> = ours(&JobContext::default())
            .iter()
            .map(|f| f.name().to_owned())
            .collect();
        let mut listed: Vec<String> = OURS.iter().map(|f| (*f).to_owned()).collect();
        there.sort_unstable();
        listed.sort_unstable();
        assert_eq!(there, listed);
    }
}
