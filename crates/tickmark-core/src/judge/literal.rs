//! Values written as text: literals of expressions, parameters of controls, cells of fixtures; and back to SQL.

use crate::model::time::{Day, Time};

use super::job::{Kind, Value};

/// Why a text is not a value of its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {what}")]
pub struct LiteralError {
    text: String,
    what: &'static str,
}

impl Kind {
    /// The type as control files write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Decimal => "decimal",
            Self::Time => "time",
            Self::Date => "date",
            Self::Duration => "duration",
            Self::Set => "set",
        }
    }
}

/// Reads a value of a known type from text, as literals and fixtures write it.
///
/// # Errors
/// The text is not a value of that type; the message says how one is written.
pub fn parse(kind: Kind, text: &str) -> Result<Value, LiteralError> {
    let refuse = |what| LiteralError {
        text: text.to_owned(),
        what,
    };
    Ok(match kind {
        Kind::Text => Value::Text(text.to_owned()),
        Kind::Bool => Value::Bool(text.parse().map_err(|_| refuse("`true` or `false`"))?),
        Kind::Int => Value::Int(text.parse().map_err(|_| refuse("a whole number"))?),
        Kind::Decimal => {
            Value::Decimal(decimal(text).ok_or_else(|| {
                refuse("a decimal number with at most nine digits after the point")
            })?)
        }
        Kind::Time => Value::Time(
            Time::parse(text)
                .map_err(|_| refuse("a time like 2026-01-02T10:00:00Z"))?
                .micros(),
        ),
        Kind::Date => Value::Date(
            Day::parse(text)
                .map_err(|_| refuse("a day like 2026-01-02"))?
                .epoch_days(),
        ),
        Kind::Duration => {
            Value::Duration(duration(text).ok_or_else(|| refuse("a duration like 24 hours"))?)
        }
        Kind::Set => {
            let mut set: Vec<String> = text
                .split(';')
                .map(str::trim)
                .filter(|s| !s.is_empty())
                .map(str::to_owned)
                .collect();
            set.sort_unstable();
            set.dedup();
            Value::Set(set)
        }
    })
}

/// `1.50` as `1.5`: digits, at most nine after the point, no exponent, no superfluous zero.
fn decimal(text: &str) -> Option<String> {
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let fraction = if plain(fraction) {
        fraction.trim_end_matches('0')
    } else {
        return None;
    };
    if !plain(whole) || whole.len() > 29 || fraction.len() > 9 {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if whole == "0" && fraction.is_empty() {
        ""
    } else {
        sign
    };
    Some(if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    })
}

/// `24 hours`, `90 minutes`, `3 days` (of 24 hours) in microseconds.
fn duration(text: &str) -> Option<i64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: i64 = number.parse().ok()?;
    let seconds = match unit.trim().trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return None,
    };
    number.checked_mul(seconds)?.checked_mul(1_000_000)
}

/// Text as an SQL literal.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A name as an SQL identifier that keeps its case and is never a keyword.
#[must_use]
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value as a typed SQL literal.
#[must_use]
pub fn sql(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Text(text) => quoted(text),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) | Value::Duration(value) => whole(*value),
        Value::Decimal(text) => format!("CAST('{text}' AS DECIMAL(38, 9))"),
        Value::Time(us) => format!("time_of({})", whole(*us)),
        Value::Date(days) => Day::new(1970, 1, 1).map_or_else(
            |_| "NULL".to_owned(),
            |epoch| format!("DATE '{}'", epoch.plus_days(*days)),
        ),
        Value::Set(set) if set.is_empty() => "set_minus(make_array(''), make_array(''))".to_owned(),
        Value::Set(set) => format!(
            "make_array({})",
            set.iter().map(|s| quoted(s)).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// A whole number; a negative one in brackets, so that `a - -1` never becomes a comment.
fn whole(value: i64) -> String {
    if value < 0 {
        format!("({value})")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn literals_are_read_by_type() {
        assert_eq!(
            parse(Kind::Duration, "24 hours").unwrap(),
            Value::Duration(86_400_000_000)
        );
        assert_eq!(
            parse(Kind::Decimal, "01.50").unwrap(),
            Value::Decimal("1.5".into())
        );
        assert_eq!(
            parse(Kind::Set, "b; a;b").unwrap(),
            Value::Set(vec!["a".into(), "b".into()])
        );
        assert_eq!(
            parse(Kind::Date, "2026-01-02").unwrap(),
            Value::Date(20_455)
        );
        for (kind, text) in [
            (Kind::Bool, "yes"),
            (Kind::Int, "1.0"),
            (Kind::Decimal, "1e3"),
            (Kind::Decimal, "1."),
            (Kind::Decimal, "0.1234567891"),
            (Kind::Time, "2026-01-02T10:00:00"),
            (Kind::Date, "2026-02-30"),
            (Kind::Duration, "3 moons"),
        ] {
            assert!(parse(kind, text).is_err(), "{text}");
        }
    }

    #[test]
    fn quotes_in_text_stay_text() {
        assert_eq!(sql(&Value::Text("it's".into())), "'it''s'");
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
    }
}
