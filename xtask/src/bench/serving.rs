//! The served program under load, and Datasette over the same rows in the same run.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use super::{
    Section,
    load::{Line, load},
    runs::{Desk, product, python, text},
};

/// Pieces of evidence that are handed in.
const EVIDENCE: usize = 5000;
/// Controls that are adopted: all that the library has.
const LASTS: Duration = Duration::from_secs(5);

/// A program that ends with the benchmark.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Lists, details and exports over 5,000 pieces of evidence.
pub fn serve() -> Result<Section> {
    let desk = Desk::new("serve")?;
    let product = product()?;
    desk.timed(&product, &["init", "p"])?;
    adopt_all(&desk, &product)?;
    let (served, host, link, cold) = start(&desk, &product)?;
    let cookie = sign_in(&host, &link)?;
    let mut printed = format!("cold start to the first page: {cold:.0} ms\n");
    let pairs = hand_in(&host, &cookie)?;
    printed.push_str(&format!("{EVIDENCE} pieces of evidence handed in over HTTP; {pairs} of 30 create-then-use pairs answered at once\n"));
    drop(served);
    let (served, host, _, cold) = start(&desk, &product)?;
    printed.push_str(&format!(
        "cold start to the first page over them: {cold:.0} ms, {} MB resident\n",
        resident_mb(served.0.id())?
    ));
    let mut worst = (f64::MAX, 0.0f64);
    for (what, paths) in pages() {
        let figures = load(&host, &cookie, &paths, 8, LASTS)?;
        printed.push_str(&format!(
            "{what:<34} 8 connections: {:>7.0} requests/s, p50 {:.2} ms, p99 {:.2} ms, {} bytes\n",
            figures.per_second, figures.p50_ms, figures.p99_ms, figures.bytes
        ));
        worst = (worst.0.min(figures.per_second), worst.1.max(figures.p99_ms));
    }
    let mut line = Line::open(&host, &cookie)?;
    for kind in ["csv", "xlsx"] {
        let begun = Instant::now();
        let export = line.get(&format!("/evidence?as={kind}"))?;
        printed.push_str(&format!(
            "export of all evidence as {kind}: status {}, {} bytes in {:.0} ms\n",
            export.status,
            export.body.len(),
            begun.elapsed().as_secs_f64() * 1e3
        ));
    }
    let memory = resident_mb(served.0.id())?;
    printed.push_str(&format!("after all of it: {memory} MB resident\n"));
    printed.push_str(&peer(&desk)?);
    Ok(Section {
        what: "`tickmark serve` over 5,000 pieces of evidence and every control of the library, signed in; Datasette shows a table of as many rows in the same run (no peer of this trade installs from a package registry).",
        target: "first page under 1 s, under 100 MB, and at 8 connections p99 under 20 ms with at least 1,000 requests a second",
        reached: format!(
            "{cold:.0} ms, {memory} MB, slowest page {:.0} requests/s, worst p99 {:.1} ms",
            worst.0, worst.1
        ),
        printed,
    })
}

/// Lists and details that are asked for.
fn pages() -> Vec<(&'static str, Vec<String>)> {
    let paths = |all: &[&str]| all.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>();
    vec![
        ("home", paths(&["/"])),
        ("list of controls", paths(&["/controls"])),
        (
            "one control",
            paths(&["/controls/IAM-02", "/controls/CHG-01", "/controls/IAM-10"]),
        ),
        ("list of evidence, first page", paths(&["/evidence"])),
        (
            "list of evidence, filtered",
            paths(&["/evidence?control=IAM-02"]),
        ),
        ("list of ledger entries", paths(&["/ledger"])),
    ]
}

fn adopt_all(desk: &Desk, product: &std::path::Path) -> Result<()> {
    let listed = Command::new(product)
        .args(["-C", "p", "controls", "--format", "json"])
        .current_dir(&desk.0)
        .env("XDG_DATA_HOME", desk.0.join("home"))
        .output()?;
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout)?;
    for control in listed["controls"].as_array().into_iter().flatten() {
        let id = control["id"].as_str().unwrap_or_default();
        desk.timed(
            product,
            &[
                "-C",
                "p",
                "controls",
                "adopt",
                id,
                "--owner",
                "engineering",
                "--scope",
                "all",
                "--effective",
                "2026-01-01",
            ],
        )?;
    }
    Ok(())
}

/// Starts the server; its address, the first link if there is one, and milliseconds until the first page.
fn start(desk: &Desk, product: &std::path::Path) -> Result<(Served, String, String, f64)> {
    let begun = Instant::now();
    let mut child = Command::new(product)
        .args(["-C", "p", "serve", "--listen", "127.0.0.1:0", "--no-runner"])
        .current_dir(&desk.0)
        .env("XDG_DATA_HOME", desk.0.join("home"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let said = BufReader::new(child.stderr.take().context("no standard error")?);
    let out = BufReader::new(child.stdout.take().context("no standard output")?);
    let served = Served(child);
    let address = said
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_once(" at http://")
                .map(|(_, host)| host.trim().to_owned())
        })
        .context("the server says no address")?;
    let first = Line::open(&address, "")?.get("/sign-in")?;
    if first.status != 200 {
        bail!("the first page answered {}", first.status);
    }
    let cold = begun.elapsed().as_secs_f64() * 1e3;
    let known = desk.0.join("signed-in").exists();
    let link = if known {
        String::new()
    } else {
        std::fs::write(desk.0.join("signed-in"), "")?;
        out.lines()
            .map_while(Result::ok)
            .find_map(|line| line.split_once(&address).map(|(_, path)| path.to_owned()))
            .context("the server prints no link")?
    };
    Ok((served, address, link, cold))
}

fn sign_in(host: &str, link: &str) -> Result<String> {
    let form = "mail=ada%40acme.example&name=Ada&password=four+plain+words+here&again=four+plain+words+here";
    let got = Line::open(host, "")?.send(
        "POST",
        link,
        "application/x-www-form-urlencoded",
        form.as_bytes(),
    )?;
    let cookie = got
        .head
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .and_then(|c| c.split(';').next())
        .context("no session")?;
    Ok(format!("Cookie: {cookie}\r\n"))
}

/// Hands the evidence in; gives in how many of the first thirty cases the next page had it.
fn hand_in(host: &str, cookie: &str) -> Result<usize> {
    let mut line = Line::open(host, cookie)?;
    let mut pairs = 0;
    for n in 0..EVIDENCE {
        let control = ["IAM-02", "CHG-01", "IAM-10"][n % 3];
        let name = format!("note-{n:05}.txt");
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!(
            "{}{}--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\nreviewed, number {n}\r\n--b--\r\n",
            part("control", control),
            part("covers", "2026-01-01..2026-01-31"),
        );
        let got = line.send(
            "POST",
            "/do/evidence",
            "multipart/form-data; boundary=b",
            body.as_bytes(),
        )?;
        if got.status != 303 {
            bail!(
                "handing in answered {}: {}",
                got.status,
                String::from_utf8_lossy(&got.body)
            );
        }
        if n < 30 {
            let page = line.get("/api/v1/evidence?limit=200")?;
            let list = String::from_utf8_lossy(&page.body).into_owned();
            let there = list.matches("\"leaf\"").count();
            pairs += usize::from(page.status == 200 && there == n + 1);
        }
    }
    Ok(pairs)
}

fn resident_mb(process: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().split(' ').next())
        .and_then(|n| n.parse::<u64>().ok());
    Ok(kib.context("no VmRSS")? / 1024)
}

/// Datasette over as many rows, for scale.
fn peer(desk: &Desk) -> Result<String> {
    let python = python(&["datasette"])?;
    let make = "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nc.execute('create table evidence(leaf integer primary key, control text, name text, covers text)')\nc.executemany('insert into evidence values(?,?,?,?)',[(n,'IAM-02',f'note-{n:05}.txt','2026-01-01..2026-01-31') for n in range(5000)])\nc.commit()";
    let file = desk.0.join("peer.db");
    text(Command::new(&python).args(["-c", make]).arg(&file))?;
    let mut child = Command::new(&python)
        .args([
            "-m",
            "datasette",
            "serve",
            "--port",
            "8971",
            "--host",
            "127.0.0.1",
        ])
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let begun = Instant::now();
    let up = loop {
        if let Ok(mut line) = Line::open("127.0.0.1:8971", "")
            && line.get("/peer/evidence").is_ok()
        {
            break true;
        }
        if begun.elapsed() > Duration::from_secs(30) {
            break false;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let cold = begun.elapsed().as_secs_f64() * 1e3;
    let figures = up.then(|| {
        load(
            "127.0.0.1:8971",
            "",
            &["/peer/evidence".to_owned()],
            8,
            LASTS,
        )
    });
    let memory = resident_mb(child.id());
    let _ = child.kill();
    let _ = child.wait();
    let figures = figures.context("Datasette does not start")??;
    Ok(format!(
        "Datasette, a page of 100 rows        8 connections: {:>7.0} requests/s, p50 {:.2} ms, p99 {:.2} ms; first page {cold:.0} ms, {} MB resident\n",
        figures.per_second, figures.p50_ms, figures.p99_ms, memory?
    ))
}
