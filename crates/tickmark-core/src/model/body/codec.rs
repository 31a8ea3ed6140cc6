use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use tickmark_log::cbor::Value;
use tickmark_log::digest::Digest;

use crate::model::time::{Day, Span, Time};

/// Why a map is no body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// A kind that this version does not know.
    #[error("kind `{0}` is unknown to this version; use the version that wrote it or a later one")]
    Kind(String),
    /// A key is missing or of another type.
    #[error("key {key} of a `{kind}` body is not {what}")]
    Key {
        /// Kind of the entry.
        kind: &'static str,
        /// Key in the map.
        key: u64,
        /// What it should be, with article.
        what: &'static str,
    },
    /// Keys or values that this kind does not write.
    #[error(
        "a `{0}` body holds what this version would not write; use the version that wrote it or a later one"
    )]
    Extra(&'static str),
}

/// 9999-12-31, the last day that can be written, in days since 1970-01-01.
const LAST_DAY: i32 = 2_932_896;

/// A map under construction.
#[derive(Default)]
pub(super) struct Out(BTreeMap<u64, Value>);

impl Out {
    pub(super) fn done(self) -> BTreeMap<u64, Value> {
        self.0
    }

    pub(super) fn put(mut self, key: u64, value: Value) -> Self {
        self.0.insert(key, value);
        self
    }

    pub(super) fn maybe(self, key: u64, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    pub(super) fn uint(self, key: u64, value: u64) -> Self {
        self.put(key, Value::Uint(value))
    }

    pub(super) fn text(self, key: u64, value: impl Display) -> Self {
        self.put(key, Value::Text(value.to_string()))
    }

    pub(super) fn digest(self, key: u64, value: &Digest) -> Self {
        self.put(key, digest(value))
    }

    pub(super) fn time(self, key: u64, value: Time) -> Self {
        self.put(key, time(value))
    }

    pub(super) fn uints(self, key: u64, values: &[u64]) -> Self {
        self.put(
            key,
            Value::Array(values.iter().copied().map(Value::Uint).collect()),
        )
    }
}

pub(super) fn digest(value: &Digest) -> Value {
    Value::Bytes(value.as_bytes().to_vec())
}

pub(super) fn time(value: Time) -> Value {
    Value::Uint(value.micros_u64())
}

pub(super) fn day(value: Day) -> Value {
    Value::Uint(u64::try_from(value.epoch_days()).unwrap_or(0))
}

/// A map being read.
pub(super) struct In<'a> {
    pub(super) kind: &'static str,
    pub(super) map: &'a BTreeMap<u64, Value>,
}

impl In<'_> {
    pub(super) fn wrong(&self, key: u64, what: &'static str) -> BodyError {
        BodyError::Key {
            kind: self.kind,
            key,
            what,
        }
    }

    pub(super) fn has(&self, key: u64) -> bool {
        self.map.contains_key(&key)
    }

    pub(super) fn uint(&self, key: u64) -> Result<u64, BodyError> {
        match self.map.get(&key) {
            Some(Value::Uint(n)) => Ok(*n),
            _ => Err(self.wrong(key, "a number")),
        }
    }

    pub(super) fn small(&self, key: u64) -> Result<u32, BodyError> {
        u32::try_from(self.uint(key)?).map_err(|_| self.wrong(key, "a number below 2^32"))
    }

    pub(super) fn bool(&self, key: u64) -> Result<bool, BodyError> {
        match self.map.get(&key) {
            Some(Value::Bool(b)) => Ok(*b),
            _ => Err(self.wrong(key, "a truth value")),
        }
    }

    pub(super) fn text(&self, key: u64) -> Result<String, BodyError> {
        match self.map.get(&key) {
            Some(Value::Text(text)) => Ok(text.clone()),
            _ => Err(self.wrong(key, "a text")),
        }
    }

    pub(super) fn name<T: FromStr>(&self, key: u64, what: &'static str) -> Result<T, BodyError> {
        self.text(key)?.parse().map_err(|_| self.wrong(key, what))
    }

    pub(super) fn bytes<const N: usize>(&self, key: u64) -> Result<[u8; N], BodyError> {
        match self.map.get(&key) {
            Some(Value::Bytes(bytes)) => bytes
                .as_slice()
                .try_into()
                .map_err(|_| self.wrong(key, "bytes of the right length")),
            _ => Err(self.wrong(key, "bytes")),
        }
    }

    pub(super) fn digest(&self, key: u64) -> Result<Digest, BodyError> {
        self.bytes::<32>(key).map(Digest)
    }

    pub(super) fn time(&self, key: u64) -> Result<Time, BodyError> {
        self.uint(key).map(Time::from_micros_u64)
    }

    pub(super) fn day(&self, key: u64) -> Result<Day, BodyError> {
        self.uint(key).and_then(|n| self.to_day(key, n))
    }

    pub(super) fn to_day(&self, key: u64, days: u64) -> Result<Day, BodyError> {
        let wrong = || self.wrong(key, "a day");
        let epoch = Day::new(1970, 1, 1).map_err(|_| wrong())?;
        i32::try_from(days)
            .ok()
            .filter(|n| *n <= LAST_DAY)
            .map(|n| epoch.plus_days(n))
            .ok_or_else(wrong)
    }

    pub(super) fn array(&self, key: u64) -> Result<&[Value], BodyError> {
        match self.map.get(&key) {
            Some(Value::Array(values)) => Ok(values),
            _ => Err(self.wrong(key, "an array")),
        }
    }

    pub(super) fn uints<const N: usize>(&self, key: u64) -> Result<[u64; N], BodyError> {
        self.to_uints(key, self.array(key)?)
    }

    pub(super) fn to_uints<const N: usize>(
        &self,
        key: u64,
        values: &[Value],
    ) -> Result<[u64; N], BodyError> {
        let wrong = || self.wrong(key, "an array of so many numbers");
        let numbers: Option<Vec<u64>> = values
            .iter()
            .map(|v| {
                if let Value::Uint(n) = v {
                    Some(*n)
                } else {
                    None
                }
            })
            .collect();
        numbers.ok_or_else(wrong)?.try_into().map_err(|_| wrong())
    }

    /// Places in a list: ascending, none twice.
    pub(super) fn places(&self, key: u64) -> Result<Vec<u32>, BodyError> {
        let wrong = || self.wrong(key, "an array of ascending places");
        let mut out: Vec<u32> = Vec::new();
        for value in self.array(key)? {
            let place = match value {
                Value::Uint(n) => u32::try_from(*n).ok(),
                _ => None,
            };
            let place = place
                .filter(|n| out.last().is_none_or(|last| last < n))
                .ok_or_else(wrong)?;
            out.push(place);
        }
        Ok(out)
    }

    /// First instant, and first instant after.
    pub(super) fn span(&self, key: u64) -> Result<Span, BodyError> {
        let [from, until] = self.uints(key)?;
        Ok(Span {
            from: Time::from_micros_u64(from),
            until: Time::from_micros_u64(until),
        })
    }

    pub(super) fn spans(&self, key: u64) -> Result<Vec<(Time, Time)>, BodyError> {
        let pair = |value: &Value| match value {
            Value::Array(two) => {
                let [from, until] = self.to_uints(key, two)?;
                Ok((Time::from_micros_u64(from), Time::from_micros_u64(until)))
            }
            _ => Err(self.wrong(key, "an array of pairs of times")),
        };
        self.array(key)?.iter().map(pair).collect()
    }
}

/// Pairs of times as an array of arrays.
pub(super) fn spans(values: &[(Time, Time)]) -> Value {
    Value::Array(
        values
            .iter()
            .map(|(from, until)| Value::Array(vec![time(*from), time(*until)]))
            .collect(),
    )
}

/// Bytes as lower-case hexadecimal text, in the view of an entry.
pub(super) fn bytes_text<S: serde::Serializer>(
    bytes: &impl AsRef<[u8]>,
    to: S,
) -> Result<S::Ok, S::Error> {
    let text: String = bytes.as_ref().iter().map(|b| format!("{b:02x}")).collect();
    to.serialize_str(&text)
}
