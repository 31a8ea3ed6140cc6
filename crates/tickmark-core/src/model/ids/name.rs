use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::IdError;

/// A checked name as a type of its own: parse, print, order by bytes, serde as text.
macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $hint:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// Checks and takes a name.
            ///
            /// # Errors
            /// The text is not written as this kind of name is.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdError { given: text.to_owned(), what: $what, hint: $hint.to_owned() })
                }
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $type {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

const MAX_NAME_BYTES: usize = 64;

fn snake(text: &str) -> bool {
    text.len() <= MAX_NAME_BYTES
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn kebab(text: &str) -> bool {
    text.len() <= MAX_NAME_BYTES
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.')
        })
}

fn dotted(text: &str) -> bool {
    text.len() <= MAX_NAME_BYTES && text.split('.').all(snake)
}

fn control(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (letters, rest) = bytes.split_at(bytes.len().min(3));
    letters.len() == 3
        && letters.iter().all(u8::is_ascii_uppercase)
        && matches!(rest, [b'-', a, b] if a.is_ascii_digit() && b.is_ascii_digit())
}

/// Not all that RFC 5322 allows, all that people have; letters are small, so that one address is one text.
fn mail(text: &str) -> bool {
    let sign = |c: char| c.is_control() || c.is_whitespace() || "<>\"'(),:;\\".contains(c);
    let parts = text.split_once('@');
    let whole = parts.is_some_and(|(name, domain)| {
        !name.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    whole && text.len() <= 254 && !text.contains(sign) && text.to_lowercase() == text
}

fn test(text: &str) -> bool {
    text.split_once('.')
        .is_some_and(|(c, slug)| control(c) && snake(slug))
}

name!(
    /// A control: three capitals, a hyphen, two digits, like `CHG-01`.
    ControlId, "a control", "write it like `CHG-01`", control
);
name!(
    /// A test of a control: `CHG-01.approval`.
    TestId, "a test", "write it like `CHG-01.approval`", test
);
name!(
    /// A population: singular, snake case, like `pull_request`.
    PopulationName, "a population", "write it in lower case with underscores, like `pull_request`", snake
);
name!(
    /// A column of a population, snake case.
    ColumnName, "a column", "write it in lower case with underscores, like `deployed_at`", snake
);
name!(
    /// A kind of source as the library declares it: `github`, `git`, `file`, `manual`.
    SourceId, "a source", "write it in lower case with underscores, like `github`", snake
);
name!(
    /// One configured source of a program: `gh-acme`.
    InstanceId, "a short name", "write it in lower case without spaces, like `gh-acme`", kebab
);
name!(
    /// A stream of a source: `reviews`.
    StreamName, "a stream", "write it in lower case with underscores, like `reviews`", snake
);
name!(
    /// A person in `people.yaml`: a short handle that other documents use. Never written to a leaf.
    PersonId, "a person", "write the handle of `people.yaml`, in lower case, like `ada`", kebab
);
name!(
    /// A policy: the name of its file, `access-control`.
    PolicyId, "a policy", "write it in lower case without spaces, like `access-control`", kebab
);
name!(
    /// A risk: the name of its file, `leaver-access`.
    RiskId, "a risk", "write it in lower case without spaces, like `leaver-access`", kebab
);
name!(
    /// A vendor: the name of its file, `cloud-host`.
    VendorId, "a vendor", "write it in lower case without spaces, like `cloud-host`", kebab
);
name!(
    /// A group of persons: one of `people.yaml`, or `everyone`, `employees`, `contractors`.
    GroupName, "a group", "write it in lower case without spaces, like `engineering`", kebab
);
name!(
    /// A mail address in small letters. Never written to a leaf.
    MailAddress, "a mail address", "write it like `name@company.example`", mail
);
name!(
    /// The kind of a ledger entry: `collection.result`.
    Kind, "a kind of entry", "write it like `collection.result`", dotted
);

impl TestId {
    /// The control the test belongs to.
    #[must_use]
    pub fn control(&self) -> ControlId {
        ControlId(self.0.get(..6).unwrap_or_default().to_owned())
    }

    /// The part after the control.
    #[must_use]
    pub fn slug(&self) -> &str {
        self.0.get(7..).unwrap_or_default()
    }
}

/// Who acted: 16 random bytes; the name lies in an erasable blob (decision D17).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ActorId(pub [u8; 16]);

impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn test_ids_name_their_control() {
        let test = TestId::parse("CHG-01.approval").unwrap();
        assert_eq!(test.control(), ControlId::parse("CHG-01").unwrap());
        assert_eq!(test.slug(), "approval");
    }

    #[test]
    fn near_misses_are_refused() {
        for bad in [
            "CHG-1", "chg-01", "CHG_01", "CHG-011", "CHGX-01", "", "É-01", "CHG-0é",
        ] {
            assert!(ControlId::parse(bad).is_err(), "{bad}");
        }
        for bad in ["CHG-01", "CHG-01.", "CHG-01.Approval", "approval"] {
            assert!(TestId::parse(bad).is_err(), "{bad}");
        }
        for bad in ["Pull_request", "pull-request", "1st", "", "pull request"] {
            assert!(PopulationName::parse(bad).is_err(), "{bad}");
        }
    }
}
