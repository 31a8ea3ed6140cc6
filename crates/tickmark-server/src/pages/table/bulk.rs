//! Doing something with several rows at once.
//!
//! ```text
//! let bulk = Bulk::new("task", |t: &Row| t.open.then(|| t.leaf.to_string()), |t| t.title.clone())
//!     .action("/do/reassign", "Reassign")
//!     .field("owner", "Owner", "text")
//!     .field("due", "Due", "date");
//! table.acting(&asked, &none, &bulk)          // instead of table.html(&asked, &none)
//! ```
//!
//! What is sent: one field of the given name for each selected row (`task=17&task=18&owner=…`), read with `ask.form.all("task")`. A handler
//! refuses an empty selection itself and checks each row: the page is no guard. It works without the script, which only adds a box that
//! selects the whole page and a count. The table itself is in no form, so its cells may have forms of their own; a page has at most one
//! table with a [`Bulk`].

use maud::{Markup, html};

/// The id of the form; boxes, fields and buttons join it with `form=`.
const FORM: &str = "bulk";

type Value<'a, T> = Box<dyn Fn(&T) -> Option<String> + 'a>;
type Name<'a, T> = Box<dyn Fn(&T) -> String + 'a>;

/// What can be done with the selected rows of a table.
pub struct Bulk<'a, T> {
    field: &'static str,
    value: Value<'a, T>,
    name: Name<'a, T>,
    inputs: Vec<Markup>,
    actions: Vec<(String, String)>,
}

impl<'a, T> Bulk<'a, T> {
    /// Rows are sent as `field`; `value` is what stands for a row (none: it cannot be selected), `name` what people call it.
    pub fn new(
        field: &'static str,
        value: impl Fn(&T) -> Option<String> + 'a,
        name: impl Fn(&T) -> String + 'a,
    ) -> Self {
        Self {
            field,
            value: Box::new(value),
            name: Box::new(name),
            inputs: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// A button that posts the selected rows to an address.
    #[must_use]
    pub fn action(mut self, to: &str, words: &str) -> Self {
        self.actions.push((to.to_owned(), words.to_owned()));
        self
    }

    /// A field beside the buttons; `kind` as of `<input type>`.
    #[must_use]
    pub fn field(mut self, name: &str, label: &str, kind: &str) -> Self {
        self.inputs.push(html! {
            label { span { (label) } input form=(FORM) type=(kind) name=(name) autocomplete="off"; }
        });
        self
    }

    /// A choice beside the buttons: value and words.
    #[must_use]
    pub fn choice(mut self, name: &str, label: &str, options: &[(String, String)]) -> Self {
        self.inputs.push(html! {
            label { span { (label) } select form=(FORM) name=(name) {
                @for (value, words) in options { option value=(value) { (words) } }
            } }
        });
        self
    }

    /// A value that goes with the selection unseen, such as the run whose items are listed.
    #[must_use]
    pub fn hidden(mut self, name: &str, value: &str) -> Self {
        self.inputs
            .push(html! { input form=(FORM) type="hidden" name=(name) value=(value); });
        self
    }

    /// The form with its fields and buttons.
    pub(super) fn bar(&self) -> Markup {
        let first = self.actions.first().map_or("", |(to, _)| to.as_str());
        html! {
            form id=(FORM) method="post" action=(first) {}
            div.bulk role="group" aria-label="With the selected rows" {
                span.bulk-title { "With the selected rows" }
                @for input in &self.inputs { (input) }
                @for (to, words) in &self.actions { button type="submit" form=(FORM) formaction=(to) { (words) } }
                span.bulk-count role="status" {}
            }
        }
    }

    /// The head of the column of boxes.
    pub(super) fn head() -> Markup {
        html! { th.pick scope="col" { span.quiet { "Select" } } }
    }

    /// The box of a row.
    pub(super) fn cell(&self, row: &T) -> Markup {
        html! {
            td.pick { @if let Some(value) = (self.value)(row) {
                label { input form=(FORM) type="checkbox" name=(self.field) value=(value); span.quiet { "Select " ((self.name)(row)) } }
            } }
        }
    }
}
