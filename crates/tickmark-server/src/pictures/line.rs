//! The size of a population over time, as each collection found it.

use maud::{Markup, html};
use tickmark_core::model::time::{Span, Time, Zone};

use super::{Behind, Caption, Drawing, key, place, top, whole};

const WIDTH: i64 = 640;
const HEIGHT: i64 = 150;
const LEFT: i64 = 48;
const HEAD: i64 = 10;
const FOOT: i64 = 22;

/// One collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// When it was fetched.
    pub at: Time,
    /// Records.
    pub records: u64,
    /// It was complete; a partial one is drawn hollow.
    pub complete: bool,
    /// Its ledger entry.
    pub leaf: u64,
}

/// Steps from one collection to the next; points before and after the window are left out.
#[must_use]
pub fn line(
    caption: &Caption<'_>,
    window: Span,
    zone: &Zone,
    points: &[Point],
    leaf: impl Fn(u64) -> Markup,
) -> Markup {
    let mut inside: Vec<Point> = points
        .iter()
        .copied()
        .filter(|p| window.contains(p.at))
        .collect();
    inside.sort_by_key(|p| (p.at, p.leaf));
    let scale = whole(top(inside.iter().map(|p| p.records).max().unwrap_or(0)));
    let tall = HEIGHT - HEAD - FOOT;
    let x = |at: Time| LEFT + place(at.since(window.from), window.length_us(), WIDTH - LEFT - 8);
    let y = |records: u64| HEAD + tall - place(whole(records), scale, tall);
    let marks = html! {
        @for level in [0, scale / 2, scale] {
            line.rule x1=(LEFT) y1=(HEAD + tall - place(level, scale, tall)) x2=(WIDTH) y2=(HEAD + tall - place(level, scale, tall)) {}
            text.axis x=(LEFT - 6) y=(HEAD + tall - place(level, scale, tall) + 4) text-anchor="end" aria-hidden="true" { (level) }
        }
        text.axis x=(LEFT) y=(HEIGHT - 6) aria-hidden="true" { (zone.day_of(window.from)) }
        text.axis x=(WIDTH - 8) y=(HEIGHT - 6) text-anchor="end" aria-hidden="true" { (zone.day_of(window.until.plus(-1))) }
        @if inside.len() > 1 { path.series d=(steps(&inside, x, y)) {} }
        @for point in &inside {
            circle class={ "point " (if point.complete { "whole" } else { "hollow" }) } cx=(x(point.at)) cy=(y(point.records)) r="3" {
                title { (zone.local(point.at)) ": " (point.records) " records" @if !point.complete { ", partial" } }
            }
        }
    };
    let rows = inside.iter().map(|p| {
        vec![
            html! { (zone.local(p.at)) },
            html! { (p.records) },
            html! { (if p.complete { "complete" } else { "partial" }) },
            leaf(p.leaf),
        ]
    });
    Drawing {
        caption,
        class: "line",
        width: WIDTH,
        height: HEIGHT,
        stretched: false,
        marks,
        legend: html! { (key("series", "records found by a collection")) @if inside.iter().any(|p| !p.complete) { (key("hollow", "partial collection")) } },
        behind: Behind { heads: vec!["Fetched", "Records", "Ended", "Entry"], rows: rows.collect() },
    }
    .html()
}

fn steps(points: &[Point], x: impl Fn(Time) -> i64, y: impl Fn(u64) -> i64) -> String {
    use std::fmt::Write as _;
    let mut path = String::new();
    for (index, point) in points.iter().enumerate() {
        let _ = if index == 0 {
            write!(path, "M{} {}", x(point.at), y(point.records))
        } else {
            write!(path, "H{}V{}", x(point.at), y(point.records))
        };
    }
    path
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn drawn(points: &[(i64, u64)]) -> String {
        let from = Time::parse("2026-01-01T00:00:00Z").unwrap();
        let window = Span {
            from,
            until: from.plus(1_000_000),
        };
        let points: Vec<Point> = points
            .iter()
            .map(|(at, records)| Point {
                at: from.plus(*at),
                records: *records,
                complete: true,
                leaf: 1,
            })
            .collect();
        line(
            &Caption {
                id: "l",
                title: "T",
                says: "S".into(),
            },
            window,
            &Zone::utc(),
            &points,
            |leaf| html! { (leaf) },
        )
        .into_string()
    }

    #[test]
    fn order_of_the_points_does_not_matter() {
        assert_eq!(
            drawn(&[(1, 5), (500_000, 9)]),
            drawn(&[(500_000, 9), (1, 5)])
        );
        assert!(
            drawn(&[(0, 0), (999_999, 10)]).contains("M48 128H631V10"),
            "{}",
            drawn(&[(0, 0), (999_999, 10)])
        );
    }

    #[test]
    fn no_point_one_point_and_points_outside() {
        for points in [
            &[][..],
            &[(5, 0)],
            &[(-1, 3), (2_000_000, 3)],
            &[(5, u64::MAX)],
        ] {
            let shown = drawn(points);
            assert!(
                !shown.contains("NaN") && !shown.contains("<path"),
                "{shown}"
            );
        }
    }
}
