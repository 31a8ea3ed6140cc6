//! Writes over every text of a house.

use std::collections::BTreeMap;

use tickmark_core::judge::spec::Form;
use tickmark_core::model::document::{Document, ParamValue};
use tickmark_core::report::inputs::Inputs;
use tickmark_server::house::House;

/// Writes payloads one after the other, each with a number, so that none is like another.
pub struct Pen {
    pub payloads: Vec<String>,
    pub written: usize,
}

impl Pen {
    pub fn text(&mut self) -> String {
        self.written += 1;
        format!(
            "{}{}",
            self.payloads[self.written % self.payloads.len()],
            self.written
        )
    }

    pub fn over<'a>(&mut self, texts: impl IntoIterator<Item = &'a mut String>) {
        for text in texts {
            *text = self.text();
        }
    }
}

pub fn inputs(pen: &mut Pen, inputs: &mut Inputs, ids: bool) {
    pen.over([
        &mut inputs.organization,
        &mut inputs.system,
        &mut inputs.checkpoint.origin,
        &mut inputs.checkpoint.root,
        &mut inputs.checkpoint.verdict,
    ]);
    pen.over([
        &mut inputs.versions.engine,
        &mut inputs.versions.facts,
        &mut inputs.versions.library,
        &mut inputs.versions.tzdb,
    ]);
    if let Some(prose) = &mut inputs.description {
        pen.over([&mut prose.markdown, &mut prose.file]);
    }
    for c in &mut inputs.commitments {
        pen.over([&mut c.id, &mut c.kind, &mut c.statement]);
    }
    for c in &mut inputs.criteria {
        pen.over([&mut c.title]);
    }
    for c in &mut inputs.controls {
        pen.over([
            &mut c.title,
            &mut c.statement,
            &mut c.owner,
            &mut c.scope,
            &mut c.nature,
            &mut c.frequency,
            &mut c.automation,
            &mut c.digest,
        ]);
        if ids {
            pen.over([&mut c.id]);
        }
    }
    for t in &mut inputs.tests {
        pen.over([
            &mut t.says,
            &mut t.control_digest,
            &mut t.population_hash,
            &mut t.rows_digest,
        ]);
        pen.over(t.attributes.iter_mut().map(|(_, says)| says));
        pen.over(&mut t.populations);
        if ids {
            pen.over([&mut t.id, &mut t.control]);
        }
        for item in &mut t.items {
            pen.over([&mut item.item, &mut item.attributes]);
            pen.over(
                item.reasons
                    .iter_mut()
                    .flat_map(|(code, says)| [code, says]),
            );
        }
    }
    for p in &mut inputs.populations {
        pen.over([&mut p.says]);
        if ids {
            pen.over([&mut p.name]);
        }
        pen.over(
            p.reconciliations
                .iter_mut()
                .flat_map(|(name, says, _)| [name, says]),
        );
        for source in &mut p.sources {
            pen.over([&mut source.source, &mut source.query, &mut source.how]);
            pen.over(&mut source.item_gaps);
        }
    }
    for change in &mut inputs.changes {
        pen.over([&mut change.says]);
    }
}

pub fn state(pen: &mut Pen, house: &mut House, ids: bool) {
    let state = &mut house.state;
    for version in state.documents.values_mut().flatten() {
        match &mut version.document {
            Some(Document::Adoption(adoption)) => {
                pen.over([&mut adoption.owner, &mut adoption.scope]);
                adoption.params = BTreeMap::from([(
                    "approvals_min".to_owned(),
                    ParamValue::Many(vec![pen.text(), pen.text()]),
                )]);
            }
            Some(Document::Program(program)) => {
                pen.over([&mut program.name, &mut program.calendar]);
                program.trust = Some(pen.text());
                let calendar = program.default_calendar();
                program.calendars.insert(pen.text(), calendar);
            }
            Some(Document::System(system)) => system
                .sections
                .iter_mut()
                .for_each(|s| pen.over([&mut s.title, &mut s.text])),
            _ => {}
        }
    }
    if ids {
        let paths: Vec<String> = state.documents.keys().cloned().collect();
        for path in paths.into_iter().filter(|p| p.starts_with("policies/")) {
            let versions = state.documents.remove(&path).unwrap();
            state
                .documents
                .insert(format!("policies/{}.md", pen.text()), versions);
        }
    }
    state
        .libraries
        .iter_mut()
        .for_each(|l| pen.over([&mut l.version]));
    state
        .trusted
        .iter_mut()
        .for_each(|t| pen.over([&mut t.body.vkey, &mut t.body.operator]));
    state
        .runs
        .values_mut()
        .flatten()
        .for_each(|r| pen.over([&mut r.body.engine, &mut r.body.tzdb]));
    for (path, bytes) in &mut house.documents {
        *bytes = (0..12)
            .map(|_| pen.text() + "\n\n")
            .collect::<String>()
            .into_bytes();
        if ids {
            *path = format!("{path}{}", pen.text());
        }
    }
    pen.over([&mut house.log.root, &mut house.log.verdict]);
    house.log.note = Some(pen.text());
}

pub fn library(pen: &mut Pen, house: &mut House) {
    let library = &mut house.library;
    pen.over([&mut library.digest]);
    library
        .criteria
        .iter_mut()
        .for_each(|c| pen.over([&mut c.title, &mut c.meaning]));
    library
        .sql
        .values_mut()
        .for_each(|s| pen.over([&mut s.file, &mut s.sql]));
    for schema in library.schemas.values_mut() {
        pen.over([&mut schema.says]);
        for column in &mut schema.columns {
            column.says = Some(pen.text());
            column.one_of = vec![pen.text()];
        }
    }
    for control in library.controls.values_mut() {
        let front = &mut control.front;
        pen.over([
            &mut control.prose,
            &mut control.file,
            &mut control.digest,
            &mut front.title,
            &mut front.suggested_owner,
        ]);
        pen.over([
            &mut front.nature.direction,
            &mut front.nature.how,
            &mut front.nature.level,
        ]);
        pen.over(&mut front.methods);
        pen.over(&mut front.not_covered);
        pen.over(front.reasons.values_mut());
        front
            .params
            .iter_mut()
            .for_each(|p| pen.over([&mut p.name, &mut p.says]));
        for test in &mut control.tests {
            test.attributes
                .iter_mut()
                .for_each(|a| pen.over([&mut a.letter, &mut a.says]));
            test.scope
                .columns
                .iter_mut()
                .for_each(|c| pen.over([&mut c.name]));
            test.reconcile
                .iter_mut()
                .for_each(|r| pen.over([&mut r.name, &mut r.sql]));
            match &mut test.form {
                Form::Sql { sql, .. } => pen.over([sql]),
                Form::Short(short) => short
                    .na
                    .iter_mut()
                    .chain(&mut short.pending)
                    .for_each(|c| pen.over([&mut c.code])),
            }
        }
    }
}
