//! Checks a mapping against a population's schema.

use crate::facts::schema::{Column, Element, Schema, Type};
use crate::model::diagnostic::{Diagnostic, nearest};
use crate::model::document::{FileFormat, FileMapping};
use crate::model::yaml::Place;

use super::{Convert, Expr, Format, JsonPath, Mapping, Missing, Template, Where};

/// One line of a `map:` as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapEntry {
    /// Column.
    pub column: String,
    /// Where the line stands.
    pub at: Place,
    /// What it says.
    pub expr: Expr,
}

/// Binds entries to a schema, one a column.
///
/// # Errors
/// Every defect: a column that the population does not have, one that is not mapped, a type that does not fit, `absent` where the
/// schema does not allow it.
pub fn bind(
    file: &str,
    entries: &[MapEntry],
    schema: &Schema,
    format: Format,
    item: JsonPath,
    key: Template,
) -> Result<Mapping, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    for entry in entries {
        let problem = match schema.column(&entry.column) {
            None => Some(no_column(schema, &entry.column)),
            Some((_, column)) => check(column, &entry.expr, format).err(),
        };
        wrong.extend(
            problem.map(|what| Diagnostic::new(file, entry.at.line, entry.at.column, what)),
        );
    }
    let mut columns = Vec::new();
    let end = entries.last().map_or(Place::default(), |entry| entry.at);
    for column in &schema.columns {
        let found = entries
            .iter()
            .find(|entry| entry.column == column.name.as_str());
        if found.is_none() && !column.can_be.unknown {
            let what = format!(
                "column `{}` of population `{}` is not mapped",
                column.name, schema.name
            );
            let hint = format!(
                "add `{}:`; write `none|absent` if the source does not have it",
                column.name
            );
            wrong.push(Diagnostic::new(file, end.line, end.column, what).hint(hint));
        }
        columns.push(found.map(|entry| entry.expr.clone()));
    }
    if wrong.is_empty() {
        Ok(Mapping {
            population: schema.name.clone(),
            version: schema.version,
            format,
            item,
            key,
            columns,
        })
    } else {
        Err(wrong)
    }
}

/// Binds the mapping of a file as `sources.yaml` declares it.
///
/// # Errors
/// Every expression that cannot be read and every column that does not fit, with its line.
pub fn bind_file(
    file: &str,
    declared: &FileMapping,
    schema: &Schema,
) -> Result<Mapping, Vec<Diagnostic>> {
    let (mut entries, mut wrong) = (Vec::new(), Vec::new());
    for (column, text) in &declared.columns {
        let line = declared.column_lines.get(column).copied().unwrap_or(0);
        match Expr::parse(text) {
            Err(error) => wrong.push(Diagnostic::new(file, line, 1, error.to_string())),
            Ok(mut expr) => {
                let time = schema
                    .column(column.as_str())
                    .is_some_and(|(_, c)| c.ty == Type::Time);
                if time && expr.zone.is_none() && matches!(expr.convert, None | Some(Convert::Time))
                {
                    expr.zone.clone_from(&declared.zone);
                    expr.ambiguous = declared.ambiguous;
                }
                entries.push(MapEntry {
                    column: column.to_string(),
                    at: Place { line, column: 1 },
                    expr,
                });
            }
        }
    }
    let bound = bind(
        file,
        &entries,
        schema,
        format(declared.format),
        JsonPath::default(),
        Template::default(),
    );
    match bound {
        Ok(mapping) if wrong.is_empty() => Ok(mapping),
        Ok(_) => Err(wrong),
        Err(more) => {
            wrong.extend(more);
            Err(wrong)
        }
    }
}

/// The mapping of a file whose headings (or keys) are the columns' names. A column that may be unknown needs no heading. An empty field is absent where the schema allows it, else
/// unknown where it allows that; sets are split at `;`.
#[must_use]
pub fn default_file(schema: &Schema, declared: FileFormat) -> Mapping {
    let expr = |column: &Column| {
        let missing = match (column.can_be.absent, column.can_be.unknown) {
            (true, _) => Missing::Absent,
            (false, true) => Missing::Unknown,
            (false, false) => Missing::Reject,
        };
        // A JSON list is a set already; only CSV has to be split.
        let split =
            (matches!(column.ty, Type::Set(_)) && declared == FileFormat::Csv).then_some(";");
        let mut expr = Expr::heading(column.name.as_str(), missing, split);
        if let (Where::Heading(name), true) = (&expr.at, column.can_be.unknown) {
            expr.at = Where::HeadingIfThere(name.clone());
        }
        Some(expr)
    };
    Mapping {
        population: schema.name.clone(),
        version: schema.version,
        format: format(declared),
        item: JsonPath::default(),
        key: Template::default(),
        columns: schema.columns.iter().map(expr).collect(),
    }
}

fn format(declared: FileFormat) -> Format {
    match declared {
        FileFormat::Csv => Format::Csv,
        FileFormat::Jsonl => Format::JsonLines,
    }
}

fn no_column(schema: &Schema, given: &str) -> String {
    let known = schema.columns.iter().map(|column| column.name.as_str());
    match nearest(given, known) {
        Some(near) => format!(
            "population `{}` has no column `{given}`; did you mean `{near}`?",
            schema.name
        ),
        None => format!("population `{}` has no column `{given}`", schema.name),
    }
}

fn check(column: &Column, expr: &Expr, format: Format) -> Result<(), String> {
    let name = &column.name;
    match expr.missing {
        Missing::Absent if !column.can_be.absent => {
            return Err(format!(
                "column `{name}` cannot be absent; map it to a value that is always there"
            ));
        }
        Missing::Unknown if !column.can_be.unknown => {
            return Err(format!(
                "column `{name}` cannot be unknown; map it to a value that is always there"
            ));
        }
        Missing::Reject if expr.at == Where::Nowhere => {
            return Err(
                "`none` has no value; say what that means: `none|absent` or `none|unknown`"
                    .to_owned(),
            );
        }
        _ => {}
    }
    if matches!(expr.at, Where::Heading(_)) && format == Format::Json {
        return Err(format!(
            "`{expr}` names a heading, and JSON has none; begin with `$.`, `{{…}}` or a quote"
        ));
    }
    let Some(convert) = &expr.convert else {
        return Ok(());
    };
    if fits(column.ty, convert) {
        return Ok(());
    }
    Err(format!(
        "column `{name}` is {}; `{expr}` does not yield that",
        column.ty
    ))
}

/// Which conversions yield values of a type.
fn fits(ty: Type, convert: &Convert) -> bool {
    use Convert as C;
    match ty {
        Type::Text => matches!(convert, C::Text | C::Enum(_) | C::Account(_)),
        Type::Person => matches!(convert, C::Person | C::Account(_)),
        Type::Int => matches!(convert, C::Int | C::Count),
        Type::Decimal => matches!(convert, C::Decimal | C::Int),
        Type::Bool => matches!(convert, C::Bool | C::Enum(_)),
        Type::Time => matches!(convert, C::Time | C::Unix(_)),
        Type::Date => matches!(convert, C::Date),
        Type::Duration => matches!(convert, C::Duration(_)),
        Type::Set(Element::Text) => {
            matches!(convert, C::Set | C::Text | C::Enum(_) | C::Account(_))
        }
        Type::Set(Element::Person) => {
            matches!(convert, C::Set | C::Person | C::Account(_) | C::CoAuthors)
        }
    }
}
