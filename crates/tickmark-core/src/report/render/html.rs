//! One self-contained web page: no script, no link out, every text escaped.

use std::fmt::Write as _;

use crate::report::document::{Align, Block, Report, Section, Span, Table, Tone};
use crate::report::figure::Figure;

use super::{plain, result};

const STYLE: &str = "body{font:16px/1.45 Georgia,serif;color:#1c2126;max-width:70rem;margin:2rem auto;padding:0 1rem}\
h1,h2,h3,h4,table,header,footer{font-family:system-ui,sans-serif}table{border-collapse:collapse;width:100%;font-size:13px;margin:.5rem 0 1.2rem}\
caption{text-align:left;color:#556;padding:.2rem 0}th,td{border-bottom:1px solid #ccd2d8;padding:.3rem .45rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{background:#eef1f4}td.right,th.right{text-align:right}td.center,th.center{text-align:center}tr.band td{background:#f6f7f9;font-weight:600}\
.notice{border-left:4px solid #8a93a0;background:#f6f7f9;padding:.5rem .9rem}.attention{border-color:#b25b00;background:#fdf6ec}\
.draft{color:#803a00}.blank{border-bottom:1px solid #1c2126;height:2.2rem;color:#556}.entry{color:#667;font-size:.85em}code{font-size:.9em;overflow-wrap:anywhere}";

/// The report as one web page.
#[must_use]
pub fn html(report: &Report) -> String {
    let title = escaped(&report.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>{title}</title><style>{STYLE}</style></head>\n<body><header><p class=\"draft\">{}. {}.</p><h1>{title}</h1>",
        escaped(&report.notice),
        escaped(&report.anchor)
    );
    for line in &report.subtitle {
        let _ = write!(out, "<p>{}</p>", escaped(line));
    }
    out.push_str("<table>");
    for (label, value) in &report.facts {
        let _ = write!(
            out,
            "<tr><th>{}</th><td>{}</td></tr>",
            escaped(label),
            escaped(value)
        );
    }
    out.push_str("</table></header>\n");
    for section in &report.sections {
        one(section, &mut out);
    }
    let _ = writeln!(
        out,
        "<footer><p class=\"draft\">{}. {}.</p></footer></body></html>",
        escaped(&report.notice),
        escaped(&report.anchor)
    );
    out
}

fn one(section: &Section, out: &mut String) {
    let _ = write!(
        out,
        "<section><h2>{} {}</h2><p><em>{}</em></p>",
        escaped(&section.label),
        escaped(&section.title),
        escaped(&section.author)
    );
    for block in &section.blocks {
        write_block(block, out);
    }
    out.push_str("</section>\n");
}

fn write_block(block: &Block, out: &mut String) {
    let _ = match block {
        Block::Heading { level, text } => {
            let level = level + 1;
            write!(out, "<h{level}>{}</h{level}>", escaped(text))
        }
        Block::Paragraph { spans } => write!(out, "<p>{}</p>", inline(spans, false)),
        Block::List { numbered, items } => {
            let tag = if *numbered { "ol" } else { "ul" };
            let items: String = items
                .iter()
                .map(|item| format!("<li>{}</li>", inline(item, false)))
                .collect();
            write!(out, "<{tag}>{items}</{tag}>")
        }
        Block::Table(table) => {
            write_table(table, out);
            Ok(())
        }
        Block::Notice { tone, title, items } => {
            let class = if *tone == Tone::Attention {
                "notice attention"
            } else {
                "notice"
            };
            let items: String = items
                .iter()
                .map(|item| format!("<li>{}</li>", inline(item, false)))
                .collect();
            write!(
                out,
                "<div class=\"{class}\"><strong>{}</strong><ul>{items}</ul></div>",
                escaped(title)
            )
        }
        Block::Blanks { labels } => {
            let lines: String = labels
                .iter()
                .map(|label| format!("<p class=\"blank\">{}</p>", escaped(label)))
                .collect();
            write!(out, "{lines}")
        }
        Block::Reserved { text } => write!(out, "<p class=\"notice\">{}</p>", escaped(text)),
        Block::Facts { pairs } => {
            let rows: String = pairs
                .iter()
                .map(|(label, value)| {
                    format!(
                        "<tr><th>{}</th><td>{}</td></tr>",
                        escaped(label),
                        inline(value, false)
                    )
                })
                .collect();
            write!(out, "<table>{rows}</table>")
        }
    };
}

fn write_table(table: &Table, out: &mut String) {
    let class = |align: Align| match align {
        Align::Left => "",
        Align::Right => " class=\"right\"",
        Align::Center => " class=\"center\"",
    };
    let _ = write!(
        out,
        "<table><caption>{}</caption><thead><tr>",
        escaped(&table.caption)
    );
    for column in &table.columns {
        let _ = write!(
            out,
            "<th{}>{}</th>",
            class(column.align),
            escaped(&column.title.replace('\u{ad}', ""))
        );
    }
    out.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        if row.emphasis {
            let cell = row
                .cells
                .first()
                .map(|cell| inline(cell, true))
                .unwrap_or_default();
            let _ = write!(
                out,
                "<tr class=\"band\"><td colspan=\"{}\">{cell}</td></tr>",
                table.columns.len()
            );
            continue;
        }
        out.push_str("<tr>");
        for (cell, column) in row.cells.iter().zip(&table.columns) {
            let _ = write!(
                out,
                "<td{}>{}</td>",
                class(column.align),
                inline(cell, true)
            );
        }
        out.push_str("</tr>");
    }
    let _ = write!(
        out,
        "</tbody></table>{}",
        if table.note.is_empty() {
            String::new()
        } else {
            format!("<p>{}</p>", escaped(&table.note))
        }
    );
}

fn inline(spans: &[Span], in_table: bool) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Strong { text } => format!("<strong>{}</strong>", escaped(text)),
            Span::Code { text } => format!("<code>{}</code>", escaped(text)),
            Span::Figure(figure) => number(figure, in_table),
            Span::Result { state } => format!(
                "<span class=\"{}\">{}</span>",
                state.name(),
                escaped(&result(*state))
            ),
            other => escaped(&plain(other, in_table)),
        })
        .collect()
}

fn number(figure: &Figure, in_table: bool) -> String {
    let by = figure.citations().short(4);
    let entry = if in_table {
        String::new()
    } else {
        format!(" <span class=\"entry\">[{by}]</span>")
    };
    format!("<span title=\"ledger entries {by}\">{figure}</span>{entry}")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
