//! The company's people, accounts and sign-ins, as they really were; the sources only show parts of it.

pub(crate) mod judge;
pub(crate) mod names;
pub(crate) mod staff;

use tickmark_core::model::time::{Day, Time};

use crate::{
    Config,
    dice::Dice,
    truth::{Class, Ledger, item},
    when::Almanac,
};

/// A person, or a machine that acts under its own name.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) handle: String,
    pub(crate) name: String,
    /// As `people.yaml` writes it.
    pub(crate) kind: &'static str,
    pub(crate) location: &'static str,
    pub(crate) employments: Vec<Employment>,
    /// Accounts that the identity table gives to the person.
    pub(crate) claims: Vec<Claim>,
}

impl Person {
    /// Whether the identity table gives an account to the person to this day.
    pub(crate) fn holds(&self, account: &str) -> bool {
        self.claims
            .iter()
            .any(|c| c.account == account && c.until.is_none())
    }
}

/// A line of the identity table.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// `system:id`
    pub(crate) account: String,
    /// First and last day, where the table names one.
    pub(crate) from: Option<Day>,
    pub(crate) until: Option<Day>,
}

impl Claim {
    pub(crate) fn always(account: String) -> Self {
        Claim {
            account,
            from: None,
            until: None,
        }
    }
}

/// One employment, as the personnel system learns of it.
#[derive(Debug, Clone)]
pub(crate) struct Employment {
    pub(crate) worker: String,
    pub(crate) start: Day,
    /// What the personnel system says, from when on.
    pub(crate) statements: Vec<(Time, Statement)>,
}

/// One statement of the personnel system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) department: &'static str,
    pub(crate) end_on: Option<Day>,
    /// The hour of the end, where it is known.
    pub(crate) ended_at: Option<Time>,
    pub(crate) standing: Standing,
}

/// How a record stands in the personnel system when it names no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Somebody works here.
    Active,
    /// Called ended, without a date.
    Ended,
    /// In the list no longer.
    Gone,
}

impl Statement {
    /// Nothing is said about an end.
    pub(crate) fn stays(department: &'static str) -> Self {
        Statement {
            department,
            end_on: None,
            ended_at: None,
            standing: Standing::Active,
        }
    }

    /// The end that is stated; a contractor's register knows the day only.
    pub(crate) fn end(&self, almanac: &Almanac) -> Option<Time> {
        self.ended_at
            .or(self.end_on.map(|day| almanac.zone.end_of(day)))
    }
}

impl Employment {
    /// The end as stated last; of one that is over without a date, the first look that showed so.
    pub(crate) fn end(&self, almanac: &Almanac) -> Option<Time> {
        let (known, last) = self.statements.last()?;
        if last.standing == Standing::Active {
            return last.end(almanac);
        }
        let looks = almanac.snapshot_days().into_iter();
        let mut looks = looks.map(|day| almanac.snapshot(day));
        looks.find(|look| look >= known)
    }

    /// Whether anybody said when it ended.
    pub(crate) fn end_stated(&self) -> bool {
        self.statements
            .last()
            .is_some_and(|(_, s)| s.end_on.is_some() || s.ended_at.is_some())
    }

    /// What the personnel system said at a time.
    pub(crate) fn said(&self, at: Time) -> Option<&Statement> {
        self.statements
            .iter()
            .rev()
            .find(|(from, _)| *from <= at)
            .map(|(_, s)| s)
    }
}

/// Where an account lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum System {
    /// The identity provider: snapshots and a log.
    Directory,
    /// A database beside it: snapshots only.
    Database,
}

/// What an account can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    Disabled,
    Gone,
}

/// An account and all that happened to it.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) system: System,
    pub(crate) id: String,
    pub(crate) name: String,
    /// `human`, `service`, `shared` or `key`.
    pub(crate) kind: &'static str,
    /// Id in the same system of the account that answers for it.
    pub(crate) owner: Option<String>,
    pub(crate) status: Vec<(Time, Status)>,
    /// `None`: the system does not tell.
    pub(crate) factor: Vec<(Time, Option<bool>)>,
}

impl Account {
    /// `okta:00u7`, as populations name it.
    pub(crate) fn key(&self) -> String {
        match self.system {
            System::Directory => format!("okta:{}", self.id),
            System::Database => format!("database:{}", self.id),
        }
    }

    pub(crate) fn status_at(&self, at: Time) -> Status {
        self.status
            .iter()
            .rev()
            .find(|(t, _)| *t <= at)
            .map_or(Status::Gone, |(_, s)| *s)
    }

    pub(crate) fn factor_at(&self, at: Time) -> Option<bool> {
        self.factor
            .iter()
            .rev()
            .find(|(t, _)| *t <= at)
            .and_then(|(_, f)| *f)
    }

    pub(crate) fn set(&mut self, at: Time, status: Status) {
        self.status.push((at, status));
        self.status.sort_by_key(|(t, _)| *t);
    }

    pub(crate) fn set_factor(&mut self, at: Time, factor: Option<bool>) {
        self.factor.push((at, factor));
        self.factor.sort_by_key(|(t, _)| *t);
    }
}

/// An attempt to sign in, or the use of a key.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) id: String,
    pub(crate) system: System,
    pub(crate) account: String,
    pub(crate) at: Time,
    pub(crate) success: bool,
    pub(crate) interactive: bool,
    pub(crate) second_factor: Option<bool>,
}

/// An index into [`World::people`].
pub(crate) type Who = usize;
/// An index into [`World::accounts`].
pub(crate) type Which = usize;

/// Everything about people.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) almanac: Almanac,
    pub(crate) seed: u64,
    pub(crate) months: u8,
    pub(crate) people: Vec<Person>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) logins: Vec<Login>,
    pub(crate) truth: Ledger,
    /// Items that an approved exception covers.
    pub(crate) waived: Vec<(String, String, String)>,
    pub(crate) dice: Dice,
}

impl World {
    pub(crate) fn new(almanac: Almanac, config: &Config) -> Self {
        World {
            almanac,
            seed: config.seed,
            months: config.months,
            people: Vec::new(),
            accounts: Vec::new(),
            logins: Vec::new(),
            truth: Ledger::default(),
            waived: Vec::new(),
            dice: Dice::new(config.seed, "people"),
        }
    }

    /// Somebody who works here since `start`, known to the personnel system two weeks before.
    pub(crate) fn hire(&mut self, kind: &'static str, start: Day) -> Who {
        let number = self.people.len();
        let (handle, name) = names::person(number);
        let department = self
            .dice
            .pick(&names::DEPARTMENTS)
            .copied()
            .unwrap_or("engineering");
        let known = self.almanac.at(start.plus_days(-14), 9, 0);
        let statement = Statement::stays(department);
        let worker = format!(
            "{}{:04}",
            if kind == "contractor" { "c" } else { "w" },
            number + 1
        );
        self.people.push(Person {
            handle,
            name,
            kind,
            location: "office",
            employments: vec![Employment {
                worker,
                start,
                statements: vec![(known, statement)],
            }],
            claims: Vec::new(),
        });
        number
    }

    pub(crate) fn person(&mut self, who: Who) -> Option<&mut Person> {
        self.people.get_mut(who)
    }

    /// A new account, active and protected from `since` on.
    pub(crate) fn account(
        &mut self,
        system: System,
        kind: &'static str,
        owner: Option<Which>,
        since: Time,
    ) -> Which {
        let number = self.accounts.len();
        let id = match (system, kind) {
            (System::Directory, _) => format!("00u{number:04}"),
            (System::Database, "key") => format!("k{number:04}"),
            (System::Database, _) => format!("u{number:04}"),
        };
        let owner = owner
            .and_then(|o| self.accounts.get(o))
            .map(|a| a.id.clone());
        let protected = Some(matches!(kind, "human" | "shared"));
        self.accounts.push(Account {
            system,
            name: format!("{kind}-{number}"),
            id,
            kind,
            owner,
            status: vec![(since, Status::Active)],
            factor: vec![(since, protected)],
        });
        number
    }

    /// An account of a person, named in the identity table.
    pub(crate) fn give(&mut self, who: Who, system: System, since: Time) -> Which {
        let which = self.account(system, "human", None, since);
        let key = self.key(which);
        if let Some(person) = self.people.get_mut(who) {
            if let Some(account) = self.accounts.get_mut(which) {
                account.name = format!("{}@acme.example", person.handle);
            }
            person.claims.push(Claim::always(key));
        }
        which
    }

    /// The account of a person in a system, as the identity table names it.
    pub(crate) fn account_of(&self, who: Who, system: System) -> Option<Which> {
        let person = self.people.get(who)?;
        self.accounts
            .iter()
            .position(|a| a.system == system && person.holds(&a.key()))
    }

    /// The identity table ends the account of a person on the day before `day`, and gives it to somebody else if there is one.
    pub(crate) fn hand_over(&mut self, which: Which, who: Who, day: Day, to: Option<Who>) {
        let key = self.key(which);
        let claim = self
            .person(who)
            .and_then(|p| p.claims.iter_mut().find(|c| c.account == key));
        if let Some(claim) = claim {
            claim.until = Some(day.plus_days(-1));
        }
        if let Some(person) = to.and_then(|to| self.people.get_mut(to)) {
            let mut claim = Claim::always(key);
            claim.from = Some(day);
            person.claims.push(claim);
        }
    }

    pub(crate) fn key(&self, which: Which) -> String {
        self.accounts
            .get(which)
            .map(Account::key)
            .unwrap_or_default()
    }

    pub(crate) fn set(&mut self, which: Which, at: Time, status: Status) {
        if let Some(account) = self.accounts.get_mut(which) {
            account.set(at, status);
        }
    }

    pub(crate) fn set_factor(&mut self, which: Which, at: Time, factor: Option<bool>) {
        if let Some(account) = self.accounts.get_mut(which) {
            account.set_factor(at, factor);
        }
    }

    /// A sign-in at a screen with a second factor; change what is returned for anything else.
    pub(crate) fn sign_in(&mut self, which: Which, at: Time) -> Option<&mut Login> {
        let account = self.accounts.get(which)?;
        let prefix = if account.system == System::Directory {
            "e"
        } else {
            "s"
        };
        let login = Login {
            id: format!("{prefix}{:06}", self.logins.len() + 1),
            system: account.system,
            account: account.id.clone(),
            at,
            success: true,
            interactive: true,
            second_factor: Some(true),
        };
        self.logins.push(login);
        self.logins.last_mut()
    }

    /// The item of an employment and an account in `IAM-02.leaver`.
    pub(crate) fn leaver_item(&self, who: Who, employment: usize, which: Which) -> String {
        let person = self.people.get(who);
        let start = person
            .and_then(|p| p.employments.get(employment))
            .map(|e| e.start.to_string());
        let handle = person.map(|p| p.handle.clone()).unwrap_or_default();
        item(&[&handle, &start.unwrap_or_default(), &self.key(which)])
    }

    pub(crate) fn note(&mut self, class: Class, test: &str, item: String, trap: &str, why: &str) {
        self.truth.note(class, test, item, trap, why);
    }
}

impl Login {
    /// `okta:e000001`, as populations name it.
    pub(crate) fn item(&self) -> String {
        let system = if self.system == System::Directory {
            "okta"
        } else {
            "database"
        };
        item(&[&format!("{system}:{}", self.id)])
    }
}
