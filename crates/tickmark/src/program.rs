//! A program directory: its ledger, the state the ledger folds to, and the library it judges with.
#![allow(
    clippy::disallowed_methods,
    reason = "the engine owns the program directory"
)]

mod cache;

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
};

use tickmark_core::model::{
    body::{LibraryBody, ProgramBody},
    clock::Clock,
    decide::{self, Actor, Command, Draft, DraftPage, LibraryInUse, Stored},
    document::Documents,
    ids::ActorId,
    state::{Blobs, State, fold},
};
use tickmark_log::{
    commitment::Commitment,
    digest::Digest,
    leaf::{BlobRef, Side},
};

use cache::CACHE_AFTER;

use crate::{
    documents,
    entropy::Entropy,
    error::{Error, Result, io},
    keys,
    ledger::{Ledger, NotRecorded, Recorded, store_error},
    records::Records,
    shelf::{self, Shelf},
};

/// Times a decision is made again when others write at the same moment.
const RETRIES: usize = 64;

/// An open program.
pub struct Program {
    dir: PathBuf,
    ledger: Ledger,
    state: RefCell<State>,
    secret: [u8; 32],
}

/// What surrounds every writing command.
#[derive(Clone, Copy)]
pub struct Hands<'a> {
    /// The time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Name of whoever acts: the operating system's user.
    pub user: &'a str,
}

impl Program {
    /// Folder of the ledger and the caches.
    pub fn inside(dir: &Path) -> PathBuf {
        dir.join(".tickmark")
    }

    /// Creates the ledger of the documents that lie in `dir`, and its key outside.
    ///
    /// # Errors
    /// There is a ledger already, a document is wrong, the disk fails.
    pub fn create(dir: &Path, origin: &str, hands: Hands<'_>) -> Result<Self> {
        let inside = Self::inside(dir);
        if inside.exists() {
            return Err(
                Error::refused(format!("{}: there is a ledger already", inside.display()))
                    .hint("use `tickmark apply` to record changed documents"),
            );
        }
        let files = shelf::embedded_files();
        let shelf = Shelf::embedded()?;
        let documents = documents::read(dir)?;
        fs::create_dir_all(&inside).map_err(io(&inside))?;
        let key = keys::create(origin, dir, hands.entropy)?;
        let ledger = Ledger::create(&inside)?;
        let secret = hands.entropy.bytes32()?;
        let secret_path = inside.join("secret");
        fs::write(&secret_path, secret).map_err(io(&secret_path))?;
        let program = Self {
            dir: dir.to_owned(),
            ledger,
            state: RefCell::new(State::default()),
            secret,
        };
        let packed = shelf::pack(&files);
        let library = LibraryInUse {
            body: LibraryBody {
                digest: digest(&shelf.library.digest)?,
                files: files.len() as u64,
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            bytes: &packed,
        };
        let log = ProgramBody {
            origin: origin.to_owned(),
            vkey: key.verifier().to_string(),
        };
        let actor = fresh_actor(hands.entropy)?;
        let init = Command::Init {
            log,
            library,
            documents: &documents,
        };
        let drafts = decide::decide(&program.state.borrow(), init, actor, hands.clock.now())
            .map_err(Error::refused)?;
        program
            .append(0, drafts, actor, hands)
            .map_err(not_recorded)?;
        program.refresh()?;
        program.commit_as(actor, hands, |_| {
            Ok(vec![Command::Actor {
                actor: actor.id,
                name: hands.user,
            }])
        })?;
        program.ledger.sign(&key)?;
        Ok(program)
    }

    /// Opens the program in `dir`.
    ///
    /// # Errors
    /// There is none, or its ledger cannot be read.
    pub fn open(dir: &Path) -> Result<Self> {
        let inside = Self::inside(dir);
        if !inside.exists() {
            return Err(
                Error::user(format!("{}: no Tickmark program here", dir.display()))
                    .hint("run `tickmark init`, or name the program directory with -C"),
            );
        }
        let ledger = Ledger::open(&inside)?;
        let secret_path = inside.join("secret");
        let secret = fs::read(&secret_path).map_err(io(&secret_path))?;
        let secret = secret
            .try_into()
            .map_err(|_| Error::corrupt(format!("{}: not 32 bytes", secret_path.display())))?;
        let program = Self {
            dir: dir.to_owned(),
            ledger,
            state: RefCell::new(State::default()),
            secret,
        };
        program.refresh()?;
        Ok(program)
    }

    /// The program directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Folder of everything that may be deleted.
    pub fn cache(&self) -> PathBuf {
        Self::inside(&self.dir).join("cache")
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The secret of this ledger: idempotency keys and redactions cannot be guessed without it.
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The state at the head.
    pub fn state(&self) -> std::cell::Ref<'_, State> {
        self.state.borrow()
    }

    /// The state when the ledger had `size` leaves.
    ///
    /// # Errors
    /// The ledger is not that long, or cannot be read.
    pub fn state_at(&self, size: Option<u64>) -> Result<State> {
        match size {
            None => Ok(self.state.borrow().clone()),
            Some(size) if size > self.state.borrow().size => Err(Error::user(format!(
                "--known-at {size}: the ledger has {} leaves",
                self.state.borrow().size
            ))),
            Some(size) => fold_to(&self.ledger, State::default(), size),
        }
    }

    /// The library in use, as recorded.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn shelf(&self) -> Result<Shelf> {
        shelf_of(&self.ledger, &self.state.borrow())
    }

    /// Folds what others have written since.
    ///
    /// # Errors
    /// The ledger cannot be read or contradicts itself.
    pub fn refresh(&self) -> Result<()> {
        let head = self.ledger.head()?;
        let mut state = self.state.take();
        if state.size == 0 {
            state = self.cached(head.size).unwrap_or_default();
        }
        let before = state.size;
        let state = fold_to(&self.ledger, state, head.size)?;
        if head.size.saturating_sub(before) >= CACHE_AFTER {
            self.keep(&state, &head.root);
        }
        self.state.replace(state);
        Ok(())
    }

    /// Decides and records; decides again when somebody else wrote in between. `None`: there was nothing to record.
    ///
    /// # Errors
    /// The wish is refused, or the disk fails; nothing is recorded then.
    pub fn commit<'c>(
        &self,
        hands: Hands<'_>,
        mut wish: impl FnMut(&State) -> Result<Command<'c>>,
    ) -> Result<Option<Recorded>> {
        self.commit_all(hands, |state| Ok(vec![wish(state)?]))
    }

    /// Decides several wishes on one state and records all of them or none; what is recorded already is not recorded again.
    ///
    /// # Errors
    /// One of them is refused, or the disk fails; nothing is recorded then.
    pub fn commit_all<'c>(
        &self,
        hands: Hands<'_>,
        wishes: impl FnMut(&State) -> Result<Vec<Command<'c>>>,
    ) -> Result<Option<Recorded>> {
        // Without the key nothing could be signed afterwards: refuse before anything is recorded.
        keys::load(&self.origin()?)?;
        let actor = self.actor(hands)?;
        self.commit_as(actor, hands, wishes)
    }

    fn commit_as<'c>(
        &self,
        actor: Actor,
        hands: Hands<'_>,
        mut wishes: impl FnMut(&State) -> Result<Vec<Command<'c>>>,
    ) -> Result<Option<Recorded>> {
        for _ in 0..RETRIES {
            let (size, drafts) = {
                let state = self.state.borrow();
                let mut drafts = Vec::new();
                for command in wishes(&state)? {
                    let more = decide::decide(&state, command, actor, hands.clock.now());
                    drafts.extend(more.map_err(Error::refused)?);
                }
                (state.size, self.unrecorded(drafts)?)
            };
            if drafts.is_empty() {
                self.ledger.unstage();
                return Ok(None);
            }
            match self.append(size, drafts, actor, hands) {
                Ok(recorded) => {
                    self.refresh()?;
                    return Ok(Some(recorded));
                }
                Err(NotRecorded::Conflict) => self.refresh()?,
                Err(NotRecorded::Already(index)) => {
                    self.refresh()?;
                    return Ok(Some(Recorded {
                        first: index,
                        last: index,
                    }));
                }
                Err(NotRecorded::Failed(error)) => return Err(error),
            }
        }
        Err(Error::environment("others write to this ledger all the time").hint("try again"))
    }

    /// Of several drafts those that are not in the ledger yet: one that is there would keep the others out.
    fn unrecorded(&self, mut drafts: Vec<Draft>) -> Result<Vec<Draft>> {
        if drafts.len() > 1 {
            let mut known = Vec::with_capacity(drafts.len());
            for draft in &drafts {
                let found = self.ledger.store().find_key(&draft.key(&self.secret));
                known.push(found.map_err(store_error)?.is_some());
            }
            let mut known = known.into_iter();
            drafts.retain(|_| known.next() == Some(false));
        }
        Ok(drafts)
    }

    fn append(
        &self,
        size: u64,
        drafts: Vec<Draft>,
        actor: Actor,
        hands: Hands<'_>,
    ) -> Result<Recorded, NotRecorded> {
        let now = hands.clock.now();
        let mut leaves = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let blobs = self.store_blobs(&draft, hands)?;
            let leaf = draft.into_leaf(actor, now, &self.secret, blobs);
            leaves.push(
                leaf.encode().map_err(|e| {
                    Error::bug(format!("a {} entry does not encode: {e}", leaf.kind))
                })?,
            );
        }
        self.ledger.append(size, leaves)
    }

    fn store_blobs(&self, draft: &Draft, hands: Hands<'_>) -> Result<Vec<BlobRef>> {
        let mut roles: Vec<&str> = draft.blobs.iter().map(|b| b.role).collect();
        let mut bytes: Vec<&[u8]> = draft.blobs.iter().map(|b| b.bytes.as_slice()).collect();
        let fresh: Vec<&[u8]> = draft
            .pages
            .iter()
            .filter_map(|p| {
                if let DraftPage::Bytes(b) = p {
                    Some(b.as_slice())
                } else {
                    None
                }
            })
            .collect();
        let mut stored = self.ledger.put_blobs(&fresh, hands.entropy)?.into_iter();
        let mut pages = Vec::with_capacity(draft.pages.len());
        for page in &draft.pages {
            pages.push(match page {
                DraftPage::Stored(known) => *known,
                DraftPage::Bytes(_) => {
                    let (commitment, length) = stored
                        .next()
                        .ok_or_else(|| Error::bug("a page was not stored"))?;
                    Stored { commitment, length }
                }
            });
        }
        let list = decide::pages_list(&pages);
        if !pages.is_empty() {
            roles.push("list");
            bytes.push(&list);
        }
        let named = self.ledger.put_blobs(&bytes, hands.entropy)?;
        let blob = |(role, (commitment, length)): (&str, (Commitment, u64))| BlobRef {
            role: role.to_owned(),
            commitment,
            length,
        };
        Ok(roles.into_iter().zip(named).map(blob).collect())
    }

    /// The number of whoever acts; a new one is recorded with their name in an erasable blob.
    fn actor(&self, hands: Hands<'_>) -> Result<Actor> {
        for named in &self.state.borrow().actors {
            if self
                .ledger
                .blob(&Commitment(named.name))
                .is_ok_and(|name| name == hands.user.as_bytes())
            {
                return Ok(Actor {
                    id: named.actor,
                    side: Side::Management,
                });
            }
        }
        let actor = fresh_actor(hands.entropy)?;
        self.commit_as(actor, hands, |_| {
            Ok(vec![Command::Actor {
                actor: actor.id,
                name: hands.user,
            }])
        })?;
        Ok(actor)
    }

    /// Signs the head at the end of a writing command.
    ///
    /// # Errors
    /// The key is not on this machine, or the disk fails.
    pub fn sign(&self) -> Result<String> {
        self.ledger.sign(&keys::load(&self.origin()?)?)
    }

    /// Name of the log.
    ///
    /// # Errors
    /// The ledger has no first entry.
    pub fn origin(&self) -> Result<String> {
        let state = self.state.borrow();
        state
            .log
            .as_ref()
            .map(|log| log.origin.clone())
            .ok_or_else(|| Error::corrupt("the ledger has no first entry"))
    }

    /// The documents as they lie in the program directory.
    ///
    /// # Errors
    /// One of them is wrong.
    pub fn documents(&self) -> Result<Documents> {
        documents::read(&self.dir)
    }
}

fn fresh_actor(entropy: &dyn Entropy) -> Result<Actor> {
    let mut id = [0; 16];
    id.iter_mut()
        .zip(entropy.bytes32()?)
        .for_each(|(to, from)| *to = from);
    Ok(Actor {
        id: ActorId(id),
        side: Side::Management,
    })
}

fn not_recorded(why: NotRecorded) -> Error {
    match why {
        NotRecorded::Conflict => {
            Error::environment("somebody else began this ledger at the same moment")
        }
        NotRecorded::Already(index) => Error::refused(format!("recorded already as entry {index}")),
        NotRecorded::Failed(error) => error,
    }
}

/// A digest out of its hexadecimal form.
///
/// # Errors
/// It is not one.
pub fn digest(text: &str) -> Result<Digest> {
    text.trim_start_matches("sha256:")
        .parse()
        .map_err(|_| Error::bug(format!("`{text}` is no digest")))
}

/// Folds a state on to `size`.
///
/// # Errors
/// A leaf cannot be read or cannot follow.
pub fn fold_to(records: &dyn Records, mut state: State, size: u64) -> Result<State> {
    struct Bytes<'a>(&'a dyn Records);
    impl Blobs for Bytes<'_> {
        fn bytes(&self, commitment: &Commitment) -> Option<Vec<u8>> {
            self.0.blob(commitment).ok()
        }
    }
    for index in state.size..size {
        let leaf = records.leaf(index)?;
        state = fold(state, index, &leaf, &Bytes(records)).map_err(Error::corrupt)?;
    }
    Ok(state)
}

/// The library a state judges with.
///
/// # Errors
/// It was not recorded, or cannot be read.
pub fn shelf_of(records: &dyn Records, state: &State) -> Result<Shelf> {
    let library = state
        .library()
        .ok_or_else(|| Error::corrupt("the ledger has no library"))?;
    Shelf::unpacked(&records.blob(&Commitment(library.commitment))?)
}
