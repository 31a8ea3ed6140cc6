//! Real GitHub answers, as the tests of a Java client recorded them, played through the library's source.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tickmark_collect::stream::{Parents, identify};
use tickmark_core::model::manifest::{End, Unit};

use crate::data;
use crate::recording::{Collected, Recording, Ticking, cells, collect};

/// One recorded answer.
struct Answer {
    scene: String,
    method: String,
    url: String,
    status: u16,
    headers: Value,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

fn answers() -> Option<Vec<Answer>> {
    let dir = data::unpack("github")?;
    let github = dir.path().join("github");
    let done = Command::new("tar")
        .arg("xzf")
        .arg(github.join("rest-wiremock.tar.gz"))
        .arg("-C")
        .arg(&github)
        .status()
        .unwrap();
    assert!(done.success());
    let mut paths = Vec::new();
    files(&github.join("rest-wiremock"), &mut paths);
    paths.sort();
    let mut answers = Vec::new();
    for path in paths
        .iter()
        .filter(|path| path.parent().unwrap().ends_with("mappings"))
    {
        let mapping: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let (request, response) = (&mapping["request"], &mapping["response"]);
        let folder = path.parent().unwrap().parent().unwrap();
        let body = match (response["body"].as_str(), response["bodyFileName"].as_str()) {
            (Some(body), _) => body.as_bytes().to_vec(),
            (None, Some(name)) => {
                std::fs::read(folder.join("__files").join(name)).unwrap_or_default()
            }
            (None, None) => Vec::new(),
        };
        let url = request["url"]
            .as_str()
            .or(request["urlPath"].as_str())
            .unwrap_or_default();
        // Several values of one header become one, as a transport joins them.
        let join = |value: &Value| {
            value.as_array().map_or(value.clone(), |list| {
                json!(
                    list.iter()
                        .filter_map(Value::as_str)
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            })
        };
        let headers: BTreeMap<String, Value> = response["headers"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), join(value)))
            .collect();
        answers.push(Answer {
            scene: folder.file_name().unwrap().to_str().unwrap().to_owned(),
            method: request["method"].as_str().unwrap().to_owned(),
            url: url.to_owned(),
            status: u16::try_from(response["status"].as_u64().unwrap()).unwrap(),
            headers: json!(headers),
            body,
        });
    }
    // One body lies there without its mapping.
    for path in paths
        .iter()
        .filter(|path| path.ends_with("__files/3-r_h_g_deployments_178653229.json"))
    {
        answers.push(Answer {
            scene: "testGetDeploymentByIdStringPayload".to_owned(),
            method: "GET".to_owned(),
            url: "/repos/hub4j-test-org/github-api/deployments/178653229".to_owned(),
            status: 200,
            headers: json!({}),
            body: std::fs::read(path).unwrap(),
        });
    }
    Some(answers)
}

fn params(org: &str, repo: &str) -> BTreeMap<String, String> {
    [("org", org), ("repo", repo), ("branch", "main")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into()
}

const ASKED: (&str, &str) = ("2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z");
const NOW: &str = "2026-06-30T00:00:00Z";
const BEFORE: &str = "2026-01-01T00:00:00Z";

fn github(
    stream: &str,
    params: &BTreeMap<String, String>,
    parents: &Parents,
    recording: &Recording,
    now: &str,
) -> Collected {
    let source = data::source("github");
    let schema = data::schema(source.stream(stream).unwrap().into.as_str());
    collect(
        &source,
        &schema,
        stream,
        params,
        parents,
        &recording.open(),
        &Ticking::from(now),
        ASKED,
    )
}

/// Records of one stream as a data pipeline took them from GitHub.
fn piped(stream: &str) -> Option<Vec<Value>> {
    let dir = data::unpack("github")?;
    let text = data::gunzip(&dir.path().join("github/faros/github/all-streams.log.gz"));
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let name = format!("mytestsource__github__{stream}");
    let records = lines.filter(|line| line["record"]["stream"] == name.as_str());
    Some(records.map(|line| line["record"]["data"].clone()).collect())
}

/// The pull requests and reviews of a real repository. The pages are made again from the records, 15 to a page with GitHub's links;
/// the reviews of one pull request are denied.
#[test]
fn pull_requests_and_reviews_of_a_real_repository() {
    let (Some(pulls), Some(reviews)) = (piped("pull_requests"), piped("reviews")) else {
        return;
    };
    let mut recording = Recording::new();
    let first = "/repos/faros-ai/airbyte-connectors/pulls?state=all&sort=created&direction=asc&per_page=100";
    let pages: Vec<&[Value]> = pulls.chunks(15).collect();
    for (n, page) in pages.iter().enumerate() {
        let address = |n: usize| {
            format!(
                "/repositories/392768635/pulls?state=all&sort=created&direction=asc&per_page=100&page={}",
                n + 1
            )
        };
        let link = format!(
            "<https://api.github.com{}>; rel=\"next\", <https://api.github.com{}>; rel=\"last\"",
            address(n + 1),
            address(pages.len() - 1)
        );
        let headers = if n + 1 < pages.len() {
            json!({"Link": link, "Date": "Sun, 16 Jun 2024 09:55:53 GMT"})
        } else {
            json!({})
        };
        let url = if n == 0 { first.to_owned() } else { address(n) };
        recording.answer(
            BEFORE,
            &url,
            200,
            &headers,
            json!(page).to_string().as_bytes(),
        );
    }
    recording.json(
        "/search/issues?q=repo:faros-ai/airbyte-connectors+is:pr&per_page=1",
        &json!({"total_count": pulls.len(), "incomplete_results": false}),
    );
    let denied = pulls[0]["number"].as_u64().unwrap();
    let mut expected = 0;
    for pull in &pulls {
        let number = pull["number"].as_u64().unwrap();
        let url = format!("/repos/faros-ai/airbyte-connectors/pulls/{number}/reviews?per_page=100");
        let end = format!("/pulls/{number}");
        let mine: Vec<&Value> = reviews
            .iter()
            .filter(|r| r["pull_request_url"].as_str().unwrap().ends_with(&end))
            .collect();
        if number == denied {
            recording.status(&url, 403);
        } else {
            expected += mine.len();
            recording.json(&url, &json!(mine));
        }
    }
    let params = params("faros-ai", "airbyte-connectors");
    let got = github("pulls", &params, &Parents::default(), &recording, NOW);
    let manifest = &got.fetched.manifest;
    assert_eq!(manifest.end, End::Complete, "{:?}", got.fetched.broken);
    assert_eq!(
        (got.rows.len(), got.gaps.len(), got.pages.0.len()),
        (pulls.len(), 0, pages.len())
    );
    assert_eq!(
        (manifest.count.at_source, manifest.count.stored),
        (Some(pulls.len() as u64), pulls.len() as u64)
    );
    assert_eq!(
        manifest.pages[0].source_clock.unwrap().to_string(),
        "2024-06-16T09:55:53Z"
    );
    for (row, pull) in got.rows.iter().zip(&pulls) {
        let row = cells(&data::schema("pull_request"), row);
        assert_eq!(row["author"], format!("github:{}", pull["user"]["id"]));
        assert_eq!(
            (row["head_sha"].as_str(), row["base"].as_str()),
            (
                pull["head"]["sha"].as_str().unwrap(),
                pull["base"]["ref"].as_str().unwrap()
            )
        );
        assert_eq!(
            row["merged_at"],
            pull["merged_at"].as_str().unwrap_or_default()
        );
    }
    let children = github("reviews", &params, &got.fetched.parents, &recording, NOW);
    let manifest = &children.fetched.manifest;
    assert_eq!(
        (manifest.end, children.rows.len()),
        (End::Complete, expected)
    );
    assert_eq!(
        (
            manifest.count.of,
            manifest.count.at_source,
            manifest.count.unknown
        ),
        (Unit::Parents, Some(pulls.len() as u64), 1)
    );
    let gap = &children.gaps[0];
    assert_eq!(
        (gap.parent.as_str(), gap.why.as_str()),
        (
            format!("faros-ai/airbyte-connectors/{denied}").as_str(),
            "denied"
        )
    );
    let approved = children
        .rows
        .iter()
        .filter(|row| cells(&data::schema("review"), row)["state"] == "APPROVED")
        .count();
    println!(
        "{} pull requests on {} pages, {expected} reviews, {approved} approvals, 1 denied",
        got.rows.len(),
        pages.len()
    );
}

/// Four recorded pages whose links lead from `/repos/…` to `/repositories/617210/…`, as GitHub writes them.
#[test]
fn check_runs_over_real_pages_with_real_links() {
    let Some(answers) = answers() else { return };
    let pages: Vec<&Answer> = answers
        .iter()
        .filter(|a| a.scene == "getCheckRuns" && a.url.contains("/check-runs"))
        .collect();
    let sha = "78b9ff49d47daaa158eb373c4e2e040f739df8b9";
    let mut recording = Recording::new();
    // A recorded deployment, of another commit: the checks recorded are those of this one.
    let mut deployment = answers
        .iter()
        .find(|a| a.url.ends_with("/deployments/178653229") && !a.body.is_empty())
        .unwrap()
        .json();
    deployment["sha"] = json!(sha);
    recording.json(
        "/repos/hub4j/github-api/deployments?per_page=100",
        &json!([deployment]),
    );
    let mut total = 0;
    for page in &pages {
        let first = page.url.starts_with("/repos/") && !page.url.contains("page=2&");
        let url = if first {
            format!("/repos/hub4j/github-api/commits/{sha}/check-runs?filter=all&per_page=100")
        } else {
            page.url.clone()
        };
        // The client recorded one scene with a filter by name as well; that is another list.
        if page.url.contains("check_name") {
            continue;
        }
        total = page.json()["total_count"].as_u64().unwrap();
        recording.answer(BEFORE, &url, page.status, &page.headers, &page.body);
    }
    let params = params("hub4j", "github-api");
    let deployments = github("deployments", &params, &Parents::default(), &recording, NOW);
    assert_eq!(deployments.rows.len(), 1);
    let runs = github(
        "check_runs",
        &params,
        &deployments.fetched.parents,
        &recording,
        NOW,
    );
    assert_eq!(
        runs.fetched.manifest.end,
        End::Complete,
        "{:?}",
        runs.fetched.broken
    );
    assert_eq!(
        (runs.rows.len() as u64, runs.gaps.len()),
        (total, 0),
        "all of {} pages",
        runs.pages.0.len()
    );
    assert!(runs.pages.0.len() > 1);
    println!(
        "{} check runs on {} pages; GitHub counts {total}",
        runs.rows.len(),
        runs.pages.0.len()
    );
}

#[test]
fn commits_and_branch_rules_of_real_repositories() {
    let Some(answers) = answers() else { return };
    let list = answers
        .iter()
        .find(|a| a.method == "GET" && a.url.starts_with("/repos/stapler/stapler/commits?"))
        .unwrap();
    let mut recording = Recording::new();
    // The last page of the recorded list: its links lead to pages that were not recorded.
    recording.json(
        "/repos/stapler/stapler/commits?sha=main&per_page=100",
        &list.json(),
    );
    let commits = github(
        "main_commits",
        &params("stapler", "stapler"),
        &Parents::default(),
        &recording,
        NOW,
    );
    assert_eq!(commits.rows.len(), list.json().as_array().unwrap().len());
    assert!(commits.gaps.is_empty());

    let mut branches = 0;
    for answer in answers
        .iter()
        .filter(|a| a.url.ends_with("/branches/main") && a.method == "GET" && !a.body.is_empty())
    {
        let repo = answer.url.split('/').nth(3).unwrap();
        let mut recording = Recording::new();
        recording.answer(BEFORE, &answer.url, 200, &answer.headers, &answer.body);
        let rules = github(
            "branch_rules",
            &params("hub4j-test-org", repo),
            &Parents::default(),
            &recording,
            NOW,
        );
        assert_eq!(
            (rules.rows.len(), rules.gaps.len()),
            (1, 0),
            "{}",
            answer.url
        );
        let row = cells(&data::schema("branch_rule"), &rules.rows[0]);
        assert_eq!(row["protected"], answer.json()["protected"].to_string());
        assert_eq!(
            rules.fetched.manifest.covered.len(),
            1,
            "a snapshot covers its moment"
        );
        branches += 1;
    }
    assert!(branches >= 2);
    println!("{} commits, {branches} branches", commits.rows.len());
}

#[test]
fn the_organization_is_pinned_by_its_number() {
    let Some(answers) = answers() else { return };
    let org = answers
        .iter()
        .find(|a| a.url == "/orgs/hub4j-test-org" && !a.body.is_empty())
        .unwrap();
    let mut recording = Recording::new();
    recording.answer(BEFORE, &org.url, 200, &org.headers, &org.body);
    let source = data::source("github");
    let params = params("hub4j-test-org", "github-api");
    let ask = |pinned: Option<&str>| {
        identify(
            &source,
            &params,
            pinned,
            &recording.open(),
            &Ticking::from(NOW),
        )
    };
    let id = ask(None).unwrap();
    assert_eq!(id, org.json()["id"].to_string());
    assert_eq!(ask(Some(&id)).unwrap(), id);
    let refused = ask(Some("1")).unwrap_err().to_string();
    assert!(
        refused.contains(&id) && refused.contains("`1` was recorded at first"),
        "{refused}"
    );
}
