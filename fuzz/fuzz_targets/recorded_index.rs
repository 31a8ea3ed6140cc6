//! The index of a recording: an answer comes from inside the folder and is no later than what was asked.
#![no_main]

use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tickmark_collect::recorded::Recorded;
use tickmark_collect::transport::{Request, Transport};
use tickmark_core::model::time::Time;
use tickmark_fuzz::scratch;

const BODY: &[u8] = b"[{\"number\":7}]";

fuzz_target!(|bytes: &[u8]| {
    static FOLDER: Once = Once::new();
    FOLDER.call_once(|| {
        scratch("outside", b"a file beside the recording");
        scratch("recording/bodies/a.json", BODY);
    });
    let index = scratch("recording/index.jsonl", bytes);
    let Ok(recorded) = Recorded::open(index.parent().unwrap()) else {
        return;
    };
    for line in bytes.split(|b| *b == b'\n') {
        let Ok(line) = serde_json::from_slice::<Value>(line) else {
            continue;
        };
        let (Some(url), Some(at)) = (line["url"].as_str(), line["at"].as_str()) else {
            continue;
        };
        let Ok(at) = Time::parse(at) else { continue };
        let request = |at| Request {
            url: url.to_owned(),
            target: url.to_owned(),
            accept: String::new(),
            at,
        };
        if let Ok(response) = recorded.get(&request(at)) {
            assert!(
                [b"".as_slice(), BODY, bytes].contains(&response.body.as_slice()),
                "{:?}",
                response.body
            );
            assert!(
                response
                    .headers
                    .keys()
                    .all(|name| *name == name.to_ascii_lowercase())
            );
        }
        let _ = recorded.get(&request(Time::MIN));
    }
});
