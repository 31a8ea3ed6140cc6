//! What a route does, one word each. A handler names its action in its type.

/// The type of an action: what [`Authorized`](super::Authorized) is generic over.
pub trait Acts: Send + Sync + 'static {
    /// The action.
    const ACTION: Action;
}

macro_rules! actions {
    ($($(#[doc = $says:literal])+ $name:ident,)+) => {
        /// One thing that a route does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[doc = $says])+ $name,)+
        }

        impl Action {
            /// All of them, in the order of the matrix.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name in the matrix.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }
        }

        /// The actions as types.
        pub mod act {
            $(
                $(#[doc = $says])+
                #[derive(Debug, Clone, Copy)]
                pub struct $name;
                impl super::Acts for $name {
                    const ACTION: super::Action = super::Action::$name;
                }
            )+
        }
    };
}

actions! {
    /// Ask whether the server is well.
    AskHealth,
    /// Load style sheet, script and pictures.
    LoadAsset,
    /// Read the public trust page.
    ViewTrust,
    /// Sign in, or take up a one-time link.
    SignIn,
    /// Sign out.
    SignOut,
    /// Change the own password, second factor, tokens and sessions.
    ManageOwnAccount,
    /// See what is due from oneself.
    ViewDue,
    /// See the state of the whole program.
    ViewHome,
    /// See criteria and what is open at them.
    ViewCriteria,
    /// See controls.
    ViewControls,
    /// See tests and every item that did not pass.
    ViewTests,
    /// See populations with their completeness and accuracy.
    ViewPopulations,
    /// Put a query to the populations.
    RunQuery,
    /// See what was handed in as evidence.
    ViewEvidence,
    /// Download a piece of evidence.
    DownloadEvidence,
    /// Hand in a file as evidence.
    HandInEvidence,
    /// Make a link by which somebody without an account hands in evidence.
    AskForEvidence,
    /// Hand in evidence by such a link.
    HandInByLink,
    /// See entries of the ledger with their proofs.
    ViewEntries,
    /// See sources with their lag and gaps.
    ViewSources,
    /// Read the documents of the program.
    ViewDocuments,
    /// Record documents: adopt a control of the library, or change how it was adopted.
    EditDocuments,
    /// See policies with approvals and acknowledgements, risks, vendors.
    ViewRegisters,
    /// See people with what is theirs and what is due from them.
    ViewPeople,
    /// See tasks.
    ViewTasks,
    /// Open tasks, and give them another owner or day.
    ManageTasks,
    /// See access reviews.
    ViewReviews,
    /// Open access reviews, and look whether what had to go is gone.
    ManageReviews,
    /// Decide about items of an access review.
    DecideReviews,
    /// Approve a policy: its approvers, whatever else they are here.
    ApprovePolicies,
    /// Acknowledge a policy.
    AcknowledgePolicies,
    /// Hand over records by the API.
    PushRecords,
    /// Set up single sign-on and notifications, see what was sent.
    ManageNotices,
    /// Read the measurements of the server.
    ReadMetrics,
    /// Read what the trust page publishes, or ask for more.
    AskForDocuments,
    /// Download what was given to oneself by a link.
    DownloadShared,
    /// Read what the trust page gives to oneself by name.
    ReadShared,
    /// Decide what the trust page shows and to whom.
    ManageTrust,
    /// Run tests again.
    RunTests,
    /// Collect from the declared sources.
    RunCollection,
    /// See which reports there are and what they wait for.
    ViewReports,
    /// Download a report.
    DownloadReports,
    /// Download the bundle for the auditor's verifier.
    DownloadBundle,
    /// Open the auditor's view of the engagement.
    ViewEngagement,
    /// Decide who may come in and as what.
    ManageUsers,
    /// Read the description of the API.
    ReadApiDescription,
}
