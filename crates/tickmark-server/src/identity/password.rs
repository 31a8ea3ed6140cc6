//! Passwords: Argon2id, and rules that help (length) instead of rules that annoy (signs).

use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq as _;

use super::{
    IdentityError,
    secret::{Random, hex, unhex},
};

/// What one guess costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Cost {
    /// 64 MiB, three passes: about a tenth of a second on the machines of these years.
    fn default() -> Self {
        Self {
            memory_kib: 65_536,
            passes: 3,
        }
    }
}

impl Cost {
    /// As cheap as the algorithm allows. For tests only.
    #[must_use]
    pub const fn for_testing() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
        }
    }
}

const SALT: usize = 16;
const LENGTH: usize = 32;

/// A stored hash: `argon2id,KIB,PASSES,SALT,HASH`, the last two in hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    cost: Cost,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    /// A hash that no password has: what an unknown mail address is checked against, so that it takes as long as a known one.
    pub fn nobody(cost: Cost) -> Self {
        Self {
            cost,
            salt: vec![0; SALT],
            hash: vec![0; LENGTH],
        }
    }

    pub fn make(password: &str, cost: Cost, random: &dyn Random) -> Result<Self, IdentityError> {
        let salt: Vec<u8> = random.bytes32()?.into_iter().take(SALT).collect();
        let hash = derive(password, &salt, cost)?;
        Ok(Self { cost, salt, hash })
    }

    /// Whether it is the password. Takes as long for a wrong one as for the right one.
    pub fn verify(&self, password: &str) -> Result<bool, IdentityError> {
        let got = derive(password, &self.salt, self.cost)?;
        Ok(got.ct_eq(&self.hash).into())
    }

    /// Whether it was made with another cost and should be made again.
    pub fn outdated(&self, cost: Cost) -> bool {
        self.cost != cost
    }

    pub fn print(&self) -> String {
        let Cost { memory_kib, passes } = self.cost;
        format!(
            "argon2id,{memory_kib},{passes},{},{}",
            hex(&self.salt),
            hex(&self.hash)
        )
    }

    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        if parts.next()? != "argon2id" {
            return None;
        }
        let cost = Cost {
            memory_kib: parts.next()?.parse().ok()?,
            passes: parts.next()?.parse().ok()?,
        };
        let (salt, hash) = (unhex(parts.next()?)?, unhex(parts.next()?)?);
        (salt.len() == SALT && hash.len() == LENGTH).then_some(Self { cost, salt, hash })
    }
}

fn derive(password: &str, salt: &[u8], cost: Cost) -> Result<Vec<u8>, IdentityError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(LENGTH))
        .map_err(|_| IdentityError::Hashing)?;
    let mut out = vec![0; LENGTH];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut out)
        .map_err(|_| IdentityError::Hashing)?;
    Ok(out)
}

/// Shortest password, characters.
pub(crate) const SHORTEST: usize = 12;
/// Longest password, bytes: hashing a megabyte is work for an attacker to give away.
pub(super) const LONGEST: usize = 256;

/// Whether somebody may choose this password.
pub(super) fn acceptable(password: &str, mail: &str) -> Result<(), IdentityError> {
    let refuse = |why: &str| Err(IdentityError::Refused(why.to_owned()));
    if password.chars().count() < SHORTEST {
        return refuse(
            "the password is too short; take at least 12 characters, such as four words",
        );
    }
    if password.len() > LONGEST {
        return refuse("the password is too long; take at most 256 bytes");
    }
    let lower = password.to_lowercase();
    let name = mail.split('@').next().unwrap_or_default();
    if lower.contains(mail) || (name.len() > 3 && lower.contains(name)) {
        return refuse("the password contains the mail address; take another");
    }
    let mut kinds: Vec<char> = lower.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() < 5 || COMMON.iter().any(|common| lower.starts_with(common)) {
        return refuse("the password is among the first that are guessed; take another");
    }
    Ok(())
}

/// Beginnings of the commonest long passwords.
const COMMON: [&str; 8] = [
    "password1",
    "passwordpass",
    "123456789",
    "qwertyuiop",
    "1q2w3e4r5t",
    "letmeinletme",
    "iloveyou",
    "adminadmin",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::identity::secret::Unrandom;

    struct Zeros;
    impl Random for Zeros {
        fn bytes32(&self) -> Result<[u8; 32], Unrandom> {
            Ok([7; 32])
        }
    }

    #[test]
    fn a_stored_hash_reads_back_and_knows_its_password() {
        let stored = Stored::make("correct horse battery", Cost::for_testing(), &Zeros).unwrap();
        let again = Stored::parse(&stored.print()).unwrap();
        assert_eq!(again, stored);
        assert!(again.verify("correct horse battery").unwrap());
        assert!(!again.verify("correct horse batterz").unwrap());
        assert!(!Stored::nobody(Cost::for_testing()).verify("").unwrap());
        assert!(stored.outdated(Cost::default()));
    }

    #[test]
    fn short_common_and_own_names_are_refused() {
        for bad in [
            "short",
            "password12345",
            "aaaaaaaaaaaaaa",
            "i am grace@acme.example",
            "grace-and-more",
        ] {
            assert!(acceptable(bad, "grace@acme.example").is_err(), "{bad}");
        }
        assert!(acceptable("correct horse battery", "grace@acme.example").is_ok());
    }
}
