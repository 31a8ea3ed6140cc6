//! What an API token is good for. A token never reaches further than its account.

use super::Action;

/// One scope of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read what the account may see.
    Read,
    /// Put queries to the populations.
    Query,
    /// Hand in evidence and records, adopt controls, edit documents, manage tasks.
    Write,
    /// Run tests and collections.
    Run,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Query, Self::Write, Self::Run];

    /// Its name in forms and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Query => "query",
            Self::Write => "write",
            Self::Run => "run",
        }
    }

    /// What it allows, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Read => "read what I may see",
            Self::Query => "query populations",
            Self::Write => {
                "hand in evidence and records, adopt controls, edit documents, manage tasks"
            }
            Self::Run => "run tests and collections",
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Whether it covers an action. The own account and other people's are never a token's business.
    #[must_use]
    pub fn covers(self, action: Action) -> bool {
        let needs = match action {
            Action::AskHealth
            | Action::LoadAsset
            | Action::ViewTrust
            | Action::AskForDocuments
            | Action::DownloadShared
            | Action::HandInByLink => return true,
            // What somebody does in their own name needs a person at a browser.
            Action::SignIn
            | Action::SignOut
            | Action::ManageOwnAccount
            | Action::ManageUsers
            | Action::ManageNotices
            | Action::AskForEvidence
            | Action::ReadShared
            | Action::ApprovePolicies
            | Action::AcknowledgePolicies
            | Action::DecideReviews => return false,
            Action::ViewDue
            | Action::ViewHome
            | Action::ViewCriteria
            | Action::ViewControls
            | Action::ViewTests
            | Action::ViewPopulations
            | Action::ViewEvidence
            | Action::DownloadEvidence
            | Action::ViewEntries
            | Action::ViewSources
            | Action::ViewDocuments
            | Action::ViewReports
            | Action::DownloadReports
            | Action::DownloadBundle
            | Action::ViewEngagement
            | Action::ViewRegisters
            | Action::ViewPeople
            | Action::ViewTasks
            | Action::ViewReviews
            | Action::ReadMetrics
            | Action::ReadApiDescription => Self::Read,
            Action::RunQuery => Self::Query,
            Action::HandInEvidence
            | Action::EditDocuments
            | Action::ManageTasks
            | Action::ManageReviews
            | Action::ManageTrust
            | Action::PushRecords => Self::Write,
            Action::RunTests | Action::RunCollection => Self::Run,
        };
        self == needs
    }
}
