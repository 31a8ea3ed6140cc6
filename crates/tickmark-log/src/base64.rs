//! Standard base64 with padding (RFC 4648 section 4), strict: one spelling of each byte string.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes as padded base64.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for chunk in bytes.chunks(3) {
        let (a, b, c) = match *chunk {
            [a, b, c] => (a, Some(b), Some(c)),
            [a, b] => (a, Some(b), None),
            [a] => (a, None, None),
            _ => continue,
        };
        text.push(digit(a >> 2));
        text.push(digit((a & 3) << 4 | b.unwrap_or(0) >> 4));
        text.push(b.map_or('=', |b| digit((b & 15) << 2 | c.unwrap_or(0) >> 6)));
        text.push(c.map_or('=', |c| digit(c & 63)));
    }
    text
}

fn digit(six_bits: u8) -> char {
    ALPHABET
        .get(usize::from(six_bits))
        .map_or('=', |&byte| char::from(byte))
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Reads what [`encode`] writes and nothing else: wrong padding, white space and set bits after the end give `None`.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let (quads, rest) = text.as_bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(quads.len().saturating_mul(3));
    for (index, &[a, b, c, d]) in quads.iter().enumerate() {
        let last = index + 1 == quads.len();
        let (a, b) = (value(a)?, value(b)?);
        bytes.push(a << 2 | b >> 4);
        match (c, d) {
            (b'=', b'=') if last && b & 15 == 0 => {}
            (c, b'=') if last => {
                let c = value(c)?;
                if c & 3 != 0 {
                    return None;
                }
                bytes.push(b << 4 | c >> 2);
            }
            (c, d) => {
                let (c, d) = (value(c)?, value(d)?);
                bytes.push(b << 4 | c >> 2);
                bytes.push(c << 6 | d);
            }
        }
    }
    Some(bytes)
}

/// Reads exactly `N` bytes of strict base64.
#[must_use]
pub fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4648_vectors() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, text) in vectors {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(plain.as_bytes()));
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for wrong in [
            "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Z===", "====", "Zm 9", "Zm9v\n", "Zm-_",
        ] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
    }
}
