//! The short form as one `SELECT`.
//!
//! The inner query decides every condition once, under a name; the outer one makes attributes and reasons of them.
//! Names: `_member` (is the row an item), `_na`, `_pending`, `_doubt` (a condition that could not be read makes the item
//! unknown, whatever its attributes say), `d_A` (attribute A decided), `w_A` (why A is false).

use crate::{
    facts::schema::{Schema, Shape, Type},
    judge::{
        expr::{self, Node, Params},
        job::Value,
        literal::{identifier, quoted, sql as literal},
        spec::{Attribute, Coded, Rule, Short, TestSpec},
        window::Window,
    },
};

/// The whole `SELECT`, ordered by item and time.
pub(super) fn sql(
    schema: &Schema,
    test: &TestSpec,
    short: &Short,
    window: Window,
    look_back: bool,
    params: &Params,
) -> String {
    let writer = Writer {
        schema,
        test,
        short,
        window,
        look_back,
        params,
    };
    let attributes: String = test
        .attributes
        .iter()
        .map(|a| format!("{}, ", outer_attribute(&a.letter)))
        .collect();
    format!(
        "SELECT _item, {attributes}_na, _pending, _from, _until, _trigger, {} AS _reasons, _leaf, _blob, _record FROM ({}) AS decided \
         ORDER BY _item, _from",
        reasons(&test.attributes),
        writer.inner(),
    )
}

/// An attribute is unknown when a condition before it is.
fn outer_attribute(letter: &str) -> String {
    let decided = identifier(&format!("d_{letter}"));
    format!(
        "CASE WHEN _doubt IS NULL THEN {decided} END AS {}",
        identifier(&format!("a_{letter}"))
    )
}

/// Reason codes as one text, separated by blanks: the doubt alone, or one code for each attribute that is not met.
fn reasons(attributes: &[Attribute]) -> String {
    let mut parts = vec!["CASE WHEN _doubt IS NULL THEN '' ELSE _doubt END".to_owned()];
    for attribute in attributes {
        let Some(rule) = &attribute.rule else {
            continue;
        };
        let letter = &attribute.letter;
        let (decided, why) = (
            identifier(&format!("d_{letter}")),
            identifier(&format!("w_{letter}")),
        );
        parts.push(format!(
            "CASE WHEN _doubt IS NOT NULL OR {decided} THEN '' WHEN {decided} IS NULL THEN {} ELSE concat(' ', {why}) END",
            quoted(&format!(" {letter}:{}", rule.unknown)),
        ));
    }
    format!("trim(concat({}))", parts.join(", "))
}

struct Writer<'w> {
    schema: &'w Schema,
    test: &'w TestSpec,
    short: &'w Short,
    window: Window,
    look_back: bool,
    params: &'w Params,
}

impl Writer<'_> {
    fn inner(&self) -> String {
        let (from, until, trigger) = self.times();
        let mut columns = vec![
            format!("{} AS _item", self.item()),
            format!("{} AS _na", self.code_of(&self.short.na)),
            format!("{} AS _pending", self.code_of(&self.short.pending)),
            format!("{} AS _doubt", self.doubt()),
        ];
        for attribute in &self.test.attributes {
            let Some(rule) = &attribute.rule else {
                continue;
            };
            let name = |prefix: char| identifier(&format!("{prefix}_{}", attribute.letter));
            columns.push(format!("{} AS {}", self.decided(&rule.expr), name('d')));
            columns.push(format!(
                "{} AS {}",
                self.why(&attribute.letter, rule),
                name('w')
            ));
        }
        columns.push(format!(
            "{from} AS _from, {until} AS _until, {trigger} AS _trigger, _leaf, _blob, _record"
        ));
        let member = self
            .member()
            .map_or_else(String::new, |m| format!(" AND ({m} IS NULL OR {m})"));
        format!(
            "SELECT {} FROM {} WHERE {}{member}",
            columns.join(", "),
            identifier(self.schema.name.as_str()),
            self.in_window()
        )
    }

    fn decided(&self, node: &Node) -> String {
        expr::decided(node, &self.test.scope, self.params)
    }

    fn plain(&self, node: &Node) -> String {
        expr::to_sql(node, &self.test.scope, self.params)
    }

    fn time(&self, name: &str) -> String {
        literal(self.params.get(name).unwrap_or(&Value::Null))
    }

    /// Key columns as an item id.
    fn item(&self) -> String {
        let parts: Vec<String> = self
            .schema
            .key
            .iter()
            .filter_map(|name| self.schema.column(name.as_str()))
            .map(|(_, column)| {
                let name = identifier(column.name.as_str());
                match column.ty {
                    Type::Text | Type::Person => name,
                    Type::Time => format!("time_text({name})"),
                    _ => format!("CAST({name} AS VARCHAR)"),
                }
            })
            .collect();
        format!("item({})", parts.join(", "))
    }

    /// The instant that decides membership: of a day, its start in the reporting zone.
    fn trigger(&self) -> Option<String> {
        let (_, column) = self.schema.column(self.schema.trigger.as_ref()?.as_str())?;
        let name = identifier(column.name.as_str());
        match column.ty {
            Type::Date => Some(format!("day_start({name}, {})", self.time("zone"))),
            _ => Some(name),
        }
    }

    /// The bit that says that the trigger could not be read.
    fn trigger_unknown(&self) -> Option<String> {
        let (_, column) = self.schema.column(self.schema.trigger.as_ref()?.as_str())?;
        column.can_be.unknown.then(|| {
            format!(
                "(\"_unknown\" & {}) <> 0",
                self.schema.mask(column.name.as_str())
            )
        })
    }

    /// Membership by time: events by their trigger, states by overlap; what cannot be placed in time is not left out.
    fn in_window(&self) -> String {
        let (from, until) = (self.time("from"), self.time("until"));
        if self.schema.shape == Shape::State {
            return match self.window {
                Window::Period(_) => {
                    format!("(valid_from < {until} AND (valid_to IS NULL OR valid_to > {from}))")
                }
                Window::Instant(_) => {
                    format!("(valid_from <= {from} AND (valid_to IS NULL OR valid_to > {from}))")
                }
            };
        }
        let trigger = self.trigger().unwrap_or_default();
        let mut ways = vec![format!("({trigger} >= {from} AND {trigger} < {until})")];
        if let (true, Some(due)) = (self.look_back, &self.short.due) {
            let due = self.plain(due);
            ways.push(format!(
                "({trigger} < {from} AND {due} >= {from} AND {due} < {until})"
            ));
        }
        ways.extend(self.trigger_unknown());
        format!("({})", ways.join(" OR "))
    }

    /// `where`, decided; NULL when it or the trigger could not be read.
    fn member(&self) -> Option<String> {
        let filter = self.short.filter.as_ref().map(|f| self.decided(f));
        match (filter, self.trigger_unknown()) {
            (None, None) => None,
            (Some(filter), None) => Some(format!("({filter})")),
            (filter, Some(unknown)) => {
                let filter = filter.unwrap_or_else(|| "true".to_owned());
                Some(format!(
                    "(CASE WHEN NOT ({filter}) THEN false WHEN {unknown} THEN NULL ELSE ({filter}) END)"
                ))
            }
        }
    }

    /// The code of the first condition that is true.
    fn code_of(&self, conditions: &[Coded]) -> String {
        if conditions.is_empty() {
            return "CAST(NULL AS VARCHAR)".to_owned();
        }
        let whens = conditions.iter().map(|c| match &c.when {
            Some(when) => format!("WHEN {} THEN {}", self.decided(when), quoted(&c.code)),
            None => format!("WHEN true THEN {}", quoted(&c.code)),
        });
        format!("CASE {} END", whens.collect::<Vec<_>>().join(" "))
    }

    /// The first condition before the attributes that could not be read, as a reason; NULL when all could.
    fn doubt(&self) -> String {
        let mut whens: Vec<String> = self
            .member()
            .iter()
            .map(|m| format!("WHEN {m} IS NULL THEN 'where:unknown'"))
            .collect();
        let any_null = |conditions: &[Coded]| {
            let nulls = conditions
                .iter()
                .filter_map(|c| c.when.as_ref())
                .map(|w| format!("{} IS NULL", self.decided(w)));
            nulls.collect::<Vec<_>>().join(" OR ")
        };
        for (conditions, stop, reason) in [
            (&self.short.na, self.code_of(&self.short.na), "na:unknown"),
            (
                &self.short.pending,
                self.code_of(&self.short.pending),
                "pending:unknown",
            ),
        ] {
            if conditions.is_empty() {
                continue;
            }
            // A condition that is true settles the item, whatever another one hides.
            whens.push(format!(
                "WHEN {stop} IS NOT NULL THEN CAST(NULL AS VARCHAR)"
            ));
            whens.push(format!("WHEN {} THEN '{reason}'", any_null(conditions)));
        }
        if whens.is_empty() {
            "CAST(NULL AS VARCHAR)".to_owned()
        } else {
            format!("CASE {} END", whens.join(" "))
        }
    }

    /// The code of a false attribute: the first of its reasons that is true.
    fn why(&self, letter: &str, rule: &Rule) -> String {
        let code = |c: &Coded| quoted(&format!("{letter}:{}", c.code));
        let whens: String = rule
            .reasons
            .iter()
            .filter_map(|c| {
                c.when
                    .as_ref()
                    .map(|w| format!("WHEN {} THEN {} ", self.decided(w), code(c)))
            })
            .collect();
        let last = rule
            .reasons
            .iter()
            .find(|c| c.when.is_none())
            .map_or_else(|| quoted(&format!("{letter}:not_met")), code);
        if whens.is_empty() {
            last
        } else {
            format!("CASE {whens}ELSE {last} END")
        }
    }

    /// When the finding begins and ends, and the instant that decides about waivers.
    fn times(&self) -> (String, String, String) {
        let (from, until) = (self.time("from"), self.time("until"));
        let (begin, end, trigger) = match self.trigger() {
            Some(trigger) => (trigger.clone(), trigger.clone(), trigger),
            None => {
                let begin =
                    format!("CASE WHEN valid_from > {from} THEN valid_from ELSE {from} END");
                let end = format!("CASE WHEN valid_to < {until} THEN valid_to ELSE {until} END");
                (begin.clone(), end, begin)
            }
        };
        match &self.short.interval {
            Some((from, until)) => (self.plain(from), self.plain(until), trigger),
            None => (begin, end, trigger),
        }
    }
}
