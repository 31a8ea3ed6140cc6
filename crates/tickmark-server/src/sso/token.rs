//! The ID token: who somebody is, in the provider's signed words (OpenID Connect Core 1.0, section 3.1.3.7; RFC 7519).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest as _, Sha256, Sha512};
use subtle::ConstantTimeEq as _;
use tickmark_core::model::time::{SECOND_US, Time};

use super::{
    SsoError,
    keys::{Algorithm, Key},
};

/// Clocks may differ by that much.
const SKEW_US: i64 = 60 * SECOND_US;
/// Longest token that is looked at, bytes.
const LONGEST: usize = 32 << 10;

/// What a token must say to be the answer to our question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: Time,
}

/// What the provider says about somebody, in the token or when asked for more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Said {
    pub sub: String,
    pub email: Option<String>,
    /// Some providers write the word in quotes.
    pub email_verified: Option<serde_json::Value>,
    pub name: Option<String>,
}

impl Said {
    /// The mail address, if the provider says that it is theirs.
    pub fn verified_mail(&self) -> Option<&str> {
        let verified = match &self.email_verified {
            Some(serde_json::Value::Bool(verified)) => *verified,
            Some(serde_json::Value::String(word)) => word == "true",
            _ => false,
        };
        self.email.as_deref().filter(|_| verified)
    }
}

/// A token that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Believed {
    pub said: Said,
    algorithm: Algorithm,
    at_hash: Option<String>,
}

impl Believed {
    /// Whether an access token came with this very ID token; unsaid, nothing contradicts it.
    pub fn came_with(&self, access: &str) -> bool {
        let digest = match self.algorithm {
            Algorithm::EdDsa => Sha512::digest(access.as_bytes()).to_vec(),
            _ => Sha256::digest(access.as_bytes()).to_vec(),
        };
        let half = digest.get(..digest.len() / 2).unwrap_or_default();
        self.at_hash
            .as_ref()
            .is_none_or(|at_hash| *at_hash == base64url(half))
    }
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disbelief {
    /// It names a key that is not in the set; the provider may have changed its keys.
    UnknownKey,
    /// Everything else.
    No(&'static str),
}

impl From<Disbelief> for SsoError {
    fn from(why: Disbelief) -> Self {
        Self::Refused(match why {
            Disbelief::UnknownKey => {
                "the provider's answer is signed with a key that it does not publish"
            }
            Disbelief::No(why) => why,
        })
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// What we would have to understand.
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    at_hash: Option<String>,
    #[serde(flatten)]
    said: Said,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Believes a token or says why not. The signature comes first: nothing of an unsigned text is looked at.
pub(super) fn believe(
    token: &str,
    keys: &[Key],
    expected: Expected<'_>,
) -> Result<Believed, Disbelief> {
    let unreadable = Disbelief::No("the provider's answer cannot be read");
    if token.len() > LONGEST {
        return Err(unreadable);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(unreadable)?;
    let (header, claims) = signed.split_once('.').ok_or(unreadable)?;
    let part = |text: &str| unbase64url(text).ok_or(unreadable);
    let (header, payload, signature) = (part(header)?, part(claims)?, part(signature)?);
    let header: Header = serde_json::from_slice(&header).map_err(|_| unreadable)?;
    let algorithm = signed_by(&header, keys, signed, &signature)?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| unreadable)?;
    for_us(&claims, expected)?;
    in_time(&claims, expected.now)?;
    let Claims { said, at_hash, .. } = claims;
    if said.sub.is_empty() || said.sub.len() > 255 {
        return Err(unreadable);
    }
    Ok(Believed {
        said,
        algorithm,
        at_hash,
    })
}

fn signed_by(
    header: &Header,
    keys: &[Key],
    signed: &str,
    signature: &[u8],
) -> Result<Algorithm, Disbelief> {
    let algorithm = Algorithm::from_name(&header.alg).filter(|_| header.crit.is_none());
    let Some(algorithm) = algorithm else {
        return Err(Disbelief::No(
            "the provider's answer is not signed in a way that can be believed",
        ));
    };
    let mut fitting = keys
        .iter()
        .filter(|key| key.fits(algorithm, header.kid.as_deref()))
        .peekable();
    if fitting.peek().is_none() {
        return Err(Disbelief::UnknownKey);
    }
    if fitting.any(|key| key.verifies(algorithm, signed.as_bytes(), signature)) {
        Ok(algorithm)
    } else {
        Err(Disbelief::No(
            "the signature of the provider's answer is wrong",
        ))
    }
}

/// It speaks of the right issuer, to us, about this sign-in.
fn for_us(claims: &Claims, expected: Expected<'_>) -> Result<(), Disbelief> {
    if claims.iss != expected.issuer {
        return Err(Disbelief::No("the answer is of another provider"));
    }
    let (to_us, alone) = match &claims.aud {
        Audience::One(one) => (one == expected.client_id, true),
        Audience::Many(many) => (
            many.iter().any(|a| a == expected.client_id),
            many.len() == 1,
        ),
    };
    let authorized = match &claims.azp {
        Some(azp) => azp == expected.client_id,
        None => alone,
    };
    if !to_us || !authorized {
        return Err(Disbelief::No(
            "the provider's answer is meant for another service",
        ));
    }
    let nonce = claims.nonce.as_deref().unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
        return Err(Disbelief::No(
            "the provider's answer belongs to another sign-in",
        ));
    }
    Ok(())
}

fn in_time(claims: &Claims, now: Time) -> Result<(), Disbelief> {
    // Saturates: what lies beyond the years of a clock is as far away as can be.
    let at = |seconds: f64| Time::from_micros((seconds * 1e6) as i64);
    if now >= at(claims.exp).plus(SKEW_US) {
        return Err(Disbelief::No(
            "the provider's answer has run out; begin again",
        ));
    }
    let early = |seconds: f64| at(seconds) > now.plus(SKEW_US);
    if early(claims.iat) || claims.nbf.is_some_and(early) {
        return Err(Disbelief::No(
            "the provider's answer is of the future: its clock and this server's differ",
        ));
    }
    Ok(())
}

/// Base64 for addresses and tokens, without padding (RFC 7515, appendix C).
pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of base64url; padding, blanks and bits that say nothing are refused.
pub(super) fn unbase64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use proptest::prelude::*;
    use ring::signature::{Ed25519KeyPair, KeyPair as _};
    use serde_json::{Value, json};

    use super::*;

    const NOW_S: i64 = 1_800_000_000;

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn keys(id: &str) -> Vec<Key> {
        let x = base64url(pair(7).public_key().as_ref());
        let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": id, "x": x}]});
        super::super::keys::read(set.to_string().as_bytes()).unwrap()
    }

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "aud": "us", "sub": "248", "nonce": "n-1", "iat": NOW_S, "exp": NOW_S + 300,
            "email": "ada@acme.example", "email_verified": true,
        })
    }

    fn sealed(header: &Value, claims: &Value, seed: u8) -> String {
        let signed = format!(
            "{}.{}",
            base64url(header.to_string().as_bytes()),
            base64url(claims.to_string().as_bytes())
        );
        let signature = pair(seed).sign(signed.as_bytes());
        format!("{signed}.{}", base64url(signature.as_ref()))
    }

    fn header() -> Value {
        json!({"alg": "EdDSA", "kid": "k"})
    }

    fn heard(token: &str) -> Result<Believed, Disbelief> {
        let expected = Expected {
            issuer: "https://id.example",
            client_id: "us",
            nonce: "n-1",
            now: Time::from_micros(NOW_S * SECOND_US),
        };
        believe(token, &keys("k"), expected)
    }

    fn with(change: impl FnOnce(&mut Value)) -> Result<Believed, Disbelief> {
        let mut claims = claims();
        change(&mut claims);
        heard(&sealed(&header(), &claims, 7))
    }

    #[test]
    fn the_right_token_is_believed() {
        let believed = with(|_| {}).unwrap();
        assert_eq!(believed.said.sub, "248");
        assert_eq!(believed.said.verified_mail(), Some("ada@acme.example"));
        with(|c| c["aud"] = json!(["us"])).unwrap();
        with(|c| {
            c["aud"] = json!(["us", "them"]);
            c["azp"] = json!("us");
        })
        .unwrap();
        with(|c| c["exp"] = json!(NOW_S as f64 - 59.5)).unwrap();
        with(|c| c["iat"] = json!(NOW_S + 59)).unwrap();
    }

    #[test]
    fn a_token_that_says_something_else_is_not() {
        let changes: [(&str, Value); 15] = [
            ("iss", json!("https://evil.example")),
            ("iss", json!("https://id.example/")),
            ("aud", json!("them")),
            ("aud", json!([])),
            ("aud", json!(["us", "them"])),
            ("azp", json!("them")),
            ("nonce", json!("n-2")),
            ("nonce", Value::Null),
            ("exp", json!(NOW_S - 60)),
            ("exp", json!("tomorrow")),
            ("iat", json!(NOW_S + 61)),
            ("nbf", json!(NOW_S + 61)),
            ("sub", json!("")),
            ("sub", json!(7)),
            ("sub", json!("x".repeat(256))),
        ];
        for (name, value) in changes {
            let said = value.to_string();
            assert!(with(|c| c[name] = value).is_err(), "{name}: {said}");
        }
        for name in ["iss", "aud", "sub", "exp", "iat", "nonce"] {
            let without = |c: &mut Value| {
                c.as_object_mut().unwrap().remove(name);
            };
            assert!(with(without).is_err(), "{name}");
        }
    }

    #[test]
    fn a_token_cannot_choose_how_it_is_checked() {
        let unsigned = |alg: &str| {
            let header = json!({"alg": alg, "kid": "k"});
            let sealed = sealed(&header, &claims(), 7);
            let (signed, signature) = sealed.rsplit_once('.').unwrap();
            [format!("{signed}."), format!("{signed}.{signature}")]
        };
        for alg in [
            "none", "None", "nOnE", "HS256", "RS256", "ES256", "PS256", "",
        ] {
            for token in unsigned(alg) {
                assert!(heard(&token).is_err(), "{alg}: {token}");
            }
        }
        let crit = json!({"alg": "EdDSA", "kid": "k", "crit": ["b64"]});
        assert!(heard(&sealed(&crit, &claims(), 7)).is_err());
        let own = json!({"alg": "EdDSA", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": base64url(pair(8).public_key().as_ref())}});
        assert!(
            heard(&sealed(&own, &claims(), 8)).is_err(),
            "a key in the token is no key"
        );
    }

    #[test]
    fn an_unknown_key_is_told_apart_from_a_wrong_signature() {
        let other = json!({"alg": "EdDSA", "kid": "new"});
        assert_eq!(
            heard(&sealed(&other, &claims(), 7)),
            Err(Disbelief::UnknownKey)
        );
        assert!(matches!(
            heard(&sealed(&header(), &claims(), 8)),
            Err(Disbelief::No(_))
        ));
        let unnamed = json!({"alg": "EdDSA"});
        assert!(heard(&sealed(&unnamed, &claims(), 7)).is_ok());
    }

    #[test]
    fn what_is_said_of_a_mail_address() {
        for (verified, counts) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(false), false),
            (json!("false"), false),
            (json!(1), false),
            (json!("yes"), false),
            (Value::Null, false),
        ] {
            let word = verified.to_string();
            let believed = with(|c| c["email_verified"] = verified).unwrap();
            assert_eq!(believed.said.verified_mail().is_some(), counts, "{word}");
        }
        let nothing = with(|c| {
            c.as_object_mut().unwrap().remove("email");
        })
        .unwrap();
        assert_eq!(nothing.said.verified_mail(), None);
    }

    #[test]
    fn an_access_token_belongs_to_its_id_token() {
        let hash = Sha512::digest(b"access");
        let believed = with(|c| c["at_hash"] = json!(base64url(&hash[..32]))).unwrap();
        assert!(believed.came_with("access") && !believed.came_with("other"));
        assert!(with(|_| {}).unwrap().came_with("any"));
    }

    proptest! {
        /// Whatever is changed in a token, it is not believed.
        #[test]
        fn no_changed_token_is_believed(at in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_.=-]") {
            let token = sealed(&header(), &claims(), 7);
            let at = at.index(token.len());
            let changed = format!("{}{letter}{}", &token[..at], &token[at + 1..]);
            prop_assert!(changed == token || heard(&changed).is_err());
        }

        /// Whatever comes, the answer is an answer.
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,200}") {
            prop_assert!(heard(&text).is_err());
        }
    }
}
