//! Digests as lower-case hexadecimal text in serialised state.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serializer, de::Error};
use tickmark_log::digest::Digest;

pub(crate) fn serialize<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(digest)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
    let text = String::deserialize(from)?;
    Digest::from_str(&text).map_err(D::Error::custom)
}

/// The same where there may be none.
pub(crate) mod option {
    use super::{Deserialize, Deserializer, Digest, Error, FromStr, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        digest: &Option<Digest>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match digest {
            Some(digest) => to.collect_str(digest),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Digest>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|t| Digest::from_str(&t).map_err(D::Error::custom))
            .transpose()
    }
}
