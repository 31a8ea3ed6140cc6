//! The `Date` header of HTTP: `Sat, 21 Nov 2026 07:15:17 GMT` (RFC 9110, the one form that servers must send).

use tickmark_core::model::time::Time;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads the header; another form is no time.
#[must_use]
pub fn parse(header: &str) -> Option<Time> {
    let mut words = header.trim().split_once(", ")?.1.split(' ');
    let (day, month, year, clock, zone) = (
        words.next()?,
        words.next()?,
        words.next()?,
        words.next()?,
        words.next()?,
    );
    let month = MONTHS.iter().position(|m| *m == month)? + 1;
    if zone != "GMT"
        || words.next().is_some()
        || day.len() != 2
        || year.len() != 4
        || clock.len() != 8
    {
        return None;
    }
    Time::parse(&format!("{year}-{month:02}-{day}T{clock}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_form_is_read_and_no_other() {
        assert_eq!(
            parse("Sat, 21 Nov 2026 07:15:17 GMT")
                .map(|t| t.to_string())
                .as_deref(),
            Some("2026-11-21T07:15:17Z")
        );
        for bad in [
            "",
            "Sat, 21 Nov 2026 07:15:17 CET",
            "Saturday, 21-Nov-26 07:15:17 GMT",
            "Sat, 31 Feb 2026 07:15:17 GMT",
            "Sat, 21 Nov 2026 07:15:17 GMT x",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
