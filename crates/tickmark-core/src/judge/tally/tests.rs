#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::judge::job::JobWaiver;

fn judged(attributes: usize, versions: bool) -> Judged {
    let letters = ["A", "B", "C"]
        .iter()
        .take(attributes)
        .map(|l| (*l).to_owned());
    Judged {
        test: "CHG-01.x".into(),
        attributes: letters.collect(),
        versions,
        waivers: vec![],
        coverage: [10, 10],
    }
}

fn row<'r>(item: &'r str, attributes: &'r [Option<bool>], reasons: &'r str) -> TestRow<'r> {
    let at = Some(1_772_445_600_000_000);
    TestRow {
        item,
        attributes,
        na: None,
        pending: None,
        from_us: at,
        until_us: at,
        trigger_us: at,
        reasons,
        cite: [17, 0, 42],
    }
}

#[test]
fn a_row_is_the_line_of_the_decisions() {
    let mut tally = RowTally::new(&judged(3, false));
    let mut deviating = row(
        "acme%2Fapi/9f2c",
        &[Some(false), Some(true), None],
        "C:read_denied A:self_approved",
    );
    deviating.until_us = Some(1_772_449_200_000_000);
    tally.push(&deviating).unwrap();
    let outcome = tally.finish();
    assert_eq!(
        outcome.rows,
        "{\"a\":\"ft?\",\"c\":[[17,0,42]],\"from\":\"2026-03-02T10:00:00Z\",\"i\":\"acme%2Fapi/9f2c\",\
         \"r\":[\"A:self_approved\",\"C:read_denied\"],\"s\":\"deviation\",\"until\":\"2026-03-02T11:00:00Z\"}\n"
    );
    assert_eq!(outcome.result, ResultKind::Deviation);
    // printf 'acme%%2Fapi/9f2c' | sha256sum
    assert_eq!(
        outcome.population_hash,
        crate::judge::library::hex(b"acme%2Fapi/9f2c")
    );
}

#[test]
fn an_event_twice_is_refused_and_so_is_disorder() {
    let mut tally = RowTally::new(&judged(1, false));
    tally.push(&row("b", &[Some(true)], "")).unwrap();
    assert_eq!(
        tally.push(&row("b", &[Some(true)], "")),
        Err(TallyError::Twice("b".into()))
    );
    assert_eq!(
        tally.push(&row("a", &[Some(true)], "")),
        Err(TallyError::Order("a".into()))
    );
    assert_eq!(
        tally.push(&row("", &[Some(true)], "")),
        Err(TallyError::NoItem)
    );
    assert!(matches!(
        tally.push(&row("c", &[], "")),
        Err(TallyError::Attributes {
            given: 0,
            wanted: 1,
            ..
        })
    ));
}

#[test]
fn a_state_deviates_if_a_version_does_from_when_to_when() {
    let mut tally = RowTally::new(&judged(1, true));
    for (from, until, value, record) in [
        (0, 10, true, 1),
        (10, 20, false, 2),
        (20, 30, true, 3),
        (30, 40, false, 4),
    ] {
        let mut version = row("a", &[Some(true)], "");
        let attributes = [Some(value)];
        version.attributes = &attributes;
        version.reasons = if value { "" } else { "A:off" };
        version.from_us = Some(from * 1_000_000);
        version.until_us = Some(until * 1_000_000);
        version.cite = [1, 0, record];
        tally.push(&version).unwrap();
    }
    let outcome = tally.finish();
    assert_eq!(
        (outcome.counts.population, outcome.counts.deviations),
        (1, 1)
    );
    assert_eq!(
        outcome.rows,
        "{\"a\":\"f\",\"c\":[[1,0,2],[1,0,4]],\"from\":\"1970-01-01T00:00:10Z\",\"i\":\"a\",\"r\":[\"A:off\"],\"s\":\"deviation\",\
         \"until\":\"1970-01-01T00:00:40Z\"}\n"
    );
}

#[test]
fn a_waiver_counts_at_the_trigger_and_over_a_whole_version() {
    let waiver = |from_us, until_us| JobWaiver {
        pattern: false,
        item: "a".into(),
        from_us,
        until_us,
    };
    for (versions, valid, waived) in [
        (false, (5, 6), true),
        (false, (6, 9), false),
        (false, (0, 5), false),
        (true, (5, 8), true),
        (true, (5, 7), false),
        (true, (6, 9), false),
    ] {
        let mut judged = judged(1, versions);
        judged.waivers = vec![waiver(valid.0, valid.1)];
        let mut tally = RowTally::new(&judged);
        let mut failing = row("a", &[Some(false)], "A:off");
        (failing.trigger_us, failing.from_us, failing.until_us) = (Some(5), Some(5), Some(8));
        tally.push(&failing).unwrap();
        let counts = tally.finish().counts;
        assert_eq!(
            (counts.not_applicable == 1, counts.deviations == 1),
            (waived, !waived),
            "{versions} {valid:?}"
        );
    }
}

#[test]
fn a_waiver_pattern_covers_the_items_it_matches_and_no_other() {
    for (pattern, waived) in [
        ("acme%2Fapi/*", true),
        ("*/7", true),
        ("acme*8", false),
        ("acme%2Fapi/", false),
    ] {
        let mut judged = judged(1, false);
        judged.waivers = vec![JobWaiver {
            item: pattern.into(),
            pattern: true,
            from_us: 0,
            until_us: 9,
        }];
        let mut tally = RowTally::new(&judged);
        let mut failing = row("acme%2Fapi/7", &[Some(false)], "A:off");
        failing.trigger_us = Some(5);
        tally.push(&failing).unwrap();
        assert_eq!(
            tally.finish().counts.not_applicable == 1,
            waived,
            "{pattern}"
        );
    }
}

/// Every combination of deviations, unknown, passed, and coverage: the table of four results.
#[test]
fn results_follow_the_table() {
    for deviations in 0..3 {
        for unknown in 0..3 {
            for passed in 0..3 {
                for not_applicable in 0..2 {
                    for (covered, asked) in [(10, 10), (9, 10), (0, 0)] {
                        let population = deviations + unknown + passed + not_applicable;
                        let counts = Counts {
                            population,
                            passed,
                            deviations,
                            unknown,
                            not_applicable,
                            pending: 0,
                        };
                        let found = ResultKind::of(&counts, covered, asked);
                        let expected = match (deviations, unknown, covered < asked, passed) {
                            (1.., _, _, _) => "deviation",
                            (0, 1.., _, _) | (0, _, true, _) => "unable_to_test",
                            (0, 0, false, 0) => "did_not_operate",
                            (0, 0, false, _) => "no_deviation",
                        };
                        assert_eq!(found.name(), expected, "{counts:?} {covered}/{asked}");
                    }
                }
            }
        }
    }
}

type Cells = (u8, Vec<Option<bool>>, u8);

proptest! {
    /// INV-J1, INV-J2 and the definition of each count, against a count by hand.
    #[test]
    fn counts_are_what_a_person_would_count(rows in proptest::collection::btree_map("[a-c/%é]{1,6}", cells(), 0..20)) {
        let mut tally = RowTally::new(&judged(2, false));
        let mut expected = Counts::default();
        for (item, (gate, attributes, _)) in &rows {
            let mut input = row(item, attributes, "");
            input.na = (*gate == 0).then_some("x");
            input.pending = (*gate == 1).then_some("y");
            tally.push(&input).unwrap();
            expected.population += 1;
            match gate {
                0 => expected.not_applicable += 1,
                1 => expected.pending += 1,
                _ if attributes.contains(&Some(false)) => expected.deviations += 1,
                _ if attributes.contains(&None) => expected.unknown += 1,
                _ => expected.passed += 1,
            }
        }
        let outcome = tally.finish();
        prop_assert_eq!(outcome.counts, expected);
        prop_assert!(outcome.counts.adds_up());
        prop_assert_eq!(outcome.rows.lines().count() as u64, expected.population - expected.passed);
        let items: Vec<&str> = rows.keys().map(String::as_str).collect();
        prop_assert_eq!(outcome.population_hash, crate::judge::library::hex(items.join("\n").as_bytes()));
    }

    /// Splitting one version of a state into two with the same values changes nothing but the citations.
    #[test]
    fn versions_join_to_the_worst(values in proptest::collection::vec(proptest::option::of(any::<bool>()), 1..6)) {
        let mut tally = RowTally::new(&judged(1, true));
        for value in &values {
            let attributes = [*value];
            tally.push(&TestRow { attributes: &attributes, ..row("a", &[], "") }).unwrap();
        }
        let counts = tally.finish().counts;
        let expected = if values.contains(&Some(false)) { (1, 0, 0) } else if values.contains(&None) { (0, 1, 0) } else { (0, 0, 1) };
        prop_assert_eq!((counts.deviations, counts.unknown, counts.passed), expected);
    }
}

fn cells() -> impl Strategy<Value = Cells> {
    (
        0_u8..8,
        proptest::collection::vec(proptest::option::of(any::<bool>()), 2),
        any::<u8>(),
    )
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    use crate::judge::job::Value;
    let names = [
        "_reasons", "_item", "a_A", "_na", "_pending", "_from", "_until", "_trigger", "_leaf",
        "_blob", "_record",
    ];
    let names: Vec<String> = names.map(str::to_owned).to_vec();
    let mut tally = Tally::new(&judged(1, false), &names).unwrap();
    let (at, zero) = (Value::Time(1_772_445_600_000_000), Value::Int(0));
    let values = [
        Value::Text("A:off".into()),
        Value::Text("x".into()),
        Value::Bool(false),
        Value::Null,
        Value::Null,
        at.clone(),
        at.clone(),
        at,
        Value::Int(17),
        zero.clone(),
        Value::Int(42),
    ];
    tally.push(&values).unwrap();
    assert!(tally.finish().unwrap().rows.contains("\"c\":[[17,0,42]]"));
    let error = Tally::new(&judged(1, false), &names[..6]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the rows of the test are refused: the query gives no column `_until`"
    );
}
