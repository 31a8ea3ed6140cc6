//! Access reviews: which lists were frozen, how far they are decided, and whether what had to go is gone.

use maud::{Markup, html};
use tickmark_core::model::manifest::Shape;
use tickmark_core::model::registers::{ReviewStanding, review_standings};
use tickmark_core::model::time::Time;

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, tag};
use super::policies::days;
use super::table::{Asked, Column, Table};
use super::{forms, link, view, who};
use crate::house::{Download, House};
use crate::rights::{Action, Viewer};

/// What was typed into the form of a new review.
#[derive(Debug, Clone, Default)]
pub struct NewReview {
    /// Control that asks for it.
    pub control: String,
    /// Population of state.
    pub population: String,
    /// Days it stands for.
    pub covers: String,
    /// Last day to decide on.
    pub due: String,
    /// Why it was refused.
    pub refused: Option<String>,
}

/// All reviews, the newest first. `typed` is there after a refusal.
#[must_use]
pub fn reviews(
    house: &House,
    viewer: &Viewer,
    now: Time,
    asked: &Asked,
    typed: Option<&NewReview>,
) -> Markup {
    let rows = review_standings(&house.state, who::today(house, now));
    let none = part::empty(
        "No access review yet",
        "A review freezes the list of accounts as its sources gave it; each is kept or revoked, and a later look shows whether it is gone.",
        "tickmark reviews",
        &html! {},
    );
    let body = html! {
        (part::head(&html! { "Access reviews" }, &html! { "Each list is frozen with its hash. Nobody decides about the own account. What is revoked counts as gone only when a later collection does not find it." }, &html! {}))
        @if viewer.may(Action::ManageReviews) {
            details.form open[typed.is_some() || rows.is_empty()] { summary { "Open a review" } (form(house, now, typed)) }
        }
        (table(house, &rows).html(asked, &none))
    };
    layout(
        house,
        viewer,
        &Frame::new("Access reviews", Room::Reviews),
        &body,
    )
}

/// The same as a file.
#[must_use]
pub fn reviews_csv(house: &House, _viewer: &Viewer, now: Time, asked: &Asked) -> Download {
    table(
        house,
        &review_standings(&house.state, who::today(house, now)),
    )
    .csv(asked)
}

/// Where a review stands.
pub(super) fn state(standing: &ReviewStanding<'_>) -> (Tone, &'static str) {
    match (
        standing.undecided,
        standing.is_done(),
        standing.days_late > 0,
    ) {
        (0, true, _) => (Tone::Good, "done"),
        (0, false, _) if standing.still > 0 => (Tone::Bad, "still there"),
        (0, false, _) => (Tone::Warn, "revocations not seen"),
        (_, _, true) => (Tone::Bad, "overdue"),
        _ => (Tone::Warn, "being decided"),
    }
}

fn table<'a>(house: &House, rows: &'a [ReviewStanding<'a>]) -> Table<'a, ReviewStanding<'a>> {
    type Row<'a> = ReviewStanding<'a>;
    let zone = view::zone(house);
    Table {
        caption: "Access reviews",
        path: link::REVIEWS.into(),
        columns: vec![
            Column::new("review", "Review", |r: &Row<'_>| r.review.leaf.to_string()).ordered(|r| r.review.leaf).shown(|r| html! { a.leaf href=(link::review(r.review.leaf)) { "#" (r.review.leaf) } }),
            Column::new("control", "Control", |r: &Row<'_>| r.review.opened.control.to_string()).shown(|r| html! { a href=(link::control(&r.review.opened.control)) { (r.review.opened.control) } }).filter(),
            Column::new("covers", "Stands for", |r: &Row<'_>| r.review.opened.covers.to_string()).shown(|r| html! { a href=(link::review(r.review.leaf)) { (r.review.opened.covers) } }),
            Column::new("opened", "Frozen", move |r: &Row<'_>| part::minute(&zone, r.review.recorded)),
            Column::number("items", "Items", |r: &Row<'_>| u64::from(r.review.opened.items)),
            Column::number("undecided", "Undecided", |r: &Row<'_>| r.undecided),
            Column::number("keep", "Kept", |r: &Row<'_>| r.keep),
            Column::number("revoke", "Revoked", |r: &Row<'_>| r.revoke),
            Column::number("gone", "Of these gone", |r: &Row<'_>| r.gone),
            Column::new("due", "Decide by", |r: &Row<'_>| r.review.opened.due.to_string()).shown(|r| html! { (r.review.opened.due) @if r.days_late > 0 { " " (tag(Tone::Bad, &format!("{} late", days(r.days_late)))) } }),
            Column::new("state", "State", |r: &Row<'_>| state(r).1.to_owned()).shown(|r| { let (tone, words) = state(r); tag(tone, words) }).filter(),
        ],
        rows,
        file: "reviews",
    }
}

/// The form of a new review: an adopted control, a population of state, the days, and until when.
fn form(house: &House, now: Time, typed: Option<&NewReview>) -> Markup {
    let empty = NewReview::default();
    let given = typed.unwrap_or(&empty);
    let today = who::today(house, now);
    let controls: Vec<(String, String)> = house
        .state
        .adopted()
        .map(|(_, adoption)| {
            let title = house.library.controls.get(&adoption.control);
            let title = title.map_or("", |c| c.front.title.as_str());
            let words = format!("{} {title}", adoption.control);
            (adoption.control.to_string(), words.trim().to_owned())
        })
        .collect();
    let states = house.library.schemas.iter();
    let populations: Vec<(String, String)> = states
        .filter(|(_, schema)| schema.shape == Shape::State)
        .map(|(name, schema)| {
            (
                name.to_string(),
                format!("{}: {}", part::spaced(name.as_str()), schema.says),
            )
        })
        .collect();
    let quarter = format!("{}..{}", today.plus_months(-3).plus_days(1), today);
    let covers = match given.covers.is_empty() {
        true => &quarter,
        false => &given.covers,
    };
    let population = match given.population.is_empty() {
        true => "account",
        false => &given.population,
    };
    html! {
        (forms::refused(given.refused.as_deref()))
        form.hand-in method="post" action=(link::REVIEWS) {
            @if controls.is_empty() { (forms::line("Control that asks for it", "control", &given.control, "IAM-04", true)) }
            @else { (forms::choice("Control that asks for it", "control", &controls, &given.control, None)) }
            @if populations.is_empty() { (forms::line("List to freeze", "population", population, "account", true)) }
            @else { (forms::choice("List to freeze", "population", &populations, population, None)) }
            (forms::line("Days it stands for", "covers", covers, "2026-01-01..2026-03-31", true))
            (forms::day("Decide by", "due", &given.due, true))
            button.main type="submit" { "Freeze the list" }
            p.muted { "The list is read from the last complete collection. Collect first if that is old." }
        }
    }
}
