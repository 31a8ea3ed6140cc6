//! Keys made and kept by the auditor; only the printed verifier key leaves this machine.

use crate::args::Args;
use crate::{Failure, files, print};
use std::io::Write;
use tickmark_log::keys::{KeyType, SigningKey};

/// `auditor keygen`.
///
/// # Errors
/// Usage, a file that exists already.
pub fn run(arguments: &[String], out: &mut dyn Write) -> Result<u8, Failure> {
    match arguments.split_first() {
        Some((command, rest)) if command == "keygen" => {
            let args = Args::parse(rest, &["--name", "--key"])?;
            let [] = args.positional("no further arguments")?;
            let (name, path) = (args.required("--name")?, args.required("--key")?);
            let key = make(name, KeyType::Ed25519)?;
            save(&key, path)?;
            print(out, &format!("{}\n", key.verifier()))
        }
        _ => Err(Failure::Usage(
            "expected `auditor keygen --name NAME --key FILE`".to_owned(),
        )),
    }
}

/// Makes a key from the system's randomness.
pub(crate) fn make(name: &str, key_type: KeyType) -> Result<SigningKey, Failure> {
    let mut seed = [0; 32];
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place of this program that draws randomness"
    )]
    getrandom::fill(&mut seed).map_err(|error| Failure::Io(format!("no randomness: {error}")))?;
    SigningKey::from_seed(name, key_type, seed).map_err(|error| Failure::Usage(error.to_string()))
}

/// Writes the key file; never over another.
pub(crate) fn save(key: &SigningKey, path: &str) -> Result<(), Failure> {
    files::create_secret(path, format!("{}\n", key.to_private()).as_bytes())
}

/// Reads a key file.
pub(crate) fn load(path: &str) -> Result<SigningKey, Failure> {
    let bytes = files::read(path)?;
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let key = SigningKey::parse_private(text.strip_suffix('\n').unwrap_or(text));
    key.map_err(|error| Failure::Usage(format!("`{path}`: {error}")))
}
