//! A test's expressions written out again from what was checked: the words of the control file, in one layout.

use tickmark_core::judge::expr::{Comparison, Node, Scope};
use tickmark_core::judge::literal;

/// The expression as text, outermost brackets left out.
#[must_use]
pub fn expression(node: &Node, scope: &Scope) -> String {
    match node {
        Node::And(l, r) => format!("{}\nand {}", inner(l, scope, 1), inner(r, scope, 1)),
        Node::Or(l, r) => format!("{}\nor {}", inner(l, scope, 0), inner(r, scope, 0)),
        other => inner(other, scope, 0),
    }
}

/// `around` is 1 inside an `and`, 2 inside anything that binds closer.
fn inner(node: &Node, scope: &Scope, around: u8) -> String {
    let of = |n: &Node| inner(n, scope, 2);
    let bracketed = |needs: bool, text: String| if needs { format!("({text})") } else { text };
    match node {
        Node::Column(index) => column(*index, scope),
        Node::Literal(value) => literal::sql(value),
        Node::Param(name) => format!("${name}"),
        Node::Compare(sign, l, r) => bracketed(
            around > 1,
            format!("{} {} {}", of(l), comparison(*sign), of(r)),
        ),
        Node::And(l, r) => bracketed(
            around > 1,
            format!("{} and {}", inner(l, scope, 1), inner(r, scope, 1)),
        ),
        Node::Or(l, r) => bracketed(
            around > 0,
            format!("{} or {}", inner(l, scope, 0), inner(r, scope, 0)),
        ),
        Node::Not(n) => format!("not {}", of(n)),
        Node::IsNull(n) => bracketed(around > 1, format!("{} is null", of(n))),
        Node::In(n, list) => {
            let list: Vec<String> = list.iter().map(of).collect();
            bracketed(around > 1, format!("{} in ({})", of(n), list.join(", ")))
        }
        Node::Arithmetic { minus, left, right } => bracketed(
            around > 1,
            format!(
                "{} {} {}",
                of(left),
                if *minus { "-" } else { "+" },
                of(right)
            ),
        ),
        Node::ToDecimal(n) => of(n),
        Node::Call(function, arguments) => {
            let arguments: Vec<String> = arguments.iter().map(|a| inner(a, scope, 0)).collect();
            format!("{}({})", function.sql_name(), arguments.join(", "))
        }
        Node::Unknown(index) => format!("unknown({})", column(*index, scope)),
    }
}

fn column(index: usize, scope: &Scope) -> String {
    scope
        .columns
        .get(index)
        .map_or_else(|| "?".to_owned(), |c| c.name.clone())
}

const fn comparison(sign: Comparison) -> &'static str {
    match sign {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use tickmark_core::judge::expr::{ScopeColumn, parse};
    use tickmark_core::judge::job::Kind;

    #[test]
    fn what_is_written_out_means_the_same() {
        let column = |name: &str, kind| ScopeColumn {
            name: name.to_owned(),
            kind,
            bit: None,
        };
        let scope = Scope {
            population: "change".into(),
            columns: vec![
                column("approvers", Kind::Set),
                column("authors", Kind::Set),
                column("at", Kind::Time),
                column("n", Kind::Int),
                column("name", Kind::Text),
            ],
            params: vec![("least".into(), Kind::Int)],
        };
        for text in [
            "not set_empty(approvers) and set_size(set_minus(approvers, authors)) >= $least",
            "(n = 1 or n > 3) and (at is null or name in ('a', 'it''s'))",
            "not (n = 1 and (n = 2 or n = 3))",
            "n + 1 < $least or lower(name) <> 'x'",
        ] {
            let node = parse(text, &scope, Kind::Bool).unwrap();
            let written = expression(&node, &scope);
            assert_eq!(
                parse(&written, &scope, Kind::Bool).unwrap(),
                node,
                "{text} became {written}"
            );
        }
    }
}
