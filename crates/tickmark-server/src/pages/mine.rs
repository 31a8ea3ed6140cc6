//! A control owner's page: own controls with their results, what each owes in the period, and handing it in.

use maud::{Markup, html};
use tickmark_core::judge::freshness::{Evidenced, Freshness, worst};
use tickmark_core::model::time::{Period, Time, Zone};

use super::layout::{Frame, Room, layout};
use super::part::{self, tag};
use super::view::{self, ControlView};
use super::{duties, link, owed};
use crate::house::House;
use crate::rights::{Action, Viewer};

/// The page.
#[must_use]
pub fn mine(house: &House, viewer: &Viewer, now: Time) -> Markup {
    let all = duties::own_controls(house, viewer);
    let period = house.inputs.as_ref().ok().map(view::period);
    let owes: Vec<(ControlView<'_>, Vec<Evidenced>)> = all
        .into_iter()
        .map(|control| {
            let owed = owed::occurrences(house, &control, now);
            (control, owed)
        })
        .collect();
    let body = html! {
        (part::head(&html! { "My controls" }, &lead(&owes, period), &html! {
            @if viewer.may(Action::AskForEvidence) { (part::button(link::HAND_IN_LINKS, "Ask somebody by a link")) }
        }))
        @if owes.is_empty() { (nothing(viewer)) }
        @for (control, owed) in &owes { (one(house, viewer, now, control, owed)) }
    };
    layout(house, viewer, &Frame::new("My controls", Room::Mine), &body)
}

fn lead(owes: &[(ControlView<'_>, Vec<Evidenced>)], period: Option<Period>) -> Markup {
    let all = owes.iter().flat_map(|(_, owed)| owed);
    let (mut expected, mut there) = (0, 0);
    for one in all.filter(|o| o.freshness.is_some()) {
        expected += 1;
        there += usize::from(one.freshness == Some(Freshness::Fresh));
    }
    html! {
        (part::many(owes.len(), "control"))
        @if let Some(period) = period { ", period " (period) }
        @if expected > 0 { ": " (there) " of " (expected) " occurrences that are due have evidence" }
        "."
    }
}

fn nothing(viewer: &Viewer) -> Markup {
    html! {
        div.empty {
            p.empty-title { "No control names you as its owner" }
            p { "A control's owner is written in its adoption. You stand for " strong { (viewer.stands_for.as_deref().unwrap_or(&viewer.mail)) } "; if a control should be yours, whoever leads compliance writes that there, or changes what you stand for." }
            @if viewer.may(Action::ViewHome) { p.next { (part::button(link::CONTROLS, "All controls")) } }
        }
    }
}

fn one(
    house: &House,
    viewer: &Viewer,
    now: Time,
    control: &ControlView<'_>,
    owed: &[Evidenced],
) -> Markup {
    let (tone, words) = control.standing();
    let zone = view::zone(house);
    html! {
        section.card.own id=(control.id) {
            div.card-head {
                h2 { a href=(link::control(&control.id)) { (control.id) } " " (control.title) }
                div.aside { (tag(tone, words)) }
            }
            @if let Some(version) = control.versions.last() { p.statement { (version.statement) } }
            p.muted { "Operates " (control.frequency()) ", tested " (control.automation()) "." }
            @if !control.tests.is_empty() {
                ul.points { @for test in &control.tests { li { (part::result(test.result)) " " a href=(link::test(&test.id)) { (test.id) } " " span.muted { (test.period) } } } }
            }
            @if owed.is_empty() {
                p { @if control.automation() == "automated" { "Nothing is owed by hand: its tests read what the sources recorded." } @else { "It owes nothing on certain days. Hand in what shows that it operated, with the days it covers." } }
            } @else {
                h3 { "What it owes in the period" @if let Some(worst) = worst(owed) { " " @let (tone, words) = owed::words(Some(worst)); (tag(tone, words)) } }
                ul.points.occurrences { @for one in owed { (occurrence(&zone, now, one)) } }
            }
            (form(house, viewer, now, control, owed))
        }
    }
}

fn occurrence(zone: &Zone, now: Time, one: &Evidenced) -> Markup {
    let (tone, words) = owed::words(one.freshness);
    let today = zone.day_of(now);
    html! {
        li {
            (tag(tone, words)) " " strong { (one.days.from) " to " (one.days.to) } " "
            span.muted {
                @match one.days_late {
                    Some(0) => { "handed in in time" },
                    Some(late) => { "handed in " (part::many(usize::try_from(late).unwrap_or(0), "day")) " late" },
                    None if one.days.from > today => { "not begun" },
                    None => { (owed::means(one.freshness)) },
                }
            }
            @for leaf in one.leaves.iter().take(4) { " " a.leaf href=(link::evidence(*leaf)) aria-label={ "evidence, entry " (leaf) } { "#" (leaf) } }
            @if one.leaves.len() > 4 { " " span.muted { "and " (one.leaves.len() - 4) " more" } }
        }
    }
}

/// Handing in: several files at once, for the occurrence that is open.
fn form(
    house: &House,
    viewer: &Viewer,
    now: Time,
    control: &ControlView<'_>,
    owed: &[Evidenced],
) -> Markup {
    let today = view::zone(house).day_of(now);
    let open = owed::open(owed, today);
    let choices = owed::choices(house, control, now);
    let whole = owed.is_empty();
    let name = format!("covers-{}", control.id);
    html! {
        details.form open[open.is_some()] {
            summary { "Hand in evidence" @if let Some(days) = open { " for " (days.from) " to " (days.to) } }
            form.hand-in method="post" action=(link::DO_HAND_IN) enctype="multipart/form-data" {
                input type="hidden" name="control" value=(control.id);
                @if whole {
                    label { span { "Days it covers" } input id=(name) type="text" name="covers" required value={ (today) ".." (today) } placeholder="2026-01-01..2026-03-31" pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2}"; }
                } @else {
                    label { span { "For which days" } select id=(name) name="covers" required {
                        @for (days, freshness) in &choices {
                            option value=(days) selected[open == Some(*days)] { (days.from) " to " (days.to) ", " (owed::words(*freshness).1.to_lowercase()) }
                        }
                    } }
                }
                (drop_zone())
                button.main.big type="submit" { "Hand in" }
                p.muted { "The days it covers count, not the day of the upload; both are recorded. You get a receipt." }
            }
            @if viewer.may(Action::AskForEvidence) { p { a href=(link::filtered(link::HAND_IN_LINKS, "control", &control.id)) { "Let somebody without an account hand it in" } } }
        }
    }
}

/// The place for files; the script lets them be dropped there.
pub(super) fn drop_zone() -> Markup {
    html! {
        label.drop { span { "Files: choose, or drop them here" } input type="file" name="file" required multiple; }
    }
}
