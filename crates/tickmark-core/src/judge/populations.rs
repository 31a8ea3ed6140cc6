//! The trait by which judge asks, and what may come back.

use serde::{Deserialize, Serialize};

use super::{
    job::{Job, JobColumn, Value},
    outcome::Outcome,
};

/// Whoever can run a job: the worker process with its engine, or an engine in the same process.
pub trait Populations {
    /// Runs the question and returns at most `limit` rows.
    ///
    /// # Errors
    /// Refused or wrong SQL, a limit reached, a worker that ended.
    fn query(&self, job: &Job, limit: usize) -> Result<Answer, QueryError>;

    /// Runs the reconciling queries, then the test, and tallies its rows where they are, so that ten million
    /// passing rows never cross the process boundary.
    ///
    /// # Errors
    /// As [`Self::query`]; [`QueryError::Mismatch`] when a reconciling query gives rows;
    /// [`QueryError::Rows`] when the rows are not what a test yields.
    fn test(&self, job: &Job) -> Result<Outcome, QueryError>;
}

/// Rows of a plain question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Columns in order.
    pub columns: Vec<JobColumn>,
    /// Rows in the order the question gives them.
    pub rows: Vec<Vec<Value>>,
    /// More rows exist than were asked for.
    pub truncated: bool,
}

/// Why a job gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum QueryError {
    /// The SQL asks for something that is not allowed (two statements, an unlisted function, a file).
    #[error("this SQL is not allowed here: {what}")]
    Refused {
        /// What is not allowed and what to write instead.
        what: String,
    },
    /// The engine could not plan or run the SQL.
    #[error("the query did not run: {what}")]
    Sql {
        /// The engine's words.
        what: String,
    },
    /// A reconciling query gave rows: the population is not what it says, and nothing is judged by it.
    #[error(
        "`{name}` does not reconcile: {rows} rows differ, the first is {first}; correct the sources and collect again"
    )]
    Mismatch {
        /// Slug of the reconciliation.
        name: String,
        /// Rows that differ.
        rows: u64,
        /// The first of them.
        first: String,
    },
    /// The rows are not what a test yields (an item twice, a missing column, wrong order).
    #[error("the rows of the test are refused: {what}")]
    Rows {
        /// What is wrong, with the item.
        what: String,
    },
    /// The worker reached a limit of time or memory.
    #[error("the query was stopped: {what}")]
    Limit {
        /// Which limit, and how to ask for less.
        what: String,
    },
    /// The worker could not be started or ended without an answer, or a file of the cache cannot be read.
    #[error("the worker failed: {what}")]
    Worker {
        /// What happened.
        what: String,
    },
}
