//! The name a request is addressed to. A foreign name pointed at this machine (DNS rebinding) gets nothing.

use axum::http::{HeaderMap, Uri, header, uri::Authority};

/// Whether a request is addressed to this server: a loopback name, or one that was configured. A configured name without a port holds
/// for each port.
pub(crate) fn addressed(uri: &Uri, headers: &HeaderMap, names: &[String]) -> Option<String> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let written = hosts.next()?.to_str().ok()?;
    if hosts.next().is_some() {
        return None;
    }
    let host: Authority = written.parse().ok()?;
    if written.contains('@') || uri.authority().is_some_and(|a| *a != host) {
        return None;
    }
    let loopback = ["localhost", "127.0.0.1", "[::1]"].contains(&host.host());
    let named = names.iter().any(|name| {
        name.eq_ignore_ascii_case(host.host()) || name.eq_ignore_ascii_case(host.as_str())
    });
    (loopback || named).then(|| host.as_str().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn asked(host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        addressed(
            &Uri::from_static("/"),
            &headers,
            &["grc.acme.example".into()],
        )
        .is_some()
    }

    #[test]
    fn loopback_and_the_configured_name_on_any_port() {
        for host in [
            "localhost",
            "localhost:8080",
            "127.0.0.1:1",
            "[::1]:8080",
            "grc.acme.example",
            "GRC.acme.example:8443",
        ] {
            assert!(asked(host), "{host}");
        }
    }

    #[test]
    fn everything_else_is_somebody_else() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "evil@localhost",
            "grc.acme.example.evil.example",
            "",
            "localhost/x",
        ] {
            assert!(!asked(host), "{host}");
        }
    }
}
