//! What is wrong between documents: names that point at nothing.

use super::{Document, Documents, OwnerIs, People, Policy, Risk, RiskScale, control_of_path};
use crate::model::diagnostic::{Diagnostic, nearest};
use crate::model::ids::InstanceId;
use crate::model::yaml::Place;

pub(super) fn check(documents: &Documents) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    check_actors(documents, &mut wrong);
    check_waivers(documents, &mut wrong);
    check_owners(documents, &mut wrong);
    let people = documents.people();
    let scale = documents.program().map(|p| p.risk_scale);
    let promised = documents.commitments().map(|c| {
        let ids = c.entries.iter().map(|e| &e.id);
        ids.collect::<Vec<&InstanceId>>()
    });
    for (path, _, document) in documents.iter() {
        match document {
            Document::Policy(policy) => check_policy(path, policy, people, &mut wrong),
            Document::Risk(risk) => {
                check_rating(path, risk, scale.unwrap_or_default(), &mut wrong);
                check_promises(
                    path,
                    risk,
                    promised.as_deref().unwrap_or_default(),
                    &mut wrong,
                );
            }
            _ => {}
        }
    }
    wrong
}

fn at(path: &str, at: Place, what: String, hint: String) -> Diagnostic {
    Diagnostic::new(path, at.line, at.column, what).hint(hint)
}

fn check_actors(documents: &Documents, wrong: &mut Vec<Diagnostic>) {
    let (Some(program), Some(people)) = (documents.program(), documents.people()) else {
        return;
    };
    for (user, person) in &program.actors {
        if people.person(person).is_none() {
            let place = program.actor_places.get(user).copied().unwrap_or_default();
            let what = format!("actor `{user}` is `{person}`, who is not in `people.yaml`");
            let hint = "add the person or correct the handle".to_owned();
            wrong.push(at("tickmark.yaml", place, what, hint));
        }
    }
}

/// Whoever is told is a person with an address. Without `people.yaml` nothing is known about them.
fn check_owners(documents: &Documents, wrong: &mut Vec<Diagnostic>) {
    let (Some(notices), Some(people)) = (documents.notices(), documents.people()) else {
        return;
    };
    for (label, owner) in &notices.owners {
        let OwnerIs::Person(person) = owner else {
            continue;
        };
        let place = notices.owner_places.get(label).copied().unwrap_or_default();
        let (what, hint) = match people.person(person) {
            Some(known) if known.accounts.iter().any(|a| a.account.system() == "email") => continue,
            Some(_) => (
                format!("owner `{label}` is `{person}`, who has no account `email:…`"),
                "add the account to `people.yaml`, or write `mail:`".to_owned(),
            ),
            None => {
                let handles = people.persons.iter().map(|p| p.person.as_str());
                let hint = match nearest(person.as_str(), handles) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "add the person or correct the handle".to_owned(),
                };
                (
                    format!("owner `{label}` is `{person}`, who is not in `people.yaml`"),
                    hint,
                )
            }
        };
        wrong.push(at("notices.yaml", place, what, hint));
    }
}

fn check_waivers(documents: &Documents, wrong: &mut Vec<Diagnostic>) {
    for waiver in documents.waivers().iter().flat_map(|w| &w.waivers) {
        let control = waiver.test.control();
        let adopted = documents
            .iter()
            .any(|(path, _, _)| control_of_path(path).as_ref() == Some(&control));
        if !adopted {
            let test = &waiver.test;
            let what = format!("a waiver of `{test}`, whose control is not adopted");
            let hint = format!("adopt `{control}` or take the waiver out");
            wrong.push(at("waivers.yaml", waiver.at, what, hint));
        }
    }
}

/// Approvers are persons and groups have members. Without `people.yaml` nothing is known about either.
fn check_policy(path: &str, policy: &Policy, people: Option<&People>, wrong: &mut Vec<Diagnostic>) {
    let Some(people) = people else { return };
    for approver in &policy.approvers {
        let name = &approver.value;
        let (what, hint) = match people.person(name) {
            Some(person) if person.kind.is_human() => continue,
            Some(_) => (
                format!("`{name}` is used by programs or by several people and approves nothing"),
                "name one person".to_owned(),
            ),
            None => {
                let handles = people.persons.iter().map(|p| p.person.as_str());
                let hint = match nearest(name.as_str(), handles) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "add the person or name another".to_owned(),
                };
                (format!("approver `{name}` is not in `people.yaml`"), hint)
            }
        };
        wrong.push(at(path, approver.at, what, hint));
    }
    for group in policy.acknowledge.iter().flat_map(|a| &a.groups) {
        if !people.has_group(&group.value) {
            let name = &group.value;
            let what = format!("nobody in `people.yaml` belongs to the group `{name}`");
            let known = people.persons.iter().flat_map(|p| &p.groups);
            let known = known.map(|g| g.as_str()).chain(super::KIND_GROUPS);
            let hint = match nearest(name.as_str(), known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add `groups:` to its members, or name another".to_owned(),
            };
            wrong.push(at(path, group.at, what, hint));
        }
    }
}

fn check_rating(path: &str, risk: &Risk, scale: RiskScale, wrong: &mut Vec<Diagnostic>) {
    for rating in [risk.inherent, risk.residual] {
        if rating.likelihood > scale.likelihood || rating.impact > scale.impact {
            let what = format!(
                "a rating of {} by {} on a scale of {} by {}",
                rating.likelihood, rating.impact, scale.likelihood, scale.impact
            );
            let hint = "rate on `risk_scale` of `tickmark.yaml`".to_owned();
            wrong.push(at(path, rating.at, what, hint));
        }
    }
}

fn check_promises(path: &str, risk: &Risk, promised: &[&InstanceId], wrong: &mut Vec<Diagnostic>) {
    for promise in &risk.commitments {
        if !promised.contains(&&promise.value) {
            let name = &promise.value;
            let what = format!("`{name}` is not in `commitments.yaml`");
            let hint = match nearest(name.as_str(), promised.iter().map(|p| p.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the handle of a commitment or requirement".to_owned(),
            };
            wrong.push(at(path, promise.at, what, hint));
        }
    }
}
