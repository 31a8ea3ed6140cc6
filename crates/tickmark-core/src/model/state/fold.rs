use tickmark_log::commitment::Commitment;
use tickmark_log::digest::{Digest, sha256};
use tickmark_log::leaf::{BlobRef, Leaf};

use super::fold_register;
use super::{
    Blobs, Collection, Erased, Failure, Intent, LibraryVersion, Named, Run, State, Trusted, Version,
};
use crate::model::body::{Body, BodyError, CollectionResult, DocumentBody, RunBody};
use crate::model::diagnostic::Diagnostic;
use crate::model::document::{self, Class, Document};
use crate::model::ids::ActorId;
use crate::model::time::Time;

/// Why a leaf does not continue a state. It stops the writer: somebody changed the ledger, or a version of the product was skipped.
#[derive(Debug, thiserror::Error)]
pub enum Corrupt {
    /// Not the next leaf.
    #[error("leaf {found} was folded where leaf {wanted} belongs; fold again from leaf 0")]
    Order {
        /// Index that belongs there.
        wanted: u64,
        /// Index that came.
        found: u64,
    },
    /// The body is not of its kind.
    #[error("leaf {0}: {1}")]
    Body(u64, BodyError),
    /// A blob of a role is missing in the leaf.
    #[error("leaf {0} has no blob `{1}`; the leaf was not written by this product")]
    Role(u64, &'static str),
    /// A document that was accepted does not parse.
    #[error("leaf {0}: a recorded document cannot be read: {1}")]
    Document(u64, Diagnostic),
    /// An entry answers an intent that is not open.
    #[error(
        "leaf {0} answers an intent that is not open; the ledger was not written by this product"
    )]
    Intent(u64),
    /// An entry refers to something that is not there.
    #[error("leaf {0} refers to no {1}; the ledger was not written by this product")]
    Refers(u64, &'static str),
    /// An entry refers to a document that is not there.
    #[error("leaf {0} takes out `{1}`, which is not in the program")]
    Absent(u64, String),
}

/// Takes one leaf into the state.
///
/// Deterministic: the same leaves and the same blobs give the same state, on every machine.
///
/// # Errors
/// The leaf cannot follow this state.
pub fn fold(
    mut state: State,
    index: u64,
    leaf: &Leaf,
    blobs: &dyn Blobs,
) -> Result<State, Corrupt> {
    if index != state.size {
        return Err(Corrupt::Order {
            wanted: state.size,
            found: index,
        });
    }
    let body = Body::decode(&leaf.kind, &leaf.body).map_err(|error| Corrupt::Body(index, error))?;
    let entry = Entry {
        index,
        leaf,
        time: Time::from_micros_u64(leaf.time_us),
    };
    match body {
        Body::Program(body) if index == 0 => state.log = Some(body),
        Body::Program(_) => {
            return Err(Corrupt::Order {
                wanted: 0,
                found: index,
            });
        }
        Body::Actor(body) => {
            let name = entry.blob("name")?.commitment.0;
            state.actors.push(Named {
                leaf: index,
                actor: body.actor,
                name,
            });
        }
        Body::Document(body) => entry.document(&mut state, body, blobs)?,
        Body::Retirement(body) => entry.retirement(&mut state, &body.path)?,
        Body::Library(body) => {
            let commitment = entry.blob("content")?.commitment.0;
            state.libraries.push(LibraryVersion {
                leaf: index,
                digest: body.digest,
                version: body.version,
                commitment,
            });
        }
        Body::CollectionIntent(body) => {
            let intent = Intent {
                recorded: entry.time,
                source: body.source,
                version: body.version,
                instance: body.instance,
                stream: body.stream,
                asked: body.asked,
                mapping: body.mapping,
            };
            state.open_intents.insert(index, intent);
        }
        Body::CollectionResult(body) => entry.collection(&mut state, *body)?,
        Body::CollectionError(body) => {
            let intent = entry.answered(&mut state)?.ok_or(Corrupt::Intent(index))?;
            let (instance, stream) = (body.instance, body.stream);
            let failure = Failure {
                leaf: index,
                intent,
                recorded: entry.time,
                instance,
                stream,
                code: body.code,
                status: body.status,
            };
            state.failures.push(failure);
        }
        Body::TestRun(body) => entry.run(&mut state, *body)?,
        Body::PolicyApproval(body) => entry.approval(&mut state, body)?,
        Body::Acknowledgement(body) => entry.acknowledgement(&mut state, body, blobs)?,
        Body::TaskOpened(body) => entry.task_opened(&mut state, body, blobs)?,
        Body::TaskChanged(body) => entry.task_changed(&mut state, &body, blobs)?,
        Body::TaskClosed(body) => entry.task_closed(&mut state, &body)?,
        Body::ReviewOpened(body) => entry.review_opened(&mut state, body)?,
        Body::ReviewDecided(body) => entry.review_decided(&mut state, body, blobs)?,
        Body::ReviewRechecked(body) => entry.review_rechecked(&mut state, body)?,
        Body::TrustPublished(body) => entry.published(&mut state, body, blobs)?,
        Body::TrustWithdrawn(body) => entry.withdrawn(&mut state, &body)?,
        Body::TrustGranted(body) => entry.granted(&mut state, &body, blobs)?,
        Body::TrustRevoked(body) => entry.revoked(&mut state, &body)?,
        Body::TrustAccessed(body) => entry.accessed(&mut state, &body)?,
        Body::Trust(body) => state.trusted.push(Trusted { leaf: index, body }),
        Body::Erased(body) => erase(
            &mut state,
            Erased {
                leaf: index,
                old: body.old.0,
                new: body.new.map(|c| c.0),
            },
            blobs,
        ),
        Body::KeyRotation(_) => {}
    }
    state.size = index + 1;
    state.last_time = Some(entry.time);
    Ok(state)
}

pub(super) struct Entry<'a> {
    pub(super) index: u64,
    pub(super) leaf: &'a Leaf,
    pub(super) time: Time,
}

impl Entry<'_> {
    pub(super) fn blob(&self, role: &'static str) -> Result<&BlobRef, Corrupt> {
        self.leaf
            .blobs
            .iter()
            .find(|b| b.role == role)
            .ok_or(Corrupt::Role(self.index, role))
    }

    fn document(
        &self,
        state: &mut State,
        body: DocumentBody,
        blobs: &dyn Blobs,
    ) -> Result<(), Corrupt> {
        let blob = self.blob("content")?;
        let bytes = blobs.bytes(&blob.commitment);
        if bytes.is_none() {
            state.unreadable.push(self.index);
        }
        let document = match &bytes {
            Some(bytes) => {
                kept(body.class, &body.path, bytes).map_err(|d| Corrupt::Document(self.index, d))?
            }
            None => None,
        };
        let versions = state.documents.entry(body.path).or_default();
        if let Some(last) = versions.last_mut().filter(|v| !kept_for_ever(v.class)) {
            last.document = None;
        }
        versions.push(Version {
            leaf: self.index,
            recorded: self.time,
            actor: ActorId(self.leaf.actor),
            class: body.class,
            commitment: blob.commitment.0,
            length: blob.length,
            digest: bytes.as_deref().map(sha256),
            effective: body.effective,
            retired: body.retired,
            control: body.control,
            pinned: body.pinned,
            document,
            removed: None,
        });
        Ok(())
    }

    fn retirement(&self, state: &mut State, path: &str) -> Result<(), Corrupt> {
        let current = state
            .documents
            .get_mut(path)
            .and_then(|v| v.last_mut())
            .filter(|v| v.removed.is_none());
        let version = current.ok_or_else(|| Corrupt::Absent(self.index, path.to_owned()))?;
        version.removed = Some(self.index);
        Ok(())
    }

    /// Closes the intent this entry refers to.
    fn answered(&self, state: &mut State) -> Result<Option<u64>, Corrupt> {
        match self.leaf.refs.first() {
            None => Ok(None),
            Some(intent) => state
                .open_intents
                .remove(intent)
                .map(|_| Some(*intent))
                .ok_or(Corrupt::Intent(self.index)),
        }
    }

    fn collection(&self, state: &mut State, body: CollectionResult) -> Result<(), Corrupt> {
        let intent = self.answered(state)?;
        if intent.is_none() && body.evidence.is_none() {
            return Err(Corrupt::Intent(self.index));
        }
        let manifest = self.blob("manifest")?.commitment.0;
        let covered = body
            .covered
            .iter()
            .map(|(from, until)| crate::model::time::Span {
                from: *from,
                until: *until,
            })
            .collect();
        state.collections.push(Collection {
            leaf: self.index,
            intent,
            source: body.source,
            instance: body.instance,
            stream: body.stream,
            population: body.population,
            shape: body.shape,
            asked: body.asked,
            covered,
            observed: body.observed,
            end: body.end,
            count: body.count,
            records: body.records,
            gaps: body.gaps,
            pages: body.pages,
            backfilled: body.backfilled,
            mapping: body.mapping,
            evidence: body.evidence,
            manifest,
        });
        Ok(())
    }

    fn run(&self, state: &mut State, body: RunBody) -> Result<(), Corrupt> {
        let (rows, inputs) = (
            self.blob("rows")?.commitment.0,
            self.blob("inputs")?.commitment.0,
        );
        let run = Run {
            leaf: self.index,
            recorded: self.time,
            refs: self.leaf.refs.clone(),
            rows,
            inputs,
            body,
        };
        let runs = state.runs.entry(run.body.test.clone()).or_default();
        runs.retain(|earlier| earlier.body.span != run.body.span);
        runs.push(run);
        Ok(())
    }
}

/// What the state keeps of a document's meaning: nothing of people.
fn kept(class: Class, path: &str, bytes: &[u8]) -> Result<Option<Document>, Diagnostic> {
    if matches!(class, Class::People | Class::Text | Class::Test) {
        return Ok(None);
    }
    let refuse = |found: Vec<Diagnostic>| {
        found
            .into_iter()
            .next()
            .unwrap_or_else(|| Diagnostic::new(path, 0, 0, "could not be read"))
    };
    document::parse(path, bytes).map(Some).map_err(refuse)
}

/// Whether earlier versions decide about earlier days.
fn kept_for_ever(class: Class) -> bool {
    matches!(class, Class::Adoption | Class::Policy)
}

/// A replaced document keeps its place; it is known by the redacted copy from here on.
fn erase(state: &mut State, erased: Erased, blobs: &dyn Blobs) {
    fold_register::erase(state, erased.old, erased.new, blobs);
    let new = erased.new.unwrap_or(erased.old);
    for (path, versions) in &mut state.documents {
        let last = versions.len().saturating_sub(1);
        let known = versions.iter_mut().enumerate();
        for (n, version) in known.filter(|(_, v)| v.commitment == erased.old) {
            version.commitment = new;
            version.digest = None;
            state.unreadable.retain(|leaf| *leaf != version.leaf);
            let wanted = n == last || kept_for_ever(version.class);
            let copy = erased.new.filter(|_| wanted);
            let bytes = copy.and_then(|c| blobs.bytes(&Commitment(c)));
            version.document = bytes.and_then(|b| kept(version.class, path, &b).ok().flatten());
        }
    }
    for collection in state
        .collections
        .iter_mut()
        .filter(|c| c.manifest == erased.old)
    {
        collection.manifest = new;
    }
    for named in state.actors.iter_mut().filter(|n| n.name == erased.old) {
        named.name = new;
    }
    state.erased.push(erased);
}

/// Lets tests and small callers keep blobs in a map.
impl Blobs for std::collections::BTreeMap<Digest, Vec<u8>> {
    fn bytes(&self, commitment: &Commitment) -> Option<Vec<u8>> {
        self.get(&commitment.0).cloned()
    }
}
