//! Control files with their tests and fixtures. The first line is the path, the rest is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_core::judge::compile::compile;
use tickmark_core::judge::fixtures;
use tickmark_core::judge::job::Job;
use tickmark_fuzz::{all_lawful, lawful, library, setting};

fn crosses(job: &Job) {
    let json = serde_json::to_string(job).unwrap();
    assert_eq!(serde_json::from_str::<Job>(&json).unwrap(), *job);
}

fuzz_target!(|text: &str| {
    let (path, text) = text
        .split_once('\n')
        .unwrap_or(("controls/CHG-01.md", text));
    let control = match library().control(path, text) {
        Ok(control) => control,
        Err(found) => return all_lawful(text, &found),
    };
    for test in &control.tests {
        match compile(library(), &control, test, setting()) {
            Ok(job) => crosses(&job),
            Err(found) => lawful(text, &found),
        }
        for fixture in &control.fixtures {
            match fixtures::job(library(), &control, test, fixture) {
                Ok(job) => crosses(&job),
                Err(found) => lawful(text, &found),
            }
        }
    }
});
