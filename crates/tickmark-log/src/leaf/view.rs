//! Reading a leaf without allocating: what the verifier does a million times.

use super::{LeafError, LeafSignature, MAX_BYTES, Side, is_name};
use crate::cbor::{CborError, Fault, Reader, Value};
use crate::commitment::Commitment;
use crate::digest::Digest;
use std::collections::BTreeMap;

/// A checked leaf that borrows its stored bytes.
#[derive(Debug, Clone)]
pub struct LeafView<'a> {
    /// As in [`super::Leaf`].
    pub kind: &'a str,
    /// As in [`super::Leaf`].
    pub time_us: u64,
    /// As in [`super::Leaf`].
    pub side: Side,
    /// As in [`super::Leaf`].
    pub actor: &'a [u8; 16],
    /// As in [`super::Leaf`].
    pub key: &'a [u8; 32],
    /// As in [`super::Leaf`].
    pub signature: Option<LeafSignature>,
    refs: &'a [u8],
    blobs: &'a [u8],
    body: &'a [u8],
    /// The encoding after its first byte and before key 8.
    unsigned: &'a [u8],
}

impl<'a> LeafView<'a> {
    /// Checks every rule of the envelope for the leaf at `index`.
    ///
    /// # Errors
    /// The first rule broken.
    pub fn read(bytes: &'a [u8], index: u64) -> Result<Self, LeafError> {
        if bytes.len() > MAX_BYTES {
            return Err(LeafError::TooLong(bytes.len()));
        }
        let mut reader = Reader::new(bytes);
        let keys = reader.map()?;
        if keys != 8 && keys != 9 {
            return Err(LeafError::Keys);
        }
        key(&mut reader, 0)?;
        match reader.uint()? {
            1 => {}
            version => return Err(LeafError::Version(version)),
        }
        let kind = kind(&mut reader)?;
        let time_us = time(&mut reader)?;
        let (side, actor) = actor(&mut reader)?;
        key(&mut reader, 4)?;
        let idempotency = reader.array_of()?;
        let refs = refs(&mut reader, index)?;
        let blobs = blobs(&mut reader)?;
        let body = body(&mut reader)?;
        let unsigned = reader.since(1);
        let signature = if keys == 9 {
            Some(signature(&mut reader)?)
        } else {
            None
        };
        reader.end()?;
        if side == Side::Auditor && signature.is_none() {
            return Err(LeafError::Unsigned);
        }
        Ok(Self {
            kind,
            time_us,
            side,
            actor,
            key: idempotency,
            signature,
            refs,
            blobs,
            body,
            unsigned,
        })
    }

    /// Indexes of earlier leaves, ascending.
    #[must_use]
    pub fn refs(&self) -> Refs<'a> {
        Refs(items(self.refs))
    }

    /// Role, commitment and length of each blob.
    #[must_use]
    pub fn blobs(&self) -> BlobRefs<'a> {
        BlobRefs(items(self.blobs))
    }

    /// Builds the body.
    ///
    /// # Errors
    /// None for a view that was read; the type keeps the reader honest.
    pub fn body(&self) -> Result<BTreeMap<u64, Value>, CborError> {
        let mut reader = Reader::new(self.body);
        let mut body = BTreeMap::new();
        for _ in 0..reader.map()? {
            body.insert(reader.uint()?, reader.value()?);
        }
        Ok(body)
    }

    /// What the signature signs, in parts.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        // The unsigned encoding differs only in the count of the outer map, which is the first byte.
        [super::SIGNATURE_TAG, &[0xa8], self.unsigned].concat()
    }
}

/// The reader of a checked array, past its count.
fn items(array: &[u8]) -> Reader<'_> {
    let mut reader = Reader::new(array);
    // A checked array begins with its count; were it not so, the iterator would end at once.
    let _ = reader.array();
    reader
}

fn key(reader: &mut Reader<'_>, wanted: u8) -> Result<(), LeafError> {
    if reader.step(wanted) || reader.uint()? == u64::from(wanted) {
        return Ok(());
    }
    Err(LeafError::Keys)
}

fn kind<'a>(reader: &mut Reader<'a>) -> Result<&'a str, LeafError> {
    key(reader, 1)?;
    let kind = reader.text()?;
    if is_name(kind) {
        Ok(kind)
    } else {
        Err(LeafError::Kind)
    }
}

fn time(reader: &mut Reader<'_>) -> Result<u64, LeafError> {
    key(reader, 2)?;
    let time_us = reader.uint()?;
    if time_us >> 63 == 0 {
        Ok(time_us)
    } else {
        Err(LeafError::Time)
    }
}

fn actor<'a>(reader: &mut Reader<'a>) -> Result<(Side, &'a [u8; 16]), LeafError> {
    key(reader, 3)?;
    count(reader, 2)?;
    let side = Side::from_number(reader.uint()?).ok_or(LeafError::Side)?;
    Ok((side, reader.array_of()?))
}

fn count(reader: &mut Reader<'_>, wanted: u64) -> Result<(), CborError> {
    let at = reader.at();
    if reader.array()? == wanted {
        return Ok(());
    }
    Err(CborError {
        at,
        fault: Fault::Unexpected,
    })
}

fn refs<'a>(reader: &mut Reader<'a>, index: u64) -> Result<&'a [u8], LeafError> {
    key(reader, 5)?;
    let start = reader.at();
    let mut least = 0;
    for _ in 0..reader.array()? {
        let reference = reader.uint()?;
        if reference < least {
            return Err(LeafError::RefOrder);
        }
        if reference >= index {
            return Err(LeafError::RefNotEarlier { index, reference });
        }
        least = reference.saturating_add(1);
    }
    Ok(reader.since(start))
}

fn blobs<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], LeafError> {
    key(reader, 6)?;
    let start = reader.at();
    let total = reader.array()?;
    let mut at = 0;
    while (at as u64) < total {
        count(reader, 3)?;
        if !is_name(reader.text()?) {
            return Err(LeafError::Role(at));
        }
        reader.array_of::<32>()?;
        reader.uint()?;
        at += 1;
    }
    Ok(reader.since(start))
}

fn body<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], LeafError> {
    key(reader, 7)?;
    let start = reader.at();
    let mut least = Some(0);
    for _ in 0..reader.map()? {
        let at = reader.at();
        let number = reader.uint()?;
        if least.is_none_or(|least| number < least) {
            return Err(CborError {
                at,
                fault: Fault::KeyOrder,
            }
            .into());
        }
        least = number.checked_add(1);
        reader.skip()?;
    }
    Ok(reader.since(start))
}

fn signature(reader: &mut Reader<'_>) -> Result<LeafSignature, LeafError> {
    key(reader, 8)?;
    count(reader, 2)?;
    Ok(LeafSignature {
        key_id: *reader.array_of()?,
        signature: *reader.array_of()?,
    })
}

/// Iterates over the refs of a leaf.
#[derive(Debug, Clone)]
pub struct Refs<'a>(Reader<'a>);

impl Iterator for Refs<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.0.uint().ok()
    }
}

/// Iterates over the blobs of a leaf: role, commitment, length.
#[derive(Debug, Clone)]
pub struct BlobRefs<'a>(Reader<'a>);

impl<'a> Iterator for BlobRefs<'a> {
    type Item = (&'a str, Commitment, u64);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.array().ok()?;
        let role = self.0.text().ok()?;
        let commitment = *self.0.array_of().ok()?;
        let length = self.0.uint().ok()?;
        Some((role, Commitment(Digest(commitment)), length))
    }
}
