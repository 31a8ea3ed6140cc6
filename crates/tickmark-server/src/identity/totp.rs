//! The second factor: time-based one-time passwords (RFC 6238) with SHA-1, six digits and steps of 30 seconds, which is what
//! authenticator programs understand.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::{Choice, ConstantTimeEq as _};
use tickmark_core::model::time::{SECOND_US, Time};

const STEP_S: i64 = 30;
const DIGITS: usize = 6;

/// The step that a code belongs to: the present one or its neighbours, later than the last one used. A code works once.
pub(super) fn step_of(secret: &[u8], code: &str, now: Time, last: i64) -> Option<i64> {
    let typed: Vec<u8> = code.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let present = now.micros().div_euclid(SECOND_US).div_euclid(STEP_S);
    let mut found = None;
    // All three are computed whatever the first says.
    for step in [present - 1, present, present + 1] {
        let right: Choice = at(secret, step, DIGITS).as_bytes().ct_eq(&typed);
        if bool::from(right) && step > last {
            found = Some(step);
        }
    }
    found
}

/// The code of a step (RFC 4226, section 5.3).
pub(super) fn at(secret: &[u8], step: i64, digits: usize) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(&step.to_be_bytes());
    let tag: [u8; 20] = mac.finalize().into_bytes().into();
    let offset = usize::from(tag.last().copied().unwrap_or(0) & 0x0f);
    let word = tag
        .iter()
        .skip(offset)
        .take(4)
        .fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
    let number = format!("{:010}", word & 0x7fff_ffff);
    number.chars().skip(10 - digits.min(10)).collect()
}

/// Base32 without padding (RFC 4648), as authenticator programs take it by hand.
#[must_use]
pub(crate) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    let mut push = |index: u32| {
        let letter = usize::try_from(index & 31)
            .ok()
            .and_then(|i| LETTERS.get(i));
        out.push(letter.copied().map_or('A', char::from));
    };
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(buffer >> bits);
        }
        buffer &= (1 << bits) - 1;
    }
    if bits > 0 {
        push(buffer << (5 - bits));
    }
    out
}

/// The address that an authenticator program takes in (`otpauth:`).
#[must_use]
pub(crate) fn address(secret: &[u8], mail: &str) -> String {
    let label: String = url::form_urlencoded::byte_serialize(mail.as_bytes()).collect();
    format!(
        "otpauth://totp/Tickmark:{label}?secret={}&issuer=Tickmark&algorithm=SHA1&digits=6&period=30",
        base32(secret)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B, the rows of SHA-1.
    #[test]
    fn the_vectors_of_the_rfc() {
        for (second, code) in [
            (59_i64, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(at(SECRET, second / STEP_S, 8), code, "{second}");
        }
    }

    #[test]
    fn a_code_works_in_its_step_and_beside_it_once() {
        let now = Time::from_micros(1_111_111_111 * SECOND_US);
        let step = 1_111_111_111 / STEP_S;
        for (offset, works) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = at(SECRET, step + offset, 6);
            let got = step_of(SECRET, &code, now, 0);
            assert_eq!(got.is_some(), works, "{offset}");
        }
        let code = at(SECRET, step, 6);
        assert_eq!(step_of(SECRET, &code, now, step - 1), Some(step));
        assert_eq!(step_of(SECRET, &code, now, step), None, "used already");
        let spaced: String = format!(
            "{} {}",
            code.chars().take(3).collect::<String>(),
            code.chars().skip(3).collect::<String>()
        );
        assert_eq!(step_of(SECRET, &spaced, now, 0), Some(step));
        assert_eq!(step_of(SECRET, "", now, 0), None);
    }

    /// RFC 4648, section 10, without padding.
    #[test]
    fn base32_as_the_rfc_has_it() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), text);
        }
    }
}
