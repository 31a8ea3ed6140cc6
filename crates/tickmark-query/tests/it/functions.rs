//! Our own functions against the vectors of the domain page, and what NULL does to them.

use tickmark_core::{
    judge::{
        job::{Job, JobContext, Value},
        populations::{Populations as _, QueryError},
        sql::OURS,
    },
    model::{
        calendar::{Base, Calendar},
        time::{Day, Time},
    },
};
use tickmark_query::InProcess;

use crate::sample::{ask, job, one, text};

fn set(of: &[&str]) -> Value {
    Value::Set(of.iter().map(|t| (*t).to_owned()).collect())
}

#[test]
fn sets() {
    for (sql, expected) in [
        ("set_of(make_array('b', 'a', NULL, 'b'))", set(&["a", "b"])),
        (
            "set_minus(make_array('c', 'a', 'b'), make_array('a'))",
            set(&["b", "c"]),
        ),
        ("set_minus(make_array('a'), make_array())", set(&["a"])),
        (
            "set_intersect(make_array('b', 'a'), make_array('c', 'b'))",
            set(&["b"]),
        ),
        (
            "set_union(make_array('b'), make_array('a', 'b'))",
            set(&["a", "b"]),
        ),
        ("set_has(make_array('a'), 'a')", Value::Bool(true)),
        ("set_has(make_array(), 'a')", Value::Bool(false)),
        ("set_size(make_array('a', 'b', 'a'))", Value::Int(2)),
        ("set_empty(make_array())", Value::Bool(true)),
        (
            "set_empty(set_minus(make_array('a'), make_array('a')))",
            Value::Bool(true),
        ),
        ("set_empty(make_array('a'))", Value::Bool(false)),
        (
            "set_of(array_agg(x)) FROM (VALUES ('b'), ('a')) AS t(x)",
            set(&["a", "b"]),
        ),
    ] {
        assert_eq!(one(&format!("SELECT {sql}")), expected, "{sql}");
    }
}

#[test]
fn items_and_texts() {
    for (sql, expected) in [
        (
            "item('acme/api', '7%', CAST(3 AS VARCHAR))",
            text("acme%2Fapi/7%25/3"),
        ),
        ("item('e\u{301}')", text("é")),
        ("item('a', NULL)", Value::Null),
        (
            "time_text(TIMESTAMP '2026-03-02T10:00:00Z')",
            text("2026-03-02T10:00:00Z"),
        ),
    ] {
        assert_eq!(one(&format!("SELECT {sql}")), expected, "{sql}");
    }
    for sql in [
        "SELECT item('a', '')",
        "SELECT item(repeat_me) FROM (SELECT array_to_string(string_to_array('x', ''), '') AS repeat_me) AS t WHERE item('', 'a') = 'b'",
    ] {
        let error = ask(sql, Vec::new()).unwrap_err();
        assert!(
            matches!(&error, QueryError::Sql { what } if what.contains("item")),
            "{error}"
        );
    }
}

#[test]
fn null_gives_null() {
    let nulls = |name: &str| match name {
        "item" | "time_text" | "time_of" | "set_of" | "set_size" | "set_empty" => 1,
        "business_deadline" => 4,
        _ => 2,
    };
    for name in OURS {
        let arguments = vec!["NULL"; nulls(name)].join(", ");
        assert_eq!(
            one(&format!("SELECT {name}({arguments})")),
            Value::Null,
            "{name}"
        );
    }
}

#[test]
fn lengths_of_time() {
    for (sql, expected) in [
        (
            "time_plus(TIMESTAMP '2026-03-07T17:00:00Z', 86400000000)",
            "2026-03-08T17:00:00Z",
        ),
        ("time_of(0)", "1970-01-01T00:00:00Z"),
        (
            "TIMESTAMP '2026-03-07T17:00:00Z' + INTERVAL '24 hours'",
            "2026-03-08T17:00:00Z",
        ),
        (
            "day_start(DATE '2026-03-08', 'America/New_York')",
            "2026-03-08T05:00:00Z",
        ),
        (
            "day_end(DATE '2026-03-08', 'America/New_York')",
            "2026-03-09T04:00:00Z",
        ),
        (
            "end_of_day(TIMESTAMP '2026-04-01T02:30:00Z', 'America/Los_Angeles')",
            "2026-04-01T07:00:00Z",
        ),
    ] {
        assert_eq!(
            one(&format!("SELECT {sql}")),
            Value::Time(Time::parse(expected).unwrap().micros()),
            "{sql}"
        );
    }
    let between =
        "SELECT time_between(TIMESTAMP '2026-03-08T00:00:00Z', TIMESTAMP '2026-03-07T00:00:00Z')";
    assert_eq!(one(between), Value::Int(86_400_000_000));
    let day = "SELECT local_day(TIMESTAMP '2026-04-01T02:30:00Z', 'America/Los_Angeles')";
    assert_eq!(
        one(day),
        Value::Date(Day::parse("2026-03-31").unwrap().epoch_days())
    );
    for sql in [
        "SELECT time_plus(time_of(9223372036854775807), 1)",
        "SELECT local_day(time_of(0), 'Mars/Olympus')",
    ] {
        assert!(
            matches!(ask(sql, Vec::new()), Err(QueryError::Sql { .. })),
            "{sql}"
        );
    }
}

fn with_calendars(sql: &str) -> Job {
    let mut york = Calendar::new("new york", Base::None);
    york.add.insert(Day::parse("2026-02-16").unwrap());
    let context = JobContext {
        zone: "America/New_York".to_owned(),
        calendars: vec![Calendar::new("", Base::None), york],
    };
    Job {
        context,
        ..job(sql, Vec::new())
    }
}

/// The vectors of page 4, section 4.1.
#[test]
fn business_deadlines() {
    for (start, days, location, due) in [
        (
            "2026-02-13T22:30:00Z",
            1,
            "'new york'",
            "2026-02-18T05:00:00Z",
        ),
        ("2026-02-13T22:30:00Z", 1, "NULL", "2026-02-17T05:00:00Z"),
        (
            "2028-02-28T12:00:00Z",
            2,
            "'new york'",
            "2028-03-02T05:00:00Z",
        ),
    ] {
        let sql = format!(
            "SELECT business_deadline(TIMESTAMP '{start}', {days}, 'America/New_York', {location})"
        );
        let answer = InProcess::default()
            .query(&with_calendars(&sql), 1)
            .unwrap();
        assert_eq!(
            answer.rows,
            [[Value::Time(Time::parse(due).unwrap().micros())]],
            "{sql}"
        );
    }
    let nowhere = "SELECT business_deadline(time_of(0), 1, 'UTC', 'atlantis')";
    let error = InProcess::default()
        .query(&with_calendars(nowhere), 1)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no calendar for location `atlantis`"),
        "{error}"
    );
}
