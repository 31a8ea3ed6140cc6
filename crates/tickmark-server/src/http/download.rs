//! Files to hand out: downloads only, under a name that can do no harm.

use std::fmt::Write as _;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};

use super::headers::DOWNLOAD_POLICY;
use crate::house::Download;

/// The answer that a browser saves and never shows.
pub(crate) fn attachment(file: Download) -> Response {
    let length = file.bytes.len();
    let mut answer = Response::new(Body::from(file.bytes));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(DOWNLOAD_POLICY),
    );
    let disposition = HeaderValue::from_str(&disposition(&file.name))
        .unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    answer
}

/// `attachment` with the name twice (RFC 6266): plain letters for old programs, percent-encoded UTF-8 (RFC 8187) for all others.
fn disposition(name: &str) -> String {
    let name = safe_name(name);
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || " ._-()".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// A file name without folders, control signs, signs that reverse the reading direction, or a leading dot; at most 120 characters.
pub(crate) fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .map(|c| match c {
            '"' | '<' | '>' | ':' | '|' | '?' | '*' | ';' => '_',
            c => c,
        })
        .filter(|c| !c.is_control() && !invisible(*c))
        .collect();
    let kept = kept.trim_matches(|c: char| c == '.' || c.is_whitespace());
    if kept.is_empty() {
        return "download".to_owned();
    }
    shortened(kept)
}

/// Signs that are not seen and change what is: `\u{202e}fdp.exe` reads `exe.pdf`.
const fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The first characters, and the ending.
fn shortened(name: &str) -> String {
    const MOST: usize = 120;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let ending = name
        .rsplit_once('.')
        .map(|(_, e)| e)
        .filter(|e| e.chars().count() <= 10);
    match ending {
        Some(ending) => {
            let head: String = name.chars().take(MOST - 11).collect();
            format!("{head}.{ending}")
        }
        None => name.chars().take(MOST).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever a file is called, its name is one, and its header is one.
        #[test]
        fn every_name_becomes_a_safe_one(name in "\\PC{0,20}[/\\\\.\r\n\"; ]{0,4}\\PC{0,200}") {
            let safe = safe_name(&name);
            prop_assert!(!safe.is_empty() && safe.chars().count() <= 120);
            prop_assert!(!safe.starts_with('.') && !safe.contains(['/', '\\', '"', ';']));
            prop_assert!(!safe.chars().any(char::is_control));
            prop_assert!(HeaderValue::from_str(&disposition(&name)).is_ok());
        }
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let got = disposition("a\"; filename=evil.html\r\nSet-Cookie: x=1\r\n\r\n<script>");
        assert_eq!(
            got,
            "attachment; filename=\"a__ filename_evil.htmlSet-Cookie_ x_1_script_\"; \
             filename*=UTF-8''a__%20filename%3Devil.htmlSet-Cookie_%20x%3D1_script_"
        );
    }

    #[test]
    fn a_name_has_no_folders_and_no_hidden_signs() {
        assert_eq!(safe_name("../../etc/passwd"), "passwd");
        assert_eq!(safe_name("..\\..\\boot.ini"), "boot.ini");
        assert_eq!(safe_name("report\u{202e}fdp.exe"), "reportfdp.exe");
        assert_eq!(safe_name(".."), "download");
        assert_eq!(safe_name(".bashrc"), "bashrc");
        assert_eq!(safe_name("Prüfung 2026.pdf"), "Prüfung 2026.pdf");
        let long = format!("{}.xlsx", "x".repeat(400));
        assert_eq!(safe_name(&long).chars().count(), 114);
    }
}
