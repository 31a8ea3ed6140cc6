//! The facts files of a population: one for each collection, read from its pages where it is not there yet.
//!
//! A page is fetched from the records by the caller's thread; reading and writing facts, most of the work, is shared with a second
//! one. The files are the same whoever makes them.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread,
};

use tickmark_core::{
    facts::{
        read::{self, Read},
        schema::Schema,
    },
    judge::job::StoredFile,
    model::{
        manifest::{End, Manifest},
        state::Collection,
        time::Time,
    },
};
use tickmark_query::facts::{usable, write};

use super::Sources;
use crate::{
    collecting::{FACTS, Mapped, mapping_of},
    error::{Error, Result},
    records,
};

/// Pages of one collection that may wait in memory for the second thread; longer ones are read as they are fetched.
const SHORT: u64 = 4 << 20;

/// A facts file that has to be made.
struct Making<'a> {
    path: PathBuf,
    leaf: u64,
    manifest: Manifest,
    mapped: Mapped<'a>,
}

impl Making<'_> {
    fn make(&self, page: impl FnMut(u32) -> Result<Vec<u8>>) -> Result<()> {
        let mut rows = Vec::new();
        let mut out = |read: Read| match read {
            Read::Row(row) => rows.push(row),
            Read::Rejected(rejected) => rows.extend(rejected.row),
        };
        let Mapped { mapping, schema } = &self.mapped;
        read::collection(self.leaf, &self.manifest, mapping, schema, page, &mut out)
            .map_err(Error::corrupt)?;
        write(&self.path, schema, &rows).map_err(Error::environment)
    }
}

/// A file to be made, and its pages.
type Waiting<'a> = (Making<'a>, Vec<Vec<u8>>);

fn make((making, pages): Waiting<'_>) -> Result<()> {
    making.make(|blob| {
        let page = usize::try_from(blob).ok().and_then(|i| pages.get(i));
        // Cloned, because a manifest may name one page twice.
        page.cloned().ok_or_else(|| missing(making.leaf, blob))
    })
}

fn missing(leaf: u64, blob: u32) -> Error {
    Error::corrupt(format!("entry {leaf} has no page {blob}"))
}

fn work(waiting: &Receiver<Waiting<'_>>) -> Result<()> {
    waiting.iter().try_for_each(make)
}

impl Sources<'_> {
    pub(super) fn files(
        &self,
        schema: &Schema,
        inputs: &mut BTreeSet<u64>,
    ) -> Result<Vec<StoredFile>> {
        let files = thread::scope(|scope| {
            let (line, waiting) = sync_channel(1);
            let second = scope.spawn(move || work(&waiting));
            let files = self.all_files(schema, inputs, &line);
            drop(line);
            let done = second.join().unwrap_or_else(|_| {
                Err(Error::bug(
                    "the second reader of facts stopped inside a file",
                ))
            });
            // What stopped the second thread is the reason why it took no more.
            done.and(files)
        })?;
        self.folder
            .merged(schema, files)
            .map_err(Error::environment)
    }

    fn all_files<'b>(
        &'b self,
        schema: &Schema,
        inputs: &mut BTreeSet<u64>,
        line: &SyncSender<Waiting<'b>>,
    ) -> Result<Vec<StoredFile>> {
        let mut files = Vec::new();
        for collection in self.state.collections_of(&schema.name) {
            inputs.insert(collection.leaf);
            let Some(path) = self.file(schema, collection, line)? else {
                continue;
            };
            files.push(StoredFile {
                path,
                leaf: collection.leaf,
                stream: format!("{}/{}", collection.instance, collection.stream),
                complete: collection.end == End::Complete,
                observed_us: held(collection).map(Time::micros),
            });
        }
        Ok(files)
    }

    /// The facts file of one collection, put in line to be made if it is not there yet.
    fn file<'b>(
        &'b self,
        schema: &Schema,
        collection: &Collection,
        line: &SyncSender<Waiting<'b>>,
    ) -> Result<Option<String>> {
        let at = |mapping: &str| {
            let name = schema.name.as_str();
            self.folder.file(name, collection.leaf, mapping, FACTS)
        };
        let quick = at(&collection.mapping.to_string());
        if self.is_whole(&quick) {
            return Ok(Some(quick.to_string_lossy().into_owned()));
        }
        let manifest = self.manifest(collection)?;
        let Some(mapped) = mapping_of(self.shelf, collection, &manifest)? else {
            return Ok(None);
        };
        let digest = mapped.mapping.digest();
        let path = at(digest.trim_start_matches("sha256:"));
        if !self.is_whole(&path) {
            let making = Making {
                path: path.clone(),
                leaf: collection.leaf,
                manifest,
                mapped,
            };
            self.put(making, line)?;
        }
        Ok(Some(path.to_string_lossy().into_owned()))
    }

    /// Fetches the pages and gives them to the second thread, or reads them here if it is busy or if they are long.
    fn put<'b>(&'b self, making: Making<'b>, line: &SyncSender<Waiting<'b>>) -> Result<()> {
        let leaf = self.records.leaf(making.leaf)?;
        let stored = records::pages(self.records, making.leaf, &leaf)?;
        if stored.iter().map(|s| s.length).sum::<u64>() > SHORT {
            return making.make(|blob| {
                let page = usize::try_from(blob).ok().and_then(|i| stored.get(i));
                let page = page.ok_or_else(|| missing(making.leaf, blob))?;
                self.records.blob(&page.commitment)
            });
        }
        let fetched = stored.iter().map(|s| self.records.blob(&s.commitment));
        let pages = fetched.collect::<Result<_>>()?;
        match line.try_send((making, pages)) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(waiting) | TrySendError::Disconnected(waiting)) => make(waiting),
        }
    }

    /// Whether a file is there and was written to its end; looked at once.
    fn is_whole(&self, path: &PathBuf) -> bool {
        if self.whole.borrow().contains(path) {
            return true;
        }
        let whole = usable(path);
        if whole {
            self.whole.borrow_mut().insert(path.clone());
        }
        whole
    }
}

/// When the records of a collection held: as they were fetched; a list that a person handed over for a time (`--covers A..B`) says what
/// held from A on.
fn held(collection: &Collection) -> [Time; 2] {
    let stated = collection.covered.as_slice().first();
    match stated.filter(|_| collection.source.as_str() == "file") {
        Some(span) => [span.from; 2],
        None => [collection.observed.0, collection.observed.1],
    }
}
