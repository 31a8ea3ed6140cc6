//! The list of controls.

use maud::{Markup, html};

use super::layout::{Frame, Room, layout};
use super::link;
use super::part::{self, tag};
use super::table::{Asked, Column, Table};
use super::view::{self, ControlView};
use crate::house::{Download, House};
use crate::rights::{Action, Viewer};

/// Controls that are adopted, and those of the library that are not.
#[must_use]
pub fn controls(house: &House, viewer: &Viewer, asked: &Asked) -> Markup {
    let rows = view::controls(house, viewer);
    let adopted = rows.iter().filter(|c| c.is_adopted()).count();
    let none = part::empty(
        "No control to show",
        if viewer.sees_all(Action::ViewControls) {
            "The library of controls is empty."
        } else {
            "No adopted control names you as its owner."
        },
        "tickmark controls adopt ID --owner NAME --scope TEXT --effective DAY",
        &html! {},
    );
    let body = html! {
        (part::head(&html! { "Controls" }, &html! { (adopted) " adopted, " (rows.len() - adopted) " more in the library. A manual control weighs as much as an automated one." }, &part::button(link::MATRIX, "Matrix")))
        (table(&rows).html(asked, &none))
    };
    layout(
        house,
        viewer,
        &Frame::new("Controls", Room::Controls),
        &body,
    )
}

/// The same as a file.
#[must_use]
pub fn controls_csv(house: &House, viewer: &Viewer, asked: &Asked) -> Download {
    table(&view::controls(house, viewer)).csv(asked)
}

fn table<'a>(rows: &'a [ControlView<'a>]) -> Table<'a, ControlView<'a>> {
    Table {
        caption: "Controls",
        path: link::CONTROLS.into(),
        columns: vec![
            Column::new("id", "Control", |c: &ControlView<'_>| c.id.clone()).shown(|c| html! { a href=(link::control(&c.id)) { (c.id) } }),
            Column::new("title", "Title", |c: &ControlView<'_>| c.title.to_owned()),
            Column::new("state", "State", |c: &ControlView<'_>| c.standing().1.to_owned()).shown(|c| { let (tone, words) = c.standing(); tag(tone, words) }).filter(),
            Column::new("owner", "Owner", |c: &ControlView<'_>| c.owner.unwrap_or("").to_owned()).filter(),
            Column::new("criteria", "Criteria", |c: &ControlView<'_>| c.criteria.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
                .shown(|c| html! { span.links { @for id in &c.criteria { a href=(link::criterion(id)) { (id) } " " } } }),
            Column::new("frequency", "Frequency", |c: &ControlView<'_>| c.frequency()),
            Column::new("automation", "Test", |c: &ControlView<'_>| c.automation().to_owned()).filter(),
            Column::new("adopted", "Adopted", |c: &ControlView<'_>| if c.is_adopted() { "adopted" } else { "library" }.to_owned()).filter().hidden(),
        ],
        rows,
        file: "controls",
    }
}
