//! A company that lives: what is done to it is there afterwards, as the engine would have it, without a ledger.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use tickmark_core::model::{
    body::{EvidenceBody, ReviewOpened, TaskAbout, TaskOpened},
    document::{Account, People, Person, PersonKind, class_of, control_of_path, parse},
    frozen::{FrozenItem, FrozenList},
    ids::{ActorId, ControlId, ItemId, PersonId, PolicyId},
    state::{Approval, Assignment, Decision, Erasable, Recheck, Review, State, Task, Version},
    time::{Day, Period, Time},
};
use tickmark_log::digest::sha256;
use tickmark_server::{Company as _, Deed, House, Trouble};

use crate::{pages::sample, site::OWNER_MAIL};

/// Rows of every population.
pub const ROWS: usize = 120;

pub struct Living {
    pub house: Mutex<Arc<House>>,
    now: Time,
    /// Leaves of the evidence, the task and the review of `CHG-01` that were there from the beginning.
    things: [u64; 3],
    pub deeds: Mutex<Vec<Deed>>,
}

type Said = Result<String, Trouble>;

pub fn no(why: impl Into<String>) -> Trouble {
    Trouble::Refused(why.into())
}

fn erasable<T: ToString>(value: T) -> Erasable<T> {
    Erasable {
        commitment: sha256(value.to_string().as_bytes()),
        value: Some(value),
    }
}

const RISK: &str = "---\nstatement: Accounts of leavers stay open.\nowner: Head of security\ncategory: access\nidentified: 2026-01-15\ninherent: {likelihood: 4, impact: 4}\nresidual: {likelihood: 2, impact: 4}\ntreatment: mitigate\ncontrols: [CHG-01]\nreview_due: 2027-01-15\n---\n";
/// A risk as its document, with this statement.
pub fn risk(statement: &str) -> String {
    RISK.replace("Accounts of leavers stay open.", statement)
}

impl Living {
    /// The invented engagement with people of this site, and a piece of evidence, a task and a review of `CHG-01`.
    pub fn new() -> Self {
        let now = sample::now();
        let mut house = sample::house();
        add_people(&mut house.people);
        let mut living = Self {
            things: [0; 3],
            house: Mutex::new(Arc::new(house)),
            now,
            deeds: Mutex::default(),
        };
        let (run, item) = living.finding();
        let deeds = [
            // One control that somebody else answers for than for all others.
            Deed::Adopt {
                control: "GOV-03".into(),
                owner: "Board secretary".into(),
                scope: "the board".into(),
                effective: "2026-02-01".into(),
            },
            Deed::Evidence {
                control: "CHG-01".into(),
                covers: "2026-01-01..2026-03-31".into(),
                name: "minutes.pdf".into(),
                bytes: b"%PDF".to_vec(),
            },
            Deed::OpenTasks {
                run,
                items: vec![item],
                owner: "ada".into(),
                due: "2026-06-30".into(),
            },
            Deed::OpenReview {
                control: "CHG-01".into(),
                population: "account".into(),
                covers: "2026-01-01..2026-03-31".into(),
                due: "2026-04-15".into(),
            },
        ];
        let leaf = |deed: Deed| {
            let said = living.act(OWNER_MAIL, deed).unwrap();
            said.rsplit(['.', ' '])
                .next()
                .unwrap()
                .parse::<u64>()
                .unwrap()
        };
        let [_, evidence, task, review] = deeds.map(leaf);
        living.things = [evidence, task, review];
        living.deeds.lock().unwrap().clear();
        living
    }

    pub fn now(&self) -> Arc<House> {
        Arc::clone(&self.house.lock().unwrap())
    }

    /// A run of `CHG-01.approval` and an item of it that did not pass.
    pub fn finding(&self) -> (u64, String) {
        let house = self.now();
        let tests = &house.inputs.as_ref().unwrap().tests;
        let test = tests
            .iter()
            .find(|t| t.id == "CHG-01.approval" && !t.items.is_empty());
        let test = test.unwrap();
        (test.leaf, test.items[0].item.clone())
    }

    /// Leaves of the evidence, the task and the review that were there from the beginning.
    pub const fn things(&self) -> [u64; 3] {
        self.things
    }

    fn person(house: &House, who: &str) -> Result<PersonId, Trouble> {
        let person = house.person(who).cloned();
        person.ok_or_else(|| {
            no(format!(
                "people.yaml knows nobody with the account email:{who}"
            ))
        })
    }

    fn evidence(state: &mut State, leaf: u64, control: &str, covers: &str) -> Said {
        let covers = Period::parse(covers).map_err(|why| no(why.to_string()))?;
        let control = ControlId::parse(control).map_err(|why| no(why.to_string()))?;
        let like = state.collections.iter().find(|c| c.evidence.is_some());
        let mut made = like.unwrap().clone();
        (made.leaf, made.evidence) = (leaf, Some(EvidenceBody { control, covers }));
        state.collections.push(made);
        Ok(format!("recorded {leaf}"))
    }

    fn save(
        &self,
        house: &mut Parts,
        leaf: u64,
        path: &str,
        bytes: &[u8],
        seen: Option<u64>,
    ) -> Said {
        let wrong = |all: Vec<tickmark_core::model::diagnostic::Diagnostic>| {
            no(all
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "))
        };
        let document = parse(path, bytes).map_err(wrong)?;
        if house.state.current(path).map(|v| v.leaf) != seen {
            return Err(no("somebody has recorded another version since"));
        }
        let (effective, retired) = document.days();
        let version = Version {
            leaf,
            recorded: self.now,
            actor: ActorId([7; 16]),
            class: class_of(path).unwrap(),
            commitment: sha256(path.as_bytes()),
            length: bytes.len() as u64,
            digest: Some(sha256(bytes)),
            effective,
            retired,
            control: control_of_path(path),
            pinned: None,
            document: Some(document),
            removed: None,
        };
        let versions = house.state.documents.entry(path.to_owned());
        versions.or_default().push(version);
        house.documents.retain(|(p, _)| p != path);
        house.documents.push((path.to_owned(), bytes.to_vec()));
        Ok(format!("recorded {leaf}"))
    }

    fn approve(house: &mut Parts, leaf: u64, who: &PersonId, policy: &str, seen: u64) -> Said {
        let policy = PolicyId::parse(policy).map_err(|why| no(why.to_string()))?;
        let Some((version, text)) = house.state.policy(&policy) else {
            return Err(no("there is no such policy"));
        };
        let place = text.approvers.iter().position(|a| a.value == *who);
        let place = place.ok_or_else(|| no("not one of its approvers"))?;
        if version.leaf != seen {
            return Err(no("another version was recorded since"));
        }
        let approval = Approval {
            leaf,
            recorded: version.recorded,
            actor: ActorId([7; 16]),
            document: seen,
            version: text.version,
            approver: u32::try_from(place).unwrap(),
        };
        house
            .state
            .approvals
            .entry(policy)
            .or_default()
            .push(approval);
        Ok(format!("recorded {leaf}"))
    }

    fn open_tasks(
        &self,
        house: &mut Parts,
        first: u64,
        run: u64,
        items: &[String],
        (owner, due): (&str, &str),
    ) -> Said {
        let tests = &house.inputs.as_ref().unwrap().tests;
        let test = tests.iter().find(|t| t.leaf == run);
        let test = test
            .ok_or_else(|| no(format!("entry {run} is no run")))?
            .clone();
        if let Some(unknown) = items
            .iter()
            .find(|i| !test.items.iter().any(|t| t.item == **i))
        {
            return Err(no(format!("the run names no item {unknown}")));
        }
        let owner = PersonId::parse(owner).map_err(|why| no(why.to_string()))?;
        let due = Day::parse(due).map_err(|why| no(why.to_string()))?;
        let items: Vec<Option<String>> = match items {
            [] => vec![None],
            some => some.iter().cloned().map(Some).collect(),
        };
        let mut last = first;
        for (leaf, item) in (first..).zip(items) {
            last = leaf;
            let opened = TaskOpened {
                test: test.id.parse().unwrap(),
                about: item
                    .as_ref()
                    .map_or(TaskAbout::Test, |_| TaskAbout::Deviation),
                due,
                span: test.span,
                known_at: test.known_at,
            };
            let assignment = Assignment {
                leaf,
                recorded: self.now,
                owner: erasable(owner.clone()),
                due,
            };
            let task = Task {
                leaf,
                recorded: self.now,
                actor: ActorId([7; 16]),
                run,
                opened,
                item: item.map(|i| erasable(ItemId::parse(&i).unwrap())),
                assignments: vec![assignment],
                closed: None,
            };
            house.state.tasks.insert(leaf, task);
        }
        Ok(format!("recorded {first}..{last}"))
    }

    fn reassign(
        &self,
        state: &mut State,
        leaf: u64,
        tasks: &[u64],
        owner: &str,
        due: &str,
    ) -> Said {
        if let Some(unknown) = tasks.iter().find(|t| !state.tasks.contains_key(t)) {
            return Err(no(format!("entry {unknown} is no task")));
        }
        for (leaf, task) in (leaf..).zip(tasks) {
            let task = state.tasks.get_mut(task).unwrap();
            let before = task.assignments.last().unwrap().clone();
            task.assignments.push(Assignment {
                leaf,
                recorded: self.now,
                owner: PersonId::parse(owner).map_or(before.owner, erasable),
                due: Day::parse(due).unwrap_or(before.due),
            });
        }
        Ok(format!(
            "recorded {leaf}..{}",
            leaf + tasks.len() as u64 - 1
        ))
    }

    fn open_review(
        &self,
        house: &mut Parts,
        leaf: u64,
        control: &str,
        population: &str,
        days: (&str, &str),
    ) -> Said {
        let control = ControlId::parse(control).map_err(|why| no(why.to_string()))?;
        if population != "account" {
            return Err(no(format!("{population} is no population of state")));
        }
        let covers = Period::parse(days.0).map_err(|why| no(why.to_string()))?;
        let due = Day::parse(days.1).map_err(|why| no(why.to_string()))?;
        let list = frozen();
        let opened = ReviewOpened {
            control,
            covers,
            due,
            population_hash: list.population_hash(),
            items: u32::try_from(list.items().len()).unwrap(),
            known_at: leaf,
        };
        let review = Review {
            leaf,
            recorded: self.now,
            actor: ActorId([7; 16]),
            opened,
            collections: vec![200],
            rows: sha256(&list.to_bytes().unwrap()),
            decisions: Vec::new(),
            rechecks: Vec::new(),
        };
        house.state.reviews.insert(leaf, review);
        Ok(format!("recorded {leaf}"))
    }

    fn decide(
        &self,
        state: &mut State,
        leaf: u64,
        who: PersonId,
        review: u64,
        keep: &BTreeMap<u32, bool>,
    ) -> Said {
        let review = state.reviews.get_mut(&review);
        let review = review.ok_or_else(|| no("there is no such review"))?;
        if keep.keys().any(|place| *place >= review.opened.items) {
            return Err(no("the list has no such place"));
        }
        let places = |wanted: bool| {
            keep.iter()
                .filter(move |(_, k)| **k == wanted)
                .map(|(p, _)| *p)
        };
        review.decisions.push(Decision {
            leaf,
            recorded: self.now,
            actor: ActorId([7; 16]),
            person: erasable(who),
            keep: places(true).collect(),
            revoke: places(false).collect(),
        });
        Ok(format!("recorded {leaf}"))
    }

    fn recheck(&self, state: &mut State, leaf: u64, review: u64) -> Said {
        let review = state.reviews.get_mut(&review);
        let review = review.ok_or_else(|| no("there is no such review"))?;
        let standing = review.standing();
        review.rechecks.push(Recheck {
            leaf,
            recorded: self.now,
            collection: 380,
            observed: self.now,
            gone: standing
                .iter()
                .filter(|(_, s)| !s.keep)
                .map(|(p, _)| *p)
                .collect(),
            still: Vec::new(),
        });
        Ok(format!("recorded {leaf}"))
    }

    pub fn did(&self, parts: &mut Parts, who: &str, deed: Deed) -> Said {
        let leaf = parts.state.size;
        let me = |parts: &Parts| Self::person(&parts.whole, who);
        match deed {
            Deed::Adopt {
                control,
                owner,
                scope,
                effective,
            } => {
                let id = ControlId::parse(&control).map_err(|why| no(why.to_string()))?;
                if !parts.whole.library.controls.contains_key(&id) {
                    return Err(no(format!("the library has no control {control}")));
                }
                let quoted = |text: &str| serde_json::Value::from(text).to_string();
                let text = format!(
                    "---\nadopt: {control}\nowner: {}\nscope: {}\neffective: {effective}\n---\n",
                    quoted(&owner),
                    quoted(&scope)
                );
                let path = format!("controls/{control}.md");
                let seen = parts.state.current(&path).map(|v| v.leaf);
                self.save(parts, leaf, &path, text.as_bytes(), seen)
            }
            Deed::Evidence {
                control, covers, ..
            } => Self::evidence(&mut parts.state, leaf, &control, &covers),
            Deed::Test(tests) => Ok(format!("{} tests run", tests.len())),
            Deed::Collect(sources) => Ok(format!("{} streams collected", sources.len())),
            Deed::Save { path, bytes, seen } => self.save(parts, leaf, &path, &bytes, seen),
            Deed::Approve { policy, seen } => {
                let who = me(parts)?;
                Self::approve(parts, leaf, &who, &policy, seen)
            }
            Deed::Acknowledge { .. } => me(parts).map(|_| format!("recorded {leaf}")),
            Deed::OpenTasks {
                run,
                items,
                owner,
                due,
            } => self.open_tasks(parts, leaf, run, &items, (&owner, &due)),
            Deed::Reassign { tasks, owner, due } => {
                self.reassign(&mut parts.state, leaf, &tasks, &owner, &due)
            }
            Deed::OpenReview {
                control,
                population,
                covers,
                due,
            } => self.open_review(parts, leaf, &control, &population, (&covers, &due)),
            Deed::Decide { review, keep } => {
                let who = me(parts)?;
                self.decide(&mut parts.state, leaf, who, review, &keep)
            }
            Deed::Recheck { review } => self.recheck(&mut parts.state, leaf, review),
            Deed::Push { bytes, .. } => {
                let lines = bytes
                    .split(|b| *b == b'\n')
                    .filter(|l| !l.trim_ascii().is_empty());
                assert!(lines.clone().all(|l| {
                    serde_json::from_slice::<BTreeMap<String, serde_json::Value>>(l).is_ok()
                }));
                Ok(format!("recorded {leaf}"))
            }
            other => Err(no(format!("the API does nothing like {other:?}"))),
        }
    }
}

/// The parts of a house that deeds change.
pub struct Parts {
    pub state: State,
    pub documents: Vec<(String, Vec<u8>)>,
    pub inputs: Result<tickmark_core::report::Inputs, String>,
    pub whole: Arc<House>,
}

/// The owner of the site is Ada; the other members are called by their roles.
fn add_people(people: &mut People) {
    let account = |mail: &str| Account {
        account: format!("email:{mail}").parse().unwrap(),
        how: "asked".into(),
        from: None,
        until: None,
        line: 1,
    };
    let person = |id: &str, name: &str, mail: &str| Person {
        person: PersonId::parse(id).unwrap(),
        name: Some(name.into()),
        kind: PersonKind::Employee,
        accounts: vec![account(mail)],
        groups: Vec::new(),
    };
    let ada = people
        .persons
        .iter_mut()
        .find(|p| p.person.as_str() == "ada");
    ada.unwrap().accounts.push(account(OWNER_MAIL));
    people
        .persons
        .push(person("bob", "Bob Birch", "bob@acme.example"));
    for role in tickmark_server::Role::ALL {
        let mail = format!("{}@acme.example", role.name());
        people.persons.push(person(role.name(), "Somebody", &mail));
    }
}

pub fn frozen() -> FrozenList {
    let item = |name: &str| FrozenItem {
        item: ItemId::from_key(&["okta", name]).unwrap(),
        person: PersonId::parse("bob").ok(),
        values: BTreeMap::from([("status".to_owned(), "active".to_owned())]),
    };
    FrozenList::new(["one", "two", "three"].map(item).to_vec()).unwrap()
}
