//! The history of a git repository (decision D29): commits and annotated tags in `cat-file --batch` framing, never a tree or a file.
//!
//! First come the commits that the head reaches by first parents, in order, so that a reader can follow that line without holding
//! the history; then all others the head reaches; then the tags. Objects are streamed: what stays in memory is one page and the
//! names of the commits seen.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use gix::ObjectId;
use gix::objs::{CommitRefIter, Find as _, Kind};
use tickmark_core::facts::git::{HEAD, REPOSITORY, header};
use tickmark_core::model::manifest::Page;
use tickmark_core::model::time::Time;

use crate::{Sink, SinkError};

/// Size of a page, in bytes; a page ends after the object that reaches it.
pub const PAGE: usize = 4 << 20;

/// What was walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Parameters for the manifest: head, repository, and the branch if the head is one.
    pub params: BTreeMap<String, String>,
    /// The pages for the manifest.
    pub pages: Vec<Page>,
    /// Commits.
    pub commits: u64,
    /// Commits on the first-parent line.
    pub on_main: u64,
    /// Annotated tags.
    pub tags: u64,
    /// Earliest and latest time a committer claims; none in an empty history.
    pub claimed: Option<(Time, Time)>,
}

/// Why a history cannot be collected.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository.
    #[error("`{path}` is no git repository: {why}")]
    Open {
        /// As given.
        path: String,
        /// What git says.
        why: String,
    },
    /// History is cut off.
    #[error(
        "`{0}` is a shallow clone, its history is cut off; run `git fetch --unshallow` there first"
    )]
    Shallow(String),
    /// The head names no commit.
    #[error("the head of `{path}` names no commit: {why}; commit something, or check out a branch")]
    Head {
        /// As given.
        path: String,
        /// What git says.
        why: String,
    },
    /// The asked reference is not there.
    #[error(
        "`{path}` has no branch, tag or commit `{name}`: {why}; `git -C {path} branch --all` lists the branches"
    )]
    Reference {
        /// As given.
        path: String,
        /// As given.
        name: String,
        /// What git says.
        why: String,
    },
    /// An object is missing or damaged.
    #[error("object {id} cannot be read: {why}; run `git fsck` there")]
    Object {
        /// Name.
        id: String,
        /// What git says.
        why: String,
    },
    /// A page cannot be kept.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// Walks the history of the head. `name` is what rows carry as the repository; without one it is the folder's name.
///
/// # Errors
/// See [`collect_reference`].
pub fn collect(path: &Path, name: Option<&str>, sink: &mut dyn Sink) -> Result<History, GitError> {
    collect_reference(path, None, name, sink)
}

/// Walks the history of a branch, a tag or a commit (its whole name in hex); without one that of the head.
///
/// # Errors
/// No repository, a shallow one, no such reference, a damaged object, a page that cannot be kept.
pub fn collect_reference(
    path: &Path,
    reference: Option<&str>,
    name: Option<&str>,
    sink: &mut dyn Sink,
) -> Result<History, GitError> {
    let shown = path.display().to_string();
    let repo = gix::open(path).map_err(|e| GitError::Open {
        path: shown.clone(),
        why: chain(&e),
    })?;
    let shallow = repo.is_shallow().map_err(|e| GitError::Open {
        path: shown.clone(),
        why: e.to_string(),
    })?;
    if shallow {
        return Err(GitError::Shallow(shown));
    }
    let (head, branch) = match reference.filter(|r| *r != "HEAD") {
        None => head_of(&repo, shown)?,
        Some(reference) => named(&repo, shown, reference)?,
    };
    let mut params = BTreeMap::from([(HEAD.to_owned(), head.to_string())]);
    params.insert(
        REPOSITORY.to_owned(),
        name.map_or_else(|| folder(&repo, path), str::to_owned),
    );
    params.extend(branch.map(|branch| ("branch".to_owned(), branch)));
    let mut walk = Walk {
        repo: &repo,
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
    };
    let line = walk.first_parents(head)?;
    walk.others(head, &line)?;
    walk.tags()?;
    walk.flush()?;
    Ok(walk.history)
}

/// An error with what caused it, each said once.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        let what = cause.to_string();
        if !said.iter().any(|before| before.contains(&what)) {
            said.push(what);
        }
        next = cause.source();
    }
    said.join(": ")
}

/// The commit of the head, and its branch if it is on one.
fn head_of(repo: &gix::Repository, path: String) -> Result<(ObjectId, Option<String>), GitError> {
    let head = repo.head_id().map_err(|e| GitError::Head {
        path,
        why: e.to_string(),
    })?;
    let branch = repo.head_name().ok().flatten();
    Ok((head.detach(), branch.map(|b| b.shorten().to_string())))
}

/// The commit of a named branch or tag, or the named commit itself.
fn named(
    repo: &gix::Repository,
    path: String,
    name: &str,
) -> Result<(ObjectId, Option<String>), GitError> {
    if let Ok(id) = ObjectId::from_hex(name.as_bytes()) {
        return Ok((id, None));
    }
    let refused = |why: String| GitError::Reference {
        path: path.clone(),
        name: name.to_owned(),
        why,
    };
    let mut found = repo
        .find_reference(name)
        .map_err(|e| refused(e.to_string()))?;
    let commit = found.peel_to_commit().map_err(|e| refused(e.to_string()))?;
    let id = commit.id;
    let full = found.name().as_bstr().to_string();
    Ok((id, full.strip_prefix("refs/heads/").map(str::to_owned)))
}

/// `api` for `/srv/git/api.git` and for a work tree `/home/ada/api`.
fn folder(repo: &gix::Repository, path: &Path) -> String {
    let dir = repo
        .workdir()
        .map_or_else(|| repo.git_dir().to_owned(), Path::to_owned);
    let dir = std::path::absolute(&dir).unwrap_or(dir);
    let name = dir.file_name().map(|n| n.to_string_lossy().into_owned());
    let name = name
        .or_else(|| path.file_name().map(|n| n.to_string_lossy().into_owned()))
        .unwrap_or_else(|| "repository".to_owned());
    name.strip_suffix(".git")
        .filter(|n| !n.is_empty())
        .unwrap_or(&name)
        .to_owned()
}

struct Walk<'a> {
    repo: &'a gix::Repository,
    sink: &'a mut dyn Sink,
    page: Vec<u8>,
    items: u64,
    object: Vec<u8>,
    history: History,
}

impl Walk<'_> {
    /// The line of first parents, in order.
    fn first_parents(&mut self, head: ObjectId) -> Result<HashSet<ObjectId>, GitError> {
        let mut line = HashSet::new();
        let mut next = Some(head);
        // A commit cannot be its own ancestor; a damaged repository may say so.
        while let Some(id) = next.filter(|id| line.insert(*id)) {
            self.commit(id)?;
            self.history.on_main += 1;
            next = CommitRefIter::from_bytes(&self.object, id.kind())
                .parent_ids()
                .next();
        }
        Ok(line)
    }

    /// All other commits that the head reaches, newest first.
    fn others(&mut self, head: ObjectId, line: &HashSet<ObjectId>) -> Result<(), GitError> {
        let broken = |why: String| GitError::Object {
            id: head.to_string(),
            why,
        };
        let walk = self
            .repo
            .rev_walk([head])
            .all()
            .map_err(|e| broken(e.to_string()))?;
        for info in walk {
            let id = info.map_err(|e| broken(e.to_string()))?.id;
            if !line.contains(&id) {
                self.commit(id)?;
            }
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
    fn tags(&mut self) -> Result<(), GitError> {
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

    fn flush(&mut self) -> Result<(), GitError> {
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
