//! What a ledger means: a fold of its entries (decision D3).
//!
//! O(documents + collections + runs); never a fact row. Everything can be thrown away and folded again; the engine keeps a snapshot
//! because it is quicker. To know what was known at an earlier size, fold to that size.

mod adoption;
mod entry;
mod fold;
mod fold_publication;
mod fold_register;
mod publication;
mod register;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tickmark_log::commitment::Commitment;

use super::body::ProgramBody;
use super::calendar::Calendar;
use super::document::{
    Adoption, Class, Document, Notices, Policy, Program, Risk, Sources, System, Vendor, Waivers,
};
use super::ids::{ControlId, InstanceId, PolicyId, PopulationName, StreamName, TestId};
use super::time::{Spans, Time, Zone};

pub use adoption::InForce;
pub use entry::{
    Collection, Erased, Failure, Intent, LibraryVersion, Named, Run, Trusted, Version,
};
pub use fold::{Corrupt, fold};
pub use publication::{Access, Grant, Publication, Revoked, Terms, Withdrawn};
pub use register::{
    Acknowledgement, Approval, Assignment, Closed, Decision, Erasable, Recheck, Review, Standing,
    Task,
};

/// Where folding finds the bytes of documents. Collections and runs are folded from their leaves alone.
pub trait Blobs {
    /// The bytes behind a commitment; `None` if they are not here (erased, or lost: the state keeps a list).
    fn bytes(&self, commitment: &Commitment) -> Option<Vec<u8>>;
}

/// The meaning of the first `size` leaves of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// Number of leaves folded.
    pub size: u64,
    /// Claimed time of the last leaf.
    pub last_time: Option<Time>,
    /// The log's own name and key.
    pub log: Option<ProgramBody>,
    /// Those who acted.
    pub actors: Vec<Named>,
    /// Versions of each document, oldest first.
    pub documents: BTreeMap<String, Vec<Version>>,
    /// Libraries in the order recorded; the last is in use.
    pub libraries: Vec<LibraryVersion>,
    /// Collections with a result, in the order of the ledger.
    pub collections: Vec<Collection>,
    /// Intents without a result or an error: a hole that must be explained.
    pub open_intents: BTreeMap<u64, Intent>,
    /// Collections that failed.
    pub failures: Vec<Failure>,
    /// The last run of each test and span.
    pub runs: BTreeMap<TestId, Vec<Run>>,
    /// Approvals of each policy, in the order of the ledger.
    pub approvals: BTreeMap<PolicyId, Vec<Approval>>,
    /// Acknowledgements of each policy, in the order of the ledger.
    pub acknowledgements: BTreeMap<PolicyId, Vec<Acknowledgement>>,
    /// Tasks by the leaf that opened them.
    pub tasks: BTreeMap<u64, Task>,
    /// Reviews by the leaf that opened them.
    pub reviews: BTreeMap<u64, Review>,
    /// What is or was on the trust page, by the leaf that published it.
    pub publications: BTreeMap<u64, Publication>,
    /// Who was given what of it, by the leaf of the grant.
    pub grants: BTreeMap<u64, Grant>,
    /// Texts that recipients accept, in the order in which they were first used.
    pub trust_terms: Vec<Terms>,
    /// Keys held outside.
    pub trusted: Vec<Trusted>,
    /// Replaced blobs.
    pub erased: Vec<Erased>,
    /// Leaves of documents whose bytes were not found and not erased: corruption, if not empty at the end of a fold.
    pub unreadable: Vec<u64>,
}

impl State {
    /// The version of a document in the program now.
    #[must_use]
    pub fn current(&self, path: &str) -> Option<&Version> {
        self.documents
            .get(path)?
            .last()
            .filter(|v| v.removed.is_none())
    }

    /// Paths and versions of all documents in the program now.
    pub fn current_documents(&self) -> impl Iterator<Item = (&str, &Version)> {
        self.documents
            .keys()
            .filter_map(|path| Some((path.as_str(), self.current(path)?)))
    }

    /// `tickmark.yaml`.
    #[must_use]
    pub fn program(&self) -> Option<&Program> {
        match self.current("tickmark.yaml")?.document.as_ref()? {
            Document::Program(program) => Some(program),
            _ => None,
        }
    }

    /// The reporting zone; UTC before there is a program.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.program().map_or_else(Zone::utc, |p| p.zone.clone())
    }

    /// The calendar that holds where none is named.
    #[must_use]
    pub fn calendar(&self) -> Option<Calendar> {
        self.program().map(Program::default_calendar)
    }

    /// The system description.
    #[must_use]
    pub fn system(&self) -> Option<&System> {
        match self.current("system.md")?.document.as_ref()? {
            Document::System(system) => Some(system),
            _ => None,
        }
    }

    /// The configured sources.
    #[must_use]
    pub fn sources(&self) -> Option<&Sources> {
        match self.current("sources.yaml")?.document.as_ref()? {
            Document::Sources(sources) => Some(sources),
            _ => None,
        }
    }

    /// Who is told what.
    #[must_use]
    pub fn notices(&self) -> Option<&Notices> {
        match self.current("notices.yaml")?.document.as_ref()? {
            Document::Notices(notices) => Some(notices),
            _ => None,
        }
    }

    /// The approved exceptions.
    #[must_use]
    pub fn waivers(&self) -> Option<&Waivers> {
        match self.current("waivers.yaml")?.document.as_ref()? {
            Document::Waivers(waivers) => Some(waivers),
            _ => None,
        }
    }

    /// The version of `people.yaml` in use: the identity table is read from its blob, never kept here.
    #[must_use]
    pub fn identity(&self) -> Option<&Version> {
        self.current("people.yaml")
    }

    /// All versions of `people.yaml`, oldest first.
    #[must_use]
    pub fn identities(&self) -> &[Version] {
        self.documents.get("people.yaml").map_or(&[], Vec::as_slice)
    }

    /// The adopted controls as their documents stand now.
    pub fn adopted(&self) -> impl Iterator<Item = (&Version, &Adoption)> {
        self.current_documents()
            .filter(|(_, v)| v.class == Class::Adoption)
            .filter_map(|(_, v)| Some((v, v.adoption()?)))
    }

    /// The adoption of one control as its document stands now.
    #[must_use]
    pub fn adoption(&self, control: &ControlId) -> Option<(&Version, &Adoption)> {
        self.adopted().find(|(_, a)| a.control == *control)
    }

    /// All versions of a policy's document, oldest first.
    #[must_use]
    pub fn policy_versions(&self, policy: &PolicyId) -> &[Version] {
        self.documents
            .get(&format!("policies/{policy}.md"))
            .map_or(&[], Vec::as_slice)
    }

    /// A policy as its document stands now.
    #[must_use]
    pub fn policy(&self, policy: &PolicyId) -> Option<(&Version, &Policy)> {
        let version = self.current(&format!("policies/{policy}.md"))?;
        Some((version, version.policy()?))
    }

    /// The policies as their documents stand now.
    pub fn policies(&self) -> impl Iterator<Item = (&Version, &Policy)> {
        self.current_documents()
            .filter_map(|(_, v)| Some((v, v.policy()?)))
    }

    /// The risks as their documents stand now.
    pub fn risks(&self) -> impl Iterator<Item = (&Version, &Risk)> {
        self.current_documents()
            .filter_map(|(_, v)| match v.document.as_ref()? {
                Document::Risk(risk) => Some((v, risk.as_ref())),
                _ => None,
            })
    }

    /// The vendors as their documents stand now.
    pub fn vendors(&self) -> impl Iterator<Item = (&Version, &Vendor)> {
        self.current_documents()
            .filter_map(|(_, v)| match v.document.as_ref()? {
                Document::Vendor(vendor) => Some((v, vendor.as_ref())),
                _ => None,
            })
    }

    /// Whether everybody who must approve a version of a policy has done so; `document` is its leaf.
    #[must_use]
    pub fn is_approved(&self, policy: &PolicyId, document: u64) -> bool {
        let version = self
            .policy_versions(policy)
            .iter()
            .find(|v| v.leaf == document);
        let approvers = version.and_then(Version::policy).map(|p| p.approvers.len());
        let approved = |place: usize| {
            self.approvals.get(policy).into_iter().flatten().any(|a| {
                a.document == document && usize::try_from(a.approver).is_ok_and(|n| n == place)
            })
        };
        approvers.is_some_and(|n| (0..n).all(approved))
    }

    /// Collections that hold records of a population, in the order of the ledger.
    pub fn collections_of<'a>(
        &'a self,
        population: &'a PopulationName,
    ) -> impl Iterator<Item = &'a Collection> {
        self.collections
            .iter()
            .filter(move |c| c.population == *population)
    }

    /// The time that the collections of one stream cover together.
    #[must_use]
    pub fn covered(&self, instance: &InstanceId, stream: &StreamName) -> Spans {
        let of_stream = self
            .collections
            .iter()
            .filter(|c| c.instance == *instance && c.stream == *stream);
        of_stream.fold(Spans::empty(), |all, c| all.union(&c.covered))
    }

    /// The last run of a test over a span.
    #[must_use]
    pub fn run(&self, test: &TestId, from: Time, until: Time) -> Option<&Run> {
        self.runs
            .get(test)?
            .iter()
            .find(|r| r.body.span.from == from && r.body.span.until == until)
    }

    /// The library in use.
    #[must_use]
    pub fn library(&self) -> Option<&LibraryVersion> {
        self.libraries.last()
    }
}
