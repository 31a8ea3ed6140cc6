//! What the records say about one person over time: when somebody came and went, and which accounts were seen from when to when.

use std::collections::BTreeMap;

use tickmark_core::{
    judge::{job::Value, literal::quoted, window::Window},
    model::{
        document::{People, Person},
        ids::{PersonId, PopulationName},
        time::{Day, Time},
    },
};

use crate::{
    asking,
    error::{Error, Result},
    heavy,
    populations::Sources,
    program::Program,
};

/// Most rows that are read about people.
const MOST: usize = 200_000;
/// The list of employments, which `employment` reads.
const WORKER: &str = "worker";
/// The list of those who started.
const HIRE: &str = "hire";

/// One person.
pub struct Timeline {
    /// Employments and contracts, by their first day.
    pub spells: Vec<Spell>,
    /// Accounts, as `people.yaml` and the systems name them.
    pub accounts: Vec<Seen>,
}

/// From a first day to a last one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spell {
    /// First day.
    pub start: Day,
    /// When it ended, or that it was over by then; none while it lasts, or where the list tells of starts only.
    pub ended: Option<Time>,
    /// Population that says so.
    pub population: &'static str,
    /// The entry.
    pub leaf: u64,
}

/// An account as the systems told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// `okta:00u1`.
    pub account: String,
    /// The system, the kind and the last status; empty while no system told of it.
    pub system: String,
    /// `human`, `service`, `shared` or `key`.
    pub kind: String,
    /// `active` or `disabled`.
    pub status: String,
    /// First and last observation.
    pub seen: Option<(Time, Time)>,
    /// Since when it is no longer listed; none while it is.
    pub gone: Option<Time>,
    /// Entry of the first observation of the last version.
    pub leaf: Option<u64>,
}

/// What the collected populations say about a person.
///
/// # Errors
/// The worker fails.
pub fn timeline(program: &Program, person: &Person, now: Time) -> Result<Timeline> {
    let asker = Asker::new(program, now);
    let mine = names(person);
    let mut spells = Vec::new();
    if asker.has(WORKER)? {
        let sql =
            format!("SELECT start_on, _leaf, ended_at FROM employment WHERE person IN ({mine})");
        spells.extend(asker.ask(&sql)?.iter().filter_map(|r| spell(r, WORKER)));
    }
    if asker.has(HIRE)? {
        let sql = format!("SELECT started_on, _leaf FROM hire WHERE person IN ({mine})");
        spells.extend(asker.ask(&sql)?.iter().filter_map(|r| spell(r, HIRE)));
    }
    spells.sort();
    let mut accounts: BTreeMap<String, Seen> = BTreeMap::new();
    for account in &person.accounts {
        let account = account.account.to_string();
        accounts.insert(account.clone(), Seen::never(account));
    }
    if asker.has("account")? {
        let sql = format!(
            "SELECT account, system, kind, status, seen_first, seen_last, valid_to, _leaf FROM account \
             WHERE account IN ({mine}) OR owner_account IN ({mine}) ORDER BY account, seen_first"
        );
        for row in asker.ask(&sql)? {
            see(&mut accounts, &row);
        }
    }
    Ok(Timeline {
        spells,
        accounts: accounts.into_values().collect(),
    })
}

/// The first days of persons, where a personnel list tells them: the last time somebody came counts.
///
/// # Errors
/// The worker fails.
pub fn starts(program: &Program, people: &People, now: Time) -> Result<BTreeMap<PersonId, Day>> {
    let asker = Asker::new(program, now);
    let mut days: BTreeMap<String, Day> = BTreeMap::new();
    for (collected, sql) in [
        (WORKER, "SELECT person, start_on FROM employment"),
        (HIRE, "SELECT person, started_on FROM hire"),
    ] {
        if !asker.has(collected)? {
            continue;
        }
        for row in asker.ask(sql)? {
            if let [Value::Text(person), Value::Date(day)] = row.as_slice() {
                let Some(day) = day_of(*day) else { continue };
                let known = days.entry(person.clone()).or_insert(day);
                *known = day.max(*known);
            }
        }
    }
    let first = |person: &Person| {
        let accounts = person.accounts.iter().map(|a| a.account.as_str());
        let names = accounts.chain([person.person.as_str()]);
        let day = names.filter_map(|name| days.get(name)).max()?;
        Some((person.person.clone(), *day))
    };
    Ok(people.persons.iter().filter_map(first).collect())
}

/// Puts questions to what was collected.
struct Asker<'a> {
    program: &'a Program,
    now: Time,
}

impl<'a> Asker<'a> {
    fn new(program: &'a Program, now: Time) -> Self {
        Self { program, now }
    }

    /// Whether anything of a population was collected.
    fn has(&self, population: &str) -> Result<bool> {
        let name = PopulationName::parse(population).map_err(Error::bug)?;
        Ok(self.program.state().collections_of(&name).next().is_some())
    }

    fn ask(&self, sql: &str) -> Result<Vec<Vec<Value>>> {
        let state = self.program.state();
        let shelf = self.program.shelf()?;
        let cache = self.program.cache();
        let sources = Sources::new(self.program.ledger(), &state, &shelf, &cache);
        let span = asking::window(&state, self.now);
        let worker = heavy::populations()?;
        let answer = asking::ask(&sources, sql, Window::Period(span), MOST, &worker)?;
        if answer.truncated {
            return Err(
                Error::refused(format!("more than {MOST} rows tell of people"))
                    .hint("ask for less with `tickmark query`"),
            );
        }
        Ok(answer.rows)
    }
}

/// A person's handle and accounts as a list for `IN`.
fn names(person: &Person) -> String {
    let accounts = person.accounts.iter().map(|a| a.account.as_str());
    let all = accounts.chain([person.person.as_str()]).map(quoted);
    all.collect::<Vec<String>>().join(", ")
}

/// A first day, the entry that tells it, and the end where the list tells that.
fn spell(row: &[Value], population: &'static str) -> Option<Spell> {
    let [Value::Date(start), Value::Int(leaf), rest @ ..] = row else {
        return None;
    };
    Some(Spell {
        start: day_of(*start)?,
        ended: rest.first().and_then(time),
        population,
        leaf: leaf.unsigned_abs(),
    })
}

/// Takes one version of an account in; they come in the order of time.
fn see(accounts: &mut BTreeMap<String, Seen>, row: &[Value]) {
    let [account, system, kind, status, first, last, gone, leaf] = row else {
        return;
    };
    let name = asking::show(account);
    let seen = accounts
        .entry(name.clone())
        .or_insert_with(|| Seen::never(name));
    seen.system = asking::show(system);
    seen.kind = asking::show(kind);
    seen.status = asking::show(status);
    seen.gone = time(gone);
    if let Value::Int(leaf) = leaf {
        seen.leaf = Some(leaf.unsigned_abs());
    }
    if let (Some(first), Some(last)) = (time(first), time(last)) {
        let known = seen.seen.unwrap_or((first, last));
        seen.seen = Some((known.0.min(first), known.1.max(last)));
    }
}

impl Seen {
    fn never(account: String) -> Self {
        Self {
            account,
            system: String::new(),
            kind: String::new(),
            status: String::new(),
            seen: None,
            gone: None,
            leaf: None,
        }
    }
}

fn time(value: &Value) -> Option<Time> {
    match value {
        Value::Time(us) => Some(Time::from_micros(*us)),
        _ => None,
    }
}

/// A day out of its number since 1970-01-01.
fn day_of(days: i32) -> Option<Day> {
    let epoch = Day::new(1970, 1, 1).ok()?;
    Some(epoch.plus_days(days))
}
