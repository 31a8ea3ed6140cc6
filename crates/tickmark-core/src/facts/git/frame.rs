//! `git cat-file --batch` framing: `<name> <kind> <length>`, line feed, the object, line feed.

/// One framed object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Name of the object in hex.
    pub id: &'a str,
    /// `commit` or `tag`.
    pub kind: &'a str,
    /// The object's bytes.
    pub data: &'a [u8],
}

/// Bytes that are no frame. What follows cannot be found any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("byte {at}: {why}")]
pub struct FrameError {
    /// Position in the page.
    pub at: usize,
    /// What is wrong.
    pub why: &'static str,
}

/// The line that begins a frame, with its line feed.
#[must_use]
pub fn header(id: &str, kind: &str, length: usize) -> String {
    format!("{id} {kind} {length}\n")
}

/// Cuts a page into frames.
#[derive(Debug, Clone)]
pub struct Frames<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Frames<'a> {
    /// Reads a page.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn cut(&mut self) -> Result<Frame<'a>, &'static str> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest
            .iter()
            .take(200)
            .position(|b| *b == b'\n')
            .ok_or("a frame without its first line")?;
        let (line, rest) = rest
            .split_at_checked(end)
            .ok_or("a frame without its first line")?;
        let line =
            std::str::from_utf8(line).map_err(|_| "the first line of a frame is not text")?;
        let mut words = line.split(' ');
        let (Some(id), Some(kind), Some(length), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err("the first line of a frame is not `name kind length`");
        };
        let hex = matches!(id.len(), 40 | 64)
            && id
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !hex || !matches!(kind, "commit" | "tag") {
            return Err("the first line of a frame names no commit or tag");
        }
        // As git writes it: no sign, no leading zeros. One page has one framing.
        let plain = length.bytes().all(|b| b.is_ascii_digit());
        let plain = plain && (length == "0" || !length.starts_with('0'));
        let length = length.parse::<usize>().ok().filter(|_| plain);
        let length = length.ok_or("the length of a frame is no number")?;
        let data = rest
            .get(1..)
            .and_then(|rest| rest.get(..length))
            .ok_or("a frame is longer than the page")?;
        if rest.get(length + 1) != Some(&b'\n') {
            return Err("a frame does not end with a line feed");
        }
        self.at += end + length + 2;
        Ok(Frame { id, kind, data })
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Result<Frame<'a>, FrameError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let at = self.at;
        Some(self.cut().map_err(|why| {
            self.at = self.bytes.len();
            FrameError { at, why }
        }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_length_is_written_in_one_way() {
        for length in ["+3", "03", "-3", "", "3 "] {
            let page = format!("{} tag {length}\nabc\n", "a".repeat(40));
            assert!(Frames::new(page.as_bytes()).all(|f| f.is_err()), "{length}");
        }
    }

    proptest! {
        #[test]
        fn frames_come_back(objects in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..6)) {
            let id = "0123456789abcdef0123456789abcdef01234567";
            let mut page = Vec::new();
            for data in &objects {
                page.extend_from_slice(header(id, "commit", data.len()).as_bytes());
                page.extend_from_slice(data);
                page.push(b'\n');
            }
            let read: Vec<Vec<u8>> = Frames::new(&page).map(|f| f.unwrap().data.to_vec()).collect();
            prop_assert_eq!(read, objects);
        }

        #[test]
        fn any_bytes_are_cut_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Frames::new(&bytes).count();
        }

        #[test]
        fn a_wrong_length_is_refused(length in 0_usize..2_000) {
            prop_assume!(length != 3);
            let page = format!("{}abc\n", header(&"a".repeat(40), "tag", length));
            prop_assert!(Frames::new(page.as_bytes()).any(|f| f.is_err()));
        }
    }
}
