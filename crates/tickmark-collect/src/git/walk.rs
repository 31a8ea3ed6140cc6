//! Walking commits and tags, and framing them into pages.

use std::collections::{BTreeMap, HashSet};

use gix::ObjectId;
use gix::objs::{CommitRefIter, Find as _, Kind};
use tickmark_core::facts::git::header;
use tickmark_core::model::manifest::Page;
use tickmark_core::model::time::Time;

use super::{GitError, History, PAGE};
use crate::Sink;

/// A walk under way: one page, and the names of the commits seen.
pub(super) struct Walk<'a> {
    repo: &'a gix::Repository,
    sink: &'a mut dyn Sink,
    page: Vec<u8>,
    items: u64,
    object: Vec<u8>,
    pub(super) history: History,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        repo: &'a gix::Repository,
        sink: &'a mut dyn Sink,
        params: BTreeMap<String, String>,
    ) -> Self {
        Self {
            repo,
            sink,
            page: Vec::with_capacity(PAGE + (64 << 10)),
            items: 0,
            object: Vec::new(),
            history: History {
                params,
                pages: Vec::new(),
                commits: 0,
                on_main: 0,
                tags: 0,
                claimed: None,
            },
        }
    }
}

impl Walk<'_> {
    /// The line of first parents, in order, until a commit that is known already; and that commit if the line led there.
    pub(super) fn first_parents(
        &mut self,
        head: ObjectId,
        since: Option<ObjectId>,
    ) -> Result<(HashSet<ObjectId>, Option<ObjectId>), GitError> {
        let mut line = HashSet::new();
        let mut next = Some(head);
        // A commit cannot be its own ancestor; a damaged repository may say so.
        while let Some(id) = next.filter(|id| line.insert(*id)) {
            if since == Some(id) {
                return Ok((line, since));
            }
            self.commit(id)?;
            self.history.on_main += 1;
            next = CommitRefIter::from_bytes(&self.object, id.kind())
                .parent_ids()
                .next();
        }
        Ok((line, None))
    }

    /// All other commits that the head reaches, newest first, but for those that `since` reaches.
    pub(super) fn others(
        &mut self,
        head: ObjectId,
        line: &HashSet<ObjectId>,
        since: Option<ObjectId>,
    ) -> Result<(), GitError> {
        let mut known = HashSet::new();
        if let Some(since) = since {
            self.reach(since, |_| true, &mut |_, id| {
                known.insert(id);
                Ok(())
            })?;
        }
        let new = |id: &gix::oid| !known.contains(id);
        self.reach(head, new, &mut |walk, id| {
            if line.contains(&id) {
                Ok(())
            } else {
                walk.commit(id)
            }
        })
    }

    /// Visits every commit that one reaches, newest first; what `into` refuses is not entered.
    fn reach(
        &mut self,
        from: ObjectId,
        into: impl Fn(&gix::oid) -> bool,
        visit: &mut dyn FnMut(&mut Self, ObjectId) -> Result<(), GitError>,
    ) -> Result<(), GitError> {
        let broken = |why: String| GitError::Object {
            id: from.to_string(),
            why,
        };
        let repo = self.repo;
        let walk = repo
            .rev_walk([from])
            .selected(into)
            .map_err(|e| broken(e.to_string()))?;
        for info in walk {
            let id = info.map_err(|e| broken(e.to_string()))?.id;
            visit(self, id)?;
        }
        Ok(())
    }

    fn commit(&mut self, id: ObjectId) -> Result<(), GitError> {
        self.read(id, Kind::Commit)?;
        self.frame(id, "commit")?;
        self.history.commits += 1;
        let claimed = CommitRefIter::from_bytes(&self.object, id.kind())
            .committer()
            .ok()
            .map(|who| who.seconds());
        if let Some(time) = claimed
            .and_then(|s| s.checked_mul(1_000_000))
            .map(Time::from_micros)
        {
            let (from, to) = self.history.claimed.unwrap_or((time, time));
            self.history.claimed = Some((from.min(time), to.max(time)));
        }
        Ok(())
    }

    /// Annotated tags, by name.
    pub(super) fn tags(&mut self) -> Result<(), GitError> {
        let broken = |why: String| GitError::Object {
            id: "refs/tags".to_owned(),
            why,
        };
        let platform = self.repo.references().map_err(|e| broken(e.to_string()))?;
        let mut ids = Vec::new();
        for tag in platform.tags().map_err(|e| broken(e.to_string()))? {
            let tag = tag.map_err(|e| broken(e.to_string()))?;
            ids.extend(tag.target().try_id().map(ToOwned::to_owned));
        }
        for id in ids {
            let kind = self
                .repo
                .find_header(id)
                .map_err(|e| GitError::Object {
                    id: id.to_string(),
                    why: e.to_string(),
                })?
                .kind();
            if kind == Kind::Tag {
                self.read(id, Kind::Tag)?;
                self.frame(id, "tag")?;
                self.history.tags += 1;
            }
        }
        Ok(())
    }

    fn read(&mut self, id: ObjectId, kind: Kind) -> Result<(), GitError> {
        let broken = |why: String| GitError::Object {
            id: id.to_string(),
            why,
        };
        let found = self
            .repo
            .objects
            .try_find(&id, &mut self.object)
            .map_err(|e| broken(e.to_string()))?;
        match found.map(|data| data.kind) {
            Some(found) if found == kind => Ok(()),
            Some(found) => Err(broken(format!("it is a {found}, not a {kind}"))),
            None => Err(broken("it is missing".to_owned())),
        }
    }

    fn frame(&mut self, id: ObjectId, kind: &str) -> Result<(), GitError> {
        self.page
            .extend_from_slice(header(&id.to_string(), kind, self.object.len()).as_bytes());
        self.page.extend_from_slice(&self.object);
        self.page.push(b'\n');
        if kind == "commit" {
            self.items += 1;
        }
        if self.page.len() >= PAGE {
            self.flush()
        } else {
            Ok(())
        }
    }

    pub(super) fn flush(&mut self) -> Result<(), GitError> {
        if self.page.is_empty() {
            return Ok(());
        }
        let blob = self.sink.page(&self.page)?;
        self.history.pages.push(Page {
            blob,
            status: 200,
            cursor: String::new(),
            next: String::new(),
            items: self.items,
            parent: String::new(),
            with: BTreeMap::new(),
            source_clock: None,
        });
        self.page.clear();
        self.items = 0;
        Ok(())
    }
}
