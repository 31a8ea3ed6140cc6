//! Entries of the registers, taken into the state.

use std::str::FromStr;

use tickmark_log::digest::Digest;

use super::fold::{Corrupt, Entry};
use super::{
    Acknowledgement, Approval, Assignment, Blobs, Closed, Decision, Erasable, Recheck, Review,
    State, Task,
};
use crate::model::body::{
    Acknowledged, PolicyApproval, PolicyVersion, ReviewDecided, ReviewOpened, ReviewRechecked,
    TaskChanged, TaskClosed, TaskOpened,
};
use crate::model::ids::ActorId;
use crate::model::time::Day;

impl Entry<'_> {
    /// Reads a blob that may name somebody; one that is not there is noted until an `erased` entry explains it.
    pub(super) fn erasable<T: FromStr>(
        &self,
        state: &mut State,
        role: &'static str,
        blobs: &dyn Blobs,
    ) -> Result<Erasable<T>, Corrupt> {
        let (value, found) = Erasable::read(&self.blob(role)?.commitment, blobs);
        if !found {
            state.unreadable.push(self.index);
        }
        Ok(value)
    }

    /// The leaf at a place of the refs.
    pub(super) fn reference(&self, at: usize, what: &'static str) -> Result<u64, Corrupt> {
        let found = self.leaf.refs.get(at).copied();
        found.ok_or(Corrupt::Refers(self.index, what))
    }

    /// The leaf of the version that an entry speaks of.
    fn version(&self, state: &State, of: &PolicyVersion) -> Result<u64, Corrupt> {
        let leaf = self.reference(0, "version of a policy")?;
        let versions = state.policy_versions(&of.policy);
        let known = versions
            .iter()
            .any(|v| v.leaf == leaf && v.commitment == of.commitment);
        known
            .then_some(leaf)
            .ok_or(Corrupt::Refers(self.index, "version of a policy"))
    }

    pub(super) fn approval(&self, state: &mut State, body: PolicyApproval) -> Result<(), Corrupt> {
        let approval = Approval {
            leaf: self.index,
            recorded: self.time,
            actor: ActorId(self.leaf.actor),
            document: self.version(state, &body.of)?,
            version: body.of.version,
            approver: body.approver,
        };
        let approvals = state.approvals.entry(body.of.policy).or_default();
        approvals.push(approval);
        Ok(())
    }

    pub(super) fn acknowledgement(
        &self,
        state: &mut State,
        body: Acknowledged,
        blobs: &dyn Blobs,
    ) -> Result<(), Corrupt> {
        let acknowledgement = Acknowledgement {
            leaf: self.index,
            recorded: self.time,
            actor: ActorId(self.leaf.actor),
            document: self.version(state, &body.of)?,
            version: body.of.version,
            person: self.erasable(state, "person", blobs)?,
        };
        let all = state.acknowledgements.entry(body.of.policy).or_default();
        all.push(acknowledgement);
        Ok(())
    }

    pub(super) fn task_opened(
        &self,
        state: &mut State,
        body: TaskOpened,
        blobs: &dyn Blobs,
    ) -> Result<(), Corrupt> {
        let has_item = self.leaf.blobs.iter().any(|b| b.role == "item");
        let item = match has_item {
            true => Some(self.erasable(state, "item", blobs)?),
            false => None,
        };
        let task = Task {
            leaf: self.index,
            recorded: self.time,
            actor: ActorId(self.leaf.actor),
            run: self.reference(0, "run")?,
            assignments: vec![self.assignment(state, body.due, blobs)?],
            opened: body,
            item,
            closed: None,
        };
        state.tasks.insert(self.index, task);
        Ok(())
    }

    pub(super) fn task_changed(
        &self,
        state: &mut State,
        body: &TaskChanged,
        blobs: &dyn Blobs,
    ) -> Result<(), Corrupt> {
        let assignment = self.assignment(state, body.due, blobs)?;
        self.open_task(state)?.assignments.push(assignment);
        Ok(())
    }

    fn assignment(
        &self,
        state: &mut State,
        due: Day,
        blobs: &dyn Blobs,
    ) -> Result<Assignment, Corrupt> {
        Ok(Assignment {
            leaf: self.index,
            recorded: self.time,
            owner: self.erasable(state, "owner", blobs)?,
            due,
        })
    }

    pub(super) fn task_closed(&self, state: &mut State, body: &TaskClosed) -> Result<(), Corrupt> {
        let closed = Closed {
            leaf: self.index,
            recorded: self.time,
            run: self.reference(1, "run")?,
            span: body.span,
            same_time: body.same_time,
        };
        self.open_task(state)?.closed = Some(closed);
        Ok(())
    }

    fn open_task<'s>(&self, state: &'s mut State) -> Result<&'s mut Task, Corrupt> {
        let leaf = self.reference(0, "open task")?;
        let task = state.tasks.get_mut(&leaf);
        task.filter(|t| t.closed.is_none())
            .ok_or(Corrupt::Refers(self.index, "open task"))
    }

    pub(super) fn review_opened(
        &self,
        state: &mut State,
        body: ReviewOpened,
    ) -> Result<(), Corrupt> {
        let review = Review {
            leaf: self.index,
            recorded: self.time,
            actor: ActorId(self.leaf.actor),
            opened: body,
            collections: self.leaf.refs.clone(),
            rows: self.blob("rows")?.commitment.0,
            decisions: Vec::new(),
            rechecks: Vec::new(),
        };
        state.reviews.insert(self.index, review);
        Ok(())
    }

    pub(super) fn review_decided(
        &self,
        state: &mut State,
        body: ReviewDecided,
        blobs: &dyn Blobs,
    ) -> Result<(), Corrupt> {
        let decision = Decision {
            leaf: self.index,
            recorded: self.time,
            actor: ActorId(self.leaf.actor),
            person: self.erasable(state, "person", blobs)?,
            keep: body.keep,
            revoke: body.revoke,
        };
        self.review(state)?.decisions.push(decision);
        Ok(())
    }

    pub(super) fn review_rechecked(
        &self,
        state: &mut State,
        body: ReviewRechecked,
    ) -> Result<(), Corrupt> {
        let leaf = self.reference(1, "collection")?;
        let collection = state.collections.iter().find(|c| c.leaf == leaf);
        let observed = collection.ok_or(Corrupt::Refers(self.index, "collection"))?;
        let recheck = Recheck {
            leaf: self.index,
            recorded: self.time,
            collection: leaf,
            observed: observed.observed.0,
            gone: body.gone,
            still: body.still,
        };
        self.review(state)?.rechecks.push(recheck);
        Ok(())
    }

    fn review<'s>(&self, state: &'s mut State) -> Result<&'s mut Review, Corrupt> {
        let leaf = self.reference(0, "review")?;
        let review = state.reviews.get_mut(&leaf);
        review.ok_or(Corrupt::Refers(self.index, "review"))
    }
}

/// Whatever named somebody in an erased blob says what the redacted copy says; the entries are readable again.
pub(super) fn erase(state: &mut State, old: Digest, new: Option<Digest>, blobs: &dyn Blobs) {
    let mut explained = super::fold_publication::erase(state, old, new, blobs);
    for one in state.acknowledgements.values_mut().flatten() {
        if one.person.erase(old, new, blobs) {
            explained.push(one.leaf);
        }
    }
    for task in state.tasks.values_mut() {
        let item = task.item.as_mut();
        if item.is_some_and(|i| i.erase(old, new, blobs)) {
            explained.push(task.leaf);
        }
        for one in &mut task.assignments {
            if one.owner.erase(old, new, blobs) {
                explained.push(one.leaf);
            }
        }
    }
    for review in state.reviews.values_mut() {
        if review.rows == old {
            review.rows = new.unwrap_or(old);
        }
        for one in &mut review.decisions {
            if one.person.erase(old, new, blobs) {
                explained.push(one.leaf);
            }
        }
    }
    for leaf in explained {
        // Once for each blob: an entry may have two, and only one of them is explained.
        if let Some(at) = state.unreadable.iter().position(|l| *l == leaf) {
            state.unreadable.remove(at);
        }
    }
}
