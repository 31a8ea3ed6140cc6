//! Reports that are read on a page: the same tree as the files, nothing lost, every number with its entry.

use tickmark_core::report::document::{Block, Span};
use tickmark_core::report::{Report, build};
use tickmark_server::pages::{self, table::Asked};
use tickmark_server::{Role, Trouble};

use super::html::elements;
use super::sample;

fn report() -> Report {
    build::type2(sample::house().inputs.as_ref().unwrap()).unwrap()
}

fn preview(role: Role) -> String {
    let house = sample::house();
    pages::preview(&house, &sample::viewer(role), "type2", Ok(report()))
        .unwrap()
        .into_string()
}

#[test]
fn every_section_and_every_number_is_there_with_its_entry() {
    let (page, report) = (preview(Role::Owner), report());
    for section in &report.sections {
        assert!(page.contains(&section.title), "{}", section.title);
    }
    let shown = elements(&page)
        .iter()
        .filter(|e| e.name == "a" && e.get("class") == Some("number"))
        .filter(|e| e.get("href").is_some_and(|to| to.starts_with("/ledger/")))
        .count();
    // Rows beyond those of a page are in the files.
    let printed = |block: &&Block| !matches!(block, Block::Table(table) if table.rows.len() > 200);
    let figures = report
        .sections
        .iter()
        .flat_map(|s| &s.blocks)
        .filter(printed)
        .flat_map(Block::spans)
        .filter(|span| matches!(span, Span::Figure(_)))
        .count();
    assert!(figures > 50 && shown >= figures, "{shown} of {figures}");
}

#[test]
fn what_the_auditor_writes_stays_empty_and_is_waited_for() {
    let page = preview(Role::Owner);
    assert!(page.contains("Section 1, the service auditor's report"));
    assert!(page.contains("the CPA firm"), "{page}");
}

#[test]
fn who_may_not_download_reads_only() {
    let page = preview(Role::ReadOnly);
    let viewer = sample::viewer(Role::ReadOnly);
    let may = viewer.may(tickmark_server::Action::DownloadReports);
    assert_eq!(page.contains("href=\"/reports/type2/pdf\""), may);
    assert!(preview(Role::Owner).contains("href=\"/reports/type2/xlsx\""));
}

#[test]
fn what_cannot_be_built_says_why() {
    let house = sample::house();
    let viewer = sample::viewer(Role::Owner);
    let why = Trouble::Refused("a Type 1 report needs a date".into());
    let page = pages::preview(&house, &viewer, "type1", Err(why)).unwrap();
    let page = page.into_string();
    assert!(page.contains("It cannot be built yet") && page.contains("needs a date"));
    for kind in ["workbook", "type3", "../type2"] {
        let gone = pages::preview(&house, &viewer, kind, Ok(report()));
        assert!(matches!(gone, Err(Trouble::Missing(_))), "{kind}");
    }
}

#[test]
fn a_test_is_there_word_for_word() {
    let house = sample::house();
    let (viewer, now) = (sample::viewer(Role::Owner), sample::now());
    let page = pages::test(&house, &viewer, now, "IAM-02.leaver", &Asked::default()).unwrap();
    let page = page.into_string();
    let file = include_str!("../../../../../library/controls/IAM-02.md");
    let from = file.find("test=IAM-02.leaver").unwrap();
    let block = file[from..].split_once('\n').unwrap().1;
    let block = &block[..block.find("```").unwrap()];
    let escaped = block
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    assert!(page.contains(&escaped), "{escaped}");
    // The waiver with who, why and until; the query box with the population.
    for part in [
        "Transfers to the subsidiary keep their account by contract.",
        "Head of security",
        "2026-04-30",
        "select * from ",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn late_evidence_says_so_with_its_file() {
    let house = sample::house();
    let (viewer, now) = (sample::viewer(Role::Owner), sample::now());
    let page = |house: &tickmark_server::House| {
        pages::evidence_item(house, &viewer, now, 12_040, Some("0f1e"))
            .unwrap()
            .into_string()
    };
    let shown = page(&house);
    for part in [
        "Board minutes, first quarter.pdf",
        "184,220",
        "0f1e",
        "after the time it covers",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("late:"));
    let mut late = sample::house();
    let minutes = late
        .state
        .collections
        .iter_mut()
        .find(|c| c.leaf == 12_040)
        .unwrap();
    minutes.observed.1 = now;
    assert!(page(&late).contains("late: 93 days after the time it covers"));
}

#[test]
fn a_source_that_forgets_says_until_when() {
    let house = sample::house();
    let page = pages::sources(
        &house,
        &sample::viewer(Role::Owner),
        sample::now(),
        &Asked::default(),
    );
    let page = page.into_string();
    // Ninety days before 2 July, and ninety after the last hour that was fetched.
    for part in [
        "oldest data still at the source: 2026-04-03",
        "collect before 2026-07-11",
        "okta.logs.read",
        "Pull requests: read",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}
