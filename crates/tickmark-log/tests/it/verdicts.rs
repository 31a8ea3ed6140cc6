//! What each level means, and what keeps a bundle below it.

use crate::sample::{
    START_US, auditor, auditor_key, bundle, checkpoint, encoded, leaf, leaves_and_blobs, parts,
    policy, verdict,
};
use tickmark_log::bundle::Parts;
use tickmark_log::cbor::Value;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::leaf::Side;
use tickmark_log::verdict::{Level, Options, diff, verify};

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

#[test]
fn an_erased_blob_is_erased_and_never_missing() {
    let (mut leaves, _) = leaves_and_blobs();
    let mut erased = leaf(12);
    erased.kind = "erased".to_owned();
    erased.refs = vec![7];
    erased
        .body
        .insert(1, Value::Bytes(leaves[7].blobs[0].commitment.0.0.to_vec()));
    leaves.push(erased);
    let mut parts = parts();
    parts.leaves = encoded(&leaves);
    parts.checkpoint = checkpoint(&parts.leaves, &[1, 2]);
    let verdict = verdict(&bundle(&parts));
    assert_eq!(verdict.level, Level::Witnessed);
    let blobs = verdict.blobs;
    assert_eq!(
        (
            blobs.committed,
            blobs.disclosed,
            blobs.erased,
            blobs.withheld
        ),
        (3, 2, 1, 0)
    );
}

#[test]
fn gaps_and_times_after_the_witness_are_noted() {
    let (mut leaves, _) = leaves_and_blobs();
    leaves[8].kind = "collection.intent".to_owned();
    leaves[9].kind = "collection.intent".to_owned();
    leaves[10].kind = "collection.result".to_owned();
    leaves[10].refs = vec![8];
    // The witnesses of the sample sign one day after the start.
    leaves[11].time_us = START_US + 86_400_000_001;
    let mut parts = parts();
    parts.leaves = encoded(&leaves);
    parts.checkpoint = checkpoint(&parts.leaves, &[1, 2]);
    let verdict = verdict(&bundle(&parts));
    let notes: Vec<String> = verdict.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "future: 1 leaves claim a time after a witness saw them, the first is leaf 11",
            "gap: 1 collections were begun and never concluded, the first in leaf 9"
        ]
    );
    assert_eq!(verdict.level, Level::Witnessed);
}

#[test]
fn two_histories_of_one_log_are_a_proof() {
    let honest = parts();
    let mut forked = honest.clone();
    let mut changed = leaf(6);
    changed.time_us += 1;
    forked.leaves[6] = changed.encode().unwrap();
    forked.checkpoint = checkpoint(&forked.leaves, &[2, 3]);
    let mut longer = honest.clone();
    longer.leaves.push(leaf(12).encode().unwrap());
    longer.checkpoint = checkpoint(&longer.leaves, &[2, 3]);
    let compare = |other: &Parts| {
        diff(
            &bundle(&honest),
            &bundle(other),
            Some(&policy()),
            &Options::default(),
        )
    };

    let (verdict, difference) = compare(&longer);
    assert_eq!(
        (verdict.level, difference.consistent, difference.first),
        (Level::Witnessed, true, None)
    );
    let (verdict, difference) = compare(&forked);
    assert_eq!(
        (verdict.level, difference.consistent, difference.first),
        (Level::Diverged, false, Some(6))
    );
    // Both heads carry the log's signature: that is the proof, whoever holds it.
    for head in difference.heads.unwrap() {
        let (_, note) = Checkpoint::parse_note(head.as_bytes()).unwrap();
        assert_eq!(
            note.signed_by(crate::sample::log_key().verifier()),
            Some(true)
        );
    }
    forked.checkpoint = honest.checkpoint.clone();
    assert_eq!(compare(&forked).0.level, Level::Invalid);
}
