//! Every single-bit flip of a 64 KiB bundle is refused; sealed again, none is above the truth.

use crate::sample::{bundle, parts, policy};
use std::sync::atomic::{AtomicUsize, Ordering};
use tickmark_log::bundle::Bundle;
use tickmark_log::digest::sha256;
use tickmark_log::note::SignedNote;
use tickmark_log::policy::Policy;
use tickmark_log::verdict::{Level, Options, verify};

const LENGTH: usize = 65_536;

/// A witnessed bundle of exactly 64 KiB.
fn reference() -> Vec<u8> {
    let mut parts = parts();
    parts
        .library
        .push(("filler".to_owned(), vec![b'.'; 10_000]));
    let short = bundle(&parts).len();
    parts.library[1].1.resize(10_000 + LENGTH - short, b'.');
    let bytes = bundle(&parts);
    assert_eq!(bytes.len(), LENGTH);
    bytes
}

fn level(bytes: &[u8], policy: &Policy) -> Level {
    verify(bytes, Some(policy), &Options::default()).level
}

/// Runs `check` for each case on all cores; gives the number of cases for which it was true.
fn count(
    cases: usize,
    step: usize,
    check: impl Fn(usize, &mut Vec<u8>) -> bool + Sync,
) -> (usize, usize) {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (done, good) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (check, done, good) = (&check, &done, &good);
            scope.spawn(move || {
                let mut bytes = reference();
                for case in (0..cases).step_by(step).skip(thread).step_by(threads) {
                    done.fetch_add(1, Ordering::Relaxed);
                    good.fetch_add(usize::from(check(case, &mut bytes)), Ordering::Relaxed);
                }
            });
        }
    });
    (done.into_inner(), good.into_inner())
}

#[test]
fn every_bit_of_a_64_kib_bundle() {
    let policy = policy();
    assert_eq!(level(&reference(), &policy), Level::Witnessed);
    let (cases, refused) = count(LENGTH * 8, 1, |bit, bytes| {
        bytes[bit / 8] ^= 1 << (bit % 8);
        let refused = level(bytes, &policy) == Level::Invalid;
        bytes[bit / 8] ^= 1 << (bit % 8);
        refused
    });
    println!("bit flips of a 64 KiB bundle: {refused} of {cases} refused");
    assert_eq!((cases, refused), (524_288, 524_288));
}

/// Everything that a leaf or a signature binds: all entries, of the notes only the text.
fn bound(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let bundle = Bundle::parse(bytes).ok()?;
    let content = |path: &str, bytes: &[u8]| match path {
        "checkpoint" | "manifest" => {
            Some(SignedNote::parse(bytes).ok()?.text().as_bytes().to_vec())
        }
        _ => Some(bytes.to_vec()),
    };
    bundle
        .entries()
        .iter()
        .map(|entry| Some((entry.path.to_owned(), content(entry.path, entry.bytes)?)))
        .collect()
}

/// Whoever flips a bit can compute the digest at the end as well. What is left to him are lines of unknown keys and
/// cosignatures turned into such: never the meaning.
#[test]
fn every_bit_sealed_again() {
    let policy = policy();
    let truth = bound(&reference());
    // A prime step meets every entry and every bit position.
    let step = if std::env::var_os("TICKMARK_FULL").is_some() {
        1
    } else {
        251
    };
    let (cases, good) = count((LENGTH - 32) * 8, step, |bit, bytes| {
        bytes[bit / 8] ^= 1 << (bit % 8);
        let end = LENGTH - 32;
        let seal = sha256(&bytes[..end]).0;
        bytes[end..].copy_from_slice(&seal);
        let good = match level(bytes, &policy) {
            Level::Invalid => true,
            Level::Unanchored => bound(bytes) == truth,
            _ => false,
        };
        bytes[bit / 8] ^= 1 << (bit % 8);
        good
    });
    println!("bit flips sealed again: {good} of {cases} below the true level, step {step}");
    assert_eq!(good, cases);
    assert!(cases > 2_000);
}
