//! Defects of control files: each has its place and says what was probably meant.

use tickmark_core::judge::library::{Control, Library};

const CHANGE: &str = "\
name: change
version: 1
shape: event
says: one change
key: [change]
trigger: deployed_at
columns:
  change:      {type: text}
  environment: {type: text, can_be: [unknown]}
  deployed_at: {type: time}
  authors:     {type: set<person>, can_be: [unknown]}
  approvers:   {type: set<person>, can_be: [absent, unknown]}
  approved_at: {type: time, can_be: [absent, unknown]}
";

const CONTROL: &str = "\
---
id: CHG-01
version: 1
title: Independent approval of changes
criteria: [CC8.1]
nature: {direction: preventive, how: it-dependent-manual, level: transaction, key: true}
frequency: [event]
automation: automated
suggested_owner: engineering
families: [T26a]
tests: [CHG-01.approval]
methods: [inspection]
params:
  approvals_min: {type: int, default: 1, min: 1, max: 9, says: approvals needed}
reasons: {late: approval after deployment, self_approved: approver is an author, housekeeping: no change of behaviour}
traps: [late]
---
Why.

```yaml test=CHG-01.approval
population: change
where: environment = 'production'
na: [{when: \"set_has(authors, 'bot')\", code: housekeeping}]
attributes:
  A: {says: approved by another person, expr: 'set_size(set_minus(approvers, authors)) >= $approvals_min', reason: self_approved}
  B:
    says: approved before the deployment
    expr: approved_at <= deployed_at
    reasons: [{code: late}]
```

```yaml fixture=late
change:
  - {change: c1, environment: production, deployed_at: 2026-01-03T11:00:00Z, authors: [ada], approvers: [bob], approved_at: 2026-01-03T12:00:00Z}
  - {change: c2, environment: production, deployed_at: 2026-01-03T11:00:00Z, authors: [bot]}
  - {change: c3, environment: \"?\", deployed_at: 2026-01-03T11:00:00Z, authors: [ada], approvers: [bob], approved_at: 2026-01-03T10:00:00Z}
```

```text verdict=late
c1 deviation tf B:late
c2 not_applicable -- na:housekeeping
c3 unknown ?? where:unknown
```

```text fixture=on_the_minute lookalike
change
change | environment | deployed_at | authors | approvers | approved_at
c1 | production | 2026-01-03T11:00:00Z | ada;eve | bob | 2026-01-03T11:00:00Z
```

```text verdict=on_the_minute
c1 pass tt
result no_deviation
```
";

fn library() -> Library {
    Library::parse([("populations/change.yaml", CHANGE.as_bytes())]).unwrap()
}

fn control(text: &str) -> Result<Control, String> {
    library()
        .control("controls/CHG-01.md", text)
        .map_err(|wrong| wrong.iter().map(|d| format!("{d}\n")).collect())
}

/// The messages after a replacement.
fn refused(from: &str, to: &str) -> String {
    let text = CONTROL.replacen(from, to, 1);
    assert_ne!(text, CONTROL, "{from}");
    control(&text).unwrap_err()
}

#[test]
fn the_sound_file_is_read() {
    let control = control(CONTROL).unwrap();
    assert_eq!(control.tests.len(), 1);
    assert_eq!(control.fixtures.len(), 2);
    assert_eq!(control.prose, "Why.");
    assert!(control.fixtures[1].lookalike);
    assert_eq!(control.fixtures[0].populations[0].rows[2].unknown, 2);
}

#[test]
fn every_defect_has_a_place_and_a_suggestion() {
    let mut seen = String::new();
    for (from, to) in [
        // Front matter.
        ("criteria: [CC8.1]", "criteria: [CC8.2]"),
        ("suggested_owner:", "sugested_owner:"),
        ("frequency: [event]", "frequency: [yearly]"),
        ("direction: preventive", "direction: prevent"),
        ("tests: [CHG-01.approval]", "tests: [CHG-02.approval]"),
        ("default: 1,", "default: 0,"),
        ("type: int,", "type: number,"),
        ("traps: [late]", "traps: [lat]"),
        // The test.
        ("population: change", "population: chnge"),
        ("environment = 'production'", "enviroment = 'production'"),
        ("approved_at <= deployed_at", "approved_at <= deploy_at"),
        ("approved_at <= deployed_at", "approved_at <= 'yesterday'"),
        ("approved_at <= deployed_at", "approved_at <= authors"),
        (
            "approved_at <= deployed_at",
            "approved_at <= (SELECT max(deployed_at) FROM change)",
        ),
        (
            "approved_at <= deployed_at",
            "coalesce(approved_at, deployed_at) <= deployed_at",
        ),
        (
            "approved_at <= deployed_at",
            "approved_at < deployed_at + 24 hours",
        ),
        (
            "approved_at <= deployed_at",
            "approved_at <= deployed_at approved_at",
        ),
        ("approved_at <= deployed_at", "approved_at <= now()"),
        ("approved_at <= deployed_at", "approved_at"),
        ("approved_at <= deployed_at", "approved_at = null"),
        (
            "expr: approved_at <= deployed_at",
            "expr: |\n      approved_at\n      <= deploy_at",
        ),
        (
            "expr: approved_at <= deployed_at",
            "expr: >\n      approved_at\n      <= deploy_at",
        ),
        ("$approvals_min", "$aprovals_min"),
        ("set_minus(approvers", "set_mnus(approvers"),
        ("code: late}", "code: lte}"),
        ("  B:\n", "  b:\n"),
        // Fixtures and verdicts.
        ("authors: [bot]}", "author: [bot]}"),
        (
            "approvers: [bob], approved_at: 2026-01-03T12:00:00Z}",
            "approvers: [bob], approved_at: 2026-01-03T12:00:00}",
        ),
        ("{change: c2,", "{change: '?',"),
        ("ada;eve | bob", "ada;eve"),
        ("c1 deviation tf B:late", "c1 deviation tff B:late"),
        ("c1 deviation tf B:late", "c1 deviation tf B:lately"),
        ("c1 deviation tf B:late", "c1 deviates tf B:late"),
        ("c1 pass tt\n", "c1 deviation tf B:late\n"),
        ("c3 unknown ?? where:unknown\n", ""),
        (" lookalike\n", "\n"),
        ("verdict=on_the_minute", "verdict=on_the_hour"),
        ("```yaml fixture=late", "```yaml fixtur=late"),
    ] {
        seen.push_str(&refused(from, to));
    }
    insta::assert_snapshot!(seen);
}

#[test]
fn views_are_checked_against_their_schema() {
    let base = CHANGE.replace("name: change", "name: base");
    let derived = |from: &str| {
        let columns = "columns:\n  change: {type: text}\n  deployed_at: {type: time}\n";
        format!(
            "name: big\nversion: 1\nshape: event\nsays: x\nkey: [change]\ntrigger: deployed_at\n{columns}derived: {{sql: big.sql, from: {{{from}: driver}}}}\n"
        )
    };
    let errors = |from: &str, sql: &str| {
        let schema = derived(from);
        let files = [
            ("populations/base.yaml", base.as_bytes()),
            ("populations/big.yaml", schema.as_bytes()),
            ("populations/big.sql", sql.as_bytes()),
            ("populations/other.yaml", b"name: other\nversion: 1\nshape: state\nsays: x\nkey: [id]\ncolumns: {id: {type: text}}\n".as_slice()),
        ];
        Library::parse(files)
            .err()
            .unwrap_or_default()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let sound = "SELECT change, deployed_at, 0 AS _unknown, _leaf, _blob, _record FROM base";
    assert_eq!(errors("base", sound), "");
    let seen = [
        errors(
            "base",
            &sound.replace("change, deployed_at", "deployed_at, change"),
        ),
        errors("base", &sound.replace(", _record", "")),
        errors("base", &sound.replace("FROM base", "FROM bse")),
        errors(
            "base",
            &sound.replace(
                "FROM base",
                "FROM base JOIN other ON other.id = base.change",
            ),
        ),
        errors("base", &format!("{sound} LIMIT 3")),
        errors("base", &format!("{sound}; {sound}")),
        errors("base", "DELETE FROM base"),
        errors("base", &sound.replace("0 AS", "random() AS")),
        errors(
            "base",
            &sound.replace("FROM base", "FROM generate_series(1, 3)"),
        ),
        errors("base", &format!("WITH base AS ({sound}) {sound}")),
    ]
    .join("\n");
    insta::assert_snapshot!(seen);
}

#[test]
fn sql_tests_look_at_what_cannot_be_read() {
    let short = CONTROL.find("where: environment").unwrap();
    let end = CONTROL.find("```\n\n```yaml fixture=late").unwrap();
    let with = |sql: &str| {
        format!(
            "{}attributes:\n  A: {{says: x}}\n  B: {{says: y}}\nsql: |\n  {sql}\n{}",
            &CONTROL[..short],
            &CONTROL[end..]
        )
    };
    let compiled = |sql: &str| {
        use tickmark_core::{
            judge::{compile, window::Window},
            model::time::{Period, Zone},
        };
        let (library, zone) = (library(), Zone::utc());
        let control = library.control("controls/CHG-01.md", &with(sql)).unwrap();
        let setting = compile::Setting {
            window: Window::Period(Period::parse("2026-01-01..2026-01-31").unwrap().span(&zone)),
            zone: &zone,
            params: Default::default(),
            calendars: vec![],
            waivers: vec![],
            gaps: vec![],
            holes: vec![],
            occurrences: vec![],
            coverage: [1, 1],
        };
        match compile::compile(&library, &control, &control.tests[0], &setting) {
            Ok(job) => job.sql,
            Err(found) => found.to_string(),
        }
    };
    insta::assert_snapshot!(
        [
            "SELECT approved_at <= $until AS \"a_A\" FROM change",
            "SELECT approved_at <= $until AS \"a_A\" FROM change c WHERE NOT unknown(c.approved_at)",
            "SELECT $approvals_min + 1 AS \"a_A\" FROM change WHERE _unknown = 0",
            "SELECT $aprovals_min AS \"a_A\" FROM change WHERE _unknown = 0",
            "SELECT 1 FROM (SELECT * FROM change) c WHERE unknown(c.approved_at)",
        ]
        .map(compiled)
        .join("\n")
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    /// A control with one damaged stretch is read or refused, never worse.
    #[test]
    fn a_damaged_control_is_read_or_refused(at in 0..CONTROL.len(), cut in 0..40_usize, put in "[a-z$'\"|>:{}\\[\\]()<=\n`?;~ é-]{0,12}") {
        let end = (at + cut).min(CONTROL.len());
        let text = format!("{}{put}{}", &CONTROL[..at], &CONTROL[end..]);
        let _ = control(&text);
    }

    /// Any text is an expression or has a place where it is none.
    #[test]
    fn any_text_is_an_expression_or_refused(text in "(approved_at|deployed_at|authors|and|or|not|is|null|in|between|'|\\(|\\)|,|=|<|\\+|-|interval|set_minus|\\$n|1|\\.5| |\n|é){0,24}") {
        use tickmark_core::judge::expr::{Scope, ScopeColumn, parse_condition};
        use tickmark_core::judge::job::Kind;
        let column = |name: &str, kind| ScopeColumn { name: name.into(), kind, bit: Some(0) };
        let scope = Scope {
            population: "p".into(),
            columns: vec![column("approved_at", Kind::Time), column("deployed_at", Kind::Time), column("authors", Kind::Set)],
            params: vec![("n".into(), Kind::Int)],
        };
        if let Err(error) = parse_condition(&text, &scope) {
            proptest::prop_assert!(error.line >= 1 && error.column >= 1 && !error.what.is_empty());
        }
    }
}

/// Nesting and chains that would exhaust the stack are refused.
#[test]
fn deep_nesting_is_refused() {
    use tickmark_core::judge::expr::{Scope, parse_condition};
    for (open, close) in [
        ("(", ")"),
        ("not ", ""),
        ("set_empty(", ")"),
        ("1 + ", ""),
        ("true and ", ""),
        ("", " is null"),
    ] {
        for times in [40, 90, 400, 4_000] {
            let text = format!("{}true{}", open.repeat(times), close.repeat(times));
            let found = parse_condition(&text, &Scope::default());
            assert!(times < 100 || found.is_err(), "{open}{close} {times}");
        }
        for times in [400, 3_900, 20_000] {
            let sql = format!(
                "SELECT {}true{} FROM change",
                open.repeat(times),
                close.repeat(times)
            );
            let zone = tickmark_core::model::time::Zone::utc();
            let _ = tickmark_core::judge::compile::question(&library(), "q", &sql, &setting(&zone));
        }
    }
}

fn setting(zone: &tickmark_core::model::time::Zone) -> tickmark_core::judge::compile::Setting<'_> {
    use tickmark_core::{judge::window::Window, model::time::Time};
    tickmark_core::judge::compile::Setting {
        window: Window::Instant(Time::from_micros(0)),
        zone,
        params: Default::default(),
        calendars: vec![],
        waivers: vec![],
        gaps: vec![],
        holes: vec![],
        occurrences: vec![],
        coverage: [1, 1],
    }
}

/// The printer of the SQL parser takes a quote after a backslash, or beside another one, for escaped already.
#[test]
fn a_text_that_ends_early_when_written_back_is_refused() {
    use tickmark_core::judge::{
        job::Value,
        sql::{Place, Purpose, prepare},
    };
    let zone = tickmark_core::model::time::Zone::utc();
    let ask = |sql: &str, value: &str| {
        let mut params = setting(&zone).params;
        params.insert("says".to_owned(), Value::Text(value.to_owned()));
        let place = Place {
            file: "a.sql",
            line: 0,
            indent: 0,
        };
        prepare(&library(), place, sql, Purpose::Question, &params)
    };
    for early in [
        r"select 'x\'' union all select secret from nowhere --'",
        "select 'a''''b'",
        r#"select change as "a\""" from change"#,
        "select change as `a``````` from change",
    ] {
        let found = ask(early, "fine").unwrap_err().to_string();
        assert!(found.contains("cannot be written back"), "{early}: {found}");
    }
    assert!(ask("select $says", r"x\' union all select 1 --").is_err());
    for fine in [
        "select 'it''s' from change",
        r"select 'a\b' from change",
        "select $says, -1",
    ] {
        let prepared = ask(fine, "it's").unwrap();
        assert!(!prepared.sql.contains("$says"), "{}", prepared.sql);
    }
}
