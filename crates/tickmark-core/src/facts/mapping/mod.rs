//! Where each column of a population lies in the records of a source.
//!
//! A mapping is written once, in the library's source declarations or beside a file, and checked against the population's schema
//! when it is bound: a column that may not be absent cannot be mapped with `|absent`.

mod apply;
mod bind;
mod expr;
mod template;

use sha2::{Digest as _, Sha256};

use crate::model::ids::PopulationName;
use crate::model::path::JsonPath;

pub use apply::records;
pub use apply::{Item, Refused, Scope};
pub(in crate::facts) use apply::{Taken, nfc};
pub use bind::{MapEntry, bind, bind_file, default_file};
pub use expr::{Convert, Expr, ExprError, Missing, Where};
pub use template::{Fill, Part, Template, TemplateError, percent, plain, scalar};

/// A mapping bound to a schema: one entry a column, in the schema's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Population the rows belong to.
    pub population: PopulationName,
    /// Version of the population's schema.
    pub version: u32,
    /// How the bytes are cut into records.
    pub format: Format,
    /// Where the records lie in a page of JSON.
    pub item: JsonPath,
    /// Names an item (a parent of other streams) as gaps do; empty if nothing refers to it.
    pub key: Template,
    /// One a column; `None` for a column that is unknown in every row.
    pub columns: Vec<Option<Expr>>,
}

/// How bytes are cut into records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Pages of JSON; a path names the records.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// Comma-separated values (RFC 4180) with a heading line.
    Csv,
    /// Commit and tag objects in `git cat-file --batch` framing.
    Git,
    /// A Terraform plan in JSON, redacted.
    TerraformPlan,
    /// A file kept as it is: evidence without records.
    Opaque,
}

/// Names of formats as written.
pub const FORMATS: [(&str, Format); 6] = [
    ("json", Format::Json),
    ("jsonl", Format::JsonLines),
    ("csv", Format::Csv),
    ("git", Format::Git),
    ("terraform-plan", Format::TerraformPlan),
    ("opaque", Format::Opaque),
];

impl Format {
    /// The name as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        FORMATS
            .iter()
            .find(|(_, format)| *format == self)
            .map_or("", |(name, _)| name)
    }
}

impl Mapping {
    /// The digest that a manifest and the names of cached files carry, `sha256:…`: it changes with anything that changes rows.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut text = format!(
            "tickmark/mapping/v1\n{} {} {} {} {}\n",
            self.population,
            self.version,
            self.format.as_str(),
            self.item,
            self.key
        );
        for column in &self.columns {
            match column {
                Some(expr) => {
                    let zone = expr.zone.as_ref().map_or("", |zone| zone.name());
                    text.push_str(&format!(
                        "{} {expr} {zone} {:?}\n",
                        expr.text.len(),
                        expr.ambiguous
                    ));
                }
                None => text.push_str("-\n"),
            }
        }
        let hex: String = Sha256::digest(text.as_bytes())
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        format!("sha256:{hex}")
    }
}
