//! The world's own judgement of leavers, of accounts nobody answers for and of second factors, from what the snapshots and
//! the log can show.
//!
//! Written against the text of the controls, not with the product's code, so that a scenario's side effects on other tests are known.

use std::collections::BTreeMap;

use tickmark_core::model::time::{DAY_US, Time};

use super::{Account, Claim, Employment, Person, Status, System, World};
use crate::{
    truth::{Class, Verdict, item},
    when::Almanac,
};

/// An account and somebody to whom the identity table gave it.
struct Held<'a> {
    person: &'a Person,
    claim: &'a Claim,
    /// To whom else the table gave it.
    others: Vec<&'a Claim>,
    account: &'a Account,
    versions: &'a [Version],
}

impl Held<'_> {
    fn shared(&self) -> bool {
        !self.others.is_empty()
    }

    /// Whether who signed in then was this person; `None` where nobody can tell.
    fn signed_in(&self, almanac: &Almanac, at: Time) -> Option<bool> {
        let until = |claim: &Claim| claim.until.map(|day| almanac.zone.end_of(day));
        let own = until(self.claim).is_none_or(|until| until > at);
        let other = self.others.iter().any(|claim| {
            let from = claim.from.map(|day| almanac.zone.start_of(day));
            from.is_none_or(|from| from <= at) && until(claim).is_none_or(|until| until > at)
        });
        match (own, other) {
            _ if !self.shared() => Some(true),
            (true, true) | (false, false) => None,
            (own, _) => Some(own),
        }
    }

    /// Whether it was the person's until the end or later; what was handed over before is somebody else's. Who is taken off
    /// the list without anybody in the place still had it.
    fn still(&self, almanac: &Almanac, ended: Time) -> bool {
        let until = self.claim.until.map(|day| almanac.zone.end_of(day));
        !self.shared() || until.is_none_or(|until| until > ended)
    }
}

/// The person who answers for an account: the one the table names now, or the last one it named.
fn owner<'a>(claims: &[(&'a Person, &'a Claim)]) -> Option<&'a Person> {
    let last = claims
        .iter()
        .max_by_key(|(_, c)| (c.until.is_none(), c.until));
    last.map(|(person, _)| *person)
}

/// One stretch in which snapshots showed an account active with the same second factor.
struct Version {
    from: Time,
    /// First snapshot that showed something else.
    to: Option<Time>,
    seen_last: Time,
    factor: Option<bool>,
    /// Whether the account was still listed then.
    listed_after: bool,
}

impl World {
    /// When the snapshots of a system were taken and complete.
    pub(crate) fn looks(&self, system: System) -> Vec<Time> {
        let almanac = &self.almanac;
        let ill = |day| match system {
            System::Directory => day == almanac.torn_day,
            System::Database => almanac.in_outage(day),
        };
        let days = almanac.snapshot_days().into_iter().filter(|day| !ill(*day));
        days.map(|day| almanac.snapshot(day)).collect()
    }

    /// Adds to the truth what follows for everything there is.
    pub(crate) fn judge(&mut self, verdicts: Vec<Verdict>) {
        for (class, test, item) in verdicts {
            if !self.truth.knows(test, &item, class) {
                let why = "follows from another scenario";
                self.truth.note(class, test, item, "side_effect", why);
            }
        }
    }

    /// What the tests of IAM-02 and IAM-05 have to find.
    pub(crate) fn judgement(&self) -> Vec<Verdict> {
        let looks = [self.looks(System::Directory), self.looks(System::Database)];
        let mut found = Vec::new();
        let named = self.named();
        for account in &self.accounts {
            let looks = if account.system == System::Directory {
                &looks[0]
            } else {
                &looks[1]
            };
            let versions = versions(account, looks);
            let claims = named.get(&self.answering(account));
            let claims = claims.map(Vec::as_slice).unwrap_or_default();
            let owner = owner(claims);
            self.judge_owner(account, owner, &versions, &mut found);
            self.judge_factor(account, &versions, &mut found);
            for (person, claim) in claims {
                let others = claims.iter().filter(|(p, _)| p.handle != person.handle);
                let held = Held {
                    person,
                    claim,
                    others: others.map(|(_, claim)| *claim).collect(),
                    account,
                    versions: &versions,
                };
                for employment in &person.employments {
                    found.extend(self.judge_leaver(&held, employment));
                }
            }
        }
        for login in &self.logins {
            let class = match (login.success && login.interactive, login.second_factor) {
                (true, Some(false)) => Class::Deviation,
                (true, None) => Class::Unknown,
                _ => continue,
            };
            found.push((class, "IAM-05.login", login.item()));
        }
        found
    }

    /// Everybody whom the identity table ever gave an account, by account. It gives nobody the same one twice.
    fn named(&self) -> BTreeMap<String, Vec<(&Person, &Claim)>> {
        let mut named: BTreeMap<String, Vec<(&Person, &Claim)>> = BTreeMap::new();
        for person in &self.people {
            for claim in &person.claims {
                let known = named.entry(claim.account.clone()).or_default();
                known.push((person, claim));
            }
        }
        named
    }

    /// The account that answers for an account, as populations name it: itself, or its owner.
    fn answering(&self, account: &Account) -> String {
        let owner = account.owner.as_deref().unwrap_or(&account.id);
        let same = |a: &&Account| a.system == account.system && a.id == owner;
        let owning = self.accounts.iter().find(same);
        owning.map(Account::key).unwrap_or_default()
    }

    fn judge_leaver(&self, held: &Held<'_>, employment: &Employment) -> Option<Verdict> {
        let Held {
            person,
            account,
            versions,
            ..
        } = *held;
        let almanac = &self.almanac;
        let period = almanac.period.span(&almanac.zone);
        let ended = employment.end(almanac)?;
        if !held.still(almanac, ended) {
            return None;
        }
        let started = almanac.zone.start_of(employment.start);
        let back = person
            .employments
            .iter()
            .filter(|e| e.start > employment.start);
        let back = back.map(|e| almanac.zone.start_of(e.start)).min();
        let mut active = versions
            .iter()
            .filter(|v| v.to.is_none_or(|to| to > started) && back.is_none_or(|b| v.from < b));
        let last = active.next_back()?;
        let due = almanac.due(ended, 1, person.location);
        let logged = (account.system == System::Directory)
            .then(|| {
                off(
                    account,
                    last.seen_last,
                    last.to,
                    crate::emit::beginning(almanac),
                )
            })
            .flatten();
        let seen = logged.unwrap_or(last.seen_last);
        let stated = employment.end_stated();
        let removed_at = logged
            .or(last.to.filter(|_| last.listed_after))
            .filter(|_| stated);
        let after = self.logins.iter().filter(|l| {
            l.system == account.system
                && l.account == account.id
                && l.success
                && l.at > ended
                && back.is_none_or(|b| l.at < b)
        });
        let whose: Vec<_> = after.map(|l| held.signed_in(almanac, l.at)).collect();
        let used = whose.contains(&Some(true));
        let unclear = !used && whose.contains(&None);
        let removed = match removed_at {
            Some(at) if at <= due => Some(true),
            // Active for whom?
            _ if held.shared() => None,
            _ if seen > ended && seen >= due => Some(false),
            _ => None,
        };
        let settled_before = ended < period.from
            && (due <= period.from || removed_at.is_some_and(|at| at <= period.from));
        if ended >= period.until || settled_before {
            return None;
        }
        let item = item(&[
            &person.handle,
            &employment.start.to_string(),
            &account.key(),
        ]);
        let pending = due > period.until && removed != Some(true) && !used && !unclear;
        let class = match (removed, used) {
            _ if pending => return None,
            (_, true) | (Some(false), _) => Class::Deviation,
            (None, _) => Class::Unknown,
            (Some(true), _) if unclear => Class::Unknown,
            (Some(true), _) => return None,
        };
        Some((class, "IAM-02.leaver", item))
    }

    fn judge_owner(
        &self,
        account: &Account,
        owner: Option<&Person>,
        versions: &[Version],
        found: &mut Vec<Verdict>,
    ) {
        let almanac = &self.almanac;
        let period = almanac.period.span(&almanac.zone);
        let location = owner.map_or("office", |p| p.location);
        let alone = versions.iter().any(|v| {
            if v.to.is_some_and(|to| to <= period.from) || v.from >= period.until {
                return false;
            }
            let employments = owner.map(|p| p.employments.as_slice()).unwrap_or_default();
            let started =
                |e: &&Employment| almanac.zone.start_of(e.start) <= v.from.plus(14 * DAY_US);
            let ends: Vec<_> = employments
                .iter()
                .filter(started)
                .map(|e| e.end(almanac))
                .collect();
            if ends.iter().any(Option::is_none) {
                return false;
            }
            let covered = ends.into_iter().flatten().filter(|end| *end > v.from).max();
            let later = employments.iter().filter(|e| !started(e));
            let next = later.map(|e| almanac.zone.start_of(e.start)).min();
            let from = match covered {
                None => v.from,
                Some(end) if end < v.seen_last => end,
                Some(_) => return false,
            };
            almanac.due(from, 2, location) < v.seen_last.min(next.unwrap_or(Time::MAX))
        });
        let key = item(&[&account.key()]);
        let waived = self
            .waived
            .iter()
            .any(|(t, i, _)| t == "IAM-02.orphan" && *i == key);
        let active = versions
            .iter()
            .any(|v| v.to.is_none_or(|to| to > period.from));
        if active && !waived && (alone || owner.is_none()) {
            found.push((Class::Deviation, "IAM-02.orphan", key));
        }
    }

    fn judge_factor(&self, account: &Account, versions: &[Version], found: &mut Vec<Verdict>) {
        let period = self.almanac.period.span(&self.almanac.zone);
        let by_hand = self.logins.iter().any(|l| {
            l.system == account.system && l.account == account.id && l.success && l.interactive
        });
        if !matches!(account.kind, "human" | "shared") && !by_hand {
            return;
        }
        let inside = |v: &&Version| v.to.is_none_or(|to| to > period.from) && v.from < period.until;
        let mut factors = versions.iter().filter(inside).map(|v| v.factor);
        let class = if factors.clone().any(|f| f == Some(false)) {
            Class::Deviation
        } else if factors.any(|f| f.is_none()) {
            Class::Unknown
        } else {
            return;
        };
        found.push((class, "IAM-05.mfa", item(&[&account.key()])));
    }
}

/// When the log says that an account was switched off or deleted, between two looks.
fn off(account: &Account, from: Time, to: Option<Time>, log_from: Time) -> Option<Time> {
    let between = |t: Time| t >= from.max(log_from) && to.is_none_or(|to| t <= to);
    account
        .status
        .iter()
        .find(|(t, s)| *s != Status::Active && between(*t))
        .map(|(t, _)| *t)
}

/// Stretches of activity as the looks show them.
fn versions(account: &Account, looks: &[Time]) -> Vec<Version> {
    let mut versions: Vec<Version> = Vec::new();
    let mut open = false;
    for look in looks {
        let status = account.status_at(*look);
        let factor = account.factor_at(*look);
        let same = versions.last().is_some_and(|v| open && v.factor == factor);
        match (status, versions.last_mut()) {
            (Status::Active, Some(version)) if same => version.seen_last = *look,
            (_, last) => {
                if let Some(version) = last.filter(|_| open) {
                    version.to = Some(*look);
                    version.listed_after = status != Status::Gone;
                }
                open = status == Status::Active;
                if open {
                    versions.push(Version {
                        from: *look,
                        to: None,
                        seen_last: *look,
                        factor,
                        listed_after: true,
                    });
                }
            }
        }
    }
    versions
}
