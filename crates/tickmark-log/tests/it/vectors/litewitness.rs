//! The recorded conversation with litewitness: our witness answers each request with the same status.

use crate::data;
use tickmark_log::base64;
use tickmark_log::cosignature::{cosign, cosigned_by};
use tickmark_log::hex;
use tickmark_log::keys::{KeyType, SigningKey, VerifierKey};
use tickmark_log::note::NoteSignature;
use tickmark_log::witness::{Refusal, Request, Seen, examine};

struct Exchange {
    request: String,
    status: u16,
    body: String,
}

/// Reads the hurl part of the script: requests in fences, then `HTTP status` and an assertion on the body.
fn exchanges(script: &str) -> Vec<Exchange> {
    let mut found = Vec::new();
    for part in script
        .split("POST http://localhost:7380/add-checkpoint\n")
        .skip(1)
    {
        let (request, answer) = part
            .strip_prefix("```\n")
            .unwrap()
            .split_once("```\n")
            .unwrap();
        let status = answer
            .strip_prefix("HTTP ")
            .unwrap()
            .get(..3)
            .unwrap()
            .parse()
            .unwrap();
        let body = answer
            .lines()
            .find(|line| line.starts_with("body "))
            .unwrap();
        found.push(Exchange {
            request: request.to_owned(),
            status,
            body: body.to_owned(),
        });
    }
    found
}

/// The seed inside the unencrypted OpenSSH key named in the script: 32 bytes before the public key's second copy.
fn witness_seed(script: &str) -> [u8; 32] {
    let pem = script.split("-- witness_key.pem --").nth(1).unwrap();
    let body = pem.split("-----").nth(2).unwrap().replace('\n', "");
    let bytes = base64::decode(&body).unwrap();
    let length = [0, 0, 0, 64];
    let at = bytes
        .windows(4)
        .position(|window| window == length)
        .unwrap()
        + 4;
    bytes[at..at + 32].try_into().unwrap()
}

/// The key of the sigsum log that the script adds; its origin is the hash of the key.
fn log_key(script: &str) -> VerifierKey {
    let line = script
        .lines()
        .find(|line| line.contains("add-sigsum-log"))
        .unwrap();
    let public = hex::decode(line.split("-key=").nth(1).unwrap()).unwrap();
    let hash = tickmark_log::digest::sha256(&public);
    VerifierKey::new(
        &format!("sigsum.org/v1/tree/{hash}"),
        KeyType::Ed25519,
        public,
    )
    .unwrap()
}

#[test]
fn our_witness_answers_like_litewitness() {
    let Some(folder) = data::merkle("litewitness") else {
        return;
    };
    let script =
        String::from_utf8(data::read(&folder.join("litewitness/litewitness.txt"))).unwrap();
    let witness = SigningKey::from_seed(
        "example.com/witness",
        KeyType::CosignatureV1,
        witness_seed(&script),
    )
    .unwrap();
    let logs = [log_key(&script)];
    let mut seen = Seen::default();
    let mut counts = std::collections::BTreeMap::new();
    for (at, exchange) in exchanges(&script).iter().enumerate() {
        // The broken signature of request 1 ends in base64 with set bits after the end: refused as malformed (400) before
        // the signature is looked at. Its canonical spelling must be refused as in the transcript.
        let canonical = exchange.request.replace("WVrx6gx=", "WVrx6gw=");
        if canonical != exchange.request {
            assert_eq!(
                examine(exchange.request.as_bytes(), &logs, |_| seen)
                    .unwrap_err()
                    .status(),
                400
            );
        }
        match examine(canonical.as_bytes(), &logs, |_| seen) {
            Ok(head) => {
                assert_eq!(exchange.status, 200, "request {at}");
                seen = Seen {
                    size: head.size,
                    root: head.root,
                };
                let line = cosign(&head, 1_767_225_600, &witness).unwrap().line();
                assert!(line.starts_with("— example.com/witness "));
                let (mut request, _) = Request::parse(exchange.request.as_bytes()).unwrap();
                request.note.add(NoteSignature::parse_line(&line).unwrap());
                assert_eq!(
                    cosigned_by(&request.note, witness.verifier()),
                    Some(Some(1_767_225_600))
                );
            }
            Err(refusal) => {
                let status = match &refusal {
                    // The recorded version still answered 403 to an unknown log; the standard says 404 now.
                    Refusal::UnknownLog(_) => {
                        assert!(exchange.body.contains("unknown log"));
                        403
                    }
                    Refusal::Conflict(size) => {
                        assert!(
                            exchange.body.contains(&format!("\"{size}\\n\"")),
                            "{}",
                            exchange.body
                        );
                        refusal.status()
                    }
                    other => other.status(),
                };
                assert_eq!(status, exchange.status, "request {at}: {refusal}");
            }
        }
        *counts.entry(exchange.status).or_insert(0) += 1;
    }
    println!(
        "litewitness transcript: {} requests, by status {counts:?}",
        counts.values().sum::<i32>()
    );
    assert_eq!(seen.size, 5);
    assert_eq!(counts, [(200, 3), (403, 2), (409, 2), (422, 2)].into());
    assert_eq!(data::listed(&folder, "litewitness/litewitness.txt"), 1);
}
