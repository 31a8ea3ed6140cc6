//! The body of `add-checkpoint`: what is accepted prints as the same bytes, and a witness never goes back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_fuzz::vectors;
use tickmark_log::witness::{Request, Seen, examine};

fuzz_target!(|bytes: &[u8]| {
    let (known, _) = vectors::checkpoint();
    for seen in [
        Seen::default(),
        Seen {
            size: known.size,
            root: known.root,
        },
    ] {
        if let Ok(new) = examine(bytes, vectors::policy().logs(), |_| seen) {
            assert!(new.size >= seen.size);
            assert_eq!(new, *known, "a head that the log never signed");
        }
    }
    if let Ok((request, checkpoint)) = Request::parse(bytes) {
        assert_eq!(request.to_text().as_bytes(), bytes);
        assert_eq!(checkpoint.to_text(), request.note.text());
    }
});
