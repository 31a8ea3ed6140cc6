//! One row line: canonical JSON, keys sorted, ended by LF (schema c of the decisions).

use std::fmt::Write as _;

use super::version::Versions;
use crate::judge::outcome::ItemStatus;

/// Buffers for writing lines.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
}

impl Line {
    /// Writes the line of a settled item. `from` and `until` are left out when nobody knows them.
    pub fn write(&mut self, item: &Versions, status: ItemStatus) -> &str {
        let text = &mut self.text;
        text.clear();
        text.push_str("{\"a\":\"");
        text.extend(item.letters().iter().map(|b| char::from(*b)));
        text.push_str("\",\"c\":[");
        for (index, [leaf, blob, record]) in item.cites().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(text, "{comma}[{leaf},{blob},{record}]");
        }
        text.push(']');
        let (from, until) = item.interval();
        if let Some(us) = from {
            text.push_str(",\"from\":\"");
            instant(text, us);
            text.push('"');
        }
        text.push_str(",\"i\":");
        string(text, item.item());
        text.push_str(",\"r\":[");
        for (index, reason) in item.reasons().iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            string(text, reason);
        }
        text.push_str("],\"s\":\"");
        text.push_str(status.name());
        text.push('"');
        if let Some(us) = until {
            text.push_str(",\"until\":\"");
            instant(text, us);
            text.push('"');
        }
        text.push_str("}\n");
        text
    }
}

/// A JSON string; the common case needs no escape.
fn string(out: &mut String, text: &str) {
    if text.bytes().all(|b| b >= 0x20 && b != b'"' && b != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}

/// RFC 3339 in UTC with as many fraction digits as needed, the same text as `model::time::Time` prints.
///
/// Written out here because it runs twice for each of ten million rows.
fn instant(out: &mut String, us: i64) {
    let (seconds, micros) = (us.div_euclid(1_000_000), us.rem_euclid(1_000_000));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let _ = write!(
        out,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    );
    if micros != 0 {
        let fraction = format!("{micros:06}");
        out.push('.');
        out.push_str(fraction.trim_end_matches('0'));
    }
    out.push('Z');
}

/// Year, month and day of a number of days since 1970-01-01 (proleptic Gregorian calendar, eras of 400 years).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Time;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn instants_print_as_the_model_prints_them(us in Time::MIN.micros()..=Time::MAX.micros()) {
            let mut out = String::new();
            instant(&mut out, us);
            prop_assert_eq!(out, Time::from_micros(us).to_string());
        }

        #[test]
        fn whole_seconds_too(seconds in -62_135_596_800_i64..253_370_764_799) {
            let mut out = String::new();
            instant(&mut out, seconds * 1_000_000);
            prop_assert_eq!(out, Time::from_micros(seconds * 1_000_000).to_string());
        }
    }
}
