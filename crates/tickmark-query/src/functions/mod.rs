//! The functions a question may call: a fixed list of the engine's own and of ours; nothing random, no clock, no file.

mod engine;
mod row;
mod sets;
mod times;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;
use tickmark_core::judge::job::JobContext;

pub(crate) use engine::{aggregates, planners, scalars, windows};

/// Our own functions.
pub(crate) fn ours(context: &JobContext) -> Vec<Arc<ScalarUDF>> {
    let calendar = Arc::new(times::Calendars::new(context));
    sets::all().into_iter().chain(times::all(&calendar)).map(|f| Arc::new(ScalarUDF::new_from_impl(f))).collect()
}
