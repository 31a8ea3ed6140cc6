//! Every item that did not pass: of all tests, or of one.

use maud::{Markup, html};
use tickmark_core::model::ids::ItemId;
use tickmark_core::model::time::Zone;
use tickmark_core::report::{ItemState, state::attribute_mark};

use super::layout::{Frame, Room, layout};
use super::link;
use super::part::{self, entry, tag, tone_of_item};
use super::table::{Asked, Column, Table};
use super::tasks::Tasked;
use super::view::{self, Finding};
use crate::house::{Download, House};
use crate::rights::Viewer;

/// All items that did not pass, whatever became of them since.
#[must_use]
pub fn exceptions(house: &House, viewer: &Viewer, asked: &Asked) -> Markup {
    let rows = view::findings(house, viewer);
    let zone = view::zone(house);
    let tasked = Tasked::of(house, viewer);
    let why = house.inputs.as_ref().err().map_or(
        "No run of this period has an item that did not pass.",
        String::as_str,
    );
    let none = part::empty(
        "Nothing to list",
        why,
        "tickmark test",
        &part::button(link::TESTS, "See the tests"),
    );
    let body = html! {
        (part::head(&html! { "Exceptions" }, &html! { "Every item that did not pass, with its reason and how long it lasted. Corrected ones stay: the auditor sees the same list." }, &html! {}))
        (table_with(&rows, &zone, link::EXCEPTIONS.into(), "exceptions", true, tasked.as_ref()).html(asked, &none))
        @if let Some(tasked) = tasked.as_ref().filter(|_| !rows.is_empty()) { (tasked.form(house, viewer, None)) }
    };
    layout(
        house,
        viewer,
        &Frame::new("Exceptions", Room::Exceptions),
        &body,
    )
}

/// The same as a file.
#[must_use]
pub fn exceptions_csv(house: &House, viewer: &Viewer, asked: &Asked) -> Download {
    let zone = view::zone(house);
    table(
        &view::findings(house, viewer),
        &zone,
        link::EXCEPTIONS.into(),
        "exceptions",
        true,
    )
    .csv(asked)
}

/// Items that did not pass as a table; `all` names the test of each.
pub(super) fn table<'a>(
    rows: &'a [Finding<'a>],
    zone: &'a Zone,
    path: String,
    file: &'a str,
    all: bool,
) -> Table<'a, Finding<'a>> {
    table_with(rows, zone, path, file, all, None)
}

/// The same with the open task of each item, and with boxes to choose items for new ones.
pub(super) fn table_with<'a>(
    rows: &'a [Finding<'a>],
    zone: &'a Zone,
    path: String,
    file: &'a str,
    all: bool,
    tasked: Option<&'a Tasked<'a>>,
) -> Table<'a, Finding<'a>> {
    let mut columns = Vec::new();
    if all {
        columns.push(
            Column::new("test", "Test", |f: &Finding<'_>| f.test.id.clone())
                .shown(|f| html! { a href=(link::test(&f.test.id)) { (f.test.id) } })
                .filter(),
        );
    }
    columns.extend([
        Column::new("item", "Item", |f: &Finding<'_>| f.item.item.clone()).shown(move |f| html! { @if let Some(tasked) = tasked { (tasked.pick(f)) } code.item title=(f.item.item) { (readable(&f.item.item)) } }),
        Column::new("state", "State", |f: &Finding<'_>| f.item.state.words().to_owned()).shown(|f| tag(tone_of_item(f.item.state), f.item.state.words())).filter(),
        Column::new("attributes", "Attributes", |f: &Finding<'_>| attributes(f)).shown(|f| html! { span.marks { (attributes(f)) } }),
        Column::new("reason", "Reason", Finding::reasons).shown(|f| html! { (f.reasons()) " " @for (code, _) in &f.item.reasons { code.code-word { (code) } " " } }),
        Column::new("codes", "Codes", |f: &Finding<'_>| f.item.reasons.iter().map(|r| r.0.as_str()).collect::<Vec<_>>().join(" ")).hidden(),
        Column::new("from", "From", |f: &Finding<'_>| f.item.from.map(|t| part::minute(zone, t)).unwrap_or_default()).shown(|f| html! { @if let Some(from) = f.item.from { (part::instant(zone, from)) } }),
        Column::new("until", "Until", |f: &Finding<'_>| f.item.until.map(|t| part::minute(zone, t)).unwrap_or_default()).shown(|f| match (f.item.from, f.item.until) {
            (_, Some(until)) => part::instant(zone, until),
            (Some(_), None) if f.item.state == ItemState::Deviation => html! { span.note { "still open" } },
            _ => html! {},
        }),
        Column::new("lasted", "Lasted", |f: &Finding<'_>| f.item.from.map(|from| part::lasted(from, f.until())).unwrap_or_default())
            .ordered(|f| f.item.from.map_or(0, |from| u64::try_from(f.until().since(from)).unwrap_or(0)))
            .shown(|f| html! { @if let Some(from) = f.item.from.filter(|from| *from < f.until()) { (part::lasted(from, f.until())) } }),
        Column::new("records", "Records", |f: &Finding<'_>| f.item.citations.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")).shown(|f| html! {
            span.leaves { @for citation in f.item.citations.iter().take(4) { a.leaf href=(link::entry(citation.leaf)) title={ "entry " (citation.leaf) ", blob " (citation.blob) ", record " (citation.record) } { (citation) } " " } @if f.item.citations.len() > 4 { span.muted { "and " (f.item.citations.len() - 4) " more" } } @if f.item.citations.is_empty() { "run " (entry(f.test.leaf)) } }
        }),
    ]);
    if let Some(tasked) = tasked {
        let task = |f: &Finding<'_>| tasked.about(&f.test.id, &f.item.item);
        columns.push(
            Column::new("task", "Task", move |f: &Finding<'_>| {
                task(f).map(|t| t.leaf.to_string()).unwrap_or_default()
            })
            .shown(move |f| tasked.shown(f)),
        );
    }
    Table {
        caption: "Items that did not pass",
        path,
        columns,
        rows,
        file,
    }
}

/// One mark an attribute: `A ✓  B X`.
fn attributes(finding: &Finding<'_>) -> String {
    let letters = finding
        .test
        .attributes
        .iter()
        .map(|(letter, _)| *letter)
        .chain('A'..='Z');
    let marks = finding
        .item
        .attributes
        .chars()
        .zip(letters.take(finding.item.attributes.len().min(26)));
    marks
        .map(|(mark, letter)| format!("{letter} {}", attribute_mark(mark)))
        .collect::<Vec<_>>()
        .join("  ")
}

/// An item's key for reading: its parts as the source writes them, digests by their first twelve digits. The whole one stands in the title
/// and in the export.
pub(super) fn readable(item: &str) -> String {
    let Ok(id) = ItemId::parse(item) else {
        return item.to_owned();
    };
    let digest = |part: &str| part.len() >= 40 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let short = |part: String| match digest(&part) {
        true => part.chars().take(12).collect(),
        false => part,
    };
    let parts: Vec<String> = id.key().into_iter().map(short).collect();
    parts.join(" \u{b7} ")
}
