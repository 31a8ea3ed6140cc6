//! From what documents call an owner to one recipient.

use super::{Recipient, Situation};
use crate::model::document::{Account, Mailbox, OwnerIs};
use crate::model::ids::PersonId;
use crate::model::time::Day;

/// Finds recipients.
pub(super) struct Addresses<'a> {
    situation: &'a Situation<'a>,
    today: Day,
}

impl<'a> Addresses<'a> {
    pub(super) fn new(situation: &'a Situation<'a>, today: Day) -> Self {
        Self { situation, today }
    }

    /// Who stands behind a label. One that is not in `owners:` may be the handle of a person; else the compliance manager is told.
    pub(super) fn owner(&self, label: &str) -> Recipient {
        let mail = match self.situation.settings.owners.get(label) {
            Some(OwnerIs::Mail(mail)) => Some(mail.clone()),
            Some(OwnerIs::Person(person)) => self.mail_of(person),
            None => PersonId::parse(label).ok().and_then(|p| self.mail_of(&p)),
        };
        self.or_manager(label, mail)
    }

    /// A person.
    pub(super) fn person(&self, person: &PersonId) -> Recipient {
        let mail = self.mail_of(person);
        self.or_manager(person.as_str(), mail)
    }

    /// Whoever is told when nobody else is.
    pub(super) fn manager(&self) -> Recipient {
        Recipient {
            name: MANAGER.to_owned(),
            mail: self.situation.settings.manager.clone(),
        }
    }

    fn or_manager(&self, name: &str, mail: Option<Mailbox>) -> Recipient {
        match mail {
            Some(mail) => Recipient {
                name: name.to_owned(),
                mail: Some(mail),
            },
            None => self.manager(),
        }
    }

    /// The address that is the person's today.
    fn mail_of(&self, person: &PersonId) -> Option<Mailbox> {
        let today = self.today;
        let is = |a: &&Account| {
            a.account.system() == "email"
                && a.from.is_none_or(|from| from <= today)
                && a.until.is_none_or(|until| today <= until)
        };
        let known = self.situation.people.person(person)?;
        let mut accounts = known.accounts.iter().filter(is);
        accounts.find_map(|a| a.account.id().parse().ok())
    }
}

/// As what whoever is told when nobody else is.
const MANAGER: &str = "compliance manager";
