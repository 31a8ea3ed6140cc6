//! The small language of a mapping: `"$.user.id|account:github|absent"`.

use std::fmt;

use crate::model::path::JsonPath;
use crate::model::time::{Ambiguous, Zone};

use super::template::Template;

/// Where a column's value comes from and what is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// Where it lies.
    pub at: Where,
    /// Keeps only the objects whose field has one of these values: `only(k=reviewers,reviewed-by)`.
    pub only: Option<(String, Vec<String>)>,
    /// Takes a field of each object: `get(e)`.
    pub get: Option<String>,
    /// Cuts a text into several: `split(;)`.
    pub split: Option<String>,
    /// Lower-cases the text.
    pub lower: bool,
    /// Cuts white space at both ends.
    pub trim: bool,
    /// An empty text counts as missing.
    pub blank: bool,
    /// How the text becomes a value; `None` takes the column's own type.
    pub convert: Option<Convert>,
    /// Joins several texts to one: `join(, )`.
    pub join: Option<String>,
    /// Zone of times without offset.
    pub zone: Option<Zone>,
    /// Which instant a local time that happened twice, or never, stands for.
    pub ambiguous: Ambiguous,
    /// What null or missing means.
    pub missing: Missing,
    /// The text it was read from.
    pub text: String,
}

/// Where a value lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// `$.a.b`: a path in the item.
    Item(JsonPath),
    /// `^$.a` (or `^.a`): a path in the item of the parent stream.
    Parent(JsonPath),
    /// `Start Date`: a heading of a CSV file.
    Heading(String),
    /// A heading that equals the column's name; the column is unknown in a file that does not have it.
    HeadingIfThere(String),
    /// `{org}/{repo}`: parameters and fields.
    Template(Template),
    /// `'github'`: always this text.
    Const(String),
    /// `none`: never there.
    Nowhere,
}

/// How a text or JSON value becomes a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Convert {
    /// Text as it stands.
    Text,
    /// Whole number.
    Int,
    /// Decimal number.
    Decimal,
    /// `true` or `false`.
    Bool,
    /// RFC 3339.
    Time,
    /// A number of seconds (1), milliseconds (1,000) or microseconds (1,000,000 a second) since 1970.
    Unix(i64),
    /// `2026-03-02`.
    Date,
    /// Elapsed time: a number of units of so many microseconds, or ISO 8601 (`PT4H`) if 0.
    Duration(i64),
    /// The account as the source writes it.
    Person,
    /// `system:value`.
    Account(Template),
    /// One of a few words, each with what it becomes.
    Enum(Vec<(String, String)>),
    /// How many values there are.
    Count,
    /// All values together.
    Set,
    /// Accounts that the `Co-authored-by:` trailers of a message name: e-mail addresses, or names of those without one.
    CoAuthors,
}

/// What null or missing means (decision D7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Missing {
    /// The record is rejected.
    Reject,
    /// Known not to exist.
    Absent,
    /// Could not be read.
    Unknown,
}

/// Why a text is no mapping expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExprError(pub String);

const STEPS: [&str; 26] = [
    "text",
    "int",
    "decimal",
    "bool",
    "time",
    "unix",
    "unix_ms",
    "date",
    "duration",
    "person",
    "account",
    "enum",
    "set",
    "co_authors",
    "only",
    "get",
    "split",
    "join",
    "lower",
    "trim",
    "blank",
    "zone",
    "ambiguous",
    "absent",
    "unknown",
    "count",
];

impl Expr {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong, with the step that was probably meant.
    pub fn parse(text: &str) -> Result<Self, ExprError> {
        let mut pieces = pieces(text)?.into_iter();
        let first = pieces.next().unwrap_or_default();
        let mut expr = Self {
            at: place(&first)?,
            only: None,
            get: None,
            split: None,
            lower: false,
            trim: false,
            blank: false,
            convert: None,
            join: None,
            zone: None,
            ambiguous: Ambiguous::Refuse,
            missing: Missing::Reject,
            text: text.to_owned(),
        };
        for piece in pieces {
            if piece.is_empty() {
                return Err(ExprError(format!(
                    "`{text}` has an empty step; remove the `|` or write the step"
                )));
            }
            expr.step(&piece)?;
        }
        let timed = matches!(expr.convert, None | Some(Convert::Time));
        if !timed && (expr.zone.is_some() || expr.ambiguous != Ambiguous::Refuse) {
            return Err(ExprError(
                "`zone:` and `ambiguous:` belong to `time`".to_owned(),
            ));
        }
        Ok(expr)
    }

    /// An expression that takes a heading with the column's own type.
    #[must_use]
    pub fn heading(name: &str, missing: Missing, split: Option<&str>) -> Self {
        Self {
            at: Where::Heading(name.to_owned()),
            only: None,
            get: None,
            split: split.map(str::to_owned),
            lower: false,
            trim: false,
            blank: true,
            convert: None,
            join: None,
            zone: None,
            ambiguous: Ambiguous::Refuse,
            missing,
            text: name.to_owned(),
        }
    }

    fn step(&mut self, piece: &str) -> Result<(), ExprError> {
        let (name, argument) = split_argument(piece);
        match (name, argument) {
            ("absent", None) => return self.missing(Missing::Absent),
            ("unknown", None) => return self.missing(Missing::Unknown),
            ("only", Some(argument)) => return self.only(argument),
            ("lower", None) => self.lower = true,
            ("trim", None) => self.trim = true,
            ("blank", None) => self.blank = true,
            ("split", Some(by)) if !by.is_empty() => self.split = Some(by.to_owned()),
            ("join", Some(by)) => self.join = Some(by.to_owned()),
            ("get", Some(field)) if !field.is_empty() => self.get = Some(field.to_owned()),
            ("zone", Some(zone)) => {
                self.zone = Some(Zone::parse(zone).map_err(|e| ExprError(e.to_string()))?)
            }
            ("ambiguous", Some("earlier")) => self.ambiguous = Ambiguous::Earlier,
            ("ambiguous", Some("later")) => self.ambiguous = Ambiguous::Later,
            _ => {
                let convert = convert(name, argument)?.ok_or_else(|| unknown_step(piece, name))?;
                if self.convert.replace(convert).is_some() {
                    return Err(ExprError(format!(
                        "`{piece}` is the second type of one mapping; keep one"
                    )));
                }
            }
        }
        Ok(())
    }

    fn missing(&mut self, missing: Missing) -> Result<(), ExprError> {
        if self.missing != Missing::Reject {
            return Err(ExprError(
                "`absent` and `unknown` exclude each other: what is missing means one of them"
                    .into(),
            ));
        }
        self.missing = missing;
        Ok(())
    }

    fn only(&mut self, argument: &str) -> Result<(), ExprError> {
        let (field, values) = argument
            .split_once('=')
            .ok_or_else(|| ExprError("write `only(field=value,value)`".to_owned()))?;
        self.only = Some((
            field.trim().to_owned(),
            values.split(',').map(|v| v.trim().to_owned()).collect(),
        ));
        Ok(())
    }
}

fn unknown_step(piece: &str, name: &str) -> ExprError {
    use crate::model::diagnostic::nearest;
    ExprError(match nearest(name, STEPS) {
        Some(near) if near != name => {
            format!("`{piece}` is no step of a mapping; did you mean `{near}`?")
        }
        Some(_) => format!("`{piece}` is not written as this step is; see the page on mappings"),
        None => format!(
            "`{piece}` is no step of a mapping; steps: {}",
            STEPS.join(", ")
        ),
    })
}

/// `account:github` and `enum(A,B)` alike: the name and what it is given.
fn split_argument(piece: &str) -> (&str, Option<&str>) {
    if let Some((name, inside)) = piece
        .split_once('(')
        .and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)))
    {
        return (name, Some(inside));
    }
    piece
        .split_once(':')
        .map_or((piece, None), |(name, argument)| (name, Some(argument)))
}

fn convert(name: &str, argument: Option<&str>) -> Result<Option<Convert>, ExprError> {
    Ok(Some(match (name, argument) {
        ("text", None) => Convert::Text,
        ("int", None) => Convert::Int,
        ("decimal", None) => Convert::Decimal,
        ("bool", None) => Convert::Bool,
        ("time", None) => Convert::Time,
        ("unix", None) => Convert::Unix(1),
        ("unix_ms", None) => Convert::Unix(1_000),
        ("date", None) => Convert::Date,
        ("person", None) => Convert::Person,
        ("set", None) => Convert::Set,
        ("count", None) => Convert::Count,
        ("co_authors", None) => Convert::CoAuthors,
        ("duration", None) => Convert::Duration(0),
        ("duration", Some(unit)) => Convert::Duration(unit_us(unit)?),
        ("account", Some(system)) if !system.is_empty() => {
            Convert::Account(Template::parse(system).map_err(|e| ExprError(e.to_string()))?)
        }
        ("enum", Some(words)) if !words.is_empty() => {
            Convert::Enum(words.split(',').map(word).collect())
        }
        _ => return Ok(None),
    }))
}

/// `A` stands for itself, `A=a` becomes `a`.
fn word(text: &str) -> (String, String) {
    let (from, to) = text.split_once('=').unwrap_or((text, text));
    (from.trim().to_owned(), to.trim().to_owned())
}

fn unit_us(unit: &str) -> Result<i64, ExprError> {
    Ok(match unit {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "min" => 60_000_000,
        "h" => 3_600_000_000,
        "d" => 86_400_000_000,
        other => {
            return Err(ExprError(format!(
                "`{other}` is no unit of time; one of us, ms, s, min, h, d"
            )));
        }
    })
}

fn place(text: &str) -> Result<Where, ExprError> {
    let path = |text: &str| {
        text.parse::<JsonPath>()
            .map_err(|e| ExprError(e.to_string()))
    };
    if text == "none" {
        return Ok(Where::Nowhere);
    }
    if let Some(inside) = text.strip_prefix('\'') {
        let inside = inside
            .strip_suffix('\'')
            .ok_or_else(|| ExprError(format!("close the quote of {text}")))?;
        return Ok(Where::Const(inside.to_owned()));
    }
    if let Some(parent) = text.strip_prefix('^') {
        let parent = if parent.starts_with('$') {
            parent.to_owned()
        } else {
            format!("${parent}")
        };
        return path(&parent).map(Where::Parent);
    }
    if text.starts_with('$') {
        return path(text).map(Where::Item);
    }
    if text.contains('{') {
        return Template::parse(text)
            .map(Where::Template)
            .map_err(|e| ExprError(e.to_string()));
    }
    match split_argument(text) {
        ("const", Some(inside)) => Ok(Where::Const(inside.to_owned())),
        ("heading", Some(inside)) => Ok(Where::Heading(inside.to_owned())),
        _ if text.trim().is_empty() => Err(ExprError(
            "a mapping begins with where the value lies, like `$.user.id`".into(),
        )),
        _ => Ok(Where::Heading(text.to_owned())),
    }
}

/// Splits at `|` outside of quotes and parentheses.
fn pieces(text: &str) -> Result<Vec<String>, ExprError> {
    let (mut out, mut piece) = (Vec::new(), String::new());
    let (mut quoted, mut depth) = (false, 0_u32);
    for c in text.chars() {
        match c {
            '\'' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth = depth
                    .checked_sub(1)
                    .ok_or_else(|| ExprError(format!("`)` without `(` in `{text}`")))?
            }
            _ => {}
        }
        if c == '|' && !quoted && depth == 0 {
            out.push(std::mem::take(&mut piece).trim().to_owned());
        } else {
            piece.push(c);
        }
    }
    if quoted || depth > 0 {
        return Err(ExprError(format!(
            "a quote or parenthesis of `{text}` is not closed"
        )));
    }
    out.push(piece.trim().to_owned());
    Ok(out)
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
