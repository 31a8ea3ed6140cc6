//! The engine's own functions that are let in.

use std::sync::Arc;

use datafusion::{
    execution::SessionStateDefaults,
    logical_expr::{AggregateUDF, ScalarUDF, WindowUDF, planner::ExprPlanner},
};

const SCALARS: [&str; 37] = [
    "coalesce", "greatest", "least", "nullif", "strpos", "substr", "substring", "lower", "upper", "trim", "btrim", "ltrim", "rtrim",
    "replace", "concat", "chr", "starts_with", "ends_with", "character_length", "split_part", "date_part", "date_trunc", "array_to_string", "string_to_array",
    "array_sort", "array_distinct", "array_has", "array_length", "array_element", "array_concat", "array_except", "array_intersect", "array_union", "array_append", "make_array", "cardinality",
    "empty",
];

const AGGREGATES: [&str; 9] =
    ["array_agg", "min", "max", "count", "sum", "bool_and", "bool_or", "first_value", "last_value"];

const WINDOWS: [&str; 4] = ["row_number", "lag", "lead", "rank"];

/// Listed scalar functions.
pub(crate) fn scalars() -> Vec<Arc<ScalarUDF>> {
    let all = SessionStateDefaults::default_scalar_functions();
    all.into_iter().filter(|f| SCALARS.contains(&f.name()) && f.name() != "empty").collect()
}

/// Listed aggregate functions.
pub(crate) fn aggregates() -> Vec<Arc<AggregateUDF>> {
    let all = SessionStateDefaults::default_aggregate_functions();
    all.into_iter().filter(|f| AGGREGATES.contains(&f.name())).collect()
}

/// Listed window functions.
pub(crate) fn windows() -> Vec<Arc<WindowUDF>> {
    let all = SessionStateDefaults::default_window_functions();
    all.into_iter().filter(|f| WINDOWS.contains(&f.name())).collect()
}

/// What turns syntax (`[…]`, `EXTRACT`) into functions.
pub(crate) fn planners() -> Vec<Arc<dyn ExprPlanner>> {
    SessionStateDefaults::default_expr_planners()
}
