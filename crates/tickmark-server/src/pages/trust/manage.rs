//! What management decides about the trust page.

use maud::{Markup, html};
use tickmark_core::model::{
    body::{Audience, Published, ReportType, WithdrawnWhy},
    document::Opinion,
    registers::{self, PublicationStanding},
    state::Publication,
    time::{Time, Zone},
};

use super::{days, size, title};
use crate::{
    house::House,
    identity::PageText,
    pages::{
        layout::{Frame, Room, layout},
        link,
        part::{self, Tone, card, card_with, entry, tag},
    },
    rights::Viewer,
    trust::{headline, opinion_words, what_words},
};

/// What the page of the desk shows besides the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// What the trust page says besides publications.
    pub page: &'a PageText,
    /// Requests that wait for an answer.
    pub waiting: usize,
    /// People who want to hear of updates.
    pub subscribers: usize,
    /// Why the last attempt was not taken.
    pub wrong: Option<&'a str>,
}

/// What is on the trust page, and the forms that change it.
#[must_use]
pub fn manage(house: &House, viewer: &Viewer, now: Time, desk: &Desk<'_>) -> Markup {
    let listing = registers::trust(&house.state, now);
    let zone = crate::pages::view::zone(house);
    let holding: usize = listing.publications.iter().map(|p| p.holding).sum();
    let actions = html! {
        a.button href=(link::TRUST) { "See it as everybody does" }
        a.button href=(link::TRUST_REQUESTS) { "Requests (" (desk.waiting) ")" }
        a.button href=(link::TRUST_GRANTS) { "Grants (" (holding) ")" }
    };
    let body = html! {
        (part::head(&html! { "Trust page" }, &html! { "What outsiders may see, to whom it is given, and what became of it. Publishing, giving and every access are entries of the ledger." }, &actions))
        @if let Some(wrong) = desk.wrong { p.error role="alert" { (wrong) "." } }
        (card("On the page now", &published(&listing.publications, &zone)))
        div.two {
            (card("Publish a document", &publish()))
            (card_with("What else the page says", &html! { (part::many(desk.subscribers, "subscriber")) }, &text(desk.page)))
        }
        @if !listing.withdrawn.is_empty() { (card("Withdrawn", &withdrawn(&listing.withdrawn, &zone))) }
    };
    layout(house, viewer, &Frame::new("Trust page", Room::Trust), &body)
}

fn published(all: &[PublicationStanding<'_>], zone: &Zone) -> Markup {
    html! {
        @if all.is_empty() { p.muted { "Nothing is published. The page says so until something is." } }
        @else {
            ul.points { @for standing in all { li { (line(standing, zone)) } } }
        }
    }
}

fn line(standing: &PublicationStanding<'_>, zone: &Zone) -> Markup {
    let publication = standing.publication;
    let body = &publication.body;
    html! {
        p {
            strong { (title(publication)) } " " (tag(Tone::Plain, what_words(body.what))) " "
            (tag(if body.audience == Audience::Public { Tone::Plain } else { Tone::Good }, if body.audience == Audience::Public { "for everybody" } else { "on request" })) " "
            (entry(publication.leaf))
        }
        p.why {
            @match headline(publication) { Some(words) => { (words) ". " }, None => { @if let Some(covers) = body.covers { (days(covers)) ". " } } }
            @if let Some(opinion) = body.opinion { "The auditor: " (opinion_words(opinion)) ". " }
            (size(publication.length)) ", published " (part::minute(zone, publication.recorded)) ". "
            @if body.audience == Audience::OnRequest { (part::many(standing.holding, "grant")) " in force." }
        }
        form.outside-inline method="post" action=(link::trust_withdraw(publication.leaf)) {
            label { span.quiet { "Why" } select name="why" { @for why in WithdrawnWhy::ALL { option value=(why.as_str()) { (withdrawn_words(*why)) } } } }
            button.danger type="submit" { "Withdraw" span.quiet { " " (title(publication)) } }
        }
    }
}

const fn withdrawn_words(why: WithdrawnWhy) -> &'static str {
    match why {
        WithdrawnWhy::Superseded => "a newer one takes its place",
        WithdrawnWhy::Outdated => "it is no longer so",
        WithdrawnWhy::Mistake => "it should not have been published",
    }
}

fn withdrawn(all: &[&Publication], zone: &Zone) -> Markup {
    html! {
        ul.points { @for publication in all {
            li {
                (title(publication)) " " (entry(publication.leaf))
                @if let Some(end) = publication.withdrawn { span.why { " withdrawn " (part::minute(zone, end.recorded)) ": " (withdrawn_words(end.why)) " " (entry(end.leaf)) } }
            }
        } }
    }
}

fn publish() -> Markup {
    html! {
        form.hand-in method="post" action=(link::TRUST_PUBLISH) enctype="multipart/form-data" {
            label { span { "What it is" } select name="what" { @for what in Published::ALL { option value=(what.as_str()) { (what_words(*what)) } } } }
            label { span { "Title, as the page prints it" } input type="text" name="title" required maxlength="200"; }
            label { span { "Who may have it" } select name="audience" {
                option value=(Audience::OnRequest.as_str()) { "Named recipients, on request" }
                option value=(Audience::Public.as_str()) { "Everybody" }
            } }
            label { span { "First day it speaks of (reports and letters)" } input type="date" name="from"; }
            label { span { "Last day it speaks of" } input type="date" name="to"; }
            label { span { "Reports: type" } select name="report" { option value="" { "no report" } @for one in ReportType::ALL { option value=(one.as_str()) { (report_words(*one)) } } } }
            label { span { "Reports: the firm that examined" } input type="text" name="firm" maxlength="200"; }
            label { span { "Reports: the auditor's opinion" } select name="opinion" { option value="" { "no report" } @for one in Opinion::ALL { option value=(one.as_str()) { (one.as_str()) } } } }
            label.drop { span { "File; a PDF without protection if it is given on request" } input type="file" name="file" required; }
            button.main type="submit" { "Publish" }
            p.muted { "A SOC 2 report is restricted in use and is given on request only. A reserved opinion is shown wherever the report is named." }
        }
    }
}

const fn report_words(report: ReportType) -> &'static str {
    match report {
        ReportType::Type1 => "Type 1: as of one day",
        ReportType::Type2 => "Type 2: throughout a period",
    }
}

fn text(page: &PageText) -> Markup {
    let shows = page.shows;
    let parts = [
        (
            "monitoring",
            "What is watched, when it was last looked at, and the ledger behind it",
            shows.monitoring,
        ),
        (
            "subprocessors",
            "Vendors that handle data or are subservice organizations",
            shows.subprocessors,
        ),
        (
            "policies",
            "Titles of the policies in force",
            shows.policies,
        ),
    ];
    html! {
        form.hand-in method="post" action=(link::TRUST_TEXT) {
            @for (name, words, on) in parts {
                label.choice { input type="checkbox" name="show" value=(name) checked[on]; span { (words) } }
            }
            label { span { "A few sentences at the top" } textarea name="lead" rows="4" maxlength="2000" { (page.lead) } }
            label { span { "Contact for questions" } input type="text" name="contact" maxlength="200" value=(page.contact); }
            label { span { "Your own agreement, accepted with the restriction of use (optional)" } textarea name="terms" rows="6" maxlength="50000" { (page.terms) } }
            button.main type="submit" { "Save" }
            p.muted { "What was given before keeps the terms it was given under." }
        }
    }
}
