//! Single sign-on by OpenID Connect: what a provider says about somebody, believed only after every check.
//!
//! The code flow with PKCE (RFC 7636), `state`, `nonce`, and the issuer named in the answer (RFC 9207). Connections are made by whoever
//! gives an [`Outbound`]; time and randomness are arguments. Who may come in with what the provider says is decided in the room
//! `identity`. Signatures are checked with the library that TLS is checked with (docs/decisions/0007-single-sign-on.md).
//!
//! *Not trusted*: the browser that carries the answer. *Trusted*: the provider, for who somebody is and whether a mail address is theirs.

mod attempt;
mod keys;
mod metadata;
mod outbound;
mod provider;
mod setup;
mod token;

pub(crate) use attempt::Attempt;
pub use outbound::{Delivery, Errand, MOST_BYTES, Outbound, Undelivered};
pub(crate) use provider::{Answer, Person, Provider};
pub use setup::{SetupError, SingleSignOn};

/// Why somebody does not come in this way. Every text is ours: nothing that a browser or a provider sent is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SsoError {
    /// The answer cannot be believed, or the provider said no (403).
    #[error("{0}")]
    Refused(&'static str),
    /// The provider cannot be asked, or does not answer as the standard says (503). The text names the step.
    #[error(
        "the provider of single sign-on does not answer as it should ({0}); try again, and tell who runs this server if it stays"
    )]
    Provider(&'static str),
}

/// One and the same parameter twice is nobody's honest answer, and everything about a started sign-in is told alike.
pub(crate) const NOT_BEGUN: SsoError = SsoError::Refused(
    "this sign-in was not begun in this browser, took longer than ten minutes, or was finished already; begin again",
);
