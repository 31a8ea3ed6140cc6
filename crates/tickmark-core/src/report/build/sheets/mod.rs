//! The sheets of the workbook: everything that the pages show, with no row left out.

mod evidence;

use crate::report::document::{Kind, Span};
use crate::report::figure::{Citations, Figure};
use crate::report::inputs::{Inputs, Item, TestResult};
use crate::report::remarks;
use crate::report::sheet::{Datum, Sheet};
use crate::report::state::{ItemState, LEGEND, ResultState, attribute_mark};
use crate::report::wording;

use super::standing::standings;
use super::{exceptions, phrases};
use evidence::{changes, populations, sources};

/// All sheets of a report, in order. A Type 1 has no results of operation.
pub fn all(inputs: &Inputs, kind: Kind) -> Vec<Sheet> {
    let mut sheets = vec![summary(inputs, kind), criteria(inputs), controls(inputs)];
    if kind != Kind::Type1 {
        sheets.push(tests(inputs));
        sheets.push(items(
            inputs,
            "Exceptions",
            "Deviations, item by item",
            &[ItemState::Deviation],
        ));
        sheets.push(items(
            inputs,
            "Unknown items",
            "Items that could not be judged; never counted as passed",
            &[ItemState::Unknown],
        ));
        let others = [ItemState::NotApplicable, ItemState::Pending];
        sheets.push(items(
            inputs,
            "Other items",
            "Items that a control does not ask for, and items that are still open",
            &others,
        ));
    }
    sheets.push(populations(inputs));
    sheets.push(sources(inputs));
    if kind != Kind::Type1 {
        sheets.push(annex_m(inputs));
    }
    sheets.push(changes(inputs));
    sheets
}

fn summary(inputs: &Inputs, kind: Kind) -> Sheet {
    let mut sheet = Sheet::new(
        "Summary",
        &super::title(inputs, kind),
        &[("What", 30), ("", 100)],
    );
    let mut say = |what: &str, value: &str| sheet.rows.push(vec![what.into(), value.into()]);
    say("Status", wording::NOTICE);
    for (what, value) in super::facts(inputs) {
        say(&what, &value);
    }
    say("Verdict of the verifier", &inputs.checkpoint.verdict);
    say("Control library", &inputs.versions.library);
    say("Time zone database", &inputs.versions.tzdb);
    say("", "");
    for (mark, meaning) in LEGEND {
        say(mark, meaning);
    }
    for state in ResultState::ALL {
        say(state.words(), state.meaning());
    }
    say("", "");
    for (place, why) in remarks::description(inputs)
        .into_iter()
        .chain(remarks::words(inputs))
    {
        say(&format!("To complete: {place}"), &why);
    }
    sheet
}

fn criteria(inputs: &Inputs) -> Sheet {
    let columns = [
        ("Criterion", 10),
        ("Title (own words)", 34),
        ("Controls", 40),
        ("Subject", 20),
        ("Open", 18),
        ("Reason", 70),
        ("Entries", 16),
        ("Auditor's conclusion", 24),
    ];
    let mut sheet = Sheet::new(
        "Criteria",
        "Open points per criterion; no open point does not mean met",
        &columns,
    );
    for standing in standings(inputs) {
        let head = |open: &str| -> Vec<Datum> {
            vec![
                standing.criterion.to_string().into(),
                standing.title.as_str().into(),
                standing.controls.join(", ").into(),
                open.into(),
            ]
        };
        if standing.open.is_empty() {
            let mut row = head("");
            row.extend([
                "none".into(),
                "no open point in the ledger".into(),
                Datum::Empty,
                Datum::Empty,
            ]);
            sheet.rows.push(row);
        }
        for point in &standing.open {
            let mut row = head(&point.subject);
            row.extend([
                point.kind.replace('_', " ").into(),
                plain(&point.why).into(),
                point.leaves.short(usize::MAX).into(),
                Datum::Empty,
            ]);
            sheet.rows.push(row);
        }
    }
    sheet
}

fn controls(inputs: &Inputs) -> Sheet {
    let columns = [
        ("Control", 10),
        ("Title", 34),
        ("Control as stated by management", 70),
        ("Criteria", 20),
        ("Nature", 28),
        ("Frequency", 16),
        ("Automation", 12),
        ("Owner", 20),
        ("Scope", 28),
        ("In force from", 13),
        ("Until", 13),
        ("Tests", 28),
        ("Document SHA-256", 24),
        ("Entry", 8),
        ("Auditor: test procedure", 34),
        ("Auditor: sample size", 12),
        ("Auditor: result", 20),
        ("Auditor: exception", 28),
        ("Management response", 28),
    ];
    let mut sheet = Sheet::new(
        "Controls matrix",
        "Adopted controls; the auditor's columns are empty and stay the auditor's",
        &columns,
    );
    for control in &inputs.controls {
        let mut tests: Vec<&str> = phrases::runs(inputs, control)
            .map(|test| test.id.as_str())
            .collect();
        tests.dedup();
        let mut row: Vec<Datum> = vec![
            control.id.as_str().into(),
            control.title.as_str().into(),
            control.statement.as_str().into(),
            phrases::criteria(&control.criteria).into(),
            control.nature.as_str().into(),
            control.frequency.as_str().into(),
            control.automation.as_str().into(),
            control.owner.as_str().into(),
            control.scope.as_str().into(),
            control.effective.to_string().into(),
            control
                .retired
                .map_or_else(String::new, |day| day.to_string())
                .into(),
            tests.join(", ").into(),
            control.digest.as_str().into(),
            entry(control.leaf),
        ];
        row.extend(std::iter::repeat_n(Datum::Empty, 5));
        sheet.rows.push(row);
    }
    sheet
}

fn tests(inputs: &Inputs) -> Sheet {
    let columns = [
        ("Test", 24),
        ("Control", 10),
        ("Criteria", 20),
        ("What it does", 60),
        ("Attributes", 60),
        ("Populations", 24),
        ("Items", 10),
        ("From", 12),
        ("To", 12),
        ("From UTC", 22),
        ("Until UTC", 22),
        ("Ledger size known", 12),
        ("Provisional", 11),
        ("Result", 20),
        ("Population hash", 30),
        ("Rows digest", 30),
        ("Entry", 8),
        ("Auditor: re-performed", 20),
    ];
    let mut sheet = Sheet::new(
        "Tests",
        "Runs of management's tests, with what a re-performance needs",
        &columns,
    );
    for test in &inputs.tests {
        let attributes: Vec<String> = test
            .attributes
            .iter()
            .map(|(letter, says)| format!("{letter}: {says}"))
            .collect();
        sheet.rows.push(vec![
            test.id.as_str().into(),
            test.control.as_str().into(),
            mapped(inputs, test).into(),
            test.says.as_str().into(),
            attributes.join("\n").into(),
            test.populations.join(", ").into(),
            if test.sampled { "sample" } else { "all" }.into(),
            test.period.from.to_string().into(),
            test.period.to.to_string().into(),
            test.span.from.to_string().into(),
            test.span.until.to_string().into(),
            Figure::new(test.known_at, &Citations::one(test.leaf)).into(),
            if test.provisional { "yes" } else { "no" }.into(),
            test.result.words().into(),
            test.population_hash.as_str().into(),
            test.rows_digest.as_str().into(),
            entry(test.leaf),
            Datum::Empty,
        ]);
    }
    sheet
}

fn items(inputs: &Inputs, name: &str, title: &str, states: &[ItemState]) -> Sheet {
    let most = inputs
        .tests
        .iter()
        .map(|test| test.attributes.len())
        .max()
        .unwrap_or(0);
    let letters: Vec<String> = ('A'..='Z').take(most).map(String::from).collect();
    let mut columns = vec![
        ("Test", 24),
        ("Control", 10),
        ("Criteria", 20),
        ("Item", 44),
        ("State", 14),
    ];
    columns.extend(letters.iter().map(|letter| (letter.as_str(), 5)));
    columns.extend([
        ("From", 28),
        ("Until", 28),
        ("Lasted", 12),
        ("Reason codes", 28),
        ("Nature", 50),
        ("Records", 20),
        ("Entry", 8),
        ("Management response", 28),
        ("Auditor: evaluation", 28),
    ]);
    let mut sheet = Sheet::new(name, title, &columns);
    for test in &inputs.tests {
        let criteria = mapped(inputs, test);
        for item in test
            .items
            .iter()
            .filter(|item| states.contains(&item.state))
        {
            sheet.rows.push(item_row(test, item, &criteria, most));
        }
    }
    sheet
}

fn item_row(test: &TestResult, item: &Item, criteria: &str, most: usize) -> Vec<Datum> {
    let mut row: Vec<Datum> = vec![
        test.id.as_str().into(),
        test.control.as_str().into(),
        criteria.into(),
        item.item.as_str().into(),
        item.state.words().into(),
    ];
    let mut marks = item.attributes.chars();
    for index in 0..most {
        let mark = marks.next().map_or("", attribute_mark);
        row.push(
            if index < test.attributes.len() {
                mark
            } else {
                ""
            }
            .into(),
        );
    }
    let time = |time: Option<crate::model::time::Time>| {
        Datum::from(time.map_or_else(String::new, |time| time.to_string()))
    };
    let codes: Vec<&str> = item.reasons.iter().map(|(code, _)| code.as_str()).collect();
    row.extend([
        time(item.from),
        time(item.until),
        exceptions::duration(test, item).into(),
        codes.join(", ").into(),
        exceptions::nature(item).into(),
        phrases::records(&item.citations, usize::MAX).into(),
        entry(test.leaf),
        Datum::Empty,
        Datum::Empty,
    ]);
    row
}

fn annex_m(inputs: &Inputs) -> Sheet {
    let columns = [
        ("Criterion", 10),
        ("Control", 10),
        ("Test", 24),
        ("From", 12),
        ("To", 12),
        ("Result", 20),
        ("Population", 11),
        ("Tested", 11),
        ("Passed", 11),
        ("Deviations", 11),
        ("Unknown", 11),
        ("Not applicable", 11),
        ("Pending", 11),
        ("Coverage", 11),
        ("Entry", 8),
    ];
    let title = "Results of management's monitoring at every mapped criterion; not the service auditor's tests";
    let mut sheet = Sheet::new("Annex M", title, &columns);
    for criterion in &inputs.criteria {
        for control in phrases::mapped(inputs, criterion.id) {
            for test in phrases::runs(inputs, control) {
                sheet.rows.push(result_row(&criterion.id.to_string(), test));
            }
        }
    }
    sheet
}

fn result_row(criterion: &str, test: &TestResult) -> Vec<Datum> {
    let by = Citations::one(test.leaf);
    let counts = &test.counts;
    let mut row: Vec<Datum> = vec![
        criterion.into(),
        test.control.as_str().into(),
        test.id.as_str().into(),
        test.period.from.to_string().into(),
        test.period.to.to_string().into(),
        test.result.words().into(),
    ];
    let numbers = [
        counts.population,
        counts.tested(),
        counts.passed,
        counts.deviations,
        counts.unknown,
        counts.not_applicable,
        counts.pending,
    ];
    row.extend(numbers.map(|count| Datum::from(count.cited(&by))));
    row.push(test.covered_s.of(test.asked_s, &by).into());
    row.push(entry(test.leaf));
    row
}

/// The criteria of the control version that the run judged.
fn mapped(inputs: &Inputs, test: &TestResult) -> String {
    let control = inputs
        .controls
        .iter()
        .find(|control| control.id == test.control && control.digest == test.control_digest);
    control.map_or_else(String::new, |control| phrases::criteria(&control.criteria))
}

/// A ledger entry as an identifier, so text.
fn entry(leaf: u64) -> Datum {
    leaf.to_string().into()
}

fn plain(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text { text } | Span::Strong { text } | Span::Code { text } => text.clone(),
            Span::Figure(figure) => figure.to_string(),
            Span::Result { state } => state.words().to_owned(),
            Span::Entries { leaves } => leaves.short(4),
        })
        .collect()
}
