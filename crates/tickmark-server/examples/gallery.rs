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
#[path = "../tests/it/pages/collected.rs"]
mod collected;
#[path = "../tests/it/pages/duty.rs"]
mod duty;
#[path = "../tests/it/pages/outside.rs"]
mod outside;
#[path = "../tests/it/pages/registers.rs"]
mod registers;
#[path = "../tests/it/pages/reviewed.rs"]
mod reviewed;
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
    let mut house = sample::house();
    duty::add(&mut house, &[("ada", "ada@ledgerline.example")]);
    let owner = tickmark_server::Viewer {
        stands_for: Some("Head of engineering".into()),
        ..sample::viewer(Role::Owner)
    };
    let staff = [Role::Employee, Role::ControlOwner, Role::Auditor].map(sample::viewer);
    for viewer in staff.iter().chain([&owner]) {
        let wanted = all::wanted(&house, sample::entry(), sample::grid());
        for (name, page) in all::all(&house, viewer, sample::now(), &wanted) {
            let mine = ["due", "mine", "engagement", "receipt", "hand-in"];
            if mine.iter().any(|m| name.starts_with(m)) {
                let page = page.into_string().replace("\"/assets/", "\"assets/");
                let name = format!("{}-{name}.html", viewer.role.name());
                std::fs::write(folder.join(name), page)?;
            }
        }
    }
    let house = outside::house();
    let pages = outside::outside(&house).into_iter();
    for (name, page) in pages.chain(outside::inside(&house)) {
        let page = page.into_string().replace("\"/assets/", "\"assets/");
        std::fs::write(folder.join(format!("{name}.html")), page)?;
    }
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
