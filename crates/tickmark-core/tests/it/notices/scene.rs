//! A company with things open, and what was told in it so far.

use std::collections::{BTreeMap, BTreeSet};

use crate::decide::ledger::{ADOPT, Ledger, SECRET};
use crate::registers::company::{POLICY, apply};
use tickmark_core::model::decide::{Command, Read};
use tickmark_core::model::document::{Document, Notices, People, parse};
use tickmark_core::model::notices::{
    Decided, Exception, Lost, Notice, NoticeId, Owing, Situation, decide,
};
use tickmark_core::model::state::State;
use tickmark_core::model::time::Time;

pub const SETTINGS: &str = "base_url: https://tickmark.acme.example
manager: compliance@acme.example
owners:
  Head of engineering: {person: ada}
  Head of infrastructure: infra@acme.example
mail: {smtp: 'smtp://127.0.0.1:2525', from: tickmark@acme.example}
";
const WITH_MAIL: &str = "- {person: ada, groups: [engineering], accounts: [{account: 'email:ada@acme.example', how: asked}]}
- {person: bob, groups: [engineering], accounts: [{account: 'email:bob@acme.example', how: asked, until: 2026-02-28}]}
- {person: cyd, kind: contractor}
- {person: robot, kind: service}
";
const VENDOR: &str = "---
name: Cloud Host, Inc.
service: machines and storage
owner: Head of infrastructure
since: 2024-03-01
role: vendor
reason: what it does meets no criterion of ours
criticality: low
data: [none]
review_due: 2026-03-10
---
";

pub fn settings(text: &str) -> Notices {
    match parse("notices.yaml", text.as_bytes()) {
        Ok(Document::Notices(notices)) => *notices,
        other => panic!("{other:?}"),
    }
}

pub fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// What is open, and the memory of what was told.
pub struct Scene {
    pub state: State,
    pub settings: Notices,
    pub people: People,
    pub exceptions: Vec<Exception>,
    pub evidence: Vec<Owing>,
    pub lost: Vec<Lost>,
    pub told: BTreeSet<NoticeId>,
}

impl Scene {
    /// A control, a policy that both approvers have approved on 10 January, a vendor to be reviewed by 10 March.
    pub fn new(settings_text: &str) -> Self {
        let mut ledger = Ledger::begun();
        let adopt = ADOPT.replace("owner: Ada", "owner: Head of engineering");
        let files = [
            ("people.yaml", WITH_MAIL),
            ("controls/CHG-01.md", adopt.as_str()),
            ("policies/access-control.md", POLICY),
            ("vendors/cloud-host.md", VENDOR),
        ];
        apply(&mut ledger, &files, "2026-01-02T00:00:00Z").unwrap();
        let Ok(Document::People(people)) = parse("people.yaml", WITH_MAIL.as_bytes()) else {
            panic!("no people")
        };
        for person in ["ada", "bob"] {
            let policy = "access-control".parse().unwrap();
            let document = ledger.state.policy(&policy).unwrap().0.leaf;
            let wish = Command::Approve {
                read: Read { policy, document },
                person: person.parse().unwrap(),
            };
            ledger.run(wish, "2026-01-10T12:00:00Z").unwrap();
        }
        Self {
            state: ledger.state,
            settings: settings(settings_text),
            people,
            exceptions: Vec::new(),
            evidence: Vec::new(),
            lost: Vec::new(),
            told: BTreeSet::new(),
        }
    }

    pub fn exception(&mut self, item: &str) {
        self.exceptions.push(Exception {
            test: "CHG-01.approval".parse().unwrap(),
            item: item.to_owned(),
            since: Some(time("2026-02-01T10:00:00Z")),
        });
    }

    pub fn decide(&self, now: &str) -> Decided {
        self.decide_at(time(now))
    }

    pub fn decide_at(&self, now: Time) -> Decided {
        decide(&Situation {
            state: &self.state,
            settings: &self.settings,
            people: &self.people,
            starts: &BTreeMap::new(),
            exceptions: &self.exceptions,
            evidence: &self.evidence,
            lost: &self.lost,
            secret: &SECRET,
            told: &self.told,
            now,
        })
    }

    /// Decides and remembers, as whoever sends does.
    pub fn tell(&mut self, now: Time) -> Vec<Notice> {
        let decided = self.decide_at(now);
        let about = decided.notices.iter().flat_map(|n| n.about.iter().copied());
        self.told
            .extend(about.chain(decided.settled.iter().copied()));
        decided.notices
    }
}

/// To whom, kind and subject.
pub fn lines(notices: &[Notice]) -> Vec<String> {
    let mail = |n: &Notice| {
        n.to.mail
            .as_ref()
            .map_or("-".to_owned(), ToString::to_string)
    };
    let line = |n: &Notice| format!("{} {}: {}", mail(n), n.kind.as_str(), n.subject);
    notices.iter().map(line).collect()
}
