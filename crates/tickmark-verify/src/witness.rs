//! `witness`: cosigns checkpoints by file (C2SP tlog-witness without HTTP). The only module that reads the clock.
//!
//! State: beside the key file, one line `SIZE ROOT ORIGIN` for each log. It is replaced and synced before the answer is
//! printed; a witness without its state refuses, because a witness that forgot may contradict itself.

use crate::args::Args;
use crate::{Failure, files, keys, print};
use std::io::Write;
use std::path::{Path, PathBuf};
use tickmark_log::checkpoint::Checkpoint;
use tickmark_log::cosignature::cosign;
use tickmark_log::keys::{KeyType, VerifierKey};
use tickmark_log::witness::{Seen, examine};

const STATE: &str = "tickmark-witness-state 1";

/// `witness keygen` and `witness cosign`.
///
/// # Errors
/// Usage, refusals, files.
pub fn run(arguments: &[String], out: &mut dyn Write) -> Result<u8, Failure> {
    match arguments.split_first() {
        Some((command, rest)) if command == "keygen" => keygen(rest, out),
        Some((command, rest)) if command == "cosign" => answer(rest, out),
        _ => Err(Failure::Usage(
            "expected `witness keygen` or `witness cosign`: see --help".to_owned(),
        )),
    }
}

fn keygen(arguments: &[String], out: &mut dyn Write) -> Result<u8, Failure> {
    let args = Args::parse(arguments, &["--name", "--key"])?;
    let [] = args.positional("no further arguments")?;
    let (name, path) = (args.required("--name")?, args.required("--key")?);
    let state = state_path(path);
    if state.exists() {
        let text = format!(
            "`{}` exists: a witness keeps its state, choose another file",
            state.display()
        );
        return Err(Failure::Usage(text));
    }
    let key = keys::make(name, KeyType::CosignatureV1)?;
    keys::save(&key, path)?;
    files::replace(&state, format!("{STATE}\n").as_bytes())?;
    print(out, &format!("{}\n", key.verifier()))
}

fn answer(arguments: &[String], out: &mut dyn Write) -> Result<u8, Failure> {
    let args = Args::parse(arguments, &["--key", "--log"])?;
    let [request] = args.positional("one request file")?;
    let path = args.required("--key")?;
    let key = keys::load(path)?;
    let logs: Vec<VerifierKey> = args.all("--log").map(log_key).collect::<Result<_, _>>()?;
    if logs.is_empty() {
        return Err(Failure::Usage(
            "option `--log` is missing: which log may be cosigned?".to_owned(),
        ));
    }
    let request = files::read(request)?;
    let state = state_path(path);
    let _held = files::lock(&state)?;
    let mut heads = load(&state)?;
    let seen = |origin: &str| {
        let known = heads.iter().find(|head| head.origin == origin);
        known
            .map(|head| Seen {
                size: head.size,
                root: head.root,
            })
            .unwrap_or_default()
    };
    let head =
        examine(&request, &logs, seen).map_err(|refusal| Failure::Refused(refusal.to_string()))?;
    let line = cosign(&head, now_s()?, &key).map_err(|error| Failure::Usage(error.to_string()))?;
    heads.retain(|other| other.origin != head.origin);
    heads.push(head);
    heads.sort_by(|left, right| left.origin.cmp(&right.origin));
    files::replace(&state, store(&heads).as_bytes())?;
    print(out, &line.line())
}

fn log_key(text: &str) -> Result<VerifierKey, Failure> {
    text.parse()
        .map_err(|error| Failure::Usage(format!("`{text}`: {error}")))
}

fn state_path(key: &str) -> PathBuf {
    files::beside(Path::new(key), ".state")
}

fn store(heads: &[Checkpoint]) -> String {
    let lines = heads
        .iter()
        .map(|head| format!("{} {} {}\n", head.size, head.root, head.origin));
    format!("{STATE}\n{}", lines.collect::<String>())
}

fn load(path: &Path) -> Result<Vec<Checkpoint>, Failure> {
    let shown = path.display();
    if !path.exists() {
        let text = format!(
            "the state `{shown}` is lost: make a new witness under a new name, this one must not go on"
        );
        return Err(Failure::Usage(text));
    }
    let bytes = files::read(&path.to_string_lossy())?;
    let damaged = || {
        Failure::Io(format!(
            "the state `{shown}` is damaged: restore it or make a new witness"
        ))
    };
    let text = String::from_utf8(bytes).map_err(|_| damaged())?;
    let lines = text
        .strip_prefix(STATE)
        .and_then(|rest| rest.strip_prefix('\n'))
        .ok_or_else(damaged)?;
    let heads: Option<Vec<Checkpoint>> = lines.split_inclusive('\n').map(head).collect();
    // What was written is read back the same: a cut line or a changed spelling is damage.
    heads
        .filter(|heads| store(heads) == text)
        .ok_or_else(damaged)
}

fn head(line: &str) -> Option<Checkpoint> {
    let (size, rest) = line.strip_suffix('\n')?.split_once(' ')?;
    let (root, origin) = rest.split_once(' ')?;
    Some(Checkpoint {
        origin: origin.to_owned(),
        size: size.parse().ok()?,
        root: root.parse().ok()?,
    })
}

fn now_s() -> Result<u64, Failure> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a cosignature states when the witness saw the head"
    )]
    let now = std::time::SystemTime::now();
    let since_1970 = now.duration_since(std::time::UNIX_EPOCH);
    since_1970
        .map(|time| time.as_secs())
        .map_err(|_| Failure::Io("the clock stands before 1970".to_owned()))
}
