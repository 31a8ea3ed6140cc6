//! Who looks at a page, as far as a page may know.

use tickmark_core::model::time::{Period, Time};

use super::{Action, Object, Reach, Role, Scope, allowed, matrix::reach};

/// Who is signed in. Plain data: being able to build one gives no rights, only [`Authorized`](super::Authorized) does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Number of the account.
    pub account: i64,
    /// Name to greet with.
    pub name: String,
    /// Mail address, lower case.
    pub mail: String,
    /// What they are here.
    pub role: Role,
    /// The owner named in the adoptions that this account stands for, such as `engineering`; none: the mail address or the name.
    pub stands_for: Option<String>,
    /// The engagement of an auditor.
    pub engagement: Option<Engagement>,
    /// What an API token is good for; none for somebody in a browser.
    pub scopes: Option<Vec<Scope>>,
}

/// What an auditor was let in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engagement {
    /// Its number.
    pub id: i64,
    /// Such as `SOC 2 Type 2, first half of 2026`.
    pub name: String,
    /// The period examined; none while the program has none.
    pub period: Option<Period>,
    /// Nothing can be seen from then on.
    pub until: Time,
}

impl Viewer {
    /// Whether they may do that to at least something of their own. For links and buttons; the routes decide for themselves.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.may_to(action, Object::Own)
    }

    /// Whether they may do that to an object that stands to them like this.
    #[must_use]
    pub fn may_to(&self, action: Action, object: Object) -> bool {
        let scoped = self
            .scopes
            .as_ref()
            .is_none_or(|scopes| scopes.iter().any(|scope| scope.covers(action)));
        scoped && allowed(Some(self.role), action, object)
    }

    /// Whether lists show everything, or only what is their own.
    #[must_use]
    pub fn sees_all(&self, action: Action) -> bool {
        reach(Some(self.role), action) == Reach::All || self.role == Role::Auditor
    }

    /// Whether the owner named in an adoption is this person.
    #[must_use]
    pub fn owns(&self, owner: &str) -> bool {
        let same = |name: &str| !name.is_empty() && name.to_lowercase() == owner.to_lowercase();
        match &self.stands_for {
            Some(name) => same(name),
            None => same(&self.mail) || same(&self.name),
        }
    }

    /// How a control stands to them, by the owner that its adoption names; a control without an adoption is nobody's.
    #[must_use]
    pub fn control(&self, owner: Option<&str>) -> Object {
        match (self.role, owner) {
            (Role::ControlOwner, Some(owner)) if !self.owns(owner) => Object::Foreign,
            (Role::ControlOwner, None) => Object::Foreign,
            _ => Object::Own,
        }
    }

    /// How what the program shows now stands to them: an auditor's engagement speaks of one period.
    #[must_use]
    pub fn program(&self, period: Option<Period>) -> Object {
        if self.role != Role::Auditor {
            return Object::Own;
        }
        match &self.engagement {
            Some(engagement) if engagement.period.is_none() || engagement.period == period => {
                Object::Own
            }
            _ => Object::Foreign,
        }
    }
}
