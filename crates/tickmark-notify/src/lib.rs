//! The only room that sends messages: mail, Slack, a webhook of one's own; and the outbox that remembers what became of each.
//!
//! A leaf. It takes [`Message`]s and the settings of `notices.yaml`; it knows neither the ledger nor the pages, and decides nothing
//! about who is told what. A secret is read when a message is sent and stands in no error, no database and no line that is said.
//!
//! | channel | a repeated message | so, when it is not known whether one arrived |
//! |---|---|---|
//! | mail, Slack | is a second message | it is not sent again: at most once, marked unsure |
//! | webhook | has the same `webhook-id` | it is sent again: at least once |

mod hook;
mod mail;
mod message;
pub mod outbox;
mod secret;
mod sender;

pub use hook::signature;
pub use message::{Carrier, Channel, Failure, Message};
pub use outbox::{Outbox, OutboxError};
pub use sender::Sender;
