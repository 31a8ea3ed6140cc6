//! Expressions of the short form, read, compiled to SQL and evaluated.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tickmark_core::judge::expr::{
    Evaluation, Node, Params, Row, Scope, ScopeColumn, evaluate, evaluate_d7, mask,
    parse_condition, to_sql,
};
use tickmark_core::judge::job::{JobContext, Kind, Value};
use tickmark_core::model::calendar::{Base, Calendar};

/// A column of each type, in the order of the rows below.
const COLUMNS: [(&str, Kind); 10] = [
    ("environment", Kind::Text),
    ("passed", Kind::Bool),
    ("number", Kind::Int),
    ("pay", Kind::Decimal),
    ("approved_at", Kind::Time),
    ("day", Kind::Date),
    ("notice", Kind::Duration),
    ("approvers", Kind::Set),
    ("deployed_at", Kind::Time),
    ("authors", Kind::Set),
];

fn scope() -> &'static Scope {
    static SCOPE: OnceLock<Scope> = OnceLock::new();
    SCOPE.get_or_init(|| Scope {
        population: "change".to_owned(),
        columns: (0..)
            .zip(COLUMNS)
            .map(|(n, (name, kind))| ScopeColumn {
                name: name.to_owned(),
                kind,
                bit: Some(n),
            })
            .collect(),
        params: vec![
            ("approvals_min".to_owned(), Kind::Int),
            ("zone".to_owned(), Kind::Text),
            ("until".to_owned(), Kind::Time),
        ],
    })
}

fn rows() -> [(Vec<Value>, u64); 3] {
    let set = |items: &[&str]| Value::Set(items.iter().map(|i| (*i).to_owned()).collect());
    let full = vec![
        Value::Text("production".to_owned()),
        Value::Bool(true),
        Value::Int(i64::MAX),
        Value::Decimal("-99999999999999999999999999999.999999999".to_owned()),
        Value::Time(1_767_225_600_000_000),
        Value::Date(20_455),
        Value::Duration(i64::MIN),
        set(&["ada", "bob"]),
        Value::Time(253_370_764_799_999_999),
        set(&[]),
    ];
    [
        (full, 0),
        (vec![Value::Null; COLUMNS.len()], 0),
        (vec![Value::Null; COLUMNS.len()], (1 << COLUMNS.len()) - 1),
    ]
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Null => None,
        other => panic!("a condition is {other:?}"),
    }
}

fuzz_target!(|text: &str| {
    let read = |text: &str| parse_condition(text, scope());
    let node: Node = match read(text) {
        Ok(node) => node,
        Err(error) => {
            assert!(error.line > 0 && error.column > 0 && !error.what.is_empty());
            return;
        }
    };
    let params = Params::from([
        ("approvals_min".to_owned(), Value::Int(1)),
        (
            "zone".to_owned(),
            Value::Text("America/New_York".to_owned()),
        ),
        ("until".to_owned(), Value::Time(1_782_878_400_000_000)),
    ]);
    let context = JobContext {
        zone: "America/New_York".to_owned(),
        calendars: vec![Calendar::new("new_york", Base::UsFederal)],
    };
    let with = Evaluation {
        scope: scope(),
        params: &params,
        context: &context,
    };
    assert!(!to_sql(&node, scope(), &params).is_empty());
    assert_eq!(mask(&node, scope()) >> COLUMNS.len(), 0);
    let negated = read(&format!("not ({text}\n)")).ok();
    for (values, unknown) in &rows() {
        let row = Row {
            values,
            unknown: *unknown,
        };
        let value = truth(&evaluate(&node, row, with));
        if let Some(negated) = &negated {
            assert_eq!(truth(&evaluate(negated, row, with)), value.map(|v| !v));
        }
        // D7: what can be decided is what SQL says; NULL is false unless something in it could not be read.
        match (value, evaluate_d7(&node, row, with)) {
            (Some(value), decided) => assert_eq!(decided, Some(value)),
            (None, decided) => assert!(decided != Some(true)),
        }
    }
});
