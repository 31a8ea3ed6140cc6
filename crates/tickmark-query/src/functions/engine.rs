//! The engine's own functions that are let in: exactly those `judge` lists.

use std::sync::Arc;

use datafusion::{
    execution::SessionStateDefaults,
    logical_expr::{AggregateUDF, ScalarUDF, WindowUDF, planner::ExprPlanner},
};
use tickmark_core::judge::sql::{AGGREGATES, SCALARS, WINDOWS};

/// What the planner itself puts in for syntax: `[1, 2][1]`, `substring(t FROM 2)`, `EXTRACT`, `date 'x' + interval`.
const SYNTAX: [&str; 3] = ["array_element", "date_part", "named_struct"];

fn listed(lists: &[&[&str]], name: &str, aliases: &[String]) -> bool {
    let mut all = lists.iter().flat_map(|l| l.iter());
    all.any(|l| *l == name || aliases.iter().any(|a| a == l))
}

/// Listed scalar functions.
pub(crate) fn scalars() -> Vec<Arc<ScalarUDF>> {
    let all = SessionStateDefaults::default_scalar_functions();
    all.into_iter()
        .filter(|f| listed(&[SCALARS, &SYNTAX], f.name(), f.aliases()))
        .collect()
}

/// Listed aggregate functions.
pub(crate) fn aggregates() -> Vec<Arc<AggregateUDF>> {
    let all = SessionStateDefaults::default_aggregate_functions();
    all.into_iter()
        .filter(|f| listed(&[AGGREGATES], f.name(), f.aliases()))
        .collect()
}

/// Listed window functions.
pub(crate) fn windows() -> Vec<Arc<WindowUDF>> {
    let all = SessionStateDefaults::default_window_functions();
    all.into_iter()
        .filter(|f| listed(&[WINDOWS], f.name(), f.aliases()))
        .collect()
}

/// What turns syntax (`[…]`, `EXTRACT`) into functions.
pub(crate) fn planners() -> Vec<Arc<dyn ExprPlanner>> {
    SessionStateDefaults::default_expr_planners()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `unnest` is syntax to the planner, not a function.
    #[test]
    fn every_listed_function_exists() {
        let mut there: Vec<String> = Vec::new();
        let scalars = scalars();
        let aggregates = aggregates();
        let windows = windows();
        there.extend(
            scalars
                .iter()
                .flat_map(|f| f.aliases().iter().cloned().chain([f.name().to_owned()])),
        );
        there.extend(
            aggregates
                .iter()
                .flat_map(|f| f.aliases().iter().cloned().chain([f.name().to_owned()])),
        );
        there.extend(
            windows
                .iter()
                .flat_map(|f| f.aliases().iter().cloned().chain([f.name().to_owned()])),
        );
        let missing: Vec<&&str> = [SCALARS, AGGREGATES, WINDOWS]
            .iter()
            .flat_map(|l| l.iter())
            .filter(|l| **l != "unnest" && !there.iter().any(|t| t == *l))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
