//! What looks like a secret: names of keys, marks of known credentials, and texts too random to be anything else.

/// Endings of keys whose texts are secrets.
const KEYS: [&str; 18] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "private_key",
    "privatekey",
    "secret_key",
    "secretkey",
    "access_key",
    "accesskey",
    "api_key",
    "apikey",
    "credentials",
    "connection_string",
    "connectionstring",
    "client_secret",
    "sas_url",
];

/// Beginnings and insides that only credentials have.
const MARKS: [&str; 15] = [
    "-----BEGIN RSA PRIVATE KEY",
    "-----BEGIN PRIVATE KEY",
    "-----BEGIN EC PRIVATE KEY",
    "-----BEGIN OPENSSH PRIVATE KEY",
    "-----BEGIN PGP PRIVATE KEY",
    "-----BEGIN ENCRYPTED PRIVATE KEY",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "sk_live_",
    "AccountKey=",
];

/// Shortest text that the entropy rule looks at.
const MIN_RANDOM: usize = 20;
/// Longest one: longer texts are documents.
const MAX_RANDOM: usize = 512;
/// Bits a character from which a text is too random. Hex digests stay below 4, base64 of 24 random bytes lies above.
const RANDOM_BITS: f64 = 4.2;

/// Whether a key's name says that its texts are secrets. `password_length` does not.
pub(super) fn key(name: &str) -> bool {
    let name = snake(name);
    KEYS.iter().any(|key| {
        name == *key
            || name
                .strip_suffix(key)
                .is_some_and(|before| before.ends_with('_'))
    })
}

/// `clientSecret` and `client-secret` as `client_secret`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut lower = false;
    for c in name.chars() {
        if c.is_uppercase() && lower {
            out.push('_');
        }
        lower = c.is_lowercase();
        out.extend(if c == '-' { '_' } else { c }.to_lowercase());
    }
    out
}

/// Whether a text carries the mark of a known credential.
pub(super) fn marked(text: &str) -> bool {
    MARKS.iter().any(|mark| text.contains(mark))
        || aws_key(text)
        || web_token(text)
        || user_info(text)
}

/// `AKIA` and 16 capitals or digits.
fn aws_key(text: &str) -> bool {
    let fine = |rest: &str| {
        rest.len() >= 16
            && rest
                .bytes()
                .take(16)
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    ["AKIA", "ASIA"].iter().any(|mark| {
        text.match_indices(mark)
            .any(|(at, _)| text.get(at + 4..).is_some_and(fine))
    })
}

/// Three parts of base64url, the first two JSON objects.
fn web_token(text: &str) -> bool {
    let mut parts = text.split('.');
    matches!((parts.next(), parts.next(), parts.next(), parts.next()), (Some(a), Some(b), Some(_), None) if a.starts_with("eyJ") && b.starts_with("eyJ"))
}

/// `scheme://user:password@host`.
fn user_info(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| {
        let host = rest.split('/').next().unwrap_or_default();
        host.split_once('@').is_some_and(|(user, _)| {
            user.split_once(':')
                .is_some_and(|(_, password)| !password.is_empty())
        })
    })
}

/// Whether a text is too random to be a name: one word with capitals, small letters and digits, and high entropy.
pub(super) fn random(text: &str) -> bool {
    let length = text.len();
    if !(MIN_RANDOM..=MAX_RANDOM).contains(&length)
        || !text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(&b))
    {
        return false;
    }
    let any = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    let mixed =
        any(u8::is_ascii_uppercase) && any(u8::is_ascii_lowercase) && any(u8::is_ascii_digit);
    mixed && bits_a_character(text) >= RANDOM_BITS
}

/// Shannon entropy of the bytes.
#[expect(clippy::cast_precision_loss, reason = "counts of at most 512")]
fn bits_a_character(text: &str) -> f64 {
    let mut counts = [0_usize; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = text.len().max(1) as f64;
    counts
        .iter()
        .filter(|n| **n > 0)
        .map(|n| *n as f64 / length)
        .map(|p| -p * p.log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_by_their_last_words() {
        for name in [
            "password",
            "master_password",
            "clientSecret",
            "client-secret",
            "API_KEY",
            "github_token",
            "db_connection_string",
        ] {
            assert!(key(name), "{name}");
        }
        for name in [
            "password_length",
            "secret_name",
            "tokens_used",
            "key",
            "kms_key_id",
            "secretary",
            "public_key",
        ] {
            assert!(!key(name), "{name}");
        }
    }

    #[test]
    fn credentials_are_told_by_their_marks() {
        for text in [
            "x AKIAIOSFODNN7EXAMPLE y",
            "-----BEGIN RSA PRIVATE KEY-----",
            "postgres://u:p@h/db",
            "eyJhbGciOi.eyJzdWIi.x",
        ] {
            assert!(marked(text), "{text}");
        }
        for text in [
            "AKIA",
            "https://example.org/a@b",
            "https://user@example.org",
            "a.b.c",
            "-----BEGIN CERTIFICATE-----",
        ] {
            assert!(!marked(text), "{text}");
        }
    }

    #[test]
    fn randomness_spares_names_digests_and_addresses() {
        assert!(random("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
        for text in [
            "arn:aws:iam::123456789012:role/Admin",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "registry.terraform.io/hashicorp/aws",
            "Production-Environment-2026",
        ] {
            assert!(!random(text), "{text}");
        }
    }
}
