//! The auditor's file: written from the ledger, read back as records, every test performed again.
#![allow(clippy::disallowed_methods, reason = "a bundle is one file on disk")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use tickmark_core::{
    judge::{populations::Populations, window::Window},
    model::{
        body::{Body, RunBody},
        state::State,
    },
};
use tickmark_log::{
    bundle::{self, Bundle, Parts},
    commitment::{Commitment, commit},
    leaf::Leaf,
    policy::Policy,
    verdict::{self, Options, Verdict},
};

use crate::{
    error::{Error, Result, io},
    keys,
    populations::Sources,
    program::{Program, fold_to, shelf_of},
    records::{self, Records},
    shelf,
    testing::{self, Planned},
    watching::Watcher,
    witnessing,
};

/// Writes everything the auditor needs into one file; returns its length in bytes.
///
/// # Errors
/// A blob is missing, the key is not on this machine, the disk fails; no half file is left.
pub fn write(program: &Program, output: &Path) -> Result<u64> {
    let checkpoint = program.sign()?;
    let ledger = program.ledger();
    let size = ledger.size()?;
    let mut leaves = Vec::new();
    let mut blobs: BTreeMap<Commitment, Vec<u8>> = BTreeMap::new();
    for index in 0..size {
        let bytes = ledger.leaf_bytes(index)?;
        let leaf = Leaf::decode(&bytes, index)
            .map_err(|e| Error::corrupt(format!("entry {index}: {e}")))?;
        for blob in &leaf.blobs {
            blobs.insert(blob.commitment, ledger.blob(&blob.commitment)?);
        }
        for page in records::pages(ledger, index, &leaf)? {
            blobs.insert(page.commitment, ledger.blob(&page.commitment)?);
        }
        leaves.push(bytes);
    }
    let mut salted = Vec::with_capacity(blobs.len());
    for (commitment, bytes) in blobs {
        let salt = ledger
            .store()
            .salt(&commitment)
            .map_err(crate::ledger::store_error)?;
        salted.push((
            salt.ok_or_else(|| {
                Error::corrupt(format!("the salt of blob {} is missing", commitment.0))
            })?,
            bytes,
        ));
    }
    let (_, policy) = witnessing::policy_text(program)?;
    let parts = Parts {
        checkpoint,
        policy,
        leaves,
        blobs: salted,
        library: library_files(program)?,
    };
    let key = keys::load(&program.origin()?)?;
    let part = output.with_extension("part");
    let file = fs::File::create(&part).map_err(io(&part))?;
    let written = bundle::write(&parts, &key, std::io::BufWriter::new(file))
        .map_err(Error::environment)
        .and_then(|file| {
            let file = file
                .into_inner()
                .map_err(|e| Error::environment(e.to_string()))?;
            file.sync_all().map_err(io(&part))?;
            Ok(file.metadata().map_err(io(&part))?.len())
        });
    match written {
        Ok(length) => fs::rename(&part, output)
            .map_err(io(output))
            .map(|()| length),
        Err(error) => {
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}

/// The library as recorded, file by file, so that an auditor reads the tests without this program.
fn library_files(program: &Program) -> Result<Vec<(String, Vec<u8>)>> {
    let commitment = program
        .state()
        .library()
        .map(|l| Commitment(l.commitment))
        .ok_or_else(|| Error::corrupt("the ledger has no library"))?;
    shelf::unpack(&program.ledger().blob(&commitment)?)
        .ok_or_else(|| Error::corrupt("the recorded library cannot be read"))
}

/// A bundle in memory, as records.
pub struct Opened {
    leaves: Vec<Vec<u8>>,
    blobs: BTreeMap<Commitment, Vec<u8>>,
}

impl Opened {
    /// Reads a bundle; its blobs are named by what their salt and bytes commit to.
    ///
    /// # Errors
    /// It is not a bundle.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let bundle = Bundle::parse(bytes).map_err(|e| Error::user(format!("not a bundle: {e}")))?;
        let cut = || Error::user("not a bundle: its leaves are cut short");
        let mut rest = bundle.get("leaves").ok_or_else(cut)?;
        let mut leaves = Vec::new();
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let (leaf, left) = after
                .split_at_checked(usize::from(u16::from_be_bytes(*length)))
                .ok_or_else(cut)?;
            leaves.push(leaf.to_vec());
            rest = left;
        }
        let table = bundle::SaltTable::parse(bundle.get("salts").unwrap_or_default())
            .map_err(|e| Error::user(format!("not a bundle: {e}")))?;
        let mut blobs = BTreeMap::new();
        for (commitment, salt) in table.iter() {
            let path = format!("blobs/{}", commitment.0);
            if let Some(content) = bundle
                .get(&path)
                .filter(|content| commit(&salt, content) == commitment)
            {
                blobs.insert(commitment, content.to_vec());
            }
        }
        Ok(Self { leaves, blobs })
    }
}

impl Records for Opened {
    fn size(&self) -> Result<u64> {
        Ok(self.leaves.len() as u64)
    }

    fn leaf_bytes(&self, index: u64) -> Result<Vec<u8>> {
        let leaf = usize::try_from(index).ok().and_then(|i| self.leaves.get(i));
        leaf.cloned()
            .ok_or_else(|| Error::user(format!("the bundle has no leaf {index}")))
    }

    fn blob(&self, commitment: &Commitment) -> Result<Vec<u8>> {
        self.blobs.get(commitment).cloned().ok_or_else(|| {
            Error::corrupt(format!(
                "the bundle does not disclose blob {}",
                commitment.0
            ))
        })
    }
}

/// The verdict on a bundle.
///
/// # Errors
/// The file or the policy cannot be read.
pub fn verdict(file: &Path, policy: Option<&Path>) -> Result<(Vec<u8>, Verdict)> {
    let bytes = fs::read(file).map_err(io(file))?;
    let policy = match policy {
        Some(path) => {
            let text = fs::read(path).map_err(io(path))?;
            Some(
                Policy::parse(&text)
                    .map_err(|e| Error::user(format!("{}: {e}", path.display())))?,
            )
        }
        None => None,
    };
    let verdict = verdict::verify(
        &bytes,
        policy.as_ref(),
        &Options {
            threads: 2,
            ..Options::default()
        },
    );
    Ok((bytes, verdict))
}

/// One recorded run performed again.
pub struct Again {
    /// The test.
    pub test: String,
    /// Entry of the recorded run.
    pub leaf: u64,
    /// Digest of the rows as recorded.
    pub recorded: String,
    /// Digest of the rows performed again.
    pub performed: String,
    /// Lines that differ, at most twenty.
    pub differing: Vec<String>,
}

impl Again {
    /// Whether the same rows came out.
    pub fn identical(&self) -> bool {
        self.recorded == self.performed
    }
}

/// Performs every recorded run of a bundle again, from its bytes alone, in a folder of its own.
///
/// # Errors
/// Something that a run read is not in the bundle, or the worker fails.
pub fn reperform(
    records: &dyn Records,
    scratch: &Path,
    populations: &dyn Populations,
    watch: &mut dyn Watcher,
) -> Result<Vec<Again>> {
    let mut again = Vec::new();
    let size = records.size()?;
    for index in 0..size {
        watch.step("performing again", index + 1, size);
        let (leaf, body) = records.entry(index)?;
        let Body::TestRun(run) = body else { continue };
        let recorded = records.blob_of(index, &leaf, "rows")?;
        let performed = perform(records, &run, scratch, populations)?;
        let differing = differing(&String::from_utf8_lossy(&recorded), &performed.1);
        again.push(Again {
            test: run.test.to_string(),
            leaf: index,
            recorded: run.rows_digest.to_string(),
            performed: performed.0,
            differing,
        });
    }
    Ok(again)
}

fn perform(
    records: &dyn Records,
    run: &RunBody,
    scratch: &Path,
    populations: &dyn Populations,
) -> Result<(String, String)> {
    let state = fold_to(records, State::default(), run.known_at)?;
    let shelf = shelf_of(records, &state)?;
    let sources = Sources::new(records, &state, &shelf, scratch);
    let wish = testing::Wish {
        ids: vec![run.test.to_string()],
        window: if run.span.from == run.span.until {
            Window::Instant(run.span.from)
        } else {
            Window::Period(run.span)
        },
        known_at: run.known_at,
        library: false,
    };
    // The recorded window is already clipped: as known then, it was over.
    let planned: Vec<Planned<'_>> = testing::plan(&sources, &wish, run.span.until)?;
    let first = planned.into_iter().next();
    let planned = first.ok_or_else(|| {
        Error::corrupt(format!("test `{}` is not in force in the bundle", run.test))
    })?;
    let (ran, _) = testing::run(&sources, planned, populations)?;
    Ok((ran.outcome.rows_digest, ran.outcome.rows))
}

/// Up to 20 lines that only one side has. Sets: a history has tens of thousands of lines.
fn differing(recorded: &str, performed: &str) -> Vec<String> {
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) =
        (recorded.lines().collect(), performed.lines().collect());
    let gone = old.difference(&new).map(|l| format!("- {l}"));
    let come = new.difference(&old).map(|l| format!("+ {l}"));
    gone.chain(come).take(20).collect()
}
