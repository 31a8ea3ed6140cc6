//! The parts of a test block: attributes, conditions with their codes, expressions.

use crate::{
    facts::yaml::{Doc, Fields, Node as YamlNode},
    judge::{
        expr::{self, Node, Scope},
        job::Kind,
        library::BUILT_IN_REASONS,
    },
    model::{
        diagnostic::{Diagnostic, nearest},
        yaml::Place,
    },
};

use super::{Attribute, Coded, Rule, Short, Surroundings, place::place};

/// Reads the parts of one test block.
pub(super) struct Reader<'r, 'd, 'a> {
    pub doc: &'r Doc<'d>,
    pub around: Surroundings<'a>,
    pub scope: Scope,
}

impl Reader<'_, '_, '_> {
    pub fn short(&self, fields: &Fields<'_>) -> Result<Short, Diagnostic> {
        let coded = |key: &str| {
            fields
                .get(key)
                .map(|n| self.coded_list(n, key, true))
                .transpose()
                .map(Option::unwrap_or_default)
        };
        Ok(Short {
            filter: fields
                .get("where")
                .map(|n| self.expr(n, "`where`", Kind::Bool))
                .transpose()?,
            na: coded("na")?,
            pending: coded("pending")?,
            due: fields
                .get("due")
                .map(|n| self.expr(n, "`due`", Kind::Time))
                .transpose()?,
            interval: fields
                .get("interval")
                .map(|n| self.interval(n))
                .transpose()?,
        })
    }

    pub fn nothing_else(&self, fields: &Fields<'_>) -> Result<(), Diagnostic> {
        for key in ["where", "na", "pending", "due", "interval"] {
            if let Some(node) = fields.get(key) {
                return Err(self
                    .doc
                    .wrong(node.at, format!("`{key}` belongs to the short form"))
                    .hint("say it in the query"));
            }
        }
        Ok(())
    }

    fn interval(&self, node: &YamlNode) -> Result<(Node, Node), Diagnostic> {
        let of = "`interval`";
        let fields = self.doc.fields(node, of, &["from", "until"])?;
        let side = |key: &str| {
            self.expr(
                fields.need(self.doc, key, of)?,
                &format!("`{key}`"),
                Kind::Time,
            )
        };
        Ok((side("from")?, side("until")?))
    }

    pub fn attributes(&self, node: &YamlNode, sql: bool) -> Result<Vec<Attribute>, Diagnostic> {
        let entries = self.doc.map(node, "`attributes`")?;
        if entries.is_empty() || entries.len() > 26 {
            return Err(self.doc.wrong(node.at, "a test has 1 to 26 attributes"));
        }
        entries
            .into_iter()
            .map(|(letter, at, value)| self.attribute(letter, at, value, sql))
            .collect()
    }

    fn attribute(
        &self,
        letter: &str,
        at: Place,
        node: &YamlNode,
        sql: bool,
    ) -> Result<Attribute, Diagnostic> {
        if letter.len() != 1 || !letter.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(self
                .doc
                .wrong(at, format!("`{letter}` is not an attribute"))
                .hint("attributes are capital letters: A, B, C"));
        }
        let of = format!("attribute {letter}");
        let known: &[&str] = if sql {
            &["says"]
        } else {
            &["says", "expr", "reason", "reasons", "unknown"]
        };
        let fields = self.doc.fields(node, &of, known)?;
        let says = self
            .doc
            .text(fields.need(self.doc, "says", &of)?, "`says`")?
            .to_owned();
        let rule = if sql {
            None
        } else {
            Some(self.rule(&fields, &of)?)
        };
        Ok(Attribute {
            letter: letter.to_owned(),
            says,
            rule,
        })
    }

    fn rule(&self, fields: &Fields<'_>, of: &str) -> Result<Rule, Diagnostic> {
        let expr = self.expr(fields.need(self.doc, "expr", of)?, of, Kind::Bool)?;
        let mut reasons = match fields.get("reasons") {
            Some(node) => self.coded_list(node, "reasons", false)?,
            None => Vec::new(),
        };
        if let Some(node) = fields.get("reason") {
            reasons.push(Coded {
                when: None,
                code: self.code(node)?,
            });
        }
        if reasons.iter().all(|r| r.when.is_some()) {
            reasons.push(Coded {
                when: None,
                code: "not_met".to_owned(),
            });
        }
        let unknown = fields
            .get("unknown")
            .map(|n| self.code(n))
            .transpose()?
            .unwrap_or_else(|| "unknown".to_owned());
        Ok(Rule {
            expr,
            reasons,
            unknown,
        })
    }

    fn coded_list(
        &self,
        node: &YamlNode,
        key: &str,
        conditional: bool,
    ) -> Result<Vec<Coded>, Diagnostic> {
        let of = format!("`{key}`");
        self.doc
            .list(node, &of)?
            .iter()
            .map(|element| {
                let fields = self.doc.fields(element, &of, &["when", "code"])?;
                let when = match fields.get("when") {
                    None if conditional => {
                        return Err(self.doc.wrong(element.at, format!("{of} needs `when:`")));
                    }
                    None => None,
                    Some(n) => Some(self.expr(n, "`when`", Kind::Bool)?),
                };
                Ok(Coded {
                    when,
                    code: self.code(fields.need(self.doc, "code", &of)?)?,
                })
            })
            .collect()
    }

    fn code(&self, node: &YamlNode) -> Result<String, Diagnostic> {
        let code = self.doc.text(node, "a reason code")?;
        let declared = &self.around.front.reasons;
        if declared.contains_key(code) || BUILT_IN_REASONS.contains(&code) {
            return Ok(code.to_owned());
        }
        let wrong = self
            .doc
            .wrong(node.at, format!("reason `{code}` is not declared"));
        Err(match nearest(code, declared.keys().map(String::as_str)) {
            Some(near) => wrong.hint(format!("did you mean `{near}`?")),
            None => wrong.hint("declare it under `reasons:` in the front matter"),
        })
    }

    fn expr(&self, node: &YamlNode, of: &str, kind: Kind) -> Result<Node, Diagnostic> {
        let text = self.doc.text(node, of)?;
        expr::parse(text, &self.scope, kind)
            .map_err(|error| place(self.doc.file, self.around.text, node, text, error))
    }
}
