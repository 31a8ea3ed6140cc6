//! Laws of bodies and folds.

use super::ledger::{Ledger, PROGRAM, collected, intent, manifest, run_body};
use proptest::prelude::*;
use tickmark_core::model::body::{Body, ErrorCode};
use tickmark_core::model::decide::{Command, Stored, pages_list, read_pages_list};
use tickmark_core::model::manifest::Manifest;
use tickmark_core::model::time::{Span, Time};
use tickmark_log::commitment::{Salt, commit};
use tickmark_log::digest::sha256;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bodies_read_back(stored in any::<u32>(), rejected in any::<u32>(), unknown in any::<u32>(), from in 0_i64..4_000_000_000_000_000, length in 0_i64..1_000_000_000_000, known in any::<u32>(), at_source in any::<bool>()) {
        let mut manifest = manifest();
        let span = (Time::from_micros(from), Time::from_micros(from + length + 1));
        (manifest.asked, manifest.covered, manifest.observed) = (span, vec![span], span);
        manifest.count.stored = u64::from(stored);
        manifest.count.rejected = u64::from(rejected);
        manifest.count.unknown = u64::from(unknown);
        manifest.count.at_source = at_source.then_some(u64::from(stored) + u64::from(rejected) + u64::from(unknown));
        prop_assert_eq!(Manifest::parse(&manifest.to_bytes().unwrap()).unwrap(), manifest.clone());
        let result = tickmark_core::model::body::CollectionResult::of_manifest(&manifest, "github".parse().unwrap(), 1, sha256(b"m"), "pull_request".parse().unwrap());
        let mut run = run_body(u64::from(known));
        run.span = Span { from: span.0, until: span.1 };
        for body in [Body::CollectionResult(Box::new(result)), Body::TestRun(Box::new(run)), Body::CollectionIntent(intent())] {
            prop_assert_eq!(Body::decode(body.kind(), &body.encode()).unwrap(), body);
        }
    }

    #[test]
    fn folding_is_deterministic_and_prefixes_agree(steps in prop::collection::vec(0_u8..4, 1..12)) {
        let mut ledger = Ledger::begun();
        let mut seen = vec![ledger.state.clone()];
        for (n, step) in steps.into_iter().enumerate() {
            let now = format!("2026-01-{:02}T00:00:00Z", n + 3);
            let open = ledger.state.open_intents.keys().next().copied();
            let done = match (step, open) {
                (0, _) => ledger.run(Command::Intend(intent()), &now),
                (1, Some(leaf)) => ledger.run(collected(leaf, &manifest()), &now),
                (2, Some(leaf)) => ledger.run(Command::CollectionFailed { intent: leaf, code: ErrorCode::Unavailable, status: 0 }, &now),
                _ => ledger.apply(&[("tickmark.yaml", &format!("{PROGRAM}# {n}\n"))], &now),
            };
            prop_assert_eq!(done, Ok(1));
            seen.push(ledger.state.clone());
        }
        for state in seen {
            prop_assert_eq!(&ledger.at(state.size as usize), &state);
        }
    }

    #[test]
    fn lists_of_pages_read_back(lengths in prop::collection::vec(any::<u64>(), 0..20), cut in 1_usize..40) {
        let pages: Vec<Stored> = lengths.iter().map(|n| Stored { commitment: commit(&Salt([0; 32]), &n.to_be_bytes()), length: *n }).collect();
        let bytes = pages_list(&pages);
        prop_assert_eq!(read_pages_list(&bytes), Some(pages.clone()));
        if !pages.is_empty() {
            prop_assert_eq!(read_pages_list(&bytes[..bytes.len() - cut]), None);
        }
    }
}
