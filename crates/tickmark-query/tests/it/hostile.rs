//! Hostile SQL (finding 11, S-73): refused or killed; nothing outside the job's tables is read, nothing is written.

use std::{fs, path::Path, time::Duration};

use tempfile::TempDir;
use tickmark_core::{
    facts::row::Cell,
    judge::{
        job::{Job, Kind, Rows, Table, Value},
        populations::{Answer, Populations as _, QueryError},
    },
};
use tickmark_query::ProcessPopulations;

use crate::{
    process::worker,
    sample::{EVENT, STATE, file, fixed, job, row, schema, stored, text},
};

/// What a secret outside of the job's tables says.
const SECRET: &str = "rather-not-told";

/// Statements that are no SELECT, and SELECTs that reach for something else than the job's tables. `{out}` is a path that
/// must not come to be, `{secret}` a file that must not be read.
const REFUSED: &[&str] = &[
    // Not a question.
    "",
    ";",
    "-- nothing",
    "COPY secret TO '{out}'",
    "COPY (SELECT * FROM t) TO '{out}' STORED AS CSV",
    "COPY t TO '{out}' STORED AS PARQUET",
    "COPY t FROM '{secret}'",
    "CREATE EXTERNAL TABLE e STORED AS CSV LOCATION '{secret}'",
    "CREATE UNBOUNDED EXTERNAL TABLE e (x VARCHAR) STORED AS CSV LOCATION '{secret}'",
    "CREATE TABLE e AS SELECT * FROM t",
    "CREATE VIEW v AS SELECT * FROM t",
    "CREATE OR REPLACE TABLE t AS SELECT 1",
    "CREATE SCHEMA s",
    "CREATE DATABASE d",
    "CREATE FUNCTION f(BIGINT) RETURNS BIGINT RETURN $1",
    "DROP TABLE t",
    "DROP VIEW t",
    "DROP FUNCTION item",
    "ALTER TABLE t ADD COLUMN y INT",
    "INSERT INTO t VALUES ('x')",
    "INSERT OVERWRITE t SELECT * FROM t",
    "UPDATE t SET x = 'y'",
    "DELETE FROM t",
    "TRUNCATE TABLE t",
    "MERGE INTO t USING t AS s ON t.x = s.x WHEN MATCHED THEN DELETE",
    "SET datafusion.execution.target_partitions = 64",
    "SET datafusion.catalog.information_schema = true",
    "SET datafusion.runtime.memory_limit = '100G'",
    "SET TIME ZONE 'Asia/Tokyo'",
    "RESET datafusion.execution.batch_size",
    "SHOW ALL",
    "SHOW TABLES",
    "SHOW COLUMNS FROM t",
    "SHOW CREATE TABLE t",
    "SHOW FUNCTIONS",
    "DESCRIBE t",
    "EXPLAIN SELECT * FROM t",
    "EXPLAIN ANALYZE SELECT * FROM t",
    "EXPLAIN VERBOSE SELECT * FROM t",
    "EXPLAIN FORMAT TREE SELECT * FROM t",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DEALLOCATE p",
    "BEGIN",
    "COMMIT",
    "START TRANSACTION",
    "DECLARE c CURSOR FOR SELECT 1",
    "CALL f()",
    "GRANT SELECT ON t TO PUBLIC",
    "ANALYZE TABLE t",
    "VACUUM",
    "LOAD DATA INPATH '{secret}' INTO TABLE t",
    "ATTACH DATABASE '{secret}' AS d",
    "PRAGMA database_list",
    "USE information_schema",
    "KILL 1",
    // Two at once.
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE t",
    "SELECT * FROM t; COPY t TO '{out}'",
    // A question that does something.
    "SELECT * INTO e FROM t",
    "WITH d AS (DELETE FROM t RETURNING x) SELECT * FROM d",
    "WITH d AS (INSERT INTO t VALUES ('x') RETURNING x) SELECT * FROM d",
    // Files and addresses.
    "SELECT * FROM '{secret}'",
    "SELECT * FROM \"{secret}\"",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM \"/etc/passwd\"",
    "SELECT * FROM 'file:///etc/passwd'",
    "SELECT * FROM \"facts://cache/sighting/1-01234567-1.parquet\"",
    "SELECT * FROM 'facts://cache/../key/9-01234567-1.parquet'",
    "SELECT * FROM 'http://127.0.0.1:1/x.parquet'",
    "SELECT * FROM 's3://bucket/x.parquet'",
    "SELECT * FROM '*.csv'",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_parquet('{secret}')",
    "SELECT * FROM parquet_metadata('{secret}')",
    "SELECT * FROM TABLE(read_csv('{secret}'))",
    // The engine's own tables, settings and tables of another job.
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM information_schema.df_settings",
    "SELECT * FROM datafusion.information_schema.columns",
    "SELECT * FROM key",
    "SELECT * FROM secret",
    // Table functions.
    "SELECT * FROM generate_series(1, 1000000000000)",
    "SELECT * FROM range(1, 1000000000000)",
    "SELECT * FROM TABLE(generate_series(1, 10))",
    // Functions that are not listed: clock, chance, the machine, more memory, more time.
    "SELECT now()",
    "SELECT current_timestamp",
    "SELECT current_date",
    "SELECT current_time",
    "SELECT today()",
    "SELECT random()",
    "SELECT uuid()",
    "SELECT version()",
    "SELECT current_user",
    "SELECT current_setting('x')",
    "SELECT pg_sleep(100)",
    "SELECT sleep(100)",
    "SELECT getenv('HOME')",
    "SELECT system('id')",
    "SELECT load_extension('x')",
    "SELECT generate_series(1, 1000000000000)",
    "SELECT range(0, 1000000000000)",
    "SELECT repeat('x', 1000000000)",
    "SELECT lpad('x', 2000000000, 'y')",
    "SELECT array_repeat(1, 1000000000)",
    "SELECT array_resize(make_array(1), 1000000000, 0)",
    "SELECT regexp_match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '(a+)+$')",
    "SELECT regexp_replace('a', 'a{1000}{1000}{1000}', 'b')",
    "SELECT regexp_like(x, '(x+x+)+y') FROM t",
    "SELECT digest('x', 'md5')",
    "SELECT arrow_cast(1, 'Utf8')",
    "SELECT arrow_typeof(1)",
    "SELECT to_timestamp('now')",
    "SELECT evil(x) FROM t",
    "SELECT query_to_xml('SELECT 1', true, true, '')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT array_transform(make_array(1), v -> v * 2)",
    "SELECT approx_distinct(x) FROM t",
    "SELECT stddev(length(x)) FROM t",
    "SELECT ntile(2) OVER (ORDER BY x) FROM t",
    // Endless by itself.
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    "WITH RECURSIVE r(x) AS (SELECT x FROM t UNION ALL SELECT r.x || r.x FROM r) SELECT * FROM r",
    // Not exact.
    "SELECT CAST('1' AS DOUBLE)",
    "SELECT 1e308 * 10.0 FROM t WHERE CAST('inf' AS DOUBLE) > 1",
    // Broken.
    "SELECT",
    "SELECT * FROM",
    "SELECT $1",
    "SELECT $x FROM t",
    "SELECT ?",
    "SELECT x FROM t WHERE",
    "\u{0}",
    "SELECT 'unfinished",
    "SELECT /* unfinished",
];

/// Questions that are allowed by their form and ask for too much. (The bare count of a cross join is answered at once: the
/// engine multiplies what it knows about its tables.)
const ENDLESS: &[&str] = &[
    "SELECT count(*) FROM n AS a, n AS b, n AS c, n AS d WHERE a.x + b.x + c.x + d.x >= 0",
    "SELECT count(*) FROM n AS a CROSS JOIN n AS b CROSS JOIN n AS c CROSS JOIN n AS d WHERE a.x <> b.x AND c.x <> d.x",
    "SELECT a.x FROM n AS a, n AS b, n AS c, n AS d ORDER BY a.x + b.x + c.x + d.x",
    "SELECT DISTINCT a.x, b.x, c.x, d.x FROM n AS a, n AS b, n AS c, n AS d",
    "SELECT array_agg(CAST(a.x AS VARCHAR)) FROM n AS a, n AS b, n AS c, n AS d",
    "SELECT a.x, row_number() OVER (ORDER BY b.x, c.x) FROM n AS a, n AS b, n AS c",
    "SELECT count(*) FROM n AS a JOIN n AS b ON a.x + b.x > 0 JOIN n AS c ON b.x + c.x > 0 JOIN n AS d ON c.x + d.x > 0",
    "SELECT max(array_to_string(string_to_array(concat(CAST(a.x AS VARCHAR), CAST(b.x AS VARCHAR)), ''), '-')) FROM n AS a, n AS b, n AS c, n AS d",
    "SELECT count(*) FROM n AS a WHERE EXISTS (SELECT 1 FROM n AS b, n AS c, n AS d WHERE b.x + c.x + d.x = -a.x)",
    "SELECT sum(x) FROM (SELECT a.x FROM n AS a, n AS b UNION ALL SELECT c.x FROM n AS c, n AS d, n AS e, n AS f) AS u",
];

fn tables(folder: &Path) -> Vec<Table> {
    let schema = schema(EVENT);
    let cells = vec![
        Cell::Text("a".to_owned()),
        Cell::Int(1),
        Cell::Time(tickmark_core::model::time::Time::from_micros(0)),
    ];
    let absent = std::iter::repeat_n(Cell::Absent, 7);
    let row = row(cells.into_iter().chain(absent).collect(), 0, 1, 0);
    vec![
        fixed("t", &[("x", Kind::Text)], vec![vec![text("x")]]),
        stored(&schema, vec![file(folder, &schema, 1, &[row])]),
    ]
}

fn ask(worker: &ProcessPopulations, sql: &str, tables: Vec<Table>) -> Result<Answer, QueryError> {
    worker.query(&job(sql, tables), 100)
}

#[test]
fn hostile_statements_are_refused_and_nothing_is_read_or_written() {
    let folder = TempDir::new().unwrap();
    let secret = folder.path().join("secret.csv");
    let out = folder.path().join("out.csv");
    fs::write(&secret, format!("x\n{SECRET}\n")).unwrap();
    let cache = folder.path().join("facts");
    let tables = tables(&cache);
    // A file of the same cache that is not in the job.
    let other = schema(STATE);
    let beside = row(
        vec![Cell::Text(SECRET.to_owned()), Cell::Bool(true)],
        0,
        9,
        0,
    );
    file(&cache, &other, 9, &[beside]);
    let worker = worker().patience(Duration::from_secs(60));
    for sql in REFUSED {
        let sql = sql
            .replace("{secret}", secret.to_str().unwrap())
            .replace("{out}", out.to_str().unwrap());
        let told = ask(&worker, &sql, tables.clone());
        let refused = matches!(
            told,
            Err(QueryError::Refused { .. } | QueryError::Sql { .. })
        );
        assert!(refused, "{sql}: {told:?}");
        assert!(!told.unwrap_err().to_string().contains(SECRET), "{sql}");
        assert!(!out.exists(), "{sql}");
    }
    // The worker that refused all of it is as good as before.
    let sane = "SELECT (SELECT count(*) FROM sighting), (SELECT max(x) FROM t)";
    let told = ask(&worker, sane, tables).unwrap();
    assert_eq!(told.rows, [[Value::Int(1), text("x")]]);
    println!("{} hostile statements refused", REFUSED.len());
}

#[test]
fn questions_that_ask_for_too_much_are_killed_or_stopped() {
    let numbers = (0..1_000).map(|n| vec![Value::Int(n)]).collect();
    let table = fixed("n", &[("x", Kind::Int)], numbers);
    let worker = worker().patience(Duration::from_secs(2));
    for sql in ENDLESS {
        let told = ask(&worker, sql, vec![table.clone()]);
        assert!(
            matches!(told, Err(QueryError::Limit { .. })),
            "{sql}: {told:?}"
        );
    }
    let worker = worker.patience(Duration::from_secs(60));
    let told = ask(&worker, "SELECT count(*) FROM n", vec![table]).unwrap();
    assert_eq!(told.rows, [[Value::Int(1_000)]]);
}

#[test]
fn deep_and_long_texts_are_refused_without_a_crash() {
    let worker = worker().patience(Duration::from_secs(60));
    let wide = |n| format!("SELECT {}", vec!["x"; n].join(" + "));
    for sql in [
        format!("SELECT {}1{}", "(".repeat(50_000), ")".repeat(50_000)),
        format!("SELECT {}x FROM t", "NOT ".repeat(50_000)),
        format!(
            "{}t{}",
            "SELECT * FROM (".repeat(5_000),
            ") AS s".repeat(5_000)
        ),
        format!(
            "SELECT {}1{}",
            "CASE WHEN true THEN ".repeat(5_000),
            " END".repeat(5_000)
        ),
        format!("SELECT '{}'", "x".repeat(2 << 20)),
        format!("SELECT {}", "-".repeat(100_000)),
        wide(200_000),
    ] {
        let told = ask(
            &worker,
            &sql,
            vec![fixed("t", &[("x", Kind::Int)], Vec::new())],
        );
        let head: String = sql.chars().take(40).collect();
        assert!(
            matches!(
                told,
                Err(QueryError::Refused { .. } | QueryError::Sql { .. })
            ),
            "{head}: {told:?}"
        );
    }
    let told = ask(&worker, "SELECT 1", Vec::new()).unwrap();
    assert_eq!(told.rows, [[Value::Int(1)]]);
}

#[test]
fn memory_is_a_limit() {
    let numbers = (0..3_000).map(|n| vec![Value::Int(n)]).collect();
    let table = fixed("n", &[("x", Kind::Int)], numbers);
    // 27 billion rows in a sort: refused by the memory pool, never by the machine.
    let sql = "SELECT a.x, b.x, c.x FROM n AS a, n AS b, n AS c ORDER BY c.x, b.x, a.x";
    let told = ask(
        &worker().patience(Duration::from_secs(300)),
        sql,
        vec![table],
    );
    assert!(
        matches!(&told, Err(QueryError::Limit { what }) if what.contains("memory")),
        "{told:?}"
    );
}

#[test]
fn views_and_reconciling_queries_are_held_to_the_same() {
    let worker = worker().patience(Duration::from_secs(60));
    for sql in [
        "DROP TABLE t",
        "SELECT * FROM '/etc/passwd'",
        "SELECT now() AS x",
        "SELECT 1; SELECT 2",
    ] {
        let viewed = Job {
            views: vec![tickmark_core::judge::job::View {
                name: "v".to_owned(),
                sql: sql.to_owned(),
            }],
            ..job("SELECT * FROM v", Vec::new())
        };
        let told = worker.query(&viewed, 1);
        assert!(
            matches!(
                told,
                Err(QueryError::Refused { .. } | QueryError::Sql { .. })
            ),
            "{sql}: {told:?}"
        );
    }
}

#[test]
fn a_job_that_names_a_file_that_is_no_fact_fails_without_telling_its_content() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("passwd.parquet");
    fs::write(&path, SECRET).unwrap();
    let mut table = tables(&folder.path().join("facts")).remove(1);
    if let Rows::Files(files) = &mut table.rows {
        files[0].path = path.display().to_string();
    }
    let told = ask(&worker(), "SELECT * FROM sighting", vec![table]).unwrap_err();
    assert!(matches!(&told, QueryError::Worker { .. }), "{told}");
    assert!(!told.to_string().contains(SECRET), "{told}");
}
