//! The paths an entry may have: a fixed list, nothing a file system could misread.

use crate::hex;

/// Disclosed blobs: this and the commitment in hexadecimal.
pub const BLOBS: &str = "blobs/";
/// Files of the control library and other attachments listed by the manifest.
pub const LIBRARY: &str = "library/";

const MAX_PATH: usize = 200;

/// True for `checkpoint`, `leaves`, `manifest`, `policy`, `salts`, `blobs/<64 hex digits>` and `library/<path>`, the
/// latter of letters, digits, `.`, `_`, `-` in components that are not empty and do not start with `.`.
#[must_use]
pub fn is_path(path: &str) -> bool {
    if let Some(commitment) = path.strip_prefix(BLOBS) {
        return hex::decode::<32>(commitment).is_some();
    }
    if let Some(rest) = path.strip_prefix(LIBRARY) {
        return path.len() <= MAX_PATH && rest.split('/').all(is_component);
    }
    matches!(
        path,
        "checkpoint" | "leaves" | "manifest" | "policy" | "salts"
    )
}

fn is_component(component: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !component.is_empty() && !component.starts_with('.') && component.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_a_fixed_list() {
        let blob = format!("{BLOBS}{}", "0a".repeat(32));
        for good in ["leaves", "library/CHG-01.md", "library/a/b.c/d_e", &blob] {
            assert!(is_path(good), "{good}");
        }
        let long = format!("{LIBRARY}{}", "a".repeat(193));
        let upper = format!("{BLOBS}{}", "0A".repeat(32));
        for bad in [
            "",
            "Leaves",
            "leaf",
            "library",
            "library/",
            "library/../x",
            "library/.x",
            "library//x",
            "/leaves",
            "library/x/",
            "library/a\\b",
            "library/a\0",
            "library/ä",
            "blobs/",
            "blobs/00",
            "salts/x",
            &long,
            &upper,
        ] {
            assert!(!is_path(bad), "{bad:?}");
        }
    }
}
