//! The history of a git repository (decision D29): commits and annotated tags in `cat-file --batch` framing, never a tree or a file.
//!
//! First come the commits that the head reaches by first parents, in order, so that a reader can follow that line without holding
//! the history; then all others the head reaches; then the tags. Objects are streamed: what stays in memory is one page and the
//! names of the commits seen.

mod walk;

use std::collections::BTreeMap;
use std::path::Path;

use gix::ObjectId;
use tickmark_core::facts::git::{HEAD, REPOSITORY};
use tickmark_core::model::manifest::Page;
use tickmark_core::model::time::Time;

use crate::{Sink, SinkError};
use walk::Walk;

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

/// Parameter of a collection that holds only what came after an earlier one: the commit that one began at.
pub const SINCE: &str = "since";

/// Which history is collected.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// A branch, a tag or a commit (its whole name in hex); without one the head.
    pub reference: Option<&'a str>,
    /// What rows carry as the repository; without one the folder's name.
    pub name: Option<&'a str>,
    /// The commit that an earlier, complete collection began at. If it is on the line of first parents only what came after it is
    /// collected; if it is not (the branch was rewritten, or merged the other way round), everything is.
    pub since: Option<&'a str>,
}

/// Walks the whole history of the head.
///
/// # Errors
/// See [`collect_wanted`].
pub fn collect(path: &Path, name: Option<&str>, sink: &mut dyn Sink) -> Result<History, GitError> {
    let wanted = Wanted {
        name,
        ..Wanted::default()
    };
    collect_wanted(path, wanted, sink)
}

/// The name a repository has if nobody gives it one.
///
/// # Errors
/// No repository.
pub fn name_of(path: &Path) -> Result<String, GitError> {
    let repo = gix::open(path).map_err(|e| GitError::Open {
        path: path.display().to_string(),
        why: chain(&e),
    })?;
    Ok(folder(&repo, path))
}

/// Walks a history.
///
/// # Errors
/// No repository, a shallow one, no such reference, a damaged object, a page that cannot be kept.
pub fn collect_wanted(
    path: &Path,
    wanted: Wanted<'_>,
    sink: &mut dyn Sink,
) -> Result<History, GitError> {
    let Wanted {
        reference,
        name,
        since,
    } = wanted;
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
    let mut walk = Walk::new(&repo, sink, params);
    let since = since.and_then(|id| ObjectId::from_hex(id.as_bytes()).ok());
    let (line, met) = walk.first_parents(head, since)?;
    if let Some(since) = met {
        let params = &mut walk.history.params;
        params.insert(SINCE.to_owned(), since.to_string());
    }
    walk.others(head, &line, met)?;
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
