//! Numbered fields of a body: written in order, read once each, none left over.

use std::collections::BTreeMap;

use tickmark_log::{cbor::Value, digest::Digest};

use super::BodyError;

/// Collects the fields of one body.
#[derive(Default)]
pub(super) struct Writer(BTreeMap<u64, Value>);

impl Writer {
    pub(super) fn uint(mut self, key: u64, value: u64) -> Self {
        self.0.insert(key, Value::Uint(value));
        self
    }

    pub(super) fn optional(self, key: u64, value: Option<u64>) -> Self {
        match value {
            Some(value) => self.uint(key, value),
            None => self,
        }
    }

    pub(super) fn flag(mut self, key: u64, value: bool) -> Self {
        self.0.insert(key, Value::Bool(value));
        self
    }

    pub(super) fn text(mut self, key: u64, value: impl ToString) -> Self {
        self.0.insert(key, Value::Text(value.to_string()));
        self
    }

    pub(super) fn digest(mut self, key: u64, value: Digest) -> Self {
        self.0.insert(key, Value::Bytes(value.0.to_vec()));
        self
    }

    pub(super) fn bytes(mut self, key: u64, value: &[u8]) -> Self {
        self.0.insert(key, Value::Bytes(value.to_vec()));
        self
    }

    pub(super) fn uints(mut self, key: u64, values: &[u64]) -> Self {
        self.0.insert(
            key,
            Value::Array(values.iter().copied().map(Value::Uint).collect()),
        );
        self
    }

    pub(super) fn texts(mut self, key: u64, values: &[String]) -> Self {
        self.0.insert(
            key,
            Value::Array(values.iter().cloned().map(Value::Text).collect()),
        );
        self
    }

    pub(super) fn done(self) -> BTreeMap<u64, Value> {
        self.0
    }
}

/// Hands out the fields of one body by number.
pub(super) struct Reader {
    kind: &'static str,
    left: BTreeMap<u64, Value>,
}

impl Reader {
    pub(super) fn new(kind: &'static str, body: &BTreeMap<u64, Value>) -> Self {
        Self {
            kind,
            left: body.clone(),
        }
    }

    fn wrong(&self, field: u64, what: &'static str) -> BodyError {
        BodyError {
            kind: self.kind.to_owned(),
            field,
            what,
        }
    }

    fn take(&mut self, field: u64) -> Result<Value, BodyError> {
        self.left
            .remove(&field)
            .ok_or_else(|| self.wrong(field, "is missing"))
    }

    pub(super) fn uint(&mut self, field: u64) -> Result<u64, BodyError> {
        match self.take(field)? {
            Value::Uint(value) => Ok(value),
            _ => Err(self.wrong(field, "is not a number")),
        }
    }

    pub(super) fn optional(&mut self, field: u64) -> Result<Option<u64>, BodyError> {
        if self.left.contains_key(&field) {
            self.uint(field).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A number that stands for one of a closed list of meanings.
    pub(super) fn one_of<T>(
        &mut self,
        field: u64,
        of: impl FnOnce(u64) -> Option<T>,
    ) -> Result<T, BodyError> {
        let value = self.uint(field)?;
        of(value).ok_or_else(|| self.wrong(field, "has a value without a meaning"))
    }

    pub(super) fn flag(&mut self, field: u64) -> Result<bool, BodyError> {
        match self.take(field)? {
            Value::Bool(value) => Ok(value),
            _ => Err(self.wrong(field, "is not true or false")),
        }
    }

    pub(super) fn text(&mut self, field: u64) -> Result<String, BodyError> {
        match self.take(field)? {
            Value::Text(value) => Ok(value),
            _ => Err(self.wrong(field, "is not text")),
        }
    }

    /// Text that must parse as a name.
    pub(super) fn name<T: std::str::FromStr>(&mut self, field: u64) -> Result<T, BodyError> {
        let text = self.text(field)?;
        text.parse()
            .map_err(|_| self.wrong(field, "is not a name of this kind"))
    }

    pub(super) fn bytes(&mut self, field: u64) -> Result<Vec<u8>, BodyError> {
        match self.take(field)? {
            Value::Bytes(value) => Ok(value),
            _ => Err(self.wrong(field, "is not a byte string")),
        }
    }

    /// A byte string of a fixed length.
    pub(super) fn array<const N: usize>(&mut self, field: u64) -> Result<[u8; N], BodyError> {
        let bytes = self.bytes(field)?;
        bytes
            .try_into()
            .map_err(|_| self.wrong(field, "has the wrong length"))
    }

    pub(super) fn digest(&mut self, field: u64) -> Result<Digest, BodyError> {
        self.array(field).map(Digest)
    }

    pub(super) fn uints<const N: usize>(&mut self, field: u64) -> Result<[u64; N], BodyError> {
        let Value::Array(values) = self.take(field)? else {
            return Err(self.wrong(field, "is not a list"));
        };
        let numbers: Vec<u64> = values
            .into_iter()
            .filter_map(|v| {
                if let Value::Uint(n) = v {
                    Some(n)
                } else {
                    None
                }
            })
            .collect();
        numbers
            .try_into()
            .map_err(|_| self.wrong(field, "is not a list of that many numbers"))
    }

    pub(super) fn texts(&mut self, field: u64) -> Result<Vec<String>, BodyError> {
        let Value::Array(values) = self.take(field)? else {
            return Err(self.wrong(field, "is not a list"));
        };
        values
            .into_iter()
            .map(|v| {
                if let Value::Text(t) = v {
                    Ok(t)
                } else {
                    Err(self.wrong(field, "holds more than text"))
                }
            })
            .collect()
    }

    /// Refuses what nobody asked for.
    pub(super) fn end(self) -> Result<(), BodyError> {
        match self.left.keys().next() {
            Some(field) => Err(self.wrong(*field, "is not known to this version")),
            None => Ok(()),
        }
    }
}
