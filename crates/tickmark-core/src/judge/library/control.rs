//! The front matter of a control.

use std::collections::BTreeMap;

use crate::{
    facts::yaml::{Doc, Fields, Node},
    judge::{
        job::{Kind, Value},
        literal,
    },
    model::{
        calendar::Frequency,
        diagnostic::Diagnostic,
        ids::{ControlId, CriterionId, TestId},
        yaml::{Place, Value as Yaml},
    },
};

/// A control as its front matter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// Id, also the name of the file.
    pub id: ControlId,
    /// Raised when the meaning changes.
    pub version: u32,
    /// Title.
    pub title: String,
    /// Criteria it helps to meet.
    pub criteria: Vec<CriterionId>,
    /// What kind of control it is.
    pub nature: Nature,
    /// How often it operates.
    pub frequency: Vec<Frequency>,
    /// What its test can become.
    pub automation: Automation,
    /// Who might own it; the owner is named at adoption.
    pub suggested_owner: String,
    /// Families of test specifications (`T26a`).
    pub families: Vec<String>,
    /// Tests defined in the file.
    pub tests: Vec<TestId>,
    /// Tests at home in other files.
    pub uses: Vec<TestId>,
    /// Methods of testing.
    pub methods: Vec<String>,
    /// Items triggered before the period and due inside belong to it.
    pub look_back: bool,
    /// Parameters by name.
    pub params: Vec<Param>,
    /// Reason codes and what they mean.
    pub reasons: BTreeMap<String, String>,
    /// Known traps; each has a fixture of that name.
    pub traps: Vec<String>,
    /// What the control and its tests do not see.
    pub not_covered: Vec<String>,
}

/// What kind of control it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nature {
    /// `preventive`, `detective` or `preventive-detective`.
    pub direction: String,
    /// `manual`, `automated` or `it-dependent-manual`.
    pub how: String,
    /// `entity` or `transaction`.
    pub level: String,
    /// A key control.
    pub key: bool,
}

/// What a control's test can become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automation {
    /// Tested over the whole population.
    Automated,
    /// Tested in part, a person decides the rest.
    Semi,
    /// Tested by a person.
    Manual,
}

/// A parameter of a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Name, written `$name` in expressions.
    pub name: String,
    /// Type.
    pub kind: Kind,
    /// Value when the program says nothing.
    pub default: Value,
    /// Smallest value of a number.
    pub min: Option<i64>,
    /// Largest value of a number.
    pub max: Option<i64>,
    /// What it means.
    pub says: String,
}

const KEYS: [&str; 17] = [
    "id",
    "version",
    "title",
    "criteria",
    "nature",
    "frequency",
    "automation",
    "suggested_owner",
    "families",
    "tests",
    "uses",
    "methods",
    "look_back",
    "params",
    "reasons",
    "traps",
    "not_covered",
];

/// Codes that every test may give without declaring them.
pub const BUILT_IN_REASONS: [&str; 3] = ["unknown", "not_met", "waived"];

/// Reads the front matter.
pub(super) fn parse(file: &str, text: &str) -> Result<Front, Diagnostic> {
    let doc = Doc::parse(file, text)?;
    let of = "a control";
    let fields = doc.fields(&doc.root, of, &KEYS)?;
    let need = |key: &str| fields.need(&doc, key, of);
    let id_at = need("id")?;
    let id = doc.parsed(id_at, "`id`", ControlId::parse)?;
    if !file.ends_with(&format!("{id}.md")) {
        return Err(doc.wrong(
            id_at.at,
            format!("control `{id}` must be the file `{id}.md`"),
        ));
    }
    Ok(Front {
        version: u32::try_from(doc.count(need("version")?, "`version`")?).unwrap_or(u32::MAX),
        title: doc.text(need("title")?, "`title`")?.to_owned(),
        criteria: list(&doc, &fields, "criteria", |d, n| {
            d.parsed(n, "a criterion", |t| t.parse::<CriterionId>())
        })?,
        nature: nature(&doc, need("nature")?)?,
        frequency: list(&doc, &fields, "frequency", |d, n| {
            d.parsed(n, "`frequency`", str::parse::<Frequency>)
        })?,
        automation: automation(&doc, need("automation")?)?,
        suggested_owner: doc
            .text(need("suggested_owner")?, "`suggested_owner`")?
            .to_owned(),
        families: texts(&doc, &fields, "families")?,
        tests: list(&doc, &fields, "tests", |d, n| own_test(d, n, &id))?,
        uses: list(&doc, &fields, "uses", |d, n| {
            d.parsed(n, "a test", TestId::parse)
        })?,
        methods: list(&doc, &fields, "methods", method)?,
        look_back: fields
            .get("look_back")
            .map(|n| truth(&doc, n, "`look_back`"))
            .transpose()?
            .unwrap_or(false),
        params: fields
            .get("params")
            .map(|n| params(&doc, n))
            .transpose()?
            .unwrap_or_default(),
        reasons: fields
            .get("reasons")
            .map(|n| reasons(&doc, n))
            .transpose()?
            .unwrap_or_default(),
        traps: texts(&doc, &fields, "traps")?,
        not_covered: texts(&doc, &fields, "not_covered")?,
        id,
    })
}

fn list<T>(
    doc: &Doc<'_>,
    fields: &Fields<'_>,
    key: &str,
    read: impl Fn(&Doc<'_>, &Node) -> Result<T, Diagnostic>,
) -> Result<Vec<T>, Diagnostic> {
    let Some(node) = fields.get(key) else {
        return Ok(Vec::new());
    };
    doc.list(node, &format!("`{key}`"))?
        .iter()
        .map(|n| read(doc, n))
        .collect()
}

fn texts(doc: &Doc<'_>, fields: &Fields<'_>, key: &str) -> Result<Vec<String>, Diagnostic> {
    list(doc, fields, key, |d, n| {
        d.text(n, &format!("`{key}`")).map(str::to_owned)
    })
}

fn own_test(doc: &Doc<'_>, node: &Node, id: &ControlId) -> Result<TestId, Diagnostic> {
    let test = doc.parsed(node, "a test", TestId::parse)?;
    if test.control() == *id {
        return Ok(test);
    }
    Err(doc
        .wrong(node.at, format!("test `{test}` belongs to another control"))
        .hint("name it under `uses:`"))
}

fn method(doc: &Doc<'_>, node: &Node) -> Result<String, Diagnostic> {
    let words = [
        ("inquiry", "inquiry"),
        ("observation", "observation"),
        ("inspection", "inspection"),
        ("reperformance", "reperformance"),
    ];
    doc.one_of(node, "`methods`", &words).map(str::to_owned)
}

fn automation(doc: &Doc<'_>, node: &Node) -> Result<Automation, Diagnostic> {
    let words = [
        ("automated", Automation::Automated),
        ("semi", Automation::Semi),
        ("manual", Automation::Manual),
    ];
    doc.one_of(node, "`automation`", &words)
}

fn nature(doc: &Doc<'_>, node: &Node) -> Result<Nature, Diagnostic> {
    let of = "`nature`";
    let fields = doc.fields(node, of, &["direction", "how", "level", "key"])?;
    let word = |key: &str, words: &[&'static str]| -> Result<String, Diagnostic> {
        let words: Vec<(&str, &str)> = words.iter().map(|w| (*w, *w)).collect();
        doc.one_of(fields.need(doc, key, of)?, &format!("`{key}`"), &words)
            .map(str::to_owned)
    };
    Ok(Nature {
        direction: word(
            "direction",
            &["preventive", "detective", "preventive-detective"],
        )?,
        how: word("how", &["manual", "automated", "it-dependent-manual"])?,
        level: word("level", &["entity", "transaction"])?,
        key: truth(doc, fields.need(doc, "key", of)?, "`key`")?,
    })
}

fn reasons(doc: &Doc<'_>, node: &Node) -> Result<BTreeMap<String, String>, Diagnostic> {
    doc.map(node, "`reasons`")?
        .into_iter()
        .map(|(code, at, says)| {
            if !is_slug(code) {
                return Err(doc
                    .wrong(at, format!("`{code}` is not a reason code"))
                    .hint("write it in lower case with underscores"));
            }
            Ok((
                code.to_owned(),
                doc.text(says, "the meaning of a reason")?.to_owned(),
            ))
        })
        .collect()
}

/// Lower case, digits and underscores, beginning with a letter.
pub(crate) fn is_slug(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn params(doc: &Doc<'_>, node: &Node) -> Result<Vec<Param>, Diagnostic> {
    doc.map(node, "`params`")?
        .into_iter()
        .map(|(name, at, value)| param(doc, name, at, value))
        .collect()
}

fn param(doc: &Doc<'_>, name: &str, at: Place, node: &Node) -> Result<Param, Diagnostic> {
    if !is_slug(name) || ["from", "until", "as_of", "zone"].contains(&name) {
        return Err(doc
            .wrong(at, format!("a parameter cannot be named `{name}`"))
            .hint("lower case with underscores; from, until, as_of and zone are taken"));
    }
    let of = format!("parameter `{name}`");
    let fields = doc.fields(node, &of, &["type", "default", "min", "max", "says"])?;
    let kinds = [
        ("text", Kind::Text),
        ("bool", Kind::Bool),
        ("int", Kind::Int),
        ("decimal", Kind::Decimal),
        ("time", Kind::Time),
        ("date", Kind::Date),
        ("duration", Kind::Duration),
        ("set<text>", Kind::Set),
    ];
    let kind = doc.one_of(fields.need(doc, "type", &of)?, "`type`", &kinds)?;
    let bound = |key: &str| -> Result<Option<i64>, Diagnostic> {
        fields
            .get(key)
            .map(|n| {
                doc.count(n, &format!("`{key}`"))
                    .map(|c| i64::try_from(c).unwrap_or(i64::MAX))
            })
            .transpose()
    };
    let (min, max) = (bound("min")?, bound("max")?);
    let default_at = fields.need(doc, "default", &of)?;
    let param = Param {
        name: name.to_owned(),
        kind,
        default: value(doc, default_at, &of, kind)?,
        min,
        max,
        says: doc
            .text(fields.need(doc, "says", &of)?, "`says`")?
            .to_owned(),
    };
    param
        .check(&param.default)
        .map_err(|what| doc.wrong(default_at.at, what))?;
    Ok(param)
}

impl Param {
    /// Whether a value may be given to the parameter.
    ///
    /// # Errors
    /// A value outside the bounds.
    pub fn check(&self, value: &Value) -> Result<(), String> {
        if let Value::Int(number) = value {
            let (min, max) = (self.min.unwrap_or(i64::MIN), self.max.unwrap_or(i64::MAX));
            if *number < min || *number > max {
                return Err(format!(
                    "`{}` is {number}, outside {min} to {max}",
                    self.name
                ));
            }
        }
        Ok(())
    }
}

/// A typed value written in YAML: a scalar as text, a set as a list or `a;b`.
pub(crate) fn value(doc: &Doc<'_>, node: &Node, of: &str, kind: Kind) -> Result<Value, Diagnostic> {
    if let (Yaml::List(elements), Kind::Set) = (&node.value, kind) {
        let mut set = elements
            .iter()
            .map(|n| doc.text(n, of).map(str::to_owned))
            .collect::<Result<Vec<_>, _>>()?;
        set.sort_unstable();
        set.dedup();
        return Ok(Value::Set(set));
    }
    let text = doc.text(node, of)?;
    literal::parse(kind, text).map_err(|e| doc.wrong(node.at, format!("{of}: {e}")))
}

/// True or false.
fn truth(doc: &Doc<'_>, node: &Node, of: &str) -> Result<bool, Diagnostic> {
    doc.one_of(node, of, &[("true", true), ("false", false)])
}
