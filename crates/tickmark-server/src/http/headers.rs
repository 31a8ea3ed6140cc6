//! Headers that stand on every answer, errors included.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Nothing is loaded or sent anywhere but here; no script in a page, no frame, no base.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The policy of a download: even if somebody shows it in place, it can do nothing.
pub(crate) const DOWNLOAD_POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// Sets them. What a handler has chosen stays (a download's policy, an asset's caching).
///
/// The referrer policy is `same-origin`, not `no-referrer`: with the latter browsers send `Origin: null` with our own forms, and over plain
/// HTTP in a local network there is no `Sec-Fetch-Site` to tell them from forged ones. To other sites both send nothing.
pub(crate) fn secure(headers: &mut HeaderMap, tls: bool) {
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(HeaderName::from_static("permissions-policy"))
        .or_insert(HeaderValue::from_static(
            "camera=(), geolocation=(), microphone=(), payment=()",
        ));
    if tls {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000"));
    }
}
