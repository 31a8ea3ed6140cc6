//! A history as the files of a bare git repository.

use gix_object::Kind;

use crate::code::history::{History, name_of};

/// `repositories/legacy.git`
pub(crate) fn folder(history: &History) -> String {
    format!("repositories/{}.git", history.name)
}

/// The files, by path from where everything is written.
pub(crate) fn repository(history: &History) -> Vec<(String, Vec<u8>)> {
    let folder = folder(history);
    let text = |path: &str, text: String| (format!("{folder}/{path}"), text.into_bytes());
    let mut files = vec![
        text("HEAD", "ref: refs/heads/main\n".to_owned()),
        text(
            "config",
            "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n".to_owned(),
        ),
        text("refs/heads/main", format!("{}\n", history.head)),
    ];
    let tree = (name_of(Kind::Tree, b""), Kind::Tree, &[] as &[u8]);
    let commits = history.entries.iter();
    let commits = commits.map(|e| (e.id.clone(), Kind::Commit, e.bytes.as_slice()));
    for (id, kind, bytes) in std::iter::once(tree).chain(commits) {
        let (first, rest) = id.split_at_checked(2).unwrap_or_default();
        let path = format!("{folder}/objects/{first}/{rest}");
        files.push((path, loose(kind, bytes)));
    }
    files
}

/// A loose object: its header and bytes as a zlib stream (RFC 1950).
fn loose(kind: Kind, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("{kind} {}\0", bytes.len()).into_bytes();
    object.extend_from_slice(bytes);
    stored(&object)
}

/// A zlib stream whose blocks are stored, not compressed (RFC 1951, 3.2.4). A compressor would give other bytes with another
/// version or back end of it; the same seed has to give the same bytes.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let count = bytes.chunks(usize::from(u16::MAX)).len();
    for (n, block) in bytes.chunks(usize::from(u16::MAX)).enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(n + 1 == count));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&adler32(bytes).to_be_bytes());
    out
}

/// The checksum of RFC 1950, section 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_adlers() {
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
        assert_eq!(adler32(b""), 1);
    }
}
