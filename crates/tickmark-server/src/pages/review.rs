//! One access review: the frozen list with what is new since the last one first, and a decision about each item.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tickmark_core::model::frozen::{FrozenItem, FrozenList};
use tickmark_core::model::ids::PersonId;
use tickmark_core::model::registers::{ReviewStanding, review_standings};
use tickmark_core::model::state::{Review, Standing};
use tickmark_core::model::time::{Time, Zone};

use super::exceptions::readable;
use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, digest, entries, entry, facts, tag};
use super::policies::days;
use super::reviews::state;
use super::table::{Asked, Column, Table};
use super::{forms, link, view, who};
use crate::house::{Download, House, Trouble};
use crate::rights::{Action, Viewer};

/// A column, what stood there in the last review, what stands there now.
type Differs = (String, String, String);

/// The lists that a page of a review needs.
#[derive(Debug)]
pub struct Lists {
    /// Its own list, or why it cannot be read.
    pub own: Result<FrozenList, Trouble>,
    /// The list of the review before it; none if it is the first of its control.
    pub before: Option<Result<FrozenList, Trouble>>,
}

/// The last review of the same control before this one.
#[must_use]
pub fn review_before(house: &House, leaf: u64) -> Option<u64> {
    let control = &house.state.reviews.get(&leaf)?.opened.control;
    let earlier = house.state.reviews.range(..leaf).rev();
    let mut same = earlier.filter(|(_, r)| r.opened.control == *control);
    same.next().map(|(leaf, _)| *leaf)
}

/// One review, by its leaf.
///
/// # Errors
/// [`Trouble::Missing`]: no such review.
pub fn review(
    house: &House,
    viewer: &Viewer,
    now: Time,
    leaf: u64,
    lists: &Lists,
    asked: &Asked,
) -> Result<Markup, Trouble> {
    let standing = found(house, now, leaf)?;
    let review = standing.review;
    let before = review_before(house, leaf);
    let rows = rows(house, viewer, review, lists);
    let decides = decides(house, viewer, &rows);
    let title = format!("Review of {}", review.opened.control);
    let lead = html! { (tag(state(&standing).0, state(&standing).1)) " For " (review.opened.covers) ", decide by " (review.opened.due) @if standing.days_late > 0 { " " (tag(Tone::Bad, &format!("{} late", days(standing.days_late)))) } };
    let recheck = html! { @if viewer.may(Action::ManageReviews) && standing.gone < standing.revoke { (forms::post(&link::recheck(leaf), &[], "Look whether it is gone", false)) } };
    let none = html! { p.notice { @match &lists.own { Err(why) => { "The list cannot be shown: " (why) }, Ok(_) => { "The list is empty." } } } };
    let body = html! {
        (part::head(&html! { (title) }, &lead, &recheck))
        div.two {
            (card("The frozen list", &frozen(house, viewer, review)))
            (card("Decisions", &decided(&standing)))
        }
        (card("Since the last review", &since(house, viewer, before, lists, &rows)))
        @if standing.revoke > 0 { (card("What has to go", &going(house, viewer, &rows))) }
        section.card #list {
            h2 { "Items" }
            @if decides { (form(leaf)) }
            (table(house, viewer, leaf, &rows, decides).html(asked, &none))
        }
    };
    let frame = Frame::new(title, Room::Reviews).under("Access reviews", link::REVIEWS);
    Ok(layout(house, viewer, &frame, &body))
}

/// Its items with their decisions, as a file.
///
/// # Errors
/// [`Trouble::Missing`]: no such review.
pub fn review_csv(
    house: &House,
    viewer: &Viewer,
    now: Time,
    leaf: u64,
    lists: &Lists,
    asked: &Asked,
) -> Result<Download, Trouble> {
    let standing = found(house, now, leaf)?;
    let rows = rows(house, viewer, standing.review, lists);
    Ok(table(house, viewer, leaf, &rows, false).csv(asked))
}

fn found(house: &House, now: Time, leaf: u64) -> Result<ReviewStanding<'_>, Trouble> {
    review_standings(&house.state, who::today(house, now))
        .into_iter()
        .find(|s| s.review.leaf == leaf)
        .ok_or_else(|| Trouble::Missing(format!("no review {leaf}; see the list of reviews")))
}

/// How an item stands to the list of the last review.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    New,
    /// What changed: column, before, now.
    Changed(Vec<Differs>),
    Same,
    /// There is no list to compare with.
    Unknown,
}

impl Change {
    const fn words(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed(_) => "changed",
            Self::Same => "as before",
            Self::Unknown => "",
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::New => 0,
            Self::Changed(_) => 1,
            Self::Same | Self::Unknown => 2,
        }
    }
}

struct Row<'a> {
    place: u32,
    item: &'a FrozenItem,
    change: Change,
    standing: Option<Standing>,
    /// The reviewer; none while undecided, or once erased.
    by: Option<&'a PersonId>,
    /// It is the viewer's own.
    own: bool,
}

impl Row<'_> {
    const fn decision(&self) -> &'static str {
        match (&self.standing, self.own) {
            (Some(s), _) if s.keep => "keep",
            (Some(_), _) => "revoke",
            (None, true) => "yours",
            (None, false) => "undecided",
        }
    }

    const fn outcome(&self) -> &'static str {
        match &self.standing {
            Some(s) if !s.keep => match s.gone {
                Some((true, _)) => "gone",
                Some((false, _)) => "still there",
                None => "not looked",
            },
            _ => "",
        }
    }
}

/// Undecided items first, among them what is new and what changed; then by item.
fn rows<'a>(
    house: &'a House,
    viewer: &Viewer,
    review: &'a Review,
    lists: &'a Lists,
) -> Vec<Row<'a>> {
    let Ok(list) = &lists.own else {
        return Vec::new();
    };
    let before: Option<BTreeMap<_, _>> = lists
        .before
        .as_ref()
        .and_then(|b| b.as_ref().ok())
        .map(|b| b.items().iter().map(|i| (&i.item, i)).collect());
    let standings = review.standing();
    let me = who::me(house, viewer);
    let by: BTreeMap<u64, Option<&PersonId>> = review
        .decisions
        .iter()
        .map(|d| (d.leaf, d.person.value.as_ref()))
        .collect();
    let mut rows: Vec<Row<'_>> = (0_u32..)
        .zip(list.items())
        .map(|(place, item)| {
            let standing = standings.get(&place).copied();
            Row {
                place,
                item,
                change: before.as_ref().map_or(Change::Unknown, |b| {
                    change(b.get(&item.item).copied(), item)
                }),
                by: standing.and_then(|s| by.get(&s.leaf).copied().flatten()),
                standing,
                own: me.is_some() && item.person.as_ref() == me,
            }
        })
        .collect();
    rows.sort_by_key(|r| (r.standing.is_some(), r.change.rank(), r.place));
    rows
}

fn change(before: Option<&FrozenItem>, now: &FrozenItem) -> Change {
    let Some(before) = before else {
        return Change::New;
    };
    let mut all = Vec::new();
    let person = |i: &FrozenItem| {
        i.person
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    if before.person != now.person {
        all.push(("person".to_owned(), person(before), person(now)));
    }
    let keys: std::collections::BTreeSet<&String> =
        before.values.keys().chain(now.values.keys()).collect();
    for key in keys {
        let value = |i: &FrozenItem| i.values.get(key).cloned().unwrap_or_default();
        if before.values.get(key) != now.values.get(key) {
            all.push((key.clone(), value(before), value(now)));
        }
    }
    match all.is_empty() {
        true => Change::Same,
        false => Change::Changed(all),
    }
}

fn decides(house: &House, viewer: &Viewer, rows: &[Row<'_>]) -> bool {
    viewer.may(Action::DecideReviews)
        && who::me(house, viewer).is_some()
        && rows.iter().any(|r| !r.own)
}

fn frozen(house: &House, viewer: &Viewer, review: &Review) -> Markup {
    let zone = view::zone(house);
    let opened = &review.opened;
    facts(&[
        (
            "Frozen",
            html! { (part::instant(&zone, review.recorded)) " " (entry(review.leaf)) },
        ),
        (
            "Asked for by",
            html! { a href=(link::control(&opened.control)) { (opened.control) } },
        ),
        ("Items", html! { (part::grouped(opened.items.into())) }),
        (
            "Read from",
            html! { (entries(&review.collections, 6)) ", ledger size " (part::grouped(opened.known_at)) },
        ),
        (
            "Hash of the items",
            digest(&opened.population_hash.to_string()),
        ),
        ("Decided by", html! { (reviewers(house, viewer, review)) }),
    ])
}

fn reviewers(house: &House, viewer: &Viewer, review: &Review) -> Markup {
    let names: std::collections::BTreeSet<Option<&PersonId>> = review
        .decisions
        .iter()
        .map(|d| d.person.value.as_ref())
        .collect();
    html! {
        @if names.is_empty() { span.muted { "nobody yet" } }
        @for name in &names { (who::person_if(house, viewer, *name)) " " }
    }
}

fn decided(standing: &ReviewStanding<'_>) -> Markup {
    let to =
        |decision: &str| link::filtered(&link::review(standing.review.leaf), "decision", decision);
    let number =
        |many: u64, to: String| html! { a.number href={ (to) "#list" } { (part::grouped(many)) } };
    facts(&[
        (
            "Undecided",
            html! { (number(standing.undecided, to("undecided"))) " of " (standing.review.opened.items) },
        ),
        ("Kept", number(standing.keep, to("keep"))),
        ("Revoked", number(standing.revoke, to("revoke"))),
        (
            "Of these gone",
            html! { (standing.gone) @if standing.still > 0 { ", " (tag(Tone::Bad, &format!("{} still there", standing.still))) } @if standing.not_looked() > 0 { ", " (standing.not_looked()) " not looked for yet" } },
        ),
        (
            "Last decision",
            html! { @match standing.review.decisions.last() { Some(last) => { (entry(last.leaf)) }, None => { span.muted { "none" } } } },
        ),
    ])
}

/// What the reviewer should look at first.
fn since(
    house: &House,
    viewer: &Viewer,
    before: Option<u64>,
    lists: &Lists,
    rows: &[Row<'_>],
) -> Markup {
    const MOST: usize = 12;
    let Some(leaf) = before else {
        return html! { p { "This is the first review of its control: there is nothing to compare with." } };
    };
    let old = match &lists.before {
        Some(Ok(old)) => old,
        Some(Err(why)) => {
            return html! { p { "The list of the last review " (entry(leaf)) " cannot be read: " (why) } };
        }
        None => {
            return html! { p { "The list of the last review " (entry(leaf)) " was not read." } };
        }
    };
    let gone: Vec<&FrozenItem> = lists
        .own
        .as_ref()
        .map(|own| old.without(own).collect())
        .unwrap_or_default();
    let new: Vec<&Row<'_>> = rows.iter().filter(|r| r.change == Change::New).collect();
    let changed: Vec<(&Row<'_>, &[Differs])> = rows
        .iter()
        .filter_map(|r| match &r.change {
            Change::Changed(all) => Some((r, all.as_slice())),
            _ => None,
        })
        .collect();
    html! {
        p.sentence { "Compared with " a href=(link::review(leaf)) { "the review before" } " " (entry(leaf)) ": " (new.len()) " new, " (changed.len()) " changed, " (gone.len()) " gone." }
        ul.points {
            @for row in new.iter().take(MOST) { li { (tag(Tone::Warn, "New")) " " code title=(row.item.item) { (readable(row.item.item.as_str())) } " " (whose(house, viewer, row.item)) } }
            @if new.len() > MOST { li { span.muted { "and " (new.len() - MOST) " more new ones" } } }
            @for (row, what) in changed.iter().take(MOST) { li { (tag(Tone::Warn, "Changed")) " " code title=(row.item.item) { (readable(row.item.item.as_str())) } " " @for (column, was, is) in *what { span.stretch { (part::spaced(column)) ": " del { (was) } " \u{2192} " ins { (is) } } } } }
            @if changed.len() > MOST { li { span.muted { "and " (changed.len() - MOST) " more changed ones" } } }
            @for item in gone.iter().take(MOST) { li { (tag(Tone::Plain, "Gone")) " " code title=(item.item) { (readable(item.item.as_str())) } " " (whose(house, viewer, item)) } }
            @if gone.len() > MOST { li { span.muted { "and " (gone.len() - MOST) " more gone ones" } } }
        }
    }
}

fn whose(house: &House, viewer: &Viewer, item: &FrozenItem) -> Markup {
    html! { @match &item.person { Some(person) => { (who::person(house, viewer, person)) }, None => { span.note { "nobody's" } } } }
}

/// Revoked items, and whether a later look found them gone.
fn going(house: &House, viewer: &Viewer, rows: &[Row<'_>]) -> Markup {
    const MOST: usize = 40;
    let zone = view::zone(house);
    let all: Vec<(&Row<'_>, &Standing)> = rows
        .iter()
        .filter_map(|r| Some((r, r.standing.as_ref().filter(|s| !s.keep)?)))
        .collect();
    html! {
        ul.points { @for (row, standing) in all.iter().take(MOST) { li {
            @match standing.gone {
                Some((true, at)) => { (tag(Tone::Good, "Gone")) " " code title=(row.item.item) { (readable(row.item.item.as_str())) } " " span.muted { "not found on " (part::instant(&zone, at)) } },
                Some((false, at)) => { (tag(Tone::Bad, "Still there")) " " code title=(row.item.item) { (readable(row.item.item.as_str())) } " " span.muted { "found on " (part::instant(&zone, at)) } },
                None => { (tag(Tone::Unknown, "Not looked")) " " code title=(row.item.item) { (readable(row.item.item.as_str())) } },
            }
            " " (whose(house, viewer, row.item)) " " span.muted { "revoked " (part::instant(&zone, standing.recorded)) } " " (entry(standing.leaf))
        } } }
        @if all.len() > MOST { p.muted { "and " (all.len() - MOST) " more" } }
    }
}

const FORM: &str = "decide";

/// The form that the choices in the table belong to.
fn form(leaf: u64) -> Markup {
    html! {
        form.batch #(FORM) method="post" action=(link::decide(leaf)) {
            button.main type="submit" { "Record the decisions" }
            button type="submit" name="rest" value="keep" { "Keep the rest of this page too" }
            button type="submit" name="rest" value="revoke" { "Revoke the rest of this page too" }
            p.muted { "Choose keep or revoke below. Nothing counts before it is recorded; a later decision replaces an earlier one, and both stay in the ledger. Your own accounts are somebody else's to decide." }
        }
    }
}

fn values(item: &FrozenItem) -> String {
    let all = item
        .values
        .iter()
        .map(|(k, v)| format!("{}: {v}", part::spaced(k)));
    all.collect::<Vec<_>>().join("; ")
}

fn table<'a>(
    house: &'a House,
    viewer: &'a Viewer,
    leaf: u64,
    rows: &'a [Row<'a>],
    decides: bool,
) -> Table<'a, Row<'a>> {
    let zone = view::zone(house);
    Table {
        caption: "Items of the review",
        path: link::review(leaf),
        columns: vec![
            Column::new("item", "Item", |r: &Row<'_>| r.item.item.to_string()).shown(|r| html! { code.item title=(r.item.item) { (readable(r.item.item.as_str())) } }),
            Column::new("change", "Since the last", |r: &Row<'_>| r.change.words().to_owned()).shown(|r| html! { @match &r.change { Change::New => { (tag(Tone::Warn, "new")) }, Change::Changed(_) => { (tag(Tone::Warn, "changed")) }, other => { span.muted { (other.words()) } } } }).filter(),
            Column::new("person", "Person", move |r: &Row<'_>| r.item.person.as_ref().map(|p| who::called(house, viewer, p).to_owned()).unwrap_or_default()).shown(move |r| whose(house, viewer, r.item)),
            Column::new("values", "What is known", |r: &Row<'_>| values(r.item)),
            Column::new("decision", "Decision", |r: &Row<'_>| r.decision().to_owned()).shown(move |r| decision(r, decides)).filter(),
            Column::new("by", "Decided by", move |r: &Row<'_>| r.standing.map(|_| who::called_if(house, viewer, r.by).to_owned()).unwrap_or_default()).shown(move |r| html! { @if let Some(standing) = r.standing { (who::person_if(house, viewer, r.by)) " " (at(&zone, standing.recorded)) " " (entry(standing.leaf)) } }),
            Column::new("outcome", "Removal", |r: &Row<'_>| r.outcome().to_owned()).shown(|r| html! { @match r.outcome() { "gone" => { (tag(Tone::Good, "gone")) }, "still there" => { (tag(Tone::Bad, "still there")) }, "not looked" => { (tag(Tone::Unknown, "not looked")) }, _ => {} } }).filter(),
        ],
        rows,
        file: "review",
    }
}

fn at(zone: &Zone, time: Time) -> Markup {
    html! { span.muted { (part::instant(zone, time)) } }
}

fn decision(row: &Row<'_>, decides: bool) -> Markup {
    let name = format!("keep-{}", row.place);
    let keep = row.standing.map(|s| s.keep);
    html! {
        @match keep {
            Some(true) => { (tag(Tone::Good, "keep")) " " },
            Some(false) => { (tag(Tone::Bad, "revoke")) " " },
            None if row.own => { span.note { "your own" } },
            None if !decides => { (tag(Tone::Unknown, "undecided")) },
            None => {},
        }
        @if decides && !row.own {
            // Only undecided items are part of "the rest of this page".
            @if keep.is_none() { input type="hidden" form=(FORM) name="place" value=(row.place); }
            span.choices {
                label { input type="radio" form=(FORM) name=(name) value="yes"; " Keep" span.quiet { " " (row.item.item) } }
                label { input type="radio" form=(FORM) name=(name) value="no"; " Revoke" span.quiet { " " (row.item.item) } }
            }
        }
    }
}
