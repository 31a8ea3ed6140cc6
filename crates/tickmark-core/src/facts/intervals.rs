//! From snapshots to states: each version of a thing with the time it was seen (decision D6).
//!
//! A snapshot shows what is at one moment. That something changed between two of them is certain, when is not: the
//! change lies in `(last_absent, seen_first]`. A year of daily snapshots of things that never change gives one row each.
//! Not covered: what appeared and vanished between two snapshots; only event sources can show that.

use std::collections::BTreeMap;

use crate::model::time::Time;

use super::row::{Cell, Row};

/// One collection of a stream of states.
pub struct Snapshot {
    /// When the first and the last page were fetched.
    pub observed: (Time, Time),
    /// Whether everything was fetched; a partial snapshot never ends a state (INV-C2).
    pub complete: bool,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One version of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRow {
    /// Its cells, cited where the version was first seen.
    pub row: Row,
    /// From when it is taken to hold: the first observation.
    pub valid_from: Time,
    /// Until when: the first observation of something else, or of nothing; `None` while it still holds.
    pub valid_to: Option<Time>,
    /// First observation.
    pub seen_first: Time,
    /// Last observation.
    pub seen_last: Time,
    /// Last moment it was known not to hold; `None` if it was there from the first snapshot on.
    pub last_absent: Option<Time>,
}

/// Folds the snapshots of one stream, given in ledger order, into states ordered by key and time.
///
/// They are taken in the order of their time (a recording can reach the ledger late); of two at one time the later in the ledger
/// counts. A snapshot may be called complete only if every record of it could be read at least as far as its key: what could not be
/// read must not look gone.
#[must_use]
pub fn fold(key: &[usize], snapshots: impl IntoIterator<Item = Snapshot>) -> Vec<StateRow> {
    let mut snapshots: Vec<Snapshot> = snapshots.into_iter().collect();
    snapshots.sort_by_key(|snapshot| snapshot.observed.1);
    let mut open: BTreeMap<Vec<Cell>, StateRow> = BTreeMap::new();
    let mut done: Vec<(Vec<Cell>, StateRow)> = Vec::new();
    let mut last_complete: Option<Time> = None;
    for snapshot in snapshots {
        let at = snapshot.observed.1;
        let mut seen: BTreeMap<Vec<Cell>, Row> = BTreeMap::new();
        for row in snapshot.rows {
            seen.insert(key_of(key, &row), row);
        }
        if snapshot.complete {
            let gone: Vec<Vec<Cell>> = open
                .keys()
                .filter(|k| !seen.contains_key(*k))
                .cloned()
                .collect();
            for key in gone {
                if let Some(state) = open.remove(&key) {
                    done.push((
                        key,
                        StateRow {
                            valid_to: Some(at),
                            ..state
                        },
                    ));
                }
            }
        }
        for (key, row) in seen {
            observe(&mut open, &mut done, key, row, at, last_complete);
        }
        if snapshot.complete {
            last_complete = Some(at);
        }
    }
    done.extend(open);
    done.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.valid_from.cmp(&b.1.valid_from)));
    done.into_iter().map(|(_, state)| state).collect()
}

fn observe(
    open: &mut BTreeMap<Vec<Cell>, StateRow>,
    done: &mut Vec<(Vec<Cell>, StateRow)>,
    key: Vec<Cell>,
    row: Row,
    at: Time,
    last_complete: Option<Time>,
) {
    let mut last_absent = last_complete;
    if let Some(state) = open.get_mut(&key) {
        if state.row.cells == row.cells && state.row.unknown == row.unknown {
            state.seen_last = at;
            return;
        }
        last_absent = Some(state.seen_last);
    }
    if let Some(state) = open.remove(&key) {
        done.push((
            key.clone(),
            StateRow {
                valid_to: Some(at),
                ..state
            },
        ));
    }
    open.insert(
        key,
        StateRow {
            row,
            valid_from: at,
            valid_to: None,
            seen_first: at,
            seen_last: at,
            last_absent,
        },
    );
}

fn key_of(key: &[usize], row: &Row) -> Vec<Cell> {
    key.iter()
        .map(|i| row.cells.get(*i).cloned().unwrap_or(Cell::Absent))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::panic,
        reason = "tests"
    )]
    use super::*;
    use crate::model::citation::Citation;
    use proptest::prelude::*;

    fn snapshot(day: i64, complete: bool, rows: &[(&str, bool)]) -> Snapshot {
        let at = Time::from_micros(day);
        let rows = rows.iter().map(|(id, on)| Row {
            cells: vec![Cell::Text((*id).to_owned()), Cell::Bool(*on)],
            unknown: 0,
            cite: Citation {
                leaf: day.unsigned_abs(),
                blob: 0,
                record: 0,
            },
            observed_at: at,
        });
        Snapshot {
            observed: (at, at),
            complete,
            rows: rows.collect(),
        }
    }

    fn told(states: &[StateRow]) -> Vec<String> {
        let time = |t: Option<Time>| t.map_or("-".to_owned(), |t| t.micros().to_string());
        let line = |s: &StateRow| {
            let on = s.row.cells.get(1) == Some(&Cell::Bool(true));
            format!(
                "{}={on} {}..{} absent {}",
                s.row
                    .cells
                    .first()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                s.valid_from.micros(),
                time(s.valid_to),
                time(s.last_absent)
            )
        };
        states.iter().map(line).collect()
    }

    #[test]
    fn a_year_without_change_is_one_row_and_a_change_lies_between_two_observations() {
        let days = (1..=365).map(|d| snapshot(d, true, &[("a", true), ("b", d < 100)]));
        assert_eq!(
            told(&fold(&[0], days)),
            [
                "a=true 1..- absent -",
                "b=true 1..100 absent -",
                "b=false 100..- absent 99"
            ]
        );
    }

    #[test]
    fn a_partial_snapshot_never_ends_a_state_and_a_complete_one_does() {
        let days = [
            snapshot(1, true, &[("a", true)]),
            snapshot(2, false, &[]),
            snapshot(3, true, &[]),
            snapshot(5, true, &[("a", true)]),
        ];
        assert_eq!(
            told(&fold(&[0], days)),
            ["a=true 1..3 absent -", "a=true 5..- absent 3"]
        );
    }

    /// What one snapshot shows: complete or not, and for each of three items its status, or that it was not seen.
    type Shown = (bool, Vec<Option<bool>>);

    fn snapshots(shown: &[Shown]) -> Vec<Snapshot> {
        let ids = ["a", "b", "c"];
        let one = |(n, (complete, items)): (usize, &Shown)| {
            let rows: Vec<(&str, bool)> = ids
                .iter()
                .zip(items)
                .filter_map(|(id, seen)| Some((*id, (*seen)?)))
                .collect();
            snapshot(i64::try_from(n).unwrap(), *complete, &rows)
        };
        shown.iter().enumerate().map(one).collect()
    }

    /// The oracle: for each item alone, list what each snapshot proves (a status, or that it is gone), then cut the list into runs.
    fn oracle(shown: &[Shown]) -> Vec<String> {
        let mut out = Vec::new();
        for (id, name) in ["a", "b", "c"].iter().enumerate() {
            let proof = |(n, (complete, seen)): (usize, &Shown)| match (seen[id], complete) {
                (None, false) => None,
                (status, _) => Some((n, status)),
            };
            let proofs: Vec<(usize, Option<bool>)> =
                shown.iter().enumerate().filter_map(proof).collect();
            for (n, (from, status)) in proofs.iter().enumerate() {
                let Some(on) = status else { continue };
                if n > 0 && proofs[n - 1].1 == *status {
                    continue;
                }
                let run = proofs[n..].iter().take_while(|(_, s)| s == status).count();
                let to = proofs
                    .get(n + run)
                    .map_or("-".to_owned(), |(at, _)| at.to_string());
                let absent = n
                    .checked_sub(1)
                    .map_or("-".to_owned(), |before| proofs[before].0.to_string());
                out.push(format!(
                    "{name}={on} {from}..{to} absent {absent} last {}",
                    proofs[n + run - 1].0
                ));
            }
        }
        out
    }

    fn shown() -> impl Strategy<Value = Vec<Shown>> {
        let items = prop::collection::vec(prop::option::weighted(0.7, any::<bool>()), 3);
        prop::collection::vec((prop::bool::weighted(0.7), items), 0..12)
    }

    proptest! {
        #[test]
        fn the_fold_agrees_with_a_naive_reading(shown in shown()) {
            let states = fold(&[0], snapshots(&shown));
            let told: Vec<String> = told(&states).iter().zip(&states)
                .map(|(line, state)| format!("{line} last {}", state.seen_last.micros())).collect();
            prop_assert_eq!(told, oracle(&shown));
        }

        #[test]
        fn the_order_of_arrival_does_not_matter(shown in shown(), turn in 0_usize..12) {
            let mut turned = snapshots(&shown);
            let by = turn.min(turned.len());
            turned.rotate_left(by);
            prop_assert_eq!(fold(&[0], turned), fold(&[0], snapshots(&shown)));
        }

        #[test]
        fn partial_snapshots_end_nothing_they_did_not_see(shown in shown()) {
            let partial: Vec<Shown> = shown.iter().map(|(_, items)| (false, items.clone())).collect();
            for state in fold(&[0], snapshots(&partial)) {
                let id = ["a", "b", "c"].iter().position(|id| state.row.cells[0].text() == Some(id)).unwrap();
                let end = state.valid_to.map(|t| usize::try_from(t.micros()).unwrap());
                prop_assert!(end.is_none_or(|n| partial[n].1[id].is_some()), "ended by a snapshot that did not see it");
            }
        }
    }
}
