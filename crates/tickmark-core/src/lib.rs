//! What Tickmark knows: model, facts, judge, report.
