//! What differs between two texts, line by line.

/// A line of either text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// In both.
    Same(&'a str),
    /// Only in the old one.
    Gone(&'a str),
    /// Only in the new one.
    New(&'a str),
}

/// Largest table of lines by lines that is worth its memory; above it everything counts as changed.
const MOST: usize = 4_000_000;

/// The lines of both texts in order: what is common to them, and what only one of them has.
#[must_use]
pub fn difference<'a>(old: &'a str, new: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&'a str>, Vec<&'a str>) = (old.lines().collect(), new.lines().collect());
    let head = common(old.iter(), new.iter());
    let (left, right) = (rest(&old, head), rest(&new, head));
    let tail = common(left.iter().rev(), right.iter().rev());
    let mut out: Vec<Line<'a>> = new.iter().take(head).map(|l| Line::Same(l)).collect();
    out.extend(changed(
        front(left, left.len() - tail),
        front(right, right.len() - tail),
    ));
    out.extend(
        rest(right, right.len() - tail)
            .iter()
            .map(|l| Line::Same(l)),
    );
    out
}

/// How many lines two texts begin with in common.
fn common<T: PartialEq>(left: impl Iterator<Item = T>, right: impl Iterator<Item = T>) -> usize {
    left.zip(right).take_while(|(a, b)| a == b).count()
}

/// All but the first so many.
fn rest<'s, 'a>(lines: &'s [&'a str], without: usize) -> &'s [&'a str] {
    lines.get(without..).unwrap_or_default()
}

/// The first so many.
fn front<'s, 'a>(lines: &'s [&'a str], many: usize) -> &'s [&'a str] {
    lines.get(..many).unwrap_or_default()
}

/// The longest common subsequence decides what stayed.
fn changed<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    if old.len().saturating_mul(new.len()) > MOST {
        let gone = old.iter().map(|l| Line::Gone(l));
        return gone.chain(new.iter().map(|l| Line::New(l))).collect();
    }
    let wide = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * wide];
    let at = |lengths: &[u32], o: usize, n: usize| lengths.get(o * wide + n).copied().unwrap_or(0);
    for (o, left) in old.iter().enumerate().rev() {
        for (n, right) in new.iter().enumerate().rev() {
            let best = match left == right {
                true => at(&lengths, o + 1, n + 1) + 1,
                false => at(&lengths, o + 1, n).max(at(&lengths, o, n + 1)),
            };
            if let Some(cell) = lengths.get_mut(o * wide + n) {
                *cell = best;
            }
        }
    }
    let (mut o, mut n, mut out) = (0, 0, Vec::new());
    loop {
        match (old.get(o), new.get(n)) {
            (Some(left), Some(right)) if left == right => {
                out.push(Line::Same(right));
                (o, n) = (o + 1, n + 1);
            }
            (Some(left), right)
                if right.is_none() || at(&lengths, o + 1, n) >= at(&lengths, o, n + 1) =>
            {
                out.push(Line::Gone(left));
                o += 1;
            }
            (_, Some(right)) => {
                out.push(Line::New(right));
                n += 1;
            }
            _ => return out,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_changed_line_is_one_gone_and_one_new() {
        let found = difference("a\nb\nc\n", "a\nx\nc\n");
        assert_eq!(
            found,
            [
                Line::Same("a"),
                Line::Gone("b"),
                Line::New("x"),
                Line::Same("c")
            ]
        );
        assert!(difference("", "").is_empty());
    }

    proptest! {
        /// Both texts can be read out of what differs.
        #[test]
        fn nothing_is_lost(old in "[abc\n]{0,40}", new in "[abc\n]{0,40}") {
            let found = difference(&old, &new);
            let side = |want_old: bool| -> Vec<&str> {
                found.iter().filter_map(|line| match line {
                    Line::Same(l) => Some(*l),
                    Line::Gone(l) => want_old.then_some(*l),
                    Line::New(l) => (!want_old).then_some(*l),
                }).collect()
            };
            prop_assert_eq!(side(true), old.lines().collect::<Vec<_>>());
            prop_assert_eq!(side(false), new.lines().collect::<Vec<_>>());
        }
    }
}
