//! Trust policies: operators are counted, and a remark changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_fuzz::vectors;
use tickmark_log::policy::{MAX_BYTES, MAX_ITEMS, Policy};

fuzz_target!(|bytes: &[u8]| {
    let policy = match Policy::parse(bytes) {
        Ok(policy) => policy,
        Err(error) => {
            let lines = bytes.split(|b| *b == b'\n').count();
            assert!(
                usize::try_from(error.line).unwrap() <= lines,
                "line {} of {lines}",
                error.line
            );
            return;
        }
    };
    assert!(policy.logs().len() <= MAX_ITEMS && policy.witnesses().count() <= MAX_ITEMS);
    let witnessed = policy.witnessed(&vectors::checkpoint().1);
    assert!(witnessed.satisfied <= witnessed.members);
    assert!(!witnessed.quorum || !policy.quorum_none() && !witnessed.cosignatures.is_empty());
    let remarked = [bytes, b"\n# remark\n"].concat();
    if remarked.len() <= MAX_BYTES {
        assert_eq!(Policy::parse(&remarked), Ok(policy));
    }
});
