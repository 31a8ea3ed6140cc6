//! Questions and tests over tables that are given inline.

use tickmark_core::judge::{
    job::{Job, Kind, ReconcileQuery, Table, Value, View},
    outcome::ResultKind,
    populations::{Populations as _, QueryError},
};
use tickmark_query::InProcess;

use crate::sample::{ask, fixed, job, judged, rows, text};

fn numbers(n: i64) -> Table {
    fixed(
        "number",
        &[("n", Kind::Int)],
        (0..n).map(|n| vec![Value::Int(n)]).collect(),
    )
}

#[test]
fn an_answer_is_cut_at_its_limit_and_says_so() {
    let engine = InProcess::default();
    let job = job("SELECT n FROM number ORDER BY n", vec![numbers(20_000)]);
    let answer = engine.query(&job, 7).unwrap();
    assert_eq!((answer.rows.len(), answer.truncated), (7, true));
    let answer = engine.query(&job, 20_000).unwrap();
    assert_eq!((answer.rows.len(), answer.truncated), (20_000, false));
}

#[test]
fn views_build_on_each_other_in_order() {
    let view = |name: &str, sql: &str| View {
        name: name.to_owned(),
        sql: sql.to_owned(),
    };
    let job = Job {
        views: vec![
            view("even", "SELECT n FROM number WHERE n % 2 = 0"),
            view("fourth", "SELECT n FROM even WHERE n % 4 = 0"),
        ],
        ..job("SELECT count(*) FROM fourth", vec![numbers(100)])
    };
    assert_eq!(
        InProcess::default().query(&job, 9).unwrap().rows,
        [[Value::Int(25)]]
    );
    let mut wrong = job;
    wrong.views[1].sql = "SELECT nn FROM even".to_owned();
    let error = InProcess::default().query(&wrong, 9).unwrap_err();
    assert!(
        matches!(&error, QueryError::Sql { what } if what.starts_with("view `fourth`: ")),
        "{error}"
    );
}

#[test]
fn names_are_as_written_and_texts_are_compared_by_bytes() {
    let table = fixed(
        "t",
        &[("x", Kind::Text)],
        ["b", "B", "é", "z", "a/b", "a%2Fb"]
            .map(|x| vec![text(x)])
            .to_vec(),
    );
    let told = rows("SELECT x AS a_A FROM t ORDER BY a_A", vec![table]);
    assert_eq!(
        told,
        ["B", "a%2Fb", "a/b", "b", "z", "é"].map(|x| vec![text(x)])
    );
}

#[test]
fn sums_are_exact_and_floats_are_refused() {
    let sql = "SELECT sum(x) FROM (VALUES (0.1), (0.2), (1000000000000000000.0), (-1000000000000000000.0)) AS t(x)";
    assert_eq!(rows(sql, Vec::new()), [[Value::Decimal("0.3".to_owned())]]);
    for sql in [
        "SELECT CAST(1 AS DOUBLE)",
        "SELECT n FROM number WHERE CAST(n AS REAL) > 1.5",
        "SELECT (SELECT max(CAST(n AS DOUBLE)) FROM number) > 1",
        "SELECT TRY_CAST('1' AS FLOAT)",
        "SELECT array_agg(CAST(n AS DOUBLE)) FROM number",
    ] {
        let error = ask(sql, vec![numbers(3)]).unwrap_err();
        assert!(
            matches!(&error, QueryError::Refused { what } if what.contains("DECIMAL")),
            "{sql}: {error}"
        );
    }
}

const ITEMS: [(&str, Kind); 2] = [("name", Kind::Text), ("good", Kind::Bool)];

fn test_job(items: Vec<Vec<Value>>) -> Job {
    let sql = "SELECT item(name) AS _item, good AS \"a_A\", CAST(NULL AS VARCHAR) AS _na, NULL AS _pending, \
               time_of(0) AS _from, time_of(1) AS _until, time_of(0) AS _trigger, \
               CASE WHEN good THEN '' WHEN NOT good THEN 'A:bad' ELSE 'A:unknown' END AS _reasons, \
               4 AS _leaf, 0 AS _blob, 1 AS _record FROM item_row ORDER BY _item";
    Job {
        judged: Some(judged(&["A"])),
        ..job(sql, vec![fixed("item_row", &ITEMS, items)])
    }
}

#[test]
fn a_test_is_tallied_where_its_rows_are() {
    let items = vec![
        vec![text("c"), Value::Null],
        vec![text("a"), Value::Bool(true)],
        vec![text("b"), Value::Bool(false)],
    ];
    let outcome = InProcess::default().test(&test_job(items.clone())).unwrap();
    let counts = outcome.counts;
    assert_eq!(
        (
            counts.population,
            counts.passed,
            counts.deviations,
            counts.unknown
        ),
        (3, 1, 1, 1)
    );
    assert_eq!(outcome.result, ResultKind::Deviation);
    assert_eq!(
        outcome.rows,
        "{\"a\":\"f\",\"c\":[[4,0,1]],\"from\":\"1970-01-01T00:00:00Z\",\"i\":\"b\",\"r\":[\"A:bad\"],\"s\":\"deviation\",\"until\":\"1970-01-01T00:00:00.000001Z\"}\n\
         {\"a\":\"?\",\"c\":[[4,0,1]],\"from\":\"1970-01-01T00:00:00Z\",\"i\":\"c\",\"r\":[\"A:unknown\"],\"s\":\"unknown\",\"until\":\"1970-01-01T00:00:00.000001Z\"}\n"
    );
    // INV-J3: whatever the order of the rows in the table.
    let mut turned = items;
    turned.reverse();
    assert_eq!(
        InProcess::default().test(&test_job(turned)).unwrap(),
        outcome
    );
}

#[test]
fn rows_that_are_no_result_are_refused() {
    let twice = vec![
        vec![text("a"), Value::Bool(true)],
        vec![text("a"), Value::Bool(true)],
    ];
    let error = InProcess::default().test(&test_job(twice)).unwrap_err();
    assert!(
        matches!(&error, QueryError::Rows { what } if what.contains("`a` comes twice")),
        "{error}"
    );

    let fine = || test_job(vec![vec![text("a"), Value::Bool(true)]]);
    for (from, to, told) in [
        ("good AS \"a_A\"", "1 AS \"a_A\"", "a_A"),
        ("good AS \"a_A\", ", "", "`a_A` is missing"),
        ("4 AS _leaf", "NULL AS _leaf", "no citation"),
        ("4 AS _leaf", "-4 AS _leaf", "no citation"),
        (
            "item(name) AS _item",
            "CAST(NULL AS VARCHAR) AS _item",
            "no item",
        ),
        ("time_of(0) AS _from", "'x' AS _from", "_from"),
    ] {
        let mut wrong = fine();
        wrong.sql = wrong.sql.replace(from, to);
        let error = InProcess::default().test(&wrong).unwrap_err();
        assert!(
            matches!(&error, QueryError::Rows { what } if what.contains(told)),
            "{to}: {error}"
        );
    }
    let unjudged = Job {
        judged: None,
        ..fine()
    };
    assert!(matches!(
        InProcess::default().test(&unjudged),
        Err(QueryError::Rows { .. })
    ));
}

#[test]
fn a_reconciling_query_that_gives_rows_stops_the_test() {
    let mut job = test_job(vec![
        vec![text("b"), Value::Bool(true)],
        vec![text("a"), Value::Bool(true)],
    ]);
    let check = |sql: &str| ReconcileQuery {
        name: "both_sides".to_owned(),
        sql: sql.to_owned(),
    };
    job.reconcile = vec![check("SELECT name FROM item_row WHERE NOT good")];
    assert_eq!(
        InProcess::default().test(&job).unwrap().result,
        ResultKind::NoDeviation
    );
    job.reconcile.push(check("SELECT name, good FROM item_row"));
    let expected = QueryError::Mismatch {
        name: "both_sides".to_owned(),
        rows: 2,
        first: "a, true".to_owned(),
    };
    assert_eq!(InProcess::default().test(&job), Err(expected));
}

#[test]
fn the_same_job_has_the_same_digests_again_and_in_another_engine() {
    let items: Vec<Vec<Value>> = (0..30_000)
        .map(|n| {
            vec![
                text(&format!("item-{}", (n * 7_919) % 30_011)),
                if n % 97 == 0 {
                    Value::Null
                } else {
                    Value::Bool(n % 13 != 0)
                },
            ]
        })
        .collect();
    let job = test_job(items);
    let engine = InProcess::default();
    let first = engine.test(&job).unwrap();
    assert_eq!(first.counts.population, 30_000);
    assert_eq!(engine.test(&job).unwrap(), first);
    assert_eq!(InProcess::default().test(&job).unwrap(), first);
}
