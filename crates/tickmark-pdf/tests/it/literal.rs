//! Text from evidence is shown literally, whatever it looks like.

use tickmark_core::report::document::{Align, Block, Section, Span, Table};
use tickmark_core::report::{Typeset as _, build};
use tickmark_pdf::Typst;

use crate::{dense, text, throughout};

/// Markup, code, imports, files, loops, links, bidirectional and control characters, and what other formats would act upon.
const HOSTILE: [&str; 52] = [
    "#eval(\"1+1\")",
    "#read(\"/etc/passwd\")",
    "#include \"/report.json\"",
    "#import \"@preview/cetz:0.3.0\": *",
    "#while true { }",
    "#let x = range(1000000000)",
    "#range(1000000000).map(i => i)",
    "#pagebreak()",
    "#set page(width: 1pt)",
    "#show heading: none",
    "#panic(\"stop\")",
    "#plugin(\"evil.wasm\")",
    "#image(\"/etc/passwd\")",
    "#json(\"/report.json\")",
    "#sys.inputs",
    "#context counter(page).final()",
    "#link(\"https://example.invalid\")[click]",
    "#metadata(1) <draft>",
    "#hide[secret]",
    "#raw(\"x\", lang: \"rust\")",
    "] #eval(\"1\") [",
    "}} {{ }} #{ }",
    "]]]]]]]]",
    "))))))))",
    "\"; #eval(\"1\"); \"",
    "\\#eval \\u{41} \\n",
    "= Heading = not one",
    "- list + enum / term: x",
    "*bold* _italic_ `raw` ~ --- ...",
    "$ sum_(i=0)^n 1/0 $",
    "<label> @reference",
    "// comment /* block */",
    "https://example.invalid/?a=b&c=d",
    "{{organization}} {{window}}",
    "${jndi:ldap://example.invalid/a}",
    "{{7*7}} <%= 7*7 %> #{7*7}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; &#65;",
    "=HYPERLINK(\"http://example.invalid\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "%PDF-1.7 endobj stream endstream",
    "(unbalanced \\( PDF string",
    "/JavaScript /OpenAction /Launch",
    "'; DROP TABLE leaf; --",
    "../../../../etc/passwd",
    "a\u{202e}gpj.exe",
    "zero\u{200b}width\u{feff}mark",
    "nul\u{0}bell\u{7}escape\u{1b}[31m",
    "line\nbreak\ttab\r\nend",
    "e\u{301}\u{302}\u{303}\u{304} stacked",
    "\u{1f512} beyond the plane \u{10ffff}",
];

#[test]
fn hostile_text_is_shown_literally_everywhere() {
    let mut report = build::type2(&throughout()).unwrap();
    let mut section = Section::new("Annex X", "Hostile text", "Test");
    let mut table = Table::new(
        "Cells",
        &[
            ("As words", 1, Align::Left),
            ("As identifier", 1, Align::Left),
        ],
    );
    for payload in HOSTILE {
        section.heading(2, payload);
        section.push(Block::Paragraph {
            spans: vec![
                Span::text("begin "),
                Span::strong(payload),
                Span::text(" end"),
            ],
        });
        table.row(vec![vec![Span::text(payload)], vec![Span::code(payload)]]);
    }
    section.push(Block::Table(table));
    section.push(Block::Reserved {
        text: HOSTILE.concat(),
    });
    report.sections.push(section);
    let pdf = Typst::new().pdf(&report).unwrap();
    let Some(pages) = text(&pdf) else { return };
    let all = dense(&pages.concat());
    for payload in HOSTILE {
        // Control and format characters have no glyph of their own; right-to-left marks reorder what pdftotext reads.
        if payload.chars().any(|c| {
            c.is_control()
                || matches!(
                    c,
                    '\u{202e}' | '\u{200b}' | '\u{feff}' | '\u{301}'..='\u{304}' | '\u{10ffff}'
                )
        }) {
            continue;
        }
        let wanted = dense(payload);
        assert!(
            all.contains(&format!("begin{wanted}end")),
            "`{payload}` is not on the pages as it was given"
        );
    }
    without_actions(&pdf);
}

#[test]
fn hostile_names_do_not_reach_the_file_s_structure() {
    let mut inputs = throughout();
    inputs.organization = HOSTILE.concat();
    inputs.system = HOSTILE.concat();
    inputs.tests[0].says = HOSTILE.concat();
    inputs.tests[0].items[0].item = HOSTILE.concat();
    inputs.controls[0].statement = HOSTILE.concat();
    let report = build::type2(&inputs).unwrap();
    let pdf = Typst::new().pdf(&report).unwrap();
    without_actions(&pdf);
}

/// No action of the file runs a script, opens an address or starts a program.
fn without_actions(pdf: &[u8]) {
    let raw = String::from_utf8_lossy(pdf);
    for action in [
        "JavaScript",
        "Launch",
        "URI",
        "SubmitForm",
        "ImportData",
        "GoToR",
    ] {
        assert!(
            !raw.contains(&format!("/S /{action}")) && !raw.contains(&format!("/S/{action}")),
            "the file has an action {action}"
        );
    }
}
