//! One person: accounts and who says that they are theirs, what happened in order, and what is due.

use maud::{Markup, html};
use tickmark_core::model::document::{Account, Person};
use tickmark_core::model::registers::{policy_standings, task_standings};
use tickmark_core::model::time::{Day, Time};

use super::exceptions::readable;
use super::layout::{Frame, Room, layout};
use super::part::{self, Tone, card, entry, tag};
use super::people::kind;
use super::policies::days;
use super::who::{self, Progress};
use super::{link, view};
use crate::house::{House, Trouble};
use crate::rights::Viewer;

/// One person.
///
/// # Errors
/// [`Trouble::Missing`]: nobody is called so in `people.yaml`.
pub fn person(house: &House, viewer: &Viewer, now: Time, handle: &str) -> Result<Markup, Trouble> {
    let found = house
        .people
        .persons
        .iter()
        .find(|p| p.person.as_str() == handle);
    let person = found.ok_or_else(|| {
        Trouble::Missing(format!("nobody is called {handle}; see the list of people"))
    })?;
    let today = who::today(house, now);
    let name = who::called(house, viewer, &person.person);
    let groups: Vec<&str> = person.groups.iter().map(AsRef::as_ref).collect();
    let lead = html! { "Handle " code { (person.person) } ", " (kind(person.kind)) @if !groups.is_empty() { ", in " (groups.join(", ")) } };
    let body = html! {
        (part::head(&html! { (name) }, &lead, &html! {}))
        section.card #accounts { h2 { "Accounts" } (accounts(viewer, person, today)) }
        div.two {
            (card("Policies to acknowledge", &policies(house, person, today)))
            (card("Tasks", &tasks(house, person, today)))
        }
        (card("What happened, in order", &timeline(house, viewer, person)))
    };
    let frame = Frame::new(name, Room::People).under("People", link::PEOPLE);
    Ok(layout(house, viewer, &frame, &body))
}

/// Ids of accounts often are names: an auditor finds them in the evidence, not here.
fn account_words(viewer: &Viewer, account: &Account) -> Markup {
    html! {
        @if who::reads_names(viewer) { code { (account.account) } } @else { code { (account.account.system()) } }
    }
}

fn accounts(viewer: &Viewer, person: &Person, today: Day) -> Markup {
    html! {
        @if person.accounts.is_empty() { p { "No account is known to be theirs." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Accounts" {
                table.grid {
                    thead { tr { th scope="col" { "Account" } th scope="col" { "Who says so" } th scope="col" { "From" } th scope="col" { "Until" } th scope="col" { "State" } } }
                    tbody { @for account in &person.accounts { tr {
                        th scope="row" data-label="Account" { (account_words(viewer, account)) }
                        td data-label="Who says so" { (account.how) }
                        td data-label="From" { @match account.from { Some(day) => { (day) }, None => { span.muted { "always" } } } }
                        td data-label="Until" { @match account.until { Some(day) => { (day) }, None => { span.muted { "still" } } } }
                        td data-label="State" { (account_state(account, today)) }
                    } } }
                }
            }
        }
        p.muted { "By people.yaml, line by line. Equal logins decide nothing." }
    }
}

fn account_state(account: &Account, today: Day) -> Markup {
    match (account.from, account.until) {
        (_, Some(last)) if last < today => tag(Tone::Plain, "ended"),
        (Some(first), _) if first > today => tag(Tone::Plain, "to come"),
        _ => tag(Tone::Good, "theirs"),
    }
}

fn policies(house: &House, person: &Person, today: Day) -> Markup {
    let starts = who::starts(&house.people);
    let owed: Vec<_> = policy_standings(&house.state, today)
        .into_iter()
        .filter_map(|s| {
            let progress = Progress::of(house, &s.policy.policy, &starts, today);
            let mine = progress
                .all
                .into_iter()
                .find(|a| *a.person == person.person)?;
            Some((s.policy, mine))
        })
        .collect();
    let zone = view::zone(house);
    html! {
        @if owed.is_empty() { p { "No policy in force asks for it." } }
        ul.points { @for (policy, one) in &owed { li {
            @match one.done {
                Some(at) => { (tag(Tone::Good, "Acknowledged")) " " a href=(link::policy(&policy.policy)) { (policy.title) } " " span.muted { (part::instant(&zone, at)) } },
                None => {
                    @let late = today.days_since(one.due);
                    @if late > 0 { (tag(Tone::Bad, &format!("{} late", days(late)))) } @else { (tag(Tone::Warn, "Due")) }
                    " " a href=(link::policy(&policy.policy)) { (policy.title) } " " span.muted { "by " (one.due) }
                },
            }
        } } }
    }
}

fn tasks(house: &House, person: &Person, today: Day) -> Markup {
    const MOST: usize = 20;
    let mine: Vec<_> = task_standings(&house.state, today)
        .into_iter()
        .filter(|s| s.task.owner() == Some(&person.person))
        .collect();
    html! {
        @if mine.is_empty() { p { "No task." } }
        ul.points { @for one in mine.iter().take(MOST) { li {
            (super::tasks::state(one))
            " " a href=(link::task(one.task.leaf)) { (one.task.opened.test) } " "
            @if let Some(item) = one.task.item() { code title=(item) { (readable(item.as_str())) } " " }
            span.muted { "by " (one.task.due()) }
        } } }
        @if mine.len() > MOST { p.muted { "and " (mine.len() - MOST) " more" } }
    }
}

/// Accounts as they came and went, approvals, acknowledgements and reviews, oldest first. What only a source knows (an employment, a
/// login) is in the populations.
fn timeline(house: &House, viewer: &Viewer, person: &Person) -> Markup {
    let zone = view::zone(house);
    let mut all: Vec<(Day, Markup)> = Vec::new();
    for account in &person.accounts {
        let words = account_words(viewer, account);
        all.extend(account.from.map(|day| (day, html! { "got " (words) })));
        all.extend(
            account
                .until
                .map(|day| (day, html! { "last day of " (words) })),
        );
    }
    for (policy, given) in &house.state.acknowledgements {
        for one in given
            .iter()
            .filter(|a| a.person.value.as_ref() == Some(&person.person))
        {
            all.push((zone.day_of(one.recorded), html! { "acknowledged " a href=(link::policy(policy)) { (policy) } " version " (one.version) " " (entry(one.leaf)) }));
        }
    }
    for (policy, given) in &house.state.approvals {
        for one in given {
            let versions = house.state.policy_versions(policy);
            let approvers = versions
                .iter()
                .find(|v| v.leaf == one.document)
                .and_then(|v| v.policy());
            let place = usize::try_from(one.approver).unwrap_or(usize::MAX);
            let by = approvers.and_then(|p| p.approvers.get(place));
            if by.is_some_and(|by| by.value == person.person) {
                all.push((zone.day_of(one.recorded), html! { "approved " a href=(link::policy(policy)) { (policy) } " version " (one.version) " " (entry(one.leaf)) }));
            }
        }
    }
    for review in house.state.reviews.values() {
        for one in review
            .decisions
            .iter()
            .filter(|d| d.person.value.as_ref() == Some(&person.person))
        {
            let many = one.keep.len() + one.revoke.len();
            all.push((zone.day_of(one.recorded), html! { "decided about " (many) " of " a href=(link::review(review.leaf)) { "the review of " (review.opened.control) } " " (entry(one.leaf)) }));
        }
    }
    all.sort_by_key(|(day, _)| *day);
    html! {
        @if all.is_empty() { p { "Nothing with a day is known." } }
        ol.history { @for (day, what) in &all { li { strong { (day) } " " (what) } } }
        p.muted { "Employments, sign-ins and rights at each system are in the " a href=(link::POPULATIONS) { "populations" } "." }
    }
}
