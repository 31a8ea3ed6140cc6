//! Documents of the program as people fill them in on a page: the strict text of a new one, lines replaced in an old one, and what
//! differs. Pure; whether a document is valid is the engine's to say.

mod difference;
mod front;
mod lines;
mod scope;
mod short;

pub use difference::{Line, difference};
pub use lines::{replace_key, replace_section};
pub use scope::{BOUNDARY, Changed, Scope, boundary};
pub use short::{Field, Input, Kind};

/// A text as a browser sends it, as a document holds it: lines end with LF, the last one too.
#[must_use]
pub fn as_document(typed: &str) -> String {
    let mut text = typed.replace("\r\n", "\n").replace('\r', "\n");
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
