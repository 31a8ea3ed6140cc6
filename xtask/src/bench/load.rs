//! A load for a server on this machine: a few connections that ask one after the other, and how long each answer took.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

/// What came back.
pub struct Got {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

/// One connection that stays open.
pub struct Line {
    host: String,
    headers: String,
    stream: BufReader<TcpStream>,
}

impl Line {
    /// Opens a connection; `headers` go with every request, each ending in CR LF.
    pub fn open(host: &str, headers: &str) -> Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self {
            host: host.to_owned(),
            headers: headers.to_owned(),
            stream: BufReader::new(stream),
        })
    }

    pub fn get(&mut self, path: &str) -> Result<Got> {
        self.send("GET", path, "", b"")
    }

    pub fn send(&mut self, method: &str, path: &str, media: &str, body: &[u8]) -> Result<Got> {
        let (host, headers) = (&self.host, &self.headers);
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{headers}Content-Length: {}\r\n",
            body.len()
        );
        if !media.is_empty() {
            request.push_str(&format!("Content-Type: {media}\r\n"));
        }
        request.push_str("\r\n");
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        self.stream.get_mut().write_all(&bytes)?;
        self.answer().with_context(|| format!("{method} {path}"))
    }

    fn answer(&mut self) -> Result<Got> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                bail!("the connection was closed inside the headers");
            }
        }
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok());
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_owned())
        };
        let body = match header("content-length").and_then(|l| l.parse::<usize>().ok()) {
            Some(length) => {
                let mut body = vec![0; length];
                self.stream.read_exact(&mut body)?;
                body
            }
            None if header("transfer-encoding").is_some() => self.chunks()?,
            None => Vec::new(),
        };
        Ok(Got {
            status: status.context("no status line")?,
            head,
            body,
        })
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let mut size = String::new();
            self.stream.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim(), 16)?;
            let mut chunk = vec![0; size + 2];
            self.stream.read_exact(&mut chunk)?;
            if size == 0 {
                return Ok(body);
            }
            chunk.truncate(size);
            body.append(&mut chunk);
        }
    }
}

/// How a page answered under load.
pub struct Figures {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub bytes: usize,
}

/// Asks for the paths in turn over `connections` connections for as long as said.
pub fn load(
    host: &str,
    headers: &str,
    paths: &[String],
    connections: usize,
    lasts: Duration,
) -> Result<Figures> {
    let begun = Instant::now();
    let one = |first: usize| -> Result<(Vec<f64>, usize)> {
        let mut line = Line::open(host, headers)?;
        let (mut took, mut bytes) = (Vec::new(), 0);
        for path in paths.iter().cycle().skip(first * 7 % paths.len().max(1)) {
            if begun.elapsed() > lasts {
                break;
            }
            let asked = Instant::now();
            let got = line.get(path)?;
            if got.status != 200 {
                bail!("{path} answered {}", got.status);
            }
            took.push(asked.elapsed().as_secs_f64() * 1e3);
            bytes = got.body.len();
        }
        Ok((took, bytes))
    };
    let all = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|n| scope.spawn(move || one(n)))
            .collect();
        threads
            .into_iter()
            .map(|t| {
                t.join()
                    .unwrap_or_else(|_| bail!("a connection's thread stopped"))
            })
            .collect::<Result<Vec<_>>>()
    })?;
    let took = begun.elapsed().as_secs_f64();
    let bytes = all.iter().map(|(_, b)| *b).max().unwrap_or_default();
    let mut all: Vec<f64> = all.into_iter().flat_map(|(times, _)| times).collect();
    all.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (all.len() as f64 * share) as usize;
        all.get(place.min(all.len().saturating_sub(1)))
            .copied()
            .unwrap_or(f64::NAN)
    };
    Ok(Figures {
        per_second: all.len() as f64 / took,
        p50_ms: at(0.5),
        p99_ms: at(0.99),
        bytes,
    })
}
