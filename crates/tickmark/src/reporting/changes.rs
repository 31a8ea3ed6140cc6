//! Significant changes that the ledger itself shows for a period (description criterion DC9).

use tickmark_core::{
    model::{state::State, time::Period},
    report::inputs::Change,
};

/// Controls that began, changed or ended inside the period, by day.
pub(super) fn changes(state: &State, period: Period) -> Vec<Change> {
    let inside = |day| period.from < day && day <= period.to;
    let mut out = Vec::new();
    for id in state.controls() {
        for (place, version) in state.in_force(&id).iter().enumerate() {
            let leaf = version.version.leaf;
            if inside(version.from) {
                let what = if place == 0 {
                    "was taken into use"
                } else {
                    "changed"
                };
                out.push(Change {
                    day: version.from,
                    says: format!("Control {id} {what}"),
                    leaf,
                });
            }
            if let Some(day) = version.adoption.retired.filter(|day| inside(*day)) {
                out.push(Change {
                    day,
                    says: format!("Control {id} was retired"),
                    leaf,
                });
            }
        }
    }
    out.sort_by_key(|change| (change.day, change.leaf));
    out
}
