//! The scope of the program as one form: who, where, which categories, which time, and where the boundary of the system runs.

use tickmark_core::model::{
    document::{Document, Program, System, parse},
    ids::Category,
    state::State,
    time::{Period, Zone},
};

use super::{front::quoted, lines};
use crate::house::House;

/// The section of `system.md` that says what belongs to the system and what does not.
pub const BOUNDARY: &str = "DC3";
const HEADING: &str = "## DC3 Components and boundary of the system";
const PROGRAM: &str = "tickmark.yaml";
const SYSTEM: &str = "system.md";

/// What the form holds, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Name of the organization, as reports print it.
    pub name: String,
    /// Reporting zone.
    pub zone: String,
    /// Words of the categories.
    pub categories: Vec<String>,
    /// First day of the last period; empty: none is declared.
    pub from: String,
    /// Its last day.
    pub to: String,
    /// The boundary in words.
    pub boundary: String,
}

/// A document as it would be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Where it lies.
    pub path: &'static str,
    /// Its text now.
    pub before: String,
    /// Its text then.
    pub after: String,
    /// Leaf of its version now; none if there is none.
    pub seen: Option<u64>,
}

/// What `system.md` says about the boundary now; empty if nothing.
#[must_use]
pub fn boundary(house: &House) -> String {
    let text = text(house, SYSTEM).unwrap_or_default();
    let found =
        system(&text).and_then(|s| s.sections.into_iter().find(|s| s.criterion == BOUNDARY));
    found.map_or_else(String::new, |s| s.text.trim().to_owned())
}

impl Scope {
    /// The scope as it stands; none before there is a `tickmark.yaml`.
    #[must_use]
    pub fn now(house: &House) -> Option<Self> {
        let program = house.state.program()?;
        let last = program.periods.last();
        Some(Self {
            name: program.name.clone(),
            zone: program.zone.name().to_owned(),
            categories: words(&program.categories),
            from: last.map(|p| p.from.to_string()).unwrap_or_default(),
            to: last.map(|p| p.to.to_string()).unwrap_or_default(),
            boundary: boundary(house),
        })
    }

    /// The documents that it changes, each as it would be saved; none if it is the scope that there is.
    ///
    /// # Errors
    /// A field cannot be what it says; in words for who typed it.
    pub fn changes(&self, house: &House) -> Result<Vec<Changed>, String> {
        let state = &house.state;
        let (Some(program), Some(before)) = (state.program(), text(house, PROGRAM)) else {
            return Err("there is no tickmark.yaml yet; begin with `tickmark init`".into());
        };
        let mut out = Vec::new();
        let after = self.program(program, &before)?;
        if after != before {
            out.push(changed(state, PROGRAM, before, after));
        }
        if self.boundary.trim().replace("\r\n", "\n") != boundary(house) {
            let before = text(house, SYSTEM).unwrap_or_default();
            let after = self.system(&before)?;
            out.push(changed(state, SYSTEM, before, after));
        }
        Ok(out)
    }

    fn program(&self, program: &Program, before: &str) -> Result<String, String> {
        let mut text = before.to_owned();
        let name = self.name.trim();
        if name.is_empty() {
            return Err("the organization has no name; write it as reports print it".into());
        }
        if name != program.name {
            text = lines::replace_key(&text, "name", &quoted(name));
        }
        let zone = Zone::parse(self.zone.trim()).map_err(|e| e.to_string())?;
        if zone.name() != program.zone.name() {
            text = lines::replace_key(&text, "zone", zone.name());
        }
        let mut categories: Vec<Category> = Vec::new();
        for word in &self.categories {
            let known = Category::ALL.into_iter().find(|c| c.as_str() == word);
            categories.push(known.ok_or_else(|| format!("there is no category `{word}`"))?);
        }
        if categories.is_empty() {
            return Err("no category is in scope; choose at least security".into());
        }
        if words(&categories) != words(&program.categories) {
            let list = format!("[{}]", words(&categories).join(", "));
            text = lines::replace_key(&text, "categories", &list);
        }
        let periods = self.periods(&program.periods)?;
        if periods != program.periods {
            let list: Vec<String> = periods.iter().map(ToString::to_string).collect();
            text = lines::replace_key(&text, "periods", &format!("[{}]", list.join(", ")));
        }
        Ok(text)
    }

    /// The declared periods with the last one as the form has it.
    fn periods(&self, declared: &[Period]) -> Result<Vec<Period>, String> {
        let mut periods = declared.to_vec();
        let (from, to) = (self.from.trim(), self.to.trim());
        if from.is_empty() && to.is_empty() {
            return Ok(periods);
        }
        let period = Period::parse(&format!("{from}..{to}")).map_err(|e| e.to_string())?;
        match periods.last_mut() {
            Some(last) => *last = period,
            None => periods.push(period),
        }
        Ok(periods)
    }

    fn system(&self, before: &str) -> Result<String, String> {
        if self.boundary.trim().is_empty() {
            return Err(
                "the boundary is empty; say what belongs to the system and what does not".into(),
            );
        }
        let sections = system(before).map(|s| s.sections).unwrap_or_default();
        let place = sections.iter().position(|s| s.criterion == BOUNDARY);
        let place = place.and_then(|n| {
            let next = sections.get(n + 1).map(|s| s.line);
            sections.get(n).map(|s| (s.line, next))
        });
        Ok(lines::replace_section(
            before,
            place,
            HEADING,
            &self.boundary,
        ))
    }
}

fn words(categories: &[Category]) -> Vec<String> {
    let mut sorted = categories.to_vec();
    sorted.sort();
    sorted.iter().map(|c| c.as_str().to_owned()).collect()
}

fn changed(state: &State, path: &'static str, before: String, after: String) -> Changed {
    Changed {
        path,
        before,
        after,
        seen: state.current(path).map(|v| v.leaf),
    }
}

fn text(house: &House, path: &str) -> Option<String> {
    let found = house.documents.iter().find(|(p, _)| p == path);
    found.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
}

fn system(text: &str) -> Option<System> {
    match parse(SYSTEM, text.as_bytes()) {
        Ok(Document::System(system)) => Some(system),
        _ => None,
    }
}
