//! Whole tests of the short form: the engine's outcome, digests included, against the row-wise interpreter.

use proptest::prelude::*;
use tickmark_core::{
    judge::{
        compile::{self, Setting, WaiverRow},
        interpret::Interpretation,
        job::{Rows, TableShape, Value},
        library::{Control, Library},
        outcome::Outcome,
        populations::Populations,
        spec::Form,
        window::Window,
    },
    model::{
        calendar::{Base, Calendar},
        time::{Period, Span, Time, Zone},
    },
};
use tickmark_query::InProcess;

const EVENT: &str = "name: event\nversion: 1\nshape: event\nsays: x\nkey: [id, number]\ntrigger: at\ncolumns:\n  id: {type: text}\n  number: {type: int}\n  at: {type: time, can_be: [absent, unknown]}\n  place: {type: text, can_be: [absent, unknown]}\n  done_at: {type: time, can_be: [absent, unknown]}\n  by: {type: set<person>, can_be: [absent, unknown]}\n  authors: {type: set<person>, can_be: [absent, unknown]}\n";
const STATE: &str = "name: state\nversion: 1\nshape: state\nsays: x\nkey: [id]\ncolumns:\n  id: {type: text}\n  on: {type: bool, can_be: [absent, unknown]}\n  kind: {type: text, can_be: [absent, unknown]}\n";
const JOINER: &str = "name: joiner\nversion: 1\nshape: event\nsays: x\nkey: [id]\ntrigger: day\ncolumns:\n  id: {type: text}\n  day: {type: date}\n";

const JOINER_TEST: &str = "population: joiner\nattributes:\n\
\x20 A: {says: x, expr: 'day is not null'}\n\
\x20 B: {says: y, expr: \"id <> 'b'\", reasons: [{code: never}]}\n";
const EVENT_TEST: &str = "population: event\n\
where: place <> 'staging'\n\
na: [{when: \"set_has(by, 'bot')\", code: bot}, {when: place is null, code: nowhere}]\n\
pending: [{when: done_at is null and at + interval '3 days' >= $until, code: later}]\n\
due: at + interval '3 days'\n\
interval: {from: at, until: 'max(at, done_at)'}\n\
attributes:\n\
\x20 A: {says: x, expr: 'not_empty(minus(by, authors))', reasons: [{when: set_empty(by), code: nobody}, {code: self}], unknown: hidden}\n\
\x20 B: {says: y, expr: 'done_at <= business_deadline(at, $days, $zone, place)', reasons: [{when: done_at is null, code: never}]}\n";
const STATE_TEST: &str = "population: state\n\
where: kind <> 'bot'\n\
na: [{when: kind = 'exempt', code: bot}]\n\
attributes:\n\
\x20 A: {says: x, expr: 'on', reasons: [{code: never}]}\n\
\x20 B: {says: y, expr: 'valid_to is null or valid_to - valid_from > interval ''10 days''', reason: self}\n";

fn library() -> Library {
    Library::parse([
        ("populations/event.yaml", EVENT.as_bytes()),
        ("populations/state.yaml", STATE.as_bytes()),
        ("populations/joiner.yaml", JOINER.as_bytes()),
    ])
    .unwrap()
}

/// A control around a test; its fixtures only satisfy the pairing rules.
fn control(library: &Library, test: &str) -> Control {
    let front = "---\nid: CHG-01\nversion: 1\ntitle: T\ncriteria: [CC8.1]\nnature: {direction: preventive, how: manual, level: entity, key: true}\n\
        frequency: [event]\nautomation: automated\nsuggested_owner: x\ntests: [CHG-01.t]\nlook_back: true\n\
        params: {days: {type: int, default: 1, says: d}}\nreasons: {bot: b, nowhere: n, later: l, nobody: n, self: s, hidden: h, never: n}\n---\n";
    let text = format!(
        "{front}```yaml test=CHG-01.t\n{test}```\n\
         ```yaml fixture=a lookalike\ncontext: {{zone: UTC}}\n```\n```text verdict=a\na pass tt\nc unknown ??\nd pending --\n```\n\
         ```yaml fixture=b\ncontext: {{zone: UTC}}\n```\n```text verdict=b\nb deviation ff\n```\n"
    );
    library
        .control("controls/CHG-01.md", &text)
        .unwrap_or_else(|w| panic!("{}", w.iter().map(|d| format!("{d}\n")).collect::<String>()))
}

const DAY: i64 = 86_400_000_000;

fn start() -> i64 {
    Time::parse("2026-03-01T05:00:00Z").unwrap().micros()
}

/// A value that is there, absent (NULL) or unknown (NULL with its bit).
fn cell(there: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<(Value, bool)> {
    prop_oneof![5 => there.prop_map(|v| (v, false)), 1 => Just((Value::Null, false)), 1 => Just((Value::Null, true))].boxed()
}

fn word(words: &'static [&'static str]) -> BoxedStrategy<Value> {
    proptest::sample::select(words)
        .prop_map(|w| Value::Text(w.to_owned()))
        .boxed()
}

fn near() -> BoxedStrategy<Value> {
    (-8..40_i64)
        .prop_map(|half| Value::Time(start() + half * DAY / 2))
        .boxed()
}

fn people() -> BoxedStrategy<Value> {
    proptest::sample::subsequence(vec!["ada", "bob", "bot"], 0..3)
        .prop_map(|s| Value::Set(s.into_iter().map(str::to_owned).collect()))
        .boxed()
}

/// Own columns and `_unknown` from cells; then the rest of the system columns.
fn physical(cells: Vec<(Value, bool)>, record: i64, state: Option<[Value; 5]>) -> Vec<Value> {
    let unknown: i64 = (0..)
        .zip(&cells)
        .map(|(bit, (_, u))| i64::from(*u) << bit)
        .sum();
    let mut row: Vec<Value> = cells.into_iter().map(|(v, _)| v).collect();
    row.extend([
        Value::Int(unknown),
        Value::Int(7),
        Value::Int(0),
        Value::Int(record),
        Value::Time(start()),
    ]);
    row.extend(state.into_iter().flatten());
    row
}

fn events() -> impl Strategy<Value = Vec<Vec<Value>>> {
    let row = (
        cell(near()),
        cell(word(&["us", "staging", ""])),
        cell(near()),
        cell(people()),
        cell(people()),
    );
    proptest::collection::vec(row, 0..30).prop_map(|rows| {
        let each = (0_i64..)
            .zip(rows)
            .map(|(n, (at, place, done, by, authors))| {
                let key = [
                    (Value::Text(format!("a/{}%", n % 5)), false),
                    (Value::Int(n), false),
                ];
                physical(
                    key.into_iter()
                        .chain([at, place, done, by, authors])
                        .collect(),
                    n,
                    None,
                )
            });
        each.collect()
    })
}

fn states() -> impl Strategy<Value = Vec<Vec<Value>>> {
    let version = (
        1..20_i64,
        cell(any::<bool>().prop_map(Value::Bool)),
        cell(word(&["human", "bot", "exempt"])),
    );
    let key = proptest::collection::vec(version, 1..5);
    proptest::collection::vec(key, 0..6).prop_map(|keys| {
        let mut rows = Vec::new();
        for (k, versions) in (0..).zip(keys) {
            let mut from = start() - 4 * DAY;
            let count = versions.len();
            for (n, (days, on, kind)) in versions.into_iter().enumerate() {
                let to = from + days * DAY;
                let end = if n + 1 == count {
                    Value::Null
                } else {
                    Value::Time(to)
                };
                let times = [
                    Value::Time(from),
                    end,
                    Value::Time(from),
                    Value::Time(to),
                    Value::Null,
                ];
                let record = i64::try_from(rows.len()).unwrap();
                rows.push(physical(
                    vec![(Value::Text(format!("k{k}")), false), on, kind],
                    record,
                    Some(times),
                ));
                from = to;
            }
        }
        rows
    })
}

fn compare(
    test: &str,
    rows: Vec<Vec<Value>>,
    window: Window,
    waived: Option<&str>,
) -> Result<Outcome, TestCaseError> {
    let library = library();
    let control = control(&library, test);
    let spec = &control.tests[0];
    let zone = Zone::parse("America/New_York").unwrap();
    let waivers = waived.map(|item| WaiverRow {
        pattern: item.contains('*'),
        test: "CHG-01.t".into(),
        item: item.into(),
        valid: Span {
            from: Time::from_micros(start()),
            until: Time::from_micros(start() + 9 * DAY),
        },
        reason: "approved".into(),
    });
    let setting = Setting {
        window,
        zone: &zone,
        params: [("days".to_owned(), Value::Int(2))].into(),
        calendars: vec![
            Calendar::new("", Base::None),
            Calendar::new("us", Base::UsFederal),
        ],
        waivers: waivers.into_iter().collect(),
        gaps: vec![],
        holes: vec![],
        occurrences: vec![],
        coverage: [9, 10],
    };
    let mut job = compile::compile(&library, &control, spec, &setting).unwrap();
    for table in job
        .tables
        .iter_mut()
        .filter(|t| t.shape != TableShape::Fixed)
    {
        table.rows = Rows::Inline(rows.clone());
    }
    let found = InProcess::default()
        .test(&job)
        .unwrap_or_else(|e| panic!("{e}\n{}", job.sql));
    let Form::Short(short) = &spec.form else {
        panic!("short form")
    };
    let mut params = window.params(zone.name());
    params.insert("days".into(), Value::Int(2));
    let interpretation = Interpretation {
        schema: library.schema(spec.population.as_str()).unwrap(),
        test: spec,
        short,
        window,
        look_back: true,
        params: &params,
        context: &job.context,
    };
    let expected = interpretation
        .run(&rows, job.judged.as_ref().unwrap())
        .unwrap();
    prop_assert_eq!(&found, &expected);
    Ok(found)
}

fn period() -> Window {
    Window::Period(
        Period::parse("2026-03-01..2026-03-10")
            .unwrap()
            .span(&Zone::parse("America/New_York").unwrap()),
    )
}

/// The days of the period in New York: the first and the last are in it, the ones beside are not.
#[test]
fn an_event_of_a_day_counts_from_the_start_of_the_day_in_the_zone() {
    let first = i32::try_from(start() / DAY).unwrap();
    let days = [("z", -1), ("a", 0), ("b", 9), ("y", 10)];
    let rows = (0..).zip(days).map(|(record, (id, day))| {
        let cells = vec![
            (Value::Text(id.to_owned()), false),
            (Value::Date(first + day), false),
        ];
        physical(cells, record, None)
    });
    let found = compare(JOINER_TEST, rows.collect(), period(), None).unwrap();
    assert_eq!([found.counts.population, found.counts.passed], [2, 1]);
    assert!(
        found.rows.contains("\"from\":\"2026-03-10T04:00:00Z\""),
        "{}",
        found.rows
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_get_the_same_outcome(rows in events()) {
        compare(EVENT_TEST, rows, period(), Some("a%2F1%25/1"))?;
    }

    #[test]
    fn states_get_the_same_outcome(rows in states(), day in 0..9_i64, instant in any::<bool>()) {
        let window = if instant { Window::Instant(Time::from_micros(start() + day * DAY)) } else { period() };
        compare(STATE_TEST, rows, window, Some("k1"))?;
    }
}
