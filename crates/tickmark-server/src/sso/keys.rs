//! The provider's public keys (RFC 7517) and the four signatures that are believed (RFC 7518, RFC 8037).

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

use super::token::unbase64url;

/// How an ID token may be signed. `none` and everything with a shared secret (`HS256`) is not in the list: a public key is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

impl Algorithm {
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "PS256" => Self::Ps256,
            "ES256" => Self::Es256,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// One public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    id: Option<String>,
    /// The one algorithm that the provider declares it for.
    only: Option<String>,
    numbers: Numbers,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Numbers {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// Uncompressed point.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// Most keys of a provider that are looked at.
const MOST_KEYS: usize = 50;

/// Reads a set of keys; what is no key for signatures that we know is left out. `None`: this is no set.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Key>> {
    let document: Document = serde_json::from_slice(bytes).ok()?;
    let keys = document.keys.into_iter().take(MOST_KEYS);
    Some(
        keys.filter_map(|value| serde_json::from_value::<Jwk>(value).ok().and_then(key))
            .collect(),
    )
}

fn key(jwk: Jwk) -> Option<Key> {
    if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
        return None;
    }
    let bytes = |text: Option<String>| unbase64url(&text?);
    let numbers = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", _) => Numbers::Rsa {
            n: trimmed(bytes(jwk.n)?),
            e: trimmed(bytes(jwk.e)?),
        },
        ("EC", Some("P-256")) => {
            let (x, y) = (bytes(jwk.x)?, bytes(jwk.y)?);
            if x.len() != 32 || y.len() != 32 {
                return None;
            }
            Numbers::P256([&[4], x.as_slice(), y.as_slice()].concat())
        }
        ("OKP", Some("Ed25519")) => Numbers::Ed25519(bytes(jwk.x)?),
        _ => return None,
    };
    Some(Key {
        id: jwk.kid,
        only: jwk.alg,
        numbers,
    })
}

/// Some providers write a leading zero, which says nothing.
fn trimmed(bytes: Vec<u8>) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|b| **b == 0).count();
    bytes.into_iter().skip(zeros).collect()
}

impl Key {
    /// Whether a token that names this algorithm and key may have been signed with it. The algorithm must fit the *key*, so that a token
    /// cannot choose how it is checked.
    pub fn fits(&self, algorithm: Algorithm, id: Option<&str>) -> bool {
        let kind = matches!(
            (&self.numbers, algorithm),
            (Numbers::Rsa { .. }, Algorithm::Rs256 | Algorithm::Ps256)
                | (Numbers::P256(_), Algorithm::Es256)
                | (Numbers::Ed25519(_), Algorithm::EdDsa)
        );
        let declared = self
            .only
            .as_deref()
            .is_none_or(|only| only == algorithm.name());
        let named = id.is_none() || self.id.is_none() || self.id.as_deref() == id;
        kind && declared && named
    }

    /// Whether these bytes are signed with it.
    pub fn verifies(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        let checked =
            match (&self.numbers, algorithm) {
                (Numbers::Rsa { n, e }, Algorithm::Rs256) => RsaPublicKeyComponents { n, e }
                    .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature),
                (Numbers::Rsa { n, e }, Algorithm::Ps256) => RsaPublicKeyComponents { n, e }
                    .verify(&RSA_PSS_2048_8192_SHA256, signed, signature),
                (Numbers::P256(point), Algorithm::Es256) => {
                    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                        .verify(signed, signature)
                }
                (Numbers::Ed25519(key), Algorithm::EdDsa) => {
                    UnparsedPublicKey::new(&ED25519, key).verify(signed, signature)
                }
                _ => return false,
            };
        checked.is_ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    /// RFC 7515, appendix A.2 and A.3; RFC 8037, appendix A.4: key, signed bytes, signature.
    fn published() -> [(Algorithm, Value, String, &'static str); 3] {
        let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        [
            (
                Algorithm::Rs256,
                json!({"kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}),
                format!("eyJhbGciOiJSUzI1NiJ9.{claims}"),
                "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            ),
            (
                Algorithm::Es256,
                json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}),
                format!("eyJhbGciOiJFUzI1NiJ9.{claims}"),
                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            ),
            (
                Algorithm::EdDsa,
                json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned(),
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
            ),
        ]
    }

    fn one(jwk: &Value) -> Option<Key> {
        read(json!({"keys": [jwk]}).to_string().as_bytes())
            .unwrap()
            .into_iter()
            .next()
    }

    #[test]
    fn the_published_signatures_verify_and_no_changed_one_does() {
        for (algorithm, jwk, signed, signature) in published() {
            let key = one(&jwk).unwrap();
            let mut signature = unbase64url(signature).unwrap();
            assert!(key.fits(algorithm, None) && key.fits(algorithm, Some("any")));
            assert!(
                key.verifies(algorithm, signed.as_bytes(), &signature),
                "{algorithm:?}"
            );
            let longer = format!("{signed}x");
            assert!(!key.verifies(algorithm, longer.as_bytes(), &signature));
            assert!(!key.verifies(algorithm, signed.as_bytes(), &[]));
            *signature.last_mut().unwrap() ^= 1;
            assert!(!key.verifies(algorithm, signed.as_bytes(), &signature));
        }
    }

    #[test]
    fn a_key_serves_for_its_own_kind_only() {
        use Algorithm::{EdDsa, Es256, Ps256, Rs256};
        for (own, jwk, signed, signature) in published() {
            let key = one(&jwk).unwrap();
            let signature = unbase64url(signature).unwrap();
            for other in [Rs256, Ps256, Es256, EdDsa] {
                let kin = (own, other) == (Rs256, Ps256);
                assert_eq!(key.fits(other, None), own == other || kin);
                assert_eq!(
                    key.verifies(other, signed.as_bytes(), &signature),
                    own == other
                );
            }
        }
        for name in ["none", "None", "HS256", "rs256", "RS512", ""] {
            assert_eq!(Algorithm::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_no_key_for_signatures_is_left_out() {
        let [(_, rsa, _, _), (_, ec, _, _), _] = published();
        for (change, value) in [
            ("use", json!("enc")),
            ("kty", json!("oct")),
            ("n", json!("!")),
        ] {
            let mut jwk = rsa.clone();
            jwk[change] = value;
            assert_eq!(one(&jwk), None, "{change}");
        }
        let mut short = ec;
        short["x"] = json!("AQAB");
        assert_eq!(one(&short), None);
        let mut declared = rsa;
        declared["alg"] = json!("PS256");
        declared["kid"] = json!("a");
        let key = one(&declared).unwrap();
        assert!(
            !key.fits(Algorithm::Rs256, None),
            "declared for another algorithm"
        );
        assert!(key.fits(Algorithm::Ps256, Some("a")) && !key.fits(Algorithm::Ps256, Some("b")));
        assert_eq!(read(b"[]"), None);
    }
}
