//! The engine: the only room with effects. It decides, appends, folds, collects, runs and renders; the command line on top of it
//! has no logic of its own.

pub mod adopting;
#[cfg(feature = "heavy")]
pub mod asking;
#[cfg(feature = "heavy")]
pub mod bundling;
pub mod clock;
pub mod collecting;
mod documents;
pub mod entropy;
pub mod error;
#[cfg(feature = "heavy")]
pub mod heavy;
pub mod keeping;
mod keys;
pub mod ledger;
#[cfg(feature = "heavy")]
pub mod populations;
pub mod program;
pub mod records;
#[cfg(feature = "heavy")]
pub mod registering;
#[cfg(feature = "heavy")]
pub mod reporting;
#[cfg(feature = "heavy")]
pub mod sample;
#[cfg(feature = "heavy")]
pub mod serving;
pub mod shelf;
pub mod starting;
#[cfg(feature = "heavy")]
pub mod testing;
pub mod watching;
pub mod witnessing;
