//! Leaf hashes made ahead by a second thread, from the last leaf backwards, while the first reads from the front. They are the same
//! hashes whoever makes them, so nothing depends on which thread was faster.

use crate::bundle::Frames;
use crate::digest::Digest;
use crate::tree::leaf_hash;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Leaves of one piece of work.
const CHUNK: usize = 1024;

/// The leaves in chunks, some of them hashed already.
pub(super) struct Ahead<'a> {
    chunks: Vec<&'a [u8]>,
    done: Vec<OnceLock<Vec<Digest>>>,
    reached: AtomicUsize,
}

impl<'a> Ahead<'a> {
    /// Nothing is made ahead.
    pub(super) const fn none() -> Self {
        Self {
            chunks: Vec::new(),
            done: Vec::new(),
            reached: AtomicUsize::new(0),
        }
    }

    /// The chunks of `leaves`, up to the first frame that is cut.
    pub(super) fn new(leaves: &'a [u8]) -> Self {
        let (mut chunks, mut rest, mut at) = (Vec::new(), leaves, 0);
        for (number, frame) in (1..).zip(Frames::new(leaves)) {
            let Ok(leaf) = frame else { break };
            at += leaf.len() + 2;
            if number % CHUNK == 0
                && let Some((chunk, after)) = rest.split_at_checked(at)
            {
                chunks.push(chunk);
                (rest, at) = (after, 0);
            }
        }
        let done = chunks.iter().map(|_| OnceLock::new()).collect();
        Self {
            chunks,
            done,
            reached: AtomicUsize::new(0),
        }
    }

    /// Hashes from the end until the reader comes near.
    pub(super) fn work(&self) {
        for (number, (chunk, done)) in self.chunks.iter().zip(&self.done).enumerate().rev() {
            if number <= self.reached.load(Ordering::Relaxed) + 1 {
                return;
            }
            let hashes = Frames::new(chunk).map_while(Result::ok).map(leaf_hash);
            // Only this thread sets it.
            let _ = done.set(hashes.collect());
        }
    }

    /// The hash of the leaf at `index`, made here unless it was made ahead.
    pub(super) fn hash(&self, index: u64, leaf: &[u8]) -> Digest {
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        if at % CHUNK == 0 {
            self.reached.store(at / CHUNK, Ordering::Relaxed);
        }
        let ahead = self.done.get(at / CHUNK).and_then(OnceLock::get);
        let made = ahead.and_then(|hashes| hashes.get(at % CHUNK)).copied();
        made.unwrap_or_else(|| leaf_hash(leaf))
    }
}
