use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::ids::{GroupName, PersonId};
use crate::model::time::Day;
use crate::model::yaml::{Fields, Node, Place, Reader};

/// `people.yaml`: persons and their accounts. Together they decide who is the same person (decision D30): never equal logins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct People {
    /// The persons in the order written.
    pub persons: Vec<Person>,
}

/// One person, or one account that nobody owns alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Handle that other documents and result rows use.
    pub person: PersonId,
    /// Full name.
    pub name: Option<String>,
    /// What kind of actor it is.
    pub kind: PersonKind,
    /// The accounts.
    pub accounts: Vec<Account>,
    /// Groups it belongs to, beside those that its kind gives it.
    pub groups: Vec<GroupName>,
}

/// Groups that the kind of a person gives; they are never written into `people.yaml`.
pub const KIND_GROUPS: [&str; 3] = ["everyone", "employees", "contractors"];

impl Person {
    /// Whether the person belongs to the group. Programs and shared accounts belong to none.
    #[must_use]
    pub fn belongs_to(&self, group: &GroupName) -> bool {
        match group.as_str() {
            "everyone" => self.kind.is_human(),
            "employees" => self.kind == PersonKind::Employee,
            "contractors" => self.kind == PersonKind::Contractor,
            _ => self.kind.is_human() && self.groups.contains(group),
        }
    }
}

impl People {
    /// One person by handle.
    #[must_use]
    pub fn person(&self, handle: &PersonId) -> Option<&Person> {
        self.persons.iter().find(|p| p.person == *handle)
    }

    /// Whether a group is known: by kind, or because somebody belongs to it.
    #[must_use]
    pub fn has_group(&self, group: &GroupName) -> bool {
        KIND_GROUPS.contains(&group.as_str())
            || self.persons.iter().any(|p| p.groups.contains(group))
    }

    /// The persons of any of the groups, each once, in the order written.
    pub fn members<'a>(
        &'a self,
        groups: impl IntoIterator<Item = &'a GroupName>,
    ) -> impl Iterator<Item = &'a Person> {
        let groups: Vec<&GroupName> = groups.into_iter().collect();
        self.persons
            .iter()
            .filter(move |p| groups.iter().any(|g| p.belongs_to(g)))
    }
}

/// What kind of actor stands behind accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    /// Employed.
    #[default]
    Employee,
    /// Working under a contract.
    Contractor,
    /// A program: its approval is nobody's.
    Service,
    /// Used by several people: its approval is nobody's.
    Shared,
}

impl PersonKind {
    /// Whether one human acts through it.
    #[must_use]
    pub fn is_human(self) -> bool {
        matches!(self, Self::Employee | Self::Contractor)
    }
}

/// An account of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account at its system.
    pub account: AccountRef,
    /// How it is known that it is this person's: `hr-record`, `idp-record`, `asked`.
    pub how: String,
    /// First day it was this person's; without one, always.
    pub from: Option<Day>,
    /// Last day it was this person's; without one, still.
    pub until: Option<Day>,
    /// Line in the document.
    pub line: u32,
}

/// An account at a system: `github:101`, `email:ada@acme.example`. The part before the colon is the account space of the mapping.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountRef(String);

/// Why a text names no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an account; write the system and the id, like `github:101`")]
pub struct AccountError(pub String);

impl AccountRef {
    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The system.
    #[must_use]
    pub fn system(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// The id at the system.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, id)| id)
    }
}

impl FromStr for AccountRef {
    type Err = AccountError;

    fn from_str(text: &str) -> Result<Self, AccountError> {
        let slug = |s: &str| {
            !s.is_empty()
                && s.bytes().all(|b| {
                    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-')
                })
        };
        match text.split_once(':') {
            Some((system, id)) if slug(system) && !id.trim().is_empty() && !id.contains('\n') => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(AccountError(text.to_owned())),
        }
    }
}

impl fmt::Display for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for AccountRef {
    type Error = AccountError;

    fn try_from(text: String) -> Result<Self, AccountError> {
        text.parse()
    }
}

impl From<AccountRef> for String {
    fn from(account: AccountRef) -> Self {
        account.0
    }
}

pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<People> {
    let mut people = People::default();
    if node.value == crate::model::yaml::Value::Map(Vec::new()) {
        return Some(people);
    }
    let mut persons: BTreeMap<PersonId, Place> = BTreeMap::new();
    for item in reader.list(node, "the people document") {
        let Some(person) = read_person(reader, item) else {
            continue;
        };
        if let Some(first) = persons.insert(person.person.clone(), item.at) {
            let hint = format!(
                "the first is on line {}; join their accounts or rename one",
                first.line
            );
            reader.refuse(
                item.at,
                format!("person `{}` is given twice", person.person),
                hint,
            );
        }
        people.persons.push(person);
    }
    refuse_shared_accounts(reader, &people);
    Some(people)
}

fn read_person(reader: &mut Reader, node: &Node) -> Option<Person> {
    let fields = reader.fields(
        node,
        "a person",
        &["person", "name", "kind", "groups", "accounts"],
    )?;
    let person = reader.required(&fields, "person", "give a handle, like `ada`");
    let name = fields.get("name").and_then(|n| reader.text(n));
    let kind = fields
        .get("kind")
        .and_then(|n| reader.one_of(n, &["employee", "contractor", "service", "shared"]));
    let items = fields
        .get("accounts")
        .map(|n| reader.list(n, "`accounts`"))
        .unwrap_or_default();
    let accounts = items
        .iter()
        .filter_map(|n| read_account(reader, n))
        .collect();
    let groups = read_groups(reader, &fields);
    let kind = match kind {
        Some("contractor") => PersonKind::Contractor,
        Some("service") => PersonKind::Service,
        Some("shared") => PersonKind::Shared,
        _ => PersonKind::Employee,
    };
    Some(Person {
        person: person.and_then(|n| reader.value(n))?,
        name,
        kind,
        accounts,
        groups,
    })
}

fn read_groups(reader: &mut Reader, fields: &Fields<'_>) -> Vec<GroupName> {
    let groups = reader.set::<GroupName>(fields, "groups");
    for group in &groups {
        if KIND_GROUPS.contains(&group.value.as_str()) {
            reader.refuse(
                group.at,
                format!("`{}` is a group by kind", group.value),
                "leave it out; `kind` gives it",
            );
        }
    }
    groups.into_iter().map(|g| g.value).collect()
}

fn read_account(reader: &mut Reader, node: &Node) -> Option<Account> {
    let fields = reader.fields(node, "an account", &["account", "how", "from", "until"])?;
    let account = reader.required(
        &fields,
        "account",
        "write the system and the id, like `github:101`",
    );
    let how = reader.required(
        &fields,
        "how",
        "say how it is known to be this person's, like `hr-record`",
    );
    let from = fields.get("from").and_then(|n| reader.value::<Day>(n));
    let until = fields.get("until").and_then(|n| reader.value::<Day>(n));
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        reader.refuse(
            fields.place("until"),
            "the account ends before it begins",
            "swap `from` and `until`",
        );
    }
    let account = account.and_then(|n| reader.value(n));
    let how = how.and_then(|n| reader.text(n));
    Some(Account {
        account: account?,
        how: how?,
        from,
        until,
        line: node.at.line,
    })
}

/// One account cannot be two persons' on the same day.
fn refuse_shared_accounts(reader: &mut Reader, people: &People) {
    let mut owners: BTreeMap<&AccountRef, Vec<(&PersonId, &Account)>> = BTreeMap::new();
    for person in &people.persons {
        for account in &person.accounts {
            let known = owners.entry(&account.account).or_default();
            if let Some((other, first)) = known.iter().find(|(_, a)| overlap(a, account)) {
                let what = format!(
                    "account `{}` belongs to `{other}` already (line {})",
                    account.account, first.line
                );
                reader.refuse(
                    Place {
                        line: account.line,
                        column: 1,
                    },
                    what,
                    "end one with `until` before the other begins with `from`",
                );
            }
            known.push((&person.person, account));
        }
    }
}

fn overlap(a: &Account, b: &Account) -> bool {
    let before = |x: &Account, y: &Account| {
        x.until
            .zip(y.from)
            .is_some_and(|(until, from)| until < from)
    };
    !before(a, b) && !before(b, a)
}
