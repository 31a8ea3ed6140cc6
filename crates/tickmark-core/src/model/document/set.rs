use std::collections::BTreeMap;

use super::{Adoption, Class, Document, People, Program, Waivers, control_of_path, parse};
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
            wrong = documents.check();
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

    /// What is wrong between documents: actors and waivers that point at nothing.
    fn check(&self) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        if let (Some(program), Some(people)) = (self.program(), self.people()) {
            for (user, person) in &program.actors {
                if !people.persons.iter().any(|p| p.person == *person) {
                    let at = program.actor_places.get(user).copied().unwrap_or_default();
                    let what = format!("actor `{user}` is `{person}`, who is not in `people.yaml`");
                    wrong.push(
                        Diagnostic::new("tickmark.yaml", at.line, at.column, what)
                            .hint("add the person or correct the handle"),
                    );
                }
            }
        }
        for waiver in self.waivers().iter().flat_map(|w| &w.waivers) {
            let control = waiver.test.control();
            let adopted = self
                .files
                .keys()
                .any(|path| control_of_path(path).as_ref() == Some(&control));
            if !adopted {
                let what = format!(
                    "a waiver of `{}`, whose control is not adopted",
                    waiver.test
                );
                wrong.push(
                    Diagnostic::new("waivers.yaml", waiver.at.line, waiver.at.column, what)
                        .hint(format!("adopt `{control}` or take the waiver out")),
                );
            }
        }
        wrong
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
