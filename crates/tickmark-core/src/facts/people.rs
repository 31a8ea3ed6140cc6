//! `people.yaml` as rows: who is who (decision D30), never by equal logins.

use crate::model::citation::Citation;
use crate::model::document::{People, PersonKind};
use crate::model::time::{Time, Zone};

use super::intervals::StateRow;
use super::row::{Cell, Row};
use super::schema::Schema;

/// Rows of `identity`: account, person, how; valid on the days the document says, in the program's zone.
///
/// The whole of the latest document is the truth: what it no longer says was never so. `line` of the account is the record cited.
#[must_use]
pub fn identities(
    people: &People,
    schema: &Schema,
    zone: &Zone,
    leaf: u64,
    recorded_at: Time,
) -> Vec<StateRow> {
    let mut rows = Vec::new();
    for person in &people.persons {
        for account in &person.accounts {
            let cell = |column: &str| match column {
                "account" => text(account.account.as_str()),
                "person" => text(person.person.as_str()),
                "how" => text(&account.how),
                "kind" => text(kind(person.kind)),
                _ => Cell::Absent,
            };
            rows.push(StateRow {
                row: row(schema, leaf, account.line, recorded_at, &cell),
                valid_from: account.from.map_or(Time::MIN, |day| zone.start_of(day)),
                valid_to: account.until.map(|day| zone.end_of(day)),
                seen_first: recorded_at,
                seen_last: recorded_at,
                last_absent: None,
            });
        }
    }
    rows
}

/// Rows of `person`: person, name, kind (`human`, `service`, `shared`); always valid.
#[must_use]
pub fn persons(people: &People, schema: &Schema, leaf: u64, recorded_at: Time) -> Vec<StateRow> {
    let mut rows = Vec::new();
    for (n, person) in people.persons.iter().enumerate() {
        let cell = |column: &str| match column {
            "person" => text(person.person.as_str()),
            "name" => person.name.as_deref().map_or(Cell::Absent, text),
            "kind" => text(kind(person.kind)),
            _ => Cell::Absent,
        };
        let record = u32::try_from(n).unwrap_or(u32::MAX);
        rows.push(StateRow {
            row: row(schema, leaf, record, recorded_at, &cell),
            valid_from: Time::MIN,
            valid_to: None,
            seen_first: recorded_at,
            seen_last: recorded_at,
            last_absent: None,
        });
    }
    rows
}

/// Employees and contractors are one human each; programs and shared accounts are nobody's consent.
fn kind(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Employee | PersonKind::Contractor => "human",
        PersonKind::Service => "service",
        PersonKind::Shared => "shared",
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(super::mapping::nfc(text))
}

fn row(
    schema: &Schema,
    leaf: u64,
    record: u32,
    observed_at: Time,
    cell: &dyn Fn(&str) -> Cell,
) -> Row {
    let cells: Vec<Cell> = schema
        .columns
        .iter()
        .map(|column| cell(column.name.as_str()))
        .collect();
    let mut unknown = 0;
    for (n, (column, cell)) in schema.columns.iter().zip(&cells).enumerate() {
        if cell.is_absent() && !column.can_be.absent {
            unknown |= 1 << (n % 64);
        }
    }
    Row {
        cells,
        unknown,
        cite: Citation {
            leaf,
            blob: 0,
            record,
        },
        observed_at,
    }
}
