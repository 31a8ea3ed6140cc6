//! What is due from oneself, own controls, handing in, the engagement.

use std::collections::BTreeMap;

use tickmark_core::model::document::Document;
use tickmark_core::model::time::Time;
use tickmark_server::pages::{self, owed, view};
use tickmark_server::{House, Role, Viewer};

use super::hostile::{PAYLOADS, harmless};
use super::html::elements;
use super::pen::{Pen, inputs, state};
use super::{all, duty, sample};

/// The sample with people, policies, a task and a review; its viewer is one of the people.
pub fn house() -> House {
    let mut house = sample::plain();
    let people = [
        ("ada", "ada@ledgerline.example"),
        ("bob", "bob@ledgerline.example"),
    ];
    duty::add(&mut house, &people);
    house
}

fn text(page: &maud::Markup) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in page.clone().into_string().chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn due(house: &House, viewer: &Viewer) -> String {
    text(&pages::due(house, viewer, sample::now(), None))
}

#[test]
fn what_is_due_is_counted_and_what_is_late_comes_first() {
    let house = house();
    let viewer = sample::viewer(Role::ControlOwner);
    let shown = due(&house, &viewer);
    for part in [
        "Policy to acknowledge Code of conduct",
        "Policy to approve Incidents",
        "Task IAM-02.leaver: P-0113",
        "2 days late due 2026-06-30",
        "Evidence to hand in GOV-03",
        "waits for its approvers",
        "Done Laptops and phones",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let at = |part: &str| shown.find(part).unwrap();
    assert!(
        at("Task IAM-02") < at("Policy to acknowledge Code"),
        "{shown}"
    );
    let (done, all) = progress(&shown);
    // Acknowledged and approved laptops, approved conduct, evidence of one quarter; two to approve, one to acknowledge, a task, evidence of
    // the other quarter.
    assert_eq!((done, all), (4, 9), "{shown}");
}

fn progress(shown: &str) -> (usize, usize) {
    let words: Vec<&str> = shown.split_whitespace().collect();
    let found = words
        .windows(4)
        .find(|w| w[1] == "of" && w[3] == "done")
        .unwrap();
    (found[0].parse().unwrap(), found[2].parse().unwrap())
}

#[test]
fn a_review_waits_for_whoever_may_decide_and_see_it() {
    let house = house();
    let page = |role: Role| pages::due(&house, &sample::viewer(role), sample::now(), None);
    for role in [Role::Owner, Role::ComplianceManager, Role::ReadOnly] {
        let page = page(role);
        let shown = text(&page);
        for part in [
            "Access review IAM-04, 2026-04-01 to 2026-06-30",
            "9 of 12 on the list are not decided",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(page.into_string().contains("href=\"/reviews/71\""));
    }
    assert!(!text(&page(Role::Employee)).contains("Access review"));
}

#[test]
fn a_colleague_has_less_to_do() {
    let mut viewer = sample::viewer(Role::Employee);
    viewer.mail = "bob@ledgerline.example".into();
    let shown = due(&house(), &viewer);
    assert!(
        shown.contains("Code of conduct") && shown.contains("Laptops"),
        "{shown}"
    );
    for part in [
        "Policy to approve",
        "Task ",
        "Evidence to hand in",
        "GOV-03",
    ] {
        assert!(!shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn an_address_in_other_letters_is_the_same_person() {
    let mut viewer = sample::viewer(Role::Employee);
    viewer.mail = "Ada@Ledgerline.Example".into();
    assert!(!due(&house(), &viewer).contains("belongs to no person"));
    viewer.mail = "ada@ledgerline.example.evil".into();
    assert!(due(&house(), &viewer).contains("belongs to no person"));
}

#[test]
fn thanks_are_given_for_what_the_ledger_holds_only() {
    let (house, viewer) = (house(), sample::viewer(Role::Employee));
    let just = |id: &str| text(&pages::due(&house, &viewer, sample::now(), Some(id)));
    assert!(just("laptops").contains("Recorded:"));
    for other in ["nothing", "<b>"] {
        assert!(!just(other).contains("Recorded:"), "{other}");
    }
}

#[test]
fn a_policy_shows_its_text_and_a_button_to_whom_it_concerns() {
    let house = house();
    let page = |role: Role, id: &str| {
        pages::due_policy(&house, &sample::viewer(role), sample::now(), id)
            .unwrap()
            .into_string()
    };
    let conduct = page(Role::Employee, "conduct");
    assert!(
        conduct.contains("<strong>kind</strong>") && conduct.contains("I have read it"),
        "{conduct}"
    );
    let laptops = page(Role::Employee, "laptops");
    assert!(
        laptops.contains("Acknowledged by you") && !laptops.contains("I have read it"),
        "{laptops}"
    );
    let incidents = page(Role::ReadOnly, "incidents");
    assert!(incidents.contains("Approve version 1") && !incidents.contains("I have read it"));
    // Front matter is for machines.
    assert!(!conduct.contains("renew_within_months"), "{conduct}");
}

#[test]
fn a_renewal_is_due_a_month_before_its_day() {
    let (house, viewer) = (house(), sample::viewer(Role::Employee));
    let at = |when: &str| {
        let now = Time::parse(when).unwrap();
        text(&pages::due(&house, &viewer, now, None))
    };
    // Laptops were approved on 2026-02-01, for twelve months.
    let again = "was approved 12 months ago";
    assert!(!at("2027-01-01T12:00:00Z").contains(again));
    assert!(at("2027-01-02T12:00:00Z").contains(again));
}

#[test]
fn own_controls_tell_what_they_owe_and_offer_the_open_occurrence() {
    let (house, viewer) = (house(), sample::viewer(Role::ControlOwner));
    let page = pages::mine(&house, &viewer, sample::now());
    let shown = text(&page);
    for part in [
        "Fresh 2026-01-01 to 2026-03-31",
        "2 days late",
        "At risk 2026-04-01 to 2026-06-30",
        "1 of 2 occurrences that are due have evidence",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let page = page.into_string();
    assert!(
        page.contains("value=\"2026-04-01..2026-06-30\" selected"),
        "{page}"
    );
    let stranger = Viewer {
        stands_for: Some("somebody else".into()),
        ..viewer
    };
    let page = text(&pages::mine(&house, &stranger, sample::now()));
    assert!(page.contains("No control names you as its owner") && !page.contains("GOV-03"));
}

#[test]
fn occurrences_grow_old_in_four_steps() {
    let house = house();
    let viewer = sample::viewer(Role::Owner);
    let control = view::control(&house, &viewer, "GOV-03").unwrap();
    let second = |when: &str| {
        let all = owed::occurrences(&house, &control, Time::parse(when).unwrap());
        let found = all.iter().find(|o| o.days.to.to_string() == "2026-06-30");
        owed::words(found.unwrap().freshness).1
    };
    let steps: BTreeMap<&str, &str> = [
        "2026-06-15T12:00:00Z",
        "2026-06-16T12:00:00Z",
        "2026-06-30T12:00:00Z",
        "2026-07-01T12:00:00Z",
        "2026-07-14T12:00:00Z",
        "2026-07-15T12:00:00Z",
    ]
    .map(|when| (when, second(when)))
    .into();
    let words: Vec<&str> = steps.into_values().collect();
    assert_eq!(
        words,
        [
            "Not due yet",
            "Due soon",
            "Due soon",
            "At risk",
            "At risk",
            "Expired"
        ]
    );
}

#[test]
fn an_automated_control_owes_nothing_by_hand() {
    let house = house();
    let viewer = sample::viewer(Role::ControlOwner);
    let control = view::control(&house, &viewer, "IAM-02").unwrap();
    assert!(owed::occurrences(&house, &control, sample::now()).is_empty());
    assert_eq!(owed::choices(&house, &control, sample::now()).len(), 1);
}

#[test]
fn the_engagement_names_everything_and_what_is_withheld() {
    let (house, viewer) = (house(), sample::viewer(Role::Auditor));
    let pages_withheld = tickmark_server::routes::withheld();
    let page = pages::engagement(&house, &viewer, sample::now(), &pages_withheld);
    let shown = text(&page);
    let inputs = house.inputs.as_ref().unwrap();
    for control in &inputs.controls {
        assert!(shown.contains(&control.id), "{}", control.id);
    }
    for test in &inputs.tests {
        assert!(shown.contains(&test.id), "{}", test.id);
        for item in &test.items {
            let item = maud::html! { (item.item) }.into_string();
            assert!(shown.contains(&item), "{item}");
        }
    }
    for population in &inputs.populations {
        assert!(
            shown.contains(&population.name.replace('_', " ")),
            "{}",
            population.name
        );
    }
    for page in &pages_withheld {
        assert!(
            shown.contains(page.path) && shown.contains(page.says),
            "{page:?}"
        );
    }
    for part in [
        "bound to 2026-01-01..2026-06-30",
        "Nothing erased",
        "witnessed",
        "entry 12040",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    // Names of persons stand on pages of management.
    assert!(!shown.contains("ada of the list"), "{shown}");
}

#[test]
fn erased_bytes_and_people_are_named_as_withheld() {
    let mut house = house();
    let digest = tickmark_log::digest::sha256;
    for (leaf, new) in [(88, None), (89, Some(digest(b"new")))] {
        let old = digest(&[leaf as u8]);
        let erased = tickmark_core::model::state::Erased { leaf, old, new };
        house.state.erased.push(erased);
    }
    let mut people = house.state.documents["policies/conduct.md"][0].clone();
    people.document = None;
    people.leaf = 90;
    house
        .state
        .documents
        .insert("people.yaml".into(), vec![people]);
    let viewer = sample::viewer(Role::Auditor);
    let shown = text(&pages::engagement(&house, &viewer, sample::now(), &[]));
    for part in [
        "Erased #88",
        "nothing was kept",
        "replaced by a redacted copy",
        "people.yaml , 1 version, the last as #90",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}

#[test]
fn no_payload_becomes_markup_in_what_is_due() {
    let mut pen = Pen {
        payloads: PAYLOADS.iter().map(|p| (*p).to_owned()).collect(),
        written: 0,
    };
    let mut house = house();
    if let Ok(i) = &mut house.inputs {
        inputs(&mut pen, i, true);
    }
    for version in house.state.documents.values_mut().flatten() {
        if let Some(Document::Policy(policy)) = &mut version.document {
            pen.over([&mut policy.title, &mut policy.owner]);
        }
    }
    state(&mut pen, &mut house, false);
    let wanted = all::Wanted {
        trouble: pen.text(),
        ..all::wanted(&house, sample::entry(), sample::grid())
    };
    let mut drawn = 0;
    for role in Role::ALL {
        let mut viewer = sample::viewer(role);
        pen.over([&mut viewer.name]);
        if let Some(owner) = &mut viewer.stands_for {
            pen.over([owner]);
        }
        for (name, page) in all::all(&house, &viewer, sample::now(), &wanted) {
            harmless(&name, &elements(&page.into_string()));
            drawn += usize::from(name.starts_with("due"));
        }
    }
    assert!(drawn > 20, "{drawn}");
}
