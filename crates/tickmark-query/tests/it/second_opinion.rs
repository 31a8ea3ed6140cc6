//! Expressions of the short form: what the engine says about the compiled SQL against a row-wise interpreter.

use proptest::prelude::*;
use tickmark_core::{
    judge::{
        expr::{self, Evaluation, Params, Row, Scope, ScopeColumn},
        job::{EVENT_COLUMNS, Job, JobColumn, JobContext, Kind, Rows, Table, TableShape, Value},
        populations::Populations,
    },
    model::{
        calendar::{Base, Calendar},
        time::Day,
    },
};
use tickmark_query::InProcess;

const COLUMNS: [(&str, Kind); 11] = [
    ("t1", Kind::Text),
    ("t2", Kind::Text),
    ("b1", Kind::Bool),
    ("i1", Kind::Int),
    ("d1", Kind::Decimal),
    ("at1", Kind::Time),
    ("at2", Kind::Time),
    ("on1", Kind::Date),
    ("took", Kind::Duration),
    ("s1", Kind::Set),
    ("s2", Kind::Set),
];

fn scope() -> Scope {
    let columns = (0..).zip(COLUMNS).map(|(bit, (name, kind))| ScopeColumn {
        name: name.to_owned(),
        kind,
        bit: Some(bit),
    });
    Scope {
        population: "p".into(),
        columns: columns.collect(),
        params: vec![
            ("zone".into(), Kind::Text),
            ("n".into(), Kind::Int),
            ("from".into(), Kind::Time),
        ],
    }
}

fn params() -> Params {
    Params::from([
        ("zone".into(), Value::Text("America/New_York".into())),
        ("n".into(), Value::Int(2)),
        ("from".into(), Value::Time(1_772_900_000_000_000)),
    ])
}

fn context() -> JobContext {
    let mut us = Calendar::new("us", Base::UsFederal);
    us.add.insert(Day::new(2026, 3, 10).unwrap());
    JobContext {
        zone: "America/New_York".into(),
        calendars: vec![Calendar::new("", Base::None), us],
    }
}

fn text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("t1"),
        Just("t2"),
        Just("'us'"),
        Just("''"),
        Just("'It''s'")
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(2, 4, 1, |inner| inner.prop_map(|t| format!("lower({t})")))
}

fn set() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![Just("s1"), Just("s2")].prop_map(str::to_owned);
    leaf.prop_recursive(2, 6, 2, |inner| {
        (
            prop_oneof![Just("set_minus"), Just("intersect"), Just("set_union")],
            inner.clone(),
            inner,
        )
            .prop_map(|(f, a, b)| format!("{f}({a}, {b})"))
    })
}

fn time() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("at1"),
        Just("at2"),
        Just("$from"),
        Just("timestamp '2026-03-08T06:30:00Z'")
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|t| format!("({t} + interval '36 hours')")),
            inner.clone().prop_map(|t| format!("({t} - took)")),
            inner
                .clone()
                .prop_map(|t| format!("end_of_day({t}, $zone)")),
            inner
                .clone()
                .prop_map(|t| format!("business_deadline({t}, $n, $zone, t1)")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("max({a}, {b})")),
        ]
    })
}

fn int() -> impl Strategy<Value = String> {
    prop_oneof![
        prop_oneof![
            Just("i1"),
            Just("$n"),
            Just("3"),
            Just("-1"),
            Just("(i1 - 2)"),
            Just("min(i1, 1)")
        ]
        .prop_map(str::to_owned),
        set().prop_map(|s| format!("set_size({s})")),
    ]
}

fn duration() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("took".to_owned()),
        Just("interval '90 minutes'".to_owned()),
        (time(), time()).prop_map(|(a, b)| format!("({a} - {b})")),
    ]
}

fn operator() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("="),
        Just("<>"),
        Just("<"),
        Just("<="),
        Just(">"),
        Just(">=")
    ]
}

fn simple() -> impl Strategy<Value = String> {
    let compare = |a: BoxedStrategy<String>| {
        (a.clone(), operator(), a).prop_map(|(l, op, r)| format!("{l} {op} {r}"))
    };
    let anything = prop_oneof![
        text(),
        set(),
        time(),
        int(),
        duration(),
        Just("d1".to_owned()),
        Just("on1".to_owned())
    ];
    prop_oneof![
        compare(text().boxed()),
        compare(time().boxed()),
        compare(int().boxed()),
        compare(duration().boxed()),
        compare(
            prop_oneof![Just("d1"), Just("1.5"), Just("i1"), Just("-0.000000001")]
                .prop_map(str::to_owned)
                .boxed()
        ),
        (operator(), time()).prop_map(|(op, t)| format!("on1 {op} local_day({t}, $zone)")),
        (anything, any::<bool>())
            .prop_map(|(e, not)| format!("{e} is {}null", if not { "not " } else { "" })),
        (text(), any::<bool>())
            .prop_map(|(t, not)| format!("{t} {}in ('us', t2)", if not { "not " } else { "" })),
        (time(), any::<bool>()).prop_map(|(t, not)| format!(
            "{t} {}between at1 and at2",
            if not { "not " } else { "" }
        )),
        set().prop_map(|s| format!("set_empty({s})")),
        set().prop_map(|s| format!("not_empty({s})")),
        (set(), text()).prop_map(|(s, t)| format!("set_has({s}, {t})")),
        (text(), text()).prop_map(|(t, p)| format!("starts_with({t}, {p})")),
        Just("b1".to_owned()),
        Just("unknown(s1)".to_owned()),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    simple().prop_recursive(3, 10, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) or ({b})")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.prop_map(|a| format!("({a}) is null")),
        ]
    })
}

fn value(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Text => prop_oneof![Just("us"), Just("US"), Just(""), Just("it's")]
            .prop_map(|t| Value::Text(t.into()))
            .boxed(),
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Int => (-3..4_i64).prop_map(Value::Int).boxed(),
        Kind::Decimal => prop_oneof![Just("1.5"), Just("-2"), Just("0"), Just("0.000000001")]
            .prop_map(|t| Value::Decimal(t.into()))
            .boxed(),
        // Around the change of clocks in New York on 2026-03-08 07:00 UTC.
        Kind::Time => (0..240_i64)
            .prop_map(|h| Value::Time(1_772_700_000_000_000 + h * 3_600_000_000))
            .boxed(),
        Kind::Date => (20_518..20_526_i32).prop_map(Value::Date).boxed(),
        Kind::Duration => (-50..50_i64)
            .prop_map(|h| Value::Duration(h * 1_800_000_000))
            .boxed(),
        Kind::Set => {
            proptest::collection::btree_set(prop_oneof![Just("us"), Just("it's"), Just("x")], 0..3)
                .prop_map(|s| Value::Set(s.into_iter().map(str::to_owned).collect()))
                .boxed()
        }
    }
}

/// A row: values and `_unknown`; a value is absent, unknown (NULL with its bit) or there.
fn row() -> impl Strategy<Value = (Vec<Value>, u64)> {
    let cells: Vec<BoxedStrategy<(Value, bool)>> = COLUMNS
        .iter()
        .map(|(name, kind)| {
            // Only locations with a calendar, or none.
            let there = if *name == "t1" { prop_oneof![Just(""), Just("us")].prop_map(|t| Value::Text(t.into())).boxed() } else { value(*kind) };
            prop_oneof![4 => there.prop_map(|v| (v, false)), 1 => Just((Value::Null, false)), 1 => Just((Value::Null, true))].boxed()
        })
        .collect();
    cells.prop_map(|cells| {
        let unknown = (0..)
            .zip(&cells)
            .map(|(bit, (_, u))| u64::from(*u) << bit)
            .sum();
        (cells.into_iter().map(|(v, _)| v).collect(), unknown)
    })
}

fn job(rows: &[(Vec<Value>, u64)], sql: String) -> Job {
    let inline = (0..).zip(rows).map(|(n, (values, unknown))| {
        let mut all = values.clone();
        all.extend([
            Value::Int(i64::try_from(*unknown).unwrap()),
            Value::Int(0),
            Value::Int(0),
            Value::Int(n),
            Value::Time(0),
        ]);
        assert_eq!(all.len(), COLUMNS.len() + EVENT_COLUMNS.len());
        all
    });
    let columns = COLUMNS
        .iter()
        .map(|(name, kind)| JobColumn {
            name: (*name).to_owned(),
            kind: *kind,
        })
        .collect();
    let table = Table {
        name: "p".into(),
        shape: TableShape::Event,
        columns,
        key: vec![0],
        rows: Rows::Inline(inline.collect()),
    };
    Job {
        tables: vec![table],
        views: vec![],
        reconcile: vec![],
        context: context(),
        sql,
        judged: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn engine_and_interpreter_agree(
        conditions in proptest::collection::vec(condition(), 12),
        rows in proptest::collection::vec(row(), 1..12),
    ) {
        let (scope, params, context) = (scope(), params(), context());
        let nodes: Vec<_> = conditions
            .iter()
            .map(|text| expr::parse_condition(text, &scope).unwrap_or_else(|e| panic!("{text}: {e}")))
            .collect();
        let columns: Vec<String> = (0..).zip(&nodes).map(|(n, node)| format!("{} AS c{n}", expr::decided(node, &scope, &params))).collect();
        let sql = format!("SELECT {} FROM p ORDER BY _record", columns.join(", "));
        let answer = InProcess::default().query(&job(&rows, sql.clone()), 1_000).unwrap_or_else(|e| panic!("{e}\n{sql}"));
        prop_assert_eq!(answer.rows.len(), rows.len());
        for (found, (values, unknown)) in answer.rows.iter().zip(&rows) {
            for ((text, node), found) in conditions.iter().zip(&nodes).zip(found) {
                let with = Evaluation { scope: &scope, params: &params, context: &context };
                let expected = expr::evaluate_d7(node, Row { values, unknown: *unknown }, with);
                prop_assert_eq!(found, &expected.map_or(Value::Null, Value::Bool), "{} over {:?} unknown {:b}", text, values, unknown);
            }
        }
    }
}
