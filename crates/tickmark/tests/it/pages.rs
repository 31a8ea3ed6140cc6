//! GitHub's answers about a real repository, as a recording beside a program.
//!
//! Pull requests, reviews, commits, the organization and the branch are those of `faros-ai/airbyte-connectors` in 2021, as a data pipeline
//! took them from GitHub (test data `github`). Made here: how they lie on pages, the lists of commits of squashed pull requests (the
//! squash itself), and, where a scene says so, deployments, one a minute after each merge: the pipeline recorded none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{data, typed::Desk};

const REPO: &str = "/repos/faros-ai/airbyte-connectors";
const PEOPLE: &str = "
- person: tovbin
  accounts:
    - {account: \"github:629845\", how: asked}
    - {account: \"email:tovbinm@gmail.com\", how: asked}
    - {account: \"email:tovbinm@users.noreply.github.com\", how: asked}
- person: wu
  accounts:
    - {account: \"github:4491213\", how: asked}
    - {account: \"email:chris@faros.ai\", how: asked}
";

/// What the pipeline recorded, by stream.
pub struct Recorded(BTreeMap<String, Vec<Value>>);

impl Recorded {
    pub fn read() -> Option<Self> {
        let dir = data::unpack("github")?;
        let text = data::gunzip(&dir.path().join("github/faros/github/all-streams.log.gz"));
        let mut streams: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            if let Some(stream) = line["record"]["stream"].as_str() {
                let name = stream.rsplit("__").next().unwrap().to_owned();
                streams
                    .entry(name)
                    .or_default()
                    .push(line["record"]["data"].clone());
            }
        }
        Some(Self(streams))
    }

    fn stream(&self, name: &str) -> &[Value] {
        &self.0[name]
    }

    /// The commit of the main branch with this name.
    fn commit(&self, sha: &str) -> Option<&Value> {
        self.stream("commits").iter().find(|c| c["sha"] == sha)
    }

    /// Commits that this one reaches.
    fn reach(&self, sha: &str, seen: &mut BTreeSet<String>) {
        let Some(commit) = self.commit(sha).filter(|_| seen.insert(sha.to_owned())) else {
            return;
        };
        for parent in commit["parents"].as_array().unwrap() {
            self.reach(parent["sha"].as_str().unwrap(), seen);
        }
    }

    /// Commits of a merged pull request: what its merge brought, or the squash itself. `None`: not on the branch.
    fn proposed(&self, pull: &Value) -> Option<Vec<&Value>> {
        let merge = self
            .commit(pull["merge_commit_sha"].as_str()?)
            .filter(|_| pull["merged_at"].is_string())?;
        let parents: Vec<&str> = merge["parents"]
            .as_array()?
            .iter()
            .filter_map(|p| p["sha"].as_str())
            .collect();
        let [first, second] = parents[..] else {
            return Some(vec![merge]);
        };
        let (mut before, mut brought) = (BTreeSet::new(), BTreeSet::new());
        self.reach(first, &mut before);
        self.reach(second, &mut brought);
        Some(
            brought
                .difference(&before)
                .filter_map(|sha| self.commit(sha))
                .collect(),
        )
    }
}

/// A recording under construction.
#[derive(Default)]
struct Index {
    lines: String,
    bodies: Vec<String>,
}

impl Index {
    fn answer(&mut self, url: &str, status: u16, headers: &Value, body: &Value) {
        let name = format!("bodies/{}.json", self.bodies.len());
        self.bodies.push(body.to_string());
        let line = json!({"at": "2021-09-01T00:00:00Z", "url": url, "status": status, "headers": headers, "body": name});
        writeln!(self.lines, "{line}").unwrap();
    }

    fn json(&mut self, url: &str, body: &Value) {
        self.answer(url, 200, &json!({}), body);
    }

    fn denied(&mut self, url: &str) {
        self.answer(
            url,
            403,
            &json!({}),
            &json!({"message": "Resource not accessible by integration"}),
        );
    }
}

/// What the answers of one test are like.
#[derive(Default)]
pub struct Scene {
    /// Every merge is deployed a minute later.
    pub deployments: bool,
    /// Nobody may read the reviews of this pull request.
    pub denied: Option<u64>,
    /// Nobody answers for reviews.
    pub reviews_gone: bool,
    /// The second page of pull requests was never recorded.
    pub page_missing: bool,
}

/// A program with its sources recorded beside it.
pub fn program(desk: &Desk, recorded: &Recorded, scene: &Scene) {
    desk.ends(0, &["init", "p", "--name", "Faros", "--zone", "UTC"]);
    let dir = desk.path().join("p");
    record_again(desk, recorded, scene);
    std::fs::create_dir_all(dir.join("controls")).unwrap();
    let sources = "- id: gh\n  use: github\n  params: {org: faros-ai, repo: airbyte-connectors, branch: main}\n  transport: recorded:recorded\n";
    let control = "---\nadopt: CHG-01\nowner: engineering\nscope: the product\neffective: 2021-08-01\n---\n\nAs the library says.\n";
    let about = "organization: faros\nname: Faros\nzone: UTC\ncategories: [security]\nperiods: [\"2021-08-01..2021-08-31\"]\n";
    for (name, text) in [
        ("sources.yaml", sources),
        ("people.yaml", PEOPLE),
        ("controls/CHG-01.md", control),
        ("tickmark.yaml", about),
    ] {
        std::fs::write(dir.join(name), text).unwrap();
    }
    desk.ends(0, &["-C", "p", "apply"]);
}

/// Other answers from now on.
pub fn record_again(desk: &Desk, recorded: &Recorded, scene: &Scene) {
    let dir = desk.path().join("p/recorded");
    let index = record(recorded, scene);
    std::fs::create_dir_all(dir.join("bodies")).unwrap();
    for (n, body) in index.bodies.iter().enumerate() {
        std::fs::write(dir.join(format!("bodies/{n}.json")), body).unwrap();
    }
    std::fs::write(dir.join("index.jsonl"), index.lines).unwrap();
}

fn record(recorded: &Recorded, scene: &Scene) -> Index {
    let mut index = Index::default();
    index.json("/orgs/faros-ai", &recorded.stream("organizations")[0]);
    let branch = recorded
        .stream("branches")
        .iter()
        .find(|b| b["name"] == "main")
        .unwrap();
    index.json(&format!("{REPO}/branches/main"), branch);
    index.json(
        &format!("{REPO}/commits?sha=main&per_page=100"),
        &json!(recorded.stream("commits")),
    );
    let mut pulls = recorded.stream("pull_requests").to_vec();
    pulls.sort_by_key(|p| p["created_at"].as_str().unwrap().to_owned());
    let (first, second) = pulls.split_at(20);
    let next = "/repositories/392768635/pulls?state=all&page=2";
    let link = json!({"Link": format!("<https://api.github.com{next}>; rel=\"next\"")});
    let asked = format!("{REPO}/pulls?state=all&sort=created&direction=asc&per_page=100");
    index.answer(&asked, 200, &link, &json!(first));
    if !scene.page_missing {
        index.json(next, &json!(second));
    }
    let count = json!({"total_count": pulls.len(), "incomplete_results": false});
    index.json(
        "/search/issues?q=repo:faros-ai/airbyte-connectors+is:pr&per_page=1",
        &count,
    );
    for pull in &pulls {
        children(recorded, scene, pull, &mut index);
    }
    if scene.deployments {
        deployments(&pulls, &mut index);
    }
    index
}

fn children(recorded: &Recorded, scene: &Scene, pull: &Value, index: &mut Index) {
    let number = pull["number"].as_u64().unwrap();
    let reviews = format!("{REPO}/pulls/{number}/reviews?per_page=100");
    if scene.denied == Some(number) {
        index.denied(&reviews);
    } else if !scene.reviews_gone {
        let of = format!("/pulls/{number}");
        let of = |r: &&Value| r["pull_request_url"].as_str().unwrap().ends_with(&of);
        let reviewed: Vec<&Value> = recorded.stream("reviews").iter().filter(of).collect();
        index.json(&reviews, &json!(reviewed));
    }
    let commits = format!("{REPO}/pulls/{number}/commits?per_page=100");
    match recorded.proposed(pull) {
        Some(list) => index.json(&commits, &json!(list)),
        None => index.denied(&commits),
    }
}

fn deployments(pulls: &[Value], index: &mut Index) {
    let mut list = Vec::new();
    for pull in pulls.iter().filter(|p| p["base"]["ref"] == "main") {
        let Some(merged) = pull["merged_at"].as_str() else {
            continue;
        };
        let merged = tickmark_core::model::time::Time::parse(merged).unwrap();
        let at = tickmark_core::model::time::Time::from_micros(merged.micros() + 60_000_000);
        let (id, sha) = (
            1_000 + pull["number"].as_u64().unwrap(),
            &pull["merge_commit_sha"],
        );
        list.push(json!({"id": id, "sha": sha, "environment": "production", "created_at": at.to_string(), "creator": pull["user"]}));
        let runs = format!(
            "{REPO}/commits/{}/check-runs?filter=all&per_page=100",
            sha.as_str().unwrap()
        );
        index.json(&runs, &json!({"total_count": 0, "check_runs": []}));
    }
    index.json(&format!("{REPO}/deployments?per_page=100"), &json!(list));
}
