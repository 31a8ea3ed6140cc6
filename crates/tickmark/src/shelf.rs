//! The library: embedded in the binary, recorded in the ledger, read back from either.

use include_dir::{Dir, include_dir};
use tickmark_core::{
    facts::source::Source, judge::library::Library, model::diagnostic::Diagnostic,
};

use crate::error::{Error, Result};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../library");

/// A library with its sources, as one ledger uses it.
pub struct Shelf {
    /// Criteria, controls, populations and views.
    pub library: Library,
    /// Declared sources.
    pub sources: Vec<Source>,
}

impl Shelf {
    /// The library this binary carries.
    ///
    /// # Errors
    /// It does not read, which the tests of this room rule out.
    pub fn embedded() -> Result<Self> {
        Self::read(&embedded_files())
    }

    /// A library out of the text [`pack`] made.
    ///
    /// # Errors
    /// The text is not one, or one of its files does not read.
    pub fn unpacked(bytes: &[u8]) -> Result<Self> {
        Self::read(
            &unpack(bytes).ok_or_else(|| Error::corrupt("the recorded library cannot be read"))?,
        )
    }

    fn read(files: &[(String, Vec<u8>)]) -> Result<Self> {
        let library = Library::parse(
            files
                .iter()
                .map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
        )
        .map_err(|d| first(&d))?;
        let mut sources = Vec::new();
        for (path, bytes) in files
            .iter()
            .filter(|(path, _)| path.starts_with("sources/") && path.ends_with(".yaml"))
        {
            let text =
                std::str::from_utf8(bytes).map_err(|e| Error::corrupt(format!("{path}: {e}")))?;
            sources.push(Source::parse(path, text).map_err(|d| Error::corrupt(d))?);
        }
        Ok(Self { library, sources })
    }

    /// A declared source by name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.id.as_str() == name)
    }
}

/// The first defect of several, in one line.
pub fn first(diagnostics: &[Diagnostic]) -> Error {
    let more = diagnostics.len().saturating_sub(1);
    let Some(diagnostic) = diagnostics.first() else {
        return Error::bug("refused without a reason");
    };
    match more {
        0 => Error::user(diagnostic),
        _ => Error::user(format!("{diagnostic} (and {more} more)")),
    }
}

/// The files of the embedded library, by path.
pub fn embedded_files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![&EMBEDDED];
    while let Some(dir) = open.pop() {
        open.extend(dir.dirs());
        files.extend(dir.files().map(|f| {
            (
                f.path().to_string_lossy().into_owned(),
                f.contents().to_vec(),
            )
        }));
    }
    files.sort();
    files
}

/// All files in one text: `path SP length LF bytes` each, by path.
pub fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (path, bytes) in files {
        out.extend_from_slice(format!("{path} {}\n", bytes.len()).as_bytes());
        out.extend_from_slice(bytes);
    }
    out
}

/// The files of a text that [`pack`] made; `None` if it is not one.
pub fn unpack(mut bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.iter().position(|b| *b == b'\n')?;
        let (head, rest) = bytes.split_at_checked(end)?;
        let (path, length) = std::str::from_utf8(head).ok()?.rsplit_once(' ')?;
        let (content, left) = rest.get(1..)?.split_at_checked(length.parse().ok()?)?;
        files.push((path.to_owned(), content.to_vec()));
        bytes = left;
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_library_reads_and_survives_packing() {
        let files = embedded_files();
        assert_eq!(unpack(&pack(&files)).as_ref(), Some(&files));
        let shelf = match Shelf::unpacked(&pack(&files)) {
            Ok(shelf) => shelf,
            Err(e) => panic!("{e}"),
        };
        assert_eq!(shelf.library.controls.len(), 121);
        assert_eq!(shelf.library.criteria.len(), 61);
    }
}
