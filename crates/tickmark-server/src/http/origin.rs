//! Requests that change something must come from our own pages. No token in forms: browsers say where a request comes from.

use axum::http::{HeaderMap, header};

/// Whether a request that changes something may have been made by a page of ours.
///
/// `Sec-Fetch-Site` must be `same-origin` where a browser sends it. `Origin` must be ours where it is sent; it must be there if the other is
/// not. A request that says neither is refused: no browser of the last years makes one, and programs use tokens.
pub(crate) fn ours(headers: &HeaderMap, host: &str, tls: bool) -> bool {
    let site = match single(headers, "sec-fetch-site") {
        Ok(site) => site,
        Err(Twice) => return false,
    };
    let origin = match single(headers, header::ORIGIN.as_str()) {
        Ok(origin) => origin,
        Err(Twice) => return false,
    };
    let scheme = if tls { "https" } else { "http" };
    let own = format!("{scheme}://{host}");
    match (site, origin) {
        (Some(site), None) => site == "same-origin",
        // `null` is what a page with a strict referrer policy says of itself; the browser still knows that it is ours. A sandboxed or foreign
        // page says `null` too, but then `Sec-Fetch-Site` is `cross-site`.
        (Some(site), Some(origin)) => {
            site == "same-origin" && (origin == "null" || origin.eq_ignore_ascii_case(&own))
        }
        (None, Some(origin)) => origin.eq_ignore_ascii_case(&own),
        (None, None) => false,
    }
}

/// A header that came twice, or that is no text: nothing to trust.
struct Twice;

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Twice> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else {
        return Ok(None);
    };
    match (first.to_str(), values.next()) {
        (Ok(text), None) => Ok(Some(text)),
        _ => Err(Twice),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn where_a_request_comes_from() {
        let cases: [(Option<&str>, Option<&str>, bool); 16] = [
            (Some("same-origin"), Some("http://localhost:8080"), true),
            (Some("same-origin"), None, true),
            (None, Some("http://localhost:8080"), true),
            (None, None, false),
            (None, Some("null"), false),
            (Some("same-origin"), Some("null"), true),
            (Some("cross-site"), Some("null"), false),
            (None, Some("https://localhost:8080"), false),
            (None, Some("http://localhost"), false),
            (None, Some("http://evil.example"), false),
            (Some("same-origin"), Some("http://evil.example"), false),
            (Some("same-site"), Some("http://localhost:8080"), false),
            (Some("cross-site"), Some("http://localhost:8080"), false),
            (Some("cross-site"), None, false),
            (Some("none"), None, false),
            (Some(""), Some("http://localhost:8080"), false),
        ];
        for (site, origin, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            let got = ours(&headers, "localhost:8080", false);
            assert_eq!(got, expected, "{site:?} {origin:?}");
        }
    }

    #[test]
    fn a_header_sent_twice_is_refused() {
        let mut headers = HeaderMap::new();
        headers.append(header::ORIGIN, "http://localhost:8080".parse().unwrap());
        headers.append(header::ORIGIN, "http://evil.example".parse().unwrap());
        assert!(!ours(&headers, "localhost:8080", false));
    }
}
