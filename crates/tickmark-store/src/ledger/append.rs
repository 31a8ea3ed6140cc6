//! One transaction: compare the head, insert leaves, hashes and the new head, commit.
//!
//! Several threads share a commit: each puts its request in the queue; whoever finds nobody committing commits all that
//! wait, the others sleep until their answer is there. One request's refusal never harms another's.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Transaction, TransactionBehavior, params};
use tickmark_log::{
    digest::Digest,
    leaf::LeafView,
    tree::{Frontier, leaf_hash},
};

use super::{Ledger, TILE, head_of, keys::Recent, marks::mark, stored};
use crate::{Appended, Head, error::StoreError, fault::fault};

/// Leaves in one transaction; a longer queue waits for the next.
const GROUP: usize = 8192;

/// Leaves to append and where they have to begin.
struct Request {
    expected: Option<u64>,
    leaves: Vec<Vec<u8>>,
    answer: Mutex<Option<Result<Appended, StoreError>>>,
}

/// Requests that wait, and whether somebody is committing.
#[derive(Default)]
struct Line {
    waiting: Vec<Arc<Request>>,
    busy: bool,
}

/// The queue of requests and the only connection that writes.
pub(crate) struct Writer {
    line: Mutex<Line>,
    turn: Condvar,
    ledger: Mutex<Ledger>,
}

/// A panic in another thread leaves what a mutex guards usable: it is changed in whole steps only.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Writer {
    pub(crate) fn new(ledger: Ledger) -> Self {
        Writer {
            line: Mutex::default(),
            turn: Condvar::new(),
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
        let mut line = locked(&self.line);
        line.waiting.push(Arc::clone(&mine));
        fault!("append.queued");
        loop {
            if let Some(answer) = locked(&mine.answer).take() {
                fault!("append.answered");
                return answer;
            }
            if line.busy {
                line = self.turn.wait(line).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            line.busy = true;
            let turn = Turn {
                writer: self,
                group: next_group(&mut line),
            };
            drop(line);
            let answers = locked(&self.ledger).commit(&turn.group);
            for (request, answer) in turn.group.iter().zip(answers) {
                *locked(&request.answer) = Some(answer);
            }
            drop(turn);
            line = locked(&self.line);
        }
    }
}

/// As many requests from the front as fit one transaction, at least one.
fn next_group(line: &mut Line) -> Vec<Arc<Request>> {
    let mut leaves = 0;
    let fits = |r: &&Arc<Request>| {
        leaves += r.leaves.len();
        leaves <= GROUP
    };
    let take = line.waiting.iter().take_while(fits).count();
    let take = take.max(1).min(line.waiting.len());
    line.waiting.drain(..take).collect()
}

/// The right to commit. However it ends, the others are woken and each of the group has an answer.
struct Turn<'a> {
    writer: &'a Writer,
    group: Vec<Arc<Request>>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        for request in &self.group {
            locked(&request.answer).get_or_insert_with(|| {
                Err(StoreError::corrupt(
                    "ledger.db",
                    "the writer stopped inside a commit",
                ))
            });
        }
        locked(&self.writer.line).busy = false;
        self.writer.turn.notify_all();
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
        // Whatever fails below, the keys noted so far are dropped with the transaction and read again.
        let mut recent = std::mem::take(&mut self.recent);
        recent.catch_up(&tx).map_err(failed)?;
        let frontier = stored(&tx).map_err(failed)?.ok_or_else(|| {
            StoreError::corrupt(
                path.display().to_string(),
                "the head does not hold together",
            )
        })?;
        let mut edge = Edge::new(frontier, recent);
        let mut answers = Vec::with_capacity(group.len());
        for request in group {
            match edge.check(&tx, request).map_err(failed)? {
                Err(refusal) => answers.push(Err(refusal)),
                Ok(keys) => {
                    let done = edge.insert(&tx, &request.leaves, &keys).map_err(failed)?;
                    answers.push(Ok(done));
                }
            }
        }
        fault!("append.inserted");
        if !edge.hashes.is_empty() {
            edge.write(&tx).map_err(failed)?;
            fault!("append.head");
            tx.commit().map_err(failed)?;
            fault!("append.committed");
        }
        self.recent = edge.recent;
        Ok(answers)
    }
}

/// The growing right edge of the tree within one transaction.
struct Edge {
    start: u64,
    frontier: Frontier,
    hashes: Vec<Digest>,
    /// Keys of the entries from `start`.
    keys: Vec<[u8; 32]>,
    recent: Recent,
}

impl Edge {
    fn new(frontier: Frontier, recent: Recent) -> Self {
        Edge {
            start: frontier.size(),
            frontier,
            hashes: Vec::new(),
            keys: Vec::new(),
            recent,
        }
    }

    fn head(&self) -> Head {
        head_of(&self.frontier)
    }

    /// Whether a request may be appended here; gives the idempotency keys of its leaves.
    /// A key that is recorded already is answered before a conflict: the caller's earlier try has succeeded.
    fn check(
        &mut self,
        tx: &Transaction<'_>,
        request: &Request,
    ) -> rusqlite::Result<Result<Vec<[u8; 32]>, StoreError>> {
        let first = self.frontier.size();
        let mut keys = Vec::with_capacity(request.leaves.len());
        for (index, bytes) in (first..).zip(&request.leaves) {
            // A leaf made for a later index may name entries that are not there (yet): the conflict below says so.
            let at = index.max(request.expected.unwrap_or(index));
            let key = match LeafView::read(bytes, at) {
                Ok(leaf) => *leaf.key,
                Err(e) => {
                    let what = format!("entry {index} is not a leaf: {e}");
                    return Ok(Err(StoreError::refused(what)));
                }
            };
            let (start, added) = (self.start, &self.keys);
            let at = |index: u64| {
                added
                    .get(usize::try_from(index.checked_sub(start)?).ok()?)
                    .copied()
            };
            let earlier = self.recent.find(tx, &key, at)?;
            if let Some(index) = earlier {
                return Ok(Err(StoreError::Duplicate { key, index }));
            }
            keys.push(key);
        }
        if let Some((key, index)) = twice(&keys, first) {
            return Ok(Err(StoreError::Duplicate { key, index }));
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
        for (bytes, key) in leaves.iter().zip(keys) {
            let index = self.frontier.size();
            leaf.execute(params![index, bytes])?;
            fault!("append.half_inserted");
            let hash = leaf_hash(bytes);
            self.frontier.append(hash);
            self.hashes.push(hash);
            self.keys.push(*key);
            self.recent.add(key, index);
        }
        Ok(Appended {
            first,
            head: self.head(),
        })
    }

    /// Writes hashes, keys and the new head.
    fn write(&mut self, tx: &Transaction<'_>) -> rusqlite::Result<()> {
        self.write_tiles(tx)?;
        fault!("append.tiles");
        let head = self.head();
        let keyed = self.recent.settle(tx, head.size)?;
        let roots: Vec<u8> = self.frontier.roots().iter().flat_map(|d| d.0).collect();
        assert!(
            head.size == self.start + self.hashes.len() as u64,
            "INV-L2: the head counts every leaf of its transaction"
        );
        tx.prepare_cached(
            "UPDATE head SET size = ?1, root = ?2, frontier = ?3, keyed = ?4 WHERE one = 1",
        )?
        .execute(params![head.size, &head.root.0, roots, keyed])?;
        Ok(())
    }

    fn write_tiles(&self, tx: &Transaction<'_>) -> rusqlite::Result<()> {
        let mut tile = self.start / TILE;
        let (mut hashes, mut marks): (Vec<u8>, Vec<u8>) = match self.start % TILE {
            0 => Default::default(),
            _ => tx
                .prepare_cached("SELECT hashes, marks FROM tile WHERE idx = ?1")?
                .query_row([tile], |r| Ok((r.get(0)?, r.get(1)?)))?,
        };
        let mut put = tx.prepare_cached("INSERT OR REPLACE INTO tile VALUES (?1, ?2, ?3)")?;
        for (hash, key) in self.hashes.iter().zip(&self.keys) {
            hashes.extend_from_slice(&hash.0);
            marks.extend_from_slice(&mark(key).to_be_bytes());
            if marks.len() as u64 == TILE * 8 {
                put.execute(params![tile, hashes, marks])?;
                hashes.clear();
                marks.clear();
                tile += 1;
            }
        }
        if !marks.is_empty() {
            put.execute(params![tile, hashes, marks])?;
        }
        Ok(())
    }
}

/// A key that a request itself has twice, and the entry that has it first.
fn twice(keys: &[[u8; 32]], first: u64) -> Option<([u8; 32], u64)> {
    let mut order: Vec<(&[u8; 32], u64)> = keys.iter().zip(first..).collect();
    order.sort_unstable();
    let pairs = order.windows(2);
    let same = pairs.filter_map(|p| match p {
        [(a, index), (b, _)] if a == b => Some((**a, *index)),
        _ => None,
    });
    same.min_by_key(|(_, index)| *index)
}
