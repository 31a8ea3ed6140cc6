//! People with things that are due from them: policies, a task, a review. Added to a house that has none of that.

use tickmark_core::model::body::{ReviewOpened, TaskAbout, TaskOpened};
use tickmark_core::model::document::{Document, class_of, parse};
use tickmark_core::model::ids::{ActorId, ControlId, ItemId, PersonId, PolicyId, TestId};
use tickmark_core::model::state::{
    Acknowledgement, Approval, Assignment, Decision, Erasable, Review, Task, Version,
};
use tickmark_core::model::time::{Day, Period, Time};
use tickmark_log::digest::sha256;
use tickmark_server::House;

/// Approved, in force, to be acknowledged by everybody within 14 days.
pub const CONDUCT: &str = "conduct";
/// Leaf of its document.
pub const CONDUCT_LEAF: u64 = 61;
/// To be approved by the first person, and acknowledged by everybody afterwards.
pub const INCIDENTS: &str = "incidents";
/// The review that is not decided.
pub const REVIEW: u64 = 71;

const ACTOR: ActorId = ActorId([9; 16]);

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn named(person: &str) -> Erasable<PersonId> {
    Erasable {
        commitment: sha256(person.as_bytes()),
        value: Some(PersonId::parse(person).unwrap()),
    }
}

/// Persons by handle and mail address; the first of them approves policies, owns a task and has done some things already.
pub fn add(house: &mut House, persons: &[(&str, &str)]) {
    let yaml: String = persons
        .iter()
        .map(|(person, mail)| {
            format!("- {{person: {person}, name: \"{person} of the list\", accounts: [{{account: \"email:{mail}\", how: hr-record}}]}}\n")
        })
        .collect();
    let Ok(Document::People(people)) = parse("people.yaml", yaml.as_bytes()) else {
        panic!("{yaml}");
    };
    house.people = people;
    let first = persons[0].0;
    for (name, leaf, title) in [
        (CONDUCT, CONDUCT_LEAF, "Code of conduct"),
        (INCIDENTS, 62, "Incidents"),
        ("laptops", 63, "Laptops and phones"),
    ] {
        let text = format!(
            "---\ntitle: {title}\nowner: Head of people\napprovers: [{first}]\nversion: 1\neffective: 2026-01-01\nrenew_within_months: 12\nacknowledge: {{groups: [everyone], within_days: 14}}\n---\n# {title}\n\nBe **kind**, and write down what happened.\n\n- Ask before you share\n- Tell security at once when something is odd\n"
        );
        policy(house, name, leaf, &text);
    }
    let person = first.parse::<PersonId>().unwrap();
    for (name, document, leaf, when) in [
        (CONDUCT, CONDUCT_LEAF, 64, "2026-06-25T09:00:00Z"),
        ("laptops", 63, 65, "2026-02-01T09:00:00Z"),
    ] {
        let approval = Approval {
            leaf,
            recorded: at(when),
            actor: ACTOR,
            document,
            version: 1,
            approver: 0,
        };
        let name = PolicyId::parse(name).unwrap();
        house.state.approvals.insert(name, vec![approval]);
    }
    let done = Acknowledgement {
        leaf: 66,
        recorded: at("2026-02-03T10:30:00Z"),
        actor: ACTOR,
        document: 63,
        version: 1,
        person: named(first),
    };
    house
        .state
        .acknowledgements
        .insert(PolicyId::parse("laptops").unwrap(), vec![done]);
    task(house, 67, &person);
    review(house);
}

fn policy(house: &mut House, name: &str, leaf: u64, text: &str) {
    let path = format!("policies/{name}.md");
    let document = parse(&path, text.as_bytes()).unwrap_or_else(|why| panic!("{why:?}"));
    let (effective, retired) = document.days();
    let version = Version {
        leaf,
        recorded: at("2026-01-05T09:00:00Z"),
        actor: ACTOR,
        class: class_of(&path).unwrap(),
        commitment: sha256(path.as_bytes()),
        length: text.len() as u64,
        digest: Some(sha256(text.as_bytes())),
        effective,
        retired,
        control: None,
        pinned: None,
        document: Some(document),
        removed: None,
    };
    house
        .documents
        .push((path.clone(), text.as_bytes().to_vec()));
    house.state.documents.insert(path, vec![version]);
}

fn task(house: &mut House, leaf: u64, owner: &PersonId) {
    let span = Period::parse("2026-01-01..2026-06-30")
        .unwrap()
        .span(&house.state.zone());
    let due = Day::parse("2026-06-30").unwrap();
    let task = Task {
        leaf,
        recorded: at("2026-06-10T09:00:00Z"),
        actor: ACTOR,
        run: 60,
        opened: TaskOpened {
            test: TestId::parse("IAM-02.leaver").unwrap(),
            about: TaskAbout::Deviation,
            due,
            span,
            known_at: 60,
        },
        item: Some(Erasable {
            commitment: sha256(b"item"),
            value: Some(ItemId::from_key(&["P-0113"]).unwrap()),
        }),
        assignments: vec![Assignment {
            leaf,
            recorded: at("2026-06-10T09:00:00Z"),
            owner: Erasable {
                commitment: sha256(b"owner"),
                value: Some(owner.clone()),
            },
            due,
        }],
        closed: None,
    };
    house.state.tasks.insert(leaf, task);
}

fn review(house: &mut House) {
    let review = Review {
        leaf: REVIEW,
        recorded: at("2026-06-28T09:00:00Z"),
        actor: ACTOR,
        opened: ReviewOpened {
            control: ControlId::parse("IAM-04").unwrap(),
            covers: Period::parse("2026-04-01..2026-06-30").unwrap(),
            due: Day::parse("2026-07-10").unwrap(),
            population_hash: sha256(b"population"),
            items: 12,
            known_at: 70,
        },
        collections: vec![60],
        rows: sha256(b"rows"),
        decisions: vec![Decision {
            leaf: 72,
            recorded: at("2026-06-29T09:00:00Z"),
            actor: ACTOR,
            person: named("somebody-else"),
            keep: vec![0, 1],
            revoke: vec![2],
        }],
        rechecks: Vec::new(),
    };
    house.state.reviews.insert(REVIEW, review);
}
