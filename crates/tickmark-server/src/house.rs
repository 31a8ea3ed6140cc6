//! What the pages are made of. The engine fills it; nothing here reads or decides.

use std::sync::Arc;

use tickmark_core::{
    judge::library::Library,
    model::{state::State, time::Time},
    report::{build::Standing, inputs::Inputs},
};

/// Everything that pages show, at one size of the ledger. Made once for each head and shared by all requests.
pub struct House {
    /// What the ledger means.
    pub state: State,
    /// Criteria, controls, tests, populations and sources as recorded.
    pub library: Library,
    /// The program's period with its controls, runs and populations; why there is none otherwise (such as no period yet).
    pub inputs: Result<Inputs, String>,
    /// Open points per criterion.
    pub standings: Vec<Standing>,
    /// What the ledger is signed with and how far.
    pub log: LogCard,
    /// Bytes of the documents of the program now, by path, for reading.
    pub documents: Vec<(String, Vec<u8>)>,
}

/// The ledger's own standing.
#[derive(Debug, Clone, Default)]
pub struct LogCard {
    /// Leaves.
    pub size: u64,
    /// Root hash, hex.
    pub root: String,
    /// The signed note of the last checkpoint, whole.
    pub note: Option<String>,
    /// Verdict that a verifier gives: `unanchored`, `witnessed`.
    pub verdict: String,
    /// Leaves after the last cosignature, and the claimed time of the oldest.
    pub unwitnessed: (u64, Option<Time>),
}

/// One entry of the ledger for reading, with what proves it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its index.
    pub leaf: u64,
    /// Kind, such as `collection.result`.
    pub kind: String,
    /// Claimed time.
    pub time: Time,
    /// Who.
    pub actor: String,
    /// Its body as JSON, indented.
    pub body: String,
    /// Leaf hash, hex.
    pub hash: String,
    /// Inclusion proof in the head's tree, hex.
    pub proof: Vec<String>,
    /// Role, commitment and length of each blob; whether the bytes are here.
    pub blobs: Vec<(String, String, u64, bool)>,
}

/// A table that a query gives.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Headings.
    pub columns: Vec<String>,
    /// Rows as text; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// There were more rows than asked for.
    pub more: bool,
}

/// A file to hand out. Always a download, never shown in place.
#[derive(Debug, Clone)]
pub struct Download {
    /// Name that the browser saves it under.
    pub name: String,
    /// Media type.
    pub media: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What somebody wants done.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Adopt a control of the library.
    Adopt {
        /// Its id, such as `CHG-01`.
        control: String,
        /// Who answers for it.
        owner: String,
        /// What it covers.
        scope: String,
        /// First day it is in force.
        effective: String,
    },
    /// Hand in a file as evidence.
    Evidence {
        /// Control it is evidence for.
        control: String,
        /// Time it covers, `A..B`.
        covers: String,
        /// Name of the file.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Run the tests of the period again; none named: all.
    Test(Vec<String>),
    /// Run the declared sources; none named: all.
    Collect(Vec<String>),
}

/// Why something was not done or shown: one line for a person, and what kind of trouble it is.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Trouble {
    /// The wish is wrong or refused (400).
    #[error("{0}")]
    Refused(String),
    /// There is no such thing (404).
    #[error("{0}")]
    Missing(String),
    /// The machine failed: disk, worker, source (503).
    #[error("{0}")]
    Environment(String),
}

/// The engine, as the server needs it. Calls may take long; the server makes them outside its own threads.
pub trait Company: Send + Sync {
    /// What there is now. Cheap when nothing was recorded since; always contains what `act` has recorded.
    ///
    /// # Errors
    /// The ledger cannot be read.
    fn house(&self) -> Result<Arc<House>, Trouble>;

    /// One entry with its proof.
    ///
    /// # Errors
    /// There is none, or the ledger cannot be read.
    fn entry(&self, leaf: u64) -> Result<Entry, Trouble>;

    /// One SELECT over the populations, as many rows as asked for.
    ///
    /// # Errors
    /// The query is wrong, too large or refused.
    fn query(&self, sql: &str, limit: usize) -> Result<Grid, Trouble>;

    /// The bytes of a piece of evidence handed in, by its leaf.
    ///
    /// # Errors
    /// There is none, or it was erased.
    fn evidence(&self, leaf: u64) -> Result<Download, Trouble>;

    /// A report: `type1`, `type2`, `readiness` or `workbook` as `pdf`, `xlsx`, `html` or `json`.
    ///
    /// # Errors
    /// A part is missing; the worker fails.
    fn report(&self, kind: &str, format: &str) -> Result<Download, Trouble>;

    /// Everything the auditor needs in one file.
    ///
    /// # Errors
    /// The disk fails.
    fn bundle(&self) -> Result<Download, Trouble>;

    /// Does it; says what was recorded, such as `recorded 17..19`.
    ///
    /// # Errors
    /// Refused with the reason; nothing is recorded then.
    fn act(&self, who: &str, deed: Deed) -> Result<String, Trouble>;
}
