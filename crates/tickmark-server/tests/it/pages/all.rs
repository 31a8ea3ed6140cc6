//! Every page of a house, by the name of its file.

use maud::Markup;
use tickmark_core::model::time::Time;
use tickmark_server::house::{Entry, House};
use tickmark_server::pages::{self, table::Asked};
use tickmark_server::{Grid, Trouble, Viewer};

/// What the detail pages are asked for.
pub struct Wanted {
    pub criteria: Vec<String>,
    pub controls: Vec<String>,
    pub tests: Vec<String>,
    pub populations: Vec<String>,
    pub evidence: Vec<u64>,
    pub documents: Vec<String>,
    pub entry: Entry,
    pub grid: Grid,
    pub sql: String,
    pub trouble: String,
}

/// Every page that there is for what is wanted; pages that are refused are left out.
pub fn all(house: &House, viewer: &Viewer, now: Time, wanted: &Wanted) -> Vec<(String, Markup)> {
    let asked = Asked::default();
    let mut out: Vec<(String, Markup)> = vec![
        ("home".into(), pages::home(house, viewer, now)),
        ("welcome".into(), pages::welcome(house, viewer)),
        ("criteria".into(), pages::criteria(house, viewer, &asked)),
        ("matrix".into(), pages::matrix(house, viewer)),
        ("controls".into(), pages::controls(house, viewer, &asked)),
        ("tests".into(), pages::tests(house, viewer, &asked)),
        (
            "exceptions".into(),
            pages::exceptions(house, viewer, &asked),
        ),
        (
            "exceptions-filtered".into(),
            pages::exceptions(
                house,
                viewer,
                &Asked::read("state=deviation&sort=-lasted&q=acme"),
            ),
        ),
        (
            "populations".into(),
            pages::populations(house, viewer, &asked),
        ),
        (
            "query".into(),
            pages::query(house, viewer, &wanted.sql, None),
        ),
        (
            "query-rows".into(),
            pages::query(house, viewer, &wanted.sql, Some(&Ok(wanted.grid.clone()))),
        ),
        (
            "query-wrong".into(),
            pages::query(
                house,
                viewer,
                &wanted.sql,
                Some(&Err(Trouble::Refused(wanted.trouble.clone()))),
            ),
        ),
        (
            "evidence".into(),
            pages::evidence(house, viewer, now, &asked),
        ),
        ("sources".into(), pages::sources(house, viewer, now, &asked)),
        (
            "ledger".into(),
            pages::ledger(house, viewer, now, &Asked::read("kind=test.run")),
        ),
        ("entry".into(), pages::entry(house, viewer, &wanted.entry)),
        ("documents".into(), pages::documents(house, viewer, &asked)),
        ("reports".into(), pages::reports(house, viewer)),
        ("settings".into(), pages::settings(house, viewer)),
        (
            "trouble".into(),
            pages::trouble(house, viewer, &Trouble::Missing(wanted.trouble.clone())),
        ),
        (
            "bare-trouble".into(),
            pages::bare_trouble(&Trouble::Environment(wanted.trouble.clone())),
        ),
    ];
    let mut add = |name: String, page: Result<Markup, Trouble>| {
        out.extend(page.ok().map(|page| (name, page)))
    };
    for (n, id) in wanted.criteria.iter().enumerate() {
        add(
            format!("criterion-{n}"),
            pages::criterion(house, viewer, id),
        );
    }
    for (n, id) in wanted.controls.iter().enumerate() {
        add(
            format!("control-{n}"),
            pages::control(house, viewer, now, id, &asked),
        );
    }
    for (n, id) in wanted.tests.iter().enumerate() {
        add(
            format!("test-{n}"),
            pages::test(house, viewer, now, id, &asked),
        );
    }
    for (n, name) in wanted.populations.iter().enumerate() {
        add(
            format!("population-{n}"),
            pages::population(house, viewer, now, name),
        );
    }
    for (n, leaf) in wanted.evidence.iter().enumerate() {
        add(
            format!("evidence-{n}"),
            pages::evidence_item(house, viewer, now, *leaf),
        );
    }
    for (n, path) in wanted.documents.iter().enumerate() {
        add(
            format!("document-{n}"),
            pages::document(house, viewer, path),
        );
    }
    out
}

/// Details of everything that a house has, within reason.
pub fn wanted(house: &House, entry: Entry, grid: Grid) -> Wanted {
    let inputs = house.inputs.as_ref().ok();
    let mut controls: Vec<String> = inputs
        .map(|i| i.controls.iter().map(|c| c.id.clone()).collect())
        .unwrap_or_default();
    controls.extend(["IAM-04", "NET-01"].map(str::to_owned));
    let mut tests: Vec<String> = inputs
        .map(|i| i.tests.iter().map(|t| t.id.clone()).collect())
        .unwrap_or_default();
    tests.extend(
        house
            .library
            .controls
            .values()
            .filter_map(|c| c.tests.first())
            .map(|t| t.id.to_string())
            .take(12),
    );
    let mut populations: Vec<String> = inputs
        .map(|i| i.populations.iter().map(|p| p.name.clone()).collect())
        .unwrap_or_default();
    populations.extend(["pull_request", "leaver"].map(str::to_owned));
    Wanted {
        criteria: ["CC6.2", "CC8.1", "A1.2"].map(str::to_owned).to_vec(),
        controls,
        tests,
        populations,
        evidence: vec![380, 8_817, 9_401, 12_040],
        documents: house
            .state
            .documents
            .keys()
            .cloned()
            .chain(house.documents.iter().map(|(p, _)| p.clone()))
            .collect(),
        entry,
        grid,
        sql: "select repository, number, author, merged_at, _leaf from pull_request limit 100"
            .into(),
        trouble: "no control XYZ-99; see the list of controls".into(),
    }
}
