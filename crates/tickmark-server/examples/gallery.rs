//! Writes every page of the invented engagement into a folder as static files, to be looked at: `cargo run --example gallery -- DIR`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    dead_code,
    reason = "an example shares the tests' house"
)]

#[path = "../tests/it/pages/all.rs"]
mod all;
#[path = "../tests/it/pages/sample.rs"]
mod sample;

use std::path::Path;

use tickmark_server::{Role, pages};

fn main() -> std::io::Result<()> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "pages".to_owned());
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder.join("assets"))?;
    std::fs::write(folder.join("assets/style.css"), pages::STYLE)?;
    std::fs::write(folder.join("assets/page.js"), pages::SCRIPT)?;
    for (prefix, house) in [("", sample::house()), ("first-", sample::bare())] {
        let wanted = all::wanted(&house, sample::entry(), sample::grid());
        for (name, page) in all::all(&house, &sample::viewer(Role::Owner), sample::now(), &wanted) {
            // Opened from the disk, the only addresses that matter are those of the assets.
            let page = page.into_string().replace("\"/assets/", "\"assets/");
            std::fs::write(folder.join(format!("{prefix}{name}.html")), page)?;
        }
    }
    Ok(())
}
