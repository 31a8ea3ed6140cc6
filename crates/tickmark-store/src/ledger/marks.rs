//! First eight bytes of idempotency keys, in memory.

use std::collections::HashMap;

/// The first eight bytes of a key.
pub(crate) fn mark(key: &[u8; 32]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *key;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// Marks and the entries that carry them. Two keys with one mark are possible, and rare unless somebody makes them.
#[derive(Default)]
pub(super) struct Marks {
    first: HashMap<u64, u64>,
    more: Vec<(u64, u64)>,
}

impl Marks {
    pub(super) fn add(&mut self, mark: u64, index: u64) {
        if *self.first.entry(mark).or_insert(index) != index {
            self.more.push((mark, index));
        }
    }

    /// The entries with this mark.
    pub(super) fn of(&self, mark: u64) -> impl Iterator<Item = u64> {
        let first = self.first.get(&mark).copied();
        let more = first.map(|_| self.more.iter().filter(move |(m, _)| *m == mark));
        first
            .into_iter()
            .chain(more.into_iter().flatten().map(|(_, i)| *i))
    }

    pub(super) fn forget_below(&mut self, index: u64) {
        for (mark, i) in self.take().into_iter().filter(|(_, i)| *i >= index) {
            self.add(mark, i);
        }
    }

    pub(super) fn take(&mut self) -> Vec<(u64, u64)> {
        let mut all = std::mem::take(&mut self.more);
        all.extend(self.first.drain());
        all
    }
}

/// Says of most marks that are not in a set that they are not (Bloom 1970): two bits a mark, sixteen bits of room.
pub(super) struct Filter {
    bits: Vec<u64>,
}

impl Filter {
    pub(super) fn for_marks(count: u64) -> Self {
        let words = (count / 2).next_power_of_two().max(8192);
        Filter {
            bits: vec![0; usize::try_from(words).unwrap_or(8192)],
        }
    }

    /// At least eight bits for each of `count` marks.
    pub(super) fn has_room_for(&self, count: u64) -> bool {
        self.bits.len() as u64 >= count / 8
    }

    pub(super) fn add(&mut self, mark: u64) {
        for half in [mark, mark.rotate_left(32)] {
            let (word, bit) = self.place(half);
            if let Some(word) = self.bits.get_mut(word) {
                *word |= bit;
            }
        }
    }

    /// False only for a mark that was never added.
    pub(super) fn may_have(&self, mark: u64) -> bool {
        [mark, mark.rotate_left(32)].into_iter().all(|half| {
            let (word, bit) = self.place(half);
            self.bits.get(word).is_none_or(|w| w & bit != 0)
        })
    }

    fn place(&self, half: u64) -> (usize, u64) {
        let word = usize::try_from(half >> 6).unwrap_or(0) & (self.bits.len() - 1);
        (word, 1 << (half & 63))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_entries_with_one_mark_are_both_found() {
        let mut marks = Marks::default();
        marks.add(7, 1);
        marks.add(7, 2);
        marks.add(8, 3);
        assert_eq!(marks.of(7).collect::<Vec<_>>(), [1, 2]);
        marks.forget_below(2);
        assert_eq!(marks.of(7).collect::<Vec<_>>(), [2]);
        assert_eq!(marks.of(9).count(), 0);
    }

    #[test]
    fn a_filter_forgets_nothing_and_is_mostly_right() {
        let spread = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut filter = Filter::for_marks(100_000);
        (0..100_000).for_each(|n| filter.add(spread(n)));
        assert!((0..100_000).all(|n| filter.may_have(spread(n))));
        let wrong = (100_000..200_000).filter(|n| filter.may_have(spread(*n)));
        assert!(wrong.count() < 10_000);
    }
}
