//! Criteria by controls: where a criterion has nothing, it is seen.

use maud::{Markup, html};

use super::layout::{Frame, Room, layout};
use super::link;
use super::part::{self, tag};
use super::table::{self, Asked};
use super::view::{self, ControlView};
use crate::house::{Download, House};
use crate::rights::Viewer;

/// The matrix of criteria and adopted controls.
#[must_use]
pub fn matrix(house: &House, viewer: &Viewer) -> Markup {
    let controls = adopted(house, viewer);
    let gaps = house
        .standings
        .iter()
        .filter(|s| s.controls.is_empty())
        .count();
    let body = html! {
        (part::head(&html! { "Criteria by controls" }, &html! {
            @if gaps == 0 { "Every criterion in scope has a control." } @else { (gaps) " of " (house.standings.len()) " criteria have no adopted control." }
        }, &html! { a.button href=(link::CRITERIA) { "List" } (table::links(&Asked::default().as_csv().address(link::MATRIX), &Asked::default().as_xlsx().address(link::MATRIX))) }))
        @if controls.is_empty() {
            (part::empty("No control is adopted yet", "Adopt a control of the library to see what it answers.", "tickmark controls adopt ID --owner NAME --scope TEXT --effective DAY", &part::button(link::CONTROLS, "Controls of the library")))
        } @else { (grid(house, &controls)) }
    };
    layout(
        house,
        viewer,
        &Frame::new("Matrix", Room::Criteria).under("Criteria", link::CRITERIA),
        &body,
    )
}

fn adopted<'a>(house: &'a House, viewer: &Viewer) -> Vec<ControlView<'a>> {
    view::controls(house, viewer)
        .into_iter()
        .filter(ControlView::is_adopted)
        .collect()
}

fn grid(house: &House, controls: &[ControlView<'_>]) -> Markup {
    html! {
        div.scroll.tall tabindex="0" role="region" aria-label="Criteria by controls" {
            table.matrix {
                caption.quiet { "Criteria by adopted controls; each cell is the state of the control where it is mapped to the criterion" }
                thead { tr {
                    th scope="col" { "Criterion" }
                    th scope="col" { "State" }
                    @for control in controls { th.turned scope="col" title=(control.title) { a href=(link::control(&control.id)) { (control.id) } } }
                } }
                tbody {
                    @for standing in &house.standings {
                        @let (tone, words) = view::tone_of(standing);
                        tr class=[standing.controls.is_empty().then_some("gap")] {
                            th scope="row" { a href=(link::criterion(standing.criterion)) title=(standing.title) { (standing.criterion) } }
                            td { (tag(tone, words)) }
                            @for control in controls {
                                @if control.criteria.contains(&standing.criterion) {
                                    @let (tone, words) = control.standing();
                                    td class={ "cell " (tone.class()) } title={ (control.id) ": " (words) } { span aria-hidden="true" { (tone.sign()) } span.quiet { (words) } }
                                } @else { td.cell {} }
                            }
                        }
                    }
                }
            }
        }
        p.legend { @for (tone, words) in [(part::Tone::Good, "No deviation noted"), (part::Tone::Bad, "Deviation noted"), (part::Tone::Unknown, "Not tested or unable to test"), (part::Tone::Warn, "Did not operate, or no control")] { (tag(tone, words)) " " } }
    }
}

/// The same as a file: the state of a control where it is mapped.
#[must_use]
pub fn matrix_csv(house: &House, viewer: &Viewer, asked: &Asked) -> Download {
    let controls = adopted(house, viewer);
    let heads: Vec<&str> = ["Criterion", "Title", "State"]
        .into_iter()
        .chain(controls.iter().map(|c| c.id.as_str()))
        .collect();
    let rows = house.standings.iter().map(|standing| {
        let first = [
            standing.criterion.to_string(),
            standing.title.clone(),
            view::tone_of(standing).1.to_owned(),
        ];
        let mapped = move |c: &ControlView<'_>| match c.criteria.contains(&standing.criterion) {
            true => c.standing().1.to_owned(),
            false => String::new(),
        };
        first.into_iter().chain(controls.iter().map(mapped))
    });
    table::file(asked, "criteria-by-controls", &heads, rows)
}
