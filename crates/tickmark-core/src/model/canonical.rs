//! Canonical JSON: one text for one value.
//!
//! Keys sorted by their UTF-8 bytes, no spaces, integers and texts and truth values and null, no fractions. The short escapes of
//! JSON (`\"`, `\\`, `\n`, `\t`, `\r`, `\b`, `\f`) and `\u00xx` for other control characters; everything else as UTF-8.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a value or text is not canonical JSON.
#[derive(Debug, thiserror::Error)]
pub enum CanonicalError {
    /// A number with a fraction or exponent, or beyond 64 bits.
    #[error("`{0}` is not an integer; digests need exact numbers, write it as text")]
    Fraction(String),
    /// Not JSON, or not of the wanted shape.
    #[error("not the expected JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The same value is written differently.
    #[error(
        "not canonical JSON: byte {0} differs from the canonical text; write it again with sorted keys and no spaces"
    )]
    Differs(usize),
}

/// The canonical text of a value.
///
/// # Errors
/// [`CanonicalError::Fraction`], or the value cannot be written as JSON (a map whose keys are no texts).
pub fn to_string<T: Serialize>(value: &T) -> Result<String, CanonicalError> {
    let mut out = String::new();
    write(&serde_json::to_value(value)?, &mut out)?;
    Ok(out)
}

/// Reads canonical JSON, strictly: the text must be the one [`to_string`] writes.
///
/// # Errors
/// Any other text.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CanonicalError> {
    let value: Value = serde_json::from_slice(bytes)?;
    let mut text = String::new();
    write(&value, &mut text)?;
    if text.as_bytes() != bytes {
        let same = text.bytes().zip(bytes).take_while(|(a, b)| a == *b).count();
        return Err(CanonicalError::Differs(same));
    }
    Ok(serde_json::from_value(value)?)
}

fn write(value: &Value, out: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Number(n) if n.is_f64() => return Err(CanonicalError::Fraction(n.to_string())),
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(map) => {
            // Sorted here: whether the map keeps its order depends on a feature that any crate may switch on.
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (n, (key, item)) in entries.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::to_string(key)?);
                out.push(':');
                write(item, out)?;
            }
            out.push('}');
        }
        other => out.push_str(&serde_json::to_string(other)?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn keys_are_sorted_and_texts_escaped_shortly() {
        let value = serde_json::json!({"b": [1, null, true], "a": "x\"\n\u{1}é", "B": -3});
        assert_eq!(
            to_string(&value).unwrap(),
            r#"{"B":-3,"a":"x\"\n\u0001é","b":[1,null,true]}"#
        );
    }

    #[test]
    fn any_other_text_of_the_same_value_is_refused() {
        let read = |t: &str| parse::<Value>(t.as_bytes());
        assert!(read(r#"{"a":1,"b":2}"#).is_ok());
        for bad in [
            r#"{"b":2,"a":1}"#,
            r#"{"a": 1}"#,
            r#"{"a":1.0}"#,
            r#"{"a":1,"a":1}"#,
            "[1,2]\n",
            r#""\u0041""#,
            r#"[1e3]"#,
            "[-0]",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
