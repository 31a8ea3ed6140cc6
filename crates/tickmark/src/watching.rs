//! How a long act tells whoever waits for it.

/// Somebody who waits.
pub trait Watcher {
    /// A line worth keeping.
    fn say(&mut self, line: &str);

    /// How far an act has come: `done` of `all` steps. Shown for the moment, if at all.
    fn step(&mut self, what: &str, done: u64, all: u64);
}

/// Nobody waits.
pub struct Silent;

impl Watcher for Silent {
    fn say(&mut self, _: &str) {}

    fn step(&mut self, _: &str, _: u64, _: u64) {}
}
