//! Real histories that others published as JSON Lines: what they counted is what the product counts.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    data,
    typed::{Desk, json},
};

/// The mapping of the published lines, as a person would write it.
fn mapping(repository: &str) -> String {
    format!(
        "population: git_commit
format: jsonl
columns:
  repository: \"'{repository}'|text\"
  sha: \"$.sha|text\"
  main: \"$.main|bool\"
  parents: \"$.parents|count\"
  author: \"$.author.n|account:name\"
  authored_at: \"$.author.t|unix\"
  committer: \"$.committer.n|account:name\"
  committed_at: \"$.committer.t|unix\"
  reference: \"$.pr|text|absent\"
  reference_how: \"$.pr_src|enum(merge,squash,closes=trailer)|absent\"
  reviewers: \"$.trailers[*]|only(k=reviewers,reviewed-by)|get(n)|account:name\"
  signature: \"$.sig|text|absent\"
  signed_by: \"$.key|text|absent\"
"
    )
}

/// Each published count in SQL. Files are not collected from a history, so `file_changes_main` is not among them.
const COUNTS: [(&str, &str); 14] = [
    ("commits", "true"),
    ("on_main", "main"),
    ("merges_on_main", "main AND parents >= 2"),
    ("main_with_pr", "main AND reference IS NOT NULL"),
    ("main_without_pr", "main AND reference IS NULL"),
    ("main_unsigned", "main AND signature IS NULL"),
    (
        "main_reviewer_trailer",
        "main AND reviewers IS NOT NULL AND NOT set_empty(reviewers)",
    ),
    ("author_is_committer_main", "main AND author = committer"),
    (
        "main_only_self_review",
        "main AND set_size(reviewers) = 1 AND set_has(reviewers, author)",
    ),
    ("signed_None", "signature IS NULL"),
    ("signed_pgp", "signature = 'pgp'"),
    ("signed_ssh", "signature = 'ssh'"),
    ("signed_x509", "signature = 'x509'"),
    ("signed_other", "signature = 'other'"),
];

#[test]
fn published_counts_come_out_of_the_product() {
    let Some(dir) = data::unpack("git-history") else {
        return;
    };
    let dir = dir.path().join("git-history");
    let source = std::fs::read_to_string(dir.join("SOURCE.tsv")).unwrap();
    let (mut compared, mut published, mut files) = (0, 0, 0);
    for line in source.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let Ok(Value::Object(expected)) = serde_json::from_str(columns.last().unwrap()) else {
            continue;
        };
        let counted = count(&dir.join(columns[0]), columns[1], &expected);
        published += expected.len();
        files += usize::from(expected.contains_key("file_changes_main"));
        for (name, expected) in expected.iter().filter(|(n, _)| *n != "file_changes_main") {
            assert_eq!(
                counted.get(name),
                expected.as_u64().as_ref(),
                "{} {name}",
                columns[1]
            );
            compared += 1;
        }
    }
    println!(
        "{compared} of {published} published counts come out; {files} count files, which no history is asked for"
    );
    assert_eq!((compared, published, files), (34, 37, 3));
}

/// Collects one history into a program of its own, asks for all counts at once and runs the test of references.
fn count(
    lines: &std::path::Path,
    repository: &str,
    expected: &serde_json::Map<String, Value>,
) -> BTreeMap<String, u64> {
    let desk = Desk::new();
    desk.ends(0, &["init", "p", "--zone", "UTC"]);
    std::fs::write(desk.path().join("history.jsonl"), data::gunzip(lines)).unwrap();
    std::fs::write(desk.path().join("mapping.yaml"), mapping(repository)).unwrap();
    let file = [
        "-C",
        "p",
        "collect",
        "file",
        "--population",
        "git_commit",
        "--mapping",
        "mapping.yaml",
    ];
    desk.ends(
        0,
        &[
            &file[..],
            &["--covers", "2000-01-01..2026-10-31", "history.jsonl"],
        ]
        .concat(),
    );
    let asked: Vec<String> = COUNTS
        .iter()
        .map(|(name, sql)| format!("count(*) FILTER (WHERE {sql}) AS \"{name}\""))
        .collect();
    let sql = format!("SELECT {} FROM git_commit", asked.join(", "));
    let answer = json(&desk.ends(0, &["-C", "p", "query", &sql, "--format", "json"]));
    let counted = COUNTS
        .iter()
        .map(|(name, _)| {
            (
                (*name).to_owned(),
                answer["rows"][0][*name].as_u64().unwrap(),
            )
        })
        .collect();
    references(&desk, expected);
    counted
}

/// What is neither a merge nor names a pull request is a deviation of CHG-03.reference; off the main line nothing is asked.
fn references(desk: &Desk, expected: &serde_json::Map<String, Value>) {
    let adopt = [
        "-C",
        "p",
        "controls",
        "adopt",
        "CHG-03",
        "--owner",
        "a",
        "--scope",
        "b",
        "--effective",
        "2000-01-01",
    ];
    desk.ends(0, &adopt);
    let sql =
        "SELECT count(*) AS n FROM git_commit WHERE main AND parents < 2 AND reference IS NULL";
    let direct =
        json(&desk.ends(0, &["-C", "p", "query", sql, "--format", "json"]))["rows"][0]["n"]
            .as_u64()
            .unwrap();
    let code = i32::from(direct > 0);
    let run = [
        "-C",
        "p",
        "test",
        "CHG-03.reference",
        "--period",
        "2000-01-01..2026-10-31",
        "--format",
        "json",
    ];
    let run = json(&desk.ends(code, &run));
    let test = &run["tests"][0];
    assert_eq!(test["population"], expected["commits"]);
    assert_eq!(test["tested"], expected["on_main"]);
    assert_eq!(test["deviations"], direct);
    assert!(direct <= expected["main_without_pr"].as_u64().unwrap());
}
