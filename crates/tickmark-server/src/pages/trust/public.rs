//! What everybody sees.

use maud::{Markup, html};
use tickmark_core::model::{
    body::{Audience, Published},
    document::{Opinion, Vendor, VendorRole},
    registers::{self, GrantStanding, MAX_BRIDGE_DAYS, PublicationStanding, TrustListing},
};

use super::{Visit, days, frame::frame, size, title, watched::watched};
use crate::{
    pages::{link, part, part::Tone},
    rights::{Action, Viewer},
    trust::{headline, opinion_words, what_words},
};

/// The trust page. `viewer` is who is signed in, `mine` what was shared with them.
#[must_use]
pub fn public(visit: &Visit<'_>, viewer: Option<&Viewer>, mine: &[GrantStanding<'_>]) -> Markup {
    let listing = registers::trust(&visit.house.state, visit.now);
    let shows = visit.page.shows;
    let watch = if shows.monitoring {
        monitoring(visit)
    } else {
        None
    };
    let vendors = if shows.subprocessors {
        subprocessors(visit)
    } else {
        None
    };
    let policies = if shows.policies {
        policies(visit)
    } else {
        None
    };
    let documents = !listing.publications.is_empty();
    if !documents && watch.is_none() && vendors.is_none() && policies.is_none() {
        return empty(visit, viewer);
    }
    let parts: [(bool, &str, &str); 5] = [
        (documents, "Documents", "#documents"),
        (watch.is_some(), "What is watched", "#watched"),
        (vendors.is_some(), "Subprocessors", "#subprocessors"),
        (policies.is_some(), "Policies", "#policies"),
        (true, "Updates", "#updates"),
    ];
    let links: Vec<(&str, &str)> = parts
        .into_iter()
        .filter(|(there, _, _)| *there)
        .map(|(_, words, to)| (words, to))
        .collect();
    let body = html! {
        (hero(visit, viewer, &listing))
        div.outside-wide {
            @if !mine.is_empty() { (shared_with(viewer, mine.len())) }
            @if documents { (documents_part(visit, &listing)) }
            @if let Some(watch) = watch { (watch) }
            @if let Some(vendors) = vendors { (vendors) }
            @if let Some(policies) = policies { (policies) }
            (updates(visit))
        }
    };
    frame(visit, "Trust", &links, &body)
}

fn empty(visit: &Visit<'_>, viewer: Option<&Viewer>) -> Markup {
    frame(
        visit,
        "Trust",
        &[],
        &html! {
            section.outside-wide.outside-said {
                h1 { (visit.organization()) }
                p { "This company has published nothing yet." }
                (manage_link(viewer))
            }
        },
    )
}

fn manage_link(viewer: Option<&Viewer>) -> Markup {
    html! {
        @if viewer.is_some_and(|v| v.may(Action::ManageTrust)) { p { a.button href=(link::TRUST_MANAGE) { "Decide what this page says" } } }
    }
}

fn hero(visit: &Visit<'_>, viewer: Option<&Viewer>, listing: &TrustListing<'_>) -> Markup {
    let general = listing.publications.iter().find(|p| {
        let body = &p.publication.body;
        body.what == Published::Soc3 && body.audience == Audience::Public
    });
    html! {
        header.outside-hero {
            div.outside-wide {
                p.outside-kicker { "Trust page" }
                h1 { "How " (visit.organization()) " earns trust" }
                @if !visit.page.lead.is_empty() { @for line in visit.page.lead.split("\n\n") { p.outside-lead { (line) } } }
                @else { p.outside-lead { "What was examined and by whom, what is watched and when it was last looked at, and who else is involved. Each line can be followed to its record." } }
                div.actions {
                    @if registers::on_request(&visit.house.state) { a.button.main href=(link::TRUST_REQUEST) { "Ask for documents" } }
                    @if let Some(general) = general { a.button href=(link::trust_file(general.publication.leaf)) download="" { "Download the SOC 3 report" } }
                    (manage_link(viewer))
                }
                (facts(visit))
            }
        }
    }
}

/// The few facts that people look for first; each only if something stands behind it.
fn facts(visit: &Visit<'_>) -> Markup {
    let state = &visit.house.state;
    let examined = registers::latest_examination(state);
    let examined = examined.and_then(|p| Some((headline(p)?, p)));
    let seen = if visit.page.shows.monitoring {
        watched(visit.house)
    } else {
        Vec::new()
    };
    let last = seen.iter().map(|w| w.last).max();
    let log = &visit.house.log;
    html! {
        @if examined.is_some() || last.is_some() {
            dl.outside-facts {
                @if let Some((words, publication)) = examined {
                    div.outside-first { dt { "Latest examination" } dd { (words) (opinion(publication.body.opinion)) } }
                }
                @if let Some(last) = last {
                    div { dt { "Controls watched by tests" } dd { a href="#watched" { (seen.len()) } } }
                    div { dt { "Last looked at" } dd { (part::instant(&visit.zone(), last)) span.muted { (part::ago(visit.now, last)) } } }
                    div { dt { "Entries in the ledger" } dd { (part::grouped(log.size)) } }
                }
            }
        }
    }
}

/// What the auditor concluded; what is reserved stands out.
fn opinion(opinion: Option<Opinion>) -> Markup {
    html! {
        @if let Some(opinion) = opinion {
            span.outside-opinion { (part::tag(if opinion == Opinion::Unqualified { Tone::Plain } else { Tone::Warn }, opinion_words(opinion))) }
        }
    }
}

fn shared_with(viewer: Option<&Viewer>, many: usize) -> Markup {
    html! {
        section.card.outside-mine {
            h2 { "Shared with you" }
            p {
                (part::many(many, "document"))
                @if let Some(viewer) = viewer { ", for " (viewer.mail) }
                ". " a href=(link::TRUST_MINE) { "Open" }
            }
        }
    }
}

fn documents_part(visit: &Visit<'_>, listing: &TrustListing<'_>) -> Markup {
    html! {
        section.outside-part #documents {
            h2 { "Documents" }
            ul.outside-cards { @for standing in &listing.publications { li { (document(visit, standing)) } } }
        }
    }
}

fn document(visit: &Visit<'_>, standing: &PublicationStanding<'_>) -> Markup {
    let publication = standing.publication;
    let body = &publication.body;
    let public = body.audience == Audience::Public;
    html! {
        article.outside-card {
            p.outside-kind { (what_words(body.what)) span.muted { @if public { "for everybody" } @else { "on request" } } }
            h3 { (title(publication)) }
            @match headline(publication) {
                Some(words) => { p { (words) "." } },
                None => { @if let Some(covers) = body.covers { p { (days(covers)) } } },
            }
            (opinion(body.opinion))
            @if let Some(age) = standing.age_days.filter(|_| body.what.needs_time()) { p.muted { (ended(age)) } }
            @if body.what == Published::BridgeLetter && body.covers.is_some_and(|c| c.days() > MAX_BRIDGE_DAYS) {
                p.note { "Longer than the about three months that such a letter usually speaks of." }
            }
            p.outside-act {
                @if public { a.button href=(link::trust_file(publication.leaf)) download="" { "Download" span.quiet { " " (title(publication)) } } }
                @else { a.button.main href=(link::trust_ask(publication.leaf)) { "Ask for it" span.quiet { ": " (title(publication)) } } }
                span.muted { (size(publication.length)) ", published " (visit.zone().day_of(publication.recorded)) ", " a href=(link::trust_proof(publication.leaf)) { "entry " (publication.leaf) } }
            }
        }
    }
}

/// The age of what is said: reports do not expire, they grow old.
fn ended(age: i32) -> String {
    match age {
        i32::MIN..=0 => "Its time ends today.".to_owned(),
        1 => "Its time ended yesterday.".to_owned(),
        days => format!("Its time ended {days} days ago."),
    }
}

/// What is watched; none before anything ran.
fn monitoring(visit: &Visit<'_>) -> Option<Markup> {
    let seen = watched(visit.house);
    let last = seen.iter().map(|w| w.last).max()?;
    let (zone, log) = (visit.zone(), &visit.house.log);
    Some(html! {
        section.outside-part #watched {
            h2 { "What is watched" }
            p.lead {
                "Controls of the program that tests look at over whole populations, and when they were last looked at. "
                "How the tests came out is not told here: that is for the report, where the auditor judges it. As of " (part::instant(&zone, last)) "."
            }
            div.scroll tabindex="0" role="region" aria-label="Controls that are watched" {
                table.grid {
                    caption.quiet { "Controls that are watched, with the criteria they answer and the last run" }
                    thead { tr { th scope="col" { "Control" } th scope="col" { "Criteria" } th scope="col" { "Tests" } th scope="col" { "Last looked at" } th scope="col" { "Proof" } } }
                    tbody { @for one in &seen {
                        tr {
                            th scope="row" data-label="Control" { (one.title) }
                            td data-label="Criteria" { (one.criteria.join(", ")) }
                            td data-label="Tests" { (one.tests) }
                            td data-label="Last looked at" { (part::instant(&zone, one.last)) }
                            td data-label="Proof" { a.leaf href=(link::trust_proof(one.leaf)) { "entry " (one.leaf) } }
                        }
                    } }
                }
            }
            div.outside-record {
                h3 { "The ledger behind it" }
                p {
                    "Every collection, run and decision is an entry that cannot be changed later without being seen. " (part::grouped(log.size)) " entries, root " (part::digest(&log.root)) ". "
                    (witness_words(&log.verdict))
                }
                @if let Some(note) = &log.note {
                    details.behind { summary { "The signed checkpoint, for a verifier" } pre.code { (note) } }
                }
                p { a href=(link::TRUST_STATUS) { "status.json" } " says the same for programs; each entry named here has its inclusion proof." }
            }
        }
    })
}

/// Who outside vouches for the ledger, in words that promise nothing.
fn witness_words(verdict: &str) -> &'static str {
    match verdict {
        "witnessed" => "Witnesses outside the company have countersigned its state.",
        _ => "Nobody outside the company has countersigned its state yet.",
    }
}

fn subprocessors(visit: &Visit<'_>) -> Option<Markup> {
    let today = visit.zone().day_of(visit.now);
    let standings = registers::vendor_standings(&visit.house.state, today);
    let mut vendors: Vec<&Vendor> = standings
        .iter()
        .map(|s| s.vendor)
        .filter(|v| v.role.is_subservice() || !v.data.is_empty())
        .collect();
    vendors.sort_by_key(|v| v.name.to_lowercase());
    if vendors.is_empty() {
        return None;
    }
    Some(html! {
        section.outside-part #subprocessors {
            h2 { "Subprocessors" }
            p.lead { "Vendors that handle data of customers, and organizations whose controls are part of ours. As of " (today) "." }
            div.scroll tabindex="0" role="region" aria-label="Subprocessors" {
                table.grid {
                    caption.quiet { "Vendors that handle data or are subservice organizations" }
                    thead { tr { th scope="col" { "Name" } th scope="col" { "What it does" } th scope="col" { "Data" } th scope="col" { "Role" } th scope="col" { "Since" } } }
                    tbody { @for vendor in &vendors {
                        tr {
                            th scope="row" data-label="Name" { (vendor.name) }
                            td data-label="What it does" { (vendor.service) }
                            td data-label="Data" { @if vendor.data.is_empty() { span.muted { "none" } } @else { (vendor.data.join(", ")) } }
                            td data-label="Role" { (role_words(vendor.role)) }
                            td data-label="Since" { span.outside-day { (vendor.lifetime.from) } }
                        }
                    } }
                }
            }
        }
    })
}

const fn role_words(role: VendorRole) -> &'static str {
    match role {
        VendorRole::Vendor => "Vendor",
        VendorRole::CarveOut => "Subservice organization, outside our description",
        VendorRole::Inclusive => "Subservice organization, inside our description",
    }
}

fn policies(visit: &Visit<'_>) -> Option<Markup> {
    let today = visit.zone().day_of(visit.now);
    let standings = registers::policy_standings(&visit.house.state, today);
    let mut held: Vec<_> = standings.iter().filter_map(|s| s.in_force).collect();
    held.sort_by_key(|(_, policy)| policy.title.to_lowercase());
    if held.is_empty() {
        return None;
    }
    Some(html! {
        section.outside-part #policies {
            h2 { "Policies" }
            p.lead { "In force on " (today) ": each approved by everybody who has to." }
            ul.outside-list { @for (version, policy) in &held {
                li { strong { (policy.title) } span.muted { "version " (policy.version) ", recorded " (visit.zone().day_of(version.recorded)) } }
            } }
        }
    })
}

fn updates(visit: &Visit<'_>) -> Markup {
    html! {
        section.outside-part #updates {
            h2 { "Updates" }
            div.two {
                div.card {
                    p { "Hear when a document or a subprocessor changes." }
                    form.outside-form method="post" action=(link::TRUST_SUBSCRIBE) {
                        p.field { label for="subscribe" { "Your mail address" } input #subscribe name="mail" type="email" autocomplete="email" maxlength="254" required; }
                        div.actions {
                            button.main type="submit" name="wish" value="begin" { "Send me updates" }
                            button type="submit" name="wish" value="end" { "Stop them" }
                        }
                    }
                }
                @if !visit.page.contact.is_empty() {
                    div.card { p { "Questions about security or privacy:" } p { strong { (visit.page.contact) } } }
                }
            }
        }
    }
}
