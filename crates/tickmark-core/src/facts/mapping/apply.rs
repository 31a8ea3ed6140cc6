//! Takes the value of one column out of one record.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::facts::message;
use crate::facts::row::Cell;
use crate::facts::schema::{Column, Type};
use crate::model::path::{JsonPath, Step};
use crate::model::time::{Day, Time};

use super::template::{Fill, plain, scalar};
use super::{Convert, Expr, Missing, Where};

/// One record of a page.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// A JSON value.
    Json(&'a Value),
    /// A line of a CSV file.
    Csv {
        /// Position of each heading.
        headings: &'a HashMap<String, usize>,
        /// The fields of the line.
        fields: &'a [String],
    },
}

/// What surrounds a record.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Parameters of the configured source.
    pub params: &'a BTreeMap<String, String>,
    /// Fields of the parent's item, by path.
    pub parent: Option<&'a BTreeMap<String, Value>>,
}

/// Why a value could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Path or heading.
    pub at: String,
    /// What is wrong.
    pub why: String,
}

/// A cell, or that it is unknown.
pub(in crate::facts) enum Taken {
    /// The value.
    Cell(Cell),
    /// It could not be read.
    Unknown,
}

/// The texts (or the single bool or number as text) that a mapping finds, or that there are none.
enum Found {
    Missing,
    Texts(Vec<String>),
}

impl Expr {
    /// Takes the value for `column`.
    ///
    /// # Errors
    /// The value is missing where it must not be, or not of the column's type.
    pub(in crate::facts) fn take(
        &self,
        column: &Column,
        item: Item<'_>,
        scope: Scope<'_>,
    ) -> Result<Taken, Refused> {
        if let (Where::HeadingIfThere(name), Item::Csv { headings, .. }) = (&self.at, item)
            && !headings.contains_key(name)
        {
            return Ok(Taken::Unknown);
        }
        match self.find(item, scope)? {
            Found::Texts(texts) => {
                let cell = self
                    .cell(column, texts, scope)
                    .map_err(|why| self.refused(why))?;
                check_words(column, &cell).map_err(|why| self.refused(why))?;
                Ok(Taken::Cell(cell))
            }
            Found::Missing => match self.missing {
                Missing::Absent => Ok(Taken::Cell(Cell::Absent)),
                Missing::Unknown => Ok(Taken::Unknown),
                Missing::Reject => Err(self.refused("is missing or null".to_owned())),
            },
        }
    }

    fn refused(&self, why: String) -> Refused {
        let at = match &self.at {
            Where::Item(path) => path.to_string(),
            Where::Parent(path) => format!("^{path}"),
            Where::Heading(name) | Where::HeadingIfThere(name) => name.clone(),
            Where::Template(template) => template.to_string(),
            Where::Const(text) => format!("'{text}'"),
            Where::Nowhere => "none".to_owned(),
        };
        Refused { at, why }
    }

    fn find(&self, item: Item<'_>, scope: Scope<'_>) -> Result<Found, Refused> {
        let found = match (&self.at, item) {
            (Where::Nowhere, _) => Found::Missing,
            (Where::Const(text), _) => Found::Texts(vec![text.clone()]),
            (Where::Template(template), item) => {
                let json = if let Item::Json(value) = item {
                    Some(value)
                } else {
                    None
                };
                let fill = Fill {
                    params: scope.params,
                    item: json,
                    parent: scope.parent,
                };
                let text = template
                    .fill(fill, plain)
                    .map_err(|e| self.refused(e.to_string()))?;
                Found::Texts(vec![text])
            }
            (Where::Parent(path), _) => match scope
                .parent
                .and_then(|fields| fields.get(&path.to_string()))
            {
                Some(value) => self.json(&JsonPath::default(), value)?,
                None => Found::Missing,
            },
            (Where::Item(path), Item::Json(value)) => self.json(path, value)?,
            (Where::Heading(name) | Where::HeadingIfThere(name), Item::Json(value)) => {
                value.get(name).map_or(Ok(Found::Missing), |value| {
                    self.json(&JsonPath::default(), value)
                })?
            }
            (
                Where::Heading(name) | Where::HeadingIfThere(name),
                Item::Csv { headings, fields },
            ) => csv_field(name, headings, fields),
            (Where::Item(path), Item::Csv { headings, fields }) => match path.steps() {
                [Step::Name(name)] => csv_field(name, headings, fields),
                _ => {
                    return Err(self
                        .refused("a line of CSV has no inner fields; name a heading".to_owned()));
                }
            },
        };
        Ok(self.texts(found))
    }

    /// Lower, trim, split, and blank as missing.
    fn texts(&self, found: Found) -> Found {
        let Found::Texts(mut texts) = found else {
            return Found::Missing;
        };
        if let Some(by) = &self.split {
            texts = texts
                .iter()
                .flat_map(|t| t.split(by.as_str()))
                .map(|t| t.trim().to_owned())
                .collect();
            texts.retain(|t| !t.is_empty());
        }
        if self.trim {
            texts = texts.iter().map(|t| t.trim().to_owned()).collect();
        }
        if self.lower {
            texts = texts.iter().map(|t| t.to_lowercase()).collect();
        }
        if self.blank && self.split.is_none() && texts.iter().all(String::is_empty) {
            return Found::Missing;
        }
        Found::Texts(texts)
    }

    fn json(&self, path: &JsonPath, value: &Value) -> Result<Found, Refused> {
        let mut values = Vec::new();
        let complete = follow(path.steps(), value, &mut values).map_err(|why| self.refused(why))?;
        if let Some((field, wanted)) = &self.only {
            values.retain(|v| {
                v.get(field)
                    .and_then(scalar)
                    .is_some_and(|text| wanted.contains(&text))
            });
        }
        let mut texts = Vec::new();
        for value in &values {
            let value = match &self.get {
                Some(field) => value.get(field).unwrap_or(&Value::Null),
                None => value,
            };
            match value {
                Value::Null if self.missing == Missing::Reject => {
                    return Err(self.refused("is missing or null".into()));
                }
                Value::Null if self.missing == Missing::Unknown => return Ok(Found::Missing),
                Value::Null => {}
                // A list where the path ends stands for its elements: `contexts: ["ci"]`.
                Value::Array(elements) if !path.is_many() => {
                    for element in elements {
                        texts.push(self.scalar(element)?);
                    }
                }
                other => texts.push(self.scalar(other)?),
            }
        }
        // An empty list is known to be empty; a list that is not there is missing.
        let listed = path.is_many() || matches!(values.as_slice(), [Value::Array(_)]);
        Ok(if texts.is_empty() && !(complete && listed) {
            Found::Missing
        } else {
            Found::Texts(texts)
        })
    }

    fn scalar(&self, value: &Value) -> Result<String, Refused> {
        match value {
            Value::Number(n) if matches!(self.convert, Some(Convert::Decimal)) => Ok(n.to_string()),
            Value::Number(n) if n.is_f64() => {
                Err(self.refused(format!("`{n}` is not a whole number")))
            }
            other => scalar(other).ok_or_else(|| {
                let kind = if other.is_array() {
                    "a list"
                } else {
                    "an object"
                };
                self.refused(format!("is {kind}, not a single value"))
            }),
        }
    }

    fn cell(&self, column: &Column, texts: Vec<String>, scope: Scope<'_>) -> Result<Cell, String> {
        if let Type::Set(_) = column.ty {
            let mut elements = Vec::new();
            for text in texts {
                match &self.convert {
                    Some(Convert::CoAuthors) => {
                        elements.extend(message::co_authors(&text));
                    }
                    Some(Convert::Enum(words)) => elements.push(translate(words, &text)?),
                    Some(Convert::Account(system)) => elements.push(account(system, &text, scope)?),
                    _ => elements.push(nfc(&text)),
                }
            }
            return Ok(Cell::set(elements));
        }
        if self.convert == Some(Convert::Count) {
            return Ok(Cell::Int(i64::try_from(texts.len()).unwrap_or(i64::MAX)));
        }
        let text = match (&self.join, texts.as_slice()) {
            (Some(by), _) => texts.join(by),
            (None, [text]) => text.clone(),
            (None, _) => {
                return Err(format!(
                    "has {} values where one is expected; say `join(…)`",
                    texts.len()
                ));
            }
        };
        match &self.convert {
            Some(Convert::Enum(words)) => default_cell(column.ty, &translate(words, &text)?),
            Some(Convert::Account(system)) => account(system, &text, scope).map(Cell::Text),
            Some(Convert::Unix(per_second)) => unix(&text, *per_second).map(Cell::Time),
            Some(Convert::Duration(unit)) if *unit > 0 => units(&text, *unit).map(Cell::Duration),
            _ if column.ty == Type::Time => self.time(&text).map(Cell::Time),
            _ => default_cell(column.ty, &text),
        }
    }

    fn time(&self, text: &str) -> Result<Time, String> {
        match &self.zone {
            Some(zone) => zone.instant(text, self.ambiguous),
            None => Time::parse(text),
        }
        .map_err(|error| error.to_string())
    }
}

/// The records of a page: what `item` names, refused if the list itself is not there. An empty list is a list.
///
/// # Errors
/// What is there instead.
pub fn records<'a>(item: &JsonPath, page: &'a Value) -> Result<Vec<&'a Value>, String> {
    let mut found = Vec::new();
    match follow(item.steps(), page, &mut found) {
        Ok(true) => Ok(found),
        Ok(false) => Err("the page has no list of records here".to_owned()),
        Err(why) => Err(why),
    }
}

/// Follows a path; collects what it names. Says whether every list on the way was there.
pub(in crate::facts) fn follow<'a>(
    steps: &[Step],
    value: &'a Value,
    out: &mut Vec<&'a Value>,
) -> Result<bool, String> {
    let Some((step, rest)) = steps.split_first() else {
        out.push(value);
        return Ok(true);
    };
    match (step, value) {
        (_, Value::Null) => Ok(false),
        (Step::Name(name), Value::Object(map)) => match map.get(name) {
            Some(inner) => follow(rest, inner, out),
            None => Ok(false),
        },
        (Step::Index(n), Value::Array(items)) => items
            .get(*n)
            .map_or(Ok(false), |inner| follow(rest, inner, out)),
        (Step::Every, Value::Array(items)) => {
            for inner in items {
                if !follow(rest, inner, out)? {
                    // Kept as a null so that the expression decides what a missing inner field means.
                    out.push(&Value::Null);
                }
            }
            Ok(true)
        }
        (Step::Name(name), _) => Err(format!(
            "`{name}` is looked for in something that is no object"
        )),
        (Step::Index(_) | Step::Every, _) => {
            Err("an element is looked for in something that is no list".to_owned())
        }
    }
}

fn csv_field(name: &str, headings: &HashMap<String, usize>, fields: &[String]) -> Found {
    match headings.get(name).and_then(|index| fields.get(*index)) {
        // CSV cannot tell an empty text from none.
        None => Found::Missing,
        Some(text) if text.is_empty() => Found::Missing,
        Some(text) => Found::Texts(vec![text.clone()]),
    }
}

fn check_words(column: &Column, cell: &Cell) -> Result<(), String> {
    let refuse = |text: &str| Err(format!("`{text}` is none of {}", column.one_of.join(", ")));
    if column.one_of.is_empty() {
        return Ok(());
    }
    match cell {
        Cell::Text(text) if !column.one_of.contains(text) => refuse(text),
        Cell::Set(elements) => elements
            .iter()
            .find(|e| !column.one_of.contains(e))
            .map_or(Ok(()), |e| refuse(e)),
        _ => Ok(()),
    }
}

fn translate(words: &[(String, String)], text: &str) -> Result<String, String> {
    words
        .iter()
        .find(|(from, _)| from == text)
        .map(|(_, to)| to.clone())
        .ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(from, _)| from.as_str()).collect();
            format!("`{text}` is none of {}", known.join(", "))
        })
}

fn account(system: &super::Template, text: &str, scope: Scope<'_>) -> Result<String, String> {
    let fill = Fill {
        params: scope.params,
        item: None,
        parent: scope.parent,
    };
    let system = system.fill(fill, plain).map_err(|e| e.to_string())?;
    if text.trim().is_empty() {
        return Err("is an empty account".to_owned());
    }
    // The part before `@` is case-sensitive in theory only; two spellings of one address must be one account.
    let id = if system == "email" {
        text.trim().to_lowercase()
    } else {
        text.to_owned()
    };
    Ok(nfc(&format!("{system}:{id}")))
}

fn default_cell(ty: Type, text: &str) -> Result<Cell, String> {
    Ok(match ty {
        Type::Text | Type::Person => Cell::Text(nfc(text)),
        Type::Bool => match text {
            "true" => Cell::Bool(true),
            "false" => Cell::Bool(false),
            other => return Err(format!("`{other}` is neither `true` nor `false`")),
        },
        Type::Int => Cell::Int(
            text.parse()
                .map_err(|_| format!("`{text}` is not a whole number"))?,
        ),
        Type::Decimal => Cell::Decimal(
            text.parse()
                .map_err(|e: crate::facts::row::DecimalError| e.to_string())?,
        ),
        Type::Time => Cell::Time(Time::parse(text).map_err(|e| e.to_string())?),
        Type::Date => Cell::Date(Day::parse(text).map_err(|e| e.to_string())?),
        Type::Duration => Cell::Duration(iso_duration(text)?),
        Type::Set(_) => Cell::set(vec![nfc(text)]),
    })
}

fn unix(text: &str, per_second: i64) -> Result<Time, String> {
    let number: i64 = text
        .parse()
        .map_err(|_| format!("`{text}` is not a whole number of seconds since 1970"))?;
    let us = number.checked_mul(1_000_000 / per_second.max(1));
    us.map(Time::from_micros)
        .filter(|t| t.micros() == us.unwrap_or(0))
        .ok_or_else(|| format!("`{text}` is beyond the year 9998"))
}

fn units(text: &str, unit: i64) -> Result<i64, String> {
    let number: i64 = text
        .parse()
        .map_err(|_| format!("`{text}` is not a whole number"))?;
    number
        .checked_mul(unit)
        .ok_or_else(|| format!("`{text}` is too long a time"))
}

fn iso_duration(text: &str) -> Result<i64, String> {
    let duration: jiff::SignedDuration = text
        .parse()
        .map_err(|_| format!("`{text}` is not an elapsed time; write it like `PT4H`"))?;
    i64::try_from(duration.as_micros()).map_err(|_| format!("`{text}` is too long a time"))
}

/// Text in Unicode normal form C.
pub(in crate::facts) fn nfc(text: &str) -> String {
    if text.is_ascii() || is_nfc(text) {
        text.to_owned()
    } else {
        text.nfc().collect()
    }
}
