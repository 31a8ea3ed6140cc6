use crate::model::time::{Day, Weekday};

/// Whether the day is a federal holiday as observed: one on a Saturday is kept on the Friday before, one on a Sunday on the Monday after.
///
/// Inauguration Day (a holiday around Washington alone) and days closed by executive order are not covered; add them in the program.
pub(super) fn is_holiday(day: Day) -> bool {
    let actual = is_actual(day);
    match day.weekday() {
        Weekday::Friday => actual || is_fixed(day.plus_days(1)),
        Weekday::Monday => actual || is_fixed(day.plus_days(-1)),
        Weekday::Saturday | Weekday::Sunday => false,
        _ => actual,
    }
}

fn is_actual(day: Day) -> bool {
    is_fixed(day) || is_moving(day)
}

/// New Year's Day, Juneteenth (law since 17 June 2021), Independence Day, Veterans Day, Christmas Day.
fn is_fixed(day: Day) -> bool {
    match (day.month(), day.day()) {
        (1, 1) | (7, 4) | (11, 11) | (12, 25) => true,
        (6, 19) => day.year() >= 2021,
        _ => false,
    }
}

/// Birthday of Martin Luther King Jr., Washington's Birthday, Memorial Day, Labor Day, Columbus Day, Thanksgiving Day.
fn is_moving(day: Day) -> bool {
    let nth = (day.day() - 1) / 7 + 1;
    let last = day.plus_days(7).month() != day.month();
    match (day.month(), day.weekday()) {
        (1, Weekday::Monday) => nth == 3 && day.year() >= 1986,
        (2, Weekday::Monday) => nth == 3,
        (5, Weekday::Monday) => last,
        (9, Weekday::Monday) => nth == 1,
        (10, Weekday::Monday) => nth == 2,
        (11, Weekday::Thursday) => nth == 4,
        _ => false,
    }
}
