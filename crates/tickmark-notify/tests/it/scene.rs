//! Settings, messages and a clock that stands where it is put.

use std::sync::atomic::{AtomicI64, Ordering};

use tickmark_core::model::clock::Clock;
use tickmark_core::model::document::{Document, Notices, parse};
use tickmark_core::model::notices::NoticeId;
use tickmark_core::model::time::Time;
use tickmark_notify::Message;
use tickmark_notify::outbox::Entering;

pub fn settings(more: &str) -> Notices {
    let text = format!(
        "base_url: https://tickmark.acme.example\nmanager: compliance@acme.example\n{more}"
    );
    match parse("notices.yaml", text.as_bytes()) {
        Ok(Document::Notices(notices)) => *notices,
        other => panic!("{other:?}"),
    }
}

pub fn id(name: &str) -> NoticeId {
    NoticeId::of(&[7; 32], &[name])
}

pub fn message(name: &str, to: &str) -> Message {
    Message {
        id: id(name).to_string(),
        kind: "alert".to_owned(),
        owner: "Head of engineering".to_owned(),
        to: Some(to.to_owned()),
        subject: format!("[acme] 1 new exception ({name})"),
        text: "New exceptions\n\n- CHG-01.approval: 1 exception\n.a line with a dot\n\u{201c}quoted\u{201d}\n".to_owned(),
        link: "https://tickmark.acme.example/tests/CHG-01.approval".to_owned(),
    }
}

pub fn entering(message: Message) -> Entering {
    let about = vec![id(&format!("about {}", message.id))];
    Entering { message, about }
}

/// A clock that is moved by hand.
pub struct Hand(AtomicI64);

impl Hand {
    pub fn at(text: &str) -> Self {
        Self(AtomicI64::new(text.parse::<Time>().unwrap().micros()))
    }

    pub fn wait(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_micros(self.0.load(Ordering::Relaxed))
    }
}

pub fn noon() -> Hand {
    Hand::at("2026-03-09T12:00:00Z")
}
