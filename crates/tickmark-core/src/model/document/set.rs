use std::collections::BTreeMap;

use super::check::check;
use super::{Adoption, Class, Commitments, Document, Notices, People, Program, Waivers, parse};
use crate::model::diagnostic::Diagnostic;

/// All documents of a program directory, read together: either every one is fine or nothing is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Documents {
    files: BTreeMap<String, (Vec<u8>, Document)>,
}

impl Documents {
    /// Reads files by path relative to the program directory.
    ///
    /// # Errors
    /// Everything that is wrong with any of them, and with them together, file by file.
    pub fn read(
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut documents = Self::default();
        let mut wrong = Vec::new();
        for (path, bytes) in files {
            match parse(&path, &bytes) {
                Ok(document) => {
                    documents.files.insert(path, (bytes, document));
                }
                Err(found) => wrong.extend(found),
            }
        }
        if wrong.is_empty() {
            wrong = check(&documents);
        }
        wrong.sort();
        if wrong.is_empty() {
            Ok(documents)
        } else {
            Err(wrong)
        }
    }

    /// Path, bytes and meaning of each, in the order of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8], &Document)> {
        self.files
            .iter()
            .map(|(path, (bytes, document))| (path.as_str(), bytes.as_slice(), document))
    }

    /// One document.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Document> {
        self.files.get(path).map(|(_, document)| document)
    }

    /// `tickmark.yaml`.
    #[must_use]
    pub fn program(&self) -> Option<&Program> {
        match self.get("tickmark.yaml") {
            Some(Document::Program(program)) => Some(program),
            _ => None,
        }
    }

    /// `people.yaml`.
    #[must_use]
    pub fn people(&self) -> Option<&People> {
        match self.get("people.yaml") {
            Some(Document::People(people)) => Some(people),
            _ => None,
        }
    }

    /// `notices.yaml`.
    #[must_use]
    pub fn notices(&self) -> Option<&Notices> {
        match self.get("notices.yaml") {
            Some(Document::Notices(notices)) => Some(notices),
            _ => None,
        }
    }

    /// `waivers.yaml`.
    #[must_use]
    pub fn waivers(&self) -> Option<&Waivers> {
        match self.get("waivers.yaml") {
            Some(Document::Waivers(waivers)) => Some(waivers),
            _ => None,
        }
    }

    /// The adopted controls.
    pub fn adoptions(&self) -> impl Iterator<Item = (&str, &Adoption)> {
        self.iter()
            .filter_map(|(path, _, document)| match document {
                Document::Adoption(adoption) => Some((path, adoption)),
                _ => None,
            })
    }

    /// `commitments.yaml`.
    #[must_use]
    pub fn commitments(&self) -> Option<&Commitments> {
        match self.get("commitments.yaml") {
            Some(Document::Commitments(commitments)) => Some(commitments),
            _ => None,
        }
    }

    /// How many there are of a class.
    #[must_use]
    pub fn count(&self, class: Class) -> usize {
        self.files
            .values()
            .filter(|(_, d)| d.class() == class)
            .count()
    }
}
