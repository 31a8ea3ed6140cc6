//! What a request is about, and how that stands to who asks.

use tickmark_core::{
    model::{ids::ControlId, time::Period},
    report::inputs::Window,
};

use super::Ask;
use crate::{
    house::House,
    http::fault::Fault,
    rights::{Object, Viewer},
};

/// What a route is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Nothing of the program: a public page, the own account.
    Nothing,
    /// The program as it stands.
    Program,
    /// The control named in the path as `{id}`.
    Control,
    /// The control of the test named in the path as `{id}`.
    Test,
    /// The control that the piece of evidence in the path (`{leaf}`) was handed in for.
    Evidence,
    /// The control whose test found what the task in the path (`{leaf}`) is about.
    Task,
    /// The control named in the form as `control`.
    ControlInForm,
}

impl Subject {
    /// Its name in the matrix.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Program => "program",
            Self::Control => "control",
            Self::Test => "control of the test",
            Self::Evidence => "control of the evidence",
            Self::Task => "control of the task",
            Self::ControlInForm => "control in the form",
        }
    }

    /// How the subject of a request stands to who asks. `read` says whether the form was read; until then its control counts as own.
    pub(crate) fn object(
        self,
        ask: &Ask,
        viewer: Option<&Viewer>,
        read: bool,
    ) -> Result<Object, Fault> {
        let Some(viewer) = viewer.filter(|_| self != Self::Nothing) else {
            return Ok(Object::Own);
        };
        let house = ask.house()?;
        if viewer.program(period(&house)) == Object::Foreign {
            return Ok(Object::Foreign);
        }
        let control = match self {
            Self::Nothing | Self::Program => return Ok(Object::Own),
            Self::ControlInForm if !read => return Ok(Object::Own),
            Self::ControlInForm => ask.form.get("control").map(str::to_owned),
            Self::Control => ask.param("id").map(str::to_owned),
            Self::Test => ask
                .param("id")
                .map(|id| id.split('.').next().unwrap_or_default().to_owned()),
            Self::Evidence => ask
                .param("leaf")
                .and_then(|leaf| leaf.parse().ok())
                .and_then(|leaf| evidence_control(&house, leaf)),
            Self::Task => ask
                .param("leaf")
                .and_then(|leaf| leaf.parse().ok())
                .and_then(|leaf| task_control(&house, leaf)),
        };
        Ok(viewer.control(control.and_then(|id| owner_of(&house, &id)).as_deref()))
    }
}

/// The period that the program shows.
pub(crate) fn period(house: &House) -> Option<Period> {
    match house.inputs.as_ref().ok()?.window {
        Window::Throughout(period) => Some(period),
        Window::AsOf(day) => Some(Period { from: day, to: day }),
    }
}

/// Who answers for a control, by its adoption now or by its last one in the period.
pub(crate) fn owner_of(house: &House, control: &str) -> Option<String> {
    let adopted = control
        .parse::<ControlId>()
        .ok()
        .and_then(|id| house.state.adoption(&id).map(|(_, a)| a.owner.clone()));
    adopted.or_else(|| {
        let inputs = house.inputs.as_ref().ok()?;
        let last = inputs.controls.iter().rev().find(|c| c.id == control)?;
        Some(last.owner.clone())
    })
}

/// The control that a piece of evidence was handed in for.
pub(crate) fn evidence_control(house: &House, leaf: u64) -> Option<String> {
    let at = house
        .state
        .collections
        .binary_search_by_key(&leaf, |c| c.leaf)
        .ok()?;
    let evidence = house.state.collections.get(at)?.evidence.as_ref()?;
    Some(evidence.control.to_string())
}

/// The control whose test found what a task is about.
fn task_control(house: &House, leaf: u64) -> Option<String> {
    let task = house.state.tasks.get(&leaf)?;
    let control = task.opened.test.as_str().split('.').next();
    control.map(str::to_owned)
}
