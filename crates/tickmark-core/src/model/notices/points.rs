//! Everything that is open, each with the one who is told.

use super::address::Addresses;
use super::{NoticeId, Recipient, Situation};
use crate::model::registers::{acknowledging, policy_standings, review_standings, task_standings};
use crate::model::schedule::{Why, due};
use crate::model::time::Day;

/// Days ahead that a digest looks.
const AHEAD_DAYS: i32 = 7;
/// Failures of a source in a row that somebody should know of; the first are mostly gone by themselves.
const FAILURES: u32 = 3;

/// What a point is about; the order is that of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    Exception,
    Task,
    Acknowledgement,
    Evidence,
    Vendor,
    Renewal,
    Risk,
    Review,
    Source,
    Lost,
}

/// Something open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    pub topic: Topic,
    /// Who is told.
    pub to: Recipient,
    /// What it is called, never a person and never an item.
    pub subject: String,
    /// Where its page is.
    pub path: String,
    /// The day it is due, if it has one.
    pub day: Option<Day>,
    /// What is told once; none for what only digests say.
    pub once: Option<NoticeId>,
    /// It is told at once.
    pub urgent: bool,
}

impl Point {
    /// Whether its day has passed.
    pub(super) fn is_late(&self, today: Day) -> bool {
        self.day.is_some_and(|day| day < today)
    }
}

pub(super) fn points(s: &Situation<'_>, today: Day) -> Vec<Point> {
    let finder = Finder {
        s,
        today,
        addresses: Addresses::new(s, today),
    };
    let mut out = Vec::new();
    finder.exceptions(&mut out);
    finder.tasks(&mut out);
    finder.policies(&mut out);
    finder.evidence(&mut out);
    finder.vendors_and_risks(&mut out);
    finder.reviews(&mut out);
    finder.sources(&mut out);
    finder.lost(&mut out);
    out
}

struct Finder<'a> {
    s: &'a Situation<'a>,
    today: Day,
    addresses: Addresses<'a>,
}

impl Finder<'_> {
    /// Something with a day: overdue, or due soon. What is due later is not told yet.
    fn dated(
        &self,
        topic: Topic,
        to: Recipient,
        subject: String,
        path: String,
        day: Day,
        parts: &[&str],
    ) -> Option<Point> {
        let late = day < self.today;
        let soon = day <= self.today.plus_days(AHEAD_DAYS);
        let urgent = late
            && matches!(
                topic,
                Topic::Task | Topic::Acknowledgement | Topic::Evidence | Topic::Vendor
            );
        let due = day.to_string();
        let parts: Vec<&str> = parts.iter().copied().chain([due.as_str()]).collect();
        soon.then(|| Point {
            topic,
            to,
            subject,
            path,
            day: Some(day),
            once: urgent.then(|| NoticeId::of(self.s.secret, &parts)),
            urgent,
        })
    }

    fn exceptions(&self, out: &mut Vec<Point>) {
        let zone = self.s.state.zone();
        for exception in self.s.exceptions {
            let test = exception.test.as_str();
            let day = exception.since.map(|at| zone.day_of(at).to_string());
            let day = day.unwrap_or_default();
            out.push(Point {
                topic: Topic::Exception,
                to: self.owner_of(&exception.test.control()),
                subject: test.to_owned(),
                path: format!("/tests/{test}"),
                day: None,
                once: Some(NoticeId::of(
                    self.s.secret,
                    &["exception", test, &exception.item, &day],
                )),
                urgent: true,
            });
        }
    }

    fn owner_of(&self, control: &crate::model::ids::ControlId) -> Recipient {
        match self.s.state.adoption(control) {
            Some((_, adoption)) => self.addresses.owner(&adoption.owner),
            None => self.addresses.manager(),
        }
    }

    fn tasks(&self, out: &mut Vec<Point>) {
        let all = task_standings(self.s.state, self.today).into_iter();
        for task in all.map(|s| s.task).filter(|t| t.closed.is_none()) {
            let to = match task.owner() {
                Some(person) => self.addresses.person(person),
                None => self.addresses.manager(),
            };
            let leaf = task.leaf.to_string();
            let subject = task.opened.test.to_string();
            let path = "/tasks".to_owned();
            out.extend(self.dated(Topic::Task, to, subject, path, task.due(), &["task", &leaf]));
        }
    }

    fn policies(&self, out: &mut Vec<Point>) {
        let (state, today) = (self.s.state, self.today);
        for standing in policy_standings(state, today) {
            let policy = standing.policy;
            let id = policy.policy.as_str();
            for one in acknowledging(state, &policy.policy, self.s.people, self.s.starts, today) {
                if one.done.is_some() {
                    continue;
                }
                let to = self.addresses.person(one.person);
                let parts = ["acknowledgement", id, one.person.as_str()];
                let (subject, path) = (policy.title.clone(), "/".to_owned());
                out.extend(self.dated(Topic::Acknowledgement, to, subject, path, one.due, &parts));
            }
            if let Some(day) = standing.renew_due {
                let to = self.addresses.owner(&policy.owner);
                let path = format!("/policies/{id}");
                let subject = policy.title.clone();
                out.extend(self.dated(Topic::Renewal, to, subject, path, day, &["renewal", id]));
            }
        }
    }

    fn evidence(&self, out: &mut Vec<Point>) {
        for owing in self.s.evidence {
            let control = owing.control.as_str();
            let from = owing.days.from.to_string();
            let to = self.owner_of(&owing.control);
            let (subject, path) = (control.to_owned(), format!("/controls/{control}"));
            let parts = ["evidence", control, &from];
            out.extend(self.dated(Topic::Evidence, to, subject, path, owing.days.to, &parts));
        }
    }

    fn vendors_and_risks(&self, out: &mut Vec<Point>) {
        let vendors = self.s.state.vendors().map(|(_, v)| v);
        for vendor in vendors.filter(|v| v.lifetime.holds_on(self.today)) {
            let id = vendor.vendor.as_str();
            let to = self.addresses.owner(&vendor.owner);
            let (subject, path) = (vendor.name.clone(), format!("/vendors/{id}"));
            let day = vendor.review_due;
            out.extend(self.dated(Topic::Vendor, to, subject, path, day, &["vendor", id]));
        }
        let risks = self.s.state.risks().map(|(_, r)| r);
        for risk in risks.filter(|r| r.lifetime.holds_on(self.today)) {
            let id = risk.risk.as_str();
            let to = self.addresses.owner(&risk.owner);
            let (subject, path) = (id.to_owned(), format!("/risks/{id}"));
            let day = risk.review_due;
            out.extend(self.dated(Topic::Risk, to, subject, path, day, &["risk", id]));
        }
    }

    fn reviews(&self, out: &mut Vec<Point>) {
        let all = review_standings(self.s.state, self.today).into_iter();
        for standing in all.filter(|s| s.undecided > 0) {
            let opened = &standing.review.opened;
            let leaf = standing.review.leaf.to_string();
            let to = self.owner_of(&opened.control);
            let (subject, path) = (opened.control.to_string(), format!("/reviews/{leaf}"));
            out.extend(self.dated(
                Topic::Review,
                to,
                subject,
                path,
                opened.due,
                &["review", &leaf],
            ));
        }
    }

    fn sources(&self, out: &mut Vec<Point>) {
        for config in self.s.state.sources().iter().flat_map(|s| &s.sources) {
            if matches!(due(self.s.state, config).why, Why::Again(n) if n >= FAILURES) {
                out.push(Point {
                    topic: Topic::Source,
                    to: self.addresses.manager(),
                    subject: config.id.to_string(),
                    path: "/clock".to_owned(),
                    day: None,
                    once: None,
                    urgent: false,
                });
            }
        }
    }

    fn lost(&self, out: &mut Vec<Point>) {
        for lost in self.s.lost {
            let unsure = if lost.unsure {
                "may not have arrived"
            } else {
                "was not sent"
            };
            out.push(Point {
                topic: Topic::Lost,
                to: self.addresses.manager(),
                subject: format!("by {}, {unsure}: {}", lost.channel, lost.subject),
                path: "/clock/notices".to_owned(),
                day: None,
                once: Some(NoticeId::of(
                    self.s.secret,
                    &["lost", &lost.id.to_string(), &lost.channel],
                )),
                urgent: false,
            });
        }
    }
}
