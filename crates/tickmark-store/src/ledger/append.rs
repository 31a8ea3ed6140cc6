//! One transaction: compare the head, insert leaves, hashes and the new head, commit.
//!
//! Several threads share a commit: each puts its request in the queue and asks for the writer; whoever gets it commits
//! all that wait, the others find their answer ready. One request's refusal never harms another's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Transaction, TransactionBehavior, params};
use tickmark_log::{
    digest::Digest,
    leaf::LeafView,
    tree::{Frontier, leaf_hash},
};

use super::{Ledger, TILE, head_of, stored};
use crate::{Appended, Head, error::StoreError, fault::fault};

/// Leaves in one transaction; a longer queue waits for the next.
const GROUP: usize = 8192;

/// Leaves to append and where they have to begin.
struct Request {
    expected: Option<u64>,
    leaves: Vec<Vec<u8>>,
    answer: Mutex<Option<Result<Appended, StoreError>>>,
}

/// The queue of requests and the only connection that writes.
pub(crate) struct Writer {
    queue: Mutex<Vec<Arc<Request>>>,
    ledger: Mutex<Ledger>,
}

/// A panic in another thread leaves the queue usable: what it guards is changed in whole steps only.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Writer {
    pub(crate) fn new(ledger: Ledger) -> Self {
        Writer {
            queue: Mutex::default(),
            ledger: Mutex::new(ledger),
        }
    }

    /// Appends leaves at `expected`, or wherever the head is (`None`).
    pub(crate) fn append(
        &self,
        expected: Option<u64>,
        leaves: Vec<Vec<u8>>,
    ) -> Result<Appended, StoreError> {
        let mine = Arc::new(Request {
            expected,
            leaves,
            answer: Mutex::default(),
        });
        locked(&self.queue).push(Arc::clone(&mine));
        fault!("append.queued");
        loop {
            let mut ledger = locked(&self.ledger);
            if let Some(answer) = locked(&mine.answer).take() {
                fault!("append.answered");
                return answer;
            }
            let group = self.next_group();
            let answers = ledger.commit(&group);
            for (request, answer) in group.iter().zip(answers) {
                *locked(&request.answer) = Some(answer);
            }
        }
    }

    fn next_group(&self) -> Vec<Arc<Request>> {
        let mut queue = locked(&self.queue);
        let mut leaves = 0;
        let take = queue
            .iter()
            .take_while(|r| {
                leaves += r.leaves.len();
                leaves <= GROUP
            })
            .count();
        let take = take.max(1).min(queue.len());
        queue.drain(..take).collect()
    }
}

impl Ledger {
    /// Commits a group; one answer a request. A failure of the disk is everybody's answer.
    fn commit(&mut self, group: &[Arc<Request>]) -> Vec<Result<Appended, StoreError>> {
        match self.try_commit(group) {
            Ok(answers) => answers,
            Err(e) => group.iter().map(|_| Err(e.clone())).collect(),
        }
    }

    fn try_commit(
        &mut self,
        group: &[Arc<Request>],
    ) -> Result<Vec<Result<Appended, StoreError>>, StoreError> {
        let path = self.path.clone();
        let failed = |e: rusqlite::Error| StoreError::sql("cannot record", &path, &e);
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        fault!("append.begun");
        let frontier = stored(&tx).map_err(failed)?;
        let mut edge = Edge::new(frontier.ok_or_else(|| {
            StoreError::corrupt(
                path.display().to_string(),
                "the head does not hold together",
            )
        })?);
        let mut answers = Vec::with_capacity(group.len());
        for request in group {
            match edge.check(&tx, request).map_err(failed)? {
                Err(refusal) => answers.push(Err(refusal)),
                Ok(keys) => answers.push(Ok(edge
                    .insert(&tx, &request.leaves, &keys)
                    .map_err(failed)?)),
            }
        }
        fault!("append.inserted");
        if edge.hashes.is_empty() {
            return Ok(answers);
        }
        edge.write(&tx).map_err(failed)?;
        fault!("append.head");
        tx.commit().map_err(failed)?;
        fault!("append.committed");
        Ok(answers)
    }
}

/// The growing right edge of the tree within one transaction.
struct Edge {
    start: u64,
    frontier: Frontier,
    hashes: Vec<Digest>,
}

impl Edge {
    fn new(frontier: Frontier) -> Self {
        Edge {
            start: frontier.size(),
            frontier,
            hashes: Vec::new(),
        }
    }

    fn head(&self) -> Head {
        head_of(&self.frontier)
    }

    /// Whether a request may be appended here; gives the idempotency keys of its leaves.
    /// A key that is recorded already is answered before a conflict: the caller's earlier try has succeeded.
    fn check(
        &self,
        tx: &Transaction<'_>,
        request: &Request,
    ) -> rusqlite::Result<Result<Vec<[u8; 32]>, StoreError>> {
        let first = self.frontier.size();
        let mut keys = Vec::with_capacity(request.leaves.len());
        let mut fresh = HashMap::new();
        let mut find = tx.prepare_cached("SELECT idx FROM entry_key WHERE key = ?1")?;
        for (index, bytes) in (first..).zip(&request.leaves) {
            // A leaf made for a later index may name entries that are not there (yet): the conflict below says so.
            let at = index.max(request.expected.unwrap_or(index));
            let key = match LeafView::read(bytes, at) {
                Ok(leaf) => *leaf.key,
                Err(e) => {
                    return Ok(Err(StoreError::refused(format!(
                        "entry {index} is not a leaf: {e}"
                    ))));
                }
            };
            if let Some(index) = find.query([key])?.next()?.map(|r| r.get(0)).transpose()? {
                return Ok(Err(StoreError::Duplicate { key, index }));
            }
            if let Some(index) = fresh.insert(key, index) {
                return Ok(Err(StoreError::Duplicate { key, index }));
            }
            keys.push(key);
        }
        match request.expected {
            Some(expected) if expected != first => Ok(Err(StoreError::Conflict {
                expected,
                head: self.head(),
            })),
            _ => Ok(Ok(keys)),
        }
    }

    fn insert(
        &mut self,
        tx: &Transaction<'_>,
        leaves: &[Vec<u8>],
        keys: &[[u8; 32]],
    ) -> rusqlite::Result<Appended> {
        fault!("append.checked");
        let first = self.frontier.size();
        let mut leaf = tx.prepare_cached("INSERT INTO leaf VALUES (?1, ?2)")?;
        let mut key_row = tx.prepare_cached("INSERT INTO entry_key VALUES (?1, ?2)")?;
        for (bytes, key) in leaves.iter().zip(keys) {
            let index = self.frontier.size();
            leaf.execute(params![index, bytes])?;
            fault!("append.half_inserted");
            key_row.execute(params![key, index])?;
            let hash = leaf_hash(bytes);
            self.frontier.append(hash);
            self.hashes.push(hash);
        }
        Ok(Appended {
            first,
            head: self.head(),
        })
    }

    /// Writes the hashes and the new head.
    fn write(&self, tx: &Transaction<'_>) -> rusqlite::Result<()> {
        let mut tile = self.start / TILE;
        let mut row: Vec<u8> = match self.start % TILE {
            0 => Vec::new(),
            _ => tx.query_row("SELECT hashes FROM tile WHERE idx = ?1", [tile], |r| {
                r.get(0)
            })?,
        };
        let mut put = tx.prepare_cached("INSERT OR REPLACE INTO tile VALUES (?1, ?2)")?;
        for hash in &self.hashes {
            row.extend_from_slice(&hash.0);
            if row.len() as u64 == TILE * 32 {
                put.execute(params![tile, row])?;
                row.clear();
                tile += 1;
            }
        }
        if !row.is_empty() {
            put.execute(params![tile, row])?;
        }
        fault!("append.tiles");
        let peaks: Vec<u8> = self.frontier.roots().iter().flat_map(|d| d.0).collect();
        let head = self.head();
        assert!(
            head.size == self.start + self.hashes.len() as u64,
            "INV-L2: the head counts every leaf of its transaction"
        );
        tx.execute(
            "UPDATE head SET size = ?1, root = ?2, frontier = ?3 WHERE one = 1",
            params![head.size, &head.root.0, peaks],
        )?;
        Ok(())
    }
}
