//! Sets of texts. NULL in, NULL out: what is absent or unknown stays so.

use tickmark_core::judge::job::{Kind, Value};

use super::row::{RowFunction, Takes};

const TWO_SETS: Takes = Takes::Exactly(&[Kind::Set, Kind::Set]);
const ONE_SET: Takes = Takes::Exactly(&[Kind::Set]);

fn two(
    f: impl Fn(&[String], &[String]) -> Vec<String>,
) -> impl Fn(&[Value]) -> Result<Value, String> {
    move |args| match args {
        [Value::Set(a), Value::Set(b)] => Ok(Value::Set(settled(f(a, b)))),
        _ => Ok(Value::Null),
    }
}

fn one(f: impl Fn(&[String]) -> Value) -> impl Fn(&[Value]) -> Result<Value, String> {
    move |args| match args {
        [Value::Set(set)] => Ok(f(set)),
        _ => Ok(Value::Null),
    }
}

/// Sorted by bytes, each element once.
fn settled(mut set: Vec<String>) -> Vec<String> {
    set.sort_unstable();
    set.dedup();
    set
}

fn minus(a: &[String], b: &[String]) -> Vec<String> {
    a.iter().filter(|x| !b.contains(x)).cloned().collect()
}

fn intersect(a: &[String], b: &[String]) -> Vec<String> {
    a.iter().filter(|x| b.contains(x)).cloned().collect()
}

fn union(a: &[String], b: &[String]) -> Vec<String> {
    a.iter().chain(b).cloned().collect()
}

fn size(set: &[String]) -> Value {
    Value::Int(i64::try_from(settled(set.to_vec()).len()).unwrap_or(i64::MAX))
}

fn has(args: &[Value]) -> Result<Value, String> {
    Ok(match args {
        [Value::Set(set), Value::Text(text)] => Value::Bool(set.contains(text)),
        _ => Value::Null,
    })
}

/// All functions on sets.
pub(super) fn all() -> Vec<RowFunction> {
    let has_takes = Takes::Exactly(&[Kind::Set, Kind::Text]);
    vec![
        RowFunction::new(
            "set_of",
            ONE_SET,
            Kind::Set,
            one(|s| Value::Set(settled(s.to_vec()))),
        ),
        RowFunction::new("set_minus", TWO_SETS, Kind::Set, two(minus)),
        RowFunction::new("set_intersect", TWO_SETS, Kind::Set, two(intersect)),
        RowFunction::new("set_union", TWO_SETS, Kind::Set, two(union)),
        RowFunction::new("set_has", has_takes, Kind::Bool, has),
        RowFunction::new("set_size", ONE_SET, Kind::Int, one(size)),
        RowFunction::new(
            "set_empty",
            ONE_SET,
            Kind::Bool,
            one(|s| Value::Bool(s.is_empty())),
        ),
    ]
}
