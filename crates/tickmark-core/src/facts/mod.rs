//! Raw bytes to typed rows, pure.
//!
//! A population's [`schema::Schema`] says what a fact may be, a [`mapping::Mapping`] says where it lies in the bytes of a source, and
//! [`read`] makes [`row::Row`]s or rejections with their place: nothing is dropped silently.

pub mod git;
pub mod intervals;
pub mod mapping;
pub mod message;
pub mod people;
pub mod plan;
pub mod read;
pub mod row;
pub mod schema;
pub mod source;
pub mod yaml;
