//! What programs do: each becomes a deed of the company, recorded under the name of the account, and answered with what came of it.

use std::collections::BTreeMap;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::{Map, Value, json};
use tickmark_core::model::{
    document::class_of,
    ids::{ControlId, PopulationName},
    registers::task_standings,
};

use super::{
    files, nouns,
    registers::{policy_named, texts, today},
    requests::{
        self, Adoption, Assignments, Collections, Decisions, NewReview, NewTasks, Runs, Seen,
    },
    rows::refused,
    schema::{MAX_NUMBER, SNAKE},
    tagged,
    told::Param,
    work,
};
use crate::{
    house::{Deed, House},
    http::{download::safe_name, fault::Fault},
    rights::{Authorized, Viewer, act},
    routes::{Answer, Ask, json_answer},
};

/// Who pushes.
pub(super) const FROM: &[Param] = &[Param {
    name: "from",
    says: "name of the pushing system, singular snake case",
    required: true,
    schema: || json!({"type": "string", "pattern": SNAKE, "examples": ["device_manager"]}),
}];

/// What was done: the words of the engine, and the entries that they name.
struct Done {
    said: String,
    entries: Option<(u64, u64)>,
}

fn done(viewer: &Viewer, ask: &Ask, deed: Deed) -> Result<Done, Fault> {
    let said = ask.app.company.act(&viewer.mail, deed).map_err(refused)?;
    Ok(Done {
        entries: entries(&said),
        said,
    })
}

/// `recorded 17` and `recorded 17..19` name entries; other words do not.
fn entries(said: &str) -> Option<(u64, u64)> {
    let range = said.strip_prefix("recorded ")?;
    let (first, last) = range.split_once("..").unwrap_or((range, range));
    Some((first.parse().ok()?, last.parse().ok()?))
}

impl Done {
    /// Whether an entry is one of those that were recorded; if nobody says which, it may be.
    fn has(&self, leaf: u64) -> bool {
        self.entries
            .is_none_or(|(first, last)| (first..=last).contains(&leaf))
    }

    fn answer(&self, more: impl IntoIterator<Item = (&'static str, Value)>) -> Response {
        let entries = self
            .entries
            .map(|(first, last)| json!({"first": first, "last": last}));
        let mut all = Map::new();
        all.insert("recorded".into(), json!(self.said));
        all.insert("entries".into(), json!(entries));
        all.extend(
            more.into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        json_answer(&Value::Object(all))
    }
}

/// The house after a deed: it holds what was recorded.
fn after(ask: &Ask) -> Result<std::sync::Arc<House>, Fault> {
    Ok(ask.app.company.house()?)
}

/// Something was made, and stands there.
fn made(mut answer: Response, place: Option<String>) -> Response {
    *answer.status_mut() = StatusCode::CREATED;
    if let Some(place) = place.and_then(|p| HeaderValue::from_str(&p).ok()) {
        answer.headers_mut().insert(header::LOCATION, place);
    }
    answer
}

pub(super) fn hand_in(by: Authorized<act::HandInEvidence>, ask: &Ask) -> Answer {
    let mut names: Vec<&str> = ask.form.names().collect();
    names.sort_unstable();
    if names != ["control", "covers", "file"] {
        return Err(Fault::wrong(
            "the form has the parts `control`, `covers` and `file`, each once, and no other",
        ));
    }
    let (name, bytes) = ask
        .form
        .file("file")
        .filter(|(_, bytes)| !bytes.is_empty())
        .ok_or_else(|| Fault::wrong("the part `file` is no file, or an empty one"))?;
    let control = ask.form.need("control", "the part `control`")?;
    let control = ControlId::parse(control).map_err(|why| Fault::wrong(why.to_string()))?;
    let covers = ask.form.need("covers", "the part `covers`")?;
    requests::period("covers", covers)?;
    let deed = Deed::Evidence {
        control: control.to_string(),
        covers: covers.to_owned(),
        name: safe_name(name),
        bytes: bytes.to_vec(),
    };
    let done = done(by.viewer()?, ask, deed)?;
    let house = after(ask)?;
    let mut all = house.state.collections.iter().rev();
    let found = all.find(|c| {
        let mine = |e: &tickmark_core::model::body::EvidenceBody| e.control == control;
        done.has(c.leaf) && c.evidence.as_ref().is_some_and(mine)
    });
    let answer = done.answer([("evidence", json!(found.map(nouns::evidence)))]);
    let place = found.map(|c| format!("/api/v1/evidence/{}", c.leaf));
    Ok(made(answer, place))
}

pub(super) fn adopt(by: Authorized<act::EditDocuments>, ask: &Ask) -> Answer {
    let control = ControlId::parse(ask.part("id")).map_err(|_| Fault::Missing)?;
    let body: Adoption = requests::read(ask)?;
    requests::free("owner", &body.owner)?;
    requests::free("scope", &body.scope)?;
    let deed = Deed::Adopt {
        control: control.to_string(),
        owner: body.owner,
        scope: body.scope,
        effective: body.effective.to_string(),
    };
    let done = done(by.viewer()?, ask, deed)?;
    Ok(done.answer([("control", json!(control.as_str()))]))
}

pub(super) fn run(by: Authorized<act::RunTests>, ask: &Ask) -> Answer {
    let body: Runs = requests::read(ask)?;
    requests::distinct("tests", &body.tests)?;
    let deed = Deed::Test(texts(&body.tests));
    Ok(done(by.viewer()?, ask, deed)?.answer([]))
}

pub(super) fn collect(by: Authorized<act::RunCollection>, ask: &Ask) -> Answer {
    let body: Collections = requests::read(ask)?;
    requests::distinct("sources", &body.sources)?;
    let deed = Deed::Collect(texts(&body.sources));
    Ok(done(by.viewer()?, ask, deed)?.answer([]))
}

pub(super) fn approve(by: Authorized<act::ApprovePolicies>, ask: &Ask) -> Answer {
    let policy = requests::policy(ask)?;
    let seen = requests::read::<Seen>(ask)?.seen.0;
    let deed = Deed::Approve {
        policy: policy.to_string(),
        seen,
    };
    let done = done(by.viewer()?, ask, deed)?;
    let house = after(ask)?;
    let noun = policy_named(&house, policy.as_str(), today(&house, ask));
    Ok(done.answer([("policy", json!(noun))]))
}

/// The policy itself is not in the answer: who acknowledges may not be one of those who see the registers.
pub(super) fn acknowledge(by: Authorized<act::AcknowledgePolicies>, ask: &Ask) -> Answer {
    let policy = requests::policy(ask)?;
    let seen = requests::read::<Seen>(ask)?.seen.0;
    let deed = Deed::Acknowledge {
        policy: policy.to_string(),
        seen,
    };
    Ok(done(by.viewer()?, ask, deed)?.answer([]))
}

pub(super) fn open_tasks(by: Authorized<act::ManageTasks>, ask: &Ask) -> Answer {
    let body: NewTasks = requests::read(ask)?;
    requests::distinct("items", &body.items)?;
    for item in &body.items {
        requests::free("items", item)?;
    }
    let deed = Deed::OpenTasks {
        run: body.run.0,
        items: body.items,
        owner: body.owner.to_string(),
        due: body.due.to_string(),
    };
    let done = done(by.viewer()?, ask, deed)?;
    let house = after(ask)?;
    let all = task_standings(&house.state, today(&house, ask));
    let mut opened: Vec<_> = all
        .iter()
        .filter(|s| done.entries.is_some() && done.has(s.task.leaf))
        .collect();
    opened.sort_by_key(|s| s.task.leaf);
    let place = opened
        .first()
        .map(|s| format!("/api/v1/tasks/{}", s.task.leaf));
    let nouns: Vec<Value> = opened.iter().map(|s| work::task_noun(s)).collect();
    Ok(made(done.answer([("tasks", json!(nouns))]), place))
}

pub(super) fn reassign(by: Authorized<act::ManageTasks>, ask: &Ask) -> Answer {
    let body: Assignments = requests::read(ask)?;
    let tasks = requests::leaves("tasks", &body.tasks)?;
    if tasks.is_empty() || (body.owner.is_none() && body.due.is_none()) {
        return Err(Fault::wrong(
            "name at least one task, and another `owner`, another day `due`, or both",
        ));
    }
    let deed = Deed::Reassign {
        tasks: tasks.clone(),
        owner: body.owner.map(|p| p.to_string()).unwrap_or_default(),
        due: body.due.map(|d| d.to_string()).unwrap_or_default(),
    };
    let done = done(by.viewer()?, ask, deed)?;
    let house = after(ask)?;
    let all = task_standings(&house.state, today(&house, ask));
    let changed = all.iter().filter(|s| tasks.contains(&s.task.leaf));
    let nouns: Vec<Value> = changed.map(work::task_noun).collect();
    Ok(done.answer([("tasks", json!(nouns))]))
}

pub(super) fn open_review(by: Authorized<act::ManageReviews>, ask: &Ask) -> Answer {
    let body: NewReview = requests::read(ask)?;
    requests::period("covers", &body.covers)?;
    let deed = Deed::OpenReview {
        control: body.control.to_string(),
        population: body.population.to_string(),
        covers: body.covers,
        due: body.due.to_string(),
    };
    let done = done(by.viewer()?, ask, deed)?;
    let house = after(ask)?;
    let mut all = house.state.reviews.values().rev();
    let found = all.find(|r| done.has(r.leaf) && r.opened.control == body.control);
    let leaf = found.map(|r| r.leaf);
    let noun = leaf.and_then(|leaf| work::review_at(&house, ask, leaf));
    let place = leaf.map(|leaf| format!("/api/v1/reviews/{leaf}"));
    Ok(made(done.answer([("review", json!(noun))]), place))
}

/// The review in the path; one that is not there is not asked about.
fn review(ask: &Ask) -> Result<u64, Fault> {
    let leaf: u64 = ask.number("leaf")?;
    let known = ask.house()?.state.reviews.contains_key(&leaf);
    known.then_some(leaf).ok_or(Fault::Missing)
}

pub(super) fn decide(by: Authorized<act::DecideReviews>, ask: &Ask) -> Answer {
    let leaf = review(ask)?;
    let body: Decisions = requests::read(ask)?;
    let stay = requests::places("keep", &body.keep)?;
    let go = requests::places("revoke", &body.revoke)?;
    if let Some(place) = stay.iter().find(|p| go.contains(p)) {
        return Err(Fault::Refused(format!(
            "place {place} is to stay and to go"
        )));
    }
    let stay = stay.into_iter().map(|p| (p, true));
    let keep: BTreeMap<u32, bool> = stay.chain(go.into_iter().map(|p| (p, false))).collect();
    if keep.is_empty() {
        return Err(Fault::Refused(
            "nothing is decided; name places to keep or to revoke".into(),
        ));
    }
    let done = done(by.viewer()?, ask, Deed::Decide { review: leaf, keep })?;
    let house = after(ask)?;
    let noun = work::review_at(&house, ask, leaf);
    Ok(done.answer([("review", json!(noun))]))
}

pub(super) fn recheck(by: Authorized<act::ManageReviews>, ask: &Ask) -> Answer {
    let leaf = review(ask)?;
    let done = done(by.viewer()?, ask, Deed::Recheck { review: leaf })?;
    let house = after(ask)?;
    let noun = work::review_at(&house, ask, leaf);
    Ok(done.answer([("review", json!(noun))]))
}

/// Writes a document. What is there is only replaced by somebody who names the version that they have read.
pub(super) fn save(by: Authorized<act::EditDocuments>, ask: &Ask) -> Answer {
    let path = ask.part("path");
    class_of(path).map_err(|why| Fault::wrong(why.to_string()))?;
    let seen = expected_version(ask, path)?;
    let (_, bytes) = ask.form.whole();
    let deed = Deed::Save {
        path: path.to_owned(),
        bytes: bytes.to_vec(),
        seen,
    };
    let done = done(by.viewer()?, ask, deed)?;
    let house = after(ask)?;
    let mut answer = done.answer([("document", json!(files::last(&house, path)))]);
    if let Some(tag) = files::version_tag(&house, path) {
        tagged::put(&mut answer, &tag);
    }
    Ok(answer)
}

/// The leaf that `If-Match` names, if it is the version that is there; none for a document that is not.
fn expected_version(ask: &Ask, path: &str) -> Result<Option<u64>, Fault> {
    let house = ask.house()?;
    let current = house.state.current(path).map(|v| v.leaf);
    let named = ask.headers.get_all(header::IF_MATCH).iter();
    // A header without a value says nothing.
    let mut named = named.filter(|value| !value.as_bytes().trim_ascii().is_empty());
    let wanted = match (named.next(), named.next()) {
        (None, _) => None,
        (Some(value), None) => Some(leaf_of(value).ok_or_else(|| {
            Fault::wrong("`If-Match` holds one version as `GET` gives it in `ETag`, like `\"17\"`")
        })?),
        _ => return Err(Fault::wrong("`If-Match` names one version")),
    };
    match (wanted, current) {
        (None, None) => Ok(None),
        (Some(wanted), Some(current)) if wanted == current => Ok(Some(current)),
        (None, Some(_)) => Err(Fault::Unconditional(
            "there is such a document; read it and say which version you change: `If-Match` with its `ETag`".into(),
        )),
        (Some(_), _) => Err(Fault::Changed(
            "that is not the version that is there; read the document again and repeat the change on it".into(),
        )),
    }
}

fn leaf_of(value: &HeaderValue) -> Option<u64> {
    let text = value.to_str().ok()?.trim();
    let digits = text.strip_prefix('"')?.strip_suffix('"')?;
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let leaf = digits.parse().ok().filter(|_| plain)?;
    (leaf <= MAX_NUMBER).then_some(leaf)
}

pub(super) fn push(by: Authorized<act::PushRecords>, ask: &Ask) -> Answer {
    let population = PopulationName::parse(ask.part("population")).map_err(|_| Fault::Missing)?;
    if !ask.house()?.library.schemas.contains_key(&population) {
        return Err(Fault::Missing);
    }
    let from = ask.query.need("from", "`from`")?;
    // Sources and pushing systems are named alike.
    let from = PopulationName::parse(from).map_err(|_| {
        Fault::wrong("`from` is a name in lower case with underscores, like `device_manager`")
    })?;
    let (media, bytes) = ask.form.whole();
    let deed = Deed::Push {
        population: population.to_string(),
        from: from.to_string(),
        bytes: lines(media, bytes)?,
    };
    Ok(done(by.viewer()?, ask, deed)?.answer([]))
}

/// Records as JSON Lines, one object in each line, each as it was written.
fn lines(media: &str, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    if media == "application/json" {
        return array_lines(bytes);
    }
    let mut records = 0_u64;
    for (n, line) in (1_u64..).zip(bytes.split(|b| *b == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let _: Map<String, Value> = serde_json::from_slice(line)
            .map_err(|why| Fault::wrong(format!("line {n} is no object: {why}")))?;
        records += 1;
    }
    if records == 0 {
        return Err(Fault::wrong("the body has no record"));
    }
    Ok(bytes.to_vec())
}

/// Cuts an array of objects at the commas between them. Not one byte of a record changes but line ends between its fields: a string
/// cannot hold one.
fn array_lines(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let records: Vec<Map<String, Value>> = serde_json::from_slice(bytes)
        .map_err(|why| Fault::wrong(format!("the body is no array of objects: {why}")))?;
    if records.is_empty() {
        return Err(Fault::wrong("the body has no record"));
    }
    let mut out = Vec::with_capacity(bytes.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match (quoted, *byte) {
            (true, b'\\') => escaped = !escaped,
            (true, b'"') if !escaped => quoted = false,
            (true, _) => escaped = false,
            (false, b'"') => quoted = true,
            (false, b'[' | b'{') => depth += 1,
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        match byte {
            b'}' if !quoted && depth == 1 => out.extend(b"}\n"),
            _ if !quoted && depth <= 1 => {}
            b'\n' | b'\r' => out.push(b' '),
            other => out.push(*other),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{entries, lines};

    #[test]
    fn what_the_engine_says_names_entries() {
        assert_eq!(entries("recorded 17"), Some((17, 17)));
        assert_eq!(entries("recorded 17..19"), Some((17, 19)));
        assert_eq!(entries("3 tests run"), None);
        assert_eq!(entries("recorded nothing"), None);
    }

    #[test]
    fn records_become_lines() {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let array = br#" [{"a": [1.10, {"b,": "]}\\\"[,"}]}, {"c"
            : null}] "#;
        let got = text(lines("application/json", array).unwrap());
        let got: Vec<&str> = got.lines().map(str::trim).collect();
        let second = format!("{{\"c\" {}: null}}", " ".repeat(12));
        assert_eq!(got, [r#"{"a": [1.10, {"b,": "]}\\\"[,"}]}"#, &second]);
        let records = b"{\"a\":1}\r\n\n{\"b\":2.50}";
        assert_eq!(lines("application/x-ndjson", records).unwrap(), records);
        for bad in [&b"[]"[..], b"{}", b"[1]", b"null", b"[{\"a\":1}", b""] {
            assert!(lines("application/json", bad).is_err());
        }
        for bad in [&b""[..], b"\n\n", b"[]", b"{\"a\":1}\n7"] {
            assert!(lines("application/jsonl", bad).is_err());
        }
    }
}
