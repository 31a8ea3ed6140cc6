//! Laws that hold for every input.

use proptest::prelude::*;
use tickmark_core::model::{
    canonical,
    ids::ItemId,
    path::JsonPath,
    time::{Day, Period, Span, Spans, Time},
    yaml,
};

fn spans() -> impl Strategy<Value = Spans> {
    prop::collection::vec((-50_i64..50, 0_i64..20), 0..8).prop_map(|pairs| {
        let span = |(from, length): (i64, i64)| Span {
            from: Time::from_micros(from),
            until: Time::from_micros(from + length),
        };
        pairs.into_iter().map(span).collect()
    })
}

fn members(spans: &Spans) -> Vec<i64> {
    (-60..80)
        .filter(|n| spans.contains(Time::from_micros(*n)))
        .collect()
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<String>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..5)
                .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn sets_of_time_are_sets_of_instants(a in spans(), b in spans()) {
        let (in_a, in_b) = (members(&a), members(&b));
        let either: Vec<i64> = (-60..80).filter(|n| in_a.contains(n) || in_b.contains(n)).collect();
        let both: Vec<i64> = (-60..80).filter(|n| in_a.contains(n) && in_b.contains(n)).collect();
        let only: Vec<i64> = (-60..80).filter(|n| in_a.contains(n) && !in_b.contains(n)).collect();
        prop_assert_eq!(members(&a.union(&b)), either);
        prop_assert_eq!(members(&a.intersect(&b)), both);
        prop_assert_eq!(members(&a.minus(&b)), only);
        prop_assert_eq!(a.total_us(), in_a.len() as i64);
    }

    #[test]
    fn sets_of_time_obey_their_algebra(a in spans(), b in spans(), c in spans()) {
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.intersect(&b), b.intersect(&a));
        prop_assert_eq!(a.union(&b).union(&c), a.union(&b.union(&c)));
        prop_assert_eq!(a.intersect(&b.union(&c)), a.intersect(&b).union(&a.intersect(&c)));
        prop_assert_eq!(a.minus(&b).union(&a.intersect(&b)), a.clone());
        prop_assert_eq!(a.union(&a), a.clone());
        let touching = a.as_slice().windows(2).any(|w| w[0].until >= w[1].from);
        prop_assert!(!touching, "stretches overlap or touch");
    }

    #[test]
    fn gaps_and_cover_agree(a in spans(), from in -50_i64..50, length in 1_i64..40) {
        let span = Span { from: Time::from_micros(from), until: Time::from_micros(from + length) };
        let gaps = a.gaps_in(span);
        prop_assert_eq!(gaps.is_empty(), a.covers(span));
        prop_assert_eq!(gaps.total_us() + a.intersect(&vec![span].into()).total_us(), length);
    }

    #[test]
    fn times_read_back(us in -62_135_596_800_000_000_i64..253_370_764_799_999_999) {
        let time = Time::from_micros(us);
        prop_assert_eq!(time.to_string().parse::<Time>().unwrap(), time);
        prop_assert!(time.to_string().ends_with('Z'));
    }

    #[test]
    fn days_and_periods_read_back(start in 0_i32..40_000, length in 0_i32..800) {
        let from = Day::new(1970, 1, 1).unwrap().plus_days(start);
        let period = Period::new(from, from.plus_days(length)).unwrap();
        prop_assert_eq!(period.to_string().parse::<Period>().unwrap(), period);
        prop_assert_eq!(from.epoch_days(), start);
        prop_assert_eq!(period.each_day().count() as i32, period.days());
    }

    #[test]
    fn item_ids_keep_their_keys_apart(a in prop::collection::vec("[a/%\n\u{e9}é]{1,6}", 1..4), b in prop::collection::vec("[a/%\n\u{e9}é]{1,6}", 1..4)) {
        let (x, y) = (ItemId::from_key(&a).unwrap(), ItemId::from_key(&b).unwrap());
        prop_assert_eq!(x.key() == y.key(), x == y);
        prop_assert_eq!(ItemId::parse(x.as_str()).unwrap(), x.clone());
        prop_assert!(!x.as_str().contains('\n'));
    }

    #[test]
    fn canonical_json_reads_back_and_is_one_text(value in json()) {
        let text = canonical::to_string(&value).unwrap();
        prop_assert_eq!(canonical::parse::<serde_json::Value>(text.as_bytes()).unwrap(), value);
    }

    #[test]
    fn paths_read_back(steps in prop::collection::vec(prop_oneof!["\\.[a-z_]{1,5}", "\\[[1-9]\\]", Just("[*]".to_owned())], 0..5)) {
        let text = format!("${}", steps.concat());
        prop_assert_eq!(text.parse::<JsonPath>().unwrap().to_string(), text);
    }

    #[test]
    fn no_document_makes_the_reader_panic(path in prop_oneof!["tickmark.yaml", "people.yaml", "waivers.yaml", "sources.yaml", "commitments.yaml", "system.md", "controls/CHG-01.md", "policies/access.md", "risks/leavers.md", "vendors/host.md"], text in "(---\n)?([a-z_]{1,8}: ?|- |[\\[\\]{},&*!|>'\"#%@` \t\n:~-]|\\PC){0,60}") {
        let _ = tickmark_core::model::document::parse(&path, text.as_bytes());
        let _ = yaml::parse("a.yaml", &text, 1);
    }

    #[test]
    fn quoted_texts_survive_the_document_that_adopts(owner in "\\PC{1,20}", scope in "[a-z\"\\\\: #'\t-]{1,20}") {
        prop_assume!(!owner.trim().is_empty() && !scope.trim().is_empty());
        let control = "CHG-01".parse().unwrap();
        let text = tickmark_core::model::decide::adoption_document(&control, &owner, &scope, "2026-01-01".parse().unwrap(), &Default::default());
        let parsed = tickmark_core::model::document::parse("controls/CHG-01.md", text.as_bytes());
        let Ok(tickmark_core::model::document::Document::Adoption(adoption)) = parsed else { panic!("{text}: {parsed:?}") };
        prop_assert_eq!(adoption.owner, owner);
        prop_assert_eq!(adoption.scope, scope);
    }
}
