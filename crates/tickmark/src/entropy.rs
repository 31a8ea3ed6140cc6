//! Where unpredictable bytes come from: the only place that asks the operating system.

use crate::error::{Error, Result};

/// A source of unpredictable bytes (salts, keys, actor ids).
pub trait Entropy {
    /// Thirty-two fresh bytes.
    ///
    /// # Errors
    /// The operating system has none to give.
    fn bytes32(&self) -> Result<[u8; 32]>;
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn bytes32(&self) -> Result<[u8; 32]> {
        let mut bytes = [0; 32];
        #[expect(clippy::disallowed_methods, reason = "this is the room of randomness")]
        getrandom::fill(&mut bytes)
            .map_err(|e| Error::environment(format!("no randomness from the system: {e}")))?;
        Ok(bytes)
    }
}
