//! What each level means, and what keeps a bundle below it.

use crate::sample::{auditor, auditor_key, bundle, checkpoint, leaf, parts, policy, verdict};
use tickmark_log::bundle::Parts;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::leaf::Side;
use tickmark_log::verdict::{Level, Options, verify};

#[test]
fn a_cosigned_bundle_is_witnessed_and_counts_its_blobs() {
    let verdict = verdict(&bundle(&parts()));
    assert_eq!(verdict.problems, []);
    assert_eq!(
        (verdict.level, verdict.witnesses, verdict.size),
        (Level::Witnessed, (2, 3), 12)
    );
    let blobs = verdict.blobs;
    assert_eq!(
        (
            blobs.committed,
            blobs.disclosed,
            blobs.erased,
            blobs.withheld
        ),
        (3, 2, 0, 1)
    );
    assert_eq!(
        verdict.library,
        [("library/controls/CHG-01.md".to_owned(), 11)]
    );
}

#[test]
fn threads_do_not_change_the_verdict() {
    let bytes = bundle(&parts());
    let both = |bytes: &[u8]| {
        [1, 2].map(|threads| {
            verify(
                bytes,
                Some(&policy()),
                &Options {
                    threads,
                    ..Options::default()
                },
            )
        })
    };
    let [one, two] = both(&bytes);
    assert_eq!(one, two);
    let mut changed = bytes;
    *changed.last_mut().unwrap() ^= 1;
    assert!(
        both(&changed)
            .iter()
            .all(|verdict| verdict.level == Level::Invalid)
    );
}

#[test]
fn without_a_policy_of_the_auditor_nothing_is_above_unanchored() {
    let verdict = verify(&bundle(&parts()), None, &Options::default());
    assert_eq!(
        (verdict.level, verdict.witnesses, verdict.size),
        (Level::Unanchored, (0, 0), 12)
    );
}

#[test]
fn below_the_quorum_is_unanchored() {
    for witnesses in [&[][..], &[3][..]] {
        let mut parts = parts();
        parts.checkpoint = checkpoint(&parts.leaves, witnesses);
        let verdict = verdict(&bundle(&parts));
        assert_eq!(
            (verdict.level, verdict.witnesses),
            (Level::Unanchored, (witnesses.len() as u64, 3))
        );
        assert_eq!(verdict.problems[0].code, "quorum");
    }
}

fn since(parts: &Parts, count: usize) -> (Checkpoint, tickmark_log::note::SignedNote) {
    Checkpoint::parse_note(checkpoint(&parts.leaves[..count], &[]).as_bytes()).unwrap()
}

#[test]
fn a_retained_checkpoint_must_be_continued() {
    let parts = parts();
    let mut other = parts.clone();
    other.leaves[4] = leaf(400).encode().unwrap_or_default();
    let mut changed = leaf(4);
    changed.time_us += 1;
    other.leaves[4] = changed.encode().unwrap();
    let mut longer = parts.clone();
    longer.leaves.push(leaf(12).encode().unwrap());
    let cases = [
        (since(&parts, 0), Level::Witnessed),
        (since(&parts, 5), Level::Witnessed),
        (since(&parts, 12), Level::Witnessed),
        (since(&other, 4), Level::Witnessed),
        (since(&other, 5), Level::Diverged),
        (since(&other, 12), Level::Diverged),
        (since(&longer, 13), Level::Diverged),
    ];
    for (accepted, level) in cases {
        let options = Options {
            since: Some(&accepted),
            ..Options::default()
        };
        let verdict = verify(&bundle(&parts), Some(&policy()), &options);
        assert_eq!(verdict.level, level, "{:?}", verdict.problems);
    }
}

#[test]
fn leaves_of_the_auditor_need_a_key_that_was_given() {
    let mut parts = parts();
    let mut conclusion = leaf(12);
    conclusion.side = Side::Auditor;
    conclusion.sign(&auditor_key()).unwrap();
    parts.leaves.push(conclusion.encode().unwrap());
    parts.checkpoint = checkpoint(&parts.leaves, &[1, 2]);
    let bytes = bundle(&parts);
    let given = [auditor()];
    let options = Options {
        auditor_keys: &given,
        ..Options::default()
    };
    assert_eq!(
        verify(&bytes, Some(&policy()), &options).level,
        Level::Witnessed
    );
    let without = verdict(&bytes);
    assert_eq!(
        (without.level, without.problems[0].code),
        (Level::Unanchored, "auditor")
    );

    conclusion.time_us += 1;
    parts.leaves[12] = conclusion.encode().unwrap();
    parts.checkpoint = checkpoint(&parts.leaves, &[1, 2]);
    assert_eq!(
        verify(&bundle(&parts), Some(&policy()), &options).level,
        Level::Invalid
    );
}
