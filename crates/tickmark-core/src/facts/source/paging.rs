//! How the YAML of a stream says that pages follow each other.

use crate::facts::yaml::Node;
use crate::model::diagnostic::Diagnostic;

use super::parse::Context;
use super::{Next, Paging, Stop};

/// Pages fetched at most where a stream does not say.
const MAX_PAGES: u64 = 1_000;

impl Context<'_> {
    pub(super) fn paging(&self, node: Option<&Node>) -> Result<Paging, Diagnostic> {
        let Some(node) = node else {
            return Ok(Paging {
                next: Next::None,
                stop: Stop::NoNext,
                max: 1,
            });
        };
        let fields = self.doc.fields(
            node,
            "`page`",
            &["next", "stop", "max", "param", "first", "size"],
        )?;
        let next_at = fields.need(self.doc, "next", "`page`")?;
        let param = fields
            .get("param")
            .map(|n| self.doc.text(n, "`param`").map(str::to_owned))
            .transpose()?;
        let next = match self.doc.text(next_at, "`next`")? {
            "link-header" => Next::LinkHeader,
            "none" => Next::None,
            "number" => Next::Number {
                param: param.ok_or_else(|| {
                    self.doc.wrong(
                        node.at,
                        "`next: number` needs `param:`, the query parameter",
                    )
                })?,
                first: fields
                    .get("first")
                    .map_or(Ok(1), |n| self.doc.count(n, "`first`"))?,
            },
            path if path.starts_with('$') => Next::Body {
                path: self.path(next_at, "`next`")?,
                param,
            },
            other => {
                let what = format!("`next` cannot be `{other}`");
                return Err(self
                    .doc
                    .wrong(next_at.at, what)
                    .hint("`link-header`, `number`, `none` or a path like `$.next`"));
            }
        };
        let size = fields
            .get("size")
            .map(|n| self.doc.count(n, "`size`"))
            .transpose()?;
        let stops = [
            ("no-next", Stop::NoNext),
            ("empty", Stop::Empty),
            ("short", Stop::Short(size.unwrap_or(0))),
        ];
        let stop = fields
            .get("stop")
            .map_or(Ok(Stop::NoNext), |n| self.doc.one_of(n, "`stop`", &stops))?;
        let counted = matches!(next, Next::Number { .. });
        if counted && stop == Stop::NoNext {
            return Err(self.doc.wrong(
                node.at,
                "counted pages need `stop: empty` or `stop: short` with `size:`",
            ));
        }
        if stop == Stop::Short(0) {
            return Err(self.doc.wrong(
                node.at,
                "`stop: short` needs `size:`, the records of a full page",
            ));
        }
        let max = fields
            .get("max")
            .map_or(Ok(MAX_PAGES), |n| self.doc.count(n, "`max`"))?
            .max(1);
        Ok(Paging { next, stop, max })
    }
}
