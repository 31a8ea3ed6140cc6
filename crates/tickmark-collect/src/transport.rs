//! Requests and answers, whoever answers them.

use std::collections::BTreeMap;

use tickmark_core::model::time::Time;

/// Largest answer that is taken.
pub const MAX_BODY: u64 = 64 << 20;

/// One GET request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The whole address.
    pub url: String,
    /// The address without the base: path and query. Recordings are found by it.
    pub target: String,
    /// `Accept` header.
    pub accept: String,
    /// When it is asked.
    pub at: Time,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// Status.
    pub status: u16,
    /// Headers, names in lower case; of several with one name the values are joined by `, `.
    pub headers: BTreeMap<String, String>,
    /// The body as received (transfer coding undone).
    pub body: Vec<u8>,
    /// Digest of the peer's certificate, where the transport knows it.
    pub tls_peer: Option<String>,
}

/// No answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Nobody answered, after all retries.
    #[error("`{target}` is unreachable: {why}")]
    Unreachable {
        /// Path and query.
        target: String,
        /// What happened.
        why: String,
    },
    /// The request may not be made: no HTTPS, another host, a secret that cannot be read.
    #[error("{0}")]
    Refused(String),
    /// A recording cannot be read.
    #[error("the recording is damaged: {0}")]
    Recording(String),
}

/// Whoever answers requests.
pub trait Transport {
    /// Answers one request.
    ///
    /// # Errors
    /// No answer; an answer with an error status is an answer.
    fn get(&self, request: &Request) -> Result<Response, TransportError>;
}
