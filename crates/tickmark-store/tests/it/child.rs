//! A process that lives in a store until it is killed. The test binary starts itself again for it.
//!
//! It says on standard error what was acknowledged, each line after the call that acknowledged it:
//! `ack INDEX HASH`, `signed SIZE ROOT`.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use tickmark_log::cbor::Value;
use tickmark_log::{
    checkpoint::Checkpoint,
    commitment::{Commitment, Salt},
    digest::sha256,
    keys::{KeyType, SigningKey},
    leaf::{BlobRef, Leaf, Side},
    tree::leaf_hash,
};
use tickmark_store::{ErrorKind, Store, StoreError};

/// Chance that is the same every time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }

    /// Bytes that do not compress.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.roll() as u8).collect()
    }
}

/// The key of round `round`, leaf `n`, of the life with this seed.
fn key(seed: u64, round: u64, n: u64) -> [u8; 32] {
    sha256(format!("{seed}/{round}/{n}").as_bytes()).0
}

/// A leaf that names blobs, and in its body the batch it belongs to: seed, round, its place, how many.
pub fn leaf(batch: [u64; 4], blobs: &[(Commitment, u64)]) -> Vec<u8> {
    let body = (1..).zip(batch).map(|(k, v)| (k, Value::Uint(v))).collect();
    let blobs = blobs.iter().map(|(c, length)| BlobRef {
        role: "page".to_owned(),
        commitment: *c,
        length: *length,
    });
    let [seed, round, n, _] = batch;
    Leaf {
        kind: "collection.result".to_owned(),
        time_us: 1_767_225_600_000_000 + round,
        side: Side::Management,
        actor: [7; 16],
        key: key(seed, round, n),
        refs: Vec::new(),
        blobs: blobs.collect(),
        body,
        signature: None,
    }
    .encode()
    .unwrap()
}

/// A signed checkpoint of the store's head.
pub fn note(store: &Store) -> String {
    let head = store.head().unwrap();
    let key = SigningKey::from_seed("test.invalid/log", KeyType::Ed25519, [3; 32]).unwrap();
    let checkpoint = Checkpoint {
        origin: "test.invalid/log".to_owned(),
        size: head.size,
        root: head.root,
    };
    checkpoint.sign(&key).unwrap().to_text()
}

/// Opens the store, or makes it if it was never finished.
pub fn open_or_create(dir: &Path) -> Result<Store, StoreError> {
    match Store::open(dir) {
        Err(e) if e.kind() == ErrorKind::Refused => Store::create(dir),
        other => other,
    }
}

/// One batch: blobs, then leaves that name them, appended in one call. A batch that was recorded by an earlier life is
/// acknowledged again, not recorded twice.
pub fn batch(
    store: &Store,
    seed: u64,
    round: u64,
    say: &mut dyn FnMut(u64, &[u8]),
) -> Result<(), StoreError> {
    let mut dice = Dice::new(seed ^ round << 20);
    let count = 1 + dice.below(4);
    let mut leaves = Vec::new();
    for n in 0..count {
        let pages: Vec<(Salt, Vec<u8>)> = (0..dice.below(4))
            .map(|page| {
                let length = dice.below(3000) as usize;
                let salt = Salt(sha256(format!("salt/{seed}/{round}/{n}/{page}").as_bytes()).0);
                (
                    salt,
                    if page == 0 {
                        vec![b'a'; length]
                    } else {
                        dice.bytes(length)
                    },
                )
            })
            .collect();
        let slices: Vec<(Salt, &[u8])> = pages
            .iter()
            .map(|(salt, bytes)| (*salt, bytes.as_slice()))
            .collect();
        leaves.push(leaf([seed, round, n, count], &store.put_blobs(&slices)?));
    }
    let first = loop {
        match store.append(store.head()?.size, leaves.clone()) {
            Ok(done) => break done.first,
            Err(StoreError::Duplicate { index, .. }) => break index,
            Err(StoreError::Conflict { .. }) => {}
            Err(e) => return Err(e),
        }
    };
    for (index, leaf) in (first..).zip(&leaves) {
        say(index, leaf);
    }
    Ok(())
}

/// A life: batches, checkpoints, blobs whose leaves never come, a sweep at the end.
fn live(dir: &Path, seed: u64, rounds: u64, sweep: bool) -> Result<(), StoreError> {
    let mut store = open_or_create(dir)?;
    for round in 0..rounds {
        batch(&store, seed, round, &mut |index, leaf| {
            eprintln!("ack {index} {}", leaf_hash(leaf))
        })?;
        if round % 2 == 0 {
            let note = note(&store);
            let mut lines = note.lines().skip(1);
            match store.set_checkpoint(&note) {
                Ok(()) => eprintln!("signed {} {}", lines.next().unwrap(), lines.next().unwrap()),
                // Another process has signed a larger one meanwhile.
                Err(e) if e.kind() == ErrorKind::Refused => {}
                Err(e) => return Err(e),
            }
        }
        let orphan = Dice::new(seed + round).bytes(500);
        store.put_blobs(&[(Salt(sha256(&orphan).0), &orphan)])?;
    }
    if sweep {
        store.sweep()?;
    }
    Ok(())
}

/// Not a test of its own: what the other tests start as a child.
#[test]
fn entry() {
    let Ok(dir) = std::env::var("TICKMARK_CHILD_DIR") else {
        return;
    };
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|v| v.parse().ok())
            .unwrap_or(0u64)
    };
    if let Ok(fault) = std::env::var("TICKMARK_FAULT") {
        let (name, nth) = fault.split_once(':').unwrap();
        assert!(
            tickmark_store::fault::arm(name, nth.parse().unwrap()),
            "no fault point `{name}`"
        );
    }
    let (seed, rounds) = (
        number("TICKMARK_CHILD_SEED"),
        number("TICKMARK_CHILD_ROUNDS"),
    );
    if let Err(e) = live(
        Path::new(&dir),
        seed,
        rounds,
        number("TICKMARK_CHILD_SWEEP") == 1,
    ) {
        panic!("the child failed: {e}");
    }
}

/// How a child is started.
pub struct Life<'a> {
    pub dir: &'a Path,
    pub seed: u64,
    pub rounds: u64,
    pub sweep: bool,
    pub fault: Option<(&'a str, u64)>,
}

impl Life<'_> {
    pub fn start(&self) -> std::process::Child {
        self.start_as(Command::new(std::env::current_exe().unwrap()))
    }

    /// Started by a shell that limits the size of files, in units of 512 bytes. Writing beyond is an error, no signal.
    pub fn start_limited(&self, blocks: u64) -> std::process::Child {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""]);
        shell.arg(blocks.to_string());
        shell.arg(std::env::current_exe().unwrap());
        self.start_as(shell)
    }

    fn start_as(&self, mut command: Command) -> std::process::Child {
        command
            .args(["--exact", "child::entry", "--nocapture", "--test-threads=1"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
            .env("TICKMARK_CHILD_DIR", self.dir)
            .env("TICKMARK_CHILD_SEED", self.seed.to_string());
        command.env("TICKMARK_CHILD_ROUNDS", self.rounds.to_string());
        command.env("TICKMARK_CHILD_SWEEP", if self.sweep { "1" } else { "0" });
        if let Some((name, nth)) = self.fault {
            command.env("TICKMARK_FAULT", format!("{name}:{nth}"));
        }
        command.spawn().unwrap()
    }

    /// Runs to the end; gives what was acknowledged and whether it was killed. Any other failure is the test's.
    pub fn run(&self) -> (String, bool) {
        use std::os::unix::process::ExitStatusExt;
        let output = self.start().wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let killed = output.status.signal() == Some(9);
        assert!(
            killed || output.status.success(),
            "fault {:?}, seed {}: {said}",
            self.fault,
            self.seed
        );
        (said, killed)
    }
}
