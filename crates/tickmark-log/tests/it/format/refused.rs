//! Leaves that must be refused, and what is said of them.

use super::{folder, same, unhex, vectors};
use crate::sample::leaf;
use tickmark_log::cbor::{Value, encode, head};
use tickmark_log::hex;
use tickmark_log::leaf::{Leaf, LeafView};

/// A leaf as a list of (encoded key, encoded value) that can be spoilt before it is joined.
type Fields = Vec<(Vec<u8>, Vec<u8>)>;

const INDEX: u64 = 5;

fn fields() -> Fields {
    let value = |key: u64| -> Value {
        match key {
            0 => Value::Uint(1),
            1 => Value::Text("document".to_owned()),
            2 => Value::Uint(1_767_225_600_000_000),
            3 => Value::Array(vec![Value::Uint(0), Value::Bytes(vec![9; 16])]),
            4 => Value::Bytes(vec![4; 32]),
            5 => Value::Array(vec![Value::Uint(2), Value::Uint(3)]),
            6 => Value::Array(vec![Value::Array(vec![
                Value::Text("content".to_owned()),
                Value::Bytes(vec![6; 32]),
                Value::Uint(100),
            ])]),
            _ => Value::Map(vec![
                (Value::Uint(1), Value::Text("a.md".to_owned())),
                (Value::Uint(2), Value::Uint(0)),
            ]),
        }
    };
    (0..8)
        .map(|key| (encode(&Value::Uint(key)), encode(&value(key))))
        .collect()
}

fn join(fields: &Fields) -> Vec<u8> {
    let mut out = Vec::new();
    head(5, fields.len() as u64, &mut out);
    for (key, value) in fields {
        out.extend(key);
        out.extend(value);
    }
    out
}

/// The good leaf with one value replaced.
fn with(key: usize, value: &[u8]) -> Vec<u8> {
    let mut fields = fields();
    fields[key].1 = value.to_vec();
    join(&fields)
}

fn edited(edit: impl FnOnce(&mut Fields)) -> Vec<u8> {
    let mut fields = fields();
    edit(&mut fields);
    join(&fields)
}

fn raw(hexadecimal: &str) -> Vec<u8> {
    unhex(&hexadecimal.replace(' ', ""))
}

fn uints(numbers: &[u64]) -> Vec<u8> {
    encode(&Value::Array(
        numbers.iter().map(|number| Value::Uint(*number)).collect(),
    ))
}

fn nested(depth: usize) -> Vec<u8> {
    let mut value = raw("a1 01");
    value.extend(std::iter::repeat_n(0x81, depth));
    value.push(0);
    value
}

type Spoilt = Vec<(&'static str, Vec<u8>)>;

/// Spoilt as a whole.
fn shapes() -> Spoilt {
    let good = join(&fields());
    let mut trailing = good.clone();
    trailing.push(0);
    let mut signature = fields();
    signature.push((
        vec![8],
        encode(&Value::Array(vec![
            Value::Bytes(vec![0; 4]),
            Value::Bytes(vec![0; 63]),
        ])),
    ));
    let mut indefinite = good.clone();
    indefinite[0] = 0xbf;
    indefinite.push(0xff);
    vec![
        ("signature-63-bytes", join(&signature)),
        ("empty", Vec::new()),
        ("cut-short", good[..good.len() - 1].to_vec()),
        ("trailing-byte", trailing),
        ("not-a-map", encode(&Value::Array(vec![]))),
        ("indefinite-map", indefinite),
        ("missing-key", edited(|fields| drop(fields.remove(6)))),
        (
            "unknown-key",
            edited(|fields| fields.push((vec![9], vec![0]))),
        ),
        (
            "unknown-key-9-beside-8",
            edited(|fields| fields.extend([(vec![8], vec![0]), (vec![9], vec![0])])),
        ),
        (
            "text-key",
            edited(|fields| fields[7].0 = encode(&Value::Text("7".to_owned()))),
        ),
        (
            "duplicate-key",
            edited(|fields| fields[1] = fields[0].clone()),
        ),
        ("keys-out-of-order", edited(|fields| fields.swap(1, 2))),
    ]
}

/// Version, kind, time, side, actor.
fn first_fields() -> Spoilt {
    vec![
        ("version-0", with(0, &raw("00"))),
        ("version-2", with(0, &raw("02"))),
        ("version-not-shortest", with(0, &raw("18 01"))),
        ("kind-empty", with(1, &encode(&Value::Text(String::new())))),
        (
            "kind-upper-case",
            with(1, &encode(&Value::Text("Document".to_owned()))),
        ),
        (
            "kind-65-bytes",
            with(1, &encode(&Value::Text("k".repeat(65)))),
        ),
        ("kind-not-utf8", with(1, &raw("62 c3 28"))),
        (
            "kind-not-shortest-length",
            with(1, &raw("78 04 74 65 73 74")),
        ),
        ("kind-indefinite", with(1, &raw("7f 64 74 65 73 74 ff"))),
        (
            "kind-is-bytes",
            with(1, &encode(&Value::Bytes(b"document".to_vec()))),
        ),
        ("time-negative", with(2, &raw("20"))),
        ("time-float", with(2, &raw("fb 41d9 5000 0000 0000"))),
        ("time-tagged", with(2, &raw("c1 00"))),
        ("time-2-to-the-63", with(2, &encode(&Value::Uint(1 << 63)))),
        ("time-not-shortest", with(2, &raw("1b 00000000 ffffffff"))),
        ("side-3", with(3, &[raw("82 03 50"), vec![9; 16]].concat())),
        (
            "side-auditor-unsigned",
            with(3, &[raw("82 01 50"), vec![9; 16]].concat()),
        ),
        (
            "actor-15-bytes",
            with(3, &[raw("82 00 4f"), vec![9; 15]].concat()),
        ),
        ("actor-missing", with(3, &raw("81 00"))),
    ]
}

/// Key, refs, blobs, body.
fn last_fields() -> Spoilt {
    vec![
        ("key-31-bytes", with(4, &encode(&Value::Bytes(vec![4; 31])))),
        ("key-is-null", with(4, &raw("f6"))),
        ("ref-to-itself", with(5, &uints(&[INDEX]))),
        ("ref-to-later", with(5, &uints(&[0, 99]))),
        ("refs-descending", with(5, &uints(&[3, 2]))),
        ("ref-twice", with(5, &uints(&[2, 2]))),
        ("ref-not-shortest", with(5, &raw("81 18 02"))),
        (
            "refs-count-beyond-end",
            with(5, &raw("9b ffffffff ffffffff")),
        ),
        (
            "blob-of-two",
            with(6, &[raw("81 82 61 61 58 20"), vec![6; 32]].concat()),
        ),
        (
            "blob-role-empty",
            with(6, &[raw("81 83 60 58 20"), vec![6; 32], vec![0]].concat()),
        ),
        (
            "blob-commitment-33-bytes",
            with(
                6,
                &[raw("81 83 61 61 58 21"), vec![6; 33], vec![0]].concat(),
            ),
        ),
        (
            "blob-length-is-text",
            with(
                6,
                &[raw("81 83 61 61 58 20"), vec![6; 32], raw("61 30")].concat(),
            ),
        ),
        ("body-is-array", with(7, &raw("80"))),
        ("body-key-text", with(7, &raw("a1 61 61 00"))),
        ("body-duplicate-key", with(7, &raw("a2 01 00 01 00"))),
        ("body-keys-descending", with(7, &raw("a2 02 00 01 00"))),
        ("body-value-undefined", with(7, &raw("a1 01 f7"))),
        ("body-value-half-float", with(7, &raw("a1 01 f9 3c00"))),
        ("body-bool-two-bytes", with(7, &raw("a1 01 f8 15"))),
        (
            "body-inner-map-unsorted",
            with(7, &raw("a1 01 a2 61 62 00 61 61 00")),
        ),
        (
            "body-inner-map-duplicate",
            with(7, &raw("a1 01 a2 61 61 00 61 61 00")),
        ),
        ("body-reserved-head", with(7, &raw("a1 01 1c"))),
        ("body-too-deep", with(7, &nested(17))),
        (
            "longer-than-65535",
            with(
                7,
                &[raw("a1 01"), encode(&Value::Bytes(vec![0; 65_500]))].concat(),
            ),
        ),
    ]
}

fn all() -> Spoilt {
    [shapes(), first_fields(), last_fields()].concat()
}

#[test]
fn the_spoilt_leaf_is_good_before_it_is_spoilt() {
    assert_eq!(
        Leaf::decode(&join(&fields()), INDEX).unwrap().kind,
        "document"
    );
    assert_eq!(
        leaf(5)
            .encode()
            .map(|bytes| Leaf::decode(&bytes, INDEX).unwrap()),
        Ok(leaf(5))
    );
    // The deepest nesting that is allowed.
    Leaf::decode(&with(7, &nested(16)), INDEX).unwrap();
}

#[test]
fn the_code_writes_the_refused_vectors() {
    for (name, bytes) in all() {
        let error = Leaf::decode(&bytes, INDEX).expect_err(name);
        let json = format!(
            "{{\"index\": {INDEX}, \"leaf\": \"{}\", \"says\": \"{error}\"}}\n",
            hex::encode(&bytes)
        );
        same(
            &folder("leaf/refused").join(format!("{name}.json")),
            json.as_bytes(),
        );
    }
}

#[test]
fn refused_leaves_are_refused_and_say_why() {
    let vectors = vectors("leaf/refused");
    for (name, vector) in &vectors {
        let bytes = unhex(vector["leaf"].as_str().unwrap());
        let index = vector["index"].as_u64().unwrap();
        let error = LeafView::read(&bytes, index).expect_err(name);
        assert_eq!(
            vector["says"].as_str(),
            Some(error.to_string().as_str()),
            "{name}"
        );
    }
    println!("leaf vectors: refused {}", vectors.len());
    assert_eq!(vectors.len(), all().len());
    assert!(vectors.len() >= 20);
}
