//! The pages for people from outside, and management's pages about them, of the invented engagement.

use maud::Markup;
use tickmark_core::model::body::{
    AccessKind, Audience, Published, ReportType, TrustPublished, WithdrawnWhy,
};
use tickmark_core::model::document::{Opinion, class_of, parse};
use tickmark_core::model::ids::ActorId;
use tickmark_core::model::registers::granted_to;
use tickmark_core::model::state::{
    Access, Approval, Erasable, Grant, Publication, State, Terms, Version, Withdrawn,
};
use tickmark_core::model::time::{DAY_US, Time};
use tickmark_log::digest::sha256;
use tickmark_server::identity::{Asked, PageText, Shows, Wish};
use tickmark_server::pages::table;
use tickmark_server::pages::trust::{self, Desk, Door, Sharing, Visit};
use tickmark_server::{House, Role};

use super::sample;

pub const PAT: &str = "pat@customer.example";

fn at(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn erasable<T>(value: T, of: &str) -> Erasable<T> {
    Erasable {
        commitment: sha256(of.as_bytes()),
        value: Some(value),
    }
}

fn publication(
    leaf: u64,
    what: Published,
    audience: Audience,
    title: &str,
    covers: Option<&str>,
) -> Publication {
    let report = what.is_report();
    Publication {
        leaf,
        recorded: at("2026-07-01T15:00:00Z"),
        actor: ActorId([7; 16]),
        body: TrustPublished {
            what,
            audience,
            covers: covers.map(|c| c.parse().unwrap()),
            report: report.then_some(ReportType::Type2),
            opinion: report.then_some(Opinion::Unqualified),
        },
        title: erasable(title.to_owned(), title),
        name: erasable("document.pdf".to_owned(), title),
        firm: report.then(|| erasable("Example & Partners CPAs".to_owned(), "firm")),
        file: sha256(title.as_bytes()),
        length: 1_843_221,
        withdrawn: None,
    }
}

fn grant(
    leaf: u64,
    publication: u64,
    mail: &str,
    terms: &Terms,
    done: &[(u64, AccessKind)],
) -> Grant {
    let given = at("2026-07-01T16:00:00Z");
    Grant {
        leaf,
        recorded: given,
        actor: ActorId([7; 16]),
        publication,
        recipient: erasable(mail.parse().unwrap(), mail),
        until: at("2026-08-01T04:00:00Z"),
        terms: terms.digest,
        revoked: None,
        accesses: done
            .iter()
            .map(|(leaf, what)| Access {
                leaf: *leaf,
                recorded: given.plus(i64::try_from(*leaf - 18_000).unwrap() * 60_000_000),
                what: *what,
            })
            .collect(),
    }
}

fn document(state: &mut State, path: &str, text: &str, leaf: u64) {
    let version = Version {
        leaf,
        recorded: at("2026-01-05T15:00:00Z"),
        actor: ActorId([7; 16]),
        class: class_of(path).unwrap(),
        commitment: sha256(path.as_bytes()),
        length: text.len() as u64,
        digest: Some(sha256(text.as_bytes())),
        effective: None,
        retired: None,
        control: None,
        pinned: None,
        document: Some(parse(path, text.as_bytes()).unwrap()),
        removed: None,
    };
    state
        .documents
        .entry(path.to_owned())
        .or_default()
        .push(version);
}

fn vendor(name: &str, service: &str, role: &str, data: &str) -> String {
    let assumed = if role == "carve_out" {
        "assumed: [{says: Guards its data centres, criteria: [CC6.4]}]\n"
    } else {
        ""
    };
    format!(
        "---\nname: {name}\nservice: {service}\nowner: Head of operations\nsince: 2024-03-01\nrole: {role}\nreason: decided at the yearly review\ncriticality: high\ndata: {data}\n{assumed}review_due: 2027-01-15\n---\n"
    )
}

fn policy(title: &str) -> String {
    format!(
        "---\ntitle: {title}\nowner: Head of security\napprovers: [ada]\nversion: 3\neffective: 2026-01-01\nrenew_within_months: 12\ncriteria: [CC5.3]\n---\nWhat is expected.\n"
    )
}

/// What the page gives.
fn publications() -> [Publication; 5] {
    [
        publication(
            18_001,
            Published::Soc2,
            Audience::OnRequest,
            "SOC 2 report, first half of 2026",
            Some("2026-01-01..2026-06-30"),
        ),
        publication(
            18_002,
            Published::Soc3,
            Audience::Public,
            "SOC 3 report, first half of 2026",
            Some("2026-01-01..2026-06-30"),
        ),
        publication(
            18_003,
            Published::BridgeLetter,
            Audience::OnRequest,
            "Bridge letter, July 2026",
            Some("2026-07-01..2026-07-01"),
        ),
        publication(
            18_004,
            Published::Other,
            Audience::OnRequest,
            "Penetration test, summary",
            None,
        ),
        publication(
            18_005,
            Published::Policy,
            Audience::Public,
            "Information security policy",
            None,
        ),
    ]
}

/// The invented engagement with a trust page.
pub fn house() -> House {
    let mut house = sample::house();
    let words = tickmark_server::trust::terms("Ledgerline S\u{f8}ftware, Inc.", "");
    let terms = Terms {
        digest: words.digest,
        text: Some(words.text),
    };
    let state = &mut house.state;
    state
        .publications
        .extend(publications().into_iter().map(|p| (p.leaf, p)));
    let mut old = publication(
        17_000,
        Published::Soc2,
        Audience::OnRequest,
        "SOC 2 report 2025",
        Some("2025-01-01..2025-12-31"),
    );
    let (leaf, recorded) = (18_000, at("2026-07-01T14:59:00Z"));
    old.withdrawn = Some(Withdrawn {
        leaf,
        recorded,
        why: WithdrawnWhy::Superseded,
    });
    state.publications.insert(17_000, old);
    let accepted = [
        (18_030, AccessKind::Viewed),
        (18_031, AccessKind::Accepted),
        (18_032, AccessKind::Downloaded),
    ];
    let grants = [
        grant(18_010, 18_001, PAT, &terms, &accepted),
        grant(18_011, 18_003, PAT, &terms, &[]),
        grant(
            18_012,
            18_001,
            "quinn@bank.example",
            &terms,
            &[(18_040, AccessKind::Viewed)],
        ),
    ];
    state.grants.extend(grants.into_iter().map(|g| (g.leaf, g)));
    state.trust_terms.push(terms);
    for (n, (name, service, role, data)) in [
        (
            "Cumulus Hosting",
            "Runs the servers and the databases",
            "carve_out",
            "[wage data, names and addresses]",
        ),
        (
            "Parcel Mail",
            "Sends mail to employees of customers",
            "vendor",
            "[names and addresses]",
        ),
        (
            "Helpdesk One",
            "Tickets of customers",
            "vendor",
            "[what customers write]",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("vendors/v{n}.md");
        document(
            state,
            &path,
            &vendor(name, service, role, data),
            60 + n as u64,
        );
    }
    let policies = [
        "Information security",
        "Access",
        "Change management",
        "Incident response",
        "Vendors",
        "Business continuity",
    ];
    for (n, title) in policies.into_iter().enumerate() {
        let (name, leaf) = (format!("p{n}"), 80 + n as u64);
        document(state, &format!("policies/{name}.md"), &policy(title), leaf);
        let approval = Approval {
            leaf: leaf + 100,
            recorded: at("2026-01-06T15:00:00Z"),
            actor: ActorId([7; 16]),
            document: leaf,
            version: 3,
            approver: 0,
        };
        state
            .approvals
            .entry(name.parse().unwrap())
            .or_default()
            .push(approval);
    }
    house
}

pub fn text() -> PageText {
    PageText {
        lead: "Ledgerline computes wages for 1,400 companies. You see here what an independent firm examined, what we watch between examinations, and who helps us.".into(),
        contact: "security@ledgerline.example".into(),
        terms: String::new(),
        shows: Shows {
            monitoring: true,
            subprocessors: true,
            policies: true,
        },
    }
}

fn wishes(now: Time) -> Vec<Asked> {
    let wish = Wish {
        name: "Robin Vale".into(),
        company: "Northwind Clinics".into(),
        mail: "robin@northwind.example".parse().unwrap(),
        reason: "Our yearly assessment of vendors.\nWe need the period and the exceptions.".into(),
        wanted: vec![18_001, 18_003],
    };
    let answered = Wish {
        mail: PAT.parse().unwrap(),
        name: "Pat Lee".into(),
        company: "Customer Ltd".into(),
        ..wish.clone()
    };
    vec![
        Asked {
            id: 7,
            wish,
            at: now.plus(-DAY_US),
            decided: None,
        },
        Asked {
            id: 6,
            wish: answered,
            at: now.plus(-3 * DAY_US),
            decided: Some((now.plus(-2 * DAY_US), true)),
        },
    ]
}

/// Pages for outsiders.
pub fn outside(house: &House) -> Vec<(String, Markup)> {
    let (page, now) = (text(), sample::now());
    let visit = Visit {
        house,
        page: &page,
        now,
    };
    let grants = granted_to(&house.state, &PAT.parse().unwrap(), now);
    let link = Door::Link {
        link: "0a1b",
        mail: None,
    };
    let (by_link, by_account) = (
        Sharing {
            door: link,
            grants: &grants,
            wrong: None,
        },
        Sharing {
            door: Door::Account(PAT),
            grants: &grants,
            wrong: Some("tick that you accept"),
        },
    );
    let nothing = PageText::default();
    let silent = Visit {
        page: &nothing,
        ..visit
    };
    let words = maud::html! { p { "Somebody reads your request." } };
    vec![
        ("trust".into(), trust::public(&visit, None, &[])),
        (
            "trust-prospect".into(),
            trust::public(&visit, Some(&sample::viewer(Role::Prospect)), &grants),
        ),
        (
            "trust-documents-only".into(),
            trust::public(&silent, None, &[]),
        ),
        (
            "trust-request".into(),
            trust::request(&visit, Some(18_001), None),
        ),
        (
            "trust-request-wrong".into(),
            trust::request(&visit, None, Some("the name is missing")),
        ),
        ("trust-shared".into(), trust::shared(&visit, &by_link)),
        ("trust-mine".into(), trust::shared(&visit, &by_account)),
        (
            "trust-said".into(),
            trust::said(&visit, "Thank you", &words),
        ),
    ]
}

/// Pages for management.
pub fn inside(house: &House) -> Vec<(String, Markup)> {
    let (page, now, viewer) = (text(), sample::now(), sample::viewer(Role::Owner));
    let asked = table::Asked::default();
    let desk = Desk {
        page: &page,
        waiting: 1,
        subscribers: 14,
        wrong: None,
    };
    let link = Some((PAT, "https://grc.ledgerline.example/trust/shared/0a1b"));
    vec![
        (
            "trust-manage".into(),
            trust::manage(house, &viewer, now, &desk),
        ),
        (
            "trust-requests".into(),
            trust::requests(house, &viewer, now, &wishes(now), link),
        ),
        (
            "trust-grants".into(),
            trust::grants(house, &viewer, now, &asked, None),
        ),
        (
            "trust-accesses".into(),
            trust::accesses(house, &viewer, now, &asked),
        ),
    ]
}
