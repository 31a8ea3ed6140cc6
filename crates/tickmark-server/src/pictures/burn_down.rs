//! Open tasks over time: in time and overdue on top of each other, so that one sees whether they become fewer.

use maud::{Markup, html};
use tickmark_core::model::time::Day;

use super::{Behind, Caption, Drawing, key, place, top, whole};

const WIDTH: i64 = 640;
const HEIGHT: i64 = 150;
const LEFT: i64 = 34;
const HEAD: i64 = 10;
const FOOT: i64 = 22;

/// What was open at the end of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The day.
    pub day: Day,
    /// Open, and the last day had not passed.
    pub in_time: u64,
    /// Open, and it had.
    pub overdue: u64,
}

/// The columns, one a day, oldest first.
#[must_use]
pub fn burn_down(caption: &Caption<'_>, levels: &[Level]) -> Markup {
    let largest = levels
        .iter()
        .map(|l| l.in_time.saturating_add(l.overdue))
        .max();
    let scale = whole(top(largest.unwrap_or(0)));
    let (room, tall) = (WIDTH - LEFT, HEIGHT - HEAD - FOOT);
    let step = room / whole(levels.len() as u64).max(1);
    let wide = (step * 8 / 10).clamp(1, 40);
    // At most five days are written below the axis.
    let every = levels.len().div_ceil(5).max(1);
    let marks = html! {
        @for level in [0, scale / 2, scale] {
            @let y = HEAD + tall - place(level, scale, tall);
            line.rule x1=(LEFT) y1=(y) x2=(WIDTH) y2=(y) {}
            text.axis x=(LEFT - 6) y=(y + 4) text-anchor="end" aria-hidden="true" { (level) }
        }
        @for (index, level) in (0_i64..).zip(levels) { (column(level, LEFT + index * step + (step - wide) / 2, wide, scale, tall)) }
        @for (index, level) in (0_i64..).zip(levels).step_by(every) {
            text.axis x=(LEFT + index * step) y=(HEIGHT - 6) aria-hidden="true" { (level.day) }
        }
    };
    let rows = levels.iter().map(|l| {
        vec![
            html! { (l.day) },
            html! { (l.in_time) },
            html! { (l.overdue) },
        ]
    });
    Drawing {
        caption,
        class: "columns",
        width: WIDTH,
        height: HEIGHT,
        stretched: false,
        marks,
        legend: html! { (key("due", "open, in time")) (key("exception", "\u{00d7} open, overdue")) },
        behind: Behind {
            heads: vec!["Day", "Open, in time", "Open, overdue"],
            rows: rows.collect(),
        },
    }
    .html()
}

fn column(level: &Level, x: i64, wide: i64, scale: i64, tall: i64) -> Markup {
    let late = place(whole(level.overdue), scale, tall);
    let open = place(whole(level.in_time), scale, tall).min(tall - late);
    let base = HEAD + tall;
    html! {
        g {
            title { (level.day) ": " (level.in_time) " open in time, " (level.overdue) " overdue" }
            @if late > 0 { rect.exception x=(x) y=(base - late) width=(wide) height=(late) rx="2" {} }
            @if open > 0 { rect.due x=(x) y=(base - late - open) width=(wide) height=(open) rx="2" {} }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn drawn(numbers: &[(u64, u64)]) -> String {
        let first = Day::parse("2026-01-01").unwrap();
        let levels: Vec<Level> = (0..)
            .zip(numbers)
            .map(|(n, (in_time, overdue))| Level {
                day: first.plus_days(n),
                in_time: *in_time,
                overdue: *overdue,
            })
            .collect();
        let caption = Caption {
            id: "b",
            title: "T",
            says: "S".into(),
        };
        burn_down(&caption, &levels).into_string()
    }

    #[test]
    fn overdue_stands_below_what_is_in_time() {
        let shown = drawn(&[(1, 1)]);
        assert!(
            shown.contains("class=\"exception\" x=\"317\" y=\"69\" width=\"40\" height=\"59\""),
            "{shown}"
        );
        assert!(
            shown.contains("class=\"due\" x=\"317\" y=\"10\" width=\"40\" height=\"59\""),
            "{shown}"
        );
    }

    #[test]
    fn nothing_and_far_too_much_stay_numbers() {
        for numbers in [&[][..], &[(0, 0)], &[(u64::MAX, u64::MAX), (1, 0)]] {
            assert!(!drawn(numbers).contains("NaN"));
        }
    }
}
