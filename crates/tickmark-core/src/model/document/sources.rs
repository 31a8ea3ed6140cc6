use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::calendar::Frequency;
use crate::model::ids::{ColumnName, InstanceId, PopulationName, SourceId, StreamName};
use crate::model::time::{Ambiguous, Zone};
use crate::model::yaml::{Fields, Node, Reader};

/// `sources.yaml`: where evidence is fetched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sources {
    /// The sources in the order written.
    pub sources: Vec<SourceConfig>,
}

/// One configured source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceConfig {
    /// Name in this program.
    pub id: InstanceId,
    /// The declaration it uses.
    pub source: SourceId,
    /// Values of the declaration's parameters, as written.
    pub params: BTreeMap<String, String>,
    /// Where responses come from.
    pub transport: Transport,
    /// Where the secret is found; never the secret (decision D22).
    pub auth: Option<AuthReference>,
    /// Streams to fetch; empty means all.
    pub streams: Vec<StreamName>,
    /// How often it is fetched; a longer gap is uncovered (decision D6).
    pub cadence: Option<Frequency>,
    /// For files: what they hold.
    pub mapping: Option<FileMapping>,
    /// Line in the document.
    pub line: u32,
}

/// Where responses come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// The source itself.
    Live,
    /// Responses recorded in a folder of the program.
    Recorded(String),
}

/// Where a secret is found when it is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthReference {
    /// In a variable of the environment.
    Env(String),
    /// In a file, its whole content without the last line feed.
    File(String),
}

/// What a file of records holds (`collect file`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMapping {
    /// Population its records belong to.
    pub population: PopulationName,
    /// Path, relative to the program.
    pub path: Option<String>,
    /// Form.
    pub format: FileFormat,
    /// Zone of local times.
    pub zone: Option<Zone>,
    /// What to do with local times that happened twice or never.
    pub ambiguous: Ambiguous,
    /// Expression for each column, as in a source declaration: `$.user.id|account:github|absent`.
    pub columns: BTreeMap<ColumnName, String>,
    /// Line of each column, for messages.
    pub column_lines: BTreeMap<ColumnName, u32>,
}

/// Form of a file of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Comma-separated values with a header line.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// Why a text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// It may be the secret itself, so it is not repeated.
    #[error(
        "a secret must not stand in a document (the text is not repeated here); write `env:NAME` or `file:PATH`"
    )]
    Secret,
    /// Not a transport.
    #[error("`{0}` is not a transport; write `live` or `recorded:DIR`")]
    Transport(String),
}

impl FromStr for AuthReference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let variable =
            |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        match text.split_once(':') {
            Some(("env", name)) if variable(name) => Ok(Self::Env(name.to_owned())),
            Some(("file", path)) if !path.trim().is_empty() => Ok(Self::File(path.to_owned())),
            _ => Err(ReferenceError::Secret),
        }
    }
}

impl FromStr for Transport {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        match text.split_once(':') {
            None if text == "live" => Ok(Self::Live),
            Some(("recorded", dir)) if !dir.is_empty() => Ok(Self::Recorded(dir.to_owned())),
            _ => Err(ReferenceError::Transport(text.to_owned())),
        }
    }
}

impl FileMapping {
    /// The mapping as a file of its own says it: [`parse_mapping`](super::parse_mapping) reads it back. The path is left out, for a
    /// collection records what it read, not where it will be read next.
    #[must_use]
    pub fn written(&self) -> String {
        let format = match self.format {
            FileFormat::Csv => "csv",
            FileFormat::Jsonl => "jsonl",
        };
        let mut lines = vec![
            format!("population: {}", self.population),
            format!("format: {format}"),
        ];
        lines.extend(self.zone.iter().map(|zone| format!("zone: {zone}")));
        match self.ambiguous {
            Ambiguous::Refuse => {}
            Ambiguous::Earlier => lines.push("ambiguous: earlier".to_owned()),
            Ambiguous::Later => lines.push("ambiguous: later".to_owned()),
        }
        lines.push("columns:".to_owned());
        for (column, expr) in &self.columns {
            // A JSON text is a YAML text in double quotes.
            let expr = serde_json::Value::from(expr.as_str());
            lines.push(format!("  {column}: {expr}"));
        }
        lines.join("\n") + "\n"
    }
}

/// The form that a file's name tells.
fn form_of(path: &str) -> Option<FileFormat> {
    let (_, extension) = path.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "csv" => Some(FileFormat::Csv),
        "jsonl" | "ndjson" => Some(FileFormat::Jsonl),
        _ => None,
    }
}

const KEYS: [&str; 8] = [
    "id",
    "use",
    "params",
    "transport",
    "auth",
    "streams",
    "cadence",
    "mapping",
];
/// Keys of parameters under which a secret would stand.
const SECRET_WORDS: [&str; 6] = [
    "token",
    "password",
    "secret",
    "api_key",
    "apikey",
    "private_key",
];

pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Sources> {
    let mut out = Sources::default();
    if node.value == crate::model::yaml::Value::Map(Vec::new()) {
        return Some(out);
    }
    let mut seen = BTreeSet::new();
    for item in reader.list(node, "the sources document") {
        let Some(source) = read_source(reader, item) else {
            continue;
        };
        if !seen.insert(source.id.clone()) {
            reader.refuse(
                item.at,
                format!("source `{}` is given twice", source.id),
                "rename one",
            );
        }
        out.sources.push(source);
    }
    Some(out)
}

fn read_source(reader: &mut Reader, node: &Node) -> Option<SourceConfig> {
    let fields = reader.fields(node, "a source", &KEYS)?;
    let id = reader
        .required(&fields, "id", "name it, like `gh-acme`")
        .and_then(|n| reader.value(n));
    let source = reader
        .required(&fields, "use", "name the declaration, like `github`")
        .and_then(|n| reader.value(n));
    let params = fields
        .get("params")
        .map(|n| read_params(reader, n))
        .unwrap_or_default();
    let transport = fields
        .get("transport")
        .map(|n| reader.value::<Transport>(n));
    let auth = fields.get("auth").and_then(|n| reader.value(n));
    let streams = fields
        .get("streams")
        .map(|n| reader.values(n, "`streams`"))
        .unwrap_or_default();
    let cadence = fields.get("cadence").and_then(|n| reader.value(n));
    let mapping = fields
        .get("mapping")
        .and_then(|n| read_mapping(reader, n, FileFormat::Csv));
    check_transport(reader, &fields);
    Some(SourceConfig {
        id: id?,
        source: source?,
        params,
        transport: transport.flatten().unwrap_or(Transport::Live),
        auth,
        streams,
        cadence,
        mapping,
        line: node.at.line,
    })
}

/// A recording stays inside the program, so that a bundle of documents means the same on every machine.
fn check_transport(reader: &mut Reader, fields: &Fields<'_>) {
    let dir = fields
        .get("transport")
        .and_then(|n| n.as_text())
        .and_then(|t| t.strip_prefix("recorded:"));
    if dir.is_some_and(|d| d.split('/').any(|part| part == "..")) {
        reader.refuse(
            fields.place("transport"),
            "a recording must lie beside the program",
            "write a folder without `..`",
        );
    }
}

fn read_params(reader: &mut Reader, node: &Node) -> BTreeMap<String, String> {
    let mut params = BTreeMap::new();
    for (name, at, value) in reader
        .map(node, "`params`")
        .iter()
        .flat_map(|f| f.entries())
    {
        if SECRET_WORDS
            .iter()
            .any(|word| name.to_lowercase().contains(word))
        {
            reader.refuse(
                *at,
                format!("`{name}` looks like a secret"),
                "put it behind `auth: env:NAME` or `auth: file:PATH`",
            );
        }
        params.extend(reader.text(value).map(|v| (name.clone(), v)));
    }
    params
}

/// Reads a mapping; `form` is taken if neither `format:` nor the file's name tells one.
pub(super) fn read_mapping(
    reader: &mut Reader,
    node: &Node,
    form: FileFormat,
) -> Option<FileMapping> {
    let known = [
        "population",
        "path",
        "format",
        "zone",
        "ambiguous",
        "columns",
    ];
    let fields = reader.fields(node, "a mapping", &known)?;
    let population = reader
        .required(&fields, "population", "name it, like `hire`")
        .and_then(|n| reader.value(n));
    let columns = reader.required(
        &fields,
        "columns",
        "map each column, like `person: \"$.person|text\"`",
    );
    let path = fields.get("path").and_then(|n| reader.text(n));
    let format = fields
        .get("format")
        .and_then(|n| reader.one_of(n, &["csv", "jsonl"]));
    let zone = fields.get("zone").and_then(|n| reader.value(n));
    let ambiguous = fields
        .get("ambiguous")
        .and_then(|n| reader.one_of(n, &["refuse", "earlier", "later"]));
    let (mut expressions, mut lines) = (BTreeMap::new(), BTreeMap::new());
    for (name, at, value) in columns
        .and_then(|n| reader.map(n, "`columns`"))
        .iter()
        .flat_map(|f| f.entries())
    {
        match ColumnName::parse(name) {
            Ok(column) => {
                lines.insert(column.clone(), at.line);
                expressions.extend(reader.text(value).map(|v| (column, v)));
            }
            Err(error) => reader.wrong(*at, &error),
        }
    }
    let by_name = path.as_deref().and_then(form_of);
    let format = match format {
        Some("csv") => Some(FileFormat::Csv),
        Some(_) => Some(FileFormat::Jsonl),
        None => by_name,
    };
    Some(FileMapping {
        population: population?,
        format: format.unwrap_or(form),
        path,
        zone,
        ambiguous: match ambiguous {
            Some("earlier") => Ambiguous::Earlier,
            Some("later") => Ambiguous::Later,
            _ => Ambiguous::Refuse,
        },
        columns: expressions,
        column_lines: lines,
    })
}
