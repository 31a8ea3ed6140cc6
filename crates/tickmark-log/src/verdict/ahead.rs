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
    leaves: &'a [u8],
    /// One place for the hashes of each whole chunk, made by the thread that works ahead.
    done: OnceLock<Vec<OnceLock<Vec<Digest>>>>,
    reached: AtomicUsize,
}

impl<'a> Ahead<'a> {
    /// Of the bytes of all leaves; nothing is made ahead until somebody works.
    pub(super) const fn new(leaves: &'a [u8]) -> Self {
        Self {
            leaves,
            done: OnceLock::new(),
            reached: AtomicUsize::new(0),
        }
    }

    /// The whole chunks, up to the first frame that is cut.
    fn chunks(&self) -> Vec<&'a [u8]> {
        let (mut chunks, mut rest, mut at) = (Vec::new(), self.leaves, 0);
        for (number, frame) in (1..).zip(Frames::new(self.leaves)) {
            let Ok(leaf) = frame else { break };
            at += leaf.len() + 2;
            if number % CHUNK == 0
                && let Some((chunk, after)) = rest.split_at_checked(at)
            {
                chunks.push(chunk);
                (rest, at) = (after, 0);
            }
        }
        chunks
    }

    /// Hashes from the end until the reader comes near.
    pub(super) fn work(&self) {
        let chunks = self.chunks();
        let done = self
            .done
            .get_or_init(|| chunks.iter().map(|_| OnceLock::new()).collect());
        for (number, (chunk, done)) in chunks.iter().zip(done).enumerate().rev() {
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
        if at.is_multiple_of(CHUNK) {
            self.reached.store(at / CHUNK, Ordering::Relaxed);
        }
        let done = self.done.get().and_then(|done| done.get(at / CHUNK));
        let made = done.and_then(OnceLock::get);
        let made = made.and_then(|hashes| hashes.get(at % CHUNK)).copied();
        made.unwrap_or_else(|| leaf_hash(leaf))
    }
}
