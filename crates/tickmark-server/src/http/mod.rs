//! What HTTP asks of every answer and every request, whatever they are about.

pub(crate) mod download;
pub(crate) mod fault;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod journal;
pub(crate) mod meters;
pub(crate) mod origin;
pub(crate) mod pace;
pub(crate) mod redirect;
pub(crate) mod upload;

pub use journal::Journal;
