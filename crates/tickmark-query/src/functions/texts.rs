//! Items out of key parts, and times as text.

use tickmark_core::{
    judge::job::{Kind, Value},
    model::{ids::ItemId, time::Time},
};

use super::row::{RowFunction, Takes};

/// All functions that give text.
pub(super) fn all() -> Vec<RowFunction> {
    let time = Takes::Exactly(&[Kind::Time]);
    vec![
        RowFunction::new("item", Takes::Texts, Kind::Text, item),
        RowFunction::new("time_text", time, Kind::Text, |args| {
            Ok(match args {
                [Value::Time(t)] => Value::Text(Time::from_micros(*t).to_string()),
                _ => Value::Null,
            })
        }),
    ]
}

/// Key parts to an item id (decision D17); a missing part makes no item, an empty or overlong one is an error.
fn item(args: &[Value]) -> Result<Value, String> {
    let mut parts = Vec::with_capacity(args.len());
    for arg in args {
        match arg {
            Value::Text(text) => parts.push(text.as_str()),
            _ => return Ok(Value::Null),
        }
    }
    let id = ItemId::from_key(&parts).map_err(|e| e.to_string())?;
    Ok(Value::Text(id.to_string()))
}
