//! Arguments: options with one value each, and positional ones.

use crate::Failure;

/// Parsed arguments of one command.
pub struct Args {
    options: Vec<(&'static str, String)>,
    positional: Vec<String>,
}

impl Args {
    /// Reads arguments; only the named options are allowed.
    pub fn parse(arguments: &[String], allowed: &[&'static str]) -> Result<Self, Failure> {
        let mut args = Self {
            options: Vec::new(),
            positional: Vec::new(),
        };
        let mut rest = arguments.iter();
        let mut plain = false;
        while let Some(argument) = rest.next() {
            if plain || !argument.starts_with("--") {
                args.positional.push(argument.clone());
                continue;
            }
            if argument == "--" {
                plain = true;
                continue;
            }
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            let Some(name) = allowed.iter().find(|option| **option == name) else {
                return Err(Failure::Usage(format!(
                    "unknown option `{name}`: see --help"
                )));
            };
            let value = inline.or_else(|| rest.next().cloned());
            let value =
                value.ok_or_else(|| Failure::Usage(format!("option `{name}` needs a value")))?;
            args.options.push((name, value));
        }
        Ok(args)
    }

    /// All values of an option.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.options
            .iter()
            .filter(move |(option, _)| *option == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of an option that may be given once.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Failure> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Failure::Usage(format!("option `{name}` is given twice"))),
        }
    }

    /// The value of an option that must be given once.
    pub fn required(&self, name: &str) -> Result<&str, Failure> {
        self.one(name)?
            .ok_or_else(|| Failure::Usage(format!("option `{name}` is missing: see --help")))
    }

    /// The positional arguments, exactly this many.
    pub fn positional<const N: usize>(&self, what: &str) -> Result<[&str; N], Failure> {
        let given: Vec<&str> = self.positional.iter().map(String::as_str).collect();
        given
            .try_into()
            .map_err(|_| Failure::Usage(format!("expected {what}: see --help")))
    }
}
