//! CHG-01 from recorded GitHub answers to a row and a report.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    pages::{Recorded, Scene, program, record_again},
    typed::{Desk, json as parsed},
};

const RUN: [&str; 6] = [
    "-C",
    "p",
    "test",
    "CHG-01",
    "--period",
    "2021-08-01..2021-08-31",
];

fn run(desk: &Desk, code: i32) -> Value {
    let answer = parsed(&desk.ends(code, &[&RUN[..], &["--format", "json"]].concat()));
    answer["tests"][0].clone()
}

/// `1004/2ee7d9e TTF`: deployment, commit, and the letters of the attributes that failed.
fn lines(list: &Value) -> BTreeSet<String> {
    let line = |item: &Value| {
        let id = item["item"]
            .as_str()
            .unwrap()
            .strip_prefix("faros-ai%2Fairbyte-connectors/")
            .unwrap();
        let letters: Vec<&str> = item["attributes"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        format!("{} {}", &id[..12], letters.concat())
    };
    list.as_array().unwrap().iter().map(line).collect()
}

/// Verified by hand against the recorded reviews: item and failing attributes. A is approval by another person, C approval of the last commit.
const DEVIATIONS: [&str; 33] = [
    // Merged without a review: #3, #33, #39.
    "1003/60b6fa0 ABC",
    "1033/5a6f58e ABC",
    "1039/487b5c3 ABC",
    // The only approver had committed to the branch (#6, #7) or is named as co-author by the squash (#13, #14, #27, #30).
    "1006/a094873 A",
    "1007/f24cd9d AC",
    "1013/53c6774 A",
    "1014/dd58335 AC",
    "1027/3d07ea6 A",
    "1030/e274490 A",
    // Approved, then more was pushed.
    "1004/2ee7d9e C",
    "1009/ab305ab C",
    "1010/7130b41 C",
    "1011/f965b92 C",
    "1012/e1fb522 C",
    "1016/ef0cc9f C",
    "1017/526627e C",
    "1021/2c61877 C",
    "1022/d9d03b9 C",
    "1023/a1cf079 C",
    "1038/c6e6fb8 C",
    // Pushed to the main branch without a pull request; the next deployment carried them.
    "1004/3e17f64 ABC",
    "1004/45ba728 ABC",
    "1004/6bb50ec ABC",
    "1004/907fdee ABC",
    "1004/bdf9f3f ABC",
    "1009/0894a62 ABC",
    "1009/51c53bb ABC",
    "1009/9d1ad46 ABC",
    "1009/f0485ed ABC",
    "1009/f4ebc3e ABC",
    "1022/0b9d24e ABC",
    "1022/234284d ABC",
    "1022/f53167b ABC",
];

fn deviations() -> BTreeSet<String> {
    DEVIATIONS.into_iter().map(str::to_owned).collect()
}

#[test]
fn recorded_answers_become_rows_and_a_report() {
    let Some(recorded) = Recorded::read() else {
        return;
    };
    let desk = Desk::new();
    program(
        &desk,
        &recorded,
        &Scene {
            deployments: true,
            ..Scene::default()
        },
    );
    desk.ends(0, &["-C", "p", "collect"]);
    let populations = parsed(&desk.ends(0, &["-C", "p", "populations", "--format", "json"]));
    let rows = |name: &str| {
        let list = populations["populations"].as_array().unwrap();
        list.iter().find(|p| p["name"] == name).unwrap()["rows"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(
        [
            rows("pull_request"),
            rows("review"),
            rows("main_commit"),
            rows("deployment"),
            rows("change")
        ],
        [38, 121, 77, 32, 45]
    );
    let test = run(&desk, 1);
    let count = |name: &str| test[name].as_u64().unwrap();
    assert_eq!(test["result"], "deviation");
    assert_eq!(
        [
            count("population"),
            count("tested"),
            count("passed"),
            count("deviations"),
            count("unknown")
        ],
        [45, 45, 12, 33, 0]
    );
    assert_eq!(lines(&test["exceptions"]), deviations());
    // Collected again, with the same answers: nothing is counted twice.
    desk.ends(0, &["-C", "p", "collect"]);
    let again = run(&desk, 1);
    assert_eq!(
        (&again["population"], lines(&again["exceptions"])),
        (&test["population"], lines(&test["exceptions"]))
    );
    let period = [
        "-C",
        "p",
        "report",
        "type2",
        "--period",
        "2021-08-01..2021-08-31",
        "--format",
        "md",
        "-o",
        "r.md",
    ];
    desk.ends(0, &period);
    let report = std::fs::read_to_string(desk.path().join("r.md")).unwrap();
    assert!(
        report.contains("CHG-01")
            && report.contains("1006/a094873b31b9746cc725ecf6e1e84174aca5ff72"),
        "{report}"
    );
}

#[test]
fn reviews_that_nobody_may_read_make_their_change_unknown() {
    let Some(recorded) = Recorded::read() else {
        return;
    };
    let desk = Desk::new();
    program(
        &desk,
        &recorded,
        &Scene {
            deployments: true,
            denied: Some(31),
            ..Scene::default()
        },
    );
    desk.ends(0, &["-C", "p", "collect"]);
    let test = run(&desk, 1);
    let count = |name: &str| test[name].as_u64().unwrap();
    assert_eq!(
        [
            count("population"),
            count("passed"),
            count("deviations"),
            count("unknown")
        ],
        [45, 11, 33, 1]
    );
    assert_eq!(lines(&test["exceptions"]), deviations());
    assert_eq!(
        lines(&test["unknown_items"]),
        BTreeSet::from(["1031/57c4735 ABC".to_owned()])
    );
}

/// They looked unreviewed: 32 false deviations.
#[test]
fn reviews_that_cannot_be_reached_make_their_changes_unknown() {
    let Some(recorded) = Recorded::read() else {
        return;
    };
    let desk = Desk::new();
    let scene = Scene {
        deployments: true,
        reviews_gone: true,
        ..Scene::default()
    };
    program(&desk, &recorded, &scene);
    let said = desk.ends(3, &["-C", "p", "collect"]);
    assert!(
        said.contains("gh/reviews") && said.contains("FAILED"),
        "{said}"
    );
    let test = run(&desk, 1);
    let count = |name: &str| test[name].as_u64().unwrap();
    // What was pushed directly has no pull request, whatever its reviews say.
    assert_eq!(
        [
            count("population"),
            count("passed"),
            count("deviations"),
            count("unknown")
        ],
        [45, 0, 13, 32]
    );
}

#[test]
fn without_deployments_there_is_nothing_to_say() {
    let Some(recorded) = Recorded::read() else {
        return;
    };
    let desk = Desk::new();
    program(&desk, &recorded, &Scene::default());
    desk.ends(3, &["-C", "p", "collect"]);
    let test = run(&desk, 1);
    assert_eq!(
        (&test["result"], &test["population"]),
        (&json!("unable_to_test"), &json!(0))
    );
}

#[test]
fn a_page_that_is_missing_covers_nothing() {
    let Some(recorded) = Recorded::read() else {
        return;
    };
    let desk = Desk::new();
    program(
        &desk,
        &recorded,
        &Scene {
            deployments: true,
            page_missing: true,
            ..Scene::default()
        },
    );
    let said = desk.ends(3, &["-C", "p", "collect"]);
    assert!(
        said.contains("gh/pulls") && said.contains("PARTIAL"),
        "{said}"
    );
    let test = run(&desk, 1);
    assert_eq!(test["coverage"], 0.0);
    // 41 deviations before lists had holes. What is known: the reviews of the 20 pull requests of the first page (to #21, #2 was none). A commit without
    // a pull request may belong to one of the second page.
    let (with_pull, direct) = DEVIATIONS.split_at(20);
    let listed = with_pull.iter().filter(|line| line[..4] <= *"1021");
    let known: BTreeSet<String> = listed.map(|line| (*line).to_owned()).collect();
    assert_eq!(lines(&test["exceptions"]), known);
    let unknown = lines(&test["unknown_items"]);
    assert!(
        direct.iter().all(|line| unknown.contains(*line)),
        "{unknown:?}"
    );
    // Once the second page is there, everything is known.
    let whole = Scene {
        deployments: true,
        ..Scene::default()
    };
    record_again(&desk, &recorded, &whole);
    desk.ends(0, &["-C", "p", "collect"]);
    assert_eq!(lines(&run(&desk, 1)["exceptions"]), deviations());
}
