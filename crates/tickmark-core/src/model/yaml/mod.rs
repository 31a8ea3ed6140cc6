//! Documents written by people: a small YAML without surprises.
//!
//! The tree keeps every scalar as the text that was written and where it stood; types are asked for, never guessed. So `on`, `no`
//! and `1e3` stay text until somebody asks for a number, and an error can always say `file:line:column`. Anchors, aliases, tags,
//! directives, duplicate keys and keys that are no plain text are refused (`docs/decisions/0004-documents-and-state.md`).

mod reader;
mod tree;

pub use reader::{Fields, Reader};
pub use tree::{Node, Place, Placed, Value, parse};
