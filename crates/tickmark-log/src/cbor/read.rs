//! Reading: a cursor that refuses everything the encoder would not have written. It does not allocate; [`decode`] does.

use super::{MAX_DEPTH, Value};

/// Why bytes are not deterministic CBOR, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("byte {at}: {fault}")]
pub struct CborError {
    /// Offset of the data item or byte, from the start of the input.
    pub at: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The input ends inside an item.
    #[error("the input ends inside a data item")]
    Truncated,
    /// Bytes after the item.
    #[error("bytes after the end")]
    Trailing,
    /// A number or length not in its shortest form.
    #[error("number not in its shortest form")]
    NotShortest,
    /// Indefinite length or a reserved head.
    #[error("indefinite length or reserved head")]
    Reserved,
    /// Negative numbers, tags, floats, null and other simple values.
    #[error("data type outside the subset")]
    Type,
    /// Another type than expected.
    #[error("another type or length than expected here")]
    Unexpected,
    /// Text that is not UTF-8.
    #[error("text is not UTF-8")]
    Utf8,
    /// Map keys out of order or twice.
    #[error("map keys not strictly ascending")]
    KeyOrder,
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested too deeply")]
    Depth,
}

/// The major types of the subset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Major {
    /// 0
    Uint,
    /// 2
    Bytes,
    /// 3
    Text,
    /// 4
    Array,
    /// 5
    Map,
    /// 7, argument 20 or 21
    Bool,
}

/// A strict cursor over the input.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub const fn new(all: &'a [u8]) -> Self {
        Self { all, at: 0 }
    }

    /// Offset of the next byte.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    const fn fail<T>(&self, fault: Fault) -> Result<T, CborError> {
        Err(CborError { at: self.at, fault })
    }

    /// The bytes from `start` to the cursor.
    #[must_use]
    pub fn since(&self, start: usize) -> &'a [u8] {
        self.all.get(start..self.at).unwrap_or_default()
    }

    /// Fails unless everything is read.
    ///
    /// # Errors
    /// [`Fault::Trailing`].
    pub fn end(&self) -> Result<(), CborError> {
        if self.at == self.all.len() {
            return Ok(());
        }
        self.fail(Fault::Trailing)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], CborError> {
        let end = self.at.checked_add(count);
        match end.and_then(|end| self.all.get(self.at..end)) {
            Some(bytes) => {
                self.at += count;
                Ok(bytes)
            }
            None => self.fail(Fault::Truncated),
        }
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        let rest = self.all.get(self.at..).unwrap_or_default();
        let Some(bytes) = rest.first_chunk::<N>() else {
            return self.fail(Fault::Truncated);
        };
        self.at += N;
        Ok(*bytes)
    }

    /// An argument in the bytes after the first one.
    fn argument(&mut self, info: u8, start: usize) -> Result<u64, CborError> {
        let (argument, least) = match info {
            24 => (u64::from(u8::from_be_bytes(self.fixed()?)), 24),
            25 => (u64::from(u16::from_be_bytes(self.fixed()?)), 0x100),
            26 => (u64::from(u32::from_be_bytes(self.fixed()?)), 0x1_0000),
            27 => (u64::from_be_bytes(self.fixed()?), 0x1_0000_0000),
            _ => return fault(start, Fault::Reserved),
        };
        if argument < least {
            return fault(start, Fault::NotShortest);
        }
        Ok(argument)
    }

    /// Steps over one byte if it is the next one: the fast way past a key that must stand here.
    pub(crate) fn step(&mut self, byte: u8) -> bool {
        let here = self.all.get(self.at) == Some(&byte);
        self.at += usize::from(here);
        here
    }

    /// Reads the head of the next item: its type and its number, length or count.
    ///
    /// # Errors
    /// Truncation, reserved or over-long heads, types outside the subset.
    #[inline]
    pub fn head(&mut self) -> Result<(Major, u64), CborError> {
        let start = self.at;
        let Some(&first) = self.all.get(start) else {
            return self.fail(Fault::Truncated);
        };
        self.at += 1;
        let major = match first >> 5 {
            0 => Major::Uint,
            2 => Major::Bytes,
            3 => Major::Text,
            4 => Major::Array,
            5 => Major::Map,
            7 if first == 0xf4 || first == 0xf5 => Major::Bool,
            _ => return fault(start, Fault::Type),
        };
        let argument = match first & 31 {
            info @ 0..=23 => u64::from(info),
            info => self.argument(info, start)?,
        };
        Ok((major, argument))
    }

    #[inline]
    fn expect(&mut self, wanted: Major) -> Result<u64, CborError> {
        let at = self.at;
        match self.head()? {
            (major, argument) if major == wanted => Ok(argument),
            _ => Err(CborError {
                at,
                fault: Fault::Unexpected,
            }),
        }
    }

    /// Reads an unsigned integer.
    ///
    /// # Errors
    /// Anything else.
    pub fn uint(&mut self) -> Result<u64, CborError> {
        self.expect(Major::Uint)
    }

    /// Reads the count of an array.
    ///
    /// # Errors
    /// Anything else.
    pub fn array(&mut self) -> Result<u64, CborError> {
        self.expect(Major::Array)
    }

    /// Reads the count of pairs of a map.
    ///
    /// # Errors
    /// Anything else.
    pub fn map(&mut self) -> Result<u64, CborError> {
        self.expect(Major::Map)
    }

    /// Reads a byte string.
    ///
    /// # Errors
    /// Anything else.
    pub fn bytes(&mut self) -> Result<&'a [u8], CborError> {
        let length = self.expect(Major::Bytes)?;
        self.payload(length)
    }

    /// Reads a byte string of exactly `N` bytes.
    ///
    /// # Errors
    /// Anything else.
    pub fn array_of<const N: usize>(&mut self) -> Result<&'a [u8; N], CborError> {
        let at = self.at;
        self.bytes()?.try_into().map_err(|_| CborError {
            at,
            fault: Fault::Unexpected,
        })
    }

    /// Reads text.
    ///
    /// # Errors
    /// Anything else.
    pub fn text(&mut self) -> Result<&'a str, CborError> {
        let length = self.expect(Major::Text)?;
        self.utf8(length)
    }

    fn payload(&mut self, length: u64) -> Result<&'a [u8], CborError> {
        match usize::try_from(length) {
            Ok(length) => self.take(length),
            Err(_) => self.fail(Fault::Truncated),
        }
    }

    fn utf8(&mut self, length: u64) -> Result<&'a str, CborError> {
        let at = self.at;
        std::str::from_utf8(self.payload(length)?).map_err(|_| CborError {
            at,
            fault: Fault::Utf8,
        })
    }

    /// Checks the next item without building it.
    ///
    /// # Errors
    /// Whatever [`Reader::value`] would refuse.
    pub fn skip(&mut self) -> Result<(), CborError> {
        self.skip_at(0)
    }

    fn skip_at(&mut self, depth: usize) -> Result<(), CborError> {
        let (major, argument) = self.head()?;
        match major {
            Major::Uint | Major::Bool => {}
            Major::Bytes => {
                self.payload(argument)?;
            }
            Major::Text => {
                self.utf8(argument)?;
            }
            Major::Array => {
                self.deeper(depth)?;
                for _ in 0..argument {
                    self.skip_at(depth + 1)?;
                }
            }
            Major::Map => {
                self.deeper(depth)?;
                let mut order = KeyOrder::default();
                for _ in 0..argument {
                    let key = self.at;
                    self.skip_at(depth + 1)?;
                    order.next(self, key)?;
                    self.skip_at(depth + 1)?;
                }
            }
        }
        Ok(())
    }

    const fn deeper(&self, depth: usize) -> Result<(), CborError> {
        if depth < MAX_DEPTH {
            return Ok(());
        }
        self.fail(Fault::Depth)
    }

    /// Reads the next item.
    ///
    /// # Errors
    /// Any departure from the deterministic subset.
    pub fn value(&mut self) -> Result<Value, CborError> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Result<Value, CborError> {
        let (major, argument) = self.head()?;
        Ok(match major {
            Major::Uint => Value::Uint(argument),
            Major::Bool => Value::Bool(argument == 21),
            Major::Bytes => Value::Bytes(self.payload(argument)?.to_vec()),
            Major::Text => Value::Text(self.utf8(argument)?.to_owned()),
            Major::Array => {
                self.deeper(depth)?;
                let mut items = Vec::new();
                for _ in 0..argument {
                    items.push(self.value_at(depth + 1)?);
                }
                Value::Array(items)
            }
            Major::Map => {
                self.deeper(depth)?;
                let mut order = KeyOrder::default();
                let mut pairs = Vec::new();
                for _ in 0..argument {
                    let start = self.at;
                    let key = self.value_at(depth + 1)?;
                    order.next(self, start)?;
                    pairs.push((key, self.value_at(depth + 1)?));
                }
                Value::Map(pairs)
            }
        })
    }
}

const fn fault<T>(at: usize, fault: Fault) -> Result<T, CborError> {
    Err(CborError { at, fault })
}

/// Map keys must ascend strictly by their encoded bytes (RFC 8949 section 4.2.1).
#[derive(Default)]
pub(crate) struct KeyOrder<'a>(Option<&'a [u8]>);

impl<'a> KeyOrder<'a> {
    /// Takes the key that starts at `start` and ends at the reader's cursor.
    pub(crate) fn next(&mut self, reader: &Reader<'a>, start: usize) -> Result<(), CborError> {
        let key = reader.since(start);
        if self.0.is_some_and(|before| before >= key) {
            return Err(CborError {
                at: start,
                fault: Fault::KeyOrder,
            });
        }
        self.0 = Some(key);
        Ok(())
    }
}

/// Decodes exactly one value; its encoding is the input, byte for byte.
///
/// # Errors
/// Any departure from the deterministic subset, with its offset.
pub fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    let mut reader = Reader::new(bytes);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}
