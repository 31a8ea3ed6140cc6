//! Values written as text: literals of tests and parameters, numbers of files, references of sources.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::row::Decimal;
use tickmark_core::judge::job::{Kind, Value};
use tickmark_core::judge::literal;
use tickmark_core::model::document::{AccountRef, AuthReference, Transport};

fuzz_target!(|text: &str| {
    for kind in [
        Kind::Text,
        Kind::Bool,
        Kind::Int,
        Kind::Decimal,
        Kind::Time,
        Kind::Date,
        Kind::Duration,
        Kind::Set,
    ] {
        let Ok(value) = literal::parse(kind, text) else {
            continue;
        };
        assert!(!literal::sql(&value).is_empty());
        match &value {
            Value::Decimal(normal) => assert_eq!(literal::parse(kind, normal).as_ref(), Ok(&value)),
            Value::Set(items) => {
                assert_eq!(literal::parse(kind, &items.join(";")).as_ref(), Ok(&value))
            }
            _ => {}
        }
    }
    if let Ok(decimal) = text.parse::<Decimal>() {
        assert_eq!(decimal.to_string().parse(), Ok(decimal));
    }
    let quoted = literal::quoted(text);
    assert_eq!(quoted[1..quoted.len() - 1].replace("''", "'"), text);
    let _ = (
        text.parse::<AccountRef>(),
        text.parse::<AuthReference>(),
        text.parse::<Transport>(),
    );
});
