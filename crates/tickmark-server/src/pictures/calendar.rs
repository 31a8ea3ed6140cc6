//! A calendar of a period, a cell a day: weeks from left to right, Monday at the top.

use maud::{Markup, html};
use tickmark_core::model::time::{Day, Period};

use super::{Behind, Caption, Drawing, key};

const STEP: i64 = 17;
const SIDE: i64 = 14;
const LEFT: i64 = 30;
const HEAD: i64 = 18;

/// What a day looks like. The order is that of importance: the later one wins where two speak of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CellState {
    /// Not reached yet.
    Ahead,
    /// Nothing was owed on this day.
    Nothing,
    /// The control was not in force.
    NotInForce,
    /// Evidence covers the whole day.
    Covered,
    /// An occurrence has evidence.
    Done,
    /// An occurrence is due, its evidence is not there yet.
    Due,
    /// Evidence covers a part of the day.
    Partly,
    /// No evidence.
    Uncovered,
    /// Something that could not be judged.
    Unknown,
    /// An occurrence without evidence.
    Missed,
    /// An exception begins or lasts.
    Exception,
}

impl CellState {
    const fn class(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Nothing => "nothing-due",
            Self::NotInForce => "not-in-force",
            Self::Covered => "covered",
            Self::Done => "done",
            Self::Due => "due",
            Self::Partly => "partly",
            Self::Uncovered => "uncovered",
            Self::Unknown => "not-known",
            Self::Missed => "missed",
            Self::Exception => "exception",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Ahead => "to come",
            Self::Nothing => "nothing due",
            Self::NotInForce => "not in force",
            Self::Covered => "covered by evidence",
            Self::Done => "occurrence with evidence",
            Self::Due => "occurrence due",
            Self::Partly => "covered in part",
            Self::Uncovered => "no evidence",
            Self::Unknown => "could not be judged",
            Self::Missed => "occurrence without evidence",
            Self::Exception => "exception",
        }
    }

    /// The sign in the cell: what says the same without colour.
    const fn sign(self) -> &'static str {
        match self {
            Self::Ahead | Self::Nothing | Self::Covered => "",
            Self::NotInForce => "\u{2013}",
            Self::Done => "\u{2713}",
            Self::Due => "\u{25cb}",
            Self::Partly => "/",
            Self::Uncovered | Self::Unknown => "?",
            Self::Missed => "!",
            Self::Exception => "\u{00d7}",
        }
    }
}

/// One day.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Which.
    pub day: Day,
    /// What it looks like.
    pub state: CellState,
    /// What happened, beyond the state's own words.
    pub says: String,
}

/// The calendar of a period; `cells` are its days in order.
#[must_use]
pub fn calendar(caption: &Caption<'_>, period: Period, cells: &[Cell]) -> Markup {
    let first = weekday(period.from);
    let column = |day: Day| (i64::from(day.days_since(period.from)) + first) / 7;
    let columns = column(period.to) + 1;
    let mut used: Vec<CellState> = cells.iter().map(|c| c.state).collect();
    used.sort_unstable();
    used.dedup();
    let marks = html! {
        @for (row, name) in [(0, "Mon"), (2, "Wed"), (4, "Fri")] {
            text.axis x="0" y=(HEAD + row * STEP + 11) aria-hidden="true" { (name) }
        }
        @for day in period.each_day().filter(|d| d.day() == 1) {
            text.axis x=(LEFT + column(day) * STEP) y="11" aria-hidden="true" { (month(day)) }
        }
        @for cell in cells { (square(cell, LEFT + column(cell.day) * STEP, HEAD + weekday(cell.day) * STEP)) }
    };
    Drawing {
        caption,
        class: "calendar",
        width: LEFT + columns * STEP,
        height: HEAD + 7 * STEP,
        stretched: false,
        marks,
        legend: html! { @for state in used { (key(state.class(), &signed(state))) } },
        behind: behind(cells),
    }
    .html()
}

fn signed(state: CellState) -> String {
    match state.sign() {
        "" => state.words().to_owned(),
        sign => format!("{sign} {}", state.words()),
    }
}

fn weekday(day: Day) -> i64 {
    // 1970-01-05 was a Monday.
    (i64::from(day.epoch_days()) - 4).rem_euclid(7)
}

fn month(day: Day) -> &'static str {
    let names = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    usize::try_from(day.month() - 1)
        .ok()
        .and_then(|m| names.get(m).copied())
        .unwrap_or("")
}

fn square(cell: &Cell, x: i64, y: i64) -> Markup {
    let sign = cell.state.sign();
    html! {
        g class={ "day " (cell.state.class()) } {
            rect x=(x) y=(y) width=(SIDE) height=(SIDE) rx="3" {}
            @if !sign.is_empty() { text x=(x + SIDE / 2) y=(y + 11) { (sign) } }
            title { (cell.day) ": " (cell.state.words()) @if !cell.says.is_empty() { "; " (cell.says) } }
        }
    }
}

/// Stretches of days that look alike, so that half a year is not 181 lines.
fn behind(cells: &[Cell]) -> Behind {
    let mut runs: Vec<(Day, Day, CellState, &str)> = Vec::new();
    for cell in cells {
        match runs.last_mut() {
            Some((_, to, state, says))
                if *state == cell.state && *says == cell.says && to.plus_days(1) == cell.day =>
            {
                *to = cell.day
            }
            _ => runs.push((cell.day, cell.day, cell.state, &cell.says)),
        }
    }
    let rows = runs.into_iter().map(|(from, to, state, says)| {
        vec![
            html! { (from) },
            html! { (to) },
            html! { (state.words()) },
            html! { (says) },
        ]
    });
    Behind {
        heads: vec!["From", "To", "State", "What"],
        rows: rows.collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn drawn(period: Period) -> String {
        let cells: Vec<Cell> = period
            .each_day()
            .map(|day| Cell {
                day,
                state: CellState::Covered,
                says: String::new(),
            })
            .collect();
        calendar(
            &Caption {
                id: "c",
                title: "T",
                says: "S".into(),
            },
            period,
            &cells,
        )
        .into_string()
    }

    #[test]
    fn weeks_begin_on_monday() {
        let day = |t: &str| weekday(Day::parse(t).unwrap());
        assert_eq!(
            [day("2026-03-02"), day("2026-03-08"), day("1969-12-29")],
            [0, 6, 0]
        );
    }

    #[test]
    fn days_alike_are_one_line_of_the_table() {
        let shown = drawn(Period::parse("2026-01-01..2026-06-30").unwrap());
        assert_eq!(shown.matches("<tr>").count(), 2);
        assert_eq!(shown.matches("class=\"day covered\"").count(), 181);
    }

    proptest! {
        #[test]
        fn every_day_lies_inside(start in 0_i32..40_000, days in 0_i32..800) {
            let from = Day::parse("1980-01-01").unwrap().plus_days(start);
            let period = Period::new(from, from.plus_days(days)).unwrap();
            let columns = (i64::from(days) + weekday(from)) / 7 + 1;
            let shown = drawn(period);
            let viewbox = format!("viewBox=\"0 0 {} {}\"", LEFT + columns * STEP, HEAD + 7 * STEP);
            prop_assert!(shown.contains(&viewbox));
            prop_assert_eq!(shown.matches("class=\"day").count(), usize::try_from(days + 1).unwrap());
        }
    }
}
