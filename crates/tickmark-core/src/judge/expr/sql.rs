//! From a checked expression to SQL text.

use std::collections::BTreeMap;

use super::{Comparison, Function, Node, Scope};
use crate::judge::{job::Value, literal};

/// Values of the parameters of one run.
pub type Params = BTreeMap<String, Value>;

/// The bits of `_unknown` that an expression's value depends on.
#[must_use]
pub fn mask(node: &Node, scope: &Scope) -> u64 {
    match node {
        Node::Column(index) => bit(*index, scope),
        Node::Literal(_) | Node::Param(_) | Node::Unknown(_) => 0,
        Node::Compare(_, l, r)
        | Node::And(l, r)
        | Node::Or(l, r)
        | Node::Arithmetic {
            left: l, right: r, ..
        } => mask(l, scope) | mask(r, scope),
        Node::Not(inner) | Node::IsNull(inner) | Node::ToDecimal(inner) => mask(inner, scope),
        Node::In(inner, list) => list
            .iter()
            .fold(mask(inner, scope), |m, n| m | mask(n, scope)),
        Node::Call(_, arguments) => arguments.iter().fold(0, |m, n| m | mask(n, scope)),
    }
}

pub(super) fn bit(index: usize, scope: &Scope) -> u64 {
    scope
        .columns
        .get(index)
        .and_then(|c| c.bit)
        .and_then(|b| 1_u64.checked_shl(b))
        .unwrap_or(0)
}

/// The expression as SQL; its value is NULL where anything it needs is NULL.
#[must_use]
pub fn to_sql(node: &Node, scope: &Scope, params: &Params) -> String {
    let sql = |n: &Node| to_sql(n, scope, params);
    match node {
        Node::Column(index) => column(*index, scope),
        Node::Literal(value) => literal::sql(value),
        Node::Param(name) => params
            .get(name)
            .map_or_else(|| "NULL".to_owned(), literal::sql),
        Node::Compare(op, l, r) => format!("({} {} {})", sql(l), operator(*op), sql(r)),
        Node::And(l, r) => format!("({} AND {})", sql(l), sql(r)),
        Node::Or(l, r) => format!("({} OR {})", sql(l), sql(r)),
        Node::Not(inner) => format!("(NOT {})", sql(inner)),
        Node::IsNull(inner) => is_null(&sql(inner), mask(inner, scope)),
        Node::In(inner, list) => one_of(&sql(inner), &list.iter().map(sql).collect::<Vec<_>>()),
        Node::Arithmetic { minus, left, right } => format!(
            "({} {} {})",
            sql(left),
            if *minus { '-' } else { '+' },
            sql(right)
        ),
        Node::ToDecimal(inner) => format!("CAST({} AS DECIMAL(38, 9))", sql(inner)),
        Node::Call(Function::BusinessDeadline, arguments) => {
            business_deadline(arguments, scope, params)
        }
        Node::Call(function, arguments) => {
            call(*function, &arguments.iter().map(sql).collect::<Vec<_>>())
        }
        Node::Unknown(index) => format!("((\"_unknown\" & {}) <> 0)", bit(*index, scope)),
    }
}

/// An absent location means the organization's calendar; an unreadable one must not.
fn business_deadline(arguments: &[Node], scope: &Scope, params: &Params) -> String {
    let written: Vec<String> = arguments.iter().map(|n| to_sql(n, scope, params)).collect();
    let plain = call(Function::BusinessDeadline, &written);
    match arguments.last().map_or(0, |location| mask(location, scope)) {
        0 => plain,
        bits => format!("CASE WHEN (\"_unknown\" & {bits}) = 0 THEN {plain} END"),
    }
}

fn column(index: usize, scope: &Scope) -> String {
    scope
        .columns
        .get(index)
        .map_or_else(|| "NULL".to_owned(), |c| literal::identifier(&c.name))
}

/// Membership in a list, spelled out.
///
/// DataFusion 55 merges `x IN (a, b) AND x NOT IN (a, b)` into false although it is NULL when `x` or `b` is, and under a
/// `NOT` that would turn what could not be read into a pass (found by the second opinion, INV-J2). Neither `IN` nor a bare
/// chain of `OR` leaves here.
fn one_of(sql: &str, list: &[String]) -> String {
    let each: Vec<String> = list.iter().map(|one| format!("{sql} = {one}")).collect();
    format!(
        "CASE WHEN {sql} IS NOT NULL THEN ({}) END",
        each.join(" OR ")
    )
}

/// Absent is true; unreadable is NULL.
fn is_null(sql: &str, mask: u64) -> String {
    if mask == 0 {
        return format!("({sql} IS NULL)");
    }
    format!(
        "CASE WHEN {sql} IS NOT NULL THEN false WHEN (\"_unknown\" & {mask}) <> 0 THEN NULL ELSE true END"
    )
}

fn operator(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn call(function: Function, arguments: &[String]) -> String {
    match (function, arguments) {
        (Function::NotEmpty, [set]) => format!("(NOT set_empty({set}))"),
        // Engines differ in what `least` does with NULL; this is NULL if either is.
        (Function::Min, [a, b]) => {
            format!("CASE WHEN {a} <= {b} THEN {a} WHEN {b} < {a} THEN {b} END")
        }
        (Function::Max, [a, b]) => {
            format!("CASE WHEN {a} >= {b} THEN {a} WHEN {b} > {a} THEN {b} END")
        }
        _ => format!("{}({})", function.sql_name(), arguments.join(", ")),
    }
}

/// A truth value decided: true, false, or NULL only when something it depends on could not be read.
///
/// An expression that is NULL although everything was readable is false: absent is never a pass (INV-J2).
#[must_use]
pub fn decided(node: &Node, scope: &Scope, params: &Params) -> String {
    let sql = to_sql(node, scope, params);
    let mask = mask(node, scope);
    if mask == 0 {
        return format!("CASE WHEN {sql} IS NOT NULL THEN {sql} ELSE false END");
    }
    format!(
        "CASE WHEN {sql} IS NOT NULL THEN {sql} WHEN (\"_unknown\" & {mask}) <> 0 THEN NULL ELSE false END"
    )
}
