//! The worker as a process: answers, limits, and what happens when it dies.

use std::time::Duration;

use tickmark_core::judge::{
    job::{Kind, Value},
    populations::{Populations as _, QueryError},
};
use tickmark_query::{InProcess, ProcessPopulations};

use crate::sample::{fixed, job, text};

pub fn worker() -> ProcessPopulations {
    ProcessPopulations::new(env!("CARGO_BIN_EXE_tickmark-query-worker"), [""; 0])
}

#[test]
fn a_worker_answers_many_questions_as_the_engine_in_process_does() {
    let worker = worker();
    let engine = InProcess::default();
    let table = || {
        fixed(
            "t",
            &[("x", Kind::Text)],
            vec![vec![text("a")], vec![Value::Null]],
        )
    };
    for sql in [
        "SELECT x FROM t ORDER BY x",
        "SELECT count(*) FROM t",
        "SELECT y FROM t",
        "DROP TABLE t",
        "SELECT",
    ] {
        let job = job(sql, vec![table()]);
        assert_eq!(worker.query(&job, 10), engine.query(&job, 10), "{sql}");
    }
}

#[test]
fn a_question_that_takes_too_long_is_killed_and_the_next_one_is_answered() {
    let worker = worker().patience(Duration::from_secs(3));
    let numbers = (0..1_000).map(|n| vec![Value::Int(n)]).collect();
    let table = fixed("n", &[("x", Kind::Int)], numbers);
    let endless =
        "SELECT count(*) FROM n AS a, n AS b, n AS c, n AS d WHERE a.x + b.x + c.x + d.x = -1";
    let error = worker
        .query(&job(endless, vec![table.clone()]), 1)
        .unwrap_err();
    assert!(
        matches!(&error, QueryError::Limit { what } if what.contains("3 s")),
        "{error}"
    );
    let told = worker
        .patience(Duration::from_secs(60))
        .query(&job("SELECT count(*) FROM n", vec![table]), 1);
    assert_eq!(told.unwrap().rows, [[Value::Int(1_000)]]);
}

#[test]
fn a_worker_that_cannot_run_is_an_error_that_names_it() {
    for (program, told) in [
        ("/nonexistent/worker", "/nonexistent/worker"),
        // It ends before it takes the job, or after.
        ("/bin/true", "it "),
        ("/bin/echo", ""),
    ] {
        let worker = ProcessPopulations::new(program, ["x"]);
        let error = worker.query(&job("SELECT 1", Vec::new()), 1).unwrap_err();
        assert!(
            matches!(&error, QueryError::Worker { what } if what.contains(told)),
            "{program}: {error}"
        );
    }
}

#[test]
fn a_worker_killed_by_the_system_is_a_limit_not_a_result() {
    let worker = ProcessPopulations::new("/bin/sh", ["-c", "kill -SEGV $$"]);
    let error = worker.query(&job("SELECT 1", Vec::new()), 1).unwrap_err();
    assert!(
        matches!(&error, QueryError::Limit { what } if what.contains("signal 11")),
        "{error}"
    );
}
