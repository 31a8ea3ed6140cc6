//! What a text must be before it reaches the planner, and a plan before it runs: one `SELECT` that only reads.

use datafusion::{
    arrow::datatypes::DataType,
    common::{
        DataFusionError,
        tree_node::{TreeNode as _, TreeNodeRecursion},
    },
    execution::context::SQLOptions,
    logical_expr::{Expr, LogicalPlan},
    sql::{
        parser::Statement as Parsed,
        sqlparser::{
            ast::{SetExpr, Statement},
            dialect::GenericDialect,
            parser::{Parser, ParserError},
            tokenizer::Tokenizer,
        },
    },
};
use tickmark_core::judge::populations::QueryError;

use crate::error::sql as sql_error;

/// Deepest nesting of a statement.
const DEPTH: usize = 100;
/// Longest text of a statement, bytes. Compiled tests are longer than what a person writes.
const LENGTH: usize = 1024 * 1024;
/// Most words and signs of a statement: a chain like `x + x + x …` is a tree as deep as it is long.
const TOKENS: usize = 20_000;

fn refused<T>(what: impl Into<String>) -> Result<T, QueryError> {
    Err(QueryError::Refused { what: what.into() })
}

/// Parses, and refuses everything but one query.
pub(crate) fn statement(sql: &str) -> Result<Parsed, QueryError> {
    if sql.len() > LENGTH {
        return refused("the text is longer than 1 MiB");
    }
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, sql)
        .tokenize_with_location()
        .map_err(|e| QueryError::Sql {
            what: e.to_string(),
        })?;
    if tokens.len() > TOKENS {
        return refused(format!("it has more than {TOKENS} words and signs"));
    }
    let parsed = Parser::new(&dialect)
        .with_recursion_limit(DEPTH)
        .with_tokens_with_locations(tokens)
        .parse_statements();
    let mut statements = match parsed {
        Ok(statements) => statements,
        Err(ParserError::RecursionLimitExceeded) => {
            return refused(format!("it is nested deeper than {DEPTH} levels"));
        }
        Err(e) => {
            return Err(QueryError::Sql {
                what: e.to_string(),
            });
        }
    };
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::Query(query)), true) if reads(&query.body) => {
            Ok(Parsed::Statement(Box::new(Statement::Query(query))))
        }
        (Some(_), true) => refused("only SELECT can be asked"),
        (None, _) => refused("there is no question in it; write a SELECT"),
        (Some(_), false) => refused("one SELECT at a time"),
    }
}

fn reads(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.into.is_none(),
        SetExpr::Query(query) => reads(&query.body),
        SetExpr::SetOperation { left, right, .. } => reads(left) && reads(right),
        SetExpr::Values(_) => true,
        _ => false,
    }
}

/// Refuses plans that write, define or set anything, and plans that calculate with floating point numbers, whose sums
/// depend on the order of the rows (decision D25).
pub(crate) fn plan(plan: &LogicalPlan) -> Result<(), QueryError> {
    let only_reads = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    if let Err(e) = only_reads.verify_plan(plan) {
        return refused(e.strip_backtrace());
    }
    let mut floats = false;
    plan.apply_with_subqueries(|node| {
        floats |= node
            .schema()
            .fields()
            .iter()
            .any(|f| is_float(f.data_type()));
        node.apply_expressions(|e| {
            e.apply(|e| {
                floats |= match e {
                    Expr::Cast(cast) => is_float(cast.field.data_type()),
                    Expr::TryCast(cast) => is_float(cast.field.data_type()),
                    Expr::Literal(value, _) => is_float(&value.data_type()),
                    _ => false,
                };
                Ok(TreeNodeRecursion::Continue)
            })
        })?;
        Ok::<_, DataFusionError>(TreeNodeRecursion::Continue)
    })
    .map_err(sql_error)?;
    if floats {
        return refused("floating point numbers are not exact; CAST to DECIMAL(38, 9) instead");
    }
    Ok(())
}

fn is_float(of: &DataType) -> bool {
    match of {
        DataType::List(item) | DataType::LargeList(item) => is_float(item.data_type()),
        other => other.is_floating(),
    }
}
