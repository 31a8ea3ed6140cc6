//! Whole repositories against counts that somebody else published of them (`SOURCE.tsv` of the test data `git-history`).
//!
//! The repositories are not part of the test data. `TICKMARK_TEST_REPOSITORIES` names a folder that has them as bare clones, named
//! `cli+cli.git`, `kubernetes+org.git` and `apache+kafka.git`; they may have grown since, for the published commit is collected.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tickmark_collect::Pages;
use tickmark_collect::git::{Wanted, collect_wanted};
use tickmark_core::model::time::Time;

use crate::data;
use crate::histories::rows;
use crate::recording::cells;

type Cells = BTreeMap<String, String>;
/// A count's name, and which rows it counts.
type Count = (&'static str, fn(&Cells) -> bool);

/// Each published count of commits as a question to a row. Changed files are not collected.
const COUNTS: [Count; 13] = [
    ("commits", |_| true),
    ("on_main", main),
    ("merges_on_main", |c| {
        main(c) && c["parents"] != "0" && c["parents"] != "1"
    }),
    ("main_with_pr", |c| main(c) && !c["reference"].is_empty()),
    ("main_without_pr", |c| main(c) && c["reference"].is_empty()),
    ("main_unsigned", |c| main(c) && c["signature"].is_empty()),
    ("main_reviewer_trailer", |c| {
        main(c) && !c["reviewers"].is_empty()
    }),
    ("author_is_committer_main", |c| {
        main(c) && c["author"] == c["committer"]
    }),
    ("main_only_self_review", |c| {
        main(c) && c["reviewers"] == c["author"]
    }),
    ("signed_None", |c| c["signature"].is_empty()),
    ("signed_pgp", |c| c["signature"] == "pgp"),
    ("signed_ssh", |c| c["signature"] == "ssh"),
    ("signed_x509", |c| c["signature"] == "x509"),
];

/// Where the publisher read otherwise, and by how much: people were compared by name (two signed reviews of theirs with another
/// address), and a trailer in small letters was none.
const OTHERWISE: [(&str, &str, i64); 2] = [
    ("apache/kafka", "main_reviewer_trailer", 1),
    ("apache/kafka", "main_only_self_review", -2),
];

fn main(cells: &Cells) -> bool {
    cells["main"] == "true"
}

fn repository(name: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("TICKMARK_TEST_REPOSITORIES")?);
    Some(folder.join(format!("{}.git", name.replace('/', "+")))).filter(|path| path.is_dir())
}

fn count(
    path: &Path,
    name: &str,
    commit: &str,
    since: Option<Time>,
) -> BTreeMap<&'static str, i64> {
    let mut pages = Pages::default();
    let history = collect_wanted(
        path,
        Wanted {
            reference: Some(commit),
            name: Some(name),
            since: None,
        },
        &mut pages,
    )
    .unwrap();
    let (schema, rows) = rows(&history, &pages);
    let mut counts = BTreeMap::new();
    for row in &rows {
        let cells = cells(&schema, row);
        if since.is_some_and(|since| Time::parse(&cells["committed_at"]).unwrap() < since) {
            continue;
        }
        for (count, is) in COUNTS {
            *counts.entry(count).or_default() += i64::from(is(&cells));
        }
    }
    counts
}

#[test]
fn published_counts_come_out_of_the_repositories_themselves() {
    let Some(dir) = data::unpack("git-history") else {
        return;
    };
    let source = std::fs::read_to_string(dir.path().join("git-history/SOURCE.tsv")).unwrap();
    let (mut compared, mut published) = (0, 0);
    for line in source.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (name, what, commit) = (columns[1], columns[2], columns[3]);
        let Ok(Value::Object(expected)) = serde_json::from_str(columns.last().unwrap()) else {
            continue;
        };
        let Some(path) = repository(name) else {
            let _ = writeln!(
                std::io::stderr(),
                "skipped: no clone of {name} in TICKMARK_TEST_REPOSITORIES"
            );
            continue;
        };
        let since = what
            .contains("since 2021-01-01")
            .then(|| Time::parse("2021-01-01T00:00:00Z").unwrap());
        let counted = count(&path, name, commit, since);
        for (count, number) in expected
            .iter()
            .filter(|(count, _)| *count != "file_changes_main")
        {
            let otherwise = OTHERWISE
                .iter()
                .find(|o| (o.0, o.1) == (name, count))
                .map_or(0, |o| o.2);
            let number = number.as_i64().unwrap() + otherwise;
            assert_eq!(
                (name, count, counted.get(count.as_str())),
                (name, count, Some(&number))
            );
            compared += 1;
        }
        published += expected.len();
    }
    println!("{compared} of {published} published counts come out of the repositories themselves");
}
