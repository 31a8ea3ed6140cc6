//! Fixtures: base populations written by hand, and the setting they are judged in.

use std::collections::BTreeMap;

use crate::{
    facts::{
        schema::Schema,
        yaml::{Doc, Fields, Node},
    },
    judge::job::{Kind, Value},
    model::{
        diagnostic::{Diagnostic, nearest},
        ids::PopulationName,
        time::{Period, Span, Time, Zone},
        yaml::Place,
    },
};

use super::{
    control::{self, Param},
    markdown::Block,
    rows::RowReader,
    verdict::Verdict,
};

/// A fixture with the verdicts it must get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixture {
    /// Slug; of a trap, the trap's.
    pub name: String,
    /// It looks like a deviation and is none.
    pub lookalike: bool,
    /// Line of its heading.
    pub line: u32,
    /// The setting.
    pub context: Setting,
    /// Base populations in the order written.
    pub populations: Vec<FixtureRows>,
    /// One verdict a test.
    pub verdicts: Vec<Verdict>,
}

/// The rows of one base population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureRows {
    /// Population.
    pub population: PopulationName,
    /// Rows in the order written.
    pub rows: Vec<FixtureRow>,
}

/// One row of a fixture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureRow {
    /// Own columns in schema order.
    pub values: Vec<Value>,
    /// Bit i: column i could not be read.
    pub unknown: u64,
    /// Ledger index; rows not below `known_at` are not there. Default: the ordinal of the population.
    pub leaf: Option<u64>,
    /// When it was observed. Default: the end of the period.
    pub observed: Option<Time>,
    /// `valid_from`, `valid_to`, `seen_first`, `seen_last`, `last_absent` of a state, as written; `Null` was written as `~`.
    pub state: [Option<Value>; 5],
}

/// The setting a fixture is judged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Period, in the zone.
    pub period: Period,
    /// Instant of a Type 1 examination.
    pub as_of: Option<Time>,
    /// Reporting zone.
    pub zone: Zone,
    /// Holidays by location, days since 1970-01-01.
    pub holidays: Vec<(String, Vec<i32>)>,
    /// Parameters that differ from the control's defaults.
    pub params: Vec<(String, Value)>,
    /// What could not be read of one item.
    pub gaps: Vec<Gap>,
    /// Time a population's sources did not cover.
    pub uncovered: Vec<Uncovered>,
    /// Approved exceptions: test, item, validity.
    pub waivers: Vec<(String, String, Span)>,
    /// Ledger size at which the question is asked.
    pub known_at: Option<u64>,
}

/// An item-level gap of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Population whose rows could not be read.
    pub population: PopulationName,
    /// Key of the parent they belong to.
    pub parent: String,
    /// Why: `denied`, `rejected` …
    pub why: String,
    /// Columns that could not be read; empty for all.
    pub columns: Vec<String>,
}

/// Time a population's sources did not cover: less coverage, and a row of `hole`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// Population whose rows may be missing.
    pub population: PopulationName,
    /// What the keys of the missing items begin with, empty for any.
    pub prefix: String,
    /// The time.
    pub span: Span,
}

/// What a fixture may name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub schemas: &'a BTreeMap<PopulationName, Schema>,
    pub params: &'a [Param],
}

pub(super) fn parse<'a>(
    file: &'a str,
    block: &Block<'_>,
    around: Surroundings<'a>,
) -> Result<Fixture, Diagnostic> {
    let mut fixture = Fixture {
        name: block.name.to_owned(),
        lookalike: block.words.contains(&"lookalike"),
        line: block.line,
        context: Setting::usual().ok_or_else(|| {
            Diagnostic::new(file, block.line, 1, "the usual period is not a period")
        })?,
        populations: Vec::new(),
        verdicts: Vec::new(),
    };
    if !control::is_slug(block.name) {
        return Err(Diagnostic::new(
            file,
            block.line,
            1,
            format!("`{}` is not a slug", block.name),
        )
        .hint("lower case with underscores"));
    }
    if block.language == "text" {
        super::table::fixture(file, block, around, &mut fixture)?;
        return Ok(fixture);
    }
    let text = block.padded();
    let doc = Doc::parse(file, &text)?;
    for (name, _, node) in doc.map(&doc.root, "a fixture")? {
        if name == "context" {
            fixture.context.read(&doc, node, around)?;
        }
    }
    for (name, at, node) in doc.map(&doc.root, "a fixture")? {
        if name != "context" {
            let reader = RowReader::new(file, at, name, around, &fixture.context)?;
            let rows = doc
                .list(node, "the rows of a population")?
                .iter()
                .map(|n| reader.yaml(&doc, n))
                .collect::<Result<_, _>>()?;
            fixture.populations.push(FixtureRows {
                population: reader.schema.name.clone(),
                rows,
            });
        }
    }
    Ok(fixture)
}

impl Setting {
    /// The setting when a fixture says nothing: the first half of 2026, UTC.
    fn usual() -> Option<Self> {
        Some(Self {
            period: Period::parse("2026-01-01..2026-06-30").ok()?,
            as_of: None,
            zone: Zone::utc(),
            holidays: Vec::new(),
            params: Vec::new(),
            gaps: Vec::new(),
            uncovered: Vec::new(),
            waivers: Vec::new(),
            known_at: None,
        })
    }

    /// The instants of the period.
    #[must_use]
    pub fn span(&self) -> Span {
        self.period.span(&self.zone)
    }

    fn read(
        &mut self,
        doc: &Doc<'_>,
        node: &Node,
        around: Surroundings<'_>,
    ) -> Result<(), Diagnostic> {
        let of = "`context`";
        let known = [
            "period",
            "as_of",
            "zone",
            "params",
            "holidays",
            "gaps",
            "uncovered",
            "waivers",
            "known_at",
        ];
        let fields = doc.fields(node, of, &known)?;
        if let Some(n) = fields.get("zone") {
            self.zone = doc.parsed(n, "`zone`", Zone::parse)?;
        }
        if let Some(n) = fields.get("period") {
            self.period = doc.parsed(n, "`period`", Period::parse)?;
        }
        self.as_of = fields
            .get("as_of")
            .map(|n| doc.parsed(n, "`as_of`", Time::parse))
            .transpose()?;
        self.known_at = fields
            .get("known_at")
            .map(|n| doc.count(n, "`known_at`"))
            .transpose()?;
        if let Some(n) = fields.get("params") {
            for (name, at, value) in doc.map(n, "`params`")? {
                let Some(param) = around.params.iter().find(|p| p.name == name) else {
                    return Err(doc.wrong(at, format!("the control has no parameter `{name}`")));
                };
                let value = control::value(doc, value, "a parameter", param.kind)?;
                self.params.push((name.to_owned(), value));
            }
        }
        if let Some(n) = fields.get("holidays") {
            for (location, _, days) in doc.map(n, "`holidays`")? {
                self.holidays
                    .push((location.to_owned(), days_of(doc, days)?));
            }
        }
        self.lists(doc, &fields, around)
    }

    fn lists(
        &mut self,
        doc: &Doc<'_>,
        fields: &Fields<'_>,
        around: Surroundings<'_>,
    ) -> Result<(), Diagnostic> {
        for n in each(doc, fields, "gaps")? {
            let of = "a gap";
            let f = doc.fields(n, of, &["population", "parent", "why", "columns"])?;
            let population = doc.text(f.need(doc, "population", of)?, "`population`")?;
            let columns = each(doc, &f, "columns")?
                .iter()
                .map(|c| doc.text(c, "`columns`").map(str::to_owned))
                .collect::<Result<_, _>>()?;
            self.gaps.push(Gap {
                population: named(doc.file, n.at, population, around)?.name.clone(),
                parent: doc.text(f.need(doc, "parent", of)?, "`parent`")?.to_owned(),
                why: doc.text(f.need(doc, "why", of)?, "`why`")?.to_owned(),
                columns,
            });
        }
        for n in each(doc, fields, "uncovered")? {
            let of = "uncovered time";
            let f = doc.fields(n, of, &["population", "prefix", "from", "until"])?;
            let population = doc.text(f.need(doc, "population", of)?, "`population`")?;
            let prefix = f
                .get("prefix")
                .map(|p| doc.text(p, "`prefix`"))
                .transpose()?;
            let side = |key: &str, open: Time| {
                let time = |t| doc.parsed(t, &format!("`{key}`"), Time::parse);
                f.get(key).map_or(Ok(open), time)
            };
            let (from, until) = (side("from", Time::MIN)?, side("until", Time::MAX)?);
            self.uncovered.push(Uncovered {
                population: named(doc.file, n.at, population, around)?.name.clone(),
                prefix: prefix.unwrap_or_default().to_owned(),
                span: Span::new(from, until)
                    .ok_or_else(|| doc.wrong(n.at, format!("{of} ends before it begins")))?,
            });
        }
        for n in each(doc, fields, "waivers")? {
            let of = "a waiver";
            let f = doc.fields(n, of, &["test", "item", "from", "until"])?;
            let test = f
                .get("test")
                .map(|t| doc.text(t, "`test`"))
                .transpose()?
                .unwrap_or_default()
                .to_owned();
            self.waivers.push((
                test,
                doc.text(f.need(doc, "item", of)?, "`item`")?.to_owned(),
                span(doc, n.at, &f, of)?,
            ));
        }
        Ok(())
    }
}

fn each<'n>(doc: &Doc<'_>, fields: &Fields<'n>, key: &str) -> Result<&'n [Node], Diagnostic> {
    fields
        .get(key)
        .map_or(Ok(&[]), |n| doc.list(n, &format!("`{key}`")))
}

fn span(doc: &Doc<'_>, at: Place, fields: &Fields<'_>, of: &str) -> Result<Span, Diagnostic> {
    let side = |key: &str| doc.parsed(fields.need(doc, key, of)?, &format!("`{key}`"), Time::parse);
    Span::new(side("from")?, side("until")?)
        .ok_or_else(|| doc.wrong(at, format!("{of} ends before it begins")))
}

fn days_of(doc: &Doc<'_>, node: &Node) -> Result<Vec<i32>, Diagnostic> {
    doc.list(node, "`holidays`")?
        .iter()
        .map(|n| match control::value(doc, n, "a holiday", Kind::Date)? {
            Value::Date(day) => Ok(day),
            _ => Err(doc.wrong(n.at, "a holiday is a day like 2026-02-16")),
        })
        .collect()
}

/// The schema of a population that a fixture names.
pub(super) fn named<'a>(
    file: &str,
    at: Place,
    name: &str,
    around: Surroundings<'a>,
) -> Result<&'a Schema, Diagnostic> {
    PopulationName::parse(name)
        .ok()
        .and_then(|n| around.schemas.get(&n))
        .ok_or_else(|| {
            let wrong = Diagnostic::new(
                file,
                at.line,
                at.column,
                format!("there is no population `{name}`"),
            );
            match nearest(name, around.schemas.keys().map(PopulationName::as_str)) {
                Some(near) => wrong.hint(format!("did you mean `{near}`?")),
                None => wrong.hint("populations are declared in library/populations"),
            }
        })
}
