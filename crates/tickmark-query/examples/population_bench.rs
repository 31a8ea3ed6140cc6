//! Five population questions over a year of a seeded company, in the layout of the facts cache.
//!
//! `population_bench N DIR [ROUNDS]` writes the files into DIR unless they are there (N access events, N/10 changes, N/5
//! backups), asks each question ROUNDS times (default 3) through a whole job, and prints one JSON line: what was found, what
//! was planted, milliseconds of the best and of the first round (a worker keeps small tables). A wrong count ends with exit code 1. `benches/population_peer.py` asks DuckDB the same.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a bench measures time, owns its files and stops at the unexpected"
)]

#[path = "population_bench/company.rs"]
mod company;

use std::{fs, path::Path, process::ExitCode, time::Instant};

use tickmark_core::{
    facts::schema::Schema,
    judge::{
        job::{Job, JobContext, Rows, StoredFile, Table, TableShape, Value},
        populations::Populations as _,
    },
};
use tickmark_query::{ENGINE, InProcess, facts};

/// Name, question, and the key of what was planted.
const QUESTIONS: [(&str, &str, Option<&str>); 5] = [
    (
        "q1_access_after_term",
        "SELECT count(*) FROM access_event AS e JOIN person AS p ON p.person_id = e.person_id \
         WHERE p.term_ts IS NOT NULL AND e.at > p.term_ts + INTERVAL '24 hours'",
        Some("access_after_term"),
    ),
    (
        "q2_unapproved_changes",
        "WITH stance AS ( \
           SELECT a.change_id, a.approver_id, \
             max(CASE WHEN a.state = 'APPROVED' THEN a.at END) AS yes, max(CASE WHEN a.state = 'DISMISSED' THEN a.at END) AS no \
           FROM approval AS a JOIN change AS c ON c.change_id = a.change_id \
           WHERE a.at <= c.merged_at AND a.approver_id <> c.author_id AND a.state <> 'COMMENTED' \
           GROUP BY a.change_id, a.approver_id) \
         SELECT count(*) FROM change AS c WHERE NOT EXISTS ( \
           SELECT 1 FROM stance AS s WHERE s.change_id = c.change_id AND s.yes IS NOT NULL AND (s.no IS NULL OR s.yes > s.no))",
        Some("unapproved_changes"),
    ),
    (
        "q3_unreviewed_account_quarters",
        "SELECT count(*) FROM account AS a JOIN quarter AS q \
           ON a.granted_at < q.q_start AND (a.revoked_at IS NULL OR a.revoked_at >= q.q_end) \
         WHERE NOT EXISTS (SELECT 1 FROM review_item AS r WHERE r.account_id = a.account_id AND r.quarter = q.quarter \
           AND r.at >= q.q_start AND r.at < q.q_end)",
        Some("unreviewed_account_quarters"),
    ),
    (
        "q4_backup_gaps",
        "SELECT count(*) FROM (SELECT at, lag(at) OVER (PARTITION BY asset_id ORDER BY at) AS prev FROM backup WHERE ok) AS b \
         WHERE at > prev + INTERVAL '26 hours'",
        Some("backup_gaps"),
    ),
    (
        "q5_busy_days_by_system",
        "SELECT count(*) FROM (SELECT system_id, CAST(at AS DATE) AS day, count(*) AS n, count(DISTINCT person_id) AS u \
         FROM access_event WHERE action = 'ssh.session' GROUP BY 1, 2) AS x WHERE n > u * 3",
        None,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, n, folder, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: population_bench N DIR [ROUNDS]");
        return ExitCode::from(2);
    };
    let n: usize = n.replace('_', "").parse().expect("N is a number");
    let rounds: usize = rest
        .first()
        .map_or(3, |r| r.parse().expect("ROUNDS is a number"));
    let folder = fs::canonicalize(Path::new(folder)).unwrap_or_else(|_| {
        fs::create_dir_all(folder).expect("the folder can be made");
        fs::canonicalize(folder).expect("the folder is there")
    });
    let truth = company::written(n, &folder);
    let engine = InProcess::default();
    let mut right = true;
    let mut lines = Vec::new();
    for (name, sql, planted) in QUESTIONS {
        let job = job(sql, &folder);
        let (mut first, mut best) = (None, f64::INFINITY);
        let mut found = Value::Null;
        for _ in 0..rounds {
            let start = Instant::now();
            let answer = engine
                .query(&job, 1)
                .unwrap_or_else(|e| panic!("{name}: {e}"));
            let took = start.elapsed().as_secs_f64() * 1e3;
            first.get_or_insert(took);
            best = best.min(took);
            found = answer.rows[0][0].clone();
        }
        let Value::Int(found) = found else {
            panic!("{name}: {found:?}")
        };
        let planted = planted.map(|key| truth[key]);
        right &= planted.is_none_or(|p| p == found);
        let planted = planted.map_or("null".to_owned(), |p| p.to_string());
        lines.push(format!(
            "\"{name}\":{{\"found\":{found},\"planted\":{planted},\"wall_ms\":{best:.1},\"first_ms\":{:.1}}}",
            first.unwrap_or(best)
        ));
    }
    println!(
        "{{\"engine\":\"{ENGINE}\",\"n\":{n},\"res\":{{{}}}}}",
        lines.join(",")
    );
    ExitCode::from(u8::from(!right))
}

fn job(sql: &str, folder: &Path) -> Job {
    let tables = company::POPULATIONS
        .iter()
        .filter(|p| sql.contains(&format!(" {} ", p.name())));
    Job {
        tables: tables.map(|p| table(&p.schema(), folder)).collect(),
        views: Vec::new(),
        reconcile: Vec::new(),
        context: JobContext {
            zone: "UTC".to_owned(),
            calendars: Vec::new(),
        },
        sql: sql.to_owned(),
        judged: None,
    }
}

fn table(schema: &Schema, folder: &Path) -> Table {
    let path = company::file(folder, schema.name.as_str());
    let file = StoredFile {
        path: path.display().to_string(),
        leaf: 0,
        stream: schema.name.to_string(),
        complete: true,
        observed_us: [0, 0],
    };
    Table {
        name: schema.name.to_string(),
        shape: TableShape::Event,
        columns: facts::columns_of(schema),
        key: schema.key_indexes().collect(),
        rows: Rows::Files(vec![file]),
    }
}
