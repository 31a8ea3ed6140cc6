//! Stored cross-site scripting: a house whose every text is a payload. No element, attribute or address may come from it.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use proptest::prelude::*;
use tickmark_core::report::build::standings;
use tickmark_server::house::Entry;
use tickmark_server::pages::{self, table::Asked};
use tickmark_server::{ClockCard, Download, Grid, House, Role, Viewer};

use super::html::{Element, elements};
use super::lists::cells;
use super::pen::{self, Pen, inputs, library, state};
use super::{all, sample};

pub(super) const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "\"><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<iframe src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "https://evil.example/\"onmouseover=\"alert(1)",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)' autofocus='",
    "x\" style=\"background:url(//evil.example)",
    "`onerror=alert(1)`",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3C;script&#x3E;alert(1)&#x3C;/script&#x3E;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\u{0}<script>alert(1)</script>",
    "<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
    "\u{202e}<script>alert(1)</script>",
    "\u{ff1c}script\u{ff1e}alert(1)\u{ff1c}/script\u{ff1e}",
    "a\tb\r\n<script>alert(1)</script>",
    "# <b>h</b>\n- <img src=x onerror=alert(1)>\n|<i>a</i>|b|\n`<u>x</u>` **<s>y</s>** [l](javascript:alert(1)) ![i](x)",
    "```html\n<script>alert(1)</script>\n```",
    "../../x?y=<script>#<svg onload=alert(1)>",
    "{{constructor.constructor('alert(1)')()}}",
    "=HYPERLINK(\"javascript:alert(1)\",\"<b>x</b>\")",
];

/// A house full of payloads, and somebody whose name is one.
fn hostile(payloads: Vec<String>, ids: bool) -> Vec<(String, String)> {
    let mut pen = Pen {
        payloads,
        written: 0,
    };
    let mut house = sample::house();
    if let Ok(i) = &mut house.inputs {
        inputs(&mut pen, i, ids);
        house.standings = standings(i);
    }
    for point in house
        .standings
        .iter_mut()
        .flat_map(|s| &mut s.open)
        .filter(|_| ids)
    {
        pen.over([&mut point.subject]);
    }
    state(&mut pen, &mut house, ids);
    library(&mut pen, &mut house);
    let entry = Entry {
        kind: pen.text(),
        actor: pen.text(),
        body: pen.text(),
        hash: pen.text(),
        proof: vec![pen.text(), pen.text()],
        blobs: vec![
            (pen.text(), pen.text(), 7, true),
            (pen.text(), pen.text(), 7, false),
        ],
        ..sample::entry()
    };
    let grid = Grid {
        columns: (0..pen.payloads.len())
            .map(|_| pen.text())
            .chain(["_leaf".to_owned()])
            .collect(),
        rows: (0..3)
            .map(|_| {
                (0..=pen.payloads.len())
                    .map(|n| (n != 1).then(|| pen.text()))
                    .collect()
            })
            .collect(),
        more: true,
    };
    let mut wanted = all::wanted(&house, entry, grid);
    pen.over([
        &mut wanted.sql,
        &mut wanted.trouble,
        &mut wanted.typed,
        &mut wanted.refused,
    ]);
    wanted
        .reviews
        .iter_mut()
        .for_each(|(_, lists)| pen::lists(&mut pen, lists));
    for line in &mut wanted.clock.notices {
        pen.over([
            &mut line.id,
            &mut line.kind,
            &mut line.owner,
            &mut line.subject,
            &mut line.channel,
            &mut line.why,
        ]);
    }
    wanted.clock.trouble = Some(pen.text());
    wanted.clock.did = Some((sample::now(), vec![pen.text(), pen.text()]));
    let mut out = Vec::new();
    for role in [Role::Owner, Role::Auditor] {
        let mut viewer: Viewer = sample::viewer(role);
        pen.over([&mut viewer.name, &mut viewer.mail]);
        if let Some(engagement) = &mut viewer.engagement {
            pen.over([&mut engagement.name]);
        }
        out.extend(all::all(&house, &viewer, sample::now(), &wanted));
        let query: String = pen
            .payloads
            .iter()
            .map(|p| {
                format!(
                    "{}={}&",
                    pages::link::encode(p, false),
                    pages::link::encode(p, false)
                )
            })
            .collect();
        for text in [
            query.clone(),
            format!(
                "{query}q={}&sort={}",
                pages::link::encode(&pen.text(), false),
                pages::link::encode(&pen.text(), false)
            ),
        ] {
            let asked = Asked::read(&text);
            out.push((
                "controls-asked".into(),
                pages::controls(&house, &viewer, &asked),
            ));
            out.push(("tests-asked".into(), pages::tests(&house, &viewer, &asked)));
        }
    }
    out.into_iter()
        .map(|(name, page)| (name, page.into_string()))
        .collect()
}

const ELEMENTS: &[&str] = &[
    "a",
    "body",
    "button",
    "caption",
    "circle",
    "code",
    "dd",
    "defs",
    "desc",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "header",
    "html",
    "input",
    "label",
    "li",
    "line",
    "article",
    "option",
    "select",
    "link",
    "main",
    "meta",
    "nav",
    "ol",
    "p",
    "path",
    "pattern",
    "pre",
    "rect",
    "script",
    "section",
    "span",
    "strong",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "article",
    "optgroup",
    "option",
    "progress",
    "select",
    "text",
    "textarea",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
    "em",
    "b",
    "i",
    "br",
    "hr",
    "select",
    "option",
    "fieldset",
    "legend",
    "ins",
    "del",
];
const ATTRIBUTES: &[&str] = &[
    "action",
    "aria-current",
    "form",
    "formaction",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "aria-sort",
    "autocomplete",
    "charset",
    "class",
    "content",
    "cx",
    "cy",
    "d",
    "data-label",
    "data-language",
    "datetime",
    "defer",
    "download",
    "enctype",
    "fill",
    "height",
    "href",
    "id",
    "lang",
    "method",
    "name",
    "open",
    "pattern",
    "patternUnits",
    "placeholder",
    "preserveAspectRatio",
    "r",
    "rel",
    "required",
    "role",
    "rows",
    "rx",
    "scope",
    "spellcheck",
    "src",
    "tabindex",
    "text-anchor",
    "title",
    "type",
    "value",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
    "for",
    "min",
    "max",
    "step",
    "selected",
    "checked",
    "disabled",
    "colspan",
    "rowspan",
    "accept",
    "multiple",
    "alt",
    "label",
    "loading",
    "hreflang",
    "media",
    "form",
];

pub(super) fn harmless(name: &str, elements: &[Element]) {
    let scripts: Vec<&Element> = elements.iter().filter(|e| e.name == "script").collect();
    assert_eq!(scripts.len(), 1, "{name}");
    assert_eq!(scripts[0].get("src"), Some(pages::link::SCRIPT), "{name}");
    for element in elements {
        assert!(
            ELEMENTS.contains(&element.name.as_str()),
            "{name}: {element:?}"
        );
        for (attribute, value) in &element.attributes {
            assert!(
                ATTRIBUTES.contains(&attribute.as_str()),
                "{name}: {element:?}"
            );
            if ["href", "src", "action"].contains(&attribute.as_str()) {
                assert!(
                    (value.starts_with('/') && !value.starts_with("//")) || value.starts_with('#'),
                    "{name}: {value}"
                );
                assert!(
                    !value.contains(['\r', '\n', '\\', '"', '<']),
                    "{name}: {value}"
                );
            }
            if attribute == "fill" {
                assert!(
                    value.starts_with("url(#") && !value.contains(' '),
                    "{name}: {value}"
                );
            }
        }
    }
}

#[test]
fn no_payload_becomes_markup() {
    for ids in [false, true] {
        let pages = hostile(PAYLOADS.iter().map(|p| (*p).to_owned()).collect(), ids);
        assert!(pages.len() > 80, "{}", pages.len());
        for (name, page) in &pages {
            harmless(name, &elements(page));
        }
    }
}

#[test]
fn the_check_would_see_a_payload() {
    for payload in [
        "<script src=\"/x\"></script>",
        "<object></object>",
        "<b srcdoc=\"x\"></b>",
        "<a href=\"//evil.example\"></a>",
        "<a href=\"javascript:x\"></a>",
    ] {
        let page = format!(
            "<!DOCTYPE html><html><script src=\"{}\"></script>{payload}</html>",
            pages::link::SCRIPT
        );
        assert!(
            std::panic::catch_unwind(|| harmless("x", &elements(&page))).is_err(),
            "{payload}"
        );
    }
}

#[test]
fn no_exported_cell_is_a_formula() {
    let mut house = sample::house();
    let mut pen = Pen {
        payloads: [
            "=1+1",
            "+1",
            "-1",
            "@x",
            "\t=1",
            "\r=1",
            " =1",
            "=cmd|' /C calc'!A0",
        ]
        .map(str::to_owned)
        .to_vec(),
        written: 0,
    };
    if let Ok(i) = &mut house.inputs {
        inputs(&mut pen, i, true);
        house.standings = standings(i);
    }
    let grid = Grid {
        columns: vec![pen.text()],
        rows: vec![vec![Some(pen.text())], vec![None]],
        more: false,
    };
    state(&mut pen, &mut house, false);
    let mut lists = super::reviewed::lists(&house, super::registers::REVIEW);
    pen::lists(&mut pen, &mut lists);
    let mut told = sample::clock();
    for line in &mut told.notices {
        pen.over([&mut line.owner, &mut line.subject, &mut line.why]);
    }
    let seen = Seen {
        house: &house,
        lists: &lists,
        grid: &grid,
        told: &told,
    };
    for file in exports(&seen, &Asked::read("as=csv")) {
        let text = String::from_utf8(file.bytes).unwrap();
        for cell in cells(text.trim_start_matches('\u{feff}')) {
            assert!(!pages::table::is_formula(&cell), "{}: {cell:?}", file.name);
        }
    }
    // In a workbook a text is a text whatever it begins with; what must not be there is a formula or a link.
    for file in exports(&seen, &Asked::read("as=xlsx")) {
        assert!(file.name.ends_with(".xlsx"), "{}", file.name);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes)).unwrap();
        let formulas = book.worksheet_formula("List").unwrap();
        assert_eq!(formulas.used_cells().count(), 0, "{}", file.name);
        let rows = book.worksheet_range("List").unwrap();
        for cell in rows.rows().flatten() {
            assert!(
                matches!(cell, Data::String(_) | Data::Empty),
                "{}: {cell:?}",
                file.name
            );
        }
    }
}

/// What lists are made of.
struct Seen<'a> {
    house: &'a House,
    lists: &'a pages::Lists,
    grid: &'a Grid,
    told: &'a ClockCard,
}

/// Every list of the pages as a file.
fn exports(seen: &Seen<'_>, asked: &Asked) -> Vec<Download> {
    let Seen {
        house,
        lists,
        grid,
        told,
    } = *seen;
    let (viewer, now) = (sample::viewer(Role::Owner), sample::now());
    vec![
        pages::controls_csv(house, &viewer, asked),
        pages::criteria_csv(house, &viewer, asked),
        pages::tests_csv(house, &viewer, asked),
        pages::exceptions_csv(house, &viewer, asked),
        pages::populations_csv(house, &viewer, asked),
        pages::evidence_csv(house, &viewer, asked),
        pages::sources_csv(house, &viewer, now, asked),
        pages::documents_csv(house, &viewer, asked),
        pages::clock_csv(house, now, asked),
        pages::notices_csv(house, now, told, asked),
        pages::policies_csv(house, &viewer, now, asked),
        pages::risks_csv(house, &viewer, now, asked),
        pages::vendors_csv(house, &viewer, now, asked),
        pages::people_csv(house, &viewer, now, asked),
        pages::tasks_csv(house, &viewer, now, asked),
        pages::reviews_csv(house, &viewer, now, asked),
        pages::review_csv(house, &viewer, now, super::registers::REVIEW, lists, asked).unwrap(),
        pages::ledger_csv(house, &viewer, asked),
        pages::matrix_csv(house, &viewer, asked),
        pages::query_csv(grid, asked),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn no_text_at_all_becomes_markup(payloads in proptest::collection::vec("[<>\"'&=/`\\\\a-z \\n#|*!:%\\x00-\\x1f\u{2028}-]{0,40}", 24)) {
        for (name, page) in hostile(payloads, true) {
            harmless(&name, &elements(&page));
        }
    }
}
