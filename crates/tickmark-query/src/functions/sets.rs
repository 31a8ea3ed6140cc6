//! Sets of texts, and items out of key parts. NULL in, NULL out: what is absent or unknown stays so.

use tickmark_core::{
    judge::job::{Kind, Value},
    model::ids::ItemId,
};

use super::row::{RowFunction, Takes};

const TWO_SETS: Takes = Takes::Exactly(&[Kind::Set, Kind::Set]);
const ONE_SET: Takes = Takes::Exactly(&[Kind::Set]);

fn two(f: impl Fn(&[String], &[String]) -> Vec<String>) -> impl Fn(&[Value]) -> Result<Value, String> {
    move |args| match args {
        [Value::Set(a), Value::Set(b)] => {
            let mut set = f(a, b);
            set.sort_unstable();
            set.dedup();
            Ok(Value::Set(set))
        }
        _ => Ok(Value::Null),
    }
}

fn one(f: impl Fn(&[String]) -> Value) -> impl Fn(&[Value]) -> Result<Value, String> {
    move |args| match args {
        [Value::Set(set)] => Ok(f(set)),
        _ => Ok(Value::Null),
    }
}

fn size(set: &[String]) -> i64 {
    let mut distinct: Vec<&String> = set.iter().collect();
    distinct.sort_unstable();
    distinct.dedup();
    i64::try_from(distinct.len()).unwrap_or(i64::MAX)
}

/// All functions on sets, and `item`.
pub(super) fn all() -> Vec<RowFunction> {
    vec![
        RowFunction::new("set_minus", TWO_SETS, Kind::Set, two(|a, b| a.iter().filter(|x| !b.contains(x)).cloned().collect()))
            .also("minus"),
        RowFunction::new(
            "set_intersect",
            TWO_SETS,
            Kind::Set,
            two(|a, b| a.iter().filter(|x| b.contains(x)).cloned().collect()),
        )
        .also("intersect"),
        RowFunction::new("set_union", TWO_SETS, Kind::Set, two(|a, b| a.iter().chain(b).cloned().collect())),
        RowFunction::new("set_size", ONE_SET, Kind::Int, one(|s| Value::Int(size(s)))).also("size"),
        RowFunction::new("set_empty", ONE_SET, Kind::Bool, one(|s| Value::Bool(s.is_empty()))).also("empty"),
        RowFunction::new("not_empty", ONE_SET, Kind::Bool, one(|s| Value::Bool(!s.is_empty()))),
        RowFunction::new("set_has", Takes::Exactly(&[Kind::Set, Kind::Text]), Kind::Bool, |args| {
            Ok(match args {
                [Value::Set(set), Value::Text(text)] => Value::Bool(set.contains(text)),
                _ => Value::Null,
            })
        })
        .also("contains"),
        RowFunction::new("item", Takes::Texts, Kind::Text, item),
    ]
}

/// Key parts to an item id (decision D17).
fn item(args: &[Value]) -> Result<Value, String> {
    let mut parts = Vec::with_capacity(args.len());
    for arg in args {
        match arg {
            Value::Text(text) => parts.push(text.as_str()),
            _ => return Ok(Value::Null),
        }
    }
    ItemId::from_key(&parts).map(|id| Value::Text(id.to_string())).map_err(|e| e.to_string())
}
