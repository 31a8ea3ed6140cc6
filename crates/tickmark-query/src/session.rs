//! A session that can read the tables of one job and nothing else.

use std::sync::Arc;

use datafusion::{
    common::TableReference,
    dataframe::DataFrame,
    execution::{
        SessionStateBuilder,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::GreedyMemoryPool,
        runtime_env::RuntimeEnvBuilder,
    },
    prelude::{SessionConfig, SessionContext},
};
use tickmark_core::judge::{
    job::{Job, View},
    populations::QueryError,
};

use crate::{
    cache::TableCache, error::sql as sql_error, files::OnlyFacts, functions, guard, limits, tables,
};

/// Builds the session of a job: listed functions, its tables, its views in order.
pub(crate) async fn of(job: &Job, cache: &TableCache) -> Result<SessionContext, QueryError> {
    let facts = OnlyFacts::of(&job.tables)?;
    let session = empty(job, &facts)?;
    tables::register(&session, &job.tables, &facts, cache).await?;
    for view in &job.views {
        let frame = plan(&session, &view.sql)
            .await
            .map_err(|e| in_view(view, e))?;
        let name = TableReference::bare(view.name.as_str());
        session
            .register_table(name, frame.into_view())
            .map_err(sql_error)?;
    }
    Ok(session)
}

fn in_view(view: &View, error: QueryError) -> QueryError {
    let named = |what: String| format!("view `{}`: {what}", view.name);
    match error {
        QueryError::Sql { what } => QueryError::Sql { what: named(what) },
        QueryError::Refused { what } => QueryError::Refused { what: named(what) },
        other => other,
    }
}

fn empty(job: &Job, facts: &OnlyFacts) -> Result<SessionContext, QueryError> {
    let mut scalars = functions::scalars();
    scalars.extend(functions::ours(&job.context));
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(limits::MEMORY_BYTES)))
        .with_disk_manager_builder(
            DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled),
        )
        .with_object_store_registry(Arc::new(facts.clone()))
        .build_arc()
        .map_err(sql_error)?;
    let state = SessionStateBuilder::new()
        .with_config(config())
        .with_runtime_env(runtime)
        .with_scalar_functions(scalars)
        .with_aggregate_functions(functions::aggregates())
        .with_window_functions(functions::windows())
        .with_expr_planners(functions::planners())
        .build();
    // What the defaults of a state would add: file formats, table functions, factories for tables.
    // A builder without default features has none of them.
    Ok(SessionContext::new_with_state(state))
}

fn config() -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_target_partitions(limits::PARTITIONS)
        .with_information_schema(false);
    let options = config.options_mut();
    options.execution.enable_recursive_ctes = false;
    options.execution.time_zone = Some("UTC".to_owned());
    options.execution.parquet.schema_force_view_types = false;
    options.sql_parser.map_string_types_to_utf8view = false;
    options.sql_parser.parse_float_as_decimal = true;
    // Names are compared as they are written, as `judge` does.
    options.sql_parser.enable_ident_normalization = false;
    config
}

/// Plans one checked `SELECT`.
pub(crate) async fn plan(session: &SessionContext, sql: &str) -> Result<DataFrame, QueryError> {
    let statement = guard::statement(sql)?;
    let state = session.state();
    let plan = state
        .statement_to_plan(statement)
        .await
        .map_err(sql_error)?;
    guard::plan(&plan)?;
    Ok(DataFrame::new(state, plan))
}
