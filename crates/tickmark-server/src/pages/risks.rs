//! Risks: the register, and the same as a picture of likelihood by impact.

use maud::{Markup, html};
use tickmark_core::model::document::{Rating, Risk, RiskScale};
use tickmark_core::model::registers::{RiskPoint, RiskStanding, risk_standings};
use tickmark_core::model::time::{Day, Time};
use tickmark_core::report::ItemState;

use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, tag};
use super::policies::{add, days, due};
use super::table::{Asked, Column, Table};
use super::view::{self, Finding};
use super::{link, who};
use crate::house::{Download, House};
use crate::rights::Viewer;

/// The risks that stand today.
#[must_use]
pub fn risks(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Markup {
    let today = who::today(house, now);
    let rows = rows(house, viewer, today);
    let none = part::empty(
        "No risk yet",
        "A risk says what may happen, how likely and how bad it is, and which controls answer it.",
        "tickmark risks",
        &add(viewer, "risk", "Write a risk"),
    );
    let body = html! {
        (part::head(&html! { "Risks" }, &html! { "What may happen, without controls and with them; what is done about it; and whether the tests of those controls found exceptions." }, &add(viewer, "risk", "New risk")))
        @if !rows.is_empty() { (pictures(house, &rows)) }
        (table(&rows, today).html(asked, &none))
    };
    layout(house, viewer, &Frame::new("Risks", Room::Risks), &body)
}

/// The same as a file.
#[must_use]
pub fn risks_csv(house: &House, viewer: &Viewer, now: Time, asked: &Asked) -> Download {
    let today = who::today(house, now);
    table(&rows(house, viewer, today), today).csv(asked)
}

struct Row<'a> {
    standing: RiskStanding<'a>,
    deviations: usize,
}

fn rows<'a>(house: &'a House, viewer: &Viewer, today: Day) -> Vec<Row<'a>> {
    let found = view::findings(house, viewer);
    let standings = risk_standings(&house.state, today);
    standings
        .into_iter()
        .map(|standing| Row {
            deviations: exceptions(&found, standing.risk).count(),
            standing,
        })
        .collect()
}

/// The deviations that tests of a risk's controls found.
pub(super) fn exceptions<'f, 'a>(
    found: &'f [Finding<'a>],
    risk: &'f Risk,
) -> impl Iterator<Item = &'f Finding<'a>> {
    found.iter().filter(move |f| {
        let mine = |c: &str| {
            risk.controls
                .iter()
                .any(|control| control.value.as_str() == c)
        };
        f.item.state == ItemState::Deviation && mine(&f.test.control)
    })
}

fn table<'a>(rows: &'a [Row<'a>], today: Day) -> Table<'a, Row<'a>> {
    let rated = |r: Rating| format!("{} ({} x {})", r.score(), r.likelihood, r.impact);
    Table {
        caption: "Risks",
        path: link::RISKS.into(),
        columns: vec![
            Column::new("statement", "Risk", |r: &Row<'_>| r.standing.risk.statement.clone()).shown(|r| html! { a.wraps href=(link::risk(&r.standing.risk.risk)) { (r.standing.risk.statement) } }),
            Column::new("id", "Short name", |r: &Row<'_>| r.standing.risk.risk.to_string()).hidden(),
            Column::new("category", "Group", |r: &Row<'_>| r.standing.risk.category.to_string()).filter(),
            Column::new("owner", "Owner", |r: &Row<'_>| r.standing.risk.owner.clone()).filter(),
            Column::new("inherent", "Inherent", move |r: &Row<'_>| rated(r.standing.risk.inherent)).ordered(|r| r.standing.risk.inherent.score().into()),
            Column::new("residual", "Residual", move |r: &Row<'_>| rated(r.standing.risk.residual)).ordered(|r| r.standing.risk.residual.score().into()),
            Column::new("treatment", "Treatment", |r: &Row<'_>| r.standing.risk.treatment.as_str().to_owned()).filter(),
            Column::new("controls", "Controls", |r: &Row<'_>| r.standing.risk.controls.iter().map(|c| c.value.to_string()).collect::<Vec<_>>().join(" ")).shown(|r| html! { span.links { @for control in &r.standing.risk.controls { a href=(link::control(&control.value)) { (control.value) } " " } } }),
            Column::new("exceptions", "Exceptions", |r: &Row<'_>| r.deviations.to_string()).ordered(|r| r.deviations as u64).shown(|r| html! { @if r.deviations > 0 { a.plainly href={ (link::risk(&r.standing.risk.risk)) "#exceptions" } { (tag(Tone::Bad, &r.deviations.to_string())) } } @else { span.muted { "0" } } }),
            Column::new("due", "Review by", |r: &Row<'_>| r.standing.risk.review_due.to_string()).shown(move |r| due(Some(r.standing.risk.review_due), today)),
            Column::new("open", "Open", |r: &Row<'_>| r.standing.points.iter().map(|p| point(p).1).collect::<Vec<_>>().join("; ")).shown(|r| html! { @for one in &r.standing.points { @let (tone, words) = point(one); (tag(tone, &words)) " " } @if r.standing.points.is_empty() { span.muted { "nothing" } } }),
        ],
        rows,
        file: "risks",
    }
}

/// Something open about a risk, in words and colour.
pub(super) fn point(point: &RiskPoint) -> (Tone, String) {
    match point {
        RiskPoint::ReviewOverdue(late) => (Tone::Bad, format!("review {} late", days(*late))),
        RiskPoint::NoControl => (Tone::Warn, "mitigated by no control".into()),
        RiskPoint::NotInForce(control) => (Tone::Warn, format!("{control} not in force")),
        RiskPoint::CarriedTooHigh { score, carry_up_to } => (
            Tone::Bad,
            format!("carried at {score}, above {carry_up_to}"),
        ),
    }
}

/// The steps on which risks are rated.
pub(super) fn scale(house: &House) -> RiskScale {
    house
        .state
        .program()
        .map(|p| p.risk_scale)
        .unwrap_or_default()
}

fn pictures(house: &House, rows: &[Row<'_>]) -> Markup {
    let scale = scale(house);
    let all: Vec<&Risk> = rows.iter().map(|r| r.standing.risk).collect();
    html! {
        div.two {
            (card("Without controls", &heat("Risks without controls, likelihood by impact", scale, &all, |r| r.inherent)))
            (card("With what is in place", &heat("Risks with what is in place, likelihood by impact", scale, &all, |r| r.residual)))
        }
    }
}

/// How high a score is: by what the program says it carries, otherwise by its share of the highest.
fn height(scale: RiskScale, score: u32) -> (&'static str, &'static str) {
    let highest = scale.likelihood.saturating_mul(scale.impact).max(1);
    let share = score.saturating_mul(100) / highest;
    match scale.carry_up_to {
        Some(most) if score <= most => ("good", "carried"),
        _ if share >= 60 => ("bad", "high"),
        _ if share >= 25 => ("warn", "medium"),
        _ => ("unknown", "low"),
    }
}

/// Likelihood by impact: a table, so that it is read as well as seen. Marked risks stand in strong letters.
pub(super) fn heat(
    caption: &str,
    scale: RiskScale,
    risks: &[&Risk],
    rating: impl Fn(&Risk) -> Rating,
) -> Markup {
    const MOST: usize = 3;
    let at = |likelihood: u32, impact: u32| -> Vec<&&Risk> {
        let here = |r: &&&Risk| (rating(r).likelihood, rating(r).impact) == (likelihood, impact);
        risks.iter().filter(here).collect()
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.heat {
                caption.quiet { (caption) }
                thead { tr { th scope="col" { "Likelihood" } @for impact in 1..=scale.impact { th scope="col" { "Impact " (impact) } } } }
                tbody { @for likelihood in (1..=scale.likelihood).rev() { tr {
                    th scope="row" { (likelihood) }
                    @for impact in 1..=scale.impact {
                        @let here = at(likelihood, impact);
                        @let (tone, words) = height(scale, likelihood * impact);
                        td class={ "cell " (tone) } title={ "score " (likelihood * impact) ", " (words) } {
                            @for risk in here.iter().take(MOST) { a href=(link::risk(&risk.risk)) title=(risk.statement) { (risk.risk) } " " }
                            @if here.len() > MOST { span.muted { "and " (here.len() - MOST) " more" } }
                            @if here.is_empty() { span.quiet { "none, " (words) } }
                        }
                    }
                } } }
            }
        }
    }
}
