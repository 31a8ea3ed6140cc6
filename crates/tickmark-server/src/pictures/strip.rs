//! A strip of a period: which time is covered by evidence, which is not, and which is still to come.

use maud::{Markup, html};
use tickmark_core::model::time::{Span, Spans, Time, Zone};

use super::{Behind, Caption, Drawing, key, place};

const WIDTH: i64 = 10_000;
const HEIGHT: i64 = 100;

/// Something at one moment of the strip.
#[derive(Debug, Clone)]
pub struct Mark {
    /// When.
    pub at: Time,
    /// What.
    pub says: String,
}

/// The strip. `uncovered` is cut to the window; time after `now` is to come, whatever `uncovered` says about it.
#[must_use]
pub fn strip(
    caption: &Caption<'_>,
    window: Span,
    now: Time,
    zone: &Zone,
    uncovered: &Spans,
    marks: &[Mark],
) -> Markup {
    let past = Span::new(window.from, window.until.min(now.max(window.from)));
    let holes = past.map_or_else(Spans::empty, |past| {
        uncovered.intersect(&Spans::from(vec![past]))
    });
    let covered = past.map_or_else(Spans::empty, |past| holes.gaps_in(past));
    let ahead = Span::new(now.max(window.from), window.until);
    let pattern = format!("{}-p", caption.id);
    let drawn = html! {
        defs {
            pattern id=(pattern) width="60" height="20" patternUnits="userSpaceOnUse" {
                rect.uncovered width="60" height="20" {}
                rect.hatch width="20" height="20" {}
            }
        }
        rect.ahead x="0" y="0" width=(WIDTH) height=(HEIGHT) {}
        @for span in covered.iter() { (block(window, span, "covered", None, "covered", zone)) }
        @for span in holes.iter() { (block(window, span, "uncovered", Some(&pattern), "no evidence", zone)) }
        @for mark in marks.iter().filter(|m| window.contains(m.at)) {
            // Not as tall as the mark of now, so that the two differ without colour.
            rect.mark x=(offset(window, mark.at).min(WIDTH - 30)) y="0" width="30" height=(HEIGHT * 3 / 5) { title { (mark.says) } }
        }
        @if window.contains(now) { rect.now x=(offset(window, now).min(WIDTH - 20)) y="0" width="20" height=(HEIGHT) { title { "now" } } }
    };
    Drawing {
        caption,
        class: "strip",
        width: WIDTH,
        height: HEIGHT,
        stretched: true,
        marks: drawn,
        legend: html! {
            (key("covered", "covered by evidence"))
            @if !holes.is_empty() { (key("uncovered", "no evidence")) }
            @if ahead.is_some() { (key("ahead", "to come")) }
            @if !marks.is_empty() { (key("mark", "exception begins")) }
        },
        behind: behind(zone, &covered, &holes, ahead, marks),
    }
    .html()
}

fn offset(window: Span, at: Time) -> i64 {
    place(at.since(window.from), window.length_us(), WIDTH)
}

fn block(
    window: Span,
    span: &Span,
    class: &str,
    pattern: Option<&str>,
    says: &str,
    zone: &Zone,
) -> Markup {
    let (from, until) = (offset(window, span.from), offset(window, span.until));
    // A short hole must still be seen.
    let width = (until - from).max(if pattern.is_some() { 24 } else { 1 });
    let words = format!(
        "{says}: {} to {}",
        zone.local(span.from),
        zone.local(span.until)
    );
    html! {
        rect class=(class) fill=[pattern.map(|p| format!("url(#{p})"))] x=(from.min(WIDTH - width)) y="0" width=(width) height=(HEIGHT) { title { (words) } }
    }
}

fn behind(
    zone: &Zone,
    covered: &Spans,
    holes: &Spans,
    ahead: Option<Span>,
    marks: &[Mark],
) -> Behind {
    let mut rows: Vec<(Time, Vec<Markup>)> = Vec::new();
    let mut add = |from: Time, until: Option<Time>, says: &str| {
        let until = until.map(|t| zone.local(t)).unwrap_or_default();
        rows.push((
            from,
            vec![
                html! { (zone.local(from)) },
                html! { (until) },
                html! { (says) },
            ],
        ));
    };
    for span in covered.iter() {
        add(span.from, Some(span.until), "covered by evidence");
    }
    for span in holes.iter() {
        add(span.from, Some(span.until), "no evidence");
    }
    if let Some(span) = ahead {
        add(span.from, Some(span.until), "to come");
    }
    for mark in marks {
        add(mark.at, None, &mark.says);
    }
    rows.sort_by_key(|(from, _)| *from);
    Behind {
        heads: vec!["From", "To", "What"],
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn drawn(now: &str, holes: &[(&str, &str)]) -> String {
        let time = |t: &str| Time::parse(t).unwrap();
        let window = Span {
            from: time("2026-01-01T00:00:00Z"),
            until: time("2026-07-01T00:00:00Z"),
        };
        let holes: Spans = holes
            .iter()
            .map(|(a, b)| Span {
                from: time(a),
                until: time(b),
            })
            .collect();
        let caption = Caption {
            id: "s",
            title: "Coverage",
            says: "words".into(),
        };
        strip(&caption, window, time(now), &Zone::utc(), &holes, &[]).into_string()
    }

    #[test]
    fn time_to_come_is_neither_covered_nor_a_hole() {
        let early = drawn(
            "2025-12-01T00:00:00Z",
            &[("2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z")],
        );
        assert!(
            !early.contains("class=\"covered\" x") && !early.contains("no evidence: "),
            "{early}"
        );
        let middle = drawn(
            "2026-04-01T00:00:00Z",
            &[("2026-03-31T00:00:00Z", "2026-07-01T00:00:00Z")],
        );
        assert_eq!(middle.matches("no evidence: ").count(), 1);
        assert!(
            middle.contains("2026-03-31 00:00:00 to 2026-04-01 00:00:00"),
            "{middle}"
        );
    }

    #[test]
    fn a_short_hole_is_seen_and_stays_inside() {
        let shown = drawn(
            "2026-08-01T00:00:00Z",
            &[("2026-06-30T23:59:59Z", "2026-07-01T00:00:00Z")],
        );
        assert!(shown.contains("x=\"9976\" y=\"0\" width=\"24\""), "{shown}");
    }

    #[test]
    fn the_same_numbers_give_the_same_bytes() {
        let holes = [("2026-02-01T00:00:00Z", "2026-02-03T00:00:00Z")];
        assert_eq!(
            drawn("2026-04-01T00:00:00Z", &holes),
            drawn("2026-04-01T00:00:00Z", &holes)
        );
        assert!(!drawn("2026-04-01T00:00:00Z", &holes).contains("NaN"));
    }
}
