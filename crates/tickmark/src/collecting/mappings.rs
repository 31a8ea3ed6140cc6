//! How the pages of a collection are read: from the library's declaration, or from what the manifest itself says.

use tickmark_core::{
    facts::{
        git,
        mapping::{Mapping, bind_file, default_file},
        plan,
        schema::Schema,
    },
    model::{
        document::{FileFormat, parse_mapping},
        manifest::Manifest,
        state::Collection,
    },
};

use crate::{
    error::{Error, Result},
    shelf::{Shelf, first},
};

/// Parameter of a file collection: how its mapping reads, as YAML.
pub const MAPPING: &str = "mapping";
/// Parameter of a file collection: csv or jsonl.
pub const FORMAT: &str = "format";
/// The source that stands for records which a program hands over.
pub const PUSH: &str = "push";

/// The mapping of a collection's pages and the schema they are read into.
pub struct Mapped<'a> {
    /// Schema of the population.
    pub schema: &'a Schema,
    /// The mapping.
    pub mapping: Mapping,
}

/// Finds the mapping of a recorded collection; `None` for sources without rows of their own.
///
/// # Errors
/// The population or the source is not in the library, or the mapping does not fit.
pub fn mapping_of<'a>(
    shelf: &'a Shelf,
    collection: &Collection,
    manifest: &Manifest,
) -> Result<Option<Mapped<'a>>> {
    let name = collection.population.as_str();
    let schema = shelf
        .library
        .schema(name)
        .ok_or_else(|| Error::corrupt(format!("population `{name}` is not in the library")))?;
    let mapping = match collection.source.as_str() {
        "manual" => return Ok(None),
        "git" => git::mapping(schema).map_err(Error::bug)?,
        "plan" => plan::mapping(schema).map_err(Error::bug)?,
        "file" | PUSH => of_file(
            schema,
            manifest.params.get(MAPPING).map(String::as_str),
            manifest.params.get(FORMAT).map(String::as_str),
        )?,
        declared => {
            let source = shelf.source(declared).ok_or_else(|| {
                Error::corrupt(format!("source `{declared}` is not in the library"))
            })?;
            let stream = source.stream(collection.stream.as_str());
            let stream = stream.ok_or_else(|| {
                Error::corrupt(format!(
                    "source `{declared}` has no stream `{}`",
                    collection.stream
                ))
            })?;
            source.bind(stream, schema).map_err(|d| first(&d))?
        }
    };
    Ok(Some(Mapped { schema, mapping }))
}

/// The mapping of a file: as written, or headings equal to the column names.
///
/// # Errors
/// What is written does not read or does not fit.
pub fn of_file(schema: &Schema, written: Option<&str>, format: Option<&str>) -> Result<Mapping> {
    let form = if format == Some("csv") {
        FileFormat::Csv
    } else {
        FileFormat::Jsonl
    };
    let Some(text) = written else {
        return Ok(default_file(schema, form));
    };
    let mapping = parse_mapping("mapping", text.as_bytes(), form).map_err(|d| first(&d))?;
    if mapping.population != schema.name {
        return Err(Error::user(format!(
            "mapping: it is for population `{}`, not for `{}`",
            mapping.population, schema.name
        )));
    }
    bind_file("mapping", &mapping, schema).map_err(|d| first(&d))
}
