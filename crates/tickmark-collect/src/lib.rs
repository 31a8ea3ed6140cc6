//! The only room that connects to sources.
//!
//! It fetches bytes and tells what it fetched, never what they mean: a [`transport::Transport`] answers requests (live or recorded),
//! [`stream::run`] follows the pages of a declared stream, [`git`], [`file`] and [`plan`] read what lies on disk. Pages go into a
//! [`Sink`]; what is told about them is a manifest whose records are counted afterwards by `facts::read`.

pub mod date;
pub mod file;
pub mod git;
pub mod link;
pub mod live;
pub mod plan;
pub mod recorded;
pub mod stream;
pub mod transport;

/// Takes pages as they are fetched.
pub trait Sink {
    /// Takes one page and returns its position in the entry's list of pages.
    ///
    /// # Errors
    /// The page cannot be kept (disk full, for example); the collection stops.
    fn page(&mut self, bytes: &[u8]) -> Result<u32, SinkError>;
}

/// A page cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a page cannot be kept: {0}")]
pub struct SinkError(pub String);

/// Pages kept in memory, for small collections and tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages(pub Vec<Vec<u8>>);

impl Sink for Pages {
    fn page(&mut self, bytes: &[u8]) -> Result<u32, SinkError> {
        let position = u32::try_from(self.0.len())
            .map_err(|_| SinkError("more pages than an entry can list".to_owned()))?;
        self.0.push(bytes.to_vec());
        Ok(position)
    }
}
