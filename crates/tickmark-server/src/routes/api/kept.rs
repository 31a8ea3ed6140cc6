//! The registers, tasks and reviews as schemas.

use serde_json::Value;

use super::{
    components::{control_id, span},
    schema::{
        KEBAB, TEST, day, digest, flag, leaf, list, maybe, name, object, one_of, refer, says,
        table, text, time, whole,
    },
};

pub(super) fn registers() -> Vec<(&'static str, Value)> {
    let rating = object([
        ("likelihood", whole()),
        ("impact", whole()),
        ("score", whole()),
    ]);
    let point = object([("kind", text()), ("says", text())]);
    vec![
        (
            "Person",
            object([
                ("id", name(KEBAB, "ada")),
                ("name", says(maybe(text()), "withheld from auditors")),
                ("kind", text()),
                ("groups", list(&text())),
                (
                    "accounts",
                    says(
                        maybe(list(&object([
                            ("account", text()),
                            ("how", text()),
                            ("from", maybe(day())),
                            ("until", maybe(day())),
                        ]))),
                        "withheld from auditors",
                    ),
                ),
                ("withheld", flag()),
            ]),
        ),
        (
            "Policy",
            object([
                ("id", name(KEBAB, "access-control")),
                ("title", text()),
                ("owner", text()),
                ("version", whole()),
                ("effective", day()),
                ("retired", maybe(day())),
                ("renew_within_months", whole()),
                ("approvers", list(&text())),
                (
                    "missing",
                    says(
                        list(&text()),
                        "approvers of this version who have not approved it",
                    ),
                ),
                (
                    "in_force",
                    maybe(object([("version", whole()), ("entry", leaf())])),
                ),
                ("renew_due", maybe(day())),
                ("days_overdue", whole()),
                ("controls", list(&text())),
                (
                    "without",
                    says(
                        list(&text()),
                        "controls that it names and that are not in force",
                    ),
                ),
                (
                    "differs",
                    list(&object([
                        ("control", text()),
                        ("parameter", text()),
                        ("promised", text()),
                        ("done", text()),
                    ])),
                ),
                ("criteria", list(&text())),
                (
                    "acknowledge",
                    maybe(object([
                        ("groups", list(&text())),
                        ("within_days", whole()),
                        ("since_version", whole()),
                    ])),
                ),
                (
                    "acknowledged",
                    object([("asked", whole()), ("done", whole()), ("late", whole())]),
                ),
                ("entry", leaf()),
            ]),
        ),
        (
            "Risk",
            object([
                ("id", name(KEBAB, "leaver-access")),
                ("statement", text()),
                ("owner", text()),
                ("category", text()),
                ("identified", day()),
                ("retired", maybe(day())),
                ("inherent", rating.clone()),
                ("residual", rating),
                ("treatment", text()),
                ("reason", maybe(text())),
                ("controls", list(&text())),
                ("commitments", list(&text())),
                ("review_due", day()),
                ("points", list(&point)),
                ("entry", leaf()),
            ]),
        ),
    ]
}

pub(super) fn vendors() -> Vec<(&'static str, Value)> {
    let point = object([("kind", text()), ("says", text())]);
    vec![
        (
            "Vendor",
            object([
                ("id", name(KEBAB, "cloud-host")),
                ("name", text()),
                ("service", text()),
                ("owner", text()),
                ("role", one_of(&["vendor", "carve_out", "inclusive"])),
                ("reason", text()),
                (
                    "criticality",
                    one_of(&["low", "medium", "high", "critical"]),
                ),
                ("data", list(&text())),
                ("since", day()),
                ("retired", maybe(day())),
                ("review_due", day()),
                (
                    "assumed",
                    list(&object([("says", text()), ("criteria", list(&text()))])),
                ),
                (
                    "gap",
                    maybe(object([
                        ("report_end", day()),
                        ("days", whole()),
                        ("open_days", whole()),
                    ])),
                ),
                ("reports", list(&refer("VendorReport"))),
                ("points", list(&point)),
                ("entry", leaf()),
            ]),
        ),
        (
            "VendorReport",
            object([
                ("kind", text()),
                ("auditor", maybe(text())),
                ("from", day()),
                ("to", day()),
                ("opinion", maybe(text())),
                ("received", day()),
                ("reviewed", maybe(day())),
                (
                    "exceptions",
                    list(&object([("says", text()), ("effect", maybe(text()))])),
                ),
                ("subservice", list(&text())),
                (
                    "cuecs",
                    list(&object([
                        ("says", text()),
                        ("controls", list(&text())),
                        ("not_applicable", maybe(text())),
                    ])),
                ),
            ]),
        ),
    ]
}

pub(super) fn work() -> Vec<(&'static str, Value)> {
    let review = || {
        [
            ("entry", leaf()),
            ("control", control_id()),
            ("covers", text()),
            ("due", day()),
            ("opened", time()),
            ("population_hash", digest()),
            ("size", whole()),
            ("keep", whole()),
            ("revoke", whole()),
            ("undecided", whole()),
            ("gone", whole()),
            ("still", whole()),
            ("not_looked", whole()),
            ("decided_at", maybe(time())),
            ("days_late", whole()),
            ("done", flag()),
            ("collections", list(&leaf())),
        ]
    };
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = review();
    vec![
        (
            "Task",
            object([
                ("entry", leaf()),
                ("test", name(TEST, "CHG-01.approval")),
                ("control", control_id()),
                ("about", one_of(&["deviation", "unknown", "test"])),
                (
                    "item",
                    says(maybe(text()), "null: the whole test, or erased"),
                ),
                ("run", leaf()),
                ("span", span()),
                ("opened", time()),
                ("owner", says(maybe(text()), "null once the name is erased")),
                ("due", day()),
                ("first_due", day()),
                ("days_late", whole()),
                (
                    "closed",
                    maybe(object([
                        ("entry", leaf()),
                        ("run", leaf()),
                        ("at", time()),
                        ("same_time", flag()),
                    ])),
                ),
                (
                    "assignments",
                    list(&object([
                        ("entry", leaf()),
                        ("at", time()),
                        ("owner", maybe(text())),
                        ("due", day()),
                    ])),
                ),
            ]),
        ),
        ("Review", object(review())),
        (
            "ReviewItem",
            object([
                ("place", whole()),
                ("item", text()),
                ("person", maybe(text())),
                ("values", table(&text())),
                ("decision", maybe(one_of(&["keep", "revoke"]))),
                (
                    "decided",
                    maybe(object([("entry", leaf()), ("at", time())])),
                ),
                (
                    "gone",
                    says(maybe(flag()), "of what must go: what the last look found"),
                ),
            ]),
        ),
        (
            "ReviewItems",
            object([
                a,
                b,
                c,
                d,
                e,
                f,
                g,
                h,
                i,
                j,
                k,
                l,
                m,
                n,
                o,
                p,
                q,
                ("items", list(&refer("ReviewItem"))),
                ("next", maybe(text())),
            ]),
        ),
    ]
}
