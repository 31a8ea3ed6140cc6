//! The sample company's auditor: holds the witness key, remembers what it has seen, cosigns by file (decisions D18 and D19).

use tickmark_log::{
    cosignature::cosign,
    keys::{KeyType, SigningKey, VerifierKey},
    witness::{Seen, examine},
};

use crate::{
    entropy::Entropy,
    error::{Error, Result},
    program::{Hands, Program},
    witnessing,
};

/// Whose witness it is.
const FIRM: &str = "Sample CPA firm";

/// The auditor with its key and its memory. The key is made for one run and never stored: nobody can cosign another history with it later.
pub struct Auditor {
    key: SigningKey,
    logs: Vec<VerifierKey>,
    seen: Seen,
}

impl Auditor {
    /// The auditor accepts the engagement: the program records its witness key.
    ///
    /// # Errors
    /// No randomness, the disk fails.
    pub fn accept(program: &Program, entropy: &dyn Entropy, hands: Hands<'_>) -> Result<Self> {
        let name = format!("{}/witness", program.origin()?);
        let key = SigningKey::from_seed(&name, KeyType::CosignatureV1, entropy.bytes32()?)
            .map_err(Error::bug)?;
        witnessing::trust(program, &key.verifier().to_string(), FIRM, hands)?;
        let log = program.state().log.as_ref().map(|l| l.vkey.parse());
        let log = log.transpose().map_err(Error::corrupt)?;
        Ok(Self {
            key,
            logs: log.into_iter().collect(),
            seen: Seen::default(),
        })
    }

    /// Management signs and asks; the auditor checks that the ledger only grew, and cosigns.
    ///
    /// # Errors
    /// The ledger did not only grow, the disk fails.
    pub fn witness(&mut self, program: &Program, hands: Hands<'_>) -> Result<()> {
        program.sign()?;
        let request = witnessing::request(program, self.seen.size)?.to_text();
        let seen = self.seen;
        let head = examine(request.as_bytes(), &self.logs, |_| seen).map_err(Error::bug)?;
        self.seen = Seen {
            size: head.size,
            root: head.root,
        };
        let now_s = hands.clock.now().micros().cast_unsigned() / 1_000_000;
        let line = cosign(&head, now_s, &self.key).map_err(Error::bug)?.line();
        witnessing::merge(program, "the auditor's answer", &line).map(|_| ())
    }
}
