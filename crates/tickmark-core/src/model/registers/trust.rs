use crate::model::body::{AccessKind, Audience, Published, ReportType};
use crate::model::ids::MailAddress;
use crate::model::state::{Access, Grant, Publication, State};
use crate::model::time::Time;

/// The trust page at a moment: what stands on it, and who may have what.
#[derive(Debug, Clone)]
pub struct TrustListing<'a> {
    /// What is published, reports first, then by kind, the one that speaks of the latest time first.
    pub publications: Vec<PublicationStanding<'a>>,
    /// What was withdrawn, the last one first.
    pub withdrawn: Vec<&'a Publication>,
    /// Grants, the newest first.
    pub grants: Vec<GrantStanding<'a>>,
}

/// A publication that stands.
#[derive(Debug, Clone, Copy)]
pub struct PublicationStanding<'a> {
    /// The publication.
    pub publication: &'a Publication,
    /// Days between the last day it speaks of and today; none if it speaks of no time. Its age: reports do not expire.
    pub age_days: Option<i32>,
    /// Grants of it that hold.
    pub holding: usize,
}

/// A grant at a moment.
#[derive(Debug, Clone, Copy)]
pub struct GrantStanding<'a> {
    /// The grant.
    pub grant: &'a Grant,
    /// What it gives.
    pub publication: &'a Publication,
    /// How it stands.
    pub state: GrantState,
}

/// How a grant stands. Only the first two give anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    /// The terms are not accepted yet.
    Offered,
    /// The terms were accepted then.
    Accepted(Time),
    /// Its time is over.
    Expired,
    /// It was revoked then.
    Revoked(Time),
    /// What it gives was withdrawn then.
    Withdrawn(Time),
}

impl GrantState {
    /// The word in listings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted(_) => "accepted",
            Self::Expired => "expired",
            Self::Revoked(_) => "revoked",
            Self::Withdrawn(_) => "withdrawn",
        }
    }

    /// Whether it gives anything.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::Offered | Self::Accepted(_))
    }
}

impl GrantStanding<'_> {
    /// How often something was done.
    #[must_use]
    pub fn count(&self, what: AccessKind) -> usize {
        let accesses = self.grant.accesses.iter();
        accesses.filter(|a| a.what == what).count()
    }

    /// The last thing that was done.
    #[must_use]
    pub fn last(&self) -> Option<&Access> {
        self.grant.accesses.last()
    }
}

/// The trust page at a moment.
#[must_use]
pub fn trust(state: &State, now: Time) -> TrustListing<'_> {
    let today = state.zone().day_of(now);
    let all = state.grants.values().rev();
    let grants: Vec<GrantStanding<'_>> = all
        .filter_map(|grant| grant_standing(state, grant, now))
        .collect();
    let (gone, standing): (Vec<&Publication>, Vec<&Publication>) = state
        .publications
        .values()
        .partition(|p| p.withdrawn.is_some());
    let mut publications: Vec<PublicationStanding<'_>> = standing
        .into_iter()
        .map(|publication| PublicationStanding {
            publication,
            age_days: publication.body.covers.map(|c| today.days_since(c.to)),
            holding: grants
                .iter()
                .filter(|g| g.state.holds() && g.grant.publication == publication.leaf)
                .count(),
        })
        .collect();
    publications.sort_by_key(|p| {
        let end = p.publication.body.covers.map(|c| c.to);
        let newest = (end, p.publication.leaf);
        (rank(p.publication.body.what), std::cmp::Reverse(newest))
    });
    let mut withdrawn = gone;
    withdrawn.sort_by_key(|p| std::cmp::Reverse(p.withdrawn.map(|w| w.leaf)));
    TrustListing {
        publications,
        withdrawn,
        grants,
    }
}

/// How a grant stands at a moment; none if the ledger has no such publication.
#[must_use]
pub fn grant_standing<'a>(
    state: &'a State,
    grant: &'a Grant,
    now: Time,
) -> Option<GrantStanding<'a>> {
    let publication = state.publications.get(&grant.publication)?;
    let held = match (publication.withdrawn, grant.revoked) {
        (_, Some(revoked)) => GrantState::Revoked(revoked.recorded),
        (Some(withdrawn), None) => GrantState::Withdrawn(withdrawn.recorded),
        (None, None) if now >= grant.until => GrantState::Expired,
        (None, None) => grant
            .accepted()
            .map_or(GrantState::Offered, GrantState::Accepted),
    };
    Some(GrantStanding {
        grant,
        publication,
        state: held,
    })
}

/// What a recipient may have at a moment, the newest grant first.
#[must_use]
pub fn granted_to<'a>(
    state: &'a State,
    recipient: &MailAddress,
    now: Time,
) -> Vec<GrantStanding<'a>> {
    let all = state.grants.values().rev();
    let mine = all.filter(|g| g.recipient.value.as_ref() == Some(recipient));
    mine.filter_map(|grant| grant_standing(state, grant, now))
        .filter(|standing| standing.state.holds())
        .collect()
}

/// The newest report of Type 2 that stands: what a trust page may name as an examination. Nothing else is one.
#[must_use]
pub fn latest_examination(state: &State) -> Option<&Publication> {
    let standing = state.publications.values();
    let reports = standing.filter(|p| {
        let report = p.body.what == Published::Soc2 && p.body.report == Some(ReportType::Type2);
        report && p.withdrawn.is_none()
    });
    reports.max_by_key(|p| (p.body.covers.map(|c| c.to), p.leaf))
}

/// Whether anybody can ask for something.
#[must_use]
pub fn on_request(state: &State) -> bool {
    let mut standing = state.publications.values();
    standing.any(|p| p.withdrawn.is_none() && p.body.audience == Audience::OnRequest)
}

const fn rank(what: Published) -> u8 {
    match what {
        Published::Soc2 => 0,
        Published::Soc3 => 1,
        Published::BridgeLetter => 2,
        Published::Other => 3,
        Published::Subprocessors => 4,
        Published::Policy => 5,
    }
}
