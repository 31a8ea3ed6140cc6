//! Rows of a population of states as items of a list.

use std::collections::BTreeMap;

use tickmark_core::{
    facts::schema::{Column, Schema, Type},
    judge::job::Value,
    model::{
        document::{People, Person},
        frozen::FrozenItem,
        ids::{ItemId, PersonId},
        state::State,
        time::{Day, Time},
    },
};

use super::{Of, Standing, last_complete};
use crate::{
    asking,
    error::{Error, Result},
    registering::is_on,
};

/// Columns that name an account, where no column names a person: the account itself, and the one that answers for it.
const ACCOUNTS: [&str; 2] = ["account", "owner_account"];
/// What `status` says of an item that is listed and gives no access any more.
const WITHOUT_ACCESS: [&str; 2] = ["disabled", "ended"];
/// What a reviewer reads in a cell that could not be read.
const UNKNOWN: &str = "unknown";

/// Persons by handle and by the accounts that are theirs on a day.
pub(super) fn owners(people: &People, today: Day) -> BTreeMap<&str, &Person> {
    let mut owners = BTreeMap::new();
    for person in &people.persons {
        owners.insert(person.person.as_str(), person);
        for account in person.accounts.iter().filter(|a| is_on(a, today)) {
            owners.insert(account.account.as_str(), person);
        }
    }
    owners
}

/// Reads the answer row by row.
pub(super) struct Reader<'a> {
    pub(super) schema: &'a Schema,
    pub(super) owners: BTreeMap<&'a str, &'a Person>,
    pub(super) streams: BTreeMap<u64, Of>,
    pub(super) now: Time,
}

impl Reader<'_> {
    /// Takes one row in.
    ///
    /// # Errors
    /// The row has no key.
    pub(super) fn read(&self, row: &[Value], state: &State, out: &mut Standing) -> Result<()> {
        let odd = || Error::bug(format!("`{}` has other columns", self.schema.name));
        let (own, system) = row
            .split_at_checked(self.schema.columns.len())
            .ok_or_else(odd)?;
        let [Value::Int(unknown), Value::Int(leaf), from, to] = system else {
            return Err(odd());
        };
        let item = self.item(own)?;
        let of = self.streams.get(&leaf.unsigned_abs());
        if let Some(of) = of {
            out.told.entry(item.clone()).or_default().insert(of.clone());
        }
        if !self.holds(from, to) {
            return Ok(());
        }
        if let Some(of) = of.filter(|of| !out.collections.contains_key(*of))
            && let Some(last) = last_complete(state, of)
        {
            out.collections.insert(of.clone(), last);
        }
        let status = self.schema.column("status").and_then(|(i, _)| own.get(i));
        let status = status.map(asking::show).unwrap_or_default();
        if !WITHOUT_ACCESS.contains(&status.as_str()) {
            out.present.insert(item.clone());
        }
        out.items.push(FrozenItem {
            item,
            person: self.person(own),
            values: self.values(own, *unknown),
        });
        Ok(())
    }

    fn item(&self, own: &[Value]) -> Result<ItemId> {
        let key = self.schema.key_indexes().filter_map(|i| own.get(i));
        let key: Vec<String> = key.map(asking::show).collect();
        ItemId::from_key(&key)
            .map_err(|e| Error::refused(format!("population `{}`: {e}", self.schema.name)))
    }

    /// Whether a version holds at the moment.
    fn holds(&self, from: &Value, to: &Value) -> bool {
        let now = self.now.micros();
        let begun = matches!(from, Value::Time(from) if *from <= now);
        let over = matches!(to, Value::Time(to) if *to <= now);
        begun && !over
    }

    /// Whose the item is: by a column that names a person, else by the accounts it names; a human before a program.
    fn person(&self, own: &[Value]) -> Option<PersonId> {
        let cells = || self.schema.columns.iter().zip(own);
        let typed = cells().filter(|(c, _)| c.ty == Type::Person);
        let named = cells().filter(|(c, _)| ACCOUNTS.contains(&c.name.as_str()));
        let all = typed
            .chain(named)
            .filter_map(|(_, v)| self.owners.get(asking::show(v).as_str()).copied());
        let all: Vec<&Person> = all.collect();
        let human = all.iter().find(|p| p.kind.is_human());
        human.or(all.first()).map(|p| p.person.clone())
    }

    /// What the reviewer sees beside the item; what is absent is left out.
    fn values(&self, own: &[Value], unknown: i64) -> BTreeMap<String, String> {
        let cells = self.schema.columns.iter().zip(own);
        let beside = cells.filter(|(c, _)| !self.schema.key.contains(&c.name));
        let text = |(column, value): (&Column, &Value)| {
            let name = column.name.as_str();
            let mask = self.schema.mask(name);
            let text = match value {
                _ if unknown.cast_unsigned() & mask != 0 => UNKNOWN.to_owned(),
                Value::Null => return None,
                value => asking::show(value),
            };
            Some((name.to_owned(), text))
        };
        beside.filter_map(text).collect()
    }
}
