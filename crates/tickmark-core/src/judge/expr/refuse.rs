//! What an expression may not be, in words.

use sqlparser::ast::{self, Spanned as _};

use super::{ExprError, functions::SIGNATURES, narrow};
use crate::model::diagnostic::nearest;

/// What is allowed, for hints.
pub(super) const ALLOWED: &str = "allowed: columns, literals, parameters, comparison, and, or, not, is null, in, between, + and - of durations, the functions of docs/tests.md";

/// The arguments of a call without `DISTINCT`, `OVER`, `FILTER`, names or stars.
pub(super) fn plain_arguments(function: &ast::Function) -> Option<Vec<&ast::Expr>> {
    let plain = function.over.is_none()
        && function.filter.is_none()
        && function.null_treatment.is_none()
        && function.within_group.is_empty()
        && matches!(function.parameters, ast::FunctionArguments::None);
    let ast::FunctionArguments::List(list) = &function.args else {
        return None;
    };
    if !plain || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return None;
    }
    list.args
        .iter()
        .map(|a| match a {
            ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(e)) => Some(e),
            _ => None,
        })
        .collect()
}

/// An unlisted function, with the one that was probably meant.
pub(super) fn no_function(expr: &ast::Expr, name: &str) -> ExprError {
    if name == "coalesce" {
        return wrong(
            expr,
            "`coalesce` would turn what could not be read into a value",
        )
        .with("compare with `is null`, or use the `sql:` form and read `_unknown`");
    }
    let error = wrong(expr, format!("there is no function `{name}`"));
    let names = SIGNATURES.iter().map(|s| s.name);
    match nearest(name, names) {
        Some(near) => error.with(format!("did you mean `{near}`?")),
        None => error.with(ALLOWED),
    }
}

/// A defect at an expression.
pub(super) fn wrong(expr: &ast::Expr, what: impl Into<String>) -> ExprError {
    let start = expr.span().start;
    ExprError {
        line: narrow(start.line),
        column: narrow(start.column),
        what: what.into(),
        hint: None,
    }
}

impl ExprError {
    /// The same defect with what was probably meant.
    pub(super) fn with(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
