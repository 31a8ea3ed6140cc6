//! What parent and worker say to each other: a length of eight bytes, big-endian, and that many bytes of JSON.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tickmark_core::judge::{
    job::Job,
    outcome::Outcome,
    populations::{Answer, QueryError},
};

/// Longest message, bytes.
const MESSAGE_BYTES: u64 = 1 << 30;

/// What the parent asks.
#[derive(Serialize)]
pub(crate) enum Request<'j> {
    /// Rows of a question, at most `limit`.
    Query { job: &'j Job, limit: usize },
    /// Judgement of a test.
    Test { job: &'j Job },
}

/// What the worker reads.
#[derive(Deserialize)]
pub(crate) enum Asked {
    Query { job: Box<Job>, limit: usize },
    Test { job: Box<Job> },
}

/// What the worker answers.
#[derive(Serialize, Deserialize)]
pub(crate) enum Response {
    Answer(Answer),
    Outcome(Box<Outcome>),
    Failed(QueryError),
}

/// Writes one message.
pub(crate) fn write(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(message).map_err(io::Error::other)?;
    output.write_all(&(bytes.len() as u64).to_be_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}

/// The bytes of the next message; `None` at the end of the input.
pub(crate) fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    let mut have = 0;
    while let Some(rest) = length.get_mut(have..).filter(|r| !r.is_empty()) {
        match input.read(rest) {
            Ok(0) if have == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => have += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let length = u64::from_be_bytes(length);
    if length > MESSAGE_BYTES {
        return Err(io::Error::other("message longer than 1 GiB"));
    }
    let mut message = Vec::new();
    input.take(length).read_to_end(&mut message)?;
    if message.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn messages_are_whole_or_an_error() {
        let mut bytes = Vec::new();
        write(&mut bytes, &"one").unwrap();
        write(&mut bytes, &"two").unwrap();
        let mut input = bytes.as_slice();
        assert_eq!(read(&mut input).unwrap().unwrap(), b"\"one\"");
        assert_eq!(read(&mut input).unwrap().unwrap(), b"\"two\"");
        assert_eq!(read(&mut input).unwrap(), None);
        for cut in (1..13).chain(14..26) {
            let mut input = bytes.get(..cut).unwrap();
            let mut last = Ok(Some(Vec::new()));
            while matches!(last, Ok(Some(_))) {
                last = read(&mut input);
            }
            assert!(last.is_err(), "cut at {cut}");
        }
        let too_long = u64::MAX.to_be_bytes();
        assert!(read(&mut too_long.as_slice()).is_err());
    }
}
