//! What is shown when something was not done or not found.

use maud::{Markup, html};

use super::layout::{Frame, Room, bare, layout};
use super::link;
use crate::house::{House, Trouble};
use crate::rights::Viewer;

/// The error page inside the frame.
#[must_use]
pub fn trouble(house: &House, viewer: &Viewer, trouble: &Trouble) -> Markup {
    let (title, body) = said(trouble);
    layout(house, viewer, &Frame::new(title, Room::None), &body)
}

/// The error page where there is no house to show, or nobody is signed in.
#[must_use]
pub fn bare_trouble(trouble: &Trouble) -> Markup {
    let (title, body) = said(trouble);
    bare(title, &body)
}

fn said(trouble: &Trouble) -> (&'static str, Markup) {
    let (title, next) = match trouble {
        Trouble::Refused(_) => (
            "That was refused",
            "Nothing was recorded. Go back, correct it and send it again.",
        ),
        Trouble::Missing(_) => (
            "There is no such page",
            "It may never have existed, or it is not yours to see.",
        ),
        Trouble::Environment(_) => (
            "The machine failed",
            "What was acknowledged before is safe. Try again; if it stays, run `tickmark log fsck`.",
        ),
    };
    let body = html! {
        div.trouble role="alert" {
            h1 { (title) }
            pre.said { (trouble) }
            p { (next) }
            p { a.button href=(link::HOME) { "Home" } }
        }
    };
    (title, body)
}
