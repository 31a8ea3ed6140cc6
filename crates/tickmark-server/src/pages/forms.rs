//! Fields of forms, each inside its label, and buttons that do something. All of it works without a script.

use maud::{Markup, html};

use super::who;
use crate::house::House;
use crate::rights::Viewer;

/// A line of text.
pub(super) fn line(label: &str, name: &str, value: &str, hint: &str, required: bool) -> Markup {
    html! {
        label { span { (label) } input type="text" name=(name) value=(value) placeholder=[(!hint.is_empty()).then_some(hint)] autocomplete="off" required[required]; }
    }
}

/// A day.
pub(super) fn day(label: &str, name: &str, value: &str, required: bool) -> Markup {
    html! { label { span { (label) } input type="date" name=(name) value=(value) required[required]; } }
}

/// A whole number from 1.
pub(super) fn number(label: &str, name: &str, value: &str, required: bool) -> Markup {
    html! { label { span { (label) } input type="number" min="1" name=(name) value=(value) required[required]; } }
}

/// Several lines of text.
pub(super) fn area(label: &str, name: &str, value: &str, rows: &str, required: bool) -> Markup {
    // A reader of HTML drops the line feed that a text begins with; this one is there to be dropped.
    html! {
        label { span { (label) } textarea name=(name) rows=(rows) spellcheck="false" autocomplete="off" required[required] { "\n" (value) } }
    }
}

/// One of several: value and words. `none` is offered first, as nothing.
pub(super) fn choice(
    label: &str,
    name: &str,
    options: &[(String, String)],
    chosen: &str,
    none: Option<&str>,
) -> Markup {
    html! {
        label { span { (label) }
            select name=(name) required[none.is_none()] {
                @if let Some(none) = none { option value="" { (none) } }
                @for (value, words) in options { option value=(value) selected[value == chosen] { (words) } }
            }
        }
    }
}

/// A person who can take care of something: nobody but humans.
pub(super) fn person(
    house: &House,
    viewer: &Viewer,
    label: &str,
    name: &str,
    none: Option<&str>,
) -> Markup {
    let humans = house.people.persons.iter().filter(|p| p.kind.is_human());
    let options: Vec<(String, String)> = humans
        .map(|p| {
            let called = who::called(house, viewer, &p.person);
            let words = match called == p.person.as_str() {
                true => called.to_owned(),
                false => format!("{called} ({})", p.person),
            };
            (p.person.to_string(), words)
        })
        .collect();
    if options.is_empty() {
        return line(label, name, "", "a handle of people.yaml", none.is_none());
    }
    choice(label, name, &options, "", none)
}

/// Why something was not done, above the form that still holds what was typed.
pub(super) fn refused(why: Option<&str>) -> Markup {
    html! {
        @if let Some(why) = why {
            div.notice.bad role="alert" { p { strong { "Not saved. What you typed is still here." } } pre { (why) } }
        }
    }
}

/// A button with hidden fields.
pub(super) fn post(to: &str, fields: &[(&str, &str)], words: &str, main: bool) -> Markup {
    html! {
        form.deed method="post" action=(to) {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button type="submit" class=[main.then_some("main")] { (words) }
        }
    }
}
