//! The nouns of the API as schemas: what programs are given.

use serde_json::{Map, Value};

use super::{
    kept, requests,
    schema::{
        CONTROL, TEST, cited, day, digest, flag, leaf, list, maybe, name, object, one_of, refer,
        says, table, text, time, whole,
    },
};

/// All of them, by name.
pub(super) fn components() -> Map<String, Value> {
    let named = |(name, schema): (&str, Value)| (name.to_owned(), schema);
    let mut all: Map<String, Value> = program().into_iter().map(named).collect();
    all.extend(populations().into_iter().map(named));
    all.extend(tests().into_iter().map(named));
    all.extend(ledger().into_iter().map(named));
    all.extend(files().into_iter().map(named));
    all.extend(kept::registers().into_iter().map(named));
    all.extend(kept::vendors().into_iter().map(named));
    all.extend(kept::work().into_iter().map(named));
    all.extend(requests::answers().into_iter().map(named));
    all.extend(requests::bodies().into_iter().map(named));
    all
}

pub(super) fn span() -> Value {
    object([("from", time()), ("until", time())])
}

fn coverage() -> Value {
    object([
        ("covered_s", cited()),
        ("asked_s", cited()),
        ("uncovered", list(&span())),
    ])
}

pub(super) fn control_id() -> Value {
    name(CONTROL, "CHG-01")
}

fn program() -> Vec<(&'static str, Value)> {
    vec![
        (
            "Problem",
            object([
                ("type", text()),
                ("title", text()),
                ("status", whole()),
                ("detail", text()),
            ]),
        ),
        ("Anything", serde_json::json!({"type": "object"})),
        (
            "Program",
            object([
                ("organization", maybe(text())),
                ("system", maybe(text())),
                ("period", maybe(text())),
                (
                    "waits_for",
                    says(maybe(text()), "why there is no period to show yet"),
                ),
                (
                    "ledger",
                    object([
                        ("size", whole()),
                        ("root", text()),
                        ("verdict", text()),
                        ("unwitnessed", whole()),
                    ]),
                ),
            ]),
        ),
        (
            "Audit",
            object([
                ("id", text()),
                ("kind", one_of(&["period", "engagement"])),
                ("name", text()),
                ("framework", text()),
                ("from", maybe(day())),
                ("to", maybe(day())),
                (
                    "access_until",
                    says(
                        maybe(time()),
                        "when the auditor's access ends; of engagements",
                    ),
                ),
                (
                    "shown",
                    says(
                        flag(),
                        "the program shows this period: its controls and tests can be read",
                    ),
                ),
            ]),
        ),
        (
            "Criterion",
            object([
                ("id", text()),
                ("title", text()),
                ("controls", list(&text())),
                (
                    "open",
                    list(&object([
                        ("kind", text()),
                        ("subject", text()),
                        ("entries", list(&leaf())),
                    ])),
                ),
            ]),
        ),
        (
            "Control",
            object([
                ("id", control_id()),
                ("title", text()),
                ("statement", text()),
                ("criteria", list(&text())),
                ("owner", text()),
                ("scope", text()),
                ("effective", day()),
                ("retired", maybe(day())),
                ("nature", text()),
                ("frequency", text()),
                ("automation", text()),
                ("digest", text()),
                ("entry", leaf()),
            ]),
        ),
        (
            "ControlVersions",
            object([("id", control_id()), ("versions", list(&refer("Control")))]),
        ),
    ]
}

fn populations() -> Vec<(&'static str, Value)> {
    vec![
        (
            "Population",
            object([
                ("name", text()),
                ("says", text()),
                ("rows", cited()),
                ("coverage", coverage()),
                ("sources", list(&source_card())),
                (
                    "reconciliations",
                    list(&object([
                        ("compared", text()),
                        ("outcome", text()),
                        ("entry", leaf()),
                    ])),
                ),
                ("entry", leaf()),
            ]),
        ),
        (
            "Row",
            object([
                ("item", maybe(text())),
                (
                    "values",
                    says(
                        table(&maybe(text())),
                        "by column, as text; null where there is none",
                    ),
                ),
                ("entry", maybe(leaf())),
            ]),
        ),
        (
            "Grid",
            object([
                ("columns", list(&text())),
                ("rows", list(&list(&maybe(text())))),
                ("more", flag()),
            ]),
        ),
    ]
}

fn source_card() -> Value {
    object([
        ("source", text()),
        ("query", text()),
        ("pages", cited()),
        ("at_source", cited()),
        ("how", text()),
        ("stored", cited()),
        ("rejected", cited()),
        ("unknown", cited()),
        ("gaps", list(&span())),
        ("item_gaps", list(&text())),
        ("backfilled", flag()),
        ("entries", list(&leaf())),
    ])
}

fn tests() -> Vec<(&'static str, Value)> {
    let counts = object([
        ("population", cited()),
        ("passed", cited()),
        ("deviations", cited()),
        ("unknown", cited()),
        ("not_applicable", cited()),
        ("pending", cited()),
    ]);
    let citation = object([("leaf", leaf()), ("blob", whole()), ("record", whole())]);
    let reason = object([("code", text()), ("says", text())]);
    let item = || {
        [
            ("item", text()),
            ("state", text()),
            ("attributes", text()),
            ("from", maybe(time())),
            ("until", maybe(time())),
            ("reasons", list(&reason)),
            ("citations", list(&citation)),
            ("entry", leaf()),
        ]
    };
    let [a, b, c, d, e, f, g, h] = item();
    vec![
        (
            "Test",
            object([
                ("id", name(TEST, "CHG-01.approval")),
                ("control", control_id()),
                ("says", text()),
                (
                    "attributes",
                    list(&object([("letter", text()), ("says", text())])),
                ),
                ("populations", list(&text())),
                (
                    "result",
                    one_of(&[
                        "no_deviation",
                        "deviation",
                        "did_not_operate",
                        "unable_to_test",
                    ]),
                ),
                ("sampled", flag()),
                ("provisional", flag()),
                ("period", text()),
                ("known_at", whole()),
                ("counts", counts),
                ("coverage", coverage()),
                ("population_hash", text()),
                ("rows_digest", text()),
                ("entry", leaf()),
            ]),
        ),
        (
            "TestRuns",
            object([
                ("id", name(TEST, "CHG-01.approval")),
                ("runs", list(&refer("Test"))),
            ]),
        ),
        ("Item", object(item())),
        (
            "Exception",
            object([
                ("test", name(TEST, "CHG-01.approval")),
                ("control", control_id()),
                a,
                b,
                c,
                d,
                e,
                f,
                g,
                h,
            ]),
        ),
    ]
}

fn ledger() -> Vec<(&'static str, Value)> {
    vec![
        (
            "Evidence",
            object([
                ("entry", leaf()),
                ("control", maybe(text())),
                ("covers", span()),
                ("days", says(maybe(text()), "the days it covers, `A..B`")),
                ("handed_in", time()),
                ("backfilled", flag()),
            ]),
        ),
        (
            "Entry",
            object([
                ("entry", leaf()),
                ("kind", text()),
                ("time", time()),
                ("actor", text()),
                (
                    "body",
                    says(serde_json::json!({}), "as docs/format/kinds.md says"),
                ),
                ("hash", text()),
                ("proof", list(&text())),
                (
                    "blobs",
                    list(&object([
                        ("role", text()),
                        ("commitment", text()),
                        ("length", whole()),
                        ("here", flag()),
                    ])),
                ),
            ]),
        ),
        (
            "Checkpoint",
            object([
                ("origin", maybe(text())),
                ("size", whole()),
                ("root", text()),
                ("note", says(maybe(text()), "the signed note, whole")),
                ("verdict", text()),
                ("unwitnessed", whole()),
                ("oldest_unwitnessed", maybe(time())),
            ]),
        ),
    ]
}

fn files() -> Vec<(&'static str, Value)> {
    vec![
        (
            "Source",
            object([
                ("id", says(text(), "configured source and stream")),
                ("source", text()),
                ("stream", text()),
                ("population", text()),
                ("cadence", maybe(text())),
                ("collections", whole()),
                ("backfilled", whole()),
                ("first_seen", time()),
                (
                    "last_complete",
                    maybe(object([("entry", leaf()), ("at", time())])),
                ),
                (
                    "newest",
                    object([
                        ("entry", leaf()),
                        ("at", time()),
                        ("end", text()),
                        ("records", whole()),
                        ("item_gaps", whole()),
                    ]),
                ),
                (
                    "failure",
                    says(
                        maybe(object([
                            ("entry", leaf()),
                            ("at", time()),
                            ("code", text()),
                            ("status", whole()),
                        ])),
                        "the last one, if nothing came since",
                    ),
                ),
                (
                    "uncovered",
                    says(
                        list(&span()),
                        "time of the period without evidence from this stream",
                    ),
                ),
            ]),
        ),
        (
            "Report",
            object([
                ("kind", text()),
                ("format", text()),
                ("title", text()),
                ("href", text()),
            ]),
        ),
        (
            "Document",
            object([
                ("path", text()),
                ("kind", text()),
                ("entry", leaf()),
                ("recorded", time()),
                ("length", whole()),
                ("digest", maybe(digest())),
                ("versions", whole()),
                ("effective", maybe(day())),
                ("retired", maybe(day())),
                (
                    "removed",
                    says(maybe(leaf()), "the entry that took it out of the program"),
                ),
            ]),
        ),
        (
            "DocumentText",
            object([
                ("document", refer("Document")),
                (
                    "text",
                    says(
                        maybe(text()),
                        "as it stands; null if it is not part of the program, or not shown",
                    ),
                ),
                ("versions", list(&refer("Document"))),
            ]),
        ),
    ]
}
