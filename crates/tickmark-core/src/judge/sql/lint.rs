//! What a query may not do, found before it runs.

use std::{collections::BTreeSet, ops::ControlFlow};

use sqlparser::ast::{
    self, Expr, ObjectName, Query, Select, SetExpr, Spanned as _, TableFactor, Visit as _, Visitor,
};

use super::{AGGREGATES, FIXED_TABLES, OURS, Place, Purpose, SCALARS, WINDOWS};
use crate::{
    facts::schema::{Schema, Shape},
    judge::library::Library,
    model::diagnostic::{Diagnostic, nearest},
};

/// Walks the query; returns the populations and fixed tables it reads.
pub(super) fn check(
    library: &Library,
    place: Place<'_>,
    query: &Query,
    purpose: Purpose,
) -> Result<BTreeSet<String>, Diagnostic> {
    let mut names = Names::default();
    let _ = query.visit(&mut names);
    let mut walk = Walk {
        library,
        place,
        purpose,
        steps: names.0,
        reads: BTreeSet::new(),
        columns: BTreeSet::new(),
        careful: false,
    };
    if let ControlFlow::Break(found) = query.visit(&mut walk) {
        return Err(*found);
    }
    walk.unknown_columns()?;
    Ok(walk.reads)
}

/// Names of the steps of all `WITH` clauses.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Visitor for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.0.extend(
            query
                .with
                .iter()
                .flat_map(|w| w.cte_tables.iter().map(|c| c.alias.name.value.clone())),
        );
        ControlFlow::Continue(())
    }
}

struct Walk<'a> {
    library: &'a Library,
    place: Place<'a>,
    purpose: Purpose,
    steps: BTreeSet<String>,
    reads: BTreeSet<String>,
    /// Column names read, without their tables.
    columns: BTreeSet<String>,
    /// `_unknown` or `unknown(…)` is read somewhere.
    careful: bool,
}

type Step = ControlFlow<Box<Diagnostic>>;

impl Walk<'_> {
    fn refuse(
        &self,
        at: sqlparser::tokenizer::Span,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Step {
        let (line, column) = (
            crate::judge::expr::narrow(at.start.line),
            crate::judge::expr::narrow(at.start.column),
        );
        ControlFlow::Break(Box::new(self.place.wrong(line, column, what).hint(hint)))
    }

    fn select(&self, select: &Select) -> Step {
        let span = select.select_token.0.span;
        let odd = select.into.is_some()
            || !select.lateral_views.is_empty()
            || select.top.is_some()
            || !select.connect_by.is_empty();
        if odd
            || !select.sort_by.is_empty()
            || !select.cluster_by.is_empty()
            || !select.distribute_by.is_empty()
        {
            return self.refuse(
                span,
                "this form of SELECT is not allowed",
                "plain SELECT … FROM … WHERE … GROUP BY … HAVING …",
            );
        }
        ControlFlow::Continue(())
    }

    fn relation(&mut self, name: &ObjectName) -> Step {
        let text = name.to_string();
        let known =
            self.library.schema(&text).is_some() || FIXED_TABLES.iter().any(|(n, _)| *n == text);
        if self.steps.contains(&text) && known {
            return self.refuse(
                name.span(),
                format!("the step `{text}` has the name of a population"),
                "give the step another name",
            );
        }
        if self.steps.contains(&text) {
            return ControlFlow::Continue(());
        }
        if known {
            self.reads.insert(text);
            return ControlFlow::Continue(());
        }
        let known = self
            .library
            .schemas
            .keys()
            .map(|n| n.as_str())
            .chain(FIXED_TABLES.iter().map(|(n, _)| *n));
        let hint = match nearest(&text, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`tickmark populations` lists what there is".to_owned(),
        };
        self.refuse(
            name.span(),
            format!("there is no population `{text}`"),
            hint,
        )
    }

    fn function(&mut self, expr: &Expr, function: &ast::Function) -> Step {
        let name = function.name.to_string().to_lowercase();
        if name == "unknown" {
            self.careful = true;
            return ControlFlow::Continue(());
        }
        let lists = [OURS, SCALARS, AGGREGATES, WINDOWS];
        if lists.iter().any(|l| l.contains(&name.as_str())) {
            return ControlFlow::Continue(());
        }
        let hint = match nearest(&name, lists.iter().flat_map(|l| l.iter().copied())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "the functions are listed in docs/tests.md".to_owned(),
        };
        self.refuse(
            expr.span(),
            format!("function `{name}` is not allowed"),
            hint,
        )
    }

    /// INV-J2: a test that reads what can be unknown looks at `_unknown` as well.
    fn unknown_columns(&self) -> Result<(), Diagnostic> {
        if self.purpose != Purpose::Test || self.careful {
            return Ok(());
        }
        let schemas = self.reads.iter().filter_map(|r| self.library.schema(r));
        for (schema, column) in schemas.flat_map(|s| s.columns.iter().map(move |c| (s, c))) {
            if column.can_be.unknown && self.columns.contains(column.name.as_str()) {
                let what = format!(
                    "`{}` of `{}` can be unknown and is read as if it were not",
                    column.name, schema.name
                );
                return Err(
                    Diagnostic::new(self.place.file, self.place.line + 1, 1, what).hint(format!(
                        "use `unknown({})`, or read `_unknown`",
                        column.name
                    )),
                );
            }
        }
        Ok(())
    }
}

impl Visitor for Walk<'_> {
    type Break = Box<Diagnostic>;

    fn pre_visit_query(&mut self, query: &Query) -> Step {
        let select_only =
            query.locks.is_empty() && query.for_clause.is_none() && query.settings.is_none();
        if !select_only || query.format_clause.is_some() || !query.pipe_operators.is_empty() {
            return self.refuse(
                query.span(),
                "only SELECT is allowed",
                "remove locks, settings and formats",
            );
        }
        if self.purpose != Purpose::Question
            && (query.limit_clause.is_some() || query.fetch.is_some())
        {
            return self.refuse(
                query.span(),
                "LIMIT would drop items",
                "judge the whole population",
            );
        }
        match query.body.as_ref() {
            SetExpr::Insert(_)
            | SetExpr::Update(_)
            | SetExpr::Delete(_)
            | SetExpr::Merge(_)
            | SetExpr::Table(_) => {
                self.refuse(query.span(), "only SELECT is allowed", "write a SELECT")
            }
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> Step {
        self.select(select)
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> Step {
        self.relation(relation)
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> Step {
        match factor {
            TableFactor::Table {
                args: None,
                sample: None,
                version: None,
                json_path: None,
                ..
            }
            | TableFactor::Derived { .. }
            | TableFactor::NestedJoin { .. }
            | TableFactor::UNNEST { .. } => ControlFlow::Continue(()),
            other => self.refuse(
                other.span(),
                "only tables, subqueries and joins are allowed after FROM",
                "no table functions",
            ),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Step {
        match expr {
            Expr::Function(function) => self.function(expr, function),
            Expr::Identifier(ident) => {
                self.careful |= ident.value == "_unknown";
                self.columns.insert(ident.value.clone());
                ControlFlow::Continue(())
            }
            Expr::CompoundIdentifier(parts) => {
                if let Some(last) = parts.last() {
                    self.careful |= last.value == "_unknown";
                    self.columns.insert(last.value.clone());
                }
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

/// The columns a view gives, if they can be told without running it.
pub(super) fn view_columns(place: Place<'_>, query: &Query, schema: &Schema) -> Option<Diagnostic> {
    let given = projection(&query.body)?;
    let mut wanted: Vec<&str> = schema.columns.iter().map(|c| c.name.as_str()).collect();
    wanted.extend(["_unknown", "_leaf", "_blob", "_record"]);
    if schema.shape == Shape::State {
        wanted.extend(["valid_from", "valid_to"]);
    }
    let differs = given.iter().map(String::as_str).ne(wanted.iter().copied());
    differs.then(|| {
        let first = given.iter().zip(&wanted).find(|(g, w)| g != *w);
        let what = match first {
            Some((g, w)) => format!("the view gives `{g}` where `{}` has `{w}`", schema.name),
            None => format!(
                "the view gives {} columns, `{}` needs {}",
                given.len(),
                schema.name,
                wanted.len()
            ),
        };
        Diagnostic::new(place.file, 1, 1, what)
            .hint(format!("columns in order: {}", wanted.join(", ")))
    })
}

/// Names of the columns of the outermost SELECT; `None` when a star hides them.
fn projection(body: &SetExpr) -> Option<Vec<String>> {
    match body {
        SetExpr::Query(query) => projection(&query.body),
        SetExpr::SetOperation { left, .. } => projection(left),
        SetExpr::Select(select) => select
            .projection
            .iter()
            .map(|item| match item {
                ast::SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
                ast::SelectItem::UnnamedExpr(Expr::Identifier(ident)) => Some(ident.value.clone()),
                ast::SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                    parts.last().map(|p| p.value.clone())
                }
                _ => None,
            })
            .collect(),
        _ => None,
    }
}
