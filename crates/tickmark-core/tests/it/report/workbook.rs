//! The workbook, read back by another library.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use tickmark_core::report::{Report, build, workbook};

use super::{all_kinds, as_of, lengthened, throughout};

fn open(report: &Report) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(workbook(report).unwrap())).unwrap()
}

fn column(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str, head: &str) -> Vec<Data> {
    let range = book.worksheet_range(sheet).unwrap();
    let heads: Vec<String> = range
        .rows()
        .nth(2)
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    let at = heads
        .iter()
        .position(|found| found == head)
        .unwrap_or_else(|| panic!("{head} not in {heads:?}"));
    range.rows().skip(3).map(|row| row[at].clone()).collect()
}

#[test]
fn the_sheets_stand_in_order() {
    let names = open(&build::type2(&throughout()).unwrap()).sheet_names();
    assert_eq!(
        names,
        [
            "Summary",
            "Criteria",
            "Controls matrix",
            "Tests",
            "Exceptions",
            "Unknown items",
            "Other items",
            "Populations (C&A)",
            "Sources",
            "Annex M",
            "Changes"
        ]
    );
    let names = open(&build::type1(&as_of()).unwrap()).sheet_names();
    assert!(
        !names
            .iter()
            .any(|name| ["Tests", "Exceptions", "Annex M"].contains(&name.as_str())),
        "{names:?}"
    );
}

#[test]
fn no_cell_is_a_formula_and_numbers_are_numbers() {
    for report in all_kinds() {
        let mut book = open(&report);
        for name in book.sheet_names() {
            assert_eq!(
                book.worksheet_formula(&name).unwrap().used_cells().count(),
                0,
                "{name}"
            );
            for (_, _, cell) in book.worksheet_range(&name).unwrap().used_cells() {
                assert!(
                    matches!(cell, Data::String(_) | Data::Float(_) | Data::Empty),
                    "{name}: {cell:?}"
                );
            }
        }
    }
    let mut book = open(&build::type2(&throughout()).unwrap());
    let items = column(&mut book, "Exceptions", "Item");
    assert!(
        items.contains(&Data::String("P-0150/=HYPERLINK(\"http://x\")".into())),
        "{items:?}"
    );
    assert!(
        column(&mut book, "Annex M", "Population")
            .iter()
            .all(|cell| matches!(cell, Data::Float(_)))
    );
}

#[test]
fn counts_add_up_and_coverage_is_rounded_down() {
    let mut book = open(&build::type2(&throughout()).unwrap());
    let mut number = |head: &str| -> Vec<f64> {
        column(&mut book, "Annex M", head)
            .iter()
            .map(|cell| {
                if let Data::Float(value) = cell {
                    *value
                } else {
                    panic!("{cell:?}")
                }
            })
            .collect()
    };
    let (all, tested, unknown) = (number("Population"), number("Tested"), number("Unknown"));
    let (other, pending) = (number("Not applicable"), number("Pending"));
    for row in 0..all.len() {
        assert!(
            (all[row] - tested[row] - unknown[row] - other[row] - pending[row]).abs()
                < f64::EPSILON
        );
    }
    let coverage = number("Coverage");
    assert!(
        coverage.contains(&1.0) && coverage.iter().any(|share| (*share - 0.9502).abs() < 1e-9),
        "{coverage:?}"
    );
}

#[test]
fn what_is_the_auditors_is_empty() {
    let mut book = open(&build::type2(&throughout()).unwrap());
    for (sheet, head) in [
        ("Controls matrix", "Auditor: test procedure"),
        ("Controls matrix", "Auditor: result"),
        ("Criteria", "Auditor's conclusion"),
        ("Exceptions", "Auditor: evaluation"),
        ("Tests", "Auditor: re-performed"),
    ] {
        assert!(
            column(&mut book, sheet, head)
                .iter()
                .all(|cell| *cell == Data::Empty),
            "{sheet} {head}"
        );
    }
}

#[test]
fn every_sheet_says_draft_and_equal_reports_are_equal_bytes() {
    let report = build::type2(&throughout()).unwrap();
    let mut book = open(&report);
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let notice = range.rows().nth(1).unwrap()[0].to_string();
        assert!(
            notice.starts_with("Draft, management copy, not a service auditor's report"),
            "{name}: {notice}"
        );
    }
    assert_eq!(
        workbook(&report).unwrap(),
        workbook(&build::type2(&throughout()).unwrap()).unwrap()
    );
}

#[test]
fn no_row_is_left_out() {
    let mut book = open(&build::type2(&lengthened(3_000)).unwrap());
    assert_eq!(column(&mut book, "Exceptions", "Item").len(), 3_005);
    assert_eq!(
        column(&mut book, "Unknown items", "State"),
        [Data::String("unknown".into())]
    );
}

#[test]
fn awkward_text_survives() {
    let mut inputs = throughout();
    let awkward = "=1+1 \u{1}\u{b} <&> 'quoted' \u{5e9}\u{5dc}\u{5d5}\u{5dd} e\u{301} \u{1f512}";
    inputs.tests[0].items[0].item = awkward.into();
    inputs.controls[0].statement = "x".repeat(40_000);
    let mut book = open(&build::type2(&inputs).unwrap());
    let items = column(&mut book, "Exceptions", "Item");
    assert!(
        items[0].to_string().starts_with("=1+1") && items[0].to_string().ends_with("\u{1f512}"),
        "{:?}",
        items[0]
    );
    assert!(
        column(
            &mut book,
            "Controls matrix",
            "Control as stated by management"
        )[0]
        .to_string()
        .ends_with("[cut]")
    );
}
