//! Expressions of the short form: one SQL expression over a population's columns, checked and typed before anything runs.
//!
//! What cannot be said here on purpose: subqueries, `CASE`, `coalesce` (it would turn unknown into a value), current time.

mod check;
mod eval;
mod functions;
mod refuse;
mod sql;

pub use eval::{Evaluation, Row, evaluate, evaluate_d7};
pub use functions::Function;
pub use sql::{Params, decided, mask, to_sql};

use sqlparser::{
    dialect::GenericDialect,
    parser::Parser,
    tokenizer::{Token, TokenWithSpan, Tokenizer},
};

use super::job::{Kind, Value};

/// Longest expression that is read, in bytes.
const MAX_BYTES: usize = 16_384;
/// Deepest nesting that is read. The parser takes some 40 KB of stack a level where it is not optimised, and threads of a server have 2 MB.
const MAX_DEPTH: usize = 24;
/// Most words and signs of an expression, commas not counted.
const MAX_TOKENS: usize = 1_000;

/// A column an expression may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeColumn {
    /// Name.
    pub name: String,
    /// Type.
    pub kind: Kind,
    /// Its bit in `_unknown`; `None` for system columns, which are always known.
    pub bit: Option<u32>,
}

/// What an expression may name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The population, for messages.
    pub population: String,
    /// Columns.
    pub columns: Vec<ScopeColumn>,
    /// Parameters by name (without `$`) with their types.
    pub params: Vec<(String, Kind)>,
}

/// A checked, typed expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Column of the scope, by index.
    Column(usize),
    /// A literal.
    Literal(Value),
    /// A parameter, replaced by its value when compiled.
    Param(String),
    /// Comparison of two values of one type.
    Compare(Comparison, Box<Node>, Box<Node>),
    /// Three-valued and.
    And(Box<Node>, Box<Node>),
    /// Three-valued or.
    Or(Box<Node>, Box<Node>),
    /// Three-valued not.
    Not(Box<Node>),
    /// Known not to exist; NULL when the value cannot be read.
    IsNull(Box<Node>),
    /// One of several values.
    In(Box<Node>, Vec<Node>),
    /// Sum or difference of two numbers or two durations.
    Arithmetic {
        /// Subtract instead of add.
        minus: bool,
        /// Left.
        left: Box<Node>,
        /// Right.
        right: Box<Node>,
    },
    /// A whole number as a decimal.
    ToDecimal(Box<Node>),
    /// A listed function.
    Call(Function, Vec<Node>),
    /// Whether the column could not be read.
    Unknown(usize),
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A defect of an expression; line and column from 1, in characters of the expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {what}")]
pub struct ExprError {
    /// Line inside the expression.
    pub line: u32,
    /// Column inside the expression.
    pub column: u32,
    /// What is wrong.
    pub what: String,
    /// What was probably meant.
    pub hint: Option<String>,
}

/// Reads a truth-valued expression.
///
/// # Errors
/// Not one expression, something that is not allowed, an unknown name, a wrong type; with its place.
pub fn parse_condition(text: &str, scope: &Scope) -> Result<Node, ExprError> {
    parse(text, scope, Kind::Bool)
}

/// Reads an expression of the given type; text literals are read as that type.
///
/// # Errors
/// As [`parse_condition`].
pub fn parse(text: &str, scope: &Scope, kind: Kind) -> Result<Node, ExprError> {
    let syntax = syntax(text)?;
    check::Checker {
        scope,
        depth: std::cell::Cell::new(0),
    }
    .of_kind(&syntax, kind)
}

fn syntax(text: &str) -> Result<sqlparser::ast::Expr, ExprError> {
    let refuse = |line, column, what: String| ExprError {
        line,
        column,
        what,
        hint: None,
    };
    if text.len() > MAX_BYTES {
        return Err(refuse(
            1,
            1,
            format!(
                "the expression has {} bytes; at most {MAX_BYTES} are read",
                text.len()
            ),
        ));
    }
    let failed = |error: &sqlparser::parser::ParserError| {
        let (what, line, column) = located(&error.to_string());
        refuse(line, column, what)
    };
    let dialect = GenericDialect {};
    let tokens =
        tokens(text, MAX_TOKENS).map_err(|(line, column, what)| refuse(line, column, what))?;
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(MAX_DEPTH)
        .with_tokens_with_locations(tokens);
    let expr = parser.parse_expr().map_err(|e| failed(&e))?;
    let rest = parser.peek_token();
    if rest.token == Token::EOF {
        return Ok(expr);
    }
    let start = rest.span.start;
    let mut error = refuse(
        narrow(start.line),
        narrow(start.column),
        format!("the expression should end before `{}`", rest.token),
    );
    if matches!(&rest.token, Token::Word(w) if ["hours", "hour", "days", "day", "minutes", "minute"].contains(&w.value.as_str()))
    {
        error.hint = Some("write durations as interval '24 hours'".to_owned());
    }
    Err(error)
}

/// Cuts SQL into tokens, at most so many beside blanks and commas.
///
/// The limit bounds chains (`a and b and c …`, `x is null is null …`), which the parser builds without nesting itself and which
/// everything after it walks by recursion.
pub(super) fn tokens(sql: &str, most: usize) -> Result<Vec<TokenWithSpan>, (u32, u32, String)> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql)
        .tokenize_with_location()
        .map_err(|e| {
            (
                narrow(e.location.line),
                narrow(e.location.column),
                e.message,
            )
        })?;
    let mut counted = tokens
        .iter()
        .filter(|t| !matches!(t.token, Token::Whitespace(_) | Token::Comma));
    match counted.nth(most) {
        None => Ok(tokens),
        Some(first) => {
            let start = first.span.start;
            Err((
                narrow(start.line),
                narrow(start.column),
                format!("more than {most} words and signs"),
            ))
        }
    }
}

/// Line and column of a token.
pub(super) fn start(token: &TokenWithSpan) -> (u32, u32) {
    let start = token.span.start;
    (narrow(start.line), narrow(start.column))
}

/// Takes the place out of a message of the SQL parser (`… at Line: 1, Column: 5`).
pub(super) fn located(message: &str) -> (String, u32, u32) {
    let message = message.trim_start_matches("sql parser error: ");
    let Some((what, place)) = message.rsplit_once(" at Line: ") else {
        return (message.to_owned(), 1, 1);
    };
    let mut numbers = place
        .split(", Column: ")
        .map(|n| n.trim().parse().unwrap_or(1));
    (
        what.to_owned(),
        numbers.next().unwrap_or(1),
        numbers.next().unwrap_or(1),
    )
}

/// Line and column numbers fit 32 bits: the text is short.
pub(super) fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).max(1)
}
