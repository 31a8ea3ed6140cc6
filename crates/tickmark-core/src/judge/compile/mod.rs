//! From a test and the setting of a run to a job: tables, views, one `SELECT`.

mod short;
mod tables;

use std::collections::BTreeSet;

use super::{
    expr::Params,
    job::{Job, JobContext, JobWaiver, Judged, ReconcileQuery, View},
    library::{Control, Library},
    literal::identifier,
    spec::{Form, TestSpec},
    sql::{self, Place, Purpose},
    window::Window,
};
use crate::{
    facts::schema::{Mismatch, Schema, Shape},
    model::{calendar::Calendar, diagnostic::Diagnostic, time::Zone},
};

pub use tables::{GapRow, HoleRow, Occurrence, WaiverRow};

/// Everything a run gives to a test beside the populations.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    /// The (clipped) time it speaks of.
    pub window: Window,
    /// Reporting zone.
    pub zone: &'a Zone,
    /// Values of the control's parameters that differ from their defaults.
    pub params: Params,
    /// Business days by location; the first is the organization's own, which an absent location means.
    pub calendars: Vec<Calendar>,
    /// Approved exceptions, of any test.
    pub waivers: Vec<WaiverRow>,
    /// Item-level gaps of the collections.
    pub gaps: Vec<GapRow>,
    /// Time that the streams of populations do not reach.
    pub holes: Vec<HoleRow>,
    /// Expected occurrences of the control.
    pub occurrences: Vec<Occurrence>,
    /// Seconds covered by the inputs, and seconds asked.
    pub coverage: [u64; 2],
}

/// Compiles one test.
///
/// # Errors
/// A query that is not allowed, a parameter outside its bounds; with the place in the control file.
pub fn compile(
    library: &Library,
    control: &Control,
    test: &TestSpec,
    setting: &Setting<'_>,
) -> Result<Job, Diagnostic> {
    let params = params(control, setting)?;
    let schema = library.schemas.get(&test.population).ok_or_else(|| {
        Diagnostic::new(
            control.file.as_str(),
            1,
            1,
            format!(
                "`{}` judges `{}`, which is no population",
                test.id, test.population
            ),
        )
    })?;
    let (sql, reads) = match &test.form {
        Form::Short(short) => {
            let (from, reads) = (
                short::sql(
                    schema,
                    test,
                    short,
                    setting.window,
                    control.front.look_back,
                    &params,
                ),
                test.population.to_string(),
            );
            (from, BTreeSet::from([reads]))
        }
        Form::Sql { sql, line, indent } => {
            let place = Place {
                file: &control.file,
                line: *line,
                indent: *indent,
            };
            let prepared = sql::prepare(library, place, sql, Purpose::Test, &params)?;
            (wrapped(test, &prepared.sql), prepared.reads)
        }
    };
    let mut builder = Builder::new(library, setting, &control.file);
    builder.read_all(&reads)?;
    for reconcile in &test.reconcile {
        builder.reconcile(
            Place {
                file: &control.file,
                line: 0,
                indent: 0,
            },
            &reconcile.name,
            &reconcile.sql,
            &params,
        )?;
    }
    let mut job = builder.job(sql);
    job.judged = Some(judged(schema, test, setting));
    Ok(job)
}

/// Compiles a person's question; parameters are those every run has.
///
/// # Errors
/// As [`compile`]; `file` stands in messages.
pub fn question(
    library: &Library,
    file: &str,
    sql: &str,
    setting: &Setting<'_>,
) -> Result<Job, Diagnostic> {
    let params = setting.window.params(setting.zone.name());
    let prepared = sql::prepare(
        library,
        Place {
            file,
            line: 0,
            indent: 0,
        },
        sql,
        Purpose::Question,
        &params,
    )?;
    let mut builder = Builder::new(library, setting, file);
    builder.read_all(&prepared.reads)?;
    builder.reconcile.clear();
    Ok(builder.job(prepared.sql))
}

/// Parameters of the control, those of the run over the defaults, and the four that every run has.
fn params(control: &Control, setting: &Setting<'_>) -> Result<Params, Diagnostic> {
    let mut params = setting.window.params(setting.zone.name());
    for param in &control.front.params {
        let value = setting.params.get(&param.name).unwrap_or(&param.default);
        param
            .check(value)
            .map_err(|what| Diagnostic::new(control.file.as_str(), 1, 1, what))?;
        params.insert(param.name.clone(), value.clone());
    }
    Ok(params)
}

fn judged(schema: &Schema, test: &TestSpec, setting: &Setting<'_>) -> Judged {
    let waivers = setting
        .waivers
        .iter()
        .filter(|w| w.test == test.id.as_str())
        .map(|w| JobWaiver {
            item: w.item.clone(),
            pattern: w.pattern,
            from_us: w.valid.from.micros(),
            until_us: w.valid.until.micros(),
        });
    Judged {
        test: test.id.to_string(),
        attributes: test.attributes.iter().map(|a| a.letter.clone()).collect(),
        versions: schema.shape == Shape::State,
        waivers: waivers.collect(),
        coverage: setting.coverage,
    }
}

/// A `sql:` test as the tally wants it: columns by name, reasons as one text, sorted.
fn wrapped(test: &TestSpec, sql: &str) -> String {
    let attributes: String = test
        .attributes
        .iter()
        .map(|a| format!("{}, ", identifier(&format!("a_{}", a.letter))))
        .collect();
    format!(
        "SELECT _item, {attributes}_na, _pending, _from, _until, _from AS _trigger, array_to_string(_reasons, ' ') AS _reasons, \
         _leaf, _blob, _record FROM ({sql}) AS judged ORDER BY _item, _from"
    )
}

/// Collects what a query reads: base tables, views in order, reconciling queries.
struct Builder<'b> {
    library: &'b Library,
    setting: &'b Setting<'b>,
    file: &'b str,
    tables: BTreeSet<String>,
    views: Vec<View>,
    reconcile: Vec<ReconcileQuery>,
}

impl<'b> Builder<'b> {
    fn new(library: &'b Library, setting: &'b Setting<'b>, file: &'b str) -> Self {
        Self {
            library,
            setting,
            file,
            tables: BTreeSet::new(),
            views: Vec::new(),
            reconcile: Vec::new(),
        }
    }

    fn read_all(&mut self, names: &BTreeSet<String>) -> Result<(), Diagnostic> {
        names
            .iter()
            .try_for_each(|name| self.read(name, &mut Vec::new()))
    }

    /// A table, or a view after everything it reads.
    fn read(&mut self, name: &str, above: &mut Vec<String>) -> Result<(), Diagnostic> {
        if self.tables.contains(name) || self.views.iter().any(|v| v.name == name) {
            return Ok(());
        }
        if above.iter().any(|a| a == name) {
            above.push(name.to_owned());
            return Err(Diagnostic::new(
                self.file,
                0,
                0,
                format!("views read each other: {}", above.join(" reads ")),
            ));
        }
        let Some(schema) = self.library.schema(name) else {
            self.tables.insert(name.to_owned());
            return Ok(());
        };
        if let Some(derived) = &schema.derived {
            let Some(view) = self.library.sql.get(&derived.sql) else {
                return Err(Diagnostic::new(
                    self.file,
                    0,
                    0,
                    format!("the view `{}` is not in the library", derived.sql),
                ));
            };
            let params = self.setting.window.params(self.setting.zone.name());
            let prepared = sql::prepare(
                self.library,
                Place {
                    file: &view.file,
                    line: 0,
                    indent: 0,
                },
                &view.sql,
                Purpose::View,
                &params,
            )?;
            above.push(name.to_owned());
            for read in &prepared.reads {
                self.read(read, above)?;
            }
            above.pop();
            self.views.push(View {
                name: name.to_owned(),
                sql: prepared.sql,
            });
        } else {
            self.tables.insert(name.to_owned());
        }
        self.reconciliations(schema)
    }

    fn reconciliations(&mut self, schema: &Schema) -> Result<(), Diagnostic> {
        for reconcile in schema
            .completeness
            .reconcile
            .iter()
            .filter(|r| r.mismatch == Mismatch::Stop)
        {
            let Some(file) = self.library.sql.get(&reconcile.sql) else {
                continue;
            };
            let params = self.setting.window.params(self.setting.zone.name());
            self.reconcile(
                Place {
                    file: &file.file,
                    line: 0,
                    indent: 0,
                },
                &reconcile.name,
                &file.sql,
                &params,
            )?;
        }
        Ok(())
    }

    fn reconcile(
        &mut self,
        place: Place<'_>,
        name: &str,
        sql: &str,
        params: &Params,
    ) -> Result<(), Diagnostic> {
        if self.reconcile.iter().any(|r| r.name == name) {
            return Ok(());
        }
        let prepared = sql::prepare(self.library, place, sql, Purpose::Reconcile, params)?;
        self.reconcile.push(ReconcileQuery {
            name: name.to_owned(),
            sql: prepared.sql,
        });
        self.read_all(&prepared.reads)
    }

    fn job(self, sql: String) -> Job {
        let tables = self
            .tables
            .iter()
            .map(|name| tables::table(self.library, name, self.setting))
            .collect();
        let context = JobContext {
            zone: self.setting.zone.name().to_owned(),
            calendars: self.setting.calendars.clone(),
        };
        Job {
            tables,
            views: self.views,
            reconcile: self.reconcile,
            context,
            sql,
            judged: None,
        }
    }
}
