//! Names of things, each its own type, checked once (decision D17).

mod criterion;
mod item;
mod name;

pub use criterion::{Category, CriterionId, criteria_in};
pub use item::{ItemError, ItemId};
pub use name::{
    ActorId, ColumnName, ControlId, GroupName, InstanceId, Kind, MailAddress, PersonId, PolicyId,
    PopulationName, RiskId, SourceId, StreamName, TestId, VendorId,
};

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not {what}; {hint}")]
pub struct IdError {
    /// What was given.
    pub given: String,
    /// What it should have been, with article.
    pub what: &'static str,
    /// What was probably meant or how it is written.
    pub hint: String,
}
