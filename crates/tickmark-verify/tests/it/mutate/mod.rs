//! Seeded mutations of bundles: random bytes, and an evil operator with or without the log's key.
//!
//! Each mutant says the highest level it may truly have: without a retained checkpoint, and with one.

mod container;
mod heads;
mod pieces;
mod random;
mod rewrite;

use crate::sample;
use tickmark_log::bundle::Parts;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::commitment::Salt;
use tickmark_log::leaf::Leaf;
use tickmark_log::note::SignedNote;
use tickmark_log::verdict::Level;

/// The auditor retained the head over this many leaves.
pub const RETAINED: usize = 6;

/// splitmix64: small, seeded, the same everywhere.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// A bundle and what may be said of it.
pub struct Mutant {
    pub bytes: Vec<u8>,
    pub at_most: Level,
    /// With the retained checkpoint.
    pub at_most_since: Level,
    /// The level must be exactly this one.
    pub exact: bool,
}

impl Mutant {
    pub fn at_most(bytes: Vec<u8>, level: Level) -> Self {
        Self {
            bytes,
            at_most: level,
            at_most_since: level,
            exact: false,
        }
    }

    pub fn exactly(bytes: Vec<u8>, level: Level) -> Self {
        Self {
            exact: true,
            ..Self::at_most(bytes, level)
        }
    }

    pub fn invalid(bytes: Vec<u8>) -> Self {
        Self::exactly(bytes, Level::Invalid)
    }

    /// History changed from leaf `first` on by somebody with the log's key but no witness's.
    pub fn rewritten(bytes: Vec<u8>, first: usize) -> Self {
        let at_most_since = if first < RETAINED {
            Level::Diverged
        } else {
            Level::Unanchored
        };
        Self {
            bytes,
            at_most: Level::Unanchored,
            at_most_since,
            exact: true,
        }
    }
}

/// The honest log that is attacked.
pub struct World {
    pub leaves: Vec<Leaf>,
    pub blobs: Vec<(Salt, Vec<u8>)>,
    pub parts: Parts,
    pub bytes: Vec<u8>,
}

impl World {
    pub fn new() -> Self {
        let (leaves, blobs) = sample::leaves_and_blobs();
        let parts = sample::parts();
        let bytes = sample::bundle(&parts);
        Self {
            leaves,
            blobs,
            parts,
            bytes,
        }
    }

    /// The checkpoint that the auditor accepted before.
    pub fn retained() -> (Checkpoint, SignedNote) {
        let text = sample::checkpoint(&sample::parts().leaves[..RETAINED], &[]);
        Checkpoint::parse_note(text.as_bytes()).unwrap()
    }
}

pub type Operator = fn(&World, &mut Rng) -> Mutant;

/// All operators by name.
pub fn operators() -> Vec<(&'static str, Operator)> {
    [
        random::OPERATORS,
        container::OPERATORS,
        heads::OPERATORS,
        pieces::OPERATORS,
        rewrite::OPERATORS,
    ]
    .concat()
}
