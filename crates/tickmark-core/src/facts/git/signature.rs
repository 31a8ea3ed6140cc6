//! What kind of signature a commit carries and which key it names. Nothing is verified.

use gix_object::bstr::BStr;
use sha2::{Digest as _, Sha256};

/// A signature as it names itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Kind.
    pub kind: SignatureKind,
    /// The key it names: the OpenPGP key id, or `SHA256:…` of an SSH key; none where it names none.
    pub key: Option<String>,
}

/// Kinds of signatures git knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureKind {
    /// OpenPGP (RFC 9580).
    Pgp,
    /// SSH (`SSHSIG`).
    Ssh,
    /// CMS, as `gpgsm` and gitsign make.
    X509,
    /// Something else.
    Other,
}

impl SignatureKind {
    /// Word in the population.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pgp => "pgp",
            Self::Ssh => "ssh",
            Self::X509 => "x509",
            Self::Other => "other",
        }
    }
}

/// Reads the signature header of a commit.
#[must_use]
pub fn signed(armor: &BStr) -> Signed {
    let text = String::from_utf8_lossy(armor);
    let begins = |name: &str| text.trim_start().starts_with(&format!("-----BEGIN {name}"));
    if begins("PGP") {
        return Signed {
            kind: SignatureKind::Pgp,
            key: decode(&text).as_deref().and_then(pgp_issuer),
        };
    }
    if begins("SSH") {
        return Signed {
            kind: SignatureKind::Ssh,
            key: decode(&text).as_deref().and_then(ssh_key),
        };
    }
    let kind = if begins("SIGNED MESSAGE") || begins("CMS") || begins("PKCS7") {
        SignatureKind::X509
    } else {
        SignatureKind::Other
    };
    Signed { kind, key: None }
}

/// The bytes between the lines of an armor, without its headers and checksum.
fn decode(armor: &str) -> Option<Vec<u8>> {
    let lines = armor
        .lines()
        .map(str::trim)
        .skip(1)
        .take_while(|line| !line.starts_with("-----"));
    let body: String = lines
        .filter(|line| !line.contains(':') && !line.starts_with('='))
        .collect();
    let (mut out, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for byte in body.bytes().filter(|b| *b != b'=') {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            .iter()
            .position(|c| *c == byte)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
        bits &= 0xffff;
    }
    Some(out)
}

/// Key id of the first signature packet: subpacket 16, or the end of the fingerprint in subpacket 33 (version 4), or the field of a
/// version 3 signature.
fn pgp_issuer(bytes: &[u8]) -> Option<String> {
    let body = packet(bytes)?;
    match body.first()? {
        3 => body.get(7..15).map(hex),
        4 => {
            let hashed = length16(body.get(4..6)?);
            let unhashed_at = 6 + hashed;
            let unhashed = length16(body.get(unhashed_at..unhashed_at + 2)?);
            let first = subpackets(body.get(6..unhashed_at)?);
            first.or_else(|| subpackets(body.get(unhashed_at + 2..unhashed_at + 2 + unhashed)?))
        }
        _ => None,
    }
}

/// Body of the first packet if it is a signature.
fn packet(bytes: &[u8]) -> Option<&[u8]> {
    let tag = *bytes.first()?;
    let (kind, at, length) = if tag & 0x40 == 0 {
        let kind = (tag >> 2) & 0x0f;
        match tag & 3 {
            0 => (kind, 2, usize::from(*bytes.get(1)?)),
            1 => (kind, 3, length16(bytes.get(1..3)?)),
            _ => return None,
        }
    } else {
        let (at, length) = new_length(bytes, 1)?;
        (tag & 0x3f, at, length)
    };
    if kind == 2 {
        bytes.get(at..at + length)
    } else {
        None
    }
}

/// Position after a length of the new form, and the length.
fn new_length(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let first = usize::from(*bytes.get(at)?);
    match first {
        0..=191 => Some((at + 1, first)),
        192..=223 => Some((
            at + 2,
            ((first - 192) << 8) + usize::from(*bytes.get(at + 1)?) + 192,
        )),
        _ => None,
    }
}

fn subpackets(bytes: &[u8]) -> Option<String> {
    let mut at = 0;
    let mut fingerprint = None;
    while at < bytes.len() {
        let (start, length) = new_length(bytes, at)?;
        let sub = bytes.get(start..start + length)?;
        match sub.split_first() {
            Some((16, id)) if id.len() == 8 => return Some(hex(id)),
            Some((33, print)) if print.len() == 21 => fingerprint = print.get(13..).map(hex),
            _ => {}
        }
        at = start + length.max(1);
    }
    fingerprint
}

/// `SHA256:` and the digest of the public key inside an `SSHSIG`, as `ssh-keygen -l` prints it.
fn ssh_key(bytes: &[u8]) -> Option<String> {
    let rest = bytes.strip_prefix(b"SSHSIG")?.get(4..)?;
    let length = usize::try_from(u32::from_be_bytes(rest.get(..4)?.try_into().ok()?)).ok()?;
    let key = rest.get(4..)?.get(..length)?;
    Some(format!("SHA256:{}", base64(&Sha256::digest(key))))
}

fn base64(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, b| (bits << 8) | u32::from(*b))
            << (8 * (3 - chunk.len()));
        for n in 0..=chunk.len() {
            let index = usize::try_from((bits >> (18 - 6 * n)) & 0x3f).unwrap_or(0);
            out.push(letters.get(index).copied().map_or('?', char::from));
        }
    }
    out
}

fn length16(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |n, b| (n << 8) | usize::from(*b))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_has_no_padding() {
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"Ma"), "TWE");
        assert_eq!(
            decode("-----BEGIN X-----\nComment: a\n\nTWFuTWE=\n=abcd\n-----END X-----").as_deref(),
            Some(&b"ManMa"[..])
        );
    }

    #[test]
    fn kinds_are_told_by_their_armor() {
        let kind = |text: &str| signed(text.into()).kind;
        assert_eq!(
            kind("-----BEGIN PGP SIGNATURE-----\n\nxx\n"),
            SignatureKind::Pgp
        );
        assert_eq!(kind("-----BEGIN SSH SIGNATURE-----\n"), SignatureKind::Ssh);
        assert_eq!(
            kind("-----BEGIN SIGNED MESSAGE-----\n"),
            SignatureKind::X509
        );
        assert_eq!(kind(""), SignatureKind::Other);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_name_a_key_or_none(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..120)) {
            let _ = (pgp_issuer(&bytes), ssh_key(&bytes), signed(bytes.as_slice().into()));
            let mut signature = vec![0xc2, 120, 4, 0, 1, 8, 0];
            signature.extend_from_slice(&bytes);
            let _ = pgp_issuer(&signature);
        }
    }
}
