//! The benchmarks one by one. Workloads and measuring live in the `examples` of the rooms; peers come from PyPI into a folder below `target`.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::Section;
use crate::run::{root, target};

/// Durable appends against plain SQLite.
pub fn append() -> Result<Section> {
    let printed = example("append_bench", &[])?;
    let shares: Vec<f64> = printed
        .lines()
        .filter(|l| l.starts_with("round"))
        .filter_map(|l| l.rsplit(", ").next()?.trim_end_matches(" %").parse().ok())
        .collect();
    Ok(Section {
        what: "Durable appends of entries of about 1 KiB in batches of 256 against plain SQLite inserts of the same bytes (WAL, synchronous=FULL), in turns, a batch each.",
        target: "at least 70 % of plain SQLite",
        reached: format!("{:.0} % (median of {})", median(&shares), shares.len()),
        printed,
    })
}

/// Verification against SHA-256.
pub fn verify() -> Result<Section> {
    let printed = example("verify_speed", &[])?;
    let share = printed
        .lines()
        .last()
        .and_then(|l| l.split_whitespace().rev().nth(1))
        .unwrap_or_default()
        .to_owned();
    Ok(Section {
        what: "The small verifier over a bundle of 1,000,000 leaves of 1,200 bytes against one SHA-256 pass over the same bytes.",
        target: "at least 60 % of the machine's SHA-256 speed",
        reached: format!("{share} % with 2 threads"),
        printed,
    })
}

/// The sample company, start to bundle.
pub fn demo() -> Result<Section> {
    let desk = Desk::new("demo")?;
    let mut took = Vec::new();
    let mut printed = String::new();
    for round in 1..=3 {
        let (time, peak, text) =
            desk.timed(&product()?, &["demo", "--dir", &format!("d{round}")])?;
        printed.push_str(&format!(
            "round {round}: {:.2} s, {} MB\n",
            time.as_secs_f64(),
            peak / 1024
        ));
        if round == 3 {
            printed.push_str(&text);
        }
        took.push(time.as_secs_f64());
    }
    Ok(Section {
        what: "`tickmark demo` with its defaults: 200 people, 12 months, from the first document to PDF, workbook and bundle. No peer does this job; the figure stands alone.",
        target: "under 20 s",
        reached: format!("{:.1} s (median of 3)", median(&took)),
        printed,
    })
}

/// A hundred pages.
pub fn pdf() -> Result<Section> {
    let desk = Desk::new("pdf")?;
    let mut printed = example("pages", &["bench"])?;
    let out = desk.0.join("report.pdf");
    example("pages", &[&out.display().to_string(), "type2", "1900"])?;
    let python = python(&["weasyprint"])?;
    let script = "import sys,time,weasyprint\nt=time.perf_counter()\nd=weasyprint.HTML(sys.argv[1]).render()\nd.write_pdf(sys.argv[1]+'.pdf')\nprint(f'WeasyPrint {weasyprint.__version__}: {len(d.pages)} pages of the same report as HTML in {time.perf_counter()-t:.2f} s')";
    printed.push_str(&text(Command::new(&python).args([
        "-c",
        script,
        &format!("{}.html", out.display()),
    ]))?);
    let last = printed
        .lines()
        .find(|l| l.starts_with("1900"))
        .unwrap_or_default();
    Ok(Section {
        what: "A Type 2 package of about a hundred pages set by Typst; WeasyPrint sets the same report from its HTML.",
        target: "a 100-page PDF under 3 s",
        reached: last.rsplit(", ").next().unwrap_or_default().to_owned(),
        printed,
    })
}

/// Five questions over ten million events.
pub fn population() -> Result<Section> {
    let desk = Desk::new("population")?;
    let python = python(&["duckdb"])?;
    let peer = root().join("crates/tickmark-query/benches/population_peer.py");
    let (mut printed, mut worst) = (String::new(), (String::new(), 0.0));
    for n in ["100000", "1000000", "10000000"] {
        let folder = desk.0.join(n).display().to_string();
        let ours: Value = serde_json::from_str(&example("population_bench", &[n, &folder, "5"])?)?;
        let theirs: Value = serde_json::from_str(&text(
            Command::new(&python).arg(&peer).args([&folder, "2", "5"]),
        )?)?;
        printed.push_str(&format!(
            "{n} events: {} against {} with 2 threads, best of 5\n",
            ours["engine"], theirs["engine"]
        ));
        for (name, one) in ours["res"].as_object().into_iter().flatten() {
            let other = &theirs["res"][name];
            if one["found"] != other["found"] {
                bail!(
                    "{name} at {n}: we found {}, the peer {}",
                    one["found"],
                    other["found"]
                );
            }
            let (a, b) = (
                one["wall_ms"].as_f64().unwrap_or_default(),
                other["wall_ms"].as_f64().unwrap_or(f64::NAN),
            );
            printed.push_str(&format!("  {name:<32} {a:>8.1} ms  {b:>8.1} ms  ratio {:.2}  (first round {} ms, found {})\n", a / b, one["first_ms"], one["found"]));
            if n == "10000000" && a / b > worst.1 {
                worst = (name.clone(), a / b);
            }
        }
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(Section {
        what: "Five population questions over a year of a seeded company, through a whole job of the worker, against DuckDB over the same Parquet files; planted answers must be found.",
        target: "at most 3 times DuckDB for each question at 10,000,000 events (the race comes later)",
        reached: format!("worst ratio {:.2} ({})", worst.1, worst.0),
        printed,
    })
}

/// The command line over a hundred thousand leaves.
pub fn start() -> Result<Section> {
    let desk = Desk::new("start")?;
    example_in(&desk.0, "long_ledger", &["100000", "p"])?;
    let product = product()?;
    let mut printed = String::new();
    let mut all = Vec::new();
    for (what, args) in [
        ("log checkpoint", &["-C", "p", "log", "checkpoint"][..]),
        ("controls", &["-C", "p", "controls"]),
        (
            "people of no program (start alone)",
            &["criteria", "--categories", "security"],
        ),
    ] {
        let mut took = Vec::new();
        for _ in 0..9 {
            took.push(desk.timed(&product, args)?.0.as_secs_f64() * 1e3);
        }
        printed.push_str(&format!(
            "tickmark {what:<40} {:>7.1} ms (median of 9)\n",
            median(&took)
        ));
        all.push(median(&took));
    }
    let git = median(
        &(0..9)
            .map(|_| {
                let begun = Instant::now();
                let _ = Command::new("git")
                    .args(["log", "-1"])
                    .current_dir(root())
                    .stdout(Stdio::null())
                    .status();
                begun.elapsed().as_secs_f64() * 1e3
            })
            .collect::<Vec<_>>(),
    );
    printed.push_str(&format!(
        "git log -1 in this checkout{:<23} {git:>7.1} ms (for scale)\n",
        ""
    ));
    Ok(Section {
        what: "Start-up of the command line over a ledger of 100,000 leaves (collections of a year and more): open, fold from the snapshot, answer.",
        target: "under 200 ms",
        reached: format!("{:.0} ms", all.first().copied().unwrap_or(f64::NAN)),
        printed,
    })
}

/// A folder that goes away, with a home of its own.
pub(super) struct Desk(pub(super) PathBuf);

impl Desk {
    pub(super) fn new(name: &str) -> Result<Self> {
        let dir = target().join("bench").join(name);
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir)?;
        Ok(Self(dir.canonicalize()?))
    }

    /// Wall time, peak memory in KiB, and what was said.
    pub(super) fn timed(&self, program: &Path, args: &[&str]) -> Result<(Duration, u64, String)> {
        let report = self.0.join("time");
        let mut command = Command::new("/usr/bin/time");
        command
            .args(["-f", "%M", "-o"])
            .arg(&report)
            .arg(program)
            .args(args);
        command
            .current_dir(&self.0)
            .env("XDG_DATA_HOME", self.0.join("home"));
        let begun = Instant::now();
        let output = command
            .output()
            .context("GNU time is missing: apt install time")?;
        let took = begun.elapsed();
        if !output.status.success() {
            bail!(
                "{} {}: {}\n{}",
                program.display(),
                args.join(" "),
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        let peak = std::fs::read_to_string(&report)?
            .trim()
            .parse()
            .unwrap_or_default();
        Ok((
            took,
            peak,
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn product() -> Result<PathBuf> {
    if !crate::run::cargo(
        &[
            "build",
            "--quiet",
            "--release",
            "--workspace",
            "--bin",
            "tickmark",
        ],
        &[],
    )? {
        bail!("the program does not build");
    }
    Ok(target().join("release/tickmark").canonicalize()?)
}

fn example(name: &str, args: &[&str]) -> Result<String> {
    example_in(&root(), name, args)
}

fn example_in(dir: &Path, name: &str, args: &[&str]) -> Result<String> {
    if !crate::run::cargo(
        &[
            "build",
            "--quiet",
            "--release",
            // One choice of packages for all: cargo would build the heavy crates again with other features for each room alone.
            "--workspace",
            "--example",
            name,
        ],
        &[],
    )? {
        bail!("the example `{name}` does not build");
    }
    let program = target()
        .join("release/examples")
        .join(name)
        .canonicalize()?;
    text(
        Command::new(program)
            .args(args)
            .current_dir(dir)
            .env("XDG_DATA_HOME", dir.join("home")),
    )
}

pub(super) fn text(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("{command:?}: {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// A Python that has the peers.
pub(super) fn python(packages: &[&str]) -> Result<PathBuf> {
    let venv = target().join("bench-peers");
    let python = venv.join("bin/python");
    if !python.exists() {
        text(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    text(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet"])
            .args(packages),
    )?;
    Ok(python)
}

pub(super) fn median(of: &[f64]) -> f64 {
    let mut sorted = of.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
