//! The order of the examination: container, heads, manifest, leaves, blobs, witnesses, retained checkpoint.

use super::ahead::Ahead;
use super::{Level, Options, Problem, Verdict, blobs, leaves};
use crate::bundle::{Bundle, LIBRARY, check_manifest};
use crate::checkpoint::Checkpoint;
use crate::digest::Digest;
use crate::keys::VerifierKey;
use crate::note::SignedNote;
use crate::policy::Policy;

/// A checkpoint that the log's key signed.
struct Head<'p> {
    checkpoint: Checkpoint,
    note: SignedNote,
    key: &'p VerifierKey,
}

pub(super) fn examine(
    bytes: &[u8],
    policy: Option<&Policy>,
    options: &Options<'_>,
    verdict: &mut Verdict,
) -> Result<Level, Problem> {
    let bundle = Bundle::parse_unsealed(bytes).map_err(|error| Problem::new("bundle", error))?;
    let seal = || {
        bundle
            .check_seal()
            .map_err(|error| Problem::new("bundle", error))
    };
    let ahead = Ahead::new(bundle.get("leaves").unwrap_or_default());
    if options.threads < 2 {
        seal()?;
        return contents(&bundle, policy, options, &ahead, verdict);
    }
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| seal().inspect(|()| ahead.work()));
        let level = contents(&bundle, policy, options, &ahead, verdict);
        // A thread that did not come back has not checked anything.
        let lost = || {
            Err(Problem::new(
                "bundle",
                "the digest at the end could not be checked",
            ))
        };
        beside.join().unwrap_or_else(|_| lost())?;
        level
    })
}

fn contents(
    bundle: &Bundle<'_>,
    policy: Option<&Policy>,
    options: &Options<'_>,
    ahead: &Ahead<'_>,
    verdict: &mut Verdict,
) -> Result<Level, Problem> {
    let proposed = Policy::parse(required(bundle, "policy")?)
        .map_err(|error| Problem::new("policy", error))?;
    let head = head(required(bundle, "checkpoint")?, policy.unwrap_or(&proposed))?;
    verdict.size = head.checkpoint.size;
    verdict.origin.clone_from(&head.checkpoint.origin);
    verdict.root = Some(head.checkpoint.root);
    manifest(bundle, &head, verdict)?;
    let quorum = quorum(policy, &head, verdict)?;

    let leaves = leaves::pass(
        required(bundle, "leaves")?,
        &head.checkpoint,
        options,
        &verdict.cosignatures,
        ahead,
    )?;
    notes(&leaves, verdict);
    let (unknown_auditor, since_root) = (leaves.unknown_auditor, leaves.since_root);
    verdict.blobs = blobs::check(bundle, required(bundle, "salts")?, leaves)?;

    let mut level = if quorum {
        Level::Witnessed
    } else {
        Level::Unanchored
    };
    if unknown_auditor > 0 {
        let text = format!(
            "{} leaves of side auditor are signed by keys that were not given",
            unknown_auditor
        );
        verdict.problems.push(Problem::new("auditor", text));
        level = level.min(Level::Unanchored);
    }
    if let Some(problem) = since(options, &head, since_root) {
        verdict.problems.insert(0, problem);
        level = Level::Diverged;
    }
    Ok(level)
}

fn required<'a>(bundle: &Bundle<'a>, path: &str) -> Result<&'a [u8], Problem> {
    bundle
        .get(path)
        .ok_or_else(|| Problem::new("bundle", format!("entry `{path}` is missing")))
}

/// The signature must be by a log of the policy whose name is the origin; which key it is the policy says, not the note.
fn head<'p>(bytes: &[u8], policy: &'p Policy) -> Result<Head<'p>, Problem> {
    let (checkpoint, note) =
        Checkpoint::parse_note(bytes).map_err(|error| Problem::new("checkpoint", error))?;
    let mut signed_by = None;
    for key in policy
        .logs()
        .iter()
        .filter(|key| key.name() == checkpoint.origin)
    {
        match note.signed_by(key) {
            Some(true) => signed_by = Some(key),
            Some(false) => {
                return Err(Problem::new(
                    "checkpoint",
                    format!("signature of `{}` is not valid", key.name()),
                ));
            }
            None => {}
        }
    }
    let unknown = || {
        let origin = &checkpoint.origin;
        Problem::new(
            "checkpoint",
            format!("not signed by a log of the policy named `{origin}`"),
        )
    };
    let key = signed_by.ok_or_else(unknown)?;
    Ok(Head {
        checkpoint,
        note,
        key,
    })
}

fn manifest(bundle: &Bundle<'_>, head: &Head<'_>, verdict: &mut Verdict) -> Result<(), Problem> {
    let note = SignedNote::parse(required(bundle, "manifest")?)
        .map_err(|error| Problem::new("manifest", error))?;
    let policy = [("policy", required(bundle, "policy")?)];
    let listed = bundle
        .below(LIBRARY)
        .map(|entry| (entry.path, entry.bytes))
        .chain(policy);
    if !check_manifest(&note, &head.checkpoint, listed, head.key) {
        return Err(Problem::new(
            "manifest",
            "not the log's signature over policy and library of this bundle",
        ));
    }
    verdict.library = bundle
        .below(LIBRARY)
        .map(|entry| (entry.path.to_owned(), entry.bytes.len() as u64))
        .collect();
    Ok(())
}

/// Whether the quorum of the auditor's policy is met.
fn quorum(
    policy: Option<&Policy>,
    head: &Head<'_>,
    verdict: &mut Verdict,
) -> Result<bool, Problem> {
    let Some(policy) = policy else {
        let text = "no policy was given: cosignatures are not counted";
        verdict.problems.push(Problem::new("policy", text));
        return Ok(false);
    };
    let witnessed = policy.witnessed(&head.note);
    if let Some(name) = witnessed.broken.first() {
        return Err(Problem::new(
            "checkpoint",
            format!("cosignature of `{name}` is not valid"),
        ));
    }
    verdict.witnesses = (witnessed.satisfied, witnessed.members);
    verdict.cosignatures = witnessed.cosignatures;
    if !witnessed.quorum {
        let text = match policy.quorum_none() {
            true => "the policy asks for no quorum".to_owned(),
            false => format!(
                "quorum not met: {} of {}",
                witnessed.satisfied, witnessed.members
            ),
        };
        verdict.problems.push(Problem::new("quorum", text));
    }
    Ok(witnessed.quorum)
}

fn notes(leaves: &leaves::Leaves<'_>, verdict: &mut Verdict) {
    let mut note = |code, text: String| verdict.notes.push(Problem::new(code, text));
    if let Some((first, count)) = leaves.future {
        note(
            "future",
            format!(
                "{count} leaves claim a time after a witness saw them, the first is leaf {first}"
            ),
        );
    }
    if let Some(first) = leaves.open_intents.iter().min() {
        let count = leaves.open_intents.len();
        note(
            "gap",
            format!(
                "{count} collections were begun and never concluded, the first in leaf {first}"
            ),
        );
    }
}

/// The bundle must continue what the auditor accepted before.
fn since(options: &Options<'_>, head: &Head<'_>, since_root: Option<Digest>) -> Option<Problem> {
    let (accepted, note) = options.since?;
    if accepted.origin != head.checkpoint.origin || note.signed_by(head.key) != Some(true) {
        return Some(Problem::new(
            "since",
            "the accepted checkpoint is of another log or key",
        ));
    }
    if accepted.size > head.checkpoint.size {
        let text = format!(
            "the log had {} leaves before and has {} now",
            accepted.size, head.checkpoint.size
        );
        return Some(Problem::new("since", text));
    }
    if since_root != Some(accepted.root) {
        let text = format!(
            "the first {} leaves are not those of the accepted checkpoint",
            accepted.size
        );
        return Some(Problem::new("since", text));
    }
    None
}
