//! Pictures drawn on the server: plain SVG with a title, a description and the same numbers as a table behind it.
//!
//! Pure: the same numbers give the same bytes. All geometry is whole numbers, so that nothing can be no number. Colours come from the
//! style sheet by class; a sign or a pattern says the same without colour.

mod bar;
mod burn_down;
mod calendar;
mod columns;
mod line;
mod strip;

use maud::{Markup, html};

pub use bar::{Part, bar};
pub use burn_down::{Level, burn_down};
pub use calendar::{Cell, CellState, calendar};
pub use columns::{Bucket, columns};
pub use line::{Point, line};
pub use strip::{Mark, strip};

/// What every picture says in words.
#[derive(Debug, Clone)]
pub struct Caption<'a> {
    /// Unique on its page: the description's anchor.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
    /// What the picture shows, in one sentence with its main numbers.
    pub says: String,
}

/// The table behind a picture.
struct Behind {
    heads: Vec<&'static str>,
    rows: Vec<Vec<Markup>>,
}

/// A drawing with its words and its table.
struct Drawing<'a> {
    caption: &'a Caption<'a>,
    class: &'static str,
    width: i64,
    height: i64,
    /// Stretched to the width of its place; then it holds no text.
    stretched: bool,
    marks: Markup,
    legend: Markup,
    behind: Behind,
}

impl Drawing<'_> {
    fn html(&self) -> Markup {
        let (title, says) = (
            format!("{}-t", self.caption.id),
            format!("{}-d", self.caption.id),
        );
        html! {
            figure class={ "picture " (self.class) } {
                div.canvas {
                    svg role="img" aria-labelledby={ (title) " " (says) } viewBox={ "0 0 " (self.width) " " (self.height) }
                        width=[(!self.stretched).then_some(self.width)] height=[(!self.stretched).then_some(self.height)]
                        preserveAspectRatio=(if self.stretched { "none" } else { "xMinYMin meet" }) {
                        title id=(title) { (self.caption.title) }
                        desc id=(says) { (self.caption.says) }
                        (self.marks)
                    }
                }
                figcaption { (self.legend) }
                (self.behind.html(self.caption.title))
            }
        }
    }
}

impl Behind {
    fn html(&self, title: &str) -> Markup {
        html! {
            details.behind {
                summary { "Show as a table" }
                div.scroll tabindex="0" role="region" aria-label=(title) {
                    table {
                        caption.quiet { (title) }
                        thead { tr { @for head in &self.heads { th scope="col" { (head) } } } }
                        tbody { @for row in &self.rows { tr { @for cell in row { td { (cell) } } } } }
                    }
                }
            }
        }
    }
}

/// An entry of a legend.
fn key(class: &str, words: &str) -> Markup {
    html! { span.key { span class={ "swatch " (class) } aria-hidden="true" {} (words) } }
}

/// Where `part` of `whole` lies on a scale of `length`; held inside it.
fn place(part: i64, whole: i64, length: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let exact = i128::from(part.clamp(0, whole)) * i128::from(length) / i128::from(whole);
    i64::try_from(exact).unwrap_or(length)
}

/// A number of things as a coordinate.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The smallest round number (one digit and zeros) that is not below the largest value: the top of a scale.
fn top(largest: u64) -> u64 {
    let mut step = 1_u64;
    loop {
        for factor in [1, 2, 3, 4, 5, 6, 8] {
            match step.checked_mul(factor) {
                Some(top) if top >= largest => return top,
                Some(_) => {}
                None => return largest,
            }
        }
        step = match step.checked_mul(10) {
            Some(next) => next,
            None => return largest,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_on_the_scale() {
        assert_eq!(
            [
                place(1, 2, 100),
                place(5, 2, 100),
                place(-1, 2, 100),
                place(1, 0, 100)
            ],
            [50, 100, 0, 0]
        );
        assert_eq!(place(i64::MAX, i64::MAX, 10_000), 10_000);
    }

    #[test]
    fn scales_end_at_round_numbers() {
        assert_eq!(
            [0, 1, 3, 7, 11, 412, 5_001].map(top),
            [1, 1, 3, 8, 20, 500, 6_000]
        );
        assert!(top(u64::MAX) == u64::MAX);
    }
}
