//! Instants, days, periods, zones, frequencies.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::model::calendar::{Frequency, buckets};
use tickmark_core::model::time::{Ambiguous, Day, Period, Time, Zone};

fuzz_target!(|text: &str| {
    if let Ok(time) = Time::parse(text) {
        assert_eq!(Time::parse(&time.to_string()), Ok(time));
        assert!(Time::MIN <= time && time <= Time::MAX);
    }
    if let Ok(day) = Day::parse(text) {
        assert_eq!(day.to_string(), text);
        assert!(day.plus_days(1) >= day && day.plus_months(-1) <= day);
    }
    if let Ok(period) = Period::parse(text) {
        assert_eq!(period.to_string(), text);
        assert!(period.days() >= 1);
        if period.days() < 4_000 {
            for frequency in Frequency::ALL {
                assert!(
                    buckets(frequency, period)
                        .iter()
                        .all(|b| b.inside.from >= period.from && b.inside.to <= period.to)
                );
            }
        }
    }
    if let Ok(frequency) = text.parse::<Frequency>() {
        assert_eq!(frequency.as_str(), text);
    }
    // A name that is not found is compared with all that are: only where a local time follows.
    let Some((name, local)) = text.split_once(' ') else {
        return;
    };
    let Ok(zone) = Zone::parse(name) else { return };
    assert!(zone.name().eq_ignore_ascii_case(name));
    assert_eq!(Zone::parse(zone.name()).as_ref(), Ok(&zone));
    if let Ok(day) = Day::parse(local) {
        assert!(zone.start_of(day) <= zone.end_of(day));
    }
    let [earlier, later, strict] =
        [Ambiguous::Earlier, Ambiguous::Later, Ambiguous::Refuse].map(|a| zone.instant(local, a));
    if let (Ok(earlier), Ok(later)) = (&earlier, &later) {
        assert!(earlier <= later);
        let _ = (zone.local(*earlier), zone.day_of(*later));
    }
    if let Ok(strict) = strict {
        assert_eq!((earlier, later), (Ok(strict), Ok(strict)));
    }
});
