//! Files compiled into the program.

use crate::pages;

/// Media type and bytes of a file.
pub(crate) fn find(name: &str) -> Option<(&'static str, &'static [u8])> {
    FILES
        .iter()
        .find(|(known, _, _)| *known == name)
        .map(|(_, media, bytes)| (*media, *bytes))
}

const FILES: [(&str, &str, &[u8]); 3] = [
    (
        "style.css",
        "text/css; charset=utf-8",
        pages::STYLE.as_bytes(),
    ),
    (
        "page.js",
        "text/javascript; charset=utf-8",
        pages::SCRIPT.as_bytes(),
    ),
    ("icon.svg", "image/svg+xml", pages::ICON.as_bytes()),
];
