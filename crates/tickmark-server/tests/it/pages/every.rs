//! What holds for every page, whoever looks.

use std::collections::BTreeSet;

use tickmark_server::{House, Role, pages};

use super::html::{Element, elements};
use super::{all, own, sample};

fn pages_of(house: &House, role: Role) -> Vec<(String, String)> {
    let wanted = all::wanted(house, sample::entry(), sample::grid());
    all::all(house, &sample::viewer(role), sample::now(), &wanted)
        .into_iter()
        .map(|(name, page)| (name, page.into_string()))
        .collect()
}

fn each(check: impl Fn(&str, &str, &[Element])) {
    let houses = [sample::house(), sample::bare(), own::house()];
    for house in &houses {
        for role in Role::ALL {
            for (name, page) in pages_of(house, role) {
                check(
                    &format!("{name} for {}", role.name()),
                    &page,
                    &elements(&page),
                );
            }
        }
    }
}

#[test]
fn one_heading_one_main_and_ids_that_are_unique() {
    each(|name, _, elements| {
        let count = |what: &str| elements.iter().filter(|e| e.name == what).count();
        assert_eq!(
            (count("h1"), count("main"), count("title") > 0),
            (1, 1, true),
            "{name}"
        );
        let ids: Vec<&str> = elements.iter().filter_map(|e| e.get("id")).collect();
        let unique: BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: {ids:?}");
        for refers in elements
            .iter()
            .filter_map(|e| e.get("aria-labelledby"))
            .flat_map(|v| v.split(' ').map(str::to_owned).collect::<Vec<_>>())
        {
            assert!(
                ids.contains(&refers.as_str()),
                "{name}: nothing is called {refers}"
            );
        }
    });
}

#[test]
fn nothing_comes_from_elsewhere_and_nothing_is_inline() {
    each(|name, page, elements| {
        for element in elements {
            assert!(
                element.get("style").is_none() && element.name != "style",
                "{name}: {element:?}"
            );
            assert!(
                element.attributes.iter().all(|(n, _)| !n.starts_with("on")),
                "{name}: {element:?}"
            );
            for attribute in ["href", "src", "action"] {
                if let Some(to) = element.get(attribute) {
                    assert!(
                        (to.starts_with('/') && !to.starts_with("//")) || to.starts_with('#'),
                        "{name}: {to}"
                    );
                }
            }
        }
        assert!(!page.contains("NaN") && !page.contains("inf\""), "{name}");
    });
}

#[test]
fn every_link_is_an_address_that_pages_know() {
    let known = [
        "",
        "criteria",
        "matrix",
        "controls",
        "tests",
        "exceptions",
        "evidence",
        "populations",
        "query",
        "sources",
        "clock",
        "ledger",
        "documents",
        "reports",
        "settings",
        "bundle",
        "assets",
        "sign-out",
        "do",
        "account",
        "users",
        "look",
        "policies",
        "risks",
        "vendors",
        "people",
        "tasks",
        "reviews",
        "edit",
        "new",
        "scope",
        "due",
        "mine",
        "hand-in-links",
        "engagement",
        "reviews",
        "trust",
    ];
    each(|name, _, elements| {
        for to in elements
            .iter()
            .filter_map(|e| e.get("href").or(e.get("action")))
            .filter(|to| to.starts_with('/'))
        {
            let first = to
                .trim_start_matches('/')
                .split(['/', '?', '#'])
                .next()
                .unwrap_or("");
            assert!(known.contains(&first), "{name}: {to}");
        }
    });
}

#[test]
fn fields_have_labels_and_buttons_say_what_they_do() {
    each(|name, page, elements| {
        let labelled = elements.iter().filter(|e| e.name == "label").count();
        let fields = elements
            .iter()
            .filter(|e| {
                (e.name == "input" && e.get("type") != Some("hidden"))
                    || e.name == "textarea"
                    || e.name == "select"
            })
            .count();
        assert_eq!(labelled, fields, "{name}");
        assert!(
            !page.contains("<button type=\"submit\"></button>"),
            "{name}"
        );
        for table in elements.iter().filter(|e| e.name == "th") {
            assert!(
                table.get("scope").is_some(),
                "{name}: a heading without a scope"
            );
        }
    });
}

#[test]
fn a_role_without_rights_gets_no_buttons() {
    let house = sample::house();
    for role in [Role::ReadOnly, Role::Auditor] {
        for (name, page) in pages_of(&house, role) {
            let posts: Vec<Element> = elements(&page)
                .into_iter()
                .filter(|e| e.name == "form" && e.get("method") == Some("post"))
                .collect();
            // What management does in its own name needs no other right: approving, acknowledging, deciding.
            let own = |to: &str| {
                role == Role::ReadOnly
                    && ["/approve", "/acknowledge", "/decide"]
                        .iter()
                        .any(|end| to.ends_with(end))
            };
            assert!(
                posts.iter().all(|f| f.get("action").is_some_and(|to| [
                    pages::link::SIGN_OUT,
                    pages::link::LOOK
                ]
                .contains(&to)
                    || own(to))),
                "{name} for {}: {posts:?}",
                role.name()
            );
        }
    }
}

#[test]
fn the_same_house_gives_the_same_pages() {
    let (left, right) = (
        pages_of(&sample::house(), Role::Owner),
        pages_of(&sample::house(), Role::Owner),
    );
    assert!(left == right);
}

#[test]
fn the_style_sheet_asks_for_nothing_and_knows_every_class() {
    let style = pages::STYLE;
    assert!(!style.contains("url(") && !style.contains("@import") && !style.contains("http"));
    for needed in [
        "prefers-color-scheme: dark",
        "@media print",
        ":focus-visible",
        "max-width: 420px",
    ] {
        assert!(style.contains(needed), "{needed}");
    }
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    let houses = [sample::house(), own::house()];
    for (_, page) in houses.iter().flat_map(|h| pages_of(h, Role::Owner)) {
        for class in elements(&page)
            .iter()
            .filter_map(|e| e.get("class"))
            .flat_map(str::split_whitespace)
        {
            let rule = format!(".{class}");
            let known = style.match_indices(&rule).any(|(at, _)| {
                !style[at + rule.len()..]
                    .starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
            });
            if !known {
                unknown.insert(class.to_owned());
            }
        }
    }
    assert!(unknown.is_empty(), "no rule for {unknown:?}");
}
