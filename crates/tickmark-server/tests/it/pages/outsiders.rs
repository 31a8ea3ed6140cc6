//! What holds for the pages of the trust page.

use std::collections::BTreeSet;

use tickmark_server::pages;

use super::html::{Element, elements};
use super::{outside, sample};

fn every() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (prefix, house) in [("", outside::house()), ("bare-", sample::bare())] {
        let pages = outside::outside(&house)
            .into_iter()
            .chain(outside::inside(&house));
        all.extend(pages.map(|(name, page)| (format!("{prefix}{name}"), page.into_string())));
    }
    all
}

#[test]
fn one_heading_unique_ids_and_a_label_for_each_field() {
    for (name, page) in every() {
        let all = elements(&page);
        let count = |what: &str| all.iter().filter(|e| e.name == what).count();
        assert_eq!(
            (count("h1"), count("main"), count("title")),
            (1, 1, 1),
            "{name}"
        );
        let ids: Vec<&str> = all.iter().filter_map(|e| e.get("id")).collect();
        let unique: BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: {ids:?}");
        for to in all.iter().filter_map(|e| e.get("for")) {
            assert!(ids.contains(&to), "{name}: nothing is called {to}");
        }
        for to in all
            .iter()
            .filter_map(|e| e.get("href"))
            .filter(|to| to.starts_with('#'))
        {
            assert!(ids.contains(&&to[1..]), "{name}: no part is called {to}");
        }
        let field = |e: &&Element| {
            (e.name == "input" && e.get("type") != Some("hidden"))
                || ["textarea", "select"].contains(&e.name.as_str())
        };
        assert_eq!(count("label"), all.iter().filter(field).count(), "{name}");
        assert!(
            all.iter()
                .filter(|e| e.name == "th")
                .all(|e| e.get("scope").is_some()),
            "{name}"
        );
    }
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for (name, page) in every() {
        for element in elements(&page) {
            assert!(
                element.get("style").is_none() && element.name != "style",
                "{name}: {element:?}"
            );
            assert!(
                element.attributes.iter().all(|(n, _)| !n.starts_with("on")),
                "{name}: {element:?}"
            );
            for to in ["href", "src", "action"]
                .into_iter()
                .filter_map(|a| element.get(a))
            {
                let ours = (to.starts_with('/') && !to.starts_with("//")) || to.starts_with('#');
                assert!(ours, "{name}: {to}");
            }
        }
    }
}

#[test]
fn every_class_has_a_rule() {
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    for (_, page) in every() {
        for class in elements(&page)
            .iter()
            .filter_map(|e| e.get("class"))
            .flat_map(str::split_whitespace)
        {
            let rule = format!(".{class}");
            let ends =
                |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
            let known = pages::STYLE
                .match_indices(&rule)
                .any(|(at, _)| ends(&pages::STYLE[at + rule.len()..]));
            if !known {
                unknown.insert(class.to_owned());
            }
        }
    }
    assert!(unknown.is_empty(), "no rule for {unknown:?}");
}

#[test]
fn headings_go_down_one_step_at_a_time() {
    for (name, page) in every() {
        let levels: Vec<u8> = elements(&page)
            .iter()
            .filter_map(|e| e.name.strip_prefix('h')?.parse().ok())
            .collect();
        let jumps = levels.windows(2).any(|w| w[1] > w[0] + 1);
        assert!(levels[0] == 1 && !jumps, "{name}: {levels:?}");
    }
}

#[test]
fn a_first_program_says_nothing_in_public() {
    let bare = sample::bare();
    for (name, page) in outside::outside(&bare) {
        let page = page.into_string();
        for claim in [
            "examination by",
            "What is watched",
            "Subprocessors</h2>",
            "Policies</h2>",
        ] {
            assert!(!page.contains(claim), "{name}: {claim}");
        }
    }
}
