//! The report as the template wants it: short keys, numbers already written, long identifiers cut where a line may break.

use serde_json::{Value, json};
use tickmark_core::report::Report;
use tickmark_core::report::document::{Align, Block, Row, Section, Span, Table, Tone};

/// Identifiers longer than this may break inside.
const UNBROKEN_MAX: usize = 14;

/// The data of the template.
pub fn view(report: &Report) -> Value {
    json!({
        "title": report.title,
        "subtitle": report.subtitle,
        "author": report.facts.first().map_or("", |(_, value)| value.as_str()),
        "facts": report.facts.iter().map(|(label, value)| json!([label, fact(value)])).collect::<Vec<_>>(),
        "notice": report.notice,
        "anchor": report.anchor,
        "running": report.running,
        "sections": report.sections.iter().map(section).collect::<Vec<_>>(),
    })
}

/// Words stay words; a digest is an identifier.
fn fact(value: &str) -> Value {
    let digest = value.len() > 40 && !value.contains(' ');
    line(
        &[if digest {
            Span::code(value)
        } else {
            Span::text(value)
        }],
        false,
    )
}

fn section(section: &Section) -> Value {
    json!({
        "label": section.label,
        "title": section.title,
        "author": section.author,
        "wide": section.wide,
        "blocks": section.blocks.iter().map(block).collect::<Vec<_>>(),
    })
}

fn block(block: &Block) -> Value {
    match block {
        Block::Heading { level, text } => json!({"k": "heading", "level": level, "text": text}),
        Block::Paragraph { spans } => json!({"k": "paragraph", "s": line(spans, false)}),
        Block::List { numbered, items } => {
            json!({"k": "list", "numbered": numbered, "items": lines(items)})
        }
        Block::Table(table) => self::table(table),
        Block::Notice { tone, title, items } => {
            json!({"k": "notice", "attention": *tone == Tone::Attention, "title": title, "items": lines(items)})
        }
        Block::Blanks { labels } => json!({"k": "blanks", "labels": labels}),
        Block::Reserved { text } => json!({"k": "reserved", "text": text}),
        Block::Facts { pairs } => {
            let pairs: Vec<Value> = pairs
                .iter()
                .map(|(label, spans)| json!([label, line(spans, false)]))
                .collect();
            json!({"k": "facts", "pairs": pairs})
        }
    }
}

fn table(table: &Table) -> Value {
    let align = |align: Align| match align {
        Align::Left => "left",
        Align::Right => "right",
        Align::Center => "center",
    };
    json!({
        "k": "table",
        "caption": table.caption,
        "note": table.note,
        "heads": table.columns.iter().map(|column| column.title.as_str()).collect::<Vec<_>>(),
        "widths": table.columns.iter().map(|column| column.width).collect::<Vec<_>>(),
        "aligns": table.columns.iter().map(|column| align(column.align)).collect::<Vec<_>>(),
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    let cells: Vec<Value> = row.cells.iter().map(|cell| line(cell, true)).collect();
    json!({"band": row.emphasis, "cells": cells})
}

fn lines(items: &[Vec<Span>]) -> Vec<Value> {
    items.iter().map(|item| line(item, false)).collect()
}

/// Spans as `[kind, text, …]`; a lone text is just a string.
fn line(spans: &[Span], in_table: bool) -> Value {
    if let [Span::Text { text }] = spans {
        return Value::String(clean(text));
    }
    Value::Array(
        spans
            .iter()
            .map(|span| self::span(span, in_table))
            .collect(),
    )
}

fn span(span: &Span, in_table: bool) -> Value {
    match span {
        Span::Text { text } => json!(["text", clean(text)]),
        Span::Strong { text } => json!(["strong", clean(text)]),
        Span::Code { text } => json!(["code", words(text)]),
        Span::Figure(figure) => {
            let entries = if in_table {
                String::new()
            } else {
                figure.citations().short(4)
            };
            json!(["figure", figure.to_string(), entries])
        }
        Span::Result { state } => json!(["result", state.name(), state.mark(), state.words()]),
        Span::Entries { leaves } => json!(["entries", leaves.short(6)]),
    }
}

/// Control characters have no glyph; a replacement sign shows that something was there. Tabs and line ends are spaces.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// The words of an identifier, a long one cut after its separators and within long runs; joined again it is the same text.
fn words(text: &str) -> Vec<Vec<String>> {
    clean(text).split(' ').map(pieces).collect()
}

fn pieces(word: &str) -> Vec<String> {
    if word.chars().count() <= UNBROKEN_MAX {
        return vec![word.to_owned()];
    }
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut length = 0;
    for c in word.chars() {
        piece.push(c);
        length += 1;
        let separates = matches!(c, '/' | '_' | '.' | '-' | ':' | '@' | '=' | '&' | '?' | ',');
        if (separates && length > 3) || length >= 10 {
            pieces.push(std::mem::take(&mut piece));
            length = 0;
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_the_same_text() {
        for text in [
            "",
            "acme/api/9f2c0d8b7a6e5f4c",
            "ünïcödé-ïdéntïfïér-ist-lang",
            "a",
            "////////////////////////",
        ] {
            assert_eq!(pieces(text).concat(), text);
            assert!(
                pieces(text)
                    .iter()
                    .all(|piece| piece.chars().count() <= UNBROKEN_MAX)
            );
        }
    }
}
