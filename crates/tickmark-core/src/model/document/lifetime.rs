use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::time::Day;
use crate::model::yaml::{Fields, Place, Reader};

/// From when until when something stands in a register. A file is taken out only after it has a last day (decision D21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetime {
    /// First day.
    pub from: Day,
    /// Last day.
    pub retired: Option<Day>,
}

impl Lifetime {
    /// Whether it stands on the day.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.retired.is_none_or(|last| day <= last)
    }
}

/// Reads the first day under `key` and the last under `retired`.
pub(super) fn read_lifetime(
    reader: &mut Reader,
    fields: &Fields<'_>,
    key: &str,
    hint: &str,
) -> Option<Lifetime> {
    let from: Option<Day> = reader.required_value(fields, key, hint);
    let retired: Option<Option<Day>> = fields.get("retired").map(|n| reader.value(n));
    let lifetime = Lifetime {
        from: from?,
        retired: retired.flatten(),
    };
    if lifetime.from.epoch_days() < 0 {
        reader.refuse(
            fields.place(key),
            "days before 1970 are not kept",
            "check the year",
        );
    }
    if lifetime.retired.is_some_and(|last| last < lifetime.from) {
        let hint = format!("swap `{key}` and `retired`, or leave `retired` out");
        reader.refuse(fields.place("retired"), "retired before it began", hint);
    }
    Some(lifetime)
}

/// The name that the file gives: `policies/access-control.md`.
pub(super) fn read_name<T: FromStr>(reader: &mut Reader, folder: &str) -> Option<T>
where
    T::Err: Display,
{
    let file = reader.file().to_owned();
    let stem = file
        .strip_prefix(folder)
        .and_then(|f| f.strip_suffix(".md"));
    match stem.unwrap_or(&file).parse() {
        Ok(name) => Some(name),
        Err(error) => {
            reader.wrong(Place { line: 1, column: 1 }, &error);
            None
        }
    }
}
