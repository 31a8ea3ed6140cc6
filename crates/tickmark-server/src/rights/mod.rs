//! Who may do what. Everything here is pure; what somebody is comes from the room `identity`, what an object is from the routes.

mod action;
mod authorized;
mod matrix;
mod role;
mod scope;
mod viewer;

pub use action::{Action, Acts, act};
pub use authorized::{Authorized, Denied};
pub use matrix::{Object, Reach, allowed, reach};
pub use role::Role;
pub use scope::Scope;
pub use viewer::{Engagement, Viewer};
