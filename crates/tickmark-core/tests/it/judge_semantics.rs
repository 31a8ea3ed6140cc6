//! What a test says about items, by the interpreter; coverage; the clocks of page 4.

use tickmark_core::{
    judge::{
        coverage::coverage,
        expr::{self, Evaluation, Params, Row, Scope, ScopeColumn},
        fixtures,
        interpret::Interpretation,
        job::{JobContext, Kind, Rows, Value},
        library::{Control, Library},
        outcome::{Outcome, ResultKind},
        spec::Form,
        window::Window,
    },
    model::{
        calendar::{Base, Calendar},
        ids::PopulationName,
        time::{Period, Span, Spans, Time, Zone},
    },
};

const EVENT: &str = "name: event\nversion: 1\nshape: event\nsays: x\nkey: [id]\ntrigger: at\ncolumns:\n  id: {type: text}\n  at: {type: time}\n  place: {type: text, can_be: [absent, unknown]}\n  ok: {type: bool, can_be: [absent, unknown]}\n  kind: {type: text, can_be: [absent, unknown]}\n";
const STATE: &str = "name: state\nversion: 1\nshape: state\nsays: x\nkey: [id]\ncolumns:\n  id: {type: text}\n  on: {type: bool, can_be: [absent, unknown]}\n";
const VIEW: &str = "name: both\nversion: 1\nshape: event\nsays: x\nkey: [id]\ntrigger: at\ncolumns: {id: {type: text}, at: {type: time}}\nderived: {sql: both.sql, from: {event: driver, state: lookup, spare: aside}}\n";
const SPARE: &str =
    "name: spare\nversion: 1\nshape: state\nsays: x\nkey: [id]\ncolumns: {id: {type: text}}\n";
const SQL: &str = "SELECT e.id, e.at, 0 AS _unknown, e._leaf, e._blob, e._record FROM event e JOIN state s ON s.id = e.id LEFT JOIN spare x ON x.id = e.id";

fn library() -> Library {
    Library::parse([
        ("populations/event.yaml", EVENT.as_bytes()),
        ("populations/state.yaml", STATE.as_bytes()),
        ("populations/spare.yaml", SPARE.as_bytes()),
        ("populations/both.yaml", VIEW.as_bytes()),
        ("populations/both.sql", SQL.as_bytes()),
    ])
    .unwrap()
}

/// A control with one test and one fixture; pairs that only the library needs are left out by reading parts.
fn control(test: &str, fixture: &str) -> Control {
    let text = format!(
        "---\nid: CHG-01\nversion: 1\ntitle: T\ncriteria: [CC8.1]\nnature: {{direction: preventive, how: manual, level: entity, key: true}}\nfrequency: [event]\nautomation: automated\nsuggested_owner: x\ntests: [CHG-01.t]\nlook_back: true\nreasons: {{bot: b, later: l, off: o, slow: s}}\n---\n```yaml test=CHG-01.t\n{test}```\n\
         ```yaml fixture=f\n{fixture}```\n```text verdict=f\n```\n\
         ```yaml fixture=every lookalike\n```\n```text verdict=every\na pass t\nb deviation f\nc unknown ?\nd pending -\n```\n"
    );
    let text = text
        .replace("lookalike\n```", "lookalike\ncontext: {zone: UTC}\n```")
        .replace("b deviation f\n", "");
    // The verdicts of `every` only satisfy the pairing rules.
    let text = format!(
        "{text}```yaml fixture=more\ncontext: {{zone: UTC}}\n```\n```text verdict=more\nb deviation f\n```\n"
    );
    library()
        .control("controls/CHG-01.md", &text)
        .unwrap_or_else(|wrong| {
            panic!(
                "{}",
                wrong.iter().map(|d| format!("{d}\n")).collect::<String>()
            )
        })
}

fn judge(test: &str, fixture: &str) -> Outcome {
    let (library, control) = (library(), control(test, fixture));
    let spec = &control.tests[0];
    let job = fixtures::job(&library, &control, spec, &control.fixtures[0]).unwrap();
    let Form::Short(short) = &spec.form else {
        panic!("short form")
    };
    let Rows::Inline(rows) = &job.tables[0].rows else {
        panic!("inline")
    };
    let context = &control.fixtures[0].context;
    let window = context
        .as_of
        .map_or_else(|| Window::Period(context.span()), Window::Instant);
    let interpretation = Interpretation {
        schema: library.schema(spec.population.as_str()).unwrap(),
        test: spec,
        short,
        window,
        look_back: control.front.look_back,
        params: &window.params(context.zone.name()),
        context: &job.context,
    };
    interpretation
        .run(rows, job.judged.as_ref().unwrap())
        .unwrap()
}

/// Status, letters and reasons of each row that did not pass.
fn lines(outcome: &Outcome) -> Vec<String> {
    let field = |line: &str, key: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        match &value[key] {
            serde_json::Value::String(s) => s.clone(),
            other => other
                .as_array()
                .map(|a| {
                    a.iter()
                        .map(|x| x.as_str().unwrap_or(""))
                        .collect::<Vec<_>>()
                        .join(" ")
                })
                .unwrap_or_default(),
        }
    };
    outcome
        .rows
        .lines()
        .map(|l| {
            ["i", "s", "a", "r"]
                .map(|k| field(l, k))
                .join(" ")
                .trim_end()
                .to_owned()
        })
        .collect()
}

const TEST: &str = "population: event\nwhere: place = 'here'\nna: [{when: kind = 'bot', code: bot}]\npending: [{when: kind = 'open', code: later}]\nattributes:\n  A: {says: x, expr: ok, reasons: [{when: kind = 'slow', code: slow}, {code: off}]}\n";

#[test]
fn what_cannot_be_read_never_passes() {
    let outcome = judge(
        TEST,
        "event:\n\
         - {id: a, at: 2026-02-01T00:00:00Z, place: here, ok: true}\n\
         - {id: b, at: 2026-02-01T00:00:00Z, place: here, ok: false, kind: slow}\n\
         - {id: c, at: 2026-02-01T00:00:00Z, place: here, ok: false}\n\
         - {id: d, at: 2026-02-01T00:00:00Z, place: here}\n\
         - {id: e, at: 2026-02-01T00:00:00Z, place: here, ok: '?'}\n\
         - {id: f, at: 2026-02-01T00:00:00Z, place: '?', ok: true}\n\
         - {id: g, at: 2026-02-01T00:00:00Z, place: '?', ok: false}\n\
         - {id: h, at: 2026-02-01T00:00:00Z, place: there, ok: false}\n\
         - {id: i, at: 2026-02-01T00:00:00Z, ok: false}\n\
         - {id: j, at: 2026-02-01T00:00:00Z, place: here, ok: true, kind: '?'}\n\
         - {id: k, at: 2026-02-01T00:00:00Z, place: here, ok: false, kind: bot}\n\
         - {id: l, at: 2026-02-01T00:00:00Z, place: here, ok: false, kind: open}\n\
         - {id: m, at: 2025-12-31T23:59:59Z, place: here, ok: false}\n\
         - {id: n, at: 2026-07-01T00:00:00Z, place: here, ok: false}\n",
    );
    let expected = [
        "b deviation f A:slow",
        "c deviation f A:off",
        "d deviation f A:off",
        "e unknown ? A:unknown",
        "f unknown ? where:unknown",
        "g unknown ? where:unknown",
        "j unknown ? na:unknown",
        "k not_applicable - na:bot",
        "l pending - pending:later",
    ];
    assert_eq!(lines(&outcome), expected);
    assert_eq!(outcome.counts.population, 10);
    assert_eq!(outcome.result, ResultKind::Deviation);
}

#[test]
fn look_back_takes_what_was_due_inside() {
    let test = format!("{TEST}due: at + interval '3 days'\n");
    let event = |at: &str| format!("event: [{{id: a, at: {at}, place: here, ok: true}}]\n");
    assert_eq!(
        judge(&test, &event("2025-12-29T00:00:00Z"))
            .counts
            .population,
        1
    );
    assert_eq!(
        judge(&test, &event("2025-12-28T23:59:59Z"))
            .counts
            .population,
        0
    );
    assert_eq!(
        judge(TEST, &event("2025-12-29T00:00:00Z")).result,
        ResultKind::DidNotOperate
    );
}

const ON: &str =
    "population: state\nattributes:\n  A: {says: x, expr: 'on', reasons: [{code: off}]}\n";

#[test]
fn a_state_is_judged_by_its_versions_in_the_window() {
    let fixture = "state:\n\
         - {id: a, on: false, valid_from: 2025-01-01T00:00:00Z, valid_to: 2026-01-01T00:00:00Z}\n\
         - {id: a, on: true, valid_from: 2026-01-01T00:00:00Z, valid_to: 2026-03-01T00:00:00Z}\n\
         - {id: a, on: false, valid_from: 2026-03-01T00:00:00Z, valid_to: 2026-03-01T03:00:00Z}\n\
         - {id: a, on: true, valid_from: 2026-03-01T03:00:00Z}\n\
         - {id: b, on: '?'}\n\
         - {id: c, on: true}\n";
    let outcome = judge(ON, fixture);
    assert_eq!(
        lines(&outcome),
        ["a deviation f A:off", "b unknown ? A:unknown"]
    );
    // Three hours in March are found, with their time (edge case 42 of page 4).
    assert!(
        outcome.rows.contains("\"from\":\"2026-03-01T00:00:00Z\"")
            && outcome.rows.contains("\"until\":\"2026-03-01T03:00:00Z\"")
    );
    let at = |time: &str| judge(ON, &format!("context: {{as_of: {time}}}\n{fixture}")).counts;
    assert_eq!(
        (
            at("2026-02-28T23:59:59Z").deviations,
            at("2026-03-01T00:00:00Z").deviations
        ),
        (0, 1)
    );
    assert_eq!(at("2026-03-01T03:00:00Z").deviations, 0);
}

#[test]
fn coverage_is_what_every_input_covers() {
    let library = library();
    let name = |n: &str| PopulationName::parse(n).unwrap();
    let at = |t: &str| Time::parse(t).unwrap();
    let span = |from: &str, until: &str| Span::new(at(from), at(until)).unwrap();
    let window = Window::Period(
        Period::parse("2026-01-01..2026-01-10")
            .unwrap()
            .span(&Zone::utc()),
    );
    let covered = |population: &PopulationName| match population.as_str() {
        "event" => Spans::from(vec![
            span("2025-12-01T00:00:00Z", "2026-01-06T00:00:00Z"),
            span("2026-01-07T00:00:00Z", "2026-02-01T00:00:00Z"),
        ]),
        "state" => Spans::from(vec![span("2026-01-02T00:00:00Z", "2026-02-01T00:00:00Z")]),
        _ => Spans::empty(),
    };
    let day = 86_400;
    assert_eq!(
        coverage(&library, &name("event"), &covered, window).seconds(),
        [9 * day, 10 * day]
    );
    // Through the view; what stands aside does not count.
    let both = coverage(&library, &name("both"), &covered, window);
    assert_eq!(both.seconds(), [8 * day, 10 * day]);
    assert_eq!(both.millionths(), 800_000);
    // Nobody collected it.
    assert_eq!(
        coverage(&library, &name("spare"), &covered, window).seconds(),
        [0, 10 * day]
    );
    // Half a second missing is not all of it.
    let nearly = |_: &PopulationName| {
        Spans::from(vec![Span {
            from: window.from(),
            until: window.until().plus(-500_000),
        }])
    };
    assert_eq!(
        coverage(&library, &name("event"), &nearly, window).seconds(),
        [10 * day - 1, 10 * day]
    );
}

#[test]
fn time_nobody_looked_at_is_no_evidence() {
    let gap = "context: {uncovered: [{population: event, from: 2026-03-01T00:00:00Z, until: 2026-03-02T00:00:00Z}]}\n";
    let rows = "event: [{id: a, at: 2026-02-01T00:00:00Z, place: here, ok: true}]\n";
    assert_eq!(judge(TEST, rows).result, ResultKind::NoDeviation);
    assert_eq!(
        judge(TEST, &format!("{gap}{rows}")).result,
        ResultKind::UnableToTest
    );
}

/// The clock and calendar vectors of page 4, section 4.1, through expressions.
#[test]
fn clocks_and_calendars() {
    let mut office = Calendar::new("", Base::None);
    office
        .add
        .insert(tickmark_core::model::time::Day::parse("2026-02-16").unwrap());
    let context = JobContext {
        zone: "America/New_York".into(),
        calendars: vec![office],
    };
    let scope = Scope {
        population: "p".into(),
        columns: vec![
            ScopeColumn {
                name: "at".into(),
                kind: Kind::Time,
                bit: Some(0),
            },
            ScopeColumn {
                name: "place".into(),
                kind: Kind::Text,
                bit: Some(1),
            },
        ],
        params: vec![("zone".into(), Kind::Text)],
    };
    let eval = |text: &str, zone: &str, at: &str, kind: Kind| {
        let params = Params::from([("zone".into(), Value::Text(zone.into()))]);
        let node = expr::parse(text, &scope, kind).unwrap();
        let values = [Value::Time(Time::parse(at).unwrap().micros()), Value::Null];
        let with = Evaluation {
            scope: &scope,
            params: &params,
            context: &context,
        };
        match expr::evaluate(
            &node,
            Row {
                values: &values,
                unknown: 0,
            },
            with,
        ) {
            Value::Time(us) => Time::from_micros(us).to_string(),
            other => format!("{other:?}"),
        }
    };
    let new_york = "America/New_York";
    let deadline = |days: u8| format!("business_deadline(at, {days}, $zone, place)");
    // Termination on Friday 17:30, Presidents' Day on Monday: the end of Tuesday.
    assert_eq!(
        eval(&deadline(1), new_york, "2026-02-13T22:30:00Z", Kind::Time),
        "2026-02-18T05:00:00Z"
    );
    // 29 February counts.
    assert_eq!(
        eval(&deadline(2), new_york, "2028-02-28T17:00:00Z", Kind::Time),
        "2028-03-02T05:00:00Z"
    );
    // 24 hours over both changes of the clocks.
    assert_eq!(
        eval(
            "at + interval '24 hours'",
            new_york,
            "2026-03-07T17:00:00Z",
            Kind::Time
        ),
        "2026-03-08T17:00:00Z"
    );
    assert_eq!(
        eval(
            "end_of_day(at, $zone)",
            new_york,
            "2026-03-08T17:00:00Z",
            Kind::Time
        ),
        "2026-03-09T04:00:00Z"
    );
    // The quarter's boundary in Los Angeles.
    assert_eq!(
        eval(
            "end_of_day(at, $zone)",
            "America/Los_Angeles",
            "2026-04-01T02:30:00Z",
            Kind::Time
        ),
        "2026-04-01T07:00:00Z"
    );
    let day = eval(
        "local_day(at, $zone)",
        "America/Los_Angeles",
        "2026-04-01T02:30:00Z",
        Kind::Date,
    );
    assert_eq!(
        day,
        format!(
            "Date({})",
            tickmark_core::model::time::Day::parse("2026-03-31")
                .unwrap()
                .epoch_days()
        )
    );
}
