//! The world's own judgement of leavers, of accounts nobody answers for and of second factors, from what the snapshots and the log can show.
//!
//! Written against the text of the controls, not with the product's code, so that a scenario's side effects on other tests are known.

use tickmark_core::model::time::{DAY_US, Time};

use super::{Account, Employment, Person, Status, System, World};
use crate::truth::{Class, item};

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

    /// Adds to the truth what follows for all accounts.
    pub(crate) fn judge(&mut self) {
        for (class, test, item) in self.judgement() {
            if !self.truth.knows(test, &item, class) {
                let why = "follows from another scenario";
                self.truth.note(class, test, item, "side_effect", why);
            }
        }
    }

    /// What the tests of IAM-02 and IAM-05 have to find.
    pub(crate) fn judgement(&self) -> Vec<(Class, &'static str, String)> {
        let looks = [self.looks(System::Directory), self.looks(System::Database)];
        let mut found = Vec::new();
        for account in &self.accounts {
            let looks = if account.system == System::Directory {
                &looks[0]
            } else {
                &looks[1]
            };
            let versions = versions(account, looks);
            self.judge_owner(account, &versions, &mut found);
            self.judge_factor(account, &versions, &mut found);
            if let Some(person) = self.owner(account) {
                for employment in &person.employments {
                    self.judge_leaver(person, employment, account, &versions, &mut found);
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

    /// The person who answers for an account.
    fn owner(&self, account: &Account) -> Option<&Person> {
        let owner = account.owner.as_deref().unwrap_or(&account.id);
        let owning = self
            .accounts
            .iter()
            .find(|a| a.system == account.system && a.id == owner)?;
        let key = owning.key();
        self.people.iter().find(|p| p.accounts.contains(&key))
    }

    fn judge_leaver(
        &self,
        person: &Person,
        employment: &Employment,
        account: &Account,
        versions: &[Version],
        found: &mut Vec<(Class, &'static str, String)>,
    ) {
        let almanac = &self.almanac;
        let period = almanac.period.span(&almanac.zone);
        let Some(ended) = employment.end(almanac) else {
            return;
        };
        let started = almanac.zone.start_of(employment.start);
        let back = person
            .employments
            .iter()
            .filter(|e| e.start > employment.start);
        let back = back.map(|e| almanac.zone.start_of(e.start)).min();
        let mut held = versions
            .iter()
            .filter(|v| v.to.is_none_or(|to| to > started) && back.is_none_or(|b| v.from < b));
        let Some(last) = held.next_back() else { return };
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
        let removed_at = logged.or(last.to.filter(|_| last.listed_after));
        let used = self.logins.iter().any(|l| {
            l.system == account.system
                && l.account == account.id
                && l.success
                && l.at > ended
                && back.is_none_or(|b| l.at < b)
        });
        let removed = match removed_at {
            Some(at) if at <= due => Some(true),
            _ if seen > ended && seen >= due => Some(false),
            _ => None,
        };
        let settled_before = ended < period.from
            && (due <= period.from || removed_at.is_some_and(|at| at <= period.from));
        if ended >= period.until || settled_before {
            return;
        }
        let item = item(&[
            &person.handle,
            &employment.start.to_string(),
            &account.key(),
        ]);
        let pending = due > period.until && removed != Some(true) && !used;
        match (removed, used) {
            _ if pending => {}
            (_, true) | (Some(false), _) => found.push((Class::Deviation, "IAM-02.leaver", item)),
            (None, _) => found.push((Class::Unknown, "IAM-02.leaver", item)),
            (Some(true), _) => {}
        }
    }

    fn judge_owner(
        &self,
        account: &Account,
        versions: &[Version],
        found: &mut Vec<(Class, &'static str, String)>,
    ) {
        let almanac = &self.almanac;
        let period = almanac.period.span(&almanac.zone);
        let owner = self.owner(account);
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

    fn judge_factor(
        &self,
        account: &Account,
        versions: &[Version],
        found: &mut Vec<(Class, &'static str, String)>,
    ) {
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
