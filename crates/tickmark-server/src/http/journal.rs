//! What the server writes about its work: one line of JSON an event. Declared routes instead of addresses, roles instead of people; no
//! secret and no personal data can get in, because nothing that could hold one is taken.

use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};

use serde_json::json;
use tickmark_core::model::time::Time;

use super::meters::Meters;
use crate::rights::Role;

/// Where the lines go; what they say is counted too.
pub struct Journal {
    writer: Mutex<Box<dyn Write + Send>>,
    meters: Meters,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Journal")
    }
}

/// One answered request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub at: Time,
    pub method: &'static str,
    /// As declared, such as `/controls/{id}`; `-` if no route was found.
    pub route: &'static str,
    pub status: u16,
    pub role: Option<Role>,
    pub took_us: i64,
}

impl Journal {
    /// Lines go to this writer. A writer that fails loses lines, never requests.
    #[must_use]
    pub fn new(writer: Box<dyn Write + Send>) -> Self {
        Self {
            writer: Mutex::new(writer),
            meters: Meters::default(),
        }
    }

    /// Nowhere.
    #[must_use]
    pub fn nowhere() -> Self {
        Self::new(Box::new(std::io::sink()))
    }

    /// What was counted since the start.
    pub(crate) const fn meters(&self) -> &Meters {
        &self.meters
    }

    pub(crate) fn request(&self, line: Line) {
        self.meters.request(line);
        self.write(&json!({
            "at": line.at.to_string(),
            "what": "request",
            "method": line.method,
            "route": line.route,
            "status": line.status,
            "role": line.role.map_or("nobody", Role::name),
            "took_us": line.took_us,
        }));
    }

    /// Something about identities that an operator watches for, such as `sign-in refused`.
    pub(crate) fn security(&self, at: Time, event: &'static str) {
        self.meters.event(event);
        self.write(&json!({"at": at.to_string(), "what": "security", "event": event}));
    }

    /// A failure on this side. `where_` and `kind` are words of ours; the text of an error may hold paths or names and stays out.
    pub(crate) fn failure(&self, at: Time, where_: &'static str, kind: &'static str) {
        self.write(
            &json!({"at": at.to_string(), "what": "failure", "where": where_, "kind": kind}),
        );
    }

    fn write(&self, line: &serde_json::Value) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(writer, "{line}");
    }
}
