//! The counts of a run as one bar.

use maud::{Markup, html};

use super::{Behind, Caption, Drawing, place, whole};

const WIDTH: i64 = 10_000;
const HEIGHT: i64 = 100;

/// One part of the whole.
#[derive(Debug, Clone)]
pub struct Part {
    /// Class in the style sheet: `covered`, `exception`, `not-known`, `aside`, `due`.
    pub class: &'static str,
    /// What it is.
    pub name: &'static str,
    /// How many.
    pub number: u64,
    /// The number as it stands in the legend: a link to what was counted.
    pub shown: Markup,
}

/// The bar; parts that are not there are left out of it, not of its legend.
#[must_use]
pub fn bar(caption: &Caption<'_>, parts: &[Part]) -> Markup {
    let all = parts
        .iter()
        .fold(0_u64, |sum, part| sum.saturating_add(part.number));
    let mut done = 0_u64;
    let mut pieces: Vec<(&Part, i64, i64)> = Vec::new();
    for part in parts.iter().filter(|p| p.number > 0) {
        let from = place(whole(done), whole(all), WIDTH);
        done = done.saturating_add(part.number);
        pieces.push((part, from, place(whole(done), whole(all), WIDTH)));
    }
    // Small pieces are drawn last, for they are widened to be seen.
    pieces.sort_by_key(|(part, _, _)| std::cmp::Reverse(part.number));
    let marks = html! {
        rect.nothing x="0" y="0" width=(WIDTH) height=(HEIGHT) {}
        @for (part, from, until) in pieces { (piece(part, from, until)) }
    };
    let legend = html! {
        @for part in parts { span.key { span class={ "swatch " (part.class) } aria-hidden="true" {} (part.shown) " " (part.name) } }
    };
    let rows = parts
        .iter()
        .map(|p| vec![html! { (p.name) }, html! { (p.number) }]);
    Drawing {
        caption,
        class: "bar",
        width: WIDTH,
        height: HEIGHT,
        stretched: true,
        marks,
        legend,
        behind: Behind {
            heads: vec!["What", "Items"],
            rows: rows.collect(),
        },
    }
    .html()
}

/// At least wide enough to be seen: three in a thousand must not vanish.
fn piece(part: &Part, from: i64, until: i64) -> Markup {
    let width = (until - from).clamp(60, WIDTH);
    html! { rect class=(part.class) x=(from.min(WIDTH - width)) y="0" width=(width) height=(HEIGHT) { title { (part.number) " " (part.name) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(numbers: &[u64]) -> String {
        let parts: Vec<Part> = numbers
            .iter()
            .map(|n| Part {
                class: "covered",
                name: "passed",
                number: *n,
                shown: html! { (n) },
            })
            .collect();
        bar(
            &Caption {
                id: "b",
                title: "T",
                says: "S".into(),
            },
            &parts,
        )
        .into_string()
    }

    #[test]
    fn few_among_many_are_seen() {
        let shown = drawn(&[100_000, 1]);
        assert!(shown.contains("x=\"9940\" y=\"0\" width=\"60\""), "{shown}");
    }

    #[test]
    fn nothing_and_everything() {
        assert_eq!(drawn(&[0, 0]).matches("<rect").count(), 1);
        assert!(drawn(&[7]).contains("x=\"0\" y=\"0\" width=\"10000\""));
        assert!(!drawn(&[u64::MAX, u64::MAX]).contains("NaN"));
    }
}
