//! From the SQL parser's tree to a typed node: only what is listed passes.

use std::cell::Cell;

use sqlparser::ast::{self, BinaryOperator, UnaryOperator};

use super::{
    Comparison, ExprError, Node, Scope,
    functions::{Argument, Function, SIGNATURES, Signature},
    refuse::{ALLOWED, no_function, plain_arguments, wrong},
};
use crate::{
    judge::{
        job::{Kind, Value},
        literal,
    },
    model::diagnostic::nearest,
};

type Checked = Result<(Node, Kind), ExprError>;

/// Checks expressions of one scope.
pub(super) struct Checker<'s> {
    pub scope: &'s Scope,
    /// How deep the walk is.
    pub depth: Cell<usize>,
}

/// Deepest tree that is walked, chains included: `a or b or c` is three deep.
const MAX_TREE: usize = 100;

impl Checker<'_> {
    /// An expression that must have the given type; a literal is read as one of that type.
    pub fn of_kind(&self, expr: &ast::Expr, kind: Kind) -> Result<Node, ExprError> {
        let (node, found) = self.any(expr)?;
        self.coerce(expr, node, found, kind)
    }

    fn any(&self, expr: &ast::Expr) -> Checked {
        if self.depth.get() >= MAX_TREE {
            return Err(wrong(
                expr,
                format!("more than {MAX_TREE} conditions in a row or inside each other"),
            )
            .with("use `in (…)`, or the `sql:` form"));
        }
        self.depth.set(self.depth.get() + 1);
        let checked = self.kind_of_node(expr);
        self.depth.set(self.depth.get() - 1);
        checked
    }

    fn kind_of_node(&self, expr: &ast::Expr) -> Checked {
        match expr {
            ast::Expr::Nested(inner) => self.any(inner),
            ast::Expr::Identifier(ident) => self.column(expr, &ident.value),
            ast::Expr::Value(value) => self.value(expr, &value.value),
            ast::Expr::TypedString(typed) => self.typed_string(expr, typed),
            ast::Expr::Interval(interval) => self.interval(expr, interval),
            ast::Expr::UnaryOp { op, expr: inner } => self.unary(expr, *op, inner),
            ast::Expr::BinaryOp { left, op, right } => self.binary(expr, left, op, right),
            ast::Expr::IsNull(inner) => Ok((self.is_null(inner)?, Kind::Bool)),
            ast::Expr::IsNotNull(inner) => {
                Ok((Node::Not(Box::new(self.is_null(inner)?)), Kind::Bool))
            }
            ast::Expr::InList {
                expr: inner,
                list,
                negated,
            } => self.in_list(inner, list, *negated),
            ast::Expr::Between {
                expr: inner,
                negated,
                low,
                high,
            } => self.between(inner, low, high, *negated),
            ast::Expr::Function(function) => self.function(expr, function),
            ast::Expr::Subquery(_) | ast::Expr::Exists { .. } | ast::Expr::InSubquery { .. } => {
                Err(wrong(expr, "a subquery is not allowed in an expression")
                    .with("use the `sql:` form"))
            }
            ast::Expr::Case { .. } => {
                Err(wrong(expr, "`CASE` is not allowed in an expression")
                    .with("use the `sql:` form"))
            }
            ast::Expr::CompoundIdentifier(_) => Err(wrong(
                expr,
                "an expression names columns of its population only",
            )
            .with("write the column without a table")),
            other => {
                Err(wrong(expr, format!("`{other}` is not allowed in an expression")).with(ALLOWED))
            }
        }
    }

    fn column(&self, expr: &ast::Expr, name: &str) -> Checked {
        if let Some(index) = self.scope.columns.iter().position(|c| c.name == name) {
            let kind = self.scope.columns.get(index).map_or(Kind::Text, |c| c.kind);
            return Ok((Node::Column(index), kind));
        }
        let error = wrong(
            expr,
            format!("`{}` has no column `{name}`", self.scope.population),
        );
        let names = self.scope.columns.iter().map(|c| c.name.as_str());
        Err(match nearest(name, names.clone()) {
            Some(near) => error.with(format!("did you mean `{near}`?")),
            None => error.with(format!("columns: {}", names.collect::<Vec<_>>().join(", "))),
        })
    }

    fn value(&self, expr: &ast::Expr, value: &ast::Value) -> Checked {
        match value {
            ast::Value::Number(digits, false) if digits.contains('.') => {
                literal::parse(Kind::Decimal, digits)
                    .map(|v| (Node::Literal(v), Kind::Decimal))
                    .map_err(|e| wrong(expr, e.to_string()))
            }
            ast::Value::Number(digits, false) => literal::parse(Kind::Int, digits)
                .map(|v| (Node::Literal(v), Kind::Int))
                .map_err(|e| wrong(expr, e.to_string())),
            ast::Value::SingleQuotedString(text) => {
                Ok((Node::Literal(Value::Text(text.clone())), Kind::Text))
            }
            ast::Value::Boolean(value) => Ok((Node::Literal(Value::Bool(*value)), Kind::Bool)),
            ast::Value::Placeholder(name) => self.param(expr, name),
            ast::Value::Null => {
                Err(wrong(expr, "`null` is not a value").with("write `is null` or `is not null`"))
            }
            other => Err(
                wrong(expr, format!("`{other}` is not a literal of an expression"))
                    .with("texts stand in single quotes"),
            ),
        }
    }

    fn param(&self, expr: &ast::Expr, written: &str) -> Checked {
        let name = written.trim_start_matches('$');
        if let Some((name, kind)) = self.scope.params.iter().find(|(n, _)| n == name) {
            return Ok((Node::Param(name.clone()), *kind));
        }
        let error = wrong(expr, format!("no parameter `{written}`"));
        let names = self.scope.params.iter().map(|(n, _)| n.as_str());
        Err(match nearest(name, names.clone()) {
            Some(near) => error.with(format!("did you mean `${near}`?")),
            None => error.with(format!(
                "parameters: {}",
                names
                    .map(|n| format!("${n}"))
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        })
    }

    fn typed_string(&self, expr: &ast::Expr, typed: &ast::TypedString) -> Checked {
        let kind = match typed.data_type {
            ast::DataType::Date => Kind::Date,
            ast::DataType::Timestamp(..) => Kind::Time,
            _ => {
                return Err(
                    wrong(expr, format!("`{expr}` is not allowed in an expression")).with(ALLOWED),
                );
            }
        };
        let ast::Value::SingleQuotedString(text) = &typed.value.value else {
            return Err(wrong(expr, "the literal must stand in single quotes"));
        };
        literal::parse(kind, text)
            .map(|v| (Node::Literal(v), kind))
            .map_err(|e| wrong(expr, e.to_string()))
    }

    fn interval(&self, expr: &ast::Expr, interval: &ast::Interval) -> Checked {
        let text = match interval.value.as_ref() {
            ast::Expr::Value(v) => match &v.value {
                ast::Value::SingleQuotedString(text) => text.clone(),
                ast::Value::Number(digits, _) => digits.clone(),
                _ => String::new(),
            },
            _ => String::new(),
        };
        let text = match &interval.leading_field {
            Some(field) => format!("{text} {}", field.to_string().to_lowercase()),
            None => text,
        };
        literal::parse(Kind::Duration, &text)
            .map(|v| (Node::Literal(v), Kind::Duration))
            .map_err(|e| wrong(expr, e.to_string()))
    }

    fn unary(&self, expr: &ast::Expr, op: UnaryOperator, inner: &ast::Expr) -> Checked {
        match op {
            UnaryOperator::Not => Ok((
                Node::Not(Box::new(self.of_kind(inner, Kind::Bool)?)),
                Kind::Bool,
            )),
            UnaryOperator::Minus => match self.any(inner)? {
                (Node::Literal(Value::Int(n)), Kind::Int) => {
                    Ok((Node::Literal(Value::Int(-n)), Kind::Int))
                }
                (Node::Literal(Value::Duration(n)), kind) => {
                    Ok((Node::Literal(Value::Duration(-n)), kind))
                }
                (Node::Literal(Value::Decimal(d)), kind) => {
                    Ok((Node::Literal(Value::Decimal(format!("-{d}"))), kind))
                }
                _ => Err(wrong(expr, "only a number literal can be negative here")
                    .with("subtract instead")),
            },
            other => Err(wrong(
                expr,
                format!("operator `{other}` is not allowed in an expression"),
            )
            .with(ALLOWED)),
        }
    }

    fn binary(
        &self,
        expr: &ast::Expr,
        left: &ast::Expr,
        op: &BinaryOperator,
        right: &ast::Expr,
    ) -> Checked {
        let comparison = match op {
            BinaryOperator::And => {
                let (l, r) = (
                    self.of_kind(left, Kind::Bool)?,
                    self.of_kind(right, Kind::Bool)?,
                );
                return Ok((Node::And(Box::new(l), Box::new(r)), Kind::Bool));
            }
            BinaryOperator::Or => {
                let (l, r) = (
                    self.of_kind(left, Kind::Bool)?,
                    self.of_kind(right, Kind::Bool)?,
                );
                return Ok((Node::Or(Box::new(l), Box::new(r)), Kind::Bool));
            }
            BinaryOperator::Plus => return self.sum(expr, left, right, false),
            BinaryOperator::Minus => return self.sum(expr, left, right, true),
            BinaryOperator::Eq => Comparison::Equal,
            BinaryOperator::NotEq => Comparison::NotEqual,
            BinaryOperator::Lt => Comparison::Less,
            BinaryOperator::LtEq => Comparison::LessOrEqual,
            BinaryOperator::Gt => Comparison::Greater,
            BinaryOperator::GtEq => Comparison::GreaterOrEqual,
            other => {
                return Err(wrong(
                    expr,
                    format!("operator `{other}` is not allowed in an expression"),
                )
                .with(ALLOWED));
            }
        };
        let (l, r, kind) = self.same_kind(left, right)?;
        if matches!(kind, Kind::Set | Kind::Bool)
            && !matches!(comparison, Comparison::Equal | Comparison::NotEqual)
        {
            return Err(wrong(expr, format!("{} values have no order", kind.name())));
        }
        if kind == Kind::Set {
            return Err(
                wrong(expr, "sets are not compared").with("write set_empty(set_minus(a, b))")
            );
        }
        Ok((
            Node::Compare(comparison, Box::new(l), Box::new(r)),
            Kind::Bool,
        ))
    }

    fn sum(&self, expr: &ast::Expr, left: &ast::Expr, right: &ast::Expr, minus: bool) -> Checked {
        let (l, lk) = self.any(left)?;
        let (r, rk) = self.any(right)?;
        match (lk, rk) {
            (Kind::Time, Kind::Time) if minus => Ok((
                Node::Call(Function::TimeBetween, vec![l, r]),
                Kind::Duration,
            )),
            (Kind::Time, Kind::Text | Kind::Duration) => {
                let r = self.coerce(right, r, rk, Kind::Duration)?;
                let zero = Node::Literal(Value::Duration(0));
                let r = if minus {
                    Node::Arithmetic {
                        minus: true,
                        left: Box::new(zero),
                        right: Box::new(r),
                    }
                } else {
                    r
                };
                Ok((Node::Call(Function::TimePlus, vec![l, r]), Kind::Time))
            }
            (Kind::Duration, Kind::Time) if !minus => {
                Ok((Node::Call(Function::TimePlus, vec![r, l]), Kind::Time))
            }
            (Kind::Int, Kind::Int) | (Kind::Duration, Kind::Duration) => Ok((
                Node::Arithmetic {
                    minus,
                    left: Box::new(l),
                    right: Box::new(r),
                },
                lk,
            )),
            _ => {
                let sign = if minus { '-' } else { '+' };
                Err(wrong(
                    expr,
                    format!("{} {sign} {} is not defined", lk.name(), rk.name()),
                )
                .with("add durations to times, subtract times, or add whole numbers"))
            }
        }
    }

    fn is_null(&self, inner: &ast::Expr) -> Result<Node, ExprError> {
        Ok(Node::IsNull(Box::new(self.any(inner)?.0)))
    }

    fn in_list(&self, inner: &ast::Expr, list: &[ast::Expr], negated: bool) -> Checked {
        let (node, kind) = self.any(inner)?;
        if kind == Kind::Set {
            return Err(wrong(inner, "a set is not in a list").with("write set_has(s, x)"));
        }
        let list = list
            .iter()
            .map(|e| self.of_kind(e, kind))
            .collect::<Result<Vec<_>, _>>()?;
        let node = Node::In(Box::new(node), list);
        Ok((
            if negated {
                Node::Not(Box::new(node))
            } else {
                node
            },
            Kind::Bool,
        ))
    }

    fn between(
        &self,
        inner: &ast::Expr,
        low: &ast::Expr,
        high: &ast::Expr,
        negated: bool,
    ) -> Checked {
        let (value, kind) = self.any(inner)?;
        if matches!(kind, Kind::Set | Kind::Bool) {
            return Err(wrong(
                inner,
                format!("{} values have no order", kind.name()),
            ));
        }
        let (low, high) = (self.of_kind(low, kind)?, self.of_kind(high, kind)?);
        let above = Node::Compare(
            Comparison::GreaterOrEqual,
            Box::new(value.clone()),
            Box::new(low),
        );
        let below = Node::Compare(Comparison::LessOrEqual, Box::new(value), Box::new(high));
        let node = Node::And(Box::new(above), Box::new(below));
        Ok((
            if negated {
                Node::Not(Box::new(node))
            } else {
                node
            },
            Kind::Bool,
        ))
    }

    fn function(&self, expr: &ast::Expr, function: &ast::Function) -> Checked {
        let name = function.name.to_string().to_lowercase();
        let arguments = plain_arguments(function)
            .ok_or_else(|| wrong(expr, format!("`{name}` takes plain arguments only")))?;
        if name == "unknown" {
            return self.unknown(expr, &arguments);
        }
        let Some(signature) = SIGNATURES.iter().find(|s| s.name == name) else {
            return Err(no_function(expr, &name));
        };
        if arguments.len() != signature.takes.len() {
            return Err(wrong(
                expr,
                format!(
                    "`{name}` takes {} arguments, not {}",
                    signature.takes.len(),
                    arguments.len()
                ),
            ));
        }
        self.call(signature, &arguments)
    }

    fn call(&self, signature: &Signature, arguments: &[&ast::Expr]) -> Checked {
        if let [Argument::Ordered, Argument::Ordered] = signature.takes
            && let [left, right] = arguments
        {
            let (l, r, kind) = self.same_kind(left, right)?;
            if matches!(kind, Kind::Set | Kind::Bool) {
                return Err(wrong(left, format!("{} values have no order", kind.name())));
            }
            return Ok((Node::Call(signature.function, vec![l, r]), kind));
        }
        let mut nodes = Vec::new();
        for (argument, takes) in arguments.iter().zip(signature.takes) {
            let Argument::Of(kind) = takes else { continue };
            nodes.push(self.of_kind(argument, *kind)?);
        }
        Ok((
            Node::Call(signature.function, nodes),
            signature.gives.unwrap_or(Kind::Text),
        ))
    }

    fn unknown(&self, expr: &ast::Expr, arguments: &[&ast::Expr]) -> Checked {
        let [argument @ ast::Expr::Identifier(ident)] = arguments else {
            return Err(wrong(expr, "`unknown` takes one column"));
        };
        match self.column(argument, &ident.value)? {
            (Node::Column(index), _)
                if self
                    .scope
                    .columns
                    .get(index)
                    .is_some_and(|c| c.bit.is_some()) =>
            {
                Ok((Node::Unknown(index), Kind::Bool))
            }
            _ => Err(wrong(
                argument,
                format!("`{}` is always known", ident.value),
            )),
        }
    }

    /// Two expressions of one type; a literal on either side follows the other.
    fn same_kind(
        &self,
        left: &ast::Expr,
        right: &ast::Expr,
    ) -> Result<(Node, Node, Kind), ExprError> {
        let (l, lk) = self.any(left)?;
        let (r, rk) = self.any(right)?;
        let literal_left = matches!(l, Node::Literal(_)) && !matches!(r, Node::Literal(_));
        let kind = match (lk, rk) {
            (Kind::Int, Kind::Decimal) | (Kind::Decimal, Kind::Int) => Kind::Decimal,
            _ if literal_left => rk,
            _ => lk,
        };
        Ok((
            self.coerce(left, l, lk, kind)?,
            self.coerce(right, r, rk, kind)?,
            kind,
        ))
    }

    fn coerce(
        &self,
        expr: &ast::Expr,
        node: Node,
        found: Kind,
        kind: Kind,
    ) -> Result<Node, ExprError> {
        if found == kind {
            return Ok(node);
        }
        match (&node, kind) {
            (Node::Literal(Value::Text(text)), _) if kind != Kind::Set => {
                literal::parse(kind, text)
                    .map(Node::Literal)
                    .map_err(|e| wrong(expr, e.to_string()))
            }
            (_, Kind::Decimal) if found == Kind::Int => Ok(Node::ToDecimal(Box::new(node))),
            _ => Err(wrong(
                expr,
                format!("`{expr}` is {}, not {}", found.name(), kind.name()),
            )),
        }
    }
}
