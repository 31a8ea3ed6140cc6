//! The clock and calendar vectors of the domain: periods, deadlines, buckets, daylight saving.

use tickmark_core::model::{
    calendar::{
        Base, Calendar, Frequency, Rolling, add_business_days, buckets, business_deadline,
        due_after, rolling_buckets,
    },
    time::{Ambiguous, DAY_US, Day, HOUR_US, Period, Time, TimeError, Zone, tzdb_version},
};

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

fn at(zone_name: &str, local: &str) -> Time {
    zone(zone_name).instant(local, Ambiguous::Refuse).unwrap()
}

const NEW_YORK: &str = "America/New_York";

#[test]
fn a_friday_leaver_before_presidents_day_is_due_on_tuesday_at_24_00() {
    let calendar = Calendar::new("new_york", Base::UsFederal);
    let left = at(NEW_YORK, "2026-02-13T17:30");
    let due = business_deadline(left, 1, &zone(NEW_YORK), &[&calendar]).unwrap();
    assert_eq!(due, at(NEW_YORK, "2026-02-18T00:00"));
    assert_eq!(due.to_string(), "2026-02-18T05:00:00Z");
}

#[test]
fn two_business_days_over_the_29th_of_february() {
    let calendar = Calendar::new("new_york", Base::UsFederal);
    assert_eq!(
        add_business_days(day("2028-02-28"), 2, &[&calendar]),
        Some(day("2028-03-01"))
    );
}

#[test]
fn twenty_four_hours_over_the_start_of_daylight_saving() {
    let start = at(NEW_YORK, "2026-03-07T12:00");
    assert_eq!(
        zone(NEW_YORK).local(start.plus(24 * HOUR_US)),
        "2026-03-08 13:00:00"
    );
}

#[test]
fn twenty_four_hours_over_the_end_of_daylight_saving() {
    let start = at(NEW_YORK, "2026-10-31T12:00");
    assert_eq!(
        zone(NEW_YORK).local(start.plus(DAY_US)),
        "2026-11-01 11:00:00"
    );
}

#[test]
fn a_quarter_ends_by_the_reporting_zone() {
    let instant = time("2026-04-01T02:30:00Z");
    let los_angeles = zone("America/Los_Angeles");
    assert_eq!(los_angeles.day_of(instant), day("2026-03-31"));
    assert!(
        period("2026-01-01..2026-03-31")
            .span(&los_angeles)
            .contains(instant)
    );
    assert!(
        !period("2026-01-01..2026-03-31")
            .span(&Zone::utc())
            .contains(instant)
    );
}

#[test]
fn days_have_23_24_and_25_hours() {
    let hours = |d: &str| {
        period(&format!("{d}..{d}"))
            .span(&zone(NEW_YORK))
            .length_us()
            / HOUR_US
    };
    assert_eq!(
        [
            hours("2026-03-08"),
            hours("2026-03-09"),
            hours("2026-11-01")
        ],
        [23, 24, 25]
    );
}

#[test]
fn a_day_without_midnight_begins_at_its_first_instant() {
    let sao_paulo = zone("America/Sao_Paulo");
    assert_eq!(
        sao_paulo.local(sao_paulo.start_of(day("2018-11-04"))),
        "2018-11-04 01:00:00"
    );
    let span = period("2018-11-04..2018-11-04").span(&sao_paulo);
    assert_eq!(span.length_us() / HOUR_US, 23);
}

#[test]
fn local_times_that_happened_twice_or_never_are_refused_unless_told() {
    let z = zone(NEW_YORK);
    assert!(matches!(
        z.instant("2026-11-01T01:30:00", Ambiguous::Refuse),
        Err(TimeError::Twice(..))
    ));
    assert_eq!(
        z.instant("2026-11-01T01:30:00", Ambiguous::Earlier)
            .unwrap(),
        time("2026-11-01T05:30:00Z")
    );
    assert_eq!(
        z.instant("2026-11-01T01:30:00", Ambiguous::Later).unwrap(),
        time("2026-11-01T06:30:00Z")
    );
    assert!(matches!(
        z.instant("2026-03-08 02:30:00", Ambiguous::Refuse),
        Err(TimeError::Skipped(..))
    ));
    assert_eq!(
        z.instant("2026-03-08 02:30:00", Ambiguous::Earlier)
            .unwrap(),
        time("2026-03-08T06:30:00Z")
    );
    assert_eq!(
        z.instant("2026-03-08 02:30:00", Ambiguous::Later).unwrap(),
        time("2026-03-08T07:30:00Z")
    );
}

#[test]
fn a_time_with_an_offset_keeps_it_in_any_zone() {
    assert_eq!(
        zone(NEW_YORK)
            .instant("2026-03-08T02:30:00+01:00", Ambiguous::Refuse)
            .unwrap(),
        time("2026-03-08T01:30:00Z")
    );
}

#[test]
fn a_naive_time_is_refused_without_a_zone() {
    assert!(matches!(
        Time::parse("2026-03-08T02:30:00"),
        Err(TimeError::Naive(_))
    ));
    assert!(matches!(
        Time::parse("2026-03-08"),
        Err(TimeError::NotInstant(_))
    ));
}

#[test]
fn digits_beyond_the_microsecond_are_cut_never_rounded_up() {
    assert_eq!(
        time("2026-06-30T23:59:59.9999999Z").to_string(),
        "2026-06-30T23:59:59.999999Z"
    );
}

#[test]
fn federal_holidays_are_kept_on_observed_days() {
    let calendar = Calendar::new("new_york", Base::UsFederal);
    let of_2026: Vec<String> = calendar
        .holidays(period("2026-01-01..2026-12-31"))
        .map(|d| d.to_string())
        .collect();
    let expected = [
        "2026-01-01",
        "2026-01-19",
        "2026-02-16",
        "2026-05-25",
        "2026-06-19",
        "2026-07-03",
        "2026-09-07",
        "2026-10-12",
        "2026-11-11",
        "2026-11-26",
        "2026-12-25",
    ];
    assert_eq!(of_2026, expected);
    // New Year's Day 2028 is a Saturday and is kept in the year before; Independence Day 2027 is a Sunday.
    assert!(calendar.is_holiday(day("2027-12-31")) && calendar.is_holiday(day("2027-07-05")));
    assert!(
        !calendar.is_holiday(day("2020-06-19")),
        "Juneteenth is a holiday since 2021"
    );
}

#[test]
fn a_business_day_across_two_offices_needs_both_open() {
    let new_york = Calendar::new("new_york", Base::UsFederal);
    let mut berlin = Calendar::new("berlin", Base::None);
    berlin.add = [day("2026-05-01")].into();
    assert_eq!(
        add_business_days(day("2026-04-30"), 1, &[&new_york]),
        Some(day("2026-05-01"))
    );
    assert_eq!(
        add_business_days(day("2026-04-30"), 1, &[&new_york, &berlin]),
        Some(day("2026-05-04"))
    );
}

#[test]
fn a_calendar_without_business_days_has_no_deadline() {
    let mut never = Calendar::new("moon", Base::None);
    never.weekend = vec![
        day("2026-01-05"),
        day("2026-01-06"),
        day("2026-01-07"),
        day("2026-01-08"),
        day("2026-01-09"),
        day("2026-01-10"),
        day("2026-01-11"),
    ]
    .into_iter()
    .map(Day::weekday)
    .collect();
    assert_eq!(add_business_days(day("2026-01-01"), 1, &[&never]), None);
}

#[test]
fn edge_10_a_period_from_mid_quarter_has_three_quarter_ends_not_four() {
    let found = buckets(Frequency::Quarterly, period("2026-02-15..2026-11-14"));
    let due: Vec<String> = found
        .iter()
        .filter(|b| b.due)
        .map(|b| b.whole.to.to_string())
        .collect();
    assert_eq!(due, ["2026-03-31", "2026-06-30", "2026-09-30"]);
    let partial: Vec<String> = found
        .iter()
        .filter(|b| b.is_partial())
        .map(|b| b.inside.to_string())
        .collect();
    assert_eq!(
        partial,
        ["2026-02-15..2026-03-31", "2026-10-01..2026-11-14"]
    );
}

#[test]
fn buckets_of_each_frequency() {
    let count = |f, p: &str| {
        (
            buckets(f, period(p)).len(),
            buckets(f, period(p)).iter().filter(|b| b.due).count(),
        )
    };
    assert_eq!(count(Frequency::Monthly, "2026-01-01..2026-06-30"), (6, 6));
    assert_eq!(count(Frequency::Monthly, "2026-01-15..2026-03-15"), (3, 2));
    assert_eq!(count(Frequency::Weekly, "2026-01-01..2026-01-31"), (5, 4));
    assert_eq!(count(Frequency::Daily, "2028-02-28..2028-03-01"), (3, 3));
    assert_eq!(
        count(Frequency::Semiannual, "2026-01-01..2026-12-31"),
        (2, 2)
    );
    assert_eq!(count(Frequency::Annual, "2026-01-01..2026-06-30"), (1, 0));
    assert_eq!(count(Frequency::Event, "2026-01-01..2026-06-30"), (0, 0));
    assert_eq!(
        buckets(Frequency::Weekly, period("2026-01-01..2026-01-31"))[0].whole,
        period("2025-12-29..2026-01-04")
    );
}

#[test]
fn edge_6_366_days_are_late_only_if_the_policy_counts_days() {
    let done = day("2027-12-31");
    assert_eq!(
        due_after(Frequency::Annual, done, Rolling::SameDate),
        Some(day("2028-12-31"))
    );
    assert_eq!(
        due_after(Frequency::Annual, done, Rolling::Days),
        Some(day("2028-12-30"))
    );
}

#[test]
fn edge_9_anniversaries_of_the_29th_of_february_come_back() {
    let done = day("2028-02-29");
    assert_eq!(
        due_after(Frequency::Annual, done, Rolling::SameDate),
        Some(day("2029-02-28"))
    );
    let found = rolling_buckets(
        Frequency::Annual,
        done,
        Rolling::SameDate,
        period("2028-03-01..2032-12-31"),
    );
    let due: Vec<String> = found.iter().map(|b| b.whole.to.to_string()).collect();
    assert_eq!(
        due,
        [
            "2029-02-28",
            "2030-02-28",
            "2031-02-28",
            "2032-02-29",
            "2033-02-28"
        ]
    );
    assert!(!found[4].due, "the last lies beyond the period");
}

#[test]
fn months_after_the_31st_do_not_drift() {
    let found = rolling_buckets(
        Frequency::Monthly,
        day("2026-01-31"),
        Rolling::SameDate,
        period("2026-02-01..2026-05-31"),
    );
    let due: Vec<String> = found.iter().map(|b| b.whole.to.to_string()).collect();
    assert_eq!(
        due,
        ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    );
}

#[test]
fn rolling_buckets_begin_the_day_after_the_operation() {
    let found = rolling_buckets(
        Frequency::Quarterly,
        day("2025-12-15"),
        Rolling::Days,
        period("2026-01-01..2026-06-30"),
    );
    assert_eq!(found[0].whole, period("2025-12-16..2026-03-16"));
    assert!(found[0].is_partial() && found[0].due);
}

#[test]
fn the_calendar_digest_changes_with_what_decides_a_deadline() {
    let plain = Calendar::new("new_york", Base::UsFederal);
    let mut other = plain.clone();
    other.add = [day("2026-11-27")].into();
    assert_ne!(plain.digest(), other.digest());
    assert_eq!(
        plain.digest(),
        Calendar::new("new_york", Base::UsFederal).digest()
    );
}

#[test]
fn zones_come_from_the_built_in_database_and_its_version_is_known() {
    assert!(tzdb_version().starts_with("20"), "{}", tzdb_version());
    assert!(Zone::parse("America/New_Yrok").is_err());
    assert!(Zone::parse("/etc/localtime").is_err());
    assert!(Zone::parse("localtime").is_err());
}

#[test]
fn periods_print_as_the_contract_says() {
    let p = period("2026-01-01..2026-06-30");
    assert_eq!(
        serde_json::to_string(&p).unwrap(),
        r#"{"from":"2026-01-01","to":"2026-06-30"}"#
    );
    assert_eq!(p.days(), 181);
}
