//! What several pages need to find in a house, and what of it somebody may see.

use std::collections::{BTreeMap, BTreeSet};

use tickmark_core::judge::library;
use tickmark_core::model::ids::{ControlId, CriterionId};
use tickmark_core::model::time::{Period, Span, Time, Zone};
use tickmark_core::report::inputs::{self, Inputs, Item, TestResult, Window};
use tickmark_core::report::{ResultState, build::Standing};

use super::part::Tone;
use crate::house::House;
use crate::rights::{Action, Viewer};

/// The period of the inputs as days; a Type 1 has one day.
#[must_use]
pub fn period(inputs: &Inputs) -> Period {
    match inputs.window {
        Window::Throughout(period) => period,
        Window::AsOf(day) => Period { from: day, to: day },
    }
}

/// The same as time.
#[must_use]
pub fn span(inputs: &Inputs) -> Span {
    period(inputs).span(&inputs.zone)
}

/// The reporting zone.
#[must_use]
pub fn zone(house: &House) -> Zone {
    match &house.inputs {
        Ok(inputs) => inputs.zone.clone(),
        Err(_) => house.state.zone(),
    }
}

/// The owner that the adoption of a control names.
#[must_use]
pub fn owner_of<'a>(house: &'a House, control: &str) -> Option<&'a str> {
    let adopted = house
        .state
        .current(&format!("controls/{control}.md"))
        .and_then(|v| v.adoption());
    adopted.map(|a| a.owner.as_str()).or_else(|| {
        let inputs = house.inputs.as_ref().ok()?;
        inputs
            .controls
            .iter()
            .rev()
            .find(|c| c.id == control)
            .map(|c| c.owner.as_str())
    })
}

/// Whether somebody may see what belongs to a control.
#[must_use]
pub fn sees(house: &House, viewer: &Viewer, action: Action, control: &str) -> bool {
    if viewer.sees_all(action) {
        return viewer.may(action);
    }
    viewer.may_to(action, viewer.control(owner_of(house, control)))
}

/// A control: what the library says, what was adopted, what was tested.
pub struct ControlView<'a> {
    /// Identifier.
    pub id: String,
    /// Title, of the adopted version if there is one.
    pub title: &'a str,
    /// Owner of the adoption; none if it is not adopted.
    pub owner: Option<&'a str>,
    /// Criteria it is mapped to.
    pub criteria: Vec<CriterionId>,
    /// The control of the library.
    pub library: Option<&'a library::Control>,
    /// Versions in force in the period, oldest first.
    pub versions: Vec<&'a inputs::Control>,
    /// Runs of the period.
    pub tests: Vec<&'a TestResult>,
}

impl ControlView<'_> {
    /// The worst of its results.
    #[must_use]
    pub fn worst(&self) -> Option<ResultState> {
        self.tests.iter().map(|t| t.result).max_by_key(|r| rank(*r))
    }

    /// Adopted, in the period or now.
    #[must_use]
    pub const fn is_adopted(&self) -> bool {
        self.owner.is_some()
    }

    /// Its state in words and colour.
    #[must_use]
    pub fn standing(&self) -> (Tone, &'static str) {
        match self.worst() {
            Some(result) => (super::part::tone_of(result), result.words()),
            None if self.is_adopted() => (Tone::Unknown, "Not tested"),
            None => (Tone::Plain, "Not adopted"),
        }
    }

    /// "automated", "semi" or "manual".
    #[must_use]
    pub fn automation(&self) -> &'static str {
        match self.library.map(|c| c.front.automation) {
            Some(library::Automation::Automated) => "automated",
            Some(library::Automation::Semi) => "in part",
            Some(library::Automation::Manual) => "manual",
            None => "",
        }
    }

    /// How often it operates, in words.
    #[must_use]
    pub fn frequency(&self) -> String {
        match (self.versions.last(), self.library) {
            (Some(version), _) => version.frequency.clone(),
            (None, Some(control)) => control
                .front
                .frequency
                .iter()
                .map(|f| f.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            (None, None) => String::new(),
        }
    }
}

const fn rank(result: ResultState) -> u8 {
    match result {
        ResultState::NoDeviation => 0,
        ResultState::DidNotOperate => 1,
        ResultState::UnableToTest => 2,
        ResultState::Deviation => 3,
    }
}

/// All controls that somebody may see: adopted ones first, then those of the library.
#[must_use]
pub fn controls<'a>(house: &'a House, viewer: &Viewer) -> Vec<ControlView<'a>> {
    let mut ids: BTreeSet<String> = house
        .library
        .controls
        .keys()
        .map(ToString::to_string)
        .collect();
    ids.extend(house.state.controls().map(|id| id.to_string()));
    let mut versions: BTreeMap<&str, Vec<&inputs::Control>> = BTreeMap::new();
    let mut tests: BTreeMap<&str, Vec<&TestResult>> = BTreeMap::new();
    if let Ok(inputs) = &house.inputs {
        for control in &inputs.controls {
            ids.insert(control.id.clone());
            versions.entry(&control.id).or_default().push(control);
        }
        for test in &inputs.tests {
            tests.entry(&test.control).or_default().push(test);
        }
    }
    let mut out: Vec<ControlView<'_>> = ids
        .into_iter()
        .filter(|id| sees(house, viewer, Action::ViewControls, id))
        .map(|id| {
            let (versions, tests) = (versions.remove(id.as_str()), tests.remove(id.as_str()));
            view(
                house,
                id,
                versions.unwrap_or_default(),
                tests.unwrap_or_default(),
            )
        })
        .collect();
    out.sort_by_key(|control| !control.is_adopted());
    out
}

/// One control, if there is one and they may see it.
#[must_use]
pub fn control<'a>(house: &'a House, viewer: &Viewer, id: &str) -> Option<ControlView<'a>> {
    let known = ControlId::parse(id)
        .ok()
        .is_some_and(|c| house.library.controls.contains_key(&c));
    let path = format!("controls/{id}.md");
    let inputs = house.inputs.as_ref().ok();
    let versions: Vec<&inputs::Control> = inputs
        .map(|i| i.controls.iter().filter(|c| c.id == id).collect())
        .unwrap_or_default();
    if !known && versions.is_empty() && !house.state.documents.contains_key(&path) {
        return None;
    }
    let tests = inputs
        .map(|i| i.tests.iter().filter(|t| t.control == id).collect())
        .unwrap_or_default();
    sees(house, viewer, Action::ViewControls, id)
        .then(|| view(house, id.to_owned(), versions, tests))
}

fn view<'a>(
    house: &'a House,
    id: String,
    versions: Vec<&'a inputs::Control>,
    tests: Vec<&'a TestResult>,
) -> ControlView<'a> {
    let library = ControlId::parse(&id)
        .ok()
        .and_then(|c| house.library.controls.get(&c));
    let title = versions
        .last()
        .map(|v| v.title.as_str())
        .or_else(|| library.map(|c| c.front.title.as_str()));
    let criteria = versions
        .last()
        .map(|v| v.criteria.clone())
        .or_else(|| library.map(|c| c.front.criteria.clone()));
    let owner = owner_of(house, &id);
    ControlView {
        title: title.unwrap_or(""),
        owner,
        criteria: criteria.unwrap_or_default(),
        library,
        versions,
        tests,
        id,
    }
}

/// Tests of the period that somebody may see.
#[must_use]
pub fn tests<'a>(house: &'a House, viewer: &Viewer) -> Vec<&'a TestResult> {
    let Ok(inputs) = &house.inputs else {
        return Vec::new();
    };
    inputs
        .tests
        .iter()
        .filter(|t| sees(house, viewer, Action::ViewTests, &t.control))
        .collect()
}

/// An item that did not pass, with its test.
#[derive(Clone, Copy)]
pub struct Finding<'a> {
    /// The run.
    pub test: &'a TestResult,
    /// The item.
    pub item: &'a Item,
}

impl Finding<'_> {
    /// The end that its duration is counted to: its own, or that of the time tested.
    #[must_use]
    pub fn until(&self) -> Time {
        self.item.until.unwrap_or(self.test.span.until)
    }

    /// Reasons in words.
    #[must_use]
    pub fn reasons(&self) -> String {
        let mut words: Vec<String> = self
            .item
            .reasons
            .iter()
            .map(|(code, says)| {
                if says.is_empty() {
                    code.clone()
                } else {
                    says.clone()
                }
            })
            .collect();
        // Several attributes often fail for one reason; their codes are listed one by one.
        words.dedup();
        words.join("; ")
    }
}

/// Every item that did not pass, of tests that somebody may see.
#[must_use]
pub fn findings<'a>(house: &'a House, viewer: &Viewer) -> Vec<Finding<'a>> {
    tests(house, viewer).into_iter().flat_map(of_test).collect()
}

/// The items of one run that did not pass.
pub fn of_test(test: &TestResult) -> impl Iterator<Item = Finding<'_>> {
    test.items.iter().map(move |item| Finding { test, item })
}

/// The tone of a criterion, by the worst of its open points.
#[must_use]
pub fn tone_of(standing: &Standing) -> (Tone, &'static str) {
    let has = |kind: &str| standing.open.iter().any(|p| p.kind == kind);
    match () {
        () if has("no_control") => (Tone::Warn, "No control"),
        () if has("deviation") => (Tone::Bad, "Deviation noted"),
        () if has("unable_to_test") => (Tone::Unknown, "Evidence missing"),
        () if has("not_tested") => (Tone::Unknown, "Not tested"),
        () if !standing.open.is_empty() => (Tone::Warn, "Open points"),
        () => (Tone::Good, "No open point"),
    }
}

/// What a kind of open point is called.
#[must_use]
pub fn kind_words(kind: &str) -> (Tone, &'static str) {
    match kind {
        "no_control" => (Tone::Warn, "No control"),
        "not_in_force" => (Tone::Warn, "Not in force"),
        "deviation" => (Tone::Bad, "Deviation noted"),
        "unable_to_test" => (Tone::Unknown, "Evidence missing"),
        "did_not_operate" => (Tone::Warn, "Did not operate"),
        "provisional" => (Tone::Plain, "Provisional"),
        "not_tested" => (Tone::Unknown, "Not tested"),
        "back_dated" => (Tone::Warn, "Back-dated"),
        _ => (Tone::Plain, "Open"),
    }
}
