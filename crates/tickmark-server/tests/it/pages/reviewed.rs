//! Access reviews of the invented company: the frozen lists, what was decided, what a later look found.

use std::collections::BTreeMap;

use tickmark_core::model::body::ReviewOpened;
use tickmark_core::model::frozen::{FrozenItem, FrozenList};
use tickmark_core::model::ids::{ActorId, ItemId, PersonId};
use tickmark_core::model::state::{Decision, Recheck, Review};
use tickmark_core::model::time::Period;
use tickmark_log::digest::sha256;
use tickmark_server::House;
use tickmark_server::pages::{Lists, review_before};

use super::registers::{REVIEW, REVIEW_BEFORE, day, named, time};

const ACCOUNTS: [(&str, &str, &str); 14] = [
    ("ada.marsh", "ada", "member"),
    ("bo.lindqvist", "bo", "administrator"),
    ("chen.wei", "chen", "administrator"),
    ("chen.wei-test", "chen", "member"),
    ("contractor-07", "gus", "member"),
    ("dana.oyelaran", "dana", "member"),
    ("deploy", "deploy-bot", "deployer"),
    ("eli.romano", "eli", "member"),
    ("fay.novak", "fay", "member"),
    ("hana.sorensen", "hana", "auditor"),
    ("legacy-import", "", "administrator"),
    ("old-admin", "", "administrator"),
    ("payroll-readonly", "hana", "reader"),
    ("support", "support-inbox", "member"),
];

/// The frozen list of a review: two persons joined since the first one, two accounts got another role, one is gone.
pub fn list(leaf: u64) -> Option<FrozenList> {
    let first = leaf == REVIEW_BEFORE;
    if !first && leaf != REVIEW {
        return None;
    }
    let there = |account: &str| match account {
        "eli.romano" | "fay.novak" | "legacy-import" => !first,
        "old-admin" => first,
        _ => true,
    };
    let role = |account: &str, role: &str| match (first, account) {
        (true, "chen.wei" | "payroll-readonly") => "member".to_owned(),
        _ => role.to_owned(),
    };
    let rows = ACCOUNTS.iter().filter(|(account, _, _)| there(account));
    let items = rows.map(|(account, person, known)| FrozenItem {
        item: ItemId::from_key(&["directory", account]).unwrap(),
        person: PersonId::parse(person).ok(),
        values: BTreeMap::from([
            ("role".to_owned(), role(account, known)),
            ("last_login".to_owned(), "2026-06-12".to_owned()),
            (
                "second_factor".to_owned(),
                (*person != "support-inbox").to_string(),
            ),
        ]),
    });
    Some(FrozenList::new(items.collect()).unwrap())
}

/// The lists of a page about a review.
pub fn lists(house: &House, leaf: u64) -> Lists {
    let read = |leaf: u64| {
        list(leaf).ok_or_else(|| tickmark_server::Trouble::Missing(format!("no list of {leaf}")))
    };
    Lists {
        own: read(leaf),
        before: review_before(house, leaf).map(read),
    }
}

fn opened(covers: &str, due: &str, leaf: u64) -> ReviewOpened {
    let list = list(leaf).unwrap();
    ReviewOpened {
        control: "IAM-04".parse().unwrap(),
        covers: Period::parse(covers).unwrap(),
        due: day(due),
        population_hash: list.population_hash(),
        items: u32::try_from(list.items().len()).unwrap(),
        known_at: leaf,
    }
}

fn decision(leaf: u64, at: &str, who: &str, keep: &[u32], revoke: &[u32]) -> Decision {
    Decision {
        leaf,
        recorded: time(at),
        actor: ActorId([7; 16]),
        person: named(who),
        keep: keep.to_vec(),
        revoke: revoke.to_vec(),
    }
}

pub fn reviews() -> Vec<Review> {
    let blank = |leaf: u64, at: &str, opened: ReviewOpened| Review {
        leaf,
        recorded: time(at),
        actor: ActorId([7; 16]),
        opened,
        collections: vec![leaf - 8_520],
        rows: sha256(&leaf.to_be_bytes()),
        decisions: Vec::new(),
        rechecks: Vec::new(),
    };
    let mut first = blank(
        REVIEW_BEFORE,
        "2026-04-01T09:00:00Z",
        opened("2026-01-01..2026-03-31", "2026-04-15", REVIEW_BEFORE),
    );
    first.decisions = vec![
        decision(
            8_950,
            "2026-04-02T09:00:00Z",
            "bo",
            &[0, 2, 3, 4, 5, 6, 7, 9, 10],
            &[8],
        ),
        decision(8_951, "2026-04-03T09:00:00Z", "ada", &[1], &[]),
    ];
    first.rechecks = vec![Recheck {
        leaf: 8_990,
        recorded: time("2026-04-09T09:00:00Z"),
        collection: 298,
        observed: time("2026-04-09T05:00:00Z"),
        gone: vec![8],
        still: Vec::new(),
    }];
    let mut second = blank(
        REVIEW,
        "2026-06-26T09:00:00Z",
        opened("2026-04-01..2026-06-30", "2026-07-10", REVIEW),
    );
    second.decisions = vec![decision(
        17_850,
        "2026-06-29T09:00:00Z",
        "bo",
        &[2, 5, 6],
        &[3, 4],
    )];
    second.rechecks = vec![Recheck {
        leaf: 17_860,
        recorded: time("2026-07-01T09:00:00Z"),
        collection: 380,
        observed: time("2026-07-01T05:00:00Z"),
        gone: vec![3],
        still: vec![4],
    }];
    vec![first, second]
}
