//! What is due from oneself, one's own controls, and the engagement that an auditor was let in for.

use axum::{http::StatusCode, response::Response};
use tickmark_log::digest::sha256;

use super::{
    Answer, Ask,
    Subject::{ControlInForm, Nothing, Program},
    handing,
    matrix::{Cell, matrix},
    route::{Route, get, post},
};
use crate::{
    frame::html_answer,
    house::{Deed, Trouble},
    http::{download::safe_name, fault::Fault},
    pages::{self, Outcome, Receipt, Received, WithheldPage, link},
    rights::{Authorized, Role, act},
};

/// Most files handed in at once.
const MOST_FILES: usize = 20;

/// The routes of this file and of links to hand in by.
pub(super) fn routes() -> Vec<Route> {
    let mut all = vec![
        get("/due", "what is due from oneself", Nothing, due),
        get(
            "/due/policies/{id}",
            "a policy to read before acknowledging or approving it",
            Nothing,
            policy,
        ),
        post(
            "/due/acknowledge",
            "acknowledge a policy",
            Nothing,
            acknowledge,
        ),
        post("/due/approve", "approve a policy", Nothing, approve),
        get("/mine", "own controls and what they owe", Program, mine),
        post(
            "/mine/evidence",
            "hand in files for an occurrence",
            ControlInForm,
            hand_in,
        )
        .with_file(),
        get(
            "/engagement",
            "the auditor's view of the engagement",
            Program,
            engagement,
        ),
    ];
    all.extend(handing::routes());
    all
}

/// What is due from whoever asks.
pub(super) fn due(by: Authorized<act::ViewDue>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let page = pages::due(house, viewer, ask.now, ask.query.get("done"));
    Ok(html_answer(StatusCode::OK, page))
}

fn policy(by: Authorized<act::AcknowledgePolicies>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let page = pages::due_policy(house, viewer, ask.now, ask.part("id"))?;
    Ok(html_answer(StatusCode::OK, page))
}

fn acknowledge(by: Authorized<act::AcknowledgePolicies>, ask: &Ask) -> Answer {
    let (policy, seen) = read(ask)?;
    let deed = Deed::Acknowledge {
        policy: policy.to_owned(),
        seen,
    };
    ask.app.company.act(&by.viewer()?.mail, deed)?;
    Ok(ask.go(&link::filtered(link::DUE, "done", policy)))
}

fn approve(by: Authorized<act::ApprovePolicies>, ask: &Ask) -> Answer {
    let (policy, seen) = read(ask)?;
    let deed = Deed::Approve {
        policy: policy.to_owned(),
        seen,
    };
    ask.app.company.act(&by.viewer()?.mail, deed)?;
    Ok(ask.go(&link::filtered(link::DUE, "done", policy)))
}

/// The policy and the version of it that was read.
fn read(ask: &Ask) -> Result<(&str, u64), Fault> {
    let policy = ask.form.need("policy", "the policy")?;
    let seen = ask.form.need("seen", "the version that was read")?;
    let seen = seen
        .parse()
        .map_err(|_| Fault::wrong("the version is no number; open the policy again"))?;
    Ok((policy, seen))
}

fn mine(by: Authorized<act::HandInEvidence>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let page = pages::mine(house, viewer, ask.now);
    Ok(html_answer(StatusCode::OK, page))
}

fn hand_in(by: Authorized<act::HandInEvidence>, ask: &Ask) -> Answer {
    let viewer = by.viewer()?;
    let control = ask.form.need("control", "the control")?;
    let covers = ask.form.need("covers", "the days it covers")?;
    let receipt = record(ask, &viewer.mail, control, covers)?;
    let house = ask.house()?;
    let page = pages::receipt(&house, viewer, &receipt);
    Ok(html_answer(StatusCode::OK, page))
}

/// Records the files of a form, each as evidence of its own; what each became. If none could be recorded, the first reason is the answer.
pub(super) fn record(ask: &Ask, who: &str, control: &str, covers: &str) -> Result<Receipt, Fault> {
    let files: Vec<(&str, &[u8])> = ask.form.files("file").collect();
    if files.is_empty() {
        return Err(Fault::wrong("the file is missing or empty; choose one"));
    }
    if files.len() > MOST_FILES {
        return Err(Fault::wrong(format!(
            "{} files are too many at once; hand in at most {MOST_FILES}, or pack them into one",
            files.len()
        )));
    }
    let before = ask.house()?.log.size;
    let mut first: Option<Trouble> = None;
    let mut received = Vec::new();
    for (name, bytes) in files {
        let name = safe_name(name);
        let deed = Deed::Evidence {
            control: control.to_owned(),
            covers: covers.to_owned(),
            name: name.clone(),
            bytes: bytes.to_vec(),
        };
        // A machine that fails is not asked again and again.
        let broken = matches!(first, Some(Trouble::Environment(_)));
        let done = if broken {
            Err(Trouble::Refused(
                "not tried after the failure before".into(),
            ))
        } else {
            ask.app.company.act(who, deed)
        };
        received.push(Received {
            name,
            bytes: bytes.len(),
            digest: sha256(bytes).to_string(),
            outcome: match &done {
                Ok(said) => recorded(ask, said, before),
                Err(Trouble::Environment(_)) => {
                    Outcome::Refused("the server cannot record it at the moment".into())
                }
                Err(why) => Outcome::Refused(why.to_string()),
            },
        });
        if let (Err(trouble), None) = (done, &first) {
            first = Some(trouble);
        }
    }
    let receipt = Receipt {
        control: control.to_owned(),
        covers: covers.to_owned(),
        by: who.to_owned(),
        files: received,
    };
    match first {
        Some(trouble) if receipt.recorded() == 0 => Err(trouble.into()),
        _ => Ok(receipt),
    }
}

/// What `recorded 17` or `recorded 17..18` says; the engine names an earlier entry if it holds the very same already.
fn recorded(ask: &Ask, said: &str, before: u64) -> Outcome {
    let leaf = said
        .strip_prefix("recorded ")
        .and_then(|range| range.split("..").next())
        .and_then(|first| first.parse::<u64>().ok());
    let Some(leaf) = leaf else {
        return Outcome::Refused(said.to_owned());
    };
    let entry = ask.app.company.entry(leaf).ok();
    Outcome::Recorded {
        leaf,
        entry: entry.map(|e| (e.hash, e.time)),
        before: leaf < before,
    }
}

fn engagement(by: Authorized<act::ViewEngagement>, ask: &Ask) -> Answer {
    let (house, viewer) = (&*ask.house()?, by.viewer()?);
    let page = pages::engagement(house, viewer, ask.now, &withheld());
    Ok(html_answer(StatusCode::OK, page))
}

/// The pages that somebody of management may open and the auditor may not, as the matrix of rights has them.
#[must_use]
pub fn withheld() -> Vec<WithheldPage> {
    let management = [Role::Owner, Role::ComplianceManager, Role::ReadOnly];
    let rows = matrix().into_iter().filter(|row| {
        let cell = |role: Role| {
            row.cells
                .iter()
                .find(|(r, _)| *r == Some(role))
                .map(|(_, cell)| *cell)
        };
        let sees = |role: Role| matches!(cell(role), Some(Cell::Yes | Cell::Own));
        row.method == "GET" && management.into_iter().any(sees) && !sees(Role::Auditor)
    });
    rows.map(|row| WithheldPage {
        path: row.path,
        says: row.says,
        why: pages::why_withheld(row.action),
    })
    .collect()
}

/// An answer of the program made of a page without the frame of the program.
pub(super) fn plain(title: &str, body: &maud::Markup) -> Response {
    crate::frame::page(title, None, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_that_is_withheld_has_a_reason_of_its_own() {
        let all = withheld();
        assert!(all.iter().any(|p| p.path == "/users"), "{all:?}");
        assert!(
            !all.iter()
                .any(|p| p.path == "/ledger" || p.path == "/engagement"),
            "{all:?}"
        );
        let without: Vec<_> = all.iter().filter(|p| p.why == pages::NO_REASON).collect();
        assert!(
            without.is_empty(),
            "say why in pages/engagement/withheld.rs: {without:?}"
        );
    }
}
