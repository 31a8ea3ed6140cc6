//! The parent's side: a worker process with a time limit.

use std::ffi::OsString;
use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tickmark_core::report::{Report, Typeset, TypesetError, render};

/// Sets reports in a process of its own, which is ended when it takes too long.
#[derive(Debug, Clone)]
pub struct ProcessTypeset {
    /// The program, usually the running one.
    pub exe: PathBuf,
    /// What makes it call [`crate::worker_main`].
    pub args: Vec<OsString>,
    /// Time limit, seconds.
    pub seconds: u64,
}

impl ProcessTypeset {
    /// A worker with a limit of two minutes.
    #[must_use]
    pub fn new(exe: PathBuf, args: Vec<OsString>) -> Self {
        Self {
            exe,
            args,
            seconds: 120,
        }
    }
}

impl Typeset for ProcessTypeset {
    fn pdf(&self, report: &Report) -> Result<Vec<u8>, TypesetError> {
        let text = render::json(&report.without_sheets())
            .map_err(|error| TypesetError::Refused(error.to_string()))?;
        let mut child = Command::new(&self.exe)
            .args(&self.args)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| {
                TypesetError::Process(format!("`{}` does not start: {error}", self.exe.display()))
            })?;
        let outcome = self.converse(&mut child, text);
        // Whatever happened, no process stays behind.
        let _ = child.kill();
        let _ = child.wait();
        outcome
    }
}

impl ProcessTypeset {
    /// Hands the report over and collects the pages; both pipes move at once, so neither side waits for the other.
    fn converse(&self, child: &mut Child, text: String) -> Result<Vec<u8>, TypesetError> {
        if let Some(mut stdin) = child.stdin.take() {
            // A worker that died early closes the pipe; its own message says why.
            std::thread::spawn(move || {
                let _ = stdin.write_all(text.as_bytes());
            });
        }
        let (Some(pages), Some(words)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(TypesetError::Process("no pipes to the worker".into()));
        };
        let (pages, words) = (collect(pages), collect(words));
        let Ok(pages) = pages.recv_timeout(Duration::from_secs(self.seconds)) else {
            return Err(TypesetError::TooSlow {
                seconds: self.seconds,
            });
        };
        let status = child
            .wait()
            .map_err(|error| TypesetError::Process(error.to_string()))?;
        if status.success() && pages.starts_with(b"%PDF-") {
            return Ok(pages);
        }
        let words = words
            .recv_timeout(Duration::from_secs(1))
            .unwrap_or_default();
        let words = String::from_utf8_lossy(&words);
        let last = words.lines().last().unwrap_or("it said nothing");
        Err(TypesetError::Process(format!("{status}: {last}")))
    }
}

/// Reads a pipe to its end in a thread.
fn collect(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if pipe.read_to_end(&mut bytes).is_ok() {
            let _ = send.send(bytes);
        }
    });
    receive
}
