//! A second opinion: expressions evaluated row by row in Rust, without SQL.
//!
//! Slow and plain on purpose. Tests compare it with what the engine says about the compiled SQL.

use std::cmp::Ordering;

use super::{Comparison, Function, Node, Scope, sql::bit, sql::mask};
use crate::{
    judge::job::{JobContext, Value},
    model::time::{Day, Time, Weekday, Zone},
};

/// Most business days of a deadline; the engine refuses more.
const MAX_DAYS: u32 = 3_660;

/// One row as the interpreter sees it.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    /// Values in the order of the scope's columns.
    pub values: &'r [Value],
    /// `_unknown`.
    pub unknown: u64,
}

/// What an evaluation needs beside the row.
#[derive(Debug, Clone, Copy)]
pub struct Evaluation<'e> {
    /// Names and types.
    pub scope: &'e Scope,
    /// Parameter values.
    pub params: &'e super::sql::Params,
    /// Zone and holidays.
    pub context: &'e JobContext,
}

/// The decided truth value of a condition: `None` is unknown (decision D7).
#[must_use]
pub fn evaluate_d7(node: &Node, row: Row<'_>, with: Evaluation<'_>) -> Option<bool> {
    match evaluate(node, row, with) {
        Value::Bool(value) => Some(value),
        _ if row.unknown & mask(node, with.scope) != 0 => None,
        _ => Some(false),
    }
}

/// The value of an expression; `Value::Null` is SQL's NULL.
#[must_use]
pub fn evaluate(node: &Node, row: Row<'_>, with: Evaluation<'_>) -> Value {
    let value = |n: &Node| evaluate(n, row, with);
    let truth = |n: &Node| match value(n) {
        Value::Bool(b) => Some(b),
        _ => None,
    };
    match node {
        Node::Column(index) => row.values.get(*index).cloned().unwrap_or(Value::Null),
        Node::Literal(literal) => literal.clone(),
        Node::Param(name) => with.params.get(name).cloned().unwrap_or(Value::Null),
        Node::Compare(op, l, r) => boolean(compare(*op, &value(l), &value(r))),
        Node::And(l, r) => boolean(and(truth(l), truth(r))),
        Node::Or(l, r) => boolean(or(truth(l), truth(r))),
        Node::Not(inner) => boolean(truth(inner).map(|b| !b)),
        Node::IsNull(inner) => match value(inner) {
            Value::Null if row.unknown & mask(inner, with.scope) != 0 => Value::Null,
            found => Value::Bool(found == Value::Null),
        },
        Node::In(inner, list) => {
            let found = value(inner);
            let equal = |n: &Node| compare(Comparison::Equal, &found, &value(n));
            boolean(list.iter().map(equal).fold(Some(false), or))
        }
        Node::Arithmetic { minus, left, right } => arithmetic(*minus, &value(left), &value(right)),
        Node::ToDecimal(inner) => match value(inner) {
            Value::Int(n) => Value::Decimal(n.to_string()),
            _ => Value::Null,
        },
        Node::Call(Function::BusinessDeadline, arguments)
            if arguments
                .last()
                .is_some_and(|location| row.unknown & mask(location, with.scope) != 0) =>
        {
            // An absent location means the organization's calendar; an unreadable one means nothing.
            Value::Null
        }
        Node::Call(function, arguments) => call(
            *function,
            &arguments.iter().map(value).collect::<Vec<_>>(),
            with.context,
        ),
        Node::Unknown(index) => Value::Bool(row.unknown & bit(*index, with.scope) != 0),
    }
}

fn boolean(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
}

fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Decimal(a), Value::Decimal(b)) => Some(units(a).cmp(&units(b))),
        _ => Some(left.cmp(right)),
    }
}

/// A decimal in units of 10^-9.
fn units(text: &str) -> i128 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    sign * format!("{whole}{fraction:0<9}")
        .parse::<i128>()
        .unwrap_or(0)
}

fn compare(op: Comparison, left: &Value, right: &Value) -> Option<bool> {
    order(left, right).map(|o| match op {
        Comparison::Equal => o.is_eq(),
        Comparison::NotEqual => o.is_ne(),
        Comparison::Less => o.is_lt(),
        Comparison::LessOrEqual => o.is_le(),
        Comparison::Greater => o.is_gt(),
        Comparison::GreaterOrEqual => o.is_ge(),
    })
}

fn arithmetic(minus: bool, left: &Value, right: &Value) -> Value {
    let combine = |a: i64, b: i64| {
        if minus {
            a.wrapping_sub(b)
        } else {
            a.wrapping_add(b)
        }
    };
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Value::Int(combine(*a, *b)),
        (Value::Duration(a), Value::Duration(b)) => Value::Duration(combine(*a, *b)),
        _ => Value::Null,
    }
}

fn call(function: Function, arguments: &[Value], context: &JobContext) -> Value {
    use Value::{Bool, Date, Duration, Int, Set, Text, Time as At};
    match (function, arguments) {
        (Function::SetMinus, [Set(a), Set(b)]) => {
            Set(a.iter().filter(|x| !b.contains(x)).cloned().collect())
        }
        (Function::SetIntersect, [Set(a), Set(b)]) => {
            Set(a.iter().filter(|x| b.contains(x)).cloned().collect())
        }
        (Function::SetUnion, [Set(a), Set(b)]) => {
            let mut both: Vec<String> = a.iter().chain(b).cloned().collect();
            both.sort_unstable();
            both.dedup();
            Set(both)
        }
        (Function::SetHas, [Set(a), Text(x)]) => Bool(a.contains(x)),
        (Function::SetSize, [Set(a)]) => Int(i64::try_from(a.len()).unwrap_or(i64::MAX)),
        (Function::SetEmpty, [Set(a)]) => Bool(a.is_empty()),
        (Function::NotEmpty, [Set(a)]) => Bool(!a.is_empty()),
        (Function::Lower, [Text(t)]) => Text(t.to_lowercase()),
        (Function::StartsWith, [Text(t), Text(p)]) => Bool(t.starts_with(p.as_str())),
        (Function::Min, [a, b]) => pick(a, b, Ordering::Less),
        (Function::Max, [a, b]) => pick(a, b, Ordering::Greater),
        (Function::TimePlus, [At(t), Duration(d)]) => At(t.wrapping_add(*d)),
        (Function::TimeBetween, [At(a), At(b)]) => Duration(a.wrapping_sub(*b)),
        (Function::LocalDay, [At(t), Text(zone)]) => {
            local(*t, zone, |_, day| Date(day.epoch_days()))
        }
        (Function::EndOfDay, [At(t), Text(zone)]) => {
            local(*t, zone, |z, day| At(z.end_of(day).micros()))
        }
        (Function::BusinessDeadline, [At(t), Int(days), Text(zone), location]) => {
            let location = if let Text(name) = location {
                Some(name.as_str())
            } else {
                None
            };
            local(*t, zone, |z, day| {
                let due = business_day(day, *days, location, context);
                due.map_or(Value::Null, |due| At(z.end_of(due).micros()))
            })
        }
        _ => Value::Null,
    }
}

fn pick(a: &Value, b: &Value, wanted: Ordering) -> Value {
    match order(a, b) {
        None => Value::Null,
        Some(found) if found == wanted || found.is_eq() => a.clone(),
        Some(_) => b.clone(),
    }
}

fn local(us: i64, zone: &str, then: impl Fn(&Zone, Day) -> Value) -> Value {
    Zone::parse(zone).map_or(Value::Null, |z| then(&z, z.day_of(Time::from_micros(us))))
}

/// The n-th business day after a day. An absent location has the organization's calendar, the first; for one without a
/// calendar there is no answer (the engine stops there).
fn business_day(day: Day, days: i64, location: Option<&str>, context: &JobContext) -> Option<Day> {
    let calendar = match location {
        None | Some("") => context.calendars.first(),
        Some(name) => Some(context.calendars.iter().find(|c| c.location == name)?),
    };
    let weekday = |d: Day| !matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday);
    let open = |d: Day| calendar.map_or_else(|| weekday(d), |c| c.is_business_day(d));
    let mut day = day;
    let mut left = u32::try_from(days).ok().filter(|d| *d <= MAX_DAYS)?;
    let mut idle = 0;
    while left > 0 || !open(day) {
        day = day.plus_days(1);
        idle = if open(day) { 0 } else { idle + 1 };
        if left > 0 && open(day) {
            left -= 1;
        }
        // Two years without a business day: the calendar leaves none, or time has ended.
        if idle > 732 {
            return None;
        }
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::model::calendar::{Base, Calendar};

    #[test]
    fn a_deadline_that_never_comes_is_no_answer() {
        let day = Day::new(2026, 1, 2).unwrap();
        let mut context = JobContext::default();
        assert_eq!(business_day(day, i64::MAX, None, &context), None);
        assert_eq!(business_day(day, -1, None, &context), None);
        assert_eq!(
            business_day(day, 1, None, &context),
            Day::new(2026, 1, 5).ok()
        );
        let mut closed = Calendar::new("nowhere", Base::None);
        closed.weekend.extend([
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
        ]);
        context.calendars.push(closed);
        assert_eq!(business_day(day, 1, None, &context), None);
    }
}
