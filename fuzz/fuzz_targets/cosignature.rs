//! Checkpoints and the cosignatures on them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_fuzz::vectors;
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::cosignature::cosigned_by;

fuzz_target!(|bytes: &[u8]| {
    let Ok((checkpoint, note)) = Checkpoint::parse_note(bytes) else {
        return;
    };
    assert_eq!(checkpoint.to_text(), note.text());
    let known = vectors::entries("checkpoint").map(|bytes| Checkpoint::parse_note(bytes).unwrap());
    for (_, key) in vectors::policy().witnesses() {
        if let Some(Some(time)) = cosigned_by(&note, key) {
            let said = known.iter().any(|(head, note)| {
                *head == checkpoint && cosigned_by(note, key) == Some(Some(time))
            });
            assert!(said, "a head or a time that the witness never signed");
        }
    }
});
