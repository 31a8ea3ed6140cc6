//! One sign-in that was begun: three values that only the browser that began it can come back with.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::token::base64url;
use crate::identity::hex;

/// A begun sign-in, by the secret in its browser's cookie. Everything is derived from it: nothing has to be kept, and none of the values
/// tells another one.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a>(pub &'a str);

impl Attempt<'_> {
    /// Binds the answer to the browser.
    pub fn state(self) -> String {
        hex(&self.derived("state"))
    }

    /// Binds the ID token to this sign-in.
    pub fn nonce(self) -> String {
        hex(&self.derived("nonce"))
    }

    /// What only we can show for the code (RFC 7636): 64 letters and digits.
    pub fn verifier(self) -> String {
        hex(&self.derived("verifier"))
    }

    /// What the provider sees of it before (`S256`).
    pub fn challenge(self) -> String {
        base64url(&Sha256::digest(self.verifier().as_bytes()))
    }

    /// Whether this is the state that was sent out.
    pub fn is(self, state: &str) -> bool {
        self.state().as_bytes().ct_eq(state.as_bytes()).into()
    }

    fn derived(self, what: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"tickmark/single-sign-on/");
        hash.update(what.as_bytes());
        hash.update(b"\n");
        hash.update(self.0.as_bytes());
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_differ_and_belong_to_one_browser() {
        let (one, other) = (Attempt("a"), Attempt("b"));
        let all = [one.state(), one.nonce(), one.verifier(), other.state()];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert!(one.is(&one.state()) && !one.is(&other.state()) && !one.is(""));
    }

    /// RFC 7636, appendix B: the challenge is base64url of SHA-256 of the verifier's letters.
    #[test]
    fn the_challenge_of_the_rfc() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = base64url(&Sha256::digest(verifier.as_bytes()));
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let ours = Attempt("x").verifier();
        assert!((43..=128).contains(&ours.len()));
    }
}
