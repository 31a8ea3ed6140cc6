//! Leaf room: facts in Parquet, questions in DataFusion, and the worker process they run in.
//!
//! The room sees jobs and files of the facts cache; it never sees the ledger or a source. Everything a job brings (SQL of control
//! files, of the program, of a person) is untrusted: only listed functions exist, only the job's own tables can be read,
//! and the process has limits and can be killed (decision D26).

mod arrow_value;
mod cache;
mod error;
pub mod facts;
mod files;
mod functions;
mod guard;
pub mod limits;
mod message;
mod process;
mod rows;
mod run;
mod session;
mod tables;
mod worker;

pub use process::ProcessPopulations;
pub use run::InProcess;
pub use worker::worker_main;

/// Version of the engine that judges, as it stands in a test run.
pub const ENGINE: &str = concat!(
    "tickmark-query ",
    env!("CARGO_PKG_VERSION"),
    ", datafusion 55.2"
);
