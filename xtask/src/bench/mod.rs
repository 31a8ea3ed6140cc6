//! `cargo xtask bench [NAME…]`: runs the benchmarks, their peers in the same run, and writes the sections of `docs/benchmarks.md`.

mod load;
mod runs;
mod serving;

use std::{fs, process::Command, time::SystemTime};

use anyhow::{Context as _, Result, bail};

use crate::run::root;

/// One section of the page.
pub struct Section {
    /// What was measured and against what.
    pub what: &'static str,
    /// What the figures should reach.
    pub target: &'static str,
    /// What was printed.
    pub printed: String,
    /// Whether the target was reached, in words with the figure.
    pub reached: String,
}

type Run = fn() -> Result<Section>;

/// Names and runs, in the order of the page.
const ALL: [(&str, Run); 7] = [
    ("append", runs::append),
    ("verify", runs::verify),
    ("demo", runs::demo),
    ("pdf", runs::pdf),
    ("population", runs::population),
    ("start", runs::start),
    ("serve", serving::serve),
];

/// Runs the named benchmarks (all without a name), prints each and replaces its section.
pub fn bench(args: &[String]) -> Result<bool> {
    if let Some(unknown) = args.iter().find(|a| !ALL.iter().any(|(n, _)| n == a)) {
        let names: Vec<&str> = ALL.iter().map(|(n, _)| *n).collect();
        bail!(
            "there is no benchmark `{unknown}`: choose {}",
            names.join(", ")
        );
    }
    let page = root().join("docs/benchmarks.md");
    let mut text = fs::read_to_string(&page).unwrap_or_default();
    for (name, run) in ALL
        .iter()
        .filter(|(n, _)| args.is_empty() || args.iter().any(|a| a == n))
    {
        eprintln!("benchmark {name} …");
        let section = run().with_context(|| format!("benchmark {name}"))?;
        let body = format!(
            "{}\n\nTarget: {}. **{}**\n\n```text\n{}\n{}\n```\n",
            section.what,
            section.target,
            section.reached,
            stamp()?,
            section.printed.trim_end(),
        );
        println!("## {name}\n\n{body}");
        text = replace(&text, name, &body);
        fs::write(&page, &text)?;
    }
    Ok(true)
}

const HEAD: &str = "# Benchmarks\n\nWritten by `cargo xtask bench`: each figure with its peer in the same run, on the machine its first line names. Figures of different\nruns must not be compared; ratios inside a run may.\n";

/// The page with one section new; sections keep the order of [`ALL`].
fn replace(text: &str, name: &str, body: &str) -> String {
    let old = |wanted: &str| {
        let mut sections = text.split("\n## ").skip(1);
        sections.find_map(|s| {
            s.split_once('\n')
                .filter(|(n, _)| *n == wanted)
                .map(|(_, b)| b.trim().to_owned())
        })
    };
    let mut out = HEAD.to_owned();
    for (section, _) in ALL {
        let body = if section == name {
            Some(body.trim().to_owned())
        } else {
            old(section)
        };
        if let Some(body) = body {
            out.push_str(&format!("\n## {section}\n\n{body}\n"));
        }
    }
    out
}

/// Machine, compiler and commit of a run.
fn stamp() -> Result<String> {
    let line = |program: &str, args: &[&str]| {
        let output = Command::new(program)
            .args(args)
            .current_dir(root())
            .output();
        output
            .map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned())
            .unwrap_or_default()
    };
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .unwrap_or_default()
        .trim_start_matches(['\t', ' ', ':'])
        .to_owned();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let seconds = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)?
        .as_secs();
    let day = line("date", &["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%d"]);
    Ok(format!(
        "{day}, {model}, {cpus} cpus, load {}, {}, commit {}",
        load.split(' ').next().unwrap_or_default(),
        line("rustc", &["--version"]),
        line("git", &["rev-parse", "--short", "HEAD"]),
    ))
}
