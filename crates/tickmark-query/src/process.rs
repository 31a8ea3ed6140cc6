//! The parent half: a worker process that is fed jobs, and killed when it takes too long.

use std::{
    ffi::OsString,
    io::{self, Read},
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use tickmark_core::judge::{
    job::Job,
    outcome::Outcome,
    populations::{Answer, Populations, QueryError},
};

use crate::{
    limits,
    message::{self, Request, Response},
};

/// Asks a worker process; starts it when it is first needed, and again after it ended or had to be killed.
#[derive(Debug)]
pub struct ProcessPopulations {
    program: PathBuf,
    arguments: Vec<OsString>,
    patience: Duration,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    jobs: ChildStdin,
    answers: Receiver<io::Result<Option<Vec<u8>>>>,
    /// How long answers were waited for.
    waited: Duration,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl ProcessPopulations {
    /// A worker that is started as `program arguments…` and runs [`crate::worker_main`] on its standard input and output.
    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            patience: Duration::from_secs(limits::ANSWER_SECONDS),
            running: Mutex::new(None),
        }
    }

    /// Waits at most this long for one answer.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Without environment, in the root folder, without a way to talk to the terminal.
    fn start(&self) -> Result<Running, QueryError> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| worker(format!("`{}` does not start: {e}", self.program.display())))?;
        let (Some(jobs), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            let _ = child.kill();
            return Err(worker("it has no pipes".to_owned()));
        };
        let (tell, answers) = sync_channel(1);
        thread::spawn(move || listen(output, |answer| tell.send(answer).is_ok()));
        Ok(Running {
            child,
            jobs,
            answers,
            waited: Duration::ZERO,
        })
    }

    fn ask(&self, request: &Request<'_>) -> Result<Response, QueryError> {
        let mut slot = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = slot
            .take()
            .filter(|r| r.waited.as_secs() < limits::WORKER_SECONDS);
        let mut running = match kept.map(|mut r| (r.tell(request), r)) {
            Some((Ok(()), running)) => running,
            // A worker that ended since its last answer is replaced once.
            Some((Err(_), _)) | None => {
                let mut fresh = self.start()?;
                if let Err(e) = fresh.tell(request) {
                    return Err(fresh.ended(&format!("it takes no jobs: {e}")));
                }
                fresh
            }
        };
        match running.wait(self.patience) {
            Ok(Ok(Some(bytes))) => {
                let response = serde_json::from_slice(&bytes)
                    .map_err(|e| worker(format!("its answer cannot be read: {e}")))?;
                *slot = Some(running);
                Ok(response)
            }
            Err(RecvTimeoutError::Timeout) => Err(QueryError::Limit {
                what: format!(
                    "no answer within {} s; ask for a shorter period or join less",
                    self.patience.as_secs()
                ),
            }),
            Ok(Err(e)) => Err(running.ended(&e.to_string())),
            Ok(Ok(None)) | Err(RecvTimeoutError::Disconnected) => {
                Err(running.ended("it ended without an answer"))
            }
        }
    }
}

impl Running {
    fn tell(&mut self, request: &Request<'_>) -> io::Result<()> {
        message::write(&mut self.jobs, request)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a limit is wall-clock time; no result depends on it"
    )]
    fn wait(
        &mut self,
        patience: Duration,
    ) -> Result<io::Result<Option<Vec<u8>>>, RecvTimeoutError> {
        let start = Instant::now();
        let answer = self.answers.recv_timeout(patience);
        self.waited += start.elapsed();
        answer
    }

    /// Why a worker that is no more gave no answer: the system killed it at a limit, or it broke.
    fn ended(&mut self, what: &str) -> QueryError {
        for _ in 0..GRACE {
            match self.child.try_wait() {
                Ok(Some(status)) => return died(status, what),
                _ => thread::sleep(Duration::from_millis(10)),
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        worker(what.to_owned())
    }
}

/// Hundredths of a second a worker that closed its output may take to end.
const GRACE: usize = 100;

fn died(status: ExitStatus, what: &str) -> QueryError {
    match status.signal() {
        Some(signal) => QueryError::Limit {
            what: format!(
                "the worker reached a limit of memory or time (signal {signal}); ask for less at once"
            ),
        },
        None => worker(format!("{what} ({status})")),
    }
}

fn listen(mut output: impl Read, tell: impl Fn(io::Result<Option<Vec<u8>>>) -> bool) {
    loop {
        let answer = message::read(&mut output);
        let last = !matches!(answer, Ok(Some(_)));
        if !tell(answer) || last {
            return;
        }
    }
}

fn worker(what: String) -> QueryError {
    QueryError::Worker { what }
}

impl Populations for ProcessPopulations {
    fn query(&self, job: &Job, limit: usize) -> Result<Answer, QueryError> {
        match self.ask(&Request::Query { job, limit })? {
            Response::Answer(answer) => Ok(answer),
            Response::Failed(error) => Err(error),
            Response::Outcome(_) => Err(worker("it answered another question".to_owned())),
        }
    }

    fn test(&self, job: &Job) -> Result<Outcome, QueryError> {
        match self.ask(&Request::Test { job })? {
            // INV-J1, on this side too.
            Response::Outcome(outcome) if outcome.counts.adds_up() => Ok(*outcome),
            Response::Outcome(_) => {
                Err(worker("the counts of its answer do not add up".to_owned()))
            }
            Response::Failed(error) => Err(error),
            Response::Answer(_) => Err(worker("it answered another question".to_owned())),
        }
    }
}
