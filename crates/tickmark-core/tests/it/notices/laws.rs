//! Whatever happens and whenever somebody looks: nothing twice, nothing lost, to one owner.

use std::collections::BTreeSet;

use super::scene::{SETTINGS, Scene, time};
use proptest::prelude::*;
use tickmark_core::model::document::Rhythm;
use tickmark_core::model::notices::{Notice, NoticeKind};
use tickmark_core::model::time::{DAY_US, HOUR_US};

/// Something that happens before somebody looks again.
#[derive(Debug, Clone)]
enum Step {
    /// An exception is found, or found again.
    Exception(u8),
    /// A later run no longer has it.
    Gone(u8),
    /// Time passes, hours.
    Wait(u16),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        (0..6_u8).prop_map(Step::Exception),
        (0..6_u8).prop_map(Step::Gone),
        (1..200_u16).prop_map(Step::Wait),
    ];
    proptest::collection::vec(one, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_is_told_twice_and_nothing_new_is_kept_back(steps in steps(), daily in any::<bool>()) {
        let mut scene = Scene::new(SETTINGS);
        scene.settings.digest = if daily { Rhythm::Daily } else { Rhythm::Weekly };
        let mut now = time("2026-02-02T00:00:00Z");
        let (mut about, mut sent) = (BTreeSet::new(), BTreeSet::new());
        let mut known: BTreeSet<u8> = BTreeSet::new();
        for step in steps {
            let fresh = match step {
                Step::Exception(n) => {
                    let name = format!("acme/api/{n}");
                    if scene.exceptions.iter().all(|e| e.item != name) {
                        scene.exception(&name);
                    }
                    known.insert(n)
                }
                Step::Gone(n) => {
                    scene.exceptions.retain(|e| e.item != format!("acme/api/{n}"));
                    false
                }
                Step::Wait(hours) => {
                    now = now.plus(i64::from(hours) * HOUR_US);
                    false
                }
            };
            let notices = scene.tell(now);
            for notice in &notices {
                prop_assert!(sent.insert(notice.id), "the same message twice");
                for id in &notice.about {
                    prop_assert!(about.insert(*id), "{} was told before", notice.subject);
                }
            }
            // Each recipient hears at most once a look, and a new exception is heard by one.
            let mails: BTreeSet<_> = notices.iter().map(|n| n.to.mail.clone()).collect();
            prop_assert_eq!(mails.len(), notices.len());
            let hear = |n: &&Notice| n.text.contains("New exceptions");
            prop_assert_eq!(notices.iter().filter(hear).count(), usize::from(fresh));
            prop_assert!(scene.tell(now).is_empty(), "looking again changes nothing");
        }
    }

    #[test]
    fn the_order_in_which_things_are_found_does_not_matter(items in proptest::collection::vec(0..40_u8, 1..20)) {
        let mut forward = Scene::new(SETTINGS);
        let mut backward = Scene::new(SETTINGS);
        items.iter().for_each(|n| forward.exception(&n.to_string()));
        items.iter().rev().for_each(|n| backward.exception(&n.to_string()));
        prop_assert_eq!(forward.decide("2026-03-09T15:00:00Z"), backward.decide("2026-03-09T15:00:00Z"));
    }

    #[test]
    fn what_comes_while_it_is_quiet_is_told_afterwards(hour in 0..48_i64) {
        let mut scene = Scene::new(&format!("{SETTINGS}quiet: 20:00..07:00\n"));
        scene.tell(time("2026-02-11T15:00:00Z"));
        scene.exception("acme/api/7");
        let from = time("2026-02-11T16:00:00Z").plus(hour * HOUR_US);
        let first = (0..48).find(|n| !scene.decide_at(from.plus(n * HOUR_US / 2)).notices.is_empty()).unwrap();
        let at = from.plus(first * HOUR_US / 2);
        prop_assert!(!scene.settings.quiet.unwrap().holds_at(at, &scene.state.zone()));
        prop_assert!(first <= 22, "told {first} half hours later");
        prop_assert_eq!(scene.tell(at).len(), 1);
    }
}

#[test]
fn a_year_has_as_many_digests_as_mondays_whenever_somebody_looks() {
    for (rhythm, expected) in [(Rhythm::Weekly, 52), (Rhythm::Daily, 364), (Rhythm::Off, 0)] {
        let mut scene = Scene::new(SETTINGS);
        scene.settings.digest = rhythm;
        scene.exception("acme/api/7");
        let (begin, mut sent) = (time("2026-01-05T13:00:00Z"), 0);
        let (mut now, mut dice) = (begin, 7_i64);
        while now < begin.plus(364 * DAY_US) {
            let notices = scene.tell(now);
            let mine = |n: &&Notice| {
                n.kind == NoticeKind::Digest
                    && n.to
                        .mail
                        .as_ref()
                        .is_some_and(|m| m.as_str().starts_with("ada"))
            };
            sent += notices.iter().filter(mine).count();
            dice = (dice * 31 + 17) % 47;
            now = now.plus(HOUR_US / 2 + dice * HOUR_US / 4);
        }
        // 364 days from a Monday at eight to a Monday at eight.
        assert_eq!(sent, expected, "{rhythm}");
    }
}
