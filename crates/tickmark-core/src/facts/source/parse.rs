//! The YAML of a source declaration.

use crate::facts::mapping::{Convert, Expr, FORMATS, Format, MapEntry, Template, Where};
use crate::facts::schema::Mismatch;
use crate::facts::yaml::{Doc, Fields, Node};
use crate::model::diagnostic::{Diagnostic, nearest};
use crate::model::ids::{PopulationName, SourceId, StreamName};
use crate::model::manifest::Shape;
use crate::model::path::JsonPath;

use super::{Auth, CountAt, Covers, Http, ParamType, Pin, Source, Stream, TieOut};

/// Parameters that every stream has: the time asked for.
const TIMES: [&str; 2] = ["from", "until"];
const DAY_S: u64 = 86_400;

pub(super) fn source(file: &str, text: &str) -> Result<Source, Diagnostic> {
    let doc = Doc::parse(file, text)?;
    let of = "a source";
    let keys = [
        "id",
        "version",
        "http",
        "params",
        "pin",
        "record_headers",
        "retention",
        "streams",
        "permissions",
    ];
    let fields = doc.fields(&doc.root, of, &keys)?;
    let params = params(&doc, fields.get("params"))?;
    let cx = Context {
        doc: &doc,
        params: &params,
    };
    let retention_s = retention(&doc, fields.get("retention"))?.unwrap_or(None);
    let version_at = fields.need(&doc, "version", of)?;
    let version = doc.count(version_at, "`version`")?;
    let mut streams: Vec<Stream> = Vec::new();
    for (name, at, node) in doc.map(fields.need(&doc, "streams", of)?, "`streams`")? {
        let name = doc.checked(at, name, StreamName::parse)?;
        let stream = cx.stream(name, node, retention_s, &streams)?;
        streams.push(stream);
    }
    permissions(&doc, fields.get("permissions"), &mut streams)?;
    Ok(Source {
        file: file.to_owned(),
        id: doc.parsed(fields.need(&doc, "id", of)?, "`id`", SourceId::parse)?,
        version: u32::try_from(version)
            .ok()
            .filter(|v| *v > 0)
            .ok_or_else(|| doc.wrong(version_at.at, "`version` counts from 1"))?,
        http: cx.http(fields.need(&doc, "http", of)?)?,
        pin: fields.get("pin").map(|node| cx.pin(node)).transpose()?,
        record_headers: headers(&doc, fields.get("record_headers"))?,
        retention_s,
        params,
        streams,
    })
}

fn params(doc: &Doc<'_>, node: Option<&Node>) -> Result<Vec<(String, ParamType)>, Diagnostic> {
    let Some(node) = node else {
        return Ok(Vec::new());
    };
    let mut params = Vec::new();
    for (name, at, value) in doc.map(node, "`params`")? {
        if TIMES.contains(&name) {
            return Err(doc.wrong(
                at,
                format!("`{name}` is the time asked for; choose another name"),
            ));
        }
        let types = [("text", ParamType::Text), ("int", ParamType::Int)];
        params.push((
            name.to_owned(),
            doc.one_of(value, "the type of a parameter", &types)?,
        ));
    }
    Ok(params)
}

fn headers(doc: &Doc<'_>, node: Option<&Node>) -> Result<Vec<String>, Diagnostic> {
    let Some(node) = node else {
        return Ok(Vec::new());
    };
    doc.list(node, "`record_headers`")?
        .iter()
        .map(|h| doc.text(h, "a header").map(str::to_ascii_lowercase))
        .collect()
}

/// `permissions: {pulls: "Pull requests: read"}`: what each stream needs, for whoever makes the account that reads.
fn permissions(
    doc: &Doc<'_>,
    node: Option<&Node>,
    streams: &mut [Stream],
) -> Result<(), Diagnostic> {
    let Some(node) = node else { return Ok(()) };
    for (name, at, value) in doc.map(node, "`permissions`")? {
        let says = doc.text(value, "a permission")?.to_owned();
        match streams.iter_mut().find(|s| s.name.as_str() == name) {
            Some(stream) => stream.permission = Some(says),
            None => return Err(doc.wrong(at, format!("there is no stream `{name}`"))),
        }
    }
    Ok(())
}

/// `none` or a time such as `180d`; the outer `None` if nothing is said.
fn retention(doc: &Doc<'_>, node: Option<&Node>) -> Result<Option<Option<u64>>, Diagnostic> {
    let Some(node) = node else { return Ok(None) };
    if doc.text(node, "`retention`")? == "none" {
        return Ok(Some(None));
    }
    seconds(doc, node, "`retention`").map(|s| Some(Some(s)))
}

/// `90d`, `24h`, `30min`, or `hourly`, `daily`, `weekly` with some grace for schedules that run late.
fn seconds(doc: &Doc<'_>, node: &Node, of: &str) -> Result<u64, Diagnostic> {
    let text = doc.text(node, of)?;
    let words = [
        ("hourly", 70 * 60),
        ("daily", DAY_S + 2 * 3_600),
        ("weekly", 7 * DAY_S + 4 * 3_600),
    ];
    if let Some((_, s)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*s);
    }
    let units = [("d", DAY_S), ("h", 3_600), ("min", 60), ("s", 1)];
    let found = units.iter().find_map(|(unit, s)| {
        text.strip_suffix(unit)?
            .parse::<u64>()
            .ok()?
            .checked_mul(*s)
    });
    found.filter(|s| *s > 0).ok_or_else(|| {
        doc.wrong(node.at, format!("{of} cannot be `{text}`"))
            .hint("write `90d`, `24h`, `hourly`, `daily` or `weekly`")
    })
}

pub(super) struct Context<'a> {
    pub(super) doc: &'a Doc<'a>,
    params: &'a [(String, ParamType)],
}

impl Context<'_> {
    /// A template whose parameters are declared.
    fn template(&self, node: &Node, of: &str) -> Result<Template, Diagnostic> {
        let template = self.doc.parsed(node, of, Template::parse)?;
        self.declared(node, template.params())?;
        Ok(template)
    }

    fn declared<'p>(
        &self,
        node: &Node,
        mut names: impl Iterator<Item = &'p str>,
    ) -> Result<(), Diagnostic> {
        let declared =
            |name: &str| TIMES.contains(&name) || self.params.iter().any(|(p, _)| p == name);
        let Some(name) = names.find(|name| !declared(name)) else {
            return Ok(());
        };
        let wrong = self
            .doc
            .wrong(node.at, format!("parameter `{name}` is not declared"));
        Err(
            match nearest(name, self.params.iter().map(|(p, _)| p.as_str())) {
                Some(near) => wrong.hint(format!("did you mean `{near}`?")),
                None => wrong.hint("add it under `params:`"),
            },
        )
    }

    pub(super) fn path(&self, node: &Node, of: &str) -> Result<JsonPath, Diagnostic> {
        self.doc.parsed(node, of, str::parse::<JsonPath>)
    }

    fn http(&self, node: &Node) -> Result<Http, Diagnostic> {
        let of = "`http`";
        let fields = self
            .doc
            .fields(node, of, &["base", "auth", "accept", "per_second"])?;
        let base_at = fields.need(self.doc, "base", of)?;
        let base = self.template(base_at, "`base`")?;
        let literal = base.to_string();
        if !literal.starts_with("https://")
            && !literal.starts_with("http://")
            && !literal.starts_with('{')
        {
            return Err(self.doc.wrong(
                base_at.at,
                "`base` must begin with `https://` or be a parameter",
            ));
        }
        let auth = match fields.get("auth") {
            None => Auth::None,
            Some(node) => match self.doc.text(node, "`auth`")?.split_once(':') {
                Some(("header", name)) => Auth::Header(name.trim().to_ascii_lowercase()),
                _ => match self.doc.one_of(
                    node,
                    "`auth`",
                    &[("none", 0), ("bearer", 1), ("basic", 2)],
                )? {
                    0 => Auth::None,
                    1 => Auth::Bearer,
                    _ => Auth::Basic,
                },
            },
        };
        let accept = fields
            .get("accept")
            .map_or(Ok("application/json"), |node| {
                self.doc.text(node, "`accept`")
            })?;
        let per_second = fields
            .get("per_second")
            .map_or(Ok(5), |node| self.doc.count(node, "`per_second`"))?;
        let per_second = u32::try_from(per_second).unwrap_or(u32::MAX).max(1);
        Ok(Http {
            base,
            auth,
            accept: accept.to_owned(),
            per_second,
        })
    }

    fn pin(&self, node: &Node) -> Result<Pin, Diagnostic> {
        let fields = self.doc.fields(node, "`pin`", &["get", "path"])?;
        Ok(Pin {
            get: self.template(fields.need(self.doc, "get", "`pin`")?, "`get`")?,
            path: self.path(fields.need(self.doc, "path", "`pin`")?, "`path`")?,
        })
    }

    fn stream(
        &self,
        name: StreamName,
        node: &Node,
        retention_s: Option<u64>,
        before: &[Stream],
    ) -> Result<Stream, Diagnostic> {
        let of = format!("stream `{name}`");
        let keys = [
            "each",
            "get",
            "page",
            "format",
            "item",
            "into",
            "key",
            "map",
            "count",
            "cap",
            "tie_out",
            "gap",
            "shape",
            "cadence",
            "retention",
            "covers",
        ];
        let fields = self.doc.fields(node, &of, &keys)?;
        let cadence_s = fields
            .get("cadence")
            .map(|n| seconds(self.doc, n, "`cadence`"))
            .transpose()?;
        let shape = self.shape(&fields, node, cadence_s)?;
        let format = fields.get("format").map_or(Ok(Format::Json), |n| {
            self.doc.one_of(n, "`format`", &FORMATS)
        })?;
        let item = match fields.get("item") {
            Some(node) => self.path(node, "`item`")?,
            None if format == Format::Json => {
                self.path(fields.need(self.doc, "item", &of)?, "`item`")?
            }
            None => JsonPath::default(),
        };
        Ok(Stream {
            each: fields
                .get("each")
                .map(|n| self.each(n, before))
                .transpose()?,
            get: self.template(fields.need(self.doc, "get", &of)?, "`get`")?,
            page: self.paging(fields.get("page"))?,
            into: self.doc.parsed(
                fields.need(self.doc, "into", &of)?,
                "`into`",
                PopulationName::parse,
            )?,
            key: self.template(fields.need(self.doc, "key", &of)?, "`key`")?,
            map: self.map(fields.need(self.doc, "map", &of)?)?,
            count: fields.get("count").map(|n| self.count(n)).transpose()?,
            cap: fields.get("cap").map(|n| self.cap(n)).transpose()?,
            tie_out: fields.get("tie_out").map(|n| self.tie_out(n)).transpose()?,
            gap_columns: fields
                .get("gap")
                .map(|n| self.gap(n))
                .transpose()?
                .unwrap_or_default(),
            retention_s: retention(self.doc, fields.get("retention"))?.unwrap_or(retention_s),
            covers: self.covers(fields.get("covers"), shape)?,
            name,
            format,
            item,
            shape,
            cadence_s,
            permission: None,
        })
    }

    /// States have a cadence, events have none; `shape:` may say it again.
    fn shape(
        &self,
        fields: &Fields<'_>,
        node: &Node,
        cadence_s: Option<u64>,
    ) -> Result<Shape, Diagnostic> {
        let told = match fields.get("shape") {
            None => None,
            Some(n) => Some(self.doc.one_of(
                n,
                "`shape`",
                &[("event", Shape::Event), ("state", Shape::State)],
            )?),
        };
        match (told, cadence_s) {
            (Some(Shape::State), None) => Err(self
                .doc
                .wrong(node.at, "a stream of states needs `cadence:`")
                .hint("how often is it read? like `daily`")),
            (Some(Shape::Event), Some(_)) => Err(self
                .doc
                .wrong(node.at, "a stream of events has no `cadence`")),
            (_, Some(_)) => Ok(Shape::State),
            (_, None) => Ok(Shape::Event),
        }
    }

    fn covers(&self, node: Option<&Node>, shape: Shape) -> Result<Covers, Diagnostic> {
        let words = [
            ("asked", Covers::Asked),
            ("snapshot", Covers::Snapshot),
            ("nothing", Covers::Nothing),
        ];
        match node {
            Some(node) => self.doc.one_of(node, "`covers`", &words),
            None if shape == Shape::State => Ok(Covers::Snapshot),
            None => Ok(Covers::Asked),
        }
    }

    fn each(&self, node: &Node, before: &[Stream]) -> Result<StreamName, Diagnostic> {
        let name = self.doc.parsed(node, "`each`", StreamName::parse)?;
        if before.iter().any(|stream| stream.name == name) {
            return Ok(name);
        }
        let wrong = self.doc.wrong(
            node.at,
            format!("`each` names stream `{name}`, which is not declared before this one"),
        );
        Err(
            match nearest(
                name.as_str(),
                before.iter().map(|stream| stream.name.as_str()),
            ) {
                Some(near) => wrong.hint(format!("did you mean `{near}`?")),
                None => wrong,
            },
        )
    }

    fn map(&self, node: &Node) -> Result<Vec<MapEntry>, Diagnostic> {
        let entries = map_entries(self.doc, node)?;
        for (entry, (_, _, value)) in entries.iter().zip(self.doc.map(node, "`map`")?) {
            if let Where::Template(template) = &entry.expr.at {
                self.declared(value, template.params())?;
            }
            if let Some(Convert::Account(template)) = &entry.expr.convert {
                self.declared(value, template.params())?;
            }
        }
        Ok(entries)
    }

    fn count(&self, node: &Node) -> Result<CountAt, Diagnostic> {
        let fields = self
            .doc
            .fields(node, "`count`", &["get", "path", "void_if"])?;
        Ok(CountAt {
            get: fields
                .get("get")
                .map(|n| self.template(n, "`get`"))
                .transpose()?,
            path: self.path(fields.need(self.doc, "path", "`count`")?, "`path`")?,
            void_if: fields
                .get("void_if")
                .map(|n| self.path(n, "`void_if`"))
                .transpose()?,
        })
    }

    fn cap(&self, node: &Node) -> Result<u64, Diagnostic> {
        let fields = self.doc.fields(node, "`cap`", &["items", "then"])?;
        self.doc.one_of(
            fields.need(self.doc, "then", "`cap`")?,
            "`then`",
            &[("unknown", ())],
        )?;
        self.doc
            .count(fields.need(self.doc, "items", "`cap`")?, "`items`")
    }

    fn tie_out(&self, node: &Node) -> Result<TieOut, Diagnostic> {
        let fields = self
            .doc
            .fields(node, "`tie_out`", &["with", "on", "mismatch"])?;
        let words = [("stop", Mismatch::Stop), ("show", Mismatch::Show)];
        Ok(TieOut {
            with: self
                .doc
                .text(fields.need(self.doc, "with", "`tie_out`")?, "`with`")?
                .to_owned(),
            on: self
                .doc
                .text(fields.need(self.doc, "on", "`tie_out`")?, "`on`")?
                .to_owned(),
            mismatch: self.doc.one_of(
                fields.need(self.doc, "mismatch", "`tie_out`")?,
                "`mismatch`",
                &words,
            )?,
        })
    }

    fn gap(&self, node: &Node) -> Result<Vec<String>, Diagnostic> {
        let fields = self.doc.fields(node, "`gap`", &["columns"])?;
        let columns = self
            .doc
            .list(fields.need(self.doc, "columns", "`gap`")?, "`columns`")?;
        columns
            .iter()
            .map(|n| self.doc.text(n, "a column").map(str::to_owned))
            .collect()
    }
}

/// The lines of a `map:`.
pub(in crate::facts) fn map_entries(
    doc: &Doc<'_>,
    node: &Node,
) -> Result<Vec<MapEntry>, Diagnostic> {
    let mut entries = Vec::new();
    for (column, at, value) in doc.map(node, "`map`")? {
        let expr = doc.parsed(value, "a mapping", Expr::parse)?;
        entries.push(MapEntry {
            column: column.to_owned(),
            at,
            expr,
        });
    }
    Ok(entries)
}
