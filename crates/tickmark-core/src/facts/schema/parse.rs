//! The YAML of a population's schema, each defect with its place.

use std::collections::BTreeSet;

use crate::facts::yaml::{Doc, Entry, Fields, Node};
use crate::model::diagnostic::{Diagnostic, nearest};
use crate::model::ids::{ColumnName, PopulationName};

use super::{
    CanBe, Column, Completeness, Derived, InputRole, MAX_COLUMNS, Mismatch, Reconcile, Schema,
    Shape, TYPES, Type,
};

const KEYS: [&str; 10] = [
    "name",
    "version",
    "shape",
    "says",
    "key",
    "trigger",
    "columns",
    "derived",
    "completeness",
    "personal",
];

pub(super) fn schema(file: &str, text: &str) -> Result<Schema, Diagnostic> {
    let doc = Doc::parse(file, text)?;
    let of = "a population";
    let fields = doc.fields(&doc.root, of, &KEYS)?;
    let shape_at = fields.need(&doc, "shape", of)?;
    let shape = doc.one_of(
        shape_at,
        "`shape`",
        &[("event", Shape::Event), ("state", Shape::State)],
    )?;
    let columns = columns(&doc, fields.need(&doc, "columns", of)?)?;
    let names = Names {
        doc: &doc,
        columns: &columns,
    };
    Ok(Schema {
        name: doc.parsed(
            fields.need(&doc, "name", of)?,
            "`name`",
            PopulationName::parse,
        )?,
        version: version(&doc, &fields, of)?,
        shape,
        says: doc
            .text(fields.need(&doc, "says", of)?, "`says`")?
            .to_owned(),
        key: key(&names, fields.need(&doc, "key", of)?)?,
        trigger: trigger(&names, shape, &fields)?,
        derived: fields
            .get("derived")
            .map(|node| derived(&doc, node, &columns))
            .transpose()?,
        completeness: fields
            .get("completeness")
            .map(|node| completeness(&doc, node))
            .transpose()?
            .unwrap_or_default(),
        personal: fields
            .get("personal")
            .map(|node| names.list(node, "`personal`"))
            .transpose()?
            .unwrap_or_default(),
        columns,
    })
}

/// A version number from 1.
fn version(doc: &Doc<'_>, fields: &Fields<'_>, of: &str) -> Result<u32, Diagnostic> {
    let node = fields.need(doc, "version", of)?;
    match u32::try_from(doc.count(node, "`version`")?) {
        Ok(version) if version > 0 => Ok(version),
        _ => Err(doc.wrong(node.at, "`version` counts from 1")),
    }
}

/// The columns, to look names up in.
struct Names<'a> {
    doc: &'a Doc<'a>,
    columns: &'a [Column],
}

impl Names<'_> {
    fn find(&self, node: &Node, of: &str) -> Result<&Column, Diagnostic> {
        let text = self.doc.text(node, of)?;
        self.columns
            .iter()
            .find(|column| column.name.as_str() == text)
            .ok_or_else(|| {
                let wrong = self
                    .doc
                    .wrong(node.at, format!("{of} names `{text}`, which is no column"));
                match nearest(text, self.columns.iter().map(|column| column.name.as_str())) {
                    Some(near) => wrong.hint(format!("did you mean `{near}`?")),
                    None => wrong.hint("declare it under `columns:`"),
                }
            })
    }

    fn list(&self, node: &Node, of: &str) -> Result<Vec<ColumnName>, Diagnostic> {
        self.doc
            .list(node, of)?
            .iter()
            .map(|element| Ok(self.find(element, of)?.name.clone()))
            .collect()
    }
}

fn key(names: &Names<'_>, node: &Node) -> Result<Vec<ColumnName>, Diagnostic> {
    let list = names.doc.list(node, "`key`")?;
    if list.is_empty() {
        return Err(names.doc.wrong(
            node.at,
            "`key` is empty; name the columns that make an item unique",
        ));
    }
    for element in list {
        let column = names.find(element, "`key`")?;
        if column.can_be != CanBe::default() || matches!(column.ty, Type::Set(_)) {
            let what = format!(
                "key column `{}` can be absent, unknown or a set; a key must always have one value",
                column.name
            );
            return Err(names.doc.wrong(element.at, what));
        }
    }
    names.list(node, "`key`")
}

fn trigger(
    names: &Names<'_>,
    shape: Shape,
    fields: &Fields<'_>,
) -> Result<Option<ColumnName>, Diagnostic> {
    match (shape, fields.get("trigger")) {
        (Shape::State, None) => Ok(None),
        (Shape::State, Some(node)) => Err(names
            .doc
            .wrong(
                node.at,
                "a state has no `trigger`; it belongs to each period it overlaps",
            )
            .hint("remove the line")),
        (Shape::Event, None) => fields
            .need(names.doc, "trigger", "a population of events")
            .map(|_| None),
        (Shape::Event, Some(node)) => {
            let column = names.find(node, "`trigger`")?;
            if !matches!(column.ty, Type::Time | Type::Date) {
                let what = format!(
                    "`trigger` must be a time or date column; `{}` is {}",
                    column.name, column.ty
                );
                return Err(names.doc.wrong(node.at, what));
            }
            Ok(Some(column.name.clone()))
        }
    }
}

fn columns(doc: &Doc<'_>, node: &Node) -> Result<Vec<Column>, Diagnostic> {
    let entries = doc.map(node, "`columns`")?;
    if entries.is_empty() || entries.len() > MAX_COLUMNS {
        return Err(doc.wrong(
            node.at,
            format!(
                "a population has 1 to {MAX_COLUMNS} columns, not {}",
                entries.len()
            ),
        ));
    }
    entries
        .into_iter()
        .map(|entry| column(doc, entry))
        .collect()
}

fn column(doc: &Doc<'_>, (key, at, node): Entry<'_>) -> Result<Column, Diagnostic> {
    let name = doc.checked(at, key, ColumnName::parse)?;
    const RESERVED: [&str; 5] = [
        "valid_from",
        "valid_to",
        "seen_first",
        "seen_last",
        "last_absent",
    ];
    if RESERVED.contains(&name.as_str()) {
        return Err(doc.wrong(
            at,
            format!("column `{name}` is added to states by the engine; choose another name"),
        ));
    }
    let of = format!("column `{name}`");
    let fields = doc.fields(node, &of, &["type", "can_be", "from", "one_of", "says"])?;
    let ty_at = fields.need(doc, "type", &of)?;
    let ty = doc.one_of(ty_at, "a type", &TYPES)?;
    let one_of = texts(doc, fields.get("one_of"), "`one_of`")?;
    if !one_of.is_empty() && !matches!(ty, Type::Text | Type::Set(_)) {
        return Err(doc.wrong(node.at, format!("`one_of` lists texts; {of} is {ty}")));
    }
    let from = fields
        .get("from")
        .map(|list| populations(doc, list, "`from`"))
        .transpose()?
        .unwrap_or_default();
    let says = fields
        .get("says")
        .map(|says| doc.text(says, "`says`").map(str::to_owned))
        .transpose()?;
    Ok(Column {
        name,
        ty,
        can_be: can_be(doc, fields.get("can_be"))?,
        from,
        one_of,
        says,
    })
}

fn can_be(doc: &Doc<'_>, node: Option<&Node>) -> Result<CanBe, Diagnostic> {
    let mut can_be = CanBe::default();
    let Some(node) = node else { return Ok(can_be) };
    for element in doc.list(node, "`can_be`")? {
        match doc.one_of(element, "`can_be`", &[("absent", true), ("unknown", false)])? {
            true => can_be.absent = true,
            false => can_be.unknown = true,
        }
    }
    Ok(can_be)
}

fn texts(doc: &Doc<'_>, node: Option<&Node>, of: &str) -> Result<Vec<String>, Diagnostic> {
    let Some(node) = node else {
        return Ok(Vec::new());
    };
    doc.list(node, of)?
        .iter()
        .map(|element| doc.text(element, of).map(str::to_owned))
        .collect()
}

fn populations(doc: &Doc<'_>, node: &Node, of: &str) -> Result<Vec<PopulationName>, Diagnostic> {
    doc.list(node, of)?
        .iter()
        .map(|element| doc.parsed(element, of, PopulationName::parse))
        .collect()
}

fn derived(doc: &Doc<'_>, node: &Node, columns: &[Column]) -> Result<Derived, Diagnostic> {
    let of = "`derived`";
    let fields = doc.fields(node, of, &["sql", "from", "parent"])?;
    let from_at = fields.need(doc, "from", of)?;
    let mut from = Vec::new();
    for (key, at, role) in doc.map(from_at, "`from`")? {
        let name = doc.checked(at, key, PopulationName::parse)?;
        let roles = [
            ("driver", InputRole::Driver),
            ("lookup", InputRole::Lookup),
            ("aside", InputRole::Aside),
        ];
        from.push((name, doc.one_of(role, "the role of an input", &roles)?));
    }
    let drivers = from
        .iter()
        .filter(|(_, role)| *role == InputRole::Driver)
        .count();
    if drivers != 1 {
        return Err(doc.wrong(
            from_at.at,
            format!("exactly one input is the `driver`, not {drivers}"),
        ));
    }
    let inputs: BTreeSet<&PopulationName> = from.iter().map(|(name, _)| name).collect();
    for column in columns {
        if let Some(stranger) = column.from.iter().find(|name| !inputs.contains(name)) {
            let what = format!(
                "column `{}` comes from `{stranger}`, which is no input of the view",
                column.name
            );
            return Err(doc
                .wrong(from_at.at, what)
                .hint("name it under `derived: {from: …}`"));
        }
    }
    let mut parent = Vec::new();
    if let Some(node) = fields.get("parent") {
        for (key, at, value) in doc.map(node, "`parent`")? {
            let child = doc.checked(at, key, PopulationName::parse)?;
            let of_it = doc.parsed(value, "its parent", PopulationName::parse)?;
            if let Some((_, at)) = [(&child, at), (&of_it, value.at)]
                .into_iter()
                .find(|(name, _)| !inputs.contains(name))
            {
                return Err(doc.wrong(at, "`parent` may name inputs of the view only"));
            }
            parent.push((child, of_it));
        }
    }
    Ok(Derived {
        sql: doc.text(fields.need(doc, "sql", of)?, "`sql`")?.to_owned(),
        from,
        parent,
    })
}

fn completeness(doc: &Doc<'_>, node: &Node) -> Result<Completeness, Diagnostic> {
    let of = "`completeness`";
    let fields = doc.fields(node, of, &["coverage", "reconcile", "representation"])?;
    if let Some(node) = fields.get("coverage") {
        // The only rule there is (decision D14); written out so that a reader of the file need not know it.
        doc.one_of(node, "`coverage`", &[("intersection", ())])?;
    }
    let representation = match fields.get("representation") {
        Some(node) => doc.one_of(node, "`representation`", &[("required", true)])?,
        None => false,
    };
    let mut reconcile = Vec::new();
    if let Some(node) = fields.get("reconcile") {
        for element in doc.list(node, "`reconcile`")? {
            reconcile.push(reconciliation(doc, element)?);
        }
    }
    Ok(Completeness {
        reconcile,
        representation,
    })
}

fn reconciliation(doc: &Doc<'_>, node: &Node) -> Result<Reconcile, Diagnostic> {
    let of = "a reconciliation";
    let fields = doc.fields(node, of, &["name", "sql", "expect", "mismatch"])?;
    doc.one_of(
        fields.need(doc, "expect", of)?,
        "`expect`",
        &[("zero_rows", ())],
    )?;
    let mismatch = [("stop", Mismatch::Stop), ("show", Mismatch::Show)];
    Ok(Reconcile {
        name: doc
            .text(fields.need(doc, "name", of)?, "`name`")?
            .to_owned(),
        sql: doc.text(fields.need(doc, "sql", of)?, "`sql`")?.to_owned(),
        mismatch: doc.one_of(fields.need(doc, "mismatch", of)?, "`mismatch`", &mismatch)?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::facts::schema::Element;

    const CHANGE: &str = "\
name: change
version: 1
shape: event                      # event | state
says: one deployed change
key: [repository, deployment, sha]
trigger: deployed_at              # decides membership in the period
columns:
  repository:   {type: text}
  deployment:   {type: text}
  sha:          {type: text}
  environment:  {type: text, can_be: [unknown]}
  deployed_at:  {type: time}
  authors:      {type: set<person>, can_be: [unknown], from: [commit]}
  approved_at:  {type: time, can_be: [absent, unknown], from: [review]}
derived: {sql: change.sql, from: {deployment: driver, pull_request: lookup, review: lookup, commit: lookup}, parent: {review: pull_request}}
completeness:
  coverage: intersection
  reconcile: [{name: deployed_sha_on_main, sql: change_vs_git.sql, expect: zero_rows, mismatch: stop}]
personal: [authors]    # pseudonymised on erasure
";

    fn refused(from: &str, to: &str) -> String {
        let text = CHANGE.replacen(from, to, 1);
        assert_ne!(text, CHANGE, "{from}");
        Schema::parse("change.yaml", &text).unwrap_err().to_string()
    }

    #[test]
    fn the_schema_of_the_decisions_is_read() {
        let schema = Schema::parse("change.yaml", CHANGE).unwrap();
        assert_eq!(schema.key_indexes().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(
            schema.column("authors").unwrap().1.ty,
            Type::Set(Element::Person)
        );
        assert_eq!(schema.mask("approved_at"), 1 << 6);
        assert_eq!(
            schema.derived.unwrap().driver().unwrap().as_str(),
            "deployment"
        );
        assert_eq!(schema.completeness.reconcile.len(), 1);
        assert!(schema.columns.iter().any(|c| c.can_be
            == CanBe {
                absent: true,
                unknown: true
            }));
    }

    #[test]
    fn states_have_no_trigger() {
        let state = "name: account\nversion: 1\nshape: state\nsays: one account\nkey: [id]\ncolumns:\n  id: {type: text}\n";
        assert_eq!(Schema::parse("a.yaml", state).unwrap().trigger, None);
        let error = Schema::parse("a.yaml", &format!("{state}trigger: id\n"))
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "a.yaml:8:10: a state has no `trigger`; it belongs to each period it overlaps; remove the line"
        );
    }

    #[test]
    fn defects_have_a_place_and_a_suggestion() {
        let cases = [
            (
                "trigger:",
                "triger:",
                "change.yaml:6:1: unknown key `triger` in a population; did you mean `trigger`?",
            ),
            (
                "shape: event ",
                "shape: events ",
                "change.yaml:3:8: `shape` cannot be `events`; did you mean `event`?",
            ),
            (
                "deployment, sha]",
                "deployment, shaa]",
                "change.yaml:5:31: `key` names `shaa`, which is no column; did you mean `sha`?",
            ),
            (
                "set<person>",
                "set<persons>",
                "change.yaml:13:24: a type cannot be `set<persons>`; did you mean `set<person>`?",
            ),
            (
                "trigger: deployed_at",
                "trigger: sha        ",
                "change.yaml:6:10: `trigger` must be a time or date column; `sha` is text",
            ),
            (
                "version: 1",
                "version: 0",
                "change.yaml:2:10: `version` counts from 1",
            ),
            (
                "{deployment: driver",
                "{deployment: lookup",
                "change.yaml:15:34: exactly one input is the `driver`, not 0",
            ),
            (
                "sha:          {type: text}",
                "sha: {type: text, can_be: [absent]}",
                "change.yaml:5:31: key column `sha` can be absent, unknown or a set; a key must always have one value",
            ),
            (
                "can_be: [unknown], from: [commit]",
                "can_be: [nothing]",
                "change.yaml:13:46: `can_be` cannot be `nothing`; one of: absent, unknown",
            ),
            (
                "says: one deployed change",
                "says: &a one",
                "change.yaml:4:10: anchors (`&name`) are refused",
            ),
            ("personal: [authors]", "name: change", "change.yaml:19:1: "),
        ];
        for (from, to, expected) in cases {
            let message = refused(from, to);
            assert!(message.starts_with(expected), "{message}\n{expected}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_schema_or_refused(text in "[a-z:{}\\[\\], \n&*!-]{0,200}") {
            let _ = Schema::parse("x.yaml", &text);
        }

        #[test]
        fn a_damaged_schema_is_read_or_refused(at in 0..CHANGE.len(), byte in 0_u8..128) {
            let mut bytes = CHANGE.as_bytes().to_vec();
            if let Some(b) = bytes.get_mut(at) { *b = byte; }
            let _ = Schema::parse("x.yaml", &String::from_utf8_lossy(&bytes));
        }
    }
}
