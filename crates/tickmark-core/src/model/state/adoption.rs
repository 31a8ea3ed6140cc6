use super::{State, Version};
use crate::model::document::Adoption;
use crate::model::ids::ControlId;
use crate::model::time::{Day, Period, Zone};

/// One version of an adopted control and the days on which it was in force.
#[derive(Debug, Clone, Copy)]
pub struct InForce<'a> {
    /// The version of the document.
    pub version: &'a Version,
    /// What it says.
    pub adoption: &'a Adoption,
    /// First day.
    pub from: Day,
    /// Last day; none while it is in force.
    pub to: Option<Day>,
}

impl InForce<'_> {
    /// The part of a period on which this version was in force.
    #[must_use]
    pub fn within(&self, period: Period) -> Option<Period> {
        let to = self.to.map_or(period.to, |to| to.min(period.to));
        Period::new(self.from.max(period.from), to).ok()
    }

    /// By how many days the document was recorded after its first day (decision D21); 0 if it was recorded in time.
    #[must_use]
    pub fn back_dated_days(&self, zone: &Zone) -> i32 {
        zone.day_of(self.version.recorded)
            .days_since(self.adoption.effective)
            .max(0)
    }
}

impl State {
    /// The versions of an adopted control with the days on which each was in force, oldest first.
    ///
    /// A version holds from its effective day until a later one takes over, it is retired or its document is taken out. A later
    /// version with an earlier effective day replaces what stood before from that day on. Two versions in one period are two runs
    /// (decision D34).
    #[must_use]
    pub fn in_force(&self, control: &ControlId) -> Vec<InForce<'_>> {
        let mut out: Vec<InForce<'_>> = Vec::new();
        let versions = self
            .documents
            .get(&format!("controls/{control}.md"))
            .map_or(&[][..], Vec::as_slice);
        for version in versions {
            let Some(adoption) = version.adoption() else {
                continue;
            };
            out.retain(|earlier| earlier.from < adoption.effective);
            if let Some(last) = out.last_mut() {
                let end = adoption.effective.plus_days(-1);
                last.to = Some(last.to.map_or(end, |to| to.min(end)));
            }
            out.push(InForce {
                version,
                adoption,
                from: adoption.effective,
                to: adoption.retired,
            });
        }
        out
    }

    /// All controls that have ever been adopted.
    pub fn controls(&self) -> impl Iterator<Item = ControlId> {
        self.documents
            .keys()
            .filter_map(|path| crate::model::document::control_of_path(path))
    }
}
