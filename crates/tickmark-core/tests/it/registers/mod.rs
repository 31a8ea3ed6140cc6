//! Policies, tasks, risks, vendors and reviews: as documents, as entries, and as people ask for them.

pub mod company;
mod evidence;
mod laws;
mod policies;
mod reviews;
mod risks;
mod tasks;
mod trust;
mod vendors;
