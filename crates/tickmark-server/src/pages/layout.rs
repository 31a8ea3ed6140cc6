//! The frame of every page, with and without a program behind it: navigation, breadcrumbs, who is signed in. The one room that lays
//! pages out; [`frame`](crate::frame) makes answers of what is laid out here.

use maud::{DOCTYPE, Markup, html};

use super::link;
use crate::house::House;
use crate::rights::{Action, Role, Viewer};

/// Which entry of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Room {
    Home,
    Due,
    Mine,
    HandInLinks,
    Engagement,
    Criteria,
    Controls,
    Tests,
    Exceptions,
    Evidence,
    Populations,
    Sources,
    Policies,
    Risks,
    Vendors,
    People,
    Reviews,
    Tasks,
    Clock,
    Ledger,
    Documents,
    Reports,
    Trust,
    Settings,
    Scope,
    Members,
    Account,
    None,
}

/// What the frame needs to know of a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Title in the browser, without the product's name.
    pub title: String,
    /// Where it stands in the navigation.
    pub room: Room,
    /// Pages above this one: words and address.
    pub crumbs: Vec<(String, String)>,
}

impl Frame {
    /// A page of the navigation itself.
    #[must_use]
    pub fn new(title: impl Into<String>, room: Room) -> Self {
        Self {
            title: title.into(),
            room,
            crumbs: Vec::new(),
        }
    }

    /// Below another page.
    #[must_use]
    pub fn under(mut self, words: impl Into<String>, to: impl Into<String>) -> Self {
        self.crumbs.push((words.into(), to.into()));
        self
    }
}

type Entry = (Room, &'static str, &'static str, Action);

const GROUPS: [(&str, &[Entry]); 5] = [
    (
        "",
        &[
            (Room::Home, "Home", link::HOME, Action::ViewDue),
            (
                Room::Due,
                "Due from me",
                link::DUE,
                Action::AcknowledgePolicies,
            ),
            (
                Room::Mine,
                "My controls",
                link::MINE,
                Action::HandInEvidence,
            ),
            (
                Room::HandInLinks,
                "Hand-in links",
                link::HAND_IN_LINKS,
                Action::AskForEvidence,
            ),
            (
                Room::Engagement,
                "Engagement",
                link::ENGAGEMENT,
                Action::ViewEngagement,
            ),
        ],
    ),
    (
        "Compliance",
        &[
            (
                Room::Criteria,
                "Criteria",
                link::CRITERIA,
                Action::ViewCriteria,
            ),
            (
                Room::Controls,
                "Controls",
                link::CONTROLS,
                Action::ViewControls,
            ),
            (Room::Tests, "Tests", link::TESTS, Action::ViewTests),
            (
                Room::Exceptions,
                "Exceptions",
                link::EXCEPTIONS,
                Action::ViewTests,
            ),
            (
                Room::Evidence,
                "Evidence",
                link::EVIDENCE,
                Action::ViewEvidence,
            ),
            (
                Room::Populations,
                "Populations",
                link::POPULATIONS,
                Action::ViewPopulations,
            ),
            (Room::Sources, "Sources", link::SOURCES, Action::ViewSources),
            (Room::Clock, "Clock", link::CLOCK, Action::ViewSources),
        ],
    ),
    (
        "Registers",
        &[
            (Room::Tasks, "Tasks", link::TASKS, Action::ViewTasks),
            (
                Room::Policies,
                "Policies",
                link::POLICIES,
                Action::ViewRegisters,
            ),
            (Room::Risks, "Risks", link::RISKS, Action::ViewRegisters),
            (
                Room::Vendors,
                "Vendors",
                link::VENDORS,
                Action::ViewRegisters,
            ),
            (Room::People, "People", link::PEOPLE, Action::ViewPeople),
            (
                Room::Reviews,
                "Access reviews",
                link::REVIEWS,
                Action::ViewReviews,
            ),
        ],
    ),
    (
        "Record",
        &[
            (Room::Ledger, "Ledger", link::LEDGER, Action::ViewEntries),
            (
                Room::Documents,
                "Documents",
                link::DOCUMENTS,
                Action::ViewDocuments,
            ),
            (Room::Reports, "Reports", link::REPORTS, Action::ViewReports),
            (
                Room::Trust,
                "Trust page",
                link::TRUST_MANAGE,
                Action::ManageTrust,
            ),
        ],
    ),
    (
        "Settings",
        &[
            (Room::Settings, "Program", link::SETTINGS, Action::ViewHome),
            (Room::Scope, "Scope", link::SCOPE, Action::EditDocuments),
            (Room::Members, "Members", link::MEMBERS, Action::ManageUsers),
            (
                Room::Account,
                "Your account",
                link::ACCOUNT,
                Action::ManageOwnAccount,
            ),
        ],
    ),
];

/// A whole page for somebody who is signed in.
#[must_use]
pub fn layout(house: &House, viewer: &Viewer, frame: &Frame, body: &Markup) -> Markup {
    let organization = match &house.inputs {
        Ok(inputs) => inputs.organization.as_str(),
        Err(_) => house.state.program().map_or("", |p| p.name.as_str()),
    };
    let demo = house.inputs.as_ref().is_ok_and(|i| i.demo.is_some())
        || house.state.program().is_some_and(|p| p.demo);
    document(
        &frame.title,
        &html! {
            a.skip href="#main" { "Skip to the content" }
            div.shell {
                (side(viewer, frame.room, organization))
                div.column {
                    @if demo { p.banner { strong { "DEMO" } " A generated sample company. Nothing here is about a real one." } }
                    @if viewer.role == Role::Auditor { (auditor(viewer)) }
                    main #main tabindex="-1" {
                        (crumbs(frame))
                        (body)
                    }
                    (foot(house))
                }
            }
        },
    )
}

/// A page that shows nothing of the program: coming in, the own account, members, why something was not done. Works without a house,
/// which may be the very thing that failed.
#[must_use]
pub fn plain(title: &str, room: Room, viewer: Option<&Viewer>, body: &Markup) -> Markup {
    let inner = html! { header.head { div { h1 { (title) } } } (body) };
    let Some(viewer) = viewer else {
        return bare(title, &inner);
    };
    document(
        title,
        &html! {
            a.skip href="#main" { "Skip to the content" }
            div.shell {
                (side(viewer, room, ""))
                div.column { main.plain #main tabindex="-1" { (inner) } }
            }
        },
    )
}

/// A page without navigation: signing in, an error before that, a public page.
#[must_use]
pub fn bare(title: &str, body: &Markup) -> Markup {
    document(
        title,
        &html! { div.bare { p.brand { (mark()) a href=(link::HOME) { "Tickmark" } } main #main tabindex="-1" { (body) } } },
    )
}

fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " \u{00b7} Tickmark" }
                link rel="icon" href=(link::ICON) type="image/svg+xml";
                link rel="stylesheet" href=(link::STYLE);
                script src=(link::SCRIPT) defer {}
            }
            body { (body) }
        }
    }
}

/// The product's sign.
fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" {
            rect x="1" y="1" width="22" height="22" rx="6" {}
            path d="M6.5 12.5l3.6 3.7 7.4-8.4" {}
        }
    }
}

fn side(viewer: &Viewer, here: Room, organization: &str) -> Markup {
    html! {
        header.side {
            div.side-top {
                a.brand href=(link::HOME) { (mark()) span { "Tickmark" } }
                @if !organization.is_empty() { p.organization title=(organization) { (organization) } }
            }
            div.menu {
                nav aria-label="Main" {
                    @for (title, entries) in GROUPS {
                        @if entries.iter().any(|(_, _, _, action)| viewer.may(*action)) {
                            div.nav-group {
                                @if !title.is_empty() { p.nav-title { (title) } }
                                ul {
                                    @for (room, words, to, action) in entries {
                                        // Where home is what is due, it stands there once.
                                        @if viewer.may(*action) && (*room != Room::Due || viewer.may(Action::ViewHome)) {
                                            li { a href=(to) aria-current=[(*room == here).then_some("page")] { (words) } }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                div.who {
                    p.who-name { (viewer.name) }
                    p.role { "Role: " (viewer.role.words()) }
                    p { a href=(link::LOOK) { "Light or dark" } }
                    form method="post" action=(link::SIGN_OUT) { button.link type="submit" { "Sign out" } }
                }
            }
        }
    }
}

fn auditor(viewer: &Viewer) -> Markup {
    html! {
        @if let Some(engagement) = &viewer.engagement {
            p.banner.quietly { strong { "Engagement" } " " (engagement.name) ". You see what management sees; nothing is filtered by result. Access ends " (engagement.until) "." }
        }
    }
}

fn crumbs(frame: &Frame) -> Markup {
    html! {
        @if !frame.crumbs.is_empty() {
            nav.crumbs aria-label="Breadcrumbs" {
                ol {
                    @for (words, to) in &frame.crumbs { li { a href=(to) { (words) } } }
                    li aria-current="page" { (frame.title) }
                }
            }
        }
    }
}

fn foot(house: &House) -> Markup {
    html! {
        footer.foot {
            "Ledger size " a href=(link::LEDGER) { (super::part::grouped(house.log.size)) } ", root " (super::part::digest(&house.log.root)) ", " (house.log.verdict) "."
            " Everything on this page was read from it."
        }
    }
}
