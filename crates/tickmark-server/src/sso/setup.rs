//! How single sign-on is set up, read once at the door.

use std::fmt;

use url::{Host, Url};

/// Which provider is believed, and as whom this server asks it.
#[derive(Clone, PartialEq, Eq)]
pub struct SingleSignOn {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) domain: Option<String>,
}

impl fmt::Debug for SingleSignOn {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SingleSignOn({}, {})", self.issuer, self.client_id)
    }
}

/// Why single sign-on cannot be set up like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The issuer.
    #[error(
        "the issuer `{0}` is no `https` address without query (plain `http` works on this machine only); copy it from the provider's discovery document"
    )]
    Issuer(String),
    /// Client id or secret.
    #[error("the {0} of single sign-on is empty or holds blanks; copy it from the provider")]
    Client(&'static str),
    /// The mail domain.
    #[error("`{0}` is no mail domain; write it like example.com")]
    Domain(String),
}

impl SingleSignOn {
    /// A provider by its issuer, as the provider writes it, and this server's own name and secret there. With a `domain`, whoever the
    /// provider vouches for with a mail address of exactly that domain comes in as an employee without being invited.
    ///
    /// # Errors
    /// What cannot be: an issuer that is not `https`, an empty id or secret, a domain that is none.
    pub fn new(
        issuer: &str,
        client_id: &str,
        client_secret: &str,
        domain: Option<&str>,
    ) -> Result<Self, SetupError> {
        let wrong = || SetupError::Issuer(issuer.to_owned());
        let url = Url::parse(issuer).map_err(|_| wrong())?;
        if !secure(&url) || url.query().is_some() {
            return Err(wrong());
        }
        for (what, value) in [("client id", client_id), ("client secret", client_secret)] {
            if value.is_empty() || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
                return Err(SetupError::Client(what));
            }
        }
        Ok(Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            domain: domain.map(mail_domain).transpose()?,
        })
    }

    /// The domain whose people come in uninvited.
    pub(crate) fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }
}

/// Nobody between can read or change what is sent there: `https`, or plain `http` that does not leave this machine.
pub(super) fn secure(url: &Url) -> bool {
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    plain && (url.scheme() == "https" || (url.scheme() == "http" && here))
}

fn mail_domain(text: &str) -> Result<String, SetupError> {
    let domain = text.trim().to_ascii_lowercase();
    let labels = domain.split('.');
    let fine = domain.contains('.')
        && labels.clone().all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    if fine {
        Ok(domain)
    } else {
        Err(SetupError::Domain(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_an_issuer_that_nobody_between_can_play() {
        for issuer in [
            "https://id.example",
            "https://id.example/realms/acme",
            "http://127.0.0.1:4000",
            "http://localhost:4000/x",
            "http://[::1]:4000",
        ] {
            assert!(
                SingleSignOn::new(issuer, "a", "b", None).is_ok(),
                "{issuer}"
            );
        }
        for issuer in [
            "http://id.example",
            "http://127.0.0.1.evil.example",
            "https://id.example?x=y",
            "https://id.example#x",
            "https://me@id.example",
            "ftp://id.example",
            "id.example",
            "",
        ] {
            assert!(
                SingleSignOn::new(issuer, "a", "b", None).is_err(),
                "{issuer}"
            );
        }
    }

    #[test]
    fn a_secret_is_not_printed_and_never_empty() {
        let set = SingleSignOn::new("https://id.example", "us", "s3cret", None).unwrap();
        assert!(!format!("{set:?}").contains("s3cret"));
        assert!(SingleSignOn::new("https://id.example", "us", "", None).is_err());
        assert!(SingleSignOn::new("https://id.example", "us", "a\nb", None).is_err());
    }

    #[test]
    fn a_domain_is_one() {
        let domain = |text: &str| SingleSignOn::new("https://id.example", "a", "b", Some(text));
        assert_eq!(
            domain(" Acme.Example ").unwrap().domain(),
            Some("acme.example")
        );
        for text in [
            "",
            "acme",
            "@acme.example",
            "acme..example",
            "*.example",
            ".example",
        ] {
            assert!(domain(text).is_err(), "{text}");
        }
    }
}
