//! Writing a leaf, and signing it.

use super::{Leaf, LeafError, LeafSignature, MAX_BYTES, SIGNATURE_TAG, Side, is_name};
use crate::cbor::{self, head};
use crate::keys::{SigningKey, VerifierKey};

impl Leaf {
    /// The one encoding of this leaf. Refs are checked for order here and against the leaf's own index by
    /// [`Leaf::decode`], because only the log knows the index.
    ///
    /// # Errors
    /// Too long, names outside their character set, time, order of refs, auditor without signature.
    pub fn encode(&self) -> Result<Vec<u8>, LeafError> {
        if self.side == Side::Auditor && self.signature.is_none() {
            return Err(LeafError::Unsigned);
        }
        let mut out = self.encode_unsigned(self.signature.is_some())?;
        if let Some(signature) = &self.signature {
            head(0, 8, &mut out);
            head(4, 2, &mut out);
            string(&signature.key_id, &mut out);
            string(&signature.signature, &mut out);
        }
        if out.len() > MAX_BYTES {
            return Err(LeafError::TooLong(out.len()));
        }
        Ok(out)
    }

    /// What a signature signs: the tag and the encoding as it is without key 8.
    ///
    /// # Errors
    /// As [`Leaf::encode`].
    pub fn signed_bytes(&self) -> Result<Vec<u8>, LeafError> {
        let mut out = SIGNATURE_TAG.to_vec();
        out.extend(self.encode_unsigned(false)?);
        Ok(out)
    }

    /// Signs this leaf, replacing any signature.
    ///
    /// # Errors
    /// As [`Leaf::encode`].
    pub fn sign(&mut self, key: &SigningKey) -> Result<(), LeafError> {
        let signature = key.sign(&self.signed_bytes()?);
        self.signature = Some(LeafSignature {
            key_id: key.verifier().id(),
            signature,
        });
        Ok(())
    }

    /// True if this leaf carries a valid signature by this key.
    #[must_use]
    pub fn signed_by(&self, key: &VerifierKey) -> bool {
        let (Some(signature), Ok(bytes)) = (&self.signature, self.signed_bytes()) else {
            return false;
        };
        signature.key_id == key.id() && key.verify(&bytes, &signature.signature)
    }

    fn encode_unsigned(&self, key_follows: bool) -> Result<Vec<u8>, LeafError> {
        self.check()?;
        let mut out = Vec::with_capacity(160);
        head(5, if key_follows { 9 } else { 8 }, &mut out);
        out.extend([0, 1, 1]);
        text(&self.kind, &mut out);
        out.push(2);
        head(0, self.time_us, &mut out);
        out.extend([3, 0x82]);
        head(0, self.side.number(), &mut out);
        string(&self.actor, &mut out);
        out.push(4);
        string(&self.key, &mut out);
        out.push(5);
        head(4, self.refs.len() as u64, &mut out);
        for reference in &self.refs {
            head(0, *reference, &mut out);
        }
        out.push(6);
        head(4, self.blobs.len() as u64, &mut out);
        for blob in &self.blobs {
            head(4, 3, &mut out);
            text(&blob.role, &mut out);
            string(&blob.commitment.0.0, &mut out);
            head(0, blob.length, &mut out);
        }
        out.push(7);
        // Ascending numbers are ascending encodings: the order of a BTreeMap is the order of the format.
        head(5, self.body.len() as u64, &mut out);
        for (key, value) in &self.body {
            head(0, *key, &mut out);
            cbor::encode_into(value, &mut out);
        }
        Ok(out)
    }

    fn check(&self) -> Result<(), LeafError> {
        if !is_name(&self.kind) {
            return Err(LeafError::Kind);
        }
        if self.time_us >> 63 != 0 {
            return Err(LeafError::Time);
        }
        if !self.refs.is_sorted_by(|left, right| left < right) {
            return Err(LeafError::RefOrder);
        }
        match self.blobs.iter().position(|blob| !is_name(&blob.role)) {
            Some(at) => Err(LeafError::Role(at)),
            None => Ok(()),
        }
    }
}

fn text(text: &str, out: &mut Vec<u8>) {
    head(3, text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

fn string(bytes: &[u8], out: &mut Vec<u8>) {
    head(2, bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}
