//! What Tickmark knows: model, facts, judge, report.

pub mod judge;
