//! Occurrences a periodic control owes: its frequency over the part of the period in which it was in force.

use crate::model::{
    calendar::{Frequency, buckets},
    ids::ControlId,
    time::{Period, Zone},
};

use super::compile::Occurrence;

/// What a control owes in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// One for each calendar bucket that ends while the control is in force.
    pub due: Vec<Occurrence>,
    /// Buckets that the period or the effective interval cuts and whose end lies outside: stated, never counted as missed.
    pub partial: usize,
}

/// The expected occurrences, from the control's effective interval and the period, never from the evidence there is
/// (page 4, section 3.1).
///
/// `effective` is in days like the period; `None` where they do not meet. Event and continuous controls owe nothing here.
#[must_use]
pub fn expected(
    control: &ControlId,
    frequency: Frequency,
    effective: Period,
    period: Period,
    zone: &Zone,
) -> Option<Expected> {
    let inside = Period::new(effective.from.max(period.from), effective.to.min(period.to)).ok()?;
    let mut expected = Expected {
        due: Vec::new(),
        partial: 0,
    };
    for bucket in buckets(frequency, inside) {
        if bucket.due {
            expected.due.push(Occurrence {
                control: control.to_string(),
                due: bucket.whole.span(zone),
            });
        } else {
            expected.partial += 1;
        }
    }
    Some(expected)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn count(frequency: Frequency, effective: &str, period: &str) -> Option<(usize, usize)> {
        let period_of = |text| Period::parse(text).unwrap();
        let control = ControlId::parse("IAM-04").unwrap();
        expected(
            &control,
            frequency,
            period_of(effective),
            period_of(period),
            &Zone::utc(),
        )
        .map(|e| (e.due.len(), e.partial))
    }

    #[test]
    fn quarters_count_by_their_ends() {
        let always = "2020-01-01..2030-12-31";
        // Edge case 10 of page 4: three quarter-ends, not four.
        assert_eq!(
            count(Frequency::Quarterly, always, "2026-02-15..2026-11-14"),
            Some((3, 1))
        );
        assert_eq!(
            count(Frequency::Annual, always, "2026-01-01..2026-06-30"),
            Some((0, 1))
        );
        assert_eq!(
            count(Frequency::Event, always, "2026-01-01..2026-06-30"),
            Some((0, 0))
        );
    }

    #[test]
    fn a_control_owes_nothing_before_it_is_in_force() {
        assert_eq!(
            count(
                Frequency::Monthly,
                "2026-04-10..2026-12-31",
                "2026-01-01..2026-06-30"
            ),
            Some((3, 0))
        );
        assert_eq!(
            count(
                Frequency::Monthly,
                "2027-01-01..2027-12-31",
                "2026-01-01..2026-06-30"
            ),
            None
        );
    }
}
