//! Deterministic CBOR: the subset of RFC 8949 section 4.2.1 that a leaf may use.
//!
//! Unsigned integers, byte strings, UTF-8 text, arrays, maps and booleans; definite lengths, shortest forms, map keys
//! strictly ascending by their encoded bytes. Each value has exactly one encoding; anything else is refused.

mod encode;
mod read;

pub use encode::{encode, encode_into, head};
pub use read::{CborError, Fault, Major, Reader, decode};

/// Arrays and maps may nest this deep.
pub const MAX_DEPTH: usize = 16;

/// A decoded value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Major type 0.
    Uint(u64),
    /// Major type 2.
    Bytes(Vec<u8>),
    /// Major type 3, valid UTF-8.
    Text(String),
    /// Major type 4.
    Array(Vec<Value>),
    /// Major type 5. [`encode`] sorts the pairs; [`decode`] gives them sorted.
    Map(Vec<(Value, Value)>),
    /// Simple values 20 and 21.
    Bool(bool),
}
