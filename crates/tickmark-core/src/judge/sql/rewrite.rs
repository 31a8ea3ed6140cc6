//! Parameters become typed literals and `unknown(column)` becomes a test of its bit, both in the parsed tree.

use std::ops::ControlFlow;

use sqlparser::{
    ast::{
        self, Expr, Query, Select, Spanned as _, TableFactor, TableWithJoins, VisitMut as _,
        VisitorMut,
    },
    dialect::GenericDialect,
    parser::Parser,
};

use super::Place;
use crate::{
    judge::{
        expr::{Params, narrow},
        library::Library,
        literal,
    },
    model::diagnostic::{Diagnostic, nearest},
};

/// Rewrites the whole query.
pub(super) fn parameters(
    library: &Library,
    place: Place<'_>,
    query: &mut Query,
    params: &Params,
) -> Result<(), Diagnostic> {
    let mut rewriter = Rewriter {
        library,
        place,
        params,
        scopes: Vec::new(),
    };
    match query.visit(&mut rewriter) {
        ControlFlow::Break(found) => Err(*found),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Rewriter<'a> {
    library: &'a Library,
    place: Place<'a>,
    params: &'a Params,
    /// Alias and table of each FROM around the place, outermost first.
    scopes: Vec<Vec<(String, String)>>,
}

type Step = ControlFlow<Box<Diagnostic>>;

impl Rewriter<'_> {
    fn refuse(&self, at: &Expr, what: String, hint: String) -> Box<Diagnostic> {
        let start = at.span().start;
        Box::new(
            self.place
                .wrong(narrow(start.line), narrow(start.column), what)
                .hint(hint),
        )
    }

    fn parameter(&self, at: &Expr, written: &str) -> Result<Expr, Box<Diagnostic>> {
        let name = written.trim_start_matches('$');
        let Some(value) = self.params.get(name) else {
            let hint = match nearest(name, self.params.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `${near}`?"),
                None => format!(
                    "parameters: {}",
                    self.params
                        .keys()
                        .map(|n| format!("${n}"))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            };
            return Err(self.refuse(at, format!("no parameter `{written}`"), hint));
        };
        parsed(&literal::sql(value))
            .ok_or_else(|| self.refuse(at, format!("`{written}` has no literal"), String::new()))
    }

    /// `unknown(x.column)` as `((x._unknown & bit) <> 0)`.
    fn unknown(&self, at: &Expr, function: &ast::Function) -> Result<Expr, Box<Diagnostic>> {
        let argument = match &function.args {
            ast::FunctionArguments::List(list) => match list.args.as_slice() {
                [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(argument))] => Some(argument),
                _ => None,
            },
            _ => None,
        };
        let (alias, column) = match argument {
            Some(Expr::Identifier(column)) => (None, column.value.as_str()),
            Some(Expr::CompoundIdentifier(parts)) => match parts.as_slice() {
                [alias, column] => (Some(alias.value.as_str()), column.value.as_str()),
                _ => (None, ""),
            },
            _ => (None, ""),
        };
        let found = self
            .scopes
            .iter()
            .rev()
            .flatten()
            .find_map(|(name, table)| {
                let mask = self.library.schema(table)?.mask(column);
                (mask != 0 && alias.is_none_or(|a| a == name)).then_some((name, mask))
            });
        let Some((name, mask)) = found else {
            let hint = "write `unknown(column)` of a population after FROM; a step of WITH has no `_unknown` of its own".to_owned();
            return Err(self.refuse(at, format!("`{at}` names no column of a population"), hint));
        };
        let sql = format!(
            "(({}.\"_unknown\" & {mask}) <> 0)",
            literal::identifier(name)
        );
        parsed(&sql)
            .ok_or_else(|| self.refuse(at, format!("`{at}` cannot be written"), String::new()))
    }
}

fn parsed(sql: &str) -> Option<Expr> {
    Parser::new(&GenericDialect {})
        .try_with_sql(sql)
        .and_then(|mut p| p.parse_expr())
        .ok()
}

fn tables(from: &[TableWithJoins]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for table in from {
        factor(&table.relation, &mut found);
        for join in &table.joins {
            factor(&join.relation, &mut found);
        }
    }
    found
}

fn factor(factor_: &TableFactor, found: &mut Vec<(String, String)>) {
    match factor_ {
        TableFactor::Table { name, alias, .. } => {
            let name = name.to_string();
            found.push((
                alias
                    .as_ref()
                    .map_or_else(|| name.clone(), |a| a.name.value.clone()),
                name,
            ));
        }
        TableFactor::NestedJoin {
            table_with_joins, ..
        } => found.extend(tables(std::slice::from_ref(table_with_joins))),
        _ => {}
    }
}

impl VisitorMut for Rewriter<'_> {
    type Break = Box<Diagnostic>;

    fn pre_visit_select(&mut self, select: &mut Select) -> Step {
        self.scopes.push(tables(&select.from));
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &mut Select) -> Step {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> Step {
        let replaced = match &*expr {
            Expr::Value(value) => match &value.value {
                ast::Value::Placeholder(name) => self.parameter(expr, name),
                _ => return ControlFlow::Continue(()),
            },
            Expr::Function(function)
                if function.name.to_string().eq_ignore_ascii_case("unknown") =>
            {
                self.unknown(expr, function)
            }
            _ => return ControlFlow::Continue(()),
        };
        match replaced {
            Ok(new) => {
                *expr = new;
                ControlFlow::Continue(())
            }
            Err(found) => ControlFlow::Break(found),
        }
    }
}
