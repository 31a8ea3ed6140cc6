use super::{Draft, Refusal, refuse};
use crate::model::body::{Body, RunBody};
use crate::model::state::State;
use crate::model::time::Time;

pub(super) fn run(
    state: &State,
    body: RunBody,
    refs: Vec<u64>,
    inputs: &[u64],
    rows: Vec<u8>,
    now: Time,
) -> Result<Vec<Draft>, Refusal> {
    check(state, &body, &refs, inputs, now)?;
    let key = [
        body.span.from.micros_u64(),
        body.span.until.micros_u64(),
        body.known_at,
    ]
    .map(u64::to_be_bytes)
    .concat();
    let parts: [&[u8]; 8] = [
        b"run",
        body.test.as_str().as_bytes(),
        body.spec.as_bytes(),
        body.params.as_bytes(),
        body.library.as_bytes(),
        &key,
        body.rows_digest.as_bytes(),
        body.engine.as_bytes(),
    ];
    let draft = Draft::new(Body::TestRun(Box::new(body.clone())), &parts);
    Ok(vec![
        draft
            .refs(refs)
            .blob("inputs", inputs_bytes(inputs))
            .blob("rows", rows),
    ])
}

fn check(
    state: &State,
    body: &RunBody,
    refs: &[u64],
    inputs: &[u64],
    now: Time,
) -> Result<(), Refusal> {
    let test = &body.test;
    if body.known_at > state.size {
        return refuse(
            format!(
                "`{test}` ran on {} leaves, the ledger has {}",
                body.known_at, state.size
            ),
            "run it again",
        );
    }
    if !body.counts.add_up() {
        return refuse(
            format!("the counts of `{test}` do not add up"),
            "report this as a bug of the judge",
        );
    }
    if let Some(late) = inputs.iter().find(|leaf| **leaf >= body.known_at) {
        return refuse(
            format!("`{test}` read leaf {late}, which was not known to it"),
            "report this as a bug of the judge",
        );
    }
    if let Some(unknown) = refs.iter().find(|leaf| **leaf >= state.size) {
        return refuse(
            format!("`{test}` refers to leaf {unknown}, which is not there"),
            "run it again",
        );
    }
    if state.in_force(&test.control()).is_empty() {
        return refuse(
            format!("control `{}` is not adopted", test.control()),
            "adopt it first; `test --library` runs without recording",
        );
    }
    if body.span.from >= body.span.until {
        return refuse(
            format!("`{test}` ran over no time"),
            "the control was not in force in this period",
        );
    }
    if body.span.until > now && !body.provisional {
        return refuse(
            format!("`{test}` ran over a period that is still open"),
            "record it as provisional, or wait for the end of the period",
        );
    }
    Ok(())
}

/// The blob `inputs`: leaf indexes, sorted, each as eight bytes big endian.
fn inputs_bytes(inputs: &[u64]) -> Vec<u8> {
    let mut sorted = inputs.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.into_iter().flat_map(u64::to_be_bytes).collect()
}
