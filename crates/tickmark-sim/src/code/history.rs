//! A repository of which only the history exists: commits as git stores them, every one with the empty tree.

use gix_hash::Kind as Hash;
use gix_object::Kind;
use tickmark_core::model::time::{SECOND_US, Time};

use super::change::email;
use crate::{
    truth::item,
    world::{Who, World},
};

/// The tree without files. What the files are is nobody's business here.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// Name and address on a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature(String);

impl Signature {
    pub(crate) fn of(world: &World, who: Who) -> Self {
        let name = world.people.get(who).map(|p| p.name.as_str());
        let name = name.unwrap_or("somebody");
        Signature(format!("{name} <{}>", email(world, who)))
    }

    /// The platform commits what is merged on its pages.
    pub(crate) fn platform() -> Self {
        Signature("GitHub <noreply@github.com>".to_owned())
    }
}

/// A commit of a history.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) parents: Vec<String>,
    pub(crate) at: Time,
    pub(crate) message: String,
    /// The object as git names it.
    pub(crate) bytes: Vec<u8>,
}

/// A history, its branch and its next pull request.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) name: &'static str,
    pub(crate) entries: Vec<Entry>,
    /// What the branch points to; empty before the first commit.
    pub(crate) head: String,
    numbers: u64,
}

impl History {
    pub(crate) fn new(name: &'static str) -> Self {
        History {
            name,
            entries: Vec::new(),
            head: String::new(),
            numbers: 10,
        }
    }

    /// `acme/legacy`
    pub(crate) fn full_name(&self) -> String {
        format!("acme/{}", self.name)
    }

    /// The item of a commit in the population `git_commit`.
    pub(crate) fn item(&self, id: &str) -> String {
        item(&[&self.full_name(), id])
    }

    /// The number of a new pull request.
    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// A commit that no branch points to yet; gives its name.
    pub(crate) fn commit(
        &mut self,
        parents: &[String],
        author: &Signature,
        committer: &Signature,
        at: Time,
        message: &str,
    ) -> String {
        let seconds = at.micros() / SECOND_US;
        let mut text = format!("tree {EMPTY_TREE}\n");
        for parent in parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        text.push_str(&format!(
            "author {} {seconds} +0000\ncommitter {} {seconds} +0000\n\n{message}\n",
            author.0, committer.0
        ));
        let bytes = text.into_bytes();
        let id = name_of(Kind::Commit, &bytes);
        self.entries.push(Entry {
            id: id.clone(),
            parents: parents.to_vec(),
            at,
            message: message.to_owned(),
            bytes,
        });
        id
    }

    /// A commit on the head of the branch, which points to it then.
    pub(crate) fn advance(
        &mut self,
        author: &Signature,
        committer: &Signature,
        at: Time,
        message: &str,
    ) -> String {
        let parents: Vec<String> = self.tip().into_iter().collect();
        self.head = self.commit(&parents, author, committer, at, message);
        self.head.clone()
    }

    /// What the branch points to.
    pub(crate) fn tip(&self) -> Option<String> {
        (!self.head.is_empty()).then(|| self.head.clone())
    }
}

/// The name git gives to an object.
pub(crate) fn name_of(kind: Kind, bytes: &[u8]) -> String {
    gix_object::compute_hash(Hash::Sha1, kind, bytes)
        .map(|id| id.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_tree_has_its_name() {
        assert_eq!(name_of(Kind::Tree, b""), EMPTY_TREE);
    }
}
