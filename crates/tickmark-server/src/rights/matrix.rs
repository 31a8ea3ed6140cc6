//! Who may do what: the one place that says so.

use super::{Action, Role};

/// How far an action reaches for a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// Own controls, own engagement, own account.
    Own,
    /// Everything there is.
    All,
}

/// How the object of an action stands to who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// Their own: a control they answer for, the engagement they were let in for, something that is everybody's.
    Own,
    /// Somebody else's control, another engagement.
    Foreign,
}

/// Whether a role may do that to an object that stands to them like this; `None` is somebody who is not signed in.
#[must_use]
pub fn allowed(role: Option<Role>, action: Action, object: Object) -> bool {
    match reach(role, action) {
        Reach::All => true,
        Reach::Own => object == Object::Own,
        Reach::Nothing => false,
    }
}

/// How far an action reaches for a role. Written out: no wildcard for an action, so that a new one does not compile without an answer.
#[must_use]
pub fn reach(role: Option<Role>, action: Action) -> Reach {
    match action {
        Action::AskHealth
        | Action::LoadAsset
        | Action::ViewTrust
        | Action::SignIn
        | Action::AskForDocuments
        | Action::DownloadShared
        | Action::HandInByLink => Reach::All,
        Action::SignOut
        | Action::ManageOwnAccount
        | Action::ViewDue
        | Action::ReadShared
        | Action::ReadApiDescription => {
            if role.is_some() {
                Reach::All
            } else {
                Reach::Nothing
            }
        }
        Action::ViewHome
        | Action::ViewCriteria
        | Action::ViewPopulations
        | Action::RunQuery
        | Action::ViewEntries
        | Action::ViewSources
        | Action::ViewDocuments
        | Action::ViewReports
        | Action::DownloadReports
        | Action::DownloadBundle
        | Action::ViewRegisters
        | Action::ViewPeople
        | Action::ViewReviews
        | Action::ViewEngagement => readers(role),
        Action::ViewControls
        | Action::ViewTests
        | Action::ViewEvidence
        | Action::ViewTasks
        | Action::DownloadEvidence => match role {
            Some(Role::ControlOwner) => Reach::Own,
            _ => readers(role),
        },
        Action::HandInEvidence => match role {
            Some(Role::Owner | Role::ComplianceManager) => Reach::All,
            Some(Role::ControlOwner) => Reach::Own,
            _ => Reach::Nothing,
        },
        Action::EditDocuments
        | Action::RunTests
        | Action::RunCollection
        | Action::ManageTasks
        | Action::ManageReviews
        | Action::PushRecords
        | Action::AskForEvidence
        | Action::ManageTrust => match role {
            Some(Role::Owner | Role::ComplianceManager) => Reach::All,
            _ => Reach::Nothing,
        },
        // In their own name: the engine refuses whoever is not named as approver, reviewer or member of the group.
        Action::ApprovePolicies | Action::AcknowledgePolicies | Action::DecideReviews => match role
        {
            Some(
                Role::Owner
                | Role::ComplianceManager
                | Role::ControlOwner
                | Role::Employee
                | Role::ReadOnly,
            ) => Reach::All,
            _ => Reach::Nothing,
        },
        Action::ManageUsers | Action::ManageNotices | Action::ReadMetrics => match role {
            Some(Role::Owner) => Reach::All,
            _ => Reach::Nothing,
        },
    }
}

/// Those who see the program: management all of it, the auditor the period of the engagement.
const fn readers(role: Option<Role>) -> Reach {
    match role {
        Some(Role::Owner | Role::ComplianceManager | Role::ReadOnly) => Reach::All,
        Some(Role::Auditor) => Reach::Own,
        Some(Role::ControlOwner | Role::Employee | Role::Prospect) | None => Reach::Nothing,
    }
}
