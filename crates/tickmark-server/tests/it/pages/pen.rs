//! Writes over every text of a house.

use std::collections::BTreeMap;

use tickmark_core::judge::spec::Form;
use tickmark_core::model::document::{AuthReference, Document, ParamValue, People};
use tickmark_core::model::frozen::{FrozenItem, FrozenList};
use tickmark_core::model::ids::ItemId;
use tickmark_core::report::inputs::Inputs;
use tickmark_server::house::House;
use tickmark_server::pages::Lists;

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
            Some(Document::Policy(policy)) => {
                pen.over([&mut policy.title, &mut policy.owner]);
                let values = ParamValue::Many(vec![pen.text(), pen.text()]);
                policy.parameters = BTreeMap::from([
                    (pen.text(), values),
                    ("approvals_min".to_owned(), ParamValue::One(pen.text())),
                ]);
            }
            Some(Document::Risk(risk)) => {
                pen.over([&mut risk.statement, &mut risk.owner]);
                risk.reason = Some(pen.text());
            }
            Some(Document::Vendor(vendor)) => {
                pen.over([
                    &mut vendor.name,
                    &mut vendor.service,
                    &mut vendor.owner,
                    &mut vendor.reason,
                ]);
                vendor.data = vec![pen.text(), pen.text()];
                vendor
                    .assumed
                    .iter_mut()
                    .for_each(|a| pen.over([&mut a.says]));
                for report in &mut vendor.reports {
                    report.auditor = Some(pen.text());
                    report.exceptions.iter_mut().for_each(|e| {
                        pen.over([&mut e.says]);
                        e.effect = e.effect.as_ref().map(|_| pen.text());
                    });
                    report.cuecs.iter_mut().for_each(|c| {
                        pen.over([&mut c.says]);
                        c.not_applicable = c.not_applicable.as_ref().map(|_| pen.text());
                    });
                }
            }
            Some(Document::Notices(set)) => {
                pen.over([&mut set.base_url]);
                let owner = set.owners.values().next().unwrap().clone();
                set.owners.insert(pen.text(), owner);
                let kept = |pen: &mut Pen| Some(AuthReference::Env(pen.text()));
                set.slack = kept(pen);
                set.mail.as_mut().unwrap().password = kept(pen);
                let hook = set.webhook.as_mut().unwrap();
                hook.url = pen.text();
                hook.secret = AuthReference::File(pen.text());
            }
            _ => {}
        }
    }
    people(pen, &mut house.people);
    for task in state.tasks.values_mut() {
        if let Some(item) = &mut task.item {
            item.value = item_of(pen);
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
    for file in house.files.values_mut() {
        pen.over([&mut file.name, &mut file.commitment]);
    }
    for stream in house.sources.iter_mut().flat_map(|s| &mut s.streams) {
        stream.permission = Some(pen.text());
    }
    pen.over([&mut house.log.root, &mut house.log.verdict]);
    house.log.note = Some(pen.text());
}

fn people(pen: &mut Pen, people: &mut People) {
    for person in &mut people.persons {
        person.name = Some(pen.text());
        for account in &mut person.accounts {
            account.how = pen.text();
            // A signed-in person is found by the account: only the others are written over.
            if account.account.system() != "email" {
                let id = pen.text().replace('\n', " ");
                account.account = format!("github:{id}").parse().unwrap();
            }
        }
    }
}

/// An item whose name is a payload; none where no item can be called so.
fn item_of(pen: &mut Pen) -> Option<ItemId> {
    ItemId::from_key(&[pen.text(), pen.text()]).ok()
}

/// Writes over the frozen lists of reviews.
pub fn lists(pen: &mut Pen, lists: &mut Lists) {
    let mut written = |list: &FrozenList| {
        let items = list.items().iter().map(|known| FrozenItem {
            item: item_of(pen).unwrap_or_else(|| known.item.clone()),
            person: known.person.clone(),
            values: known
                .values
                .keys()
                .map(|_| (pen.text(), pen.text()))
                .collect(),
        });
        FrozenList::new(items.collect()).unwrap()
    };
    // One item stays, so that something is changed.
    if let Ok(own) = &mut lists.own {
        *own = written(own);
    }
    if let Some(Ok(before)) = &mut lists.before {
        let mut items = written(before).items().to_vec();
        items.extend(
            lists
                .own
                .as_ref()
                .ok()
                .and_then(|o| o.items().first())
                .map(|first| FrozenItem {
                    values: BTreeMap::from([(pen.text(), pen.text())]),
                    ..first.clone()
                }),
        );
        *before = FrozenList::new(items).unwrap();
    }
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
        control
            .written
            .iter_mut()
            .for_each(|w| pen.over([&mut w.language, &mut w.text]));
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
