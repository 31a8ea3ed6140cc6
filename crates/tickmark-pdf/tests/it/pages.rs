use tickmark_core::report::{Typeset as _, build};
use tickmark_pdf::Typst;

use crate::{as_of, dense, text, throughout};

#[test]
fn every_page_says_draft_and_where_it_is_anchored() {
    for report in [
        build::type2(&throughout()).unwrap(),
        build::type1(&as_of()).unwrap(),
        build::readiness(&throughout()).unwrap(),
    ] {
        let pdf = Typst::new().pdf(&report).unwrap();
        let Some(pages) = text(&pdf) else { return };
        assert!(pages.len() > 4, "{} pages", pages.len());
        for (number, page) in (1..).zip(&pages) {
            assert!(
                page.contains("Draft, management copy, not a service auditor's report"),
                "page {number}:\n{page}"
            );
            assert!(
                page.contains(&format!("Page {number} of {}", pages.len())),
                "page {number}:\n{page}"
            );
            assert!(
                page.contains("ledger size 18234, root "),
                "page {number}:\n{page}"
            );
            assert!(page.contains("DEMO"), "page {number}:\n{page}");
        }
    }
}

#[test]
fn equal_reports_are_equal_bytes() {
    let report = build::type2(&throughout()).unwrap();
    let first = Typst::new().pdf(&report).unwrap();
    assert!(first.starts_with(b"%PDF-"));
    assert_eq!(first, Typst::new().pdf(&report.without_sheets()).unwrap());
}

#[test]
fn sections_stand_in_the_contents_and_tables_repeat_their_heads() {
    let mut inputs = throughout();
    let model = inputs.tests[0].items[0].clone();
    for number in 0..200_u64 {
        let mut item = model.clone();
        item.item = format!("P-9{number:03}");
        inputs.tests[0].items.push(item);
        inputs.tests[0].counts.deviations = inputs.tests[0]
            .counts
            .deviations
            .plus(tickmark_core::report::Count::new(1));
        inputs.tests[0].counts.population = inputs.tests[0]
            .counts
            .population
            .plus(tickmark_core::report::Count::new(1));
    }
    let pdf = Typst::new().pdf(&build::type2(&inputs).unwrap()).unwrap();
    let Some(pages) = text(&pdf) else { return };
    let contents = dense(&pages[1]);
    for name in [
        "Section 1",
        "Section 2",
        "Section 3",
        "Section 4",
        "Section 5",
        "Annex M",
        "Annex P",
        "Annex E",
    ] {
        assert!(contents.contains(&dense(name)), "{name}\n{}", pages[1]);
    }
    let with_items: Vec<&String> = pages
        .iter()
        .filter(|page| page.contains("P-90") || page.contains("P-91"))
        .collect();
    assert!(with_items.len() > 2);
    for page in with_items {
        assert!(page.contains("Lasted"), "{page}");
    }
}

#[test]
fn names_of_all_scripts_have_glyphs() {
    let mut inputs = throughout();
    inputs.organization = "Ångström & Søn: Łódź, Ελλάς, Москва, תל אביב".into();
    let pdf = Typst::new().pdf(&build::type2(&inputs).unwrap()).unwrap();
    let Some(pages) = text(&pdf) else { return };
    for word in ["Ångström", "Søn", "Łódź", "Ελλάς", "Москва"] {
        assert!(pages[0].contains(word), "{word}\n{}", pages[0]);
    }
}
