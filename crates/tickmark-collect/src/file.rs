//! Files of records: cut into pages where records end, so that the pages joined are the file again.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use tickmark_core::facts::mapping::Format;

/// Size of a page, in bytes; a page ends after the record that reaches it.
pub const PAGE: usize = 4 << 20;
/// Largest single record, and largest file that has to be read as one page.
pub const MAX_RECORD: usize = 64 << 20;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read.
    #[error("`{path}`: {error}")]
    Io {
        /// As given.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// One record is too large, or the file for a form that is not cut.
    #[error(
        "`{path}` has a record of more than 64 MiB that begins at byte {at}; is a quote never closed?"
    )]
    TooLarge {
        /// As given.
        path: String,
        /// Where the record begins.
        at: u64,
    },
}

/// Reads a file page by page. CSV is cut at line breaks outside of quotes, JSON Lines at line breaks, everything else is one page.
///
/// # Errors
/// The file cannot be read, or [`FileError::TooLarge`]; what `page` refuses.
pub fn each_page<E: From<FileError>>(
    path: &Path,
    format: Format,
    mut page: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<u64, E> {
    let io = |error| FileError::Io {
        path: path.display().to_string(),
        error,
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "this room reads files of evidence"
    )]
    let mut file = File::open(path).map_err(io)?;
    let (mut held, mut read, mut kept) = (Vec::new(), vec![0_u8; 64 << 10], 0_u64);
    let mut cut = Cut::new(format);
    loop {
        let n = match file.read(&mut read) {
            Ok(n) => n,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(io(error).into()),
        };
        let Some(new) = read.get(..n).filter(|new| !new.is_empty()) else {
            break;
        };
        held.extend_from_slice(new);
        cut.scan(new, held.len() - n);
        if cut.end >= PAGE {
            let rest = held.split_off(cut.end);
            page(&held)?;
            kept += held.len() as u64;
            held = rest;
            cut.end = 0;
        } else if held.len() - cut.end > MAX_RECORD {
            let at = kept + cut.end as u64;
            return Err(FileError::TooLarge {
                path: path.display().to_string(),
                at,
            }
            .into());
        }
    }
    if !held.is_empty() || kept == 0 {
        page(&held)?;
        kept += held.len() as u64;
    }
    Ok(kept)
}

/// Finds where records end.
struct Cut {
    format: Format,
    quoted: bool,
    /// Position after the last record that has ended in what is held.
    end: usize,
}

impl Cut {
    fn new(format: Format) -> Self {
        Self {
            format,
            quoted: false,
            end: 0,
        }
    }

    /// Looks at new bytes that begin at `from` of what is held.
    fn scan(&mut self, new: &[u8], from: usize) {
        let lines = match self.format {
            Format::Csv => true,
            Format::JsonLines => false,
            _ => return,
        };
        for (n, byte) in new.iter().enumerate() {
            match byte {
                b'"' if lines => self.quoted = !self.quoted,
                b'\n' if !self.quoted => self.end = from + n + 1,
                _ => {}
            }
        }
    }
}
