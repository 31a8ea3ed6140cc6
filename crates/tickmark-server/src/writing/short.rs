//! The short forms for a new policy, risk or vendor, and the documents they become.

use tickmark_core::model::ids::{PolicyId, RiskId, VendorId};

use super::front::{Front, names, phrases, word};

/// What a short form makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `policies/ID.md`
    Policy,
    /// `risks/ID.md`
    Risk,
    /// `vendors/ID.md`
    Vendor,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// One line.
    Line,
    /// A day.
    Day,
    /// A whole number from 1.
    Number,
    /// Several lines.
    Area,
    /// One of a few words: the word of the document, and what it is called.
    Choice(&'static [(&'static str, &'static str)]),
}

/// A field of a short form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in the form.
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// How it may look.
    pub hint: &'static str,
    /// What it holds at first.
    pub first: &'static str,
    /// How it is filled in.
    pub input: Input,
    /// Whether it must be filled in.
    pub required: bool,
}

impl Kind {
    /// The kind that an address names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Policy, Self::Risk, Self::Vendor]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// Its name in addresses and sentences.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Risk => "risk",
            Self::Vendor => "vendor",
        }
    }

    /// The fields of its form, in order.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Policy => POLICY,
            Self::Risk => RISK,
            Self::Vendor => VENDOR,
        }
    }

    /// Where the document of that name lies.
    ///
    /// # Errors
    /// The name cannot be that of a file of this kind; says what is wrong and how it is written.
    pub fn path(self, id: &str) -> Result<String, String> {
        let id = id.trim();
        let wrong = |error: &dyn std::fmt::Display| error.to_string();
        match self {
            Self::Policy => PolicyId::parse(id)
                .map(|id| format!("policies/{id}.md"))
                .map_err(|e| wrong(&e)),
            Self::Risk => RiskId::parse(id)
                .map(|id| format!("risks/{id}.md"))
                .map_err(|e| wrong(&e)),
            Self::Vendor => VendorId::parse(id)
                .map(|id| format!("vendors/{id}.md"))
                .map_err(|e| wrong(&e)),
        }
    }

    /// The document out of what was typed into the fields.
    #[must_use]
    pub fn document<'a>(self, typed: impl Fn(&str) -> &'a str) -> String {
        match self {
            Self::Policy => policy(&typed),
            Self::Risk => risk(&typed),
            Self::Vendor => vendor(&typed),
        }
    }
}

fn policy<'a>(typed: &impl Fn(&str) -> &'a str) -> String {
    let groups: Vec<String> = names(typed("groups")).map(word).collect();
    let listed = match groups.is_empty() {
        true => String::new(),
        false => format!("[{}]", groups.join(", ")),
    };
    let within = match groups.is_empty() {
        true => String::new(),
        false => number(typed("within_days")),
    };
    Front::default()
        .text("title", typed("title"))
        .text("owner", typed("owner"))
        .list("approvers", names(typed("approvers")))
        .word("version", "1")
        .word("effective", typed("effective"))
        .word("renew_within_months", typed("renew_within_months"))
        .group(
            "acknowledge",
            &[("groups", listed), ("within_days", within)],
        )
        .list("controls", names(typed("controls")))
        .list("criteria", names(typed("criteria")))
        .document(typed("text"))
}

fn risk<'a>(typed: &impl Fn(&str) -> &'a str) -> String {
    let rating = |likelihood: &str, impact: &str| {
        [
            ("likelihood", number(typed(likelihood))),
            ("impact", number(typed(impact))),
        ]
    };
    Front::default()
        .text("statement", typed("statement"))
        .text("owner", typed("owner"))
        .word("category", typed("category"))
        .word("identified", typed("identified"))
        .group(
            "inherent",
            &rating("inherent_likelihood", "inherent_impact"),
        )
        .group(
            "residual",
            &rating("residual_likelihood", "residual_impact"),
        )
        .word("treatment", typed("treatment"))
        .text("reason", typed("reason"))
        .list("controls", names(typed("controls")))
        .word("review_due", typed("review_due"))
        .document(typed("text"))
}

fn vendor<'a>(typed: &impl Fn(&str) -> &'a str) -> String {
    Front::default()
        .text("name", typed("name"))
        .text("service", typed("service"))
        .text("owner", typed("owner"))
        .word("since", typed("since"))
        .word("role", typed("role"))
        .text("reason", typed("reason"))
        .word("criticality", typed("criticality"))
        .list("data", phrases(typed("data")))
        .word("review_due", typed("review_due"))
        .document(typed("text"))
}

fn number(text: &str) -> String {
    match text.trim() {
        "" => String::new(),
        text => word(text),
    }
}

const fn field(name: &'static str, label: &'static str, hint: &'static str, input: Input) -> Field {
    Field {
        name,
        label,
        hint,
        first: "",
        input,
        required: true,
    }
}

const fn optional(field: Field) -> Field {
    Field {
        required: false,
        ..field
    }
}

const fn at_first(first: &'static str, field: Field) -> Field {
    Field { first, ..field }
}

const CONTROLS: Field = optional(field("controls", "Controls", "IAM-02, CHG-01", Input::Line));

const POLICY: &[Field] = &[
    field(
        "id",
        "Short name, as the file is called",
        "access-control",
        Input::Line,
    ),
    field("title", "Title", "Access control", Input::Line),
    field("owner", "Owner", "Head of security", Input::Line),
    field(
        "approvers",
        "Approvers, by their handles",
        "ada, bob",
        Input::Line,
    ),
    field("effective", "First day in force", "", Input::Day),
    at_first(
        "12",
        field(
            "renew_within_months",
            "Approved again after so many months",
            "12",
            Input::Number,
        ),
    ),
    at_first(
        "everyone",
        optional(field(
            "groups",
            "Who must acknowledge it",
            "everyone; empty: nobody",
            Input::Line,
        )),
    ),
    at_first(
        "14",
        optional(field(
            "within_days",
            "Within so many days",
            "14",
            Input::Number,
        )),
    ),
    CONTROLS,
    optional(field("criteria", "Criteria", "CC5.3, CC6.1", Input::Line)),
    field("text", "Text", "", Input::Area),
];

const TREATMENTS: &[(&str, &str)] = &[
    ("mitigate", "mitigate: controls reduce it"),
    ("accept", "accept: carried as it is, for a reason"),
    ("transfer", "transfer: insurance, a contract"),
    ("avoid", "avoid: what causes it is not done"),
];

const RISK: &[Field] = &[
    field(
        "id",
        "Short name, as the file is called",
        "leaver-access",
        Input::Line,
    ),
    field(
        "statement",
        "What may happen, to what, with what effect",
        "somebody who left keeps access to production",
        Input::Line,
    ),
    field("owner", "Owner", "Head of security", Input::Line),
    field("category", "Group", "access", Input::Line),
    field("identified", "Identified on", "", Input::Day),
    field(
        "inherent_likelihood",
        "Likelihood without controls",
        "4",
        Input::Number,
    ),
    field(
        "inherent_impact",
        "Impact without controls",
        "5",
        Input::Number,
    ),
    field(
        "residual_likelihood",
        "Likelihood with what is in place",
        "2",
        Input::Number,
    ),
    field(
        "residual_impact",
        "Impact with what is in place",
        "3",
        Input::Number,
    ),
    field("treatment", "Treatment", "", Input::Choice(TREATMENTS)),
    optional(field(
        "reason",
        "Reason, where it is accepted",
        "",
        Input::Line,
    )),
    CONTROLS,
    field("review_due", "Looked at again by", "", Input::Day),
    optional(field("text", "Notes", "", Input::Area)),
];

const ROLES: &[(&str, &str)] = &[
    ("vendor", "vendor: its controls are not part of ours"),
    (
        "carve_out",
        "subservice organization, carved out of our description",
    ),
    ("inclusive", "subservice organization, in our description"),
];

const CRITICALITY: &[(&str, &str)] = &[
    ("low", "low: can be missed for weeks"),
    ("medium", "medium: can be missed for days"),
    ("high", "high: can be missed for hours"),
    (
        "critical",
        "critical: the service stops, or it holds customers' data",
    ),
];

const VENDOR: &[Field] = &[
    field(
        "id",
        "Short name, as the file is called",
        "cloud-host",
        Input::Line,
    ),
    field(
        "name",
        "Name, as reports print it",
        "Cloud Host, Inc.",
        Input::Line,
    ),
    field(
        "service",
        "What it does for us",
        "machines and storage",
        Input::Line,
    ),
    field(
        "owner",
        "Who answers for the relation",
        "Head of infrastructure",
        Input::Line,
    ),
    field("since", "First day of the service", "", Input::Day),
    field("role", "Role", "", Input::Choice(ROLES)),
    field(
        "reason",
        "Why it is, or is not, a subservice organization",
        "",
        Input::Line,
    ),
    field("criticality", "Criticality", "", Input::Choice(CRITICALITY)),
    optional(field(
        "data",
        "Data of ours that it handles",
        "customer content, mail addresses",
        Input::Line,
    )),
    field("review_due", "Reviewed again by", "", Input::Day),
    optional(field("text", "Notes", "", Input::Area)),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use proptest::prelude::*;
    use tickmark_core::model::document::{Document, parse};

    use super::Kind;

    fn risk(statement: &str, owner: &str, notes: &str) -> String {
        Kind::Risk.document(|name| match name {
            "statement" => statement,
            "owner" => owner,
            "text" => notes,
            "category" => "access",
            "identified" => "2026-01-15",
            "inherent_likelihood" | "inherent_impact" => "4",
            "residual_likelihood" | "residual_impact" => "2",
            "treatment" => "mitigate",
            "controls" => "IAM-02, CHG-01",
            "review_due" => "2027-01-15",
            _ => "",
        })
    }

    proptest! {
        /// Whatever is typed is the text of the document, and nothing else of it.
        #[test]
        fn what_is_typed_is_what_is_read(statement in "\\PC{1,40}", owner in "[\\x00-\\x7f]{1,30}", notes in "[\\x20-\\x7e\\n]{0,60}") {
            prop_assume!(!statement.trim().is_empty() && !owner.trim().is_empty());
            let text = risk(&statement, &owner, &notes);
            let read = parse("risks/r.md", text.as_bytes());
            let Ok(Document::Risk(read)) = read else {
                return Err(TestCaseError::fail(format!("{text}\n{read:?}")));
            };
            prop_assert_eq!(&read.statement, statement.trim());
            prop_assert_eq!(&read.owner, owner.trim());
            prop_assert_eq!(read.controls.len(), 2);
        }
    }

    #[test]
    fn a_policy_and_a_vendor_are_read_as_they_were_filled_in() {
        let text = Kind::Policy.document(|name| match name {
            "title" => "Access: \"who\" # and why",
            "owner" => "Head of security",
            "approvers" => "ada, bob",
            "effective" => "2026-01-01",
            "renew_within_months" => "12",
            "groups" => "everyone",
            "within_days" => "14",
            "criteria" => "CC6.1 CC5.3",
            "text" => "---\nAccess ends.\r\n",
            _ => "",
        });
        let Document::Policy(policy) = parse("policies/access.md", text.as_bytes()).unwrap() else {
            panic!("{text}");
        };
        assert_eq!(policy.title, "Access: \"who\" # and why");
        assert_eq!((policy.approvers.len(), policy.criteria.len()), (2, 2));
        assert_eq!(policy.acknowledge.unwrap().within_days, 14);
        assert!(text.ends_with("---\nAccess ends.\n"), "{text}");
        let text = Kind::Vendor.document(|name| match name {
            "name" => "Cloud Host, Inc.",
            "service" => "machines",
            "owner" => "x",
            "since" => "2024-03-01",
            "role" => "carve_out",
            "reason" => "its doors are ours",
            "criticality" => "critical",
            "data" => "customer content, mail",
            "review_due" => "2026-11-30",
            _ => "",
        });
        let Document::Vendor(vendor) = parse("vendors/cloud.md", text.as_bytes()).unwrap() else {
            panic!("{text}");
        };
        assert_eq!(vendor.data, ["customer content", "mail"]);
    }

    #[test]
    fn a_name_stays_in_its_folder() {
        for bad in ["", "../x", "a/b", "A b", "..", "a\nb"] {
            for kind in [Kind::Policy, Kind::Risk, Kind::Vendor] {
                assert!(kind.path(bad).is_err(), "{bad}");
            }
        }
        assert_eq!(
            Kind::Risk.path(" leaver-access ").unwrap(),
            "risks/leaver-access.md"
        );
    }
}
