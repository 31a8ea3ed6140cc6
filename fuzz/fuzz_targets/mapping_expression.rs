//! A mapping expression (first line), applied to a value (the rest) for columns of every type.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::facts::mapping::{Expr, Format, MapEntry, Template, bind};
use tickmark_core::facts::schema::{Schema, TYPES};
use tickmark_core::model::yaml::Place;
use tickmark_fuzz::pages;

fn schema(of: &str, absent: bool) -> Schema {
    let can_be = if absent { "absent, unknown" } else { "" };
    let text = format!(
        "name: hire\nversion: 1\nshape: state\nsays: x\nkey: [id]\ncolumns:\n  id: {{type: text}}\n  value: {{type: {of}, can_be: [{can_be}]}}\n"
    );
    Schema::parse("hire.yaml", &text).unwrap()
}

fuzz_target!(|text: &str| {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Ok(template) = Template::parse(first) {
        assert_eq!(
            Template::parse(&template.to_string()).as_ref(),
            Ok(&template)
        );
    }
    let Ok(expr) = Expr::parse(first) else { return };
    assert_eq!(Expr::parse(&expr.to_string()).as_ref(), Ok(&expr));
    let at = Place { line: 1, column: 1 };
    let id = MapEntry {
        column: "id".to_owned(),
        at,
        expr: Expr::parse("'1'").unwrap(),
    };
    let value = MapEntry {
        column: "value".to_owned(),
        at,
        expr,
    };
    let csv = format!("value,other\n\"{}\",x\n", rest.replace('"', "\"\""));
    for (of, _) in TYPES {
        for (absent, format, page) in [
            (true, Format::JsonLines, rest),
            (false, Format::JsonLines, rest),
            (true, Format::Csv, csv.as_str()),
        ] {
            let schema = schema(of, absent);
            let entries = [id.clone(), value.clone()];
            if let Ok(mapping) = bind(
                "a.yaml",
                &entries,
                &schema,
                format,
                Default::default(),
                Default::default(),
            ) {
                let _ = pages::read(
                    &mapping,
                    &schema,
                    &[("org", "acme"), ("repo", "api")],
                    &[page.as_bytes()],
                );
            }
        }
    }
});
