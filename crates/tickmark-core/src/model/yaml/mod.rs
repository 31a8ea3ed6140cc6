//! Documents written by people: a small YAML without surprises.
//!
//! The tree keeps every scalar as the text that was written and where it stood; types are asked for, never guessed. So `on`, `no`
//! and `1e3` stay text until somebody asks for a number, and an error can always say `file:line:column`. Anchors, aliases, tags,
//! directives, duplicate keys and keys that are no plain text are refused. The parser is the one inside `serde-saphyr`; the typed
//! half of that crate is not used here because it resolves scalars before we see them (`docs/decisions`).

mod reader;
mod tree;

pub use reader::{Fields, Reader};
pub use tree::{Node, Place, Value, parse};
