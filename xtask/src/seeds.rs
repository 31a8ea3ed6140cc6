//! `cargo xtask seeds`: the sample company of many seeds, through the released program; found must equal planted, item by item.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::run::{cargo, root, target};

/// What is asked of a run.
struct Size {
    n: u64,
    people: String,
    months: String,
}

/// A test and a trap of its control.
type Place = (String, String);

/// What all seeds together showed.
#[derive(Default)]
struct Sum {
    missed: Vec<String>,
    false_: Vec<String>,
    unlike: Vec<String>,
    planted: BTreeMap<Place, u64>,
    lookalikes: BTreeMap<Place, u64>,
}

/// Runs the seeds on both cores and prints one table.
pub fn seeds(args: &[String]) -> Result<bool> {
    let size = size(args)?;
    if !cargo(&["build", "--quiet", "--release", "--bin", "tickmark"], &[])? {
        return Ok(false);
    }
    let program = target().join("release/tickmark");
    let scratch = std::env::temp_dir().join(format!("tickmark-seeds-{}", std::process::id()));
    let (next, sum) = (AtomicU64::new(1), Mutex::new(Sum::default()));
    let work = || -> Result<()> {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > size.n {
                return Ok(());
            }
            let desk = scratch.join(seed.to_string());
            std::fs::create_dir_all(&desk)?;
            let done = one(&program, &desk, seed, &size, &sum);
            std::fs::remove_dir_all(&desk)?;
            done.with_context(|| format!("seed {seed}"))?;
        }
    };
    let both = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mine = work();
        mine.and(other.join().unwrap_or_else(|_| bail!("a thread fell over")))
    });
    let _ = std::fs::remove_dir_all(&scratch);
    both?;
    let sum = sum
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    print(&sum, &size)
}

fn size(args: &[String]) -> Result<Size> {
    let value = |name: &str, default: &str| {
        let at = args.iter().position(|a| a == name);
        at.map_or(Some(default.to_owned()), |i| args.get(i + 1).cloned())
            .with_context(|| format!("{name} needs a number"))
    };
    Ok(Size {
        n: value("--n", "200")?.parse().context("--n needs a number")?,
        people: value("--people", "30")?,
        months: value("--months", "3")?,
    })
}

/// One seed: truth, demo, tests once more as JSON, the bundle performed again.
fn one(program: &Path, desk: &Path, seed: u64, size: &Size, sum: &Mutex<Sum>) -> Result<()> {
    let seed = seed.to_string();
    let ask = [
        "--seed",
        &seed,
        "--people",
        &size.people,
        "--months",
        &size.months,
    ];
    let run = |args: &[&str], codes: &[i32]| -> Result<Vec<u8>> {
        let mut command = Command::new(program);
        command
            .args(args)
            .current_dir(desk)
            .env("XDG_DATA_HOME", desk.join("home"));
        let output = command.output()?;
        if !output.status.code().is_some_and(|c| codes.contains(&c)) {
            bail!(
                "tickmark {}: {}\n{}",
                args.join(" "),
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(output.stdout)
    };
    let truth: Value =
        serde_json::from_slice(&run(&[&["demo", "--truth"][..], &ask].concat(), &[0])?)?;
    run(&[&["demo", "--dir", "d"][..], &ask].concat(), &[0])?;
    let period = format!(
        "{}..{}",
        text(&truth["period"]["from"]),
        text(&truth["period"]["to"])
    );
    let again: Value = serde_json::from_slice(&run(
        &[
            "verify",
            "d/audit.tickmark",
            "--policy",
            "d/trust.policy",
            "--reperform",
            "--format",
            "json",
        ],
        &[0],
    )?)?;
    let tests: Value = serde_json::from_slice(&run(
        &["-C", "d", "test", "--period", &period, "--format", "json"],
        &[0, 1],
    )?)?;
    let mut sum = sum
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    compare(&seed, &truth, &tests, &mut sum);
    for test in list(&again["tests"]).filter(|t| t["identical"] != true) {
        sum.unlike.push(format!(
            "seed {seed}: {} was performed again with other rows",
            text(&test["test"])
        ));
    }
    if again["verdict"] != "witnessed" {
        sum.unlike
            .push(format!("seed {seed}: verdict {}", again["verdict"]));
    }
    Ok(())
}

fn compare(seed: &str, truth: &Value, tests: &Value, sum: &mut Sum) {
    for (theirs, ours, state) in [
        ("planted", "exceptions", "deviation"),
        ("planted_unknown", "unknown_items", "unknown"),
    ] {
        let planted: BTreeSet<(&str, &str)> = list(&truth[theirs])
            .map(|p| (text(&p["test"]), text(&p["item"])))
            .collect();
        let found: BTreeSet<(&str, &str)> = list(&tests["tests"])
            .flat_map(|t| {
                list(&t[ours])
                    .filter(|e| e["state"] == state)
                    .map(|e| (text(&t["id"]), text(&e["item"])))
            })
            .collect();
        let say = |(test, item): &(&str, &str)| format!("seed {seed}: {test} {state} {item}");
        sum.missed.extend(planted.difference(&found).map(say));
        sum.false_.extend(found.difference(&planted).map(say));
        for p in list(&truth[theirs]) {
            *sum.planted.entry(place(p)).or_default() += 1;
        }
    }
    for p in list(&truth["lookalikes"]) {
        *sum.lookalikes.entry(place(p)).or_default() += 1;
    }
}

fn place(entry: &Value) -> Place {
    (
        text(&entry["test"]).to_owned(),
        text(&entry["trap"]).to_owned(),
    )
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn print(sum: &Sum, size: &Size) -> Result<bool> {
    let places: BTreeSet<&Place> = sum.planted.keys().chain(sum.lookalikes.keys()).collect();
    println!(
        "{:<22} {:<34} {:>8} {:>11}",
        "test", "trap", "planted", "lookalikes"
    );
    for place in places {
        let count = |of: &BTreeMap<Place, u64>| of.get(place).copied().unwrap_or_default();
        println!(
            "{:<22} {:<34} {:>8} {:>11}",
            place.0,
            place.1,
            count(&sum.planted),
            count(&sum.lookalikes)
        );
    }
    let bare = bare(sum)?;
    for line in sum
        .missed
        .iter()
        .map(|l| format!("missed {l}"))
        .chain(sum.false_.iter().map(|l| format!("false {l}")))
        .chain(sum.unlike.iter().cloned())
        .chain(bare.iter().cloned())
        .take(40)
    {
        println!("{line}");
    }
    println!(
        "{} seeds of {} people and {} months: missed {}, false {}, performed again differently {}, traps without a planted item or a lookalike {}",
        size.n,
        size.people,
        size.months,
        sum.missed.len(),
        sum.false_.len(),
        sum.unlike.len(),
        bare.len()
    );
    Ok(sum.missed.is_empty() && sum.false_.is_empty() && sum.unlike.is_empty() && bare.is_empty())
}

/// Traps and tests of the control files that no seed planted, or that have no lookalike.
fn bare(sum: &Sum) -> Result<Vec<String>> {
    let mut out = Vec::new();
    let tested: BTreeSet<&str> = sum
        .planted
        .keys()
        .filter_map(|(test, _)| test.split('.').next())
        .collect();
    for control in tested {
        let front = std::fs::read_to_string(root().join(format!("library/controls/{control}.md")))?;
        let names = |key: &str| -> Vec<String> {
            let line = front
                .lines()
                .find_map(|l| l.strip_prefix(key))
                .unwrap_or_default();
            line.trim()
                .trim_matches(['[', ']'])
                .split(',')
                .map(|n| n.trim().to_owned())
                .collect()
        };
        let lacks = |what: &dyn Fn(&Place) -> bool, of: &BTreeMap<Place, u64>| !of.keys().any(what);
        for trap in names("traps:") {
            let here = |p: &Place| p.0.starts_with(control) && p.1 == trap;
            if lacks(&here, &sum.planted) || lacks(&here, &sum.lookalikes) {
                out.push(format!(
                    "trap {control} {trap}: not planted, or no lookalike"
                ));
            }
        }
        for test in names("tests:") {
            let here = |p: &Place| p.0 == test;
            if lacks(&here, &sum.planted) || lacks(&here, &sum.lookalikes) {
                out.push(format!("test {test}: not planted, or no lookalike"));
            }
        }
    }
    Ok(out)
}
