//! Answers out of a folder: what a source said at a time (`transport: recorded:DIR`).
//!
//! `index.jsonl` has one line an answer: `{"at":"2026-01-02T04:00:00Z","method":"GET","url":"/repos/…?page=2","status":200,
//! "headers":{…},"body":"bodies/<sha256>.json"}`. A request at time T gets the last answer recorded for its address at or before T;
//! an address without one is unreachable. A body whose file is named by a digest must have that digest.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tickmark_core::model::time::Time;

use crate::transport::{Request, Response, Transport, TransportError};

/// A folder of answers.
#[derive(Debug, Clone)]
pub struct Recorded {
    dir: PathBuf,
    /// Answers by address, in order of time.
    answers: BTreeMap<String, Vec<Answer>>,
}

/// One line of the index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    at: Time,
    #[serde(default = "get")]
    method: String,
    url: String,
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
}

fn get() -> String {
    "GET".to_owned()
}

impl Recorded {
    /// Opens a folder and reads its index.
    ///
    /// # Errors
    /// No index, or a line of it that cannot be read, with its number.
    pub fn open(dir: &Path) -> Result<Self, TransportError> {
        let index = dir.join("index.jsonl");
        let place = index.display();
        #[expect(
            clippy::disallowed_methods,
            reason = "this room reads recordings from disk"
        )]
        let text = std::fs::read_to_string(&index)
            .map_err(|e| TransportError::Recording(format!("{place}: {e}")))?;
        let mut answers: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
        for (n, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let answer: Answer = serde_json::from_str(line)
                .map_err(|e| TransportError::Recording(format!("{place}:{}: {e}", n + 1)))?;
            let inside = answer.body.as_deref().is_none_or(|body| {
                Path::new(body)
                    .components()
                    .all(|part| matches!(part, Component::Normal(_)))
            });
            if answer.method != "GET" || !inside {
                let what = format!("{place}:{}: only GET, and bodies inside the folder", n + 1);
                return Err(TransportError::Recording(what));
            }
            answers.entry(answer.url.clone()).or_default().push(answer);
        }
        // Stable: of two answers of one time the later line counts.
        answers
            .values_mut()
            .for_each(|list| list.sort_by_key(|answer| answer.at));
        Ok(Self {
            dir: dir.to_owned(),
            answers,
        })
    }

    fn body(&self, answer: &Answer) -> Result<Vec<u8>, TransportError> {
        let Some(name) = &answer.body else {
            return Ok(Vec::new());
        };
        let path = self.dir.join(name);
        #[expect(
            clippy::disallowed_methods,
            reason = "this room reads recordings from disk"
        )]
        let bytes = std::fs::read(&path)
            .map_err(|e| TransportError::Recording(format!("{}: {e}", path.display())))?;
        let stem = path
            .file_stem()
            .and_then(|s| s.to_str())
            .unwrap_or_default();
        let named = stem.len() == 64 && stem.bytes().all(|b| b.is_ascii_hexdigit());
        let digest: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        if named && digest != stem {
            return Err(TransportError::Recording(format!(
                "{} has the digest {digest}",
                path.display()
            )));
        }
        Ok(bytes)
    }
}

impl Transport for Recorded {
    fn get(&self, request: &Request) -> Result<Response, TransportError> {
        let list = self
            .answers
            .get(&request.target)
            .or_else(|| self.answers.get(&request.url));
        let before = list
            .map(|list| list.partition_point(|answer| answer.at <= request.at))
            .unwrap_or(0);
        let answer = before
            .checked_sub(1)
            .and_then(|last| list.and_then(|list| list.get(last)));
        let Some(answer) = answer else {
            return Err(TransportError::Unreachable {
                target: request.target.clone(),
                why: format!("nothing is recorded for it at {}", request.at),
            });
        };
        let headers = answer
            .headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
            .collect();
        Ok(Response {
            status: answer.status,
            headers,
            body: self.body(answer)?,
            tls_peer: None,
        })
    }
}
