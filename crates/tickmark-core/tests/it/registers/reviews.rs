//! Access reviews: a frozen list, decisions, and whether what had to go is gone.

use std::collections::{BTreeMap, BTreeSet};

use super::company::{begun, day, people};
use crate::decide::ledger::{Ledger, collected, intent, manifest, says, time};
use tickmark_core::model::decide::{Command, Decisions, Look, NewReview, Refusal};
use tickmark_core::model::frozen::{FrozenItem, FrozenList};
use tickmark_core::model::ids::ItemId;
use tickmark_core::model::registers::review_standings;
use tickmark_log::digest::sha256;

/// Collects the list of accounts; the leaf of the result.
fn collect(ledger: &mut Ledger, now: &str, unknown: u64) -> u64 {
    ledger.run(Command::Intend(intent()), now).unwrap();
    let at = ledger.state.size - 1;
    let mut manifest = manifest();
    manifest.observed = (time(now), time(now));
    manifest.count.unknown = unknown;
    manifest.count.at_source = Some(1 + unknown);
    ledger.run(collected(at, &manifest), now).unwrap();
    ledger.state.size - 1
}

fn list() -> FrozenList {
    let item = |item: &str, person: Option<&str>| FrozenItem {
        item: item.parse_item(),
        person: person.map(|p| p.parse().unwrap()),
        values: BTreeMap::from([("role".to_owned(), "admin".to_owned())]),
    };
    let items = vec![
        item("okta/3", None),
        item("okta/1", Some("ada")),
        item("okta/2", Some("bob")),
    ];
    FrozenList::new(items).unwrap()
}

trait ParseItem {
    fn parse_item(&self) -> ItemId;
}

impl ParseItem for str {
    fn parse_item(&self) -> ItemId {
        ItemId::parse(self).unwrap()
    }
}

fn open(ledger: &mut Ledger, collection: u64, list: &FrozenList) -> Result<usize, Refusal> {
    let new = NewReview {
        control: "CHG-01".parse().unwrap(),
        covers: "2026-01-01..2026-03-31".parse().unwrap(),
        due: day("2026-04-15"),
        known_at: ledger.state.size,
        collections: vec![collection],
        list,
    };
    ledger.run(Command::OpenReview(new), "2026-04-01T12:00:00Z")
}

fn decide(
    ledger: &mut Ledger,
    review: u64,
    person: &str,
    keep: &[(u32, bool)],
    now: &str,
) -> Result<usize, Refusal> {
    let (people, list) = (people(), list());
    let keep: BTreeMap<u32, bool> = keep.iter().copied().collect();
    let command = Command::Decide(Decisions {
        review,
        person: person.parse().unwrap(),
        keep: &keep,
        list: &list,
        people: &people,
    });
    ledger.run(command, now)
}

fn look(
    ledger: &mut Ledger,
    review: u64,
    collection: u64,
    present: &[&str],
) -> Result<usize, Refusal> {
    look_of(ledger, review, collection, present, None)
}

fn look_of(
    ledger: &mut Ledger,
    review: u64,
    collection: u64,
    present: &[&str],
    of: Option<&[&str]>,
) -> Result<usize, Refusal> {
    let items =
        |items: &[&str]| -> BTreeSet<ItemId> { items.iter().map(|i| i.parse_item()).collect() };
    let (list, present, of) = (list(), items(present), of.map(items));
    let command = Command::Recheck(Look {
        review,
        collection,
        present: &present,
        list: &list,
        of: of.as_ref(),
    });
    ledger.run(command, "2026-04-20T12:00:00Z")
}

/// A ledger with an open review, and its leaf.
fn with_review() -> (Ledger, u64) {
    let mut ledger = begun();
    let collection = collect(&mut ledger, "2026-04-01T00:00:00Z", 0);
    open(&mut ledger, collection, &list()).unwrap();
    let review = ledger.state.size - 1;
    (ledger, review)
}

#[test]
fn a_list_is_frozen_once_out_of_a_whole_collection() {
    let mut ledger = begun();
    let partial = collect(&mut ledger, "2026-04-01T00:00:00Z", 1);
    assert_eq!(
        says(open(&mut ledger, partial, &list())),
        format!(
            "the collection at leaf {partial} is not complete; what it lacks would never be reviewed; collect again"
        )
    );
    let empty = FrozenList::new(Vec::new()).unwrap();
    assert!(says(open(&mut ledger, partial, &empty)).contains("the list is empty"));
    let whole = collect(&mut ledger, "2026-04-01T01:00:00Z", 0);
    assert_eq!(open(&mut ledger, whole, &list()), Ok(1));
    assert_eq!(open(&mut ledger, whole, &list()), Ok(0));
    let review = ledger.state.reviews.values().next().unwrap();
    assert_eq!(
        review.opened.population_hash,
        sha256(b"okta/1\nokta/2\nokta/3")
    );
    assert_eq!(
        (review.opened.items, review.collections.as_slice()),
        (3, &[whole][..])
    );
    let stored = &ledger.blobs[&review.rows];
    assert_eq!(FrozenList::parse(stored).unwrap(), list());
}

#[test]
fn nobody_decides_about_the_own() {
    let (mut ledger, review) = with_review();
    let now = "2026-04-02T12:00:00Z";
    assert_eq!(
        says(decide(
            &mut ledger,
            review,
            "ada",
            &[(0, true), (1, true)],
            now
        )),
        "`okta/1` is the reviewer's own; somebody else decides about it"
    );
    assert_eq!(
        says(decide(&mut ledger, review, "ada", &[(3, true)], now)),
        "the list has no place 3; its places run from 0 to 2"
    );
    assert!(
        says(decide(&mut ledger, review, "eve", &[(1, true)], now))
            .contains("is not in `people.yaml`")
    );
    assert!(says(decide(&mut ledger, 2, "ada", &[(1, true)], now)).contains("leaf 2 is no review"));
    assert_eq!(
        decide(&mut ledger, review, "ada", &[(1, true), (2, false)], now),
        Ok(1)
    );
    assert_eq!(
        decide(&mut ledger, review, "ada", &[(1, true), (2, false)], now),
        Ok(0)
    );
    assert_eq!(
        decide(
            &mut ledger,
            review,
            "cyd",
            &[(0, true), (1, false), (2, false)],
            now
        ),
        Ok(1)
    );
    let last = ledger.state.reviews[&review].decisions.last().unwrap();
    assert_eq!(
        (last.keep.as_slice(), last.revoke.as_slice()),
        (&[0][..], &[1][..]),
        "what is new alone"
    );
}

#[test]
fn what_had_to_go_is_looked_for_in_a_later_collection() {
    let (mut ledger, review) = with_review();
    let first = ledger.state.reviews[&review].collections[0];
    decide(
        &mut ledger,
        review,
        "cyd",
        &[(0, true), (1, false), (2, false)],
        "2026-04-16T12:00:00Z",
    )
    .unwrap();
    assert!(
        says(look(&mut ledger, review, first, &[]))
            .contains("nothing had to go before this collection was made")
    );
    let later = collect(&mut ledger, "2026-04-18T00:00:00Z", 0);
    assert_eq!(
        look(&mut ledger, review, later, &["okta/1", "okta/3"]),
        Ok(1)
    );
    assert_eq!(
        look(&mut ledger, review, later, &["okta/1", "okta/3"]),
        Ok(0)
    );
    let today = day("2026-04-20");
    let standing = review_standings(&ledger.state, today)[0];
    assert_eq!(
        (
            standing.keep,
            standing.revoke,
            standing.gone,
            standing.still
        ),
        (1, 2, 1, 1)
    );
    assert_eq!(
        (standing.undecided, standing.days_late, standing.is_done()),
        (0, 1, false)
    );
    let again = collect(&mut ledger, "2026-04-19T00:00:00Z", 0);
    assert_eq!(look(&mut ledger, review, again, &["okta/1"]), Ok(1));
    assert!(review_standings(&ledger.state, today)[0].is_done());
    let back = collect(&mut ledger, "2026-04-20T00:00:00Z", 0);
    look(&mut ledger, review, back, &["okta/1", "okta/2"]).unwrap();
    assert_eq!(
        review_standings(&ledger.state, today)[0].still,
        1,
        "it came back"
    );
}

#[test]
fn a_collection_speaks_of_its_own_source_only() {
    let (mut ledger, review) = with_review();
    let now = "2026-04-16T12:00:00Z";
    decide(&mut ledger, review, "cyd", &[(1, false), (2, false)], now).unwrap();
    let later = collect(&mut ledger, "2026-04-18T00:00:00Z", 0);
    let kept = look_of(&mut ledger, review, later, &[], Some(&["okta/1"]));
    assert!(says(kept).contains("nothing had to go before this collection was made"));
    assert_eq!(
        look_of(&mut ledger, review, later, &["okta/3"], Some(&["okta/3"])),
        Ok(1)
    );
    let standing = review_standings(&ledger.state, day("2026-04-20"))[0];
    assert_eq!(
        (standing.gone, standing.still, standing.not_looked()),
        (0, 1, 1)
    );
}

#[test]
fn a_partial_look_and_another_list_are_refused() {
    let (mut ledger, review) = with_review();
    decide(
        &mut ledger,
        review,
        "cyd",
        &[(1, false)],
        "2026-04-02T12:00:00Z",
    )
    .unwrap();
    let partial = collect(&mut ledger, "2026-04-18T00:00:00Z", 1);
    assert!(says(look(&mut ledger, review, partial, &[])).contains("is not complete"));
    let (people, keep) = (people(), BTreeMap::from([(0, true)]));
    let other = FrozenList::new(list().items()[1..].to_vec()).unwrap();
    let command = Command::Decide(Decisions {
        review,
        person: "cyd".parse().unwrap(),
        keep: &keep,
        list: &other,
        people: &people,
    });
    assert!(says(ledger.run(command, "2026-04-19T00:00:00Z")).contains("is not the one frozen"));
}

#[test]
fn lists_are_read_as_they_were_written_and_compared() {
    let (all, bytes) = (list(), list().to_bytes().unwrap());
    let few = FrozenList::new(all.items()[1..].to_vec()).unwrap();
    let new: Vec<&str> = all.without(&few).map(|i| i.item.as_str()).collect();
    assert_eq!((new, few.without(&all).count()), (vec!["okta/1"], 0));
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let swapped = format!("{}\n{}\n", lines[1], lines[0]);
    assert!(
        FrozenList::parse(swapped.as_bytes())
            .unwrap_err()
            .to_string()
            .contains("out of order")
    );
    let spaced = text.replacen("\":", "\": ", 1);
    assert!(FrozenList::parse(spaced.as_bytes()).is_err());
    let twice = vec![all.items()[0].clone(), all.items()[0].clone()];
    assert!(
        FrozenList::new(twice)
            .unwrap_err()
            .to_string()
            .contains("`okta/1` is in the list twice")
    );
}
