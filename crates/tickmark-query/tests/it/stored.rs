//! Facts on disk: every type comes back, the last observation stands, snapshots fold, merging changes nothing.

use proptest::prelude::*;
use tempfile::TempDir;
use tickmark_core::{
    facts::row::{Cell, Decimal, Row},
    judge::{
        job::{StoredFile, Table, Value},
        populations::QueryError,
    },
    model::time::{Day, Time},
};
use tickmark_query::facts::{self, Folder};

use crate::sample::{EVENT, STATE, ask, file, row, rows, schema, stored, text};

fn cells(number: i64, at: i64, full: bool) -> Vec<Cell> {
    let optional = |cell: Cell| if full { cell } else { Cell::Absent };
    vec![
        Cell::Text("acme/api".to_owned()),
        Cell::Int(number),
        Cell::Time(Time::from_micros(at)),
        optional(Cell::Bool(true)),
        optional(Cell::Decimal("-12.000000001".parse::<Decimal>().unwrap())),
        optional(Cell::Date(Day::new(2028, 2, 29).unwrap())),
        optional(Cell::Duration(-86_400_000_000)),
        optional(Cell::Text("github:9é\u{1F600}".to_owned())),
        optional(Cell::set(vec!["b".to_owned(), "a".to_owned()])),
        optional(Cell::Set(Vec::new())),
    ]
}

#[test]
fn every_type_absent_and_unknown_come_back() {
    let folder = TempDir::new().unwrap();
    let schema = schema(EVENT);
    let given = [
        row(cells(1, 1, true), 0, 7, 0),
        row(
            cells(2, i64::from(u32::MAX) * 1_000, false),
            0b11_1111_1000,
            7,
            1,
        ),
        row(cells(3, -1, false), 1 << 3, 7, 2),
    ];
    let stored = file(folder.path(), &schema, 7, &given);
    let mut back = facts::read(stored.path.as_ref(), &facts::columns_of(&schema)).unwrap();
    back.sort_by_key(|r| r.cite.record);
    assert_eq!(back, given);
}

#[test]
fn types_look_in_sql_as_the_architecture_says() {
    let folder = TempDir::new().unwrap();
    let schema = schema(EVENT);
    let written = file(
        folder.path(),
        &schema,
        7,
        &[row(cells(1, 1, true), 0, 7, 3)],
    );
    let table = stored(&schema, vec![written]);
    let all = ask("SELECT * FROM sighting", vec![table.clone()]).unwrap();
    let names: Vec<&str> = all.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(
        names[10..],
        ["_unknown", "_leaf", "_blob", "_record", "_observed_at"]
    );
    let expected: Vec<Value> = cells(1, 1, true).iter().map(facts::value_of).collect();
    assert_eq!(all.rows[0][..6], expected[..6]);
    // A duration is whole microseconds to SQL.
    assert_eq!(all.rows[0][6], Value::Int(-86_400_000_000));
    assert_eq!(all.rows[0][7..10], expected[7..10]);
    let system = [0, 7, 0, 3].map(Value::Int);
    assert_eq!(all.rows[0][10..14], system);
    assert_eq!(all.rows[0][14], Value::Time(7_000_000));
    let typed = "SELECT arrow FROM (SELECT count(*) AS arrow FROM sighting WHERE at = TIMESTAMP '1970-01-01T00:00:00.000001Z' \
                 AND amount = -12.000000001 AND day = DATE '2028-02-29' AND set_has(tags, 'a') AND set_empty(people) AND yes) AS t";
    assert_eq!(rows(typed, vec![table]), [[Value::Int(1)]]);
}

#[test]
fn unknown_is_not_absent() {
    let folder = TempDir::new().unwrap();
    let schema = schema(EVENT);
    let written = file(
        folder.path(),
        &schema,
        1,
        &[
            row(cells(1, 1, false), 1 << 3, 1, 0),
            row(cells(2, 1, false), 0, 1, 1),
        ],
    );
    let sql = "SELECT number, CASE WHEN yes IS NOT NULL THEN yes WHEN (_unknown & 8) <> 0 THEN NULL ELSE false END AS a \
               FROM sighting ORDER BY number";
    assert_eq!(
        rows(sql, vec![stored(&schema, vec![written])]),
        [
            [Value::Int(1), Value::Null],
            [Value::Int(2), Value::Bool(false)]
        ]
    );
}

/// `(number, leaf, record)` of what stands.
fn standing(table: Table) -> Vec<Vec<Value>> {
    rows(
        "SELECT number, _leaf, _record FROM sighting ORDER BY number",
        vec![table],
    )
}

#[test]
fn the_last_observation_of_a_key_stands_and_known_at_cuts_later_ones_off() {
    let folder = TempDir::new().unwrap();
    let schema = schema(EVENT);
    let write = |leaf, given: &[Row]| file(folder.path(), &schema, leaf, given);
    let files = [
        // Twice in one collection: the later record stands.
        write(
            1,
            &[
                row(cells(1, 10, true), 0, 1, 0),
                row(cells(1, 11, true), 0, 1, 1),
                row(cells(2, 12, true), 0, 1, 2),
            ],
        ),
        write(
            5,
            &[
                row(cells(2, 13, true), 0, 5, 9),
                row(cells(3, 14, true), 0, 5, 0),
            ],
        ),
        write(
            8,
            &[
                row(cells(3, 15, true), 0, 8, 0),
                row(cells(1, 16, true), 0, 8, 1),
            ],
        ),
    ];
    let told = |known_at: u64| -> Vec<[i64; 3]> {
        let known = files
            .iter()
            .filter(|f| f.leaf < known_at)
            .cloned()
            .collect();
        let int = |v: &Value| {
            if let Value::Int(n) = v {
                *n
            } else {
                panic!("{v:?}")
            }
        };
        let rows = standing(stored(&schema, known));
        rows.iter()
            .map(|r| [int(&r[0]), int(&r[1]), int(&r[2])])
            .collect()
    };
    assert_eq!(told(9), [[1, 8, 1], [2, 5, 9], [3, 8, 0]]);
    assert_eq!(told(8), [[1, 1, 1], [2, 5, 9], [3, 5, 0]]);
    assert_eq!(told(5), [[1, 1, 1], [2, 1, 2]]);
    assert_eq!(told(1), [[0; 3]; 0]);
}

#[test]
fn snapshots_of_a_stream_fold_and_streams_stay_apart() {
    let folder = TempDir::new().unwrap();
    let schema = schema(STATE);
    let snapshot = |leaf: u64, stream: &str, complete, ids: &[(&str, bool)]| -> StoredFile {
        let given: Vec<Row> = (0_u32..)
            .zip(ids)
            .map(|(n, (id, on))| {
                row(
                    vec![Cell::Text((*id).to_owned()), Cell::Bool(*on)],
                    0,
                    leaf,
                    n,
                )
            })
            .collect();
        StoredFile {
            stream: stream.to_owned(),
            complete,
            ..file(folder.path(), &schema, leaf, &given)
        }
    };
    let files = vec![
        snapshot(1, "a", true, &[("x", true), ("y", true)]),
        snapshot(2, "b", true, &[("z", true)]),
        snapshot(3, "a", false, &[]),
        snapshot(4, "a", true, &[("x", false)]),
    ];
    let sql = "SELECT id, valid_from, valid_to, seen_last, last_absent, _leaf FROM key ORDER BY id, valid_from";
    let at = |s: i64| Value::Time(s * 1_000_000);
    let state = |id, from, to: Option<i64>, last, absent: Option<i64>, leaf| {
        vec![
            text(id),
            at(from),
            to.map_or(Value::Null, at),
            at(last),
            absent.map_or(Value::Null, at),
            Value::Int(leaf),
        ]
    };
    let told = rows(sql, vec![stored(&schema, files)]);
    let expected = vec![
        state("x", 1, Some(4), 1, None, 1),
        state("x", 4, None, 4, Some(1), 4),
        state("y", 1, Some(4), 1, None, 1),
        state("z", 2, None, 2, None, 2),
    ];
    assert_eq!(told, expected);
}

#[test]
fn merging_changes_nothing_and_finds_its_segments_again() {
    let folder = TempDir::new().unwrap();
    for of in [EVENT, STATE] {
        let schema = schema(of);
        let event = schema.trigger.is_some();
        let files: Vec<StoredFile> = (0..150_u64)
            .map(|leaf| {
                let n = i64::try_from(leaf % 90).unwrap();
                let given = if event {
                    vec![
                        row(cells(n, n, true), 0, leaf, 0),
                        row(cells(1_000 + n, n, false), 0, leaf, 1),
                    ]
                } else {
                    vec![row(
                        vec![Cell::Text((n % 7).to_string()), Cell::Bool(n % 3 == 0)],
                        0,
                        leaf,
                        0,
                    )]
                };
                file(folder.path(), &schema, leaf, &given)
            })
            .collect();
        let root = Folder::new(folder.path());
        let merged = root.merged(&schema, files.clone()).unwrap();
        let paths = |of: &[StoredFile]| {
            let mut paths: Vec<String> = of.iter().map(|f| f.path.clone()).collect();
            paths.dedup();
            paths
        };
        // Two segments of 64 files and 22 files.
        assert_eq!(paths(&merged).len(), 24);
        let sql = format!(
            "SELECT * FROM {} ORDER BY 1, 2, _leaf, _record",
            schema.name
        );
        let told = |files| ask(&sql, vec![stored(&schema, files)]).unwrap();
        assert_eq!(told(files.clone()), told(merged.clone()), "{}", schema.name);
        let count = std::fs::read_dir(folder.path().join(schema.name.as_str()))
            .unwrap()
            .count();
        assert_eq!(root.merged(&schema, files).unwrap(), merged);
        let after = std::fs::read_dir(folder.path().join(schema.name.as_str()))
            .unwrap()
            .count();
        assert_eq!(count, after);
    }
}

#[test]
fn a_file_cut_short_is_not_usable_and_not_read() {
    let folder = TempDir::new().unwrap();
    let schema = schema(EVENT);
    let given: Vec<Row> = (0..100)
        .map(|n| row(cells(n, n, true), 0, 1, u32::try_from(n).unwrap()))
        .collect();
    let written = file(folder.path(), &schema, 1, &given);
    assert!(facts::usable(written.path.as_ref()));
    let whole = std::fs::read(&written.path).unwrap();
    for cut in [0, 1, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&written.path, &whole[..cut]).unwrap();
        assert!(!facts::usable(written.path.as_ref()), "{cut}");
        let error = ask(
            "SELECT count(*) FROM sighting",
            vec![stored(&schema, vec![written.clone()])],
        )
        .unwrap_err();
        assert!(
            matches!(&error, QueryError::Worker { what } if what.contains("1-01234567-1.parquet")),
            "{error}"
        );
    }
}

#[test]
fn the_same_rows_are_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let schema = schema(EVENT);
    let mut given: Vec<Row> = (0..1_000)
        .map(|n| {
            row(
                cells(n, n * 77_777_777_777, true),
                0,
                1,
                u32::try_from(n).unwrap(),
            )
        })
        .collect();
    let first = std::fs::read(file(folder.path(), &schema, 1, &given).path).unwrap();
    given.reverse();
    let second = std::fs::read(file(folder.path(), &schema, 1, &given).path).unwrap();
    assert!(first == second);
}

/// What stands, the slow way.
fn oracle(files: &[Vec<(i64, u32)>]) -> Vec<[i64; 3]> {
    let mut last = std::collections::BTreeMap::new();
    for (leaf, rows) in (0_i64..).zip(files) {
        for (number, record) in rows {
            let cite = (leaf, i64::from(*record));
            let kept = last.entry(*number).or_insert(cite);
            *kept = (*kept).max(cite);
        }
    }
    last.into_iter()
        .map(|(n, (leaf, record))| [n, leaf, record])
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_observed_again_the_last_stands(
        files in proptest::collection::vec(proptest::collection::vec((0_i64..6, 0_u32..1000), 0..8), 1..6)
    ) {
        let folder = TempDir::new().unwrap();
        let schema = schema(EVENT);
        let mut written = Vec::new();
        for (leaf, rows) in (0_u64..).zip(&files) {
            let given: Vec<Row> = rows.iter().map(|(n, record)| row(cells(*n, *n, true), 0, leaf, *record)).collect();
            written.push(file(folder.path(), &schema, leaf, &given));
        }
        let told: Vec<Vec<Value>> = standing(stored(&schema, written));
        let expected: Vec<Vec<Value>> = oracle(&files).into_iter().map(|r| r.map(Value::Int).to_vec()).collect();
        prop_assert_eq!(told, expected);
    }
}
