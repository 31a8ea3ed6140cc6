//! Writes a company into a folder, or only its truth: `cargo run -p tickmark-sim --example company SEED PEOPLE MONTHS [FOLDER]`
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an example that writes files and may stop at the first surprise"
)]

use std::{fs, path::PathBuf};

use tickmark_sim::{Config, Sink, simulate};

struct Folder(PathBuf);

impl Sink for Folder {
    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), String> {
        let path = self.0.join(path);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&self.0))?;
            fs::write(&path, bytes)
        };
        write().map_err(|e| format!("{}: {e}", path.display()))
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |n: usize, default: u64| args.get(n).map_or(default, |a| a.parse().unwrap());
    let mut config = Config::with_seed(number(0, 7)).unwrap();
    config.people = u32::try_from(number(1, 200)).unwrap();
    config.months = u8::try_from(number(2, 12)).unwrap();
    let company = simulate(&config).unwrap();
    println!("{}", company.truth_json());
    if let Some(folder) = args.get(3) {
        company
            .write_to(&mut Folder(PathBuf::from(folder)))
            .unwrap();
    }
}
