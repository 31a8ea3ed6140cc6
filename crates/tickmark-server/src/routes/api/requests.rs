//! What programs send, as types that read it and as schemas that describe it; and what they get back.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tickmark_core::model::{
    ids::{ControlId, InstanceId, PersonId, PolicyId, PopulationName, TestId},
    time::Day,
};

use super::schema::{
    CONTROL, KEBAB, MAX_NUMBER, PERIOD, SNAKE, TEST, day, days, leaf, list, loose, maybe, name,
    object, refer, says, text,
};
use crate::{http::fault::Fault, routes::Ask};

/// Most things named in one request.
const MOST: usize = 1_000;
/// Longest free text, characters.
const LONGEST: usize = 2_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Adoption {
    pub owner: String,
    pub scope: String,
    pub effective: Day,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Runs {
    #[serde(default)]
    pub tests: Vec<TestId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Collections {
    #[serde(default)]
    pub sources: Vec<InstanceId>,
}

/// An approval or an acknowledgement.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    pub seen: Whole,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTasks {
    pub run: Whole,
    #[serde(default)]
    pub items: Vec<String>,
    pub owner: PersonId,
    pub due: Day,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Assignments {
    pub tasks: Vec<Whole>,
    #[serde(default, deserialize_with = "present")]
    pub owner: Option<PersonId>,
    #[serde(default, deserialize_with = "present")]
    pub due: Option<Day>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReview {
    pub control: ControlId,
    pub population: PopulationName,
    pub covers: String,
    pub due: Day,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decisions {
    #[serde(default)]
    pub keep: Vec<Whole>,
    #[serde(default)]
    pub revoke: Vec<Whole>,
}

/// A whole number from 0 that every program reads exactly. `17.0` is one too: JSON knows no other kind of number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Whole(pub u64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WholeVisitor)
    }
}

struct WholeVisitor;

impl serde::de::Visitor<'_> for WholeVisitor {
    type Value = Whole;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a whole number from 0 to {MAX_NUMBER}")
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Whole, E> {
        if number <= MAX_NUMBER {
            Ok(Whole(number))
        } else {
            Err(E::invalid_value(
                serde::de::Unexpected::Unsigned(number),
                &self,
            ))
        }
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Whole, E> {
        // Printed without a fraction it is the same number, or it was none of ours.
        let digits = format!("{number:.0}");
        let exact = number.fract() == 0.0 && number >= 0.0;
        match digits.trim_start_matches('-').parse() {
            Ok(whole) if exact => self.visit_u64(whole),
            _ => Err(E::invalid_value(
                serde::de::Unexpected::Float(number),
                &self,
            )),
        }
    }
}

/// A field that is there is not null.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Reads the body as JSON; says where it is wrong.
pub(super) fn read<T: DeserializeOwned>(ask: &Ask) -> Result<T, Fault> {
    let (_, bytes) = ask.form.whole();
    serde_json::from_slice(bytes).map_err(|why| Fault::wrong(format!("the body: {why}")))
}

/// Numbers, each once and not too many.
pub(super) fn leaves(what: &str, all: &[Whole]) -> Result<Vec<u64>, Fault> {
    distinct(what, all)?;
    Ok(all.iter().map(|n| n.0).collect())
}

/// Places of a list, each once and not too many.
pub(super) fn places(what: &str, all: &[Whole]) -> Result<Vec<u32>, Fault> {
    let small = |n: u64| {
        u32::try_from(n).map_err(|_| Fault::wrong(format!("`{what}`: {n} is no place of a list")))
    };
    leaves(what, all)?.into_iter().map(small).collect()
}

/// Each once, and not too many.
pub(super) fn distinct<T: Ord>(what: &str, all: &[T]) -> Result<(), Fault> {
    if all.len() > MOST {
        return Err(Fault::wrong(format!("`{what}` names more than {MOST}")));
    }
    let once: std::collections::BTreeSet<&T> = all.iter().collect();
    if once.len() < all.len() {
        return Err(Fault::wrong(format!("`{what}` names one twice")));
    }
    Ok(())
}

/// A free text of 1 to so many characters.
pub(super) fn free(what: &str, text: &str) -> Result<(), Fault> {
    if (1..=LONGEST).contains(&text.chars().count()) {
        Ok(())
    } else {
        Err(Fault::wrong(format!(
            "`{what}` has 1 to {LONGEST} characters"
        )))
    }
}

/// `A..B`, as it is written; whether there are such days the engine says.
pub(super) fn period(what: &str, text: &str) -> Result<(), Fault> {
    let digits = "dddd-dd-dd..dddd-dd-dd";
    let fits = text.len() == digits.len()
        && text
            .bytes()
            .zip(digits.bytes())
            .all(|(got, wanted)| match wanted {
                b'd' => got.is_ascii_digit(),
                other => got == other,
            });
    if fits {
        Ok(())
    } else {
        Err(Fault::wrong(format!(
            "`{what}` is written like `2026-01-01..2026-06-30`"
        )))
    }
}

/// The policy in the path; what is not written like one is not there.
pub(super) fn policy(ask: &Ask) -> Result<PolicyId, Fault> {
    PolicyId::parse(ask.part("id")).map_err(|_| Fault::Missing)
}

fn sentence() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": LONGEST})
}

fn several(items: &Value, least: usize) -> Value {
    json!({"type": "array", "items": items, "minItems": least, "maxItems": MOST, "uniqueItems": true})
}

/// Bodies of requests.
pub(super) fn bodies() -> Vec<(&'static str, Value)> {
    let control = || name(CONTROL, "CHG-01");
    let place = json!({"type": "integer", "minimum": 0, "maximum": u32::MAX});
    let mut assignments = loose(
        &["tasks"],
        [
            ("tasks", several(&leaf(), 1)),
            ("owner", name(KEBAB, "ada")),
            ("due", day()),
        ],
    );
    if let Some(fields) = assignments.as_object_mut() {
        fields.insert(
            "anyOf".into(),
            json!([{"required": ["owner"]}, {"required": ["due"]}]),
        );
    }
    vec![
        (
            "NewEvidence",
            object([
                ("control", control()),
                ("covers", days()),
                (
                    "file",
                    json!({"type": "string", "format": "binary", "minLength": 1}),
                ),
            ]),
        ),
        (
            "Adoption",
            object([
                ("owner", sentence()),
                ("scope", sentence()),
                ("effective", day()),
            ]),
        ),
        (
            "Runs",
            loose(
                &[],
                [(
                    "tests",
                    says(several(&name(TEST, "CHG-01.approval"), 0), "none: all"),
                )],
            ),
        ),
        (
            "Collections",
            loose(
                &[],
                [(
                    "sources",
                    says(several(&name(KEBAB, "gh-acme"), 0), "none: all"),
                )],
            ),
        ),
        (
            "Seen",
            object([(
                "seen",
                says(leaf(), "the entry of the version that was read"),
            )]),
        ),
        (
            "NewTasks",
            loose(
                &["run", "owner", "due"],
                [
                    ("run", leaf()),
                    (
                        "items",
                        says(
                            several(
                                &json!({"type": "string", "minLength": 1, "maxLength": LONGEST}),
                                0,
                            ),
                            "none: one task about the whole test",
                        ),
                    ),
                    ("owner", name(KEBAB, "ada")),
                    ("due", day()),
                ],
            ),
        ),
        ("Assignments", assignments),
        (
            "NewReview",
            object([
                ("control", control()),
                ("population", name(SNAKE, "account")),
                (
                    "covers",
                    json!({"type": "string", "pattern": PERIOD, "examples": ["2026-01-01..2026-03-31"]}),
                ),
                ("due", day()),
            ]),
        ),
        (
            "Decisions",
            loose(
                &[],
                [
                    (
                        "keep",
                        says(several(&place, 0), "places of items that stay"),
                    ),
                    (
                        "revoke",
                        says(several(&place, 0), "places of items that must go"),
                    ),
                ],
            ),
        ),
    ]
}

fn recorded<const N: usize>(more: [(&'static str, Value); N]) -> Value {
    let mut schema = object([
        ("recorded", says(text(), "in words")),
        (
            "entries",
            maybe(object([("first", leaf()), ("last", leaf())])),
        ),
    ]);
    for (field, inner) in more {
        if let Some(fields) = schema
            .pointer_mut("/properties")
            .and_then(Value::as_object_mut)
        {
            fields.insert(field.to_owned(), inner);
        }
        if let Some(names) = schema
            .pointer_mut("/required")
            .and_then(Value::as_array_mut)
        {
            names.push(json!(field));
        }
    }
    schema
}

/// What comes back when something was recorded. The thing itself is null only if somebody else changed it in the same moment.
pub(super) fn answers() -> Vec<(&'static str, Value)> {
    vec![
        ("Recorded", recorded([])),
        (
            "RecordedEvidence",
            recorded([("evidence", maybe(refer("Evidence")))]),
        ),
        (
            "RecordedControl",
            recorded([("control", says(maybe(text()), "the control"))]),
        ),
        (
            "RecordedDocument",
            recorded([("document", maybe(refer("Document")))]),
        ),
        (
            "RecordedPolicy",
            recorded([("policy", maybe(refer("Policy")))]),
        ),
        ("RecordedTasks", recorded([("tasks", list(&refer("Task")))])),
        (
            "RecordedReview",
            recorded([("review", maybe(refer("Review")))]),
        ),
    ]
}
