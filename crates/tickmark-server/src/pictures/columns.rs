//! Columns over time: how many exceptions began in each stretch, two kinds on top of each other.

use maud::{Markup, html};

use super::{Behind, Caption, Drawing, key, place, top, whole};

const WIDTH: i64 = 640;
const HEIGHT: i64 = 150;
const LEFT: i64 = 34;
const HEAD: i64 = 10;
const FOOT: i64 = 22;

/// One stretch of time.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Its name, such as `2026-03`.
    pub name: String,
    /// What it is called below the axis; empty for most.
    pub short: String,
    /// Deviations.
    pub bad: u64,
    /// Items that could not be judged.
    pub unknown: u64,
}

/// The columns, one a bucket.
#[must_use]
pub fn columns(caption: &Caption<'_>, buckets: &[Bucket]) -> Markup {
    let largest = buckets
        .iter()
        .map(|b| b.bad.saturating_add(b.unknown))
        .max()
        .unwrap_or(0);
    let scale = whole(top(largest));
    let (room, tall) = (WIDTH - LEFT, HEIGHT - HEAD - FOOT);
    let step = room / whole(buckets.len() as u64).max(1);
    let wide = (step * 7 / 10).clamp(1, 40);
    let pattern = format!("{}-p", caption.id);
    let marks = html! {
        // Hatched, so that the two kinds differ without colour.
        defs { pattern id=(pattern) width="6" height="6" patternUnits="userSpaceOnUse" {
            rect.unjudged width="6" height="6" {}
            path.stripe d="M0 6L6 0" {}
        } }
        @for level in [0, scale / 2, scale] {
            @if level != 0 || scale > 0 {
                (rule(level, HEAD + tall - place(level, scale, tall)))
            }
        }
        @for (index, bucket) in (0_i64..).zip(buckets) {
            (column(bucket, &pattern, LEFT + index * step + (step - wide) / 2, wide, scale, tall))
            @if !bucket.short.is_empty() { text.axis x=(LEFT + index * step + step / 2) y=(HEIGHT - 6) text-anchor="middle" aria-hidden="true" { (bucket.short) } }
        }
    };
    let rows = buckets
        .iter()
        .map(|b| vec![html! { (b.name) }, html! { (b.bad) }, html! { (b.unknown) }]);
    Drawing {
        caption,
        class: "columns",
        width: WIDTH,
        height: HEIGHT,
        stretched: false,
        marks,
        legend: html! { (key("exception", "\u{00d7} deviations")) (key("not-known", "? could not be judged")) },
        behind: Behind { heads: vec!["Stretch", "Deviations", "Could not be judged"], rows: rows.collect() },
    }
    .html()
}

fn rule(level: i64, y: i64) -> Markup {
    html! {
        line.rule x1=(LEFT) y1=(y) x2=(WIDTH) y2=(y) {}
        text.axis x=(LEFT - 6) y=(y + 4) text-anchor="end" aria-hidden="true" { (level) }
    }
}

fn column(bucket: &Bucket, pattern: &str, x: i64, wide: i64, scale: i64, tall: i64) -> Markup {
    let bad = place(whole(bucket.bad), scale, tall);
    let unknown = place(whole(bucket.unknown), scale, tall).min(tall - bad);
    let base = HEAD + tall;
    html! {
        g {
            title { (bucket.name) ": " (bucket.bad) " deviations, " (bucket.unknown) " could not be judged" }
            @if bad > 0 { rect.exception x=(x) y=(base - bad) width=(wide) height=(bad) rx="2" {} }
            @if unknown > 0 { rect fill={ "url(#" (pattern) ")" } x=(x) y=(base - bad - unknown) width=(wide) height=(unknown) rx="2" {} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(numbers: &[(u64, u64)]) -> String {
        let buckets: Vec<Bucket> = numbers
            .iter()
            .enumerate()
            .map(|(index, (bad, unknown))| Bucket {
                name: format!("b{index}"),
                short: String::new(),
                bad: *bad,
                unknown: *unknown,
            })
            .collect();
        columns(
            &Caption {
                id: "x",
                title: "T",
                says: "S".into(),
            },
            &buckets,
        )
        .into_string()
    }

    #[test]
    fn none_many_and_huge_are_drawn() {
        for numbers in [
            &[][..],
            &[(0, 0)],
            &[(1, 0), (0, 3)],
            &[(u64::MAX, u64::MAX)],
            &[(1, 1); 400],
        ] {
            let shown = drawn(numbers);
            assert!(!shown.contains("NaN") && !shown.contains("=\"-"), "{shown}");
        }
    }

    #[test]
    fn the_largest_column_reaches_its_level() {
        assert!(drawn(&[(5, 0), (1, 0)]).contains("y=\"10\" width=\"40\" height=\"118\""));
    }
}
