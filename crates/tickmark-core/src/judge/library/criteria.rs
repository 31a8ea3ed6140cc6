//! The criteria file: identifiers as facts, titles and meanings in our own words.

use crate::{
    facts::yaml::{Doc, Node},
    model::{
        diagnostic::Diagnostic,
        ids::{Category, CriterionId},
    },
};

/// A criterion in our own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionText {
    /// Identifier.
    pub id: CriterionId,
    /// Category.
    pub category: Category,
    /// Title.
    pub title: String,
    /// Meaning, one sentence.
    pub meaning: String,
    /// Number of points of focus: a count, never a score.
    pub points: u64,
    /// How many of the points apply only to some engagements or come from elsewhere.
    pub of_which: Vec<(String, u64)>,
}

pub(super) fn parse(file: &str, text: &str) -> Result<Vec<CriterionText>, Diagnostic> {
    let doc = Doc::parse(file, text)?;
    let of = "the criteria";
    let fields = doc.fields(&doc.root, of, &["id", "edition", "revised", "criteria"])?;
    let list = fields.need(&doc, "criteria", of)?;
    let criteria = doc
        .list(list, of)?
        .iter()
        .map(|n| criterion(&doc, n))
        .collect::<Result<Vec<_>, _>>()?;
    let mut ids: Vec<&CriterionId> = criteria.iter().map(|c| &c.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let all = CriterionId::all().count();
    if ids.len() != criteria.len() || ids.len() != all {
        return Err(doc.wrong(
            list.at,
            format!(
                "{} criteria, {} of them different, instead of {all}",
                criteria.len(),
                ids.len()
            ),
        ));
    }
    Ok(criteria)
}

fn criterion(doc: &Doc<'_>, node: &Node) -> Result<CriterionText, Diagnostic> {
    let of = "a criterion";
    let fields = doc.fields(
        node,
        of,
        &["id", "category", "title", "meaning", "points", "of_which"],
    )?;
    let text = |key: &str| {
        doc.text(fields.need(doc, key, of)?, &format!("`{key}`"))
            .map(str::to_owned)
    };
    let id = doc.parsed(fields.need(doc, "id", of)?, "`id`", CriterionId::parse)?;
    let category_at = fields.need(doc, "category", of)?;
    let category = doc.parsed(category_at, "`category`", str::parse::<Category>)?;
    if category != id.category() {
        return Err(doc.wrong(
            category_at.at,
            format!("{id} does not belong to `{category}`"),
        ));
    }
    let of_which = match fields.get("of_which") {
        None => Vec::new(),
        Some(n) => doc
            .map(n, "`of_which`")?
            .into_iter()
            .map(|(key, _, value)| Ok((key.to_owned(), doc.count(value, "`of_which`")?)))
            .collect::<Result<_, Diagnostic>>()?,
    };
    let points = doc.count(fields.need(doc, "points", of)?, "`points`")?;
    Ok(CriterionText {
        id,
        category,
        title: text("title")?,
        meaning: text("meaning")?,
        points,
        of_which,
    })
}
