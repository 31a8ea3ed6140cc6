//! What is handed out by the trust page: under which words, and with whose name on every page. Pure.

mod claims;
mod terms;
mod watermark;

pub(crate) use claims::opinion_words;
pub use claims::{forbidden, headline, what_words};
pub use terms::{Terms, terms};
pub use watermark::{Unmarkable, check, mark};
