//! What a report is built from: plain data that the engine fills from the folded state and the recorded runs.
//!
//! Each part names the ledger entry (`leaf`) that it was read from. Numbers are [`Count`]s: they cannot reach a page uncited.

use crate::model::citation::Citation;
use crate::model::ids::{Category, CriterionId};
use crate::model::time::{Day, Period, Span, Spans, Time, Zone};

use super::figure::Count;
use super::state::{ItemState, ResultState};

/// Everything that a report may say.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// Legal name of the service organization.
    pub organization: String,
    /// Name of the system examined.
    pub system: String,
    /// Ledger entry of the program document that says so.
    pub program_leaf: u64,
    /// The reporting time zone.
    pub zone: Zone,
    /// The period of a Type 2, the date of a Type 1.
    pub window: Window,
    /// Categories in scope.
    pub categories: Vec<Category>,
    /// Set when the program is the generated sample company.
    pub demo: Option<Demo>,
    /// Service commitments and system requirements.
    pub commitments: Vec<Commitment>,
    /// The system description (`system.md`), if there is one.
    pub description: Option<Prose>,
    /// Other information for section 5, not examined.
    pub other: Option<Prose>,
    /// Criteria in scope, in order, with titles in our own words.
    pub criteria: Vec<Criterion>,
    /// Criteria that are not relevant to the system, with the reason (DC8).
    pub not_relevant: Vec<NotRelevant>,
    /// Adopted controls, each version of the window.
    pub controls: Vec<Control>,
    /// Runs of the window that the report speaks of: one per test and control version.
    pub tests: Vec<TestResult>,
    /// Populations with their completeness and accuracy.
    pub populations: Vec<Population>,
    /// Significant changes that the ledger shows for the period (DC9), such as controls that changed or were retired.
    pub changes: Vec<Change>,
    /// The anchor of it all.
    pub checkpoint: Checkpoint,
    /// Program and library versions.
    pub versions: Versions,
}

/// What the report covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Throughout a period, both days included in the reporting zone.
    Throughout(Period),
    /// As of the end of a day in the reporting zone.
    AsOf(Day),
}

/// The sample company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demo {
    /// Its seed.
    pub seed: u64,
}

/// A service commitment or a system requirement.
#[derive(Debug, Clone)]
pub struct Commitment {
    /// Identifier in commitments.yaml.
    pub id: String,
    /// "service commitment" or "system requirement".
    pub kind: String,
    /// What is promised or required.
    pub statement: String,
    /// Categories it speaks to.
    pub categories: Vec<Category>,
    /// Ledger entry of the document.
    pub leaf: u64,
}

/// Markdown text written by management.
#[derive(Debug, Clone)]
pub struct Prose {
    /// The text.
    pub markdown: String,
    /// File it came from, for remarks.
    pub file: String,
    /// Ledger entry of the document.
    pub leaf: u64,
}

/// A criterion in scope.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// One of the 61.
    pub id: CriterionId,
    /// Title in our own words.
    pub title: String,
}

/// A criterion that is not relevant to the system.
#[derive(Debug, Clone)]
pub struct NotRelevant {
    /// Which.
    pub criterion: CriterionId,
    /// Why.
    pub reason: String,
    /// Ledger entry that says so.
    pub leaf: u64,
}

/// One version of an adopted control.
#[derive(Debug, Clone)]
pub struct Control {
    /// Identifier, such as `CHG-01`.
    pub id: String,
    /// Title.
    pub title: String,
    /// The control as management states it.
    pub statement: String,
    /// Criteria it is mapped to.
    pub criteria: Vec<CriterionId>,
    /// Who answers for it.
    pub owner: String,
    /// What it covers.
    pub scope: String,
    /// In force from.
    pub effective: Day,
    /// In force until (that day included), if it ended.
    pub retired: Option<Day>,
    /// Days between the effective date and the day it was recorded, if it was back-dated.
    pub back_dated_days: Option<Count>,
    /// In words: "preventive, IT-dependent manual, key".
    pub nature: String,
    /// In words: "at each event", "quarterly".
    pub frequency: String,
    /// "automated", "semi" or "manual".
    pub automation: String,
    /// SHA-256 of the control document, hex.
    pub digest: String,
    /// Ledger entry of the adoption.
    pub leaf: u64,
}

/// One run of one test for one version of its control.
#[derive(Debug, Clone)]
pub struct TestResult {
    /// Identifier, such as `CHG-01.approval`.
    pub id: String,
    /// Control it tests.
    pub control: String,
    /// [`Control::digest`] of the version that the run judged.
    pub control_digest: String,
    /// What the test does, in words.
    pub says: String,
    /// Attributes in order: letter and meaning.
    pub attributes: Vec<(char, String)>,
    /// Populations read, the driver first.
    pub populations: Vec<String>,
    /// Result as recorded; the report recomputes it and refuses to differ.
    pub result: ResultState,
    /// A sample instead of the whole population.
    pub sampled: bool,
    /// The time that the run speaks of (the control version's part of the window).
    pub span: Span,
    /// The same in days of the reporting zone.
    pub period: Period,
    /// Ledger size that the run knew.
    pub known_at: u64,
    /// The period was still open: speaks of the clipped part.
    pub provisional: bool,
    /// Counts.
    pub counts: Counts,
    /// Seconds covered by evidence.
    pub covered_s: Count,
    /// Seconds asked for.
    pub asked_s: Count,
    /// Time without evidence.
    pub uncovered: Spans,
    /// Items that did not pass, in item order.
    pub items: Vec<Item>,
    /// SHA-256 over the sorted items, hex.
    pub population_hash: String,
    /// SHA-256 over all rows, hex.
    pub rows_digest: String,
    /// Ledger entry of the run.
    pub leaf: u64,
}

/// Counts of a run (INV-J1: population = passed + deviations + unknown + not applicable + pending).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Items in the population.
    pub population: Count,
    /// Items all of whose attributes are met.
    pub passed: Count,
    /// Items with an attribute that is not met.
    pub deviations: Count,
    /// Items that could not be judged.
    pub unknown: Count,
    /// Items the control does not ask for.
    pub not_applicable: Count,
    /// Items due after the period and still open.
    pub pending: Count,
}

impl Counts {
    /// Items that were judged.
    #[must_use]
    pub fn tested(&self) -> Count {
        self.passed.plus(self.deviations)
    }
}

/// One item that did not pass.
#[derive(Debug, Clone)]
pub struct Item {
    /// Identifier in its population.
    pub item: String,
    /// What the test says about it.
    pub state: ItemState,
    /// One letter an attribute: `t`, `f`, `?`, `-`.
    pub attributes: String,
    /// Begin of what is wrong.
    pub from: Option<Time>,
    /// End of what is wrong; none if it lasted until the end of the window.
    pub until: Option<Time>,
    /// Reasons: code and what it says.
    pub reasons: Vec<(String, String)>,
    /// The records that show it.
    pub citations: Vec<Citation>,
}

/// A population with its completeness and accuracy card.
#[derive(Debug, Clone)]
pub struct Population {
    /// Name.
    pub name: String,
    /// What one row is.
    pub says: String,
    /// Rows in the window.
    pub rows: Count,
    /// Seconds covered by evidence.
    pub covered_s: Count,
    /// Seconds asked for.
    pub asked_s: Count,
    /// Time without evidence.
    pub uncovered: Spans,
    /// Collections that it was read from.
    pub sources: Vec<SourceCard>,
    /// Checks against a second source: what was compared and what came out, in words, with the entry.
    pub reconciliations: Vec<(String, String, u64)>,
    /// Leaves that show the rows (collection results).
    pub leaf: u64,
}

/// One stream of a source, over all collections of the window.
#[derive(Debug, Clone)]
pub struct SourceCard {
    /// Source and stream, such as `github.reviews`.
    pub source: String,
    /// What was asked, such as the query with its parameters.
    pub query: String,
    /// Collections of the window: first, last and all entries.
    pub leaves: Vec<u64>,
    /// Pages stored.
    pub pages: Count,
    /// Records that the source says it has, if it says so.
    pub at_source: Option<Count>,
    /// How the source's number was learned.
    pub how: String,
    /// Records stored.
    pub stored: Count,
    /// Records refused, with their place in the ledger.
    pub rejected: Count,
    /// Parents or records that could not be read.
    pub unknown: Count,
    /// Time covered.
    pub covered: Option<Span>,
    /// Time without evidence.
    pub gaps: Spans,
    /// Gaps of items in words: "403 denied: acme/api/77".
    pub item_gaps: Vec<String>,
    /// Seen for the first time after the fact.
    pub backfilled: bool,
}

/// A change that users of the report should know (DC9).
#[derive(Debug, Clone)]
pub struct Change {
    /// When it took effect.
    pub day: Day,
    /// What changed.
    pub says: String,
    /// Ledger entry.
    pub leaf: u64,
}

/// What the report is anchored in.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// Origin line of the log.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// Root hash, hex.
    pub root: String,
    /// When it was signed.
    pub signed_at: Time,
    /// Verdict that a verifier gives: `unanchored`, `anchored`, `witnessed`.
    pub verdict: String,
    /// Witnesses that signed.
    pub witnesses: Vec<Witness>,
    /// Signatures of the quorum: given and asked.
    pub quorum: Option<(Count, Count)>,
    /// Leaves after the last cosignature.
    pub unwitnessed: Count,
    /// Claimed time of the oldest of them.
    pub oldest_unwitnessed: Option<Time>,
}

/// A witness that cosigned the checkpoint.
#[derive(Debug, Clone)]
pub struct Witness {
    /// Name of its key.
    pub name: String,
    /// Who runs it.
    pub operator: String,
    /// When it signed.
    pub at: Option<Time>,
}

/// Versions that a re-performance needs.
#[derive(Debug, Clone)]
pub struct Versions {
    /// Program, such as `tickmark 0.1.0`.
    pub engine: String,
    /// Version of the fact readers.
    pub facts: String,
    /// Digest of the control library.
    pub library: String,
    /// Time zone database.
    pub tzdb: String,
}
