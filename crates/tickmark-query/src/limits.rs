//! What a worker may use. It sets the limits on itself before it reads its first byte.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Memory of one question, bytes: sorts, joins and aggregates are refused more.
pub const MEMORY_BYTES: usize = 2 << 30;
/// Address space of the process, bytes; the last line behind [`MEMORY_BYTES`].
const ADDRESS_SPACE_BYTES: u64 = 8 << 30;
/// Wall-clock time the parent grants one answer, seconds.
pub const ANSWER_SECONDS: u64 = 600;
/// After so much waiting a worker is replaced, so that no question inherits the processor time of the ones before it.
pub(crate) const WORKER_SECONDS: u64 = 600;
/// Processor time of the process, seconds: what all its threads can use until the parent kills it.
const CPU_SECONDS: u64 = (ANSWER_SECONDS + WORKER_SECONDS) * (PARTITIONS as u64 + 1);
/// Largest file it may write: none.
const FILE_BYTES: u64 = 0;
/// Open files: the segments of a question and the pipes.
const OPEN_FILES: u64 = 512;
/// Partitions of a plan: fixed, so that two machines plan alike.
pub const PARTITIONS: usize = 2;
/// Stack of the threads that plan and run, bytes of address space: plans are trees, and long chains make deep ones.
pub(crate) const STACK_BYTES: usize = 256 << 20;

/// Limits this process for the rest of its life.
///
/// # Errors
/// The system refuses; then nothing untrusted is run.
pub fn confine() -> std::io::Result<()> {
    let set = |resource, most| {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)
    };
    set(Resource::As, ADDRESS_SPACE_BYTES)?;
    set(Resource::Cpu, CPU_SECONDS)?;
    set(Resource::Fsize, FILE_BYTES)?;
    set(Resource::Nofile, OPEN_FILES)?;
    set(Resource::Core, 0)?;
    Ok(())
}
