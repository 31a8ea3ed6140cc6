//! Every page of a house, by the name of its file.

use maud::{Markup, html};
use tickmark_core::model::time::{DAY_US, Period, Time};
use tickmark_core::report::build;
use tickmark_log::digest::sha256;
use tickmark_server::house::{Entry, House};
use tickmark_server::identity::HandInLink;
use tickmark_server::pages::{
    self, HandInShown, Lists, NewReview, Outcome, Receipt, Received, Typed, table::Asked,
};
use tickmark_server::writing::{Kind, Scope};
use tickmark_server::{Action, ClockCard, Grid, Role, Trouble, Viewer};

/// What the detail pages are asked for.
pub struct Wanted {
    pub criteria: Vec<String>,
    pub controls: Vec<String>,
    pub tests: Vec<String>,
    pub populations: Vec<String>,
    pub evidence: Vec<u64>,
    pub documents: Vec<String>,
    pub clock: ClockCard,
    pub entry: Entry,
    pub grid: Grid,
    pub sql: String,
    pub trouble: String,
    pub policies: Vec<String>,
    pub risks: Vec<String>,
    pub vendors: Vec<String>,
    pub people: Vec<String>,
    pub tasks: Vec<u64>,
    pub reviews: Vec<(u64, Lists)>,
    /// What somebody typed into every field, and why it was refused.
    pub typed: String,
    pub refused: String,
}

/// The pages that are always there.
fn navigation(house: &House, viewer: &Viewer, now: Time, wanted: &Wanted) -> Vec<(String, Markup)> {
    let asked = Asked::default();
    vec![
        ("home".into(), pages::home(house, viewer, now)),
        (
            "due".into(),
            pages::due(house, viewer, now, Some("laptops")),
        ),
        ("mine".into(), pages::mine(house, viewer, now)),
        (
            "engagement".into(),
            pages::engagement(house, viewer, now, &tickmark_server::routes::withheld()),
        ),
        (
            "receipt".into(),
            pages::receipt(house, viewer, &receipt(&wanted.trouble)),
        ),
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
        (
            "clock".into(),
            pages::clock(house, viewer, now, &wanted.clock, &asked),
        ),
        (
            "notices".into(),
            pages::notices(house, viewer, now, &wanted.clock, &asked),
        ),
        ("reports".into(), pages::reports(house, viewer)),
        ("settings".into(), pages::settings(house, viewer)),
        (
            "plain".into(),
            pages::plain(
                &wanted.trouble,
                pages::Room::Account,
                Some(viewer),
                &pages::look::look(pages::look::Look::Dark),
            ),
        ),
        (
            "nobody".into(),
            pages::plain(
                &wanted.trouble,
                pages::Room::None,
                None,
                &maud::html! { p { (wanted.trouble) } },
            ),
        ),
    ]
}

/// Every page that there is for what is wanted; pages that are refused are left out.
pub fn all(house: &House, viewer: &Viewer, now: Time, wanted: &Wanted) -> Vec<(String, Markup)> {
    let asked = Asked::default();
    let mut out = navigation(house, viewer, now, wanted);
    out.extend(registers(house, viewer, now, wanted));
    let mut add = |name: String, page: Result<Markup, Trouble>| {
        out.extend(page.ok().map(|page| (name, page)))
    };
    for kind in ["type2", "readiness"] {
        let built = house
            .inputs
            .as_ref()
            .map_err(|why| Trouble::Refused(why.clone()))
            .and_then(|inputs| match kind {
                "type2" => build::type2(inputs).map_err(Trouble::from),
                _ => build::readiness(inputs).map_err(Trouble::from),
            });
        add(
            format!("report-{kind}"),
            pages::preview(house, viewer, kind, built),
        );
    }
    if viewer.role == Role::Owner {
        out.extend(handing(house, viewer, now, &wanted.trouble));
    }
    let policies: Vec<String> = house
        .state
        .policies()
        .map(|(_, p)| p.policy.to_string())
        .collect();
    let mut add = |name: String, page: Result<Markup, Trouble>| {
        out.extend(page.ok().map(|page| (name, page)))
    };
    for id in policies {
        add(
            format!("due-policy-{id}"),
            pages::due_policy(house, viewer, now, &id),
        );
    }
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
            pages::evidence_item(house, viewer, now, *leaf, Some("0f1e")),
        );
    }
    for (n, path) in wanted.documents.iter().enumerate() {
        add(
            format!("document-{n}"),
            pages::document(house, viewer, path),
        );
    }
    written(viewer, house, wanted, &mut add);
    for (n, id) in wanted.policies.iter().enumerate() {
        add(format!("policy-{n}"), pages::policy(house, viewer, now, id));
    }
    for (n, id) in wanted.risks.iter().enumerate() {
        add(
            format!("risk-{n}"),
            pages::risk(house, viewer, now, id, &asked),
        );
    }
    for (n, id) in wanted.vendors.iter().enumerate() {
        add(format!("vendor-{n}"), pages::vendor(house, viewer, now, id));
    }
    for (n, id) in wanted.people.iter().enumerate() {
        add(format!("person-{n}"), pages::person(house, viewer, now, id));
    }
    for (n, leaf) in wanted.tasks.iter().enumerate() {
        add(format!("task-{n}"), pages::task(house, viewer, now, *leaf));
    }
    for (n, (leaf, lists)) in wanted.reviews.iter().enumerate() {
        add(
            format!("review-{n}"),
            pages::review(house, viewer, now, *leaf, lists, &asked),
        );
    }
    out
}

/// The lists of the registers.
fn registers(house: &House, viewer: &Viewer, now: Time, wanted: &Wanted) -> Vec<(String, Markup)> {
    let asked = Asked::default();
    let typed = NewReview {
        control: wanted.typed.clone(),
        population: wanted.typed.clone(),
        covers: wanted.typed.clone(),
        due: wanted.typed.clone(),
        refused: Some(wanted.refused.clone()),
    };
    vec![
        (
            "policies".into(),
            pages::policies(house, viewer, now, &asked),
        ),
        ("risks".into(), pages::risks(house, viewer, now, &asked)),
        ("vendors".into(), pages::vendors(house, viewer, now, &asked)),
        ("people".into(), pages::people(house, viewer, now, &asked)),
        ("tasks".into(), pages::tasks(house, viewer, now, &asked)),
        (
            "reviews".into(),
            pages::reviews(house, viewer, now, &asked, None),
        ),
        (
            "reviews-refused".into(),
            pages::reviews(house, viewer, now, &asked, Some(&typed)),
        ),
    ]
}

/// The forms that write documents, as only somebody sees them who may.
fn written(
    viewer: &Viewer,
    house: &House,
    wanted: &Wanted,
    add: &mut impl FnMut(String, Result<Markup, Trouble>),
) {
    if !viewer.may(Action::EditDocuments) {
        return;
    }
    for (n, path) in wanted.documents.iter().enumerate() {
        let typed = Typed {
            text: wanted.typed.clone(),
            seen: Some(3),
            refused: wanted.refused.clone(),
        };
        add(format!("edit-{n}"), pages::edit(house, viewer, path, None));
        add(
            format!("edit-{n}-refused"),
            pages::edit(house, viewer, path, Some(&typed)),
        );
    }
    for kind in ["policy", "risk", "vendor"] {
        let fields: Vec<(String, String)> = Kind::from_name(kind)
            .unwrap()
            .fields()
            .iter()
            .map(|f| (f.name.to_owned(), wanted.typed.clone()))
            .collect();
        add(
            format!("new-{kind}"),
            pages::new_document(house, viewer, kind, None),
        );
        add(
            format!("new-{kind}-refused"),
            pages::new_document(house, viewer, kind, Some((&fields, &wanted.refused))),
        );
    }
    let now = Scope::now(house);
    add(
        "scope".into(),
        Ok(pages::scope(house, viewer, now.as_ref(), None)),
    );
    let typed = Scope {
        name: wanted.typed.clone(),
        categories: vec!["security".into(), "privacy".into()],
        boundary: format!("{}\n\n{}", wanted.typed, wanted.refused),
        ..now.unwrap_or_default()
    };
    let changes = typed.changes(house).unwrap_or_default();
    add(
        "scope-refused".into(),
        Ok(pages::scope(
            house,
            viewer,
            Some(&typed),
            Some(&wanted.refused),
        )),
    );
    add(
        "scope-changes".into(),
        Ok(pages::scope_changes(house, viewer, &typed, &changes)),
    );
}

/// A receipt for files of that name: recorded, there already, refused.
fn receipt(name: &str) -> Receipt {
    let file = |n: usize, outcome: Outcome| Received {
        name: format!("{name} {n}.pdf"),
        bytes: 48_213 * n,
        digest: sha256(name.as_bytes()).to_string(),
        outcome,
    };
    let at = Time::parse("2026-07-02T12:00:00Z").unwrap();
    let recorded = |before| Outcome::Recorded {
        leaf: 18_412,
        entry: Some((sha256(b"leaf").to_string(), at)),
        before,
    };
    Receipt {
        control: "GOV-03".into(),
        covers: "2026-04-01..2026-06-30".into(),
        by: "ada@ledgerline.example".into(),
        files: vec![
            file(1, recorded(false)),
            file(2, recorded(true)),
            file(3, Outcome::Refused(name.into())),
        ],
    }
}

/// Links to hand in by: made, used, run out; and the page behind one.
fn handing(house: &House, viewer: &Viewer, now: Time, text: &str) -> Vec<(String, Markup)> {
    let link = |id: i64, days: i64, used: Option<Time>| HandInLink {
        id,
        mail: format!("{text}{id}@board.example"),
        control: "GOV-03".parse().unwrap(),
        covers: Period::parse("2026-04-01..2026-06-30").unwrap(),
        asked_by: format!("{text} Marsh"),
        created: now.plus(-9 * DAY_US),
        expires: now.plus(days * DAY_US),
        used,
    };
    let links = [link(3, 5, None), link(2, 5, Some(now)), link(1, -2, None)];
    let shown = |control, address| HandInShown { control, address };
    let page = |shown| pages::hand_in_links(house, viewer, now, &links, shown);
    let behind = html! { h1 { "Hand in evidence" } (pages::hand_in_by_link(house, &links[0])) };
    vec![
        ("hand-in-links".into(), page(shown(None, None))),
        (
            "hand-in-links-made".into(),
            page(shown(Some("GOV-03"), Some(text))),
        ),
        (
            "hand-in-links-none".into(),
            page(shown(Some("XYZ-99"), None)),
        ),
        ("hand-in".into(), pages::bare("Hand in evidence", &behind)),
    ]
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
        clock: super::sample::clock(),
        entry,
        grid,
        sql: "select repository, number, author, merged_at, _leaf from pull_request limit 100"
            .into(),
        trouble: "no control XYZ-99; see the list of controls".into(),
        policies: house.state.policies().map(|(_, p)| p.policy.to_string()).collect(),
        risks: house.state.risks().map(|(_, r)| r.risk.to_string()).collect(),
        vendors: house.state.vendors().map(|(_, v)| v.vendor.to_string()).collect(),
        people: house.people.persons.iter().map(|p| p.person.to_string()).collect(),
        tasks: house.state.tasks.keys().copied().collect(),
        reviews: house
            .state
            .reviews
            .keys()
            .map(|leaf| (*leaf, super::reviewed::lists(house, *leaf)))
            .collect(),
        typed: "Ledgerline Payroll, Inc.".into(),
        refused: "risks/leaver-access.md:7:1: the residual risk is higher than the inherent one\n  rate `inherent` as if there were no controls".into(),
    }
}
