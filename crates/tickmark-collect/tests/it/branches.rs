//! Histories of other references, collected again, and with commits that tell less than they should.

use std::collections::BTreeMap;

use tickmark_collect::Pages;
use tickmark_collect::git::{GitError, History, SINCE, Wanted, collect_wanted, name_of};
use tickmark_core::facts::git::mapping;
use tickmark_core::facts::read::{PageBytes, Read, Reader};
use tickmark_core::model::time::Time;

use crate::data;
use crate::histories::{commit, git, repository, rows};
use crate::recording::cells;

fn wanted(reference: &str) -> Wanted<'_> {
    Wanted {
        reference: Some(reference),
        name: Some("acme/api"),
        since: None,
    }
}

/// What a reader says of each commit, the later collection counting.
fn main_line(collections: &[(History, Pages)]) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for (history, pages) in collections {
        let (schema, rows) = rows(history, pages);
        for row in &rows {
            let c = cells(&schema, row);
            found.insert(c["sha"].clone(), c["main"] == "true");
        }
    }
    found
}

#[test]
fn collecting_again_takes_what_is_new_and_together_it_is_the_whole_history() {
    let dir = repository();
    let path = dir.path();
    assert_eq!(
        name_of(path).unwrap(),
        path.file_name().unwrap().to_str().unwrap()
    );
    let get = |since: Option<&str>| {
        let mut pages = Pages::default();
        let wanted = Wanted {
            since,
            ..wanted("main")
        };
        (collect_wanted(path, wanted, &mut pages).unwrap(), pages)
    };
    let first = get(None);
    let head = first.0.params["head"].clone();
    let same = get(Some(&head));
    assert_eq!(
        (same.0.commits, same.0.tags, same.0.params[SINCE].as_str()),
        (0, 1, head.as_str())
    );
    // A branch that left main before the first collection and comes back after it.
    git(path, &["checkout", "-q", "-b", "late", "HEAD~2"]);
    commit(path, 6, "on the late branch");
    git(path, &["checkout", "-q", "main"]);
    commit(path, 7, "pushed (#9)");
    git(
        path,
        &[
            "-c",
            "commit.gpgsign=false",
            "merge",
            "-q",
            "--no-ff",
            "-m",
            "Merge pull request #10 from acme/late",
            "late",
        ],
    );
    let new = get(Some(&head));
    assert_eq!((new.0.commits, new.0.on_main), (3, 2));
    let whole = get(None);
    assert_eq!(whole.0.params.get(SINCE), None);
    assert_eq!(
        main_line(&[first.clone(), new]),
        main_line(std::slice::from_ref(&whole))
    );
    // Rewritten, merged the other way round, or never heard of: everything is collected.
    let second_parent = git(path, &["rev-parse", "late"]);
    for since in [second_parent.trim(), &"0123456789".repeat(4), "nothing"] {
        assert_eq!(get(Some(since)), whole, "{since}");
    }
}

#[test]
fn a_branch_a_tag_and_a_commit_are_walked_by_their_name() {
    let dir = repository();
    let at = |reference: &str| {
        let mut pages = Pages::default();
        let history = collect_wanted(dir.path(), wanted(reference), &mut pages).unwrap();
        (history, pages)
    };
    let topic = git(dir.path(), &["rev-parse", "topic"]);
    for (name, branch) in [
        ("topic", Some("topic")),
        ("refs/heads/topic", Some("topic")),
        (topic.trim(), None),
    ] {
        let (history, pages) = at(name);
        assert_eq!((history.commits, history.on_main), (3, 3), "{name}");
        assert_eq!(history.params["head"], topic.trim());
        assert_eq!(history.params.get("branch").map(String::as_str), branch);
        let (schema, rows) = rows(&history, &pages);
        assert!(
            rows.iter().all(|row| cells(&schema, row)["main"] == "true"),
            "its own first parents are the main line"
        );
    }
    let whole = at("HEAD");
    assert_eq!(whole.0.commits, 5);
    for tag in ["v1", "plain"] {
        assert_eq!(at(tag).1, whole.1, "a tag of the head");
    }
    let none = collect_wanted(dir.path(), wanted("nowhere"), &mut Pages::default()).unwrap_err();
    assert!(
        matches!(none, GitError::Reference { .. }) && none.to_string().contains("`nowhere`"),
        "{none}"
    );
    let absent = collect_wanted(
        dir.path(),
        wanted(&"0123456789".repeat(4)),
        &mut Pages::default(),
    )
    .unwrap_err();
    assert!(matches!(absent, GitError::Object { .. }), "{absent}");
}

/// A direct push whose author cannot be read was in no test at all: `no deviation` over 100 % of the time.
#[test]
fn a_commit_without_an_author_is_there_all_the_same() {
    let dir = repository();
    let (parent, tree) = (
        git(dir.path(), &["rev-parse", "HEAD"]),
        git(dir.path(), &["rev-parse", "HEAD^{tree}"]),
    );
    let text = format!(
        "tree {}\nparent {}\nauthor  <> 1768000000 +0000\ncommitter Bob <bob@acme.example> 1768000000 +0000\n\npushed\n",
        tree.trim(),
        parent.trim()
    );
    std::fs::write(dir.path().join("commit.txt"), text).unwrap();
    let id = git(
        dir.path(),
        &[
            "hash-object",
            "-t",
            "commit",
            "-w",
            "--literally",
            "commit.txt",
        ],
    );
    git(dir.path(), &["update-ref", "refs/heads/odd", id.trim()]);
    let mut pages = Pages::default();
    let history = collect_wanted(dir.path(), wanted("odd"), &mut pages).unwrap();
    let schema = data::schema("git_commit");
    let mapping = mapping(&schema).unwrap();
    let mut reader = Reader::new(&mapping, &schema, &history.params, 3, Time::from_micros(0));
    let mut rejected = Vec::new();
    let here = PageBytes {
        blob: 0,
        parent: "",
        with: &BTreeMap::new(),
        bytes: &pages.0[0],
    };
    let number = reader.page(here, &mut |read| {
        if let Read::Rejected(one) = read {
            rejected.push(one);
        }
    });
    assert_eq!((number.unwrap(), rejected.len()), (6, 1));
    let row = rejected[0].row.as_ref().unwrap();
    assert_eq!(row.unknown, schema.mask("author"));
    let c = cells(&schema, row);
    assert_eq!(
        (
            c["sha"].as_str(),
            c["main"].as_str(),
            c["reference"].as_str()
        ),
        (id.trim(), "true", "")
    );
    assert_eq!(rejected[0].gap.parent, format!("acme%2Fapi/{}", id.trim()));
    assert!(rejected[0].rejection.why.contains("does not tell `author`"));
}
