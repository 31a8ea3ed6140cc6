//! What a text must be before it reaches the planner: one `SELECT`.

use datafusion::{
    execution::context::SQLOptions,
    logical_expr::LogicalPlan,
    sql::sqlparser::{ast::Statement, dialect::GenericDialect, parser::Parser},
};
use tickmark_core::judge::populations::QueryError;

use crate::error::sql as sql_error;

/// Deepest nesting of a statement.
const DEPTH: usize = 60;
/// Longest text of a statement, bytes.
const LENGTH: usize = 256 * 1024;

/// Refuses everything but one query.
pub(crate) fn text(sql: &str) -> Result<(), QueryError> {
    let refused = |what: &str| Err(QueryError::Refused { what: what.to_owned() });
    if sql.len() > LENGTH {
        return refused("the text is longer than 256 KiB");
    }
    let parsed = Parser::new(&GenericDialect {})
        .with_recursion_limit(DEPTH)
        .try_with_sql(sql)
        .and_then(|mut p| p.parse_statements());
    let statements = parsed.map_err(|e| QueryError::Sql { what: e.to_string() })?;
    match statements.as_slice() {
        [Statement::Query(_)] => Ok(()),
        [_] => refused("only SELECT can be asked"),
        [] => refused("there is no question in it"),
        _ => refused("one SELECT at a time"),
    }
}

/// Refuses plans that write, define or set anything.
pub(crate) fn plan(plan: &LogicalPlan) -> Result<(), QueryError> {
    let only_reads = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    only_reads.verify_plan(plan).map_err(sql_error)
}
