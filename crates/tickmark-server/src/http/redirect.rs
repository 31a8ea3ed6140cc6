//! Where to go after signing in. Only a path of this server.

/// The path to go on to, `/` for anything that could lead elsewhere.
///
/// Browsers read a backslash like a slash and drop tabs and line feeds, so `/\evil.example` and `/<TAB>/evil.example` leave the server;
/// therefore only letters, digits and a few signs pass.
pub(crate) fn next(wish: Option<&str>) -> &str {
    let Some(path) = wish else { return "/" };
    let plain = path
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"/-_.~?=&%+,".contains(&b));
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains("/..");
    let ends = path.starts_with("/sign-") || path.starts_with("/welcome");
    if plain && local && !ends && path.len() <= 500 {
        path
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::next;

    proptest! {
        /// Whatever is wished, the way stays on this server.
        #[test]
        fn never_leads_elsewhere(wish in "[/\\\\\t\r\n a-z:.?%@]{0,12}") {
            let path = next(Some(&wish));
            prop_assert!(path.starts_with('/') && !path.starts_with("//"));
            prop_assert!(path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\'));
        }
    }

    #[test]
    fn a_path_of_ours_is_kept() {
        for path in ["/controls/CHG-01", "/tests/CHG-01.approval?page=2", "/"] {
            assert_eq!(next(Some(path)), path);
        }
    }

    #[test]
    fn everything_that_leads_elsewhere_is_home() {
        for path in [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/@evil.example:x",
            "evil.example",
            "/../../x",
            "/sign-in?next=/x",
            "",
            " /x",
            "/x\r\nset-cookie: a=b",
        ] {
            assert_eq!(next(Some(path)), "/", "{path:?}");
        }
        assert_eq!(next(None), "/");
    }
}
