//! The registers as somebody types them: policies, tasks that only a run closes, access reviews, what is due, what a page saves.

use serde_json::Value;

use crate::typed::{Desk, json, write};

const PROGRAM: &str = "organization: acme
name: Acme
zone: UTC
categories: [security]
periods: [2026-01-01..2026-01-31]
actors: {ada: ada}
";
const PEOPLE: &str = "- person: ada
  name: Ada Byron
  accounts:
    - {account: \"email:ada@acme.example\", how: idp-record}
    - {account: \"okta:1\", how: idp-record}
- person: bob
  accounts:
    - {account: \"okta:2\", how: idp-record}
";
const POLICY: &str = "---
title: Access control
owner: Head of security
approvers: [ada, bob]
version: 1
effective: 2026-01-01
renew_within_months: 12
acknowledge: {groups: [everyone], within_days: 14}
controls: [IAM-02]
---
Access is granted by role.
";
const LATER: &str = "2099-12-31";

/// A program `p` with people, one adopted control and further documents.
pub fn company(more: &[(&str, &str)]) -> Desk {
    let desk = Desk::new();
    desk.program();
    let documents = [("tickmark.yaml", PROGRAM), ("people.yaml", PEOPLE)];
    for (path, text) in documents.iter().chain(more) {
        write(&desk.path().join("p").join(path), text);
    }
    desk.ends(0, &["-C", "p", "apply"]);
    desk
}

/// Runs a command in the program; what it prints as JSON.
pub fn told(desk: &Desk, args: &[&str]) -> Value {
    json(&desk.ends(0, &[&["-C", "p", "--format", "json"], args].concat()))
}

pub fn done(desk: &Desk, args: &[&str]) {
    desk.ends(0, &[&["-C", "p"], args].concat());
}

/// The one line with which a command is refused.
pub fn line(desk: &Desk, args: &[&str]) -> String {
    let line = desk.refused(&[&["-C", "p"], args].concat());
    let line = line.strip_prefix("tickmark: ").unwrap_or(&line);
    line.trim_end().to_owned()
}

fn texts(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

/// Number of leaves.
pub fn size(desk: &Desk) -> String {
    let note = desk.ends(0, &["-C", "p", "log", "checkpoint"]);
    note.lines().nth(1).unwrap().to_owned()
}

#[test]
fn a_policy_is_in_force_once_everybody_has_approved_it() {
    let desk = company(&[("policies/access-control.md", POLICY)]);
    let policy = |desk: &Desk| told(desk, &["policies"])["policies"][0].clone();
    assert_eq!(policy(&desk)["stands"], "waits for ada, bob");
    let before = size(&desk);
    assert_eq!(
        line(&desk, &["policies", "acknowledge", "access-control"]),
        "version 1 of `access-control` is not approved yet; its approvers approve it first; what they change would have to be read again"
    );
    assert_eq!(
        line(
            &desk,
            &["policies", "approve", "access-control", "--as", "eve"]
        ),
        "`eve` does not approve `access-control`; its approvers are ada, bob"
    );
    assert_eq!(
        line(&desk, &["policies", "show", "access-contrl"]),
        "there is no policy `access-contrl`; did you mean `access-control`?"
    );
    let somebody = desk
        .command(&["-C", "p", "policies", "approve", "access-control"])
        .env("USER", "eve")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&somebody.stderr).into_owned();
    assert_eq!(
        said.trim_end(),
        "tickmark: nobody of `people.yaml` stands behind the user `eve`; name the person with --as PERSON, or write `actors: {eve: PERSON}` into tickmark.yaml and apply it"
    );
    assert_eq!(before, size(&desk), "a refusal records nothing");
    done(&desk, &["policies", "approve", "access-control"]);
    assert_eq!(policy(&desk)["stands"], "waits for bob");
    done(
        &desk,
        &["policies", "approve", "access-control", "--as", "bob"],
    );
    done(
        &desk,
        &["policies", "acknowledge", "access-control", "--as", "ada"],
    );
    let found = policy(&desk);
    assert_eq!(
        (&found["stands"], &found["in_force"]["version"]),
        (&"in force".into(), &1.into())
    );
    assert_eq!(
        (
            &found["acknowledge"]["asked"],
            &found["acknowledge"]["done"]
        ),
        (&2.into(), &1.into())
    );
    let size_now = size(&desk);
    done(
        &desk,
        &["policies", "acknowledge", "access-control", "--as", "ada"],
    );
    assert_eq!(size_now, size(&desk), "once is enough");
    let changed = POLICY.replace("by role", "by whim");
    write(&desk.path().join("p/policies/access-control.md"), &changed);
    // `apply` lists what has changed before it hears that this must not be.
    let output = desk.run(&["-C", "p", "apply"]);
    let refused = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        (output.status.code(), refused.lines().count()),
        (Some(2), 1),
        "{refused}"
    );
    assert!(
        refused.contains("version 1 has been approved and is changed; raise `version`"),
        "{refused}"
    );
}

const LOGINS: &str = "event,account,system,at,outcome,interactive,second_factor\n";

/// Collects an export of sign-ins in which `e1` and `e3` had a second factor or not.
fn logins(desk: &Desk, e1: bool, e3: bool) {
    let row = |event: &str, factor: bool| {
        format!("{event},okta:1,directory,2026-01-05T10:00:00Z,success,true,{factor}\n")
    };
    let text = [LOGINS, &row("e1", e1), &row("e2", true), &row("e3", e3)].concat();
    write(&desk.path().join("sso.csv"), &text);
    let covers = [
        "--name",
        "sso",
        "--covers",
        "2026-01-01..2026-01-31",
        "sso.csv",
    ];
    done(
        desk,
        &[&["collect", "file", "--population", "login"], &covers[..]].concat(),
    );
}

/// Runs the test; the leaf of the run.
fn tested(desk: &Desk, code: i32) -> u64 {
    let args = ["-C", "p", "--format", "json", "test", "IAM-05.login"];
    json(&desk.ends(code, &args))["tests"][0]["leaf"]
        .as_u64()
        .unwrap()
}

#[test]
fn a_task_is_closed_by_a_later_run_and_by_nothing_else() {
    let desk = company(&[]);
    let how = [
        "--owner",
        "IT",
        "--scope",
        "all",
        "--effective",
        "2026-01-01",
    ];
    done(
        &desk,
        &[&["controls", "adopt", "IAM-05"], &how[..]].concat(),
    );
    logins(&desk, false, false);
    let run = tested(&desk, 1);
    let at = run.to_string();
    let open = |items: &[&str], owner: &str, due: &str| {
        let items = items.iter().flat_map(|i| ["--item", *i]);
        let start = [
            "tasks", "open", "--run", &at, "--owner", owner, "--due", due,
        ];
        let args: Vec<String> = start.into_iter().chain(items).map(str::to_owned).collect();
        args
    };
    let refused = |args: Vec<String>| line(&desk, &texts(&args));
    let before = size(&desk);
    assert_eq!(
        refused(open(&["e1", "e2"], "bob", LATER)),
        format!(
            "`e2` passed or was not there in the run at leaf {run}; a task is about an item that deviates or could not be judged"
        )
    );
    assert_eq!(
        refused(open(&["e1"], "bop", LATER)),
        "`bop` is not in `people.yaml`; did you mean `bob`?"
    );
    assert_eq!(
        refused(open(&["e1"], "bob", "2020-01-01")),
        "`2020-01-01` has passed; give a day on which it can still be done"
    );
    assert!(refused(open(&[], "bob", LATER)).contains("could be tested in the run"));
    assert_eq!(before, size(&desk), "nothing is half recorded");
    let args = open(&["e1", "e3", "e1"], "bob", LATER);
    done(&desk, &texts(&args));
    let tasks = |desk: &Desk| told(desk, &["tasks"])["tasks"].as_array().unwrap().clone();
    let opened = tasks(&desk);
    assert_eq!(opened.len(), 2);
    let of = |item: &str| opened.iter().find(|t| t["item"] == item).unwrap()["leaf"].to_string();
    let (first, other) = (of("e1"), of("e3"));
    let due = told(&desk, &["status"])["due"].clone();
    assert_eq!(
        (&due[0]["register"], &due[0]["due"]),
        (&"task".into(), &LATER.into())
    );

    let again = tested(&desk, 1);
    assert_eq!(
        line(&desk, &["tasks", "close", &first]),
        format!(
            "`e1` deviates in the run at leaf {again}; a task is closed by a later run in which its item passes or is gone"
        )
    );
    assert_eq!(
        line(&desk, &["tasks", "reassign", "1", "--owner", "ada"]),
        "leaf 1 is no task; `tickmark tasks` lists them"
    );
    done(
        &desk,
        &["tasks", "reassign", &first, &other, "--owner", "ada"],
    );
    assert!(
        tasks(&desk)
            .iter()
            .all(|t| t["owner"] == "ada" && t["open"] == true)
    );

    logins(&desk, true, false);
    let run = tested(&desk, 1);
    let now = tasks(&desk);
    let task = |leaf: &str| now.iter().find(|t| t["leaf"].to_string() == leaf).unwrap();
    assert_eq!(task(&first)["closed"]["run"], run);
    assert_eq!(task(&first)["closed"]["same_time"], true);
    assert_eq!(task(&other)["open"], true, "what still deviates stays open");
    assert_eq!(
        line(&desk, &["tasks", "reassign", &first, "--due", LATER]),
        format!(
            "the task at leaf {first} was closed by the run at leaf {run}; nothing is left to do for it"
        )
    );
}

const ACCOUNTS: &str = "account,system,name,owner_account,kind,status,mfa,privileged\n";

/// Collects the list of accounts; each is given with its status.
pub fn accounts(desk: &Desk, all: &[(&str, &str)]) {
    let row = |(account, status): &(&str, &str)| {
        format!("{account},directory,{account}@acme.example,,human,{status},true,\n")
    };
    let rows: String = all.iter().map(row).collect();
    write(
        &desk.path().join("accounts.csv"),
        &format!("{ACCOUNTS}{rows}"),
    );
    let args = ["--population", "account", "--name", "okta", "accounts.csv"];
    done(desk, &[&["collect", "file"], &args[..]].concat());
}

/// Words that open a review.
fn opening(population: &str) -> [&str; 10] {
    let covers = "2026-01-01..2026-03-31";
    [
        "reviews",
        "open",
        "--control",
        "IAM-02",
        "--population",
        population,
        "--covers",
        covers,
        "--due",
        LATER,
    ]
}

#[test]
fn what_a_review_revokes_is_looked_for_until_it_is_gone() {
    let desk = company(&[]);
    let active = |items: &[&'static str]| items.iter().map(|i| (*i, "active")).collect::<Vec<_>>();
    assert_eq!(
        line(&desk, &opening("account")),
        "the list is empty; a review of nothing shows nothing; collect the list first"
    );
    accounts(&desk, &active(&["okta:1", "okta:2", "okta:3"]));
    assert_eq!(
        line(&desk, &opening("login")),
        "population `login` holds events, which nobody can take away; a review is about one of account, branch_rule, worker"
    );
    done(&desk, &opening("account"));
    let before = size(&desk);
    done(&desk, &opening("account"));
    assert_eq!(before, size(&desk), "the same list is frozen once");
    let leaf = told(&desk, &["reviews"])["reviews"][0]["leaf"].to_string();
    let shown = told(&desk, &["reviews", "show", &leaf])["reviews"][0].clone();
    let people: Vec<&Value> = shown["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| &i["person"])
        .collect();
    assert_eq!(
        people,
        [&Value::from("ada"), &Value::from("bob"), &Value::Null]
    );

    let decide = |more: &[&str]| {
        let start = ["-C", "p", "reviews", "decide", leaf.as_str()];
        let args: Vec<String> = start.iter().chain(more).map(|a| (*a).to_owned()).collect();
        args
    };
    let refused = |more: &[&str]| {
        let args = decide(more);
        let said = desk.refused(&texts(&args));
        said.strip_prefix("tickmark: ")
            .unwrap_or(&said)
            .trim_end()
            .to_owned()
    };
    assert_eq!(
        refused(&["--keep", "okta:1", "okta:2"]),
        "`okta:1` is the reviewer's own; somebody else decides about it"
    );
    assert!(
        refused(&["--keep", "okta:9"])
            .starts_with("the frozen list has no item `okta:9`; did you mean")
    );
    assert_eq!(
        refused(&["--keep", "okta:2", "--revoke", "okta:2"]),
        "`okta:2` is both kept and revoked; decide for one of them"
    );
    write(&desk.path().join("d.csv"), "item,decision\nokta:1,maybe\n");
    assert_eq!(
        refused(&["--file", "d.csv", "--as", "bob"]),
        "d.csv:2: `maybe` is no decision; write keep or revoke"
    );
    assert_eq!(before, size(&desk), "a refusal records nothing");
    desk.ends(
        0,
        &texts(&decide(&["--keep", "okta:2", "--revoke", "okta:3"])),
    );
    let printed = desk.ends(0, &["-C", "p", "--format", "csv", "reviews", "show", &leaf]);
    let (head, rows) = printed.split_once('\n').unwrap();
    let filled: Vec<String> = rows
        .lines()
        .filter(|row| row.starts_with("okta:1,"))
        .map(|row| format!("{},keep,", row.strip_suffix(",,").unwrap()))
        .collect();
    write(
        &desk.path().join("d.csv"),
        &format!("{head}\n{}\n", filled.join("\n")),
    );
    desk.ends(0, &texts(&decide(&["--file", "d.csv", "--as", "bob"])));
    let standing = |desk: &Desk| told(desk, &["reviews"])["reviews"][0].clone();
    assert_eq!(
        (
            &standing(&desk)["keep"],
            &standing(&desk)["revoke"],
            &standing(&desk)["undecided"]
        ),
        (&2.into(), &1.into(), &0.into())
    );

    let recheck = ["reviews", "recheck", leaf.as_str()];
    assert_eq!(
        line(&desk, &recheck),
        "nothing had to go before this collection was made; decide first, collect the source again, and look then"
    );
    accounts(&desk, &active(&["okta:1", "okta:2", "okta:3"]));
    done(&desk, &recheck);
    assert_eq!(
        (&standing(&desk)["still"], &standing(&desk)["done"]),
        (&1.into(), &false.into())
    );
    accounts(
        &desk,
        &[
            ("okta:1", "active"),
            ("okta:2", "active"),
            ("okta:3", "disabled"),
        ],
    );
    done(&desk, &recheck);
    assert_eq!(
        (&standing(&desk)["gone"], &standing(&desk)["done"]),
        (&1.into(), &true.into())
    );
    accounts(&desk, &active(&["okta:1", "okta:2"]));
    done(&desk, &recheck);
    assert_eq!(standing(&desk)["done"], true);
}
