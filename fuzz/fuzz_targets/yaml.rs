//! The tree that every reader of people's files uses: each node has a place in the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::model::document::split_front_matter;
use tickmark_core::model::yaml::{Node, Value, parse};
use tickmark_fuzz::{lawful, lines};

fn places(node: &Node, most: usize) {
    assert!(
        node.at.line > 0 && usize::try_from(node.at.line).unwrap() <= most + 1,
        "line {} of {most}",
        node.at.line
    );
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| places(item, most)),
        Value::Map(entries) => entries.iter().for_each(|(_, _, inner)| places(inner, most)),
        Value::Scalar { .. } => {}
    }
}

fuzz_target!(|text: &str| {
    match parse("a.yaml", text, 1) {
        Ok(node) => {
            places(&node, lines(text));
            assert_eq!(parse("a.yaml", text, 1), Ok(node));
        }
        Err(found) => lawful(text, &found),
    }
    match split_front_matter("a.md", text) {
        Ok(front) => {
            let fences = text.len() - front.yaml.len() - front.prose.len();
            assert!(fences >= 6 && text.ends_with(front.prose), "{front:?}");
            assert!(usize::try_from(front.prose_line).unwrap() <= lines(text) + 1);
        }
        Err(found) => lawful(text, &found),
    }
});
