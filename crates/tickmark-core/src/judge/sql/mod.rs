//! SQL of views, `sql:` tests, reconciling queries and people's questions: one `SELECT`, listed functions, known tables,
//! parameters replaced by typed literals in the parsed tree, never in the text.

mod allowed;
mod lint;
mod rewrite;

use std::collections::{BTreeMap, BTreeSet};

use sqlparser::{
    ast::{Query, SetExpr, Statement},
    dialect::GenericDialect,
    keywords::Keyword,
    parser::Parser,
    tokenizer::Token,
};

use super::{
    expr::{self, Params},
    library::{Library, SqlFile},
};
use crate::{facts::schema::Schema, model::diagnostic::Diagnostic};

pub use allowed::{AGGREGATES, FIXED_TABLES, OURS, SCALARS, WINDOWS};

/// Longest query that is read, in bytes.
const MAX_BYTES: usize = 256 << 10;
/// Deepest nesting that is read. The parser takes some 40 KB of stack a level where it is not optimised, and threads of a server have 2 MB.
const MAX_DEPTH: usize = 24;
/// Most words and signs of a query, commas not counted.
const MAX_TOKENS: usize = 8_000;
/// Most operators of a query. A chain of them is a tree as deep as it is long, and trees are walked by recursion.
const MAX_OPERATORS: usize = 400;

/// Where a query stands, for messages.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// File.
    pub file: &'a str,
    /// Line before the first line of the query; 0 when the query is the file.
    pub line: u32,
    /// Blanks before each of its lines that are not part of it.
    pub indent: u32,
}

impl Place<'_> {
    /// A defect at a place inside the query.
    fn wrong(&self, line: u32, column: u32, what: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.file, self.line + line, self.indent + column, what)
    }
}

/// What a query is for, which decides what it may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A derived population.
    View,
    /// A `sql:` test; must read what can be unknown together with `_unknown`.
    Test,
    /// A reconciling query.
    Reconcile,
    /// A question of a person: may also sort and limit.
    Question,
}

/// A query that may run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The text, parameters replaced.
    pub sql: String,
    /// Populations and fixed tables it reads.
    pub reads: BTreeSet<String>,
}

/// Checks a query and replaces its parameters.
///
/// # Errors
/// The first thing that is not allowed, with its place.
pub fn prepare(
    library: &Library,
    place: Place<'_>,
    sql: &str,
    purpose: Purpose,
    params: &Params,
) -> Result<Prepared, Diagnostic> {
    let mut query = parse(place, sql)?;
    let reads = lint::check(library, place, &query, purpose)?;
    rewrite::parameters(library, place, &mut query, params)?;
    Ok(Prepared {
        sql: written(place, &query)?,
        reads,
    })
}

/// The text of a checked query. What was checked is a tree and what runs is its text, so the text must be read as the same tree: the
/// printer of the parser doubles no quote after a backslash and none beside another quote, and what follows would run unchecked.
fn written(place: Place<'_>, query: &Query) -> Result<String, Diagnostic> {
    let sql = query.to_string();
    if parse(place, &sql).ok().as_ref() == Some(query) {
        return Ok(sql);
    }
    Err(place
        .wrong(1, 1, "the query cannot be written back as it was read")
        .hint("write no text or name with a backslash before a quote or with two quotes in a row, also not in parameters"))
}

/// Checks a view without running it: its tables are declared inputs, its columns are those of the schema.
///
/// Parameters are the four that every run has.
pub fn check_view(library: &Library, schema: &Schema, view: &SqlFile) -> Vec<Diagnostic> {
    let place = Place {
        file: &view.file,
        line: 0,
        indent: 0,
    };
    let query = match parse(place, &view.sql) {
        Ok(query) => query,
        Err(found) => return vec![found],
    };
    let reads = match lint::check(library, place, &query, Purpose::View) {
        Ok(reads) => reads,
        Err(found) => return vec![found],
    };
    let mut wrong: Vec<Diagnostic> = lint::view_columns(place, &query, schema)
        .into_iter()
        .collect();
    let declared: BTreeMap<&str, ()> = schema
        .derived
        .iter()
        .flat_map(|d| d.from.iter().map(|(n, _)| (n.as_str(), ())))
        .collect();
    for read in reads.iter().filter(|r| library.schema(r).is_some()) {
        if !declared.contains_key(read.as_str()) {
            wrong.push(
                Diagnostic::new(
                    place.file,
                    1,
                    1,
                    format!("the view reads `{read}`, which is not in `derived: from:`"),
                )
                .hint("its gaps would not count for the coverage of this population"),
            );
        }
    }
    wrong
}

/// Whether a token continues a chain: what is left of it becomes its child.
fn operates(token: &Token) -> bool {
    use Keyword::{AND, AT, BETWEEN, COLLATE, EXCEPT, ILIKE, IN, INTERSECT, IS, LIKE, OR, UNION};
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            AND | AT | BETWEEN | COLLATE | EXCEPT | ILIKE | IN | INTERSECT | IS | LIKE | OR | UNION
        ),
        Token::Whitespace(_)
        | Token::Comma
        | Token::Period
        | Token::LParen
        | Token::RParen
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Placeholder(_)
        | Token::SemiColon
        | Token::EOF => false,
        _ => true,
    }
}

/// One query and nothing after it.
fn parse(place: Place<'_>, sql: &str) -> Result<Query, Diagnostic> {
    if sql.len() > MAX_BYTES {
        return Err(Diagnostic::new(
            place.file,
            place.line,
            1,
            format!(
                "the query has {} bytes; at most {MAX_BYTES} are read",
                sql.len()
            ),
        ));
    }
    let dialect = GenericDialect {};
    let tokens = expr::tokens(sql, MAX_TOKENS)
        .map_err(|(line, column, what)| place.wrong(line, column, what))?;
    if let Some(first) = tokens
        .iter()
        .filter(|t| operates(&t.token))
        .nth(MAX_OPERATORS)
    {
        let (line, column) = expr::start(first);
        return Err(place.wrong(line, column, format!("more than {MAX_OPERATORS} operators")));
    }
    let mut statements = Parser::new(&dialect)
        .with_recursion_limit(MAX_DEPTH)
        .with_tokens_with_locations(tokens)
        .parse_statements()
        .map_err(|error| {
            let (what, line, column) = expr::located(&error.to_string());
            place.wrong(line, column, what)
        })?;
    let last = statements.pop();
    let (Some(Statement::Query(query)), true) = (last, statements.is_empty()) else {
        return Err(
            Diagnostic::new(place.file, place.line + 1, 1, "a query is one SELECT")
                .hint("use WITH for intermediate steps"),
        );
    };
    match query.body.as_ref() {
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::SetOperation { .. } => Ok(*query),
        _ => Err(Diagnostic::new(
            place.file,
            place.line + 1,
            1,
            "a query is one SELECT",
        )),
    }
}
