//! Laws of the bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tickmark_core::model::document;
use tickmark_sim::Config;

use crate::{Files, files, lived, small};

#[test]
fn same_seed_same_bytes_other_seed_other_bytes() {
    let one = files(&lived(&small(7)));
    assert!(one == files(&lived(&small(7))), "two runs differ");
    assert!(one != files(&lived(&small(8))), "two seeds agree");
    assert_eq!(lived(&small(7)).truth_json(), lived(&small(7)).truth_json());
}

/// Index lines of a recording, parsed.
fn index(files: &Files, folder: &str) -> Vec<Value> {
    let bytes = &files.0[&format!("recordings/{folder}/index.jsonl")];
    std::str::from_utf8(bytes)
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

#[test]
fn every_body_is_named_and_has_its_digest() {
    use sha2::{Digest as _, Sha256};
    let files = files(&lived(&small(3)));
    let mut named = BTreeSet::new();
    for folder in ["hr", "idp", "database", "gh-api", "gh-web"] {
        let mut last = BTreeMap::new();
        for line in index(&files, folder) {
            let (at, url) = (
                line["at"].as_str().unwrap().to_owned(),
                line["url"].as_str().unwrap().to_owned(),
            );
            let before = last.insert(url.clone(), at.clone());
            assert!(before.is_none_or(|b| b <= at), "{url} goes back in time");
            named.insert(format!(
                "recordings/{folder}/{}",
                line["body"].as_str().unwrap()
            ));
        }
    }
    for (path, bytes) in files.0.iter().filter(|(p, _)| p.contains("/bodies/")) {
        assert!(named.contains(path), "{path} is named by no line");
        let digest: String = Sha256::digest(bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert!(path.ends_with(&format!("{digest}.json")));
        serde_json::from_slice::<Value>(bytes).unwrap();
    }
}

#[test]
fn the_documents_are_read_by_the_product() {
    let files = files(&lived(&small(5)));
    for (path, bytes) in files
        .0
        .iter()
        .filter(|(p, _)| !p.starts_with("recordings/") && !p.starts_with("repositories/"))
    {
        if let Err(wrong) = document::parse(path, bytes) {
            panic!("{path}: {wrong:?}\n{}", String::from_utf8_lossy(bytes));
        }
    }
}

/// The parts of an item that a source must have told: account, deployment, commit, event.
fn told(test: &str, item: &str) -> Vec<String> {
    let key: Vec<String> = item
        .split('/')
        .map(|p| p.replace("%2F", "/").replace("%25", "%"))
        .collect();
    let id = |text: &str| text.split_once(':').map_or(text, |(_, id)| id).to_owned();
    match test {
        "IAM-02.leaver" => vec![key[0].clone(), key[1].clone(), id(&key[2])],
        "IAM-02.orphan" | "IAM-05.mfa" | "IAM-05.login" => vec![id(&key[0])],
        _ => key[1..].to_vec(),
    }
}

#[test]
fn what_is_planted_is_in_the_bytes() {
    for config in [
        small(1),
        small(2),
        Config {
            people: 60,
            months: 5,
            ..small(9)
        },
    ] {
        let company = lived(&config);
        // Of a history the name of a file tells the commit: two digits, `/`, the others.
        let all: String = files(&company)
            .0
            .iter()
            .map(|(path, b)| {
                format!(
                    "{}\n{}\n",
                    path.replace('/', ""),
                    String::from_utf8_lossy(b)
                )
            })
            .collect();
        for found in company
            .truth()
            .planted
            .iter()
            .chain(&company.truth().planted_unknown)
        {
            for part in told(&found.test, &found.item) {
                assert!(all.contains(&part), "{part} of {found:?}");
            }
        }
    }
}

/// One page missing, denied reads, days without a look.
#[test]
fn the_faults_are_there() {
    let company = lived(&small(4));
    let files = files(&company);
    let statuses = |folder: &str| -> Vec<u64> {
        index(&files, folder)
            .iter()
            .map(|l| l["status"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(statuses("idp").iter().filter(|s| **s == 503).count(), 1);
    assert!(statuses("gh-api").iter().filter(|s| **s == 403).count() >= 3);
    let asked: Vec<bool> = company
        .moments()
        .iter()
        .map(|m| m.asks.iter().any(|a| a.source == "database"))
        .collect();
    assert_eq!(asked.iter().filter(|a| !**a).count(), 4);
}
