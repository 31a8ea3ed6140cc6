//! Names that must pair up: tests, fixtures, verdicts, traps, reasons, views.

use crate::{
    judge::{outcome::ItemStatus, spec::TestSpec, sql},
    model::diagnostic::{Diagnostic, nearest},
};

use super::{BUILT_IN_REASONS, Control, Fixture, Library, Verdict};

/// Pairs within one control file.
pub(super) fn within(control: &Control, wrong: &mut Vec<Diagnostic>) {
    let file = control.file.as_str();
    for id in &control.front.tests {
        if !control.tests.iter().any(|t| t.id == *id) {
            wrong.push(
                Diagnostic::new(file, 1, 1, format!("test `{id}` is named and not defined"))
                    .hint(format!("add a block `yaml test={id}`")),
            );
        }
    }
    for trap in &control.front.traps {
        if !control.fixtures.iter().any(|f| f.name == *trap) {
            let hint = nearest(trap, control.fixtures.iter().map(|f| f.name.as_str()));
            let found = Diagnostic::new(
                file,
                1,
                1,
                format!("trap `{trap}` has no fixture of that name"),
            );
            wrong.push(match hint {
                Some(near) => found.hint(format!("did you mean `{near}`?")),
                None => found.hint(format!("add a block `yaml fixture={trap}` and its verdict")),
            });
        }
    }
    for fixture in &control.fixtures {
        if fixture.verdicts.is_empty() {
            wrong.push(Diagnostic::new(
                file,
                fixture.line,
                1,
                format!("fixture `{}` has no verdict", fixture.name),
            ));
        }
        for verdict in &fixture.verdicts {
            if let Some(test) = control.tests.iter().find(|t| t.id == verdict.test) {
                lines(control, test, fixture, verdict, wrong);
            }
        }
    }
    for test in &control.tests {
        shown(control, test, wrong);
    }
}

/// Letters fit the attributes and the status, reasons are declared, a lookalike deviates nowhere.
fn lines(
    control: &Control,
    test: &TestSpec,
    fixture: &Fixture,
    verdict: &Verdict,
    wrong: &mut Vec<Diagnostic>,
) {
    for line in &verdict.lines {
        let mut refuse =
            |what: String| wrong.push(Diagnostic::new(control.file.as_str(), line.line, 1, what));
        if line.letters.len() != test.attributes.len() {
            refuse(format!(
                "{} letters for {} attributes",
                line.letters.len(),
                test.attributes.len()
            ));
        }
        if fixture.lookalike && line.status == ItemStatus::Deviation {
            refuse(format!("`{}` is a lookalike and deviates", fixture.name));
        }
        for reason in &line.reasons {
            let (letter, code) = reason.split_once(':').unwrap_or(("", reason));
            let attribute = ["where", "na", "pending", "waiver"].contains(&letter)
                || test.attributes.iter().any(|a| a.letter == letter);
            if !attribute {
                refuse(format!(
                    "`{reason}` names no attribute; write it like `A:code`"
                ));
            } else if !control.front.reasons.contains_key(code) && !BUILT_IN_REASONS.contains(&code)
            {
                refuse(format!(
                    "reason `{code}` is not declared in the front matter"
                ));
            }
        }
    }
}

/// Every kind of verdict is shown by some fixture of the test.
fn shown(control: &Control, test: &TestSpec, wrong: &mut Vec<Diagnostic>) {
    let of_test = || {
        control
            .fixtures
            .iter()
            .flat_map(|f| f.verdicts.iter().map(move |v| (f, v)))
            .filter(|(_, v)| v.test == test.id)
    };
    let has = |statuses: &[ItemStatus]| {
        of_test().any(|(_, v)| v.lines.iter().any(|l| statuses.contains(&l.status)))
    };
    let wanted: [(&str, &[ItemStatus]); 4] = [
        ("passes", &[ItemStatus::Pass]),
        ("deviates", &[ItemStatus::Deviation]),
        ("is unknown", &[ItemStatus::Unknown]),
        (
            "is not applicable or pending",
            &[ItemStatus::NotApplicable, ItemStatus::Pending],
        ),
    ];
    for (what, statuses) in wanted {
        if !has(statuses) {
            wrong.push(Diagnostic::new(
                control.file.as_str(),
                1,
                1,
                format!("no fixture of `{}` has an item that {what}", test.id),
            ));
        }
    }
    if !of_test().any(|(f, _)| f.lookalike) {
        let found = Diagnostic::new(
            control.file.as_str(),
            1,
            1,
            format!("`{}` has no lookalike fixture", test.id),
        );
        wrong.push(found.hint(
            "mark one with `lookalike` in its heading: it looks like a deviation and is none",
        ));
    }
}

/// Pairs between files: tests used elsewhere, views and reconciling queries.
pub(super) fn between_files(library: &Library, wrong: &mut Vec<Diagnostic>) {
    for control in library.controls.values() {
        for used in &control.front.uses {
            if library.test(used).is_none() {
                wrong.push(Diagnostic::new(
                    control.file.as_str(),
                    1,
                    1,
                    format!("`uses` names `{used}`, which no control defines"),
                ));
            }
        }
    }
    for schema in library.schemas.values() {
        let file = format!("populations/{}.yaml", schema.name);
        let views = schema.derived.iter().map(|d| d.sql.as_str());
        for name in views.chain(schema.completeness.reconcile.iter().map(|r| r.sql.as_str())) {
            if !library.sql.contains_key(name) {
                wrong.push(Diagnostic::new(
                    file.as_str(),
                    1,
                    1,
                    format!("`{name}` is not beside the schema"),
                ));
            }
        }
        let Some(derived) = &schema.derived else {
            continue;
        };
        for (input, _) in &derived.from {
            if !library.schemas.contains_key(input) {
                wrong.push(Diagnostic::new(
                    file.as_str(),
                    1,
                    1,
                    format!("input `{input}` is no population"),
                ));
            }
        }
        if let Some(view) = library.sql.get(&derived.sql) {
            wrong.extend(sql::check_view(library, schema, view));
        }
    }
}
