//! Collecting: an intent before, bytes as they come, a witness after (INV-C1).

mod adhoc;
mod declared;
mod exports;
mod mappings;
mod naming;
mod pushed;
mod witness;

pub use adhoc::{FileOptions, file, git, plan};
pub use declared::{Outcome, declared};
pub use mappings::{Mapped, mapping_of};
pub use pushed::push;

use tickmark_collect::{Sink, SinkError};
use tickmark_core::model::decide::Stored;

use crate::{entropy::Entropy, error::Result, ledger::Ledger};

/// Bytes of pages that are stored together.
const BATCH_BYTES: usize = 8 << 20;

/// Version of the reading code, as it stands in manifests and runs.
pub const FACTS: u32 = 1;

/// Stores pages in batches while they are fetched.
struct LedgerSink<'a> {
    ledger: &'a Ledger,
    entropy: &'a dyn Entropy,
    waiting: Vec<Vec<u8>>,
    waiting_bytes: usize,
    stored: Vec<Stored>,
}

impl<'a> LedgerSink<'a> {
    fn new(ledger: &'a Ledger, entropy: &'a dyn Entropy) -> Self {
        Self {
            ledger,
            entropy,
            waiting: Vec::new(),
            waiting_bytes: 0,
            stored: Vec::new(),
        }
    }

    fn flush(&mut self) -> Result<()> {
        let pages: Vec<&[u8]> = self.waiting.iter().map(Vec::as_slice).collect();
        let stored = self.ledger.put_blobs(&pages, self.entropy)?;
        self.stored.extend(
            stored
                .into_iter()
                .map(|(commitment, length)| Stored { commitment, length }),
        );
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    /// The pages in order; the last batch becomes durable with the entry that names it.
    fn finish(mut self) -> Result<Vec<Stored>> {
        for bytes in std::mem::take(&mut self.waiting) {
            let (commitment, length) = self.ledger.stage(bytes, self.entropy)?;
            self.stored.push(Stored { commitment, length });
        }
        Ok(self.stored)
    }
}

impl Sink for LedgerSink<'_> {
    fn page(&mut self, bytes: &[u8]) -> Result<u32, SinkError> {
        let position = self.stored.len() + self.waiting.len();
        self.waiting.push(bytes.to_vec());
        self.waiting_bytes += bytes.len();
        if self.waiting_bytes >= BATCH_BYTES {
            self.flush().map_err(|e| SinkError(e.to_string()))?;
        }
        u32::try_from(position)
            .map_err(|_| SinkError("more pages than an entry can list".to_owned()))
    }
}

/// What stands as collector in manifests.
fn collector() -> String {
    concat!("tickmark ", env!("CARGO_PKG_VERSION")).to_owned()
}
