//! How the server is set up.

use std::path::PathBuf;

use crate::identity::Policy;

/// How the server is set up. Everything has a safe value: loopback names only, plain HTTP, no proxy.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where accounts are kept (`server.db`).
    pub database: PathBuf,
    /// Names it is served under besides loopback ones, with or without a port.
    pub names: Vec<String>,
    /// People reach it by HTTPS (a proxy in front ends TLS): cookies are sent by HTTPS only.
    pub tls: bool,
    /// A proxy of ours in front names the client in the last value of `X-Forwarded-For`.
    pub proxied: bool,
    /// What it takes at most.
    pub limits: Limits,
    /// Sign-in and sessions.
    pub policy: Policy,
}

impl Settings {
    /// The safe values.
    #[must_use]
    pub fn new(database: PathBuf) -> Self {
        Self {
            database,
            names: Vec::new(),
            tls: false,
            proxied: false,
            limits: Limits::default(),
            policy: Policy::default(),
        }
    }
}

/// What the server takes at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; more wait.
    pub connections: usize,
    /// Requests worked on at a time; more wait.
    pub at_once: usize,
    /// Seconds for the head of a request, and between two requests of a connection.
    pub head_s: u64,
    /// Seconds for its body.
    pub body_s: u64,
    /// Bytes of a form.
    pub form_bytes: usize,
    /// Bytes of a file handed in.
    pub file_bytes: usize,
    /// Seconds that requests under way get when the server stops.
    pub grace_s: u64,
    /// Requests of one account to the API in a minute.
    pub api: PerMinute,
}

/// Requests of one account to the API in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerMinute {
    /// That read.
    pub reads: u32,
    /// That change something.
    pub changes: u32,
    /// That start a worker: queries, rows, reports, bundles, runs, collections.
    pub costly: u32,
}

impl Default for PerMinute {
    fn default() -> Self {
        Self {
            reads: 6_000,
            changes: 600,
            costly: 120,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            at_once: 32,
            head_s: 10,
            body_s: 120,
            form_bytes: 1 << 20,
            file_bytes: 32 << 20,
            grace_s: 10,
            api: PerMinute::default(),
        }
    }
}
