//! What can go wrong, for a person: what, where, what to do next; and the exit code that follows.

use std::fmt;

/// Result of the engine.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Whose turn it is to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The input is wrong: exit code 2.
    User,
    /// The input is well formed and still not allowed: exit code 2.
    Refused,
    /// A source, the disk or the network failed: exit code 3.
    Environment,
    /// Something recorded does not verify: exit code 3, and the writer stops.
    Corrupt,
    /// Tickmark is wrong: exit code 101.
    Bug,
}

/// One failure. The message is one line; the hint says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    hint: Option<String>,
}

impl Error {
    /// A failure with its one line.
    pub fn new(kind: Kind, message: impl fmt::Display) -> Self {
        Self {
            kind,
            message: message.to_string(),
            hint: None,
        }
    }

    /// The input is wrong.
    pub fn user(message: impl fmt::Display) -> Self {
        Self::new(Kind::User, message)
    }

    /// Well formed, and not allowed.
    pub fn refused(message: impl fmt::Display) -> Self {
        Self::new(Kind::Refused, message)
    }

    /// A source, the disk or the network failed.
    pub fn environment(message: impl fmt::Display) -> Self {
        Self::new(Kind::Environment, message)
    }

    /// Something recorded does not verify.
    pub fn corrupt(message: impl fmt::Display) -> Self {
        Self::new(Kind::Corrupt, message)
    }

    /// Tickmark is wrong.
    pub fn bug(message: impl fmt::Display) -> Self {
        Self::new(Kind::Bug, message)
    }

    /// The same failure with what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Whose turn it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The exit code the contract gives this failure.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::User | Kind::Refused => 2,
            Kind::Environment | Kind::Corrupt => 3,
            Kind::Bug => 101,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// An I/O failure with the place it happened at.
pub fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Error + '_ {
    move |error| {
        let message = format!("{}: {error}", path.display());
        match error.kind() {
            std::io::ErrorKind::NotFound => Error::user(message).hint("check the path"),
            _ => Error::environment(message),
        }
    }
}

impl From<tickmark_collect::file::FileError> for Error {
    fn from(error: tickmark_collect::file::FileError) -> Self {
        Self::user(error)
    }
}
