//! What holds for every report.

use tickmark_core::report::document::{Block, Section, Span, TABLE_ROWS_MAX, Table};
use tickmark_core::report::{Report, ResultState, build, render};

use super::{all_kinds, as_of, lengthened, throughout};

fn section<'a>(report: &'a Report, label: &str) -> &'a Section {
    report
        .sections
        .iter()
        .find(|section| section.label == label)
        .unwrap()
}

fn tables(section: &Section) -> Vec<&Table> {
    section
        .blocks
        .iter()
        .filter_map(|block| {
            if let Block::Table(table) = block {
                Some(table)
            } else {
                None
            }
        })
        .collect()
}

fn words(report: &Report) -> String {
    render::markdown(report)
}

#[test]
fn every_number_in_a_table_has_its_entry_in_the_row() {
    for report in all_kinds() {
        assert!(report.kind != tickmark_core::report::Kind::Type2 || report.figures().count() > 80);
        for table in report.sections.iter().flat_map(tables) {
            for row in &table.rows {
                let spans: Vec<&Span> = row.cells.iter().flatten().collect();
                let figures = spans
                    .iter()
                    .filter(|span| matches!(span, Span::Figure(_)))
                    .count();
                let cited = spans
                    .iter()
                    .any(|span| matches!(span, Span::Entries { .. }));
                assert!(figures == 0 || cited, "{}: {spans:?}", table.caption);
            }
        }
    }
}

#[test]
fn rows_are_as_wide_as_their_table() {
    for report in all_kinds() {
        for table in report.sections.iter().flat_map(tables) {
            for row in &table.rows {
                let wanted = if row.emphasis { 1 } else { table.columns.len() };
                assert_eq!(row.cells.len(), wanted, "{}", table.caption);
            }
        }
        for sheet in &report.sheets {
            assert!(
                sheet
                    .rows
                    .iter()
                    .all(|row| row.len() == sheet.columns.len()),
                "{}",
                sheet.name
            );
        }
    }
}

#[test]
fn the_auditors_columns_and_section_1_are_empty() {
    let report = build::type2(&throughout()).unwrap();
    assert!(
        section(&report, "Section 1")
            .blocks
            .iter()
            .all(|block| matches!(block, Block::Reserved { .. }))
    );
    let tests = tables(section(&report, "Section 4"))
        .into_iter()
        .find(|table| table.columns.len() == 5)
        .unwrap();
    assert_eq!(
        tests.columns[3].title,
        "Tests performed by the service auditor"
    );
    assert_eq!(tests.columns[4].title, "Results of tests");
    assert_eq!(tests.rows.len(), 5);
    assert!(
        tests
            .rows
            .iter()
            .all(|row| row.cells[3].is_empty() && row.cells[4].is_empty())
    );
    let first = build::type1(&as_of()).unwrap();
    assert!(
        !first
            .sections
            .iter()
            .any(|section| section.label == "Annex M")
    );
    assert!(
        tables(section(&first, "Section 4"))
            .iter()
            .all(|table| table.columns.iter().all(|c| !c.title.contains("Result")))
    );
}

#[test]
fn a_deviation_stands_at_every_mapped_criterion() {
    let report = build::type2(&throughout()).unwrap();
    let table = tables(section(&report, "Annex M"))
        .into_iter()
        .find(|table| table.caption.starts_with("Results at every criterion"))
        .unwrap();
    let mut criterion = String::new();
    let mut found = Vec::new();
    for row in &table.rows {
        if row.emphasis {
            let Span::Strong { text } = &row.cells[0][0] else {
                panic!()
            };
            criterion = text.split(' ').next().unwrap().to_owned();
        } else if row.cells[1] == [Span::code("CHG-01.approval")] {
            assert_eq!(
                row.cells[2],
                [Span::Result {
                    state: ResultState::Deviation
                }]
            );
            found.push(criterion.clone());
        }
    }
    assert_eq!(found, ["CC5.2", "CC6.8", "CC8.1"]);
}

#[test]
fn deviations_always_tell_tested_deviating_population_and_nature() {
    let text = words(&build::type2(&throughout()).unwrap());
    assert!(
        text.contains(
            "Deviating: 3 \\[18103\\] of 412 \\[18103\\] items tested (population 412 \\[18103\\])"
        ),
        "{text}"
    );
    for nature in [
        "the only approver is an author",
        "changed after the approval",
        "approved after the deployment",
    ] {
        assert!(text.contains(nature), "{nature}");
    }
}

#[test]
fn the_four_results_keep_their_words() {
    let text = words(&build::type2(&throughout()).unwrap());
    for state in ResultState::ALL {
        assert!(text.contains(state.words()), "{state:?}");
    }
}

#[test]
fn wording_is_that_of_an_examination() {
    for report in all_kinds() {
        let text = words(&report);
        let first = text.find("SOC 2").unwrap();
        assert!(
            text[first..].starts_with("SOC 2\u{ae}"),
            "the mark has its sign on first use"
        );
        for wrong in [
            "certified",
            "AICPA",
            "Type II",
            "SOC2",
            "SOC-2",
            "seal",
            "compliant",
        ] {
            assert!(!text.contains(wrong), "{wrong}");
        }
        assert!(text.starts_with("# DEMO: "));
    }
    let mut inputs = throughout();
    inputs.demo = None;
    assert!(!words(&build::type2(&inputs).unwrap()).contains("DEMO: "));
}

#[test]
fn readiness_has_no_score() {
    let report = build::readiness(&throughout()).unwrap();
    for section in report
        .sections
        .iter()
        .filter(|section| section.label.is_empty())
    {
        let shown: String = section
            .blocks
            .iter()
            .flat_map(Block::spans)
            .map(|span| render::plain(span, true))
            .collect();
        assert!(!shown.contains('%'), "{shown}");
    }
    let standings = build::standings(&throughout());
    assert_eq!(standings.len(), 36);
    let open = |criterion: &str| -> Vec<&'static str> {
        standings
            .iter()
            .find(|s| s.criterion.to_string() == criterion)
            .unwrap()
            .open
            .iter()
            .map(|point| point.kind)
            .collect()
    };
    assert_eq!(open("CC8.1"), ["deviation"]);
    assert_eq!(open("CC6.1"), ["unable_to_test"]);
    assert_eq!(open("CC6.2"), ["deviation", "unable_to_test"]);
    assert_eq!(open("CC7.4"), ["back_dated", "did_not_operate"]);
    assert_eq!(open("CC1.2"), ["not_in_force", "not_tested"]);
    assert_eq!(open("CC9.1"), ["no_control"]);
}

#[test]
fn long_lists_go_to_the_workbook() {
    let report = build::type2(&lengthened(5_000)).unwrap();
    let table = tables(section(&report, "Annex M"))
        .into_iter()
        .find(|table| table.rows.len() == TABLE_ROWS_MAX)
        .unwrap();
    assert!(
        table.note.contains("workbook, sheet \"Exceptions\""),
        "{}",
        table.note
    );
    let sheet = report
        .sheets
        .iter()
        .find(|sheet| sheet.name == "Exceptions")
        .unwrap();
    assert_eq!(sheet.rows.len(), 5_005);
}

#[test]
fn json_keeps_everything_and_refuses_uncited_numbers() {
    for report in all_kinds() {
        let text = render::json(&report).unwrap();
        assert_eq!(render::from_json(&text).unwrap(), report);
        let uncited = text.replacen("\"citations\":[", "\"citations\":[],\"was\":[", 1);
        let refused = render::from_json(&uncited).unwrap_err();
        assert!(
            refused.to_string().contains("without a ledger entry"),
            "{refused}"
        );
    }
}

#[test]
fn the_description_s_gaps_are_said() {
    let text = words(&build::type2(&throughout()).unwrap());
    assert!(
        text.contains("**DC6**: system.md has no text for"),
        "{text}"
    );
    assert!(text.contains("reads as a placeholder"), "TBD in DC7");
    assert!(!text.contains("**DC1**:") && !text.contains("**DC9**:"));
}

#[test]
fn a_type_1_speaks_of_no_results() {
    let text = words(&build::type1(&as_of()).unwrap());
    for word in ["Annex M", "Rows digest", "response to"] {
        assert!(!text.contains(word), "{word}");
    }
    for state in ResultState::ALL {
        assert!(!text.contains(state.words()), "{state:?}");
    }
}

#[test]
fn a_reason_that_attributes_share_is_said_once_and_an_event_has_no_length() {
    let mut inputs = throughout();
    let item = &mut inputs.tests[2].items[1];
    let same = item.reasons[0].1.clone();
    item.reasons.push(("B:stale".into(), same.clone()));
    let report = build::type2(&inputs).unwrap();
    let table = tables(section(&report, "Annex M"))
        .into_iter()
        .find(|table| table.caption == "Deviations of CHG-01.approval")
        .unwrap();
    let at = |head: &str| {
        table
            .columns
            .iter()
            .position(|column| column.title == head)
            .unwrap()
    };
    assert_eq!(table.rows[1].cells[at("Nature")], [Span::text(same)]);
    assert_eq!(table.rows[1].cells[at("Lasted")], [Span::text("\u{2013}")]);
    assert_eq!(table.rows[0].cells[at("Lasted")], [Span::text("1 h")]);
}
