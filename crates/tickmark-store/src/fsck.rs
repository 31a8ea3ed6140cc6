//! Checking everything against everything, and sweeping what nothing names.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
};

use tickmark_log::{
    commitment::{Commitment, commit},
    digest::Digest,
    leaf::{BlobRef, Leaf},
    tree::{Frontier, leaf_hash},
};

use crate::{Head, Store, Swept, error::StoreError, ledger::append::locked};

/// One contradiction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, entry or blob.
    pub place: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What `fsck` looked at and found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FsckReport {
    /// The head that was checked.
    pub head: Head,
    /// Entries read and hashed.
    pub leaves: u64,
    /// Blobs read and compared with their commitments.
    pub blobs: u64,
    /// Bytes of these blobs.
    pub blob_bytes: u64,
    /// Checkpoints whose root was rebuilt.
    pub checkpoints: u64,
    /// Blobs and salts that no entry names: harmless, [`Store::sweep`] removes them.
    pub orphans: Vec<Commitment>,
    /// Contradictions, in order of place. Empty = clean.
    pub problems: Vec<Problem>,
}

impl FsckReport {
    /// True if nothing contradicts anything.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }
}

/// The blobs that entries name, with their lengths.
type Named = BTreeMap<Commitment, u64>;

/// Collects problems.
#[derive(Default)]
struct Findings(BTreeSet<Problem>);

impl Findings {
    fn add(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.0.insert(Problem {
            place: place.into(),
            what: what.into(),
        });
    }

    /// A contradiction is a finding; a failing disk ends the check.
    fn catch<T>(&mut self, result: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(StoreError::Corrupt { place, what }) => {
                self.add(place, what);
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }
}

impl Store {
    /// Re-hashes every leaf and every blob, rebuilds the root and compares it with the head and every checkpoint.
    /// Reads the packs anew, without the index. Changes nothing but the index.
    ///
    /// # Errors
    /// `Disk`. Contradictions are in the report.
    pub fn fsck(&self) -> Result<FsckReport, StoreError> {
        let mut found = Findings::default();
        if let Some(StoreError::Corrupt { place, what }) = self.stopped() {
            found.add(place, what);
        }
        self.check_files(&mut found)?;
        found.catch(locked(&self.blobs).rebuild())?;
        let Some(head) = found.catch(self.head())? else {
            return Ok(report(found));
        };
        let signed: BTreeMap<u64, Vec<Digest>> = self.signed_roots(&mut found)?;
        let named = self.check_leaves(head, &signed, &mut found)?;
        let mut blob_bytes = 0;
        let named = self.check_blobs(named, &mut blob_bytes, &mut found)?;
        let orphans = self.orphans(&named)?;
        let checkpoints = signed.values().map(|roots| roots.len() as u64).sum();
        let blobs = named.len() as u64;
        Ok(FsckReport {
            head,
            leaves: head.size,
            blobs,
            blob_bytes,
            checkpoints,
            orphans,
            ..report(found)
        })
    }

    /// Removes what no entry names. No other program may have the ledger open: it may be about to name it.
    ///
    /// # Errors
    /// `Refused` while others use the ledger, or if `fsck` finds problems; `Disk`, `Corrupt`.
    pub fn sweep(&mut self) -> Result<Swept, StoreError> {
        let busy = |_| {
            StoreError::refused(
                "the ledger is in use by another program: stop it, then sweep again",
            )
        };
        let failed = |e: std::io::Error| StoreError::io("cannot lock the ledger", self.dir(), &e);
        self.lock.unlock().map_err(failed)?;
        let alone = self.lock.try_lock().map_err(busy);
        let swept = alone.and_then(|()| self.sweep_alone());
        // An exclusive lock is turned into a shared one again; waiting is for another sweep only.
        self.lock
            .unlock()
            .and_then(|()| self.lock.lock_shared())
            .map_err(failed)?;
        swept
    }

    fn sweep_alone(&self) -> Result<Swept, StoreError> {
        let checked = self.fsck()?;
        if let Some(problem) = checked.problems.first() {
            return Err(StoreError::refused(format!(
                "nothing is swept while there are problems: {problem}"
            )));
        }
        let orphans: HashSet<Commitment> = checked.orphans.iter().copied().collect();
        let live = locked(&self.blobs)
            .places()?
            .iter()
            .map(|p| p.commitment)
            .filter(|c| !orphans.contains(c))
            .collect();
        let mut swept = locked(&self.blobs).sweep(&live)?;
        locked(&self.salts).remove(&checked.orphans)?;
        swept.salts = checked.orphans.len() as u64;
        crate::fault::fault!("sweep.done");
        Ok(swept)
    }

    fn check_files(&self, found: &mut Findings) -> Result<(), StoreError> {
        for (name, check) in [
            ("ledger.db", locked(&self.ledger).check()),
            ("salts.db", locked(&self.salts).check()),
            ("checkpoints.db", locked(&self.checkpoints).check()),
        ] {
            for line in found.catch(check)?.unwrap_or_default() {
                found.add(name, line);
            }
        }
        Ok(())
    }

    fn signed_roots(&self, found: &mut Findings) -> Result<BTreeMap<u64, Vec<Digest>>, StoreError> {
        let mut roots: BTreeMap<u64, Vec<Digest>> = BTreeMap::new();
        for kept in found
            .catch(locked(&self.checkpoints).all())?
            .unwrap_or_default()
        {
            if crate::root::of_note(&kept.note).ok() != Some(kept.head) {
                found.add(
                    "checkpoints.db",
                    format!("the note of {} entries says something else", kept.head.size),
                );
            }
            roots
                .entry(kept.head.size)
                .or_default()
                .push(kept.head.root);
        }
        Ok(roots)
    }

    /// Every leaf decodes, has its hash, its key and its place in the root; gives the blobs they name.
    fn check_leaves(
        &self,
        head: Head,
        signed: &BTreeMap<u64, Vec<Digest>>,
        found: &mut Findings,
    ) -> Result<Vec<BlobRef>, StoreError> {
        let mut ledger = locked(&self.ledger);
        let hashes = found
            .catch(ledger.leaf_hashes(0..head.size))?
            .unwrap_or_default();
        let mut frontier = Frontier::new();
        let (mut named, mut keys) = (Vec::new(), Vec::new());
        compare(signed, &frontier, found);
        let read = ledger.leaves(0..head.size, &mut |index, bytes| {
            let hash = leaf_hash(bytes);
            if hashes.get(frontier.size() as usize) != Some(&hash) {
                found.add(
                    format!("entry {index}"),
                    "is not what was hashed when it was recorded",
                );
            }
            frontier.append(hash);
            compare(signed, &frontier, found);
            match Leaf::decode(bytes, index) {
                Ok(leaf) => {
                    keys.push((index, leaf.key));
                    named.extend(leaf.blobs);
                }
                Err(e) => found.add(format!("entry {index}"), e.to_string()),
            }
        });
        found.catch(read)?;
        if frontier.size() != head.size || frontier.root() != head.root {
            found.add(
                "ledger.db",
                format!(
                    "the {} entries do not hash to the head's root",
                    frontier.size()
                ),
            );
        }
        for index in found.catch(ledger.check_keys(&keys))?.unwrap_or_default() {
            found.add(
                format!("entry {index}"),
                "its idempotency key is not in the index of keys",
            );
        }
        if found
            .catch(ledger.key_count())?
            .is_none_or(|(there, wanted)| there != wanted)
        {
            found.add("ledger.db", "the index of keys names what no entry carries");
        }
        if let Some(size) = signed.keys().next_back().filter(|size| **size > head.size) {
            found.add(
                "ledger.db",
                format!(
                    "{} entries, but a checkpoint of {size} was signed",
                    head.size
                ),
            );
        }
        Ok(named)
    }

    /// Every blob that an entry names is there, of the right length, and is what was committed to.
    fn check_blobs(
        &self,
        refs: Vec<BlobRef>,
        bytes: &mut u64,
        found: &mut Findings,
    ) -> Result<Named, StoreError> {
        let (mut named, mut inside) = (Named::new(), Named::new());
        for blob in &refs {
            if named
                .insert(blob.commitment, blob.length)
                .is_some_and(|other| other != blob.length)
            {
                found.add(
                    format!("blob {}", blob.commitment),
                    "two entries give it two lengths",
                );
            }
        }
        let lists: HashSet<Commitment> = refs
            .iter()
            .filter(|b| b.role == "list")
            .map(|b| b.commitment)
            .collect();
        for (commitment, length) in &named {
            let Some(blob) = self.check_blob(commitment, *length, found)? else {
                continue;
            };
            *bytes += blob.len() as u64;
            if lists.contains(commitment) {
                self.read_list(commitment, &blob, &mut inside, found);
            }
        }
        for (commitment, length) in inside {
            if named.insert(commitment, length).is_none() {
                *bytes += self
                    .check_blob(&commitment, length, found)?
                    .map_or(0, |blob| blob.len() as u64);
            }
        }
        Ok(named)
    }

    fn check_blob(
        &self,
        commitment: &Commitment,
        length: u64,
        found: &mut Findings,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let place = || format!("blob {commitment}");
        let Some(bytes) = found.catch(self.blob(commitment))? else {
            return Ok(None);
        };
        let salt = found.catch(self.salt(commitment))?.flatten();
        match (&bytes, salt) {
            (None, _) => found.add(place(), "an entry names it, but it is not stored"),
            (Some(_), None) => found.add(
                place(),
                "its salt is not stored: nothing can be proven with it",
            ),
            (Some(b), Some(salt)) if commit(&salt, b) != *commitment => {
                found.add(place(), "is not what was committed to")
            }
            (Some(b), _) if b.len() as u64 != length => {
                found.add(place(), format!("has {} bytes, not {length}", b.len()))
            }
            _ => {}
        }
        Ok(bytes)
    }

    /// A list names further blobs: n x (commitment, length), one level deep.
    fn read_list(&self, list: &Commitment, bytes: &[u8], named: &mut Named, found: &mut Findings) {
        let (rows, rest) = bytes.as_chunks::<40>();
        if !rest.is_empty() {
            found.add(
                format!("blob {list}"),
                "is not a list of commitments and lengths",
            );
        }
        for row in rows {
            if let Some((commitment, length)) = row.split_first_chunk::<32>()
                && let Some((length, _)) = length.split_first_chunk::<8>()
            {
                named.insert(Commitment(Digest(*commitment)), u64::from_be_bytes(*length));
            }
        }
    }

    /// Stored, but named by no entry.
    fn orphans(&self, named: &Named) -> Result<Vec<Commitment>, StoreError> {
        let mut orphans: BTreeSet<Commitment> = locked(&self.blobs)
            .places()?
            .iter()
            .map(|p| p.commitment)
            .collect();
        locked(&self.salts).each(|c| {
            orphans.insert(c);
        })?;
        Ok(orphans
            .into_iter()
            .filter(|c| !named.contains_key(c))
            .collect())
    }
}

/// Each checkpoint of this size has this root.
fn compare(signed: &BTreeMap<u64, Vec<Digest>>, frontier: &Frontier, found: &mut Findings) {
    let Some(roots) = signed.get(&frontier.size()) else {
        return;
    };
    if roots.iter().any(|root| *root != frontier.root()) {
        found.add(
            "checkpoints.db",
            format!(
                "the signed root of {} entries is not theirs",
                frontier.size()
            ),
        );
    }
}

fn report(found: Findings) -> FsckReport {
    let head = Head {
        size: 0,
        root: Frontier::new().root(),
    };
    let problems = found.0.into_iter().collect();
    FsckReport {
        head,
        leaves: 0,
        blobs: 0,
        blob_bytes: 0,
        checkpoints: 0,
        orphans: Vec::new(),
        problems,
    }
}
