//! Web pages and an API over one program: who may see and do what, and how it looks.
//!
//! A leaf. It knows the nouns of `tickmark_core` and nothing of ledgers, sources or SQL engines: everything it shows is in a [`House`],
//! everything it does is a [`Deed`], and both come from whoever implements [`Company`].
//!
//! | room | what it decides |
//! |---|---|
//! | [`rights`] | who may do what; pure |
//! | [`identity`] | who somebody is; `server.db` |
//! | [`sso`] | what a provider of single sign-on says about somebody, and whether it can be believed |
//! | [`http`] | what holds for every request and answer |
//! | [`routes`] | which addresses there are, and what each does |
//! | [`pages`] | what they look like; pure, from a [`House`] |
//! | [`pictures`] | drawings with a table behind them |
//! | [`writing`] | documents filled in on a page: their text, and what differs |
//! | [`trust`] | what the trust page hands out: terms, wording, whose copy it is; pure |
//! | `server` | connections, and what all requests share |

mod assets;
mod frame;
pub mod house;
pub mod http;
pub mod identity;
pub mod pages;
pub mod pictures;
mod pulse;
pub mod rights;
pub mod routes;
mod server;
pub mod sso;
pub mod trust;
pub mod writing;

pub use house::{
    ClockCard, Company, Deed, Download, Entry, Grid, House, NoticeLine, NoticeState, Trouble,
};
pub use http::Journal;
pub use identity::{Identity, IdentityError, Policy, Random, Unrandom};
pub use pulse::{Pulse, Turns};
pub use rights::{Action, Engagement, Role, Viewer};
pub use server::{Limits, PerMinute, Server, Settings, Stopper};
pub use sso::{Outbound, SingleSignOn};
