//! Reading a policy file, line by line.

use super::{MAX_BYTES, MAX_ITEMS, Node, Policy, Rule};
use crate::keys::{KeyError, KeyType, VerifierKey};

/// Why a file is no policy, and in which line (from 1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policy line {line}: {fault}")]
pub struct PolicyError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: PolicyFault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Longer than [`MAX_BYTES`].
    #[error("longer than 65536 bytes")]
    TooLong,
    /// Not UTF-8, or a control character other than tab and line feed.
    #[error("not UTF-8, or a control character")]
    Characters,
    /// A line that is none of the four forms.
    #[error(
        "expected `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME all|any|K MEMBER…` or `quorum NAME`"
    )]
    Form,
    /// A key that is none.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A log key of type 4, a witness key of type 1.
    #[error("logs sign with keys of type 1, witnesses with keys of type 4")]
    KeyType,
    /// The same public key twice, under whatever name.
    #[error("this public key stands in the policy already")]
    SameKey,
    /// A name twice, or `none`.
    #[error("name `{0}` is taken")]
    SameName(String),
    /// A member or quorum not defined above.
    #[error("`{0}` is not defined on a line above")]
    Unknown(String),
    /// A witness or group in two groups, or twice in one.
    #[error("`{0}` is a member of a group already: each operator counts once")]
    Member(String),
    /// Not 1 to the number of members.
    #[error("threshold `{0}` is not `all`, `any` or a number from 1 to the number of members")]
    Threshold(String),
    /// More than one quorum line.
    #[error("a second quorum line")]
    SecondQuorum,
    /// None.
    #[error("no quorum line: add `quorum NAME` or `quorum none`")]
    NoQuorum,
    /// More than [`MAX_ITEMS`].
    #[error("more than 64 logs, witnesses or groups")]
    TooMany,
}

#[derive(Default)]
struct Parser {
    logs: Vec<VerifierKey>,
    nodes: Vec<Node>,
    taken: Vec<usize>,
    quorum: Option<Option<usize>>,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// The first line that breaks a rule of C2SP tlog-policy; names must be UTF-8; a witness may not hold a log's key.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyError> {
        let at = |line| move |fault| PolicyError { line, fault };
        if bytes.len() > MAX_BYTES {
            return Err(at(1)(PolicyFault::TooLong));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| at(1)(PolicyFault::Characters))?;
        let mut parser = Parser::default();
        let mut lines = 0;
        for line in text.split('\n') {
            lines += 1;
            parser.line(line).map_err(at(lines))?;
        }
        let Some(quorum) = parser.quorum else {
            return Err(at(lines)(PolicyFault::NoQuorum));
        };
        Ok(Self {
            logs: parser.logs,
            nodes: parser.nodes,
            quorum,
        })
    }
}

impl Parser {
    fn line(&mut self, line: &str) -> Result<(), PolicyFault> {
        if line
            .bytes()
            .any(|byte| (byte < 0x20 && byte != b'\t') || byte == 0x7f)
        {
            return Err(PolicyFault::Characters);
        }
        let items: Vec<&str> = line
            .split([' ', '\t'])
            .filter(|item| !item.is_empty())
            .collect();
        match items.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] | ["witness", name, key, _] => self.witness(name, key),
            ["group", name, threshold, members @ ..] if !members.is_empty() => {
                self.group(name, threshold, members)
            }
            ["quorum", name] => self.quorum(name),
            _ => Err(PolicyFault::Form),
        }
    }

    fn key(&self, text: &str, key_type: KeyType) -> Result<VerifierKey, PolicyFault> {
        let key: VerifierKey = text.parse()?;
        if key.key_type() != key_type {
            return Err(PolicyFault::KeyType);
        }
        let witnesses = self.nodes.iter().filter_map(|node| match &node.rule {
            Rule::Witness(key) => Some(key),
            Rule::Group { .. } => None,
        });
        if self
            .logs
            .iter()
            .chain(witnesses)
            .any(|other| other.public() == key.public())
        {
            return Err(PolicyFault::SameKey);
        }
        Ok(key)
    }

    fn log(&mut self, key: &str) -> Result<(), PolicyFault> {
        let key = self.key(key, KeyType::Ed25519)?;
        self.logs.push(key);
        if self.logs.len() > MAX_ITEMS {
            Err(PolicyFault::TooMany)
        } else {
            Ok(())
        }
    }

    fn witness(&mut self, name: &str, key: &str) -> Result<(), PolicyFault> {
        let key = self.key(key, KeyType::CosignatureV1)?;
        self.node(name, Rule::Witness(key))
    }

    fn group(&mut self, name: &str, threshold: &str, names: &[&str]) -> Result<(), PolicyFault> {
        let mut members = Vec::with_capacity(names.len());
        for member in names {
            let at = self.find(member)?;
            if self.taken.contains(&at) {
                return Err(PolicyFault::Member((*member).to_owned()));
            }
            self.taken.push(at);
            members.push(at);
        }
        let number = match threshold {
            "all" => Some(members.len() as u64),
            "any" => Some(1),
            number => crate::checkpoint::decimal(number),
        };
        let threshold = number
            .and_then(|number| usize::try_from(number).ok())
            .filter(|number| (1..=members.len()).contains(number))
            .ok_or_else(|| PolicyFault::Threshold(threshold.to_owned()))?;
        self.node(name, Rule::Group { threshold, members })
    }

    fn node(&mut self, name: &str, rule: Rule) -> Result<(), PolicyFault> {
        if name == "none" || self.nodes.iter().any(|node| node.name == name) {
            return Err(PolicyFault::SameName(name.to_owned()));
        }
        self.nodes.push(Node {
            name: name.to_owned(),
            rule,
        });
        // Witnesses and groups share one list, so its limit is twice the limit of each.
        if self.nodes.len() > 2 * MAX_ITEMS {
            Err(PolicyFault::TooMany)
        } else {
            Ok(())
        }
    }

    fn find(&self, name: &str) -> Result<usize, PolicyFault> {
        let found = self.nodes.iter().position(|node| node.name == name);
        found.ok_or_else(|| PolicyFault::Unknown(name.to_owned()))
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyFault> {
        if self.quorum.is_some() {
            return Err(PolicyFault::SecondQuorum);
        }
        self.quorum = Some(if name == "none" {
            None
        } else {
            Some(self.find(name)?)
        });
        Ok(())
    }
}
