//! Signed notes: what is accepted prints as the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_fuzz::vectors;
use tickmark_log::note::{NoteSignature, SignedNote};

fuzz_target!(|bytes: &[u8]| {
    let Ok(note) = SignedNote::parse(bytes) else {
        return;
    };
    assert_eq!(note.to_text().as_bytes(), bytes);
    let mut again = note.clone();
    for line in note.signatures() {
        assert_eq!(NoteSignature::parse_line(&line.line()).as_ref(), Ok(line));
        again.add(line.clone());
    }
    assert_eq!(again, note);
    for key in vectors::policy().logs() {
        if note.signed_by(key) == Some(true) {
            let signed = [vectors::entries("checkpoint"), vectors::entries("manifest")].concat();
            let texts = signed
                .iter()
                .map(|bytes| SignedNote::parse(bytes).unwrap().text().to_owned());
            assert!(
                texts.into_iter().any(|text| text == note.text()),
                "a text that the log never signed"
            );
        }
    }
});
