//! The provider's description of itself (OpenID Connect Discovery 1.0), checked before any of it is used.

use serde::Deserialize;
use url::Url;

use super::{SsoError, setup::secure};

/// How this server shows who it is when it exchanges the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientAuth {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
}

/// Where the provider takes what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Metadata {
    pub authorize: Url,
    pub token: String,
    pub keys: String,
    pub user: Option<String>,
    pub auth: ClientAuth,
    /// The provider promises its name in every answer (RFC 9207).
    pub names_itself: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Where an issuer describes itself.
pub(super) fn address(issuer: &str) -> String {
    format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    )
}

/// Reads a description. It must be of this very issuer: another one's would let that one speak for everybody.
pub(super) fn read(issuer: &str, bytes: &[u8]) -> Result<Metadata, SsoError> {
    let document: Document = serde_json::from_slice(bytes)
        .map_err(|_| SsoError::Provider("its description cannot be read"))?;
    if document.issuer != issuer {
        return Err(SsoError::Provider("its description names another issuer"));
    }
    let plain = issuer.starts_with("http://");
    let endpoint = |text: &str| {
        Url::parse(text)
            .ok()
            .filter(|url| secure(url) && (plain || url.scheme() == "https"))
            .ok_or(SsoError::Provider(
                "an address in its description is not safe",
            ))
    };
    if let Some(methods) = &document.code_challenge_methods_supported
        && !methods.iter().any(|m| m == "S256")
    {
        return Err(SsoError::Provider("it does not know PKCE with S256"));
    }
    Ok(Metadata {
        authorize: endpoint(&document.authorization_endpoint)?,
        token: endpoint(&document.token_endpoint)?.into(),
        keys: endpoint(&document.jwks_uri)?.into(),
        user: match &document.userinfo_endpoint {
            Some(text) => Some(endpoint(text)?.into()),
            None => None,
        },
        auth: client_auth(document.token_endpoint_auth_methods_supported.as_deref())?,
        names_itself: document.authorization_response_iss_parameter_supported,
    })
}

/// Said to be `client_secret_basic` if nothing is said.
fn client_auth(methods: Option<&[String]>) -> Result<ClientAuth, SsoError> {
    let has = |name: &str| methods.is_none_or(|m| m.iter().any(|m| m == name));
    if has("client_secret_basic") {
        Ok(ClientAuth::Basic)
    } else if has("client_secret_post") {
        Ok(ClientAuth::Post)
    } else {
        Err(SsoError::Provider("it takes no client secret"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://id.example/acme";

    fn described(change: impl FnOnce(&mut Value)) -> Result<Metadata, SsoError> {
        let mut document = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/acme/authorize",
            "token_endpoint": "https://id.example/acme/token",
            "jwks_uri": "https://keys.example/acme",
            "userinfo_endpoint": "https://id.example/acme/me",
        });
        change(&mut document);
        read(ISSUER, document.to_string().as_bytes())
    }

    #[test]
    fn a_description_is_read() {
        let read = described(|_| {}).unwrap();
        assert_eq!((read.auth, read.names_itself), (ClientAuth::Basic, false));
        assert_eq!(
            address(ISSUER),
            "https://id.example/acme/.well-known/openid-configuration"
        );
        assert_eq!(
            address("https://id.example/"),
            "https://id.example/.well-known/openid-configuration"
        );
        let post = described(|d| {
            d["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"])
        });
        assert_eq!(post.unwrap().auth, ClientAuth::Post);
    }

    #[test]
    fn a_description_that_could_lead_elsewhere_is_refused() {
        let wrong: [(&str, Value); 8] = [
            ("issuer", json!("https://evil.example")),
            ("issuer", json!("https://id.example/acme/")),
            ("authorization_endpoint", json!("javascript:alert(1)")),
            ("token_endpoint", json!("http://id.example/token")),
            ("token_endpoint", json!("http://127.0.0.1/token")),
            ("jwks_uri", json!("file:///etc/passwd")),
            ("code_challenge_methods_supported", json!(["plain"])),
            (
                "token_endpoint_auth_methods_supported",
                json!(["private_key_jwt"]),
            ),
        ];
        for (name, value) in wrong {
            let said = value.to_string();
            assert!(described(|d| d[name] = value).is_err(), "{name}: {said}");
        }
        assert!(
            described(|d| {
                d.as_object_mut().unwrap().remove("jwks_uri");
            })
            .is_err()
        );
    }
}
