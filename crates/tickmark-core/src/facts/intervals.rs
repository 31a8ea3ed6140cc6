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

/// Folds the snapshots of one stream, in ledger order, into states ordered by key and time.
#[must_use]
pub fn fold(key: &[usize], snapshots: impl IntoIterator<Item = Snapshot>) -> Vec<StateRow> {
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
    use super::*;
    use crate::model::citation::Citation;

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
}
