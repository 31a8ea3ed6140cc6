//! One leaf a kind.

use super::{folder, same, unhex, vectors};
use crate::sample::{START_US, auditor_key};
use std::collections::BTreeMap;
use tickmark_log::cbor::Value;
use tickmark_log::commitment::{Salt, commit};
use tickmark_log::digest::{Digest, sha256};
use tickmark_log::hex;
use tickmark_log::leaf::{BlobRef, Leaf, LeafView, Side};
use tickmark_log::tree::leaf_hash;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn digest(of: &str) -> Value {
    Value::Bytes(sha256(of.as_bytes()).0.to_vec())
}

fn uints(numbers: &[u64]) -> Value {
    Value::Array(numbers.iter().map(|number| Value::Uint(*number)).collect())
}

fn blob(role: &str) -> BlobRef {
    let commitment = commit(&Salt([7; 32]), role.as_bytes());
    BlobRef {
        role: role.to_owned(),
        commitment,
        length: role.len() as u64,
    }
}

fn leaf(
    n: u64,
    kind: &str,
    side: Side,
    refs: &[u64],
    blobs: &[&str],
    body: Vec<(u64, Value)>,
) -> (u64, Leaf) {
    let leaf = Leaf {
        kind: kind.to_owned(),
        time_us: START_US + n,
        side,
        actor: [n as u8; 16],
        key: sha256(kind.as_bytes()).0,
        refs: refs.to_vec(),
        blobs: blobs.iter().map(|role| blob(role)).collect(),
        body: BTreeMap::from_iter(body),
        signature: None,
    };
    (n, leaf)
}

fn number(number: u64) -> Value {
    Value::Uint(number)
}

/// A body with keys from 1.
fn body<const N: usize>(values: [Value; N]) -> Vec<(u64, Value)> {
    (1..).zip(values).collect()
}

/// What people decide. Bodies follow kinds.md, which the verifier does not read; `tickmark-core` reads them in its tests.
fn decided() -> Vec<(u64, Leaf)> {
    use Side::{Management, System};
    let vkey = || text(&crate::sample::log_key().verifier().to_string());
    let program = body([text("log.example/acme"), vkey()]);
    let actor = body([Value::Bytes(vec![9; 16])]);
    let library = body([digest("library"), number(200), text("0.1.0")]);
    let document = body([
        text("controls/CHG-01.md"),
        number(3),
        number(20_454),
        text("CHG-01"),
        digest("control file"),
        number(20_818),
    ]);
    let retirement = body([text("controls/CHG-01.md")]);
    let trust = body([vkey(), number(1), text("cpa")]);
    let fields = Value::Array(vec![text("$.name")]);
    let erased = body([digest("old"), digest("new"), text("art17"), fields]);
    let signature = |byte| Value::Bytes(vec![byte; 64]);
    let rotation = body([vkey(), vkey(), signature(1), signature(2)]);
    vec![
        leaf(0, "program", Management, &[], &[], program),
        leaf(1, "actor", Management, &[], &["name"], actor),
        leaf(2, "library", System, &[], &["content"], library),
        leaf(23, "document", Management, &[], &["content"], document),
        leaf(255, "retirement", Management, &[23], &[], retirement),
        leaf(3, "trust", Management, &[], &[], trust),
        leaf(65_538, "erased", Management, &[256], &["new"], erased),
        leaf(
            4_294_967_296,
            "key.rotation",
            Management,
            &[],
            &[],
            rotation,
        ),
    ]
}

/// What people note in the registers.
fn registered() -> Vec<(u64, Leaf)> {
    let kind = |index, kind, refs: &[u64], blobs: &[&str], body| {
        leaf(index, kind, Side::Management, refs, blobs, body)
    };
    let version = || [text("access-control"), number(2), digest("document")];
    let [policy, count, commitment] = version();
    let approval = body([policy, count, commitment, number(0)]);
    let span = || uints(&[START_US, START_US + 86_400_000_000]);
    let test = || text("CHG-01.approval");
    let task = body([test(), number(0), number(20_500), span(), number(65_537)]);
    let closed = body([test(), span(), Value::Bool(true)]);
    let days = uints(&[20_454, 20_543]);
    let hash = digest("items");
    let review = body([
        text("IAM-04"),
        days,
        number(20_558),
        hash,
        number(3),
        number(65_537),
    ]);
    let places = || body([uints(&[0, 2]), uints(&[1])]);
    vec![
        kind(70_000, "policy.approval", &[23], &[], approval),
        kind(
            70_001,
            "acknowledgement",
            &[23],
            &["person"],
            body(version()),
        ),
        kind(70_002, "task.opened", &[65_537], &["owner", "item"], task),
        kind(
            70_003,
            "task.changed",
            &[70_002],
            &["owner"],
            body([number(20_510)]),
        ),
        kind(70_005, "task.closed", &[70_002, 70_004], &[], closed),
        kind(70_006, "review.opened", &[256], &["rows"], review),
        kind(70_007, "review.decided", &[70_006], &["person"], places()),
        kind(70_009, "review.rechecked", &[70_006, 70_008], &[], places()),
    ]
}

/// What is published, and to whom it is given.
fn shared() -> Vec<(u64, Leaf)> {
    let kind = |index, kind, refs: &[u64], blobs: &[&str], body| {
        leaf(index, kind, Side::Management, refs, blobs, body)
    };
    let report = body([
        number(1),
        number(1),
        uints(&[20_454, 20_634]),
        number(1),
        number(0),
    ]);
    let granted = body([number(START_US + 86_400_000_000), digest("terms")]);
    vec![
        kind(
            70_010,
            "trust.published",
            &[],
            &["title", "name", "file", "firm"],
            report,
        ),
        kind(
            70_011,
            "trust.granted",
            &[70_010],
            &["recipient", "terms"],
            granted,
        ),
        kind(
            70_012,
            "trust.accessed",
            &[70_011],
            &[],
            body([number(2), digest("terms")]),
        ),
        kind(70_013, "trust.revoked", &[70_011], &[], body([number(0)])),
        kind(70_014, "trust.withdrawn", &[70_010], &[], body([number(0)])),
    ]
}

/// What the program does.
fn done() -> Vec<(u64, Leaf)> {
    let kind = |index, kind, refs, blobs, body| leaf(index, kind, Side::System, refs, blobs, body);
    let asked = || uints(&[START_US, START_US + 86_400_000_000]);
    let source = || [text("github"), number(1), text("gh"), text("pulls")];
    let [name, version, instance, stream] = source();
    let intent = body([name, version, instance, stream, asked(), digest("mapping")]);
    let [name, version, instance, stream] = source();
    let result = body([
        name,
        version,
        instance,
        stream,
        text("pull_request"),
        number(0),
        asked(),
        Value::Array(vec![asked()]),
        uints(&[START_US, START_US + 1_000_000]),
        number(0),
        uints(&[0, 954, 1, 0, 2]),
        number(957),
        uints(&[954, 1]),
        number(1),
        digest("mapping"),
        number(1),
        Value::Bool(false),
        number(10),
    ]);
    let error = body([text("gh"), text("pulls"), number(1), number(403)]);
    let run = body([
        text("CHG-01.approval"),
        digest("control file"),
        digest("{}"),
        digest("library"),
        number(START_US),
        number(START_US + 86_400_000_000),
        number(65_537),
        digest("items"),
        digest("rows"),
        uints(&[412, 409, 3, 0, 0, 0]),
        number(1),
        uints(&[86_400, 86_400]),
        number(0),
        Value::Bool(false),
        text("datafusion 55.2.0"),
        number(1),
        text("2026a"),
        digest("calendar"),
    ]);
    vec![
        kind(24, "collection.intent", &[], &[], intent),
        kind(
            256,
            "collection.result",
            &[24],
            &["manifest", "page", "list"],
            result,
        ),
        kind(65_536, "collection.error", &[24, 256], &["detail"], error),
        kind(65_537, "test.run", &[2, 23], &["inputs", "rows"], run),
    ]
}

/// Name of the file, index, leaf.
fn all() -> Vec<(String, u64, Leaf)> {
    let body = vec![(1, text("CHG-01")), (2, Value::Map(vec![]))];
    let (index, mut conclusion) = leaf(
        65_539,
        "conclusion",
        Side::Auditor,
        &[65_537],
        &["content"],
        body,
    );
    conclusion.sign(&auditor_key()).unwrap();
    let listed = decided()
        .into_iter()
        .chain(registered())
        .chain(shared())
        .chain(done())
        .chain([(index, conclusion)]);
    listed
        .map(|(index, leaf)| (leaf.kind.clone(), index, leaf))
        .collect()
}

#[test]
fn the_code_writes_the_accepted_vectors() {
    for (name, index, leaf) in all() {
        let bytes = leaf.encode().unwrap();
        let json = format!(
            "{{\"index\": {index}, \"leaf\": \"{}\", \"hash\": \"{}\"}}\n",
            hex::encode(&bytes),
            leaf_hash(&bytes)
        );
        same(
            &folder("leaf/accepted").join(format!("{name}.json")),
            json.as_bytes(),
        );
    }
}

#[test]
fn accepted_leaves_are_read_and_written_back() {
    let vectors = vectors("leaf/accepted");
    for (name, vector) in &vectors {
        let bytes = unhex(vector["leaf"].as_str().unwrap());
        let index = vector["index"].as_u64().unwrap();
        let leaf = Leaf::decode(&bytes, index).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(leaf.encode().unwrap(), bytes, "{name}");
        assert_eq!(
            vector["hash"].as_str(),
            Some(leaf_hash(&bytes).to_string().as_str()),
            "{name}"
        );
        assert_eq!(&leaf.kind, name);
        assert_eq!(LeafView::read(&bytes, index).unwrap().kind, name);
    }
    println!("leaf vectors: accepted {}", vectors.len());
    assert_eq!(vectors.len(), 26);
    let conclusion = vectors
        .iter()
        .find(|(name, _)| name == "conclusion")
        .unwrap();
    let bytes = unhex(conclusion.1["leaf"].as_str().unwrap());
    assert!(
        Leaf::decode(&bytes, 65_539)
            .unwrap()
            .signed_by(auditor_key().verifier())
    );
}

#[test]
fn a_leaf_hash_is_the_hash_of_the_stored_bytes() {
    let (_, _, leaf) = all().remove(0);
    let bytes = leaf.encode().unwrap();
    let mut prefixed = vec![0];
    prefixed.extend(&bytes);
    assert_eq!(leaf_hash(&bytes), sha256(&prefixed));
    assert_ne!(leaf_hash(&bytes), Digest(sha256(&bytes).0));
}
