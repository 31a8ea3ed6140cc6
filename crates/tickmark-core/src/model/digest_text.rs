//! Digests in serialised state: lower-case hexadecimal text, and the bytes themselves in a format that is not for people.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use tickmark_log::digest::Digest;

pub(crate) fn serialize<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
    Written(digest).serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
    Read::deserialize(from).map(|read| read.0)
}

struct Written<'a>(&'a Digest);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self.0)
        } else {
            to.serialize_bytes(&self.0.0)
        }
    }
}

struct Read(Digest);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            let text = String::deserialize(from)?;
            Digest::from_str(&text).map(Self).map_err(D::Error::custom)
        } else {
            let bytes = <&[u8]>::deserialize(from)?;
            let bytes = bytes.try_into().map_err(D::Error::custom)?;
            Ok(Self(Digest(bytes)))
        }
    }
}

/// The same where there may be none.
pub(crate) mod option {
    use super::{Deserialize, Deserializer, Digest, Read, Serialize, Serializer, Written};

    pub(crate) fn serialize<S: Serializer>(
        digest: &Option<Digest>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        digest.as_ref().map(Written).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Digest>, D::Error> {
        Ok(Option::<Read>::deserialize(from)?.map(|read| read.0))
    }
}
