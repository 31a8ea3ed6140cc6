//! The trust page: what everybody sees, what a named recipient sees, and what management decides about both.
//!
//! Nothing is claimed that no entry stands behind: a report is named by what was published, watching by a run. How a run came out is
//! not told here: that is for the report.

mod accesses;
mod frame;
mod grants;
mod manage;
mod public;
mod request;
mod requests;
mod shared;
mod status;
mod watched;

use tickmark_core::model::{
    state::Publication,
    time::{Period, Time, Zone},
};

use crate::{house::House, identity::PageText};

pub use accesses::{accesses, accesses_csv};
pub use frame::said;
pub use grants::{grants, grants_csv};
pub use manage::{Desk, manage};
pub use public::public;
pub use request::request;
pub use requests::requests;
pub use shared::{Door, Sharing, shared};
pub use status::{proof, status};
pub use watched::{Watched, named_entries, watched};

/// What a public page is drawn from.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// The house.
    pub house: &'a House,
    /// What management decided that the page says.
    pub page: &'a PageText,
    /// The moment.
    pub now: Time,
}

impl Visit<'_> {
    /// Legal name of the organization.
    #[must_use]
    pub fn organization(&self) -> &str {
        organization(self.house)
    }

    fn zone(&self) -> Zone {
        super::view::zone(self.house)
    }
}

/// Legal name of the organization; a word where there is no program yet.
#[must_use]
pub fn organization(house: &House) -> &str {
    let named = match &house.inputs {
        Ok(inputs) => Some(inputs.organization.as_str()),
        Err(_) => house.state.program().map(|p| p.name.as_str()),
    };
    named.unwrap_or("This company")
}

/// Whether all of this is about a generated company.
fn is_demo(house: &House) -> bool {
    house.inputs.as_ref().is_ok_and(|i| i.demo.is_some())
        || house.state.program().is_some_and(|p| p.demo)
}

/// The title of a publication; its kind once the title is erased.
#[must_use]
pub fn title(publication: &Publication) -> &str {
    let kind = crate::trust::what_words(publication.body.what);
    publication.title().unwrap_or(kind)
}

/// Days that a publication speaks of, as people read them.
fn days(covers: Period) -> String {
    match covers.from == covers.to {
        true => covers.to.to_string(),
        false => format!("{} to {}", covers.from, covers.to),
    }
}

/// `1.2 MB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
