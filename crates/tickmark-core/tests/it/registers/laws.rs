//! Whatever people do with the registers: the same wish twice changes nothing, and folding again gives the same state.

use std::collections::{BTreeMap, BTreeSet};

use super::company::{POLICY, apply, begun, day, people, rows, run};
use crate::decide::ledger::{ACTOR, Ledger, collected, intent, manifest, run as record, time};
use proptest::prelude::*;
use tickmark_core::model::body::Body;
use tickmark_core::model::decide::{
    Command, Decisions, Look, NewReview, NewTask, Read, Reassigned, decide,
};
use tickmark_core::model::document::People;
use tickmark_core::model::frozen::{FrozenItem, FrozenList};
use tickmark_core::model::ids::{ItemId, PersonId};
use tickmark_core::model::state::State;
use tickmark_log::leaf::Leaf;

const NAMES: [&str; 4] = ["ada", "bob", "cyd", "robot"];
const FOUND: [(&str, &str); 3] = [
    ("a/1", "deviation"),
    ("a/2", "unknown"),
    ("a/3", "not_applicable"),
];

fn list() -> FrozenList {
    let item = |n: u32| FrozenItem {
        item: ItemId::from_key(&[n.to_string()]).unwrap(),
        person: (n == 1).then(|| "ada".parse().unwrap()),
        values: BTreeMap::new(),
    };
    FrozenList::new((0..4).map(item).collect()).unwrap()
}

/// One wish, built from numbers: whatever the state makes of it.
struct Wish {
    kind: u8,
    who: PersonId,
    n: u32,
    people: People,
    list: FrozenList,
    rows: Vec<u8>,
    keep: BTreeMap<u32, bool>,
    present: BTreeSet<ItemId>,
}

impl Wish {
    fn new(kind: u8, who: usize, n: u32) -> Self {
        let all = list();
        Self {
            kind,
            who: NAMES[who].parse().unwrap(),
            n,
            people: people(),
            rows: rows(&FOUND[..(n as usize % 4)]),
            keep: BTreeMap::from([
                (n % 4, n.is_multiple_of(3)),
                ((n + 1) % 4, n.is_multiple_of(2)),
            ]),
            present: all
                .items()
                .iter()
                .take(n as usize % 4)
                .map(|i| i.item.clone())
                .collect(),
            list: all,
        }
    }

    fn command(&self, state: &State) -> Option<Command<'_>> {
        let last = |all: &mut dyn Iterator<Item = u64>| all.last();
        let policy = || {
            Some(Read {
                policy: "access-control".parse().unwrap(),
                document: state.policy(&"access-control".parse().unwrap())?.0.leaf,
            })
        };
        let run_leaf = last(
            &mut state
                .runs
                .values()
                .flatten()
                .map(|r| r.leaf)
                .filter(|l| l % 2 == u64::from(self.n) % 2),
        );
        let task = last(&mut state.tasks.keys().copied().take(1 + self.n as usize % 3));
        let review = last(&mut state.reviews.keys().copied());
        let collection = last(&mut state.collections.iter().map(|c| c.leaf));
        let due = day("2026-06-01").plus_days(self.n as i32 % 3);
        Some(match self.kind {
            0 => Command::Approve {
                read: policy()?,
                person: self.who.clone(),
            },
            1 => Command::Acknowledge {
                read: policy()?,
                person: self.who.clone(),
                people: &self.people,
            },
            2 => Command::OpenTask(NewTask {
                run: run_leaf?,
                item: FOUND
                    .get(self.n as usize % 5)
                    .map(|(i, _)| i.parse().unwrap()),
                rows: &self.rows,
                owner: self.who.clone(),
                due,
                people: &self.people,
            }),
            3 => Command::Reassign(Reassigned {
                task: task?,
                owner: self.who.clone(),
                due,
                people: &self.people,
            }),
            4 => Command::Retest {
                run: run_leaf?,
                rows: &self.rows,
            },
            5 => Command::CloseTask {
                task: task?,
                run: run_leaf?,
                rows: &self.rows,
            },
            6 => Command::OpenReview(NewReview {
                control: "CHG-01".parse().unwrap(),
                covers: "2026-01-01..2026-03-31".parse().unwrap(),
                due,
                known_at: state.size,
                collections: vec![collection?],
                list: &self.list,
            }),
            7 => Command::Decide(Decisions {
                review: review?,
                person: self.who.clone(),
                keep: &self.keep,
                list: &self.list,
                people: &self.people,
            }),
            _ => Command::Recheck(Look {
                review: review?,
                collection: collection?,
                present: &self.present,
                list: &self.list,
                of: None,
            }),
        })
    }
}

/// What happens beside wishes: a run, a collection, a new version of the policy.
fn happen(ledger: &mut Ledger, n: u32, now: &str) {
    match n % 3 {
        0 => {
            let mut body = run(ledger, &FOUND[..(n as usize % 4)]);
            body.span.until = time(now);
            ledger.run(record(body, &[]), now).unwrap();
        }
        1 => {
            ledger.run(Command::Intend(intent()), now).unwrap();
            let at = ledger.state.size - 1;
            let mut manifest = manifest();
            manifest.observed = (time(now), time(now));
            (manifest.count.unknown, manifest.count.at_source) = (0, Some(1));
            ledger.run(collected(at, &manifest), now).unwrap();
        }
        _ => {
            let version = ledger
                .state
                .policies()
                .next()
                .map_or(1, |(_, p)| p.version + n % 2);
            let text = POLICY.replace("version: 1", &format!("version: {version}"));
            let _ = apply(ledger, &[("policies/access-control.md", &text)], now);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_wish_granted_is_granted_once_and_folds_to_the_same(steps in prop::collection::vec((0_u8..13, 0_usize..4, 0_u32..60), 1..40)) {
        let mut ledger = begun();
        for n in [2, 3, 1] {
            happen(&mut ledger, n, "2026-03-31T00:00:00Z");
        }
        for (n, (kind, who, number)) in steps.into_iter().enumerate() {
            let now = format!("2026-04-{:02}T{:02}:00:00Z", 1 + n / 2, 12 + n % 2);
            if kind > 8 {
                happen(&mut ledger, number, &now);
                continue;
            }
            let wish = Wish::new(kind, who, number);
            let before = ledger.state.clone();
            let Some(Ok(drafts)) = wish.command(&before).map(|c| decide(&before, c, ACTOR, time(&now))) else { continue };
            for draft in &drafts {
                prop_assert_eq!(Body::decode(draft.body.kind(), &draft.body.encode()).unwrap(), draft.body.clone());
            }
            ledger.append(drafts, time(&now));
            let again = wish.command(&before).unwrap();
            let again = decide(&ledger.state, again, ACTOR, time(&now));
            prop_assert_eq!(again.map(|d| d.len()), Ok(0));
        }
        prop_assert_eq!(&ledger.at(ledger.leaves.len()), &ledger.state);
        let packed = rmp_serde::to_vec(&ledger.state).unwrap();
        prop_assert_eq!(&rmp_serde::from_slice::<State>(&packed).unwrap(), &ledger.state);
        let text = serde_json::to_vec(&ledger.state).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<State>(&text).unwrap(), &ledger.state);
        let mut keys: Vec<[u8; 32]> = (0..).zip(&ledger.leaves).map(|(n, l)| Leaf::decode(l, n).unwrap().key).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(keys.len(), count, "two entries share a key");
    }
}

/// The law above would also hold if nothing were ever granted.
#[test]
fn every_kind_of_wish_is_granted_somewhere() {
    let mut ledger = begun();
    let mut granted = BTreeSet::new();
    let mut chance = 7_u32;
    for n in 0..600_u32 {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (kind, who, number) = ((chance >> 8) % 13, (chance >> 16) % 4, (chance >> 20) % 60);
        let now = format!("2026-04-{:02}T{:02}:00:00Z", 1 + n / 24, n % 24);
        if kind > 8 {
            happen(&mut ledger, number, &now);
            continue;
        }
        let wish = Wish::new(kind as u8, who as usize, number);
        let before = ledger.state.clone();
        let decided = wish
            .command(&before)
            .map(|c| decide(&before, c, ACTOR, time(&now)));
        if let Some(Ok(drafts)) = decided {
            granted.extend(drafts.iter().map(|d| d.body.kind()));
            ledger.append(drafts, time(&now));
        }
    }
    let all = [
        "acknowledgement",
        "policy.approval",
        "review.decided",
        "review.opened",
        "review.rechecked",
        "task.changed",
        "task.closed",
        "task.opened",
    ];
    assert_eq!(granted.into_iter().collect::<Vec<_>>(), all);
}
