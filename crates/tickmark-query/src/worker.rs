//! The worker half: limits first, then one job after the other from standard input.

use std::{
    any::Any,
    io::{self, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
};

use tickmark_core::judge::populations::{Populations as _, QueryError};

use crate::{
    InProcess, limits,
    message::{self, Asked, Response},
};

/// Serves jobs until the input ends.
///
/// # Errors
/// The limits cannot be set, or a message is cut short.
pub fn worker_main(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    limits::confine()?;
    let engine = InProcess::default();
    while let Some(bytes) = message::read(&mut input)? {
        message::write(&mut output, &answer(&engine, &bytes))?;
    }
    Ok(())
}

/// A defect of the engine ends the question, not the worker.
fn answer(engine: &InProcess, bytes: &[u8]) -> Response {
    let asked = match serde_json::from_slice::<Asked>(bytes) {
        Ok(asked) => asked,
        Err(e) => return Response::Failed(broken(format!("the job cannot be read: {e}"))),
    };
    let run = AssertUnwindSafe(|| match asked {
        Asked::Query { job, limit } => engine.query(&job, limit).map(Response::Answer),
        Asked::Test { job } => engine.test(&job).map(|o| Response::Outcome(Box::new(o))),
    });
    match catch_unwind(run) {
        Ok(Ok(response)) => response,
        Ok(Err(e)) => Response::Failed(e),
        Err(panic) => {
            Response::Failed(broken(format!("a defect of the engine: {}", said(&*panic))))
        }
    }
}

fn broken(what: String) -> QueryError {
    QueryError::Worker { what }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it says nothing")
}
