//! What must hold before a report is built: the report is a second opinion on the recorded runs.

use std::collections::BTreeSet;

use crate::model::time::Day;

use super::figure::Count;
use super::inputs::{Inputs, TestResult, Window};
use super::state::{ItemState, ResultState};

/// Why a report is refused. Nothing is rendered from inputs that contradict themselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// A Type 2 needs a period, a Type 1 a date.
    #[error("a {report} report needs {needs}; give `{option}`")]
    Window {
        /// "Type 1" or "Type 2".
        report: &'static str,
        /// "a period" or "a date".
        needs: &'static str,
        /// The option of the command line.
        option: &'static str,
    },
    /// The counts of a run do not add up (INV-J1).
    #[error(
        "run {leaf} of {test}: its counts do not add up or differ from its items; run `tickmark log fsck`"
    )]
    Counts {
        /// Test.
        test: String,
        /// Entry of the run.
        leaf: u64,
    },
    /// The recorded result is not the one that its counts and coverage give (decision D8).
    #[error(
        "run {leaf} of {test} records `{recorded}`, its counts and coverage give `{computed}`; run `tickmark test {test}` again"
    )]
    Result {
        /// Test.
        test: String,
        /// Entry of the run.
        leaf: u64,
        /// As recorded.
        recorded: &'static str,
        /// As computed here.
        computed: &'static str,
    },
    /// A run of a control that the inputs do not know.
    #[error(
        "run {leaf} of {test} speaks of control `{control}`, which is not adopted in this period; adopt it or leave the run out"
    )]
    Orphan {
        /// Test.
        test: String,
        /// Entry of the run.
        leaf: u64,
        /// Control.
        control: String,
    },
    /// The period has closed and the run still speaks of an open one (decision D15).
    #[error(
        "run {leaf} of {test} was made while the period was open; collect once more, then run `tickmark test --period`"
    )]
    Provisional {
        /// Test.
        test: String,
        /// Entry of the run.
        leaf: u64,
    },
    /// A control that was not in force on the date of a Type 1.
    #[error(
        "control {control} is in force from {effective}, after the date {as_of}; choose a later date or leave the control out"
    )]
    NotYetInForce {
        /// Control.
        control: String,
        /// In force from.
        effective: Day,
        /// Date of the report.
        as_of: Day,
    },
}

/// Checks what holds for every report.
pub fn inputs(inputs: &Inputs) -> Result<(), ReportError> {
    let known: BTreeSet<&str> = inputs
        .controls
        .iter()
        .map(|control| control.id.as_str())
        .collect();
    for test in &inputs.tests {
        if !known.contains(test.control.as_str()) {
            return Err(ReportError::Orphan {
                test: test.id.clone(),
                leaf: test.leaf,
                control: test.control.clone(),
            });
        }
        run(test)?;
        if test.provisional && closed(inputs) {
            return Err(ReportError::Provisional {
                test: test.id.clone(),
                leaf: test.leaf,
            });
        }
    }
    Ok(())
}

/// No control of a Type 1 begins after its date (edge case: design of what did not exist yet).
pub fn in_force(inputs: &Inputs, as_of: Day) -> Result<(), ReportError> {
    match inputs
        .controls
        .iter()
        .find(|control| control.effective > as_of)
    {
        Some(control) => Err(ReportError::NotYetInForce {
            control: control.id.clone(),
            effective: control.effective,
            as_of,
        }),
        None => Ok(()),
    }
}

fn run(test: &TestResult) -> Result<(), ReportError> {
    let counts = &test.counts;
    let sum = [
        counts.passed,
        counts.deviations,
        counts.unknown,
        counts.not_applicable,
        counts.pending,
    ]
    .into_iter()
    .fold(Count::default(), Count::plus);
    let listed = |state: ItemState| {
        Count::new(
            u64::try_from(test.items.iter().filter(|item| item.state == state).count())
                .unwrap_or(u64::MAX),
        )
    };
    if sum != counts.population
        || listed(ItemState::Deviation) != counts.deviations
        || listed(ItemState::Unknown) != counts.unknown
    {
        return Err(ReportError::Counts {
            test: test.id.clone(),
            leaf: test.leaf,
        });
    }
    let computed = result(test);
    if computed == test.result {
        return Ok(());
    }
    Err(ReportError::Result {
        test: test.id.clone(),
        leaf: test.leaf,
        recorded: test.result.name(),
        computed: computed.name(),
    })
}

/// Decision D8, a second time.
fn result(test: &TestResult) -> ResultState {
    let counts = &test.counts;
    if !counts.deviations.is_zero() {
        ResultState::Deviation
    } else if !counts.unknown.is_zero() || test.covered_s < test.asked_s {
        ResultState::UnableToTest
    } else if counts.tested().is_zero() {
        ResultState::DidNotOperate
    } else {
        ResultState::NoDeviation
    }
}

/// Whether the period had ended when the checkpoint was signed.
fn closed(inputs: &Inputs) -> bool {
    match inputs.window {
        Window::Throughout(period) => {
            inputs.checkpoint.signed_at >= period.span(&inputs.zone).until
        }
        Window::AsOf(_) => false,
    }
}
