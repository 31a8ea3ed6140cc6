use serde::{Deserialize, Serialize};

use super::front::read_front;
use super::lifetime::{Lifetime, read_lifetime, read_name};
use super::vendor_report::{VendorReport, read_reports};
use crate::model::ids::{CriterionId, VendorId};
use crate::model::time::Day;
use crate::model::yaml::{Fields, Node, Reader};

/// A vendor: `vendors/cloud-host.md`. Prose below the front matter is optional and stays in the document's blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vendor {
    /// The name of its file.
    pub vendor: VendorId,
    /// Its name, as reports print it.
    pub name: String,
    /// What it does for us.
    pub service: String,
    /// Who answers for the relation.
    pub owner: String,
    /// First and last day of the service.
    pub lifetime: Lifetime,
    /// Whether its controls are part of ours (page 4, section 2.5).
    pub role: VendorRole,
    /// Why it is, or is not, a subservice organization.
    pub reason: String,
    /// How much depends on it.
    pub criticality: Criticality,
    /// Data of ours that it handles; empty if none.
    pub data: Vec<String>,
    /// What we assume that a carved-out organization does: complementary controls, each with the criteria meant to be met.
    pub assumed: Vec<Assumed>,
    /// Reports and letters received, in the order written.
    pub reports: Vec<VendorReport>,
    /// Last day on which it must be reviewed again.
    pub review_due: Day,
}

/// Whether a vendor's controls are necessary, with our own, for our commitments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorRole {
    /// They are not.
    Vendor,
    /// They are, and stay outside our description.
    CarveOut,
    /// They are, and stand in our description; the organization gives its own assertion.
    Inclusive,
}

impl VendorRole {
    const ALL: [Self; 3] = [Self::Vendor, Self::CarveOut, Self::Inclusive];

    /// The word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::CarveOut => "carve_out",
            Self::Inclusive => "inclusive",
        }
    }

    /// Whether it is a subservice organization.
    #[must_use]
    pub fn is_subservice(self) -> bool {
        self != Self::Vendor
    }
}

/// How much depends on a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criticality {
    /// It can be missed for weeks.
    Low,
    /// It can be missed for days.
    Medium,
    /// It can be missed for hours.
    High,
    /// The service stops without it, or it holds customers' data.
    Critical,
}

impl Criticality {
    const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// A control that we assume at a carved-out organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumed {
    /// What it does, in our words.
    pub says: String,
    /// Criteria it is meant to meet.
    pub criteria: Vec<CriterionId>,
}

const KEYS: [&str; 12] = [
    "name",
    "service",
    "owner",
    "since",
    "retired",
    "role",
    "reason",
    "criticality",
    "data",
    "assumed",
    "reports",
    "review_due",
];

pub(super) fn read(reader: &mut Reader, text: &str) -> Option<Vendor> {
    let vendor = read_name::<VendorId>(reader, "vendors/");
    let (node, _) = read_front(reader, text)?;
    let fields = reader.fields(&node, "a vendor", &KEYS)?;
    let name = reader.required_text(&fields, "name", "write its name as reports print it");
    let service = reader.required_text(&fields, "service", "say what it does for us");
    let owner = reader.required_text(&fields, "owner", "name who answers for the relation");
    let hint = "write the first day of the service, like `2026-01-01`";
    let lifetime = read_lifetime(reader, &fields, "since", hint);
    let role = read_word(
        reader,
        &fields,
        "role",
        &VendorRole::ALL.map(VendorRole::as_str),
    )
    .and_then(|word| VendorRole::ALL.into_iter().find(|r| r.as_str() == word));
    let hint = "say why it is, or is not, a subservice organization";
    let reason = reader.required_text(&fields, "reason", hint);
    let words = Criticality::ALL.map(Criticality::as_str);
    let criticality = read_word(reader, &fields, "criticality", &words)
        .and_then(|word| Criticality::ALL.into_iter().find(|c| c.as_str() == word));
    let data = reader.listed(&fields, "data").iter();
    let data = data.filter_map(|n| reader.text(n)).collect();
    let assumed = read_assumed(reader, &fields, role);
    let reports = read_reports(reader, &fields);
    let hint = "write the last day of its next review, like `2027-01-15`";
    let review_due = reader.required_value(&fields, "review_due", hint);
    Some(Vendor {
        vendor: vendor?,
        name: name?,
        service: service?,
        owner: owner?,
        lifetime: lifetime?,
        role: role?,
        reason: reason?,
        criticality: criticality?,
        data,
        assumed,
        reports,
        review_due: review_due?,
    })
}

/// A required key that holds one of a few words.
pub(super) fn read_word<'w>(
    reader: &mut Reader,
    fields: &Fields<'_>,
    key: &str,
    words: &[&'w str],
) -> Option<&'w str> {
    let hint = format!("one of {}", words.join(", "));
    let node = reader.required(fields, key, &hint)?;
    reader.one_of(node, words)
}

fn read_assumed(
    reader: &mut Reader,
    fields: &Fields<'_>,
    role: Option<VendorRole>,
) -> Vec<Assumed> {
    let nodes = reader.listed(fields, "assumed");
    if let Some(first) = nodes.first().filter(|_| role == Some(VendorRole::Vendor)) {
        reader.refuse(
            first.at,
            "controls are assumed at a vendor that is no subservice organization",
            "give it the role `carve_out`, or take them out",
        );
    }
    nodes.iter().filter_map(|n| read_one(reader, n)).collect()
}

fn read_one(reader: &mut Reader, node: &Node) -> Option<Assumed> {
    let fields = reader.fields(node, "an assumed control", &["says", "criteria"])?;
    let says = reader.required_text(&fields, "says", "say what it does, in your own words");
    let hint = "name the criteria it is meant to meet, like `[CC6.4]`";
    reader.required(&fields, "criteria", hint);
    let criteria = reader.set(&fields, "criteria");
    if let Some(node) = fields.get("criteria").filter(|_| criteria.is_empty()) {
        reader.refuse(node.at, "an assumed control meets no criterion", hint);
    }
    Some(Assumed {
        says: says?,
        criteria: criteria.into_iter().map(|c| c.value).collect(),
    })
}
