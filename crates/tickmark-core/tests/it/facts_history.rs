//! Real histories as JSON Lines, mapped into `git_commit`: the counts that whoever made the data published must come out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use tickmark_core::facts::mapping::bind_file;
use tickmark_core::facts::read::{PageBytes, Read, Reader};
use tickmark_core::facts::row::{Cell, Row};
use tickmark_core::facts::schema::Schema;
use tickmark_core::model::document::{FileFormat, FileMapping};
use tickmark_core::model::ids::{ColumnName, PopulationName};
use tickmark_core::model::time::{Ambiguous, Time};

use crate::data;

/// The mapping of the published lines, as a person would write it.
fn mapping(repository: &str) -> FileMapping {
    let columns = [
        ("repository", format!("'{repository}'|text")),
        ("sha", "$.sha|text".to_owned()),
        ("main", "$.main|bool".to_owned()),
        ("parents", "$.parents|count".to_owned()),
        ("author", "$.author.n|account:name".to_owned()),
        ("authored_at", "$.author.t|unix".to_owned()),
        ("committer", "$.committer.n|account:name".to_owned()),
        ("committed_at", "$.committer.t|unix".to_owned()),
        ("reference", "$.pr|text|absent".to_owned()),
        (
            "reference_how",
            "$.pr_src|enum(merge,squash,closes=trailer)|absent".to_owned(),
        ),
        (
            "reviewers",
            "$.trailers[*]|only(k=reviewers,reviewed-by)|get(n)|account:name".to_owned(),
        ),
        ("signature", "$.sig|text|absent".to_owned()),
        ("signed_by", "$.key|text|absent".to_owned()),
    ];
    FileMapping {
        population: PopulationName::parse("git_commit").unwrap(),
        path: None,
        format: FileFormat::Jsonl,
        zone: None,
        ambiguous: Ambiguous::Refuse,
        columns: columns
            .into_iter()
            .map(|(name, expr)| (ColumnName::parse(name).unwrap(), expr))
            .collect(),
        column_lines: BTreeMap::new(),
    }
}

struct Rows<'a> {
    schema: &'a Schema,
    rows: Vec<Row>,
}

impl Rows<'_> {
    fn cell<'r>(&self, row: &'r Row, name: &str) -> &'r Cell {
        &row.cells[self.schema.column(name).unwrap().0]
    }

    fn count(&self, test: impl Fn(&dyn Fn(&str) -> Cell) -> bool) -> usize {
        self.rows
            .iter()
            .filter(|row| test(&|name| self.cell(row, name).clone()))
            .count()
    }
}

fn people(cell: Cell) -> Vec<String> {
    if let Cell::Set(people) = cell {
        people
    } else {
        Vec::new()
    }
}

/// The published counts that rows can tell; files changed are not part of the population.
fn counts(rows: &Rows<'_>) -> BTreeMap<String, u64> {
    let yes = Cell::Bool(true);
    let main = |cell: &dyn Fn(&str) -> Cell| cell("main") == yes;
    let mut out = BTreeMap::new();
    let mut put = |name: &str, n: usize| {
        out.insert(name.to_owned(), n as u64);
    };
    put("commits", rows.rows.len());
    put("on_main", rows.count(main));
    put(
        "merges_on_main",
        rows.count(|c| main(c) && matches!(c("parents"), Cell::Int(2..))),
    );
    put(
        "main_with_pr",
        rows.count(|c| main(c) && !c("reference").is_absent()),
    );
    put(
        "main_without_pr",
        rows.count(|c| main(c) && c("reference").is_absent()),
    );
    put(
        "main_unsigned",
        rows.count(|c| main(c) && c("signature").is_absent()),
    );
    put(
        "main_reviewer_trailer",
        rows.count(|c| main(c) && !people(c("reviewers")).is_empty()),
    );
    put(
        "author_is_committer_main",
        rows.count(|c| main(c) && c("author") == c("committer")),
    );
    put(
        "main_only_self_review",
        rows.count(|c| main(c) && people(c("reviewers")) == [c("author").to_string()]),
    );
    put("signed_None", rows.count(|c| c("signature").is_absent()));
    for kind in ["pgp", "ssh", "x509"] {
        put(
            &format!("signed_{kind}"),
            rows.count(|c| c("signature").text() == Some(kind)),
        );
    }
    out
}

/// One published history, mapped.
fn import<'a>(dir: &Path, file: &str, repository: &str, schema: &'a Schema) -> Rows<'a> {
    let mapping = bind_file("history.yaml", &mapping(repository), schema).unwrap();
    let params = BTreeMap::new();
    let mut reader = Reader::new(&mapping, schema, &params, 7, Time::from_micros(0));
    let mut rows = Vec::new();
    let text = data::gunzip(&dir.join(file));
    let page = PageBytes {
        blob: 0,
        parent: "",
        with: &BTreeMap::new(),
        bytes: text.as_bytes(),
    };
    let number = reader.page(page, &mut |read| match read {
        Read::Row(row) => rows.push(row),
        Read::Rejected(rejected) => panic!("{:?}", rejected.rejection),
    });
    assert_eq!(number.unwrap(), rows.len() as u64);
    Rows { schema, rows }
}

/// Numbers of the pull requests that the platform keeps, as published.
fn pulls(dir: &Path, repository: &str) -> BTreeSet<String> {
    let file = format!("{}.pulls.tsv.gz", repository.replace('/', "+"));
    let text = data::gunzip(&dir.join(file));
    let numbers = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next());
    numbers.map(str::to_owned).collect()
}

/// Every count that `SOURCE.tsv` publishes is compared but one: files are not part of a history's rows (decision D29).
const NOT_IN_ROWS: &str = "file_changes_main";

#[test]
fn published_counts_of_real_histories_come_out() {
    let Some(dir) = data::unpack("git-history") else {
        return;
    };
    let dir = dir.path().join("git-history");
    let schema = data::schema("git_commit");
    let source = std::fs::read_to_string(dir.join("SOURCE.tsv")).unwrap();
    let (mut published, mut compared, mut left_out, mut named) = (0, 0, 0, 0);
    for line in source.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (file, repository, text) = (columns[0], columns[1], *columns.last().unwrap());
        if let Some(number) = text.strip_suffix(" pull requests") {
            assert_eq!(pulls(&dir, repository).len().to_string(), number);
            (published, compared) = (published + 1, compared + 1);
            continue;
        }
        let expected: Value = serde_json::from_str(text).unwrap();
        let rows = import(&dir, file, repository, &schema);
        let counts = counts(&rows);
        for (name, expected) in expected.as_object().unwrap() {
            published += 1;
            if name == NOT_IN_ROWS {
                left_out += 1;
                continue;
            }
            let found = json!(counts.get(name));
            assert_eq!((repository, name, &found), (repository, name, expected));
            compared += 1;
        }
        // Each pull request that a commit on the main line names is one that the platform keeps.
        let kept = pulls(&dir, repository);
        named += rows.count(|cell| match (cell("main"), cell("reference")) {
            (Cell::Bool(true), Cell::Text(number)) => {
                assert!(kept.contains(&number), "{repository} #{number}");
                true
            }
            _ => false,
        });
    }
    println!(
        "{compared} of {published} published counts of 3 histories come out, {left_out} are not in rows; {named} references name a pull request that exists"
    );
    assert_eq!((published, compared, left_out), (40, 37, 3));
    assert_eq!(named, 5_577 + 2_196 + 2_942);
}
