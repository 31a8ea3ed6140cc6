//! The second verifier, in Python, agrees with this one on seeded mutations, and neither goes above the truth.

use crate::mutate::{Mutant, Rng, World, operators};
use crate::sample::{auditor, checkpoint, parts, policy, policy_text};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tickmark_log::verdict::{Level, Options, Verdict, verify};

/// `TICKMARK_MUTANTS=20000`, or `TICKMARK_FULL=1` for as many.
fn count() -> u64 {
    let number = std::env::var("TICKMARK_MUTANTS")
        .ok()
        .and_then(|text| text.parse().ok());
    let full = std::env::var_os("TICKMARK_FULL").is_some();
    number.unwrap_or(if full { 20_000 } else { 600 })
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/second/verify.py")
}

fn file(name: &str, content: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// One Python process for a whole stream of bundles.
struct Second {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Second {
    fn start(since: bool) -> Self {
        let policy = file(&format!("second-policy-{since}"), &policy_text());
        let mut command = Command::new("python3");
        command
            .arg("-u")
            .arg(script())
            .arg("--stream")
            .arg("--policy")
            .arg(policy);
        command.arg("--auditor-key").arg(auditor().to_string());
        if since {
            let retained = checkpoint(&parts().leaves[..crate::mutate::RETAINED], &[]);
            command.arg("--since").arg(file("second-since", &retained));
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (
            child.stdin.take(),
            BufReader::new(child.stdout.take().unwrap()),
        );
        Self {
            child,
            input,
            output,
        }
    }

    fn ask(&mut self, bundle: &[u8]) -> String {
        let input = self.input.as_mut().unwrap();
        input
            .write_all(&u32::try_from(bundle.len()).unwrap().to_be_bytes())
            .unwrap();
        input.write_all(bundle).unwrap();
        input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// What the second verifier prints for this verdict: witnesses and size only count of a bundle that is not invalid.
fn line(verdict: &Verdict) -> String {
    if verdict.level == Level::Invalid {
        return "invalid 0 0 0".to_owned();
    }
    let (satisfied, members) = verdict.witnesses;
    format!("{} {satisfied} {members} {}", verdict.level, verdict.size)
}

fn judge(name: &str, seed: u64, mutant: &Mutant, since: bool, second: &mut Second) -> Level {
    let retained = World::retained();
    let keys = [auditor()];
    let options = Options {
        since: since.then_some(&retained),
        auditor_keys: &keys,
        threads: 1,
    };
    let verdict = verify(&mutant.bytes, Some(&policy()), &options);
    let truth = if since {
        mutant.at_most_since
    } else {
        mutant.at_most
    };
    let context = format!(
        "operator `{name}`, seed {seed}, since {since}: {:?}",
        verdict.problems
    );
    assert!(
        verdict.level <= truth,
        "{} is above {truth}: {context}",
        verdict.level
    );
    assert!(
        !mutant.exact || verdict.level == truth,
        "{} is not {truth}: {context}",
        verdict.level
    );
    assert_eq!(
        second.ask(&mutant.bytes),
        line(&verdict),
        "the verifiers disagree: {context}"
    );
    verdict.level
}

#[test]
fn two_verifiers_agree_and_never_go_above_the_truth() {
    let world = World::new();
    let operators = operators();
    let mut seconds = [Second::start(false), Second::start(true)];
    let mut levels = BTreeMap::new();
    for seed in 0..count() {
        let mut rng = Rng(seed);
        // In turn, so that a short run has all operators too.
        let (name, operator) = operators[seed as usize % operators.len()];
        let mutant = operator(&world, &mut rng);
        for (since, second) in [false, true].into_iter().zip(&mut seconds) {
            let level = judge(name, seed, &mutant, since, second);
            *levels.entry(level).or_insert(0_u64) += 1;
        }
    }
    let counted: Vec<String> = levels
        .iter()
        .map(|(level, count)| format!("{level} {count}"))
        .collect();
    println!(
        "second verifier: {} bundles by {} operators, each with and without a retained checkpoint: {}; 0 disagreements",
        count(),
        operators.len(),
        counted.join(", ")
    );
    // A run in which some level never occurred would not show that the verifiers can tell levels apart.
    assert_eq!(levels.len(), 4, "{levels:?}");
}

#[test]
fn the_second_verifier_reads_the_leaf_vectors_the_same() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/format/vectors/leaf");
    let mut counts = [0, 0];
    for (at, folder) in ["accepted", "refused"].into_iter().enumerate() {
        for entry in std::fs::read_dir(vectors.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let vector: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let index = vector["index"].as_u64().unwrap().to_string();
            let mut child = Command::new("python3")
                .arg(script())
                .args(["--leaf", &index])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            writeln!(
                child.stdin.take().unwrap(),
                "{}",
                vector["leaf"].as_str().unwrap()
            )
            .unwrap();
            let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
            let expected = vector["hash"]
                .as_str()
                .map_or("refused".to_owned(), |hash| format!("ok {hash}"));
            assert_eq!(output.trim_end(), expected, "{}", path.display());
            counts[at] += 1;
        }
    }
    println!(
        "second verifier, leaf vectors: accepted {}, refused {}",
        counts[0], counts[1]
    );
    assert!(counts[0] >= 10 && counts[1] >= 20);
}
