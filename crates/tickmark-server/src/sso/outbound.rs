//! Requests to the outside as an argument: this crate opens no connection.

use std::fmt;

/// One request. A `POST` of the form if there is one, a `GET` otherwise.
#[derive(Clone, PartialEq, Eq)]
pub struct Errand {
    /// Where to; `https`, or `http` to this very machine.
    pub url: String,
    /// Body as `application/x-www-form-urlencoded`.
    pub form: Option<String>,
    /// Value of the header `Authorization`.
    pub authorization: Option<String>,
}

impl fmt::Debug for Errand {
    /// Form and header hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Errand({})", self.url)
    }
}

/// What came back, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Status of HTTP.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
}

/// No answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no answer: {0}")]
pub struct Undelivered(pub String);

/// Most bytes of an answer that are read.
pub const MOST_BYTES: u64 = 1 << 20;

/// Runs errands.
///
/// Whoever implements it follows no redirect (an answer that redirects is an answer), accepts `application/json`, reads at most
/// [`MOST_BYTES`] and waits at most some seconds: a person waits in front of it.
pub trait Outbound: Send + Sync {
    /// Sends it and waits for the answer.
    ///
    /// # Errors
    /// No connection, no answer in time, or one that is too long.
    fn send(&self, errand: &Errand) -> Result<Delivery, Undelivered>;
}
