//! A second opinion on whole tests: the short form judged row by row in Rust, without SQL.
//!
//! For populations whose rows are at hand (no views). Slow and plain; tests compare its outcome, digests included, with
//! the engine's.

use crate::facts::schema::{Schema, Shape};

use super::{
    expr::{Evaluation, Node, Params, Row, evaluate, evaluate_d7},
    job::{EVENT_COLUMNS, JobContext, Judged, Value},
    outcome::Outcome,
    spec::{Coded, Short, TestSpec},
    tally::{RowTally, TallyError, TestRow},
    window::Window,
};
use crate::model::{
    ids::ItemId,
    time::{Day, Zone},
};

/// What a test is run with.
#[derive(Debug, Clone, Copy)]
pub struct Interpretation<'i> {
    /// Schema of the test's population.
    pub schema: &'i Schema,
    /// The test.
    pub test: &'i TestSpec,
    /// Its short form.
    pub short: &'i Short,
    /// Time it speaks of.
    pub window: Window,
    /// Items triggered before the window and due inside belong to it.
    pub look_back: bool,
    /// All parameters, those of the run included.
    pub params: &'i Params,
    /// Calendars and zone.
    pub context: &'i JobContext,
}

/// One judged row, before it is ordered and counted.
struct Finding {
    item: String,
    attributes: Vec<Option<bool>>,
    na: Option<String>,
    pending: Option<String>,
    reasons: Vec<String>,
    times: [Option<i64>; 3],
    cite: [u64; 3],
}

impl Interpretation<'_> {
    /// Judges rows in the physical order of `docs/architecture.md`: own columns, then system columns.
    ///
    /// # Errors
    /// The rows are no population: an item twice, a key without value.
    pub fn run(&self, rows: &[Vec<Value>], judged: &Judged) -> Result<Outcome, TallyError> {
        let mut findings: Vec<Finding> = rows
            .iter()
            .filter_map(|row| self.row(row).transpose())
            .collect::<Result<_, _>>()?;
        findings.sort_by(|a, b| (a.item.as_bytes(), a.times).cmp(&(b.item.as_bytes(), b.times)));
        let mut tally = RowTally::new(judged);
        for finding in &findings {
            let [from_us, until_us, trigger_us] = finding.times;
            tally.push(&TestRow {
                item: &finding.item,
                attributes: &finding.attributes,
                na: finding.na.as_deref(),
                pending: finding.pending.as_deref(),
                from_us,
                until_us,
                trigger_us,
                reasons: &finding.reasons.join(" "),
                cite: finding.cite,
            })?;
        }
        Ok(tally.finish())
    }

    fn row(&self, physical: &[Value]) -> Result<Option<Finding>, TallyError> {
        let own = self.schema.columns.len();
        let number = |offset: usize| match physical.get(own + offset) {
            Some(Value::Int(n)) => u64::try_from(*n).unwrap_or(0),
            _ => 0,
        };
        let system = physical.iter().skip(own + EVENT_COLUMNS.len());
        let values: Vec<Value> = physical.iter().take(own).chain(system).cloned().collect();
        let row = Row {
            values: &values,
            unknown: number(0),
        };
        let Some(member) = self.member(row) else {
            return Ok(None);
        };
        let (na, na_doubt) = self.first(&self.short.na, row);
        let (pending, pending_doubt) = self.first(&self.short.pending, row);
        let doubt = match (
            member,
            na.is_some(),
            na_doubt,
            pending.is_some(),
            pending_doubt,
        ) {
            (false, ..) => Some("where:unknown"),
            (true, true, ..) => None,
            (true, false, true, ..) => Some("na:unknown"),
            (true, false, false, true, _) => None,
            (true, false, false, false, true) => Some("pending:unknown"),
            (true, false, false, false, false) => None,
        };
        let mut finding = Finding {
            item: self.item(&values)?,
            attributes: Vec::new(),
            na,
            pending,
            reasons: doubt.iter().map(|d| (*d).to_owned()).collect(),
            times: self.times(row),
            cite: [number(1), number(2), number(3)],
        };
        for attribute in &self.test.attributes {
            let Some(rule) = &attribute.rule else {
                continue;
            };
            let value = if doubt.is_some() {
                None
            } else {
                self.decide(&rule.expr, row)
            };
            finding.attributes.push(value);
            let code = match value {
                Some(true) => continue,
                None => Some(rule.unknown.clone()),
                Some(false) => self.first(&rule.reasons, row).0,
            };
            if doubt.is_none() {
                finding.reasons.push(format!(
                    "{}:{}",
                    attribute.letter,
                    code.unwrap_or_else(|| "not_met".to_owned())
                ));
            }
        }
        Ok(Some(finding))
    }

    fn with(&self) -> Evaluation<'_> {
        Evaluation {
            scope: &self.test.scope,
            params: self.params,
            context: self.context,
        }
    }

    fn decide(&self, node: &Node, row: Row<'_>) -> Option<bool> {
        evaluate_d7(node, row, self.with())
    }

    fn time(&self, node: &Node, row: Row<'_>) -> Option<i64> {
        match evaluate(node, row, self.with()) {
            Value::Time(us) => Some(us),
            _ => None,
        }
    }

    fn column(&self, name: &str, row: Row<'_>) -> Option<i64> {
        let index = self
            .test
            .scope
            .columns
            .iter()
            .position(|c| c.name == name)?;
        match row.values.get(index) {
            Some(Value::Time(us)) => Some(*us),
            Some(Value::Date(days)) => {
                let day = Day::new(1970, 1, 1).ok()?.plus_days(*days);
                let zone = Zone::parse(&self.context.zone).ok()?;
                Some(zone.start_of(day).micros())
            }
            _ => None,
        }
    }

    /// The code of the first condition that is true, and whether one before it could not be read.
    fn first(&self, conditions: &[Coded], row: Row<'_>) -> (Option<String>, bool) {
        let mut doubt = false;
        for condition in conditions {
            match condition
                .when
                .as_ref()
                .map_or(Some(true), |w| self.decide(w, row))
            {
                Some(true) => return (Some(condition.code.clone()), false),
                Some(false) => {}
                None => doubt = true,
            }
        }
        (None, doubt)
    }

    /// Not an item: `None`; an item: true; perhaps an item: false.
    fn member(&self, row: Row<'_>) -> Option<bool> {
        let (from, until) = (self.window.from().micros(), self.window.until().micros());
        let mut certain = true;
        if self.schema.shape == Shape::State {
            let (begin, end) = (
                self.column("valid_from", row)?,
                self.column("valid_to", row).unwrap_or(i64::MAX),
            );
            let overlaps = match self.window {
                Window::Period(_) => begin < until && end > from,
                Window::Instant(_) => begin <= from && end > from,
            };
            if !overlaps {
                return None;
            }
        } else {
            let name = self.schema.trigger.as_ref()?.as_str();
            let unreadable = row.unknown & self.schema.mask(name) != 0;
            let inside = match self.column(name, row) {
                Some(at) if at >= from && at < until => true,
                Some(at) if at < from && self.look_back => {
                    let due = self.short.due.as_ref().and_then(|d| self.time(d, row));
                    due.is_some_and(|due| due >= from && due < until)
                }
                _ => unreadable,
            };
            if !inside {
                return None;
            }
            certain = !unreadable;
        }
        match self
            .short
            .filter
            .as_ref()
            .map_or(Some(true), |f| self.decide(f, row))
        {
            Some(false) => None,
            Some(true) => Some(certain),
            None => Some(false),
        }
    }

    /// `_from`, `_until`, `_trigger`.
    fn times(&self, row: Row<'_>) -> [Option<i64>; 3] {
        let (from, until) = (self.window.from().micros(), self.window.until().micros());
        let [begin, end, trigger] = match &self.schema.trigger {
            Some(name) => [self.column(name.as_str(), row); 3],
            None => {
                let begin = self.column("valid_from", row).map_or(from, |t| t.max(from));
                let end = self.column("valid_to", row).map_or(until, |t| t.min(until));
                [Some(begin), Some(end), Some(begin)]
            }
        };
        match &self.short.interval {
            Some((from, until)) => [self.time(from, row), self.time(until, row), trigger],
            None => [begin, end, trigger],
        }
    }

    fn item(&self, values: &[Value]) -> Result<String, TallyError> {
        let parts: Vec<String> = self
            .schema
            .key_indexes()
            .filter_map(|i| values.get(i))
            .map(shown)
            .collect();
        ItemId::from_key(&parts)
            .map(|id| id.to_string())
            .map_err(|_| TallyError::NoItem)
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Time(us) => crate::model::time::Time::from_micros(*us).to_string(),
        _ => String::new(),
    }
}
