//! The seven roles.

use serde::{Deserialize, Serialize};

/// What somebody is to the company. One account, one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the program: everything, and who may come in.
    Owner,
    /// Leads compliance: everything but who may come in.
    ComplianceManager,
    /// Answers for some controls: those, their tests and their evidence.
    ControlOwner,
    /// Works here: what is due from them.
    Employee,
    /// Sees what management sees, changes nothing.
    ReadOnly,
    /// The service auditor: one engagement, for a time, changes nothing.
    Auditor,
    /// Somebody who may read what the trust page gives on request.
    Prospect,
}

impl Role {
    /// All seven, in the order of the matrix.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::ComplianceManager,
        Self::ControlOwner,
        Self::Employee,
        Self::ReadOnly,
        Self::Auditor,
        Self::Prospect,
    ];

    /// Its name in forms, tokens and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::ComplianceManager => "compliance-manager",
            Self::ControlOwner => "control-owner",
            Self::Employee => "employee",
            Self::ReadOnly => "read-only",
            Self::Auditor => "auditor",
            Self::Prospect => "prospect",
        }
    }

    /// How people read it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::ComplianceManager => "Compliance manager",
            Self::ControlOwner => "Control owner",
            Self::Employee => "Employee",
            Self::ReadOnly => "Read only",
            Self::Auditor => "Auditor",
            Self::Prospect => "Prospect",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}
