//! The library: what Tickmark knows about SOC 2, read from files that an auditor can read too.

mod control;
mod criteria;
mod fixture;
mod markdown;
mod pairs;
mod rows;
mod table;
mod verdict;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::{
    facts::{schema::Schema, yaml::Doc},
    model::{
        diagnostic::Diagnostic,
        ids::{ControlId, PopulationName, TestId},
    },
};

use super::spec::{self, TestSpec};
use markdown::{BlockKind, Parts};

pub use control::{Automation, BUILT_IN_REASONS, Front, Nature, Param};
pub use criteria::CriterionText;
pub use fixture::{Fixture, FixtureRow, FixtureRows, Gap, Setting};
pub use verdict::{Verdict, VerdictLine};

/// A control: what it says, how it is tested, and fixtures that prove the test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Front matter.
    pub front: Front,
    /// Prose, Markdown.
    pub prose: String,
    /// Tests in the order of the front matter.
    pub tests: Vec<TestSpec>,
    /// Fixtures in the order of the file.
    pub fixtures: Vec<Fixture>,
    /// The blocks of its tests as they stand in the file, in its order.
    pub written: Vec<Written>,
    /// Path of the file.
    pub file: String,
    /// SHA-256 of the file, lower-case hex.
    pub digest: String,
}

/// A fenced block of a test, word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The test.
    pub test: String,
    /// `yaml` or `sql`.
    pub language: String,
    /// Line of the file that the block's heading stands on, from 1.
    pub line: u32,
    /// Its lines.
    pub text: String,
}

/// A file of SQL of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlFile {
    /// Path of the file.
    pub file: String,
    /// One `SELECT`.
    pub sql: String,
}

/// Everything in the library that judge needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// The criteria, 61 when complete.
    pub criteria: Vec<CriterionText>,
    /// Controls by id.
    pub controls: BTreeMap<ControlId, Control>,
    /// Schemas of all populations, base and derived.
    pub schemas: BTreeMap<PopulationName, Schema>,
    /// Views and reconciling queries by file name beside the schemas.
    pub sql: BTreeMap<String, SqlFile>,
    /// SHA-256 over all files (`path SP length LF bytes`, by path), lower-case hex.
    pub digest: String,
}

impl Library {
    /// Reads the files of a library; paths are relative to it (`controls/CHG-01.md`).
    ///
    /// # Errors
    /// Every defect found, each with its place: files that do not read, names that do not pair up.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let files: BTreeMap<&str, &[u8]> = files.into_iter().collect();
        let mut wrong = Vec::new();
        let mut library = Self {
            criteria: Vec::new(),
            controls: BTreeMap::new(),
            schemas: BTreeMap::new(),
            sql: BTreeMap::new(),
            digest: digest(&files),
        };
        let texts: Vec<(&str, &str)> = files
            .iter()
            .filter(|(path, _)| {
                ["controls/", "criteria/", "populations/"]
                    .iter()
                    .any(|d| path.starts_with(d))
            })
            .filter_map(|(path, bytes)| match std::str::from_utf8(bytes) {
                Ok(text) => Some((*path, text)),
                Err(_) => {
                    wrong.push(Diagnostic::new(*path, 0, 0, "the file is not UTF-8"));
                    None
                }
            })
            .collect();
        library.populations(&texts, &mut wrong);
        library.criteria(&texts, &mut wrong);
        for (path, text) in texts
            .iter()
            .filter(|(p, _)| p.starts_with("controls/") && p.ends_with(".md"))
        {
            match library.control(path, text) {
                Ok(control) => {
                    library.controls.insert(control.front.id.clone(), control);
                }
                Err(found) => wrong.extend(found),
            }
        }
        pairs::between_files(&library, &mut wrong);
        if wrong.is_empty() {
            Ok(library)
        } else {
            Err(wrong)
        }
    }

    fn populations(&mut self, texts: &[(&str, &str)], wrong: &mut Vec<Diagnostic>) {
        for (path, text) in texts {
            let Some(name) = path.strip_prefix("populations/") else {
                continue;
            };
            if name.ends_with(".sql") {
                self.sql.insert(
                    name.to_owned(),
                    SqlFile {
                        file: (*path).to_owned(),
                        sql: (*text).to_owned(),
                    },
                );
            } else if name.ends_with(".yaml") {
                match Schema::parse(path, text) {
                    Ok(schema) if name == format!("{}.yaml", schema.name) => {
                        self.schemas.insert(schema.name.clone(), schema);
                    }
                    Ok(schema) => {
                        wrong.push(Diagnostic::new(
                            *path,
                            1,
                            1,
                            format!("population `{0}` must be the file `{0}.yaml`", schema.name),
                        ));
                    }
                    Err(found) => wrong.push(found),
                }
            }
        }
    }

    fn criteria(&mut self, texts: &[(&str, &str)], wrong: &mut Vec<Diagnostic>) {
        for (path, text) in texts
            .iter()
            .filter(|(p, _)| p.starts_with("criteria/tsc") && p.ends_with(".yaml"))
        {
            match criteria::parse(path, text) {
                Ok(found) => self.criteria.extend(found),
                Err(found) => wrong.push(found),
            }
        }
    }

    /// Reads one control file against the populations of this library; also for a program's own `controls/*.md`.
    ///
    /// # Errors
    /// Every defect found, each with its place.
    pub fn control(&self, file: &str, text: &str) -> Result<Control, Vec<Diagnostic>> {
        let parts = markdown::cut(file, text).map_err(|d| vec![d])?;
        let front = control::parse(file, &parts.front).map_err(|d| vec![d])?;
        let mut wrong = Vec::new();
        let tests = self.tests(file, text, &parts, &front, &mut wrong);
        let fixtures = self.fixtures(file, &parts, &front, &mut wrong);
        let of_tests = parts.blocks.iter().filter(|b| b.kind == BlockKind::Test);
        let written = of_tests.map(|b| Written {
            test: b.name.to_owned(),
            language: b.language.to_owned(),
            line: b.line,
            text: b.body.clone(),
        });
        let control = Control {
            written: written.collect(),
            front,
            prose: parts.prose,
            tests,
            fixtures,
            file: file.to_owned(),
            digest: hex(text.as_bytes()),
        };
        if wrong.is_empty() {
            pairs::within(&control, &mut wrong);
        }
        if wrong.is_empty() {
            Ok(control)
        } else {
            Err(wrong)
        }
    }

    fn tests(
        &self,
        file: &str,
        text: &str,
        parts: &Parts<'_>,
        front: &Front,
        wrong: &mut Vec<Diagnostic>,
    ) -> Vec<TestSpec> {
        let around = spec::Surroundings {
            front,
            schemas: &self.schemas,
            text,
        };
        let blocks = |language: &'static str| {
            parts
                .blocks
                .iter()
                .filter(move |b| b.kind == BlockKind::Test && b.language == language)
        };
        let mut tests = Vec::new();
        for block in blocks("yaml") {
            let Some(id) = front.tests.iter().find(|t| t.as_str() == block.name) else {
                wrong.push(Diagnostic::new(
                    file,
                    block.line,
                    1,
                    format!("test `{}` is not named in `tests:`", block.name),
                ));
                continue;
            };
            let sql = blocks("sql")
                .find(|b| b.name == block.name)
                .map(|b| (b.body.clone(), b.line));
            let padded = block.padded();
            match Doc::parse(file, &padded)
                .and_then(|doc| spec::parse(&doc, id.clone(), sql, around))
            {
                Ok(test) if tests.iter().any(|t: &TestSpec| t.id == test.id) => {
                    wrong.push(Diagnostic::new(
                        file,
                        block.line,
                        1,
                        format!("test `{}` is defined twice", block.name),
                    ));
                }
                Ok(test) => tests.push(test),
                Err(found) => wrong.push(found),
            }
        }
        for block in blocks("sql").filter(|b| !blocks("yaml").any(|y| y.name == b.name)) {
            wrong.push(
                Diagnostic::new(
                    file,
                    block.line,
                    1,
                    format!(
                        "the query of `{}` has no block `yaml test={}`",
                        block.name, block.name
                    ),
                )
                .hint("it names population and attributes"),
            );
        }
        tests.sort_by_key(|t| front.tests.iter().position(|id| *id == t.id));
        tests
    }

    fn fixtures(
        &self,
        file: &str,
        parts: &Parts<'_>,
        front: &Front,
        wrong: &mut Vec<Diagnostic>,
    ) -> Vec<Fixture> {
        let around = fixture::Surroundings {
            schemas: &self.schemas,
            params: &front.params,
        };
        let mut fixtures: Vec<Fixture> = Vec::new();
        for block in parts.blocks.iter().filter(|b| b.kind == BlockKind::Fixture) {
            match fixture::parse(file, block, around) {
                Ok(fixture) if fixtures.iter().any(|f| f.name == fixture.name) => {
                    wrong.push(Diagnostic::new(
                        file,
                        block.line,
                        1,
                        format!("fixture `{}` is written twice", block.name),
                    ));
                }
                Ok(fixture) => fixtures.push(fixture),
                Err(found) => wrong.push(found),
            }
        }
        for block in parts.blocks.iter().filter(|b| b.kind == BlockKind::Verdict) {
            let verdict = match verdict::parse(file, block, &front.tests) {
                Ok(verdict) => verdict,
                Err(found) => {
                    wrong.push(found);
                    continue;
                }
            };
            match fixtures.iter_mut().find(|f| f.name == block.name) {
                Some(fixture) => fixture.verdicts.push(verdict),
                None if wrong.is_empty() => {
                    wrong.push(Diagnostic::new(
                        file,
                        block.line,
                        1,
                        format!("the verdict `{}` has no fixture of that name", block.name),
                    ));
                }
                None => {}
            }
        }
        fixtures
    }

    /// The schema of a population.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        PopulationName::parse(name)
            .ok()
            .and_then(|n| self.schemas.get(&n))
    }

    /// A test and the control it belongs to.
    #[must_use]
    pub fn test(&self, id: &TestId) -> Option<(&Control, &TestSpec)> {
        let control = self.controls.get(&id.control())?;
        control
            .tests
            .iter()
            .find(|t| t.id == *id)
            .map(|t| (control, t))
    }
}

fn digest(files: &BTreeMap<&str, &[u8]>) -> String {
    let mut hash = Sha256::new();
    for (path, bytes) in files {
        hash.update(format!("{path} {}\n", bytes.len()));
        hash.update(bytes);
    }
    to_hex(&hash.finalize())
}

/// SHA-256 as lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    to_hex(&Sha256::digest(bytes))
}

pub(super) fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}
