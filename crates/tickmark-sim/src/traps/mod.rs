//! The traps: for each, something that deviates (or cannot be judged) and something that only looks like it.

pub(crate) mod approvals;
pub(crate) mod checks;
pub(crate) mod factors;
pub(crate) mod histories;
pub(crate) mod leavers;
pub(crate) mod leavers_more;
pub(crate) mod limits;
pub(crate) mod owners;
pub(crate) mod pushes;
pub(crate) mod records;

pub(crate) const LEAVER: &str = "IAM-02.leaver";
pub(crate) const ORPHAN: &str = "IAM-02.orphan";
pub(crate) const MFA: &str = "IAM-05.mfa";
pub(crate) const LOGIN: &str = "IAM-05.login";
pub(crate) const APPROVAL: &str = "CHG-01.approval";
pub(crate) const CHECKS: &str = "CHG-02.checks";
pub(crate) const TRACE: &str = "CHG-03.trace";
pub(crate) const PUSH: &str = "CHG-03.direct_push";
pub(crate) const REFERENCE: &str = "CHG-03.reference";
