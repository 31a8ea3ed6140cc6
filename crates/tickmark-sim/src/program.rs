//! The company's program: the documents management wrote.

use std::fmt::Write as _;

use tickmark_core::model::time::Day;

use crate::{
    Config,
    code::SERVICE,
    emit::{directory, github, people as hr},
    when::{Almanac, ZONE},
    world::World,
};

/// Controls adopted with tests of their own.
const TESTED: [(&str, &str, &str); 5] = [
    (
        "IAM-02",
        "it",
        "directory and database, employees and contractors",
    ),
    ("IAM-05", "it", "directory and database"),
    ("CHG-01", "engineering", "repositories api and web"),
    ("CHG-02", "engineering", "repositories api and web"),
    (
        "CHG-03",
        "engineering",
        "repositories api and web, and the history of legacy",
    ),
];

/// Controls that people operate; their evidence is handed in.
const OPERATED: [(&str, &str); 12] = [
    ("GOV-01", "board"),
    ("GOV-02", "board"),
    ("HRS-01", "people"),
    ("HRS-02", "people"),
    ("IAM-01", "it"),
    ("IAM-04", "it"),
    ("INC-01", "operations"),
    ("INC-02", "operations"),
    ("BCP-01", "operations"),
    ("LOG-01", "operations"),
    ("MON-01", "operations"),
    ("CRY-01", "engineering"),
];

/// All documents, by path.
pub(crate) fn documents(config: &Config, world: &World) -> Vec<(String, String)> {
    let almanac = &world.almanac;
    let mut all = vec![
        ("tickmark.yaml".to_owned(), program(config, almanac)),
        ("system.md".to_owned(), SYSTEM.to_owned()),
        ("commitments.yaml".to_owned(), COMMITMENTS.to_owned()),
        ("people.yaml".to_owned(), people(world)),
        ("sources.yaml".to_owned(), sources()),
        ("waivers.yaml".to_owned(), waivers(world)),
    ];
    let effective = almanac.period.from.plus_months(-6);
    for (control, owner, scope) in TESTED {
        all.push((
            format!("controls/{control}.md"),
            adoption(control, owner, scope, effective),
        ));
    }
    for (control, owner) in OPERATED {
        let scope = "the whole company";
        all.push((
            format!("controls/{control}.md"),
            adoption(control, owner, scope, effective),
        ));
    }
    all
}

fn program(config: &Config, almanac: &Almanac) -> String {
    format!(
        "# The sample company. Nothing of it is real.
organization: acme
name: Acme Analytics (sample company)
zone: {ZONE}
calendar: office
calendars:
  office:
    version: \"1\"
    base: none
    add: [{}]
  remote:
    version: \"1\"
    base: none
categories: [security]
periods: [\"{}..{}\"]
origin: demo.tickmark.invalid/{}
demo: true
",
        almanac.holiday, almanac.period.from, almanac.period.to, config.seed
    )
}

fn adoption(control: &str, owner: &str, scope: &str, effective: Day) -> String {
    format!(
        "---\nadopt: {control}\nowner: {owner}\nscope: {scope}\neffective: {effective}\n---\n\nOperated as the library describes it.\n"
    )
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The identity table: never by equal logins.
fn people(world: &World) -> String {
    let mut text = "# Who is who. Accounts that nobody owns stand in no line.\n".to_owned();
    for person in &world.people {
        let _ = writeln!(
            text,
            "- person: {}\n  name: {}\n  kind: {}",
            person.handle,
            quoted(&person.name),
            person.kind
        );
        if person.claims.is_empty() {
            continue;
        }
        text.push_str("  accounts:\n");
        for claim in &person.claims {
            let how = if claim.account.starts_with("okta:") {
                "hr-record"
            } else {
                "asked"
            };
            let day = |name: &str, day: Option<Day>| {
                day.map(|day| format!(", {name}: {day}"))
                    .unwrap_or_default()
            };
            let _ = writeln!(
                text,
                "    - {{account: {}, how: {how}{}{}}}",
                quoted(&claim.account),
                day("from", claim.from),
                day("until", claim.until)
            );
        }
    }
    let _ = write!(
        text,
        "- person: release-machine\n  name: Release machine\n  kind: service\n  accounts:\n    - {{account: \"github:{SERVICE}\", how: asked}}\n"
    );
    text
}

fn sources() -> String {
    let mut text = "# Where evidence is fetched. Every answer of the sample company is recorded beside this file.\n".to_owned();
    let mut add = |id: &str, uses: &str, params: &str, folder: &str, streams: &str| {
        let _ = writeln!(
            text,
            "- id: {id}\n  use: {uses}\n  params: {{{params}}}\n  transport: recorded:recordings/{folder}\n  streams: [{streams}]"
        );
    };
    let base = |url: &str| format!("base: {}", quoted(url));
    let database = format!("{}, system: database", base(directory::DATABASE_BASE));
    add("hr", "hris", &base(hr::BASE), "hr", "workers");
    add("idp", "directory", &base(directory::BASE), "idp", "users");
    add(
        "idp-log",
        "directory",
        &base(directory::BASE),
        "idp",
        "logins, account_changes",
    );
    add("database", "saas", &database, "database", "accounts");
    add("database-log", "saas", &database, "database", "logins");
    debug_assert_eq!(github::BASE, "https://api.github.com");
    for repo in ["api", "web"] {
        let params = format!("org: acme, repo: {repo}, branch: main");
        let streams = "pulls, reviews, commits, main_commits, deployments, check_runs";
        add(
            &format!("gh-{repo}"),
            "github",
            &params,
            &format!("gh-{repo}"),
            streams,
        );
        add(
            &format!("gh-{repo}-rules"),
            "github",
            &params,
            &format!("gh-{repo}"),
            "branch_rules",
        );
    }
    text
}

fn waivers(world: &World) -> String {
    let period = world.almanac.period;
    let mut text = "# Approved exceptions.\n".to_owned();
    for (test, item, why) in &world.waived {
        let _ = write!(
            text,
            "- test: {test}\n  item: {}\n  from: {}\n  until: {}\n  reason: {why}\n  approved_by: board\n  approved_on: {}\n",
            quoted(item),
            period.from.plus_days(-30),
            period.to.plus_days(30),
            period.from.plus_days(-40)
        );
    }
    text
}

const COMMITMENTS: &str = "commitments:
  - id: access
    says: Only people who work for us, and only as long as they do, can reach customers' data.
    categories: [security]
    criteria: [CC6.1, CC6.2, CC6.3]
    source: master agreement, section 7
  - id: changes
    says: No change reaches production that nobody but its author has seen.
    categories: [security]
    criteria: [CC8.1]
    source: master agreement, section 8
requirements:
  - id: second_factor
    says: Every account a person signs in with has a second factor.
    categories: [security]
    criteria: [CC6.1]
    source: security policy
";

const SYSTEM: &str = "# Acme Analytics: description of the system

## DC1 Services provided

Acme keeps its customers' measurements and answers questions about them. The company and everything in this description are made up.

## DC2 Commitments and requirements

The principal commitments and requirements stand in `commitments.yaml`.

## DC3 Components

A web application and an interface for programs, kept in two repositories (`api`, `web`), and an older program of which only the history is kept (`legacy`); a database; a directory in which people sign in; about two hundred people in two offices.

## DC4 Incidents

No incident kept a commitment from being met in the period.

## DC5 Criteria and controls

The controls stand in `controls/`; each names the criteria it serves.

## DC6 Duties of customers

Customers remove the users they invited themselves.

## DC7 Subservice organizations

The computers belong to a provider that is left out of the examination; it is expected to keep strangers out of its buildings.

## DC8 Criteria that do not apply

All criteria of the category security apply.

## DC9 Changes in the period

The branch rule of the repository `web` was made stricter.
";
