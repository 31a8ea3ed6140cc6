//! The history is one that git and the product read, and what is planted in it is what the product's rows show.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use tickmark_collect::{Pages, git};
use tickmark_core::{
    facts::{
        git as facts,
        read::{PageBytes, Read, Reader},
        row::{Cell, Row},
        schema::Schema,
    },
    model::time::{Time, Zone},
};
use tickmark_sim::{Company, GitHistory};

use crate::{files, library, lived, small};

const TEST: &str = "CHG-03.reference";

/// The company's histories below a folder.
fn written(company: &Company, dir: &Path) -> Vec<GitHistory> {
    for (path, bytes) in &files(company).0 {
        if path.starts_with("repositories/") {
            let path = dir.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
    company.histories()
}

/// What git prints about a repository.
fn asked(dir: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(args)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {args:?}: {told}");
    String::from_utf8(output.stdout).unwrap() + &told
}

/// Rows of `git_commit` as the product reads them.
fn rows(dir: &Path, history: &GitHistory, schema: &Schema) -> Vec<Row> {
    let mut pages = Pages::default();
    let collected = git::collect(&dir.join(&history.path), Some(&history.name), &mut pages);
    let collected = collected.unwrap();
    let mapping = facts::mapping(schema).unwrap();
    let mut reader = Reader::new(&mapping, schema, &collected.params, 7, Time::from_micros(0));
    let mut rows = Vec::new();
    for (blob, bytes) in (0..).zip(&pages.0) {
        let page = PageBytes {
            blob,
            parent: "",
            with: &BTreeMap::new(),
            bytes,
        };
        let mut take = |read| match read {
            Read::Row(row) => rows.push(row),
            Read::Rejected(rejected) => panic!("{rejected:?}"),
        };
        reader.page(page, &mut take).unwrap();
    }
    assert_eq!(rows.len() as u64, collected.commits);
    rows
}

#[test]
fn git_finds_nothing_wrong() {
    let company = lived(&small(1));
    let folder = tempfile::tempdir().unwrap();
    for history in written(&company, folder.path()) {
        let dir = folder.path().join(&history.path);
        let told = asked(&dir, &["fsck", "--strict", "--full", "--no-dangling"]);
        assert_eq!(told.trim(), "", "git fsck");
        let count = |args: &[&str]| -> usize { asked(&dir, args).trim().parse().unwrap() };
        let objects = files(&company);
        let objects = objects.0.keys().filter(|path| path.contains("/objects/"));
        // One object is the tree without files.
        assert_eq!(count(&["rev-list", "--count", "main"]), objects.count() - 1);
        let line = count(&["rev-list", "--count", "--first-parent", "main"]);
        let all = count(&["rev-list", "--count", "main"]);
        assert!(line > 20 && line < all, "{line} of {all} on the main line");
        let merges = count(&["rev-list", "--count", "--min-parents=2", "main"]);
        assert!(merges >= 5, "{merges} merges");
        let emptied = asked(&dir, &["log", "-1", "--format=%T", "main"]);
        assert_eq!(asked(&dir, &["ls-tree", emptied.trim()]), "");
    }
}

#[test]
fn the_products_rows_deviate_where_planted() {
    let schema = std::fs::read_to_string(library("populations/git_commit.yaml")).unwrap();
    let schema = Schema::parse("git_commit.yaml", &schema).unwrap();
    let zone = Zone::parse("America/New_York").unwrap();
    for seed in 1..=5 {
        let company = lived(&small(seed));
        let period = company.period().span(&zone);
        let waived: BTreeSet<String> = excepted(&company);
        let folder = tempfile::tempdir().unwrap();
        let (mut found, mut known) = (BTreeSet::new(), BTreeSet::new());
        for history in written(&company, folder.path()) {
            for row in rows(folder.path(), &history, &schema) {
                let cell = |name: &str| row.cells[schema.column(name).unwrap().0].clone();
                let item = row.item(&schema).unwrap().as_str().to_owned();
                let at = cell("committed_at").time().unwrap();
                let line = cell("main") == Cell::Bool(true);
                let bare =
                    matches!(cell("parents"), Cell::Int(0 | 1)) && cell("reference").is_absent();
                if line && bare && period.from <= at && at < period.until && !waived.contains(&item)
                {
                    found.insert(item.clone());
                }
                known.insert(item);
                assert!(at < company.moments().last().unwrap().at, "not yet made");
            }
        }
        let of = |list: &[tickmark_sim::Found]| -> BTreeSet<String> {
            let of_test = list.iter().filter(|f| f.test == TEST);
            of_test.map(|f| f.item.clone()).collect()
        };
        let truth = company.truth();
        assert_eq!(found, of(&truth.planted), "seed {seed}");
        assert_eq!(of(&truth.planted_unknown), BTreeSet::new());
        assert!(of(&truth.lookalikes).is_subset(&known), "seed {seed}");
    }
}

/// Items of the test with an approved exception, out of the document.
fn excepted(company: &Company) -> BTreeSet<String> {
    let files = files(company);
    let text = std::str::from_utf8(&files.0["waivers.yaml"]).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let pairs = lines
        .windows(2)
        .filter(|w| w[0] == format!("- test: {TEST}"));
    let item = |line: &str| serde_json::from_str(line.trim().strip_prefix("item: ")?).ok();
    pairs.filter_map(|w| item(w[1])).collect()
}
