use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::IdError;

/// How many criteria each group has, in the order of the criteria: 33 common, 3, 2, 5 and 18, together 61.
const GROUPS: [(&str, u8, Category); 20] = [
    ("CC1", 5, Category::Security),
    ("CC2", 3, Category::Security),
    ("CC3", 4, Category::Security),
    ("CC4", 2, Category::Security),
    ("CC5", 3, Category::Security),
    ("CC6", 8, Category::Security),
    ("CC7", 5, Category::Security),
    ("CC8", 1, Category::Security),
    ("CC9", 2, Category::Security),
    ("A1", 3, Category::Availability),
    ("C1", 2, Category::Confidentiality),
    ("PI1", 5, Category::ProcessingIntegrity),
    ("P1", 1, Category::Privacy),
    ("P2", 1, Category::Privacy),
    ("P3", 2, Category::Privacy),
    ("P4", 3, Category::Privacy),
    ("P5", 2, Category::Privacy),
    ("P6", 7, Category::Privacy),
    ("P7", 1, Category::Privacy),
    ("P8", 1, Category::Privacy),
];

/// A trust services category that a program can have in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Security: the common criteria, which every examination uses.
    Security,
    /// Availability.
    Availability,
    /// Confidentiality.
    Confidentiality,
    /// Processing integrity.
    ProcessingIntegrity,
    /// Privacy.
    Privacy,
}

impl Category {
    /// All five, in the order of the criteria.
    pub const ALL: [Self; 5] = [
        Self::Security,
        Self::Availability,
        Self::Confidentiality,
        Self::ProcessingIntegrity,
        Self::Privacy,
    ];

    /// The name a program file uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Availability => "availability",
            Self::Confidentiality => "confidentiality",
            Self::ProcessingIntegrity => "processing_integrity",
            Self::Privacy => "privacy",
        }
    }

    /// The group of its criteria, as the contract prints it: `common` for security.
    #[must_use]
    pub fn criteria_group(self) -> &'static str {
        if self == Self::Security {
            "common"
        } else {
            self.as_str()
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Category {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wanted = text.replace('-', "_");
        Self::ALL
            .into_iter()
            .find(|c| c.as_str() == wanted || c.criteria_group() == wanted)
            .ok_or_else(|| {
                let names = Self::ALL.map(Self::as_str);
                let hint = match crate::model::diagnostic::nearest(text, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the categories are {}", names.join(", ")),
                };
                IdError {
                    given: text.to_owned(),
                    what: "a category",
                    hint,
                }
            })
    }
}

/// One of the 61 trust services criteria; nothing else can be written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CriterionId {
    group: u8,
    number: u8,
}

impl CriterionId {
    /// All 61, in their order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0u8..).zip(GROUPS).flat_map(|(group, (_, count, _))| {
            (1..=count).map(move |number| Self { group, number })
        })
    }

    /// The category it belongs to; common criteria belong to security.
    #[must_use]
    pub fn category(self) -> Category {
        self.entry().2
    }

    /// The group, like `CC6`.
    #[must_use]
    pub fn group(self) -> &'static str {
        self.entry().0
    }

    /// Reads one of the 61.
    ///
    /// # Errors
    /// Anything else, with what the group really holds or the spelling that was probably meant.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Self::all()
            .find(|c| c.matches(text))
            .ok_or_else(|| IdError {
                given: text.to_owned(),
                what: "one of the 61 criteria",
                hint: suggest(text),
            })
    }

    fn entry(self) -> (&'static str, u8, Category) {
        GROUPS
            .get(usize::from(self.group))
            .copied()
            .unwrap_or(("CC1", 5, Category::Security))
    }

    fn matches(self, text: &str) -> bool {
        text.strip_prefix(self.group())
            .and_then(|t| t.strip_prefix('.'))
            .is_some_and(|n| n == self.number.to_string())
    }
}

/// The criteria in scope of these categories, in order: the common criteria always, then those of each further category.
#[must_use]
pub fn criteria_in(categories: &[Category]) -> Vec<CriterionId> {
    CriterionId::all()
        .filter(|c| c.category() == Category::Security || categories.contains(&c.category()))
        .collect()
}

/// What was probably meant: another spelling (`cc_6_1`, `CC6.01`), else what the group holds.
fn suggest(text: &str) -> String {
    let plain = |t: &str| {
        t.chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_uppercase()
    };
    let given = plain(text);
    if let Some(same) = CriterionId::all().find(|c| plain(&c.to_string()) == given) {
        return format!("did you mean `{same}`?");
    }
    let group = GROUPS
        .into_iter()
        .filter(|(g, _, _)| given.starts_with(g))
        .max_by_key(|(g, _, _)| g.len());
    match group {
        Some((g, 1, _)) => format!("{g} has {g}.1 alone"),
        Some((g, count, _)) => format!("{g} has {g}.1 to {g}.{count}"),
        None => "they run from CC1.1 to CC9.2, A1.1 to A1.3, C1.1, C1.2, PI1.1 to PI1.5 and P1.1 to P8.1".to_owned(),
    }
}

impl fmt::Display for CriterionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.group(), self.number)
    }
}

impl fmt::Debug for CriterionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CriterionId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for CriterionId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<CriterionId> for String {
    fn from(id: CriterionId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn exactly_61_and_the_sets_of_the_categories() {
        use Category::{Availability, Confidentiality, Security};
        assert_eq!(CriterionId::all().count(), 61);
        assert_eq!(criteria_in(&[Security]).len(), 33);
        assert_eq!(criteria_in(&[Security, Availability]).len(), 36);
        assert_eq!(criteria_in(&[Security, Confidentiality]).len(), 35);
        assert_eq!(
            criteria_in(&[Security, Availability, Confidentiality]).len(),
            38
        );
        assert_eq!(criteria_in(&Category::ALL).len(), 61);
    }

    #[test]
    fn an_availability_report_still_uses_the_common_criteria() {
        assert_eq!(criteria_in(&[Category::Availability]).len(), 36);
    }

    #[test]
    fn every_criterion_reads_back() {
        for id in CriterionId::all() {
            assert_eq!(CriterionId::parse(&id.to_string()), Ok(id));
        }
    }

    #[test]
    fn invented_criteria_of_public_lists_are_refused_with_a_suggestion() {
        let hint = |t: &str| CriterionId::parse(t).unwrap_err().hint;
        assert_eq!(hint("CC2.4"), "CC2 has CC2.1 to CC2.3");
        assert_eq!(hint("A1.4"), "A1 has A1.1 to A1.3");
        assert_eq!(hint("P1.0"), "P1 has P1.1 alone");
        assert_eq!(hint("cc_6_1"), "did you mean `CC6.1`?");
        assert_eq!(hint("PI1.6"), "PI1 has PI1.1 to PI1.5");
        for bad in "CC2.4 CC5.4 CC5.5 CC6.9 CC8.2 A1.4 C1.3 C1.4 P1.2 P1.3 P1.4 P4.4 P5.3 P5.4 P6.8 P2.0 CC6 CC6.01 cc6.1".split(' ') {
            assert!(CriterionId::parse(bad).is_err(), "{bad}");
        }
    }
}
