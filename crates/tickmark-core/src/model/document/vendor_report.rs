use serde::{Deserialize, Serialize};

use super::vendor::read_word;
use crate::model::ids::{ControlId, VendorId};
use crate::model::time::{Day, Period};
use crate::model::yaml::{Fields, Node, Place, Placed, Reader};

/// A report or letter received from a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorReport {
    /// What it is.
    pub kind: ReportKind,
    /// Who examined; none for a bridge letter, which is management's own.
    pub auditor: Option<String>,
    /// The time it speaks of.
    pub about: About,
    /// What the auditor concluded; none where the kind has no opinion.
    pub opinion: Option<Opinion>,
    /// The day it was received.
    pub received: Day,
    /// The day somebody had read it; none while nobody has.
    pub reviewed: Option<Day>,
    /// Exceptions it names.
    pub exceptions: Vec<ReportedException>,
    /// Organizations that it carves out in turn.
    pub subservice: Vec<VendorId>,
    /// What it expects of its users.
    pub cuecs: Vec<Cuec>,
    /// Where it stands.
    pub at: Place,
}

/// The time a report speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// All days of a period.
    Covers(Period),
    /// One day; nothing is said about the day after.
    AsOf(Day),
}

/// Kinds of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// SOC 1, design as of a day.
    Soc1Type1,
    /// SOC 1 over a period.
    Soc1Type2,
    /// SOC 2, design as of a day.
    Soc2Type1,
    /// SOC 2 over a period.
    Soc2Type2,
    /// SOC 3.
    Soc3,
    /// A certificate: of a management system, of card data handling.
    Certificate,
    /// A letter of the vendor's management about the time after a report; examined by nobody.
    BridgeLetter,
}

impl ReportKind {
    const ALL: [Self; 7] = [
        Self::Soc1Type1,
        Self::Soc1Type2,
        Self::Soc2Type1,
        Self::Soc2Type2,
        Self::Soc3,
        Self::Certificate,
        Self::BridgeLetter,
    ];

    /// The word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Soc1Type1 => "soc1_type1",
            Self::Soc1Type2 => "soc1_type2",
            Self::Soc2Type1 => "soc2_type1",
            Self::Soc2Type2 => "soc2_type2",
            Self::Soc3 => "soc3",
            Self::Certificate => "certificate",
            Self::BridgeLetter => "bridge_letter",
        }
    }

    /// Whether it speaks of one day only.
    #[must_use]
    pub fn is_type1(self) -> bool {
        matches!(self, Self::Soc1Type1 | Self::Soc2Type1)
    }

    /// Whether somebody outside examined how controls operated over a period: only this covers days.
    #[must_use]
    pub fn is_type2(self) -> bool {
        matches!(self, Self::Soc1Type2 | Self::Soc2Type2)
    }

    /// Whether it carries an opinion.
    #[must_use]
    pub fn has_opinion(self) -> bool {
        !matches!(self, Self::Certificate | Self::BridgeLetter)
    }
}

/// What an auditor concluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// Without a reservation.
    Unqualified,
    /// With one.
    Qualified,
    /// The contrary.
    Adverse,
    /// None could be given.
    Disclaimer,
}

impl Opinion {
    /// All of them, in the order of their numbers in entries.
    pub const ALL: [Self; 4] = [
        Self::Unqualified,
        Self::Qualified,
        Self::Adverse,
        Self::Disclaimer,
    ];

    /// The word in the document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unqualified => "unqualified",
            Self::Qualified => "qualified",
            Self::Adverse => "adverse",
            Self::Disclaimer => "disclaimer",
        }
    }
}

/// An exception that a report names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedException {
    /// What it is, in our words.
    pub says: String,
    /// What it means for us; none while nobody has judged it.
    pub effect: Option<String>,
}

/// A control that a report expects of its users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cuec {
    /// What is expected, in our words.
    pub says: String,
    /// Our controls that do it; may be empty, which is a gap.
    pub controls: Vec<Placed<ControlId>>,
    /// Why it does not concern us.
    pub not_applicable: Option<String>,
}

const KEYS: [&str; 10] = [
    "kind",
    "auditor",
    "covers",
    "as_of",
    "opinion",
    "received",
    "reviewed",
    "exceptions",
    "subservice",
    "cuecs",
];

pub(super) fn read_reports(reader: &mut Reader, fields: &Fields<'_>) -> Vec<VendorReport> {
    let nodes = reader.listed(fields, "reports").iter();
    nodes.filter_map(|n| read_report(reader, n)).collect()
}

fn read_report(reader: &mut Reader, node: &Node) -> Option<VendorReport> {
    let fields = reader.fields(node, "a report", &KEYS)?;
    let words = ReportKind::ALL.map(ReportKind::as_str);
    let kind = read_word(reader, &fields, "kind", &words)
        .and_then(|word| ReportKind::ALL.into_iter().find(|k| k.as_str() == word));
    let auditor = match kind {
        Some(ReportKind::BridgeLetter) | None => fields.get("auditor").and_then(|n| reader.text(n)),
        Some(_) => reader.required_text(&fields, "auditor", "name who examined"),
    };
    let about = kind.and_then(|kind| read_about(reader, &fields, kind));
    let opinion = kind.and_then(|kind| read_opinion(reader, &fields, kind));
    let received = reader.required_value(&fields, "received", "write the day it was received");
    let reviewed = fields.get("reviewed").map(|n| reader.value(n));
    let exceptions = reader.listed(&fields, "exceptions").iter();
    let exceptions = exceptions
        .filter_map(|n| read_exception(reader, n))
        .collect();
    let subservice = reader.set(&fields, "subservice");
    let cuecs = reader.listed(&fields, "cuecs").iter();
    let cuecs = cuecs.filter_map(|n| read_cuec(reader, n)).collect();
    let report = VendorReport {
        kind: kind?,
        auditor,
        about: about?,
        opinion,
        received: received?,
        reviewed: reviewed.flatten(),
        exceptions,
        subservice: subservice.into_iter().map(|s| s.value).collect(),
        cuecs,
        at: node.at,
    };
    check_days(reader, &fields, &report);
    Some(report)
}

fn read_about(reader: &mut Reader, fields: &Fields<'_>, kind: ReportKind) -> Option<About> {
    let (wanted, other) = if kind.is_type1() {
        ("as_of", "covers")
    } else {
        ("covers", "as_of")
    };
    if let Some(node) = fields.get(other) {
        reader.refuse(
            node.at,
            format!("a report of kind `{}` has no `{other}`", kind.as_str()),
            format!("write `{wanted}`"),
        );
    }
    if kind.is_type1() {
        let hint = "write the day it speaks of, like `2025-12-31`";
        reader.required_value(fields, wanted, hint).map(About::AsOf)
    } else {
        let hint = "write the days it covers, like `2025-01-01..2025-12-31`";
        reader
            .required_value(fields, wanted, hint)
            .map(About::Covers)
    }
}

fn read_opinion(reader: &mut Reader, fields: &Fields<'_>, kind: ReportKind) -> Option<Opinion> {
    if !kind.has_opinion() {
        if let Some(node) = fields.get("opinion") {
            let what = format!("a report of kind `{}` has no opinion", kind.as_str());
            reader.refuse(node.at, what, "leave `opinion` out");
        }
        return None;
    }
    let word = read_word(
        reader,
        fields,
        "opinion",
        &Opinion::ALL.map(Opinion::as_str),
    )?;
    Opinion::ALL.into_iter().find(|o| o.as_str() == word)
}

fn read_exception(reader: &mut Reader, node: &Node) -> Option<ReportedException> {
    let fields = reader.fields(node, "an exception", &["says", "effect"])?;
    let says = reader.required_text(&fields, "says", "say what the report found");
    let effect = fields.get("effect").map(|n| reader.text(n));
    Some(ReportedException {
        says: says?,
        effect: effect.flatten(),
    })
}

fn read_cuec(reader: &mut Reader, node: &Node) -> Option<Cuec> {
    let known = ["says", "controls", "not_applicable"];
    let fields = reader.fields(node, "an expectation", &known)?;
    let says = reader.required_text(&fields, "says", "say what the report expects of its users");
    let controls = reader.set(&fields, "controls");
    let not_applicable = fields.get("not_applicable").map(|n| reader.text(n));
    if not_applicable.is_some() && !controls.is_empty() {
        reader.refuse(
            fields.place("not_applicable"),
            "an expectation is both met and not applicable",
            "keep `controls` or `not_applicable`",
        );
    }
    Some(Cuec {
        says: says?,
        controls,
        not_applicable: not_applicable.flatten(),
    })
}

fn check_days(reader: &mut Reader, fields: &Fields<'_>, report: &VendorReport) {
    let last = match report.about {
        About::Covers(period) => period.to,
        About::AsOf(day) => day,
    };
    // A certificate holds into the future; whoever speaks of operation speaks of time that has passed.
    if report.kind.has_opinion() && report.received < last {
        let hint = "correct the days; a report comes after the time it speaks of";
        reader.refuse(
            fields.place("received"),
            "received before its time was over",
            hint,
        );
    }
    if report.reviewed.is_some_and(|day| day < report.received) {
        let hint = "correct `reviewed` or `received`";
        reader.refuse(
            fields.place("reviewed"),
            "reviewed before it was received",
            hint,
        );
    }
}
