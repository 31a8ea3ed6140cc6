//! The registers over HTTP: each form makes the deed it says, and what is refused comes back as it was typed.

use tickmark_server::{Deed, Role};

use super::{
    browser::Reply,
    pages::registers::{REVIEW, TASK},
    site::{OWNER_MAIL, Site},
};

/// A path of the registers with things that are there.
pub fn filled(path: &str) -> Option<String> {
    let id = match path.split('/').nth(1)? {
        "policies" => "access-control",
        "risks" => "leaver-access",
        "vendors" => "cloud-host",
        "people" => "bo",
        "tasks" | "reviews" | "edit" | "new" => "",
        _ => return None,
    };
    let leaf = if path.starts_with("/tasks") {
        TASK
    } else {
        REVIEW
    };
    Some(
        path.replace("{id}", id)
            .replace("{leaf}", &leaf.to_string())
            .replace("{kind}", "risk")
            .replace("{*path}", "policies/access-control.md"),
    )
}

/// The fields that a form of the registers needs.
pub fn form(path: &str) -> Option<Vec<(&'static str, &'static str)>> {
    Some(match path {
        "/policies/{id}/approve" | "/policies/{id}/acknowledge" => vec![("seen", "43")],
        "/tasks" => vec![
            ("pick", "18103 acme/api"),
            ("owner", "bo"),
            ("due", "2026-07-31"),
        ],
        "/tasks/reassign" => vec![("task", "17900"), ("owner", "bo")],
        "/reviews" => vec![
            ("control", "IAM-04"),
            ("population", "account"),
            ("covers", "2026-04-01..2026-06-30"),
            ("due", "2026-07-31"),
        ],
        "/reviews/{leaf}/decide" => vec![("keep-0", "yes")],
        "/edit/{*path}" => vec![("text", "x")],
        "/new/{kind}" => vec![("id", "new-one"), ("statement", "x")],
        "/scope" => vec![("step", "again"), ("name", "x")],
        _ => return None,
    })
}

pub fn only(site: &Site) -> Deed {
    let mut deeds = site.company.deeds.lock().unwrap();
    let (who, deed) = deeds.pop().unwrap();
    assert!(deeds.is_empty(), "{deeds:?}");
    assert_eq!(who, OWNER_MAIL);
    deed
}

pub fn went(reply: &Reply, to: &str) {
    assert_eq!(
        (reply.status, reply.location()),
        (303, to),
        "{}",
        reply.body
    );
}

#[test]
fn a_policy_is_approved_and_acknowledged_as_it_was_read() {
    let (site, mut owner) = Site::owned();
    let reply = owner.post("/policies/access-control/approve", &[("seen", "43")]);
    went(&reply, "/policies/access-control");
    assert!(
        matches!(only(&site), Deed::Approve { policy, seen: 43 } if policy == "access-control")
    );
    owner.post("/policies/access-control/acknowledge", &[("seen", "43")]);
    assert!(
        matches!(only(&site), Deed::Acknowledge { policy, seen: 43 } if policy == "access-control")
    );
    assert_eq!(
        owner
            .post("/policies/nothing/approve", &[("seen", "43")])
            .status,
        404
    );
    assert_eq!(
        owner
            .post("/policies/access-control/approve", &[("seen", "x")])
            .status,
        400
    );
    assert!(site.company.deeds.lock().unwrap().is_empty());
}

#[test]
fn somebody_without_the_registers_goes_home_after_acknowledging() {
    let (site, _) = Site::owned();
    let mut employee = site.member(Role::Employee);
    let reply = employee.post("/policies/access-control/acknowledge", &[("seen", "43")]);
    went(&reply, "/");
    assert_eq!(employee.get("/policies/access-control").status, 403);
}

#[test]
fn chosen_items_become_one_deed_for_each_run() {
    let (site, mut owner) = Site::owned();
    let form = [
        ("pick", "18103 acme/api/production/4417/9f2c"),
        ("pick", "18101 P 0150/with blank"),
        ("pick", "18103 second"),
        ("pick", "18102 "),
        ("owner", "bo"),
        ("due", "2026-07-31"),
    ];
    went(&owner.post("/tasks", &form), "/tasks");
    let deeds = site.company.deeds.lock().unwrap();
    let said: Vec<(u64, Vec<String>)> = deeds
        .iter()
        .map(|(_, deed)| match deed {
            Deed::OpenTasks {
                run,
                items,
                owner,
                due,
            } if owner == "bo" && due == "2026-07-31" => (*run, items.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    let texts = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        said,
        [
            (18_101, texts(&["P 0150/with blank"])),
            (18_102, Vec::new()),
            (18_103, texts(&["acme/api/production/4417/9f2c", "second"])),
        ]
    );
}

#[test]
fn nothing_is_opened_without_items_owner_or_day() {
    let (site, mut owner) = Site::owned();
    for form in [
        &[("owner", "bo"), ("due", "2026-07-31")][..],
        &[("pick", "18103 x"), ("due", "2026-07-31")],
        &[("pick", "18103 x"), ("owner", "bo")],
        &[("pick", "x y"), ("owner", "bo"), ("due", "2026-07-31")],
    ] {
        assert_eq!(owner.post("/tasks", form).status, 400, "{form:?}");
    }
    for form in [
        &[("owner", "bo")][..],
        &[("task", "17900")],
        &[("task", "x"), ("owner", "bo")],
    ] {
        assert_eq!(owner.post("/tasks/reassign", form).status, 400, "{form:?}");
    }
    assert!(site.company.deeds.lock().unwrap().is_empty());
}

#[test]
fn tasks_are_given_on_one_or_many() {
    let (site, mut owner) = Site::owned();
    let one = owner.post(
        "/tasks/reassign",
        &[("task", "17900"), ("owner", ""), ("due", "2026-08-01")],
    );
    went(&one, "/tasks/17900");
    assert!(
        matches!(only(&site), Deed::Reassign { tasks, owner, due } if tasks == [17_900] && owner.is_empty() && due == "2026-08-01")
    );
    let many = owner.post(
        "/tasks/reassign",
        &[
            ("task", "17900"),
            ("task", "17950"),
            ("owner", "chen"),
            ("due", ""),
        ],
    );
    went(&many, "/tasks");
    assert!(
        matches!(only(&site), Deed::Reassign { tasks, owner, .. } if tasks == [17_900, 17_950] && owner == "chen")
    );
}

#[test]
fn a_review_is_opened_decided_and_looked_at_again() {
    let (site, mut owner) = Site::owned();
    let form = super::registers::form("/reviews").unwrap();
    went(&owner.post("/reviews", &form), "/reviews");
    assert!(
        matches!(only(&site), Deed::OpenReview { control, population, covers, due }
        if control == "IAM-04" && population == "account" && covers == "2026-04-01..2026-06-30" && due == "2026-07-31")
    );
    let decide = format!("/reviews/{REVIEW}/decide");
    let form = [
        ("place", "0"),
        ("place", "1"),
        ("place", "7"),
        ("keep-1", "no"),
        ("keep-3", "yes"),
        ("rest", "keep"),
    ];
    went(&owner.post(&decide, &form), &format!("/reviews/{REVIEW}"));
    let Deed::Decide { review, keep } = only(&site) else {
        panic!("no decision")
    };
    assert_eq!(review, REVIEW);
    assert_eq!(
        keep.into_iter().collect::<Vec<_>>(),
        [(0, true), (1, false), (3, true), (7, true)]
    );
    for form in [
        &[][..],
        &[("place", "0")],
        &[("keep-x", "yes")],
        &[("keep-1", "maybe")],
        &[("keep-4294967296", "yes")],
    ] {
        assert_eq!(owner.post(&decide, form).status, 400, "{form:?}");
    }
    owner.post(&format!("/reviews/{REVIEW}/recheck"), &[]);
    assert!(matches!(only(&site), Deed::Recheck { review: REVIEW }));
    assert_eq!(owner.get("/reviews/5").status, 404);
}

#[test]
fn a_review_that_is_refused_keeps_what_was_typed() {
    let (site, mut owner) = Site::owned();
    *site.company.refuses.lock().unwrap() = Some("the list is empty".into());
    let form = [
        ("control", "IAM-04"),
        ("population", "account"),
        ("covers", "2026-02-01..2026-02-03"),
        ("due", "2026-07-31"),
    ];
    let reply = owner.post("/reviews", &form);
    assert_eq!(reply.status, 400);
    for part in [
        "the list is empty",
        "2026-02-01..2026-02-03",
        "value=\"2026-07-31\"",
    ] {
        assert!(reply.body.contains(part), "{part} in {}", reply.body);
    }
}

/// The fields of a form on a page that carry something along: name and value.
pub fn hidden(page: &str, name: &str) -> String {
    let mark = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = page
        .split_once(&mark)
        .unwrap_or_else(|| panic!("{name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn lists_of_the_registers_are_files_too() {
    let (_site, mut owner) = Site::owned();
    for path in [
        "/policies",
        "/risks",
        "/vendors",
        "/people",
        "/tasks",
        "/reviews",
        "/risks/leaver-access",
        &format!("/reviews/{REVIEW}"),
    ] {
        let reply = owner.get(&format!("{path}?as=csv"));
        assert_eq!(reply.status, 200, "{path}");
        assert!(
            reply
                .header("content-disposition")
                .unwrap()
                .starts_with("attachment"),
            "{path}"
        );
        assert!(reply.body.lines().count() > 0, "{path}");
    }
}

#[test]
fn names_are_managements() {
    let (site, mut owner) = Site::owned();
    let mut auditor = site.member(Role::Auditor);
    assert!(owner.get("/people").body.contains("Bo Lindqvist"));
    for path in [
        "/",
        "/people",
        "/people/bo",
        "/policies",
        "/policies/access-control",
        "/tasks",
        &format!("/tasks/{TASK}"),
        "/reviews",
        &format!("/reviews/{REVIEW}"),
        "/documents/people.yaml",
    ] {
        let reply = auditor.get(path);
        assert_eq!(reply.status, 200, "{path}");
        assert!(
            !reply.body.contains("Lindqvist") && !reply.body.contains("bo@ledgerline"),
            "{path}: {}",
            reply.body
        );
    }
    for path in [
        "/people?as=csv",
        "/tasks?as=csv",
        &format!("/reviews/{REVIEW}?as=csv"),
    ] {
        assert!(!auditor.get(path).body.contains("Lindqvist"), "{path}");
    }
}
