//! The tables of a job: base populations without their rows, and the small fixed tables with theirs.

use crate::{
    facts::schema::{Schema, Shape},
    judge::{
        job::{JobColumn, Rows, Table, TableShape, Value},
        library::Library,
        spec::kind_of,
        sql::FIXED_TABLES,
        window::Window,
    },
    model::time::{Period, Span, Zone},
};

use super::Setting;

/// An item-level gap of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapRow {
    /// Population the missing records belong to.
    pub population: String,
    /// Key of the parent item (`acme/api/77`), or of the item itself.
    pub parent: String,
    /// Why: `denied`, `rejected`, `capped` …
    pub why: String,
    /// Columns that could not be read; empty for all.
    pub columns: Vec<String>,
    /// Ledger index of the collection.
    pub leaf: u64,
}

/// Time that the streams of a population do not reach: that a row is not there says nothing about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoleRow {
    /// Population whose rows may be missing.
    pub population: String,
    /// What the keys of the missing items begin with (`acme/api/`), empty for any.
    pub prefix: String,
    /// The time; as far back and ahead as there is time.
    pub span: Span,
}

/// An expected occurrence of a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Control.
    pub control: String,
    /// When it is due.
    pub due: Span,
}

/// An approved, time-boxed exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverRow {
    /// The item is a pattern in which `*` stands for any text.
    pub pattern: bool,
    /// Test.
    pub test: String,
    /// Item.
    pub item: String,
    /// Validity.
    pub valid: Span,
    /// Reason, as approved.
    pub reason: String,
}

/// A table by name.
pub(super) fn table(library: &Library, name: &str, setting: &Setting<'_>) -> Table {
    match library.schema(name) {
        Some(schema) => population(schema),
        None => fixed(name, setting),
    }
}

/// A base population; the rows are filled in by whoever has them.
fn population(schema: &Schema) -> Table {
    Table {
        name: schema.name.to_string(),
        shape: if schema.shape == Shape::State {
            TableShape::State
        } else {
            TableShape::Event
        },
        columns: schema
            .columns
            .iter()
            .map(|c| JobColumn {
                name: c.name.to_string(),
                kind: kind_of(c.ty),
            })
            .collect(),
        key: schema.key_indexes().collect(),
        rows: Rows::Files(Vec::new()),
    }
}

fn fixed(name: &str, setting: &Setting<'_>) -> Table {
    let columns = FIXED_TABLES
        .iter()
        .find(|(n, _)| *n == name)
        .map_or(&[][..], |(_, c)| c);
    let text = |t: &str| Value::Text(t.to_owned());
    let rows = match name {
        "gap" => setting
            .gaps
            .iter()
            .map(|g| {
                let mut columns = g.columns.clone();
                columns.sort_unstable();
                columns.dedup();
                let leaf = Value::Int(i64::try_from(g.leaf).unwrap_or(i64::MAX));
                vec![
                    text(&g.population),
                    text(&g.parent),
                    text(&g.why),
                    Value::Set(columns),
                    leaf,
                ]
            })
            .collect(),
        "hole" => setting
            .holes
            .iter()
            .map(|h| {
                let (from, until) = (h.span.from.micros(), h.span.until.micros());
                vec![
                    text(&h.population),
                    text(&h.prefix),
                    Value::Time(from),
                    Value::Time(until),
                ]
            })
            .collect(),
        "period_day" => period_days(setting.window, setting.zone),
        "occurrence" => setting
            .occurrences
            .iter()
            .map(|o| {
                vec![
                    text(&o.control),
                    Value::Time(o.due.from.micros()),
                    Value::Time(o.due.until.micros()),
                ]
            })
            .collect(),
        "holiday" => holidays(setting),
        "waiver" => setting
            .waivers
            .iter()
            .map(|w| {
                let (from, until) = (w.valid.from.micros(), w.valid.until.micros());
                vec![
                    text(&w.test),
                    text(&w.item),
                    Value::Time(from),
                    Value::Time(until),
                    text(&w.reason),
                ]
            })
            .collect(),
        _ => Vec::new(),
    };
    Table {
        name: name.to_owned(),
        shape: TableShape::Fixed,
        columns: columns
            .iter()
            .map(|(n, k)| JobColumn {
                name: (*n).to_owned(),
                kind: *k,
            })
            .collect(),
        key: Vec::new(),
        rows: Rows::Inline(rows),
    }
}

/// The local days that the window touches, whole: 23, 24 or 25 hours each.
fn period_days(window: Window, zone: &Zone) -> Vec<Vec<Value>> {
    let mut day = zone.day_of(window.from());
    let mut rows = Vec::new();
    while zone.start_of(day) < window.until() {
        rows.push(vec![
            Value::Date(day.epoch_days()),
            Value::Time(zone.start_of(day).micros()),
            Value::Time(zone.end_of(day).micros()),
        ]);
        day = day.plus_days(1);
    }
    rows
}

/// The holidays of each location in the local days of the window.
fn holidays(setting: &Setting<'_>) -> Vec<Vec<Value>> {
    let (from, until) = (setting.window.from(), setting.window.until());
    let days = Period::new(setting.zone.day_of(from), setting.zone.day_of(until));
    let Ok(days) = days else { return Vec::new() };
    let each = setting
        .calendars
        .iter()
        .flat_map(|c| c.holidays(days).map(move |d| (c, d)));
    each.map(|(c, day)| {
        vec![
            Value::Text(c.location.clone()),
            Value::Date(day.epoch_days()),
        ]
    })
    .collect()
}
